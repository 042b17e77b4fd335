"""Reads of pilots. All of them are public facts: a registry, a page each, points for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.pilots.kinds import FIELDS, KINDS, NO_FIELD, PILOT_STATUSES, POINT_QUALITIES, Kind, PilotStatus
from ruraldx.pilots.models import Pilot
from ruraldx.places.models import Unit
from ruraldx.vietnamese import fold


@dataclass(frozen=True)
class PilotView:
    """A pilot as everybody may see it."""

    slug: str
    name: str
    kind: Kind
    fields: tuple[str, ...]
    status: PilotStatus
    status_note: str
    period: str
    lat: float | None
    lon: float | None
    point_quality: str | None
    source: str
    noted_on: date | None
    unit_id: int
    unit_code: str
    unit_name: str
    unit_valid_to: date | None
    unit_today_code: str | None
    unit_today_name: str | None

    @property
    def unit_last_day(self) -> date | None:
        """The last day of the unit of its time, when that is gone."""
        return self.unit_valid_to - timedelta(days=1) if self.unit_valid_to else None

    @property
    def kind_label(self) -> Message:
        """The kind in words."""
        return KINDS[self.kind]

    @property
    def field_labels(self) -> tuple[Message, ...]:
        """The fields in words; one sentence when the source names none."""
        return tuple(FIELDS[code] for code in self.fields) or (NO_FIELD,)

    @property
    def status_label(self) -> Message:
        """The status in words."""
        return PILOT_STATUSES[self.status][0]

    @property
    def status_tone(self) -> str:
        """The tone of the status."""
        return PILOT_STATUSES[self.status][1]

    @property
    def point_label(self) -> Message | None:
        """How good the point is, in words."""
        return POINT_QUALITIES[self.point_quality] if self.point_quality else None


@dataclass(frozen=True)
class PilotFilter:
    """What the registry shows; empty means everything."""

    kind: str = ""
    field: str = ""
    status: str = ""
    text: str = ""


def _select() -> Select[Any]:
    # An alias of this call's own, as in places.queries: threads must not share one.
    today = aliased(Unit)
    return (
        select(
            Pilot.slug,
            Pilot.name,
            Pilot.kind,
            Pilot.fields,
            Pilot.status,
            Pilot.status_note,
            Pilot.period,
            Pilot.lat,
            Pilot.lon,
            Pilot.point_quality,
            Pilot.source,
            Pilot.noted_on,
            Unit.id,
            Unit.code,
            Unit.full_name,
            Unit.valid_to,
            today.code,
            today.full_name,
        )
        .join(Unit, Unit.id == Pilot.unit_id)
        .outerjoin(today, today.id == Pilot.unit_today_id)
    )


def _view(row: Any) -> PilotView:
    slug, name, kind, fields, status, *rest = row
    return PilotView(slug, name, Kind(kind), tuple(fields), PilotStatus(status), *rest)


def pilots(wanted: PilotFilter | None = None) -> tuple[PilotView, ...]:
    """The registry in Vietnamese order of the commune's name. One statement."""
    wanted = wanted or PilotFilter()
    statement = _select().order_by(Pilot.sort_key, Pilot.id)
    if wanted.kind:
        statement = statement.where(Pilot.kind == wanted.kind)
    if wanted.status:
        statement = statement.where(Pilot.status == wanted.status)
    if wanted.text.strip():
        statement = statement.where(Pilot.search_text.contains(fold(wanted.text), autoescape=True))
    views = (_view(row) for row in read_session().execute(statement))
    return tuple(view for view in views if not wanted.field or wanted.field in view.fields)


def pilot(slug: str) -> PilotView:
    """One pilot. Raises NotFound."""
    row = read_session().execute(_select().where(Pilot.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(Message("Không tìm thấy mô hình này."))
    return _view(row)


def pilots_of_units(unit_ids: Sequence[int]) -> tuple[PilotView, ...]:
    """Pilots of these units, then or today. One statement."""
    statement = _select().where(Pilot.unit_id.in_(unit_ids) | Pilot.unit_today_id.in_(unit_ids))
    return tuple(_view(row) for row in read_session().execute(statement.order_by(Pilot.sort_key)))


def count() -> int:
    """How many pilots are on record."""
    return read_session().scalar(select(func.count()).select_from(Pilot)) or 0
