"""The ten smart communes of the 2024 plan: units of their time, units of today, points."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from flask import Flask

from ruraldx.config import ROOT
from ruraldx.database import utc_now
from ruraldx.demo.load import load_demo
from ruraldx.messages import Forbidden, NotFound
from ruraldx.pilots.kinds import FIELDS, Kind, PilotStatus
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.pilots.queries import PilotFilter, pilot, pilots
from tests.clock import NOW
from tests.world import IN_2024, TODAY, World, make_people

SHARED = ROOT.parent / "shared"


@pytest.fixture
def loaded(app: Flask) -> None:
    load_demo(now=utc_now(), data_dir=app.extensions["ruraldx_settings"].data_dir, say=lambda _text: None)


def new(commune: str = "Quế Phú", **changes: object) -> NewPilot:
    values: dict[str, object] = {
        "commune": commune,
        "province_code": "49",
        "on": IN_2024,
        "kind": Kind.SMART_COMMUNE,
        "fields": ("chuyen-doi-so",),
        "status": PilotStatus.UNDER_REVIEW,
        "status_note": "",
        "period": "2022-2023",
        "source": "kiểm thử",
        **changes,
    }
    return NewPilot(**values)  # type: ignore[arg-type]


def test_the_ten_pilots_stand_with_the_units_of_their_time_and_of_today(loaded: None) -> None:
    found = {p.unit_name.removeprefix("Xã "): p for p in pilots()}
    assert len(found) == 10
    for view in found.values():
        assert view.unit_valid_to == date(2025, 7, 1)
        assert view.unit_today_code is not None
    assert found["Quế Phú"].unit_today_name == "Xã Xuân Phú"
    assert found["Cẩm Thanh"].unit_today_name == "Phường Hội An Đông"


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="no list to compare with")
def test_todays_units_agree_with_the_list_made_by_hand(loaded: None) -> None:
    with (SHARED / "data" / "commune_map.csv").open(encoding="utf-8") as handle:
        theirs = {
            r["legacy_unit"]: r["new_code"] for r in csv.DictReader(handle) if r["legacy_province"] == "Quảng Nam"
        }
    assert {p.unit_name.removeprefix("Xã "): p.unit_today_code for p in pilots()} == theirs


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="no plan to compare with")
def test_names_and_fields_are_those_of_the_plan(loaded: None) -> None:
    plan = next((SHARED / "seeds").glob("002_*.txt")).read_text(encoding="utf-8")
    line = next(text for text in plan.splitlines() if text.startswith("- Rà soát, đánh giá các mô hình xã NTM"))
    for view in pilots():
        assert view.unit_name.removeprefix("Xã ") in line
        if view.fields:
            words = str(FIELDS[view.fields[0]]).lower()
            assert re.search(rf"{words}.{{0,40}}{view.unit_name.removeprefix('Xã ')}", line), (view.name, words)
    assert sum(1 for view in pilots() if not view.fields) == 5


def test_every_point_says_how_good_it_is(loaded: None) -> None:
    for point in pilots():
        assert point.point_quality == "commune"
        assert point.lat is not None
        assert 14.9 < point.lat < 16.3


def test_loading_again_adds_nothing(loaded: None, app: Flask) -> None:
    load_demo(now=utc_now(), data_dir=app.extensions["ruraldx_settings"].data_dir, say=lambda _text: None)
    assert len(pilots()) == 10


def test_the_registry_is_filtered_by_old_and_new_names_field_and_status(loaded: None) -> None:
    assert [p.unit_name for p in pilots(PilotFilter(text="que phu"))] == ["Xã Quế Phú"]
    assert [p.unit_name for p in pilots(PilotFilter(text="XUÂN PHÚ"))] == ["Xã Quế Phú"]
    assert [p.unit_name for p in pilots(PilotFilter(field="van-hoa"))] == ["Xã Tam Phước"]
    assert pilots(PilotFilter(status="ended")) == ()
    assert len(pilots(PilotFilter(kind="smart_commune"))) == 10


def test_the_order_is_vietnamese(loaded: None) -> None:
    names = [p.unit_name.removeprefix("Xã ") for p in pilots()]
    assert names.index("Duy Phước") < names.index("Đại Thắng") < names.index("Điện Quang") < names.index("Quế Lộc")


def test_an_unknown_pilot_commune_or_field_is_refused(world: World) -> None:
    office = world.people["office"]
    with pytest.raises(NotFound):
        pilot("khong-co")
    with pytest.raises(NotFound):
        record_pilots(actor=office, now=NOW, today=TODAY, pilots=(new("Không Có"),))
    with pytest.raises(NotFound):
        record_pilots(actor=office, now=NOW, today=TODAY, pilots=(new(fields=("vu-tru",)),))
    assert pilots() == ()


def test_only_the_coordination_office_records_pilots(app: Flask) -> None:
    people = make_people(("official", "leader"))
    for person in people.values():
        with pytest.raises(Forbidden):
            record_pilots(actor=person, now=NOW, today=TODAY, pilots=(new(),))
