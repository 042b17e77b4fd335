"""Acts on evidence: attach a file with what it is, remove one while the indicator is open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.models import Document
from ruraldx.assessments.operations.answers import check_open, mark_fixed
from ruraldx.assessments.operations.common import lock, note, take_part, touch
from ruraldx.assessments.storage import store
from ruraldx.database import unit_of_work
from ruraldx.messages import Invalid, Message, NotFound
from ruraldx.vietnamese import is_blank, line_within, vietnam_day


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its type as found, its hash and size in bytes, and a safe display name."""

    media_type: str
    sha256: str
    size: int
    filename: str


@dataclass(frozen=True)
class NewDocument:
    """What a piece of evidence is: the document's own number, date, agency, summary, and the page cited."""

    number: str = ""
    issued_on: date | None = None
    agency: str = ""
    summary: str = ""
    page: str = ""


def attach_document(
    *,
    actor: Principal,
    now: datetime,
    key: str,
    indicator: str,
    root: Path,
    data: bytes,
    inspected: Inspected,
    new: NewDocument,
) -> str:
    """Attach a checked file to an indicator and return the key of the document.

    Raises Invalid (no summary, a date to come, a text too long, the same file again), Conflict (sealed), Forbidden,
    NotFound, StorageFull.
    """
    new = _as_stored(new, now)
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        person_id = take_part(locked, actor, "assessment.answer", now)
        locked.criteria.indicator(indicator)
        check_open(locked, indicator)
        _refuse_twin(session, locked.row.id, indicator, inspected.sha256)
        # Inside the transaction and before the row: if either fails, neither is seen (the file is only a hash).
        store(root, inspected.sha256, data)
        document = _row(locked.row.id, indicator, inspected, new, person_id, now)
        session.add(document)
        mark_fixed(locked, indicator, now)
        touch(locked, now)
        note(locked, person_id, "document.attached", now, indicator=indicator, sha256=inspected.sha256)
        return document.key


def _as_stored(new: NewDocument, now: datetime) -> NewDocument:
    if is_blank(new.summary):
        raise Invalid(Message("Hãy ghi trích yếu: minh chứng này là gì."), field="summary")
    if new.issued_on is not None and new.issued_on > vietnam_day(now):
        raise Invalid(Message("Ngày ban hành không được ở sau hôm nay."), field="issued_on")
    return replace(
        new,
        number=line_within(new.number, field="number", longest=100),
        agency=line_within(new.agency, field="agency", longest=200),
        summary=line_within(new.summary, field="summary", longest=500),
        page=line_within(new.page, field="page", longest=100),
    )


def _row(
    assessment_id: int, indicator: str, inspected: Inspected, new: NewDocument, person_id: int, now: datetime
) -> Document:
    return Document(
        key=secrets.token_hex(8),
        assessment_id=assessment_id,
        indicator_code=indicator,
        sha256=inspected.sha256,
        filename=inspected.filename,
        media_type=inspected.media_type,
        size=inspected.size,
        number=new.number,
        issued_on=new.issued_on,
        agency=new.agency,
        summary=new.summary,
        page=new.page,
        uploaded_by=person_id,
        uploaded_at=now,
    )


def _refuse_twin(session: Session, assessment_id: int, indicator: str, sha256: str) -> None:
    name = session.scalars(
        select(Document.filename).where(
            Document.assessment_id == assessment_id,
            Document.indicator_code == indicator,
            Document.sha256 == sha256,
            Document.removed_at.is_(None),
        )
    ).first()
    if name is not None:
        raise Invalid(Message("Tệp này đã được đính kèm cho chỉ tiêu này (“%(name)s”).", name=name), field="file")


def remove_document(*, actor: Principal, now: datetime, key: str, document: str) -> str:
    """Take a document off an indicator that is open; row and file stay. Returns the indicator's code."""
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        person_id = take_part(locked, actor, "assessment.answer", now)
        row = session.scalars(
            select(Document).where(
                Document.key == document, Document.assessment_id == locked.row.id, Document.removed_at.is_(None)
            )
        ).one_or_none()
        if row is None:
            raise NotFound(Message("Không tìm thấy minh chứng này."))
        check_open(locked, row.indicator_code)
        row.removed_at = now
        mark_fixed(locked, row.indicator_code, now)
        touch(locked, now)
        note(locked, person_id, "document.removed", now, indicator=row.indicator_code, sha256=row.sha256)
        return row.indicator_code
