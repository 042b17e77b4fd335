"""Every route declares the permission it needs; this is where the declaration is kept and asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from ruraldx.accounts.permissions import PERMISSIONS, Subject, allows
from ruraldx.accounts.sessions import current_principal

P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["can", "current_principal", "requires", "safe_next"]


def requires(permission: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Declare a view's permission. Raises KeyError at import for one that is not in the table.

    Asked without a place, it answers "anywhere at all"; whether the person may do it *here* is decided by the
    query's scope (404) and by the operation (403).
    """
    PERMISSIONS[permission]

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            principal = current_principal()
            if not allows(principal, permission):
                if principal.person_id is None:
                    return _ask_to_sign_in()
                abort(403)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _ask_to_sign_in() -> Response:
    # A script cannot follow a redirect to a form: it gets 401 and keeps the draft.
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        abort(401)
    return redirect(url_for("accounts.sign_in_form", tiep=request.full_path.rstrip("?")))


def can(permission: str, unit_path: str | None = None, involved: frozenset[int] = frozenset()) -> bool:
    """Whether this request's person has a permission; for menus and buttons."""
    return allows(current_principal(), permission, Subject(unit_path, involved))


def safe_next(target: str | None) -> str | None:
    """A path inside this site, or None: no host, no scheme, no backslash, no control character."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or "%5c" in target.casefold() or "%2f%2f" in target.casefold():
        return None
    if any(ord(character) < 33 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
