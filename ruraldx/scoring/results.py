"""Results of indicators, criteria and whole assessments. Pure.

Public names: :func:`score_indicator`, :func:`score_assessment`, :func:`progress`, and everything of
:mod:`ruraldx.scoring.outcomes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from ruraldx.catalog.fields import NOT_APPLICABLE, NOT_APPLICABLE_REASON
from ruraldx.catalog.schema import CriteriaSet, Indicator, Rounding
from ruraldx.messages import Message
from ruraldx.scoring.basis import Answers
from ruraldx.scoring.evaluate import evaluate
from ruraldx.scoring.outcomes import (
    ENGINE_VERSION,
    VERDICTS,
    Finding,
    IndicatorResult,
    ScoringContext,
    Step,
    Verdict,
)
from ruraldx.scoring.plans import Plan, plan_of
from ruraldx.scoring.rollup import CriterionResult, outcome_of, roll_up
from ruraldx.scoring.rounding import rounded
from ruraldx.scoring.totals import NodeTotal, Total, node_totals, set_total
from ruraldx.vietnamese import format_number

__all__ = [
    "ENGINE_VERSION",
    "VERDICTS",
    "AssessmentResult",
    "CriterionResult",
    "IndicatorResult",
    "Progress",
    "ScoringContext",
    "Step",
    "Verdict",
    "after_verdict",
    "progress",
    "roll_up",
    "score_assessment",
    "score_indicator",
]


@dataclass(frozen=True)
class Progress:
    """How many required fields an indicator has and how many are answered."""

    required: int
    answered: int


@dataclass(frozen=True)
class AssessmentResult:
    """Everything the engine says of an assessment. ``share_answered`` is in percent of required fields.

    ``outcome``: what the criteria make of the whole by the rule of the set. ``nodes`` and ``total``: points, of a set
    that has points.
    """

    criteria: tuple[CriterionResult, ...]
    indicators: tuple[IndicatorResult, ...]
    required: int
    answered: int
    share_answered: Decimal
    outcome: Verdict
    nodes: tuple[NodeTotal, ...] = ()
    total: Total | None = None
    engine: str = ENGINE_VERSION

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form, byte for byte the same for the same answers and version."""
        return {
            "engine": self.engine,
            "criteria": [criterion.as_data() for criterion in self.criteria],
            "indicators": [indicator.as_data() for indicator in self.indicators],
            "required": self.required,
            "answered": self.answered,
            "share_answered": format(self.share_answered, "f"),
            "outcome": self.outcome.value,
            **({"nodes": [node.as_data() for node in self.nodes], "total": self.total.as_data()} if self.total else {}),
        }


_USUAL: Final = Rounding()
_OPEN: Final = (Verdict.ERROR, Verdict.INCOMPLETE, Verdict.MANUAL)


def progress(indicator: Indicator, answers: Answers, context: ScoringContext) -> Progress:
    """Count required fields and answered ones; where the indicator does not apply only the reason is asked.

    Of a unit that is not asked at all nothing is required.
    """
    if not indicator.asked_of(context.dimensions):
        return Progress(0, 0)
    if _is_set_aside(indicator, answers):
        return Progress(1, 1 if answers.get(NOT_APPLICABLE_REASON) else 0)
    required = plan_of(indicator, context.choices).required
    return Progress(len(required), sum([1 for code in required if answers.get(code) is not None]))


def score_indicator(
    indicator: Indicator,
    answers: Answers,
    context: ScoringContext,
    rounding: Rounding | None = None,
    points_rounding: Rounding | None = None,
) -> IndicatorResult:
    """The result of one indicator; without roundings the usual ones, half up to two digits.

    Never raises for what a commune typed: an error is a stored state.
    """
    if not indicator.asked_of(context.dimensions):
        why = Step(Message("Chỉ tiêu này không áp dụng với loại xã này."), indicator.source)
        return IndicatorResult(indicator.code, Verdict.NOT_APPLICABLE, steps=(why,))
    plan = plan_of(indicator, context.choices)
    if _is_set_aside(indicator, answers):
        return _not_applicable(plan, answers)
    finding = evaluate(plan.rule, answers, plan.basis(context, rounding or _USUAL))
    verdict = _verdict(finding)
    points = _points(finding, verdict, points_rounding or _USUAL)
    steps = (
        *_alternative_steps(plan),
        *finding.steps,
        *_points_steps(points, indicator.max_points),
        *_missing_steps(plan, finding.missing),
    )
    return IndicatorResult(
        code=indicator.code,
        verdict=verdict,
        value=finding.value,
        steps=steps if finding.verified else (*steps, _unverified_step(indicator)),
        warnings=finding.warnings,
        missing=finding.missing,
        error=finding.error,
        points=points,
        maximum=indicator.max_points,
    )


def _points(finding: Finding, verdict: Verdict, rounding: Rounding) -> Decimal | None:
    """Rounded once, here; none while something is missing, in error or waits for somebody: missing is not zero."""
    return None if finding.points is None or verdict in _OPEN else rounded(finding.points, rounding)


def _points_steps(points: Decimal | None, maximum: Decimal | None) -> tuple[Step, ...]:
    if points is None:
        return ()
    if maximum is None:
        return (Step(Message("Điểm: %(points)s.", points=format_number(points))),)
    words = {"points": format_number(points), "maximum": format_number(maximum)}
    return (Step(Message("Điểm: %(points)s trên %(maximum)s.", **words)),)


def after_verdict(result: IndicatorResult, verdict: Verdict) -> IndicatorResult:
    """A result as a person judged it: passed brings the maximum, failed nothing, scored what was computed."""
    if verdict is Verdict.SCORED:
        points = result.points
    else:
        points = result.maximum if verdict is Verdict.PASS or result.maximum is None else Decimal(0)
    return replace(result, verdict=verdict, points=points)


def _is_set_aside(indicator: Indicator, answers: Answers) -> bool:
    return indicator.allow_not_applicable and answers.get(NOT_APPLICABLE) == "co"


def _alternative_steps(plan: Plan) -> tuple[Step, ...]:
    if not plan.by_province:
        return ()
    chosen = plan.chosen
    if chosen is None:
        return (Step(Message("Nội dung do tỉnh quy định; kỳ này chưa chọn mẫu của tỉnh nào.")),)
    return (Step(Message("Áp dụng nội dung theo mẫu của %(province)s.", province=chosen.province), chosen.source),)


def _missing_steps(plan: Plan, missing: tuple[str, ...]) -> tuple[Step, ...]:
    if not missing:
        return ()
    names = [str(field.label) for field in plan.fields if field.code in missing]
    return (Step(Message("Chưa kê khai: %(names)s.", names="; ".join(names))),) if names else ()


def _unverified_step(indicator: Indicator) -> Step:
    return Step(
        Message("Ngưỡng hoặc nội dung này chưa được kiểm chứng nên hệ thống không kết luận Đạt hay Không đạt."),
        indicator.source,
    )


def _verdict(finding: Finding) -> Verdict:
    if finding.error is not None:
        return Verdict.ERROR
    if finding.missing:
        return Verdict.INCOMPLETE
    if finding.waits_for is not None:
        return Verdict.MANUAL
    if not finding.verified or (finding.met is None and finding.points is None):
        return Verdict.UNVERIFIED
    if finding.met is None:
        return Verdict.SCORED
    return Verdict.PASS if finding.met else Verdict.FAIL


def _not_applicable(plan: Plan, answers: Answers) -> IndicatorResult:
    indicator, reason = plan.indicator, answers.get(NOT_APPLICABLE_REASON)
    if not reason:
        missing = (NOT_APPLICABLE_REASON,)
        steps = _missing_steps(plan, missing)
        return IndicatorResult(
            indicator.code, Verdict.INCOMPLETE, steps=steps, missing=missing, maximum=indicator.max_points
        )
    step = Step(Message("Không áp dụng. Lý do: %(reason)s", reason=reason))
    return IndicatorResult(indicator.code, Verdict.NOT_APPLICABLE, steps=(step,), maximum=indicator.max_points)


def score_assessment(
    criteria: CriteriaSet, answers: Mapping[str, Answers], context: ScoringContext
) -> AssessmentResult:
    """The result of a whole assessment: indicators in the programme that the unit is asked, criteria, points."""
    asked = [one for one in criteria.indicators if one.in_programme and one.asked_of(context.dimensions)]
    roundings = criteria.rounding, criteria.points_rounding
    results = {one.code: score_indicator(one, answers.get(one.code, {}), context, *roundings) for one in asked}
    parts = [progress(indicator, answers.get(indicator.code, {}), context) for indicator in asked]
    required, answered = sum(part.required for part in parts), sum(part.answered for part in parts)
    share = Fraction(answered * 100, required) if required else Fraction(0)
    rolled = roll_up(criteria, {code: result.verdict for code, result in results.items()})
    nodes = node_totals(criteria, results)
    return AssessmentResult(
        criteria=rolled,
        indicators=tuple(results.values()),
        required=required,
        answered=answered,
        share_answered=rounded(share, criteria.rounding),
        outcome=outcome_of(criteria, rolled),
        nodes=nodes,
        total=set_total(criteria, nodes, results),
    )
