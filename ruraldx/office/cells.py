"""What a workbook is made of, without a library: values, looks, sheets. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ruraldx.messages import Message


class WorkbookProblem(ValueError):
    """A workbook that cannot be taken or written; ``message`` says what to do, ``cell`` where ("_content!F12")."""

    def __init__(self, message: Message, cell: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.cell = cell


@dataclass(frozen=True)
class Unreadable:
    """A cell whose value is not what the person sees there, and why; ``always``: also when it holds nothing."""

    reason: Message
    always: bool = False


# A number is exact; a datetime is a date with a time; None is a blank cell.
Value = str | Decimal | bool | date | Unreadable | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Look:
    """How a cell looks. ``form``: general, text, date; colours as #RRGGBB, empty: none."""

    bold: bool = False
    italic: bool = False
    size: int = 11
    colour: str = ""
    background: str = ""
    border: str = ""
    form: str = "general"
    wrap: bool = True
    locked: bool = False
    align: str = "left"
    middle: bool = False


@dataclass(frozen=True)
class Cell:
    """A value and how it looks."""

    value: Value = None
    look: Look = Look()


@dataclass(frozen=True)
class Choices:
    """What may be typed into cells: one of a list in a range (``source``), or anything, with a hint.

    Rows and columns count from 0. ``strict``: anything else is refused by the program, not only remarked on,
    with the words of ``refusal``.
    """

    first_row: int
    last_row: int
    column: int
    source: str = ""
    title: str = ""
    hint: str = ""
    strict: bool = True
    refusal: str = ""


@dataclass(frozen=True)
class Highlight:
    """Cells that change their look while a formula holds (row, column, row, column; from 0)."""

    area: tuple[int, int, int, int]
    formula: str
    look: Look


@dataclass(frozen=True)
class Sheet:
    """A sheet. ``columns`` gives the width and the look of cells that hold nothing yet.

    ``frozen``: how many rows and columns stay in view. ``printed``: how many rows and columns go on paper (0: all);
    ``pages``: how many sheets of paper side by side, the frozen columns on each.
    """

    name: str
    columns: tuple[tuple[float, Look], ...]
    rows: tuple[tuple[Cell, ...], ...]
    heights: dict[int, float] = field(default_factory=dict)
    choices: tuple[Choices, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    frozen: tuple[int, int] = (0, 0)
    hidden: bool = False
    protected: bool = True
    landscape: bool = True
    printed: tuple[int, int] = (0, 0)
    pages: int = 1
    tab: str = ""


def reference(row: int, column: int) -> str:
    """The name of a cell, counted from 0: (11, 5) is F12."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
