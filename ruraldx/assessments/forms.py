"""Forms of assessments. Indicator fields are not here: they are built from the catalog (``presenting``)."""

from __future__ import annotations

import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ruraldx.forms import Filled, Form
from ruraldx.vietnamese import ValueProblem, parse_date


class DateText(StringField):  # type: ignore[misc]
    """A date typed as dd/MM/yyyy; the text stays as typed when it cannot be read."""

    date: datetime.date | None = None

    @property
    def day(self) -> datetime.date:
        """The date of a field that must be filled. Raises ValueError where none was read."""
        if self.date is None:
            raise ValueError("no date")
        return self.date

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the text and read the date. Raises ValueError with the sentence for the person."""
        super().process_formdata(valuelist)
        if self.data and self.data.strip():
            try:
                self.date = parse_date(self.data)
            except ValueProblem as problem:
                raise ValueError(str(problem.message)) from problem


class DocumentForm(Form):
    """A piece of evidence and what it is."""

    file = FileField(_("Tệp minh chứng"), validators=[FileRequired(_("Hãy chọn một tệp PDF, JPEG hoặc PNG."))])
    summary = StringField(
        _("Trích yếu"), validators=[Filled(_("Hãy ghi trích yếu: minh chứng này là gì.")), Length(max=500)]
    )
    number = StringField(_("Số, ký hiệu"), validators=[Length(max=100)])
    issued_on = DateText(_("Ngày ban hành"), validators=[Optional()])
    agency = StringField(_("Cơ quan ban hành"), validators=[Length(max=200)])
    page = StringField(_("Trang, mục trích dẫn"), validators=[Length(max=100)])


class SignForm(Form):
    """The chairperson signs: who is there is asked again, and the form can act only once."""

    password = PasswordField(
        _("Mật khẩu của bạn"), validators=[InputRequired(_("Hãy nhập mật khẩu để ký duyệt.")), Length(max=200)]
    )
    once = HiddenField(validators=[InputRequired(), Length(min=16, max=64)])


class ReasonForm(Form):
    """A reason for an act that needs one."""

    reason = TextAreaField(_("Lý do"), validators=[Filled(_("Hãy ghi lý do.")), Length(max=2000)])


class AppraisalForm(Form):
    """The appraiser's verdict on one indicator."""

    verdict = RadioField(
        _("Nhận định của người thẩm định"),
        choices=[
            SelectChoice("pass", _("Đạt")),
            SelectChoice("fail", _("Không đạt")),
            SelectChoice("return", _("Trả lại để xã bổ sung")),
        ],
        validators=[InputRequired(_("Hãy chọn Đạt, Không đạt hoặc Trả lại."))],
    )
    reason = TextAreaField(_("Lý do"), validators=[Length(max=4000)])


class ScoringForm(AppraisalForm):
    """The appraiser's verdict on an indicator that gives points by degree."""

    verdict = RadioField(
        _("Nhận định của người thẩm định"),
        choices=[
            SelectChoice("scored", _("Công nhận điểm")),
            SelectChoice("fail", _("Không công nhận, 0 điểm")),
            SelectChoice("return", _("Trả lại để xã bổ sung")),
        ],
        validators=[InputRequired(_("Hãy chọn Công nhận điểm, Không công nhận hoặc Trả lại."))],
    )


class DecisionForm(Form):
    """The decision document as it was signed."""

    number = StringField(_("Số quyết định"), validators=[Filled(_("Hãy nhập số quyết định.")), Length(max=100)])
    decided_on = DateText(_("Ngày quyết định"), validators=[Filled(_("Hãy nhập ngày quyết định."))])
    signer = StringField(_("Người ký"), validators=[Filled(_("Hãy nhập người ký.")), Length(max=120)])
    note = TextAreaField(_("Ghi chú"), validators=[Length(max=2000)])
