"""The commune's pages: my work, the dossier, one page per indicator, check, sign, receipt."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.accounts.operations import confirm_password
from ruraldx.assessments import presenting
from ruraldx.assessments.forms import DocumentForm, ReasonForm, SignForm
from ruraldx.assessments.operations import sending
from ruraldx.assessments.operations.answers import Collision, FieldInput, Saved, save_answers
from ruraldx.assessments.queries import records
from ruraldx.assessments.queries.dossier import dossier
from ruraldx.assessments.queries.lists import my_assessments
from ruraldx.assessments.queries.lists import my_work as my_tasks
from ruraldx.assessments.queries.scores import stale_results
from ruraldx.assessments.queries.views_of import Dossier
from ruraldx.catalog.terms import terms_of
from ruraldx.database import utc_now
from ruraldx.forms import Typed, in_words, reads_as
from ruraldx.messages import Invalid, Message, Refused
from ruraldx.vietnamese import format_time

blueprint = Blueprint("assessments", __name__)
Page = str | Response | tuple[str, int] | tuple[Response, int]
_DOSSIER = "/ho-so/<string(length=16):key>"
_INDICATOR = f"{_DOSSIER}/chi-tieu/<string(maxlength=20):code>"


@blueprint.get("/viec-cua-toi")
@requires("account.own")
def my_work() -> Page:
    """What waits for this person, and what they can look at."""
    principal = current_principal()
    tasks = my_tasks(principal)
    waiting = {task.key for task in tasks}
    others = [row for row in my_assessments(principal) if row.key not in waiting]
    return render_template("assessments/my_work.html", tasks=tasks, others=others)


@blueprint.get(_DOSSIER)
@requires("assessment.read")
def overview(key: str) -> Page:
    """The task list of a dossier."""
    whole = dossier(current_principal(), key)
    entries = records.timeline(whole)
    return render_template(
        "assessments/overview.html",
        dossier=whole,
        rows=presenting.task_rows(whole),
        receipts=records.receipts(whole),
        timeline_entries=entries,
        handed_back=presenting.hand_back_of(entries),
        stale=stale_results(whole),
    )


@blueprint.get(_INDICATOR)
@requires("assessment.read")
def indicator(key: str, code: str) -> Page:
    """One indicator: the official text, the fields, the evidence, the result and why."""
    return indicator_page(key, code)


def _typed(form: Mapping[str, str], *, key: str, code: str) -> list[Typed]:
    """What was typed into the form of an indicator, in words."""
    return presenting.typed_words(dossier(current_principal(), key).pinned.fields(code), form, "", yes_or_no())


def yes_or_no() -> dict[str, str]:
    """The words of a ticked field."""
    return {"co": _("Có"), "khong": _("Không")}


@blueprint.post(_INDICATOR)
@requires("assessment.answer", typed=_typed)
def save_indicator(key: str, code: str) -> Page:
    """Save the whole page (works without JavaScript); what cannot be read stays and is explained."""
    whole = dossier(current_principal(), key)
    whole.indicator(code)
    inputs = presenting.inputs_from(whole, code, request.form)
    try:
        results = save_answers(actor=current_principal(), now=utc_now(), key=key, indicator=code, inputs=inputs)
    except Invalid as refused:
        return indicator_page(key, code, typed=inputs, problems={refused.field or "": refused.message}), 422
    except Refused as refused:
        return not_saved(refused, _typed(request.form, key=key, code=code), request.path)
    if any(isinstance(result, Collision) for result in results):
        return indicator_page(key, code, results), 409
    if any(result.problem for result in results if isinstance(result, Saved)):
        return indicator_page(key, code, results), 422
    flash(_("Đã lưu chỉ tiêu %(code)s.", code=code), "success")
    if request.form.get("tiep") == "danh-sach":
        return redirect(url_for("assessments.overview", key=key))
    return redirect(url_for("assessments.indicator", key=key, code=code))


@blueprint.post(f"{_INDICATOR}/luu")
@requires("assessment.answer")
def autosave(key: str, code: str) -> Page:
    """Save one field from a script: {field, value, version} → its new version, or both texts (409)."""
    item = _autosave_input(request.get_json(silent=True))
    (result,) = save_answers(actor=current_principal(), now=utc_now(), key=key, indicator=code, inputs=[item])
    if isinstance(result, Collision):
        body: dict[str, Any] = {
            "field": result.field,
            "version": result.version,
            "theirs": result.theirs,
            "theirs_by": result.theirs_by,
            "theirs_at": format_time(result.theirs_at),
            "yours": result.yours,
        }
        return jsonify(body), 409
    return jsonify(
        field=result.field,
        version=result.version,
        value=result.raw,
        reading=result.reading,
        state="needs_fix" if result.problem else "saved",
        saved_at=format_time(utc_now()),
        message=result.problem.translated(_) if result.problem else None,
    )


def _autosave_input(body: object) -> FieldInput:
    if isinstance(body, dict) and set(body) <= {"field", "value", "version"}:
        field, value, version = body.get("field"), body.get("value"), body.get("version")
        if isinstance(field, str) and isinstance(value, str) and type(version) is int:
            return FieldInput(field, value, version)
    raise Invalid(Message("Yêu cầu lưu không đúng dạng. Hãy tải lại trang."), status=400)


def indicator_page(
    key: str,
    code: str,
    results: tuple[Saved | Collision, ...] = (),
    document_form: DocumentForm | None = None,
    typed: Sequence[FieldInput] = (),
    problems: Mapping[str, Message] = MappingProxyType({}),
) -> str:
    """The page of one indicator, with what a save or an upload just said."""
    whole = dossier(current_principal(), key)
    view = whole.indicator(code)
    codes = list(whole.indicators)
    position = codes.index(code)
    return render_template(
        "assessments/indicator.html",
        dossier=whole,
        view=view,
        terms=terms_of(whole.criteria, view.indicator, whole.pinned.choices, whole.dimensions),
        fields=presenting.field_views(whole, view, results, typed, problems),
        may_edit=presenting.may_edit(current_principal(), whole, view),
        document_form=document_form or DocumentForm(formdata=None),
        differences=records.differences(whole).get(code, ()),
        previous=codes[position - 1] if position else None,
        following=codes[position + 1] if position + 1 < len(codes) else None,
    )


@blueprint.get(f"{_DOSSIER}/kiem-tra")
@requires("assessment.read")
def check(key: str) -> Page:
    """Check answers: everything on one page, what is missing first."""
    return _check_page(dossier(current_principal(), key), SignForm(formdata=None, once=secrets.token_hex(16)))


def _check_page(whole: Dossier, sign_form: SignForm, reason_form: ReasonForm | None = None) -> str:
    sections = [(view, presenting.field_views(whole, view)) for view in whole.indicators.values()]
    return render_template(
        "assessments/check.html",
        dossier=whole,
        sections=sections,
        unfinished=presenting.unfinished(whole),
        sign_form=sign_form,
        reason_form=reason_form or ReasonForm(formdata=None),
    )


@blueprint.post(f"{_DOSSIER}/trinh-ky")
@requires("assessment.request_signoff")
def request_signature(key: str) -> Page:
    """The official asks for the signature."""
    try:
        sending.request_signature(actor=current_principal(), now=utc_now(), key=key, seen=seen_version())
    except Refused as refused:
        return refused_at(refused, url_for("assessments.check", key=key))
    flash(_("Đã trình ký. Chủ tịch UBND xã sẽ kiểm tra và gửi hồ sơ."), "success")
    return redirect(url_for("assessments.overview", key=key))


@blueprint.post(f"{_DOSSIER}/chuyen-lai")
@requires("assessment.sign", typed=reads_as(ReasonForm))
def hand_back(key: str) -> Page:
    """The chairperson gives the dossier back to be corrected."""
    whole = dossier(current_principal(), key)
    form = ReasonForm()
    if not form.validate():
        return _check_page(whole, SignForm(formdata=None, once=secrets.token_hex(16)), form), 422
    try:
        sending.hand_back(
            actor=current_principal(), now=utc_now(), key=key, reason=form.reason.data, seen=seen_version()
        )
    except Refused as refused:
        return not_saved(refused, in_words(form), url_for("assessments.check", key=key))
    flash(_("Đã chuyển lại cho công chức để sửa."), "success")
    return redirect(url_for("assessments.overview", key=key))


@blueprint.post(f"{_DOSSIER}/gui")
@requires("assessment.sign")
def send(key: str) -> Page:
    """The chairperson signs and sends; a second click leads to the same receipt."""
    whole = dossier(current_principal(), key)
    form = SignForm()
    if not form.validate():
        if form.once.errors:
            abort(400)
        return _check_page(whole, form), 422
    try:
        _confirm(form.password.data)
        once, seen = form.once.data, seen_version()
        sending.send(actor=current_principal(), now=utc_now(), key=key, idempotency_key=once, seen=seen)
    except Refused as refused:
        if refused.field != "password":
            return refused_at(refused, url_for("assessments.check", key=key))
        form.password.errors = [refused.message.translated(_)]
        return _check_page(whole, form), refused.status
    return redirect(url_for("assessments.receipt", key=key))


def _confirm(password: str) -> None:
    confirm_password(
        now=utc_now(),
        person_id=current_principal().person_id or 0,
        password=password,
        message=Message("Mật khẩu không đúng. Hãy nhập lại để ký duyệt."),
        field="password",
    )


@blueprint.get(f"{_DOSSIER}/bien-nhan")
@requires("assessment.read")
def receipt(key: str) -> Page:
    """The receipt with number, hash and the next step."""
    whole = dossier(current_principal(), key)
    return render_template("assessments/receipt.html", dossier=whole, receipts=records.receipts(whole))


def seen_version(name: str = "seen") -> int:
    """The number that the page says it showed, such as the version of the dossier; -1, which none is, for no number."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def refused_at(refused: Refused, address: str) -> Page:
    """Say on the page at ``address`` why an act was not done; what does not exist stays a 404."""
    if refused.status == 404:
        raise refused
    flash(refused.message.translated(_), "error")
    return redirect(address)


def not_saved(refused: Refused, rows: Sequence[Typed], back: str) -> Page:
    """Say why something was not saved, with all that was typed; what does not exist stays a 404."""
    if refused.status == 404:
        raise refused
    page = render_template("assessments/not_saved.html", message=refused.message, rows=rows, back=back)
    return page, refused.status
