"""Criteria sets in Excel: whatever is written comes back as the same bytes; whatever is wrong is told by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.loader import CatalogError, Problem, load_shipped
from ruraldx.catalog.point_rules import Bands
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.sheet_columns import RULE_COLUMNS
from ruraldx.catalog.sheet_examples import RULES
from ruraldx.catalog.sheet_pieces import HEADS, PIECES
from ruraldx.catalog.sheet_words import KIND_WORDS, PIECE_WORDS
from ruraldx.catalog.sheets import from_workbook, template, to_workbook
from ruraldx.messages import Message
from ruraldx.office.cells import Cell, Row, Sheet, Unreadable, Value
from ruraldx.office.workbook import read, write
from tests.rules.making import DOCUMENT, criteria_set, indicator, pass_fail

Edit = Callable[[dict[str, list[list[Value]]]], None]
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
    {"kind": "value", "label": "Tốc độ", "unit": "Mb/s", "qualified": True, "threshold": bar("98")},
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
            "dimensions": {"vung": {"nui": "Miền núi", "khac": ""}, "nhóm; 1": {"a,b": "A", "c:d": "B"}, "trống": {}},
            "documents": [
                {**DOCUMENT, "number": "", "issued_on": "2022-03-08", "replaces": ["1/QĐ; cũ", "b\\c"], "amends": ["x"]},
                {**DOCUMENT, "key": "cổ", "issued_on": "1890-01-02", "effective_from": "2190-05-06", "text_seen": False},
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


@pytest.mark.parametrize("code", load_shipped())
def test_a_shipped_set_comes_back_as_the_same_bytes(code: str) -> None:
    criteria = load_shipped()[code]
    assert canonical_bytes(back(criteria)) == canonical_bytes(criteria)


def test_every_kind_of_rule_in_every_place_comes_back_as_the_same_bytes() -> None:
    criteria = big_set()
    assert problems_of(criteria) == []
    assert {item.rule.kind for item in criteria.indicators} == set(HEADS)
    assert canonical_bytes(back(criteria)) == canonical_bytes(criteria)


def test_the_same_set_is_the_same_workbook() -> None:
    assert to_workbook(big_set()) == to_workbook(big_set())


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=30).filter(
    lambda t: t.strip()
)
NUMBERS = st.one_of(
    st.decimals(0, 10**6, places=3), st.decimals(0, 10**30, places=25), st.sampled_from(["1.234", "0.1", "1E-20"])
).map(Decimal)


@st.composite
def sets(draw: st.DrawFn) -> CriteriaSet:
    """Sets with any texts and numbers in a few rules, as valid as a set must be."""
    rules: list[dict[str, Any]] = [
        {"kind": "pass_fail", "question": draw(TEXTS)},
        {"kind": "count", "label": draw(TEXTS), "unit": draw(TEXTS), "threshold": bar(draw(st.none() | NUMBERS))},
        {"kind": "choice", "question": draw(TEXTS), "options": [{**one, "label": draw(TEXTS)} for one in OPTIONS]},
        {"kind": "adjustment", "sign": draw(st.sampled_from(["bonus", "penalty"])), "label": draw(TEXTS),
         "unit": draw(TEXTS), "points_each": "1", "cap": draw(NUMBERS.map(lambda number: number + 1))},
        *draw(st.lists(st.sampled_from(RULES_OF_ALL_KINDS), max_size=3)),
    ]  # fmt: skip
    items = [
        indicator(rule, code=f"9.{n}", name=draw(TEXTS), target=draw(TEXTS), note=draw(TEXTS),
                  max_points=None if rule["kind"] == "adjustment" else "10")
        for n, rule in enumerate(draw(st.permutations(rules)))
    ]  # fmt: skip
    total = str(sum(10 for item in items if item.max_points))
    values = draw(st.dictionaries(TEXTS, st.tuples(TEXTS, TEXTS).map(dict.fromkeys), max_size=2))
    made = criteria_set(
        {"9": items}, title=draw(TEXTS), total_points=total, kind="score", documents=[
            {**DOCUMENT, "title": draw(TEXTS), "replaces": draw(st.lists(TEXTS, max_size=3))}],
        dimensions={"vung": {"nui": "Núi", "khac": "Khác"}, **{name: dict.fromkeys(of, "x") for name, of in values.items()}},
    )  # fmt: skip
    data = made.model_dump()
    data["criteria"][0]["max_points"] = total
    return CriteriaSet.model_validate(data)


@given(sets())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_set_comes_back_as_the_same_bytes(criteria: CriteriaSet) -> None:
    assert problems_of(criteria) == []
    assert canonical_bytes(back(criteria)) == canonical_bytes(criteria)
