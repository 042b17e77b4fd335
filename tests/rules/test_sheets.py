"""Criteria sets in Excel: whatever is written comes back as the same bytes; whatever is wrong is told by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.loader import CatalogError, Problem, load_shipped
from ruraldx.catalog.point_rules import Bands
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.sheet_columns import RULE_COLUMNS
from ruraldx.catalog.sheet_examples import RULES
from ruraldx.catalog.sheet_looks import dressed
from ruraldx.catalog.sheet_pieces import HEADS, PIECES
from ruraldx.catalog.sheet_reading import data_of
from ruraldx.catalog.sheet_tables import Notes
from ruraldx.catalog.sheet_words import KIND_WORDS, PIECE_WORDS
from ruraldx.catalog.sheet_writing import lines_of_set
from ruraldx.catalog.sheets import from_rows, from_workbook, template, to_workbook
from ruraldx.messages import Message
from ruraldx.office.cells import Row, Unreadable, Value
from ruraldx.office.workbook import read
from tests.rules.making import DOCUMENT, criteria_set, indicator, pass_fail
from tests.rules.making_sets import criteria_sets

SEEN = {"verification": "text_seen", "source": "Trang 3"}


def bar(value: object = "80", **more: str) -> dict[str, Any]:
    return {"value": value, "verification": "secondary", "source": "", **more}


def by_region(*values: str) -> dict[str, Any]:
    return {"dimension": "vung", "values": {value: bar("50.5") for value in values}}


OPTIONS = [
    {"code": "mot", "label": "Một", "fraction": "1"},
    {"code": "hai", "label": "Hai: nửa; phần, khác", "fraction": "0.5"},
]
RATIO = {"kind": "ratio", "numerator_label": "Có", "denominator_label": "Tổng"}
BANDS = [{"below": "2", "points": "0"}, {"at_least": "2", "below": "4.5", "points": "5", "label": "Khá"},
         {"at_least": "4.5", "points": "10"}]  # fmt: skip
PART_RULES: list[dict[str, Any]] = [
    pass_fail(),
    {
        "kind": "composite", "operator": "n_of", "at_least": 2,
        "conditions": [
            {"kind": "boolean", "code": "bien", "label": "Có biển"},
            {"kind": "count", "code": "diem", "label": "Điểm", "minimum": 1, "unit": "điểm"},
            {"kind": "number", "code": "gio", "label": "Giờ", "minimum": "-4.5", "unit": ""},
            {**RATIO, "code": "may", "label": "Máy", "minimum": "99.5"},
        ],
    },
    {"kind": "composite", "operator": "all_of", "conditions": [{"kind": "boolean", "code": "bien", "label": "Biển"}]},
    {**RATIO, "comparator": "<", "population_base": "Dân số cuối năm", "threshold": bar()},
    {**RATIO, "threshold": bar(None)},
    {**RATIO, "threshold": by_region("nui", "khac")},
    {"kind": "count", "label": "Điểm", "unit": "điểm", "threshold": bar("3")},
    {"kind": "value", "label": "Tốc độ", "unit": "Mb/s", "qualified": True, "threshold": bar("98.1234567890123456")},
    {"kind": "bands", "quantity": {"kind": "count", "label": "Cuộc", "unit": "cuộc"}, "bands": [
        {"below": "2", "points": "0"}, {"at_least": "2", "points": "10"}]},
    {"kind": "bands", "quantity": {"kind": "number", "label": "Giờ", "unit": "giờ"}, "bands": BANDS},
    {"kind": "bands", "quantity": {**RATIO, "population_base": "Hộ"}, "bands": BANDS},
    {**RATIO, "kind": "proportional", "full_at": "90", "none_below": "10"},
    {"kind": "choice", "question": "Ai", "options": OPTIONS},
    {"kind": "highest_case", "question": "Trường hợp", "cases": OPTIONS},
    {"kind": "capped_count", "label": "Lớp", "unit": "lớp", "points_each": "0.25"},
    {"kind": "imported", "label": "Hài lòng", "provider": "Bộ", "full_at": "95"},
    {"kind": "imported", "label": "Hài lòng", "provider": "Bộ", "comparator": ">", "threshold": bar(None)},
    {"kind": "imported", "label": "Hài lòng", "provider": "Bộ", "threshold": by_region("nui", "khac")},
]  # fmt: skip
SIMPLE_RULES: list[dict[str, Any]] = [
    *PART_RULES,
    {"kind": "sum_of_parts", "parts": [
        {"code": f"phan-{n}", "label": f"Phần {n}", "fraction": "0.5", "rule": rule}
        for n, rule in enumerate((PART_RULES[1], PART_RULES[5]))
    ]},
    {"kind": "relative", "label": "Số", "unit": "lượt", "better": "lower"},
    {"kind": "council", "question": "Hội đồng cho mấy điểm"},
]  # fmt: skip
RULES_OF_ALL_KINDS: list[dict[str, Any]] = [
    *SIMPLE_RULES,
    {"kind": "adjustment", "sign": "bonus", "label": "Giải", "unit": "giải", "points_each": "1", "cap": "3"},
    {"kind": "province_set", "question": "Theo quy định của tỉnh"},
    {"kind": "province_set", "question": "Theo quy định", "alternatives": [
        {"code": f"tinh-{n}", "province_code": f"{n:02}", "province": f"Tỉnh {n}", "document": "van-ban",
         "source": "Nguồn", "verification": "recall", "rule": rule}
        for n, rule in enumerate(SIMPLE_RULES)
    ]},
]  # fmt: skip


def big_set(**changes: Any) -> CriteriaSet:
    """Every kind of rule, a tree of three levels, and something in every entry."""
    unscored = {"adjustment"}
    items = [
        indicator(
            rule,
            code=f"1.{number}",
            max_points=None if rule["kind"] in unscored else "10",
            evidence_asked=[
                {"code": "anh", "title": "Ảnh", "kind": "photo", "required": False, "suggestion": False},
                {"code": "khac", "title": "Bản\ntrích", "kind": "extract"},
            ][: number % 3],
            applies_to={"vung": ["nui"], "nhóm; 1": ["a,b", "c:d"]} if number == 2 else {},
            minimum_points="2.5" if number == 3 else None,
            in_programme=number != 4,
            allow_not_applicable=number == 5,
            note="=1+1\n-2" if number == 6 else "",
        )
        for number, rule in enumerate(RULES_OF_ALL_KINDS)
    ]
    scored = sum(10 for item in items if item.max_points)
    return CriteriaSet.model_validate(
        {
            **criteria_set({"1": [indicator(pass_fail())]}).model_dump(),
            "code": "bo-lon",
            "kind": "score",
            "province_code": "01",
            "extends": {"code": "bo-cha", "number": 3},
            "total_points": str(scored + 20),
            "rounding": {"mode": "down", "digits": 0},
            "points_rounding": {"mode": "half_even", "digits": 3},
            "not_applicable": "redistributed",
            "note": "Ghi chú của bộ",
            "dimensions": {"vung": {"nui": "Núi", "khac": ""}, "nhóm; 1": {"a,b": "A", "c:d": "B"}, "trống": {}},
            "documents": [
                {**DOCUMENT, "number": "", "issued_on": "2022-03-08", "replaces": ["1/QĐ; cũ", "b\\c"]},
                {**DOCUMENT, "key": "cổ", "issued_on": "1890-01-02", "effective_from": "2190-05-06", "amends": ["x"]},
            ],
            "aggregation": {
                "passes": "k_of_n", "at_least": 1, "ranked": True, "comparable_by": ["vung", "nhóm; 1"],
                "classes": [
                    {"code": "tot", "name": "Tốt", "at_least": "80.125", "verification": "demo", "source": "Nguồn"},
                    {"code": "kha", "name": "Khá", "at_least": "50", "inclusive": False, "verification": "recall",
                     "source": ""},
                ],
            },
            "criteria": [
                {
                    "code": "I", "name": "Trụ cột", "kind": "pillar", "max_points": str(scored),
                    "document": "van-ban", "source": "Nguồn", "verification": "secondary", "minimum_points": "1",
                    "groups": [{"code": "1", "name": "Nhóm", "kind": "group", "max_points": str(scored),
                                "indicators": [item.model_dump() for item in items]}],
                },
                {"code": "II", "name": "Chưa nhập", "max_points": "20", "expected_indicators": 4, "to_fill": "Chờ",
                 "note": "Sau"},
            ],
            **changes,
        },
    )  # fmt: skip


def back(criteria: CriteriaSet) -> CriteriaSet:
    return from_workbook("bo.xlsx", to_workbook(criteria))


SHIPPED = load_shipped()


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_set_comes_back_as_the_same_bytes(code: str) -> None:
    criteria = SHIPPED[code]
    assert canonical_bytes(back(criteria)) == canonical_bytes(criteria)


def test_every_kind_of_rule_in_every_place_comes_back_as_the_same_bytes() -> None:
    criteria = big_set()
    assert problems_of(criteria) == []
    assert {item.rule.kind for item in criteria.indicators} == set(HEADS)
    assert canonical_bytes(back(criteria)) == canonical_bytes(criteria)


def test_the_same_set_is_the_same_workbook() -> None:
    assert to_workbook(big_set()) == to_workbook(big_set())


def through_cells(criteria: CriteriaSet) -> CriteriaSet:
    """The same without a file between."""
    return from_rows("bo.xlsx", cells_of(criteria))


def cells_of(criteria: CriteriaSet) -> dict[str, tuple[Row, ...]]:
    sheets = dressed(lines_of_set(criteria), criteria.title)
    return {sheet.name: tuple(tuple(cell.value for cell in row) for row in sheet.rows) for sheet in sheets}


@given(criteria_sets())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_set_comes_back_from_its_cells_as_the_same_bytes(criteria: CriteriaSet) -> None:
    assert canonical_bytes(through_cells(criteria)) == canonical_bytes(criteria)


@given(criteria_sets())
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_set_comes_back_from_its_file_as_the_same_bytes(criteria: CriteriaSet) -> None:
    # Two signs that are none have no place in XML.
    assume(not any(sign in canonical_bytes(criteria).decode() for sign in "\ufffe\uffff"))
    assert canonical_bytes(back(criteria)) == canonical_bytes(criteria)


# Problems by cell ------------------------------------------------------------------------------------------
def small_set() -> CriteriaSet:
    """A criterion with five indicators in rows 4 to 8: a question, a ratio, bands, parts, a choice."""
    rules = (PART_RULES[0], PART_RULES[3], PART_RULES[8], SIMPLE_RULES[len(PART_RULES)], PART_RULES[12], PART_RULES[5])
    items = [indicator(rule, code=f"8.{n}", max_points="10") for n, rule in enumerate(rules, 1)]
    made = criteria_set({"8": items}, dimensions={"vung": {"nui": "Núi", "khac": "Khác"}}).model_dump()
    made |= {"kind": "score", "total_points": "60"}
    made["criteria"][0]["max_points"] = "60"
    return CriteriaSet.model_validate(made)


Book = dict[str, list[list[Value]]]


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[Row, ...]]:
    """The cells of a workbook as they are read."""
    return cells_of(small_set())


def spot_in(sheet: str, header: str, line: int, book: Book) -> tuple[int, int]:
    return line - 1, [str(value) for value in book[sheet][0]].index(header)


def edited(rows: dict[str, tuple[Row, ...]], *changes: tuple[str, str, int, Value]) -> Book:
    """The workbook with some cells changed (sheet, header, line as people count, value)."""
    book: Book = {name: [list(row) for row in of] for name, of in rows.items()}
    for sheet, header, line, value in changes:
        row, column = spot_in(sheet, header, line, book)
        while len(book[sheet]) <= row:
            book[sheet].append([None] * len(book[sheet][0]))
        book[sheet][row][column] = value
    return book


def rows_of(book: Book) -> dict[str, tuple[Row, ...]]:
    return {name: tuple(map(tuple, rows)) for name, rows in book.items()}


def told(book: Any) -> dict[str, str]:
    with pytest.raises(CatalogError) as caught:
        from_rows("bo.xlsx", rows_of(book))
    found = {problem.cell: str(problem.message) for problem in caught.value.problems}
    assert [str(problem) for problem in caught.value.problems] == str(caught.value).splitlines()
    assert all(str(problem).startswith(f"bo.xlsx:{problem.cell}: ") for problem in caught.value.problems)
    return found


def test_the_untouched_workbook_is_valid(rows: dict[str, tuple[Row, ...]]) -> None:
    assert from_rows("bo.xlsx", rows_of(edited(rows))) == small_set()


MORNING = datetime(2024, 1, 1, 8, 30, tzinfo=UTC)
C, R, D = "_content", "_rules", "_documents"
WRONG: dict[str, tuple[list[tuple[str, str, int, Value]], str, str]] = {
    "unknown word": ([(C, "Loại", 4, "Chỉ số")], "_content!B4", "Không có “Chỉ số” trong danh sách"),
    "no word at all": ([(C, "Loại", 4, None)], "_content!B4", "Thiếu “Loại”"),
    "word as a number": ([(C, "Loại", 4, Decimal(3))], "_content!B4", "Không có “?” trong danh sách"),
    "number in words": ([(C, "Điểm tối đa", 4, "mười")], "_content!F4", "không phải là số"),
    "number two ways": ([(C, "Điểm tối đa", 4, "1.234")], "_content!F4", "hai cách"),
    "number as a day": ([(C, "Điểm tối đa", 4, date(2024, 3, 1))], "_content!F4", "phải là số, ví dụ 88,7"),
    "code as a number": ([(C, "Mã", 4, Decimal("8.1"))], "_content!C4", "Excel đã đổi thành số hoặc ngày"),
    "code as a day": ([(C, "Mã", 4, date(2024, 1, 8))], "_content!C4", "Excel đã đổi thành số hoặc ngày"),
    "code twice": ([(C, "Mã", 5, "8.1")], "_content!C5", "lặp lại"),
    "node twice": ([(C, "Loại", 12, "Nhóm"), (C, "Mã", 12, "8"), (C, "Tên", 12, "Hai")], "_content!C12", "lặp lại"),
    "code of another form": ([(C, "Mã", 4, "tám")], "_content!C4", "không đúng dạng"),
    "missing parent": ([(C, "Thuộc mục", 4, "9")], "_content!D4", "Không có mục “9” ở phía trên"),
    "no criterion above": ([(C, "Loại", 3, None), (C, "Thuộc mục", 4, None)], "_content!D4", "dưới một tiêu chí"),
    "missing name": ([(C, "Tên", 4, "  ")], "_content!E4", "Thiếu “Tên”"),
    "unknown document": ([(C, "Văn bản", 4, "khác")], "_content!N4", "dẫn văn bản “khác” không có"),
    "not for a criterion": ([(C, "Cách chấm", 3, "Khung điểm")], "_content!K3", "không dùng cho dòng “Tiêu chí”"),
    "not for an indicator": ([(C, "Số chỉ tiêu dự kiến", 4, Decimal(3))], "_content!W4", "không dùng cho"),
    "half an indicator": (
        [(C, "Số chỉ tiêu dự kiến", 3, Decimal("1.5"))], "_content!W3", "phải là số nguyên, ví dụ 3"),
    "fewer than none": ([(C, "Số chỉ tiêu dự kiến", 3, "-2")], "_content!W3", "không được nhỏ hơn 0"),
    "filter in other words": ([(C, "Áp dụng cho", 4, "vùng núi")], "_content!T4", "Hãy viết như “vung: nui"),
    "another rule": ([(C, "Cách chấm", 4, "Khung điểm")], "_rules!C3", "ghi cách chấm là “Khung điểm”"),
    "evidence in two places": (
        [("_evidence", "Chỉ tiêu", 3, "8.1"), ("_evidence", "Mã tài liệu", 3, "a"),
         ("_evidence", "Tên tài liệu", 3, "A"),
         ("_evidence", "Loại tài liệu", 3, "Ảnh"), (C, "Tài liệu kiểm chứng", 4, "B")], "_content!H4", "sửa ở đó"),
    "evidence of nothing": ([("_evidence", "Chỉ tiêu", 3, "9.9")], "_evidence!A3", "Không có chỉ tiêu “9.9”"),
    "evidence of nobody": ([("_evidence", "Tên tài liệu", 3, "A")], "_evidence!A3", "Thiếu “Chỉ tiêu”"),
    "sum": ([(C, "Điểm tối đa", 4, Decimal(9))], "_content!F3", "cộng lại bằng 59"),
    "rule of nothing": ([(R, "Chỉ tiêu", 3, "9.9")], "_rules!A3", "Không có chỉ tiêu “9.9”"),
    "rule of nobody": ([(R, "Chỉ tiêu", 3, None)], "_rules!A3", "Thiếu “Chỉ tiêu”"),
    "rule without a kind": ([(R, "Loại dòng", 4, None)], "_rules!C4", "Thiếu “Loại dòng”"),
    "no row": ([(R, "Chỉ tiêu", 4, "8.1")], "_content!K5", "cần ít nhất một dòng ở trang _rules"),
    "no rule": (
        [(R, "Chỉ tiêu", 4, "8.1"), (C, "Cách chấm", 5, None)], "_content!K5", "Chưa có cách chấm"),
    "two rules": ([(R, "Chỉ tiêu", 4, "8.1")], "_rules!C4", "đã ghi ở dòng 3"),
    "no numerator": ([(R, "Tử số", 4, None)], "_rules!F4", "Thiếu “Tử số”"),
    "no threshold": ([(R, "Ngưỡng / tối thiểu", 4, None)], "_rules!J4", "Thiếu “Ngưỡng"),
    "threshold over a hundred": ([(R, "Ngưỡng / tối thiểu", 4, "180")], "_rules!C4", "không nằm trong 0–100"),
    "threshold and regions": ([(R, "Ngưỡng phân theo", 4, "vung")], "_rules!J4", "không dùng cho dòng"),
    "unused cell": ([(R, "Số điểm", 4, "3")], "_rules!M4", "Ô “Số điểm” không dùng"),
    "no measure": ([(R, "Đo bằng", 5, None)], "_rules!S5", "Thiếu “Đo bằng”"),
    "unknown measure": ([(R, "Đo bằng", 5, "cân")], "_rules!S5", "Không có “cân” trong danh sách"),
    "gap between bands": ([(R, "Từ (kể cả)", 7, Decimal(3))], "_rules!C5", "có khoảng trống"),
    "one band": ([(R, "Chỉ tiêu", 7, "8.1")], "_rules!C5", "Cần ít nhất 2 dòng"),
    "band of nothing": ([(R, "Chỉ tiêu", 7, "8.1")], "_rules!C7", "không thuộc cách chấm nào"),
    "unknown part": ([(R, "Thuộc phần", 10, "phan-9")], "_rules!B10", "không thuộc cách chấm nào"),
    "part over the whole": ([(R, "Phần của điểm tối đa", 9, "1,5")], "_rules!N9", "không được lớn hơn 1"),
    "part of nothing": ([(R, "Phần của điểm tối đa", 9, Decimal(0))], "_rules!N9", "phải lớn hơn 0"),
    "half a count": ([(R, "Ngưỡng / tối thiểu", 12, "1,5")], "_rules!J12", "phải là số nguyên"),
    "threshold of a region without regions": (
        [(R, "Loại dòng", 20, "› Ngưỡng của một vùng, nhóm"), (R, "Chỉ tiêu", 20, "8.2")], "_rules!C20", "không thuộc"),
    "region twice": ([(R, "Mã dòng", 24, "nui")], "_rules!D24", "“nui” lặp lại"),
    "another region": ([(R, "Mã dòng", 24, "dao")], "_rules!C22", "không khớp danh mục"),
    "key twice": ([(D, "Khóa", 4, "van-ban"), (D, "Cơ quan ban hành", 4, "A"), (D, "Trích yếu", 4, "B")],
                  "_documents!A1", "Có hai văn bản cùng khóa"),
    "no day": ([(D, "Ngày ban hành", 3, "31/02/2024")], "_documents!C3", "Không có ngày"),
    "a day of another calendar": ([(D, "Ngày ban hành", 3, "2024-02-31")], "_documents!C3", "không phải là ngày"),
    "a number for a day": ([(D, "Ngày ban hành", 3, Decimal(45000))], "_documents!C3", "phải là ngày"),
    "a time for a day": ([(D, "Ngày ban hành", 3, MORNING)], "_documents!C3", "phải là ngày"),
    "yes or no": ([(D, "Đã xem toàn văn", 3, "chắc vậy")], "_documents!J3", "Hãy chọn: Có; Không"),
    "value twice": ([("_dimensions", "Mã giá trị", 4, "nui")], "_dimensions!B4", "“nui” lặp lại"),
    "no dimension": ([("_dimensions", "Tên giá trị", 5, "Đảo")], "_dimensions!A5", "Thiếu “Mã phân loại”"),
    "class above everything": (
        [("_classes", "Mã", 3, "tot"), ("_classes", "Xếp loại", 3, "Tốt"), ("_classes", "Từ (% điểm)", 3, "101")],
        "_classes!C3", "không được lớn hơn 100"),
    "no title": ([("_meta", "Giá trị", 4, None)], "_meta!B4", "Thiếu “Tên bộ tiêu chí”"),
    "long title": ([("_meta", "Giá trị", 4, "a" * 301)], "_meta!B4", "dài quá 300 ký tự"),
    "version in words": ([("_meta", "Giá trị", 3, "hai")], "_meta!B3", "không phải là số nguyên"),
    "version as a day": ([("_meta", "Giá trị", 3, date(2024, 1, 1))], "_meta!B3", "phải là số nguyên"),
    "half an origin": ([("_meta", "Giá trị", 12, Decimal(2))], "_meta!B11", "Thiếu “Dựa trên bộ”"),
    "origin without version": ([("_meta", "Giá trị", 11, "bo-cha")], "_meta!B12", "Thiếu “Phiên bản của bộ đó”"),
    "a row that is missing": (
        [("_meta", "Khóa", 2, None), ("_meta", "Giá trị", 2, None)], "_meta!A1", "Thiếu dòng “Mã bộ”"),
    "a row that is ours no longer": ([("_meta", "Khóa", 2, "khac")], "_meta!D2", "không có trong mẫu"),
    "a header that is changed": ([(C, "Mã", 1, "Ma so")], "_content!C1", "Cột này không có trong mẫu"),
    "a header that is missing": ([(C, "Mã", 1, "Ma so")], "_content!A1", "Thiếu cột “Mã”"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_by_cell(name: str, rows: dict[str, tuple[Row, ...]]) -> None:
    changes, cell, sentence = WRONG[name]
    found = told(edited(rows, *changes))
    assert cell in found, found
    assert sentence in found[cell]


def test_everything_wrong_is_told_at_once_in_order_of_sheets(rows: dict[str, tuple[Row, ...]]) -> None:
    changes = [WRONG[name][0][0] for name in ("no day", "no numerator", "missing name", "no title", "half a count")]
    assert list(told(edited(rows, *changes))) == ["_meta!B4", "_content!E4", "_rules!F4", "_rules!J12", "_documents!C3"]


def test_an_error_of_a_formula_and_a_percent_are_told_by_cell(rows: dict[str, tuple[Row, ...]]) -> None:
    # As the reader hands them on; that it does is for tests/work.
    notes = Notes()
    book = {name: tuple(of) for name, of in rows.items()}
    line = [*book["_content"][3]]
    line[5] = Unreadable(Message("Ô này báo lỗi công thức."))
    book["_content"] = (*book["_content"][:3], tuple(line), *book["_content"][4:])
    data_of(book, notes)
    assert {spot.name: str(message) for spot, message in notes.problems.items()} == {
        "_content!F4": "Ô này báo lỗi công thức."
    }


@pytest.mark.parametrize("sheet", ["_meta", "_content"])
def test_a_sheet_that_is_missing_is_named(sheet: str, rows: dict[str, tuple[Row, ...]]) -> None:
    book = {name: [list(row) for row in of] for name, of in rows.items() if name != sheet}
    assert f"Tệp thiếu trang “{sheet}”" in told(book)[f"{sheet}!A1"]


def test_a_sheet_without_headers_is_named(rows: dict[str, tuple[Row, ...]]) -> None:
    book: Book = {name: [list(row) for row in of] for name, of in rows.items()}
    book["_classes"] = [["một", "hai"]]
    assert "Không thấy dòng tiêu đề" in told(book)["_classes!A1"]


def test_what_is_no_workbook_is_one_problem() -> None:
    with pytest.raises(CatalogError) as caught:
        from_workbook("bo.xlsx", b"PK")
    assert [(problem.file, problem.line, problem.cell) for problem in caught.value.problems] == [("bo.xlsx", 1, "")]


def test_a_text_no_cell_can_hold_is_told_by_cell() -> None:
    with pytest.raises(CatalogError, match=r"_rules!E3: Nội dung quá dài") as caught:
        to_workbook(criteria_set({"8": [indicator(pass_fail("a" * 40_000))]}))
    assert caught.value.problems[0].file == "bo.xlsx"


# What may be typed -----------------------------------------------------------------------------------------
def typed(rows: dict[str, tuple[Row, ...]], *changes: tuple[str, str, int, Value]) -> CriteriaSet:
    return from_rows("bo.xlsx", rows_of(edited(rows, *changes)))


def test_an_official_types_words_numbers_and_days_as_people_do(rows: dict[str, tuple[Row, ...]]) -> None:
    found = typed(
        rows,
        (C, "Loại", 4, " CHỈ TIÊU "),
        (C, "Mã", 3, Decimal(8)),
        (C, "Điểm tối đa", 4, "10,0"),
        (C, "Đưa vào kỳ", 4, False),
        (C, "Thuộc mục", 5, None),
        (C, "Mức kiểm chứng", 4, None),
        (R, "Ngưỡng / tối thiểu", 4, "80 %"),
        (R, "Mức kiểm chứng", 4, None),
        (D, "Ngày ban hành", 3, "5/3/2022"),
        (D, "Hiệu lực từ", 3, "2022-03-06"),
        (D, "Số, ký hiệu", 3, None),
        ("_meta", "Giá trị", 3, "1"),
    )
    first, second = found.indicators[:2]
    assert (first.in_programme, first.verification, first.max_points) == (False, "unverified", 10)
    assert second.rule.threshold.value == 80
    assert second.rule.threshold.verification == "unverified"
    assert (found.documents[0].issued_on, found.documents[0].effective_from) == (date(2022, 3, 5), date(2022, 3, 6))
    assert found.documents[0].number == ""


def test_simple_rules_need_no_place_in_a_tree(rows: dict[str, tuple[Row, ...]]) -> None:
    found = typed(
        rows,
        *((R, header, 3, None) for header in ("Chỉ tiêu", "Loại dòng", "Câu hỏi / nội dung")),
        (C, "Tên", 4, "Xã có trang thông tin điện tử"),
        (C, "Tài liệu kiểm chứng", 4, "Ảnh chụp\n\nBiên bản "),
        (R, "Chỉ tiêu", 6, None),
        (R, "Chỉ tiêu", 7, None),
    )
    first, _ratio, bands = found.indicators[:3]
    assert first.rule.question == "Xã có trang thông tin điện tử"
    assert [(asked.code, asked.title) for asked in first.evidence_asked] == [("mc-1", "Ảnh chụp"), ("mc-2", "Biên bản")]
    assert isinstance(bands.rule, Bands)
    assert len(bands.rule.bands) == 2


def test_a_backslash_at_the_end_and_an_empty_item_are_kept_apart(rows: dict[str, tuple[Row, ...]]) -> None:
    assert typed(rows, (D, "Thay thế", 3, "a;b\\")).documents[0].replaces == ("a", "b\\")
    assert typed(rows, (D, "Thay thế", 3, "(để trống)")).documents[0].replaces == ()


def test_columns_may_stand_in_another_order_and_sheets_of_others_beside(rows: dict[str, tuple[Row, ...]]) -> None:
    book: Book = {name: [list(reversed(row)) for row in of] for name, of in rows.items()}
    book["Nháp"] = [["tính thử"]]
    assert from_rows("bo.xlsx", rows_of(book)) == small_set()


# The empty workbook ----------------------------------------------------------------------------------------
def test_the_template_asks_for_what_is_missing_and_nothing_else() -> None:
    assert all("Thiếu" in sentence or "Cần ít nhất 1" in sentence for sentence in told(read(template())).values())
    assert template() == template()


def test_the_examples_are_rules_that_could_be_used() -> None:
    for _code, rule in RULES:
        assert indicator(rule, max_points="10").rule.kind == rule["kind"]
    assert {rule["kind"] for _code, rule in RULES} >= {"pass_fail", "ratio", "count", "bands", "choice", "proportional"}


def test_the_guide_says_when_to_use_each_kind() -> None:
    guide = "\n".join(str(value) for row in read(template())["Hướng dẫn"] for value in row if value)
    assert all(word in guide for word in PIECE_WORDS.values())


def test_every_kind_and_every_column_has_a_use() -> None:
    assert KIND_WORDS.keys() == HEADS.keys()
    assert PIECE_WORDS.keys() == PIECES.keys()
    used = {key for piece in PIECES.values() for key in piece.places}
    assert {column.key for column in RULE_COLUMNS} - used == {"indicator", "within", "piece"}


def test_a_problem_without_a_cell_is_told_by_line() -> None:
    problem = Problem("bo.yaml", 3, Message("Sai."))
    assert str(problem) == "bo.yaml:3: Sai."
    assert str(replace(problem, cell="_meta!B2")) == "bo.yaml:_meta!B2: Sai."
