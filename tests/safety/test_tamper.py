"""Rows of the audit chain changed behind its back at random: every change is found, and the first bad row is named."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from ruraldx.audit import verify as verifying
from ruraldx.audit.log import KEY_INFO, mac_of
from ruraldx.audit.models import GENESIS, AuditEvent, AuditHead
from ruraldx.audit.verify import Verdict, verify_chain
from ruraldx.database import db, unit_of_work
from tests.work.test_audit import drop_guards
from tests.world import World

TRIES = 10_000 if os.environ.get("RURALDX_FULL_GATES") else 200
WRONG_KEY = b"a key that somebody guessed"


@dataclass
class Chain:
    """A chain of a real dossier without its triggers, so that somebody with the database can do anything."""

    session: Session
    key: bytes
    anchor: tuple[int, str]

    @property
    def length(self) -> int:
        return self.anchor[0]

    def run(self, sql: str, **values: object) -> None:
        self.session.execute(text(sql), values)

    def event(self, sequence: int) -> AuditEvent:
        return self.session.scalars(select(AuditEvent).where(AuditEvent.sequence == sequence)).one()

    def verdict(self, *, anchored: bool = True) -> Verdict:
        self.session.expire_all()
        return verify_chain(self.session, self.key, self.anchor if anchored else None)


@pytest.fixture
def chain(app: Flask, world: World) -> Chain:
    world.to("sent")
    drop_guards()
    session = db.session()
    key: bytes = session.info[KEY_INFO]
    found = verify_chain(session, key)
    assert found.holds
    session.rollback()
    return Chain(session, key, (found.events, found.head))


# Each changes the chain and returns the sequence of the first row that no longer holds.


def change_a_field(chain: Chain, dice: random.Random) -> int:
    n = dice.randint(1, chain.length)
    column, value = dice.choice(
        [
            ("action", "assessment.decide"), ("subject_type", "x"), ("subject_key", "f" * 16), ("actor_id", 999_999),
            ("unit_path", "/x/"), ("details", '{"a":1}'),
        ]
    )  # fmt: skip
    chain.run(f"UPDATE audit_event SET {column} = :v WHERE sequence = :n", v=value, n=n)
    return n


def change_a_letter(chain: Chain, dice: random.Random) -> int:
    n = dice.randint(1, chain.length)
    column = dice.choice(("action", "subject_key", "mac"))
    old: str = chain.session.execute(
        text(f"SELECT {column} FROM audit_event WHERE sequence = :n"), {"n": n}
    ).scalar_one()
    place = dice.randrange(len(old))
    new = old[:place] + chr((ord(old[place]) - 32) % 90 + 33) + old[place + 1 :]
    chain.run(f"UPDATE audit_event SET {column} = :v WHERE sequence = :n", v=new, n=n)
    return n


def change_the_time(chain: Chain, dice: random.Random) -> int:
    n = dice.randint(1, chain.length)
    moved = chain.session.get_bind().dialect.name == "sqlite"
    change = "datetime(at, '-1 day')" if moved else "at - interval '1 day'"
    chain.run(f"UPDATE audit_event SET at = {change} WHERE sequence = :n", n=n)
    return n


def remove_one(chain: Chain, dice: random.Random) -> int:
    n = dice.randint(1, chain.length)
    chain.run("DELETE FROM audit_event WHERE sequence = :n", n=n)
    return n


def cut_the_tail(chain: Chain, dice: random.Random) -> int:
    """And set the head to what is left: only the mark noted elsewhere knows better."""
    n = dice.randint(2, chain.length)
    chain.run("DELETE FROM audit_event WHERE sequence >= :n", n=n)
    chain.run("UPDATE audit_head SET sequence = :p, mac = (SELECT mac FROM audit_event WHERE sequence = :p)", p=n - 1)
    return n


def swap_two(chain: Chain, dice: random.Random) -> int:
    n, m = sorted(dice.sample(range(1, chain.length + 1), 2))
    for a, b in ((n, -n), (m, n), (-n, m)):
        chain.run("UPDATE audit_event SET sequence = :b WHERE sequence = :a", a=a, b=b)
    return n


def slip_one_in(chain: Chain, dice: random.Random) -> int:
    """Move the rest by one and copy an event into the gap, with its mac."""
    n = dice.randint(1, chain.length)
    chain.run("UPDATE audit_event SET sequence = -sequence - 1 WHERE sequence >= :n", n=n)
    chain.run("UPDATE audit_event SET sequence = -sequence WHERE sequence < 0")
    chain.run(
        "INSERT INTO audit_event SELECT :n, at, actor_id, action, subject_type, subject_key, unit_path, details, mac "
        "FROM audit_event WHERE sequence = :m",
        n=n,
        m=n + 1,
    )
    chain.run("UPDATE audit_head SET sequence = sequence + 1")
    # The copy holds in its new place, having the same number as before; what follows does not.
    return n + 1


def rewrite_from_here(chain: Chain, dice: random.Random) -> int:
    """Change an event and compute all macs after it, with a key that is not ours."""
    n = dice.randint(1, chain.length)
    previous = chain.event(n - 1).mac if n > 1 else GENESIS
    events = chain.session.scalars(
        select(AuditEvent).where(AuditEvent.sequence >= n).order_by(AuditEvent.sequence)
    ).all()
    for number, event in enumerate(events):
        action = "x" if number == 0 else event.action
        forged = AuditEvent(
            sequence=event.sequence, at=event.at, actor_id=event.actor_id, action=action,
            subject_type=event.subject_type, subject_key=event.subject_key, unit_path=event.unit_path,
            details=event.details,
        )  # fmt: skip
        previous = mac_of(forged, previous, WRONG_KEY)
        values = {"a": action, "m": previous, "n": event.sequence}
        chain.run("UPDATE audit_event SET action = :a, mac = :m WHERE sequence = :n", **values)
    chain.run("UPDATE audit_head SET mac = :m", m=previous)
    return n


KINDS: tuple[Callable[[Chain, random.Random], int], ...] = (
    change_a_field, change_a_letter, change_the_time, remove_one, cut_the_tail, swap_two, slip_one_in,
    rewrite_from_here,
)  # fmt: skip


def missed(chain: Chain, kinds: tuple[Callable[[Chain, random.Random], int], ...], tries: int) -> list[str]:
    """Changes that were not found, or were found at another row."""
    wrong = []
    for number in range(tries):
        kind, dice = kinds[number % len(kinds)], random.Random(number)
        expected = kind(chain, dice)
        chain.session.flush()
        found = chain.verdict().first_bad
        if found != expected:
            wrong.append(f"{kind.__name__} with {number}: {found}, not {expected}")
        chain.session.rollback()
    return wrong


def test_every_change_at_random_is_found_at_its_row(chain: Chain) -> None:
    assert chain.length > 20
    assert missed(chain, KINDS, TRIES) == []
    assert chain.verdict().holds, "and nothing was really changed"


def test_the_switch_a_chain_without_a_key_misses_what_is_rewritten(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "mac_of", lambda event, _previous, _key: event.mac)
    assert len(missed(chain, (change_a_field, rewrite_from_here), 20)) == 20
    monkeypatch.setattr(verifying, "mac_of", lambda event, previous, _key: mac_of(event, previous, WRONG_KEY))
    rewrite_all(chain)
    assert verify_chain(chain.session, WRONG_KEY).holds, "who has the key can write anything: it is kept elsewhere"
    chain.session.rollback()


def rewrite_all(chain: Chain) -> None:
    class First(random.Random):
        def randint(self, _low: int, _high: int) -> int:
            return 1

    rewrite_from_here(chain, First())


def test_the_switch_without_the_mark_noted_elsewhere_a_tail_can_be_cut_off(chain: Chain) -> None:
    cut_the_tail(chain, random.Random(1))
    assert chain.verdict(anchored=False).holds
    assert not chain.verdict().holds
    chain.session.rollback()


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "UPDATE audit_event SET details = '{}'"]
)
def test_before_all_that_the_database_itself_refuses(app: Flask, world: World, sql: str) -> None:
    def change() -> Any:
        with unit_of_work() as session:
            return session.execute(text(sql))

    with pytest.raises(DatabaseError, match="ruraldx:audit_event_no_"):
        change()


def test_the_switch_without_the_triggers_the_database_takes_it(app: Flask, world: World) -> None:
    drop_guards()
    with unit_of_work() as session:
        session.execute(text("UPDATE audit_event SET action = 'x'"))
    assert verify_chain(db.session(), db.session().info[KEY_INFO]).first_bad == 1
    assert db.session().scalars(select(AuditHead)).one().sequence > 0
