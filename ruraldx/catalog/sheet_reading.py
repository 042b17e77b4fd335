"""The sheets of a workbook as the data of a criteria set, with the cell of every place in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ruraldx.catalog.sheet_columns import (
    CLASS_COLUMNS,
    CLASSES,
    CONTENT,
    CONTENT_COLUMNS,
    DIMENSION_COLUMNS,
    DIMENSIONS,
    DOCUMENT_COLUMNS,
    DOCUMENTS,
    EVIDENCE,
    EVIDENCE_COLUMNS,
    META,
    META_COLUMNS,
    META_ROWS,
    NODE_KEYS,
    NODE_NEEDS,
    NODE_ONLY,
    Column,
)
from ruraldx.catalog.sheet_rules import RuleReader, Rules, rule_lines
from ruraldx.catalog.sheet_tables import Line, Notes, Path, Reader, Spot, lines_of, unused
from ruraldx.catalog.sheet_values import blank
from ruraldx.catalog.sheet_words import NODES
from ruraldx.messages import Message
from ruraldx.office.cells import Row

Sheets = Mapping[str, tuple[Row, ...]]
_APART: Final = frozenset({"order", "parent", "evidence", "rule_kind"})


def data_of(sheets: Sheets, notes: Notes) -> dict[str, Any]:
    """The data of a set, as its model takes it; whatever cannot be read is noted and left out."""
    for name in (META, CONTENT):
        notes.spots[()] = Spot(META, 0, 0)
        if name not in sheets:
            notes.problem(Spot(name, 0, 0), Message("Tệp thiếu trang “%(sheet)s”. Hãy dùng tệp mẫu.", sheet=name))
    data = _meta(sheets, notes)
    data["documents"] = _rows(sheets, DOCUMENTS, DOCUMENT_COLUMNS, ("documents",), notes)
    data["dimensions"] = _dimensions(sheets, notes)
    classes = _rows(sheets, CLASSES, CLASS_COLUMNS, ("aggregation", "classes"), notes)
    if classes:
        data.setdefault("aggregation", {})["classes"] = classes
    data["criteria"] = _Content(sheets, notes).read()
    return data


def _meta(sheets: Sheets, notes: Notes) -> dict[str, Any]:
    lines = {line.value("key"): line for line in lines_of(sheets, META, META_COLUMNS, notes)}
    data: dict[str, Any] = {}
    for row in META_ROWS:
        line = lines.pop(row.key, None)
        if line is None:
            if row.required:
                message = Message("Thiếu dòng “%(name)s”. Hãy dùng tệp mẫu.", name=row.header)
                notes.problem(Spot(META, 0, 0), message)
            continue
        at_value = replace(line, where={**line.where, row.key: line.where["value"]})
        Reader(at_value, notes, ()).into(data, row, row.key.split("."), needed=row.required)
    for line in lines.values():
        if not blank(line.value("value")):
            notes.problem(line.spot("key"), Message("Dòng này không có trong mẫu."))
    base = data.get("extends", {})
    if not base.get("code"):
        base.pop("code", None)
    if not base:
        data.pop("extends", None)
    return data


def _rows(sheets: Sheets, sheet: str, columns: Sequence[Column], path: Path, notes: Notes) -> list[dict[str, Any]]:
    """The lines of a sheet whose columns are called as in the model."""
    found: list[dict[str, Any]] = []
    notes.spots[path] = Spot(sheet, 0, 0)
    for line in lines_of(sheets, sheet, columns, notes):
        found.append(_read(line, columns, (*path, len(found)), notes))
    return found


def _read(line: Line, columns: Sequence[Column], path: Path, notes: Notes) -> dict[str, Any]:
    data: dict[str, Any] = {}
    reader = Reader(line, notes, path)
    for column in columns:
        reader.into(data, column, (column.key,), needed=column.required)
    notes.spots[path] = line.spot(columns[0].key)
    return data


def _dimensions(sheets: Sheets, notes: Notes) -> dict[str, dict[str, str]]:
    """Dimension → value → name; a line without a value names a dimension that has none yet."""
    found: dict[str, dict[str, str]] = {}
    notes.spots["dimensions",] = Spot(DIMENSIONS, 0, 0)
    for line in lines_of(sheets, DIMENSIONS, DIMENSION_COLUMNS, notes):
        row = _read(line, DIMENSION_COLUMNS, (DIMENSIONS, line.row), notes)
        if "dimension" not in row:
            continue
        values = found.setdefault(row["dimension"], {})
        if not (row.get("value") or row.get("name")):
            continue
        if row["value"] in values:
            notes.problem(line.spot("value"), Message("Mã “%(code)s” lặp lại.", code=row["value"]))
        values[row["value"]] = row.get("name", "")
        notes.spots["dimensions", row["dimension"], row["value"]] = line.spot("name")
    return found


@dataclass
class _Node:
    """A node on the way: its data and where it is in the set."""

    data: dict[str, Any]
    path: Path


class _Content:
    """The tree: nodes and indicators in the order of the sheet, each under the node that it names."""

    def __init__(self, sheets: Sheets, notes: Notes) -> None:
        self._notes = notes
        self._lines = lines_of(sheets, CONTENT, CONTENT_COLUMNS, notes)
        self._rules: Rules = rule_lines(sheets, notes)
        self._evidence = self._asked(sheets)
        self._criteria: list[dict[str, Any]] = []
        self._nodes: dict[str, _Node] = {}
        self._last: _Node | None = None
        self._indicators: set[str] = set()

    def read(self) -> list[dict[str, Any]]:
        """The data of the criteria."""
        self._notes.spots["criteria",] = Spot(CONTENT, 0, 0)
        for line in self._lines:
            head: dict[str, Any] = {}
            reader = Reader(line, self._notes, (CONTENT, line.row))
            reader.into(head, _COLUMN["kind"], ("kind",), needed=True)
            reader.into(head, _COLUMN["parent"], ("parent",), needed=False)
            if head.get("kind") == "indicator":
                self._indicator(line, head.get("parent", ""))
            elif "kind" in head:
                self._node(line, head["kind"], head.get("parent", ""))
        self._check_owners()
        return self._criteria

    def _node(self, line: Line, kind: str, parent: str) -> None:
        above = self._parent(line, parent)
        groups = above.data["groups"] if above else self._criteria
        path: Path = (*above.path, "groups", len(groups)) if above else ("criteria", len(groups))
        data: dict[str, Any] = {"kind": kind, "groups": [], "indicators": []}
        self._cells(data, path, line, NODE_KEYS, NODE_NEEDS, kind)
        groups.append(data)
        self._last = _Node(data, path)
        code = data.get("code", "")
        if code in self._nodes:
            message = Message("Mã tiêu chí %(code)s lặp lại.", code=code)
            self._notes.problem(line.spot("code"), message)
        self._nodes.setdefault(code, self._last)

    def _indicator(self, line: Line, parent: str) -> None:
        above = self._parent(line, parent) if parent else self._last
        if above is None:
            if not parent:
                message = Message("Chỉ tiêu phải nằm dưới một tiêu chí. Hãy ghi mã tiêu chí ở “Thuộc mục”.")
                self._notes.problem(line.spot("parent"), message)
            above = _Node({"indicators": []}, (CONTENT, line.row))
        indicators = above.data["indicators"]
        path: Path = (*above.path, "indicators", len(indicators))
        data: dict[str, Any] = {}
        used = _COLUMN.keys() - NODE_ONLY
        self._cells(data, path, line, used, {key for key in used if _COLUMN[key].required}, "indicator")
        code = data.get("code", "")
        if code and code in self._indicators:
            self._notes.problem(line.spot("code"), Message("Mã chỉ tiêu %(code)s lặp lại.", code=code))
        self._indicators.add(code)
        self._asked_in(line, data, path)
        data["rule"] = self._rule(line, data, path)
        indicators.append(data)

    def _parent(self, line: Line, parent: str) -> _Node | None:
        """The node of that code above this line; None at the top, or, which is noted, when there is none."""
        if parent and parent not in self._nodes:
            message = Message("Không có mục “%(code)s” ở phía trên dòng này.", code=parent)
            self._notes.problem(line.spot("parent"), message)
        return self._nodes.get(parent) if parent else None

    def _cells(self, data: dict[str, Any], path: Path, line: Line, used: Any, needed: Any, kind: str) -> None:
        reader = Reader(line, self._notes, path)
        for column in CONTENT_COLUMNS:
            if column.key in used - _APART - {"kind"}:
                shown = column if kind == "indicator" else replace(column, default="")
                reader.into(data, shown, (column.key,), needed=column.key in needed)
        for place in (path, (*path, "groups"), (*path, "indicators")):
            self._notes.spots[place] = line.spot("code")
        unused(line, CONTENT_COLUMNS, used, NODES[kind], self._notes)

    def _rule(self, line: Line, data: dict[str, Any], path: Path) -> dict[str, Any]:
        kind = Reader(line, self._notes, (CONTENT, line.row)).into(
            {}, _COLUMN["rule_kind"], ("rule_kind",), needed=False
        )
        name = data.get("name", "")
        rows = self._rules.get(data.get("code", ""), [])
        spot = line.spot("rule_kind")
        return RuleReader(rows, self._notes).rule((*path, "rule"), kind=kind or "", name=name, spot=spot)

    def _asked(self, sheets: Sheets) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in lines_of(sheets, EVIDENCE, EVIDENCE_COLUMNS, self._notes):
            owner: dict[str, Any] = {}
            reader = Reader(line, self._notes, (EVIDENCE, line.row))
            reader.into(owner, EVIDENCE_COLUMNS[0], ("indicator",), needed=True)
            found.setdefault(owner.get("indicator", ""), []).append(line)
        return found

    def _asked_in(self, line: Line, data: dict[str, Any], path: Path) -> None:
        """Evidence from its sheet; or, without a line there, one for each line of the cell."""
        place: Path = (*path, "evidence_asked")
        typed: dict[str, Any] = {}
        Reader(line, self._notes, place).into(typed, _COLUMN["evidence"], ("cell",), needed=False)
        self._notes.spots[place] = line.spot("evidence")
        titles = [title.strip() for title in typed.get("cell", "").splitlines() if title.strip()]
        lines = self._evidence.get(data.get("code", ""), [])
        asked = [_read(row, EVIDENCE_COLUMNS[1:], (*place, index), self._notes) for index, row in enumerate(lines)]
        if lines and titles and "\n".join(titles) != summary([str(row.get("title", "")) for row in asked]):
            message = Message("Chỉ tiêu này có dòng ở trang %(sheet)s; hãy sửa ở đó, hoặc xóa ô này.", sheet=EVIDENCE)
            self._notes.problem(line.spot("evidence"), message)
        made = enumerate(titles, 1) if not lines else ()
        data["evidence_asked"] = asked + [{"code": f"mc-{n}", "title": title, "kind": "document"} for n, title in made]

    def _check_owners(self) -> None:
        """Lines of other sheets that name an indicator which is not there."""
        owners = [(code, row.line) for code, rows in self._rules.items() for row in rows]
        owners += [(code, line) for code, lines in self._evidence.items() for line in lines]
        for code, line in owners:
            if code not in self._indicators:
                message = Message("Không có chỉ tiêu “%(code)s” ở trang %(sheet)s.", code=code, sheet=CONTENT)
                self._notes.problem(line.spot("indicator"), message)


_COLUMN: Final = {column.key: column for column in CONTENT_COLUMNS}


def summary(titles: Sequence[str]) -> str:
    """The evidence of an indicator in one cell: a line for each."""
    return "\n".join(line for title in titles for line in map(str.strip, title.splitlines()) if line)
