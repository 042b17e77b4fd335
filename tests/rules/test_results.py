"""From indicators to criteria and a whole assessment: verdicts, what is asked, the same bytes every time."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.fields import FieldKind, fields_of
from ruraldx.catalog.loader import SHIPPED as SETS_DIR
from ruraldx.catalog.loader import load_set
from ruraldx.catalog.rules import PassFail
from ruraldx.catalog.schema import Indicator
from ruraldx.messages import Message
from ruraldx.scoring import evaluate
from ruraldx.scoring.outcomes import ENGINE_VERSION, VERDICTS, Finding, IndicatorResult, ScoringContext, Verdict
from ruraldx.scoring.results import AssessmentResult, progress, score_assessment
from tests.rules.making import (
    alternative,
    boolean,
    composite,
    criteria_set,
    figures,
    indicator,
    pass_fail,
    province_set,
    ratio,
    score,
    threshold,
    told,
)

YES, NO = {"ket-qua": "co"}, {"ket-qua": "khong"}


# A plain claim


def test_a_claim_is_taken_as_it_is_said() -> None:
    item = indicator(pass_fail("Có wifi"))
    assert (score(item, YES).verdict, told(score(item, YES))) == (Verdict.PASS, ["Có wifi – Xã kê khai: Có."])
    assert (score(item, NO).verdict, told(score(item, NO))) == (Verdict.FAIL, ["Có wifi – Xã kê khai: Không."])
    open_ = score(item, {})
    assert (open_.verdict, open_.missing, told(open_)) == (
        Verdict.INCOMPLETE,
        ("ket-qua",),
        ["Chưa kê khai: Có wifi."],
    )


@pytest.mark.parametrize("confidence", ["secondary", "recall", "unverified", "demo"])
@pytest.mark.parametrize("rule", [pass_fail(), composite("all_of", boolean("ket-qua"))], ids=["claim", "composite"])
def test_an_unverified_wording_never_gives_a_verdict_unless_its_own_key_is_confirmed(
    confidence: str, rule: dict[str, Any]
) -> None:
    item = indicator(rule, verification=confidence)
    for answers, verdict in ((YES, Verdict.PASS), (NO, Verdict.FAIL)):
        plain = score(item, answers)
        assert plain.verdict is Verdict.UNVERIFIED
        assert "không kết luận Đạt hay Không đạt" in told(plain)[-1]
        assert score(item, answers, confirmed=frozenset({"8.2", "8.1#x", "8", ""})).verdict is Verdict.UNVERIFIED
        # The switch: with the key, or with the text seen, the same answers conclude.
        assert score(item, answers, confirmed=frozenset({"8.1"})).verdict is verdict
        seen = score(indicator(rule), answers)
        assert seen.verdict is verdict
        assert not any("không kết luận" in line for line in told(seen))


def test_a_rule_that_cannot_say_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(evaluate._KINDS, PassFail, lambda *_: Finding(None))
    assert score(indicator(pass_fail()), YES).verdict is Verdict.UNVERIFIED


# Set by the province

TWO = province_set(
    alternative("mot", pass_fail("Một"), "recall"), alternative("hai", composite("all_of", boolean("x")), "recall")
)


def test_a_round_chooses_the_way_of_a_province() -> None:
    item = indicator(TWO, "15.1")
    chosen = score(item, YES, choices={"15.1": "mot"})
    assert told(chosen)[:2] == ["Áp dụng nội dung theo mẫu của tỉnh mot.", "Một – Xã kê khai: Có."]
    assert [step.source for step in chosen.steps][:2] == ["Nguồn mot", "Nguồn mot"]
    assert score(item, {"x": "co"}, choices={"15.1": "hai"}).missing == ()
    assert score(item, YES, choices={"15.1": "hai"}).missing == ("x",)


@pytest.mark.parametrize("choices", [{}, {"15.1": "ba"}, {"15.2": "mot"}])
def test_without_a_choice_the_commune_declares_and_nothing_is_concluded(choices: dict[str, str]) -> None:
    # Not even where the indicator's own wording was seen: what the province asks was not.
    result = score(indicator(TWO, "15.1"), YES, choices=choices)
    assert result.verdict is Verdict.UNVERIFIED
    assert told(result)[:2] == [
        "Nội dung do tỉnh quy định; kỳ này chưa chọn mẫu của tỉnh nào.",
        "Theo quy định của tỉnh – Xã kê khai: Có.",
    ]


def test_the_way_of_one_province_is_confirmed_for_itself() -> None:
    item = indicator(TWO, "15.1")
    here = {"choices": {"15.1": "mot"}}
    assert score(item, YES, confirmed=frozenset({"15.1#mot"}), **here).verdict is Verdict.PASS
    for other in ("15.1", "15.1#hai", "15.2#mot"):
        assert score(item, YES, confirmed=frozenset({other}), **here).verdict is Verdict.UNVERIFIED, other
    seen = indicator(province_set(alternative("mot", pass_fail())), "15.1", verification="recall")
    assert score(seen, NO, **here).verdict is Verdict.FAIL


def test_a_threshold_by_region_inside_a_province_has_a_key_of_its_own() -> None:
    rule = ratio({"dimension": "vung", "values": {"nui": threshold("50", "recall")}})
    item = indicator(province_set(alternative("mot", rule)), "15.1")
    here = {"choices": {"15.1": "mot"}, "dimensions": {"vung": "nui"}}
    assert score(item, figures(1, 2), confirmed=frozenset({"15.1#mot#nui"}), **here).verdict is Verdict.PASS
    assert score(item, figures(1, 2), confirmed=frozenset({"15.1#nui"}), **here).verdict is Verdict.UNVERIFIED


# Not applicable

ASIDE = {"khong-ap-dung": "co", "ly-do-khong-ap-dung": "Xã không có thôn 100 %"}


def test_what_does_not_apply_needs_a_reason() -> None:
    item = indicator(pass_fail(), allow_not_applicable=True)
    result = score(item, ASIDE)
    assert (result.verdict, told(result)) == (
        Verdict.NOT_APPLICABLE,
        ["Không áp dụng. Lý do: Xã không có thôn 100 %"],
    )
    for reason in (None, ""):
        without = score(item, {**ASIDE, "ly-do-khong-ap-dung": reason})
        assert (without.verdict, without.missing) == (Verdict.INCOMPLETE, ("ly-do-khong-ap-dung",))
        assert told(without) == ["Chưa kê khai: Lý do không áp dụng."]
    # The switch: said "no", or where it may not be said, the rule is asked as ever.
    assert score(item, {**ASIDE, **YES, "khong-ap-dung": "khong"}).verdict is Verdict.PASS
    assert score(indicator(pass_fail()), {**ASIDE, **YES}).verdict is Verdict.PASS


def test_what_does_not_apply_asks_for_its_reason_and_nothing_else() -> None:
    item, plain = indicator(ratio(threshold("80")), allow_not_applicable=True), ScoringContext()
    assert progress(item, {}, plain) == progress(item, {"khong-ap-dung": "khong"}, plain)
    assert (progress(item, {}, plain).required, progress(item, figures(1, 2), plain).answered) == (4, 4)
    aside = progress(item, ASIDE, plain)
    assert (aside.required, aside.answered) == (1, 1)
    assert progress(item, {"khong-ap-dung": "co"}, plain).answered == 0


def test_an_indicator_for_other_units_is_not_asked_and_says_so() -> None:
    item = indicator(pass_fail(), applies_to={"vung": ["nui"]})
    assert progress(item, YES, ScoringContext(dimensions={"vung": "khac"})).required == 0
    assert progress(item, YES, ScoringContext(dimensions={"vung": "nui"})).required == 1
    assert progress(item, YES, ScoringContext()).required == 1
    result = score(item, YES, dimensions={"vung": "khac"})
    assert (result.verdict, told(result)) == (Verdict.NOT_APPLICABLE, ["Chỉ tiêu này không áp dụng với loại xã này."])


@pytest.mark.parametrize(
    ("policy", "others", "verdict", "passed", "total"),
    [
        ("excluded", YES, Verdict.PASS, 1, 1),
        ("redistributed", YES, Verdict.PASS, 1, 1),
        ("full_points", YES, Verdict.PASS, 2, 2),
        ("full_points", NO, Verdict.FAIL, 1, 2),
        ("excluded", NO, Verdict.FAIL, 0, 1),
        ("excluded", ASIDE, Verdict.NOT_APPLICABLE, 0, 0),
        ("full_points", ASIDE, Verdict.PASS, 2, 2),
    ],
)
def test_what_does_not_apply_counts_as_the_set_declares(
    policy: str, others: dict[str, str], verdict: Verdict, passed: int, total: int
) -> None:
    items = [indicator(pass_fail(), code, allow_not_applicable=True) for code in ("8.1", "8.2")]
    criteria = criteria_set({"8": items}, not_applicable=policy)
    result = score_assessment(criteria, {"8.1": ASIDE, "8.2": others}, ScoringContext())
    (criterion,) = result.criteria
    assert (criterion.verdict, criterion.passed, criterion.total) == (verdict, passed, total)
    assert result.indicators[0].verdict is Verdict.NOT_APPLICABLE


# Criteria

WAYS: dict[Verdict, tuple[Indicator, dict[str, str | None]]] = {
    Verdict.PASS: (indicator(pass_fail()), dict(YES)),
    Verdict.FAIL: (indicator(pass_fail()), dict(NO)),
    Verdict.UNVERIFIED: (indicator(pass_fail(), verification="recall"), dict(YES)),
    Verdict.INCOMPLETE: (indicator(pass_fail()), {}),
    Verdict.ERROR: (indicator(ratio(threshold("80"))), figures(1, 0)),
    Verdict.NOT_APPLICABLE: (indicator(pass_fail(), allow_not_applicable=True), dict(ASIDE)),
}
WORST_FIRST = [Verdict.ERROR, Verdict.FAIL, Verdict.INCOMPLETE, Verdict.UNVERIFIED, Verdict.PASS]


def assess(*verdicts: Verdict) -> AssessmentResult:
    """An assessment whose indicators have these verdicts."""
    items, answers = [], {}
    for number, verdict in enumerate(verdicts, 1):
        item, given_ = WAYS[verdict]
        items.append(item.model_copy(update={"code": f"8.{number}"}))
        answers[f"8.{number}"] = given_
    result = score_assessment(criteria_set({"8": items}), answers, ScoringContext())
    assert [item.verdict for item in result.indicators] == list(verdicts)
    return result


@pytest.mark.parametrize("one", WAYS)
@pytest.mark.parametrize("other", WAYS)
def test_a_criterion_is_as_good_as_the_worst_of_its_indicators(one: Verdict, other: Verdict) -> None:
    (criterion,) = assess(one, other).criteria
    counted = [verdict for verdict in (one, other) if verdict is not Verdict.NOT_APPLICABLE]
    worst = min(counted, key=WORST_FIRST.index) if counted else Verdict.NOT_APPLICABLE
    assert (criterion.verdict, criterion.total) == (worst, len(counted))
    assert criterion.passed == counted.count(Verdict.PASS)


def test_every_verdict_has_words_and_a_tone() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert len({str(words) for words, _tone in VERDICTS.values()}) == len(Verdict)
    assert {tone for _words, tone in VERDICTS.values()} <= {"success", "danger", "warning", "neutral", "info"}
    assert VERDICTS[Verdict.UNVERIFIED][1] != "success"


def test_an_indicator_outside_the_programme_is_neither_asked_nor_counted() -> None:
    inside, outside = indicator(pass_fail(), "8.1"), indicator(pass_fail(), "8.2", in_programme=False)
    criteria = criteria_set({"8": [inside, outside], "15": [indicator(pass_fail(), "15.1", in_programme=False)]})
    result = score_assessment(criteria, {"8.1": YES, "8.2": NO, "15.1": NO}, ScoringContext())
    assert [item.code for item in result.indicators] == ["8.1"]
    assert [(c.code, c.verdict, c.total) for c in result.criteria] == [("8", Verdict.PASS, 1)]
    assert (result.required, result.answered, result.share_answered) == (1, 1, Decimal("100.00"))


def test_nothing_asked_is_nothing_answered() -> None:
    result = score_assessment(criteria_set({"8": [indicator(pass_fail(), in_programme=False)]}), {}, ScoringContext())
    assert (result.required, result.share_answered) == (0, Decimal("0.00"))


def test_the_share_answered_is_rounded_as_the_set_declares() -> None:
    items = [indicator(pass_fail(), f"8.{n}") for n in (1, 2, 3)]
    for rounding, share in (({}, "66.67"), ({"mode": "down"}, "66.66"), ({"digits": 0}, "67")):
        criteria = criteria_set({"8": items}, rounding=rounding)
        found = score_assessment(criteria, {"8.1": YES, "8.3": NO}, ScoringContext())
        assert str(found.share_answered) == share


# The same bytes


def as_bytes(result: AssessmentResult) -> bytes:
    return json.dumps(result.as_data(), ensure_ascii=False, separators=(",", ":")).encode()


def test_the_data_of_a_result_is_plain_and_complete() -> None:
    result = assess(Verdict.PASS, Verdict.ERROR)
    data = result.as_data()
    assert data["engine"] == ENGINE_VERSION
    assert data["criteria"] == [{"code": "8", "verdict": "error", "passed": 1, "total": 2}]
    assert (data["required"], data["answered"], data["share_answered"]) == (5, 5, "100.00")
    passed, error = data["indicators"]
    assert (passed["verdict"], passed["value"], passed["error"], passed["missing"]) == ("pass", None, None, [])
    assert error["error"] == {"text": "Mẫu số bằng 0 nên không tính được tỷ lệ."}
    assert error["steps"][0]["source"] == "Nguồn"
    assert IndicatorResult("8.1", Verdict.PASS, Decimal("1E+2")).as_data()["value"] == "100"
    warned = IndicatorResult("8.1", Verdict.PASS, warnings=(Message("a"),))
    assert warned.as_data()["warnings"] == [{"text": "a"}]


# The two sets whose rules all lead to a verdict and none to points; any answers to them are drawn.
SHIPPED = {code: load_set(SETS_DIR / f"{code}.yaml") for code in ("xa-ntm-2021-2025", "xa-ntm-nang-cao-2021-2025")}
CONTEXT = {"dimensions": {"vung": "khac"}, "choices": {"15.1": "hoa-binh"}}


@st.composite
def answered(draw: st.DrawFn, code: str) -> dict[str, dict[str, str | None]]:
    """Any answers to a shipped set, also to fields that it does not have."""
    values = {
        FieldKind.BOOLEAN: st.sampled_from(["co", "khong"]),
        FieldKind.INTEGER: st.integers(0, 1000).map(str),
        FieldKind.DECIMAL: st.decimals(0, 1000, places=2).map(str),
        FieldKind.PRINTED_PERCENT: st.sampled_from(["88.7", ">98", "0"]),
        FieldKind.DATE: st.just("2024-12-31"),
    }
    answers: dict[str, dict[str, str | None]] = {"9.9": {"la": "x"}}
    for item in SHIPPED[code].indicators:
        fields = fields_of(item, CONTEXT["choices"])
        answers[item.code] = {field.code: draw(st.none() | values.get(field.kind, st.just("chữ"))) for field in fields}
    return answers


@pytest.mark.parametrize("code", sorted(SHIPPED))
@given(data=st.data())
def test_the_same_answers_give_the_same_bytes_in_whatever_order_they_come(code: str, data: st.DataObject) -> None:
    answers = data.draw(answered(code))
    expected = score_assessment(SHIPPED[code], answers, ScoringContext(**CONTEXT))  # type: ignore[arg-type]
    shuffled = {}
    for key in random.Random(0).sample(sorted(answers), len(answers)):
        shuffled[key] = dict(reversed(answers[key].items()))
    again = score_assessment(SHIPPED[code], shuffled, ScoringContext(**CONTEXT))  # type: ignore[arg-type]
    assert as_bytes(again) == as_bytes(expected)
    assert 0 <= expected.answered <= expected.required
    assert 0 <= expected.share_answered <= 100
    assert (expected.share_answered == 100) is (expected.answered == expected.required)


@pytest.mark.parametrize("code", sorted(SHIPPED))
@given(data=st.data())
def test_every_result_of_a_shipped_set_explains_itself_and_none_concludes(code: str, data: st.DataObject) -> None:
    result = score_assessment(SHIPPED[code], data.draw(answered(code)), ScoringContext(**CONTEXT))  # type: ignore[arg-type]
    for item in result.indicators:
        assert item.steps, item
        assert item.verdict not in (Verdict.PASS, Verdict.FAIL)
        assert all(str(step.message) for step in item.steps)
        assert (item.error is not None) is (item.verdict is Verdict.ERROR)
