"""Count what the guards of :mod:`ruraldx.assessments.states` judge."""

from __future__ import annotations

from collections.abc import Mapping, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.assessments.criteria import PinnedSet, lacks_evidence
from ruraldx.assessments.material import Material, standing
from ruraldx.assessments.models import Answer, Assessment, Involvement, ReturnedIndicator
from ruraldx.assessments.sealed_models import StageValue
from ruraldx.assessments.states import Facts
from ruraldx.catalog.fields import EXPLANATION
from ruraldx.scoring.results import AssessmentResult, score_assessment

Answers = Mapping[str, Mapping[str, str | None]]


def current_answers(session: Session, assessment_id: int) -> dict[str, dict[str, str | None]]:
    """Indicator code → field code → canonical value. One statement."""
    rows = session.execute(
        select(Answer.indicator_code, Answer.field_code, Answer.value).where(Answer.assessment_id == assessment_id)
    )
    answers: dict[str, dict[str, str | None]] = {}
    for indicator, field, value in rows:
        answers.setdefault(indicator, {})[field] = value
    return answers


def people_involved(session: Session, assessment_id: int) -> frozenset[int]:
    """Everybody who ever drafted, uploaded, asked for the signature or signed here: they may not appraise it."""
    statement = select(Involvement.person_id).where(Involvement.assessment_id == assessment_id)
    return frozenset(session.scalars(statement))


def recount(session: Session, row: Assessment, criteria: PinnedSet) -> tuple[Answers, AssessmentResult]:
    """Bring the counters of the row up to date: fields required, answered and not readable. One statement.

    Returns the answers as they stand and what the engine says of them, which the counters come from.
    """
    rows = session.execute(
        select(Answer.indicator_code, Answer.field_code, Answer.value, Answer.problem.is_not(None)).where(
            Answer.assessment_id == row.id
        )
    )
    answers: dict[str, dict[str, str | None]] = {}
    row.invalid_count = 0
    for indicator, field, value, is_wrong in rows:
        answers.setdefault(indicator, {})[field] = value
        row.invalid_count += bool(is_wrong)
    result = score_assessment(criteria.criteria, answers, criteria.context)
    row.required_count, row.answered_count = result.required, result.answered
    return answers, result


def latest_stage(session: Session, row: Assessment, stage: str, involved: Set[int]) -> dict[str, StageValue]:
    """The value of a stage that stands for each indicator; ``involved``: who has a hand in it. One statement."""
    rows = session.scalars(
        select(StageValue).where(StageValue.assessment_id == row.id, StageValue.stage == stage).order_by(StageValue.id)
    )
    return standing(rows, row.submissions, involved)


def returned_now(session: Session, row: Assessment) -> dict[str, ReturnedIndicator]:
    """Indicators of the last submission that were sent back. One statement."""
    rows = session.scalars(
        select(ReturnedIndicator).where(
            ReturnedIndicator.assessment_id == row.id, ReturnedIndicator.submission_number == row.submissions
        )
    )
    return {returned.indicator_code: returned for returned in rows}


def gather_facts(row: Assessment, criteria: PinnedSet, known: Material) -> Facts:
    """All counts of an assessment that guards judge."""
    with_evidence = {document.indicator_code for document in known.documents}
    appraised = known.stages["appraised"]
    return Facts(
        required=row.required_count,
        answered=row.answered_count,
        invalid=row.invalid_count,
        without_evidence=sum(
            1
            for code, indicator in criteria.indicators.items()
            if lacks_evidence(indicator, code in with_evidence, known.values.get(code, {}).get(EXPLANATION))
        ),
        returned_open=sum(1 for value in appraised.values() if value.verdict == "return"),
        returned_unfixed=sum(1 for item in known.returned_now.values() if item.fixed_at is None),
        appraised=sum(1 for code in criteria.indicators if code in appraised),
        indicators=len(criteria.indicators),
    )
