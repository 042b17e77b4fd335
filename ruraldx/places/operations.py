"""Acts on units: load both eras from the packages, in one transaction, again and again with the same result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ruraldx.audit.log import record
from ruraldx.database import unit_of_work
from ruraldx.places import facts, source
from ruraldx.places.models import UNKNOWN_START, Unit, UnitChange
from ruraldx.places.names import split_name
from ruraldx.vietnamese import fold, sort_key

LEGACY_PROVINCES: Final = frozenset({"48", "49"})
_Key = tuple[str, str, date]
# The package gives the day of issue only.
_DAY_OF_ISSUE: Final = (
    "Ngày thay đổi ghi theo ngày ban hành văn bản; ngày có hiệu lực chưa đối chiếu văn bản (chưa kiểm chứng)."
)


@dataclass(frozen=True)
class _Place:
    """What the loading needs to know of a unit on record or about to be."""

    id: int
    path: str
    full_name: str
    kind: str


@dataclass
class LoadReport:
    """What loading did (or would do): units and changes there are, and how many of them were new."""

    units: int = 0
    changes: int = 0
    new_units: int = 0
    new_changes: int = 0
    unmatched: list[str] = field(default_factory=list)


def load_units(
    *, actor_id: int | None, now: datetime, provinces: Collection[str] | None = None, commit: bool = False
) -> LoadReport:
    """Load today's units (all provinces, or these), the 2024 units of Quảng Nam and Đà Nẵng, and the lineage.

    Idempotent: what is there stays. Without ``commit`` everything is tried and rolled back.
    """
    report = LoadReport()
    with unit_of_work(commit=commit) as session:
        _Loader(session, report, provinces).run()
        if report.new_units or report.new_changes:
            record(
                session,
                actor_id=actor_id,
                action="places.loaded",
                subject_type="places",
                subject_key="units",
                now=now,
                details={"units": report.new_units, "changes": report.new_changes},
            )
    return report


class _Loader:
    """One loading: rows are built parents first, ids are given out in order, paths follow."""

    def __init__(self, session: Session, report: LoadReport, provinces: Collection[str] | None) -> None:
        self.session = session
        self.report = report
        self.wanted = None if provinces is None else frozenset(provinces)
        columns = (Unit.code, Unit.level, Unit.valid_from, Unit.id, Unit.path, Unit.full_name, Unit.kind)
        known = session.execute(select(*columns))
        self.places: dict[_Key, _Place] = {(row[0], row[1], row[2]): _Place(*row[3:]) for row in known}
        self.next_id = max((place.id for place in self.places.values()), default=0) + 1
        self.rows: list[dict[str, Any]] = []
        self.today = source.package_version(source.TODAY_PACKAGE)
        self.legacy = source.package_version(source.LEGACY_PACKAGE)

    def run(self) -> None:
        """Load everything into the session."""
        self._load_today()
        legacy = self._load_legacy()
        self.report.units = len(self.places)
        self.report.new_units = len(self.rows)
        if self.rows:
            self.session.execute(insert(Unit), self.rows)
        self._load_changes(legacy)

    def _wants(self, province_code: str) -> bool:
        return self.wanted is None or province_code in self.wanted

    def _load_today(self) -> None:
        self.changed: list[tuple[_Place, _Place, source.SourceUnit]] = []
        self.today_units: dict[str, tuple[_Place, str]] = {}
        for province in source.provinces():
            if self._wants(province.code):
                self._add(province.code, province.full_name, "province", None, source.MERGER, legal=province.legal)
        for unit in source.communes():
            if self._wants(unit.province_code):
                self._load_commune(unit)

    def _load_commune(self, unit: source.SourceUnit) -> None:
        parent = (unit.province_code, "province", source.MERGER)
        start = unit.changed_on or source.MERGER
        note = _DAY_OF_ISSUE if unit.changed_on else ""
        now = self._add(unit.code, unit.full_name, "commune", parent, start, unit=unit, legal=unit.legal, note=note)
        self.today_units[unit.code] = (now, unit.document)
        if unit.changed_on and unit.former:
            legal, end, start = unit.former_legal, unit.changed_on, source.MERGER
            former = self._add(
                unit.code, unit.former, "commune", parent, start, end=end, unit=unit, legal=legal, note=note
            )
            self.changed.append((former, now, unit))
            # The former unit is what came out of 2025; the note of a changed one no longer names that act.
            self.today_units[unit.code] = (former, "")

    def _load_legacy(self) -> dict[str, _Place]:
        codes = LEGACY_PROVINCES if self.wanted is None else LEGACY_PROVINCES & self.wanted
        found: dict[str, _Place] = {}
        for unit in source.legacy_units(codes):
            province = (unit.province_code, "province", UNKNOWN_START)
            above = (unit.district_code, "district", UNKNOWN_START)
            self._add_legacy(unit.province_code, unit.province, "province", None)
            district = self._add_legacy(unit.district_code, unit.district, "district", province)
            found[unit.key] = self._add_legacy(unit.code, unit.full_name, "commune", above) if unit.code else district
        return found

    def _add_legacy(self, code: str, full_name: str, level: str, parent: _Key | None) -> _Place:
        return self._add(code, full_name, level, parent, UNKNOWN_START, end=source.MERGER)

    def _add(
        self,
        code: str,
        full_name: str,
        level: str,
        parent: _Key | None,
        start: date,
        *,
        end: date | None = None,
        unit: source.SourceUnit | None = None,
        legal: str = "",
        note: str = "",
    ) -> _Place:
        known = self.places.get((code, level, start))
        if known is not None:
            return known
        above = self.places[parent] if parent else None
        era = "before" if start == UNKNOWN_START else "today"
        fact = facts.notes().get((code, level, era))
        row = _unit_row(code, full_name, level, start, end, unit)
        path = f"{above.path if above else '/'}{self.next_id}/"
        added = self.places[code, level, start] = _Place(self.next_id, path, row["full_name"], row["kind"])
        self.next_id += 1
        row |= {
            "id": added.id,
            "parent_id": above.id if above else None,
            "path": path,
            "legal_resolution": legal,
            "source": self.legacy if era == "before" else self.today,
            "note": fact.note if fact else note,
        }
        self.rows.append(row)
        return added

    def _load_changes(self, legacy: dict[str, _Place]) -> None:
        pairs = self.session.execute(select(UnitChange.predecessor_id, UnitChange.successor_id))
        known = {(before, after) for before, after in pairs}
        rows = [row for row in self._changes(legacy) if (row["predecessor_id"], row["successor_id"]) not in known]
        if rows:
            self.session.execute(insert(UnitChange), rows)
        self.report.new_changes = len(rows)
        self.report.changes = len(known) + len(rows)

    def _changes(self, legacy: dict[str, _Place]) -> Iterable[dict[str, Any]]:
        links = tuple(source.links())
        origins = Counter(link.code for link in links)
        linked: set[str] = set()
        for link in links:
            before, (after, document) = legacy.get(link.legacy_key), self.today_units.get(link.code, (None, ""))
            if before and after:
                linked.add(link.legacy_key)
                kind = _kind(link, before, after, alone=origins[link.code] == 1)
                yield _change(before, after, kind, source.MERGER, document, self.legacy, partial=link.partial)
        self.report.unmatched = sorted(set(legacy) - linked)
        for before, after, unit in self.changed:
            yield _change(before, after, "change_of_kind", unit.changed_on, unit.document, self.today)
        yield from self._province_changes()

    def _province_changes(self) -> Iterable[dict[str, Any]]:
        document = {province.code: province.document for province in source.provinces()}["48"]
        today = self.places.get(("48", "province", source.MERGER))
        for code in sorted(LEGACY_PROVINCES):
            before = self.places.get((code, "province", UNKNOWN_START))
            if today and before:
                yield _change(before, today, "merge", source.MERGER, document, self.today)


def _unit_row(
    code: str, full_name: str, level: str, start: date, end: date | None, unit: source.SourceUnit | None
) -> dict[str, Any]:
    kind, name, full_name = split_name(full_name, level)
    return {
        "code": code,
        "name": name,
        "full_name": full_name,
        "kind": kind,
        "level": level,
        "valid_from": start,
        "valid_to": end,
        "search_text": fold(full_name),
        "sort_key": sort_key(name),
        "lat": unit.lat if unit else None,
        "lon": unit.lon if unit else None,
    }


def _kind(link: source.SourceLink, before: _Place, after: _Place, *, alone: bool) -> str:
    """What happened to a unit; ``alone``: nothing else went into its successor."""
    if link.partial:
        return "split"
    if not alone:
        return "merge"
    if before.kind != after.kind:
        return "change_of_kind"
    return "continue" if before.full_name == after.full_name else "rename"


def _change(
    before: _Place, after: _Place, kind: str, on: date | None, document: str, origin: str, *, partial: bool = False
) -> dict[str, Any]:
    return {
        "predecessor_id": before.id,
        "successor_id": after.id,
        "kind": kind,
        "effective_on": on,
        "partial": partial,
        # No source gives shares of area or people: none is made up.
        "share": None,
        "legal_document": document,
        "source": origin,
    }
