"""Kinds of unit by the word their full name starts with. Pure."""

from __future__ import annotations

from typing import Final

from ruraldx.messages import Message

_COMMUNE_WORDS: Final = (
    ("Đặc khu ", "special_zone"),
    ("Phường ", "ward"),
    ("Thị trấn ", "township"),
    ("Xã ", "commune"),
)
_DISTRICT_WORDS: Final = (
    ("Thành phố ", "city"),
    ("Thị xã ", "town"),
    ("Quận ", "urban_district"),
    ("Huyện ", "district"),
)
_PROVINCE_WORDS: Final = (("Thành phố ", "municipality"), ("Tỉnh ", "province"))
_WORDS: Final = {"commune": _COMMUNE_WORDS, "district": _DISTRICT_WORDS, "province": _PROVINCE_WORDS}

KIND_LABELS: Final[dict[str, Message]] = {
    "province": Message("Tỉnh"),
    "municipality": Message("Thành phố trực thuộc trung ương"),
    "city": Message("Thành phố"),
    "town": Message("Thị xã"),
    "urban_district": Message("Quận"),
    "district": Message("Huyện"),
    "commune": Message("Xã"),
    "ward": Message("Phường"),
    "township": Message("Thị trấn"),
    "special_zone": Message("Đặc khu"),
}


def split_name(full_name: str, level: str) -> tuple[str, str, str]:
    """(kind, bare name, full name with the word in its one spelling). Raises ValueError without a known word."""
    for word, kind in _WORDS[level]:
        if full_name.casefold().startswith(word.casefold()):
            name = full_name[len(word) :]
            return kind, name, f"{word}{name}"
    raise ValueError(f"no kind in {full_name!r}")


def bare_name(text: str) -> str:
    """A text without the word of kind it starts with, if it does: "xã Quế Phú" is "Quế Phú"."""
    for words in _WORDS.values():
        for word, _ in words:
            if text.casefold().startswith(word.casefold()):
                return text[len(word) :]
    return text
