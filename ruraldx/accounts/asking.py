"""The answers to somebody who is not signed in, or not any more."""

from __future__ import annotations

from typing import Final

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from ruraldx.accounts.addresses import parts_of, safe_next
from ruraldx.accounts.forms import SignInForm
from ruraldx.accounts.unsent import FIELD, TooLong, Unsent, seal, typed_here
from ruraldx.messages import Message

_ENDED: Final = Message("Phiên đăng nhập đã hết nên việc vừa rồi chưa được thực hiện. Hãy đăng nhập rồi làm lại.")
_KEPT: Final = Message(
    "Phiên đăng nhập đã hết. Nội dung bạn vừa nhập được giữ lại ở trang này: "
    "hãy đăng nhập, nội dung sẽ hiện ra để bạn xem và gửi."
)
_UPLOAD: Final = Message(
    "Phiên đăng nhập đã hết nên tệp chưa được nhận. Sau khi đăng nhập, hãy chọn lại tệp và điền lại các ô của tệp đó."
)
_LONG: Final = Message(
    "Phiên đăng nhập đã hết và nội dung bạn gửi dài quá nên không giữ lại được ở đây. "
    "Hãy bấm nút quay lại của trình duyệt và chép nội dung ra chỗ khác trước khi đăng nhập."
)


def a_script_asks() -> bool:
    """Whether the asker reads JSON and not pages."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def ask_to_sign_in() -> BaseResponse:
    """The way to the sign-in page; a form that was sent comes along. A script gets 401 and keeps its own draft."""
    if a_script_asks():
        abort(401)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.sign_in_form", tiep=request.full_path.rstrip("?")))
    sealed, notice = _kept()
    page = sign_in_page(SignInForm(formdata=None), tiep=where_from(), sealed=sealed, notice=notice)
    return private(page, 401)


def _kept() -> tuple[str, Message]:
    try:
        unsent = typed_here()
    except TooLong:
        return "", _LONG
    if unsent is not None:
        return seal(unsent), _KEPT
    return "", _UPLOAD if request.files else _ENDED


def sign_in_page(form: SignInForm, *, tiep: str | None = None, sealed: str = "", notice: Message | None = None) -> str:
    """The sign-in page. ``sealed`` is what it carries for after, ``notice`` why the person is here."""
    return render_template("accounts/sign_in.html", form=form, tiep=tiep, sealed=sealed, field=FIELD, notice=notice)


def unsent_page(unsent: Unsent, status: int = 200) -> Response:
    """What was typed and not saved, with a button that sends it."""
    back = unsent.address if _is_page(unsent.address) else safe_next(request.form.get("tiep")) or where_from()
    page = render_template("accounts/unsent.html", unsent=unsent, rows=unsent.words(), back=back)
    return private(page, status)


def private(page: str, status: int) -> Response:
    """A page with somebody's text: no cache keeps it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def where_from() -> str | None:
    """The page a form stood on: its own address where that is a page, else where the browser says it was."""
    if _is_page(request.path):
        return request.path
    came = parts_of(request.referrer or "")
    return safe_next(came.path) if came and came.netloc == request.host and _is_page(came.path) else None


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:
        return False
