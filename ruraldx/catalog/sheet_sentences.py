"""What the model finds wrong with the data of a workbook, as sentences for whoever filled it in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from ruraldx.catalog.sheet_tables import Notes, Spot
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

# In the place of an error a union of models names its branch; what one says of data meant for the other is no help.
_BRANCHES: Final = ("Threshold", "ThresholdBy")
_LIMITS: Final[dict[str, tuple[str, Callable[[str], Message]]]] = {
    "greater_than": ("gt", lambda limit: Message("Giá trị phải lớn hơn %(limit)s.", limit=limit)),
    "greater_than_equal": ("ge", lambda limit: Message("Giá trị không được nhỏ hơn %(limit)s.", limit=limit)),
    "less_than_equal": ("le", lambda limit: Message("Giá trị không được lớn hơn %(limit)s.", limit=limit)),
    "string_too_long": ("max_length", lambda limit: Message("Nội dung dài quá %(limit)s ký tự.", limit=limit)),
    "too_short": ("min_length", lambda limit: Message("Cần ít nhất %(limit)s dòng.", limit=limit)),
}


def shape_problems(error: ValidationError, data: Mapping[str, Any], notes: Notes) -> Iterator[tuple[Spot, Message]]:
    """(cell, sentence) of every error of the model, but one for a cell, and none that only follows from another."""
    items = error.errors()
    places = [item["loc"] for item in items]
    told: set[Spot] = set()
    for item in items:
        place, spot = item["loc"], notes.spot_of(item["loc"])
        follows = item["type"] == "too_short" and any(
            len(other) > len(place) and other[: len(place)] == place for other in places
        )
        if spot not in told and not follows and not _meant_for_the_other(place, data):
            told.add(spot)
            yield spot, _sentence(item, notes.headers.get(spot, ""))


def _meant_for_the_other(place: tuple[int | str, ...], data: Any) -> bool:
    """Whether an error is of a threshold by region while there is a plain one, or the other way round."""
    for part in place:
        if part in _BRANCHES:
            return ("dimension" in data) != (part == "ThresholdBy")
        if isinstance(data, Mapping):
            data = data.get(part, data)
        elif isinstance(part, int):
            data = data[part]
    return False


def _sentence(item: Any, name: str) -> Message:
    kind = item["type"]
    if kind in _LIMITS:
        limit, said = _LIMITS[kind]
        return said(decimal_text(Decimal(str(item["ctx"][limit]))))
    if kind == "missing":
        return Message("Thiếu “%(name)s”.", name=name or str(item["loc"][-1]))
    if kind == "string_pattern_mismatch":
        return Message(
            "“%(text)s” không đúng dạng. Mã gồm chữ thường không dấu, số, gạch nối (so-diem); "
            "mã chỉ tiêu như 8.10; mã tỉnh có hai chữ số.",
            text=str(item["input"])[:60],
        )
    if kind.startswith("int_"):
        return Message("Ô này phải là số nguyên, ví dụ 3.")
    return Message("“%(name)s” không hợp lệ.", name=name)
