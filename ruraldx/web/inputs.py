"""What no keyboard types is refused before anything reads it: databases and files cannot hold it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Flask, abort, request

from ruraldx.accounts.addresses import parts_of

_NESTING: Final = 20


def init_app(app: Flask) -> None:
    """Look at every request."""
    app.before_request(_forget_no_address)
    app.before_request(_refuse_what_cannot_be_text)


def _forget_no_address() -> None:
    """A Referer that cannot be read is as good as none, for our libraries too."""
    if parts_of(request.referrer or "") is None:
        del request.environ["HTTP_REFERER"]


def _refuse_what_cannot_be_text() -> None:
    """A NUL in an address, a form or JSON, half a surrogate pair, JSON nested without end."""
    if "\0" in request.path:
        abort(404)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.is_json:
        texts = _texts_of(_json(), 0)
    else:
        texts = (text for pair in request.form.items(multi=True) for text in pair)
    if not all(map(_is_text, texts)):
        abort(400)


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _json() -> object:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        abort(400)


def _texts_of(value: object, depth: int) -> Iterator[str]:
    if depth > _NESTING:
        abort(400)
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts_of(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_of(inner, depth + 1)
