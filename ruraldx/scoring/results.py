"""Results of indicators, criteria and whole assessments. Pure.

Public names: :func:`score_indicator`, :func:`score_assessment`, :func:`progress`, and everything of
:mod:`ruraldx.scoring.outcomes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruraldx.catalog.fields import (
    NOT_APPLICABLE,
    NOT_APPLICABLE_REASON,
    alternative_of,
    fields_of,
    rule_in_force,
)
from ruraldx.catalog.kinds import ProvinceSet
from ruraldx.catalog.rules import Composite, PassFail
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator, Rounding
from ruraldx.messages import Message
from ruraldx.scoring import rules
from ruraldx.scoring.outcomes import (
    ENGINE_VERSION,
    VERDICTS,
    Finding,
    IndicatorResult,
    ScoringContext,
    Step,
    Verdict,
)
from ruraldx.scoring.rounding import rounded

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
    "progress",
    "roll_up",
    "score_assessment",
    "score_indicator",
]
Answers = Mapping[str, str | None]


@dataclass(frozen=True)
class Progress:
    """How many required fields an indicator has and how many are answered."""

    required: int
    answered: int


@dataclass(frozen=True)
class CriterionResult:
    """A criterion passes only when all of its indicators in the programme pass."""

    code: str
    name: str
    verdict: Verdict
    passed: int
    total: int

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"code": self.code, "verdict": self.verdict.value, "passed": self.passed, "total": self.total}


@dataclass(frozen=True)
class AssessmentResult:
    """Everything the engine says of an assessment. ``share_answered`` is in percent of required fields."""

    criteria: tuple[CriterionResult, ...]
    indicators: tuple[IndicatorResult, ...]
    required: int
    answered: int
    share_answered: Decimal
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
        }


def progress(indicator: Indicator, answers: Answers, choices: Mapping[str, str]) -> Progress:
    """Count required fields and answered ones; where the indicator does not apply only the reason is asked."""
    if _is_set_aside(indicator, answers):
        return Progress(1, 1 if answers.get(NOT_APPLICABLE_REASON) else 0)
    required = [field for field in fields_of(indicator, choices) if field.required]
    return Progress(len(required), sum(1 for field in required if answers.get(field.code) is not None))


def score_indicator(
    indicator: Indicator, answers: Answers, context: ScoringContext, rounding: Rounding | None = None
) -> IndicatorResult:
    """The result of one indicator. Never raises for what a commune typed: an error is a stored state."""
    if _is_set_aside(indicator, answers):
        return _not_applicable(indicator, answers, context)
    finding = _evaluate(indicator, answers, context, rounding or Rounding())
    steps = (
        *_alternative_steps(indicator, context),
        *finding.steps,
        *_missing_steps(indicator, finding.missing, context),
    )
    return IndicatorResult(
        code=indicator.code,
        verdict=_verdict(finding),
        value=finding.value,
        steps=steps if finding.verified else (*steps, _unverified_step(indicator)),
        warnings=finding.warnings,
        missing=finding.missing,
        error=finding.error,
    )


def _is_set_aside(indicator: Indicator, answers: Answers) -> bool:
    return indicator.allow_not_applicable and answers.get(NOT_APPLICABLE) == "co"


def _evaluate(indicator: Indicator, answers: Answers, context: ScoringContext, rounding: Rounding) -> Finding:
    rule = rule_in_force(indicator, context.choices)
    basis = rules.Basis(*_standing(indicator, context), context, rounding)
    if isinstance(rule, PassFail):
        return rules.pass_fail(rule, answers, basis)
    if isinstance(rule, Composite):
        return rules.composite(rule, answers, basis)
    return rules.ratio(rule, answers, basis)


def _standing(indicator: Indicator, context: ScoringContext) -> tuple[str, str, str]:
    """(key to confirm it by, confidence, source) of the wording in force.

    Each province's alternative is confirmed for itself; a plain declaration in its place is never verified by the
    indicator's own wording.
    """
    if not isinstance(indicator.rule, ProvinceSet):
        return indicator.code, indicator.verification.value, indicator.source
    chosen = alternative_of(indicator.rule, context.choices.get(indicator.code))
    if chosen is None:
        return indicator.code, "unverified", indicator.source
    return f"{indicator.code}#{chosen.code}", chosen.verification, chosen.source


def _alternative_steps(indicator: Indicator, context: ScoringContext) -> tuple[Step, ...]:
    if not isinstance(indicator.rule, ProvinceSet):
        return ()
    chosen = alternative_of(indicator.rule, context.choices.get(indicator.code))
    if chosen is None:
        return (Step(Message("Nội dung do tỉnh quy định; kỳ này chưa chọn mẫu của tỉnh nào.")),)
    return (Step(Message("Áp dụng nội dung theo mẫu của %(province)s.", province=chosen.province), chosen.source),)


def _missing_steps(indicator: Indicator, missing: tuple[str, ...], context: ScoringContext) -> tuple[Step, ...]:
    names = [str(field.label) for field in fields_of(indicator, context.choices) if field.code in missing]
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
    if not finding.verified or finding.met is None:
        return Verdict.UNVERIFIED
    return Verdict.PASS if finding.met else Verdict.FAIL


def _not_applicable(indicator: Indicator, answers: Answers, context: ScoringContext) -> IndicatorResult:
    reason = answers.get(NOT_APPLICABLE_REASON)
    if not reason:
        missing = (NOT_APPLICABLE_REASON,)
        steps = _missing_steps(indicator, missing, context)
        return IndicatorResult(indicator.code, Verdict.INCOMPLETE, steps=steps, missing=missing)
    step = Step(Message("Không áp dụng. Lý do: %(reason)s", reason=reason))
    return IndicatorResult(indicator.code, Verdict.NOT_APPLICABLE, steps=(step,))


def score_assessment(
    criteria: CriteriaSet, answers: Mapping[str, Answers], context: ScoringContext
) -> AssessmentResult:
    """The result of a whole assessment: indicators in the programme, criteria, share answered."""
    asked = [indicator for indicator in criteria.indicators if indicator.in_programme]
    results = {
        indicator.code: score_indicator(indicator, answers.get(indicator.code, {}), context, criteria.rounding)
        for indicator in asked
    }
    parts = [progress(indicator, answers.get(indicator.code, {}), context.choices) for indicator in asked]
    required, answered = sum(part.required for part in parts), sum(part.answered for part in parts)
    share = Fraction(answered * 100, required) if required else Fraction(0)
    return AssessmentResult(
        criteria=roll_up(criteria, {code: result.verdict for code, result in results.items()}),
        indicators=tuple(results.values()),
        required=required,
        answered=answered,
        share_answered=rounded(share, criteria.rounding),
    )


# A criterion is as good as the worst of its indicators, in this order.
_WORST_FIRST = (Verdict.ERROR, Verdict.FAIL, Verdict.INCOMPLETE, Verdict.MANUAL, Verdict.UNVERIFIED, Verdict.PASS)


def roll_up(criteria: CriteriaSet, verdicts: Mapping[str, Verdict]) -> tuple[CriterionResult, ...]:
    """What the verdicts of indicators (computed, or decided by people) make of each criterion of the programme."""
    found = (_criterion(criterion, verdicts, criteria.not_applicable) for criterion in criteria.criteria)
    return tuple(result for result in found if result is not None)


def _criterion(criterion: Criterion, known: Mapping[str, Verdict], policy: str) -> CriterionResult | None:
    """What does not apply counts as passed under "full_points" and not at all under the other policies."""
    verdicts = [known[indicator.code] for indicator in criterion.indicators if indicator.code in known]
    if not verdicts:
        return None
    if policy == "full_points":
        verdicts = [Verdict.PASS if verdict is Verdict.NOT_APPLICABLE else verdict for verdict in verdicts]
    counted = [verdict for verdict in verdicts if verdict is not Verdict.NOT_APPLICABLE]
    worst = next((v for v in _WORST_FIRST if v in counted), Verdict.NOT_APPLICABLE)
    passed = sum(1 for verdict in counted if verdict is Verdict.PASS)
    return CriterionResult(criterion.code, criterion.name, worst, passed, len(counted))
