"""The only door to the libraries for Excel files: write sheets with XlsxWriter, read them with calamine.

Texts are written as texts, whatever they start with: a cell is never a formula. The same sheets are the same bytes.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from ruraldx.messages import Message
from ruraldx.office.cells import Choices, Look, Row, Sheet, Unreadable, Value, WorkbookProblem, reference
from ruraldx.office.package import inspected

LONGEST_TEXT: Final = 32_767
# What a double holds exactly, and what Excel shows: fifteen digits.
DIGITS: Final = 15
_FIRST_DAY: Final = date(1900, 3, 1)
_CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FORMS: Final = {"general": "General", "text": "@", "date": "dd/mm/yyyy"}
_A3: Final = 8
_A4: Final = 9
_MAY: Final = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True
)


@dataclass(frozen=True)
class Libraries:
    """The libraries, loaded by name at first use."""

    xlsxwriter: Any
    python_calamine: Any


@lru_cache(maxsize=1)
def libraries() -> Libraries:
    """The named loader: the only place where they come into the process."""
    return Libraries(importlib.import_module("xlsxwriter"), importlib.import_module("python_calamine"))


def write(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of a workbook, the same for the same sheets. Raises WorkbookProblem for a text no cell can hold."""
    content = io.BytesIO()
    book = libraries().xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _CREATED, "author": "ruraldx"})
    looks = _Looks(book)
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, looks)
    book.close()
    return content.getvalue()


class _Looks:
    """Formats of the library, one for each look."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[Look, Any] = {}

    def __call__(self, look: Look) -> Any:
        if look not in self._made:
            self._made[look] = self._book.add_format(_properties(look))
        return self._made[look]

    def change(self, look: Look) -> Any:
        """For a highlight: colours only."""
        colours = {"bg_color": look.background, "font_color": look.colour}
        return self._book.add_format({name: value for name, value in colours.items() if value})


def _properties(look: Look) -> dict[str, object]:
    found: dict[str, object] = {
        "font_name": "Arial",
        "font_size": look.size,
        "bold": look.bold,
        "italic": look.italic,
        "text_wrap": look.wrap,
        "locked": look.locked,
        "align": look.align,
        "valign": "vcenter" if look.middle else "top",
        "num_format": _FORMS[look.form],
    }
    if look.colour:
        found["font_color"] = look.colour
    if look.background:
        found["bg_color"] = look.background
    if look.border:
        found |= {"border": 1, "border_color": look.border}
    return found


def _write_sheet(target: Any, sheet: Sheet, looks: _Looks) -> None:
    for index, (width, look) in enumerate(sheet.columns):
        target.set_column(index, index, width, looks(look))
    for number, height in sheet.heights.items():
        target.set_row(number, height)
    for number, row in enumerate(sheet.rows):
        for index, cell in enumerate(row):
            look = replace(cell.look, form="date") if isinstance(cell.value, date) else cell.look
            _write_cell(target, number, index, cell.value, looks(look))
    for choices in (one for one in sheet.choices if one.source or one.hint):
        _done(target.data_validation(*_area(choices), _validation(choices)))
    for highlight in sheet.highlights:
        rule = {"type": "formula", "criteria": highlight.formula, "format": looks.change(highlight.look)}
        _done(target.conditional_format(*highlight.area, rule))
    _arrange(target, sheet)


def _arrange(target: Any, sheet: Sheet) -> None:
    """What surrounds the cells: panes, protection, paper."""
    if any(sheet.frozen):
        target.freeze_panes(*sheet.frozen)
        target.repeat_rows(0, max(sheet.frozen[0] - 1, 0))
    if sheet.protected:
        target.protect("", _MAY)
    if sheet.hidden:
        target.hide()
    if sheet.tab:
        target.set_tab_color(sheet.tab)
    target.hide_gridlines(2)
    if sheet.landscape:
        target.set_landscape()
    target.set_paper(_A3 if sheet.landscape else _A4)
    target.fit_to_pages(sheet.pages, 0)
    if sheet.pages > 1:
        target.print_across()
        target.repeat_columns(0, max(sheet.frozen[1] - 1, 0))
    target.set_margins(0.4, 0.4, 0.5, 0.5)
    target.set_footer("&L&A&RTrang &P/&N")
    if all(sheet.printed):
        target.print_area(0, 0, sheet.printed[0] - 1, sheet.printed[1] - 1)


def _write_cell(target: Any, row: int, column: int, value: Value, look: Any) -> None:
    """One cell by its type. A number that fifteen digits do not hold, and a day before Excel's first, are texts."""
    if value is None or value == "":
        target.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        target.write_boolean(row, column, value, look)
    elif isinstance(value, Decimal) and fits(value):
        target.write_number(row, column, float(value), look)
    elif isinstance(value, date) and date(value.year, value.month, value.day) >= _FIRST_DAY:
        target.write_datetime(row, column, value, look)
    else:
        text = _text(value)
        if len(text) > LONGEST_TEXT or any(map(_unwritable, text)):
            raise WorkbookProblem(
                Message("Nội dung quá dài hoặc có ký tự mà Excel không giữ được."),
                f"{target.get_name()}!{reference(row, column)}",
            )
        _done(target.write_string(row, column, text, look))


def _unwritable(sign: str) -> bool:
    """Half of a pair, or a sign that is none: XML has no place for it."""
    return ord(sign) & 0xFFFE == 0xFFFE or "\ud800" <= sign <= "\udfff"


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)


def fits(value: Decimal) -> bool:
    """Whether a cell holds the number exactly."""
    shown = value.normalize()
    return not shown or (len(shown.as_tuple().digits) <= DIGITS and -DIGITS < shown.adjusted() < DIGITS)


def _area(choices: Choices) -> tuple[int, int, int, int]:
    return choices.first_row, choices.column, choices.last_row, choices.column


def _validation(choices: Choices) -> dict[str, object]:
    found: dict[str, object] = {"validate": "list", "source": choices.source} if choices.source else {"validate": "any"}
    if choices.hint:
        found |= {"input_title": choices.title[:32], "input_message": choices.hint}
    if choices.source:
        found |= {
            "error_type": "stop" if choices.strict else "warning",
            "error_title": choices.title[:32],
            "error_message": choices.refusal,
        }
    return found


def _done(result: object) -> None:
    """The library answers with a number below zero, or false, where it left something out."""
    if result is False or (isinstance(result, int) and result < 0):
        raise ValueError(result)


def read(content: bytes) -> dict[str, tuple[Row, ...]]:
    """The rows of every sheet, from the first row and column on. Raises WorkbookProblem with what to do.

    A formula gives the value that was saved with it; nothing is computed.
    """
    package = inspected(content)
    calamine = libraries().python_calamine
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(package.content))
        tables = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in package.odd}
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise WorkbookProblem(
            Message("Không đọc được: đây không phải là tệp Excel .xlsx, hoặc tệp bị hỏng.")
        ) from error
    return {name: _rows(table, package.odd[name]) for name, table in tables.items()}


def _rows(table: list[list[Any]], odd: Any) -> tuple[Row, ...]:
    last = max((row for row, _column in odd), default=-1)
    widest = max((column for _row, column in odd), default=-1)
    padded = [[*row, *[""] * (widest + 1 - len(row))] for row in table]
    padded += [[""] * (widest + 1)] * (last + 1 - len(table))
    return tuple(
        tuple(_value(value, odd.get((number, index))) for index, value in enumerate(row))
        for number, row in enumerate(padded)
    )


def _value(value: Any, odd: Unreadable | None) -> Value:
    if odd is not None and (odd.always or value != ""):
        return odd
    if value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, float):
        return Decimal(f"{value:.{DIGITS}g}")
    if isinstance(value, datetime) and value == datetime.combine(value.date(), datetime.min.time()):
        return value.date()
    return value if isinstance(value, date) else str(value)
