"""The base of every form: WTForms has no Vietnamese, so its own sentences are given here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container, Sequence
from typing import Any, Final, NamedTuple

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, StopValidation

from ruraldx.messages import Message
from ruraldx.vietnamese import is_blank, nfc, one_line

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


def _reading(kind: type[Field]) -> list[Callable[[Any], Any]]:
    if issubclass(kind, TextAreaField):
        return [lambda text: nfc(text) if isinstance(text, str) else text]
    if issubclass(kind, StringField) and not issubclass(kind, PasswordField | HiddenField):
        # Spaces alone stay as they are: the page shows what was typed.
        return [lambda text: (one_line(text) or text) if isinstance(text, str) else text]
    return []


class Form(FlaskForm):  # type: ignore[misc]
    """A form with CSRF protection and sentences in the language of the request."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Connects the sentences, and reads every text in the form in which it is stored."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """WTForms' hook. What limits a length measures what is stored; passwords stay as typed."""
            return unbound_field.bind(form=form, filters=_reading(unbound_field.field_class), **options)

        def get_translations(self, form: Any) -> _Sentences:
            """WTForms' hook."""
            return _Sentences()


class Filled(InputRequired):  # type: ignore[misc]
    """Something was typed that a person can see, not only spaces. Not for passwords: theirs count."""

    def __call__(self, form: Any, field: Any) -> None:
        """WTForms' hook. Raises StopValidation with the sentence for the person."""
        super().__call__(form, field)
        if is_blank(str(field.raw_data[0])):
            field.errors = []
            raise StopValidation(self.message)


class Typed(NamedTuple):
    """What somebody typed into a field; ``label`` is a message of ours, or words of a law or a form as they stand."""

    label: str | Message
    text: str
    in_law: bool = False


def in_words(form: Any) -> list[Typed]:
    """Every field somebody filled in; a choice by its label."""
    return [
        Typed(str(field.label.text), _text(field))
        for field in form
        if not isinstance(field, HiddenField) and isinstance(field.data, str) and field.data.strip()
    ]


def _text(field: Any) -> str:
    if isinstance(field, RadioField):
        return next((str(option.label.text) for option in field if option.checked), str(field.data))
    return str(field.data)


def reads_as(form_class: type[Form]) -> Callable[..., Sequence[Typed]]:
    """How the data of such a form reads in words, whatever the address holds."""

    def words(data: Any, **_arguments: object) -> list[Typed]:
        return in_words(form_class(formdata=data))

    return words


def asked(name: str, known: Container[str] | None = None) -> str:
    """A value of a GET form: 100 characters at most; empty for one that is not ``known``, which filters nothing."""
    # Only what a page can show again and a database can compare: no control characters, no half of a pair.
    shown = (c for c in request.args.get(name, "")[:100] if unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co"))
    value = "".join(shown)
    return value if known is None or value in known else ""
