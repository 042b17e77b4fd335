"""The form fields of an indicator, built from its rule. Pure: the page draws them, the operation parses with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from ruraldx.catalog.entry import (
    AMOUNT,
    AS_OF,
    CHOICE,
    CLAIM,
    DENOMINATOR,
    EXPLANATION,
    NOT_APPLICABLE,
    NOT_APPLICABLE_REASON,
    NUMERATOR,
    POINTS,
    PRINTED,
    PROVIDER,
    Field,
    FieldKind,
    Parsed,
)
from ruraldx.catalog.kinds import Alternative, ProvinceSet, SimpleRule
from ruraldx.catalog.point_rules import (
    Adjustment,
    Bands,
    CappedCount,
    Choice,
    Council,
    CountOf,
    HighestCase,
    Imported,
    Option,
    Proportional,
    RatioOf,
    Relative,
    SumOfParts,
)
from ruraldx.catalog.rules import (
    Composite,
    Condition,
    Count,
    CountCondition,
    NumberCondition,
    PassFail,
    Ratio,
    RatioCondition,
    Value,
)
from ruraldx.catalog.schema import Indicator
from ruraldx.messages import Message

__all__ = [
    "AMOUNT",
    "AS_OF",
    "CHOICE",
    "CLAIM",
    "DENOMINATOR",
    "EXPLANATION",
    "NOT_APPLICABLE",
    "NOT_APPLICABLE_REASON",
    "NUMERATOR",
    "POINTS",
    "PRINTED",
    "PROVIDER",
    "Field",
    "FieldKind",
    "Parsed",
    "alternative_of",
    "fields_of",
    "rule_in_force",
]


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
    fields = list(_rule_fields(rule_in_force(indicator, choices), indicator.max_points))
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


def _rule_fields(rule: Any, maximum: Decimal | None) -> Iterator[Field]:
    return _FIELDS[type(rule)](rule, maximum)


def _pass_fail(rule: PassFail, _maximum: Decimal | None) -> Iterator[Field]:
    yield Field(CLAIM, rule.question, FieldKind.BOOLEAN)


def _composite(rule: Composite, _maximum: Decimal | None) -> Iterator[Field]:
    for condition in rule.conditions:
        yield from _condition_fields(condition)


def _condition_fields(condition: Condition) -> Iterator[Field]:
    if isinstance(condition, CountCondition):
        yield Field(condition.code, condition.label, FieldKind.INTEGER, unit=condition.unit)
    elif isinstance(condition, NumberCondition):
        yield Field(condition.code, condition.label, FieldKind.DECIMAL, unit=condition.unit)
    elif isinstance(condition, RatioCondition):
        top, bottom = f"{condition.code}-{NUMERATOR}", f"{condition.code}-{DENOMINATOR}"
        yield Field(top, condition.numerator_label, FieldKind.INTEGER, help=condition.label)
        yield Field(bottom, condition.denominator_label, FieldKind.INTEGER)
    else:
        yield Field(condition.code, condition.label, FieldKind.BOOLEAN)


def _ratio(rule: Ratio | Proportional, _maximum: Decimal | None) -> Iterator[Field]:
    yield from _quotient(rule)
    yield Field(
        PRINTED,
        Message("Tỷ lệ đã công bố (nếu có)"),
        FieldKind.PRINTED_PERCENT,
        required=False,
        unit="%",
        help=Message("Ghi đúng như văn bản, kể cả dấu “>”. Tỷ lệ dùng để chấm được tính lại từ tử số và mẫu số."),
    )


def _quotient(rule: Ratio | Proportional | RatioOf) -> Iterator[Field]:
    base = rule.population_base
    below = Message("Mẫu số. %(base)s", base=base) if base else Message("Mẫu số")
    yield Field(NUMERATOR, rule.numerator_label, FieldKind.INTEGER, help=Message("Tử số"))
    yield Field(DENOMINATOR, rule.denominator_label, FieldKind.INTEGER, help=below)
    yield from _standing()


def _standing() -> Iterator[Field]:
    """A number without a day and without who says it is not valid."""
    yield Field(AS_OF, Message("Số liệu tính đến ngày"), FieldKind.DATE, help=Message("Ví dụ 31/12/2024"))
    yield Field(PROVIDER, Message("Đơn vị cung cấp số liệu"), FieldKind.TEXT)


def _count(rule: Count | CappedCount | Adjustment, _maximum: Decimal | None) -> Iterator[Field]:
    yield Field(AMOUNT, rule.label, FieldKind.INTEGER, unit=rule.unit)


def _value(rule: Value, _maximum: Decimal | None) -> Iterator[Field]:
    if rule.qualified:
        help_ = Message("Ghi đúng như văn bản, kể cả dấu “>”.")
        yield Field(AMOUNT, rule.label, FieldKind.QUALIFIED, unit=rule.unit, help=help_)
    else:
        yield Field(AMOUNT, rule.label, FieldKind.DECIMAL, unit=rule.unit)


def _bands(rule: Bands, _maximum: Decimal | None) -> Iterator[Field]:
    quantity = rule.quantity
    if isinstance(quantity, RatioOf):
        yield from _quotient(quantity)
    else:
        kind = FieldKind.INTEGER if isinstance(quantity, CountOf) else FieldKind.DECIMAL
        yield Field(AMOUNT, quantity.label, kind, unit=quantity.unit)


def _choice(rule: Choice, _maximum: Decimal | None) -> Iterator[Field]:
    yield Field(CHOICE, rule.question, FieldKind.CHOICE, options=_words(rule.options))


def _words(options: tuple[Option, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((option.code, option.label) for option in options)


def _cases(rule: HighestCase, _maximum: Decimal | None) -> Iterator[Field]:
    for index, case in enumerate(rule.cases):
        yield Field(case.code, case.label, FieldKind.BOOLEAN, help="" if index else rule.question)


def _relative(rule: Relative, _maximum: Decimal | None) -> Iterator[Field]:
    yield Field(AMOUNT, rule.label, FieldKind.DECIMAL, unit=rule.unit)
    yield from _standing()


def _imported(rule: Imported, _maximum: Decimal | None) -> Iterator[Field]:
    source = Message("Kết quả do %(provider)s công bố", provider=rule.provider)
    yield Field(AMOUNT, rule.label, FieldKind.DECIMAL, unit="%", help=source, maximum=Decimal(100))
    yield from _standing()


def _council(rule: Council, maximum: Decimal | None) -> Iterator[Field]:
    """The council's points: the commune may propose none, so the field does not stand in the way of sending."""
    yield Field(
        POINTS,
        rule.question,
        FieldKind.DECIMAL,
        required=False,
        help=Message("Điểm do Hội đồng chấm; xã có thể đề nghị điểm."),
        maximum=maximum,
    )


def _parts(rule: SumOfParts, maximum: Decimal | None) -> Iterator[Field]:
    for part in rule.parts:
        for index, field in enumerate(_rule_fields(part.rule, maximum)):
            help_ = field.help if index or field.help else part.label
            yield replace(field, code=f"{part.code}-{field.code}", help=help_)


_FIELDS: Final[dict[type, Callable[[Any, Decimal | None], Iterator[Field]]]] = {
    PassFail: _pass_fail,
    Composite: _composite,
    Ratio: _ratio,
    Proportional: _ratio,
    Count: _count,
    CappedCount: _count,
    Adjustment: _count,
    Value: _value,
    Bands: _bands,
    Choice: _choice,
    HighestCase: _cases,
    Relative: _relative,
    Imported: _imported,
    Council: _council,
    SumOfParts: _parts,
}
