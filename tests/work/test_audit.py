"""The audit chain: every act is in it, and what was changed behind its back is found."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select, text

from ruraldx.audit.log import KEY_INFO
from ruraldx.audit.models import AuditEvent, AuditHead
from ruraldx.audit.verify import Verdict, verify, verify_chain
from ruraldx.database import read_session, unit_of_work
from tests.world import World

TAMPERS = {
    "edit": "UPDATE audit_event SET action = 'x' WHERE sequence = :n",
    "actor": "UPDATE audit_event SET actor_id = 999 WHERE sequence = :n",
    "details": "UPDATE audit_event SET details = '{}' || ' ' WHERE sequence = :n AND details <> '{}'",
    "mac": "UPDATE audit_event SET mac = '0' WHERE sequence = :n",
    "delete": "DELETE FROM audit_event WHERE sequence = :n",
    "cut": "DELETE FROM audit_event WHERE sequence >= :n",
    "renumber": "UPDATE audit_event SET sequence = sequence + 1000000 WHERE sequence = :n",
    "head": "UPDATE audit_head SET sequence = :n, mac = (SELECT mac FROM audit_event WHERE sequence = :n)",
}


def drop_guards() -> None:
    with unit_of_work() as session:
        suffix = " ON audit_event" if session.get_bind().dialect.name == "postgresql" else ""
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_event_no_{verb}{suffix}"))


def test_the_chain_of_a_whole_journey_holds(world: World) -> None:
    world.to("published")
    found = verify()
    assert found.holds
    assert found.events > 50


@pytest.mark.parametrize("name", TAMPERS)
def test_every_kind_of_tampering_is_found_and_named(world: World, name: str) -> None:
    world.to("complete")
    drop_guards()
    events = verify().events
    where = random.Random(name).randint(3, events - 2)
    with unit_of_work() as session:
        session.execute(text(TAMPERS[name]), {"n": where})
    found = verify()
    assert not found.holds
    assert found.first_bad == (where + 1 if name == "head" else where) or name in ("cut", "head")


def test_a_tail_cut_off_with_its_head_is_found_by_the_anchor_outside(world: World) -> None:
    world.to("complete")
    drop_guards()
    noted = verify()
    with unit_of_work() as session:
        session.execute(text("DELETE FROM audit_event WHERE sequence > 10"))
        session.execute(
            text("UPDATE audit_head SET sequence = 10, mac = (SELECT mac FROM audit_event WHERE sequence = 10)")
        )
    assert verify().holds, "without an anchor nothing can be seen: that is why there is one"
    assert not verify((noted.events, noted.head)).holds


def test_a_chain_rewritten_without_the_key_is_found(world: World) -> None:
    world.to("complete")
    session = read_session()
    right: bytes = session.info[KEY_INFO]
    assert verify_chain(session, right).holds
    assert verify_chain(session, b"another key").first_bad == 1


def test_the_head_is_the_last_event(world: World) -> None:
    session = read_session()
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()
    head = session.scalars(select(AuditHead)).one()
    assert (head.sequence, head.mac) == (last.sequence, last.mac)
    assert verify() == Verdict(last.sequence, last.mac, None)
