"""The acts of publication over the web (coordination office)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.assessments.appraisal_views import overview_page
from ruraldx.assessments.forms import ReasonForm
from ruraldx.assessments.views import Page, not_saved, refused_at, seen_version
from ruraldx.database import utc_now
from ruraldx.forms import in_words, reads_as
from ruraldx.messages import Refused
from ruraldx.published import operations

blueprint = Blueprint("published", __name__)
_DOSSIER = "/ho-so/<string(length=16):key>"


@blueprint.post(f"{_DOSSIER}/cong-bo")
@requires("assessment.publish")
def publish(key: str) -> Page:
    """Publish a decided result."""
    back = url_for("appraisal.overview", key=key)
    try:
        operations.publish(actor=current_principal(), now=utc_now(), key=key, seen=seen_version())
    except Refused as refused:
        return refused_at(refused, back)
    flash(_("Đã công bố. Kết quả hiển thị trên bản đồ và trang của xã."), "success")
    return redirect(back)


@blueprint.post(f"{_DOSSIER}/go-cong-bo")
@requires("assessment.publish", typed=reads_as(ReasonForm))
def unpublish(key: str) -> Page:
    """Take a published result down, with a reason."""
    form = ReasonForm()
    if not form.validate():
        return overview_page(key, reason_form=form), 422
    back = url_for("appraisal.overview", key=key)
    try:
        operations.unpublish(
            actor=current_principal(), now=utc_now(), key=key, reason=form.reason.data, seen=seen_version()
        )
    except Refused as refused:
        return not_saved(refused, in_words(form), back)
    flash(_("Đã gỡ công bố. Lý do được lưu trong nhật ký."), "success")
    return redirect(back)
