"""Taking back a round that was opened by mistake, while it is still empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal, Subject
from ruraldx.assessments.models import Answer, Assessment, Document, Involvement, Round
from ruraldx.assessments.operations.common import authorise
from ruraldx.assessments.operations.rounds import listed
from ruraldx.assessments.states import Status
from ruraldx.audit.log import record
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Message, NotFound
from ruraldx.places.models import Unit

# What a commune leaves in a dossier; a removed document and an emptied answer are traces as well.
_TRACES: Final = (Answer, Document, Involvement)


@dataclass(frozen=True)
class Withdrawn:
    """The round that is gone, and whose empty dossiers went with it."""

    title: str
    units: tuple[str, ...]


def withdraw_round(*, actor: Principal, now: datetime, key: str, commit: bool = True) -> Withdrawn:
    """Delete a round with its empty dossiers; the audit trail keeps what it was.

    Without ``commit`` everything is tried and rolled back. Raises NotFound, Forbidden, or Conflict where a commune has
    answered, attached or sent anything.
    """
    with unit_of_work(commit=commit) as session:
        round_ = session.scalars(select(Round).where(Round.key == key).with_for_update()).one_or_none()
        if round_ is None:
            raise NotFound(Message("Không tìm thấy kỳ đánh giá này."))
        person_id = authorise(actor, "round.open", Subject(round_.province_path))
        dossiers = _dossiers(session, round_)
        _check_empty(session, round_, dossiers)
        session.execute(delete(Assessment).where(Assessment.round_id == round_.id))
        session.execute(delete(Round).where(Round.id == round_.id))
        record(
            session,
            actor_id=person_id,
            action="round.withdrawn",
            subject_type="round",
            subject_key=key,
            unit_path=round_.province_path,
            now=now,
            details={"title": round_.title, "assessments": [dossier.key for dossier, _unit in dossiers]},
        )
        return Withdrawn(round_.title, tuple(unit for _dossier, unit in dossiers))


def _dossiers(session: Session, round_: Round) -> list[tuple[Assessment, str]]:
    """The dossiers of a round, locked: nobody answers while they go."""
    rows = session.execute(
        select(Assessment, Unit.full_name)
        .join(Unit, Unit.id == Assessment.unit_id)
        .where(Assessment.round_id == round_.id)
        .order_by(Unit.sort_key)
        .with_for_update(of=Assessment)
    )
    return [(dossier, unit) for dossier, unit in rows]


def _check_empty(session: Session, round_: Round, dossiers: list[tuple[Assessment, str]]) -> None:
    traced = {
        assessment_id
        for model in _TRACES
        for assessment_id in session.scalars(
            select(Assessment.id).where(
                Assessment.round_id == round_.id, exists().where(model.assessment_id == Assessment.id)
            )
        )
    }
    begun = [unit for row, unit in dossiers if row.id in traced or row.submissions or row.status != Status.DRAFT.value]
    if begun:
        raise Conflict(
            Message(
                "Không rút được kỳ “%(title)s”: %(units)s đã có số liệu, minh chứng hoặc đã gửi. "
                "Chỉ rút được kỳ mà mọi hồ sơ còn trống.",
                title=round_.title,
                units=listed(begun),
            )
        )
