"""The map as a way in: hostile names, foreign addresses, paths out of the packs, results that are not public."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Route, expect
from sqlalchemy import update

import ruraldx.cells as outgoing
from ruraldx.config import ROOT, Settings
from ruraldx.database import db, unit_of_work
from ruraldx.maps import content, render, views
from ruraldx.maps.content import MapContent
from ruraldx.maps.render import ForeignAddress, MapAddresses, RenderedMap
from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.models import Pilot
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.places.models import Unit
from ruraldx.places.packs import write_pack
from ruraldx.published.queries import PublishedStatus
from tests.clock import NOW
from tests.world import IN_2024, TODAY, World, make_people, make_world

HOSTILE = "${alert(1)}</script><img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("x","y")'
ADDRESSES = MapAddresses(
    overview="/ban-do/goi/overview-48-2025.0123456789ab.json",
    geometry="/ban-do/goi/communes-48-2025.0123456789ab.json",
    statuses="/ban-do/lop/xa.json?xa=Qu%E1%BA%BF+Ph%C3%BA",
    pilots="/ban-do/lop/mo-hinh.json",
    palette="/ban-do/lop/mau.json",
    labels="/ban-do/lop/ten.json",
    bounds=(14.9513, 107.2105, 16.2155, 108.7393),
)
OUTSIDE = (
    "https://example.org/x.json", "//example.org/x.json", "javascript:alert(1)", "data:text/html,x", "x.json", "",
    "/x`${alert(1)}`", "/x</script>", "/x\\example.org", "/x\n", '/x"', "/x'", "/ bản đồ", "/\\example.org", "/x//y",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _drawn_anew() -> Iterator[None]:
    """The same addresses are drawn once in a process: here each test draws for itself."""
    render.render.cache_clear()
    yield
    render.render.cache_clear()


@pytest.fixture
def client(bare_app: Flask) -> FlaskClient:
    """A stranger at a site where a pilot, a commune of today and an old one have a hostile name."""
    with bare_app.app_context():
        office = make_people(("office",))["office"]
        row = ("49", IN_2024, Kind.SMART_COMMUNE, ("du-lich",), PilotStatus.OPERATING, "", "2024", "kiểm thử")
        record_pilots(
            actor=office, now=NOW, today=TODAY, pilots=(NewPilot("Quế Phú", *row), NewPilot("Đại Thắng", *row))
        )
        with unit_of_work() as session:
            session.execute(update(Pilot).values(name=HOSTILE, status_note=HOSTILE, period=HOSTILE, source=HOSTILE))
            session.execute(update(Unit).where(Unit.code == "20650").values(name=HOSTILE, full_name=HOSTILE))
            session.execute(update(Unit).where(Unit.code == "20275").values(full_name=FORMULA))
        db.session.remove()
    return bare_app.test_client()


def nodes(html: str) -> Iterator[Any]:
    return html5lib.parse(html, namespaceHTMLElements=False).iter()


def scripts_of(html: str) -> str:
    """The text of the scripts written into a page."""
    return "\n".join("".join(node.itertext()) for node in nodes(html) if node.tag == "script")


def dangers(html: str) -> list[str]:
    """What a hostile name did to a page: elements, handlers, or its text in a script."""
    found = [
        f"{node.tag} {name}" for node in nodes(html) if isinstance(node.tag, str)
        for name, value in node.attrib.items() if name.startswith("on") or (name == "src" and value == "x")
    ]  # fmt: skip
    return found + [part for part in ("alert(", "${") if part in scripts_of(html)]


def foreign(script: str) -> list[str]:
    """Addresses of other sites in a script."""
    return re.findall(r"(?:https?:)?//[\w.{-]+\.[\w.{}/-]+", script)


@pytest.mark.parametrize("path", ["/ban-do", "/ban-do/nhung", "/ban-do?xa=alert", "/mo-hinh", "/xa/20650"])
def test_a_hostile_name_is_only_text_on_a_page(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert dangers(page.text) == []
    if path != "/ban-do/nhung":
        assert "${alert(1)}&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page.text


def test_the_switch_without_escaping_the_hostile_name_is_found(client: FlaskClient, bare_app: Flask) -> None:
    bare_app.jinja_env.autoescape = False
    bare_app.jinja_env.cache = {}
    assert "img onerror" in dangers(client.get("/ban-do").text)


@pytest.mark.parametrize(
    "typed", [f'"{HOSTILE}`', "Ea H'Leo", "Hòa (cũ)", "a, b", "//example.org", "$", "%", "+", "🙂", "a\0b"]
)
def test_whatever_is_typed_into_the_filter_is_only_text(client: FlaskClient, typed: str) -> None:
    for path in ("/ban-do", "/ban-do/nhung"):
        page = client.get(path, query_string={"xa": typed})
        assert page.status_code == 200
        assert dangers(page.text) == []
        asked = set(re.findall(r'"(/ban-do/lop/xa[^"]*)"', scripts_of(page.text)))
        assert len(asked) == 1
        (address,) = asked
        assert client.get(address).json == client.get("/ban-do/lop/xa.json", query_string={"xa": typed}).json
        assert not re.search(r"['`$(]", address)


def test_no_name_reaches_folium(client: FlaskClient, bare_app: Flask) -> None:
    script = re.search(r"<script nonce[^>]*>(.*?)</script>", client.get("/ban-do").text, re.DOTALL)
    assert script
    assert "L.map" in script[1]
    words = client.get("/ban-do/lop/ten.json").json
    assert words
    for layer in ("pilots", "communes"):
        for name, *_ in words[layer].values():
            assert name not in script[1]
    assert all(ord(letter) < 128 for letter in script[1]), "a script of addresses and numbers has no Vietnamese letter"


def test_the_switch_a_name_given_to_folium_is_found(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_texts(shown: MapContent) -> RenderedMap:
        folium = importlib.import_module("folium")
        drawn = folium.Map(tiles=None)
        for pilot in shown.pilots:
            folium.Marker([pilot.lat, pilot.lon], tooltip=pilot.name).add_to(drawn)
        drawn.render()
        return RenderedMap(drawn.get_name(), drawn.get_root().script.render())

    monkeypatch.setattr(views, "_rendered", with_texts)
    assert {"img onerror", "${"} <= set(dangers(client.get("/ban-do").text))


def test_names_travel_as_data_that_no_browser_runs(client: FlaskClient) -> None:
    for path in ("/ban-do/lop/ten.json", "/ban-do/lop/mo-hinh.json", "/ban-do/lop/xa.json"):
        response = client.get(path)
        assert response.mimetype == "application/json"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert HOSTILE in {name for name, _, _ in client.get("/ban-do/lop/ten.json").json["pilots"].values()}  # type: ignore[index]
    assert "alert" not in client.get("/ban-do/lop/mo-hinh.json").text
    assert "alert" not in client.get("/ban-do/anh.svg").text


def test_a_cell_of_the_csv_is_no_formula(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = "'" + FORMULA.replace('"', '""')
    assert harmless in client.get("/ban-do/bang.csv").text
    # The switch.
    monkeypatch.setattr(outgoing, "plain_cell", lambda value: value)
    assert harmless not in client.get("/ban-do/bang.csv").text


def written_as_html(source: str) -> list[str]:
    """Places of a browser script where a text could become HTML or code."""
    found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source)
    # What Leaflet shows is an element made here, never a string.
    shown = re.findall(r"(?:bindPopup|bindTooltip|setContent)\(([^)]*)\)|\bhtml: ([^,}]+)", source)
    made = set(re.findall(r"const (\w+) = document\.createElement", source))
    return found + [word for pair in shown for word in pair if word and word.strip() not in made]


def test_the_browser_writes_names_as_text() -> None:
    source = (ROOT / "static" / "js" / "map.js").read_text(encoding="utf-8")
    assert source.count("textContent") >= 4
    assert written_as_html(source) == []


@pytest.mark.parametrize(
    ("from_", "to"),
    [("link.textContent = name", "link.innerHTML = name"), ("bindTooltip(plain)", "bindTooltip(name)"),
     ("html: text", "html: label")],
)  # fmt: skip
def test_the_switch_a_name_written_as_html_is_found(from_: str, to: str) -> None:
    source = (ROOT / "static" / "js" / "map.js").read_text(encoding="utf-8")
    assert from_ in source
    assert written_as_html(source.replace(from_, to))


@pytest.mark.browser
@pytest.mark.parametrize("switch", [False, True], ids=["as it is", "the switch: names written as HTML"])
def test_in_a_browser_the_hostile_name_is_read_and_not_run(
    client: FlaskClient,
    chromium: Browser,
    switch: bool,
) -> None:
    def answer(route: Route) -> None:
        found = client.get(route.request.url.removeprefix("http://localhost"), headers={"Accept": "*/*"})
        body = found.get_data()
        if switch and "/js/map.js" in route.request.url:
            body = body.replace(b"link.textContent = name", b"link.innerHTML = name")
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=body)
        found.close()

    page = chromium.new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.route("**/*", answer)
    page.goto("http://localhost/ban-do?xa=que+phu")
    page.locator(".map-marker[role=button]").click()
    expect(page.locator(".leaflet-popup-content a")).to_have_text("${alert(1)}" if switch else HOSTILE)
    assert page.locator("img[src=x]").count() == int(switch)
    assert ran == [], "the policy holds even then"
    page.close()


@pytest.mark.parametrize("address", OUTSIDE)
@pytest.mark.parametrize("field", ["overview", "geometry", "statuses", "pilots", "palette", "labels"])
def test_an_address_that_is_not_ours_is_an_error(address: str, field: str) -> None:
    with pytest.raises(ForeignAddress):
        render.render(replace(ADDRESSES, **{field: address}))


def test_the_map_itself_holds_no_foreign_address_and_a_tile_layer_would_be_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert foreign(render.render(ADDRESSES).script) == []
    render.render.cache_clear()
    folium = render._folium()

    class Tiled(folium.map_class):  # type: ignore[misc, name-defined]
        def __init__(self, **options: Any) -> None:
            super().__init__(**{**options, "tiles": "OpenStreetMap"})

    monkeypatch.setattr(folium, "map_class", Tiled)
    with pytest.raises(ForeignAddress, match="openstreetmap"):
        render.render(ADDRESSES)


def test_the_switch_without_the_look_at_addresses_a_foreign_one_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "own_address", lambda address: address)
    monkeypatch.setattr(render, "_check_script", lambda _script: None)
    drawn = render.render(replace(ADDRESSES, statuses="https://example.org/x.json"))
    assert foreign(drawn.script) == ["https://example.org/x.json"]


def test_two_renders_are_the_same_bytes_and_zoom_has_ends() -> None:
    first = render.render(ADDRESSES)
    assert render.render(ADDRESSES) == first
    assert first.element_id == "map_ruraldx"
    assert re.search(r'"maxZoom": 15\b', first.script)
    assert re.search(r'"minZoom": 5\b', first.script)
    assert all(address in first.script for address in (ADDRESSES.pilots, ADDRESSES.palette, ADDRESSES.labels))
    assert render.render(replace(ADDRESSES, overview=None, geometry=None)).script != first.script


def test_two_pages_differ_by_their_nonce_only(client: FlaskClient) -> None:
    pages = [re.sub(r'nonce="[^"]+"|value="[^"]{60,}"', "", client.get("/ban-do").text) for _ in range(2)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "name",
    [
        "..%2fruraldx.sqlite3", "../ruraldx.sqlite3", "..%5c..%5cruraldx.sqlite3", "%2e%2e/%2e%2e/etc/passwd", "..",
        "manifest.json", ".pack-x", "geheim.0123456789ab.json.gz", "KHAC.0123456789ab.json", "x.0123456789ab.json%00",
        "x.0123456789ab.json%0a", "%2fetc%2fpasswd", "x.0123456789ab.json", "a" * 300 + ".0123456789ab.json",
    ],
)  # fmt: skip
def test_a_path_out_of_the_packs_is_not_found(bare_app: Flask, settings: Settings, name: str) -> None:
    folder = settings.data_dir / "packs"
    write_pack(folder, "that", {"x": 1})
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    response = bare_app.test_client().get(f"/ban-do/goi/{name}")
    assert response.status_code == 404
    assert b"SQLite" not in response.data


def test_the_switch_without_the_look_at_the_name_the_database_gets_out(
    bare_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.data_dir / "bi-mat.txt").write_text("bí mật", encoding="utf-8")
    (settings.data_dir / "packs").mkdir()
    path = "/ban-do/goi/..%5cbi-mat.txt".replace("%5c", "%2f")
    monkeypatch.setattr(views, "pack_path", lambda folder, name: Path(folder) / ".." / Path(name).name)
    response = bare_app.test_client().get("/ban-do/goi/bi-mat.txt")
    assert "bí mật" in response.text
    response.close()
    monkeypatch.undo()
    assert bare_app.test_client().get(path).status_code == 404


FEEDS = ("/ban-do/lop/xa.json", "/ban-do/lop/ten.json", "/ban-do/anh.svg", "/ban-do/bang.csv", "/api/v1/ket-qua")


def leaks(app: Flask, world: World) -> list[str]:
    """Feeds that say something of a decided, unpublished dossier."""
    texts = {path: app.test_client().get(path).get_data(as_text=True) for path in FEEDS}
    statuses = json.loads(texts["/ban-do/lop/xa.json"])
    found = [code for code, status in statuses.items() if status != "none"]
    return found + [path for path, text in texts.items() if "01/QĐ-MH" in text or world.key in text]


@pytest.mark.parametrize("stage", ["complete", "sent", "received", "appraised", "decided"])
def test_nothing_before_publication_is_in_a_feed(bare_app: Flask, settings: Settings, stage: str) -> None:
    with bare_app.app_context():
        world = make_world(settings.data_dir)
        world.to(stage)
        db.session.remove()
    assert leaks(bare_app, world) == []


def test_the_switch_a_feed_that_reads_decisions_is_found(
    bare_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bare_app.app_context():
        world = make_world(settings.data_dir)
        world.to("decided")
        db.session.remove()
    early = (PublishedStatus("20650", "Xã Quế Phú", "pass", own=False),)
    monkeypatch.setattr(content, "published_statuses", lambda _province, _on, _criteria: early)
    assert leaks(bare_app, world) == ["20650"]
