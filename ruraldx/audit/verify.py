"""Check the chain: every mac, no gap, and the head that an outside anchor remembers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.audit.log import KEY_INFO, mac_of
from ruraldx.audit.models import GENESIS, AuditEvent, AuditHead
from ruraldx.database import read_session


@dataclass(frozen=True)
class Verdict:
    """What verification found. ``first_bad`` is the sequence of the first event that does not hold."""

    events: int
    head: str
    first_bad: int | None

    @property
    def holds(self) -> bool:
        """Whether the whole chain holds."""
        return self.first_bad is None


def verify_chain(session: Session, key: bytes, anchor: tuple[int, str] | None = None) -> Verdict:
    """Walk the chain from its start.

    ``anchor`` is a (sequence, mac) noted outside the database earlier: without one, an attacker who holds the
    key's host could cut the tail off; with one, a missing or different event at that sequence is found.
    """
    previous, expected, anchored = GENESIS, 1, anchor is None
    # As they stand in the database, not as the session may remember them; the rest is let go at the first fault.
    now = {"yield_per": 1000, "populate_existing": True}
    with session.scalars(select(AuditEvent).order_by(AuditEvent.sequence).execution_options(**now)) as events:
        for event in events:
            if event.sequence != expected or event.mac != mac_of(event, previous, key):
                return Verdict(expected - 1, previous, expected)
            if anchor is not None and event.sequence == anchor[0]:
                if event.mac != anchor[1]:
                    return Verdict(expected, event.mac, event.sequence)
                anchored = True
            previous, expected = event.mac, expected + 1
    head = session.scalars(select(AuditHead).execution_options(populate_existing=True)).one_or_none()
    if head is None or (head.sequence, head.mac) != (expected - 1, previous) or not anchored:
        return Verdict(expected - 1, previous, expected)
    return Verdict(expected - 1, previous, None)


def verify(anchor: tuple[int, str] | None = None) -> Verdict:
    """Verify the chain of this installation with its own key."""
    session = read_session()
    return verify_chain(session, session.info[KEY_INFO], anchor)
