"""The audit table: append-only events in a keyed chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Index, String, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.database import Base, Json, append_only


class AuditEvent(Base):
    """One event. ``mac`` covers the event and the previous mac, keyed outside the database."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_type", "subject_key"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_key: Mapped[str] = mapped_column(String(80))
    unit_path: Mapped[str | None] = mapped_column(String(120))
    details: Mapped[Any] = mapped_column(Json)
    mac: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The one row that holds the end of the chain; locked by whoever writes the next event."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64))


GENESIS = "0" * 64
_EVENTS, _HEAD = AuditEvent.__table__, AuditHead.__table__
assert isinstance(_EVENTS, Table)
assert isinstance(_HEAD, Table)
append_only(_EVENTS)
# The head exists from the start, so that the first two writers have a row to queue for.
_FIRST_ROW = f"INSERT INTO audit_head (id, sequence, mac) VALUES (1, 0, '{GENESIS}')"  # noqa: S608 - a constant
event.listen(_HEAD, "after_create", DDL(_FIRST_ROW))  # type: ignore[no-untyped-call]
