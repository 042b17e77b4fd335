"""The security headers of every kind of response, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from ruraldx.places.packs import write_pack
from ruraldx.web import security
from tests.safety.conftest import Place

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors {ancestors}; base-uri 'none'; "
    "object-src 'none'"
)
SANDBOX = "sandbox; default-src 'none'"
ON_STATIC = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# The hash is that of the pack the test writes.
PACK = "x.5041bf1f713d.json"
# what it is → (who asks, address, status, type, what else is asked)
KINDS = {
    "a public page": ("", "/", 200, "text/html"),
    "a page of a dossier": ("official", "/ho-so/{key}", 200, "text/html"),
    "a page that is not there": ("", "/khong-co", 404, "text/html"),
    "a page somebody may not see": ("official", "/tham-dinh", 403, "text/html"),
    "a dossier of somebody else": ("neighbour", "/ho-so/{key}", 404, "text/html"),
    "a way to the sign-in page": ("", "/viec-cua-toi", 302, "text/html"),
    "a wrong method": ("", "/ban-do", 405, "text/html"),
    "a refused form": ("", "/dang-nhap", 400, "text/html"),
    "data": ("", "/api/v1/ket-qua", 200, "application/json"),
    "data about the data": ("", "/api/v1/openapi.json", 200, "application/json"),
    "data that is not there": ("", "/api/v1/khong-co", 404, "application/problem+json"),
    "data asked wrongly": ("", "/api/v1/don-vi", 422, "application/problem+json"),
    "a feed of the map": ("", "/ban-do/lop/ten.json", 200, "application/json"),
    "a feed for somebody": ("official", "/ban-do/lop/ten.json", 200, "application/json"),
    "a pack of the map": ("", f"/ban-do/goi/{PACK}", 200, "application/json"),
    "a picture": ("", "/ban-do/anh.svg", 200, "image/svg+xml"),
    "a table": ("", "/ban-do/bang.csv", 200, "text/csv"),
    "a file": ("official", "/ho-so/{key}/minh-chung/{document}", 200, "application/pdf"),
    "health": ("", "/healthz", 200, "application/json"),
    "readiness": ("", "/readyz", 200, "application/json"),
}


def wrong(place: Place, kind: str) -> Iterator[str]:
    """What a response of a kind does not have as written above."""
    who, address, status, media_type = KINDS[kind]
    address = address.format(key=place.world.key, document=place.document() if "{document}" in address else "")
    client = place.browser(who)
    method = "POST" if status in (400, 405) else "GET"
    response = client.open(address, method=method, data={"email": "a", "password": "b"} if method == "POST" else None)
    found = dict(response.headers)
    if (response.status_code, response.mimetype) != (status, media_type):
        yield f"{response.status_code} {response.mimetype}"
    yield from (f"{name}: {found.get(name)}" for name, value in EVERYWHERE.items() if found.get(name) != value)
    policy = re.sub(r"nonce-[\w-]{22}'", "nonce-N'", found.get("Content-Security-Policy", ""))
    if policy != (SANDBOX if kind == "a file" else POLICY.format(nonce="N", ancestors="'none'")):
        yield f"policy {policy}"
    if not re.fullmatch(r"[0-9a-f]{12}", found.get("X-Request-ID", "")):
        yield "no request id"
    if who and ("no-store" not in found["Cache-Control"] and "must-revalidate" not in found["Cache-Control"]):
        yield f"cache {found['Cache-Control']}"
    if (who or media_type == "text/html") and "Cookie" not in found.get("Vary", ""):
        yield f"vary {found.get('Vary')}"
    if "Server" in found or "X-Powered-By" in found:
        yield "says what it runs on"
    response.close()


def test_a_response_of_every_kind_has_every_header(place: Place) -> None:
    assert write_pack(place.world.root / "packs", "x", {"x": 1}) == PACK
    place.do(lambda world: world.attach("8.1"))
    assert {kind: found for kind in KINDS if (found := list(wrong(place, kind)))} == {}


def test_the_switch_without_the_headers_every_kind_is_named(place: Place) -> None:
    place.app.after_request_funcs[None].remove(security._headers)
    assert all(list(wrong(place, kind)) for kind in ("a public page", "data", "a table", "a page that is not there"))


def test_the_switch_a_policy_with_inline_styles_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lax = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    monkeypatch.setattr(security, "_policy", lambda: lax.format(nonce="N", ancestors="'none'"))
    assert [line for line in wrong(place, "a public page") if "unsafe-inline" in line]


def nonces(app: Flask) -> set[str]:
    found = set()
    client = app.test_client()
    for _ in range(20):
        page = client.get("/ban-do")
        (nonce,) = re.findall(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
        assert set(re.findall(r'nonce="([^"]+)"', page.text)) == {nonce}
        assert len(nonce) >= 22
        found.add(nonce)
    return found


def test_every_response_has_a_nonce_of_its_own(bare_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(nonces(bare_app)) == 20
    # The switch.
    monkeypatch.setattr(security.secrets, "token_urlsafe", lambda _length: "A" * 22)
    assert len(nonces(bare_app)) == 1


@pytest.mark.parametrize(
    ("origins", "ancestors"),
    [((), "'self'"), (("https://tinh.kiemthu.invalid",), "'self' https://tinh.kiemthu.invalid")],
)
def test_only_the_embedded_map_may_stand_in_a_frame_and_only_where_the_settings_say(
    other_app: Callable[..., Flask], origins: tuple[str, ...], ancestors: str
) -> None:
    client = other_app(embed_origins=origins).test_client()
    embedded = client.get("/ban-do/nhung").headers
    assert f"frame-ancestors {ancestors};" in embedded["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded
    for path in ("/", "/ban-do", "/dang-nhap", "/ban-do/bang.csv"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/static/css/ruraldx.css", "/static/js/map.js", "/static/js/autosave.js"])
def test_a_static_file_is_kept_for_good_and_never_guessed_at(bare_app: Flask, path: str) -> None:
    response = bare_app.test_client().get(path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Security-Policy"] == ON_STATIC
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers
    response.close()


PRIVATE = (
    "/viec-cua-toi", "/tai-khoan", "/ho-so/{key}", "/ho-so/{key}/kiem-tra", "/ho-so/{key}/bien-nhan",
    "/ho-so/{key}/chi-tieu/8.2", "/", "/ban-do", "/mo-hinh", "/khong-co",
)  # fmt: skip


def kept(place: Place) -> list[str]:
    """Pages of somebody who is signed in that a cache may keep or give to another."""
    client = place.browser("official")
    found = []
    for address in PRIVATE:
        headers = client.get(address.format(key=place.world.key)).headers
        if headers["Cache-Control"] != "no-store" or "Cookie" not in headers["Vary"]:
            found.append(address)
    return found


def test_no_cache_keeps_a_page_of_somebody_who_is_signed_in(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept(place) == []
    # The switch.
    monkeypatch.setattr(security, "claims_somebody", lambda: False)
    assert set(kept(place)) == set(PRIVATE)


def test_a_page_of_a_visitor_is_asked_for_again_and_depends_on_the_cookie(bare_app: Flask) -> None:
    headers = bare_app.test_client().get("/").headers
    assert headers["Cache-Control"] == "no-cache"
    assert "Cookie" in headers["Vary"]


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", "https://map.kiemthu.invalid"])
def test_over_https_browsers_are_told_to_stay_there(other_app: Callable[..., Flask], public_url: str) -> None:
    told = other_app(public_url=public_url).test_client().get("/").headers.get("Strict-Transport-Security")
    assert told == ("max-age=31536000; includeSubDomains" if public_url.startswith("https") else None)
