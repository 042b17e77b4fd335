"""Start page and commune page."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, render_template, url_for

from ruraldx.accounts.guards import requires
from ruraldx.config import Settings
from ruraldx.database import utc_now
from ruraldx.forms import asked
from ruraldx.messages import Invalid, Message
from ruraldx.pilots import queries as pilot_queries
from ruraldx.places import queries as place_queries
from ruraldx.public.outcomes import COMPUTED, OUTCOMES, steps_of
from ruraldx.published import queries as published_queries
from ruraldx.vietnamese import ValueProblem, parse_date, vietnam_day

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@requires("public")
def start() -> str:
    """What this is, key figures, ways in, the newest published results."""
    settings: Settings = current_app.extensions["ruraldx_settings"]
    communes = place_queries.count_communes(settings.province_code, _today())
    figures = [
        (Message("Xã, phường, đặc khu trong tỉnh"), str(communes), url_for("public.search")),
        (Message("Mô hình thí điểm"), str(pilot_queries.count()), url_for("pilots.registry")),
        (Message("Kết quả đã công bố"), str(published_queries.count()), url_for("maps.page")),
    ]
    return render_template("public/start.html", figures=figures, latest=published_queries.latest(5), outcomes=OUTCOMES)


@blueprint.get("/xa/<string(minlength=5,maxlength=5):code>")
@requires("public")
def commune(code: str) -> str:
    """A commune on a day (today, or ``?ngay=dd/mm/yyyy``): its results, its pilots, its predecessors' results."""
    on = _asked_day()
    unit = place_queries.get_unit(code, on)
    lineage = place_queries.lineage(unit.id)
    related = [unit.id, *(link.unit.id for link in lineage.predecessors)]
    return render_template(
        "public/commune.html",
        unit=unit,
        on=on,
        lineage=lineage,
        results=published_queries.of_units(related),
        pilots=pilot_queries.pilots_of_units(related),
        outcomes=OUTCOMES,
        computed=COMPUTED,
        steps_of=steps_of,
    )


@blueprint.get("/tim-kiem")
@requires("public")
def search() -> str:
    """Find a unit by today's or an old name, with or without marks."""
    text = asked("q")
    return render_template("places/search.html", text=text, found=place_queries.search(text, limit=50))


def _today() -> date:
    return vietnam_day(utc_now())


def _asked_day() -> date:
    day = asked("ngay")
    if not day:
        return _today()
    try:
        return parse_date(day)
    except ValueProblem as problem:
        raise Invalid(problem.message, field="ngay", status=400) from problem
