"""Every route declares the permission it needs; this is where the declaration is kept and asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort
from werkzeug.wrappers import Response

from ruraldx.accounts.addresses import safe_next
from ruraldx.accounts.asking import ask_to_sign_in
from ruraldx.accounts.permissions import PERMISSIONS, Subject, allows, anyone
from ruraldx.accounts.sessions import current_principal
from ruraldx.accounts.unsent import Words

P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["can", "current_principal", "requires", "safe_next"]


def requires(permission: str, *, typed: Words | None = None) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Declare a view's permission. Raises KeyError at import for one that is not in the table.

    Asked without a place, it answers "anywhere at all"; whether the person may do it *here* is decided by the
    query's scope (404) and by the operation (403). ``typed`` says how the view's form reads in words: with it, what
    was typed outlives a session that ended meanwhile.
    """
    PERMISSIONS[permission]

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if PERMISSIONS[permission].allows is anyone:
                # Nobody has to be known for it, so it answers also while the database does not.
                return view(*args, **kwargs)
            principal = current_principal()
            if not allows(principal, permission):
                if principal.person_id is None:
                    return ask_to_sign_in()
                abort(403)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.typed = typed  # type: ignore[attr-defined]
        return guarded

    return decorate


def can(permission: str, unit_path: str | None = None, involved: frozenset[int] = frozenset()) -> bool:
    """Whether this request's person has a permission; for menus and buttons."""
    return allows(current_principal(), permission, Subject(unit_path, involved))
