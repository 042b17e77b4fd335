"""The only door to GeoPandas: bring boundaries in, check them, simplify them together, pack them.

Nothing is half imported: everything is read and checked before the first file is written.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ruraldx.messages import Message, Refused
from ruraldx.places.boundary_sources import Progress, download, file_hash, no_geojson, pinned_file, read_sources
from ruraldx.places.packs import INSET_UNITS, Pack, outlines, put_in_force, write_pack
from ruraldx.places.queries import UnitView

# VN-2000 / UTM zone 48N: metres, good for all of Vietnam at the tolerances used here.
_METRIC: Final = "EPSG:3405"
_DEGREES: Final = "EPSG:4326"
# Metres and decimals of a degree: close up, first view of a province, and the picture of 1000 pixels.
CLOSE: Final = (50, 5)
OVERVIEW: Final = (200, 4)
PICTURE: Final = (300, 5)
# The known points lie in (or beside) their polygons; half of them this far away means a file read in the wrong zone,
# since neighbouring TM-3 zones are 26 km apart or more.
FARTHEST_METRES: Final = 5_000
# Beyond any degree or metre on earth; also what is infinite or no number at all.
_NO_PLACE: Final = 1e9
_OWN_FILES: Final = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".shp": "ESRI Shapefile"}
_LARGEST_OWN_FILE: Final = 500 * 1024 * 1024


@dataclass(frozen=True)
class Modules:
    """The heavy libraries, loaded by name at first use."""

    geopandas: Any
    shapely: Any
    pyogrio: Any
    pyproj: Any


@dataclass(frozen=True)
class Origin:
    """Where to read: a folder, a file of the province's own, an address, or (None) the pinned public source.

    ``crs`` (such as ``EPSG:5899``) is for an own file that does not say its own; ``column`` names the unit codes.
    """

    place: str | None = None
    crs: str | None = None
    column: str = "code"


@lru_cache(maxsize=1)
def heavy() -> Modules:
    """The named loader: the only place where GeoPandas and its friends come into the process."""
    return Modules(*(importlib.import_module(name) for name in ("geopandas", "shapely", "pyogrio", "pyproj")))


def pull_boundaries(
    *,
    folder: Path,
    province_code: str,
    units: Sequence[UnitView],
    origin: Origin,
    progress: Progress,
    commit: bool = False,
) -> Pack:
    """Bring in the boundaries of a province's ``units`` and pack them into ``folder``.

    Without ``commit`` everything is checked and nothing written. Raises Refused with what is wrong, by unit.
    """
    source = read_sources()["today"]
    frame, digest = _read(origin, source, province_code, units, progress)
    frame = _checked(frame, source["repairs"], units)
    progress(Message("Đang đơn giản hóa %(n)s ranh giới cùng nhau…", n=len(frame)))
    drawn = {level: _simplified(frame, level[0]) for level in (CLOSE, OVERVIEW, PICTURE)}
    bodies = {
        "file": ("communes", _collection(drawn[CLOSE], CLOSE[1])),
        "overview": ("overview", _collection(drawn[OVERVIEW], OVERVIEW[1])),
        "outlines": ("outlines", outlines(_collection(drawn[PICTURE], PICTURE[1])["features"])),
    }
    stem = f"{province_code}-{source['era']}"
    names = {key: write_pack(folder, f"{kind}-{stem}", body) if commit else "" for key, (kind, body) in bodies.items()}
    pack = Pack(
        **names,
        **_credits(origin, source),
        province_code=province_code,
        era=source["era"],
        units=len(frame),
        bounds=_bounds(frame),
        source_sha256=digest,
    )
    if commit:
        put_in_force(folder, pack)
    return pack


def _credits(origin: Origin, source: Mapping[str, Any]) -> dict[str, str]:
    """Label, licence and attribution: the province's own for its own file, else those of the pinned source."""
    if origin.place is not None and Path(origin.place).is_file():
        name = Path(origin.place).name
        return {"label": "Ranh giới do tỉnh nhập", "licence": "tệp riêng", "attribution": name}
    return {name: source[name] for name in ("label", "licence", "attribution")}


def _read(
    origin: Origin, source: Mapping[str, Any], province: str, units: Sequence[UnitView], progress: Progress
) -> tuple[Any, str]:
    place = origin.place
    if place is None or place.startswith(("http://", "https://")):
        features, digest = download(place or source["address"], units, province, source["repairs"], progress)
        codes = [feature["properties"]["code"] for feature in features]
        shapes = [_shape(feature) for feature in features]
        return heavy().geopandas.GeoDataFrame({"code": codes}, geometry=shapes, crs=_DEGREES), digest
    path = Path(place)
    if path.is_file():
        progress(Message("Đang đọc %(name)s…", name=path.name))
        return _own_file(path, origin), file_hash(path)
    path, digest = pinned_file(path, source, province)
    progress(Message("Đang đọc %(name)s…", name=path.name))
    frame = heavy().geopandas.read_file(path)
    return frame[frame["prov"] == province][["code", "geometry"]], digest


def _shape(feature: Mapping[str, Any]) -> Any:
    shapely = heavy().shapely
    try:
        return shapely.geometry.shape(feature["geometry"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as error:
        raise no_geojson(feature["properties"]["code"]) from error


def _own_file(path: Path, origin: Origin) -> Any:
    if path.suffix.lower() not in _OWN_FILES or path.stat().st_size > _LARGEST_OWN_FILE:
        raise Refused(Message("Chỉ nhận tệp .gpkg, .geojson hoặc .shp, tối đa 500 MB."))
    try:
        frame = heavy().geopandas.read_file(path)
    except heavy().pyogrio.errors.DataSourceError as error:
        raise Refused(Message("Không đọc được %(name)s: tệp hỏng hoặc không đúng loại.", name=path.name)) from error
    if not isinstance(frame, heavy().geopandas.GeoDataFrame):
        raise Refused(Message("Tệp %(name)s chỉ là bảng, không có ranh giới.", name=path.name))
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    if origin.column not in columns:
        raise Refused(
            Message(
                "Tệp không có cột %(column)s. Các cột: %(columns)s. Chọn bằng --code-column.",
                column=origin.column,
                columns=_some(columns),
            )
        )
    if frame.crs is None:
        frame = frame.set_crs(_asked_crs(origin.crs))
    codes = frame[origin.column].astype(str).fillna("").str.strip()
    if blank := int((codes == "").sum()):
        raise Refused(Message("Có %(n)s ranh giới không có mã trong cột %(column)s.", n=blank, column=origin.column))
    return frame.assign(code=codes.str.zfill(5))[["code", "geometry"]]


def _some(words: Sequence[str]) -> str:
    """The first of a list, short enough for a sentence whatever a file holds."""
    return ", ".join(word[:20] for word in words[:10]) or "không"


def _asked_crs(crs: str | None) -> Any:
    if crs is None:
        raise Refused(
            Message(
                "Tệp ranh giới không ghi hệ tọa độ. Hãy thêm --crs, ví dụ --crs EPSG:5899 "
                "(VN-2000, kinh tuyến trục 107°45' của Đà Nẵng, Quảng Nam)."
            )
        )
    try:
        return heavy().pyproj.CRS.from_user_input(crs)
    except heavy().pyproj.exceptions.CRSError as error:
        raise Refused(Message("Không có hệ tọa độ %(crs)s.", crs=crs[:40])) from error


def _checked(frame: Any, repairs: Mapping[str, str], units: Sequence[UnitView]) -> Any:
    frame = frame.assign(code=frame["code"].replace(dict(repairs)))
    codes, wanted = set(frame["code"]), {unit.code for unit in units}
    if len(codes) != len(frame):
        twice = sorted(set(frame["code"][frame["code"].duplicated()]))
        raise Refused(Message("Mã trùng trong tệp ranh giới: %(codes)s.", codes=_some(twice)))
    lacking, extra = sorted(wanted - codes), sorted(codes - wanted)
    if lacking or extra:
        raise Refused(
            Message(
                "Mã không khớp danh mục. Thiếu: %(lacking)s. Thừa: %(extra)s.",
                lacking=_some(lacking),
                extra=_some(extra),
            )
        )
    frame = frame.to_crs(_DEGREES)
    _check_numbers(frame)
    valid = heavy().shapely.make_valid(frame.geometry.values, method="structure", keep_collapsed=False)
    frame = frame.assign(geometry=valid).sort_values("code")
    _check_areas(frame)
    _check_place(frame, units)
    return frame


def _check_numbers(frame: Any) -> None:
    places = frame.get_coordinates()
    wrong = places.index[~(places.abs() < _NO_PLACE).all(axis=1)]
    if len(wrong):
        bad = sorted(set(frame["code"][wrong]))
        raise Refused(Message("Ranh giới có tọa độ không phải là số: %(codes)s. Không nhập gì cả.", codes=_some(bad)))


def _check_areas(frame: Any) -> None:
    kinds = frame.geometry.geom_type
    bad = sorted(frame["code"][~kinds.isin(["Polygon", "MultiPolygon"]) | frame.geometry.is_empty])
    if bad:
        raise Refused(Message("Ranh giới rỗng hoặc không phải vùng: %(codes)s.", codes=_some(bad)))


def _check_place(frame: Any, units: Sequence[UnitView]) -> None:
    west, south, east, north = frame.total_bounds
    if not (101 <= west <= east <= 119 and 5 <= south <= north <= 24):
        raise Refused(
            Message("Ranh giới nằm ngoài Việt Nam: có thể sai hệ tọa độ hoặc đảo kinh độ, vĩ độ. Không nhập gì cả.")
        )
    known = {unit.code: (unit.lon, unit.lat) for unit in units if unit.lon is not None}
    located = frame[frame["code"].isin(known)]
    lons, lats = [known[code][0] for code in located["code"]], [known[code][1] for code in located["code"]]
    points = heavy().geopandas.GeoSeries.from_xy(lons, lats, crs=_DEGREES, index=located.index).to_crs(_METRIC)
    middle = located.to_crs(_METRIC).distance(points).median()
    if middle > FARTHEST_METRES:
        raise Refused(
            Message(
                "Ranh giới cách vị trí đã biết của các xã khoảng %(km)s km: có thể sai múi chiếu. Không nhập gì cả.",
                km=round(middle / 1000),
            )
        )


def _bounds(frame: Any) -> tuple[float, float, float, float]:
    """South, west, north, east of the units that the inset does not show."""
    near = frame[~frame["code"].isin(INSET_UNITS)].geometry.bounds
    edges = (near["miny"].min(), near["minx"].min(), near["maxy"].max(), near["maxx"].max())
    south, west, north, east = (round(float(edge), 4) for edge in edges)
    return south, west, north, east


def _simplified(frame: Any, tolerance: int) -> Any:
    metric = frame.to_crs(_METRIC)
    simple = heavy().shapely.coverage_simplify(metric.geometry.values, tolerance)
    # An island must never vanish because it is smaller than the tolerance.
    kept = [new if not new.is_empty else old for new, old in zip(simple, metric.geometry.values, strict=True)]
    return metric.assign(geometry=kept).set_crs(_METRIC, allow_override=True).to_crs(_DEGREES)


def _collection(frame: Any, decimals: int) -> dict[str, Any]:
    shapely = heavy().shapely
    rounded = shapely.set_precision(frame.geometry.values, 10**-decimals, mode="pointwise")
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(shapely.to_geojson(shape))}
        for code, shape in zip(frame["code"], rounded, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
