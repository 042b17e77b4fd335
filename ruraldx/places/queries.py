"""Reads of units: by code and day, by search, along the lineage. Frozen values, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.places.models import UNKNOWN_START, Unit, UnitChange
from ruraldx.places.names import KIND_LABELS, bare_name
from ruraldx.vietnamese import accent_key, fold, nfc, spellings


@dataclass(frozen=True)
class UnitView:
    """A unit as a page shows it; latitude and longitude in degrees."""

    id: int
    code: str
    name: str
    full_name: str
    kind: str
    level: str
    path: str
    valid_from: date
    valid_to: date | None
    legal_resolution: str
    source: str
    note: str
    lat: float | None
    lon: float | None
    parent_name: str | None

    @property
    def start_known(self) -> bool:
        """Whether a source gives the founding date."""
        return self.valid_from != UNKNOWN_START

    @property
    def last_day(self) -> date | None:
        """The last day of a unit that is gone (``valid_to`` is the first day without it)."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    @property
    def kind_label(self) -> Message:
        """The kind in words."""
        return KIND_LABELS[self.kind]


@dataclass(frozen=True)
class Link:
    """A neighbour in the lineage."""

    unit: UnitView
    kind: str
    effective_on: date
    partial: bool
    legal_document: str


@dataclass(frozen=True)
class Lineage:
    """What a unit came from and what became of it."""

    predecessors: tuple[Link, ...]
    successors: tuple[Link, ...]


@dataclass(frozen=True)
class Found:
    """A hit of a search: a unit and, when it is gone, what it is now."""

    unit: UnitView
    now: tuple[UnitView, ...]


def _columns(unit: Any, parent: Any) -> tuple[Any, ...]:
    return (
        unit.id,
        unit.code,
        unit.name,
        unit.full_name,
        unit.kind,
        unit.level,
        unit.path,
        unit.valid_from,
        unit.valid_to,
        unit.legal_resolution,
        unit.source,
        unit.note,
        unit.lat,
        unit.lon,
        parent.full_name,
    )


def _select() -> Select[Any]:
    # An alias of this call's own: one that threads share makes its columns when first asked for, and two that ask
    # together break it for the whole process.
    parent = aliased(Unit)
    return select(*_columns(Unit, parent)).outerjoin(parent, parent.id == Unit.parent_id)


def valid_on(on: date) -> ColumnElement[bool]:
    """Units that are valid on a day."""
    return and_(Unit.valid_from <= on, or_(Unit.valid_to.is_(None), Unit.valid_to > on))


def _views(statement: Select[Any]) -> tuple[UnitView, ...]:
    return tuple(UnitView(*row) for row in read_session().execute(statement))


def get_unit(code: str, on: date, level: str = "commune") -> UnitView:
    """The unit that had a code on a day. Raises NotFound."""
    # Letters and digits only: a database may refuse to look for anything else (PostgreSQL: the zero character).
    found = _views(_select().where(Unit.code == code, Unit.level == level, valid_on(on))) if code.isalnum() else ()
    if not found:
        raise NotFound(Message("Không có đơn vị nào mang mã %(code)s vào ngày này.", code=code[:10]))
    return found[0]


def communes_named(name: str, province_code: str, on: date) -> tuple[UnitView, ...]:
    """Communes of a province whose bare name is exactly this, on a day."""
    province = get_unit(province_code, on, "province")
    return _views(
        _select().where(
            Unit.name == nfc(name),
            Unit.level == "commune",
            Unit.path.startswith(province.path, autoescape=True),
            valid_on(on),
        )
    )


def units_of_province(code: str, on: date) -> tuple[UnitView, ...]:
    """Communes, wards and special zones of a province on a day, in Vietnamese order. Two statements."""
    province = get_unit(code, on, "province")
    inside = Unit.path.startswith(province.path, autoescape=True)
    return _views(_select().where(Unit.level == "commune", inside, valid_on(on)).order_by(Unit.sort_key, Unit.code))


def provinces(on: date) -> tuple[UnitView, ...]:
    """Provinces on a day in Vietnamese order."""
    return _views(_select().where(Unit.level == "province", valid_on(on)).order_by(Unit.sort_key))


def count_communes(province_code: str, on: date) -> int:
    """How many communes, wards and special zones a province has on a day; 0 for an unknown province."""
    province = aliased(Unit)
    statement = (
        select(func.count())
        .select_from(Unit)
        .join(province, Unit.path.startswith(province.path))
        .where(
            province.code == province_code,
            province.level == "province",
            province.valid_from <= on,
            or_(province.valid_to.is_(None), province.valid_to > on),
            Unit.level == "commune",
            valid_on(on),
        )
    )
    return read_session().scalar(statement) or 0


def lineage(unit_id: int) -> Lineage:
    """Direct predecessors and successors. Two statements."""
    return Lineage(
        _links(UnitChange.successor_id == unit_id, UnitChange.predecessor_id),
        _links(UnitChange.predecessor_id == unit_id, UnitChange.successor_id),
    )


def _links(condition: ColumnElement[bool], neighbour: Any) -> tuple[Link, ...]:
    statement = (
        _select()
        .join(UnitChange, neighbour == Unit.id)
        .add_columns(UnitChange.kind, UnitChange.effective_on, UnitChange.partial, UnitChange.legal_document)
        .where(condition)
        .order_by(UnitChange.partial, Unit.sort_key, Unit.code)
    )
    return tuple(Link(UnitView(*row[:-4]), *row[-4:]) for row in read_session().execute(statement))


def successor_codes(
    unit_ids: Collection[int], on: date, province_code: str | None = None
) -> dict[int, tuple[str, ...]]:
    """Unit id → codes of what it is on a later day, through any number of changes; its own code while it is valid.

    Nothing for a day before the unit, for an unknown unit, outside the province when one is given. One statement.
    """
    if not unit_ids:
        return {}
    reached = _reached(list(unit_ids))
    own = select(Unit.id.label("root"), Unit.id.label("unit_id")).where(Unit.id.in_(list(unit_ids)))
    places = own.union(select(reached.c.root, reached.c.unit_id)).subquery()
    statement = select(places.c.root, Unit.code).join(Unit, Unit.id == places.c.unit_id).where(valid_on(on))
    if province_code is not None:
        statement = statement.where(_inside_province(province_code))
    found: dict[int, tuple[str, ...]] = {}
    for root, code in read_session().execute(statement.order_by(Unit.sort_key, Unit.code)):
        found[root] = (*found.get(root, ()), code)
    return found


def search(text: str, province_code: str | None = None, limit: int = 20) -> tuple[Found, ...]:
    """Units by name or code, with or without marks, in any normal form; old names lead to what they are now.

    Names with just the marks that were typed come first (Hoà and Hòa are one spelling), then names that end with
    the text, then the rest; within each, today's before old ones. Two statements.
    """
    text = text.replace("\0", "")
    wanted = fold(text)
    if not wanted:
        return ()
    statement = _select().where(or_(Unit.search_text.contains(wanted, autoescape=True), Unit.code == wanted))
    if province_code is not None:
        statement = statement.where(_inside_province(province_code))
    order = (_closeness(text, wanted), Unit.valid_to.is_not(None), Unit.sort_key, Unit.code)
    units = _views(statement.order_by(*order).limit(limit))
    now = _present([unit.id for unit in units if unit.valid_to is not None])
    return tuple(Found(unit, now.get(unit.id, ())) for unit in units)


def _closeness(text: str, wanted: str) -> ColumnElement[int]:
    # The sort key holds letters and marks; a name compares by it, since a database may not fold Đ or Ầ.
    names = spellings(" ".join(bare_name(nfc(text)).split()))
    return case(
        (or_(*(Unit.sort_key.startswith(accent_key(name), autoescape=True) for name in names)), 0),
        (Unit.search_text.endswith(f" {wanted}", autoescape=True), 1),
        else_=2,
    )


def _inside_province(code: str) -> ColumnElement[bool]:
    province = aliased(Unit)
    return (
        select(province.id)
        .where(province.code == code, province.level == "province", Unit.path.startswith(province.path))
        .exists()
    )


def _reached(unit_ids: Sequence[int]) -> Any:
    """(root, unit_id) for everything that came out of the given units, however many changes later."""
    first = select(UnitChange.predecessor_id.label("root"), UnitChange.successor_id.label("unit_id"))
    reached = first.where(UnitChange.predecessor_id.in_(unit_ids)).cte("reached", recursive=True)
    further = select(reached.c.root, UnitChange.successor_id)
    return reached.union(further.join(UnitChange, UnitChange.predecessor_id == reached.c.unit_id))


def _present(unit_ids: Sequence[int]) -> dict[int, tuple[UnitView, ...]]:
    """Unit id → what it is now, for units that are gone."""
    if not unit_ids:
        return {}
    reached = _reached(unit_ids)
    statement = (
        _select()
        .join(reached, reached.c.unit_id == Unit.id)
        .add_columns(reached.c.root)
        .where(Unit.valid_to.is_(None))
        .order_by(Unit.sort_key, Unit.code)
    )
    found: dict[int, tuple[UnitView, ...]] = {}
    for row in read_session().execute(statement):
        found[row[-1]] = (*found.get(row[-1], ()), UnitView(*row[:-1]))
    return found


def names_then(unit_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Unit id → full names of its direct predecessors, for filters that know old names. One statement."""
    statement = (
        select(UnitChange.successor_id, Unit.full_name)
        .join(Unit, Unit.id == UnitChange.predecessor_id)
        .where(UnitChange.successor_id.in_(list(unit_ids)))
        .order_by(Unit.sort_key)
    )
    found: dict[int, tuple[str, ...]] = {}
    for unit_id, name in read_session().execute(statement):
        found[unit_id] = (*found.get(unit_id, ()), name)
    return found
