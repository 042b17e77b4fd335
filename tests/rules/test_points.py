"""What each kind of rule that gives points gives, at its edges, and what it says of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.fields import rule_in_force
from ruraldx.catalog.kinds import is_graded
from ruraldx.catalog.schema import Indicator
from ruraldx.scoring.outcomes import Verdict
from ruraldx.scoring.results import after_verdict
from tests.rules.making import boolean, composite, figures, indicator, pass_fail, ratio, score, threshold, told

Answers = dict[str, str | None]
MEETINGS = {
    "kind": "bands",
    "quantity": {"kind": "count", "label": "Số cuộc họp", "unit": "cuộc"},
    "bands": [
        {"below": 1, "points": 0},
        {"at_least": 1, "below": 2, "points": 5},
        {"at_least": 2, "below": 4, "points": "12.5", "label": "hai hoặc ba"},
        {"at_least": 4, "points": 20},
    ],
}
SHARE = {"kind": "proportional", "numerator_label": "Có", "denominator_label": "Tất cả"}
HEAD = {
    "kind": "choice",
    "question": "Trưởng ban là ai",
    "options": [
        {"code": "truong", "label": "Bí thư hoặc Chủ tịch", "fraction": 1},
        {"code": "pho", "label": "Cấp phó", "fraction": "0.5"},
        {"code": "chua", "label": "Chưa có", "fraction": 0},
    ],
}
CASES = {
    "kind": "highest_case",
    "question": "Mức cao nhất đã làm",
    "cases": [
        {"code": "a", "label": "Toàn xã", "fraction": 1},
        {"code": "b", "label": "Trung tâm", "fraction": "0.4"},
        {"code": "c", "label": "Kế hoạch", "fraction": "0.1"},
    ],
}
STANDING = {"tinh-den": "2024-12-31", "noi-cung-cap": "Viễn thông"}


def rule(most: object, kind: dict[str, Any], **changes: Any) -> Indicator:
    return indicator(kind, max_points=most, **changes)


def points(item: Indicator, answers: Answers, **context: Any) -> Decimal | None:
    return score(item, answers, **context).points


@pytest.mark.parametrize(
    ("held", "given"), [("0", "0.00"), ("1", "5.00"), ("2", "12.50"), ("3", "12.50"), ("4", "20.00"), ("99", "20.00")]
)
def test_a_band_holds_from_its_lower_edge_to_just_before_its_upper_one(held: str, given: str) -> None:
    result = score(rule(20, MEETINGS), {"so-luong": held})
    assert (result.verdict, str(result.points)) == (Verdict.SCORED, given)
    assert result.value is None


def test_a_band_says_where_the_figure_lies_and_what_that_brings() -> None:
    item = rule(20, MEETINGS)
    assert told(score(item, {"so-luong": "1"})) == [
        "1 cuộc thuộc khung từ 1 đến dưới 2: 5 điểm.",
        "Điểm: 5,00 trên 20.",
    ]
    assert told(score(item, {"so-luong": "3"}))[0] == "3 cuộc thuộc khung hai hoặc ba: 12,5 điểm."
    assert told(score(item, {"so-luong": "4"}))[0] == "4 cuộc thuộc khung từ 4 trở lên: 20 điểm."
    assert told(score(item, {"so-luong": "0"}))[0] == "0 cuộc thuộc khung từ 0 đến dưới 1: 0 điểm."


def test_a_band_of_a_ratio_compares_the_exact_ratio() -> None:
    bands = {
        "kind": "bands",
        "quantity": {"kind": "ratio", "numerator_label": "Có", "denominator_label": "Tất cả"},
        "bands": [{"below": 80, "points": 1}, {"at_least": 80, "points": 2}],
    }
    item = rule(2, bands)
    assert points(item, figures(4, 5)) == 2
    almost = score(item, figures(799999, 1000000))
    assert (almost.points, str(almost.value)) == (1, "80.00")
    assert score(item, figures(1, 0)).verdict is Verdict.ERROR
    assert score(item, {"tu-so": "1"}).missing == ("mau-so", "tinh-den", "noi-cung-cap")
    assert score(rule(20, MEETINGS), {}).missing == ("so-luong",)
    assert score(item, {"tu-so": "1", "mau-so": "2"}).verdict is Verdict.INCOMPLETE


def test_a_decimal_quantity_may_lie_anywhere_in_a_band() -> None:
    bands = {
        "kind": "bands",
        "quantity": {"kind": "number", "label": "Số giờ", "unit": "giờ"},
        "bands": [{"below": "1.5", "points": 0}, {"at_least": "1.5", "points": 3}],
    }
    assert [points(rule(3, bands), {"so-luong": text}) for text in ("1.49", "1.5", "1.51")] == [0, 3, 3]


@pytest.mark.parametrize(
    ("top", "bottom", "given"), [(0, 9, "0.00"), (1, 3, "3.33"), (2, 3, "6.67"), (9, 9, "10.00"), (12, 9, "10.00")]
)
def test_a_share_is_rounded_once_and_never_above_the_maximum(top: int, bottom: int, given: str) -> None:
    result = score(rule(10, SHARE), figures(top, bottom))
    assert str(result.points) == given
    assert bool(result.warnings) == (top > bottom)


def test_a_share_is_full_early_and_nothing_below_its_floor() -> None:
    item = rule(10, {**SHARE, "full_at": 80, "none_below": 20})
    assert [str(points(item, figures(top, 100))) for top in (19, 20, 40, 80, 81)] == [
        "0.00", "2.50", "5.00", "10.00", "10.00",
    ]  # fmt: skip
    assert "Tỷ lệ dưới mức 20 % nên không có điểm." in told(score(item, figures(19, 100)))
    assert score(item, figures(19, 0)).verdict is Verdict.ERROR
    assert score(item, {"mau-so": "3", **STANDING}).missing == ("tu-so",)


def test_a_printed_share_that_disagrees_is_shown_as_a_warning() -> None:
    result = score(rule(10, SHARE), figures(179, 188, **{"ty-le-cong-bo": "94.2"}))
    assert len(result.warnings) == 1
    assert "94,2" in str(result.warnings[0])


@pytest.mark.parametrize(("chosen", "given"), [("truong", "20.00"), ("pho", "10.00"), ("chua", "0.00")])
def test_a_choice_is_a_share_of_the_maximum(chosen: str, given: str) -> None:
    result = score(rule(20, HEAD), {"lua-chon": chosen})
    assert (result.verdict, str(result.points)) == (Verdict.SCORED, given)


def test_a_choice_that_was_not_made_is_missing_and_not_zero() -> None:
    for answers in ({}, {"lua-chon": "khac"}):
        result = score(rule(20, HEAD), dict(answers))
        assert (result.verdict, result.points, result.missing) == (Verdict.INCOMPLETE, None, ("lua-chon",))


def test_of_several_cases_the_highest_counts() -> None:
    item = rule(10, CASES)
    assert points(item, {"a": "khong", "b": "co", "c": "co"}) == 4
    assert points(item, {"a": "co"}) == 10
    assert points(item, {"a": "khong", "b": "khong", "c": "khong"}) == 0
    assert "Không có trường hợp nào đúng: 0 điểm." in told(score(item, {"a": "khong", "b": "khong", "c": "khong"}))


def test_an_open_case_matters_only_while_it_could_still_be_the_highest() -> None:
    item = rule(10, CASES)
    assert points(item, {"a": "khong", "b": "co"}) == 4
    assert score(item, {"b": "co", "c": "khong"}).missing == ("a",)
    assert score(item, {"a": "khong", "b": "khong"}).missing == ("c",)


def test_a_count_brings_points_up_to_the_maximum() -> None:
    item = rule(10, {"kind": "capped_count", "label": "Mô hình", "unit": "mô hình", "points_each": "2.5"})
    assert [points(item, {"so-luong": text}) for text in ("0", "1", "4", "7")] == [0, Decimal("2.5"), 10, 10]
    assert told(score(item, {"so-luong": "7"}))[0] == "7 mô hình × 2,5 điểm, không quá 10 điểm."
    assert score(item, {}).missing == ("so-luong",)


@pytest.mark.parametrize(("sign", "way"), [("bonus", 1), ("penalty", -1)])
def test_a_bonus_adds_and_a_penalty_takes_off_up_to_its_cap(sign: str, way: int) -> None:
    item = indicator({"kind": "adjustment", "sign": sign, "label": "Lần", "unit": "lần", "points_each": 3, "cap": 5})
    assert [points(item, {"so-luong": text}) for text in ("0", "1", "2")] == [0, 3 * way, 5 * way]
    assert score(item, {}).missing == ("so-luong",)
    said = told(score(item, {"so-luong": "2"}))
    assert said[-1] == f"Điểm: {'-' if way < 0 else ''}5,00."
    assert ("trừ" in said[0]) == (way < 0)


def test_against_the_best_unit_the_value_is_a_share_of_the_best() -> None:
    item = rule(10, {"kind": "relative", "label": "Số giao dịch", "unit": "lượt"})
    answers: Answers = {"so-luong": "30", **STANDING}
    assert points(item, answers, best={"8.1": Decimal(40)}) == Decimal("7.5")
    assert points(item, answers, best={"8.1": Decimal(20)}) == 10  # corrected after the cohort was frozen
    assert points(item, answers, best={"8.1": Decimal(0)}) == 0


def test_where_less_is_better_the_best_is_the_lowest() -> None:
    item = rule(10, {"kind": "relative", "label": "Số hồ sơ trễ", "unit": "hồ sơ", "better": "lower"})
    assert points(item, {"so-luong": "8", **STANDING}, best={"8.1": Decimal(2)}) == Decimal("2.5")
    assert points(item, {"so-luong": "0", **STANDING}, best={"8.1": Decimal(0)}) == 10
    assert points(item, {"so-luong": "1", **STANDING}, best={"8.1": Decimal(2)}) == 10


def test_without_a_frozen_cohort_the_points_wait_and_are_not_zero() -> None:
    item = rule(10, {"kind": "relative", "label": "Số giao dịch", "unit": "lượt"})
    result = score(item, {"so-luong": "30", **STANDING})
    assert (result.verdict, result.points) == (Verdict.MANUAL, None)
    assert score(item, STANDING).missing == ("so-luong",)
    assert score(item, {"so-luong": "3"}, best={"8.1": Decimal(3)}).verdict is Verdict.INCOMPLETE


IMPORTED = {"kind": "imported", "label": "Tỷ lệ hài lòng", "provider": "Cổng DVC"}


def test_an_imported_result_is_a_share_of_the_maximum() -> None:
    item = rule(10, {**IMPORTED, "full_at": 90})
    assert [points(item, {"so-luong": text, **STANDING}) for text in ("0", "45", "90", "100")] == [0, 5, 10, 10]
    assert score(item, {"so-luong": "45"}).missing == ("tinh-den", "noi-cung-cap")
    assert score(item, STANDING).missing == ("so-luong",)
    assert told(score(item, {"so-luong": "45", **STANDING}))[0] == "Tỷ lệ hài lòng: 45 % (Cổng DVC công bố)."


def test_an_imported_result_may_pass_or_fail() -> None:
    item = indicator({**IMPORTED, "threshold": threshold("90")})
    assert [score(item, {"so-luong": text, **STANDING}).verdict for text in ("89.9", "90")] == [
        Verdict.FAIL,
        Verdict.PASS,
    ]
    assert score(item, {"so-luong": "90"}).verdict is Verdict.INCOMPLETE
    assert score(
        indicator({**IMPORTED, "threshold": threshold(None, "recall")}), {"so-luong": "90", **STANDING}
    ).verdict is (Verdict.UNVERIFIED)
    doubted = score(indicator({**IMPORTED, "threshold": threshold("90", "recall")}), {"so-luong": "95", **STANDING})
    assert doubted.verdict is Verdict.UNVERIFIED
    assert told(doubted)[1] == "95 % so với ngưỡng chưa kiểm chứng ≥ 90 %: cao hơn."


def test_a_council_gives_its_points_by_hand_and_never_above_the_maximum() -> None:
    item = rule(10, {"kind": "council", "question": "Sáng kiến"})
    waiting = score(item, {})
    assert (waiting.verdict, waiting.points, waiting.missing) == (Verdict.MANUAL, None, ())
    assert [points(item, {"diem": text}) for text in ("0", "7.25", "12")] == [0, Decimal("7.25"), 10]


HALVES = {
    "kind": "sum_of_parts",
    "parts": [
        {"code": "du", "label": "Tham gia đủ phiên", "fraction": "0.5", "rule": pass_fail("Tham gia đủ phiên")},
        {"code": "ty-le", "label": "Tỷ lệ chủ trì", "fraction": "0.5", "rule": SHARE},
    ],
}


def test_the_measures_of_an_indicator_add_up() -> None:
    item = rule(10, HALVES)
    parts: Answers = {f"ty-le-{code}": value for code, value in figures(1, 2).items()}
    assert points(item, {"du-ket-qua": "co", **parts}) == Decimal("7.5")
    assert points(item, {"du-ket-qua": "khong", **parts}) == Decimal("2.5")
    said = told(score(item, {"du-ket-qua": "co", **parts}))
    assert "Thành phần “Tham gia đủ phiên”: 5,00 điểm." in said
    assert said[-1] == "Điểm: 7,50 trên 10."


def test_a_measure_that_is_missing_or_in_error_leaves_the_sum_open() -> None:
    item = rule(10, HALVES)
    open_ = score(item, {"du-ket-qua": "co"})
    assert (open_.verdict, open_.points) == (Verdict.INCOMPLETE, None)
    assert open_.missing == ("ty-le-tu-so", "ty-le-mau-so", "ty-le-tinh-den", "ty-le-noi-cung-cap")
    broken = {f"ty-le-{code}": value for code, value in figures(1, 0).items()}
    assert score(item, {"du-ket-qua": "co", **broken}).verdict is Verdict.ERROR


def test_a_measure_that_waits_for_a_person_makes_the_indicator_wait() -> None:
    value = {"kind": "value", "label": "Tỷ lệ", "unit": "%", "qualified": True, "threshold": threshold("99")}
    item = rule(10, {"kind": "sum_of_parts", "parts": [
        {"code": "a", "label": "A", "fraction": "0.5", "rule": value},
        {"code": "b", "label": "B", "fraction": "0.5", "rule": pass_fail()},
    ]})  # fmt: skip
    assert score(item, {"a-so-luong": ">98", "b-ket-qua": "co"}).verdict is Verdict.MANUAL


def test_what_passes_brings_the_whole_maximum_and_what_fails_nothing() -> None:
    for kind, yes, no in (
        (pass_fail(), {"ket-qua": "co"}, {"ket-qua": "khong"}),
        (composite("all_of", boolean("x")), {"x": "co"}, {"x": "khong"}),
        (ratio(threshold("80")), figures(8, 10), figures(7, 10)),
    ):
        assert (points(rule(7, kind), dict(yes)), points(rule(7, kind), dict(no))) == (7, 0)
        assert points(indicator(kind), dict(yes)) is None


def test_points_from_an_unverified_wording_are_shown_but_give_no_verdict() -> None:
    result = score(rule(20, HEAD, verification="demo"), {"lua-chon": "pho"})
    assert (result.verdict, result.points) == (Verdict.UNVERIFIED, 10)
    assert "không kết luận" in told(result)[-1]
    doubted = score(rule(7, ratio(threshold("80", "recall"))), figures(9, 10))
    assert (doubted.verdict, doubted.points) == (Verdict.UNVERIFIED, 7)


# Numbers against a threshold


@pytest.mark.parametrize("comparator", [">=", ">", "<=", "<"])
def test_a_count_is_compared_exactly(comparator: str) -> None:
    kind = {"kind": "count", "label": "Số điểm", "unit": "điểm", "comparator": comparator, "threshold": threshold("3")}
    verdicts = [score(indicator(kind), {"so-luong": text}).verdict is Verdict.PASS for text in ("2", "3", "4")]
    assert verdicts == {
        ">=": [False, True, True], ">": [False, False, True], "<=": [True, True, False], "<": [True, False, False],
    }[comparator]  # fmt: skip


def test_a_number_says_what_it_was_compared_with() -> None:
    kind = {"kind": "value", "label": "Thu nhập", "unit": "triệu đồng", "threshold": threshold("50.5")}
    assert told(score(indicator(kind), {"so-luong": "50.4"})) == [
        "50,4 triệu đồng so với ngưỡng ≥ 50,5 triệu đồng: chưa đáp ứng."
    ]
    assert score(indicator(kind), {}).missing == ("so-luong",)
    assert score(indicator({**kind, "kind": "count"}), {}).missing == ("so-luong",)
    unknown = score(indicator({**kind, "threshold": threshold(None, "recall")}), {"so-luong": "50.4"})
    assert (unknown.verdict, told(unknown)[0]) == (Verdict.UNVERIFIED, "Thu nhập: 50,4 triệu đồng.")


@pytest.mark.parametrize(
    ("comparator", "printed", "verdict"),
    [
        (">=", ">98", Verdict.MANUAL), (">=", ">99", Verdict.PASS), (">=", "≥99", Verdict.PASS),
        (">=", "<99", Verdict.FAIL), (">=", "≤99", Verdict.MANUAL), (">=", "<98", Verdict.FAIL),
        (">", ">99", Verdict.PASS), (">", "≥99", Verdict.MANUAL), (">", "≤99", Verdict.FAIL),
        (">", "≥99.1", Verdict.PASS), ("<", "<99", Verdict.PASS), ("<", "≤99", Verdict.MANUAL),
        ("<", "≥99", Verdict.FAIL), ("<=", "≤99", Verdict.PASS), ("<=", ">99", Verdict.FAIL),
        ("<=", "≥99", Verdict.MANUAL), (">=", "~100", Verdict.MANUAL), (">=", "98.9", Verdict.FAIL),
    ],
)  # fmt: skip
def test_a_figure_printed_with_a_sign_decides_only_what_the_sign_leaves_no_doubt_of(
    comparator: str, printed: str, verdict: Verdict
) -> None:
    kind = {"kind": "value", "label": "Tỷ lệ", "unit": "%", "qualified": True, "comparator": comparator}
    result = score(indicator({**kind, "threshold": threshold("99")}), {"so-luong": printed})
    assert result.verdict is verdict
    assert any("99" in line for line in told(result))


def test_a_signed_figure_against_an_unknown_threshold_is_only_stated() -> None:
    kind = {"kind": "value", "label": "Tỷ lệ", "unit": "%", "qualified": True, "threshold": threshold(None, "recall")}
    result = score(indicator(kind), {"so-luong": ">98"})
    assert (result.verdict, told(result)[0]) == (Verdict.UNVERIFIED, "Tỷ lệ: > 98 %.")


# Properties


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 1000), st.integers(1, 200), st.integers(0, 100))
def test_a_share_stays_between_nothing_and_the_maximum(top: int, bottom: int, most: int, full: int, floor: int) -> None:
    given_ = points(rule(most, {**SHARE, "full_at": full, "none_below": floor}), figures(top, bottom))
    assert given_ is not None
    assert 0 <= given_ <= most


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_more_never_brings_less(one: int, other: int, bottom: int) -> None:
    low, high = sorted((one, other))
    for kind in ({**SHARE, "full_at": 80, "none_below": 20}, {**SHARE, "full_at": 100}):
        item = rule(10, kind)
        less, more = points(item, figures(low, bottom)), points(item, figures(high, bottom))
        assert (less or 0) <= (more or 0)
    less, more = (points(rule(20, MEETINGS), {"so-luong": str(number)}) for number in (low, high))
    assert (less or 0) <= (more or 0)


# What a person makes of it


def test_a_person_may_take_the_points_give_the_maximum_or_give_nothing() -> None:
    counted = score(rule(20, HEAD), {"lua-chon": "pho"})
    assert after_verdict(counted, Verdict.SCORED).points == 10
    assert after_verdict(counted, Verdict.FAIL).points == 0
    claimed = score(rule(7, pass_fail()), {"ket-qua": "khong"})
    assert (claimed.points, after_verdict(claimed, Verdict.PASS).points) == (0, 7)
    plain = score(indicator(pass_fail()), {"ket-qua": "khong"})
    assert after_verdict(plain, Verdict.FAIL).points is None
    assert after_verdict(plain, Verdict.PASS).verdict is Verdict.PASS


def test_a_rule_gives_points_by_degree_or_passes_or_fails() -> None:
    graded = (MEETINGS, SHARE, HEAD, CASES, IMPORTED, HALVES)
    assert all(is_graded(rule_in_force(rule(10, kind), {})) for kind in graded)
    plain = (pass_fail(), ratio(threshold("80")), {**IMPORTED, "threshold": threshold("90")})
    assert not any(is_graded(rule_in_force(rule(10, kind), {})) for kind in plain)
