"""Pages that belong to no feature: language switch, help, about, component gallery, health."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from ruraldx.accounts.guards import requires, safe_next
from ruraldx.assessments.states import STATUSES
from ruraldx.config import Settings
from ruraldx.web import health
from ruraldx.web.i18n import COOKIE_KEY, LANGUAGES

blueprint = Blueprint("web", __name__)


@blueprint.post("/ngon-ngu")
@requires("public")
def switch_language() -> Response:
    """Choose the language and come back."""
    chosen = request.form.get("ngon-ngu", "vi")
    if chosen not in LANGUAGES:
        abort(400)
    session[COOKIE_KEY] = chosen
    return redirect(safe_next(request.form.get("tiep")) or url_for("public.start"))


@blueprint.get("/tro-giup")
@requires("public")
def help_page() -> str:
    """How to use the platform, by role; the statuses in words."""
    return render_template("web/help.html", statuses=STATUSES)


@blueprint.get("/gioi-thieu")
@requires("public")
def about() -> str:
    """What this is, where its data come from, how a result comes about."""
    return render_template("web/about.html")


@blueprint.get("/thanh-phan")
@requires("public")
def components() -> str:
    """The design system on one page, outside production only."""
    settings: Settings = current_app.extensions["ruraldx_settings"]
    if settings.is_production:
        abort(404)
    return render_template("web/components.html")


@blueprint.get("/healthz")
@requires("public")
def healthz() -> Response:
    """Whether the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@requires("public")
def readyz() -> tuple[Response, int]:
    """Whether database, migrations and storage are ready."""
    checks = health.readiness()
    ready = all(checks.values())
    return jsonify(status="ok" if ready else "unavailable", checks=checks), 200 if ready else 503
