"""What lies behind an end of a PDF. Bytes only: readers find their way from the last end, people hide behind any.

Every revision of a PDF ends with ``startxref``, a place and ``%%EOF``. Behind an end stands nothing, or another
revision: objects and a cross-reference.
"""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(rb"(?:startxref[\0\s]+(\d{1,12})[\0\s]+)?%%EOF")
# Comments of a line are allowed (programs that add a revision write some), a second document or a page is not.
_BLANK: Final = re.compile(rb"(?:[\0\s]++|%(?!PDF-)[ -;=-~]{0,200}+(?=[\r\n]|\Z))*+")
_REVISION: Final = re.compile(rb"\d{1,10}[\0\s]+\d{1,5}[\0\s]+obj\b|xref\b")
_TABLE: Final = re.compile(rb"xref[\0\s\dfn]*trailer[\0\s]*")
_TOKEN: Final = re.compile(rb"<<|<[0-9A-Fa-f\0\s]*>|>>|\\.|[()]", re.DOTALL)
_LINEARIZED: Final = re.compile(rb"/Linearized\b")


def hides_something(data: bytes) -> bool:
    """Whether anything but a revision stands behind an end of a PDF, or before the end of its last cross-reference."""
    start = revisions = 0
    early = _LINEARIZED.search(data[:1024]) is not None
    for end in _END.finditer(data):
        if end[1] is not None:
            if revisions and _REVISION.match(data, _skip(data, start)) is None:
                return True
            # A linearised file names its first part at the end of its second.
            if not _is_whole(data, start, end, may_lead_back=revisions == 0 or (early and revisions == 1)):
                return True
            revisions += 1
        elif _BLANK.fullmatch(data, start, end.start()) is None:
            return True
        start = end.end()
    return revisions == 0 or _skip(data, start) != len(data)


def _skip(data: bytes, place: int) -> int:
    """Where blanks and comments end."""
    found = _BLANK.match(data, place)
    return found.end() if found else place  # it always matches, if only nothing


def _is_whole(data: bytes, start: int, end: re.Match[bytes], *, may_lead_back: bool) -> bool:
    """Whether a revision ends in one cross-reference with nothing between that and its end."""
    place = int(end[1])
    if start <= place < end.start():
        section = data[_skip(data, place) : end.start()]
        if _REVISION.match(section) and _is_section(section):
            return True
    if not may_lead_back:
        return False
    part = data[start : end.start()]
    return _is_section(part[max(part.rfind(b"endobj"), part.rfind(b"xref", 0, part.rfind(b"trailer") + 1), 0) :])


def _is_section(section: bytes) -> bool:
    """Whether this is a table with its trailer or the end of one object, and nothing behind it."""
    if (table := _TABLE.match(section)) is not None:
        return _is_one_dictionary(section, table.end())
    _, found, behind = section.partition(b"endobj")
    return bool(found) and _skip(behind, 0) == len(behind)


def _is_one_dictionary(text: bytes, start: int) -> bool:
    dictionaries = texts = 0
    if not text.startswith(b"<<", start):
        return False
    for token in _TOKEN.finditer(text, start):
        if token[0] in (b"(", b")"):
            texts += 1 if token[0] == b"(" else -1
        elif texts == 0 and token[0] in (b"<<", b">>"):
            dictionaries += 1 if token[0] == b"<<" else -1
            if dictionaries == 0:
                return _skip(text, token.end()) == len(text)
    return False
