"""Public pages of pilots: the registry and a page each."""

from __future__ import annotations

from flask import Blueprint, render_template

from ruraldx.accounts.guards import requires
from ruraldx.forms import asked
from ruraldx.pilots.kinds import FIELDS, KINDS, PILOT_STATUSES
from ruraldx.pilots.queries import PilotFilter, pilot, pilots

blueprint = Blueprint("pilots", __name__)


@blueprint.get("/mo-hinh")
@requires("public")
def registry() -> str:
    """The registry; the filters are a GET form."""
    wanted = PilotFilter(
        kind=asked("loai", KINDS),
        field=asked("linh-vuc", FIELDS),
        status=asked("trang-thai", PILOT_STATUSES),
        text=asked("xa"),
    )
    return render_template(
        "pilots/registry.html",
        pilots=pilots(wanted),
        wanted=wanted,
        kinds=KINDS,
        fields=FIELDS,
        statuses=PILOT_STATUSES,
    )


@blueprint.get("/mo-hinh/<slug>")
@requires("public")
def page(slug: str) -> str:
    """One pilot."""
    return render_template("pilots/page.html", pilot=pilot(slug))
