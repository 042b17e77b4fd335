"""One form field: what it holds, how a text in it is read and written. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ruraldx.messages import Message
from ruraldx.vietnamese import (
    ValueProblem,
    format_date,
    format_number,
    is_blank,
    parse_date,
    parse_decimal,
    parse_integer,
)

EXPLANATION = "giai-trinh"
CLAIM = "ket-qua"
NUMERATOR, DENOMINATOR = "tu-so", "mau-so"
AS_OF, PROVIDER, PRINTED = "tinh-den", "noi-cung-cap", "ty-le-cong-bo"
NOT_APPLICABLE, NOT_APPLICABLE_REASON = "khong-ap-dung", "ly-do-khong-ap-dung"
AMOUNT, CHOICE, POINTS = "so-luong", "lua-chon", "diem"
LARGEST_COUNT = 1_000_000_000
QUALIFIERS = "><≥≤~"


class FieldKind(StrEnum):
    """What a field holds and so how it is drawn and read."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PRINTED_PERCENT = "printed_percent"
    QUALIFIED = "qualified"
    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"
    LONG_TEXT = "long_text"


@dataclass(frozen=True)
class Parsed:
    """What a text was read as: a canonical value, or why not. Both None for an empty text."""

    value: str | None
    error: Message | None = None


@dataclass(frozen=True)
class Field:
    """One field. ``code`` is unique within its indicator.

    ``label`` and ``help`` are the words of the criteria set as they stand, or messages of our own.
    """

    code: str
    label: str | Message
    kind: FieldKind
    required: bool = True
    unit: str = ""
    help: str | Message = ""
    options: tuple[tuple[str, str], ...] = ()
    maximum: Decimal | None = None

    @property
    def is_figure(self) -> bool:
        """Whether an appraiser may put a value of their own beside it: what is counted or ticked, not a text."""
        figures = (
            FieldKind.BOOLEAN,
            FieldKind.INTEGER,
            FieldKind.DECIMAL,
            FieldKind.QUALIFIED,
            FieldKind.CHOICE,
        )
        return self.kind in figures and self.code not in (CLAIM, NOT_APPLICABLE)

    def parse(self, raw: str) -> Parsed:
        """Read a text strictly. An empty text is no value and no error: missing is not zero."""
        if is_blank(raw):
            return Parsed(None)
        try:
            return Parsed(_READERS[self.kind](self, raw.strip()))
        except ValueProblem as problem:
            return Parsed(None, problem.message)

    def written(self, value: str) -> str:
        """A canonical value as Vietnamese readers write it, so that a person sees what was read: ``3500`` is 3.500."""
        if self.kind is FieldKind.CHOICE:
            return dict(self.options).get(value, value)
        return _WRITERS.get(self.kind, str)(value)


def _boolean(_field: Field, raw: str) -> str:
    if raw not in ("co", "khong"):
        raise ValueProblem(Message("Hãy chọn Có hoặc Không."))
    return raw


def _choice(field: Field, raw: str) -> str:
    if raw not in dict(field.options):
        raise ValueProblem(Message("Hãy chọn một trong các mức đã nêu."))
    return raw


def _decimal(field: Field, raw: str) -> str:
    value = parse_decimal(raw, minimum=Decimal(0))
    if field.maximum is not None and value > field.maximum:
        raise ValueProblem(Message("Không được lớn hơn %(limit)s.", limit=format_number(field.maximum)))
    return f"{value:f}"


def _signed(raw: str) -> tuple[str, str]:
    """A figure and the sign before it: ``>98`` is ``>`` and ``98``."""
    sign = raw[0] if raw[0] in QUALIFIERS else ""
    return sign, raw.removeprefix(sign).strip()


def _printed(_field: Field, raw: str) -> str:
    """A percentage as it was printed, with its qualifier: ``>98%`` stays ``>98``."""
    sign, number = _signed(raw)
    return f"{sign}{parse_decimal(number, percent=True, minimum=Decimal(0)):f}"


def _qualified(_field: Field, raw: str) -> str:
    """A number as it was printed, with its qualifier."""
    sign, number = _signed(raw)
    return f"{sign}{parse_decimal(number, minimum=Decimal(0)):f}"


_READERS: Final[dict[FieldKind, Callable[[Field, str], str]]] = {
    FieldKind.BOOLEAN: _boolean,
    FieldKind.CHOICE: _choice,
    FieldKind.INTEGER: lambda _field, raw: str(parse_integer(raw, minimum=0, maximum=LARGEST_COUNT)),
    FieldKind.DECIMAL: _decimal,
    FieldKind.PRINTED_PERCENT: _printed,
    FieldKind.QUALIFIED: _qualified,
    FieldKind.DATE: lambda _field, raw: parse_date(raw).isoformat(),
    FieldKind.TEXT: lambda _field, raw: raw,
    FieldKind.LONG_TEXT: lambda _field, raw: raw,
}


def _printed_written(value: str) -> str:
    qualifier = value[0] if not value[0].isdigit() else ""
    return f"{qualifier}{format_number(Decimal(value.removeprefix(qualifier)))}"


_WRITERS: Final[dict[FieldKind, Callable[[str], str]]] = {
    FieldKind.INTEGER: lambda value: format_number(int(value)),
    FieldKind.DECIMAL: lambda value: format_number(Decimal(value)),
    FieldKind.PRINTED_PERCENT: _printed_written,
    FieldKind.QUALIFIED: _printed_written,
    FieldKind.DATE: lambda value: format_date(date.fromisoformat(value)),
}
