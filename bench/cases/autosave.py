"""One field saved by itself: session, permission, version, scoring, history, audit chain, durable commit."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from statistics import median, quantiles

from flask.testing import FlaskClient

from bench.measure import Row, counted, interleave
from bench.stage import OFFICIAL, Stage
from ruraldx.database import db

TITLE = "One autosave"
TIMES = 100
FIELD = "tu-so"


def run(stage: Stage) -> Iterator[Row]:
    """Save different values one after the other, each naming the version that the one before returned."""
    app = stage.app
    client = stage.client(OFFICIAL)
    address, field = _number_field(client)
    numbers = itertools.count(1)
    version = [0]

    def save() -> None:
        body = {"field": field, "value": str(2000 + next(numbers) % 900), "version": version[0]}
        answer = client.post(address, json=body)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status} {answer.get_data(as_text=True)}")
        version[0] = answer.get_json()["version"]

    save()
    with app.app_context():
        engine = db.engine
    with counted(engine) as seen:
        save()
    yield Row("SQL statements", str(len(seen)))
    walls = []
    for _ in range(TIMES):
        began = time.perf_counter()
        save()
        walls.append((time.perf_counter() - began) * 1000)
    middle, slow = median(walls), quantiles(walls, n=100)[98]
    yield Row("wall time, p50 / p99", f"{middle:.1f} / {slow:.1f} ms", "p99 ≤ 4 × p50", met=slow <= 4 * middle)
    taken = interleave({"floor": lambda: client.get("/healthz"), "save": save})
    yield Row("CPU", f"{taken['save']:.1f} ms ({taken['save'] / taken['floor']:.1f} × `/healthz`)")


def _number_field(client: FlaskClient) -> tuple[str, str]:
    """The autosave address of an indicator of the official's own, and its field for a whole number."""
    work = client.get("/viec-cua-toi").get_data(as_text=True)
    for dossier in dict.fromkeys(re.findall(r"/ho-so/[^\"/?#]+", work)):
        page = client.get(f"{dossier}/chi-tieu/8.2").get_data(as_text=True)
        found = re.search(r'data-autosave="([^"]+)"', page)
        if found and f'data-field="{FIELD}"' in page:
            return found[1], FIELD
    raise RuntimeError("the official has no dossier to fill in")
