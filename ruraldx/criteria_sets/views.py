"""Public pages of criteria sets: the list, a set on a day, open data, and how a score is computed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from ruraldx.accounts.guards import requires
from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.differences import KINDS as CHANGES
from ruraldx.catalog.differences import differences
from ruraldx.catalog.text import to_yaml
from ruraldx.criteria_sets import method, presenting, queries
from ruraldx.criteria_sets.statuses import STATUSES
from ruraldx.criteria_sets.workbooks import XLSX, to_workbook
from ruraldx.database import utc_now
from ruraldx.forms import asked
from ruraldx.messages import Invalid
from ruraldx.vietnamese import ValueProblem, parse_date, vietnam_day

blueprint = Blueprint("criteria_sets", __name__)
_SETS = "/bo-tieu-chi"
CODE = f"{_SETS}/<string(maxlength=80):code>"
VERSION = f"{CODE}/<int(max=9999):number>"


@blueprint.get(_SETS)
@requires("public")
def sets() -> str:
    """Every set, in its newest version."""
    return render_template("criteria_sets/list.html", rows=queries.published_sets(), statuses=STATUSES)


@blueprint.get(CODE)
@requires("public")
def versions(code: str) -> str:
    """The versions of a set."""
    return render_template("criteria_sets/versions.html", rows=queries.versions_of(code), statuses=STATUSES)


@blueprint.get(VERSION)
@requires("public")
def version(code: str, number: int) -> str:
    """A version as it reads today, or on ``?ngay=dd/mm/yyyy``."""
    shown = queries.version_on(code, number, asked_day())
    changed = differences(shown.previous, shown.criteria) if shown.previous else ()
    return render_template(
        "criteria_sets/version.html",
        shown=shown,
        differences=changed,
        statuses=STATUSES,
        today=vietnam_day(utc_now()),
        **words_of(shown.criteria),
    )


def words_of(criteria: Any) -> dict[str, Any]:
    """What the templates need to draw a set."""
    return {
        "criteria": criteria,
        "outline": presenting.outline(criteria),
        "scopes": presenting.SCOPES,
        "levels": presenting.LEVELS,
        "set_kinds": presenting.SET_KINDS,
        "change_kinds": CHANGES,
        "method": method,
    }


@blueprint.get(f"{VERSION}.yaml")
@requires("public")
def as_yaml(code: str, number: int) -> Response:
    """The text on a day as YAML, the form in which sets are written."""
    shown = queries.version_on(code, number, asked_day())
    return _file(to_yaml(shown.criteria).encode(), "application/yaml", f"{code}-{number}.yaml")


@blueprint.get(f"{VERSION}.xlsx")
@requires("public")
def as_workbook(code: str, number: int) -> Response:
    """The text on a day as a workbook that can be changed and uploaded again."""
    shown = queries.version_on(code, number, asked_day())
    return _file(to_workbook(shown.criteria), XLSX, f"{code}-{number}.xlsx")


@blueprint.get(f"{VERSION}.json")
@requires("public")
def as_json(code: str, number: int) -> Response:
    """The text on a day as JSON: the very bytes whose SHA-256 the page names, where nothing amends them."""
    shown = queries.version_on(code, number, asked_day())
    return _file(canonical_bytes(shown.criteria), "application/json", f"{code}-{number}.json")


def _file(content: bytes, media_type: str, name: str) -> Response:
    text = "" if media_type == XLSX else "; charset=utf-8"
    response = Response(content, content_type=f"{media_type}{text}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/phuong-phap")
@requires("public")
def how() -> str:
    """How a score is computed."""
    return render_template("criteria_sets/method.html", method=method)


@blueprint.get("/phuong-phap.json")
@requires("public")
def how_as_json() -> Response:
    """The kinds of rule and policies as open data."""
    return jsonify(method.as_data())


def asked_day() -> date:
    """The day that ``?ngay=`` names, today without one. Raises Invalid."""
    day = asked("ngay")
    if not day:
        return vietnam_day(utc_now())
    try:
        return parse_date(day)
    except ValueProblem as problem:
        raise Invalid(problem.message, field="ngay", status=400) from problem
