"""Colours and looks of the workbook of a criteria set. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from ruraldx.catalog.sheet_words import NODES
from ruraldx.office.cells import Cell, Look

RED: Final = "#9A1B1E"
INK: Final = "#222222"
LINE: Final = "#C9C2BC"
TITLE: Final = Look(bold=True, size=16, colour=RED, locked=True, wrap=False, middle=True)
NOTE: Final = Look(italic=True, colour="#5A5A5A", locked=True, wrap=False)
HEADER: Final = Look(bold=True, colour="#FFFFFF", background=RED, border="#7A1417", locked=True, middle=True)
HINT: Final = Look(italic=True, size=9, colour="#6B6B6B", background="#F6F1EC", border=LINE, locked=True)
BODY: Final = Look(border=LINE, colour=INK)
FIXED: Final = Look(border=LINE, colour="#6B6B6B", background="#F6F1EC", locked=True)
# While a formula holds: a cell that its line does not use, one that is still missing, and the levels of the tree.
UNUSED: Final = Look(background="#E9E7E5", colour="#A6A6A6")
MISSING: Final = Look(background="#FFF2B3")
LEVELS: Final = {
    NODES["pillar"]: Look(background="#E6C9C9"),
    NODES["criterion"]: Look(background="#F1DFDC"),
    NODES["group"]: Look(background="#F8EFED"),
}
# Points for a line of text, and the most a row can have.
_LINE_HEIGHT: Final = 15.0
_TALLEST: Final = 405.0


def heights_of(rows: Sequence[Sequence[Cell]], widths: Sequence[float]) -> dict[int, float]:
    """Height of each row that needs more than a line: programs do not all make room for wrapped text by themselves."""
    lines = {
        number: max((_lines(cell, width) for cell, width in zip(row, widths, strict=False)), default=1)
        for number, row in enumerate(rows)
    }
    return {number: min(_LINE_HEIGHT * count + 4, _TALLEST) for number, count in lines.items() if count > 1}


def _lines(cell: Cell, width: float) -> int:
    """Lines that a text takes in a column so many digits wide; letters are a little narrower."""
    if not isinstance(cell.value, str) or not cell.look.wrap:
        return 1
    letters = max(width * 11 / cell.look.size - 1, 1) * (1.05 if cell.look.bold else 1.16)
    return sum(max(ceil(len(line) / letters), 1) for line in cell.value.split("\n"))
