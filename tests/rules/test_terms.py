"""What an indicator asks stands in words beside it, from the same rule that computes."""

from __future__ import annotations

import pytest

from ruraldx.catalog.loader import load_shipped
from ruraldx.catalog.terms import Term, terms_of
from tests.rules.making import boolean, composite, criteria_set, indicator, ratio, threshold

SETS = load_shipped()
NANG_CAO, NTM = SETS["xa-ntm-nang-cao-2021-2025"], SETS["xa-ntm-2021-2025"]


def lines(terms: tuple[Term, ...]) -> list[tuple[str, str]]:
    return [(str(term.label), str(term.asked or "")) for term in terms]


def of(criteria_code: str, code: str, choices: dict[str, str] | None = None, region: str = "khac") -> tuple[Term, ...]:
    criteria = SETS[criteria_code]
    asked = next(item for item in criteria.indicators if item.code == code)
    return terms_of(criteria, asked, choices or {}, {"vung": region})


def test_the_smartphone_threshold_is_shown_for_both_regions_with_how_well_each_is_known() -> None:
    mountain, other = of(NANG_CAO.code, "8.2")
    assert lines((mountain, other)) == [
        ("Vùng đồng bào dân tộc thiểu số và miền núi", "≥ 50 %"),
        ("Vùng còn lại", "≥ 80 %"),
    ]
    assert str(mountain.verification) == "Theo nguồn thứ cấp, chưa đối chiếu văn bản gốc"
    assert str(other.verification) == "Chưa có nguồn đối chiếu"
    assert (mountain.applies, other.applies) == (False, True)
    assert [term.applies for term in of(NANG_CAO.code, "8.2", region="dtts-mn")] == [True, False]


def test_the_conditions_of_a_post_point_are_listed_with_their_least() -> None:
    shown = lines(of(NTM.code, "8.1"))
    assert shown[0] == ("Đáp ứng tất cả các điều kiện", "")
    assert shown[1] == ("Số điểm phục vụ bưu chính trên địa bàn xã", "≥ 1 điểm")
    assert ("Số giờ mở cửa mỗi ngày làm việc", "≥ 4 giờ") in shown
    assert len(shown) == 1 + 7


def test_what_a_province_sets_names_the_form_in_force_and_its_document() -> None:
    chosen, *conditions = of(NANG_CAO.code, "15.1", {"15.1": "tay-ninh"})
    assert str(chosen.asked).startswith("Theo mẫu của tỉnh Tây Ninh: 2180/QĐ-UBND (Ủy ban nhân dân tỉnh Tây Ninh)")
    assert chosen.source
    assert chosen.verification is not None
    assert len(conditions) == 1 + 4
    percents = [asked for _label, asked in lines(of(NANG_CAO.code, "15.1", {"15.1": "hoa-binh"})) if "%" in asked]
    assert percents == ["≥ 100 %", "≥ 100 %", "≥ 5 %"]
    (none,) = of(NANG_CAO.code, "15.1")
    assert str(none.asked) == "Kỳ này chưa chọn mẫu của tỉnh nào"


def test_a_plain_question_has_no_further_terms() -> None:
    assert of(NANG_CAO.code, "8.3") == ()


@pytest.mark.parametrize(
    ("operator", "at_least", "words"),
    [("any_of", None, "Đáp ứng ít nhất một điều kiện"), ("n_of", 2, "Đáp ứng ít nhất 2 điều kiện")],
)
def test_how_many_conditions_are_needed_is_said(operator: str, at_least: int | None, words: str) -> None:
    rule = composite(operator, boolean("a"), boolean("b"), boolean("c"))
    if at_least:
        rule["at_least"] = at_least
    asked = indicator(rule)
    assert lines(terms_of(criteria_set({"8": [asked]}), asked, {}, {}))[0] == (words, "")


def test_a_single_threshold_and_one_that_is_not_known_are_said_as_such() -> None:
    asked = indicator(ratio(threshold("80.5")))
    assert lines(terms_of(criteria_set({"8": [asked]}), asked, {}, {})) == [("Ngưỡng", "≥ 80,5 %")]
    open_ = indicator(ratio(threshold(None)))
    (line,) = terms_of(criteria_set({"8": [open_]}), open_, {}, {})
    assert str(line.asked) == "do tỉnh quy định, chưa có trong bộ tiêu chí"


def test_a_document_is_referred_to_by_its_number_or_else_by_its_title() -> None:
    words = {document.key: document.words for document in NANG_CAO.documents}
    assert words["qd-318"] == "318/QĐ-TTg (Thủ tướng Chính phủ)"
    assert words["hoa-binh"].startswith("Hướng dẫn thực hiện chỉ tiêu 15.1")
