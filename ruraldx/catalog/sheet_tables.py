"""A sheet as lines under headers, and the notes made while reading: problems, and the cell of every place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ruraldx.catalog.sheet_columns import Column
from ruraldx.catalog.sheet_values import blank, value_of
from ruraldx.messages import Message
from ruraldx.office.cells import Row, Value, reference
from ruraldx.vietnamese import ValueProblem, fold

Path = tuple[str | int, ...]
_SEARCHED: Final = 10


@dataclass(frozen=True, order=True)
class Spot:
    """A cell, counted from 0."""

    sheet: str
    row: int
    column: int

    @property
    def name(self) -> str:
        """How a person finds it: _content!F12."""
        return f"{self.sheet}!{reference(self.row, self.column)}"


@dataclass
class Notes:
    """What was found while reading."""

    problems: dict[Spot, Message] = field(default_factory=dict)
    spots: dict[Path, Spot] = field(default_factory=dict)
    headers: dict[Spot, str] = field(default_factory=dict)

    def problem(self, spot: Spot, message: Message) -> None:
        """Note what is wrong, once for a cell."""
        self.problems.setdefault(spot, message)

    def spot_of(self, path: Sequence[Any]) -> Spot:
        """The cell of the innermost part of a path that is in the workbook; other parts are passed over."""
        place: Path = ()
        for part in path:
            if (*place, part) in self.spots:
                place = (*place, part)
        return self.spots[place]


@dataclass(frozen=True)
class Line:
    """A row of a table: its cells by the key of the column."""

    sheet: str
    row: int
    where: Mapping[str, int]
    cells: Row

    def value(self, key: str) -> Value:
        """What is in a cell; nothing where the sheet lacks the column."""
        index = self.where.get(key, -1)
        return self.cells[index] if 0 <= index < len(self.cells) else None

    def spot(self, key: str) -> Spot:
        """Where a cell is."""
        return Spot(self.sheet, self.row, self.where.get(key, 0))


def lines_of(sheets: Mapping[str, Sequence[Row]], sheet: str, columns: Sequence[Column], notes: Notes) -> list[Line]:
    """The filled lines of a sheet, without header and hints. A sheet that is not there has none."""
    rows = sheets.get(sheet, ())
    header = next((index for index, row in enumerate(rows[:_SEARCHED]) if _headers(row, columns)), None)
    if header is None:
        if any(not blank(value) for row in rows for value in row):
            notes.problem(
                Spot(sheet, 0, 0), Message("Không thấy dòng tiêu đề. Hãy dùng tệp mẫu và giữ nguyên tiêu đề.")
            )
        return []
    where = _headers(rows[header], columns)
    _check_headers(Spot(sheet, header, 0), rows, where, columns, notes)
    hints = {fold(column.hint) for column in columns}
    found = [Line(sheet, index, where, row) for index, row in enumerate(rows) if index > header]
    filled = [line for line in found if any(not blank(line.value(column.key)) for column in columns)]
    return [line for line in filled if line.row != header + 1 or not _is_hint(line, hints)]


def _headers(row: Row, columns: Sequence[Column]) -> dict[str, int]:
    """Key of a column → where it is, when this row holds most of the headers."""
    texts = {fold(value): index for index, value in reversed(list(enumerate(row))) if isinstance(value, str)}
    where = {column.key: texts[fold(column.header)] for column in columns if fold(column.header) in texts}
    return where if len(where) * 2 >= len(columns) else {}


def _check_headers(
    header: Spot, rows: Sequence[Row], where: Mapping[str, int], columns: Sequence[Column], notes: Notes
) -> None:
    for column in columns:
        if column.required and column.key not in where:
            notes.problem(header, Message("Thiếu cột “%(name)s”. Hãy dùng tệp mẫu.", name=column.header))
    known = set(where.values())
    for row in rows[header.row + 1 :]:
        for index, value in enumerate(row):
            if index not in known and not blank(value):
                spot = Spot(header.sheet, header.row, index)
                notes.problem(spot, Message("Cột này không có trong mẫu. Hãy xóa cột hoặc sửa lại tiêu đề."))


def _is_hint(line: Line, hints: set[str]) -> bool:
    return all(blank(value) or (isinstance(value, str) and fold(value) in hints) for value in line.cells)


@dataclass(frozen=True)
class Reader:
    """Reads the cells of a line into data, and remembers where each value stood."""

    line: Line
    notes: Notes
    path: Path

    def into(self, data: dict[str, Any], column: Column, place: Sequence[str], *, needed: bool) -> Any:
        """Read one cell to a place in the data. Blank texts that are not needed are empty texts."""
        spot = self.line.spot(column.key)
        self.notes.headers[spot] = column.header
        for depth in range(1, len(place) + 1):
            self.notes.spots.setdefault((*self.path, *place[:depth]), spot)
        self.notes.spots[(*self.path, *place)] = spot
        if blank(self.line.value(column.key)):
            if needed:
                self.notes.problem(spot, Message("Thiếu “%(name)s”.", name=column.header))
            elif column.form == "text" or column.default:
                put(data, place, column.default)
            return None
        try:
            value = value_of(column, self.line.value(column.key))
        except ValueProblem as error:
            self.notes.problem(spot, error.message)
            return None
        put(data, place, value)
        return value


def put(data: dict[str, Any], place: Sequence[str], value: Any) -> None:
    """Set what is at a place, with everything on the way to it."""
    *way, last = place
    for step in way:
        data = data.setdefault(step, {})
    data[last] = value


def unused(line: Line, columns: Sequence[Column], used: Iterable[str], what: str, notes: Notes) -> None:
    """Note every filled cell that its line has no use for: nothing that was typed is dropped in silence."""
    known = set(used)
    for column in columns:
        if column.key not in known and not blank(line.value(column.key)):
            message = Message("Ô “%(name)s” không dùng cho dòng “%(what)s”; hãy xóa.", name=column.header, what=what)
            notes.problem(line.spot(column.key), message)
