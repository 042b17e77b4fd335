"""Account pages: sign in, sign out, own account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ruraldx.accounts import sessions
from ruraldx.accounts.asking import sign_in_page, unsent_page
from ruraldx.accounts.forms import PasswordForm, SignInForm
from ruraldx.accounts.guards import current_principal, requires, safe_next
from ruraldx.accounts.operations import change_password
from ruraldx.accounts.permissions import ROLE_LABELS
from ruraldx.accounts.unsent import FIELD, SomebodyElses, unseal
from ruraldx.database import utc_now
from ruraldx.messages import Refused

blueprint = Blueprint("accounts", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/dang-nhap")
@requires("public")
def sign_in_form() -> Page:
    """The sign-in page."""
    if current_principal().person_id is not None:
        return redirect(url_for("assessments.my_work"))
    return sign_in_page(SignInForm(), tiep=safe_next(request.args.get("tiep")))


@blueprint.post("/dang-nhap")
@requires("public")
def sign_in() -> Page:
    """Sign in, then go where the person was going."""
    form = SignInForm()
    target = safe_next(request.form.get("tiep"))
    sealed = request.form.get(FIELD, "")
    status = 422
    if form.validate():
        try:
            sessions.start(form.email.data, form.password.data)
        except Refused as refused:
            form.password.errors = [refused.message.translated(_)]
            status = refused.status
        else:
            return _signed_in(target, sealed)
    return sign_in_page(form, tiep=target, sealed=sealed), status


def _signed_in(target: str | None, sealed: str) -> Page:
    """What was typed before, if anything; else where the person was going."""
    if sealed:
        try:
            return unsent_page(unseal(sealed))
        except SomebodyElses as refused:
            flash(refused.message.translated(_), "error")
            target = None
        except Refused as refused:
            flash(refused.message.translated(_), "error")
    return redirect(target or url_for("assessments.my_work"))


@blueprint.post("/dang-xuat")
@requires("account.own")
def sign_out() -> Page:
    """Sign out; the browser is told to drop what it kept of this site (shared computers)."""
    sessions.end()
    response = redirect(url_for("public.start"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/tai-khoan")
@requires("account.own")
def account() -> Page:
    """One's own roles and the password form."""
    return _account_page(PasswordForm())


@blueprint.post("/tai-khoan")
@requires("account.own")
def change_own_password() -> Page:
    """Change one's own password."""
    form = PasswordForm()
    if not form.validate():
        return _account_page(form), 422
    try:
        change_password(
            now=utc_now(),
            person_id=current_principal().person_id or 0,
            current=form.current_password.data,
            new=form.new_password.data,
            keep_token=sessions.current_token(),
        )
    except Refused as refused:
        form[refused.field or "new_password"].errors = [refused.message.translated(_)]
        return _account_page(form), refused.status
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "success")
    return redirect(url_for("accounts.account"))


def _account_page(form: PasswordForm) -> str:
    roles = [(ROLE_LABELS[g.role], g.unit_name) for g in current_principal().grants]
    return render_template("accounts/account.html", form=form, roles=roles)
