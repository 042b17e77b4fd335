# ruff: noqa: E501 - a case and what comes of it stand on one line
"""A set whose points do not add up, or whose rule can never be met, is refused at the place, in words."""

from __future__ import annotations

from typing import Any

import pytest

from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.terms import terms_of
from tests.rules.making import criteria_set, indicator, pass_fail, ratio, threshold

Part = dict[str, Any]
BANDS: list[Part] = [{"below": 1, "points": 0}, {"at_least": 1, "points": 10}]
QUANTITY = {"kind": "count", "label": "Số lần", "unit": "lần"}
SHARE = {"kind": "proportional", "numerator_label": "Có", "denominator_label": "Tất cả"}


def node(most: object, *rules: Part, **changes: Any) -> Part:
    leaves = [
        indicator(rule, code=f"1.{n}", max_points=most).model_dump(exclude_defaults=True)
        for n, rule in enumerate(rules, start=1)
    ]
    return {"code": "1", "name": "Mục", "max_points": most, "indicators": leaves, **changes}


def made(*nodes: Part, total: object = 10, **changes: Any) -> CriteriaSet:
    plain = criteria_set({"1": [indicator(pass_fail())]}).model_dump(exclude_defaults=True)
    return CriteriaSet.model_validate({**plain, "criteria": nodes, "total_points": total, **changes})


def found(criteria: CriteriaSet) -> list[str]:
    return [f"{'.'.join(map(str, place))}: {message}" for place, message in problems_of(criteria)]


def rule_problem(rule: Part, most: object = 10) -> list[str]:
    total = most if most is not None else None
    return [line.partition(": ")[2] for line in found(made(node(most, rule), total=total))]


def test_a_set_that_adds_up_has_no_problem() -> None:
    assert found(made(node(10, {"kind": "bands", "quantity": QUANTITY, "bands": BANDS}))) == []
    assert found(made(node(10, SHARE))) == []


def test_children_that_do_not_add_up_to_their_parent_are_named_with_both_numbers() -> None:
    assert found(made(node(10, pass_fail(), pass_fail()))) == [
        "criteria.0.max_points: Mục 1 có 10 điểm nhưng các phần bên trong cộng lại bằng 20."
    ]
    inner = {"code": "2", "name": "Nhóm", "max_points": 10, "groups": [node(4, pass_fail())]}
    assert found(made(inner)) == ["criteria.0.max_points: Mục 2 có 10 điểm nhưng các phần bên trong cộng lại bằng 4."]


def test_points_inside_an_unscored_node_are_a_problem() -> None:
    assert found(made(node(10, pass_fail(), max_points=None), total=None)) == [
        "criteria.0.code: Mục 1 không tính điểm nhưng bên trong có điểm."
    ]


def test_a_node_whose_rows_are_still_to_be_filled_need_not_add_up_but_must_say_so() -> None:
    empty = {"code": "1", "name": "Mục", "max_points": 10}
    assert found(made({**empty, "to_fill": "Chưa xem được phụ lục"})) == []
    assert "criteria.0: Mục 1 không có chỉ tiêu nào; hãy thêm, hoặc ghi “to_fill”." in found(made(empty))


def test_the_whole_must_be_the_sum_of_its_parts() -> None:
    assert found(made(node(10, pass_fail()), total=100)) == [
        "total_points: Tổng điểm ghi là 100 nhưng các mục cộng lại bằng 10."
    ]
    assert found(made(node(10, pass_fail()), total=None)) == [
        "criteria: Bộ có điểm nên phải ghi tổng điểm (total_points)."
    ]


def test_a_minimum_above_the_maximum_can_never_be_met() -> None:
    assert found(made(node(10, pass_fail(), minimum_points=11))) == [
        "criteria.0.minimum_points: Mục 1 có mức tối thiểu cao hơn điểm tối đa."
    ]
    for most in (10, None):
        leaf = indicator(pass_fail(), code="1.1", max_points=most, minimum_points=11).model_dump(exclude_defaults=True)
        said = found(made({"code": "1", "name": "Mục", "max_points": most, "indicators": [leaf]}, total=most))
        assert said == ["criteria.0.indicators.0.minimum_points: Chỉ tiêu 1.1 có mức tối thiểu cao hơn điểm tối đa."]


def klass(code: str, bar: int) -> Part:
    return {"code": code, "name": code, "at_least": bar, "verification": "demo", "source": "Nguồn"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"classes": [klass("a", 50), klass("b", 80)]}, "Các mức xếp loại phải xếp từ cao xuống thấp: b."),
        ({"classes": [klass("a", 80), klass("a", 50)]}, "Có hai mức xếp loại cùng mã."),
        ({"passes": "k_of_n"}, "“at_least” đi cùng và chỉ đi cùng “k_of_n”."),
        ({"at_least": 1}, "“at_least” đi cùng và chỉ đi cùng “k_of_n”."),
        ({"passes": "k_of_n", "at_least": 2}, "“at_least” lớn hơn số tiêu chí nên không bao giờ đạt."),
        ({"comparable_by": ["vung"]}, "Bộ tiêu chí này không chia theo “vung”."),
    ],
)
def test_how_results_come_together_must_make_sense(rule: Part, said: str) -> None:
    (line,) = found(made(node(10, pass_fail()), aggregation=rule))
    assert line.endswith(said)


def test_classes_need_points() -> None:
    criteria = made(node(None, pass_fail()), total=None, aggregation={"classes": [klass("a", 50)]})
    assert found(criteria) == ["aggregation.classes: Xếp loại theo điểm cần có tổng điểm (total_points)."]


def bands(*given: Part, quantity: Part = QUANTITY) -> Part:
    return {"kind": "bands", "quantity": quantity, "bands": list(given)}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (bands({"below": 2, "points": 0}, {"at_least": 3, "points": 10}), "Giữa khung điểm […; 2) và [3; …) có khoảng trống."),
        (bands({"below": 3, "points": 0}, {"at_least": 2, "points": 10}), "Khung điểm […; 3) và [2; …) chồng lên nhau."),
        (bands({"points": 0}, {"at_least": 2, "points": 10}), "Khung điểm […; …) và [2; …) chồng lên nhau."),
        (
            bands({"at_least": 1, "below": 2, "points": 0}, {"at_least": 2, "points": 10}),
            "Khung điểm đầu tiên phải bắt đầu từ 0 để không số nào nằm ngoài khung.",
        ),
        (
            bands({"below": 2, "points": 0}, {"at_least": 2, "below": 9, "points": 10}),
            "Khung điểm cuối cùng phải để trống “below” để không số nào nằm ngoài khung.",
        ),
        (
            bands({"below": "1.5", "points": 0}, {"at_least": "1.5", "points": 10}),
            "Số đếm là số nguyên nên mốc … – 1,5 phải là số nguyên.",
        ),
        (bands({"below": 2, "points": 0}, {"at_least": 2, "points": 9}), "Khung cao nhất cho 9 điểm nhưng điểm tối đa là 10."),
        (
            bands({"below": 2, "points": 0}, {"at_least": 2, "below": 2, "points": 5}, {"at_least": 2, "points": 10}),
            "Khung điểm từ 2 đến 2 không chứa số nào.",
        ),
    ],
)  # fmt: skip
def test_bands_leave_no_gap_do_not_overlap_and_reach_the_maximum(rule: Part, said: str) -> None:
    assert said in rule_problem(rule)


def options(*fractions: str, key: str = "options", kind: str = "choice", codes: str = "abc") -> Part:
    named = [{"code": codes[n], "label": "Mức", "fraction": fraction} for n, fraction in enumerate(fractions)]
    return {"kind": kind, "question": "Mức nào", key: named}


PART = {"code": "a", "label": "A", "fraction": "0.5", "rule": pass_fail()}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (options("0.5", "0"), "Mức cao nhất phải được trọn điểm tối đa (fraction: 1)."),
        (options("1", "0", codes="aa"), "Có hai mức cùng mã."),
        (options("0.9", "0", key="cases", kind="highest_case"), "Mức cao nhất phải được trọn điểm tối đa (fraction: 1)."),
        ({**SHARE, "full_at": 50, "none_below": 60}, "Mức bắt đầu có điểm cao hơn mức đủ điểm nên không bao giờ có điểm lẻ."),
        ({"kind": "sum_of_parts", "parts": [PART, {**PART, "code": "b", "fraction": "0.4"}]},
         "Các thành phần cộng lại bằng 0,9 lần điểm tối đa, phải bằng 1."),
        ({"kind": "sum_of_parts", "parts": [PART, PART]}, "Có hai thành phần cùng mã."),
        ({"kind": "sum_of_parts", "parts": [PART, {**PART, "code": "b", "rule": bands(
            {"below": 1, "points": 0}, {"at_least": 1, "points": 10})}]},
         "Khung cao nhất cho 10 điểm nhưng điểm tối đa là 5."),
        ({"kind": "adjustment", "sign": "bonus", "label": "L", "unit": "lần", "points_each": 3, "cap": 5},
         "Điểm thưởng, điểm trừ không có điểm tối đa; hãy dùng “cap”."),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused(rule: Part, said: str) -> None:
    assert said in rule_problem(rule)


def test_an_adjustment_must_allow_at_least_one_time() -> None:
    small = {"kind": "adjustment", "sign": "bonus", "label": "L", "unit": "lần", "points_each": 3, "cap": 2}
    assert rule_problem(small, None) == ["Mức trần nhỏ hơn điểm của một lần."]


def test_a_rule_that_gives_points_needs_a_maximum() -> None:
    assert rule_problem(options("1", "0"), None) == ["Chỉ tiêu 1.1 chấm điểm nhưng không có điểm tối đa."]
    assert rule_problem({"kind": "sum_of_parts", "parts": [PART, {**PART, "code": "b"}]}, None) == [
        "Chỉ tiêu 1.1 chấm điểm nhưng không có điểm tối đa."
    ]


def number(comparator: str, bar: str, kind: str = "count") -> Part:
    return {"kind": kind, "label": "Số", "unit": "lần", "comparator": comparator, "threshold": threshold(bar)}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (number("<", "0"), "Không bao giờ đạt ngưỡng 0."),
        (number("<=", "-1", "value"), "Không bao giờ đạt ngưỡng -1."),
        ({"kind": "imported", "label": "L", "provider": "P", "comparator": ">", "threshold": threshold("100")},
         "Không bao giờ đạt ngưỡng 100."),
        ({"kind": "imported", "label": "L", "provider": "P", "threshold": threshold("101")},
         "Ngưỡng 101 không nằm trong 0–100 %."),
    ],
)  # fmt: skip
def test_a_threshold_that_nothing_can_reach_is_refused(rule: Part, said: str) -> None:
    assert said in rule_problem(rule)


def test_a_threshold_that_something_can_reach_is_taken() -> None:
    for rule in (number("<", "1"), number("<=", "0"), number(">=", "1000000"), number("<=", "0", "value")):
        assert rule_problem(rule) == []
    parts = {"kind": "sum_of_parts", "parts": [
        PART, {**PART, "code": "b", "rule": ratio({"dimension": "vung", "values": {"nui": threshold("50")}})}]}  # fmt: skip
    assert rule_problem(parts) == ["Ngưỡng theo “vung” không khớp danh mục của bộ tiêu chí."]


def test_to_whom_an_indicator_applies_is_said_in_the_words_of_the_set() -> None:
    for values in (["bien"], []):
        leaf = indicator(pass_fail(), code="1.1", applies_to={"vung": values}).model_dump(exclude_defaults=True)
        criteria = made(
            {"code": "1", "name": "Mục", "indicators": [leaf]}, total=None, dimensions={"vung": {"nui": "Núi"}}
        )
        said = f"“vung: {''.join(values)}” không có trong danh mục."
        assert found(criteria) == [f"criteria.0.indicators.0.applies_to.vung: {said}"]


def test_words_that_the_set_knows_are_taken() -> None:
    leaf = indicator(pass_fail(), code="1.1", applies_to={"vung": ["nui"]}).model_dump(exclude_defaults=True)
    known = {"dimensions": {"vung": {"nui": "Núi", "bien": "Biển"}}, "aggregation": {"comparable_by": ["vung"]}}
    assert found(made({"code": "1", "name": "Mục", "indicators": [leaf]}, total=None, **known)) == []
    assert rule_problem({"kind": "imported", "label": "L", "provider": "P"}) == []


def test_a_code_that_stands_twice_in_the_tree_is_refused() -> None:
    twice = {"code": "1", "name": "Mục", "max_points": 10, "groups": [node(10, pass_fail())]}
    assert "criteria.0.groups.0.code: Mã tiêu chí 1 lặp lại." in found(made(twice))


# What a rule that gives points asks, in words


def lines(rule: Part, most: object = 10) -> list[str]:
    criteria = made(node(most, rule))
    terms = terms_of(criteria, criteria.indicators[0], {}, {})
    return [f"{term.label}: {term.asked}" if term.asked else str(term.label) for term in terms]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (bands(*BANDS), ["Dưới 1 lần: 0 điểm", "Từ 1 lần trở lên: 10 điểm"]),
        (bands({"below": 1, "points": 0}, {"at_least": 1, "below": 3, "points": 5}, {"at_least": 3, "points": 10, "label": "Nhiều"}),
         ["Dưới 1 lần: 0 điểm", "Từ 1 đến dưới 3 lần: 5 điểm", "Nhiều: 10 điểm"]),
        (bands({"below": 80, "points": 0}, {"at_least": 80, "points": 10},
               quantity={"kind": "ratio", "numerator_label": "a", "denominator_label": "b"}),
         ["Dưới 80 %: 0 điểm", "Từ 80 % trở lên: 10 điểm"]),
        (SHARE, ["Điểm = tỷ lệ : 100 % × điểm tối đa: tối đa 10 điểm"]),
        ({**SHARE, "none_below": 20}, ["Điểm = tỷ lệ : 100 % × điểm tối đa: tối đa 10 điểm", "Tỷ lệ dưới 20 %: 0 điểm"]),
        (options("1", "0.5"), ["Mức: 10 điểm", "Mức: 5 điểm"]),
        (options("1", "0", key="cases", kind="highest_case"),
         ["Nhiều trường hợp cùng đúng thì tính trường hợp cao điểm nhất", "Mức: 10 điểm", "Mức: 0 điểm"]),
        ({"kind": "capped_count", "label": "L", "unit": "mô hình", "points_each": "2.5"},
         ["Mỗi mô hình 2,5 điểm: tối đa 10 điểm"]),
        ({"kind": "relative", "label": "L", "unit": "lượt"},
         ["Điểm = giá trị của xã : giá trị cao nhất × điểm tối đa: tối đa 10 điểm"]),
        ({"kind": "relative", "label": "L", "unit": "lượt", "better": "lower"},
         ["Điểm = giá trị thấp nhất : giá trị của xã × điểm tối đa: tối đa 10 điểm"]),
        ({"kind": "imported", "label": "L", "provider": "P"},
         ["Điểm = kết quả công bố : 100 % × điểm tối đa: tối đa 10 điểm"]),
        ({"kind": "imported", "label": "L", "provider": "P", "threshold": threshold("90")}, ["Ngưỡng: ≥ 90 %"]),
        ({"kind": "council", "question": "Q"}, ["Hội đồng chấm: tối đa 10 điểm"]),
        (number(">=", "3"), ["Ngưỡng: ≥ 3 lần"]),
        ({"kind": "sum_of_parts", "parts": [PART, {**PART, "code": "b", "label": "B", "rule": SHARE}]},
         ["A: tối đa 5 điểm", "B: tối đa 5 điểm", "Điểm = tỷ lệ : 100 % × điểm tối đa: tối đa 5 điểm"]),
        (pass_fail(), []),
    ],
)  # fmt: skip
def test_how_points_are_given_is_said_before_anybody_answers(rule: Part, said: list[str]) -> None:
    assert lines(rule) == said


@pytest.mark.parametrize(
    ("sign", "said"), [("bonus", "cộng thêm, không quá 5 điểm"), ("penalty", "trừ đi, không quá 5 điểm")]
)
def test_bonus_and_penalty_say_their_cap(sign: str, said: str) -> None:
    rule = {"kind": "adjustment", "sign": sign, "label": "L", "unit": "lần", "points_each": 3, "cap": 5}
    criteria = made(node(None, rule), total=None)
    (term,) = terms_of(criteria, criteria.indicators[0], {}, {})
    assert (str(term.label), str(term.asked)) == ("Mỗi lần 3 điểm", said)
