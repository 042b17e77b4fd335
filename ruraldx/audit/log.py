"""Write events into the chain, inside the transaction of the act they tell of."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.audit.models import AuditEvent, AuditHead

KEY_INFO = "ruraldx_audit_key"


def use_key(session_info: dict[Any, Any], key: bytes) -> None:
    """Give the sessions of this application the key of the chain (from settings, never from the database)."""
    session_info[KEY_INFO] = key


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    subject_type: str,
    subject_key: str,
    now: datetime,
    unit_path: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one event. ``details`` must be JSON-ready; no passwords, no personal data beyond ids."""
    head = session.execute(select(AuditHead).with_for_update()).scalar_one()
    event = AuditEvent(
        sequence=head.sequence + 1,
        at=now.astimezone(UTC),
        actor_id=actor_id,
        action=action,
        subject_type=subject_type,
        subject_key=subject_key,
        unit_path=unit_path,
        details=details or {},
    )
    event.mac = mac_of(event, head.mac, session.info[KEY_INFO])
    head.sequence, head.mac = event.sequence, event.mac
    session.add(event)


def mac_of(event: AuditEvent, previous: str, key: bytes) -> str:
    """HMAC-SHA-256 (hex) of the event and the mac before it."""
    fields = [
        previous,
        event.sequence,
        event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        event.actor_id,
        event.action,
        event.subject_type,
        event.subject_key,
        event.unit_path,
        event.details,
    ]
    body = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
