"""A round with points, ranks and a rule relative to the best commune, for the tests of stored results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.operations import sending
from ruraldx.assessments.operations.answers import FieldInput, save_answers
from ruraldx.assessments.operations.rounds import open_round
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.database import read_session
from tests.clock import NOW
from tests.rules.making import criteria_set, indicator, pass_fail
from tests.world import World, new_round, unit_id

RELATIVE = {"kind": "relative", "label": "Hồ sơ trực tuyến", "unit": "hồ sơ"}
STANDING = {"tinh-den": "31/12/2024", "noi-cung-cap": "Sở"}


def pointed(**changes: object) -> CriteriaSet:
    """Ten points for a yes, ten for what the best commune has; ranked among communes of one group."""
    items = [
        indicator(pass_fail(), "1.1", max_points=10),
        indicator(RELATIVE, "1.2", max_points=10),
    ]
    made = criteria_set(
        {"1": items},
        code="bo-diem",
        title="Bộ có điểm",
        kind="score",
        dimensions={"nhom": {"1": "Nhóm 1", "2": "Nhóm 2"}},
        aggregation={
            "ranked": True,
            "comparable_by": ["nhom"],
            "classes": [{"code": "tot", "name": "Tốt", "at_least": 80, "verification": "text_seen", "source": "x"}],
        },
    )
    data = made.model_dump(mode="json") | {"total_points": "20"} | changes
    data["criteria"][0]["max_points"] = "20"
    return CriteriaSet.model_validate(data)


def open_pointed(
    world: World, units: list[int] | None = None, groups: tuple[str, ...] = ("1", "1"), year: int = 2024
) -> str:
    """Open such a round; ``world`` then speaks of it and of the dossier of Quế Phú in it."""
    units = units or [unit_id("Quế Phú"), unit_id("Đại Thắng")]
    dimensions = {unit: {"nhom": groups[place % len(groups)]} for place, unit in enumerate(units)}
    new = replace(
        new_round(units, "Kỳ có điểm", NOW + timedelta(days=30)),
        criteria=pointed(),
        choices={},
        dimensions=dimensions,
        period_from=date(year, 1, 1),
    )
    world.round_key = open_round(actor=world.people["office"], now=world.later(), new=new)
    rows = read_session().execute(
        select(Assessment.unit_id, Assessment.key)
        .join(Round, Round.id == Assessment.round_id)
        .where(Round.key == world.round_key)
    )
    keys = {unit: key for unit, key in rows}
    world.key, world.neighbour_key = keys[units[0]], keys.get(unit_id("Đại Thắng"), "")
    return world.round_key


def fill(world: World, said: str, number: str, who: str = "official", key: str = "") -> None:
    """Answer both indicators."""
    for code, values in (
        ("1.1", {"ket-qua": said, "giai-trinh": "x"}),
        ("1.2", {"so-luong": number, "giai-trinh": "x", **STANDING}),
    ):
        inputs = [FieldInput(name, raw, 0) for name, raw in values.items()]
        save_answers(actor=world.people[who], now=world.later(), key=key or world.key, indicator=code, inputs=inputs)


def send(world: World, official: str = "official", chair: str = "chair", key: str = "") -> None:
    """Ask for the signature, sign and send."""
    key = key or world.key
    sending.request_signature(actor=world.people[official], now=world.later(), key=key)
    sending.send(actor=world.people[chair], now=world.later(), key=key, idempotency_key=f"một lần {key}")


def both_sent(world: World, groups: tuple[str, ...] = ("1", "1")) -> str:
    """A round in which Quế Phú (5) and Đại Thắng (20) have sent."""
    round_key = open_pointed(world, groups=groups)
    fill(world, "co", "5")
    fill(world, "co", "20", "neighbour", world.neighbour_key)
    send(world)
    send(world, "neighbour", "neighbour_chair", world.neighbour_key)
    return round_key
