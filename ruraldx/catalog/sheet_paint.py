"""Colours and looks of the workbook of a criteria set. Pure."""

from __future__ import annotations

from typing import Final

from ruraldx.office.cells import Look

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
UNUSED: Final = Look(background="#D9D9D9", colour="#A6A6A6")
MISSING: Final = Look(background="#FFF2B3")
LEVELS: Final = {
    "Trụ cột": Look(background="#E6C9C9"),
    "Tiêu chí": Look(background="#F1DFDC"),
    "Nhóm": Look(background="#F8EFED"),
}
