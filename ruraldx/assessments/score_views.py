"""Pages on results: what is missing, the same answers under another set, ranks of a round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.assessments.queries.dossier import dossier
from ruraldx.assessments.queries.ranks import STAGE_WORDS, Ranking, RankRow, ranking
from ruraldx.assessments.queries.scores import answers_of, gaps_of, registered_versions, what_if
from ruraldx.cells import csv_text
from ruraldx.criteria_sets.queries import version_on
from ruraldx.criteria_sets.views import asked_day
from ruraldx.forms import asked
from ruraldx.scoring.whatif import KINDS
from ruraldx.vietnamese import decimal_text

blueprint = Blueprint("scores", __name__)
_ROUND = "/ky/<string(length=16):round_key>/xep-hang"


@blueprint.get("/ho-so/<string(length=16):key>/con-thieu")
@requires("assessment.read")
def missing(key: str) -> str:
    """What is missing to pass or to reach more points, the largest gain first."""
    whole = dossier(current_principal(), key)
    found = gaps_of(whole)
    return render_template(
        "scores/missing.html",
        dossier=whole,
        doable=[gap for gap in found if gap.ways],
        waiting=[gap for gap in found if not gap.ways],
    )


@blueprint.get("/tham-dinh/<string(length=16):key>/thu-bo-khac")
@requires("queue.read")
def another_set(key: str) -> str:
    """The same answers under another registered version, or under the own one as amended on a day.

    The choice is a GET form, so the address is the permalink.
    """
    whole = dossier(current_principal(), key)
    day = asked_day()
    own = version_on(whole.criteria.code, whole.criteria.number, day)
    amended = any(amendment.effective_from for amendment in own.amendments)
    versions = [row for row in registered_versions() if amended or row.sha256 != whole.pinned.sha256]
    chosen = asked("bo", {row.name for row in versions})
    row = next((row for row in versions if row.name == chosen), None)
    found = what_if(whole.pinned, answers_of(whole), version_on(row.code, row.number, day).criteria) if row else None
    return render_template(
        "scores/another_set.html", dossier=whole, versions=versions, chosen=chosen, found=found, kinds=KINDS, day=day
    )


@blueprint.get(_ROUND)
@requires("queue.read")
def ranks(round_key: str) -> str:
    """Ranks of a round within comparable groups, and who has none and why."""
    found = _ranking(round_key)
    return render_template("scores/ranks.html", ranking=found, stages=STAGE_WORDS)


@blueprint.get(f"{_ROUND}.csv")
@requires("queue.read")
def ranks_csv(round_key: str) -> Response:
    """The same as CSV."""
    found = _ranking(round_key)
    head = ["hang", "nhom", "ma", "ten", "diem", "diem_toi_da", "phan_tram", "xep_loai", "tam_tinh", "ghi_chu"]
    lines = [_line(found, row, group.labels) for group in found.groups for row in group.rows]
    lines += [_line(found, row, ()) for row in found.left]
    body = csv_text([head, *lines])
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=xep-hang-{found.round_key}-{found.stage}.csv"},
    )


def _ranking(round_key: str) -> Ranking:
    return ranking(current_principal(), round_key, asked("buoc", STAGE_WORDS))


def _line(found: Ranking, row: RankRow, labels: Sequence[str]) -> list[object]:
    text: Callable[..., str] = lambda value: "" if value is None else decimal_text(value)  # noqa: E731
    return [
        row.rank or "",
        "; ".join(labels),
        row.unit_code,
        row.unit_name,
        text(row.earned),
        text(row.possible),
        text(row.percent),
        found.classes.get(row.class_code, row.class_code),
        _("có") if row.provisional else "",
        row.why.translated(_) if row.why else "",
    ]
