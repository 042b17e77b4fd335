"""The pieces into which a rule falls, one row each: which columns a piece uses and what they are in the model. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ruraldx.catalog.sheet_columns import RULE_COLUMNS, Column
from ruraldx.catalog.sheet_words import KIND_WORDS, PIECE_WORDS

Place = tuple[str, ...]
_COLUMNS: Final[dict[str, Column]] = {column.key: column for column in RULE_COLUMNS}


@dataclass(frozen=True)
class Piece:
    """A kind of row. ``places``: column → where its value is in the piece; ``fixed``: what every such piece says.

    ``children``: the list in the model that further rows fill, and which pieces may stand in it. ``nested``: the piece
    has a rule of its own, whose rows name it in “Thuộc phần”.
    """

    word: str
    places: Mapping[str, Place]
    optional: frozenset[str] = frozenset()
    fixed: Mapping[str, str] = field(default_factory=dict)
    children: tuple[str, tuple[str, ...]] = ("", ())
    nested: bool = False

    @property
    def columns(self) -> list[Column]:
        """The columns it uses, in the order of the sheet."""
        return [column for column in RULE_COLUMNS if column.key in self.places]

    def needs(self, column: Column) -> bool:
        """Whether the cell must not be blank."""
        return column.required and column.key in self.places and column.key not in self.optional


def _same(*keys: str, **others: str) -> dict[str, Place]:
    """Columns that are called as in the model, and some that are not ("quantity.kind": one inside the other)."""
    return {key: (key,) for key in keys} | {key: tuple(place.split(".")) for key, place in others.items()}


_BAR: Final = {
    "bar": ("threshold", "value"),
    "verification": ("threshold", "verification"),
    "source": ("threshold", "source"),
    "dimension": ("threshold", "dimension"),
}
_QUOTIENT: Final = ("numerator_label", "denominator_label", "population_base")
_CONDITIONS: Final = ("condition.boolean", "condition.count", "condition.number", "condition.ratio")
# A threshold by region has its numbers in rows of their own; an imported result may have none.
_NO_BAR: Final = frozenset({"dimension", "verification", "source"})
_THRESHOLDS: Final = ("", ("threshold",))


def _quantity(*keys: str) -> dict[str, Place]:
    return {"measure": ("quantity", "kind"), **{key: ("quantity", key) for key in keys}}


HEADS: Final[dict[str, Piece]] = {
    "pass_fail": Piece(KIND_WORDS["pass_fail"], _same(label="question")),
    "ratio": Piece(
        KIND_WORDS["ratio"], _same(*_QUOTIENT, "comparator") | _BAR, _NO_BAR, children=_THRESHOLDS
    ),
    "count": Piece(KIND_WORDS["count"], _same("label", "unit", "comparator") | _BAR, _NO_BAR, children=_THRESHOLDS),
    "value": Piece(
        KIND_WORDS["value"],
        _same("label", "unit", "comparator", "qualified") | _BAR,
        _NO_BAR,
        children=_THRESHOLDS,
    ),
    "bands": Piece(KIND_WORDS["bands"], _quantity("label", "unit", *_QUOTIENT), children=("bands", ("band",))),
    "choice": Piece(KIND_WORDS["choice"], _same(label="question"), children=("options", ("option",))),
    "proportional": Piece(KIND_WORDS["proportional"], _same(*_QUOTIENT, "full_at", "none_below")),
    "composite": Piece(
        KIND_WORDS["composite"], _same("operator", of_them="at_least"), children=("conditions", _CONDITIONS)
    ),
    "capped_count": Piece(KIND_WORDS["capped_count"], _same("label", "unit", "points_each")),
    "highest_case": Piece(
        KIND_WORDS["highest_case"], _same(label="question"), children=("cases", ("option",))
    ),
    "sum_of_parts": Piece(KIND_WORDS["sum_of_parts"], {}, children=("parts", ("part",))),
    "adjustment": Piece(KIND_WORDS["adjustment"], _same("sign", "label", "unit", "points_each", "cap")),
    "relative": Piece(KIND_WORDS["relative"], _same("label", "unit", "better")),
    "imported": Piece(
        KIND_WORDS["imported"],
        _same("label", "provider", "full_at", "comparator") | _BAR,
        _NO_BAR | {"bar"},
        children=_THRESHOLDS,
    ),
    "council": Piece(KIND_WORDS["council"], _same(label="question")),
    "province_set": Piece(
        KIND_WORDS["province_set"], _same(label="question"), children=("alternatives", ("alternative",))
    ),
}  # fmt: skip
ROWS: Final[dict[str, Piece]] = {
    "condition.boolean": Piece(PIECE_WORDS["condition.boolean"], _same("code", "label"), fixed={"kind": "boolean"}),
    "condition.count": Piece(
        PIECE_WORDS["condition.count"], _same("code", "label", "unit", bar="minimum"), fixed={"kind": "count"}
    ),
    "condition.number": Piece(
        PIECE_WORDS["condition.number"], _same("code", "label", "unit", bar="minimum"), fixed={"kind": "number"}
    ),
    "condition.ratio": Piece(
        PIECE_WORDS["condition.ratio"],
        _same("code", "label", "numerator_label", "denominator_label", bar="minimum"),
        fixed={"kind": "ratio"},
    ),
    "threshold": Piece(PIECE_WORDS["threshold"], _same("code", "verification", "source", bar="value")),
    "band": Piece(PIECE_WORDS["band"], _same("at_least", "below", "points", "label"), frozenset({"label"})),
    "option": Piece(PIECE_WORDS["option"], _same("code", "label", "fraction")),
    "part": Piece(PIECE_WORDS["part"], _same("code", "label", "fraction"), nested=True),
    "alternative": Piece(
        PIECE_WORDS["alternative"],
        _same("code", "province_code", "province", "document", "verification", "source"),
        nested=True,
    ),
}
PIECES: Final[dict[str, Piece]] = HEADS | ROWS
# The rules whose only words are a question: without a row the name of the indicator is asked.
QUESTIONS: Final = frozenset({"pass_fail", "council"})
_BY_MEASURE: Final = {"ratio": _QUOTIENT, "count": ("label", "unit"), "number": ("label", "unit")}


def fitting(key: str, measure: object) -> Piece:
    """The piece of a row: of bands, the columns depend on what is measured."""
    piece = PIECES[key]
    if key != "bands" or measure not in _BY_MEASURE:
        return piece
    return Piece(piece.word, _quantity(*_BY_MEASURE[str(measure)]), children=piece.children)


def piece_of(data: Mapping[str, Any], among: tuple[str, ...]) -> str:
    """Which of these pieces a part of the model is."""
    return next((key for key in among if key.endswith(f".{data.get('kind')}")), among[0])


def looked_up(data: Any, place: Place) -> Any:
    """What is at a place; None where the way ends."""
    for step in place:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data
