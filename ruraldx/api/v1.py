"""Version 1 of the public API: units, pilots, published results; described at /api/v1/openapi.json."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema, ValidationError, fields, validate

from ruraldx.accounts.guards import requires
from ruraldx.database import utc_now
from ruraldx.messages import Invalid, Message, message_from_data
from ruraldx.pilots import queries as pilot_queries
from ruraldx.places import queries as place_queries
from ruraldx.published import queries as published_queries
from ruraldx.vietnamese import vietnam_day

blueprint = Blueprint("v1", "v1", url_prefix="/api/v1", description="Dữ liệu công khai")


class UnitSchema(Schema):
    """An administrative unit of its time."""

    code = fields.String(metadata={"description": "Mã đơn vị"})
    full_name = fields.String()
    kind = fields.String()
    level = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class FoundSchema(Schema):
    """A hit of a search with what the unit is now."""

    unit = fields.Nested(UnitSchema)
    now = fields.List(fields.Nested(UnitSchema))


class SearchArgs(Schema):
    """What to look for."""

    q = fields.String(required=True, validate=validate.Length(min=1, max=100))


class PilotSchema(Schema):
    """A pilot of the public registry."""

    slug = fields.String()
    name = fields.String()
    kind = fields.String()
    fields_ = fields.List(fields.String(), attribute="fields", data_key="fields")
    status = fields.String()
    period = fields.String()
    unit_code = fields.String()
    unit_name = fields.String()
    unit_today_code = fields.String(allow_none=True)
    unit_today_name = fields.String(allow_none=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    point_quality = fields.String(allow_none=True)
    source = fields.String()


class IndicatorSchema(Schema):
    """A published indicator: the verdict that was decided and what the rule computed."""

    code = fields.String()
    name = fields.String()
    criterion = fields.String()
    verdict = fields.String()
    computed = fields.String()
    steps = fields.List(fields.String())


class CriterionSchema(Schema):
    """A published criterion: it passes when all of its indicators do."""

    code = fields.String()
    name = fields.String()
    verdict = fields.String()
    passed = fields.Integer()
    total = fields.Integer()


class ResultSchema(Schema):
    """A published result."""

    key = fields.String()
    unit_code = fields.String()
    unit_name = fields.String()
    round_title = fields.String()
    period_from = fields.Date()
    period_to = fields.Date()
    criteria_code = fields.String()
    criteria_number = fields.Integer()
    criteria_sha256 = fields.String()
    outcome = fields.String()
    decision_number = fields.String()
    decided_on = fields.Date()
    is_demo = fields.Boolean()
    published_at = fields.DateTime()
    criteria = fields.List(fields.Nested(CriterionSchema))
    indicators = fields.List(fields.Nested(IndicatorSchema))


def init_app(app: Flask) -> None:
    """Register the API and its description."""
    app.config.update(
        API_TITLE="ruraldx",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    # Our own handlers speak problem+json; the library's would lose the Allow header of a 405.
    api.register_blueprint(blueprint)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("api-docs."):
            declared: Any = requires("public")(view)
            app.view_functions[endpoint] = declared


@blueprint.ARGUMENTS_PARSER.error_handler
def _refuse(error: ValidationError, *_request: object, **_options: object) -> NoReturn:
    """Name the parameter that is wrong; the library's own 422 would not."""
    problems: dict[str, dict[str, Any]] = error.messages_dict
    name = str(next(name for location in problems.values() for name in location))
    raise Invalid(
        Message("Tham số %(name)s thiếu hoặc không hợp lệ. Xem /api/v1/openapi.json.", name=name), field=name
    ) from error


def _today() -> date:
    return vietnam_day(utc_now())


@blueprint.get("/don-vi")
@requires("public")
@blueprint.arguments(SearchArgs, location="query")
@blueprint.response(200, FoundSchema(many=True))
def units(args: dict[str, str]) -> list[place_queries.Found]:
    """Find units by today's or an old name."""
    return list(place_queries.search(args["q"], limit=20))


@blueprint.get("/don-vi/<string(minlength=5,maxlength=5):code>")
@requires("public")
@blueprint.response(200, UnitSchema)
def unit(code: str) -> place_queries.UnitView:
    """The commune that has this code today."""
    return place_queries.get_unit(code, _today())


@blueprint.get("/mo-hinh")
@requires("public")
@blueprint.response(200, PilotSchema(many=True))
def pilots() -> list[pilot_queries.PilotView]:
    """The registry of pilots."""
    return list(pilot_queries.pilots())


@blueprint.get("/ket-qua")
@requires("public")
@blueprint.response(200, ResultSchema(many=True))
def results() -> list[dict[str, Any]]:
    """The newest published results (100 at most)."""
    return [_result(view) for view in published_queries.latest(100)]


def _result(view: published_queries.PublishedView) -> dict[str, Any]:
    indicators = [
        {**item, "steps": [str(message_from_data(step["message"])) for step in item["steps"]]}
        for item in view.indicators
    ]
    return {
        **{name: getattr(view, name) for name in ResultSchema().fields if name != "indicators"},
        "indicators": indicators,
    }
