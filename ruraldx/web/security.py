"""Headers and checks that every response and every unsafe request gets."""

from __future__ import annotations

import ipaddress
import secrets
from functools import wraps
from typing import Any, Final

from flask import Flask, Response, abort, current_app, g, request
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from limits.errors import StorageError
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix

from ruraldx.accounts.sessions import claims_somebody
from ruraldx.config import Settings

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()


def network_of_asker() -> str:
    """The address that is counted; of IPv6 the first half, since one line has all the others.

    What is no address (a proxy may write "unknown") is counted together.
    """
    address = _address(request.remote_addr or "")
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, also as some proxies write it: ``[2001:db8::1]:443``, ``192.0.2.1:443``."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def init_app(app: Flask) -> None:
    """Connect CSRF protection, login limits, proxies and headers."""
    settings: Settings = app.extensions["ruraldx_settings"]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_refuse_foreign_origin)
    csrf.init_app(app)
    app.config["RATELIMIT_STORAGE_URI"] = settings.limiter_storage
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"wrap_exceptions": True}
    # One for each application: a shared one would add up the limits of all.
    app.extensions["ruraldx_limiter"] = Limiter(network_of_asker, app=app, headers_enabled=False)
    app.after_request(_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def limit_login(app: Flask, endpoint: str, limit: str) -> None:
    """Limit an endpoint by address. Where attempts cannot be counted there is no login; other pages go on."""
    limiter: Limiter = app.extensions["ruraldx_limiter"]
    limited: Any = limiter.limit(limit)(app.view_functions[endpoint])

    @wraps(limited)
    def counted(*args: Any, **kwargs: Any) -> Any:
        try:
            return limited(*args, **kwargs)
        except StorageError as error:
            raise ServiceUnavailable(retry_after=30) from error

    app.view_functions[endpoint] = counted


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
    # "null" too: our own pages always say where they are (Referrer-Policy: same-origin).
    if origin and origin not in _own_origins():
        abort(403)


def _own_origins() -> set[str]:
    """How our pages name themselves; https also where a proxy in front speaks it and does not say so."""
    schemes = {request.scheme, "https"} if current_app.config["SESSION_COOKIE_SECURE"] else {request.scheme}
    return {f"{scheme}://{request.host}" for scheme in schemes}


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
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.mimetype == "text/html" or claims_somebody():
        headers.setdefault("Cache-Control", "no-store" if claims_somebody() else "no-cache")
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
