"""A small world for tests: people of two communes and of the province, one open round."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pikepdf
from PIL import Image

from ruraldx.accounts.operations import create_person, grant_role
from ruraldx.accounts.permissions import Principal, Role
from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.evidence import inspect
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.assessments.operations.answers import Collision, FieldInput, Saved, save_answers
from ruraldx.assessments.operations.documents import NewDocument, attach_document
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.assessments.queries.dossier import dossier
from ruraldx.assessments.queries.lists import QueueFilter, queue
from ruraldx.assessments.queries.views_of import Dossier
from ruraldx.catalog.loader import load_shipped
from ruraldx.places.queries import communes_named, get_unit
from ruraldx.published.operations import publish
from tests.clock import NOW

IN_2024 = date(2024, 12, 31)
TODAY = date(2026, 11, 24)
PASSWORD = "một câu chỉ dùng để kiểm thử"
SET = "xa-ntm-nang-cao-2021-2025"
INDICATORS = ("8.1", "8.2", "8.3", "8.4", "8.5", "15.1", "15.2")
CAST = {
    "official": (Role.COMMUNE_OFFICIAL, "Quế Phú"),
    "colleague": (Role.COMMUNE_OFFICIAL, "Quế Phú"),
    "chair": (Role.CHAIRPERSON, "Quế Phú"),
    "neighbour": (Role.COMMUNE_OFFICIAL, "Đại Thắng"),
    "neighbour_chair": (Role.CHAIRPERSON, "Đại Thắng"),
    "appraiser": (Role.APPRAISER, ""),
    "second_appraiser": (Role.APPRAISER, ""),
    "office": (Role.COORDINATION, ""),
    "leader": (Role.LEADER, ""),
    "admin": (Role.ADMINISTRATOR, ""),
}


def email(name: str) -> str:
    return f"{name}@kiemthu.invalid"


def unit_id(name: str) -> int:
    if not name:
        return get_unit("49", IN_2024, "province").id
    return communes_named(name, "49", IN_2024)[0].id


def pdf_bytes(pages: int = 1, note: str = "") -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.docinfo["/Title"] = note or "minh chứng"
        document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (120, 160, 90)).save(buffer, kind)
    return buffer.getvalue()


@dataclass
class World:
    """People by short name, the round, and the dossier of xã Quế Phú."""

    root: Path
    people: dict[str, Principal] = field(default_factory=dict)
    round_key: str = ""
    key: str = ""
    neighbour_key: str = ""
    now: datetime = NOW

    def later(self, **delta: float) -> datetime:
        """Time passes; every act gets a time of its own."""
        self.now += timedelta(**(delta or {"minutes": 1}))
        return self.now

    def dossier(self, who: str = "appraiser", key: str = "") -> Dossier:
        return dossier(self.people[who], key or self.key)

    def answer(
        self, indicator: str, values: dict[str, str], who: str = "official", versions: dict[str, int] | None = None
    ) -> tuple[Saved | Collision, ...]:
        inputs = [FieldInput(name, raw, (versions or {}).get(name, 0)) for name, raw in values.items()]
        return save_answers(actor=self.people[who], now=self.later(), key=self.key, indicator=indicator, inputs=inputs)

    def attach(self, indicator: str, who: str = "official", data: bytes | None = None) -> str:
        data = data or pdf_bytes(note=f"chỉ tiêu {indicator}")
        inspected = inspect(data, "minh chứng.pdf", max_bytes=10_000_000, max_pixels=10_000_000)
        return attach_document(
            actor=self.people[who],
            now=self.later(),
            key=self.key,
            indicator=indicator,
            root=self.root,
            data=data,
            inspected=inspected,
            new=NewDocument(summary="Báo cáo"),
        )

    def complete(self) -> None:
        """Answer and document everything."""
        for code in INDICATORS:
            self.answer(code, full_answers(code))
            self.attach(code)

    def send(self, once: str = "một lần bấm nút gửi") -> sending.Receipt:
        sending.request_signature(actor=self.people["official"], now=self.later(), key=self.key)
        return sending.send(actor=self.people["chair"], now=self.later(), key=self.key, idempotency_key=once)

    def receive(self) -> None:
        appraisal.receive(actor=self.people["appraiser"], now=self.later(), key=self.key)

    def appraise(self, verdicts: dict[str, str] | None = None, who: str = "appraiser") -> None:
        for code in INDICATORS:
            appraisal.appraise_indicator(
                actor=self.people[who],
                now=self.later(),
                key=self.key,
                indicator=code,
                verdict=(verdicts or {}).get(code, "pass"),
                reason="Đã đối chiếu minh chứng.",
            )

    def decide(self, who: str = "appraiser") -> str:
        new = appraisal.NewDecision("01/QĐ-MH", TODAY, "Người ký kiểm thử")
        return appraisal.decide(actor=self.people[who], now=self.later(), key=self.key, today=TODAY, new=new)

    def publish(self) -> str:
        return publish(actor=self.people["office"], now=self.later(), key=self.key)

    def to(self, stage: str) -> None:
        """Bring the dossier of Quế Phú to a stage: complete, sent, received, appraised, decided, published."""
        steps = {
            "complete": self.complete,
            "sent": self.send,
            "received": self.receive,
            "appraised": self.appraise,
            "decided": self.decide,
            "published": self.publish,
        }
        for name, act in steps.items():
            act()
            if name == stage:
                return


def full_answers(code: str) -> dict[str, str]:
    if code == "8.2":
        return {
            "tu-so": "2.998",
            "mau-so": "3500",
            "tinh-den": "31/12/2024",
            "noi-cung-cap": "Doanh nghiệp viễn thông",
        }
    if code == "15.1":
        return {
            "trang-thiet-bi": "co",
            "may-tinh-tu-so": "5",
            "may-tinh-mau-so": "5",
            "chu-ky-so-tu-so": "2",
            "chu-ky-so-mau-so": "2",
            "chung-thuc-tu-so": "60",
            "chung-thuc-mau-so": "1000",
            "bao-cao": "co",
        }
    return {"ket-qua": "co"}


def make_people(names: tuple[str, ...] = tuple(CAST)) -> dict[str, Principal]:
    for name in names:
        role, commune = CAST[name]
        person_id = create_person(actor_id=None, now=NOW, email=email(name), name=f"Người {name}", password=PASSWORD)
        grant_role(actor_id=None, now=NOW, person_id=person_id, role=role, unit_id=unit_id(commune), valid_from=NOW)
    found = {name: principal_of(email(name), NOW) for name in names}
    return {name: person for name, person in found.items() if person is not None}


def new_round(units: list[int], title: str, due_at: datetime) -> NewRound:
    """A round of 2024 for communes of Quảng Nam."""
    return NewRound(
        title=title,
        province_id=unit_id(""),
        criteria=load_shipped()[SET],
        period_from=date(2024, 1, 1),
        period_to=IN_2024,
        due_at=due_at,
        units=units,
        choices={"15.1": "hoa-binh"},
        dimensions={unit: {"vung": "khac"} for unit in units},
    )


def make_world(root: Path) -> World:
    world = World(root, make_people())
    units = [unit_id("Quế Phú"), unit_id("Đại Thắng")]
    new = new_round(units, "Kỳ kiểm thử 2024", NOW + timedelta(days=30))
    world.round_key = open_round(actor=world.people["office"], now=NOW, new=new)
    rows = queue(world.people["office"], QueueFilter()).rows
    world.key = next(row.key for row in rows if row.unit_name == "Xã Quế Phú")
    world.neighbour_key = next(row.key for row in rows if row.unit_name == "Xã Đại Thắng")
    return world
