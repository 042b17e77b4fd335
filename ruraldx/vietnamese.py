"""Vietnamese text, numbers and dates: normal form, search keys, sort keys, strict reading, plain writing. Pure.

Reading is strict on purpose: lenient parsers read ``88.7`` as 887 in Vietnamese and nobody notices. What could be
read two ways is refused with an example.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from ruraldx.messages import Invalid, Message

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_ZERO_WIDTH: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# Letters and a symbol by their kind, but nothing is printed: the fillers of Hangul, the empty pattern of Braille.
_NO_INK: Final = "\u115f\u1160\u3164\uffa0\u2800"
_SPACES: Final = re.compile(r"\s+")
# What a search key does not tell apart: kinds of apostrophe, and the look-alikes of đ in old typing.
_ALIKE: Final = {**_ZERO_WIDTH, **dict.fromkeys(map(ord, "'’‘ʼ`´"), "'"), **dict.fromkeys(map(ord, "đĐðÐ"), "d")}


class ValueProblem(ValueError):
    """A text that cannot be read as the value asked for; ``message`` says how to write it."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def is_blank(text: str) -> bool:
    """Whether a person sees nothing: only spaces, controls, signs without width or ink, marks on nothing."""
    return all(unicodedata.category(c)[0] in "CZM" or c in _NO_INK for c in text)


def nfc(text: str) -> str:
    """The text in Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """The text as one line in normal form: single spaces, no controls, nothing that turns or hides other signs."""
    shown = "".join(c for c in _SPACES.sub(" ", text) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return nfc(_SPACES.sub(" ", shown).strip())


def line_within(text: str, *, field: str, longest: int) -> str:
    """The text as it is stored in a column of that length. Raises Invalid at the field where it does not fit."""
    line = one_line(text)
    if len(line) > longest:
        raise Invalid(Message("Nội dung dài quá %(max)s ký tự.", max=longest), field=field)
    return line


def fold(text: str) -> str:
    """The search key of a text: lower case, no marks, đ as d, one kind of apostrophe, single spaces.

    "Hoà", "Hòa" and "HOA" share one key, whatever their normal form. Folding a key again changes nothing.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE)).casefold()
    bare = (character for character in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(character))
    return _SPACES.sub(" ", "".join(bare).translate(_ALIKE)).strip()


_TONE_MARKS: Final = "\u0300\u0309\u0303\u0301\u0323"
_TONE_FIRST: Final = re.compile(rf"(o)([{_TONE_MARKS}])([ae])(?!\w)|(u)([{_TONE_MARKS}])(y)(?!\w)", re.IGNORECASE)
_TONE_LAST: Final = re.compile(rf"(o)([ae])([{_TONE_MARKS}])(?!\w)|(u)(y)([{_TONE_MARKS}])(?!\w)", re.IGNORECASE)


def spellings(text: str) -> tuple[str, ...]:
    """The text as typed, then with the tone of oa, oe and uy in its other places (Hòa, Hoà), each once, in NFC."""
    typed = unicodedata.normalize("NFD", text)
    swapped = (_TONE_FIRST.sub(_swap, typed), _TONE_LAST.sub(_swap, typed))
    return tuple(dict.fromkeys(nfc(spelling) for spelling in (typed, *swapped)))


def _swap(found: re.Match[str]) -> str:
    first, second, third = (part for part in found.groups() if part is not None)
    return f"{first}{third}{second}"


# Collation -------------------------------------------------------------------------------------------------
# Order of CLDR vi: letters with a hat, breve or horn are letters of their own; tones decide only between words
# that are otherwise the same, in the order ngang, huyền, hỏi, ngã, sắc, nặng; case decides last.
_SIGNS: Final = " _-–—,;:!?.…·'‘’\"“”«»()[]{}§¶@*/\\&#%′″`^°+±÷×<=>|~$₫€"
_ORDER: Final = f"{_SIGNS}0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
# Two signs per letter, the first never "0": "0" alone ends a level and sorts before everything.
_WEIGHTS: Final = {letter: _DIGITS[1 + i // 36] + _DIGITS[i % 36] for i, letter in enumerate(_ORDER)}
_TONE_WEIGHTS: Final = {mark: str(i) for i, mark in enumerate(_TONE_MARKS, 2)}
_BESIDE: Final = "zz"


def sort_key(text: str) -> str:
    """A key whose order is the order of ICU's ``vi`` collation: letters, then tones, then case.

    Only 0-9 and a-z occur in it, so that every collation of a database sorts keys alike. Signs and letters that
    Vietnamese does not use come last, by code point. Five signs per letter at most for Vietnamese text.
    """
    cases = ("2" if letter != letter.lower() else "1" for letter, _ in _letters(text))
    return f"{accent_key(text)}{''.join(cases)}"


def accent_key(text: str) -> str:
    """The sort key without case: equal for texts that differ only in case, normal form or zero-width signs."""
    letters = _letters(text)
    weights = (_weight(letter.lower()) for letter, _ in letters)
    tones = (_TONE_WEIGHTS.get(mark, "1" if not mark else "9") for _, mark in letters)
    return f"{''.join(weights)}0{''.join(tones)}0"


def _weight(letter: str) -> str:
    return _WEIGHTS.get(letter) or f"{_BESIDE}{''.join(f'{ord(part):06x}' for part in letter)}"


def _letters(text: str) -> list[tuple[str, str]]:
    """(letter with its shape, its tone or other mark) of every letter."""
    found: list[tuple[str, str]] = []
    for character in unicodedata.normalize("NFD", text.translate(_ZERO_WIDTH)):
        letter, mark = found[-1] if found else ("", "")
        if not unicodedata.combining(character):
            found.append((" " if character.isspace() else character, ""))
        elif nfc(letter + character).lower() in _WEIGHTS:
            found[-1] = (nfc(letter + character), mark)
        elif found:
            found[-1] = (letter, mark or character)
    return found


# Numbers ---------------------------------------------------------------------------------------------------
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:(?P<mark>[. ])\d{3})(?:(?P=mark)\d{3})*(?:,\d+)?")
_PLAIN: Final = re.compile(r"\d+(?:[.,]\d+)?")
_TWO_WAYS: Final = re.compile(r"([1-9]\d{0,2})[.,](\d{3})")
_WHOLE: Final = re.compile(r"\d+|[1-9]\d{0,2}(?:([. ])\d{3})(?:\1\d{3})*")
_NUMBER_LENGTH: Final = 30
# Full-width signs and the minus sign, one for one. Not NFKC: that would read "1²" as 12.
_WIDE: Final = {0xFF01 + i: 0x21 + i for i in range(94)} | {ord("−"): ord("-")} | _ZERO_WIDTH


def parse_decimal(
    text: str, *, percent: bool = False, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> Decimal:
    """Read a decimal number; comma or point as the decimal mark. Raises ValueProblem with an example.

    ``1.234`` and ``1,234`` could be one and a bit or over a thousand: refused. ``1.234,5`` and ``0,125`` have one
    reading.
    """
    cleaned = _cleaned(text)
    if percent:
        cleaned = cleaned.removesuffix("%").rstrip()
    cleaned, negative = _unsigned(cleaned)
    if two := _TWO_WAYS.fullmatch(cleaned):
        raise ValueProblem(
            Message(
                "“%(text)s” có thể hiểu theo hai cách. Hãy viết %(whole)s nếu là hàng nghìn, "
                "hoặc %(part)s nếu là số lẻ.",
                text=cleaned,
                whole=f"{two[1]}{two[2]}",
                part=f"{two[1]},{two[2]}0",
            )
        )
    if _PLAIN.fullmatch(cleaned):
        value = Decimal(cleaned.replace(",", "."))
    elif _GROUPED.fullmatch(cleaned):
        value = Decimal(cleaned.replace(".", "").replace(" ", "").replace(",", "."))
    else:
        raise ValueProblem(
            Message("“%(text)s” không phải là số. Hãy viết số như 88,7 hoặc 1234.", text=text.strip()[:60])
        )
    return _bounded(_signed(value, negative), minimum, maximum)


def parse_integer(text: str, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Read a whole number; ``1.234`` and ``1 234`` are thousands. Raises ValueProblem with an example."""
    cleaned, negative = _unsigned(_cleaned(text))
    if not _WHOLE.fullmatch(cleaned):
        raise ValueProblem(Message("“%(text)s” không phải là số nguyên. Hãy viết số như 1234.", text=text.strip()[:60]))
    value = Decimal(cleaned.replace(".", "").replace(" ", ""))
    low = None if minimum is None else Decimal(minimum)
    high = None if maximum is None else Decimal(maximum)
    return int(_bounded(_signed(value, negative), low, high))


def _cleaned(text: str) -> str:
    cleaned = _SPACES.sub(" ", text.translate(_WIDE)).strip()
    if not cleaned:
        raise ValueProblem(Message("Chưa nhập giá trị."))
    if len(cleaned) > _NUMBER_LENGTH or not cleaned.isascii():
        raise ValueProblem(
            Message("“%(text)s” không phải là số. Hãy viết số như 88,7 hoặc 1234.", text=text.strip()[:60])
        )
    return cleaned


def _unsigned(cleaned: str) -> tuple[str, bool]:
    return (cleaned[1:].lstrip(), True) if cleaned.startswith("-") else (cleaned, False)


def _signed(value: Decimal, negative: bool) -> Decimal:
    # copy_negate keeps every digit (unary minus rounds to the context); there is no minus zero.
    return value.copy_negate() if negative and value else value


def _bounded(value: Decimal, minimum: Decimal | None, maximum: Decimal | None) -> Decimal:
    if minimum is not None and value < minimum:
        raise ValueProblem(Message("Giá trị không được nhỏ hơn %(limit)s.", limit=format_number(minimum)))
    if maximum is not None and value > maximum:
        raise ValueProblem(Message("Giá trị không được lớn hơn %(limit)s.", limit=format_number(maximum)))
    return value


_MARKS: Final = str.maketrans(",.", ".,")


def format_number(value: Decimal | int, digits: int | None = None) -> str:
    """A number as Vietnamese readers write it: point between thousands, decimal comma; halves round up."""
    exact = Decimal(value)
    if digits is not None:
        exact = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:,f}".translate(_MARKS)


def decimal_text(value: Decimal | int) -> str:
    """The same without zeros at the end that say nothing: ``4,50`` is 4,5, ``80,0`` is 80."""
    # Nothing is told apart from minus nothing by a cache; everything else has one text, however it was written.
    return _decimal_text(value) if value else "0"


@lru_cache(maxsize=2048)
def _decimal_text(value: Decimal | int) -> str:
    text = format_number(value)
    return text.rstrip("0").rstrip(",") if "," in text else text


def format_percent(value: Decimal, digits: int | None = None) -> str:
    """A percentage, e.g. ``88,7 %`` with a no-break space."""
    return f"{format_number(value, digits)}\u00a0%"


# Dates -----------------------------------------------------------------------------------------------------
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def parse_date(text: str) -> date:
    """Read dd/mm/yyyy (also d/m/yyyy, with points or dashes). Raises ValueProblem with an example."""
    cleaned = text.translate(_WIDE).strip()
    if not cleaned:
        raise ValueProblem(Message("Chưa nhập ngày."))
    found = _DATE.fullmatch(cleaned) if cleaned.isascii() else None
    if found is None:
        raise ValueProblem(
            Message("“%(text)s” không phải là ngày. Hãy viết ngày/tháng/năm như 31/12/2024.", text=cleaned[:40])
        )
    day, month, year = (int(part) for part in found.groups())
    try:
        value = date(year, month, day)
    except ValueError:
        value = date.min
    if not 1900 <= value.year <= 2100:
        raise ValueProblem(
            Message("Không có ngày “%(text)s”. Hãy kiểm tra ngày, tháng, năm (ví dụ 31/12/2024).", text=cleaned)
        )
    return value


def vietnam_day(instant: datetime) -> date:
    """The day in Vietnam on which an aware instant falls."""
    return instant.astimezone(VIETNAM).date()


def format_date(value: date) -> str:
    """dd/MM/yyyy."""
    return value.strftime("%d/%m/%Y")


def format_datetime(value: datetime) -> str:
    """An aware instant as dd/MM/yyyy HH:mm in Vietnam."""
    return value.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def format_time(value: datetime) -> str:
    """An aware instant as HH:mm in Vietnam."""
    return value.astimezone(VIETNAM).strftime("%H:%M")
