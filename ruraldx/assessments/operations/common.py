"""What every act on an assessment does: lock it, ask the permission, move it through the table, tell the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.assessments.criteria import PinnedSet, pinned_set
from ruraldx.assessments.facts import gather_facts, people_involved
from ruraldx.assessments.material import material_of
from ruraldx.assessments.models import Assessment, Involvement, Round
from ruraldx.assessments.states import STATUSES, Status, Transition, find, obstacles
from ruraldx.audit.log import record
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.messages import Conflict, Forbidden, Invalid, Message, NotFound
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.vietnamese import is_blank, nfc


@dataclass
class Locked:
    """An assessment locked for one act, with its round and criteria."""

    session: Session
    row: Assessment
    round: Round
    criteria: PinnedSet
    subject: Subject

    @property
    def status(self) -> Status:
        """Where it stands now."""
        return Status(self.row.status)

    @property
    def context(self) -> ScoringContext:
        """What its scores depend on besides answers."""
        return self.criteria.context


def lock(session: Session, key: str, actor: Principal) -> Locked:
    """Load an assessment for changing. Raises NotFound when it does not exist for this person."""
    row = session.execute(select(Assessment).where(Assessment.key == key).with_for_update()).scalar_one_or_none()
    subject = Subject(row.unit_path) if row is not None else Subject()
    if row is None or not allows(actor, "assessment.read", subject):
        raise NotFound(Message("Không tìm thấy hồ sơ này."))
    round_, digest = session.execute(
        select(Round, CriteriaVersion.sha256)
        .join(CriteriaVersion, CriteriaVersion.id == Round.version_id)
        .where(Round.id == row.round_id)
    ).one()
    criteria = pinned_set(session, digest, round_.choices, row.dimensions, round_.id)
    return Locked(session, row, round_, criteria, Subject(row.unit_path, people_involved(session, row.id)))


def authorise(actor: Principal, permission: str, subject: Subject) -> int:
    """The person's id. Raises Forbidden when the permission does not hold here."""
    if not allows(actor, permission, subject) or actor.person_id is None:
        if actor.person_id in subject.involved and allows(actor, permission, Subject(subject.unit_path)):
            raise Forbidden(
                Message("Bạn đã tham gia kê khai, ký hoặc nộp minh chứng của hồ sơ này nên không được thẩm định nó."),
                code="involved",
            )
        raise Forbidden(Message("Bạn không có quyền thực hiện việc này với hồ sơ này."))
    return actor.person_id


# What the commune's side does; whoever does it has a hand in the dossier for good.
_HANDS: Final = frozenset({"assessment.answer", "assessment.request_signoff", "assessment.sign"})


def take_part(locked: Locked, actor: Principal, permission: str, now: datetime) -> int:
    """Ask the permission on this assessment, and note who has a hand in it. Raises Forbidden. Returns the person."""
    person_id = authorise(actor, permission, locked.subject)
    if permission in _HANDS and person_id not in locked.subject.involved:
        locked.session.add(Involvement(assessment_id=locked.row.id, person_id=person_id, since=now))
        locked.subject = Subject(locked.subject.unit_path, locked.subject.involved | {person_id})
    return person_id


def check_seen(locked: Locked, seen: int | None) -> None:
    """Raise Conflict when the dossier changed after the person opened the page they act from (None: not asked)."""
    if seen is not None and seen != locked.row.version:
        raise Conflict(
            Message("Hồ sơ đã thay đổi sau khi bạn mở trang này. Hãy xem lại nội dung bên dưới rồi thực hiện lại."),
            code="stale",
        )


def touch(locked: Locked, now: datetime) -> None:
    """Note that what a page of this assessment shows has changed."""
    locked.row.version += 1
    locked.row.updated_at = now


def move(
    locked: Locked,
    actor: Principal,
    act: str,
    now: datetime,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Transition:
    """Carry an act through the transition table.

    Raises Forbidden, Conflict (not from this status, or an obstacle) or Invalid (reason missing).
    """
    transition = _row(locked, act)
    person_id = take_part(locked, actor, transition.permission, now)
    if transition.reason_required and is_blank(reason):
        raise Invalid(Message("Hãy ghi lý do."), field="reason")
    found = obstacles(
        transition,
        gather_facts(locked.row, locked.criteria, material_of(locked.session, locked.row, locked.subject.involved)),
    )
    if found:
        raise Conflict(found[0], code="obstacle")
    source, locked.row.status = locked.row.status, transition.target.value
    touch(locked, now)
    note(
        locked,
        person_id,
        f"assessment.{act}",
        now,
        source=source,
        target=transition.target.value,
        reason=nfc(reason).strip(),
        **(details or {}),
    )
    return transition


def _row(locked: Locked, act: str) -> Transition:
    transition = find(act, locked.status)
    if transition is None:
        raise Conflict(
            Message(
                "Hồ sơ đang ở trạng thái “%(status)s” nên không thực hiện được việc này. Hãy tải lại trang.",
                status=STATUSES[locked.status].label,
            )
        )
    return transition


def note(locked: Locked, person_id: int, action: str, now: datetime, **details: Any) -> None:
    """Append an event about this assessment to the audit chain, in the same transaction."""
    record(
        locked.session,
        actor_id=person_id,
        action=action,
        subject_type="assessment",
        subject_key=locked.row.key,
        unit_path=locked.row.unit_path,
        now=now,
        details={name: value for name, value in details.items() if value not in ("", None)},
    )
