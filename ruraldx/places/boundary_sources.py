"""Where boundaries come from: the table of sources, a folder, a file of the province's own, the pinned address.

No geometry is understood here; files are found, fetched and compared with their pinned hash.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import IO, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ruraldx.config import ROOT
from ruraldx.messages import Message, Refused
from ruraldx.places.names import split_name
from ruraldx.places.queries import UnitView
from ruraldx.vietnamese import fold

SOURCES: Final = ROOT / "geodata" / "sources.toml"
_TIMEOUT_SECONDS: Final = 30
_LARGEST_FILE: Final = 20 * 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
Progress = Callable[[Message], None]


def read_sources() -> dict[str, Any]:
    """The table of sources (``geodata/sources.toml``)."""
    return tomllib.loads(SOURCES.read_text(encoding="utf-8"))


def pinned_file(folder: Path, source: Mapping[str, Any], province_code: str) -> tuple[Path, str]:
    """The first file of a folder that the table names for a province, and its hash.

    Raises Refused when there is none, or when one is not the file that was pinned.
    """
    for entry in source["files"]:
        path = folder / entry["name"]
        if path.is_file() and (not entry["provinces"] or province_code in entry["provinces"]):
            digest = file_hash(path)
            if digest != entry["sha256"]:
                raise Refused(
                    Message("Tệp %(name)s khác với bản đã ghim (sai mã băm). Không nhập gì cả.", name=path.name)
                )
            return path, digest
    raise Refused(
        Message("Thư mục %(path)s không có tệp ranh giới nào được nêu trong geodata/sources.toml.", path=str(folder))
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def slug(name: str) -> str:
    """A name as the source spells it in its paths: "Ea H'Leo" → ``ea_hleo``."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"['’]", "", fold(name))).strip("_")


def unit_path(unit: UnitView, province_code: str, wrong_codes: Mapping[str, str]) -> str:
    """The path of a unit's file below the source's address; ``wrong_codes`` are right code → the source's code."""
    _kind, province, _full = split_name(unit.parent_name or "", "province")
    code = wrong_codes.get(unit.code, unit.code)
    return f"{province_code}_{slug(province)}/wards/{code}_{slug(unit.name)}.geojson"


def download(
    address: str, units: Sequence[UnitView], province_code: str, repairs: Mapping[str, str], progress: Progress
) -> tuple[list[dict[str, Any]], str]:
    """One GeoJSON feature for each unit, with its code as the only property, and the hash of all files in order.

    Raises Refused for an address that is neither https nor loopback, and at the first file that cannot be had.
    """
    if not _may_be_asked(address):
        raise Refused(Message("Địa chỉ nguồn phải bắt đầu bằng https://."))
    wrong = {right: source for source, right in repairs.items()}
    digest = hashlib.sha256()
    features = []
    for number, unit in enumerate(sorted(units, key=lambda one: one.code), 1):
        body = _fetch(f"{address.rstrip('/')}/{unit_path(unit, province_code, wrong)}")
        digest.update(body)
        geometry = _geometry(body, unit.code)
        features.append({"type": "Feature", "properties": {"code": unit.code}, "geometry": geometry})
        if number % 10 == 0 or number == len(units):
            progress(Message("Đã tải %(n)s/%(all)s ranh giới.", n=number, all=len(units)))
    return features, digest.hexdigest()


def _may_be_asked(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


class _StayHere(HTTPRedirectHandler):
    """A pinned address leads nowhere else: a redirect is an error, not a way."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        """Refuse."""
        raise HTTPError(req.full_url, code, msg, headers, fp)


def _fetch(address: str) -> bytes:
    try:
        with build_opener(_StayHere).open(address, timeout=_TIMEOUT_SECONDS) as response:
            body: bytes = response.read(_LARGEST_FILE + 1)
            if response.length and len(body) <= _LARGEST_FILE:
                raise IncompleteRead(body, response.length)
    except (OSError, HTTPException, UnicodeError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise Refused(
            Message("Không tải được %(address)s. Hãy kiểm tra mạng, hoặc dùng --from THƯ-MỤC.", address=address)
        ) from error
    if len(body) > _LARGEST_FILE:
        raise Refused(Message("Tệp %(address)s lớn bất thường. Không nhập gì cả.", address=address))
    return body


def _geometry(body: bytes, code: str) -> Any:
    try:
        data = json.loads(body)
        if data["type"] == "FeatureCollection":
            (data,) = data["features"]
        geometry = data["geometry"] if data["type"] == "Feature" else data
        if geometry["type"] not in ("Polygon", "MultiPolygon"):
            raise ValueError(geometry["type"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise no_geojson(code) from error
    return geometry


def no_geojson(code: str) -> Refused:
    """The refusal of a unit's file."""
    return Refused(Message("Tệp ranh giới của %(code)s không phải GeoJSON.", code=code))
