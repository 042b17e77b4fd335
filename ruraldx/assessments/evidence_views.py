"""Evidence over the web: attach, take off, download. Files are always attachments, never shown inside a page."""

from __future__ import annotations

import importlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.assessments.forms import DocumentForm
from ruraldx.assessments.operations.documents import NewDocument, attach_document, remove_document
from ruraldx.assessments.queries.dossier import dossier
from ruraldx.assessments.queries.records import stored_document
from ruraldx.assessments.storage import path_of
from ruraldx.assessments.views import Page, indicator_page, not_saved, refused_at
from ruraldx.config import Settings
from ruraldx.database import utc_now
from ruraldx.forms import in_words
from ruraldx.messages import Conflict, Message, NotFound, Refused

blueprint = Blueprint("evidence", __name__)
_DOSSIER = "/ho-so/<string(length=16):key>"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ruraldx_settings"]
    return settings


@lru_cache(maxsize=1)
def _inspector() -> Any:
    """The named loader: what opens files comes with the first upload of a process."""
    return importlib.import_module("ruraldx.assessments.evidence")


@blueprint.post(f"{_DOSSIER}/chi-tieu/<string(maxlength=20):code>/minh-chung")
@requires("assessment.answer")
def attach(key: str, code: str) -> Page:
    """Attach a file; what is wrong is said at the field and everything typed stays."""
    dossier(current_principal(), key).indicator(code)
    form = DocumentForm()
    if form.validate():
        try:
            _attach(key, code, form)
        except Refused as refused:
            if refused.status in (403, 404, 507):
                raise
            if isinstance(refused, Conflict):
                return not_saved(refused, in_words(form), url_for("assessments.indicator", key=key, code=code))
            place = refused.field if refused.field in form else "file"
            form[place].errors = [refused.message.translated(_)]
            return indicator_page(key, code, document_form=form), refused.status
        flash(_("Đã đính kèm minh chứng."), "success")
        return redirect(url_for("assessments.indicator", key=key, code=code, _anchor="minh-chung"))
    return indicator_page(key, code, document_form=form), 422


def _attach(key: str, code: str, form: DocumentForm) -> None:
    settings = _settings()
    upload = form.file.data
    limit = settings.max_upload_mb * 1024 * 1024
    # One byte past the limit is enough to know; the rest is never read into memory.
    data = upload.stream.read(limit + 1)
    inspected = _inspector().inspect(data, upload.filename or "", max_bytes=limit, max_pixels=settings.max_pixels)
    attach_document(
        actor=current_principal(),
        now=utc_now(),
        key=key,
        indicator=code,
        root=settings.data_dir,
        data=data,
        inspected=inspected,
        new=NewDocument(
            number=form.number.data or "",
            issued_on=form.issued_on.date,
            agency=form.agency.data or "",
            summary=form.summary.data or "",
            page=form.page.data or "",
        ),
    )


@blueprint.post(f"{_DOSSIER}/minh-chung/<string(length=16):document>/go")
@requires("assessment.answer")
def remove(key: str, document: str) -> Page:
    """Take a document off an open indicator."""
    try:
        code = remove_document(actor=current_principal(), now=utc_now(), key=key, document=document)
    except Refused as refused:
        return refused_at(refused, url_for("assessments.overview", key=key))
    flash(_("Đã gỡ minh chứng. Tệp vẫn được lưu trong nhật ký hồ sơ."), "success")
    return redirect(url_for("assessments.indicator", key=key, code=code, _anchor="minh-chung"))


@blueprint.get(f"{_DOSSIER}/minh-chung/<string(length=16):document>")
@requires("assessment.read")
def download(key: str, document: str) -> Response:
    """A file as an attachment, in a sandbox of its own should a browser open it anyway."""
    stored = stored_document(current_principal(), key, document)
    path: Path = path_of(_settings().data_dir, stored.sha256)
    if not path.is_file():
        raise NotFound(Message("Tệp minh chứng không còn trên máy chủ. Hãy báo quản trị hệ thống."))
    response = send_file(
        path, mimetype=stored.media_type, as_attachment=True, download_name=stored.filename, etag=stored.sha256
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
