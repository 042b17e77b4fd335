"""Points of a tree: earned, possible and answered stay apart; minimums, classes, ranks."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.schema import CriteriaSet
from ruraldx.scoring.outcomes import ScoringContext, Verdict
from ruraldx.scoring.results import AssessmentResult, score_assessment
from ruraldx.scoring.totals import competition_ranks
from tests.rules.making import criteria_set, indicator, pass_fail

Node = dict[str, Any]
YES, NO = {"ket-qua": "co"}, {"ket-qua": "khong"}
ASIDE = {"khong-ap-dung": "co", "ly-do-khong-ap-dung": "Xã đảo"}
CLASSES = [
    {"code": "tot", "name": "Tốt", "at_least": 80, "verification": "text_seen", "source": "Nguồn"},
    {"code": "kha", "name": "Khá", "at_least": 50, "inclusive": False, "verification": "text_seen", "source": "Nguồn"},
]


def leaf(code: str, most: object, **changes: Any) -> Node:
    return indicator(pass_fail(), code=code, max_points=most, allow_not_applicable=True, **changes).model_dump()


def pillar(code: str, most: object, *leaves: Node, **changes: Any) -> Node:
    return {
        "code": code,
        "name": f"Trụ cột {code}",
        "kind": "pillar",
        "max_points": most,
        "indicators": leaves,
        **changes,
    }


def whole(*pillars: Node, total: object = 100, **changes: Any) -> CriteriaSet:
    made = criteria_set({"1": []}, kind="score").model_dump()
    return CriteriaSet.model_validate({**made, "criteria": pillars, "total_points": total, **changes})


TWO = (pillar("A", 60, leaf("A.1", 40), leaf("A.2", 20)), pillar("B", 40, leaf("B.1", 40)))


def scored(criteria: CriteriaSet, answers: dict[str, dict[str, str | None]], **context: Any) -> AssessmentResult:
    return score_assessment(criteria, answers, ScoringContext(**context))


def three(result: AssessmentResult, code: str = "") -> tuple[int, int, int]:
    sums = {node.code: node.sum for node in result.nodes}
    assert result.total is not None
    value = sums[code] if code else result.total.sum
    return int(value.earned), int(value.possible), int(value.scored)


def test_a_node_is_the_sum_of_what_is_below_it() -> None:
    result = scored(whole(*TWO), {"A.1": YES, "A.2": NO, "B.1": YES})
    assert (three(result, "A"), three(result, "B"), three(result)) == ((40, 60, 60), (40, 40, 40), (80, 100, 100))
    assert [(node.code, node.depth) for node in result.nodes] == [("A", 0), ("B", 0)]


def test_what_is_missing_is_possible_but_not_earned_and_not_zero() -> None:
    result = scored(whole(*TWO, aggregation={"classes": CLASSES}), {"A.1": YES})
    assert three(result) == (40, 100, 40)
    assert result.total is not None
    assert (result.total.class_code, result.total.percent) == ("", Decimal("40.00"))
    assert result.share_answered == Decimal("33.33")


@pytest.mark.parametrize(
    ("policy", "expected", "percent"),
    [
        ("excluded", (40, 80, 80), "50.00"),
        ("full_points", (60, 100, 100), "60.00"),
        ("redistributed", (60, 100, 100), "60.00"),
    ],
)
def test_what_does_not_apply_counts_as_the_set_declares(
    policy: str, expected: tuple[int, int, int], percent: str
) -> None:
    result = scored(whole(*TWO, not_applicable=policy), {"A.1": YES, "A.2": ASIDE, "B.1": NO})
    assert three(result) == expected
    assert result.total is not None
    assert str(result.total.percent) == percent


def test_a_node_in_which_nothing_applies_is_not_possible_at_all() -> None:
    criteria = whole(*TWO, not_applicable="redistributed")
    result = scored(criteria, {"A.1": YES, "A.2": YES, "B.1": ASIDE})
    assert three(result, "B") == (0, 0, 0)
    nothing = scored(criteria, {"A.1": ASIDE, "A.2": ASIDE, "B.1": ASIDE})
    assert nothing.total is not None
    assert (nothing.total.percent, nothing.total.class_code) == (None, "")


def test_an_indicator_for_other_units_is_neither_asked_nor_possible() -> None:
    criteria = whole(
        pillar("A", 100, leaf("A.1", 60), leaf("A.2", 40, applies_to={"vung": ["nui"]})),
        dimensions={"vung": {"nui": "Miền núi", "khac": "Còn lại"}},
    )
    plain = scored(criteria, {"A.1": YES}, dimensions={"vung": "khac"})
    assert (three(plain), len(plain.indicators)) == ((60, 60, 60), 1)
    assert three(scored(criteria, {"A.1": YES}, dimensions={"vung": "nui"})) == (60, 100, 60)


def test_a_tree_may_be_of_any_depth_and_unscored_nodes_are_left_out() -> None:
    inner = pillar("1.1", 30, leaf("1.1.1", 30), kind="criterion")
    criteria = whole(
        {"code": "1", "name": "Trụ", "kind": "pillar", "max_points": 100, "groups": [
            inner, pillar("1.2", 70, leaf("1.2.1", 70))]},
        {"code": "6", "name": "Đô thị thông minh", "kind": "criterion", "indicators": [
            indicator(pass_fail(), code="6.1").model_dump()]},
        {"code": "7", "name": "Chờ điền", "to_fill": "Chưa xem được"},
    )  # fmt: skip
    result = scored(criteria, {"1.1.1": YES, "1.2.1": NO, "6.1": YES})
    assert [(node.code, node.depth) for node in result.nodes] == [("1", 0), ("1.1", 1), ("1.2", 1)]
    assert three(result) == (30, 100, 100)
    assert [section.code for section in criteria.sections] == ["1.1", "1.2", "6"]
    assert [(one.code, one.verdict, one.total) for one in result.criteria] == [
        ("1", Verdict.FAIL, 2), ("6", Verdict.PASS, 1),
    ]  # fmt: skip


def adjusting(sign: str, each: int) -> Node:
    kind = {"kind": "adjustment", "sign": sign, "label": "Lần", "unit": "lần", "points_each": each, "cap": 100}
    return indicator(kind, code="A.9").model_dump()


def test_bonus_and_penalty_never_leave_the_bounds_of_their_node() -> None:
    for sign, answer, earned in (("bonus", YES, 100), ("penalty", NO, 0), ("penalty", YES, 70)):
        criteria = whole(pillar("A", 100, leaf("A.1", 100), adjusting(sign, 30)))
        assert three(scored(criteria, {"A.1": answer, "A.9": {"so-luong": "1"}})) == (earned, 100, 100)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"A.1": YES, "A.2": NO, "B.1": YES}, ("tot", "Tốt")),
        ({"A.1": YES, "A.2": YES, "B.1": NO}, ("kha", "Khá")),
        ({"A.1": NO, "A.2": NO, "B.1": YES}, ("", "")),
    ],
)
def test_the_class_is_the_best_whose_bar_is_reached(answers: dict[str, Any], expected: tuple[str, str]) -> None:
    result = scored(whole(*TWO, aggregation={"classes": CLASSES}), answers)
    assert result.total is not None
    assert (result.total.class_code, result.total.class_name, result.total.provisional) == (*expected, False)


def test_a_bar_that_is_not_inclusive_must_be_passed() -> None:
    half = (pillar("A", 100, leaf("A.1", 50), leaf("A.2", 50)),)
    result = scored(whole(*half, aggregation={"classes": CLASSES}), {"A.1": YES, "A.2": NO})
    assert result.total is not None
    assert (str(result.total.percent), result.total.class_code) == ("50.00", "")


def test_without_an_obligatory_minimum_there_is_no_class() -> None:
    minimum = (TWO[0], {**TWO[1], "minimum_points": 30})
    criteria = whole(*minimum, aggregation={"classes": CLASSES})
    failed = scored(criteria, {"A.1": YES, "A.2": YES, "B.1": NO})
    assert failed.total is not None
    assert (failed.total.class_code, failed.total.below_minimum) == ("", ("B",))
    states = [{node.code: node.minimum_met for node in scored(criteria, given).nodes}["B"] for given in (
        {"B.1": YES}, {}, {"B.1": NO})]  # fmt: skip
    assert states == [True, None, False]


def test_an_indicator_may_have_a_minimum_of_its_own() -> None:
    tree = (pillar("A", 100, leaf("A.1", 90), leaf("A.2", 10, minimum_points=5)),)
    criteria = whole(*tree, aggregation={"classes": CLASSES})
    result = scored(criteria, {"A.1": YES, "A.2": NO})
    assert result.total is not None
    assert (result.total.below_minimum, result.total.class_code) == (("A.2",), "")
    open_ = scored(criteria, {"A.1": YES})
    assert open_.total is not None
    assert open_.total.below_minimum == ()


def test_a_class_on_anything_unverified_is_provisional() -> None:
    recalled = [{**CLASSES[0], "verification": "recall"}]
    for criteria in (
        whole(pillar("A", 100, leaf("A.1", 100, verification="demo")), aggregation={"classes": CLASSES}),
        whole(pillar("A", 100, leaf("A.1", 100)), aggregation={"classes": recalled}),
    ):
        total = scored(criteria, {"A.1": YES}).total
        assert total is not None
        assert (total.class_code, total.provisional) == ("tot", True)


def test_a_set_without_points_has_no_totals() -> None:
    result = scored(criteria_set({"8": [indicator(pass_fail())]}), {"8.1": YES})
    assert (result.nodes, result.total, result.outcome) == ((), None, Verdict.PASS)
    assert "total" not in result.as_data()


def test_points_are_in_the_stored_form_of_a_set_that_has_them() -> None:
    data = scored(whole(*TWO, aggregation={"classes": CLASSES}), {"A.1": YES, "A.2": NO, "B.1": YES}).as_data()
    assert data["total"] == {
        "earned": "80.00", "possible": "100", "scored": "100", "provisional": False,
        "percent": "80.00", "class": "tot", "below_minimum": [],
    }  # fmt: skip
    assert data["nodes"][0] == {
        "code": "A", "minimum_met": None, "earned": "40.00", "possible": "60", "scored": "60", "provisional": False,
    }  # fmt: skip
    assert (data["indicators"][0]["points"], data["indicators"][0]["maximum"]) == ("40.00", "40")


# When the whole passes


def outcome(needed: int | None, *verdicts: dict[str, str | None]) -> Verdict:
    rule = {"passes": "k_of_n", "at_least": needed} if needed else {}
    parts = {str(n): [indicator(pass_fail(), code=f"{n}.1")] for n in range(1, len(verdicts) + 1)}
    criteria = criteria_set(parts, aggregation=rule)
    return scored(criteria, {f"{n}.1": given for n, given in enumerate(verdicts, start=1)}).outcome


def test_the_whole_passes_with_all_criteria_or_with_as_many_as_the_set_asks() -> None:
    assert outcome(None, YES, YES, NO) is Verdict.FAIL
    assert outcome(2, YES, YES, NO) is Verdict.PASS
    assert outcome(2, YES, NO, NO) is Verdict.FAIL
    assert outcome(2, YES, NO, {}) is Verdict.INCOMPLETE
    assert outcome(1, YES, {}) is Verdict.PASS


# Ranks


def test_equal_scores_share_a_rank_and_the_next_one_counts_them() -> None:
    scores = {"a": Fraction(9), "b": Fraction(7), "c": Fraction(7), "d": Fraction(3)}
    assert competition_ranks(scores) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert competition_ranks({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.fractions(0, 100), max_size=12), st.randoms())
def test_ranks_do_not_depend_on_the_order_of_the_units(scores: dict[str, Fraction], chance: random.Random) -> None:
    keys = list(scores)
    chance.shuffle(keys)
    assert competition_ranks({key: scores[key] for key in keys}) == competition_ranks(scores)
    for key, rank in competition_ranks(scores).items():
        assert rank == 1 + sum(1 for other in scores.values() if other > scores[key])


@given(
    st.lists(st.sampled_from([YES, NO, {}, ASIDE]), min_size=3, max_size=3),
    st.sampled_from(["excluded", "full_points", "redistributed"]),
)
def test_whatever_is_answered_points_stay_within_their_bounds_and_add_up(answers: list[Any], policy: str) -> None:
    result = scored(whole(*TWO, not_applicable=policy), dict(zip(("A.1", "A.2", "B.1"), answers, strict=True)))
    assert result.total is not None
    total = result.total.sum
    assert 0 <= total.earned <= total.scored <= total.possible <= 100
    assert total.earned == sum(node.sum.earned for node in result.nodes)
    again = scored(whole(*TWO, not_applicable=policy), dict(zip(("A.1", "A.2", "B.1"), answers, strict=True)))
    assert again.as_data() == result.as_data()
