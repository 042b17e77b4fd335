"""The public map: the page that Folium makes, its feeds, and the bytes of a first view and of a refresh."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from flask.testing import FlaskClient

from bench.measure import Act, Row, interleave
from bench.stage import Stage
from ruraldx.maps.render import MapAddresses, render

TITLE = "Public map page and its feeds"
PAGE = "/ban-do"
FOLIUM = "Folium"
# What a page without boundaries tells its map.
ADDRESSES = MapAddresses(
    overview=None,
    geometry=None,
    statuses="/ban-do/lop/xa.json",
    pilots="/ban-do/lop/mo-hinh.json",
    palette="/ban-do/lop/mau.json",
    labels="/ban-do/lop/ten.json",
    bounds=(14.95, 107.21, 16.22, 108.74),
)
FEEDS = ("/ban-do/lop/xa.json", "/ban-do/lop/mo-hinh.json", "/ban-do/lop/ten.json", "/ban-do/lop/mau.json")
PAGE_KILOBYTES = 20
PAGE_MILLISECONDS = 5
REFRESH_KILOBYTES = 3


def run(stage: Stage) -> Iterator[Row]:
    """CPU against ``/healthz``; bytes as a browser gets them, compressed."""
    client = stage.app.test_client()
    acts = {path: _get(client, path) for path in ("/healthz", PAGE, *FEEDS)}
    taken = interleave({**acts, FOLIUM: lambda: render(ADDRESSES)})
    floor, drawing = taken.pop("/healthz"), taken.pop(FOLIUM)
    yield Row("CPU of Folium's part of the page", f"{drawing:.1f} ms", f"at most {PAGE_MILLISECONDS} ms",
              met=drawing <= PAGE_MILLISECONDS)  # fmt: skip
    for path, milliseconds in taken.items():
        is_page = path == PAGE
        yield Row(
            f"CPU of `{path}`",
            f"{milliseconds:.1f} ms ({milliseconds / floor:.1f} × `/healthz`)",
            f"at most {PAGE_MILLISECONDS} ms" if is_page else "",
            met=milliseconds <= PAGE_MILLISECONDS if is_page else None,
            why="the page also holds the table of all communes, whatever the map" if is_page else "",
        )
    page = _kilobytes(client, PAGE)
    yield Row("page, compressed", f"{page:.1f} KB", f"at most {PAGE_KILOBYTES} KB", page <= PAGE_KILOBYTES)
    for path in FEEDS:
        size = _kilobytes(client, path)
        refresh = path.endswith("/xa.json")
        yield Row(
            f"`{path}`, compressed",
            f"{size:.1f} KB",
            f"at most {REFRESH_KILOBYTES} KB" if refresh else "",
            size <= REFRESH_KILOBYTES if refresh else None,
        )
    again = client.get(FEEDS[0], headers={"If-None-Match": client.get(FEEDS[0]).headers.get("ETag", "")})
    yield Row("unchanged feed asked for again", str(again.status_code), "304", again.status_code == 304)


def _get(client: FlaskClient, path: str) -> Act:
    def act() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")

    return act


def _kilobytes(client: FlaskClient, path: str) -> float:
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    data = answer.data if answer.headers.get("Content-Encoding") == "gzip" else gzip.compress(answer.data, 6)
    return len(data) / 1024
