"""One changed answer of sixty indicators: saved, scored anew, and the page of its indicator with the explanation."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median

from sqlalchemy import select

from bench.measure import Row, interleave
from bench.nation import answers_of, criteria
from bench.nation_stage import context
from bench.stage import IN_2024, OFFICE, OFFICIAL, Stage
from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.models import Answer, Assessment, Round
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.catalog.schema import Indicator
from ruraldx.database import db, unit_of_work
from ruraldx.places.queries import communes_named, get_unit
from ruraldx.scoring.results import score_assessment, score_indicator

TITLE = "One changed answer of sixty indicators"
COMMUNE, FIELD = "Quế Phú", "tu-so"
# Milliseconds differ by two between a quiet and a busy machine: the goal of the issue is kept as a ratio to what
# `/healthz` takes in the same run, which was 0.54 ms when perf.md was measured.
MILLISECONDS, ANCHOR_MILLISECONDS, TRACED_MILLISECONDS = 5.0, 0.54, 0.5
TIMES = 30
WHY = {
    "save": "session, lock, version, audit and a durable commit are most of it",
    "page": "the whole form is drawn; the score is a quarter of it",
}


def run(stage: Stage) -> Iterator[Row]:
    """A dossier of one commune by the set of the nation, filled in; one number of it is changed again and again."""
    yield from _engine()
    with stage.app.app_context():
        dossier = _dossier()
        db.session.remove()
    client = stage.client(OFFICIAL)
    changed = next(one for one in criteria().indicators if one.rule.kind == "ratio")
    page = f"/ho-so/{dossier}/chi-tieu/{changed.code}"
    shown = client.get(page).get_data(as_text=True)
    found = re.search(r'data-autosave="([^"]+)"', shown)
    if not found or f'data-field="{FIELD}"' not in shown:
        raise RuntimeError(f"{page} has no field to save")
    address, numbers, version = found[1], itertools.count(1), [1]

    def save() -> None:
        body = {"field": FIELD, "value": str(100 + next(numbers) % 90), "version": version[0]}
        answer = client.post(address, json=body)
        if answer.status_code != 200 or "version" not in answer.get_json():
            raise RuntimeError(f"{address}: {answer.status} {answer.get_data(as_text=True)}")
        version[0] = answer.get_json()["version"]

    acts = {"floor": lambda: client.get("/healthz"), "save": save, "page": lambda: client.get(page)}
    taken = interleave(acts)
    for name, what in (("save", "saved (CPU of the autosave)"), ("page", "shown (CPU of the page of its indicator)")):
        ratio, goal = taken[name] / taken["floor"], MILLISECONDS / ANCHOR_MILLISECONDS
        there = f"{ratio * ANCHOR_MILLISECONDS:.1f} ms where that takes {ANCHOR_MILLISECONDS}"
        value = f"{taken[name]:.1f} ms: {ratio:.1f} × `/healthz`, so {there}"
        yield Row(what, value, f"under {MILLISECONDS:.0f} ms there: {goal:.1f} ×", met=ratio < goal, why=WHY[name])


def _engine() -> Iterator[Row]:
    """The engine alone, with every step of every explanation: the whole, and the indicator that changed."""
    die = Random(60)
    indicators, shared = criteria().indicators, context("mien-nui")
    sheets = [{one.code: dict(answers_of(one, die)) for one in indicators} for _ in range(TIMES)]
    ratio = next(one for one in indicators if one.rule.kind == "ratio")
    whole, one = [], []
    for sheet in [*sheets[:5], *sheets]:
        began = time.process_time()
        score_assessment(criteria(), sheet, shared)
        whole.append((time.process_time() - began) * 1000)
        began = time.process_time()
        _again(ratio, sheet[ratio.code])
        one.append((time.process_time() - began) * 1000)
    taken = median(whole[5:])
    yield Row(
        "the whole assessment scored with its explanation",
        f"{taken:.1f} ms",
        f"at most {TRACED_MILLISECONDS} ms",
        met=taken <= TRACED_MILLISECONDS,
        why="every step of sixty indicators is put into words",
    )
    yield Row("the changed indicator scored with its explanation", f"{median(one[5:]):.2f} ms")


def _again(indicator: Indicator, answers: dict[str, str]) -> None:
    score_indicator(indicator, answers, context("mien-nui"))


def _dossier() -> str:
    """The key of a dossier of the commune by this set, filled in."""
    now = datetime.now(UTC)
    office, official = principal_of(OFFICE, now), principal_of(OFFICIAL, now)
    if office is None or official is None:
        raise RuntimeError("the demo has not everybody who is needed")
    (unit, *_others) = communes_named(COMMUNE, "49", IN_2024)
    new = NewRound(
        title="Đo với sáu mươi chỉ tiêu",
        province_id=get_unit("49", IN_2024, "province").id,
        criteria=criteria(),
        period_from=date(2024, 1, 1),
        period_to=IN_2024,
        due_at=now + timedelta(days=30),
        units=[unit.id],
        dimensions={unit.id: {"vung": "mien-nui"}},
    )
    key = open_round(actor=office, now=now, new=new)
    with unit_of_work() as session:
        of_round = select(Assessment).join(Round, Round.id == Assessment.round_id).where(Round.key == key)
        row = session.scalars(of_round).one()
        die = Random(60)
        for indicator in criteria().indicators:
            for field, value in answers_of(indicator, die):
                session.add(
                    Answer(
                        assessment_id=row.id,
                        indicator_code=indicator.code,
                        field_code=field,
                        raw=value,
                        value=value,
                        updated_by=official.person_id,
                        updated_at=now,
                    )
                )
        return row.key
