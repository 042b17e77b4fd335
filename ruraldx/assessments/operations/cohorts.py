"""Freezing the best values of a round, for rules that are relative to the best unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.assessments.criteria import pinned_set
from ruraldx.assessments.models import Round
from ruraldx.assessments.operations.common import authorise
from ruraldx.assessments.queries.inputs import held_in_round
from ruraldx.assessments.score_models import RoundBest
from ruraldx.assessments.states import NOT_SENT, Status
from ruraldx.audit.log import record
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Invalid, Message, NotFound
from ruraldx.scoring.cohort import Best, Member, best_values, relative_rules


def freeze_cohort(*, actor: Principal, now: datetime, round_key: str, commit: bool = True) -> tuple[Best, ...]:
    """Freeze the best values among what comparable communes of a round have sent; returns them.

    Appraised figures count before the commune's own. Freezing anew adds rows, and the latest stand; with the same
    values nothing is added. Stored results become stale by it: ``score recompute`` brings them up to date. Raises
    NotFound, Forbidden, Invalid (no rule of the set is relative) or Conflict (nobody has sent a value yet).
    """
    with unit_of_work(commit=commit) as session:
        round_ = session.scalars(select(Round).where(Round.key == round_key).with_for_update()).one_or_none()
        if round_ is None or not allows(actor, "queue.read", Subject(round_.province_path)):
            raise NotFound(Message("Không tìm thấy kỳ đánh giá này."))
        person_id = authorise(actor, "round.freeze", Subject(round_.province_path))
        best = _best(session, round_)
        before = _frozen(session, round_.id)
        if [(one.group, one.code, one.value, one.units) for one in best] == before[1]:
            return best
        session.add_all(
            RoundBest(
                round_id=round_.id,
                freezing=before[0] + 1,
                comparison_group=one.group,
                indicator_code=one.code,
                value=one.value,
                units=one.units,
                frozen_by=person_id,
                frozen_at=now,
            )
            for one in best
        )
        record(
            session,
            actor_id=person_id,
            action="round.frozen",
            subject_type="round",
            subject_key=round_.key,
            unit_path=round_.province_path,
            now=now,
            details={"freezing": before[0] + 1, "values": {f"{one.code} {one.group}": str(one.value) for one in best}},
        )
        return best


def _best(session: Session, round_: Round) -> tuple[Best, ...]:
    digest = session.scalars(select(CriteriaVersion.sha256).where(CriteriaVersion.id == round_.version_id)).one()
    criteria = pinned_set(session, digest, round_.choices, {}).criteria
    if not relative_rules(criteria, round_.choices):
        raise Invalid(Message("Bộ tiêu chí của kỳ này không có chỉ tiêu nào chấm theo xã tốt nhất."))
    members = (
        Member(held.row.dimensions, held.now("appraised"))
        for held in held_in_round(session, round_)
        if Status(held.row.status) not in NOT_SENT
    )
    best = best_values(criteria, round_.choices, members)
    if not best:
        raise Conflict(Message("Chưa có xã nào gửi số liệu của các chỉ tiêu chấm theo xã tốt nhất."))
    return best


def _frozen(session: Session, round_id: int) -> tuple[int, list[tuple[str, str, object, int]]]:
    """The number of the latest freezing, 0 for none, and its values in order."""
    number = session.scalar(select(func.max(RoundBest.freezing)).where(RoundBest.round_id == round_id)) or 0
    rows = session.scalars(select(RoundBest).where(RoundBest.round_id == round_id, RoundBest.freezing == number))
    return number, sorted((row.comparison_group, row.indicator_code, row.value, row.units) for row in rows)
