"""What an indicator asks, in words, before anybody answers: conditions and thresholds, as well known as they are. Pure.

The words come from the rule, so that the page cannot say another number than the computation uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ruraldx.catalog.fields import alternative_of, rule_in_force
from ruraldx.catalog.rules import (
    BooleanCondition,
    Composite,
    Condition,
    CountCondition,
    NumberCondition,
    ProvinceSet,
    Ratio,
    Threshold,
    ThresholdBy,
)
from ruraldx.catalog.schema import VERIFICATIONS, CriteriaSet, Indicator, Verification
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

SIGNS: Final = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_OPERATORS: Final = {
    "all_of": Message("Đáp ứng tất cả các điều kiện"),
    "any_of": Message("Đáp ứng ít nhất một điều kiện"),
}


@dataclass(frozen=True)
class Term:
    """A line: of what (words of the set, or ours), what is asked, how well that is known (None: as the indicator).

    ``applies``: of several that depend on the unit, this is the one of the unit at hand.
    """

    label: str | Message
    asked: Message | None
    verification: Message | None = None
    source: str = ""
    applies: bool = False


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
    rule = rule_in_force(indicator, choices)
    if isinstance(rule, Composite):
        yield Term(_OPERATORS.get(rule.operator) or Message("Đáp ứng ít nhất %(n)s điều kiện", n=rule.at_least), None)
        yield from map(_condition, rule.conditions)
    elif isinstance(rule, Ratio):
        yield from _thresholds(criteria, rule, dimensions)


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


def _thresholds(criteria: CriteriaSet, rule: Ratio, dimensions: Mapping[str, str]) -> Iterator[Term]:
    by = rule.threshold
    if isinstance(by, ThresholdBy):
        for value, threshold in by.values.items():
            term = _threshold(criteria.dimensions[by.dimension][value], rule.comparator, threshold)
            yield replace(term, applies=dimensions.get(by.dimension) == value)
    else:
        yield _threshold(Message("Ngưỡng"), rule.comparator, by)


def _threshold(label: str | Message, comparator: str, threshold: Threshold) -> Term:
    words = VERIFICATIONS[Verification(threshold.verification)]
    if threshold.value is None:
        return Term(label, Message("do tỉnh quy định, chưa có trong bộ tiêu chí"), words, threshold.source)
    asked = Message("%(sign)s %(bar)s %%", sign=SIGNS[comparator], bar=decimal_text(threshold.value))
    return Term(label, asked, words, threshold.source)
