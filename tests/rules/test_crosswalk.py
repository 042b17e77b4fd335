"""Crosswalks: nodes of an old set in a new one, with shares; what is carried over is an estimate."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruraldx.catalog import crosswalk as module
from ruraldx.catalog.crosswalk import carried, load_crosswalks, parse_crosswalk
from ruraldx.catalog.json_schema import MODELS, schema_of, schemas
from ruraldx.catalog.labels import LABELS
from ruraldx.catalog.loader import CatalogError, nobody
from ruraldx.catalog.schema import CriteriaSet, SetReference
from ruraldx.catalog.text import to_yaml
from tests.rules.making import criteria_set, indicator, pass_fail

OLD = criteria_set({"8": [indicator(pass_fail()), indicator(pass_fail(), "8.2")]})
NEW = criteria_set({"7": [indicator(pass_fail(), "7.1"), indicator(pass_fail(), "7.2")]}, code="moi")
TEXT = """\
code: cu-sang-moi
from: {code: bo, number: 1}
to: {code: moi, number: 1}
verification: unverified
source: Suy ra từ tên
pairs:
  - {old: "8.1", new: "7.1", share: 0.25}
  - {old: "8.1", new: "7.2", share: 0.5, note: Phần còn lại}
  - {old: "8.2", new: "7.2", share: 1}
"""


def resolve(wanted: SetReference) -> CriteriaSet:
    return {"bo": OLD, "moi": NEW}.get(wanted.code) or nobody(wanted)


def test_values_are_carried_by_their_shares_and_marked_as_estimates() -> None:
    found = carried({"8.1": Decimal(10), "8.2": Decimal("0.3")}, parse_crosswalk("x.yaml", TEXT.encode(), resolve))
    assert {code: str(one.value) for code, one in found.items()} == {"7.1": "2.50", "7.2": "5.3"}
    assert all(one.is_estimate and one.verification == "unverified" for one in found.values())
    assert found["7.2"].parts == (("8.1", Decimal("0.5")), ("8.2", Decimal(1)))
    assert found["7.2"].missing == ()


def test_what_has_no_value_is_named_and_not_counted_as_zero() -> None:
    crosswalk = parse_crosswalk("x.yaml", TEXT.encode(), resolve)
    found = carried({"8.2": Decimal(4), "9.9": Decimal(1)}, crosswalk)
    assert list(found) == ["7.2"]
    assert (found["7.2"].value, found["7.2"].missing) == (4, ("8.1",))


@given(st.integers(0, 1000), st.integers(0, 1000))
@settings(deadline=None)
def test_no_more_is_carried_than_there_was(one: int, two: int) -> None:
    found = carried({"8.1": Decimal(one), "8.2": Decimal(two)}, parse_crosswalk("x.yaml", TEXT.encode(), resolve))
    assert 0 <= sum(part.value for part in found.values()) <= one + two


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('old: "8.2"', 'old: "8.9"', 9, "Bộ bo không có mục hay chỉ tiêu 8.9."),
        ('new: "7.1"', 'new: "8.1"', 7, "Bộ moi không có mục hay chỉ tiêu 8.1."),
        ("share: 0.5,", "share: 0.8,", 8, "Các phần của 8.1 cộng lại bằng 1,05, lớn hơn 1."),
        ("share: 0.5,", "share: 1.5,", 8, "Mục “share” không được lớn hơn 1."),
        ("share: 0.25", "share: 0", 7, "Mục “share” phải lớn hơn 0."),
        ('new: "7.2", share: 0.5', 'new: "7.1", share: 0.5', 8, "Cặp 8.1 → 7.1 lặp lại."),
        ("from: {code: bo", "from: {code: khac", 2, "Không có bộ tiêu chí gốc khac phiên bản 1."),
        ("code: cu-sang-moi\n", "", 1, "Thiếu mục “code”."),
    ],
)
def test_a_crosswalk_that_cannot_be_is_refused_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in TEXT
    with pytest.raises(CatalogError) as caught:
        parse_crosswalk("x.yaml", TEXT.replace(old, new, 1).encode(), resolve)
    assert [str(problem) for problem in caught.value.problems] == [f"x.yaml:{line}: {said}"]


def test_a_crosswalk_joins_two_versions() -> None:
    same = TEXT.replace("code: moi", "code: bo").replace("7.", "8.")
    with pytest.raises(CatalogError) as caught:
        parse_crosswalk("x.yaml", same.encode(), resolve)
    assert str(caught.value) == "x.yaml:3: Bảng chuyển đổi phải nối hai phiên bản khác nhau."


def test_a_share_that_is_over_one_is_said_once() -> None:
    text = TEXT + '  - {old: "8.2", new: "7.1", share: 0.5}\n  - {old: "8.2", new: "7", share: 0.5}\n'
    with pytest.raises(CatalogError) as caught:
        parse_crosswalk("x.yaml", text.encode(), resolve)
    assert str(caught.value) == "x.yaml:10: Các phần của 8.2 cộng lại bằng 1,5, lớn hơn 1."


def test_a_crosswalk_written_and_read_again_is_the_same() -> None:
    crosswalk = parse_crosswalk("x.yaml", TEXT.encode(), resolve)
    again = parse_crosswalk("y.yaml", to_yaml(crosswalk).encode(), resolve)
    assert again == crosswalk
    assert to_yaml(again) == to_yaml(crosswalk)


def test_crosswalks_that_come_with_the_platform_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(load_crosswalks(), tuple)
    monkeypatch.setattr(module, "CROSSWALKS", tmp_path)
    (tmp_path / "a.yaml").write_text(TEXT, encoding="utf-8")
    assert [crosswalk.code for crosswalk in load_crosswalks(resolve)] == ["cu-sang-moi"]


# JSON Schema


def test_every_property_of_every_schema_has_a_vietnamese_title_and_every_kind_of_part_says_what_it_is() -> None:
    for kind, schema in schemas().items():
        assert schema == schema_of(kind)
        assert schema["$schema"].startswith("https://json-schema.org/")
        parts = [schema, *schema["$defs"].values()]
        titles = {name: field["title"] for part in parts for name, field in part.get("properties", {}).items()}
        assert titles == {name: str(LABELS[name]) for name in titles}
        assert all(part.get("description") for part in parts)


def test_no_label_is_kept_for_a_field_that_is_gone() -> None:
    used = {
        name
        for kind in MODELS
        for schema in [schema_of(kind)]
        for part in (schema, *schema["$defs"].values())
        for name in part.get("properties", {})
    }
    assert set(LABELS) == used
