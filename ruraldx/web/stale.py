"""Forms whose token is an old one: the session ended, or began anew in another tab. What was typed is not lost."""

from __future__ import annotations

from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from ruraldx.accounts.addresses import safe_next
from ruraldx.accounts.asking import a_script_asks, ask_to_sign_in, private, sign_in_page, unsent_page
from ruraldx.accounts.forms import SignInForm
from ruraldx.accounts.guards import current_principal
from ruraldx.accounts.unsent import FIELD, Unsent, typed_here, unseal
from ruraldx.messages import Message, Refused

MESSAGE: Final = Message("Biểu mẫu đã hết hiệu lực. Hãy tải lại trang rồi gửi lại.")
_SIGN_IN: Final = "accounts.sign_in"


def answer() -> Response | None:
    """The answer that keeps what was typed; None where there is nothing to keep. Nothing is done in any case."""
    if current_principal().person_id is not None:
        unsent = None if a_script_asks() else _typed()
        return unsent_page(unsent, 400) if unsent else None
    if request.endpoint == _SIGN_IN:
        form = SignInForm()
        sealed = request.form.get(FIELD, "")
        tiep = safe_next(request.form.get("tiep"))
        return private(sign_in_page(form, tiep=tiep, sealed=sealed, notice=MESSAGE), 400)
    view = current_app.view_functions.get(request.endpoint or "")
    return None if getattr(view, "permission", "public") == "public" else ask_to_sign_in()


def _typed() -> Unsent | None:
    try:
        if request.endpoint == _SIGN_IN and request.form.get(FIELD):
            return unseal(request.form[FIELD])
        return typed_here()
    except Refused:
        return None
