"""Forms of the authoring pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from ruraldx.criteria_sets.operations.drafts import LONGEST
from ruraldx.forms import Filled, Form


class BlankForm(Form):
    """A set that begins with nothing."""

    code = StringField(_("Mã"), validators=[Filled(_("Hãy nhập mã của bộ tiêu chí.")), Length(max=80)])
    title = StringField(_("Tên bộ tiêu chí"), validators=[Filled(_("Hãy đặt tên cho bộ tiêu chí.")), Length(max=300)])


class UploadForm(Form):
    """A set that somebody wrote elsewhere."""

    file = FileField(_("Tệp bộ tiêu chí"), validators=[FileRequired(_("Hãy chọn một tệp."))])


class DraftForm(Form):
    """The text of a draft."""

    seen = HiddenField(validators=[InputRequired()])
    content = TextAreaField(
        _("Nội dung (YAML)"), validators=[Filled(_("Bản thảo chưa có nội dung.")), Length(max=LONGEST)]
    )


class AmendmentForm(Form):
    """The text of an amendment."""

    content = TextAreaField(
        _("Văn bản sửa đổi (YAML)"),
        validators=[Filled(_("Hãy nhập nội dung sửa đổi.")), Length(max=LONGEST)],
    )


class RetireForm(Form):
    """Why a version is not to be used any more, and since when."""

    reason = TextAreaField(_("Lý do"), validators=[Filled(_("Hãy ghi lý do ngừng áp dụng.")), Length(max=2000)])
    on = StringField(_("Ngừng áp dụng từ ngày"), validators=[Length(max=10)])
