"""The public map: page, feeds, picture, table as CSV, embed. Public facts only."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, render_template, request, send_file, url_for
from flask_babel import gettext as _

from ruraldx.accounts.guards import requires
from ruraldx.config import Settings
from ruraldx.database import utc_now
from ruraldx.forms import asked
from ruraldx.maps import feeds
from ruraldx.maps.content import MapContent, MapFilter, gather
from ruraldx.maps.layers import ARCHIPELAGOS, FORMER_NOTE, NOTE, palette
from ruraldx.maps.picture import inset_picture, picture
from ruraldx.maps.render import MapAddresses, RenderedMap, render
from ruraldx.pilots.kinds import FIELDS, KINDS, PILOT_STATUSES
from ruraldx.places.packs import pack_path
from ruraldx.vietnamese import vietnam_day

blueprint = Blueprint("maps", __name__)
_DEFAULT_BOX = (14.9, 107.2, 16.3, 108.8)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ruraldx_settings"]
    return settings


def _packs() -> Path:
    return _settings().data_dir / "packs"


def _content() -> MapContent:
    wanted = MapFilter(
        text=asked("xa"),
        criteria=request.args.get("bo", "").replace("\0", "")[:80],
        kind=_known("loai", {kind.value for kind in KINDS}),
        field=_known("linh-vuc", set(FIELDS)),
        status=_known("trang-thai", {status.value for status in PILOT_STATUSES}),
    )
    today = vietnam_day(utc_now())
    return gather(_settings().province_code, _packs(), today, wanted)


def _known(name: str, values: set[str]) -> str:
    value = request.args.get(name, "")
    return value if value in values else ""


def _rendered(content: MapContent) -> RenderedMap:
    # url_for leaves signs such as ' ( $ as they are; in a script an address holds none of them.
    query = f"?{urlencode(content.wanted.query())}".removesuffix("?")
    pack = content.pack
    return render(
        MapAddresses(
            overview=url_for("maps.pack_file", name=pack.overview) if pack else None,
            geometry=url_for("maps.pack_file", name=pack.file) if pack else None,
            statuses=url_for("maps.commune_feed") + query,
            pilots=url_for("maps.pilot_feed") + query,
            palette=url_for("maps.palette_feed"),
            labels=url_for("maps.word_feed") + query,
            bounds=pack.bounds if pack else _DEFAULT_BOX,
        )
    )


@blueprint.get("/ban-do")
@requires("public")
def page() -> str:
    """The map with its filters, legend and table twin."""
    content = _content()
    return render_template(
        "maps/page.html",
        content=content,
        rendered=_rendered(content),
        kinds=KINDS,
        fields=FIELDS,
        statuses=PILOT_STATUSES,
        archipelagos=ARCHIPELAGOS,
        note=NOTE,
        former_note=FORMER_NOTE,
    )


@blueprint.get("/ban-do/nhung")
@requires("public")
def embed() -> str:
    """The map alone, for the frames of sites that the settings name."""
    g.frame_ancestors = ("'self'", *_settings().embed_origins)
    content = _content()
    return render_template(
        "maps/embed.html", content=content, rendered=_rendered(content), archipelagos=ARCHIPELAGOS, note=NOTE
    )


@blueprint.get("/ban-do/lop/xa.json")
@requires("public")
def commune_feed() -> Response:
    """{code: status}."""
    return feeds.json_response(feeds.statuses(_content()))


@blueprint.get("/ban-do/lop/mo-hinh.json")
@requires("public")
def pilot_feed() -> Response:
    """Points."""
    return feeds.json_response(feeds.points(_content()))


@blueprint.get("/ban-do/lop/ten.json")
@requires("public")
def word_feed() -> Response:
    """Names and statuses in words, written by the browser as text."""
    return feeds.json_response(feeds.words(_content(), _))


@blueprint.get("/ban-do/lop/mau.json")
@requires("public")
def palette_feed() -> Response:
    """Colours and shapes of the one legend."""
    return feeds.json_response(palette())


@blueprint.get("/ban-do/goi/<name>")
@requires("public")
def pack_file(name: str) -> Response:
    """A pack: immutable, cached for a year, sent compressed as it lies on disk."""
    path = pack_path(_packs(), name)
    zipped = bool(request.accept_encodings["gzip"])
    response = send_file(
        path.with_name(f"{path.name}.gz") if zipped else path,
        mimetype="application/json",
        etag=f"{name}-gz" if zipped else name,
        conditional=True,
        max_age=31_536_000,
    )
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.vary.add("Accept-Encoding")
    return response


@blueprint.get("/ban-do/anh.svg")
@requires("public")
def image() -> Response:
    """The map as a picture."""
    content = _content()
    outlines = json.loads(pack_path(_packs(), content.pack.outlines).read_text("utf-8")) if content.pack else None
    points = [
        (line.unit.lat, line.unit.lon, "communes", line.status)
        for line in content.communes
        if outlines is None and line.unit.lat is not None and line.unit.lon is not None and line.unit.lon < 110
    ]
    points += [
        (p.lat, p.lon, "pilots", p.status.value) for p in content.pilots if p.lat is not None and p.lon is not None
    ]
    svg = picture(
        outlines,
        content.statuses,
        points,
        [label.translated(_) for _code, label, _lat, _lon in ARCHIPELAGOS],
        NOTE.translated(_),
        _("Bản đồ mô hình và kết quả đã công bố"),
    )
    return feeds.cacheable(Response(svg, mimetype="image/svg+xml"))


@blueprint.get("/ban-do/quan-dao.svg")
@requires("public")
def archipelagos() -> Response:
    """The frame of Hoàng Sa and Trường Sa that lies on the interactive map."""
    svg = inset_picture([label.translated(_) for _code, label, _lat, _lon in ARCHIPELAGOS])
    return feeds.cacheable(Response(svg, mimetype="image/svg+xml"))


@blueprint.get("/ban-do/bang.csv")
@requires("public")
def table() -> Response:
    """The table as CSV."""
    response = Response(feeds.table_csv(_content(), _), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=ban-do.csv"
    return response
