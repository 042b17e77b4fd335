"""Answering: save fields one by one, each with its own version, losing nobody's text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.facts import recount, returned_now
from ruraldx.assessments.models import Answer
from ruraldx.assessments.operations.common import Locked, lock, note, take_part, touch
from ruraldx.assessments.operations.scores import write_open
from ruraldx.assessments.states import EDITABLE, STATUSES, Status
from ruraldx.catalog.fields import Field
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Invalid, Message, NotFound
from ruraldx.vietnamese import format_number, nfc

LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class FieldInput:
    """What came from the browser: the field, the text as typed, and the version the person had seen."""

    field: str
    raw: str
    version: int


@dataclass(frozen=True)
class Saved:
    """A field that is stored: what it was read as, as people write it, or why it cannot be read yet."""

    field: str
    version: int
    raw: str
    reading: str = ""
    problem: Message | None = None


@dataclass(frozen=True)
class Collision:
    """A field that somebody else changed first: both texts, nothing stored, nothing lost."""

    field: str
    version: int
    theirs: str
    theirs_by: str
    theirs_at: datetime
    yours: str


def save_answers(
    *, actor: Principal, now: datetime, key: str, indicator: str, inputs: Sequence[FieldInput]
) -> tuple[Saved | Collision, ...]:
    """Store fields of one indicator, in the order given; each is saved or collides on its own.

    Raises NotFound (assessment, indicator or field), Forbidden, Conflict when the dossier is sealed or this
    indicator was not returned, or Invalid for a text that is too long: then nothing is stored.
    """
    for item in inputs:
        _check_length(item)
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        person_id = take_part(locked, actor, "assessment.answer", now)
        fields = {field.code: field for field in locked.criteria.fields(indicator)}
        check_open(locked, indicator)
        stored = _stored(session, locked.row.id, indicator)
        results = tuple(
            _save_one(locked, person_id, now, indicator, _field(fields, item.field), item, stored) for item in inputs
        )
        if any(isinstance(result, Saved) for result in results):
            session.flush()
            write_open(locked, "live", *recount(session, locked.row, locked.criteria), now)
            touch(locked, now)
        return results


def check_open(locked: Locked, indicator: str) -> None:
    """Raise Conflict unless the commune may change this indicator now."""
    if locked.status not in EDITABLE:
        raise Conflict(
            Message(
                "Hồ sơ đang ở trạng thái “%(status)s” và đã khóa, không sửa được nữa.",
                status=STATUSES[locked.status].label,
            ),
            code="sealed",
        )
    if locked.status is Status.RETURNED and indicator not in returned_now(locked.session, locked.row):
        raise Conflict(Message("Chỉ tiêu %(code)s không bị trả lại nên vẫn khóa.", code=indicator), code="sealed")


def mark_fixed(locked: Locked, indicator: str, now: datetime) -> None:
    """Note that a returned indicator has been changed by the commune."""
    returned = returned_now(locked.session, locked.row).get(indicator)
    if returned is not None and returned.fixed_at is None:
        returned.fixed_at = now


def _check_length(item: FieldInput) -> None:
    # Cutting it would lose what was typed without a word.
    if len(nfc(item.raw)) > LONGEST_TEXT:
        raise Invalid(
            Message(
                "Nội dung dài quá %(limit)s ký tự nên chưa lưu được. Hãy viết gọn, hoặc đính kèm thành tệp minh chứng.",
                limit=format_number(LONGEST_TEXT),
            ),
            field=item.field,
        )


def _stored(session: Session, assessment_id: int, indicator: str) -> dict[str, Answer]:
    rows = session.scalars(
        select(Answer).where(Answer.assessment_id == assessment_id, Answer.indicator_code == indicator)
    )
    return {row.field_code: row for row in rows}


def _field(fields: dict[str, Field], code: str) -> Field:
    try:
        return fields[code]
    except KeyError:
        raise NotFound(Message("Không có ô “%(field)s” trong chỉ tiêu này.", field=code[:80])) from None


def _save_one(
    locked: Locked,
    person_id: int,
    now: datetime,
    indicator: str,
    field: Field,
    item: FieldInput,
    stored: dict[str, Answer],
) -> Saved | Collision:
    raw = nfc(item.raw).replace("\r\n", "\n").strip()
    row = stored.get(field.code)
    if row is None and not raw:
        return Saved(field.code, 0, "")
    parsed = field.parse(raw)
    reading = field.written(parsed.value) if parsed.value else ""
    if row is not None and row.raw == raw:
        return Saved(field.code, row.version, raw, reading, parsed.error)
    if row is not None and row.version != item.version:
        return _collision(locked.session, row, raw)
    if row is None:
        row = stored[field.code] = Answer(
            assessment_id=locked.row.id, indicator_code=indicator, field_code=field.code, version=0
        )
        locked.session.add(row)
    row.raw, row.value = raw, parsed.value
    row.problem = parsed.error.as_data() if parsed.error else None
    row.version += 1
    row.updated_by, row.updated_at = person_id, now
    mark_fixed(locked, indicator, now)
    # The text itself stays out of the chain, which is for ever: its hash is enough to prove what was saved.
    saved = {"field": field.code, "version": row.version, "sha256": hashlib.sha256(raw.encode()).hexdigest()}
    note(locked, person_id, "answer.saved", now, indicator=indicator, **saved)
    return Saved(field.code, row.version, raw, reading, parsed.error)


def _collision(session: Session, row: Answer, raw: str) -> Collision:
    name = session.scalars(select(Person.name).where(Person.id == row.updated_by)).one()
    return Collision(row.field_code, row.version, row.raw, name, row.updated_at, raw)
