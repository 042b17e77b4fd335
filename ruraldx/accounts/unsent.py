"""What a form held when its session had ended. It is carried, signed, through the sign-in page and shown again.

It is never submitted by itself: the person who signs in sees what was typed and presses a button. Only views that
say how their form reads in words take part (``requires(..., typed=...)``); passwords and tokens are left out. It is
shown to nobody but the person whose session had ended: offices share computers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flask import current_app, request
from flask import session as cookie
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from ruraldx.accounts.addresses import safe_next
from ruraldx.accounts.queries import owner_of_session
from ruraldx.accounts.sessions import BROWSER, current_principal, token_in_cookie
from ruraldx.forms import Typed
from ruraldx.messages import Message, Refused

# Everything a person typed in words, from the form's data and the values in the address.
Words = Callable[..., Sequence[Typed]]

FIELD: Final = "chua-gui"
LONGEST: Final = 200_000
_SECONDS: Final = 12 * 60 * 60
_NEVER: Final = ("csrf_token", "password", "once")


class SomebodyElses(Refused):
    """What was typed belongs to another person."""


class TooLong(Refused):
    """More was typed than a hidden field can carry."""


@dataclass(frozen=True)
class Unsent:
    """An address of ours and what was about to be sent to it: (name, value) in order.

    ``owner``: the id of the person who typed it; None where no session says.
    """

    address: str
    fields: tuple[tuple[str, str], ...]
    owner: int | None

    def is_for(self, person_id: int | None) -> bool:
        """Whether this person may see it: who typed it, or, where nobody knows, who may see what it belongs to."""
        return person_id is not None and (self.owner == person_id or (self.owner is None and bool(self._in_words())))

    def words(self) -> Sequence[Typed]:
        """What was typed, in words; by the names of the fields where the address is not this person's."""
        return self._in_words() or [Typed(name, value) for name, value in self.fields if value.strip()]

    def _in_words(self) -> Sequence[Typed]:
        found = _view_of(self.address)
        if found is None:
            return ()
        typed, arguments = found
        try:
            return typed(MultiDict(self.fields), **arguments)
        except Refused:
            return ()


def typed_here() -> Unsent | None:
    """What this request's form holds, if its view takes part and something was typed. Raises TooLong."""
    if request.mimetype != "application/x-www-form-urlencoded" or _view_of(request.path) is None:
        return None
    fields = tuple((n, v) for n, v in request.form.items(multi=True) if not any(word in n for word in _NEVER))
    if not any(value.strip() for _, value in fields):
        return None
    if sum(len(name) + len(value) for name, value in fields) > LONGEST:
        raise TooLong(Message("Nội dung bạn gửi dài quá nên không giữ lại được ở đây."))
    return Unsent(request.path, fields, _owner())


def seal(unsent: Unsent) -> str:
    """A signed text for a hidden field, good for twelve hours in this browser."""
    cookie.setdefault(BROWSER, secrets.token_hex(8))
    return _serializer().dumps([unsent.address, unsent.fields, unsent.owner])


def unseal(sealed: str) -> Unsent:
    """What was sealed, for the person who is signed in.

    Raises Refused for one that was changed, is too old, comes from another browser, or is somebody else's.
    """
    try:
        address, fields, owner = _serializer().loads(sealed, max_age=_SECONDS)
    except SignatureExpired as error:
        raise Refused(Message("Nội dung giữ lại đã quá 12 giờ nên không dùng được nữa. Hãy nhập lại.")) from error
    except BadSignature as error:
        raise Refused(Message("Nội dung giữ lại không nguyên vẹn nên không dùng được. Hãy nhập lại.")) from error
    if safe_next(address) is None or _view_of(address) is None:
        raise Refused(Message("Nội dung giữ lại không nguyên vẹn nên không dùng được. Hãy nhập lại."))
    unsent = Unsent(address, tuple((name, value) for name, value in fields), owner)
    if not unsent.is_for(current_principal().person_id):
        raise SomebodyElses(Message("Nội dung giữ lại ở trang đăng nhập là của người khác nên không hiện ra ở đây."))
    return unsent


def _owner() -> int | None:
    return current_principal().person_id or owner_of_session(token_in_cookie())


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"unsent form {cookie.get(BROWSER, '')}")


def _view_of(address: str) -> tuple[Words, dict[str, object]] | None:
    """How the form behind an address reads in words, with the values in the address; None if it takes no part."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, arguments = adapter.match(address, method="POST") if adapter else ("", {})
    except HTTPException:
        return None
    words: Words | None = getattr(current_app.view_functions.get(endpoint), "typed", None)
    return None if words is None else (words, dict(arguments))
