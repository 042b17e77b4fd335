"""From verdicts of indicators to criteria and to the whole set. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruraldx.catalog.schema import CriteriaSet, Criterion
from ruraldx.scoring.outcomes import Verdict


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


# A criterion is as good as the worst of its indicators, in this order.
WORST_FIRST = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.INCOMPLETE,
    Verdict.MANUAL,
    Verdict.UNVERIFIED,
    Verdict.SCORED,
    Verdict.PASS,
)
GOOD = (Verdict.PASS, Verdict.SCORED)


def roll_up(criteria: CriteriaSet, verdicts: Mapping[str, Verdict]) -> tuple[CriterionResult, ...]:
    """What the verdicts of indicators (computed, or decided by people) make of each criterion of the programme."""
    found = (_criterion(criterion, verdicts, criteria.not_applicable) for criterion in criteria.criteria)
    return tuple(result for result in found if result is not None)


def _criterion(criterion: Criterion, known: Mapping[str, Verdict], policy: str) -> CriterionResult | None:
    """What does not apply counts as passed under "full_points" and not at all under the other policies."""
    verdicts = [known[one.code] for part in criterion.sections for one in part.indicators if one.code in known]
    if not verdicts:
        return None
    if policy == "full_points":
        verdicts = [Verdict.PASS if verdict is Verdict.NOT_APPLICABLE else verdict for verdict in verdicts]
    counted = [verdict for verdict in verdicts if verdict is not Verdict.NOT_APPLICABLE]
    worst = next((v for v in WORST_FIRST if v in counted), Verdict.NOT_APPLICABLE)
    passed = sum(1 for verdict in counted if verdict in GOOD)
    return CriterionResult(criterion.code, criterion.name, worst, passed, len(counted))


def outcome_of(criteria: CriteriaSet, rolled: Sequence[CriterionResult]) -> Verdict:
    """What the criteria make of the whole: all of them, or at least k; without a rule of the set the worst one."""
    verdicts = [one.verdict for one in rolled if one.verdict is not Verdict.NOT_APPLICABLE]
    worst = next((v for v in WORST_FIRST if v in verdicts), Verdict.NOT_APPLICABLE)
    needed = criteria.aggregation.at_least
    if needed is None:
        return worst
    passed = sum(1 for verdict in verdicts if verdict in GOOD)
    failed = sum(1 for verdict in verdicts if verdict is Verdict.FAIL)
    if passed >= needed:
        return Verdict.PASS
    if len(verdicts) - failed < needed:
        return Verdict.FAIL
    return next(v for v in WORST_FIRST if v in verdicts and v is not Verdict.FAIL)
