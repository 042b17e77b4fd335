"""The commune's side of sending: ask for the signature, hand back, sign and send."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.facts import Answers, current_answers
from ruraldx.assessments.models import Answer, Document
from ruraldx.assessments.operations.common import Locked, check_seen, lock, move
from ruraldx.assessments.operations.scores import seal
from ruraldx.assessments.sealed_models import StageValue, Submission
from ruraldx.assessments.states import NOT_SENT
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Message
from ruraldx.places.models import Unit
from ruraldx.scoring.results import AssessmentResult, score_assessment


@dataclass(frozen=True)
class Receipt:
    """What the chairperson gets: number, hash of the sealed snapshot, time. ``repeated`` for a double click."""

    receipt: str
    sha256: str
    sent_at: datetime
    repeated: bool = False


def request_signature(*, actor: Principal, now: datetime, key: str, seen: int | None = None) -> None:
    """Ask the chairperson to sign.

    ``seen``: the version of the dossier that the person looked at. Raises Conflict while something is missing or when
    the dossier has changed since it was seen.
    """
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        check_seen(locked, seen)
        move(locked, actor, "request_signature", now)


def hand_back(*, actor: Principal, now: datetime, key: str, reason: str, seen: int | None = None) -> None:
    """The chairperson gives the dossier back with a reason; ``seen`` as in :func:`request_signature`."""
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        check_seen(locked, seen)
        move(locked, actor, "hand_back", now, reason=reason)


def send(*, actor: Principal, now: datetime, key: str, idempotency_key: str, seen: int | None = None) -> Receipt:
    """Sign and send: seal a snapshot with its hash manifest and give a receipt.

    The same ``idempotency_key`` a second time returns the first receipt while that sending is the one that stands.
    ``seen``: the version of the dossier that the chairperson looked at. Raises Conflict while something is missing,
    when the dossier has changed since it was seen, or when it is elsewhere in its life.
    """
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        known = _sent_before(locked, idempotency_key)
        if known is not None:
            return Receipt(known.receipt, known.sha256, known.sent_at, repeated=True)
        check_seen(locked, seen)
        answers, result = score(locked)
        number = locked.row.submissions + 1
        body = json.dumps(
            _manifest(locked, result, now, actor), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        submission = Submission(
            assessment_id=locked.row.id,
            number=number,
            receipt=receipt_number(locked.row.key, number),
            idempotency_key=idempotency_key,
            manifest=body,
            sha256=hashlib.sha256(body.encode()).hexdigest(),
            signed_by=actor.person_id or 0,
            sent_at=now,
        )
        move(locked, actor, "send", now, details={"receipt": submission.receipt, "sha256": submission.sha256})
        locked.row.submissions, locked.row.sent_at = number, now
        session.add(submission)
        _record_self_stage(locked, result, number, now, actor)
        seal(locked, "self", answers, result, now)
        return Receipt(submission.receipt, submission.sha256, now)


def receipt_number(key: str, number: int) -> str:
    """The number people quote: the whole key of the dossier in groups, then which sending: ``167F-6F71-…-02``."""
    groups = [key[start : start + 4].upper() for start in range(0, len(key), 4)]
    return "-".join([*groups, f"{number:02d}"])


def _sent_before(locked: Locked, idempotency_key: str) -> Submission | None:
    """The sending that this very form made, if it is the one that stands. Raises Conflict for a form used up before."""
    found = locked.session.scalars(
        select(Submission).where(
            Submission.idempotency_key == idempotency_key, Submission.assessment_id == locked.row.id
        )
    ).one_or_none()
    if found is not None and (found.number != locked.row.submissions or locked.status in NOT_SENT):
        raise Conflict(
            Message("Trang này đã được dùng cho lần gửi trước. Hãy mở lại hồ sơ, xem rồi gửi."), code="stale"
        )
    return found


def score(locked: Locked) -> tuple[Answers, AssessmentResult]:
    """The answers as they stand and the engine's result for them."""
    answers = current_answers(locked.session, locked.row.id)
    return answers, score_assessment(locked.criteria.criteria, answers, locked.context)


def _record_self_stage(locked: Locked, result: AssessmentResult, number: int, now: datetime, actor: Principal) -> None:
    for item in result.indicators:
        if item.code in locked.criteria.indicators:
            locked.session.add(
                StageValue(
                    assessment_id=locked.row.id,
                    submission_number=number,
                    indicator_code=item.code,
                    stage="self",
                    verdict=item.verdict.value,
                    reason="",
                    result=item.as_data(),
                    recorded_by=actor.person_id or 0,
                    recorded_at=now,
                )
            )


def _manifest(locked: Locked, result: AssessmentResult, now: datetime, actor: Principal) -> dict[str, Any]:
    session, row = locked.session, locked.row
    version = session.get_one(CriteriaVersion, locked.round.version_id)
    unit = session.get_one(Unit, row.unit_id)
    return {
        "format": "ruraldx-submission/1",
        "assessment": row.key,
        "round": {"key": locked.round.key, "title": locked.round.title, "choices": locked.round.choices},
        "unit": {"code": unit.code, "name": unit.full_name, "valid_from": unit.valid_from.isoformat()},
        "dimensions": row.dimensions,
        "criteria": {"code": version.code, "number": version.number, "sha256": version.sha256},
        "submission": row.submissions + 1,
        "signed_by": actor.person_id,
        "sent_at": now.isoformat(),
        "answers": _answers(session, row.id),
        "evidence": _evidence(session, row.id),
        "result": result.as_data(),
    }


def _answers(session: Session, assessment_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Answer).where(Answer.assessment_id == assessment_id).order_by(Answer.indicator_code, Answer.field_code)
    )
    return [
        {"indicator": a.indicator_code, "field": a.field_code, "raw": a.raw, "value": a.value, "version": a.version}
        for a in rows
    ]


def _evidence(session: Session, assessment_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Document)
        .where(Document.assessment_id == assessment_id, Document.removed_at.is_(None))
        .order_by(Document.indicator_code, Document.id)
    )
    return [
        {
            "indicator": d.indicator_code,
            "sha256": d.sha256,
            "size": d.size,
            "filename": d.filename,
            "number": d.number,
            "issued_on": d.issued_on.isoformat() if d.issued_on else None,
            "agency": d.agency,
            "summary": d.summary,
            "page": d.page,
        }
        for d in rows
    ]
