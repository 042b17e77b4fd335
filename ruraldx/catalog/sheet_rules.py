"""Rules as rows and rows as rules: one row for the rule, one for each of its pieces, in order. Pure.

A row belongs to an indicator by its code; a row inside a part or an alternative names it ("hoa-binh / phan-1").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ruraldx.catalog.sheet_columns import RULE_COLUMNS, RULES
from ruraldx.catalog.sheet_pieces import (
    HEADS,
    PIECES,
    QUESTIONS,
    Piece,
    fitting,
    looked_up,
    piece_of,
)
from ruraldx.catalog.sheet_tables import Line, Notes, Path, Reader, Spot, lines_of, put, unused
from ruraldx.catalog.sheet_values import blank, cell_of, value_of
from ruraldx.messages import Message
from ruraldx.office.cells import Row, Value
from ruraldx.vietnamese import ValueProblem

_INDICATOR, _WITHIN, _PIECE = RULE_COLUMNS[:3]
_ADDRESS: Final = frozenset({"indicator", "within", "piece"})
_BETWEEN: Final = " / "
_BY_CODE: Final = {column.key: column for column in RULE_COLUMNS}
Within = tuple[str, ...]


# Writing ---------------------------------------------------------------------------------------------------
def rule_rows(indicator: str, rule: Mapping[str, Any], within: Within = ()) -> Iterator[dict[str, Value]]:
    """The rows of a rule (column → cell), the rows of the rules inside it among them."""

    def row(key: str, data: Mapping[str, Any]) -> dict[str, Value]:
        return {"indicator": indicator, "within": _BETWEEN.join(within) or None, **_cells(key, data)}

    yield row(rule["kind"], rule)
    by = looked_up(rule, ("threshold", "values"))
    for value, threshold in (by or {}).items():
        yield row("threshold", {"code": value, **threshold})
    name, among = HEADS[rule["kind"]].children
    for child in rule.get(name, ()):
        yield row(piece_of(child, among), child)
        if "rule" in child:
            yield from rule_rows(indicator, child["rule"], (*within, child["code"]))


def _cells(key: str, data: Mapping[str, Any]) -> dict[str, Value]:
    piece = fitting(key, looked_up(data, ("quantity", "kind")))
    cells: dict[str, Value] = {"piece": piece.word}
    for column in piece.columns:
        place = piece.places[column.key]
        if column.form == "bar" and not _has_bar(data, place):
            continue
        value = looked_up(data, place)
        shown = replace(column, required=piece.needs(column))
        cells[column.key] = None if value is None and column.form != "bar" else cell_of(shown, value)
    return cells


def _has_bar(data: Mapping[str, Any], place: tuple[str, ...]) -> bool:
    """A threshold without a number says so; none at all, or one for each region, leaves the cell blank."""
    holder = looked_up(data, place[:-1])
    return isinstance(holder, Mapping) and place[-1] in holder


# Reading ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RuleLine:
    """A row of a rule: where it stands in the rule, and which piece it is ("" when that cannot be read)."""

    line: Line
    within: Within
    piece: str


Rules = dict[str, list[RuleLine]]


def rule_lines(sheets: Mapping[str, tuple[Row, ...]], notes: Notes) -> Rules:
    """The rows of every rule by the code of the indicator; a row without one belongs to the indicator above it."""
    found: Rules = {}
    indicator = ""
    for line in lines_of(sheets, RULES, RULE_COLUMNS, notes):
        reader, data = Reader(line, notes, (RULES, line.row)), dict[str, Any]()
        reader.into(data, _INDICATOR, ("indicator",), needed=not indicator)
        reader.into(data, _WITHIN, ("within",), needed=False)
        reader.into(data, _PIECE, ("piece",), needed=True)
        indicator = data.get("indicator") or indicator
        within = tuple(part.strip() for part in data.get("within", "").split("/") if part.strip())
        found.setdefault(indicator, []).append(RuleLine(line, within, data.get("piece", "")))
    return found


class RuleReader:
    """Builds the rule of one indicator from its rows."""

    def __init__(self, rows: list[RuleLine], notes: Notes) -> None:
        self._rows = rows
        self._notes = notes
        self._used: set[int] = set()

    def rule(self, path: Path, *, kind: str, name: str, spot: Spot) -> dict[str, Any]:
        """The data of the rule at ``path``; ``kind``, ``name`` and ``spot`` are those of the row of the indicator."""
        data = self._rule(path, (), kind, name, spot)
        for row in self._rows:
            if row.line.row not in self._used and row.piece:
                self._lost(row)
        return data

    def _lost(self, row: RuleLine) -> None:
        key = "within" if row.within else "piece"
        message = Message("Dòng này không thuộc cách chấm nào của chỉ tiêu; hãy xem lại “Thuộc phần” và “Loại dòng”.")
        self._notes.problem(row.line.spot(key), message)

    def _rule(self, path: Path, within: Within, kind: str, name: str, spot: Spot) -> dict[str, Any]:
        rows = [row for row in self._rows if row.within == within]
        heads = [row for row in rows if row.piece in HEADS]
        self._used.update(row.line.row for row in heads)
        for other in heads[1:]:
            message = Message("Cách chấm của phần này đã ghi ở dòng %(row)s.", row=heads[0].line.row + 1)
            self._notes.problem(other.line.spot("piece"), message)
        if not heads:
            return self._without_row(path, kind, name, spot)
        head = heads[0]
        self._notes.spots[path] = head.line.spot("piece")
        if kind and kind != head.piece:
            words = HEADS[kind].word
            self._notes.problem(
                head.line.spot("piece"), Message("Trang _content ghi cách chấm là “%(words)s”.", words=words)
            )
        data = self._head(path, head)
        self._children(data, path, within, head, rows)
        return data

    def _without_row(self, path: Path, kind: str, name: str, spot: Spot) -> dict[str, Any]:
        self._notes.spots[path] = spot
        if kind in QUESTIONS:
            return {"kind": kind, "question": name}
        if kind:
            message = Message("Cách chấm này cần ít nhất một dòng ở trang %(sheet)s.", sheet=RULES)
        else:
            message = Message("Chưa có cách chấm. Hãy chọn, rồi ghi chi tiết ở trang %(sheet)s.", sheet=RULES)
        self._notes.problem(spot, message)
        return {}

    def _head(self, path: Path, head: RuleLine) -> dict[str, Any]:
        line, data = head.line, dict[str, Any](kind=head.piece)
        piece = fitting(head.piece, _measure(line))
        if "bar" in piece.places:
            piece = _thresholded(piece, line)
        self._cells(data, path, line, piece)
        if "dimension" in piece.places and not blank(line.value("dimension")):
            put(data, ("threshold", "values"), {})
            self._notes.spots.setdefault((*path, "threshold", "values"), line.spot("dimension"))
        return data

    def _cells(self, data: dict[str, Any], path: Path, line: Line, piece: Piece) -> None:
        reader = Reader(line, self._notes, path)
        for column in piece.columns:
            reader.into(data, column, piece.places[column.key], needed=piece.needs(column))
        unused(line, RULE_COLUMNS, _ADDRESS | piece.places.keys(), piece.word, self._notes)

    def _children(self, data: dict[str, Any], path: Path, within: Within, head: RuleLine, rows: list[RuleLine]) -> None:
        name, among = HEADS[head.piece].children
        if name:
            data[name] = []
            self._notes.spots.setdefault((*path, name), head.line.spot("piece"))
        for row in rows:
            if row.piece in among:
                self._used.add(row.line.row)
                if name:
                    self._child(data[name], (*path, name, len(data[name])), within, row)
                else:
                    self._threshold(data, path, row)

    def _threshold(self, data: dict[str, Any], path: Path, row: RuleLine) -> None:
        """A row for one region; the rule itself must say by what its threshold differs."""
        values = looked_up(data, ("threshold", "values"))
        if values is None:
            self._used.discard(row.line.row)
            return
        threshold: dict[str, Any] = {}
        self._cells(threshold, (RULES, row.line.row), row.line, PIECES["threshold"])
        code = threshold.pop("code", "")
        if code in values:
            self._notes.problem(row.line.spot("code"), Message("Mã “%(code)s” lặp lại.", code=code))
        values[code] = threshold
        where = (*path, "threshold", "values", code)
        self._notes.spots[where] = row.line.spot("code")
        self._notes.spots |= {(*where, PIECES["threshold"].places[key][-1]): row.line.spot(key) for key in _VALUES}

    def _child(self, children: list[Any], path: Path, within: Within, row: RuleLine) -> None:
        piece = PIECES[row.piece]
        child: dict[str, Any] = dict(piece.fixed)
        self._notes.spots[path] = row.line.spot("piece")
        self._cells(child, path, row.line, piece)
        children.append(child)
        if piece.nested:
            inner = (*within, str(child.get("code", "")))
            name = str(child.get("label", ""))
            child["rule"] = self._rule((*path, "rule"), inner, "", name, row.line.spot("piece"))


_VALUES: Final = ("bar", "verification", "source")


def _measure(line: Line) -> object:
    """What bands measure, before the cell is read for good."""
    column = _BY_CODE["measure"]
    try:
        return None if blank(line.value("measure")) else value_of(column, line.value("measure"))
    except ValueProblem:
        return None


def _thresholded(piece: Piece, line: Line) -> Piece:
    """Without the columns of a threshold that this rule has elsewhere, or not at all."""
    if not blank(line.value("dimension")):
        dropped = set(_VALUES)
    elif "bar" in piece.optional and all(blank(line.value(key)) for key in _VALUES):
        dropped = {*_VALUES, "dimension"}
    else:
        dropped = {"dimension"}
    places = {key: place for key, place in piece.places.items() if key not in dropped}
    return replace(piece, places=places, optional=piece.optional - ({"bar"} if "bar" in places else set()))
