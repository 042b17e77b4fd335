"""Structured logs: one JSON line per event, with the request id, without secrets, safe against forged lines."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from flask import Flask, Response, g, request

from ruraldx.config import Settings

_SECRET_KEYS: Final = ("password", "token", "secret", "cookie", "authorization", "csrf", "session")


def init_app(app: Flask) -> None:
    """Give every request an id and a line in the log."""
    settings: Settings = app.extensions["ruraldx_settings"]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level.upper())),
        cache_logger_on_first_use=False,
    )
    app.before_request(_begin)
    app.after_request(_end)


def logger() -> Any:
    """The logger of the platform."""
    return structlog.get_logger("ruraldx")


def request_id() -> str:
    """The id of this request, also shown on error pages."""
    return str(g.get("request_id", ""))


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    logger().info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    )
    return response


def _redact(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = _without_secrets(key, value)
    return event


def _without_secrets(key: str, value: Any) -> Any:
    if any(word in key.casefold() for word in _SECRET_KEYS):
        return "…"
    if isinstance(value, Mapping):
        return {str(name): _without_secrets(str(name), inner) for name, inner in value.items()}
    return value
