"""A cell and the value it stands for: numbers, dates, yes and no, words for codes, lists. Pure and strict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from ruraldx.catalog.sheet_columns import EMPTY, OPEN, Column
from ruraldx.catalog.sheet_words import Words
from ruraldx.messages import Message
from ruraldx.office.cells import Unreadable, Value
from ruraldx.vietnamese import ValueProblem, fold, nfc, parse_date, parse_decimal, parse_integer

_LONG: Final = re.compile(r"(-?\d+)(?:,(\d+))?")
_MARKS: Final = "\\;:,"
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def cell_of(column: Column, value: Any) -> Value:
    """What a cell of that column holds for a value of the model; a missing value is a blank cell."""
    if value is None:
        return OPEN if column.form == "bar" else None
    if column.form == "word":
        return words_of(column)[str(value)]
    if column.form == "truth":
        return words_of(column)["true" if value else "false"]
    if column.form == "list":
        return _joined(value, ";", "\\;") or None
    if column.form == "pairs":
        pairs = (f"{_escaped(name, _MARKS)}: {_joined(values, ',', _MARKS)}" for name, values in value.items())
        return "; ".join(pairs) or None
    if value == "":
        return EMPTY if column.required else None
    return Decimal(value) if isinstance(value, int) else cast(Value, value)


def words_of(column: Column) -> Words:
    """The words of a closed list."""
    return column.words or {}


def blank(value: Value) -> bool:
    """Whether a cell holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def value_of(column: Column, value: Value) -> Any:
    """The value of the model in a cell that is not blank. Raises ValueProblem with what to do."""
    if isinstance(value, Unreadable):
        raise ValueProblem(value.reason)
    return _READERS[column.form](column, value)


def _text(_column: Column, value: Value) -> str:
    """Letters; a whole number is taken for its digits, but 8.1 may have been 8.10, and a day may have been 1/8."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return f"{value:f}"
    if not isinstance(value, str):
        raise ValueProblem(
            Message(
                "Ô này phải là chữ, nhưng Excel đã đổi thành số hoặc ngày. "
                "Hãy định dạng ô là “Text” rồi gõ lại đúng như văn bản."
            )
        )
    return "" if value.strip() == EMPTY else nfc(value)


def _number(_column: Column, value: Value) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        raise ValueProblem(Message("Ô này phải là số, ví dụ 88,7."))
    # What we wrote ourselves because no cell holds so many digits.
    if len(value) > 15 and (found := _LONG.fullmatch(value)):
        return Decimal(f"{found[1]}.{found[2] or '0'}")
    return parse_decimal(value, percent=True)


def _bar(column: Column, value: Value) -> Decimal | None:
    return None if isinstance(value, str) and fold(value) == fold(OPEN) else _number(column, value)


def _whole(_column: Column, value: Value) -> int:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if not isinstance(value, str):
        raise ValueProblem(Message("Ô này phải là số nguyên, ví dụ 3."))
    return parse_integer(value)


def _date(_column: Column, value: Value) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueProblem(Message("Ô này phải là ngày, ví dụ 31/12/2024."))
    if _ISO.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return parse_date(value)
    return parse_date(value)


def _truth(column: Column, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    return _word(column, value) == "true"


def _word(column: Column, value: Value) -> str:
    words = words_of(column)
    wanted = fold(value) if isinstance(value, str) else ""
    for code, word in words.items():
        if wanted in (fold(word), fold(code)):
            return code
    shown, listed = value[:60] if isinstance(value, str) else "?", "; ".join(words.values())
    raise ValueProblem(Message("Không có “%(text)s” trong danh sách. Hãy chọn: %(words)s.", text=shown, words=listed))


def _list(column: Column, value: Value) -> tuple[str, ...]:
    text = _text(column, value)
    return () if blank(text) else tuple(_bare(part) for part in _split(text, ";"))


def _pairs(column: Column, value: Value) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in _split(_text(column, value), ";"):
        name, *values = _split(part, ":")
        if len(values) != 1:
            raise ValueProblem(Message("Hãy viết như “vung: nui, khac; nhom: 1”."))
        named = [] if blank(values[0]) else _split(values[0], ",")
        found[_bare(name)] = tuple(_bare(one) for one in named)
    return found


def _joined(values: Iterable[str], mark: str, escaped: str) -> str:
    """Several texts in one cell; a mark inside a text stands behind a backslash."""
    return f"{mark} ".join(_escaped(value, escaped) or EMPTY for value in values)


def _escaped(text: str, marks: str) -> str:
    return "".join(f"\\{sign}" if sign in marks else sign for sign in text)


def _split(text: str, mark: str) -> list[str]:
    """The parts between the marks that stand free, still with their backslashes."""
    parts, free = [""], True
    for sign in text:
        if sign == mark and free:
            parts.append("")
        else:
            parts[-1] += sign
        free = not free or sign != "\\"
    return parts


def _bare(part: str) -> str:
    bare = re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL).strip()
    return "" if bare == EMPTY else bare


_READERS: Final[Mapping[str, Any]] = {
    "text": _text,
    "number": _number,
    "bar": _bar,
    "whole": _whole,
    "date": _date,
    "truth": _truth,
    "word": _word,
    "list": _list,
    "pairs": _pairs,
}
