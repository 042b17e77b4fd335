"""Authoring by administrators: drafts, the editor, one indicator by a form, the preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.accounts.permissions import Role
from ruraldx.catalog.loader import CatalogError, Problem
from ruraldx.criteria_sets import editing, queries
from ruraldx.criteria_sets.forms import BlankForm, DraftForm, UploadForm
from ruraldx.criteria_sets.method import KINDS
from ruraldx.criteria_sets.operations import drafts
from ruraldx.criteria_sets.operations.drafts import DraftCollision
from ruraldx.criteria_sets.uploads import READERS
from ruraldx.criteria_sets.views import words_of
from ruraldx.criteria_sets.workbooks import XLSX, template
from ruraldx.database import utc_now
from ruraldx.forms import reads_as
from ruraldx.messages import Invalid, Message, NotFound, Refused

blueprint = Blueprint("drafts", __name__)
Page = str | Response | tuple[str, int]
_ADMIN = "/quan-tri/bo-tieu-chi"
DRAFT = f"{_ADMIN}/soan/<string(length=16):key>"
_INDICATOR = f"{DRAFT}/chi-tieu/<string(maxlength=20):code>"


@blueprint.get(_ADMIN)
@requires("catalog.manage")
def overview() -> Page:
    """The drafts, and the ways to begin one."""
    return _overview()


def _overview(
    blank: BlankForm | None = None, upload: UploadForm | None = None, problems: Sequence[Problem] = ()
) -> str:
    grants = current_principal().grants
    return render_template(
        "criteria_sets/drafts.html",
        drafts=queries.drafts(current_principal()),
        blank=blank or BlankForm(formdata=None),
        upload=upload or UploadForm(formdata=None),
        problems=problems,
        sources=[
            (f"{row.code}@{row.number}", f"{row.title} ({row.code}, {row.number})") for row in queries.published_sets()
        ],
        places=[(g.unit_path, g.unit_name) for g in grants if g.role is Role.ADMINISTRATOR],
        kinds=", ".join(READERS),
    )


def _place() -> str | None:
    """The province whose draft it is to be; None for the whole country."""
    return request.form.get("province") or None


@blueprint.post(f"{_ADMIN}/moi")
@requires("catalog.manage", typed=reads_as(BlankForm))
def start_blank() -> Page:
    """Begin with a small example."""
    form = BlankForm()
    if not form.validate():
        return _overview(blank=form), 422
    try:
        key = drafts.start_blank(
            actor=current_principal(), now=utc_now(), code=form.code.data, title=form.title.data, province=_place()
        )
    except Invalid as refused:
        form[refused.field or "code"].errors = [refused.message.translated(_)]
        return _overview(blank=form), refused.status
    return redirect(url_for("drafts.editor", key=key))


@blueprint.post(f"{_ADMIN}/tu-phien-ban")
@requires("catalog.manage")
def start_from_version() -> Page:
    """Begin with a version that is there, under the next number."""
    try:
        source = queries.set_named(request.form.get("source", "")[:100])
    except Refused as refused:
        flash(refused.message.translated(_), "error")
        return redirect(url_for("drafts.overview"))
    key = drafts.start_from_version(
        actor=current_principal(), now=utc_now(), code=source.code, number=source.number, province=_place()
    )
    return redirect(url_for("drafts.editor", key=key))


@blueprint.get(f"{_ADMIN}/mau.xlsx")
@requires("catalog.manage")
def workbook_template() -> Response:
    """An empty workbook to write a set in."""
    response = Response(template(), content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="mau-bo-tieu-chi.xlsx"'
    return response


@blueprint.post(f"{_ADMIN}/tai-len")
@requires("catalog.manage")
def start_from_file() -> Page:
    """Begin with a file."""
    form = UploadForm()
    if not form.validate():
        return _overview(upload=form), 422
    try:
        key = drafts.start_from_file(
            actor=current_principal(),
            now=utc_now(),
            name=form.file.data.filename or "",
            content=form.file.data.read(),
            province=_place(),
        )
    except Invalid as refused:
        form.file.errors = [refused.message.translated(_)]
        return _overview(upload=form), refused.status
    except CatalogError as error:
        form.file.errors = [
            _("Tệp còn %(n)s lỗi, chưa có gì được lưu. Hãy sửa trong tệp rồi tải lại.", n=len(error.problems))
        ]
        return _overview(upload=form, problems=error.problems), 422
    return redirect(url_for("drafts.editor", key=key))


@blueprint.get(DRAFT)
@requires("catalog.manage")
def editor(key: str) -> Page:
    """The text of a draft with everything that is wrong with it."""
    return _editor(queries.draft(current_principal(), key))


def _editor(draft: queries.DraftView, form: DraftForm | None = None, collision: DraftCollision | None = None) -> str:
    if form is None:
        form = DraftForm(formdata=None, seen=str(draft.row.version), content=draft.content)
    text = form.content.data or ""
    criteria = editing.shape_of(text) if text == draft.content else None
    return render_template(
        "criteria_sets/editor.html",
        draft=draft.row,
        form=form,
        seen=draft.row.version,
        lines=text.count("\n") + 1,
        problems=editing.checked(text, queries.base_resolver()).problems,
        collision=collision,
        indicators=criteria.indicators if criteria else (),
    )


@blueprint.post(DRAFT)
@requires("catalog.manage", typed=reads_as(DraftForm))
def save(key: str) -> Page:
    """Save the text as it was typed; what is wrong with it is shown, not refused."""
    draft, form = queries.draft(current_principal(), key), DraftForm()
    if not form.validate():
        return _editor(draft, form), 422
    try:
        drafts.save_draft(
            actor=current_principal(), now=utc_now(), key=key, seen=seen_version(), content=form.content.data
        )
    except DraftCollision as collision:
        form.content.errors = [collision.message.translated(_)]
        return _editor(queries.draft(current_principal(), key), form, collision), collision.status
    except Invalid as refused:
        form.content.errors = [refused.message.translated(_)]
        return _editor(draft, form), refused.status
    flash(_("Đã lưu bản thảo."), "success")
    return redirect(url_for("drafts.editor", key=key))


def seen_version() -> int:
    """The version that the page says it showed; -1, which none is, for no number."""
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@blueprint.post(f"{DRAFT}/xoa")
@requires("catalog.manage")
def delete(key: str) -> Page:
    """Delete a draft."""
    try:
        drafts.delete_draft(actor=current_principal(), now=utc_now(), key=key, seen=seen_version())
    except DraftCollision as collision:
        flash(collision.message.translated(_), "error")
        return redirect(url_for("drafts.editor", key=key))
    flash(_("Đã xóa bản thảo."), "success")
    return redirect(url_for("drafts.overview"))


@blueprint.get(f"{DRAFT}/xem-truoc")
@requires("catalog.manage")
def preview(key: str) -> Page:
    """The draft as the public page would show it."""
    draft = queries.draft(current_principal(), key)
    criteria = editing.checked(draft.content, queries.base_resolver()).criteria
    if criteria is None:
        flash(_("Bản thảo còn lỗi nên chưa xem trước được. Hãy sửa các lỗi nêu dưới đây."), "error")
        return redirect(url_for("drafts.editor", key=key))
    return render_template("criteria_sets/preview.html", draft=draft.row, **words_of(criteria))


@blueprint.get(_INDICATOR)
@requires("catalog.manage")
def indicator(key: str, code: str) -> Page:
    """The common fields of one indicator."""
    draft = queries.draft(current_principal(), key)
    return _indicator_page(draft, code)


def _indicator_page(
    draft: queries.DraftView,
    code: str,
    typed: Mapping[str, str] | None = None,
    problem: tuple[str, Message] | None = None,
) -> str:
    criteria = editing.shape_of(draft.content)
    if criteria is None:
        raise NotFound(Message("Bản thảo còn lỗi nên chưa sửa được bằng biểu mẫu. Hãy sửa các lỗi đã nêu trước."))
    found = editing.indicator_of(criteria, code)
    return render_template(
        "criteria_sets/indicator.html",
        draft=draft.row,
        indicator=found,
        kind=KINDS[found.rule.kind],
        values={**editing.values_of(found), **(typed or {})},
        thresholds=editing.threshold_fields(found),
        problem=problem,
    )


@blueprint.post(_INDICATOR)
@requires("catalog.manage")
def save_indicator(key: str, code: str) -> Page:
    """Write the fields of one indicator back into the draft."""
    draft = queries.draft(current_principal(), key)
    values = {name: value for name, value in request.form.items() if name not in ("csrf_token", "seen")}
    try:
        drafts.save_indicator(
            actor=current_principal(), now=utc_now(), key=key, seen=seen_version(), code=code, values=values
        )
    except Invalid as refused:
        return _indicator_page(draft, code, values, (refused.field or "name", refused.message)), refused.status
    except DraftCollision as collision:
        fresh = queries.draft(current_principal(), key)
        return _indicator_page(fresh, code, values, ("name", collision.message)), collision.status
    flash(_("Đã lưu chỉ tiêu %(code)s vào bản thảo.", code=code), "success")
    return redirect(url_for("drafts.editor", key=key))
