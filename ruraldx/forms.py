"""The base of every form: WTForms has no Vietnamese, so its own sentences are given here."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

# WTForms' message id → ours. Validators with a sentence of their own do not need one.
_SENTENCES: Final = {
    "This field is required.": lazy_gettext("Hãy điền ô này."),
    "Not a valid choice.": lazy_gettext("Hãy chọn một mục trong danh sách."),
    "Not a valid choice": lazy_gettext("Hãy chọn một mục trong danh sách."),
    "Invalid Choice: could not coerce.": lazy_gettext("Hãy chọn một mục trong danh sách."),
    "Choices cannot be None.": lazy_gettext("Hãy chọn một mục trong danh sách."),
    "Invalid input.": lazy_gettext("Giá trị không hợp lệ."),
    "Invalid email address.": lazy_gettext("Thư điện tử không hợp lệ."),
    "Field must be equal to %(other_name)s.": lazy_gettext("Hai ô phải giống nhau."),
}
_LENGTHS: Final = (
    ("Field cannot be longer than", lazy_gettext("Nội dung dài quá %(max)d ký tự.")),
    ("Field must be at least", lazy_gettext("Nội dung phải có ít nhất %(min)d ký tự.")),
    ("Field must be between", lazy_gettext("Nội dung phải có từ %(min)d đến %(max)d ký tự.")),
    ("Field must be exactly", lazy_gettext("Nội dung phải có đúng %(max)d ký tự.")),
)


class _Sentences:
    """What WTForms asks for translations."""

    def gettext(self, text: str) -> str:
        """A sentence in the language of the request."""
        if text in _SENTENCES:
            return str(_SENTENCES[text])
        return next((str(ours) for start, ours in _LENGTHS if text.startswith(start)), gettext(text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The same: Vietnamese has no plural forms."""
        return self.gettext(singular)


class Form(FlaskForm):  # type: ignore[misc]
    """A form with CSRF protection and sentences in the language of the request."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Connects the sentences."""

        def get_translations(self, form: Any) -> _Sentences:
            """WTForms' hook."""
            return _Sentences()
