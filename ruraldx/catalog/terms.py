"""What an indicator asks, in words, before anybody answers: conditions and thresholds, as well known as they are. Pure.

The words come from the rule, so that the page cannot say another number than the computation uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ruraldx.catalog.fields import alternative_of, rule_in_force
from ruraldx.catalog.kinds import ProvinceSet, SimpleRule
from ruraldx.catalog.point_rules import Imported, SumOfParts
from ruraldx.catalog.point_terms import Term, point_terms, up_to
from ruraldx.catalog.rules import (
    BooleanCondition,
    Composite,
    Condition,
    Count,
    CountCondition,
    NumberCondition,
    Ratio,
    Threshold,
    ThresholdBy,
    Value,
)
from ruraldx.catalog.schema import VERIFICATIONS, CriteriaSet, Indicator, Verification
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

SIGNS: Final = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_OPERATORS: Final = {
    "all_of": Message("Đáp ứng tất cả các điều kiện"),
    "any_of": Message("Đáp ứng ít nhất một điều kiện"),
}


def terms_of(
    criteria: CriteriaSet, indicator: Indicator, choices: Mapping[str, str], dimensions: Mapping[str, str]
) -> tuple[Term, ...]:
    """The lines of an indicator under a round's choices, for a unit's dimensions; none for a plain question."""
    return tuple(_terms(criteria, indicator, choices, dimensions))


def _terms(
    criteria: CriteriaSet, indicator: Indicator, choices: Mapping[str, str], dimensions: Mapping[str, str]
) -> Iterator[Term]:
    if isinstance(indicator.rule, ProvinceSet):
        yield _chosen(criteria, indicator.rule, choices.get(indicator.code))
    yield from _rule_terms(criteria, rule_in_force(indicator, choices), dimensions, indicator.max_points)


def _rule_terms(
    criteria: CriteriaSet, rule: SimpleRule, dimensions: Mapping[str, str], maximum: Decimal | None
) -> Iterator[Term]:
    if isinstance(rule, Composite):
        yield Term(_OPERATORS.get(rule.operator) or Message("Đáp ứng ít nhất %(n)s điều kiện", n=rule.at_least), None)
        yield from map(_condition, rule.conditions)
    elif isinstance(rule, SumOfParts):
        for part in rule.parts:
            share = (maximum or Decimal(0)) * part.fraction
            yield Term(part.label, up_to(share))
            yield from _rule_terms(criteria, part.rule, dimensions, share)
    elif isinstance(rule, Ratio | Count | Value | Imported) and rule.threshold is not None:
        yield from _thresholds(criteria, rule, rule.threshold, dimensions)
    else:
        yield from point_terms(rule, maximum)


def _chosen(criteria: CriteriaSet, rule: ProvinceSet, code: str | None) -> Term:
    label = Message("Nội dung do tỉnh quy định")
    chosen = alternative_of(rule, code)
    if chosen is None:
        return Term(label, Message("Kỳ này chưa chọn mẫu của tỉnh nào"))
    document = criteria.document(chosen.document)
    asked = Message("Theo mẫu của %(province)s: %(document)s", province=chosen.province, document=document.words)
    return Term(label, asked, VERIFICATIONS[Verification(chosen.verification)], chosen.source)


def _condition(condition: Condition) -> Term:
    if isinstance(condition, BooleanCondition):
        return Term(condition.label, None)
    if isinstance(condition, CountCondition | NumberCondition):
        return Term(condition.label, Message("≥ %(bar)s %(unit)s", bar=_number(condition), unit=condition.unit))
    return Term(condition.label, Message("≥ %(bar)s %%", bar=decimal_text(condition.minimum)))


def _number(condition: CountCondition | NumberCondition) -> str:
    return decimal_text(condition.minimum) if isinstance(condition, NumberCondition) else str(condition.minimum)


def _thresholds(
    criteria: CriteriaSet,
    rule: Ratio | Count | Value | Imported,
    by: Threshold | ThresholdBy,
    dimensions: Mapping[str, str],
) -> Iterator[Term]:
    unit = rule.unit if isinstance(rule, Count | Value) else "%"
    if isinstance(by, ThresholdBy):
        for value, threshold in by.values.items():
            term = _threshold(criteria.dimensions[by.dimension][value], rule.comparator, threshold, unit)
            yield replace(term, applies=dimensions.get(by.dimension) == value)
    else:
        yield _threshold(Message("Ngưỡng"), rule.comparator, by, unit)


def _threshold(label: str | Message, comparator: str, threshold: Threshold, unit: str) -> Term:
    words = VERIFICATIONS[Verification(threshold.verification)]
    if threshold.value is None:
        return Term(label, Message("do tỉnh quy định, chưa có trong bộ tiêu chí"), words, threshold.source)
    bar = decimal_text(threshold.value)
    asked = Message("%(sign)s %(bar)s %(unit)s", sign=SIGNS[comparator], bar=bar, unit=unit)
    return Term(label, asked, words, threshold.source)
