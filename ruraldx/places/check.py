"""Compare the units on record with other lists, and explain the differences that are known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import aliased

from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.places.models import Unit, UnitChange
from ruraldx.places.operations import LEGACY_PROVINCES
from ruraldx.places.source import MERGER
from ruraldx.vietnamese import nfc

# Differences that are understood, by code, with the reason.
EXPLANATIONS: Final[dict[str, str]] = {
    "20467": "danh sách viết hoa chữ “Trấn”",
    "20669>20242": "danh sách lẫn xã Phước Ninh với phường Phước Ninh (20242) cùng tên; "
    "ghi chú pháp lý của 20242 không nêu xã này",
}


@dataclass
class Comparison:
    """How many lines were compared, what differs unexplained, and what differs for a known reason."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)

    def note(self, code: str, sentence: str) -> None:
        """File a difference under explained or not."""
        if code in EXPLANATIONS:
            self.explained.append(f"{sentence} ({EXPLANATIONS[code]})")
        else:
            self.differences.append(sentence)


def compare(folder: Path) -> Comparison:
    """Compare today's units, the legacy units on record and their lineage. Raises NotFound without the lists."""
    if not (folder / "units_2025.csv").is_file():
        raise NotFound(Message("Không có danh sách đối chiếu trong %(folder)s.", folder=str(folder)))
    report = Comparison()
    _today(report, folder / "units_2025.csv")
    _legacy(report, folder / "units_legacy.csv")
    _links(report, folder / "unit_conversion_2025.csv")
    return report


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        yield from csv.DictReader(handle)


def _on_record(on: date) -> dict[str, str]:
    rows = read_session().execute(
        select(Unit.code, Unit.full_name).where(
            Unit.level == "commune", Unit.valid_from <= on, (Unit.valid_to.is_(None)) | (Unit.valid_to > on)
        )
    )
    return {code: name for code, name in rows}


def _compare_names(report: Comparison, era: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    report.compared += len(theirs)
    for code in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(code), theirs.get(code)
        if mine != other:
            report.note(code, f"{era} {code}: ở đây “{mine or 'không có'}”, danh sách “{other or 'không có'}”")


def _today(report: Comparison, path: Path) -> None:
    theirs = {row["code"]: nfc(row["name"]) for row in _rows(path)}
    _compare_names(report, "2025", _on_record(date.max.replace(year=2100)), theirs)


def _legacy(report: Comparison, path: Path) -> None:
    theirs = {row["code"]: nfc(row["name"]) for row in _rows(path) if row["province_code"] in LEGACY_PROVINCES}
    rows = read_session().execute(
        select(Unit.code, Unit.full_name).where(Unit.level == "commune", Unit.valid_to == MERGER)
    )
    ours = {code: name for code, name in rows}
    _compare_names(report, "2024", ours, theirs)


def _links(report: Comparison, path: Path) -> None:
    before, after = aliased(Unit), aliased(Unit)
    rows = read_session().execute(
        select(before.code, after.code)
        .select_from(UnitChange)
        .join(before, before.id == UnitChange.predecessor_id)
        .join(after, after.id == UnitChange.successor_id)
        .where(UnitChange.effective_on == MERGER, after.level == "commune")
    )
    ours = {(old, new) for old, new in rows}
    known = {code for code, _ in ours}
    theirs = {(row["old_code"], row["new_code"]) for row in _rows(path) if row["old_code"] in known}
    report.compared += len(theirs)
    for old, new in sorted(ours ^ theirs):
        where = "chỉ có ở đây" if (old, new) in ours else "chỉ có trong danh sách"
        report.note(f"{old}>{new}", f"quan hệ {old} → {new}: {where}")
