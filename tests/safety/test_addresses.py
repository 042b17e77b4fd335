"""Nobody is sent to another site: neither by ``tiep``, nor by a forged Host, nor by forwarded headers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from flask import Flask
from pydantic import SecretStr

from ruraldx.accounts import addresses, asking, views
from ruraldx.database import db
from ruraldx.web import inputs
from ruraldx.web import views as web_views
from tests.world import PASSWORD, email, make_people

HOME = "http://localhost"
ELSEWHERE = [
    "https://evil.invalid", "http://evil.invalid/", "HTTPS://evil.invalid", "//evil.invalid", "///evil.invalid",
    "////evil.invalid", "/////evil.invalid", "\\\\evil.invalid", "/\\evil.invalid", "\\/evil.invalid",
    "/\\/evil.invalid", "//\\evil.invalid", "/%5cevil.invalid", "/%5Cevil.invalid", "/%5c%5cevil.invalid",
    "%2f%2fevil.invalid", "/%2f%2fevil.invalid", "/%2F%2Fevil.invalid", "%2f/evil.invalid", "https:evil.invalid",
    "https:/evil.invalid", "https:///evil.invalid", "http:\\\\evil.invalid", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x",
    "file:///etc/passwd", "ftp://evil.invalid", "mailto:a@evil.invalid", "/\tevil.invalid", "/\t/evil.invalid",
    "\t//evil.invalid", " //evil.invalid", "/\n/evil.invalid", "/\r/evil.invalid", "/\r\nLocation: //evil.invalid",
    "/\x00/evil.invalid", "\x00//evil.invalid", "/ /evil.invalid", "evil.invalid", "@evil.invalid", "?//evil.invalid",
    "#//evil.invalid", ".//evil.invalid", "../evil.invalid", "／／evil.invalid", "／/evil.invalid",
    "//evil.invalid/ban-do", "//localhost@evil.invalid", "http://localhost@evil.invalid",
    "http://localhost.evil.invalid", "//evil。invalid", "//[::1]", "//0", "https://evil.invalid\\@localhost",
]  # fmt: skip
INSIDE = ["/ban-do", "/ban-do?xa=Qu%E1%BA%BF&loai=", "/xa/20650#ket-qua", "/tim-xa?q=a/b", "/mo-hinh?x=//y", "/"]


def test_there_are_enough_ways_out() -> None:
    assert len(set(ELSEWHERE)) >= 40


@pytest.fixture
def site(bare_app: Flask) -> Flask:
    with bare_app.app_context():
        make_people(("official",))
        db.session.remove()
    bare_app.config["WTF_CSRF_ENABLED"] = False
    return bare_app


def lands(app: Flask, target: str) -> set[str]:
    """Where a browser stands after each of the forms that go on to ``tiep``."""
    data = {"email": email("official"), "password": PASSWORD, "ngon-ngu": "vi", "tiep": target}
    done = [app.test_client().post(path, data=data) for path in ("/dang-nhap", "/ngon-ngu")]
    # What no text may hold is refused before anybody looks at it.
    assert {answer.status_code for answer in done} == ({400} if "\0" in target else {302})
    places = {answer.headers["Location"] for answer in done if answer.status_code == 302}
    # A browser drops these letters, takes the backslash for a slash, and then reads.
    read = {place.translate(str.maketrans("\\", "/", "\t\r\n")) for place in places}
    return {urljoin(f"{HOME}/dang-nhap", place) for place in places | read | {unquote(place) for place in read}}


def leaves(app: Flask, target: str) -> bool:
    return any(
        (urlsplit(place).scheme, urlsplit(place).netloc) != ("http", "localhost") for place in lands(app, target)
    )


def test_nobody_is_sent_elsewhere_after_a_form(site: Flask) -> None:
    assert [target for target in ELSEWHERE if leaves(site, target)] == []
    client = site.test_client()
    for target in ELSEWHERE:
        page = client.get("/dang-nhap", query_string={"tiep": target})
        assert page.status_code == 200
        assert f'name="tiep" value="{target}"' not in page.text


def test_a_person_gets_where_they_were_going(site: Flask) -> None:
    assert [target for target in INSIDE if urljoin(HOME, target) not in lands(site, target)] == []


def test_the_switch_with_any_address_believed_most_forms_lead_out(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (views, web_views, addresses, asking):
        monkeypatch.setattr(module, "safe_next", lambda target: target.translate(str.maketrans("", "", "\r\n")))
    assert sum(leaves(site, target) for target in ELSEWHERE) > 25


Apps = Callable[..., Flask]


def production(other_app: Apps, **changes: object) -> Flask:
    secret = SecretStr("k7Qz" * 12 + "rT9wX2")
    return other_app(environment="production", secret_key=secret, public_url="https://map.kiemthu.invalid", **changes)


FORGED = ["evil.invalid", "map.kiemthu.invalid.evil.invalid", "map.kiemthu.invalid@evil.invalid", "evil.invalid:443",
          "map.kiemthu.invalid/evil", "localhost.evil.invalid", "evil.invalid\\map.kiemthu.invalid"]  # fmt: skip


def heard(app: Flask, host: str) -> int:
    """The status for a Host header; nothing of it may come back."""
    client = app.test_client()
    status = 0
    for method, path in (("GET", "/"), ("GET", "/viec-cua-toi"), ("POST", "/dang-nhap"), ("GET", "//ban-do//x")):
        done = client.open(path, method=method, headers={"Host": host})
        if "evil.invalid" in done.text or "evil.invalid" in done.headers.get("Location", ""):
            return -1
        status = max(status, done.status_code) if status in (0, 400) else status
    return status


@pytest.mark.parametrize("host", FORGED)
def test_in_production_a_forged_host_is_refused(bare_app: Flask, other_app: Apps, host: str) -> None:
    assert heard(production(other_app), host) == 400


@pytest.mark.parametrize("host", ["map.kiemthu.invalid", "localhost:8000", "127.0.0.1:8000"])
def test_the_hosts_of_the_settings_and_this_machine_are_answered(bare_app: Flask, other_app: Apps, host: str) -> None:
    assert production(other_app).test_client().get("/healthz", headers={"Host": host}).status_code == 200
    named = production(other_app, trusted_hosts=("khac.kiemthu.invalid",))
    assert named.test_client().get("/healthz", headers={"Host": host}).status_code == 400
    assert named.test_client().get("/healthz", headers={"Host": "khac.kiemthu.invalid"}).status_code == 200


def test_the_switch_without_trusted_hosts_the_forged_one_is_answered(bare_app: Flask, other_app: Apps) -> None:
    app = production(other_app)
    app.config["TRUSTED_HOSTS"] = None
    assert heard(app, "evil.invalid") != 400


FORWARDED = {
    "X-Forwarded-Host": "evil.invalid", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Prefix": "/evil", "X-Forwarded-Port": "443", "Forwarded": "host=evil.invalid;proto=https",
    "X-Original-URL": "/tai-khoan", "X-Rewrite-URL": "/tai-khoan", "X-HTTP-Method-Override": "POST",
}  # fmt: skip


def seen(app: Flask) -> list[tuple[int, str, str]]:
    """What answers to a few requests look like with forged headers."""
    client = app.test_client()
    paths = ("/healthz", "/viec-cua-toi", "/khong-co", "/api/v1/openapi.json")
    found = [client.get(path, headers=FORWARDED) for path in paths]
    return [
        (r.status_code, r.headers.get("Location", ""), r.headers.get("Strict-Transport-Security", "")) for r in found
    ]


def test_forwarded_headers_mean_nothing_without_a_proxy_in_front(bare_app: Flask, other_app: Apps) -> None:
    plain = [(200, "", ""), (302, "/dang-nhap?tiep=/viec-cua-toi", ""), (404, "", ""), (200, "", "")]
    assert seen(bare_app) == plain
    # The switch: with a proxy in front the same headers count.
    assert seen(other_app(proxy_hops=1)) != plain


NO_REFERERS = ["http://[", "http://]", "http://[::1", "http://[x]/", "http://a\u2100b/"]


def without_a_session(app: Flask, referer: str | None) -> int:
    """The status of a form that somebody sends who is not signed in, over https too."""
    headers = {} if referer is None else {"Referer": referer.encode().decode("latin-1")}
    plain = app.test_client().post("/ho-so/0123456789abcdef/trinh-ky", headers=headers)
    return max(plain.status_code, token_over_https(app, headers))


def token_over_https(app: Flask, headers: dict[str, str]) -> int:
    """With a good token the library that checks it looks at the Referer as well."""
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    page = client.get("/", base_url="https://localhost").text
    data = {"csrf_token": page.partition('name="csrf-token" content="')[2].partition('"')[0], "ngon-ngu": "vi"}
    try:
        return client.post("/ngon-ngu", data=data, headers=headers, base_url="https://localhost").status_code
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("referer", NO_REFERERS)
def test_a_referer_that_is_no_address_is_as_good_as_none(site: Flask, referer: str) -> None:
    assert token_over_https(site, {"Referer": "https://localhost/"}) == 302
    assert without_a_session(site, referer) == without_a_session(site, None) == 401


def test_the_switch_a_referer_that_is_read_as_it_comes_is_a_fault(site: Flask) -> None:
    site.before_request_funcs[None].remove(inputs._forget_no_address)
    assert without_a_session(site, NO_REFERERS[0]) == 500
