"""Acts that are for good, each behind a page that shows what it will do: publish, retire, amend."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.catalog.differences import KINDS as CHANGES
from ruraldx.catalog.differences import differences
from ruraldx.criteria_sets import editing, queries
from ruraldx.criteria_sets.draft_views import DRAFT, seen_version
from ruraldx.criteria_sets.forms import AmendmentForm, RetireForm
from ruraldx.criteria_sets.operations import publishing
from ruraldx.criteria_sets.operations.common import NotInOrder
from ruraldx.criteria_sets.views import asked_day
from ruraldx.database import utc_now
from ruraldx.forms import reads_as
from ruraldx.messages import Invalid, Refused
from ruraldx.vietnamese import ValueProblem, format_date, parse_date

blueprint = Blueprint("criteria_publishing", __name__)
Page = str | Response | tuple[str, int]
_VERSION = "/quan-tri/bo-tieu-chi/<string(maxlength=80):code>/<int(max=9999):number>"


@blueprint.get(f"{DRAFT}/cong-bo")
@requires("catalog.manage")
def confirm(key: str) -> Page:
    """What publishing this draft would change, and what stands in its way."""
    draft = queries.draft(current_principal(), key)
    criteria = editing.checked(draft.content, queries.base_resolver()).criteria
    if criteria is None:
        flash(_("Bản thảo còn lỗi nên chưa công bố được. Hãy sửa các lỗi nêu dưới đây."), "error")
        return redirect(url_for("drafts.editor", key=key))
    try:
        publishing.publish_draft(
            actor=current_principal(), now=utc_now(), key=key, seen=draft.row.version, commit=False
        )
    except Refused as refused:
        flash(refused.message.translated(_), "error")
        return redirect(url_for("drafts.editor", key=key))
    before = queries.predecessor_of(criteria)
    return render_template(
        "criteria_sets/confirm.html",
        draft=draft.row,
        criteria=criteria,
        before=before,
        differences=differences(before, criteria) if before else (),
        change_kinds=CHANGES,
        unproven=[found for found in criteria.indicators if found.verification != "text_seen"],
    )


@blueprint.post(f"{DRAFT}/cong-bo")
@requires("catalog.manage")
def publish(key: str) -> Page:
    """Publish a draft."""
    try:
        done = publishing.publish_draft(actor=current_principal(), now=utc_now(), key=key, seen=seen_version())
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        flash(refused.message.translated(_), "error")
        gone = refused.code == "published"
        return redirect(url_for("drafts.overview") if gone else url_for("drafts.editor", key=key))
    flash(
        _("Đã công bố. Nội dung này không sửa được nữa; thay đổi sau này là phiên bản mới hoặc văn bản sửa đổi."),
        "success",
    )
    return redirect(url_for("criteria_sets.version", code=done.code, number=done.number))


@blueprint.get(f"{_VERSION}/ngung-ap-dung")
@requires("catalog.manage")
def retire_form(code: str, number: int) -> Page:
    """Why and since when a version is not to be used any more."""
    return _retire_page(code, number, RetireForm(formdata=None))


def _retire_page(code: str, number: int, form: RetireForm) -> str:
    shown = queries.version_on(code, number, asked_day())
    return render_template("criteria_sets/retire.html", shown=shown, form=form)


@blueprint.post(f"{_VERSION}/ngung-ap-dung")
@requires("catalog.manage", typed=reads_as(RetireForm))
def retire(code: str, number: int) -> Page:
    """Retire a version."""
    form = RetireForm()
    if not form.validate():
        return _retire_page(code, number, form), 422
    try:
        publishing.retire(
            actor=current_principal(), now=utc_now(), code=code, number=number, reason=form.reason.data, on=_day(form)
        )
    except Invalid as refused:
        form[refused.field or "reason"].errors = [refused.message.translated(_)]
        return _retire_page(code, number, form), refused.status
    except Refused as refused:
        if refused.status != 409:
            raise
        flash(refused.message.translated(_), "error")
    else:
        flash(_("Đã ngừng áp dụng. Các kỳ đánh giá đã mở vẫn dùng phiên bản này."), "success")
    return redirect(url_for("criteria_sets.version", code=code, number=number))


def _day(form: RetireForm) -> date | None:
    if not (form.on.data or "").strip():
        return None
    try:
        return parse_date(form.on.data)
    except ValueProblem as problem:
        raise Invalid(problem.message, field="on") from problem


@blueprint.get(f"{_VERSION}/sua-doi")
@requires("catalog.manage")
def amend_form(code: str, number: int) -> Page:
    """The text of a document that amends a version."""
    return _amend_page(code, number, AmendmentForm(formdata=None))


def _amend_page(
    code: str,
    number: int,
    form: AmendmentForm,
    tried: publishing.Tried | None = None,
    refused: NotInOrder | None = None,
) -> str:
    text = form.content.data or ""
    return render_template(
        "criteria_sets/amend.html",
        shown=queries.version_on(code, number, asked_day()),
        form=form,
        lines=max(text.count("\n") + 1, 20),
        tried=tried,
        differences=differences(tried.before, tried.after) if tried else (),
        change_kinds=CHANGES,
        problems=refused.problems if refused else (),
    )


@blueprint.post(f"{_VERSION}/sua-doi")
@requires("catalog.manage", typed=reads_as(AmendmentForm))
def amend(code: str, number: int) -> Page:
    """Try an amendment, or publish it where the button says so."""
    form, commit = AmendmentForm(), request.form.get("viec") == "cong-bo"
    if not form.validate():
        return _amend_page(code, number, form), 422
    try:
        tried = publishing.publish_amendment(
            actor=current_principal(),
            now=utc_now(),
            name="",
            content=form.content.data.encode(),
            commit=commit,
            of=(code, number),
        )
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        form.content.errors = [refused.message.translated(_)]
        return _amend_page(
            code, number, form, refused=refused if isinstance(refused, NotInOrder) else None
        ), refused.status
    if not commit:
        return _amend_page(code, number, form, tried)
    flash(_("Đã công bố văn bản sửa đổi."), "success")
    day = format_date(tried.effective_from) if tried.effective_from else None
    return redirect(url_for("criteria_sets.version", code=code, number=number, ngay=day))
