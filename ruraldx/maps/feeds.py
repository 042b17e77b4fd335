"""Feeds of the map: small, without a person's text where the browser could run it, with ETag and 304."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, request

from ruraldx.cells import csv_text
from ruraldx.maps.content import MapContent
from ruraldx.maps.layers import ARCHIPELAGOS, CONTROLS
from ruraldx.messages import Translate


def statuses(content: MapContent) -> dict[str, Any]:
    """{code: status} of the communes that match."""
    return dict(content.statuses)


def points(content: MapContent) -> dict[str, Any]:
    """Pilots as [lon, lat, id, status] and their names by id; communes as points where there is no geometry."""
    located = [pilot for pilot in content.pilots if pilot.lat is not None]
    communes = [
        [line.unit.lon, line.unit.lat, line.unit.code, line.status]
        for line in content.communes
        if content.pack is None and line.unit.lat is not None
    ]
    return {
        "pilots": [[pilot.lon, pilot.lat, pilot.slug, pilot.status.value] for pilot in located],
        "communes": communes,
    }


def words(content: MapContent, translate: Translate) -> dict[str, Any]:
    """What the browser writes with textContent: names and statuses by id."""
    return {
        "pilots": {
            pilot.slug: [pilot.name, pilot.status_label.translated(translate), f"/mo-hinh/{pilot.slug}"]
            for pilot in content.pilots
        },
        "communes": {
            line.unit.code: [
                line.unit.full_name,
                line.label.translated(translate),
                f"/xa/{line.unit.code}",
                line.detail.translated(translate) if line.detail else "",
            ]
            for line in content.communes
        },
        "controls": {name: message.translated(translate) for name, message in CONTROLS.items()},
        "archipelagos": [[lat, lon, label.translated(translate)] for _, label, lat, lon in ARCHIPELAGOS],
    }


def table_csv(content: MapContent, translate: Translate) -> str:
    """The table as CSV."""
    rows: list[list[object]] = [["loai", "ma", "ten", "ten_cu", "trang_thai", "cua_don_vi", "vi_do", "kinh_do"]]
    for line in content.communes:
        unit = line.unit
        former = "; ".join(line.former)
        said, whose = line.label.translated(translate), "; ".join(line.of)
        rows.append(["xã", unit.code, unit.full_name, former, said, whose, unit.lat, unit.lon])
    for pilot in content.pilots:
        status = pilot.status_label.translated(translate)
        rows.append(["mô hình", pilot.unit_code, pilot.name, pilot.unit_name, status, "", pilot.lat, pilot.lon])
    return csv_text(rows)


def json_response(data: Any) -> Response:
    """JSON with an ETag; 304 when the browser has it already."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return cacheable(Response(body, mimetype="application/json"))


def cacheable(response: Response) -> Response:
    """Give a response an ETag of its content and answer 304 when it fits."""
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:16])
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.make_conditional(request)
    return response
