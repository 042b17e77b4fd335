"""A list makes as many statements with many rows as with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from ruraldx.assessments.operations.rounds import open_round
from ruraldx.database import db, unit_of_work
from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.places.queries import units_of_province
from tests.clock import NOW
from tests.pages.client import PageClient
from tests.pages.conftest import Site
from tests.work.points import open_pointed
from tests.world import IN_2024, TODAY, World, new_round, unit_id

MANY = 60


def open_for(world: World, units: list[int], title: str, number: int = 0) -> None:
    """A round with a period of its own: a commune is in one round only of a set and a period."""
    new = new_round(units, title, NOW + timedelta(days=20))
    period = replace(new, period_from=new.period_from + timedelta(days=1 + number))
    open_round(actor=world.people["office"], now=world.later(), new=period)


def fill_the_province(world: World) -> None:
    """So many dossiers that the queue has a second page."""
    open_for(world, [unit.id for unit in units_of_province("49", IN_2024)[:MANY]], "Kỳ có nhiều xã")


def send_all(world: World) -> None:
    """So many dossiers wait for the province."""
    fill_the_province(world)
    sent = text("UPDATE assessment SET status = 'sent', submissions = 1, sent_at = updated_at")
    with unit_of_work() as session:
        session.execute(sent)


def pilots_everywhere(world: World) -> None:
    names = [unit.name for unit in units_of_province("49", IN_2024)]
    once = [name for name in names if names.count(name) == 1][:MANY]
    new = tuple(
        NewPilot(name, "49", IN_2024, Kind.SMART_COMMUNE, ("chuyen-doi-so",), PilotStatus.UNDER_REVIEW, "", "2024", "x")
        for name in once
    )
    assert record_pilots(actor=world.people["office"], now=world.later(), today=TODAY, pilots=new) >= 50


def many_rounds(world: World) -> None:
    for number in range(52):
        open_for(world, [unit_id("Quế Phú")], f"Kỳ {number}", number)


def statements(site: Site, client: PageClient, path: str) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement.split("\n", maxsplit=1)[0])

    with site.app.app_context():
        engine = db.engine
    client.get_page(path)
    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get_page(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen


def ranks(world: World) -> None:
    """Stored results for every commune of a round with many."""
    units = [unit.id for unit in units_of_province("49", IN_2024)[:200]]
    key = open_pointed(world, units, year=2023)
    with unit_of_work() as session:
        session.execute(
            text(
                "INSERT INTO score (assessment_id, submission_number, stage, result, version_sha256, engine, "
                "inputs_sha256, context_sha256, result_sha256, outcome, earned, possible, scored, percent, "
                "class_code, provisional, computed_at) SELECT a.id, 1, 'self', '{}', v.sha256, '2', '', '', '', "
                "'scored', '10', '20', '20', '50', '', :no, a.updated_at FROM assessment a "
                "JOIN round r ON r.id = a.round_id JOIN criteria_version v ON v.id = r.version_id WHERE r.key = :key"
            ),
            {"key": key, "no": False},
        )


def test_ranks_make_the_same_statements_for_one_commune_and_for_two_hundred(site: Site) -> None:
    client = site.client("office")
    site.do(lambda world: open_pointed(world, [unit_id("Quế Phú")]))
    before = statements(site, client, f"/ky/{site.world.round_key}/xep-hang")
    site.do(ranks)
    path = f"/ky/{site.world.round_key}/xep-hang"
    after = statements(site, client, path)
    assert after == before
    assert len(client.get_page(path).all("tr")) >= 200


CASES: dict[str, tuple[str, str, Callable[[World], None]]] = {
    "the queue": ("appraiser", "/tham-dinh?trang-thai=", fill_the_province),
    "the work of an appraiser": ("appraiser", "/viec-cua-toi", send_all),
    "the work of a commune": ("official", "/viec-cua-toi", many_rounds),
    "the registry": ("", "/mo-hinh", pilots_everywhere),
    "the map": ("", "/ban-do", pilots_everywhere),
    "the start page": ("", "/", pilots_everywhere),
}


@pytest.mark.parametrize(("person", "path", "grow"), CASES.values(), ids=CASES)
def test_a_list_makes_the_same_statements_with_one_row_and_with_many(
    site: Site, person: str, path: str, grow: Callable[[World], None]
) -> None:
    client = site.client(person)
    before = statements(site, client, path)
    rows = len(client.get_page(path).all("tr"))
    site.do(grow)
    after = statements(site, client, path)
    assert after == before
    assert path == "/" or len(client.get_page(path).all("tr")) >= rows + 45
