# ruff: noqa: E501 - a case and what comes of it stand on one line
"""The form fields of an indicator, and what is read from them: strictly, with the reason when not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.entry import LARGEST_COUNT
from ruraldx.catalog.fields import Field, FieldKind, alternative_of, fields_of, rule_in_force
from ruraldx.catalog.kinds import ProvinceSet
from ruraldx.catalog.rules import Composite, PassFail
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text, format_number, is_blank
from tests.rules.making import (
    alternative,
    boolean,
    composite,
    indicator,
    pass_fail,
    province_set,
    ratio,
    threshold,
)

EXPLANATION = ("giai-trinh", FieldKind.LONG_TEXT, False)
RATIO = [
    ("tu-so", FieldKind.INTEGER, True),
    ("mau-so", FieldKind.INTEGER, True),
    ("tinh-den", FieldKind.DATE, True),
    ("noi-cung-cap", FieldKind.TEXT, True),
    ("ty-le-cong-bo", FieldKind.PRINTED_PERCENT, False),
]


def asked(rule: dict[str, object], choices: dict[str, str] | None = None, **changes: object) -> list[object]:
    return [(field.code, field.kind, field.required) for field in fields_of(indicator(rule, **changes), choices or {})]


def test_a_question_is_one_choice_and_an_explanation() -> None:
    assert asked(pass_fail("Có wifi")) == [("ket-qua", FieldKind.BOOLEAN, True), EXPLANATION]
    assert fields_of(indicator(pass_fail("Có wifi")), {})[0].label == "Có wifi"


def test_a_ratio_asks_both_figures_their_date_and_their_provider() -> None:
    assert asked(ratio(threshold("80"))) == [*RATIO, EXPLANATION]
    top, bottom, _as_of, _provider, printed, _text = fields_of(
        indicator({**ratio(threshold("80")), "population_base": "Tính trên độ tuổi lao động."}), {}
    )
    assert (top.label, bottom.label) == ("Có", "Tất cả")
    assert str(bottom.help) == "Mẫu số. Tính trên độ tuổi lao động."
    assert printed.unit == "%"
    assert fields_of(indicator(ratio(threshold("80"))), {})[1].help == Message("Mẫu số")


def test_every_kind_of_condition_has_its_fields() -> None:
    rule = composite(
        "all_of",
        boolean("bien", "Có biển"),
        {"kind": "count", "code": "diem", "label": "Điểm", "minimum": 1, "unit": "điểm"},
        {"kind": "number", "code": "gio", "label": "Giờ", "minimum": 4, "unit": "giờ"},
        {
            "kind": "ratio", "code": "may", "label": "Máy", "minimum": 100,
            "numerator_label": "Có máy", "denominator_label": "Tất cả",
        },
    )  # fmt: skip
    fields = fields_of(indicator(rule), {})
    assert [(f.code, f.kind, f.label, f.unit, f.help) for f in fields[:-1]] == [
        ("bien", FieldKind.BOOLEAN, "Có biển", "", ""),
        ("diem", FieldKind.INTEGER, "Điểm", "điểm", ""),
        ("gio", FieldKind.DECIMAL, "Giờ", "giờ", ""),
        ("may-tu-so", FieldKind.INTEGER, "Có máy", "", "Máy"),
        ("may-mau-so", FieldKind.INTEGER, "Tất cả", "", ""),
    ]
    assert all(field.required for field in fields[:-1])


def test_what_may_not_apply_asks_whether_and_why() -> None:
    assert asked(pass_fail(), allow_not_applicable=True)[1:3] == [
        ("khong-ap-dung", FieldKind.BOOLEAN, False),
        ("ly-do-khong-ap-dung", FieldKind.LONG_TEXT, False),
    ]


def test_the_round_decides_which_fields_a_province_set_has() -> None:
    rule = province_set(
        alternative("mot", composite("all_of", boolean("x"))), alternative("hai", ratio(threshold("80")))
    )
    item = indicator(rule, "15.1")
    assert asked(rule, {"15.1": "mot"}, code="15.1") == [("x", FieldKind.BOOLEAN, True), EXPLANATION]
    assert asked(rule, {"15.1": "hai"}, code="15.1") == [*RATIO, EXPLANATION]
    for choices in ({}, {"15.1": "ba"}, {"15.2": "mot"}):
        assert asked(rule, choices, code="15.1") == [("ket-qua", FieldKind.BOOLEAN, True), EXPLANATION]
        declared = rule_in_force(item, choices)
        assert isinstance(declared, PassFail)
        assert declared.question == "Theo quy định của tỉnh"
    assert isinstance(rule_in_force(item, {"15.1": "mot"}), Composite)
    assert isinstance(item.rule, ProvinceSet)
    assert alternative_of(item.rule, None) is None
    chosen = alternative_of(item.rule, "hai")
    assert chosen is not None
    assert chosen.province == "tỉnh hai"


def test_only_what_is_counted_or_ticked_is_a_figure_an_appraiser_may_set_beside() -> None:
    rule = composite("all_of", boolean("bien"), {"kind": "count", "code": "n", "label": "N", "minimum": 1, "unit": ""})
    figures = {f.code for f in fields_of(indicator(rule, allow_not_applicable=True), {}) if f.is_figure}
    assert figures == {"bien", "n"}
    assert {f.code for f in fields_of(indicator(ratio(threshold("80"))), {}) if f.is_figure} == {"tu-so", "mau-so"}
    assert not any(f.is_figure for f in fields_of(indicator(pass_fail()), {}))


# Reading

KINDS = {kind: Field("o", "Ô", kind) for kind in FieldKind}
TWO_WAYS = "“1.234” có thể hiểu theo hai cách. Hãy viết 1234 nếu là hàng nghìn, hoặc 1,2340 nếu là số lẻ."
NO_NUMBER = "không phải là số. Hãy viết số như 88,7 hoặc 1234."
NO_INTEGER = "không phải là số nguyên. Hãy viết số như 1234."


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (FieldKind.PRINTED_PERCENT, "88,7", "88.7"),
        (FieldKind.PRINTED_PERCENT, "88.7", "88.7"),
        (FieldKind.PRINTED_PERCENT, "88,70 %", "88.70"),
        (FieldKind.PRINTED_PERCENT, "\uff18\uff18\uff0c\uff17\uff05", "88.7"),
        (FieldKind.PRINTED_PERCENT, ">98%", ">98"),
        (FieldKind.PRINTED_PERCENT, "> 98 %", ">98"),
        (FieldKind.PRINTED_PERCENT, "<0,5", "<0.5"),
        (FieldKind.PRINTED_PERCENT, "≥98", "≥98"),
        (FieldKind.PRINTED_PERCENT, "≤ 2%", "≤2"),
        (FieldKind.PRINTED_PERCENT, "~50", "~50"),
        (FieldKind.PRINTED_PERCENT, "165,2", "165.2"),
        (FieldKind.PRINTED_PERCENT, "0,0000001", "0.0000001"),
        (FieldKind.DECIMAL, "4,5", "4.5"),
        (FieldKind.DECIMAL, "0,0000001", "0.0000001"),
        (FieldKind.DECIMAL, "12345678901234567890123456789", "12345678901234567890123456789"),
        (FieldKind.INTEGER, "1.234", "1234"),
        (FieldKind.INTEGER, "1 234", "1234"),
        (FieldKind.INTEGER, "0", "0"),
        (FieldKind.INTEGER, "1.000.000.000", "1000000000"),
        (FieldKind.INTEGER, "\uff11\uff12", "12"),
        (FieldKind.DATE, " 1/7/2025 ", "2025-07-01"),
        (FieldKind.BOOLEAN, "co", "co"),
        (FieldKind.BOOLEAN, "khong", "khong"),
        (FieldKind.TEXT, "  Viễn thông Quảng Nam ", "Viễn thông Quảng Nam"),
        (FieldKind.LONG_TEXT, "Một\n\nHai 100 %", "Một\n\nHai 100 %"),
    ],
)
def test_what_has_one_reading_is_read(kind: FieldKind, typed: str, value: str) -> None:
    assert KINDS[kind].parse(typed).value == value
    assert KINDS[kind].parse(typed).error is None


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        (FieldKind.PRINTED_PERCENT, "1.234", TWO_WAYS),
        (FieldKind.PRINTED_PERCENT, ">1.234", TWO_WAYS),
        (FieldKind.PRINTED_PERCENT, "-1", "Giá trị không được nhỏ hơn 0."),
        (FieldKind.PRINTED_PERCENT, ">-1", "Giá trị không được nhỏ hơn 0."),
        (FieldKind.PRINTED_PERCENT, "1e9", f"“1e9” {NO_NUMBER}"),
        (FieldKind.PRINTED_PERCENT, ">", "Chưa nhập giá trị."),
        (FieldKind.PRINTED_PERCENT, "=98", f"“=98” {NO_NUMBER}"),
        (FieldKind.PRINTED_PERCENT, "gần 98%", f"“gần 98%” {NO_NUMBER}"),
        (FieldKind.DECIMAL, "1.234", TWO_WAYS),
        (FieldKind.DECIMAL, "-0,1", "Giá trị không được nhỏ hơn 0."),
        (FieldKind.DECIMAL, "4 giờ", f"“4 giờ” {NO_NUMBER}"),
        (FieldKind.INTEGER, "88,7", f"“88,7” {NO_INTEGER}"),
        (FieldKind.INTEGER, "88.7", f"“88.7” {NO_INTEGER}"),
        (FieldKind.INTEGER, "-1", "Giá trị không được nhỏ hơn 0."),
        (FieldKind.INTEGER, "1e9", f"“1e9” {NO_INTEGER}"),
        (FieldKind.INTEGER, "1.000.000.001", "Giá trị không được lớn hơn 1.000.000.000."),
        (FieldKind.INTEGER, "4%", f"“4%” {NO_INTEGER}"),
        (FieldKind.DATE, "2024-12-31", "“2024-12-31” không phải là ngày. Hãy viết ngày/tháng/năm như 31/12/2024."),
        (FieldKind.BOOLEAN, "yes", "Hãy chọn Có hoặc Không."),
        (FieldKind.BOOLEAN, "Co", "Hãy chọn Có hoặc Không."),
    ],
)
def test_what_has_no_single_reading_is_refused_with_the_reason(kind: FieldKind, typed: str, reason: str) -> None:
    parsed = KINDS[kind].parse(typed)
    assert parsed.value is None
    assert str(parsed.error) == reason


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u00a0", "\u200b", " \ufeff\u2060 "])
def test_what_nobody_can_see_is_no_value_and_no_error(kind: FieldKind, typed: str) -> None:
    assert is_blank(typed)
    parsed = KINDS[kind].parse(typed)
    assert (parsed.value, parsed.error) == (None, None)


def test_a_sign_that_is_seen_is_not_blank() -> None:
    assert not is_blank("\u200b0\u200b")


@given(st.text(max_size=40), st.sampled_from(FieldKind))
def test_reading_never_raises_and_gives_a_value_or_a_reason_or_neither(text: str, kind: FieldKind) -> None:
    parsed = KINDS[kind].parse(text)
    assert parsed.value is None or parsed.error is None
    if parsed.value is not None:
        # A stored value is read back as itself and can be shown.
        assert KINDS[kind].written(parsed.value)
    assert (parsed.value is None and parsed.error is None) is is_blank(text)


@given(st.integers(0, LARGEST_COUNT))
def test_every_count_is_written_so_that_it_reads_back(value: int) -> None:
    field = KINDS[FieldKind.INTEGER]
    assert field.parse(field.written(str(value))).value == str(value)


# Numbers in explanations and in pages are written the same way


@pytest.mark.parametrize(
    ("value", "number", "short"),
    [
        ("1234.5", "1.234,5", "1.234,5"),
        ("1234.50", "1.234,50", "1.234,5"),
        ("0", "0", "0"),
        ("0.0", "0,0", "0"),
        ("0.00", "0,00", "0"),
        ("100", "100", "100"),
        ("100.0", "100,0", "100"),
        ("80.10", "80,10", "80,1"),
        ("1E+3", "1.000", "1.000"),
        ("1E-7", "0,0000001", "0,0000001"),
        ("-12.30", "-12,30", "-12,3"),
        ("12345678901234567890123456789.10", "12.345.678.901.234.567.890.123.456.789,10",
         "12.345.678.901.234.567.890.123.456.789,1"),
    ],
)  # fmt: skip
def test_numbers_in_explanations_differ_from_those_in_pages_in_zeros_at_the_end_only(
    value: str, number: str, short: str
) -> None:
    assert (format_number(Decimal(value)), decimal_text(Decimal(value))) == (number, short)


def test_a_whole_number_needs_no_decimal() -> None:
    assert decimal_text(1000) == format_number(1000) == "1.000"


# Kinds that give points


def point_fields(rule: dict[str, object], **changes: object) -> list[object]:
    return [
        (field.code, field.kind, field.required)
        for field in fields_of(indicator(rule, max_points=10, **changes), {})
        if field.code != "giai-trinh"
    ]


STANDING = [("tinh-den", FieldKind.DATE, True), ("noi-cung-cap", FieldKind.TEXT, True)]
BANDS = [{"below": 1, "points": 0}, {"at_least": 1, "points": 10}]
CASES = [{"code": "a", "label": "A", "fraction": 1}, {"code": "b", "label": "B", "fraction": 0}]


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ({"kind": "count", "label": "L", "unit": "u", "threshold": threshold("1")}, [("so-luong", FieldKind.INTEGER, True)]),
        ({"kind": "value", "label": "L", "unit": "u", "threshold": threshold("1")}, [("so-luong", FieldKind.DECIMAL, True)]),
        ({"kind": "value", "label": "L", "unit": "u", "qualified": True, "threshold": threshold("1")},
         [("so-luong", FieldKind.QUALIFIED, True)]),
        ({"kind": "bands", "quantity": {"kind": "count", "label": "L", "unit": "u"}, "bands": BANDS},
         [("so-luong", FieldKind.INTEGER, True)]),
        ({"kind": "bands", "quantity": {"kind": "number", "label": "L", "unit": "u"}, "bands": BANDS},
         [("so-luong", FieldKind.DECIMAL, True)]),
        ({"kind": "bands", "quantity": {"kind": "ratio", "numerator_label": "a", "denominator_label": "b"}, "bands": BANDS},
         [("tu-so", FieldKind.INTEGER, True), ("mau-so", FieldKind.INTEGER, True), *STANDING]),
        ({"kind": "proportional", "numerator_label": "a", "denominator_label": "b"}, RATIO),
        ({"kind": "choice", "question": "Q", "options": CASES}, [("lua-chon", FieldKind.CHOICE, True)]),
        ({"kind": "highest_case", "question": "Q", "cases": CASES},
         [("a", FieldKind.BOOLEAN, True), ("b", FieldKind.BOOLEAN, True)]),
        ({"kind": "capped_count", "label": "L", "unit": "u", "points_each": 1}, [("so-luong", FieldKind.INTEGER, True)]),
        ({"kind": "relative", "label": "L", "unit": "u"}, [("so-luong", FieldKind.DECIMAL, True), *STANDING]),
        ({"kind": "imported", "label": "L", "provider": "P"}, [("so-luong", FieldKind.DECIMAL, True), *STANDING]),
        ({"kind": "council", "question": "Q"}, [("diem", FieldKind.DECIMAL, False)]),
        ({"kind": "sum_of_parts", "parts": [
            {"code": "p", "label": "P", "fraction": "0.5", "rule": pass_fail()},
            {"code": "q", "label": "Q", "fraction": "0.5", "rule": {"kind": "choice", "question": "?", "options": CASES}}]},
         [("p-ket-qua", FieldKind.BOOLEAN, True), ("q-lua-chon", FieldKind.CHOICE, True)]),
    ],
)  # fmt: skip
def test_a_rule_that_gives_points_asks_what_it_needs(rule: dict[str, object], fields: list[object]) -> None:
    assert point_fields(rule) == fields


def test_a_choice_takes_its_own_answers_only_and_says_them_in_words() -> None:
    item = indicator({"kind": "choice", "question": "Q", "options": CASES}, max_points=10)
    field = fields_of(item, {})[0]
    assert (field.parse("a").value, field.written("a"), field.written("z")) == ("a", "A", "z")
    assert str(field.parse("z").error) == "Hãy chọn một trong các mức đã nêu."


def test_points_of_a_council_do_not_pass_the_maximum() -> None:
    field = fields_of(indicator({"kind": "council", "question": "Q"}, max_points=10), {})[0]
    assert field.parse("7,5").value == "7.5"
    assert str(field.parse("10,5").error) == "Không được lớn hơn 10."


def test_a_figure_may_keep_the_sign_it_was_printed_with() -> None:
    rule = {"kind": "value", "label": "L", "unit": "u", "qualified": True, "threshold": threshold("1")}
    field = fields_of(indicator(rule), {})[0]
    assert [field.parse(text).value for text in ("> 98,5", "98.5", "≥7")] == [">98.5", "98.5", "≥7"]
    assert field.written(">98.5") == ">98,5"
    assert field.parse(">").error is not None


def test_the_first_field_of_a_measure_says_which_measure_it_belongs_to() -> None:
    parts = [
        {"code": "p", "label": "Phần một", "fraction": "0.5", "rule": pass_fail()},
        {"code": "q", "label": "Phần hai", "fraction": "0.5", "rule": ratio(threshold("50"))},
    ]
    fields = fields_of(indicator({"kind": "sum_of_parts", "parts": parts}, max_points=10), {})
    assert [str(field.help) for field in fields[:3]] == ["Phần một", "Tử số", "Mẫu số"]
