"""What one map page shows, gathered once: the page, its table, its picture, its CSV and its feeds are twins of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ruraldx.maps.layers import COMMUNES, PILOTS, LegendLine, commune_statuses, legend
from ruraldx.messages import Message
from ruraldx.pilots.queries import PilotFilter, PilotView, pilots
from ruraldx.places.packs import Pack, pack_in_force
from ruraldx.places.queries import UnitView, names_then, units_of_province
from ruraldx.published.queries import published_sets, published_statuses
from ruraldx.vietnamese import fold

_SYMBOLS = {symbol.code: symbol for symbol in COMMUNES}


@dataclass(frozen=True)
class MapFilter:
    """The permalink of a map: everything optional, everything in the address."""

    text: str = ""
    criteria: str = ""
    kind: str = ""
    field: str = ""
    status: str = ""

    def pilots(self) -> PilotFilter:
        """The same as a filter of the registry."""
        return PilotFilter(self.kind, self.field, self.status, self.text)

    def query(self) -> dict[str, str]:
        """The address part, without empty values."""
        pairs = {
            "xa": self.text,
            "bo": self.criteria,
            "loai": self.kind,
            "linh-vuc": self.field,
            "trang-thai": self.status,
        }
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True)
class CommuneLine:
    """A commune of the table: today's unit, what it was before, its status; ``of`` names whose results those are."""

    unit: UnitView
    former: tuple[str, ...]
    status: str
    of: tuple[str, ...] = ()

    @property
    def label(self) -> Message:
        """The status in words."""
        return _SYMBOLS[self.status].label

    @property
    def detail(self) -> Message | None:
        """Whose result it is, where it is not the unit's own."""
        if not self.of:
            return None
        names = ", ".join(self.of)
        return Message("%(names)s (%(n)s trên %(all)s đơn vị cũ)", names=names, n=len(self.of), all=len(self.former))


@dataclass(frozen=True)
class MapContent:
    """Everything on a map for one filter on one day."""

    wanted: MapFilter
    sets: tuple[tuple[str, str], ...]
    shown_set: str
    communes: tuple[CommuneLine, ...]
    pilots: tuple[PilotView, ...]
    pack: Pack | None
    commune_legend: tuple[LegendLine, ...]
    pilot_legend: tuple[LegendLine, ...]

    @property
    def without_point(self) -> int:
        """How many pilots have no coordinates."""
        return sum(1 for pilot in self.pilots if pilot.lat is None)

    @property
    def statuses(self) -> Mapping[str, str]:
        """Commune code → status, of the communes shown."""
        return {line.unit.code: line.status for line in self.communes}


def gather(province_code: str, packs: Path, on: date, wanted: MapFilter) -> MapContent:
    """Gather a map. A fixed number of statements whatever the number of communes."""
    units = units_of_province(province_code, on)
    former = names_then(unit.id for unit in units)
    sets = published_sets()
    # One criteria set at a time: results under different ones are not comparable.
    shown = wanted.criteria if wanted.criteria in dict(sets) else sets[0][0] if sets else ""
    published = published_statuses(province_code, on, shown)
    outcomes = commune_statuses((s.unit_code_today, s.outcome, s.own) for s in published)
    whose: dict[str, tuple[str, ...]] = {}
    for result in published:
        if not result.own:
            whose[result.unit_code_today] = (*whose.get(result.unit_code_today, ()), result.unit_name_then)
    lines = tuple(
        CommuneLine(unit, former.get(unit.id, ()), outcomes.get(unit.code, "none"), whose.get(unit.code, ()))
        for unit in units
        if _matches(wanted.text, unit, former.get(unit.id, ()))
    )
    models = pilots(wanted.pilots())
    return MapContent(
        wanted=wanted,
        sets=sets,
        shown_set=shown,
        communes=lines,
        pilots=models,
        pack=pack_in_force(packs, province_code),
        commune_legend=legend(COMMUNES, (line.status for line in lines)),
        pilot_legend=tuple(line for line in legend(PILOTS, (pilot.status.value for pilot in models)) if line.count),
    )


def _matches(text: str, unit: UnitView, former: tuple[str, ...]) -> bool:
    """An old name finds the unit of today; without text everything is shown."""
    wanted = fold(text)
    return not wanted or any(wanted in fold(name) for name in (unit.full_name, *former))
