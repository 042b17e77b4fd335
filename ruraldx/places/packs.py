"""Packs: immutable files of geometry, named by their content, compressed once, found through one manifest. Pure files.

A pack is written whole (temporary name, then rename) and never changed; the manifest says which one is in force.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import logging
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ruraldx.messages import Message, NotFound

_NAME: Final = re.compile(r"[a-z0-9-]{1,60}\.[0-9a-f]{12}\.json")
# They lie so far out that they would shrink the mainland to a stripe: every map has an inset for them.
INSET_UNITS: Final = frozenset({"20333", "22736"})  # Hoàng Sa, Trường Sa
_Ring = list[list[float]]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pack:
    """The pack in force for a province and era; ``bounds`` is (south, west, north, east) in degrees.

    Three files: ``file`` has the units for a close look, ``overview`` the same for the first view, ``outlines`` the
    paths of the picture.
    """

    file: str
    overview: str
    outlines: str
    province_code: str
    era: str
    units: int
    bounds: tuple[float, float, float, float]
    label: str
    licence: str
    attribution: str
    source_sha256: str


def write_pack(folder: Path, stem: str, data: object) -> str:
    """Write JSON under a name that carries its hash, with a gzip twin, and return the name."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    name = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.json"
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / name, body)
    _replace(folder / f"{name}.gz", gzip.compress(body, 9, mtime=0))
    return name


def _replace(target: Path, body: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".pack-")
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(body)
        handle.flush()
        os.fsync(handle.fileno())
    os.chmod(temporary, 0o644)
    os.replace(temporary, target)


def put_in_force(folder: Path, pack: Pack) -> None:
    """Point the manifest at a pack."""
    manifest = _manifest(folder)
    manifest[f"{pack.province_code}-{pack.era}"] = asdict(pack)
    _replace(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode())


def pack_in_force(folder: Path, province_code: str, era: str = "2025") -> Pack | None:
    """The pack of a province; None while no boundaries have been brought in.

    A manifest or file that is damaged counts as none (and is logged): a map with points is better than no page.
    """
    entry = _manifest(folder).get(f"{province_code}-{era}")
    if not entry:
        return None
    try:
        south, west, north, east = (float(edge) for edge in entry["bounds"])
        pack = Pack(**{**entry, "bounds": (south, west, north, east)})
    except (TypeError, KeyError, ValueError):
        _LOG.warning("packs: the entry of %s in the manifest is not of this version; import again", province_code)
        return None
    names = [str(name) for name in (pack.file, pack.overview, pack.outlines)]
    if lacking := [name for name in names if not _NAME.fullmatch(name) or not _whole(folder / name)]:
        _LOG.warning("packs: files are missing: %s", ", ".join(lacking))
        return None
    return pack


def _whole(path: Path) -> bool:
    return path.is_file() and path.with_name(f"{path.name}.gz").is_file()


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        _LOG.warning("packs: the manifest is damaged; import the boundaries again")
        return {}
    return data if isinstance(data, dict) else {}


def pack_path(folder: Path, name: str) -> Path:
    """The file of a pack. Raises NotFound for a name that is not one, or a file that is not there."""
    path = folder / name
    if not _NAME.fullmatch(name) or not _whole(path):
        raise NotFound(Message("Không có gói bản đồ này."))
    return path


def outlines(features: Iterable[Mapping[str, Any]], width: int = 1000) -> dict[str, Any]:
    """Paths for a picture: {"size": [w, h], "box": bounds, "paths": {code: "M…Z"}}, plate carrée, whole pixels.

    Hoàng Sa and Trường Sa are left to the inset.
    """
    shapes = [(f["properties"]["code"], _rings(f["geometry"])) for f in features]
    near = [(code, rings) for code, rings in shapes if code not in INSET_UNITS]
    points = [point for _, rings in near for ring in rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = width / (east - west)
    height = round((north - south) * scale)

    def path(ring: _Ring) -> str:
        pixels = list(dict.fromkeys((round((x - west) * scale), round((north - y) * scale)) for x, y in ring))
        if len(pixels) < 3:
            return ""
        steps = (f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in itertools.pairwise(pixels))
        return f"M{pixels[0][0]} {pixels[0][1]}l{' '.join(steps)}z".replace(" -", "-")

    return {
        "size": [width, height],
        "box": [south, west, north, east],
        "paths": {code: "".join(path(ring) for ring in rings) for code, rings in near},
    }


def _rings(geometry: Mapping[str, Any]) -> list[_Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]
