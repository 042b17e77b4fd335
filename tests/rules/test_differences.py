"""What differs between two sets, by node and field, in Vietnamese."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from ruraldx.catalog.amendments import apply
from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.differences import Difference, differences
from ruraldx.catalog.loader import load_amendments, load_shipped
from ruraldx.catalog.schema import CriteriaSet
from tests.rules.making import DOCUMENT, boolean, composite, criteria_set, indicator, pass_fail, ratio, threshold
from tests.rules.making_sets import FEW, criteria_sets

DIMENSIONS = {"vung": {"a": "Miền núi", "b": "Còn lại"}}


def base(**changes: Any) -> CriteriaSet:
    return criteria_set(
        {
            "8": [indicator(composite("all_of", boolean("x"), boolean("y"))), indicator(pass_fail(), "8.2")],
            "15": [indicator(ratio(threshold("50")), "15.1")],
        },
        dimensions=DIMENSIONS,
        **changes,
    )


def told(old: CriteriaSet, new: CriteriaSet) -> list[str]:
    return [
        f"{one.kind} {one.level} {one.node or '–'} {one.label}: {one.old} → {one.new}" for one in differences(old, new)
    ]


def changed(code: str, **fields: Any) -> CriteriaSet:
    """The base with other fields in one indicator."""
    data = base().model_dump()
    for node in data["criteria"]:
        for item in node["indicators"]:
            if item["code"] == code:
                item.update(fields)
    return CriteriaSet.model_validate(data)


RULE = {"kind": "ratio", "numerator_label": "Có", "denominator_label": "Tất cả", "comparator": ">"}


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (base(), []),
        (base(number=2, title="Bộ hai"), ["changed set – Số: 1 → 2", "changed set – Tên gọi: Bộ → Bộ hai"]),
        (base(period_to=date(2026, 1, 31)), ["changed set – Áp dụng đến: 31/12/2025 → 31/01/2026"]),
        (changed("8.2", note="Mới"), ["changed indicator 8.2 Ghi chú:  → Mới"]),
        (changed("8.2", verification="recall"), [
            "changed indicator 8.2 Mức kiểm chứng: Đã đối chiếu văn bản gốc → Chưa có nguồn đối chiếu"
        ]),
        (changed("8.2", in_programme=False), ["changed indicator 8.2 Thuộc chương trình: Có → Không"]),
        (changed("8.2", max_points="1.50"), ["added indicator 8.2 Điểm tối đa:  → 1,5"]),
        (changed("15.1", rule={**RULE, "threshold": threshold("62.5")}), [
            "changed indicator 15.1 Cách chấm › So sánh: >= → >",
            "changed indicator 15.1 Cách chấm › Ngưỡng › Giá trị: 50 → 62,5",
        ]),
        (changed("8.1", rule=composite("all_of", boolean("y"), boolean("x"))), [
            "moved indicator 8.1 Cách chấm › Các điều kiện: x, y → y, x"
        ]),
        (changed("8.1", rule=composite("all_of", boolean("x"), boolean("z"))), [
            "removed indicator 8.1 Cách chấm › Các điều kiện › y › Loại: boolean → ",
            "removed indicator 8.1 Cách chấm › Các điều kiện › y › Mã: y → ",
            "removed indicator 8.1 Cách chấm › Các điều kiện › y › Nội dung: y → ",
            "added indicator 8.1 Cách chấm › Các điều kiện › z › Loại:  → boolean",
            "added indicator 8.1 Cách chấm › Các điều kiện › z › Mã:  → z",
            "added indicator 8.1 Cách chấm › Các điều kiện › z › Nội dung:  → z",
        ]),
        (changed("8.1", applies_to={"vung": ["a"]}), ["added indicator 8.1 Áp dụng cho › vung › 1:  → a"]),
        (base(extends={"code": "c", "number": 1}), [
            "added set – Dựa trên bộ › Mã:  → c", "added set – Dựa trên bộ › Số:  → 1"
        ]),
        (base().model_copy(update={"dimensions": {**DIMENSIONS, "loai": {}}}), [
            "added set – Các cách phân nhóm › loai:  → không có giá trị nào"
        ]),
        (base().model_copy(update={"dimensions": {"vung": {**DIMENSIONS["vung"], "c": ""}}}), [
            "added set – Các cách phân nhóm › vung › c:  → "
        ]),
    ],
)  # fmt: skip
def test_each_difference_is_told_by_node_and_field(new: CriteriaSet, said: list[str]) -> None:
    assert told(base(), new) == said


def test_a_document_that_comes_is_told_without_what_is_empty_in_it() -> None:
    document = {**DOCUMENT, "key": "hai", "number": ""}
    assert told(base(), base(documents=[DOCUMENT, document])) == [
        "added set – Các văn bản › hai › Khóa:  → hai",
        "added set – Các văn bản › hai › Cơ quan ban hành:  → Cơ quan",
        "added set – Các văn bản › hai › Tên gọi:  → Văn bản",
        "added set – Các văn bản › hai › Đã xem văn bản gốc:  → Có",
    ]


def moved(*order: tuple[str, list[str]]) -> CriteriaSet:
    """The indicators of the base under other criteria or in another order."""
    items = {item.code: item for item in base().indicators}
    return criteria_set(
        {code: [items.get(name) or indicator(pass_fail(), name) for name in names] for code, names in order},
        dimensions=DIMENSIONS,
    )


def test_nodes_that_come_go_or_move_are_told_as_such() -> None:
    assert told(base(), moved(("8", ["8.1"]), ("15", ["15.1", "8.2"]))) == [
        "moved indicator 8.2 Chỉ tiêu 8.2: trong mục 8 → trong mục 15"
    ]
    assert told(base(), moved(("15", ["15.1"]), ("8", ["8.1", "8.2"]))) in (
        ["moved node 8 Mục 8: cấp cao nhất → cấp cao nhất"],
        ["moved node 15 Mục 15: cấp cao nhất → cấp cao nhất"],
    )
    assert told(base(), moved(("8", ["8.2", "8.3"]), ("15", ["15.1"]))) == [
        "added indicator 8.3 Chỉ tiêu 8.3:  → Chỉ tiêu",
        "removed indicator 8.1 Chỉ tiêu 8.1: Chỉ tiêu → ",
    ]
    assert told(base(), moved(("8", ["8.1", "8.2"]))) == [
        "removed node 15 Mục 15: Tiêu chí 15 → ",
        "removed indicator 15.1 Chỉ tiêu 15.1: Chỉ tiêu → ",
    ]


def test_a_difference_is_json_in_vietnamese() -> None:
    (one,) = differences(base(), changed("8.2", in_programme=False))
    assert json.loads(json.dumps(one.as_data())) == {
        "node": "8.2", "level": "indicator", "kind": "changed", "field": "in_programme",
        "label": "Thuộc chương trình", "old": "Có", "new": "Không",
    }  # fmt: skip
    assert isinstance(one, Difference)


def test_what_an_amendment_does_is_seen() -> None:
    sets = load_shipped()
    for amendment in load_amendments():
        before = sets[amendment.base_code]
        found = differences(before, apply(before, amendment))
        assert {one.field for one in found if one.level == "set"} >= {"note"}
        assert {one.node for one in found if one.field == "verification"} == {item.code for item in before.indicators}


@given(criteria_sets(), criteria_sets())
@FEW
def test_there_is_no_difference_exactly_where_the_bytes_are_the_same(one: CriteriaSet, other: CriteriaSet) -> None:
    assert differences(one, one) == ()
    assert bool(differences(one, other)) == (canonical_bytes(one) != canonical_bytes(other))
