"""Boundaries from an address: one GeoJSON file for each unit, from a source that may be lame, wrong or hostile."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ruraldx.places import boundary_sources
from ruraldx.places.boundary_sources import download, read_sources, unit_path
from ruraldx.places.packs import pack_in_force
from ruraldx.places.queries import UnitView
from tests.work.test_boundaries import Desk, square, units

__all__ = ["units"]
SOURCE = read_sources()["today"]
Answer = tuple[int, dict[str, str], bytes]


def found(data: object) -> Answer:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return 200, {"Content-Length": str(len(body))}, body


@dataclass
class Source:
    """A public source on loopback: path → answer, and what was asked."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def path(self, unit: UnitView) -> str:
        wrong = {right: source for source, right in SOURCE["repairs"].items()}
        return "/" + unit_path(unit, "48", wrong)

    def offer(self, features: list[dict[str, Any]], units: tuple[UnitView, ...]) -> None:
        geometry = {feature["properties"]["code"]: feature["geometry"] for feature in features}
        self.answers = {self.path(unit): found(geometry[unit.code]) for unit in units}


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            status, headers, body = made.answers.get(self.path, (404, {}, b"Not Found"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def desk(tmp_path: Path, units: tuple[UnitView, ...]) -> Desk:
    return Desk(tmp_path, units)


@pytest.fixture
def offering(source: Source, desk: Desk) -> Source:
    source.offer(desk.features(), desk.units)
    return source


def some_unit(desk: Desk, code: str = "20650") -> UnitView:
    return next(unit for unit in desk.units if unit.code == code)


def codes(desk: Desk, name: str) -> set[str]:
    data = json.loads((desk.packs / name).read_text(encoding="utf-8"))
    return {item["properties"]["code"] for item in data["features"]}


def test_an_address_gives_what_a_file_with_the_same_boundaries_gives_and_its_origin_is_kept(
    offering: Source, desk: Desk
) -> None:
    from_file = desk.pull(desk.geojson(desk.features()))
    shapes = (desk.packs / from_file.file).read_bytes()
    pack = desk.pull(offering.url + "/")
    assert codes(desk, pack.file) == codes(desk, from_file.file) == {unit.code for unit in desk.units}
    assert (desk.packs / pack.file).read_bytes() == shapes
    assert pack.file == from_file.file, "the same content has the same name"
    assert pack.label == SOURCE["label"]
    assert pack.licence == SOURCE["licence"]
    assert pack_in_force(desk.packs, "48") == pack
    assert sorted(offering.asked) == sorted(offering.answers), "each file once, and no other"
    assert "/48_da_nang/wards/20650_xuan_phu.geojson" in offering.asked


def test_progress_is_said_while_files_come(offering: Source, desk: Desk) -> None:
    desk.pull(offering.url, commit=False)
    said = [sentence for sentence in desk.said if sentence.startswith("Đã tải ")]
    assert said[0] == "Đã tải 10/94 ranh giới."
    assert said[-1] == "Đã tải 94/94 ranh giới."
    assert len(said) == 10
    assert not desk.packs.exists(), "a rehearsal writes nothing"


def test_features_and_collections_of_one_are_understood(offering: Source, desk: Desk) -> None:
    for code, wrap in {
        "20650": lambda shape: {"type": "Feature", "properties": {"x": 1}, "geometry": shape},
        "20194": lambda shape: {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": None, "geometry": shape}],
        },
    }.items():
        path = offering.path(some_unit(desk, code))
        offering.answers[path] = found(wrap(json.loads(offering.answers[path][2])))
    assert desk.pull(offering.url).units == 94


FAULTS: dict[str, tuple[Callable[[Source], Answer], str]] = {
    "a file that is not there": (lambda _s: (404, {}, b"Not Found"), "Không tải được"),
    "a source that fails": (lambda _s: (500, {}, b""), "Không tải được"),
    "a way to another place": (lambda s: (302, {"Location": f"{s.url}/elsewhere"}, b""), "Không tải được"),
    "a way to a file of this machine": (lambda _s: (301, {"Location": "file:///etc/passwd"}, b""), "Không tải được"),
    "a page instead": (lambda _s: found(b"<!doctype html><title>x</title>"), "không phải GeoJSON"),
    "bytes that are no text": (lambda _s: found(b"\xff\xfe\x00"), "không phải GeoJSON"),
    "nothing": (lambda _s: found(b""), "không phải GeoJSON"),
    "another JSON": (lambda _s: found([1, 2]), "không phải GeoJSON"),
    "a feature without a place": (lambda _s: found({"type": "Feature", "geometry": None}), "không phải GeoJSON"),
    "a point": (lambda _s: found({"type": "Point", "coordinates": [108, 16]}), "không phải GeoJSON"),
    "two units in one": (
        lambda _s: found({"type": "FeatureCollection", "features": [{"geometry": square(108, 15)}] * 2}),
        "không phải GeoJSON",
    ),
    "an area without coordinates": (lambda _s: found({"type": "Polygon"}), "không phải GeoJSON"),
    "coordinates that are words": (
        lambda _s: found({"type": "Polygon", "coordinates": "108 16"}),
        "không phải GeoJSON",
    ),
    "a ring of two points": (
        lambda _s: found({"type": "Polygon", "coordinates": [[[108, 15], [108, 16]]]}),
        "không phải GeoJSON",
    ),
    "brackets without end": (lambda _s: found(b'{"type":' + b"[" * 100_000), "không phải GeoJSON"),
    "less than was promised": (lambda _s: (200, {"Content-Length": "1000"}, b"{}"), "Không tải được"),
    "a boundary in another country": (lambda _s: found(square(2.35, 48.85)), "nằm ngoài Việt Nam"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_in_one_file_refuses_all_and_leaves_nothing_behind(offering: Source, desk: Desk, name: str) -> None:
    make, words = FAULTS[name]
    offering.answers[offering.path(some_unit(desk))] = make(offering)
    said = desk.refused(offering.url)
    assert words in said
    assert "/elsewhere" not in offering.asked
    if "GeoJSON" in words:
        assert "20650" in said
    elif "tải" in words:
        assert "20650_xuan_phu.geojson" in said


def test_what_was_in_force_stays_in_force_after_a_refusal(offering: Source, desk: Desk) -> None:
    before = desk.pull(offering.url)
    kept = {path: path.read_bytes() for path in desk.packs.iterdir()}
    offering.answers.popitem()
    with pytest.raises(boundary_sources.Refused):
        desk.pull(offering.url)
    assert {path: path.read_bytes() for path in desk.packs.iterdir()} == kept
    assert pack_in_force(desk.packs, "48") == before


def test_a_file_beyond_every_size_is_refused_before_it_is_read_whole(
    offering: Source, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundary_sources, "_LARGEST_FILE", 5000)
    path = offering.path(some_unit(desk))
    offering.answers[path] = found(b" " * 5001)
    assert "lớn bất thường" in desk.refused(offering.url)
    offering.answers[path] = found(json.dumps(square(108.2, 15.8)).encode().ljust(5000))
    assert desk.pull(offering.url, commit=False).units == 94, "the limit itself is allowed"


@pytest.mark.parametrize("place", ["/có dấu cách", "/có-dấu", "/x\r\nX-Y: z"])
def test_an_address_that_cannot_be_asked_is_refused_with_a_sentence(offering: Source, desk: Desk, place: str) -> None:
    assert "Không tải được" in desk.refused(offering.url + place)
    assert offering.asked == []


def test_a_source_that_speaks_another_language_is_refused(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            line, _address = server.accept()
            line.recv(1000)
            line.sendall(b"SSH-2.0-x\r\n\r\n")
            line.close()

        thread = threading.Thread(target=answer)
        thread.start()
        assert "Không tải được" in desk.refused(f"http://127.0.0.1:{port}")
        thread.join()


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x",
        "http://127.0.0.1.example.org/x",
        "http://localhost@example.org/x",
        "http://[::2]/x",
        "http://[::1",
    ],
)
def test_an_open_line_to_another_host_is_refused_before_anything_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(boundary_sources, "_fetch", lambda address: pytest.fail(f"asked {address}"))
    assert desk.refused(address) == "Địa chỉ nguồn phải bắt đầu bằng https://."


@pytest.fixture
def ba_che(desk: Desk) -> UnitView:
    """A commune of another province whose code the source has wrong."""
    return replace(some_unit(desk), code="06970", name="Ba Chẽ", parent_name="Tỉnh Quảng Ninh", lon=107.28, lat=21.27)


def test_a_unit_that_the_source_has_under_a_wrong_code_is_asked_for_by_it_and_kept_under_the_right_one(
    source: Source, ba_che: UnitView
) -> None:
    path = "/22_quang_ninh/wards/06978_ba_che.geojson"
    source.answers[path] = found(square(107.28, 21.27))
    features, _digest = download(source.url, [ba_che], "22", SOURCE["repairs"], lambda _message: None)
    assert source.asked == [path]
    assert [feature["properties"] for feature in features] == [{"code": "06970"}]


def test_a_wrong_code_in_a_file_is_mended_as_well(desk: Desk, ba_che: UnitView) -> None:
    desk.units = (*desk.units, ba_che)
    features = desk.features()
    features[-1]["properties"]["code"] = "06978"
    pack = desk.pull(desk.geojson(features))
    assert "06970" in codes(desk, pack.file)
    assert "06978" not in codes(desk, pack.file)
