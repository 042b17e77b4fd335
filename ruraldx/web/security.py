"""Headers and checks that every response and every unsafe request gets."""

from __future__ import annotations

import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from ruraldx.accounts.guards import current_principal
from ruraldx.config import Settings

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, default_limits=[], headers_enabled=False)


def init_app(app: Flask) -> None:
    """Connect CSRF protection, login limits, proxies and headers."""
    settings: Settings = app.extensions["ruraldx_settings"]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_refuse_foreign_origin)
    csrf.init_app(app)
    app.config["RATELIMIT_STORAGE_URI"] = settings.limiter_storage
    limiter.init_app(app)
    app.after_request(_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def limit_login(app: Flask, endpoint: str, limit: str) -> None:
    """Limit an endpoint by address."""
    limited: Any = limiter.limit(limit)(app.view_functions[endpoint])
    app.view_functions[endpoint] = limited


def csp_nonce() -> str:
    """The nonce of this response, made at first use."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _refuse_foreign_origin() -> None:
    """A browser says where an unsafe request comes from: another site is refused before the token is looked at."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(403)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if "frame_ancestors" not in g:
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["X-Frame-Options"] = "DENY"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.mimetype == "text/html" or current_principal().person_id is not None:
        headers.setdefault("Cache-Control", "no-store" if current_principal().person_id else "no-cache")
        response.vary.add("Cookie")
    return response


def _policy() -> str:
    ancestors = " ".join(g.get("frame_ancestors", ())) or "'none'"
    parts = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{csp_nonce()}'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": ancestors,
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())
