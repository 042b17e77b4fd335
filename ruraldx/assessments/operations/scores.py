"""Keeping results: every act that changes what a result depends on writes it, in its own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ruraldx.assessments.criteria import PinnedSet
from ruraldx.assessments.facts import Answers, current_answers, latest_stage
from ruraldx.assessments.operations.common import Locked
from ruraldx.assessments.queries.inputs import with_figures
from ruraldx.assessments.score_models import LiveScore, Score
from ruraldx.scoring.inputs import context_hash, inputs_hash, result_text
from ruraldx.scoring.results import AssessmentResult, score_assessment


def numbers_of(pinned: PinnedSet, answers: Answers, result: AssessmentResult, now: datetime) -> dict[str, Any]:
    """Column → value of a stored result."""
    total = result.total
    return {
        "version_sha256": pinned.sha256,
        "engine": result.engine,
        "inputs_sha256": inputs_hash(pinned.sha256, answers, pinned.context),
        "context_sha256": context_hash(pinned.context),
        "result_sha256": hashlib.sha256(result_text(result).encode()).hexdigest(),
        "outcome": result.outcome.value,
        "earned": total.sum.earned if total else None,
        "possible": total.sum.possible if total else None,
        "scored": total.sum.scored if total else None,
        "percent": total.percent if total else None,
        "class_code": total.class_code if total else "",
        "provisional": bool(total and (total.provisional or total.sum.provisional)),
        "computed_at": now,
    }


def write_open(locked: Locked, stage: str, answers: Answers, result: AssessmentResult, now: datetime) -> None:
    """Overwrite what stands of a stage that is still at work. One statement."""
    keep(locked.session, locked.row.id, stage, numbers_of(locked.criteria, answers, result, now))


def keep(session: Session, assessment_id: int, stage: str, numbers: Mapping[str, Any]) -> None:
    """Insert or overwrite one row of ``live_score``. One statement."""
    values = {"assessment_id": assessment_id, "stage": stage, **numbers}
    session.connection().execute(_UPSERTS[session.get_bind().dialect.name], values)


def _upsert(insert: Any) -> Any:
    statement = insert(LiveScore.__table__)
    keys = ["assessment_id", "stage"]
    rest = {column.name: statement.excluded[column.name] for column in LiveScore.__table__.columns}
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: value for name, value in rest.items() if name not in keys}
    )


# Built once: putting a statement together costs more than running it, and this one runs with every saved field.
_UPSERTS: Final = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}


def seal(locked: Locked, stage: str, answers: Answers, result: AssessmentResult, now: datetime) -> None:
    """Add the result of a stage for good, as of the sending that stands."""
    locked.session.add(
        Score(
            assessment_id=locked.row.id,
            submission_number=locked.row.submissions,
            stage=stage,
            result=result_text(result),
            **numbers_of(locked.criteria, answers, result, now),
        )
    )


def score_appraised(locked: Locked, answers: Answers, now: datetime) -> None:
    """Overwrite what stands of the appraisal: the answers with the figures of the verdicts that stand."""
    merged, result = _appraised(locked, answers)
    write_open(locked, "appraised", merged, result, now)


def seal_appraised(locked: Locked, stage: str, now: datetime) -> None:
    """Add the result of the appraisal for good: when indicators are returned, and when it is decided."""
    merged, result = _appraised(locked, current_answers(locked.session, locked.row.id))
    seal(locked, stage, merged, result, now)


def _appraised(locked: Locked, answers: Answers) -> tuple[Answers, AssessmentResult]:
    values = latest_stage(locked.session, locked.row, "appraised", locked.subject.involved)
    merged = with_figures(answers, values)
    return merged, score_assessment(locked.criteria.criteria, merged, locked.context)
