"""Forms of the account pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from ruraldx.accounts.passwords import MINIMUM_LENGTH
from ruraldx.forms import Form


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(_("Thư điện tử"), validators=[InputRequired(_("Hãy nhập thư điện tử.")), Length(max=254)])
    password = PasswordField(_("Mật khẩu"), validators=[InputRequired(_("Hãy nhập mật khẩu.")), Length(max=200)])


class PasswordForm(Form):
    """Change one's own password."""

    current_password = PasswordField(
        _("Mật khẩu hiện tại"), validators=[InputRequired(_("Hãy nhập mật khẩu hiện tại.")), Length(max=200)]
    )
    new_password = PasswordField(
        _("Mật khẩu mới"),
        validators=[
            InputRequired(_("Hãy nhập mật khẩu mới.")),
            Length(min=MINIMUM_LENGTH, max=200, message=_("Mật khẩu mới phải có từ 12 đến 200 ký tự.")),
        ],
    )
    repeated = PasswordField(
        _("Nhập lại mật khẩu mới"),
        validators=[EqualTo("new_password", _("Hai lần nhập mật khẩu mới chưa giống nhau."))],
    )
