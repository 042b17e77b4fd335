"""Cells of tables that people open in a spreadsheet: what a person typed must not run there. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

# A text cell that a spreadsheet would run as a formula gets an apostrophe in front: in every width of the signs, and
# behind what cannot be seen, since some programs drop that first.
_FORMULA_STARTS: Final = frozenset("=+-@\t\r\n")
_UNSEEN: Final = " \u00a0\u200b\u2060\u3000\ufeff"


def plain_cell(value: object) -> object:
    """A cell that no spreadsheet runs; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    first = unicodedata.normalize("NFKC", value.lstrip(_UNSEEN)[:1])
    return f"'{value}" if first in _FORMULA_STARTS else value


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (UTF-8 with a mark, so that Excel reads Vietnamese)."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([plain_cell(value) for value in row] for row in rows)
    return "\ufeff" + buffer.getvalue()
