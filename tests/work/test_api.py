"""The public API: what it lists, how it says no, and that only published facts leave."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from ruraldx.config import Settings
from ruraldx.database import db
from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.operations import NewPilot, record_pilots
from ruraldx.published import operations as publication
from tests.clock import NOW
from tests.world import IN_2024, TODAY, World, make_world

PATHS = ("/api/v1/don-vi?q=xuân phú", "/api/v1/don-vi/20650", "/api/v1/mo-hinh", "/api/v1/ket-qua")


@pytest.fixture
def client(bare_app: Flask) -> FlaskClient:
    return bare_app.test_client()


@pytest.fixture
def published(bare_app: Flask, settings: Settings) -> World:
    """One published result and two pilots."""
    with bare_app.app_context():
        world = make_world(settings.data_dir)
        world.answer("8.2", {"giai-trinh": "BÍ MẬT CỦA XÃ"})
        world.to("published")
        row = ("49", IN_2024, Kind.SMART_COMMUNE, ("du-lich",), PilotStatus.OPERATING, "", "2024", "kiểm thử")
        pilots = (NewPilot("Quế Phú", *row), NewPilot("Đại Thắng", *row))
        record_pilots(actor=world.people["office"], now=NOW, today=TODAY, pilots=pilots)
        db.session.remove()
    return world


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("v1.")]


def description(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    found: dict[str, Any] = response.json
    return found


def problem(response: Any, status: int) -> dict[str, Any]:
    """A refusal as RFC 9457 has it, in Vietnamese, with the id of the request."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    found: dict[str, Any] = response.json
    assert {"type", "title", "status", "detail"} <= found.keys()
    assert (found["type"], found["status"]) == ("about:blank", status)
    assert found["request_id"] == response.headers["X-Request-ID"]
    assert re.search("[ạảấầậắặẹếềểệịọốồộớờợụứừựỳđ]", found["title"] + found["detail"].lower()), found
    return found


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    return [found for value in part for found in references(value)] if isinstance(part, list) else []


def test_the_description_lists_every_address_with_its_methods(bare_app: Flask, client: FlaskClient) -> None:
    told = description(client)
    assert told["openapi"].startswith("3.")
    assert told["info"] == {"title": "ruraldx", "version": "v1"}
    ours = {re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule): rule for rule in rules(bare_app)}
    assert told["paths"].keys() == ours.keys()
    assert len(ours) == 4
    for path, rule in ours.items():
        methods = {name for name in told["paths"][path] if name != "parameters"}
        assert methods == {name.lower() for name in (rule.methods or ()) if name not in ("HEAD", "OPTIONS")}
        names = {item["name"] for item in told["paths"][path].get("parameters", []) if item["in"] == "path"}
        assert names == rule.arguments


def test_every_part_that_the_description_points_to_is_in_it(client: FlaskClient) -> None:
    told = description(client)
    found = references(told)
    assert found
    for reference in found:
        part: Any = told
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
    for path in told["paths"].values():
        for name, operation in path.items():
            if name != "parameters":
                assert operation["summary"]
                assert "200" in operation["responses"]


def conforms(value: Any, schema: dict[str, Any], told: dict[str, Any], where: str = "") -> list[str]:
    """Where a value is not of the shape the description gives."""
    if "$ref" in schema:
        schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
    named = schema.get("type", "object")
    allowed = [named] if isinstance(named, str) else named
    if value is None:
        return [] if "null" in allowed else [f"{where} is null"]
    if not any(isinstance(value, kinds[kind]) for kind in allowed if kind != "null"):  # type: ignore[arg-type]
        return [f"{where} is {value!r}"]
    if isinstance(value, list):
        return [f for i, item in enumerate(value) for f in conforms(item, schema["items"], told, f"{where}[{i}]")]
    if isinstance(value, dict):
        properties = schema["properties"]
        extra = [f"{where}.{name} is not described" for name in value.keys() - properties.keys()]
        known = [n for n in value if n in properties]
        return extra + [f for n in known for f in conforms(value[n], properties[n], told, f"{where}.{n}")]
    return []


@pytest.mark.parametrize("path", PATHS)
def test_answers_have_the_shape_of_the_description(client: FlaskClient, published: World, path: str) -> None:
    told = description(client)
    pattern = re.sub(r"/\d{5}", "/{code}", path.partition("?")[0])
    content = told["paths"][pattern]["get"]["responses"]["200"]["content"]["application/json"]
    response = client.get(path)
    assert response.status_code == 200
    assert response.json
    assert conforms(response.json, content["schema"], told) == []
    assert client.head(path).status_code == 200


def test_the_switch_an_undescribed_field_or_a_wrong_kind_is_noticed(client: FlaskClient) -> None:
    told = description(client)
    schema = {"$ref": "#/components/schemas/Unit"}
    unit = client.get("/api/v1/don-vi/20650").json
    assert unit
    assert conforms(unit, schema, told) == []
    assert conforms(unit | {"secret": 1}, schema, told)
    assert conforms(unit | {"code": 20650}, schema, told)
    assert conforms(unit | {"code": None}, schema, told)


def test_units_are_found_by_old_names_and_say_what_they_are_now(client: FlaskClient) -> None:
    (first, *_rest) = client.get("/api/v1/don-vi", query_string={"q": "que phu"}).json  # type: ignore[misc]
    assert (first["unit"]["full_name"], first["unit"]["valid_to"]) == ("Xã Quế Phú", "2025-07-01")
    assert [unit["full_name"] for unit in first["now"]] == ["Xã Xuân Phú"]
    unit = client.get("/api/v1/don-vi/20650").json
    assert (unit["full_name"], unit["valid_from"], unit["valid_to"]) == ("Xã Xuân Phú", "2025-07-01", None)  # type: ignore[index]


def test_only_published_facts_leave_and_only_the_described_ones(
    client: FlaskClient, bare_app: Flask, published: World
) -> None:
    (result,) = client.get("/api/v1/ket-qua").json  # type: ignore[misc]
    assert (result["unit_code"], result["outcome"], result["decision_number"]) == ("20650", "pass", "01/QĐ-MH")
    assert {set(item) == set(publication.PUBLIC_INDICATOR_FIELDS) for item in result["indicators"]} == {True}
    assert all(item["steps"] for item in result["indicators"])
    text = "".join(json.dumps(client.get(path).json, ensure_ascii=False) for path in PATHS)
    for secret in ("BÍ MẬT CỦA XÃ", "Người official", "Người ký kiểm thử", "Đã đối chiếu minh chứng.", published.key):
        assert secret not in text
    with bare_app.app_context():
        office = published.people["office"]
        publication.unpublish(actor=office, now=published.later(), key=published.key, reason="Nhầm")
        db.session.remove()
    assert client.get("/api/v1/ket-qua").json == []


@pytest.mark.parametrize(
    "query", [{}, {"q": ""}, {"q": "x" * 101}, {"Q": "que phu"}], ids=["missing", "empty", "too long", "another"]
)
def test_a_wrong_parameter_is_named_with_a_sentence(client: FlaskClient, query: dict[str, str]) -> None:
    found = problem(client.get("/api/v1/don-vi", query_string=query), 422)
    assert found["field"] == "q"
    assert found["detail"].startswith("Tham số q thiếu hoặc không hợp lệ.")


@pytest.mark.parametrize("path", ["/api/v1/don-vi/99999", "/api/v1/don-vi/1", "/api/v1/khong-co", "/api/v2/don-vi"])
def test_what_is_not_there_is_a_problem_document(client: FlaskClient, path: str) -> None:
    problem(client.get(path), 404)
    problem(client.get(path, headers={"Accept": "text/html"}), 404)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writing_is_refused_with_the_methods_that_are_allowed(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(path, method=method)
    problem(response, 405)
    assert {name.strip() for name in response.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("path", ["/api/v1/mo-hinh", "/api/v1/ket-qua", "/api/v1/don-vi/20650"])
def test_an_unknown_parameter_changes_nothing(client: FlaskClient, published: World, path: str) -> None:
    assert client.get(f"{path}?limit=0&page=-1&sort='&x=%00").data == client.get(path).data


def test_a_search_gives_twenty_at_most_whatever_is_asked_for(client: FlaskClient) -> None:
    for extra in ("", "&limit=1000", "&page=2", "&page_size=-1"):
        assert len(client.get(f"/api/v1/don-vi?q=xa{extra}").json) == 20  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["\0", "\ud7ff", "%", "_", "' OR 1=1 --", "🙂", " ", "Xã" * 50])
def test_any_text_may_be_searched_for(client: FlaskClient, text: str) -> None:
    response = client.get("/api/v1/don-vi", query_string={"q": text})
    assert response.status_code == 200
    assert response.json == [] or text == "Xã" * 50


@pytest.mark.parametrize("code", ["%00%00%00%00%00", "%27%20or%20", "20 50", "２０６５０"])
def test_a_code_that_is_none_is_not_found(client: FlaskClient, code: str) -> None:
    problem(client.get(f"/api/v1/don-vi/{code}"), 404)
