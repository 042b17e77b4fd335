"""What is missing: every way was scored, says what it takes, and brings what it promises."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.scoring.gaps import Gap, gaps
from ruraldx.scoring.outcomes import ScoringContext, Verdict
from ruraldx.scoring.results import score_assessment
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
    threshold,
)
from tests.rules.test_points import CASES, HEAD, MEETINGS, SHARE, STANDING

Answers = dict[str, str | None]
BAR = {"value": "80", "verification": "text_seen", "source": "Nguồn"}
COUNT = {"kind": "count", "label": "Số điểm", "unit": "điểm", "threshold": {**BAR, "value": "3"}}
VALUE = {"kind": "value", "label": "Tốc độ", "unit": "Mbps", "threshold": {**BAR, "value": "1.5"}}
EACH = {"kind": "capped_count", "label": "Lớp tập huấn", "unit": "lớp", "points_each": 3}
BONUS = {"kind": "adjustment", "sign": "bonus", "label": "Sáng kiến", "unit": "ý", "points_each": 1, "cap": 3}
PENALTY = {**BONUS, "sign": "penalty", "label": "Văn bản quá hạn"}
BEST = {"kind": "relative", "label": "Hồ sơ trực tuyến", "unit": "hồ sơ"}
SURVEY = {"kind": "imported", "label": "Mức độ hài lòng", "provider": "Cục", "full_at": 90}
COUNCIL = {"kind": "council", "question": "Tính mới"}
RATIO_BANDS = {
    "kind": "bands",
    "quantity": {"kind": "ratio", "numerator_label": "Có", "denominator_label": "Tất cả"},
    "bands": [{"below": 50, "points": 0}, {"at_least": 50, "below": 90, "points": 5}, {"at_least": 90, "points": 10}],
}
FEWER = {
    "kind": "bands",
    "quantity": {"kind": "number", "label": "Ngày chờ", "unit": "ngày"},
    "bands": [{"below": "2.5", "points": 10}, {"at_least": "2.5", "points": 0}],
}
PARTS = {
    "kind": "sum_of_parts",
    "parts": [
        {"code": "a", "label": "Phần một", "fraction": "0.5", "rule": HEAD},
        {"code": "b", "label": "Phần hai", "fraction": "0.5", "rule": SHARE},
    ],
}
MACHINES = {"kind": "ratio", "code": "may", "label": "Máy tính", "numerator_label": "Có máy",
            "denominator_label": "Tất cả", "minimum": 90}  # fmt: skip
POINTS = {"kind": "count", "code": "diem", "label": "Điểm truy cập", "minimum": 2, "unit": "điểm"}
HOURS = {"kind": "number", "code": "gio", "label": "Giờ mở cửa", "minimum": "4.5", "unit": "giờ"}
TWO_OF = composite("n_of", boolean("x"), MACHINES, POINTS, HOURS, at_least=2)


def of(rule: dict[str, Any], answers: Answers, most: object = 10, context: ScoringContext | None = None, **more: Any):  # type: ignore[no-untyped-def]
    """The gap of one indicator, if it has one."""
    found = gaps(one_set(indicator(rule, max_points=most, **more)), {"8.1": answers}, context or ScoringContext())
    return found[0] if found else None


def one_set(*items: Indicator) -> CriteriaSet:
    made = criteria_set({"8": list(items)})
    if all(item.max_points is None for item in items):
        return made
    whole = sum((item.max_points or Decimal(0) for item in items), Decimal(0))
    node = made.criteria[0].model_copy(update={"max_points": whole})
    return made.model_copy(update={"criteria": (node,), "total_points": whole})


def ways(gap: Gap | None) -> list[tuple[dict[str, str], str]]:
    return [(dict(way.values), str(way.gain)) for way in gap.ways] if gap else []


def told(gap: Gap) -> list[str]:
    return [" ".join(map(str, way.says)) for way in gap.ways]


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        (pass_fail(), {"ket-qua": "khong"}, [({"ket-qua": "co"}, "10.00")]),
        (ratio(BAR), figures(188, 250), [({"tu-so": "200"}, "10.00")]),
        (ratio(BAR, ">"), figures(188, 250), [({"tu-so": "201"}, "10.00")]),
        (ratio(BAR, "<="), figures(188, 200), [({"tu-so": "160"}, "10.00")]),
        (ratio(BAR, "<"), figures(188, 200), [({"tu-so": "159"}, "10.00")]),
        (ratio({**BAR, "value": "0"}, "<"), figures(1, 2), []),
        (ratio({**BAR, "value": "100"}, ">"), figures(1, 2), []),
        (COUNT, {"so-luong": "1"}, [({"so-luong": "3"}, "10.00")]),
        (VALUE, {"so-luong": "1.42"}, [({"so-luong": "1.5"}, "10.00")]),
        ({**VALUE, "comparator": ">"}, {"so-luong": "1.42"}, [({"so-luong": "1.51"}, "10.00")]),
        ({**COUNT, "comparator": "<", "threshold": {**BAR, "value": "0"}}, {"so-luong": "1"}, []),
        ({**VALUE, "qualified": True}, {"so-luong": ">1"}, [({"so-luong": "1.5"}, "10.00")]),
        (MEETINGS, {"so-luong": "1"}, [({"so-luong": "2"}, "7.50"), ({"so-luong": "4"}, "15.00")]),
        (RATIO_BANDS, figures(3, 7), [({"tu-so": "4"}, "5.00"), ({"tu-so": "7"}, "10.00")]),
        (FEWER, {"so-luong": "4"}, [({"so-luong": "2.4"}, "10.00")]),
        ({**SHARE, "none_below": 50}, figures(3, 10), [({"tu-so": "5"}, "5.00"), ({"tu-so": "10"}, "10.00")]),
        (HEAD, {"lua-chon": "chua"}, [({"lua-chon": "pho"}, "5.00"), ({"lua-chon": "truong"}, "10.00")]),
        (CASES, {"a": "khong", "b": "khong", "c": "co"}, [({"b": "co"}, "3.00"), ({"a": "co"}, "9.00")]),
        (EACH, {"so-luong": "1"}, [({"so-luong": "2"}, "3.00"), ({"so-luong": "4"}, "7.00")]),
        (SURVEY, {"so-luong": "45", **STANDING}, [({"so-luong": "90"}, "5.00")]),
        (
            {**SURVEY, "threshold": BAR, "comparator": ">"},
            {"so-luong": "80", **STANDING},
            [({"so-luong": "81"}, "10.00")],
        ),
        ({**SURVEY, "threshold": {**BAR, "value": None}}, {"so-luong": "80", **STANDING}, []),
    ],
)
def test_a_way_is_the_smallest_change_and_its_gain(
    rule: dict[str, Any], answers: Answers, expected: list[tuple[dict[str, str], str]]
) -> None:
    most = 20 if rule is MEETINGS else 10
    assert ways(of(rule, answers, most)) == expected


def test_what_is_lacking_is_said_in_numbers() -> None:
    assert told(of(ratio(BAR), figures(188, 250))) == ["Có: cần thêm 12 (188 → 200)."]
    assert told(of(COUNT, {"so-luong": "1"})) == ["Số điểm: cần thêm 2 điểm (1 → 3)."]
    assert told(of(FEWER, {"so-luong": "4"})) == ["Ngày chờ: cần giảm 1,6 ngày (4 → 2,4)."]
    assert told(of(pass_fail(), {"ket-qua": "khong"})) == ["Cần đáp ứng: Có không."]
    assert told(of(HEAD, {"lua-chon": "pho"})) == ["Trưởng ban là ai: Cấp phó → Bí thư hoặc Chủ tịch."]


def test_what_is_not_known_is_named_and_only_possible() -> None:
    gap = of(ratio(BAR), {})
    assert [field.label for field in gap.missing] == ["Có", "Tất cả", *[f.label for f in gap.missing[2:]]]
    (way,) = gap.ways
    assert way.gain == Decimal(10)
    assert way.supposed
    assert not way.certain
    assert str(way.says[0]) == "Kê khai: Có."


def test_figures_without_a_day_and_a_provider_bring_their_points_as_soon_as_those_are_told() -> None:
    gap = of(ratio(BAR), {"tu-so": "90", "mau-so": "100"})
    assert ways(gap) == [({"tinh-den": "2000-01-01", "noi-cung-cap": "–"}, "10.00")]
    assert gap.ways[0].certain
    assert of(BEST, {"so-luong": "5"}, context=ScoringContext(best={"8.1": Decimal(10)})).ways[0].gain == 5
    assert of(SURVEY, {"so-luong": "45"}).ways[0].gain == 5


@pytest.mark.parametrize("answers", [{}, {"tu-so": "5"}, {"tu-so": "5", "mau-so": "0"}, {"tu-so": "500"}])
def test_a_ratio_that_cannot_be_computed_may_reach_the_whole(answers: Answers) -> None:
    gap = of(ratio(BAR), answers)
    assert gap.gain == 10
    assert gap.ways[-1].supposed


def test_an_error_says_itself() -> None:
    assert str(of(ratio(BAR), figures(5, 0)).waits) == "Mẫu số bằng 0 nên không tính được tỷ lệ."


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"x": "khong", "may-tu-so": "1", "may-mau-so": "2", "diem": "0", "gio": "5"}, {"x": "co"}),
        (
            {"x": "khong", "may-tu-so": "1", "may-mau-so": "2", "diem": "0", "gio": "4"},
            {"x": "co", "may-tu-so": "2"},
        ),
        ({"x": "khong", "may-tu-so": "9", "may-mau-so": "10", "gio": "4"}, {"x": "co"}),
        ({"x": "co", "may-tu-so": "9", "may-mau-so": "0", "diem": "2"}, {"may-tu-so": "90", "may-mau-so": "100"}),
        ({}, {"x": "co", "may-tu-so": "90", "may-mau-so": "100"}),
        ({"x": "khong", "may-tu-so": "1", "may-mau-so": "2", "gio": "4.5"}, {"x": "co"}),
    ],
)  # fmt: skip
def test_of_conditions_the_known_ones_are_met_first(answers: Answers, expected: dict[str, str]) -> None:
    assert [dict(way.values) for way in of(TWO_OF, answers).ways] == [expected]


def test_every_condition_has_its_nearest_value() -> None:
    answers: Answers = {"x": "khong", "may-tu-so": "1", "may-mau-so": "3", "diem": "1", "gio": "2.25"}
    gap = of(composite("all_of", boolean("x"), MACHINES, POINTS, HOURS), answers)
    assert dict(gap.ways[0].values) == {"x": "co", "may-tu-so": "3", "diem": "2", "gio": "4.5"}
    any_of = of(composite("any_of", POINTS, boolean("x")), {"x": "khong", "diem": "1"})
    assert dict(any_of.ways[0].values) == {"diem": "2"}
    assert of(composite("any_of", {**HOURS, "minimum": "-1"}), {}).ways[0].values == {"gio": "0"}


def test_an_open_part_is_filled_before_anything_else_counts() -> None:
    gap = of(PARTS, {"a-lua-chon": "pho"})
    assert str(gap.gain) == "10.00"
    assert gap.ways[-1].values["a-lua-chon"] == "truong"
    assert gap.ways[-1].supposed
    share = {f"b-{code}": value for code, value in figures(5, 10).items()}
    known = ways(of(PARTS, {"a-lua-chon": "pho", **share}))
    assert known == [({"b-tu-so": "10"}, "2.50"), ({"a-lua-chon": "truong"}, "2.50")]


def test_a_part_whose_threshold_nobody_knows_offers_nothing() -> None:
    unknown = {**COUNT, "threshold": {**BAR, "value": None}}
    part = {"code": "c", "label": "Phần", "fraction": "0.5", "rule": unknown}
    gap = of({"kind": "sum_of_parts", "parts": [PARTS["parts"][0], part]}, {"a-lua-chon": "truong"})
    assert gap.ways == ()
    assert [field.code for field in gap.missing] == ["c-so-luong"]


def test_the_frozen_best_is_the_bar_of_a_relative_rule() -> None:
    context = ScoringContext(best={"8.1": Decimal("20.0")})
    assert ways(of(BEST, {"so-luong": "5", **STANDING}, context=context)) == [({"so-luong": "20"}, "7.50")]
    waiting = of(BEST, {"so-luong": "5", **STANDING})
    assert waiting.ways == ()
    assert str(waiting.waits) == "Chờ Hội đồng hoặc người thẩm định kết luận."


def test_what_a_council_gave_is_its_own_to_change() -> None:
    assert of(COUNCIL, {"diem": "4"}) is None
    gap = of(COUNCIL, {})
    assert ways(gap) == [({"diem": "10"}, "10.00")]
    assert not gap.ways[0].certain


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        (BONUS, {"so-luong": "1"}, ["1.00", "2.00"]),
        (BONUS, {"so-luong": "3"}, []),
        (PENALTY, {"so-luong": "9"}, ["1.00", "3.00"]),
        (PENALTY, {"so-luong": "0"}, []),
    ],
)
def test_a_bonus_has_room_up_to_its_cap_and_a_penalty_down_to_none(
    rule: dict[str, Any], answers: Answers, expected: list[str]
) -> None:
    half = indicator(ratio(BAR), code="8.2", max_points=10)
    whole = one_set(indicator(rule, max_points=0), half, indicator(pass_fail(), code="8.3", max_points=10))
    found = gaps(whole, {"8.1": answers, "8.2": figures(9, 10), "8.3": {"ket-qua": "khong"}}, ScoringContext())
    assert [str(way.gain) for gap in found if gap.indicator.code == "8.1" for way in gap.ways] == expected


def test_an_indicator_set_aside_without_a_reason_lacks_the_reason() -> None:
    gap = of(pass_fail(), {"khong-ap-dung": "co"}, None, allow_not_applicable=True)
    assert dict(gap.ways[0].values) == {"ly-do-khong-ap-dung": "–"}
    assert gap.ways[0].result.verdict is Verdict.NOT_APPLICABLE
    assert gap.ways[0].certain


def test_beside_a_threshold_that_nobody_checked_a_gain_is_only_possible() -> None:
    gap = of(ratio(threshold("80", "recall")), figures(7, 10), None)
    assert dict(gap.ways[0].values) == {"tu-so": "8"}
    assert not gap.ways[0].certain
    settled = of(ratio(threshold("80", "recall")), figures(8, 10), None)
    assert settled.ways == ()
    assert "chưa được kiểm chứng" in str(settled.waits)


def test_a_threshold_of_one_region_and_an_alternative_of_one_province_are_confirmed_for_themselves() -> None:
    by = {"dimension": "vung", "values": {"khac": threshold("80", "recall"), "nui": threshold("50")}}
    rule = province_set(alternative("mau", ratio(by), "recall"))
    context = ScoringContext(dimensions={"vung": "khac"}, choices={"8.1": "mau"})
    assert dict(of(rule, figures(7, 10), None, context).ways[0].values) == {"tu-so": "8"}


def test_without_points_the_criterion_that_lacks_least_comes_first_then_the_cheapest() -> None:
    made = criteria_set(
        {
            "1": [indicator(pass_fail(), "1.1"), indicator(pass_fail(), "1.2")],
            "2": [indicator(ratio(BAR), "2.1"), indicator(pass_fail(), "2.2"), indicator(COUNCIL, "2.3")],
        }
    )
    no = {"ket-qua": "khong"}
    answers = {"1.1": no, "1.2": {"ket-qua": "co"}, "2.1": figures(79, 100), "2.2": no, "2.3": {}}
    found = gaps(made, answers, ScoringContext())
    assert [gap.indicator.code for gap in found] == ["1.1", "2.1", "2.2", "2.3"]
    assert found[-1].as_data()["waits"]
    assert found[-1].gain == 0


def test_the_largest_gain_comes_first_and_what_is_full_is_not_there() -> None:
    made = one_set(
        indicator(pass_fail(), "8.1", max_points=5),
        indicator(HEAD, "8.2", max_points=20),
        indicator(pass_fail(), "8.3", max_points=5),
        indicator(pass_fail(), "8.4", max_points=5, in_programme=False),
    )
    answers = {"8.1": {"ket-qua": "khong"}, "8.2": {"lua-chon": "pho"}, "8.3": {"ket-qua": "co"}}
    found = gaps(made, answers, ScoringContext())
    assert [gap.indicator.code for gap in found] == ["8.2", "8.1"]
    data = found[0].as_data()
    assert data["ways"][0] == {
        "says": ["Trưởng ban là ai: Cấp phó → Bí thư hoặc Chủ tịch."],
        "verdict": "scored",
        "points": "20.00",
        "gain": "10.00",
        "certain": True,
    }
    assert data["waits"] is None


KINDS: dict[str, dict[str, Any]] = {
    "8.1": pass_fail(), "8.2": ratio(BAR), "8.3": COUNT, "8.4": VALUE, "8.5": RATIO_BANDS, "8.6": FEWER,
    "8.7": SHARE, "8.8": HEAD, "8.9": CASES, "8.10": EACH, "8.11": BONUS, "8.12": PENALTY, "8.13": BEST,
    "8.14": SURVEY, "8.15": COUNCIL, "8.16": PARTS, "8.17": TWO_OF,
}  # fmt: skip
NUMBER = st.integers(0, 12).map(str)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "ket-qua": st.sampled_from(["co", "khong"]), "lua-chon": st.sampled_from(["truong", "pho", "chua"]),
    "tinh-den": st.just("2024-12-31"), "noi-cung-cap": st.just("Sở"), "tu-so": NUMBER, "mau-so": NUMBER,
    "so-luong": NUMBER, "diem": NUMBER, "gio": NUMBER, "x": st.sampled_from(["co", "khong"]),
    "a": st.sampled_from(["co", "khong"]), "b": st.sampled_from(["co", "khong"]),
    "c": st.sampled_from(["co", "khong"]), "may-tu-so": NUMBER, "may-mau-so": NUMBER,
    "a-lua-chon": st.sampled_from(["truong", "pho", "chua"]), "b-tu-so": NUMBER, "b-mau-so": NUMBER,
    "b-tinh-den": st.just("2024-12-31"), "b-noi-cung-cap": st.just("Sở"),
}  # fmt: skip
COMPANION = indicator(pass_fail(), "9.1", max_points=10)
SETS = {
    code: one_set(indicator(rule, code, max_points=0 if code in ("8.11", "8.12") else 10), COMPANION)
    for code, rule in KINDS.items()
}


@pytest.mark.parametrize("code", KINDS)
@given(answers=st.fixed_dictionaries({}, optional=VALUES), frozen=st.booleans())
@settings(max_examples=12, deadline=None)
def test_doing_what_a_way_says_brings_exactly_what_it_promises(code: str, answers: Answers, frozen: bool) -> None:
    context = ScoringContext(best={"8.13": Decimal(12)} if frozen else {})
    known = {code: answers, "9.1": {"ket-qua": "co"}}
    before = score_assessment(SETS[code], known, context)
    for gap in gaps(SETS[code], known, context):
        assert gap.now in before.indicators
        for way in gap.ways:
            after = score_assessment(SETS[code], {**known, code: {**answers, **way.values}}, context)
            assert before.total
            assert after.total
            assert after.total.sum.earned - before.total.sum.earned == way.gain
            assert way.result in after.indicators
            assert way.gain > 0 or way.result.verdict in (Verdict.PASS, Verdict.SCORED, Verdict.UNVERIFIED)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 100), st.sampled_from([">=", ">"]))
def test_one_less_than_what_is_asked_would_not_do(top: int, bottom: int, bar: int, comparator: str) -> None:
    rule = ratio({**BAR, "value": str(bar)}, comparator)
    gap = of(rule, figures(top, bottom))
    for way in gap.ways if gap else ():
        less = int(way.values["tu-so"]) - 1
        assert less >= top
        assert less == top or of(rule, figures(less, bottom)).ways[0].values == way.values
