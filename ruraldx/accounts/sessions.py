"""Server-side sessions behind Flask-Login: the cookie carries a random token, everything else is in the database."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Final

from flask import Flask, current_app, g
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError

from ruraldx.accounts.operations import sign_in, sign_out, touch_session
from ruraldx.accounts.permissions import ANONYMOUS, Principal
from ruraldx.accounts.queries import live_session
from ruraldx.config import Settings
from ruraldx.database import utc_now

_TOUCH_EVERY = timedelta(minutes=1)
# What a browser keeps when somebody signs in: its language, and the mark on what was typed before.
BROWSER: Final = "trinh_duyet"
_KEPT: Final = ("ngon_ngu", BROWSER)
login_manager = LoginManager()


class SessionUser(UserMixin):  # type: ignore[misc]
    """A principal as Flask-Login wants it; its id is the session's token, not the person's."""

    def __init__(self, token: str, principal: Principal) -> None:
        self.token = token
        self.principal = principal

    def get_id(self) -> str:
        """The session token."""
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> SessionUser | None:
    settings: Settings = current_app.extensions["ruraldx_settings"]
    now = utc_now()
    view = live_session(
        token, now, timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )
    if view is None:
        return None
    if now - view.last_seen_at > _TOUCH_EVERY:
        # A page is read also while nothing can be written; the session then ends a little earlier.
        with contextlib.suppress(OperationalError):
            touch_session(now=now, token=token)
    return SessionUser(token, view.principal)


def init_app(app: Flask) -> None:
    """Connect sessions to the application."""
    login_manager.init_app(app)


def current_principal() -> Principal:
    """The signed-in person of this request, or :data:`ANONYMOUS`."""
    user = current_user
    return user.principal if user.is_authenticated else ANONYMOUS


def claims_somebody() -> bool:
    """Whether the cookie names a session, live or not; the database is not asked."""
    return "_user_id" in cookie


def token_in_cookie() -> str:
    """The token that the cookie names, live or not; empty where it names none."""
    return str(cookie.get("_user_id", ""))


def see_nobody() -> None:
    """Go on without a person where none could be read (the database does not answer), so that an error page can."""
    if "_login_user" not in g:
        g._login_user = login_manager.anonymous_user()


def current_token() -> str:
    """The token of this request's session; empty for a visitor."""
    return current_user.token if current_user.is_authenticated else ""


def start(email: str, password: str) -> Principal:
    """Sign in and rotate the cookie. Raises Refused as :func:`ruraldx.accounts.operations.sign_in` does."""
    token = sign_in(now=utc_now(), email=email, password=password)
    kept = {name: cookie[name] for name in _KEPT if name in cookie}
    cookie.clear()
    cookie.update(kept)
    # A form on the page that answers needs a token of the new cookie, not the one made before.
    g.pop("csrf_token", None)
    user = _load(token)
    login_user(user)
    return current_principal()


def end() -> None:
    """Sign out: the server forgets the session, the cookie is emptied."""
    if current_user.is_authenticated:
        sign_out(now=utc_now(), token=current_user.token)
    logout_user()
    cookie.clear()
