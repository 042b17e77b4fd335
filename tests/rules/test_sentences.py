"""Everything pydantic can find wrong with a file is said in Vietnamese, with the key as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core.core_schema import ErrorType

from ruraldx.catalog.amendments import Amendment
from ruraldx.catalog.crosswalk import Crosswalk
from ruraldx.catalog.loader import load_amendments, load_shipped
from ruraldx.catalog.provincial import ProvincialSet
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.sentences import _SENTENCES, complaints, first_complaint, sentence
from tests.rules.making import criteria_set, indicator

Path = tuple[Any, ...]
# Words of pydantic's own sentences.
ENGLISH = set(
    re.findall(
        r"[a-z]+",
        "should valid input string integer number field required extra inputs permitted greater less equal than least "
        "most character characters item items dictionary instance unable parse found using does match expected tags "
        "keys boolean decimal date datetime list tuple have invalid value error after validation finite pattern",
    )
)
WRONG = [
    None, True, 2, -1, 10**30, Decimal("1.5"), Decimal("-1"), Decimal("1e40"), "chữ", "", "a" * 400, "2024-13-45",
    date(2024, 1, 1), datetime(2024, 1, 1, 5, tzinfo=UTC), [], ["chữ"], [None], {}, {"chữ": 1}, {1: 2}, float("nan"),
    b"x",
]  # fmt: skip


def examples() -> Iterator[tuple[type[BaseModel], dict[str, Any]]]:
    """Data of every kind of file, with every kind of rule."""
    quotient = {"numerator_label": "a", "denominator_label": "b"}
    bar = {"value": 1, "verification": "demo"}
    options = [{"code": "a", "label": "x", "fraction": 1}, {"code": "b", "label": "y", "fraction": 0}]
    rules = [
        {"kind": "count", "label": "a", "unit": "b", "threshold": bar},
        {"kind": "value", "label": "a", "unit": "b", "threshold": bar},
        {
            "kind": "bands", "quantity": {"kind": "ratio", **quotient},
            "bands": [{"below": 1, "points": 0}, {"points": 2}],
        },
        {"kind": "proportional", **quotient},
        {"kind": "choice", "question": "a", "options": options},
        {"kind": "highest_case", "question": "a", "cases": options},
        {"kind": "capped_count", "label": "a", "unit": "b", "points_each": 1},
        {"kind": "adjustment", "sign": "bonus", "label": "a", "unit": "b", "points_each": 1, "cap": 2},
        {"kind": "relative", "label": "a", "unit": "b"},
        {"kind": "imported", "label": "a", "provider": "b", "threshold": bar},
        {"kind": "council", "question": "a"},
        {
            "kind": "sum_of_parts",
            "parts": [
                {"code": code, "label": "a", "fraction": "0.5", "rule": {"kind": "pass_fail", "question": "a"}}
                for code in "ab"
            ],
        },
    ]  # fmt: skip
    made = criteria_set({"1": [indicator(rule, f"1.{n}", max_points=2) for n, rule in enumerate(rules)]})
    for criteria in (made, *list(load_shipped().values())[-1:]):
        yield CriteriaSet, criteria.model_dump()
    amendment = load_amendments()[0].model_dump()
    amendment["operations"] = [
        {"kind": "set", "node": "8", "field": "name", "old": "a", "new": "b"},
        {"kind": "remove", "node": "8", "name": "a"},
        {"kind": "rename", "node": "8", "code": "9"},
        {"kind": "insert", "group": {"code": "9", "name": "a"}},
        {"kind": "set_document", "document": amendment["document"]},
        {"kind": "note", "note": "a"},
    ]
    yield Amendment, amendment
    head = {"code": "a", "number": 1, "title": "b", "extends": {"code": "c", "number": 2}, "total_points": 1}
    yield ProvincialSet, {**head, "province_code": "49", "changes": []}
    ends = {"from": head["extends"], "to": {"code": "d", "number": 1}}
    pairs = [{"old": "1", "new": "2", "share": 1}]
    yield Crosswalk, {"code": "a", **ends, "pairs": pairs, "verification": "demo", "source": "b"}


def places(data: Any, place: Path = ()) -> Iterator[Path]:
    yield place
    if isinstance(data, dict | list | tuple):
        for key, part in data.items() if isinstance(data, dict) else enumerate(data[:3]):
            yield from places(part, (*place, key))


def broken(data: Any, place: Path, value: Any) -> Any:
    """A copy with a value put at a place; an added key, or one taken away, for the marks."""
    if not place:
        return value
    key, *rest = place
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[key] = broken(copy[key], tuple(rest), value)
    return copy


def breakages() -> Iterator[tuple[type[BaseModel], Any]]:
    seen: set[Path] = set()
    for model, data in examples():
        for place in places(data):
            shape = (model, *("#" if isinstance(part, int) else part for part in place))
            if shape in seen:
                continue
            seen.add(shape)
            for value in WRONG:
                yield model, broken(data, place, deepcopy(value))


def test_every_kind_of_error_in_a_file_has_a_vietnamese_sentence_of_its_own() -> None:
    kinds: set[str] = set()
    for model, data in breakages():
        try:
            model.model_validate(data)
        except ValidationError as error:
            kinds |= {item["type"] for item in error.errors()}
            for _where, message in complaints(error, set(places(data))):
                outside = re.sub(r"“[^”]*”|: [^.]*\.", " ", str(message))
                assert not ENGLISH & set(re.findall(r"[a-z]{4,}", outside.lower())), message
    assert len(kinds) > 20
    own = {kind for kind in kinds if kind in _SENTENCES or kind.partition("_")[0] in _SENTENCES}
    assert kinds - own == set()


def test_every_kind_of_error_that_pydantic_knows_is_said_in_vietnamese() -> None:
    context = {
        "ge": 1, "gt": 1, "le": 1, "max_length": 1, "min_length": 1, "pattern": "x", "expected": "'a'",
        "expected_tags": "'a'",
    }  # fmt: skip
    for kind in get_args(ErrorType):
        item = {"type": kind, "loc": ("tên",), "ctx": context, "input": "x"}
        said = re.sub(r"“[^”]*”|: [^.]*\.", " ", str(sentence(item, {("tên",)})))
        assert not ENGLISH & set(re.findall(r"[a-z]{4,}", said.lower())), said
        assert said.startswith(("Mục", "Thiếu mục", "Khóa", "Không có mục"))


def test_the_switch_the_list_of_english_words_sees_an_english_sentence() -> None:
    assert ENGLISH & set(re.findall(r"[a-z]{4,}", "Input should be a valid string".lower()))
    assert not ENGLISH & set(re.findall(r"[a-z]{4,}", "Mục này phải là số nguyên, không được nhỏ hơn".lower()))


def test_a_pattern_that_has_no_hint_is_named_without_one() -> None:
    class Other(BaseModel):
        a: str = Field(pattern="^x$")

    with pytest.raises(ValidationError) as caught:
        Other.model_validate({"a": "y"})
    assert str(first_complaint(caught.value, {"a": "y"})) == "Mục “a” viết “y” là không đúng mẫu."
