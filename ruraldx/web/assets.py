"""Static files with the hash of their content in the address, so that they can be cached for a year."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, url_for
from whitenoise import WhiteNoise

from ruraldx.config import ROOT

STATIC: Final = ROOT / "static"
_YEAR: Final = 31_536_000


def init_app(app: Flask) -> None:
    """Serve static files compressed and cached, and give templates their addresses."""
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["vendor"] = vendor
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(STATIC), prefix="static/", max_age=_YEAR, add_headers_function=_headers
    )


def _headers(headers: dict[str, str], _path: str, _url: str) -> None:
    # Addresses carry the hash of the content: what is there never changes.
    headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    headers["Content-Security-Policy"] = (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def asset(name: str) -> str:
    """The address of a file of ours below ``static/``. Raises FileNotFoundError for one that is not there."""
    return url_for("static", filename=name, v=_digest(name, (STATIC / name).stat().st_mtime_ns))


@lru_cache(maxsize=256)
def _digest(name: str, _changed: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def vendor(name: str) -> str:
    """The address of a vendored file by its short name. Raises KeyError for one that is not in the manifest."""
    return url_for("static", filename=f"vendor/{vendored()[name]}")


@lru_cache(maxsize=1)
def vendored() -> dict[str, str]:
    """Short name → path below ``static/vendor/``, written at set-up."""
    manifest: Path = STATIC / "vendor" / "manifest.json"
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return names
