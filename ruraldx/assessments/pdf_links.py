"""Where a link of a PDF leads: to a page, to a letter, to a telephone; nowhere else."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# A named kind of address, a host with a port, or no kind at all. Two slashes or a backslash lead to another computer.
_ADDRESS: Final = re.compile(
    r"(?:https?|mailto|tel):|[\w-]+(?:\.[\w-]+)+:\d+(?:[/?#]|$)|(?![\\/]{2})[^:/?#\\]*(?:$|[/?#])", re.IGNORECASE
)
_MARKS: Final = (b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")


def is_harmless(raw: bytes, text: str) -> bool:
    """Whether a link may stand: its bytes, and the text they mean. Programs read either."""
    readings = [text] if raw.startswith(_MARKS) else [text, raw.decode("latin-1")]
    return all(_ADDRESS.match(_bare(reading)) for reading in readings)


def _bare(text: str) -> str:
    """Without what a program that opens links passes over: blanks, control and format characters."""
    return "".join(character for character in text if unicodedata.category(character)[0] not in "CZ")
