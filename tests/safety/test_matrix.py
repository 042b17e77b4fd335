"""Role × route × object: who gets what, asserted for every route, with the database compared before and after.

The expectation is written here by hand, apart from the permission table it checks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule

import ruraldx.assessments.queries.dossier as reading
from ruraldx.accounts import permissions
from ruraldx.accounts.operations import grant_role
from ruraldx.accounts.permissions import Role
from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.operations import appraisal
from ruraldx.assessments.queries import scope
from ruraldx.config import Settings
from ruraldx.criteria_sets.operations.drafts import start_from_version
from ruraldx.database import db
from ruraldx.messages import Forbidden
from tests.clock import NOW
from tests.world import CAST, PASSWORD, SET, World, email, make_world, unit_id

OWN = {"official", "colleague", "chair"}
PROVINCE = {"appraiser", "second_appraiser", "office", "leader"}
EVERYBODY = set(CAST) | {"visitor"}
SIGNED_IN = set(CAST)
OFFICIALS = {"official", "colleague", "neighbour"}
CHAIRS = {"chair", "neighbour_chair"}
APPRAISERS = {"appraiser", "second_appraiser"}
ADMINS = {"admin"}

# endpoint → who may use it at all; objects are then a matter of reach
EXPECTED: dict[str, set[str]] = {
    **dict.fromkeys(
        (
            "public.start", "public.commune", "public.search", "pilots.registry", "pilots.page", "web.about",
            "web.help_page", "web.components", "web.healthz", "web.readyz", "web.switch_language",
            "criteria_sets.sets", "criteria_sets.versions", "criteria_sets.version", "criteria_sets.as_yaml",
            "criteria_sets.as_workbook",
            "criteria_sets.as_json", "criteria_sets.how", "criteria_sets.how_as_json",
            "accounts.sign_in", "accounts.sign_in_form", "v1.units", "v1.unit", "v1.pilots", "v1.results",
            "api-docs.openapi_json",
        ),
        EVERYBODY,
    ),
    **dict.fromkeys(
        ("accounts.account", "accounts.change_own_password", "accounts.sign_out", "assessments.my_work"), SIGNED_IN
    ),
    **dict.fromkeys(
        ("assessments.overview", "assessments.indicator", "assessments.check", "assessments.receipt",
         "evidence.download", "scores.missing"),
        OFFICIALS | CHAIRS | PROVINCE,
    ),
    **dict.fromkeys(
        ("assessments.save_indicator", "assessments.autosave", "assessments.request_signature", "evidence.attach",
         "evidence.remove"),
        OFFICIALS,
    ),
    **dict.fromkeys(("assessments.send", "assessments.hand_back"), CHAIRS),
    **dict.fromkeys(
        ("appraisal.queue", "appraisal.overview", "appraisal.indicator", "scores.another_set", "scores.ranks",
         "scores.ranks_csv"),
        PROVINCE,
    ),
    **dict.fromkeys(
        ("appraisal.receive", "appraisal.appraise", "appraisal.return_indicators", "appraisal.decide"), APPRAISERS
    ),
    **dict.fromkeys(
        ("drafts.overview", "drafts.workbook_template", "drafts.start_blank", "drafts.start_from_version",
         "drafts.start_from_file",
         "drafts.editor", "drafts.save", "drafts.delete", "drafts.preview", "drafts.indicator",
         "drafts.save_indicator", "criteria_publishing.confirm", "criteria_publishing.publish",
         "criteria_publishing.retire_form", "criteria_publishing.retire", "criteria_publishing.amend_form",
         "criteria_publishing.amend"),
        ADMINS,
    ),
    "published.publish": {"office"},
    "published.unpublish": {"office"},
}  # fmt: skip
# The neighbours' dossier for the people of Quế Phú, and the other way round.
SECRETS = ("Xã Đại Thắng", "BÍ MẬT CỦA ĐẠI THẮNG")


@dataclass
class Case:
    rule: Rule
    method: str

    @property
    def endpoint(self) -> str:
        return self.rule.endpoint

    @property
    def of_criteria(self) -> bool:
        return self.endpoint.startswith(("criteria_", "drafts."))

    def address(self, app: Flask, key: str, round_key: str = "") -> str:
        values = {
            "key": key,
            "round_key": round_key,
            "code": "8.2",
            "document": "0" * 16,
            "slug": "x",
            "name": "x.json",
        }
        if self.endpoint in ("public.commune", "v1.unit"):
            values["code"] = "20650"
        if self.of_criteria:
            values |= {"key": draft_key(app), "number": "2"}
            values["code"] = SET if "number" in self.rule.arguments else values["code"]
        if self.endpoint == "criteria_sets.versions":
            values["code"] = SET
        with app.test_request_context():
            return str(app.url_for(self.endpoint, **{n: values[n] for n in self.rule.arguments}))


def draft_key(app: Flask) -> str:
    """The key of the one draft there is, or one that no draft has."""
    with app.app_context(), db.engine.connect() as connection:
        return str(connection.execute(text("SELECT key FROM criteria_draft")).scalar_one_or_none() or "0" * 16)


def cases(app: Flask) -> Iterator[Case]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.startswith("maps."):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Case(rule, method)


@pytest.fixture
def world(bare_app: Flask, settings: Settings) -> World:
    """The cast and two dossiers; no context stays pushed, or all requests would share one person."""
    with bare_app.app_context():
        made = make_world(settings.data_dir)
        province = made.people["admin"].grants[0].unit_path
        start_from_version(actor=made.people["admin"], now=NOW, code=SET, number=2, province=province)
        db.session.remove()
    return made


@pytest.fixture
def clients(bare_app: Flask, world: World) -> dict[str, FlaskClient]:
    bare_app.config["WTF_CSRF_ENABLED"] = False
    found = {"visitor": bare_app.test_client()}
    for name in CAST:
        found[name] = sign_in(bare_app, name)
    return found


def sign_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    done = client.post("/dang-nhap", data={"email": email(name), "password": PASSWORD})
    assert done.status_code == 302
    return client


TABLES = (
    "assessment", "answer", "document", "submission", "stage_value", "decision", "returned_indicator",
    "published_result", "audit_event", "score", "round_best", "role_grant", "person", "pilot", "criteria_version",
    "criteria_draft", "criteria_amendment",
)  # fmt: skip


def digest(app: Flask) -> str:
    """What the tables hold, without sessions: they note when they were last used."""
    found = hashlib.sha256()
    with app.app_context(), db.engine.connect() as connection:
        for table in TABLES:
            order = "sequence" if table == "audit_event" else "id"
            rows = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))
            found.update(repr([tuple(row) for row in rows]).encode())
    return found.hexdigest()


def reaches(who: str, case: Case, key: str, world: World) -> bool:
    if "key" not in case.rule.arguments or who in PROVINCE or case.of_criteria:
        return True
    return (who in OWN) == (key == world.key)


def test_every_route_is_in_the_expectation(bare_app: Flask) -> None:
    assert {case.endpoint for case in cases(bare_app)} == set(EXPECTED)


def sweep(app: Flask, world: World, clients: dict[str, FlaskClient]) -> list[str]:
    """Everything that is not as expected."""
    wrong: list[str] = []
    for case in cases(app):
        if case.endpoint in ("accounts.sign_out", "accounts.sign_in"):
            continue
        for who, client in clients.items():
            for key in {world.key, world.neighbour_key} if "key" in case.rule.arguments else {""}:
                before = digest(app) if case.method != "GET" else ""
                body = {"field": "tu-so", "value": "1", "version": 0} if case.endpoint.endswith("autosave") else None
                done = client.open(case.address(app, key, world.round_key), method=case.method, json=body)
                expected = expectation(who, case, key, world)
                name = f"{case.method} {case.endpoint} as {who} on {'own' if key == world.key else 'other'}"
                if not expected(done.status_code, done.headers.get("Location", "")):
                    wrong.append(f"{name}: {done.status_code}")
                if done.status_code in (401, 403, 404) and any(secret in done.text for secret in SECRETS):
                    wrong.append(f"{name}: tells what it refuses")
                if case.method != "GET" and done.status_code in (401, 403, 404) and digest(app) != before:
                    wrong.append(f"{name}: changed the database")
    return wrong


def expectation(who: str, case: Case, key: str, world: World):  # type: ignore[no-untyped-def]
    if who not in EXPECTED[case.endpoint]:
        if who == "visitor":
            return lambda status, place: status == 401 or (status == 302 and "/dang-nhap" in place)
        return lambda status, _place: status == 403
    if not reaches(who, case, key, world) or case.endpoint in ("evidence.download", "evidence.remove", "pilots.page"):
        return lambda status, _place: status == 404
    return lambda status, place: status < 500 and status not in (401, 403, 404) and "/dang-nhap" not in place


def test_everybody_gets_exactly_what_is_theirs(bare_app: Flask, world: World, clients: dict[str, FlaskClient]) -> None:
    assert sweep(bare_app, world, clients) == []


def test_the_switch_without_the_scope_the_matrix_goes_red(
    bare_app: Flask, world: World, clients: dict[str, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "within_reach", lambda *_args: text("1 = 1"))
    monkeypatch.setattr(scope, "within_reach", lambda *_args: text("1 = 1"))
    assert any("neighbour" in line and "200" in line for line in sweep(bare_app, world, clients))


def test_the_switch_without_a_role_check_the_matrix_goes_red(
    bare_app: Flask, world: World, clients: dict[str, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    lax = permissions.Permission(
        "queue.read", permissions.PERMISSIONS["queue.read"].label, frozenset(), permissions.anyone
    )
    monkeypatch.setitem(permissions.PERMISSIONS, "queue.read", lax)
    assert any("appraisal.queue as official" in line for line in sweep(bare_app, world, clients))


def test_no_page_writes_when_it_is_read(bare_app: Flask, world: World, clients: dict[str, FlaskClient]) -> None:
    before = digest(bare_app)
    for case in cases(bare_app):
        if case.method == "GET":
            for client in clients.values():
                client.get(case.address(bare_app, world.key, world.round_key))
    assert digest(bare_app) == before


@pytest.mark.parametrize("who", ["official", "chair", "appraiser", "office", "admin"])
def test_an_unsafe_request_without_a_token_or_from_another_site_is_refused(
    bare_app: Flask, world: World, who: str
) -> None:
    bare_app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(bare_app, who)
    bare_app.config["WTF_CSRF_ENABLED"] = True
    before = digest(bare_app)
    for case in cases(bare_app):
        if case.method == "GET" or case.endpoint in ("accounts.sign_out", "web.switch_language"):
            continue
        address = case.address(bare_app, world.key)
        assert client.post(address).status_code == 400, address
        for headers in ({"Origin": "https://evil.invalid"}, {"Sec-Fetch-Site": "cross-site"}):
            assert client.post(address, headers=headers).status_code == 403, address
    assert digest(bare_app) == before


def test_one_person_with_both_roles_cannot_appraise_their_own_dossier(bare_app: Flask, world: World) -> None:
    with bare_app.app_context():
        world.to("sent")
        for name in ("official", "chair"):
            person_id = world.people[name].person_id or 0
            grant_role(
                actor_id=None, now=NOW, person_id=person_id, role=Role.APPRAISER, unit_id=unit_id(""), valid_from=NOW
            )
            both = principal_of(email(name), NOW)
            assert both is not None
            with pytest.raises(Forbidden) as refused:
                appraisal.receive(actor=both, now=world.later(), key=world.key)
            assert refused.value.code == "involved"
