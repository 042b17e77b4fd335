"""The best value among comparable units of a round, for rules that are relative to it. Pure.

The order of the units does not matter, and a unit that says nothing, or says it without a day and a provider, is not
in the cohort.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ruraldx.catalog.fields import AMOUNT, NOT_APPLICABLE, rule_in_force
from ruraldx.catalog.point_rules import Relative
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.scoring.basis import Answers, unaccounted


@dataclass(frozen=True)
class Member:
    """A unit of the round: its dimensions and its answers (indicator → field → value)."""

    dimensions: Mapping[str, str]
    answers: Mapping[str, Answers]


@dataclass(frozen=True)
class Best:
    """The best value of an indicator in a group, and of how many units it is the best."""

    group: str
    code: str
    value: Decimal
    units: int


def relative_rules(criteria: CriteriaSet, choices: Mapping[str, str]) -> dict[str, Relative]:
    """Indicator code → its rule, of the programme's indicators whose points depend on other units, in order."""
    rules = ((one.code, rule_in_force(one, choices)) for one in criteria.indicators if one.in_programme)
    return {code: rule for code, rule in rules if isinstance(rule, Relative)}


def group_of(criteria: CriteriaSet, dimensions: Mapping[str, str]) -> str | None:
    """The group within which a unit is comparable, as canonical text; None while a dimension of it is not known."""
    names = criteria.aggregation.comparable_by
    if any(not dimensions.get(name) for name in names):
        return None
    return json.dumps({name: dimensions[name] for name in sorted(names)}, ensure_ascii=False, separators=(",", ":"))


def best_values(criteria: CriteriaSet, choices: Mapping[str, str], members: Iterable[Member]) -> tuple[Best, ...]:
    """The best value of every relative indicator in every group that has one, ordered by group and indicator."""
    found: dict[tuple[str, str], list[Decimal]] = {}
    rules = relative_rules(criteria, choices)
    asked = [one for one in criteria.indicators if one.code in rules]
    for member in members:
        group = group_of(criteria, member.dimensions)
        if group is None:
            continue
        for one in asked:
            value = _value(one, member)
            if value is not None:
                found.setdefault((group, one.code), []).append(value)
    return tuple(
        Best(group, code, min(values) if rules[code].better == "lower" else max(values), len(values))
        for (group, code), values in sorted(found.items())
    )


def _value(indicator: Indicator, member: Member) -> Decimal | None:
    """In one form: of 1.5 and 1.50 neither may be the best by coming first."""
    answers = member.answers.get(indicator.code, {})
    raw = answers.get(AMOUNT)
    if raw is None or unaccounted(answers) or not indicator.asked_of(member.dimensions):
        return None
    if indicator.allow_not_applicable and answers.get(NOT_APPLICABLE) == "co":
        return None
    return Decimal(format(Decimal(raw).normalize(), "f"))
