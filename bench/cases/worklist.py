"""The appraiser's queue with one row and with two hundred."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.measure import Row, counted, interleave
from bench.stage import APPRAISER, MANY, Stage
from ruraldx.assessments.queries.lists import PAGE_SIZE
from ruraldx.database import db

TITLE = f"Worklist of the appraiser, 1 and {MANY} dossiers"
MOST_STATEMENTS = 8
MOST_TIMES_FLOOR = 12


def run(stage: Stage) -> Iterator[Row]:
    """Statements must not grow with the rows; CPU against ``/healthz`` of the same run."""
    app = stage.app
    client = stage.client(APPRAISER)
    addresses = {size: f"/tham-dinh?trang-thai=&ky={stage.rounds[size]}" for size in (1, MANY)}
    statements = {}
    with app.app_context():
        engine = db.engine
    for size, address in addresses.items():
        client.get(address)
        with counted(engine) as seen:
            answer = client.get(address)
        shown = set(re.findall(r"/tham-dinh/[^\"/?#]{16}(?=\")", answer.get_data(as_text=True)))
        if len(shown) != min(size, PAGE_SIZE):
            raise RuntimeError(f"{address}: {answer.status}, {len(shown)} rows")
        statements[size] = len(seen)
    few, many = statements[1], statements[MANY]
    yield Row("SQL statements, 1 row", str(few), f"at most {MOST_STATEMENTS}", few <= MOST_STATEMENTS)
    yield Row(f"SQL statements, {MANY} rows", str(many), "as many as with 1 row", many == few)
    taken = interleave(
        {
            "floor": lambda: client.get("/healthz"),
            "few": lambda: client.get(addresses[1]),
            "many": lambda: client.get(addresses[MANY]),
        }
    )
    for name, size in (("few", 1), ("many", MANY)):
        yield Row(
            f"CPU, round of {size} (one page of the list)",
            f"{taken[name]:.1f} ms ({taken[name] / taken['floor']:.1f} × `/healthz`)",
            f"at most {MOST_TIMES_FLOOR} ×",
            met=taken[name] <= MOST_TIMES_FLOOR * taken["floor"],
            why=f"a row takes {(taken['many'] - taken['few']) / min(MANY, PAGE_SIZE):.2f} ms to draw in the template",
        )
