"""From a rule to its finding: the table of kinds, and the kind that is made of others. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from ruraldx.catalog.point_rules import (
    Adjustment,
    Bands,
    CappedCount,
    Choice,
    Council,
    HighestCase,
    Imported,
    Proportional,
    Relative,
    ScoredPart,
    SumOfParts,
)
from ruraldx.catalog.rules import Composite, Count, PassFail, Ratio, Value
from ruraldx.messages import Message
from ruraldx.scoring import points, rules
from ruraldx.scoring.basis import Answers, Basis
from ruraldx.scoring.outcomes import Finding, Step
from ruraldx.scoring.rounding import rounded
from ruraldx.vietnamese import format_number

_NOTHING: Final = Fraction(0)


def evaluate(rule: Any, answers: Answers, basis: Basis) -> Finding:
    """The finding of any rule; one that passes or fails brings the whole maximum or nothing."""
    finding = _KINDS[type(rule)](rule, answers, basis)
    if finding.points is None and finding.met is not None and basis.maximum is not None:
        return _with_points(finding, basis.most if finding.met else _NOTHING)
    return finding


def _with_points(found: Finding, points: Fraction) -> Finding:
    """What ``dataclasses.replace`` would give, at a third of its cost: it is done for every indicator."""
    return Finding(
        found.met, found.steps, found.verified, found.value, found.missing, found.warnings, found.error, points,
        found.waits_for,
    )  # fmt: skip


def sum_of_parts(rule: SumOfParts, answers: Answers, basis: Basis) -> Finding:
    """The measures of an indicator added up; one that is missing or in error leaves the sum open."""
    found = [_part(part, answers, basis) for part in rule.parts]
    known = [finding.points for finding in found]
    whole = sum((value for value in known if value is not None), Fraction(0)) if None not in known else None
    return Finding(
        steps=tuple(step for finding in found for step in finding.steps),
        verified=all(finding.verified for finding in found),
        missing=tuple(code for finding in found for code in finding.missing),
        warnings=tuple(warning for finding in found for warning in finding.warnings),
        error=next((finding.error for finding in found if finding.error), None),
        points=whole,
        waits_for=next((finding.waits_for for finding in found if finding.waits_for), None),
    )


def _part(part: ScoredPart, answers: Answers, basis: Basis) -> Finding:
    prefix = f"{part.code}-"
    own = {code.removeprefix(prefix): value for code, value in answers.items() if code.startswith(prefix)}
    share = replace(basis, maximum=(basis.maximum or Decimal(0)) * part.fraction)
    finding = evaluate(part.rule, own, share)
    return replace(
        finding,
        steps=(*finding.steps, *_part_step(part, finding.points, basis)),
        missing=tuple(f"{prefix}{code}" for code in finding.missing),
    )


def _part_step(part: ScoredPart, brought: Fraction | None, basis: Basis) -> tuple[Step, ...]:
    if brought is None:
        return ()
    told = format_number(rounded(brought, basis.rounding))
    return (Step(Message("Thành phần “%(label)s”: %(points)s điểm.", label=part.label, points=told)),)


_KINDS: Final[dict[type, Callable[[Any, Answers, Basis], Finding]]] = {
    PassFail: rules.pass_fail,
    Composite: rules.composite,
    Ratio: rules.ratio,
    Count: rules.count,
    Value: rules.value,
    Bands: points.bands,
    Proportional: points.proportional,
    Choice: points.choice,
    HighestCase: points.highest_case,
    CappedCount: points.capped_count,
    Adjustment: points.adjustment,
    Relative: points.relative,
    Imported: points.imported,
    Council: points.council,
    SumOfParts: sum_of_parts,
}
