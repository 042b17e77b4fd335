"""The sheets of a criteria set dressed for people: headers, hints, lists, what is locked, what lights up. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ruraldx.catalog import sheet_columns as at
from ruraldx.catalog.sheet_columns import Column
from ruraldx.catalog.sheet_guide import EXAMPLE_SHEET, guide
from ruraldx.catalog.sheet_paint import BODY, FIXED, HEADER, HINT, LEVELS, MISSING, NOTE, RED, UNUSED, heights_of
from ruraldx.catalog.sheet_pieces import HEADS, PIECES
from ruraldx.catalog.sheet_words import NODES, Words
from ruraldx.office.cells import Cell, Choices, Highlight, Look, Sheet, Value, reference

LISTS: Final = "_lists"
USES: Final = "_uses"
_TOP: Final = 2
_LAST: Final = 3000
_SPARE: Final = {at.CONTENT: 40, at.RULES: 60}
_NARROW: Final = ("number", "whole", "bar", "date", "truth")
Cells = Mapping[str, Value]
_TABLES: Final[dict[str, tuple[Column, ...]]] = {
    at.CONTENT: at.CONTENT_COLUMNS,
    at.RULES: at.RULE_COLUMNS,
    at.EVIDENCE: at.EVIDENCE_COLUMNS,
    at.DOCUMENTS: at.DOCUMENT_COLUMNS,
    at.DIMENSIONS: at.DIMENSION_COLUMNS,
    at.CLASSES: at.CLASS_COLUMNS,
}
_FROZEN: Final = {at.CONTENT: 5, at.RULES: 3}
# Which columns of an existing line stay as they are: what other lines, and answers, refer to.
_LOCKED: Final = {at.CONTENT: ("order", "kind", "code")}


def dressed(lines: Mapping[str, Sequence[Cells]], title: str, examples: Sequence[Cells] = ()) -> list[Sheet]:
    """All sheets of a workbook with these lines; ``examples`` come in a sheet of their own."""
    sheets = [guide(title, examples=bool(examples)), _meta(lines[at.META])]
    sheets += [_table(name, columns, lines.get(name, ())) for name, columns in _TABLES.items()]
    if examples:
        shown = _table(at.RULES, at.RULE_COLUMNS, examples, spare=0)
        sheets.append(replace(shown, name=EXAMPLE_SHEET, tab=""))
    return [*sheets, _lists(), _uses()]


def _meta(lines: Sequence[Cells]) -> Sheet:
    header = tuple(Cell(column.header, HEADER) for column in at.META_COLUMNS)
    small = replace(NOTE, size=9, border=BODY.border, wrap=True)
    rows, choices = [header], []
    for number, (row, line) in enumerate(zip(at.META_ROWS, lines, strict=True), 1):
        name = f"{row.header} *" if row.required else row.header
        looks = (replace(FIXED, bold=True, colour=BODY.colour), _body(row), small, small)
        cells = (name, line["value"], line["help"], line["key"])
        rows.append(tuple(Cell(value, look) for value, look in zip(cells, looks, strict=True)))
        if row.words is not None:
            choices.append(_choices(row, number, number, 1))
    missing = 'AND(RIGHT($A2)="*",ISBLANK($B2))'
    return Sheet(
        at.META,
        tuple((column.width, replace(FIXED, background="", border="")) for column in at.META_COLUMNS),
        tuple(rows),
        heights=heights_of(rows, [column.width for column in at.META_COLUMNS]),
        choices=tuple(choices),
        highlights=(Highlight((1, 1, len(lines), 1), f"={missing}", MISSING),),
        frozen=(1, 0),
        tab=RED,
        landscape=False,
        printed=(len(rows), 3),
    )


def _table(name: str, columns: Sequence[Column], lines: Sequence[Cells], spare: int | None = None) -> Sheet:
    spare = _SPARE.get(name, 15) if spare is None else spare
    body = [_line(name, columns, line) for line in lines]
    empty = tuple(Cell(None, _body(column)) for column in columns)
    rows = [
        tuple(Cell(column.header, HEADER) for column in columns),
        tuple(Cell(column.hint, HINT) for column in columns),
        *body,
        *[empty] * spare,
    ]
    printed = at.CONTENT_PRINTED if name == at.CONTENT else len(columns)
    return Sheet(
        name,
        tuple((column.width, replace(_body(column), border="")) for column in columns),
        tuple(rows),
        heights=heights_of(rows, [column.width for column in columns]),
        pages=3 if name == at.RULES else 1,
        choices=tuple(_choices(column, _TOP, _LAST, index) for index, column in enumerate(columns)),
        highlights=_highlights(name, columns),
        frozen=(_TOP, _FROZEN.get(name, 1)),
        tab=RED if name in (at.CONTENT, at.RULES) else "#C9C2BC",
        printed=(_TOP + (len(body) or spare), printed),
    )


def _line(name: str, columns: Sequence[Column], line: Cells) -> tuple[Cell, ...]:
    locked = _LOCKED.get(name, ())
    return tuple(Cell(line.get(column.key), replace(_body(column), locked=column.key in locked)) for column in columns)


def _body(column: Column) -> Look:
    if column.key == "order":
        return replace(BODY, colour="#6B6B6B", align="center", locked=True)
    form = "date" if column.form == "date" else "text" if column.plain else "general"
    return replace(BODY, form=form, align="center" if column.form in _NARROW else "left")


def _choices(column: Column, first: int, last: int, index: int) -> Choices:
    words = column.words
    source, strict = "", True
    if words is not None:
        at_column = next(number for number, (_name, listed) in enumerate(_vocabularies()) if listed == words)
        top, bottom = _fixed(1, at_column), _fixed(len(words), at_column)
        source = f"={LISTS}!{top}:{bottom}"
    elif column.listed:
        # What is listed there may still be written later: only a remark.
        source, strict = f"={column.listed}!{_fixed(_TOP, 0)}:{_fixed(_LAST, 0)}", False
    return Choices(first, last, index, source, column.header, column.hint, strict, at.CHOOSE)


def _fixed(row: int, column: int) -> str:
    name = reference(row, column)
    letters = name.rstrip("0123456789")
    return f"${letters}${name[len(letters) :]}"


def _vocabularies() -> list[tuple[str, Words]]:
    """Every closed list, each once."""
    found: list[tuple[str, Words]] = []
    for column in (*at.META_ROWS, *(column for columns in _TABLES.values() for column in columns)):
        if column.words is not None and all(column.words != words for _name, words in found):
            found.append((column.key, column.words))
    return found


def _lists() -> Sheet:
    lists = _vocabularies()
    height = max(len(words) for _name, words in lists)
    plain = Look(locked=True, wrap=False)
    columns = [[name, *words.values(), *[""] * (height - len(words))] for name, words in lists]
    rows = tuple(tuple(Cell(text, plain) for text in row) for row in zip(*columns, strict=True))
    return Sheet(LISTS, tuple((24.0, plain) for _ in lists), rows, hidden=True)


# What lights up --------------------------------------------------------------------------------------------
def _uses() -> Sheet:
    """For each kind of line and each column: 0 not used, 1 used, 2 needed. The formulas of highlights look it up."""
    plain = Look(locked=True, wrap=False)
    rows = [(word, *uses) for word, uses in (*_rule_uses(), *_content_uses())]
    cells = tuple(tuple(Cell(value, plain) for value in row) for row in rows)
    return Sheet(USES, tuple((14.0, plain) for _ in range(len(at.RULE_COLUMNS) + 1)), cells, hidden=True)


def _rule_uses() -> list[tuple[str, list[str]]]:
    found = []
    for key, piece in PIECES.items():
        used = {"indicator", "within", "piece", *piece.places}
        needed = {column.key for column in piece.columns if piece.needs(column)}
        if key == "bands":
            needed &= {"measure"}
        if key in HEADS and "dimension" in piece.places:
            needed -= {"bar"}
        found.append((piece.word, [_use(column, used, needed) for column in at.RULE_COLUMNS]))
    return found


def _content_uses() -> list[tuple[str, list[str]]]:
    found = []
    for kind, word in NODES.items():
        if kind == "indicator":
            used = {column.key for column in at.CONTENT_COLUMNS} - at.NODE_ONLY
            needed = {column.key for column in at.CONTENT_COLUMNS if column.required} | {"source", "rule_kind"}
        else:
            used, needed = set(at.NODE_KEYS), set(at.NODE_NEEDS)
        found.append((word, [_use(column, used, needed) for column in at.CONTENT_COLUMNS]))
    return found


def _use(column: Column, used: set[str], needed: set[str]) -> str:
    return "2" if column.key in needed else "1" if column.key in used else "0"


def _highlights(name: str, columns: Sequence[Column]) -> tuple[Highlight, ...]:
    keys = [column.key for column in columns]
    area = (_TOP, 0, _LAST, len(columns) - 1)
    if name == at.RULES:
        return _by_use(area, keys.index("piece"), 0, len(PIECES))
    if name == at.CONTENT:
        kind = keys.index("kind")
        letter = _letter(kind)
        levels = (Highlight(area, f'=${letter}{_TOP + 1}="{word}"', look) for word, look in LEVELS.items())
        return (*_by_use(area, kind, len(PIECES), len(NODES)), *levels)
    return ()


def _by_use(area: tuple[int, int, int, int], kind: int, first: int, count: int) -> tuple[Highlight, ...]:
    """Missing cells in yellow, cells without use in grey, by the table of uses."""
    words = f"{USES}!{_fixed(first, 0)}:{_fixed(first + count - 1, 0)}"
    table = f"{USES}!{_fixed(first, 1)}:{_fixed(first + count - 1, area[3] + 1)}"
    use = f"INDEX({table},MATCH(${_letter(kind)}{_TOP + 1},{words},0),COLUMN())"
    return (
        Highlight(area, f'=AND({use}="2",ISBLANK(A{_TOP + 1}))', MISSING),
        Highlight(area, f'={use}="0"', UNUSED),
    )


def _letter(column: int) -> str:
    return reference(0, column).rstrip("0123456789")
