"""Everything recorded of one assessment, read once; pages and guards count from it in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.assessments.models import Answer, Assessment, Document, ReturnedIndicator
from ruraldx.assessments.sealed_models import STAGES, StageValue


@dataclass(frozen=True)
class Material:
    """Answers, standing documents, standing values of each stage, and every return."""

    submissions: int
    answers: tuple[Answer, ...]
    documents: tuple[Document, ...]
    stages: Mapping[str, Mapping[str, StageValue]]
    returns: tuple[ReturnedIndicator, ...]

    @cached_property
    def values(self) -> dict[str, dict[str, str | None]]:
        """Indicator code → field code → canonical value."""
        found: dict[str, dict[str, str | None]] = {}
        for answer in self.answers:
            found.setdefault(answer.indicator_code, {})[answer.field_code] = answer.value
        return found

    def returned(self, submission: int) -> dict[str, ReturnedIndicator]:
        """Indicators of a submission that were sent back."""
        return {item.indicator_code: item for item in self.returns if item.submission_number == submission}

    @cached_property
    def returned_now(self) -> dict[str, ReturnedIndicator]:
        """Indicators of the last submission that were sent back."""
        return self.returned(self.submissions)


def material_of(session: Session, row: Assessment, involved: Set[int]) -> Material:
    """Read everything of an assessment; ``involved``: who has a hand in it. Four statements."""
    answers = session.scalars(select(Answer).where(Answer.assessment_id == row.id))
    documents = session.scalars(
        select(Document)
        .where(Document.assessment_id == row.id, Document.removed_at.is_(None))
        .order_by(Document.indicator_code, Document.id)
    )
    stages = session.scalars(select(StageValue).where(StageValue.assessment_id == row.id).order_by(StageValue.id)).all()
    returns = session.scalars(select(ReturnedIndicator).where(ReturnedIndicator.assessment_id == row.id))
    return Material(
        submissions=row.submissions,
        answers=tuple(answers),
        documents=tuple(documents),
        stages={name: standing((v for v in stages if v.stage == name), row.submissions, involved) for name in STAGES},
        returns=tuple(returns),
    )


def standing(values: Iterable[StageValue], submissions: int, involved: Set[int]) -> dict[str, StageValue]:
    """The value of a stage that stands for each indicator, of values in the order they were recorded.

    An appraisal stands until it is superseded; a "return" of an earlier submission has been answered by the
    next one and no longer stands. Neither does the appraisal of somebody who has had a hand in the dossier since: what
    they judged is to be judged anew, by somebody else.
    """
    latest = {value.indicator_code: value for value in values}
    return {
        code: value
        for code, value in latest.items()
        if (value.verdict != "return" or value.submission_number == submissions)
        and (value.stage != "appraised" or value.recorded_by not in involved)
    }
