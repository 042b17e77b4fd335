"""The map and its twins: legend, feeds, table, CSV and picture say the same; addresses are permalinks; packs last."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from ruraldx.config import Settings
from ruraldx.database import db, unit_of_work
from ruraldx.maps.layers import ARCHIPELAGOS, COMMUNES, NOTE, PILOTS, TILE, palette
from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.models import Pilot
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.places.packs import Pack, outlines, put_in_force, write_pack
from ruraldx.published import operations as publication
from ruraldx.web.i18n import english
from tests.clock import NOW
from tests.world import IN_2024, TODAY, World, make_people, make_world

# (commune of 2024, kind, fields, status)
ROWS = (
    ("Quế Phú", Kind.SMART_COMMUNE, ("chuyen-doi-so",), PilotStatus.UNDER_REVIEW),
    ("Cẩm Thanh", Kind.SMART_VILLAGE, ("du-lich",), PilotStatus.OPERATING),
    ("Đại Thắng", Kind.ECOMMERCE_COMMUNE, (), PilotStatus.OPERATING),
    ("Tam Phước", Kind.SMART_COMMUNE, ("van-hoa",), PilotStatus.ENDED),
)
ADDRESSES = {
    "page": "/ban-do", "statuses": "/ban-do/lop/xa.json", "points": "/ban-do/lop/mo-hinh.json",
    "words": "/ban-do/lop/ten.json", "palette": "/ban-do/lop/mau.json", "picture": "/ban-do/anh.svg",
    "csv": "/ban-do/bang.csv", "embed": "/ban-do/nhung",
}  # fmt: skip
FEEDS = ("statuses", "points", "words", "palette", "picture")


def record() -> None:
    """Four pilots; the last one has no point."""
    office = make_people(("office",))["office"]
    new = tuple(
        NewPilot(name, "49", IN_2024, kind, fields, status, "", "2024", "kiểm thử")
        for name, kind, fields, status in ROWS
    )
    record_pilots(actor=office, now=NOW, today=TODAY, pilots=new)
    with unit_of_work() as session:
        gone = update(Pilot).where(Pilot.status == "ended")
        session.execute(gone.values(lat=None, lon=None, point_quality=None))


@pytest.fixture
def client(bare_app: Flask) -> FlaskClient:
    """A stranger at a site with four pilots."""
    with bare_app.app_context():
        record()
        db.session.remove()
    return bare_app.test_client()


@dataclass
class Twins:
    """Everything that shows the map for one filter."""

    client: FlaskClient
    query: str = ""

    def get(self, name: str) -> Any:
        response = self.client.get(ADDRESSES[name] + self.query)
        assert response.status_code == 200, f"{name}{self.query}"
        return response.json if response.is_json else response.text

    def legend(self) -> dict[str, int]:
        """Words → how many, as the page says."""
        root = html5lib.parse(self.get("page"), namespaceHTMLElements=False)
        lines = [" ".join("".join(item.itertext()).split()) for item in root.find(".//aside").iter("li")]
        counted = (line.rpartition(": ") for line in lines if re.search(r": \d+$", line))
        return {words: int(number) for words, _, number in counted}

    def rows(self) -> list[list[str]]:
        """The rows of both tables of the page."""
        root = html5lib.parse(self.get("page"), namespaceHTMLElements=False)
        return [
            [" ".join("".join(cell.itertext()).split()) for cell in row]
            for table in root.iter("table")
            for row in table.find("tbody").iter("tr")
        ]

    def check(self) -> dict[str, int]:
        """Compare all twins and return the legend."""
        words, points, legend = self.get("words"), self.get("points"), self.legend()
        statuses, rows = self.get("statuses"), self.rows()
        table = list(csv.DictReader(io.StringIO(self.get("csv").removeprefix("\ufeff"))))
        said = {symbol.code: str(symbol.label) for symbol in COMMUNES + PILOTS}
        expected = Counter(said[status] for status in statuses.values())
        expected.update(status for _name, status, _url in words["pilots"].values())
        assert {words: n for words, n in legend.items() if n and words != "không có toạ độ"} == expected
        assert Counter(row["trang_thai"] for row in table) == expected
        assert Counter(row[2] for row in rows) == expected
        assert statuses.keys() == words["communes"].keys()
        assert {row["ten"] for row in table} == {row[0] for row in rows}
        assert len(points["pilots"]) == len(words["pilots"]) - legend.get("không có toạ độ", 0)
        assert {point[2] for point in points["pilots"]} <= words["pilots"].keys()
        for layer in ("pilots", "communes"):
            assert {point[3] for point in points[layer]} <= self.get("palette")[layer].keys()
        return legend


def test_a_line_of_the_legend_has_one_colon_and_none_says_that_no_pilot_lacks_a_place(client: FlaskClient) -> None:
    for translate in (str, english().gettext):
        said = [symbol.label.translated(translate) for symbol in COMMUNES + PILOTS]
        assert [words for words in said if ":" in words] == []
    assert "không có toạ độ" in Twins(client).legend()
    placed = Twins(client, "?trang-thai=operating").legend()
    assert placed["Đang hoạt động"] == 2
    assert "không có toạ độ" not in placed


def test_legend_feeds_tables_and_csv_count_the_same(client: FlaskClient) -> None:
    legend = Twins(client).check()
    assert legend["Chưa có kết quả công bố"] == 94
    assert (legend["Đang hoạt động"], legend["Kết thúc"], legend["không có toạ độ"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("query", "communes", "pilots"),
    [
        ("?xa=que+phu", ["Xã Quế Phước", "Xã Xuân Phú"], 1),
        ("?xa=XUÂN PHÚ", ["Xã Xuân Phú"], 1),
        ("?xa=xa%CC%83+Que%CC%82%CC%81+Xua%CC%82n", ["Xã Xuân Phú"], 0),
        ("?xa=khong+co+xa+nay", [], 0),
        ("?loai=smart_commune", None, 2),
        ("?linh-vuc=du-lich", None, 1),
        ("?trang-thai=operating", None, 2),
        ("?loai=smart_village&trang-thai=ended", None, 0),
        ("?loai=%27%22%3E&linh-vuc=x&trang-thai=x&khong-biet=1", None, 4),
    ],
)
def test_a_filter_is_a_permalink_that_all_twins_follow(
    client: FlaskClient, query: str, communes: list[str] | None, pilots: int
) -> None:
    twins = Twins(client, query)
    twins.check()
    words = twins.get("words")
    assert communes is None or sorted(name for name, *_ in words["communes"].values()) == communes
    assert len(words["pilots"]) == pilots


def test_the_page_hands_its_filter_on_to_everything_it_loads(client: FlaskClient) -> None:
    page = client.get("/ban-do?xa=Quế+Phú&trang-thai=under_review&loai=khong-co").text
    assert "khong-co" not in page.partition("<main")[2]
    query = r"xa=Qu%E1%BA%BF\+Ph%C3%BA(?:&|&amp;|\\u0026)trang-thai=under_review"
    for name in ("statuses", "points", "words", "picture", "csv"):
        assert re.search(re.escape(ADDRESSES[name]) + r"\?" + query, page), name
    assert 'value="Quế Phú"' in page
    assert '<option value="under_review" selected' in page


def test_the_archipelagos_and_the_note_are_on_every_form_of_the_map(client: FlaskClient) -> None:
    assert [(code, str(label)) for code, label, _, _ in ARCHIPELAGOS] == [
        ("20333", "Hoàng Sa (Đà Nẵng)"),
        ("22736", "Trường Sa (Khánh Hòa)"),
    ]
    for name in ("page", "embed", "picture"):
        for query in ("", "?xa=quế+phú"):
            text = Twins(client, query).get(name)
            for words in ("Hoàng Sa (Đà Nẵng)", "Trường Sa (Khánh Hòa)", str(NOTE)):
                assert words in text, f"{name}{query}: {words}"
    assert str(NOTE).startswith("Bản đồ mang tính tham khảo")
    labels = Twins(client).get("words")["archipelagos"]
    assert [item[2] for item in labels] == ["Hoàng Sa (Đà Nẵng)", "Trường Sa (Khánh Hòa)"]
    assert all(5 < lat < 18 and 111 < lon < 116 for lat, lon, _ in labels)
    assert "20333" in Twins(client).get("statuses")


def test_without_a_script_the_page_has_a_picture_and_tables(client: FlaskClient) -> None:
    page = client.get("/ban-do").text
    without = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert 'src="/ban-do/anh.svg"' in without
    assert re.search(r'class="map-canvas"[^>]* hidden>', without)
    assert all(text in without for text in ("Xã Xuân Phú", "Xã nông thôn mới thông minh Quế Phú"))
    svg = ElementTree.fromstring(client.get("/ban-do/anh.svg").text)
    assert svg.get("viewBox")
    shapes = Counter(element.tag.rpartition("}")[2] for element in svg.iter())
    assert shapes["path"] + shapes["rect"] + shapes["circle"] > 94
    assert client.get("/ban-do/anh.svg").mimetype == "image/svg+xml"


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_answers_304_until_its_content_changes(client: FlaskClient, bare_app: Flask, name: str) -> None:
    first = client.get(ADDRESSES[name])
    tag = first.headers["ETag"]
    assert "must-revalidate" in first.headers["Cache-Control"]
    again = client.get(ADDRESSES[name], headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    with bare_app.app_context(), unit_of_work() as session:
        session.execute(update(Pilot).values(name="Tên khác", status="paused", lat=None, lon=None, point_quality=None))
    changed = client.get(ADDRESSES[name], headers={"If-None-Match": tag})
    assert changed.status_code == (304 if name in ("statuses", "palette") else 200)


def test_the_map_asks_the_database_as_often_for_two_communes_as_for_all(client: FlaskClient, bare_app: Flask) -> None:
    counts = []
    with bare_app.app_context():
        engine = db.engine
    for query in ("?xa=phú", ""):
        sent: list[str] = []
        note = _noting(sent)
        event.listen(engine, "before_cursor_execute", note)
        client.get(f"/ban-do{query}")
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8


def _noting(sent: list[str]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    return note


def test_only_what_is_published_shows_and_what_is_taken_down_goes(bare_app: Flask, settings: Settings) -> None:
    with bare_app.app_context():
        world = make_world(settings.data_dir)
        world.to("decided")
    twins = Twins(bare_app.test_client())
    assert set(twins.get("statuses").values()) == {"none"}
    _do(bare_app, world.publish)
    assert twins.get("statuses")["20650"] == "former_pass", "the result is that of one of four former units"
    assert twins.check()["Xã cũ đạt"] == 1
    assert twins.get("words")["communes"]["20650"][3] == "Xã Quế Phú (1 trên 4 đơn vị cũ)"
    assert COMMUNES[2].colour in twins.get("picture")
    _do(bare_app, lambda: _unpublish(world))
    assert set(twins.get("statuses").values()) == {"none"}


def _unpublish(world: World) -> None:
    publication.unpublish(actor=world.people["office"], now=world.later(), key=world.key, reason="Nhầm số")


def _do(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context():
        act()
        db.session.remove()


def test_no_two_symbols_of_a_layer_look_alike() -> None:
    for layer in (COMMUNES, PILOTS):
        assert len({(symbol.colour, symbol.shape) for symbol in layer}) == len(layer)
        assert len({str(symbol.label) for symbol in layer}) == len(layer)
    assert TILE == 8
    assert {status.value for status in PilotStatus} == palette()["pilots"].keys()


@pytest.fixture
def pack(settings: Settings) -> Pack:
    """A square for Quế Phú's successor, packed as the boundaries are."""
    ring = [[108.2, 15.7], [108.4, 15.7], [108.4, 15.9], [108.2, 15.9], [108.2, 15.7]]
    feature = {
        "type": "Feature",
        "properties": {"code": "20650"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    folder = settings.data_dir / "packs"
    names = [write_pack(folder, f"{kind}-48-2025", collection) for kind in ("communes", "overview")]
    drawn = write_pack(folder, "outlines-48-2025", outlines(collection["features"]))  # type: ignore[arg-type]
    made = Pack(
        *names, drawn, "48", "2025", 1, (15.7, 108.2, 15.9, 108.4), "Ranh giới thử", "MIT", "kiểm thử", "0" * 64
    )
    put_in_force(folder, made)
    return made


def test_a_pack_is_immutable_cached_for_a_year_and_sent_compressed(client: FlaskClient, pack: Pack) -> None:
    assert f'"/ban-do/goi/{pack.file}"' in client.get("/ban-do").text
    plain = client.get(f"/ban-do/goi/{pack.file}")
    zipped = client.get(f"/ban-do/goi/{pack.file}", headers={"Accept-Encoding": "gzip"})
    for response in (plain, zipped):
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in response.headers["Vary"]
        assert response.mimetype == "application/json"
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    again = client.get(f"/ban-do/goi/{pack.file}", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304
    for response in (plain, zipped, again):
        response.close()


def test_with_boundaries_the_map_names_their_source_and_the_picture_draws_them(
    client: FlaskClient, pack: Pack, settings: Settings
) -> None:
    assert "Ranh giới thử: kiểm thử." in client.get("/ban-do").text
    Twins(client).check()
    assert Twins(client).get("points")["communes"] == []
    (path,) = json.loads((settings.data_dir / "packs" / pack.outlines).read_text("utf-8"))["paths"].values()
    assert f'd="{path}"' in client.get("/ban-do/anh.svg").text
    (settings.data_dir / "packs" / pack.file).unlink()
    assert "Chưa có ranh giới" in client.get("/ban-do").text


@pytest.mark.parametrize("change", [{"bounds": ["a", 1, 2, 3]}, {"bounds": [1, 2]}, {"outlines": "../x"}, {"file": 1}])
def test_a_damaged_entry_of_the_manifest_leaves_the_map_with_points(
    client: FlaskClient, pack: Pack, settings: Settings, change: dict[str, Any]
) -> None:
    path: Path = settings.data_dir / "packs" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["48-2025"].update(change)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert "Chưa có ranh giới" in client.get("/ban-do").text
    assert client.get("/ban-do/anh.svg").status_code == 200
