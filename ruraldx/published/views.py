"""The acts of publication over the web (coordination office)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.database import utc_now
from ruraldx.messages import Refused
from ruraldx.published import operations

blueprint = Blueprint("published", __name__)
_DOSSIER = "/ho-so/<string(length=16):key>"


@blueprint.post(f"{_DOSSIER}/cong-bo")
@requires("assessment.publish")
def publish(key: str) -> Response:
    """Publish a decided result."""
    try:
        operations.publish(actor=current_principal(), now=utc_now(), key=key)
        flash(_("Đã công bố. Kết quả hiển thị trên bản đồ và trang của xã."), "success")
    except Refused as refused:
        _say(refused)
    return redirect(url_for("appraisal.overview", key=key))


@blueprint.post(f"{_DOSSIER}/go-cong-bo")
@requires("assessment.publish")
def unpublish(key: str) -> Response:
    """Take a published result down, with a reason."""
    reason = request.form.get("reason", "")
    try:
        operations.unpublish(actor=current_principal(), now=utc_now(), key=key, reason=reason)
        flash(_("Đã gỡ công bố. Lý do được lưu trong nhật ký."), "success")
    except Refused as refused:
        _say(refused)
    return redirect(url_for("appraisal.overview", key=key))


def _say(refused: Refused) -> None:
    if refused.status == 404:
        raise refused
    flash(refused.message.translated(_), "error")
