"""Another site cannot make a browser act here: every unsafe route asks for this session's token and origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from ruraldx.web import security
from tests.safety.conftest import Place
from tests.safety.test_matrix import Case, cases, digest

# Whose act it is; what a public route does needs no account.
ACTOR = {
    "assessments.save_indicator": "official", "assessments.autosave": "official", "evidence.attach": "official",
    "assessments.request_signature": "official", "evidence.remove": "official", "assessments.send": "chair",
    "assessments.hand_back": "chair", "appraisal.receive": "appraiser", "appraisal.appraise": "appraiser",
    "appraisal.return_indicators": "appraiser", "appraisal.decide": "appraiser", "published.publish": "office",
    "published.unpublish": "office", "accounts.change_own_password": "official", "accounts.sign_out": "official",
    "accounts.sign_in": "", "web.switch_language": "",
    "drafts.start_blank": "admin", "drafts.start_from_version": "admin", "drafts.start_from_file": "admin",
    "drafts.save": "admin", "drafts.delete": "admin", "drafts.save_indicator": "admin",
    "criteria_publishing.publish": "admin", "criteria_publishing.retire": "admin",
    "criteria_publishing.amend": "admin",
}  # fmt: skip


def unsafe(app: Flask) -> list[Case]:
    return [case for case in cases(app) if case.method not in security.SAFE_METHODS]


def token(client: FlaskClient) -> str:
    """The token in a page of this browser."""
    (found,) = set(re.findall(r'name="csrf-token" content="([^"]+)"', client.get("/").text))
    return str(found)


def post(client: FlaskClient, case: Case, address: str, **options: Any) -> int:
    if case.endpoint.endswith("autosave"):
        options["json"] = {"field": "ket-qua", "value": "co", "version": 0}
    return client.open(address, method=case.method, **options).status_code


def let_through(place: Place) -> Iterator[str]:
    """Forged requests that were not refused, for every unsafe route and every way of forging."""
    for case in unsafe(place.app):
        who = ACTOR[case.endpoint]
        client, thief = place.browser(who), place.browser("neighbour")
        address = case.address(place.app, place.world.key)
        mine, foreign = token(client), token(thief)
        forged: dict[str, dict[str, Any]] = {
            "no token": {},
            "an invented token": {"headers": {"X-CSRFToken": "x" * 40}},
            "a token of another session": {"headers": {"X-CSRFToken": foreign}},
            "a foreign token in the form": {"data": {"csrf_token": foreign}},
            "another origin": {"headers": {"X-CSRFToken": mine, "Origin": "https://evil.invalid"}},
            "an origin that hides": {"headers": {"X-CSRFToken": mine, "Origin": "null"}},
            "another port": {"headers": {"X-CSRFToken": mine, "Origin": "http://localhost:81"}},
            "the origin of the other scheme": {"headers": {"X-CSRFToken": mine, "Origin": "https://localhost"}},
            "another site": {"headers": {"X-CSRFToken": mine, "Sec-Fetch-Site": "cross-site"}},
            "a sister site": {"headers": {"X-CSRFToken": mine, "Sec-Fetch-Site": "same-site"}},
        }
        for name, options in forged.items():
            if case.endpoint.endswith("autosave") and "data" in options:
                continue
            status = post(client, case, address, **options)
            if status not in (400, 403):
                yield f"{case.endpoint}, {name}: {status}"


def test_every_unsafe_route_has_somebody_to_try_it(bare_app: Flask) -> None:
    assert {case.endpoint for case in unsafe(bare_app)} == set(ACTOR)


def test_a_forged_request_is_refused_everywhere_and_changes_nothing(place: Place) -> None:
    place.do(lambda world: world.complete())
    before = digest_without_sign_ins(place)
    assert list(let_through(place)) == []
    assert digest_without_sign_ins(place) == before


def digest_without_sign_ins(place: Place) -> str:
    """Signing in is in the audit chain, so the dossier's own tables are compared."""
    tables = tuple(name for name in digest.__globals__["TABLES"] if name != "audit_event")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(digest.__globals__, "TABLES", tables)
        return digest(place.app)


def test_the_switch_without_tokens_the_forged_requests_get_through(place: Place) -> None:
    place.app.config["WTF_CSRF_ENABLED"] = False
    found = list(let_through(place))
    assert len([line for line in found if "token" in line]) >= 3 * len(ACTOR) - 3
    assert [line for line in found if "autosave, a token of another session" in line]
    # The look at the origin stands on its own.
    assert not [line for line in found if "site" in line or "origin" in line or "port" in line]


def test_the_switch_without_the_look_at_the_origin_only_the_token_is_left(place: Place) -> None:
    place.app.before_request_funcs[None].remove(security._refuse_foreign_origin)
    found = list(let_through(place))
    assert found
    assert not [line for line in found if " token" in line]


def test_an_honest_request_needs_its_token_only(place: Place) -> None:
    client = place.browser("official")
    headers = {"X-CSRFToken": token(client), "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    body = {"field": "ket-qua", "value": "co", "version": 0}
    done = client.post(f"/ho-so/{place.world.key}/chi-tieu/8.1/luu", json=body, headers=headers)
    assert done.status_code == 200
    assert done.json
    assert done.json["state"] == "saved"


NO_ORIGINS = ["http://[", "http://]", "http://[::1", "http://a\u2100b", "localhost", "//localhost", "http://localhost/"]


def with_origin(app: Flask, origin: str) -> int:
    app.config["WTF_CSRF_ENABLED"] = False
    sent = origin.encode().decode("latin-1")
    return app.test_client().post("/ngon-ngu", data={"ngon-ngu": "en"}, headers={"Origin": sent}).status_code


@pytest.mark.parametrize("origin", NO_ORIGINS)
def test_what_is_no_origin_is_refused_as_a_foreign_one(bare_app: Flask, origin: str) -> None:
    assert with_origin(bare_app, origin) == 403
    assert with_origin(bare_app, "http://localhost") == 302


def test_the_switch_an_origin_that_is_taken_apart_is_a_fault(bare_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "_own_origins", lambda: {urlsplit(request.headers["Origin"]).geturl()})
    assert with_origin(bare_app, NO_ORIGINS[0]) == 500
    assert with_origin(bare_app, "https://localhost") == 302


def test_over_https_a_page_of_the_plain_site_is_a_foreign_one(bare_app: Flask, other_app: Callable[..., Flask]) -> None:
    app = other_app(public_url="https://localhost", proxy_hops=1)
    app.config["WTF_CSRF_ENABLED"] = False
    found = [
        app.test_client().post(
            "/ngon-ngu", data={"ngon-ngu": "en"}, headers={"X-Forwarded-Proto": "https", "Origin": origin}
        ).status_code
        for origin in ("https://localhost", "http://localhost")
    ]  # fmt: skip
    assert found == [302, 403]
    # A proxy that speaks https and does not say so.
    done = app.test_client().post("/ngon-ngu", data={"ngon-ngu": "en"}, headers={"Origin": "https://localhost"})
    assert done.status_code == 302


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_method_does_anything(place: Place, method: str) -> None:
    place.app.config["WTF_CSRF_ENABLED"] = False
    client = place.browser("official")
    for path in (f"/ho-so/{place.world.key}", f"/ho-so/{place.world.key}/gui", "/tai-khoan", "/dang-nhap"):
        assert client.open(path, method=method).status_code == 405
    override = client.get(f"/ho-so/{place.world.key}/gui", headers={"X-HTTP-Method-Override": "POST"})
    assert override.status_code == 405
