"""Boundaries: packed as a whole with their origin, or refused as a whole with a sentence."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ruraldx.app import create_app
from ruraldx.config import ROOT
from ruraldx.database import db
from ruraldx.messages import Message, Refused
from ruraldx.places.boundaries import Origin, heavy, pull_boundaries
from ruraldx.places.boundary_sources import read_sources
from ruraldx.places.packs import Pack, pack_in_force, pack_path
from ruraldx.places.queries import UnitView, units_of_province
from tests.conftest import SERVER, _address, make_settings
from tests.world import TODAY

GEODATA = ROOT.parent / "shared" / "geodata"
PINNED = "danang_2025_communes_full.gpkg"
with_geodata = pytest.mark.skipif(not (GEODATA / PINNED).is_file(), reason="no boundaries to bring in")
# Vietnamese letters that no other language's message would hold.
VIETNAMESE = re.compile(r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ]")


@pytest.fixture(scope="module")
def units(template: str) -> tuple[UnitView, ...]:
    """The 94 units of Đà Nẵng, read from the template and let go of."""
    folder = Path() if SERVER else Path(template).parent
    made = create_app(make_settings(folder, _address(template) if SERVER else None))
    with made.app_context():
        found = units_of_province("48", TODAY)
        db.session.remove()
        db.engine.dispose()
    return found


def square(lon: float, lat: float, half: float = 0.01) -> dict[str, Any]:
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    return {"type": "Polygon", "coordinates": [[[lon + dx, lat + dy] for dx, dy in corners]]}


@dataclass
class Desk:
    """Where a province's own file is made, changed and handed in."""

    folder: Path
    units: tuple[UnitView, ...]
    said: list[str] = field(default_factory=list)

    @property
    def packs(self) -> Path:
        return self.folder / "packs"

    def features(self) -> list[dict[str, Any]]:
        """A square around the point of each unit; Hoàng Sa is an islet of 20 metres."""
        return [
            {
                "type": "Feature",
                "properties": {"code": unit.code},
                "geometry": square(unit.lon or 0, unit.lat or 0, 0.0001 if unit.code == "20333" else 0.01),
            }
            for unit in self.units
        ]

    def geojson(self, features: list[dict[str, Any]], name: str = "tinh.geojson") -> Path:
        path = self.folder / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    def layer(self, name: str, crs: str) -> Path:
        """The same squares in a file of another kind and system."""
        frame = heavy().geopandas.GeoDataFrame.from_features(self.features(), crs="EPSG:4326")
        frame.to_crs(crs).to_file(self.folder / name)
        return self.folder / name

    def pull(self, place: Path | str, *, commit: bool = True, **origin: str) -> Pack:
        def say(message: Message) -> None:
            self.said.append(str(message))

        return pull_boundaries(
            folder=self.packs,
            province_code="48",
            units=self.units,
            origin=Origin(str(place), **origin),
            progress=say,
            commit=commit,
        )

    def refused(self, place: Path | str, **origin: str) -> str:
        """The sentence of a refusal that leaves nothing behind."""
        with pytest.raises(Refused) as caught:
            self.pull(place, **origin)
        assert not self.packs.exists(), list(self.packs.iterdir())
        sentence = str(caught.value)
        assert VIETNAMESE.search(sentence), sentence
        assert len(sentence) < 400, sentence[:500]
        return sentence


@pytest.fixture
def desk(tmp_path: Path, units: tuple[UnitView, ...]) -> Desk:
    return Desk(tmp_path, units)


@pytest.fixture(scope="module")
def pinned(units: tuple[UnitView, ...], tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Pack]:
    """The pinned boundaries, packed once."""
    made = Desk(tmp_path_factory.mktemp("pinned"), units)
    return made, made.pull(GEODATA)


def read(desk: Desk, name: str) -> Any:
    return json.loads((desk.packs / name).read_text(encoding="utf-8"))


@with_geodata
def test_a_pack_is_named_by_its_content_and_lies_compressed_beside_itself(pinned: tuple[Desk, Pack]) -> None:
    desk, pack = pinned
    for name in (pack.file, pack.overview, pack.outlines):
        body = pack_path(desk.packs, name).read_bytes()
        assert name.split(".")[1] == hashlib.sha256(body).hexdigest()[:12]
        assert gzip.decompress((desk.packs / f"{name}.gz").read_bytes()) == body
    assert (desk.packs / f"{pack.file}.gz").stat().st_size < 200_000
    assert (desk.packs / f"{pack.overview}.gz").stat().st_size < 60_000


@with_geodata
def test_every_unit_of_da_nang_is_there_and_no_island_is_lost(pinned: tuple[Desk, Pack]) -> None:
    desk, pack = pinned
    source = heavy().geopandas.read_file(GEODATA / PINNED).set_index("code").geometry
    for name in (pack.file, pack.overview):
        features = {item["properties"]["code"]: item["geometry"] for item in read(desk, name)["features"]}
        assert features.keys() == {unit.code for unit in desk.units}
        assert len(features) == pack.units == 94
        for code, geometry in features.items():
            shape = heavy().shapely.from_geojson(json.dumps(geometry))
            parts = heavy().shapely.get_parts(shape)
            assert len(parts) == heavy().shapely.get_num_geometries(source[code]), code
            assert all(part.area > 0 for part in parts), code
    assert "20333" not in read(desk, pack.outlines)["paths"], "the inset shows it"


@with_geodata
def test_the_manifest_names_source_licence_attribution_and_hash(pinned: tuple[Desk, Pack]) -> None:
    desk, pack = pinned
    (entry,) = json.loads((desk.packs / "manifest.json").read_text(encoding="utf-8")).values()
    source = read_sources()["today"]
    assert entry["licence"] == source["licence"]
    assert entry["attribution"] == source["attribution"]
    assert entry["label"] == "Ranh giới tham khảo"
    assert entry["source_sha256"] == hashlib.sha256((GEODATA / PINNED).read_bytes()).hexdigest()
    assert pack_in_force(desk.packs, "48") == pack
    assert pack_in_force(desk.packs, "49") is None


@with_geodata
def test_a_changed_pinned_file_is_refused(desk: Desk) -> None:
    folder = desk.folder / "nguon"
    folder.mkdir()
    shutil.copy(GEODATA / PINNED, folder)
    with (folder / PINNED).open("ab") as handle:
        handle.write(b"\0")
    assert "sai mã băm" in desk.refused(folder)


def test_a_folder_without_the_named_files_is_refused(desk: Desk) -> None:
    assert "geodata/sources.toml" in desk.refused(desk.folder)


def test_an_own_file_is_packed_under_the_provinces_name_and_its_islet_stays(desk: Desk) -> None:
    pack = desk.pull(desk.geojson(desk.features()))
    assert (pack.units, pack.label, pack.attribution) == (94, "Ranh giới do tỉnh nhập", "tinh.geojson")
    for name in (pack.file, pack.overview):
        (islet,) = [f["geometry"] for f in read(desk, name)["features"] if f["properties"]["code"] == "20333"]
        assert heavy().shapely.from_geojson(json.dumps(islet)).area > 0
    assert desk.said[-1] == "Đang đơn giản hóa 94 ranh giới cùng nhau…"


def test_without_commit_everything_is_checked_and_nothing_written(desk: Desk) -> None:
    assert desk.pull(desk.geojson(desk.features()), commit=False).units == 94
    assert not desk.packs.exists()
    with pytest.raises(Refused):
        desk.pull(desk.geojson(desk.features()[1:]), commit=False)


def test_the_same_boundaries_make_the_same_packs(desk: Desk) -> None:
    first = desk.pull(desk.geojson(desk.features()))
    before = {path.name: path.read_bytes() for path in desk.packs.iterdir()}
    assert desk.pull(desk.geojson(desk.features())) == first
    assert {path.name: path.read_bytes() for path in desk.packs.iterdir()} == before
    again = desk.pull(desk.geojson(desk.features()[::-1]))
    assert replace(again, source_sha256=first.source_sha256) == first


Change = Callable[[list[dict[str, Any]]], object]


def geometry_of(value: Any) -> Change:
    return lambda features: features[0].update(geometry=value)


def code_of(value: Any) -> Change:
    return lambda features: features[0]["properties"].update(code=value)


LINE = {"type": "LineString", "coordinates": [[108.0, 16.0], [108.1, 16.0]]}
FLAT = {"type": "Polygon", "coordinates": [[[108.0, 16.0], [108.1, 16.0], [108.0, 16.0], [108.0, 16.0]]]}
REFUSALS: dict[str, tuple[Change, str]] = {
    "a missing unit": (lambda features: features.pop(), "Thiếu: "),
    "a foreign unit": (code_of("00001"), "Thừa: 00001"),
    "a unit twice": (lambda features: features.append(features[0]), "Mã trùng"),
    "an empty code": (code_of(None), "Có 1 ranh giới không có mã"),
    "a code of a page": (code_of("x" * 5000), "Mã không khớp danh mục"),
    "no geometry": (geometry_of(None), "Ranh giới rỗng hoặc không phải vùng"),
    "a line": (geometry_of(LINE), "Ranh giới rỗng hoặc không phải vùng"),
    "a polygon without area": (geometry_of(FLAT), "Ranh giới rỗng hoặc không phải vùng"),
    "an empty polygon": (geometry_of({"type": "Polygon", "coordinates": []}), "Ranh giới rỗng"),
    "longitude and latitude exchanged": (
        lambda features: [f.update(geometry=square(*f["geometry"]["coordinates"][0][0][::-1])) for f in features],
        "nằm ngoài Việt Nam",
    ),
    "a unit in another country": (geometry_of(square(2.35, 48.85)), "nằm ngoài Việt Nam"),
    "everything a degree to the west": (
        lambda features: [f.update(geometry=square(f["geometry"]["coordinates"][0][0][0] - 1, 16)) for f in features],
        "sai múi chiếu",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_file_with_one_fault_is_refused_as_a_whole(desk: Desk, name: str) -> None:
    change, words = REFUSALS[name]
    features = desk.features()
    change(features)
    assert words in desk.refused(desk.geojson(features))


@pytest.mark.parametrize("number", [math.nan, math.inf, 1e300])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_number_that_is_no_place_is_refused(desk: Desk, number: float) -> None:
    features = desk.features()
    features[0]["geometry"]["coordinates"][0][1][0] = number
    assert "tọa độ không phải là số" in desk.refused(desk.geojson(features))


def test_a_crossed_ring_is_mended_and_not_lost(desk: Desk) -> None:
    features = desk.features()
    ring = features[0]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    assert desk.pull(desk.geojson(features)).units == 94


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [("hong.geojson", b"hello", "hong.geojson"), ("rong.geojson", b"", "rong.geojson"),
     ("hong.gpkg", b"SQLite format 3\0" + b"\0" * 5000, "hong.gpkg"),
     ("trong.geojson", b'{"type": "FeatureCollection", "features": []}', "--code-column"),
     ("bang.csv", b"code\n20650\n", ".gpkg, .geojson hoặc .shp")],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:GPKG:RuntimeWarning")
def test_a_broken_file_or_another_kind_is_refused(desk: Desk, name: str, body: bytes, says: str) -> None:
    (desk.folder / name).write_bytes(body)
    assert says in desk.refused(desk.folder / name)


def test_a_table_without_geometry_is_refused(desk: Desk) -> None:
    path = desk.layer("bang.gpkg", "EPSG:4326")
    frame = heavy().geopandas.read_file(path).drop(columns="geometry")
    path.unlink()
    heavy().pyogrio.write_dataframe(frame, path, layer="bang")
    assert "không có ranh giới" in desk.refused(path)


def test_the_column_of_codes_is_asked_for_and_the_geometry_is_not_one(desk: Desk) -> None:
    path = desk.geojson([{**f, "properties": {"ma": f["properties"]["code"]}} for f in desk.features()])
    assert "--code-column" in desk.refused(path)
    assert "Các cột: ma." in desk.refused(path, column="geometry")
    assert desk.pull(path, column="ma").units == 94


def test_a_file_without_its_zone_asks_and_the_wrong_zone_is_noticed(desk: Desk) -> None:
    path = desk.layer("tinh.shp", "EPSG:5899")
    path.with_suffix(".prj").unlink()
    assert "EPSG:5899" in desk.refused(path)
    for crs, words in {
        "EPSG:5898": "sai múi chiếu",
        "EPSG:3405": "sai múi chiếu",
        "EPSG:4326": "nằm ngoài Việt Nam",
        "EPSG:999999": "Không có hệ tọa độ EPSG:999999",
        "múi nào cũng được": "Không có hệ tọa độ",
    }.items():
        assert words in desk.refused(path, crs=crs), crs
    assert desk.pull(path, crs="EPSG:5899").units == 94


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://example.org/x", "bắt đầu bằng https://"),
        ("http://127.0.0.1:9/x", "Không tải được http://127.0.0.1:9/x"),
    ],
)
def test_an_address_that_is_open_or_dead_is_refused(desk: Desk, address: str, says: str) -> None:
    assert says in desk.refused(address)


def test_a_damaged_manifest_or_a_lost_file_counts_as_no_boundaries(desk: Desk) -> None:
    pack = desk.pull(desk.geojson(desk.features()))
    (desk.packs / f"{pack.overview}.gz").unlink()
    assert pack_in_force(desk.packs, "48") is None
    for body in ("{", "[]", '{"48-2025": {"file": "x"}}', '{"48-2025": 1}'):
        (desk.packs / "manifest.json").write_text(body, encoding="utf-8")
        assert pack_in_force(desk.packs, "48") is None, body


def test_without_boundaries_the_map_shows_points_and_says_so(bare_app: Flask, desk: Desk) -> None:
    client = bare_app.test_client()
    sentence = "Chưa có ranh giới: bản đồ hiển thị điểm đại diện của từng xã."
    assert sentence in client.get("/ban-do").text
    assert len(client.get("/ban-do/lop/mo-hinh.json").json["communes"]) == 94  # type: ignore[index]
    assert client.get("/ban-do/anh.svg").text.count("<path") >= 93
    path = desk.geojson(desk.features())
    args = ["places", "pull-boundaries", "--from", str(path), "--commit"]
    assert bare_app.test_cli_runner().invoke(args=args).exit_code == 0
    page = client.get("/ban-do").text
    assert sentence not in page
    assert "Ranh giới do tỉnh nhập: tinh.geojson." in page
    assert client.get("/ban-do/lop/mo-hinh.json").json["communes"] == []  # type: ignore[index]
