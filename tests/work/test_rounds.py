"""Rounds: one dossier for a commune, a set and a period; one opened by mistake can be taken back while it is empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.operations import sending
from ruraldx.assessments.operations.documents import remove_document
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.assessments.operations.withdrawal import Withdrawn, withdraw_round
from ruraldx.assessments.queries.lists import my_work
from ruraldx.audit.models import AuditEvent
from ruraldx.audit.verify import verify
from ruraldx.catalog.loader import load_shipped
from ruraldx.database import read_session
from ruraldx.messages import Conflict, Forbidden, NotFound
from tests.world import SET, World, new_round, unit_id


def again(world: World, *communes: str) -> NewRound:
    """The same set and period as the round of the world."""
    return new_round([unit_id(name) for name in communes], "Kỳ thứ hai", world.now + timedelta(days=30))


def opened(world: World, new: NewRound) -> str:
    return open_round(actor=world.people["office"], now=world.later(), new=new)


def withdrawn(world: World, who: str = "office", *, commit: bool = True) -> Withdrawn:
    return withdraw_round(actor=world.people[who], now=world.later(), key=world.round_key, commit=commit)


def counts() -> tuple[int, int]:
    session = read_session()
    return tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in (Round, Assessment))  # type: ignore[return-value]


# Opening


def test_a_commune_is_not_opened_twice_for_one_set_and_period_and_the_other_round_is_named(world: World) -> None:
    with pytest.raises(Conflict) as refused:
        opened(world, again(world, "Cẩm Thanh", "Quế Phú", "Đại Thắng"))
    said = str(refused.value.message)
    assert said.startswith("Xã Đại Thắng, Xã Quế Phú đã có trong kỳ “Kỳ kiểm thử 2024”")
    assert world.round_key in said
    assert "Cẩm Thanh" not in said
    assert refused.value.field == "units"
    assert counts() == (1, 2), "nothing is opened, not even for the commune that is free"


def test_a_new_version_of_the_set_is_still_the_same_set(world: World) -> None:
    newer = load_shipped()[SET].model_copy(update={"number": 2})
    with pytest.raises(Conflict, match="Kỳ kiểm thử 2024"):
        opened(world, replace(again(world, "Quế Phú"), criteria=newer))


def test_many_communes_are_not_all_named(world: World) -> None:
    names = ("Cẩm Thanh", "Tam Phước", "Bình Phú", "Duy Phước", "Tam Giang", "Quế Lộc")
    opened(world, again(world, *names))
    with pytest.raises(Conflict) as refused:
        opened(world, again(world, *names))
    said = str(refused.value.message)
    assert sum(name in said for name in names) == 5
    assert "… đã có trong kỳ “Kỳ thứ hai”" in said


def test_another_commune_set_or_period_is_opened(world: World) -> None:
    other_set = next(criteria for code, criteria in load_shipped().items() if code != SET)
    opened(world, again(world, "Cẩm Thanh"))
    opened(world, replace(again(world, "Quế Phú"), period_from=date(2024, 7, 1)))
    opened(world, replace(again(world, "Quế Phú"), criteria=other_set, choices={}, dimensions={}))
    assert counts() == (4, 5)


# Taking back


def test_a_round_opened_by_mistake_goes_with_its_empty_dossiers_and_the_trail_keeps_it(world: World) -> None:
    gone = withdrawn(world)
    assert (gone.title, gone.units) == ("Kỳ kiểm thử 2024", ("Xã Đại Thắng", "Xã Quế Phú"))
    assert counts() == (0, 0)
    assert my_work(world.people["official"]) == ()
    event = read_session().scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()
    assert (event.action, event.subject_key) == ("round.withdrawn", world.round_key)
    assert event.actor_id == world.people["office"].person_id
    assert sorted(event.details["assessments"]) == sorted((world.key, world.neighbour_key))
    assert verify().holds
    opened(world, again(world, "Quế Phú", "Đại Thắng"))
    assert counts() == (1, 2), "it can be opened anew"


def test_trying_takes_nothing_back(world: World) -> None:
    assert withdrawn(world, commit=False).units
    assert counts() == (1, 2)


TRACES = {
    "an answer": lambda world: world.answer("8.1", {"ket-qua": "co"}),
    "an answer emptied again": lambda world: (
        world.answer("8.1", {"giai-trinh": "x"}),
        world.answer("8.1", {"giai-trinh": ""}, versions={"giai-trinh": 1}),
    ),
    "evidence": lambda world: world.attach("8.1"),
    "evidence removed again": lambda world: remove_document(
        actor=world.people["official"], now=world.later(), key=world.key, document=world.attach("8.1")
    ),
    "a sending": lambda world: world.to("sent"),
    "a dossier awaiting signature": lambda world: (
        world.complete(),
        sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key),
    ),
    "a publication": lambda world: world.to("published"),
}


@pytest.mark.parametrize("trace", TRACES)
def test_a_round_in_which_somebody_did_something_stays(world: World, trace: str) -> None:
    TRACES[trace](world)
    with pytest.raises(Conflict) as refused:
        withdrawn(world)
    assert "Xã Quế Phú đã có số liệu, minh chứng hoặc đã gửi" in str(refused.value.message)
    assert "Đại Thắng" not in str(refused.value.message)
    assert counts() == (1, 2)


@pytest.mark.parametrize("who", ["official", "chair", "appraiser", "leader", "admin"])
def test_only_the_coordination_office_takes_a_round_back(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        withdrawn(world, who)
    assert counts() == (1, 2)


def test_a_round_that_is_gone_is_not_found(world: World) -> None:
    withdrawn(world)
    with pytest.raises(NotFound):
        withdrawn(world)
    with pytest.raises(NotFound):
        world.dossier("official")
    assert counts() == (0, 0)
