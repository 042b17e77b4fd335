"""What pydantic finds wrong with a text, said in Vietnamese with the key as it is written in the file. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from ruraldx.catalog.rules import CODE
from ruraldx.messages import Message

_Path = tuple[str | int, ...]
_Said = Callable[[str | Message, Any], Message]

_SLUG: Final = Message("chữ thường không dấu, chữ số và gạch nối, ví dụ xa-vi-du")
_PATTERNS: Final[dict[str, Message]] = {
    CODE: _SLUG,
    r"^[0-9A-Z]{1,6}(\.[0-9a-z]{1,4}){0,4}$": Message("chữ số, chữ in hoa và dấu chấm, ví dụ 8.1 hoặc A.2"),
    r"^(\d{2})?$": Message("hai chữ số, ví dụ 49"),
}


def complaints(error: ValidationError, places: Collection[_Path]) -> Iterator[tuple[_Path, Message]]:
    """(place in the text, sentence) of everything wrong; ``places``: every place that is written in the text.

    What only follows from another error is left out: a list is too short as well when one of its items is wrong,
    and a threshold that is wrong is compared with the shape its author meant only.
    """
    items = error.errors()
    locations = [item["loc"] for item in items]
    for item in items:
        depth = len(item["loc"])
        inside = any(len(loc) > depth and loc[:depth] == item["loc"] for loc in locations)
        if not (item["type"] == "too_short" and inside) and _meant(item["loc"], places):
            yield _where(item, places), sentence(item, places)


def first_complaint(error: ValidationError, data: object) -> Message:
    """The first sentence on data that stand in no text."""
    return next(message for _where, message in complaints(error, set(_places_in(data))))


def _places_in(data: object, place: _Path = ()) -> Iterator[_Path]:
    yield place
    if isinstance(data, Mapping):
        for name, part in data.items():
            yield from _places_in(part, (*place, name))
    elif isinstance(data, list | tuple):
        for index, part in enumerate(data):
            yield from _places_in(part, (*place, index))


def sentence(item: Any, places: Collection[_Path]) -> Message:
    """The sentence for one item of ``ValidationError.errors()``."""
    kind = "invalid_key" if item["loc"][-1:] == ("[key]",) else item["type"]
    said = _SENTENCES.get(kind) or _SENTENCES.get(kind.partition("_")[0]) or _other
    return said(_named(_where(item, places)), item)


def _where(item: Any, places: Collection[_Path]) -> _Path:
    """The place without what pydantic adds: names of kinds and classes. A missing key stays: it names what to add."""
    if item["loc"][-1:] == ("[key]",):
        return (*written(item["loc"][:-2], places), str(item["loc"][-2]))
    place = written(item["loc"], places)
    if item["type"] in ("missing", "invalid_key"):
        return (*place, str(item["loc"][-1]))
    if item["type"].startswith("union_tag"):
        return (*place, "kind")
    return place


def written(where: _Path, places: Collection[_Path]) -> _Path:
    """The innermost place that is in the text; parts that are not are passed over."""
    place: _Path = ()
    for part in where:
        if (*place, part) in places:
            place = (*place, part)
    return place


def _meant(where: _Path, places: Collection[_Path]) -> bool:
    """Of the two shapes of a threshold, only the one whose keys are written is complained about."""
    for index, part in enumerate(where):
        if part in ("Threshold", "ThresholdBy"):
            place = written(where[:index], places)
            by = any((*place, key) in places for key in ("dimension", "values"))
            return (part == "ThresholdBy") == by
    return True


def _named(place: _Path) -> str | Message:
    if not place:
        return Message("cả tệp")
    if isinstance(place[-1], int):
        return Message("%(list)s, mục thứ %(n)s", list=_named(place[:-1]), n=place[-1] + 1)
    return place[-1]


def _one_of(place: str | Message, item: Any) -> Message:
    context = item["ctx"]
    values = re.findall(r"'([^']*)'", context.get("expected", "") or context["expected_tags"])
    return Message("Mục “%(place)s” chỉ nhận một trong các giá trị: %(values)s.", place=place, values=", ".join(values))


def _pattern(place: str | Message, item: Any) -> Message:
    value = str(item["input"])[:40]
    hint = _PATTERNS.get(item["ctx"]["pattern"])
    if hint is None:
        return Message("Mục “%(place)s” viết “%(value)s” là không đúng mẫu.", place=place, value=value)
    return Message(
        "Mục “%(place)s” viết “%(value)s” là không đúng mẫu; hãy dùng %(hint)s.", place=place, value=value, hint=hint
    )


def _other(place: str | Message, _item: Any) -> Message:
    return Message("Mục “%(place)s” không hợp lệ.", place=place)


def _limit(template: Callable[[str | Message, object], Message], key: str) -> _Said:
    return lambda place, item: template(place, item["ctx"][key])


def _table(place: str | Message, _item: Any) -> Message:
    return Message("Mục “%(place)s” phải gồm các dòng “khóa: giá trị”.", place=place)


def _list(place: str | Message, _item: Any) -> Message:
    return Message("Mục “%(place)s” phải là danh sách, mỗi phần một dòng bắt đầu bằng dấu gạch.", place=place)


def _missing(place: str | Message, _item: Any) -> Message:
    return Message("Thiếu mục “%(place)s”.", place=place)


# By the type of the error, else by the word before its first underscore.
_SENTENCES: Final[dict[str, _Said]] = {
    "missing": _missing,
    "union_tag_not_found": _missing,
    "union_tag_invalid": _one_of,
    "literal_error": _one_of,
    "enum": _one_of,
    "extra_forbidden": lambda place, _item: Message("Không có mục “%(place)s” trong mẫu.", place=place),
    "invalid_key": lambda place, _item: Message("Khóa “%(place)s” phải là chữ; hãy đặt trong ngoặc kép.", place=place),
    "string_type": lambda place, _item: Message(
        "Mục “%(place)s” phải là chữ; nếu là số hay ngày, hãy đặt trong ngoặc kép.", place=place
    ),
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda place, _item: Message("Mục “%(place)s” không được để trống.", place=place),
    "string_too_long": _limit(
        lambda place, limit: Message("Mục “%(place)s” dài quá %(limit)s ký tự.", place=place, limit=limit),
        "max_length",
    ),
    "int": lambda place, _item: Message("Mục “%(place)s” phải là số nguyên, viết như 12.", place=place),
    "decimal": lambda place, _item: Message("Mục “%(place)s” phải là số, viết như 12 hoặc 88.7.", place=place),
    "finite": lambda place, _item: Message("Mục “%(place)s” phải là số, viết như 12 hoặc 88.7.", place=place),
    "bool": lambda place, _item: Message("Mục “%(place)s” chỉ nhận true (có) hoặc false (không).", place=place),
    "date": lambda place, _item: Message("Mục “%(place)s” phải là ngày có thật, viết như 2024-12-31.", place=place),
    "greater_than": _limit(
        lambda place, limit: Message("Mục “%(place)s” phải lớn hơn %(limit)s.", place=place, limit=limit), "gt"
    ),
    "greater_than_equal": _limit(
        lambda place, limit: Message("Mục “%(place)s” không được nhỏ hơn %(limit)s.", place=place, limit=limit), "ge"
    ),
    "less_than_equal": _limit(
        lambda place, limit: Message("Mục “%(place)s” không được lớn hơn %(limit)s.", place=place, limit=limit), "le"
    ),
    "too_short": _limit(
        lambda place, limit: Message("Mục “%(place)s” cần ít nhất %(limit)s phần.", place=place, limit=limit),
        "min_length",
    ),
    "tuple": _list,
    "dict": _table,
    "model": _table,
}
