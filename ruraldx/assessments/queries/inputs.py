"""What every result of a round was, or would now be, computed from. A fixed number of statements for a round."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ruraldx.assessments.criteria import PinnedSet, best_of_round, pinned_set
from ruraldx.assessments.facts import Answers
from ruraldx.assessments.material import standing
from ruraldx.assessments.models import Answer, Assessment, Involvement, Round
from ruraldx.assessments.sealed_models import StageValue, Submission
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.scoring.cohort import group_of


@dataclass(frozen=True)
class Held:
    """One dossier: its set in force, its answers now and as of each sending, and the appraisers' verdicts."""

    row: Assessment
    pinned: PinnedSet
    answers: Answers
    sent: Mapping[int, Answers]
    verdicts: tuple[StageValue, ...]
    involved: Set[int]

    def now(self, stage: str) -> Answers:
        """What the result of a stage would be made from now."""
        return self.answers if stage in ("live", "self") else self._counted(self.answers, self.row.submissions)

    def as_of(self, stage: str, submission: int) -> Answers:
        """What the result of a stage was made from when that sending stood; nothing for a sending there is not."""
        answers = self.sent.get(submission, {})
        return answers if stage == "self" else self._counted(answers, submission)

    def _counted(self, answers: Answers, submission: int) -> Answers:
        until = (value for value in self.verdicts if value.submission_number <= submission)
        return with_figures(answers, standing(until, submission, self.involved))


def with_figures(answers: Answers, values: Mapping[str, StageValue]) -> Answers:
    """The answers with the figures of a stage where it counts otherwise than the commune."""
    return {**answers, **{code: {**answers.get(code, {}), **value.figures} for code, value in values.items()}}


def held_in_round(session: Session, round_: Round) -> tuple[Held, ...]:
    """Every dossier of a round in the order of their making. Seven statements, or eight."""
    digest = session.scalars(select(CriteriaVersion.sha256).where(CriteriaVersion.id == round_.version_id)).one()
    best = best_of_round(session, round_.id)
    rows = session.scalars(select(Assessment).where(Assessment.round_id == round_.id).order_by(Assessment.id)).all()
    answers = _by_assessment(session, _of_round(Answer, round_.id))
    verdicts = _by_assessment(
        session, _of_round(StageValue, round_.id).where(StageValue.stage == "appraised").order_by(StageValue.id)
    )
    sent = _by_assessment(session, _of_round(Submission, round_.id))
    hands = _by_assessment(session, _of_round(Involvement, round_.id))
    found = []
    for row in rows:
        pinned = pinned_set(session, digest, round_.choices, row.dimensions)
        if pinned.is_relative:
            pinned = pinned.with_best(best.get(group_of(pinned.criteria, row.dimensions) or "", {}))
        found.append(
            Held(
                row=row,
                pinned=pinned,
                answers=_nested((a.indicator_code, a.field_code, a.value) for a in answers.get(row.id, ())),
                sent={item.number: _manifest_answers(item.manifest) for item in sent.get(row.id, ())},
                verdicts=tuple(verdicts.get(row.id, ())),
                involved=frozenset(item.person_id for item in hands.get(row.id, ())),
            )
        )
    return tuple(found)


def _of_round(model: Any, round_id: int) -> Select[Any]:
    return select(model).join(Assessment, Assessment.id == model.assessment_id).where(Assessment.round_id == round_id)


def _by_assessment(session: Session, statement: Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for item in session.scalars(statement):
        found.setdefault(item.assessment_id, []).append(item)
    return found


def _manifest_answers(text: str) -> Answers:
    return _nested((item["indicator"], item["field"], item["value"]) for item in json.loads(text)["answers"])


def _nested(rows: Iterable[tuple[str, str, str | None]]) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for indicator, field, value in rows:
        found.setdefault(indicator, {})[field] = value
    return found
