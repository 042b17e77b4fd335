"""The audit chain: every act is in it, and what was changed behind its back is found."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select, text

from ruraldx.accounts import operations as accounts
from ruraldx.accounts.permissions import Role
from ruraldx.accounts.queries import roles_held
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.assessments.operations.documents import remove_document
from ruraldx.audit.log import KEY_INFO
from ruraldx.audit.models import AuditEvent, AuditHead
from ruraldx.audit.verify import Verdict, verify, verify_chain
from ruraldx.database import read_session, unit_of_work
from ruraldx.messages import Refused
from ruraldx.places.queries import get_unit
from ruraldx.published.operations import unpublish
from tests.world import IN_2024, PASSWORD, World, email, pdf_bytes

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


EVENTS = {
    "account.created", "account.role_granted", "account.role_ended", "account.signed_in", "account.sign_in_failed",
    "account.confirmation_failed", "account.signed_out", "account.password_changed", "account.deactivated",
    "round.opened", "answer.saved", "document.attached", "document.removed", "assessment.request_signature",
    "assessment.hand_back", "assessment.send", "assessment.receive", "indicator.appraised", "assessment.return",
    "assessment.decide", "assessment.publish", "assessment.unpublish",
}  # fmt: skip


def everything(world: World) -> None:
    """Every act on accounts and on a dossier, once at least."""
    who, key = world.people, world.key
    world.complete()
    extra = world.attach("8.1", data=pdf_bytes(note="thừa"))
    remove_document(actor=who["official"], now=world.later(), key=key, document=extra)
    sending.request_signature(actor=who["official"], now=world.later(), key=key)
    sending.hand_back(actor=who["chair"], now=world.later(), key=key, reason="Xem lại")
    world.send("lần thứ nhất bấm")
    world.receive()
    world.appraise({"8.1": "return"})
    appraisal.return_indicators(actor=who["appraiser"], now=world.later(), key=key)
    world.attach("8.1", data=pdf_bytes(note="bổ sung"))
    world.send("lần thứ hai bấm")
    world.receive()
    world.appraise()
    world.decide()
    world.publish()
    unpublish(actor=who["office"], now=world.later(), key=key, reason="Nhầm số")
    _accounts(world)


def _accounts(world: World) -> None:
    person = world.people["leader"].person_id or 0
    wrong = {"now": world.later(), "person_id": person, "new": "một câu mới hoàn toàn", "keep_token": ""}
    with pytest.raises(Refused):
        accounts.sign_in(now=world.now, email=email("leader"), password="không đúng")
    with pytest.raises(Refused):
        accounts.change_password(current="không đúng", **wrong)
    token = accounts.sign_in(now=world.now, email=email("leader"), password=PASSWORD)
    accounts.sign_out(now=world.now, token=token)
    accounts.change_password(current=PASSWORD, **wrong)
    code = get_unit("49", IN_2024, "province").code
    for grant_id in roles_held(person, Role.LEADER, code, world.later()):
        accounts.end_role(actor_id=None, now=world.now, grant_id=grant_id)
    accounts.deactivate(actor_id=None, now=world.now, person_id=person)


def test_every_act_is_in_the_chain_with_who_did_it_and_when(world: World) -> None:
    everything(world)
    events = read_session().scalars(select(AuditEvent)).all()
    assert {event.action for event in events} >= EVENTS
    for event in events:
        if event.action.partition(".")[0] in ("assessment", "answer", "document", "indicator"):
            assert event.actor_id
            assert event.unit_path
            assert event.subject_key == world.key
    assert verify().holds


def test_no_event_says_a_password_or_an_address(world: World) -> None:
    everything(world)
    for details in read_session().scalars(select(AuditEvent.details)):
        assert PASSWORD not in str(details)
        assert "không đúng" not in str(details)
        assert "@" not in str(details)
