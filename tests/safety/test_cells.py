"""No cell of a table that leaves here is run by a spreadsheet; numbers stay numbers."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

import ruraldx.cells as outgoing
from ruraldx.database import db, unit_of_work
from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.models import Pilot
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.places.models import Unit
from tests.clock import NOW
from tests.world import IN_2024, TODAY, make_people

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")
BODIES = (
    'HYPERLINK("http://evil.invalid","x")', "cmd|' /C calc'!A0", "SUM(1+1)*cmd|' /C calc'!A0", "1+1", "A1",
    'WEBSERVICE("http://evil.invalid")', "IMPORTXML(A1)", "DDE(1)", "", "(1)",
)  # fmt: skip
BEFORE = ("", " ", "\u00a0", "\u200b", "\ufeff", "\u3000", "  \u200b")
FORMULAS = sorted({before + start + body for before in BEFORE for start in STARTS for body in BODIES})
NUMBERS = (0, -1, -12.5, 15.8, 108.25, Decimal("-3.5"), Decimal("88.7"), None)
PLAIN = ("Xã Quế Phú", "20650", "001", "a=b", "A-B", "Thôn 1+2", "x@kiemthu.invalid", "1,5", "", "'đã có", "(cũ)")
RUNS = "=+-@\t\r\n＝＋－＠﹢﹣﹦﹫"


def is_run(cell: str) -> bool:
    """Whether a spreadsheet would read a formula: what it drops before reading is dropped here."""
    return cell.strip(" \u00a0\u200b\ufeff\u3000").startswith(tuple(RUNS))


def test_there_are_enough_formulas() -> None:
    assert len(FORMULAS) >= 200
    assert all(is_run(formula) for formula in FORMULAS)


def through_csv(cells: list[object]) -> list[str]:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([outgoing.plain_cell(cell) for cell in cells])
    (row,) = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    return row


def test_no_formula_is_run_and_nothing_is_lost() -> None:
    found = through_csv(list(FORMULAS))
    assert [cell for cell in found if is_run(cell)] == []
    assert [cell.removeprefix("'") for cell in found] == FORMULAS


def test_numbers_and_plain_words_stay_as_they_are() -> None:
    assert through_csv(list(NUMBERS)) == ["0", "-1", "-12.5", "15.8", "108.25", "-3.5", "88.7", ""]
    assert through_csv(list(PLAIN)) == list(PLAIN)


def test_the_switch_without_the_apostrophe_every_formula_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "plain_cell", lambda value: value)
    assert len([cell for cell in through_csv(list(FORMULAS)) if is_run(cell)]) == len(FORMULAS)


@pytest.fixture
def client(bare_app: Flask) -> FlaskClient:
    """A site where communes and a pilot are called by formulas."""
    with bare_app.app_context():
        office = make_people(("office",))["office"]
        row = ("49", IN_2024, Kind.SMART_COMMUNE, ("du-lich",), PilotStatus.OPERATING, "", "2024", "kiểm thử")
        record_pilots(actor=office, now=NOW, today=TODAY, pilots=(NewPilot("Quế Phú", *row),))
        with unit_of_work() as session:
            session.execute(update(Pilot).values(name="＝1+1"))
            names = ("=1+1", "@SUM(A1)", "-2+3", "\u200b=1", "+84")
            for code, name in zip(("20275", "20305", "20314", "20329", "20332"), names, strict=True):
                session.execute(update(Unit).where(Unit.code == code).values(full_name=name))
        db.session.remove()
    return bare_app.test_client()


def test_the_table_of_the_map_runs_nothing_and_keeps_coordinates(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/ban-do/bang.csv").text.removeprefix("\ufeff"))))
    assert [cell for row in rows for cell in row.values() if is_run(cell or "")] == []
    assert {"'=1+1", "'＝1+1"} <= {row["ten"] for row in rows}
    located = [row for row in rows if row["vi_do"]]
    assert located
    assert all(8 < float(row["vi_do"]) < 24 and 102 < float(row["kinh_do"]) < 118 for row in located)
