"""Nobody signs, returns or decides what they did not see; an old form sends nothing and says so."""

from __future__ import annotations

import pytest

from ruraldx.accounts.operations import grant_role
from ruraldx.accounts.permissions import Role
from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.models import Involvement
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Forbidden
from ruraldx.published import operations as published
from tests.clock import NOW
from tests.world import INDICATORS, TODAY, World, email, full_answers, unit_id


def ask_for_signature(world: World) -> None:
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)


def send(world: World, seen: int, once: str = "một lần bấm nút gửi") -> sending.Receipt:
    return sending.send(actor=world.people["chair"], now=world.later(), key=world.key, idempotency_key=once, seen=seen)


def test_the_chairperson_signs_only_what_was_on_the_page(world: World) -> None:
    world.to("complete")
    ask_for_signature(world)
    seen = world.dossier("chair").version
    sending.hand_back(actor=world.people["chair"], now=world.later(), key=world.key, reason="Xem lại 8.2")
    world.answer("8.2", {"tu-so": "1"}, versions={"tu-so": 1})
    ask_for_signature(world)
    with pytest.raises(Conflict) as refused:
        send(world, seen)
    assert refused.value.code == "stale"
    assert world.dossier("chair").submissions == 0
    assert send(world, world.dossier("chair").version).receipt.endswith("-01")


def test_every_change_makes_an_open_page_old(world: World) -> None:
    seen = {world.dossier("official").version}
    world.answer("8.1", {"ket-qua": "co"})
    seen.add(world.dossier("official").version)
    world.attach("8.1")
    seen.add(world.dossier("official").version)
    assert len(seen) == 3


def test_a_form_of_the_first_sending_sends_nothing_after_a_return(world: World) -> None:
    world.to("complete")
    ask_for_signature(world)
    first = send(world, world.dossier("chair").version)
    assert send(world, 0).repeated, "a double click is answered with the receipt"
    world.receive()
    world.appraise({"8.2": "return"})
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    world.answer("8.2", {"tu-so": "2.999"}, versions={"tu-so": 1})
    ask_for_signature(world)
    with pytest.raises(Conflict) as refused:
        send(world, world.dossier("chair").version)
    assert refused.value.code == "stale"
    second = send(world, world.dossier("chair").version, once="một lần bấm nút khác")
    assert (first.receipt[:-3], second.receipt[-3:]) == (second.receipt[:-3], "-02")


@pytest.mark.parametrize("act", ["return", "decide"])
def test_an_appraiser_returns_or_decides_only_what_was_on_the_page(world: World, act: str) -> None:
    world.to("received")
    world.appraise({"8.2": "return"} if act == "return" else None)
    seen = world.dossier().version
    world.appraise({"8.1": "fail"} if act == "decide" else {"8.2": "return", "8.1": "return"}, who="second_appraiser")

    def carry_out(version: int) -> object:
        actor, now = world.people["appraiser"], world.later()
        if act == "return":
            return appraisal.return_indicators(actor=actor, now=now, key=world.key, seen=version)
        new = appraisal.NewDecision("01/QĐ-MH", TODAY, "Người ký")
        return appraisal.decide(actor=actor, now=now, key=world.key, today=TODAY, new=new, seen=version)

    with pytest.raises(Conflict) as refused:
        carry_out(seen)
    assert refused.value.code == "stale"
    assert carry_out(world.dossier().version) == (("8.1", "8.2") if act == "return" else "fail")


def test_a_first_drafter_may_not_appraise_although_a_colleague_wrote_last(world: World) -> None:
    world.answer("8.1", {"ket-qua": "khong"}, who="official")
    world.answer("8.1", {"ket-qua": "co"}, who="colleague", versions={"ket-qua": 1})
    for code in INDICATORS:
        if code != "8.1":
            world.answer(code, full_answers(code), who="colleague")
        world.attach(code, who="colleague")
    sending.request_signature(actor=world.people["colleague"], now=world.later(), key=world.key)
    send(world, world.dossier("chair").version)
    person_id = world.people["official"].person_id or 0
    grant_role(actor_id=None, now=NOW, person_id=person_id, role=Role.APPRAISER, unit_id=unit_id(""), valid_from=NOW)
    both = principal_of(email("official"), NOW)
    assert both is not None
    with pytest.raises(Forbidden):
        appraisal.receive(actor=both, now=world.later(), key=world.key)


def test_asking_for_the_signature_is_a_hand_in_it_too(world: World) -> None:
    world.to("complete")
    sending.request_signature(actor=world.people["colleague"], now=world.later(), key=world.key)
    assert world.people["colleague"].person_id in world.dossier().involved
    assert world.people["appraiser"].person_id not in world.dossier().involved


def test_a_verdict_counts_only_for_the_sending_that_was_on_the_page(world: World) -> None:
    world.to("received")
    seen = appraisal.Seen(world.dossier().submissions, 0)
    world.appraise({"8.2": "return"})
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    world.answer("8.2", {"tu-so": "100"}, versions={"tu-so": 1})
    ask_for_signature(world)
    send(world, world.dossier("chair").version, once="lần gửi thứ hai")
    world.receive()
    with pytest.raises(Conflict, match="gửi lại") as refused:
        judge(world, seen)
    assert refused.value.code == "stale"
    judge(world, appraisal.Seen(2, 0))


def test_nobody_judges_over_a_verdict_they_did_not_see(world: World) -> None:
    world.to("received")
    empty = appraisal.Seen(1, 0)
    judge(world, empty, "fail", who="second_appraiser")
    with pytest.raises(Conflict, match="Người khác đã nhận định"):
        judge(world, empty)
    stands = world.dossier().indicator("8.2").stages["appraised"]
    assert stands.verdict == "fail"
    judge(world, appraisal.Seen(1, stands.id))
    # One's own verdict may be corrected from the page that one went back to.
    judge(world, empty, "fail")


def test_the_switch_a_verdict_without_what_was_seen_counts_for_anything(world: World) -> None:
    world.to("received")
    judge(world, appraisal.Seen(1, 0), "fail", who="second_appraiser")
    judge(world, None)
    assert world.dossier().indicator("8.2").stages["appraised"].verdict == "pass"


def judge(world: World, seen: appraisal.Seen | None, verdict: str = "pass", who: str = "appraiser") -> None:
    appraisal.appraise_indicator(
        actor=world.people[who],
        now=world.later(),
        key=world.key,
        indicator="8.2",
        verdict=verdict,
        reason="Đã xem",
        seen=seen,
    )


def test_a_verdict_of_somebody_who_drafted_since_does_not_stand(world: World) -> None:
    world.to("received")
    world.appraise({"8.2": "return"})
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    with unit_of_work() as session:
        session.add(
            Involvement(
                assessment_id=world.dossier().id, person_id=world.people["appraiser"].person_id, since=world.later()
            )
        )
    dossier = world.dossier()
    assert dossier.facts.appraised == 0
    assert all("appraised" not in view.stages for view in dossier.indicators.values())


@pytest.mark.parametrize("act", ["request", "hand back", "publish", "unpublish"])
def test_an_old_form_does_not_act_a_second_time(world: World, act: str) -> None:
    world.to({"request": "complete", "hand back": "complete"}.get(act, "decided"))
    office, official, chair = (world.people[who] for who in ("office", "official", "chair"))
    key = world.key

    def request(seen: int) -> None:
        sending.request_signature(actor=official, now=world.later(), key=key, seen=seen)

    def hand_back(seen: int) -> None:
        sending.hand_back(actor=chair, now=world.later(), key=key, reason="Xem lại", seen=seen)

    def publish(seen: int) -> None:
        published.publish(actor=office, now=world.later(), key=key, seen=seen)

    def unpublish(seen: int) -> None:
        published.unpublish(actor=office, now=world.later(), key=key, reason="Nhầm", seen=seen)

    there_and_back = (request, hand_back) if act in ("request", "hand back") else (publish, unpublish)
    if act in ("hand back", "unpublish"):
        there_and_back[0](world.dossier().version)
        there_and_back = there_and_back[::-1]
    old = world.dossier().version
    there_and_back[0](old)
    there_and_back[1](world.dossier().version)
    with pytest.raises(Conflict) as refused:
        there_and_back[0](old)
    assert refused.value.code == "stale"
