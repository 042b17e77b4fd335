"""Load the demo through the operations that real data go through. Running it again changes nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from ruraldx.accounts.operations import create_person, deactivate, grant_role
from ruraldx.accounts.passwords import generate_password
from ruraldx.accounts.permissions import ROLE_LABELS, Principal
from ruraldx.accounts.queries import accounts, principal_of
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.assessments.queries.lists import rounds
from ruraldx.catalog.loader import load_shipped
from ruraldx.demo.people import PEOPLE, DemoPerson
from ruraldx.pilots import data as pilot_data
from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.places.queries import UnitView, communes_named, get_unit
from ruraldx.vietnamese import VIETNAM, vietnam_day

PROVINCE: Final = "49"
IN_2024: Final = date(2024, 12, 31)
PROVINCE_NOW: Final = "48"
IN_2026: Final = date(2026, 1, 1)
ACCOUNTS_FILE: Final = "demo-accounts.json"
_DAYS_OPEN: Final = 30
Say = Callable[[str], None]


@dataclass(frozen=True)
class DemoAccount:
    """What is printed after loading."""

    role: str
    email: str
    password: str


def load_demo(*, now: datetime, data_dir: Path, say: Say) -> list[DemoAccount]:
    """Load accounts, pilots and three rounds; return the accounts with their generated passwords."""
    made = _accounts(now, data_dir)
    office = principal_of("dieuphoi@minhhoa.invalid", now)
    assert office is not None
    say(f"Mô hình của kế hoạch 2024: thêm {_pilots(office, now)}.")
    if not rounds(office):
        for plan in _PLAN:
            _open(office, now, plan)
        say(f"Đã mở {len(_PLAN)} kỳ đánh giá minh họa.")
    return made


def remove_accounts(*, now: datetime) -> int:
    """Close every demo account; production starts only without them. Returns how many were open."""
    open_ = [item for item in accounts() if item.is_demo and item.is_active]
    for item in open_:
        deactivate(actor_id=None, now=now, person_id=item.person_id)
    return len(open_)


def _accounts(now: datetime, data_dir: Path) -> list[DemoAccount]:
    known = {item["email"]: DemoAccount(**item) for item in _stored(data_dir)}
    for person in PEOPLE:
        if principal_of(person.email, now) is None:
            known[person.email] = _account(person, now)
    _write(data_dir, list(known.values()))
    return list(known.values())


def _account(person: DemoPerson, now: datetime) -> DemoAccount:
    password = generate_password()
    person_id = create_person(
        actor_id=None, now=now, email=person.email, name=person.name, password=password, is_demo=True
    )
    units = _units(person)
    for unit in units:
        grant_role(actor_id=None, now=now, person_id=person_id, role=person.role, unit_id=unit.id, valid_from=now)
    where = ", ".join(unit.full_name for unit in units)
    return DemoAccount(f"{ROLE_LABELS[person.role]} – {where}", person.email, password)


def _units(person: DemoPerson) -> Sequence[UnitView]:
    if person.commune:
        return communes_named(person.commune, *((PROVINCE_NOW, IN_2026) if person.today else (PROVINCE, IN_2024)))
    return [get_unit(PROVINCE, IN_2024, "province"), get_unit(PROVINCE_NOW, IN_2026, "province")]


def _stored(data_dir: Path) -> list[dict[str, str]]:
    path = data_dir / ACCOUNTS_FILE
    if not path.is_file():
        return []
    found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write(data_dir: Path, made: list[DemoAccount]) -> None:
    descriptor = os.open(data_dir / ACCOUNTS_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump([vars(item) for item in made], handle, ensure_ascii=False, indent=1)


def _pilots(office: Principal, now: datetime) -> int:
    path = Path(pilot_data.__path__[0]) / "quang-nam-2024.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    new = tuple(
        NewPilot(
            commune=item["name"],
            province_code=data["province"],
            on=data["as_of"],
            kind=Kind(data["kind"]),
            fields=tuple(item["fields"]),
            status=PilotStatus(data["status"]),
            status_note=data["status_note"],
            period=data["period"],
            source=data["source"],
        )
        for item in data["pilots"]
    )
    return record_pilots(actor=office, now=now, today=vietnam_day(now), pilots=new)


@dataclass(frozen=True)
class _Plan:
    """A round of the demo: communes of a province on a day, a set, what the province chose, what the communes are."""

    title: str
    code: str
    province: str
    on: date
    communes: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)


_PLAN: Final = (
    _Plan(
        "Xã NTM nâng cao 2024: tiêu chí 8 và 15 (minh họa)",
        "xa-ntm-nang-cao-2021-2025",
        PROVINCE,
        IN_2024,
        ("Quế Phú", "Đại Thắng", "Tam Phước"),
        {"15.1": "hoa-binh"},
        {"vung": "khac"},
    ),
    _Plan("Xã NTM 2024: tiêu chí 8 (minh họa)", "xa-ntm-2021-2025", PROVINCE, IN_2024, ("Đại Thắng", "Bình Phú")),
    _Plan(
        "Chuyển đổi số cấp xã 2026 (minh họa)",
        "xa-chuyen-doi-so-minh-hoa",
        PROVINCE_NOW,
        IN_2026,
        ("Xuân Phú", "Nông Sơn", "Quế Sơn"),
        dimensions={"nhom": "dong-bang", "du-lich": "co"},
    ),
)


def _open(office: Principal, now: datetime, plan: _Plan) -> None:
    due_day = vietnam_day(now) + timedelta(days=_DAYS_OPEN)
    units = [communes_named(name, plan.province, plan.on)[0].id for name in plan.communes]
    new = NewRound(
        title=plan.title,
        province_id=get_unit(plan.province, plan.on, "province").id,
        criteria=load_shipped()[plan.code],
        period_from=date(plan.on.year, 1, 1),
        period_to=date(plan.on.year, 12, 31),
        due_at=datetime.combine(due_day, time(23, 59, 59), VIETNAM).astimezone(UTC),
        units=units,
        choices=plan.choices,
        dimensions=dict.fromkeys(units, plan.dimensions),
        is_demo=True,
    )
    open_round(actor=office, now=now, new=new)
