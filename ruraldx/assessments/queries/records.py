"""Receipts, stored documents, differences between sendings, and the timeline of an assessment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.models import Document
from ruraldx.assessments.queries.dossier import find_assessment
from ruraldx.assessments.queries.views_of import Dossier
from ruraldx.assessments.sealed_models import Submission
from ruraldx.audit.models import AuditEvent
from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound


@dataclass(frozen=True)
class StoredDocument:
    """What a download needs."""

    sha256: str
    filename: str
    media_type: str


def stored_document(principal: Principal, key: str, document: str) -> StoredDocument:
    """A document of an assessment in reach (also a removed one). Raises NotFound."""
    session = read_session()
    row, *_ = find_assessment(session, principal, key)
    found = session.execute(
        select(Document.sha256, Document.filename, Document.media_type).where(
            Document.assessment_id == row.id, Document.key == document
        )
    ).one_or_none()
    if found is None:
        raise NotFound(Message("Không tìm thấy minh chứng này."))
    return StoredDocument(*found)


@dataclass(frozen=True)
class ReceiptView:
    """The receipt of a sending."""

    receipt: str
    number: int
    sha256: str
    sent_at: datetime
    signed_by: str


def receipts(whole: Dossier) -> tuple[ReceiptView, ...]:
    """Receipts of an assessment, newest first. One statement."""
    found = read_session().execute(
        select(Submission.receipt, Submission.number, Submission.sha256, Submission.sent_at, Person.name)
        .join(Person, Person.id == Submission.signed_by)
        .where(Submission.assessment_id == whole.id)
        .order_by(Submission.number.desc())
    )
    return tuple(ReceiptView(*item) for item in found)


# The place of evidence among the fields of an indicator.
EVIDENCE: Final = "minh-chung"
_Place = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """A field whose text changed between two sendings, or since the last one; evidence counts as a field."""

    field: str
    before: str
    after: str


def differences(whole: Dossier) -> Mapping[str, tuple[Difference, ...]]:
    """Indicator code → what changed: the last sending against the one before, or now against the last.

    "Now" counts while the dossier is open again. One statement.
    """
    manifests = (
        read_session()
        .scalars(
            select(Submission.manifest)
            .where(Submission.assessment_id == whole.id)
            .order_by(Submission.number.desc())
            .limit(2)
        )
        .all()
    )
    if not manifests:
        return {}
    sent = [_sent(json.loads(text)) for text in manifests]
    now = _now(whole)
    if now != sent[0] or len(sent) == 1:
        return _compare(sent[0], now)
    return _compare(sent[1], sent[0])


def _sent(manifest: dict[str, Any]) -> dict[_Place, str]:
    texts = {(item["indicator"], item["field"]): item["raw"] for item in manifest["answers"]}
    return texts | _listed((item["indicator"], item["sha256"], item["summary"]) for item in manifest["evidence"])


def _now(whole: Dossier) -> dict[_Place, str]:
    views = whole.indicators.items()
    texts = {(code, field): answer.raw for code, view in views for field, answer in view.answers.items()}
    return texts | _listed((code, item.sha256, item.summary) for code, view in views for item in view.documents)


def _listed(documents: Iterable[tuple[str, str, str]]) -> dict[_Place, str]:
    """The evidence of each indicator as one text: what it is, and the start of its hash, which tells versions apart."""
    found: dict[_Place, str] = {}
    for indicator, sha256, summary in documents:
        before = found.get((indicator, EVIDENCE))
        line = f"{summary} ({sha256[:8]})"
        found[indicator, EVIDENCE] = f"{before}; {line}" if before else line
    return found


def _compare(before: dict[_Place, str], after: dict[_Place, str]) -> dict[str, tuple[Difference, ...]]:
    changed: dict[str, list[Difference]] = {}
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place, ""), after.get(place, "")
        if old != new:
            changed.setdefault(place[0], []).append(Difference(place[1], old, new))
    return {code: tuple(items) for code, items in changed.items()}


@dataclass(frozen=True)
class TimelineEntry:
    """An event of an assessment as its timeline shows it."""

    at: datetime
    action: str
    by: str
    details: Mapping[str, Any]


def timeline(whole: Dossier, limit: int = 100) -> tuple[TimelineEntry, ...]:
    """Acts on an assessment, newest first, without single keystrokes. One statement."""
    rows = read_session().execute(
        select(AuditEvent.at, AuditEvent.action, Person.name, AuditEvent.details)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(
            AuditEvent.subject_type == "assessment",
            AuditEvent.subject_key == whole.key,
            AuditEvent.action != "answer.saved",
        )
        .order_by(AuditEvent.sequence.desc())
        .limit(limit)
    )
    return tuple(TimelineEntry(at, action, name or "", details) for at, action, name, details in rows)
