"""The form fields of an indicator, built from its rule. Pure: the page draws them, the operation parses with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from ruraldx.catalog.rules import (
    Alternative,
    Composite,
    Condition,
    CountCondition,
    NumberCondition,
    PassFail,
    ProvinceSet,
    Ratio,
    RatioCondition,
    SimpleRule,
)
from ruraldx.catalog.schema import Indicator
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
LARGEST_COUNT = 1_000_000_000


class FieldKind(StrEnum):
    """What a field holds and so how it is drawn and read."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PRINTED_PERCENT = "printed_percent"
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

    @property
    def is_figure(self) -> bool:
        """Whether an appraiser may put a value of their own beside it: what is counted or ticked, not a text."""
        figures = (FieldKind.BOOLEAN, FieldKind.INTEGER, FieldKind.DECIMAL)
        return self.kind in figures and self.code not in (CLAIM, NOT_APPLICABLE)

    def parse(self, raw: str) -> Parsed:
        """Read a text strictly. An empty text is no value and no error: missing is not zero."""
        if is_blank(raw):
            return Parsed(None)
        try:
            return Parsed(_READERS[self.kind](raw.strip()))
        except ValueProblem as problem:
            return Parsed(None, problem.message)

    def written(self, value: str) -> str:
        """A canonical value as Vietnamese readers write it, so that a person sees what was read: ``3500`` is 3.500."""
        return _WRITERS.get(self.kind, str)(value)


def _boolean(raw: str) -> str:
    if raw not in ("co", "khong"):
        raise ValueProblem(Message("Hãy chọn Có hoặc Không."))
    return raw


def _printed(raw: str) -> str:
    """A percentage as it was printed, with its qualifier: ``>98%`` stays ``>98``."""
    qualifier = raw[0] if raw[0] in "><≥≤~" else ""
    return f"{qualifier}{parse_decimal(raw.removeprefix(qualifier), percent=True, minimum=Decimal(0)):f}"


_READERS: Final[dict[FieldKind, Callable[[str], str]]] = {
    FieldKind.BOOLEAN: _boolean,
    FieldKind.INTEGER: lambda raw: str(parse_integer(raw, minimum=0, maximum=LARGEST_COUNT)),
    FieldKind.DECIMAL: lambda raw: f"{parse_decimal(raw, minimum=Decimal(0)):f}",
    FieldKind.PRINTED_PERCENT: _printed,
    FieldKind.DATE: lambda raw: parse_date(raw).isoformat(),
    FieldKind.TEXT: str,
    FieldKind.LONG_TEXT: str,
}


def _printed_written(value: str) -> str:
    qualifier = value[0] if not value[0].isdigit() else ""
    return f"{qualifier}{format_number(Decimal(value.removeprefix(qualifier)))}"


_WRITERS: Final[dict[FieldKind, Callable[[str], str]]] = {
    FieldKind.INTEGER: lambda value: format_number(int(value)),
    FieldKind.DECIMAL: lambda value: format_number(Decimal(value)),
    FieldKind.PRINTED_PERCENT: _printed_written,
    FieldKind.DATE: lambda value: format_date(date.fromisoformat(value)),
}


def alternative_of(rule: ProvinceSet, code: str | None) -> Alternative | None:
    """The alternative a round chose; None when it chose none or the rule does not know it."""
    return next((alternative for alternative in rule.alternatives if alternative.code == code), None)


def rule_in_force(indicator: Indicator, choices: Mapping[str, str]) -> SimpleRule:
    """The rule that applies: the indicator's own, or the alternative chosen for it, or a plain declaration."""
    rule = indicator.rule
    if not isinstance(rule, ProvinceSet):
        return rule
    chosen = alternative_of(rule, choices.get(indicator.code))
    return chosen.rule if chosen else PassFail(kind="pass_fail", question=rule.question)


def fields_of(indicator: Indicator, choices: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of an indicator in the order they are asked."""
    rule = rule_in_force(indicator, choices)
    fields: list[Field] = []
    if isinstance(rule, PassFail):
        fields.append(Field(CLAIM, rule.question, FieldKind.BOOLEAN))
    elif isinstance(rule, Composite):
        for condition in rule.conditions:
            fields.extend(_condition_fields(condition))
    else:
        fields.extend(_ratio_fields(rule))
    if indicator.allow_not_applicable:
        fields.append(Field(NOT_APPLICABLE, Message("Không áp dụng với xã này"), FieldKind.BOOLEAN, required=False))
        fields.append(Field(NOT_APPLICABLE_REASON, Message("Lý do không áp dụng"), FieldKind.LONG_TEXT, required=False))
    fields.append(
        Field(
            EXPLANATION,
            Message("Giải trình"),
            FieldKind.LONG_TEXT,
            required=False,
            help=Message("Bắt buộc nếu chưa có minh chứng; có thể nêu hiện trạng, khó khăn, thời hạn hoàn thành."),
        )
    )
    return tuple(fields)


def _condition_fields(condition: Condition) -> list[Field]:
    if isinstance(condition, CountCondition):
        return [Field(condition.code, condition.label, FieldKind.INTEGER, unit=condition.unit)]
    if isinstance(condition, NumberCondition):
        return [Field(condition.code, condition.label, FieldKind.DECIMAL, unit=condition.unit)]
    if isinstance(condition, RatioCondition):
        return [
            Field(f"{condition.code}-{NUMERATOR}", condition.numerator_label, FieldKind.INTEGER, help=condition.label),
            Field(f"{condition.code}-{DENOMINATOR}", condition.denominator_label, FieldKind.INTEGER),
        ]
    return [Field(condition.code, condition.label, FieldKind.BOOLEAN)]


def _ratio_fields(rule: Ratio) -> list[Field]:
    base = rule.population_base
    below = Message("Mẫu số. %(base)s", base=base) if base else Message("Mẫu số")
    return [
        Field(NUMERATOR, rule.numerator_label, FieldKind.INTEGER, help=Message("Tử số")),
        Field(DENOMINATOR, rule.denominator_label, FieldKind.INTEGER, help=below),
        Field(AS_OF, Message("Số liệu tính đến ngày"), FieldKind.DATE, help=Message("Ví dụ 31/12/2024")),
        Field(PROVIDER, Message("Đơn vị cung cấp số liệu"), FieldKind.TEXT),
        Field(
            PRINTED,
            Message("Tỷ lệ đã công bố (nếu có)"),
            FieldKind.PRINTED_PERCENT,
            required=False,
            unit="%",
            help=Message("Ghi đúng như văn bản, kể cả dấu “>”. Tỷ lệ dùng để chấm được tính lại từ tử số và mẫu số."),
        ),
    ]
