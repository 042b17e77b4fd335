"""Acts on pilots: record a list of pilots from a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.audit.log import record
from ruraldx.database import unit_of_work
from ruraldx.messages import Forbidden, Message, NotFound
from ruraldx.pilots.kinds import FIELDS, KINDS, Kind, PilotStatus
from ruraldx.pilots.models import Pilot
from ruraldx.places.models import Unit, UnitChange
from ruraldx.vietnamese import fold, sort_key


@dataclass(frozen=True)
class NewPilot:
    """A pilot as a document names it: the commune by its name in a province on a date."""

    commune: str
    province_code: str
    on: date
    kind: Kind
    fields: tuple[str, ...]
    status: PilotStatus
    status_note: str
    period: str
    source: str


def record_pilots(*, actor: Principal, now: datetime, today: date, pilots: tuple[NewPilot, ...]) -> int:
    """Record pilots that are not there yet and return how many were new.

    A pilot stays with the unit of its time; the unit of today and its point come from the lineage. Raises
    NotFound for a commune that the province did not have on that date, or a name that two communes had.
    """
    with unit_of_work() as session:
        known = set(session.scalars(select(Pilot.slug)))
        added = 0
        for new in pilots:
            unit = _unit(session, new)
            if not allows(actor, "pilot.edit", Subject(unit.path)):
                raise Forbidden(Message("Bạn không có quyền cập nhật mô hình của %(unit)s.", unit=unit.full_name))
            slug = f"{fold(KINDS[new.kind].template)} {fold(unit.name)} {unit.code}".replace(" ", "-")
            if slug not in known:
                session.add(_pilot(session, new, unit, slug, now, today))
                added += 1
        if added:
            record(
                session,
                actor_id=actor.person_id,
                action="pilots.recorded",
                subject_type="pilot",
                subject_key=pilots[0].source[:80],
                now=now,
                details={"added": added},
            )
        return added


def _valid(on: date) -> ColumnElement[bool]:
    return (Unit.valid_from <= on) & ((Unit.valid_to.is_(None)) | (Unit.valid_to > on))


def _unit(session: Session, new: NewPilot) -> Unit:
    province = session.scalars(
        select(Unit).where(Unit.code == new.province_code, Unit.level == "province", _valid(new.on))
    ).one()
    found = session.scalars(
        select(Unit).where(
            Unit.name == new.commune,
            Unit.level == "commune",
            Unit.path.startswith(province.path, autoescape=True),
            _valid(new.on),
        )
    ).all()
    if len(found) != 1:
        raise NotFound(
            Message("Không xác định được đúng một xã tên “%(name)s” của tỉnh vào ngày đó.", name=new.commune)
        )
    return found[0]


def _pilot(session: Session, new: NewPilot, unit: Unit, slug: str, now: datetime, today: date) -> Pilot:
    unknown = set(new.fields) - FIELDS.keys()
    if unknown:
        raise NotFound(Message("Không có lĩnh vực “%(field)s” trong danh mục.", field=sorted(unknown)[0]))
    place = _today(session, unit, today)
    located = place is not None and place.lat is not None
    name = f"{KINDS[new.kind].template} {unit.name}"
    return Pilot(
        slug=slug,
        name=name,
        kind=new.kind.value,
        fields=list(new.fields),
        status=new.status.value,
        status_note=new.status_note,
        unit_id=unit.id,
        unit_today_id=place.id if place else None,
        unit_path=unit.path,
        period=new.period,
        lat=place.lat if place and located else None,
        lon=place.lon if place and located else None,
        point_quality="commune" if located else None,
        source=new.source,
        noted_on=new.on,
        search_text=fold(f"{name} {unit.full_name} {place.full_name if place else ''}"),
        sort_key=sort_key(unit.name),
        recorded_at=now,
    )


def _today(session: Session, unit: Unit, today: date) -> Unit | None:
    """The unit itself while it lives, else its successor: the whole one before a partial one."""
    if unit.valid_from <= today and (unit.valid_to is None or unit.valid_to > today):
        return unit
    return session.scalars(
        select(Unit)
        .join(UnitChange, UnitChange.successor_id == Unit.id)
        .where(UnitChange.predecessor_id == unit.id, _valid(today))
        .order_by(UnitChange.partial, Unit.code)
        .limit(1)
    ).one_or_none()
