"""Stored results of one dossier, whether they are stale, and the same answers under another set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from ruraldx.assessments.criteria import PinnedSet, pinned_set
from ruraldx.assessments.facts import Answers, current_answers
from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.queries.views_of import Dossier
from ruraldx.assessments.score_models import Numbers, Score
from ruraldx.assessments.staleness import Made, reasons
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.places.models import Unit
from ruraldx.scoring.gaps import Gap, gaps
from ruraldx.scoring.inputs import context_hash, inputs_hash
from ruraldx.scoring.outcomes import ENGINE_VERSION
from ruraldx.scoring.results import AssessmentResult, score_assessment
from ruraldx.scoring.whatif import Flip, Standing, flips, standing_of


@dataclass(frozen=True)
class Stale:
    """A stored result that would come out otherwise now: which, from when, and why."""

    stage: str
    what: Message
    computed_at: datetime
    why: tuple[Message, ...]


def stale_results(whole: Dossier) -> tuple[Stale, ...]:
    """Stored results of a dossier that are stale. One statement."""
    session = read_session()
    latest = select(func.max(Score.id)).where(Score.assessment_id == whole.id).group_by(Score.stage)
    columns = (Score.stage, Score.submission_number, Score.computed_at, *(getattr(Score, name) for name in MADE))
    found = []
    for stage, number, computed_at, *made in session.execute(
        select(*columns).where(Score.id.in_(latest)).order_by(Score.id)
    ):
        why = reasons(Made(*made), _now(whole, stage))
        if why:
            found.append(Stale(stage, _words(stage, number), computed_at, why))
    return tuple(found)


def _words(stage: str, number: int) -> Message:
    """Which result it is, in words."""
    if stage == "self":
        return Message("Kết quả tự chấm của lần gửi %(n)s", n=number)
    if stage == "appraised":
        return Message("Kết quả thẩm định của lần gửi %(n)s", n=number)
    return Message("Kết quả khi có quyết định")


MADE: Final = ("version_sha256", "engine", "context_sha256", "inputs_sha256")


def made_of(row: Numbers) -> Made:
    """What a stored result was made from."""
    return Made(*(getattr(row, name) for name in MADE))


def _now(whole: Dossier, stage: str) -> Made:
    answers = answers_of(whole)
    if stage != "self":
        judged = {code: view.stages.get("appraised") for code, view in whole.indicators.items()}
        answers = {
            **answers,
            **{code: {**answers.get(code, {}), **value.figures} for code, value in judged.items() if value},
        }
    context = whole.pinned.context
    return Made(
        whole.pinned.sha256, ENGINE_VERSION, context_hash(context), inputs_hash(whole.pinned.sha256, answers, context)
    )


def answers_of(whole: Dossier) -> Answers:
    """Indicator code → field code → canonical value."""
    return {
        code: {field: answer.value for field, answer in view.answers.items()} for code, view in whole.indicators.items()
    }


def gaps_of(whole: Dossier) -> tuple[Gap, ...]:
    """What is missing, of the commune's own answers."""
    return gaps(whole.criteria, answers_of(whole), whole.pinned.context)


@dataclass(frozen=True)
class WhatIf:
    """The same answers under two sets: both in a line, and what flips."""

    criteria: CriteriaSet
    before: Standing
    after: Standing
    flips: tuple[Flip, ...]


def what_if(
    pinned: PinnedSet, answers: Answers, other: CriteriaSet, crosswalk: Mapping[str, str] | None = None
) -> WhatIf:
    """Score the answers under their own set and under another one, with the same choices and dimensions."""
    before, after = (score_assessment(one, answers, pinned.context) for one in (pinned.criteria, other))
    return WhatIf(other, standing_of(before), standing_of(after), flips(before, after, crosswalk or {}))


@dataclass(frozen=True)
class VersionRow:
    """A registered version of a set."""

    code: str
    number: int
    title: str
    sha256: str

    @property
    def name(self) -> str:
        """How it is asked for: CODE@NUMBER."""
        return f"{self.code}@{self.number}"


def registered_versions() -> tuple[VersionRow, ...]:
    """Every registered version, by code and number. One statement."""
    columns = (CriteriaVersion.code, CriteriaVersion.number, CriteriaVersion.title, CriteriaVersion.sha256)
    rows = read_session().execute(select(*columns).order_by(CriteriaVersion.code, CriteriaVersion.number))
    return tuple(VersionRow(*row) for row in rows)


@dataclass(frozen=True)
class Scored:
    """A dossier as the operator's commands see it: no person asks, so nothing of people is in it."""

    key: str
    unit_name: str
    round_title: str
    pinned: PinnedSet
    answers: Answers
    result: AssessmentResult


def scored(key: str) -> Scored:
    """A dossier for the operator of the machine, with the result of its answers. Raises NotFound."""
    session = read_session()
    found = session.execute(
        select(Assessment, Round, Unit.full_name, CriteriaVersion.sha256)
        .join(Round, Round.id == Assessment.round_id)
        .join(CriteriaVersion, CriteriaVersion.id == Round.version_id)
        .join(Unit, Unit.id == Assessment.unit_id)
        .where(Assessment.key == key)
    ).one_or_none()
    if found is None:
        raise NotFound(Message("Không tìm thấy hồ sơ này."))
    row, round_, unit_name, digest = found
    pinned = pinned_set(session, digest, round_.choices, row.dimensions, round_.id)
    answers = current_answers(session, row.id)
    result = score_assessment(pinned.criteria, answers, pinned.context)
    return Scored(key, unit_name, round_.title, pinned, answers, result)
