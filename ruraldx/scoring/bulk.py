"""Many assessments of one set at once: the results of the engine without its explanations, bit by bit the same. Pure.

Public names: :func:`score_many` for whatever rows there are, :func:`compile_set` and :class:`Table` for columns,
:func:`compact` for the same form of an explained result, :func:`ranks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from ruraldx.catalog.point_rules import Adjustment, Bands, SumOfParts
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.scoring.arrays import SAFE, Array
from ruraldx.scoring.basis import Answers
from ruraldx.scoring.columns import CompiledIndicator, Table, compile_indicator
from ruraldx.scoring.compact import Compact, Scores, Whole, compact, scale_of
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.scoring.results import score_assessment
from ruraldx.scoring.tree_columns import Tree, criteria_of, outcome_of, ranks

__all__ = [
    "Compact", "CompiledSet", "Row", "Scores", "Table", "Told", "Whole", "compact", "compile_set", "ranks",
    "score_many",
]  # fmt: skip
# Below so many units of one context the engine itself is faster than making columns of them.
FEW: Final = 64


@dataclass(frozen=True)
class Row:
    """One assessment: its answers (indicator → field → stored value) and the dimensions of its unit."""

    answers: Mapping[str, Answers]
    dimensions: Mapping[str, str]


@dataclass(frozen=True)
class CompiledSet:
    """A set made ready for the units of one context. ``fits``: its points cannot outgrow a column."""

    criteria: CriteriaSet
    context: ScoringContext
    scale: int
    indicators: tuple[CompiledIndicator, ...]
    fits: bool

    def results(self, table: Table) -> Scores | Told:
        """The results of all units of a table: in columns, or by the engine where they are few or do not fit."""
        if self.fits and table.units >= FEW:
            return self.score(table)
        return Told([self._told(table, unit) for unit in range(table.units)])

    def _told(self, table: Table, unit: int) -> Compact:
        answers: dict[str, dict[str, str | None]] = {}
        for (code, field), texts in table.texts.items():
            answers.setdefault(code, {})[field] = texts[unit]
        return compact(self.criteria, score_assessment(self.criteria, answers, self.context))

    def read(self, table: Table) -> list[dict[str, Array]]:
        """The answers as numbers: for each indicator the columns that it needs."""
        readers: dict[Any, Any] = {}
        return [one.read(table, readers) for one in self.indicators]

    def score(self, table: Table, read: Sequence[Mapping[str, Array]] | None = None) -> Scores:
        """The results of all units of a table; ``read``: its answers as numbers, if they are at hand.

        Only for a set that ``fits``.
        """
        given = self.read(table) if read is None else read
        columns = {
            one.indicator.code: one.score(cells, table) for one, cells in zip(self.indicators, given, strict=True)
        }
        tree = Tree(self.criteria, self.scale, columns, table.units)
        rolled = criteria_of(self.criteria, columns)
        outcome = outcome_of(self.criteria, rolled, table.units)
        return Scores(self.criteria, self.scale, table.units, columns, rolled, outcome, tree.nodes, tree.total())


@dataclass(frozen=True)
class Told:
    """The results of units that the engine scored one by one, in the form of :class:`Scores`."""

    units: Sequence[Compact]

    def rows(self) -> list[Compact]:
        """A result for each unit, in the order of the table."""
        return list(self.units)

    def wholes(self) -> list[Whole]:
        """What is said of the whole of each unit."""
        return [unit.whole for unit in self.units]


def compile_set(criteria: CriteriaSet, context: ScoringContext) -> CompiledSet:
    """Make a set ready for the units of a context: those asked of its dimensions, thresholds, alternatives."""
    scale = scale_of(criteria)
    asked = [one for one in criteria.indicators if one.in_programme and one.asked_of(context.dimensions)]
    made = tuple(compile_indicator(criteria, one, context, scale) for one in asked)
    return CompiledSet(criteria, context, scale, made, _fits(criteria, scale))


def _fits(criteria: CriteriaSet, scale: int) -> bool:
    """Whether no sum, share or comparison of points can leave SAFE."""
    most = sum((value for one in criteria.indicators for value in _brings(one.rule)), Decimal(0))
    most += sum((one.max_points or Decimal(0) for one in criteria.indicators), Decimal(0))
    nodes = sum((one.max_points or Decimal(0) for one in criteria.criteria), Decimal(0))
    largest: int = int((most + nodes + 1) * 10**scale)
    finest = max((band.at_least.as_integer_ratio()[1] for band in criteria.aggregation.classes), default=1)
    percent = 200 * largest * max(finest, 10**criteria.points_rounding.digits)
    return bool(max(largest * largest, percent) < SAFE)


def _brings(rule: Any) -> Iterator[Decimal]:
    """Points that a rule can bring or take whatever the maximum of its indicator."""
    if isinstance(rule, Adjustment):
        yield rule.cap
    elif isinstance(rule, Bands):
        yield max(band.points for band in rule.bands)
    elif isinstance(rule, SumOfParts):
        for part in rule.parts:
            yield from _brings(part.rule)
    else:
        for alternative in getattr(rule, "alternatives", ()):
            yield from _brings(alternative.rule)


def score_many(criteria: CriteriaSet, rows: Sequence[Row], context: ScoringContext) -> list[Compact]:
    """The result of each row, in order; ``context``: what they share. The dimensions are those of each row."""
    groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(tuple(sorted(row.dimensions.items())), []).append(place)
    found: dict[int, Compact] = {}
    for dimensions, places in groups.items():
        own = replace(context, dimensions=dict(dimensions))
        found.update(zip(places, _alike(criteria, [rows[place].answers for place in places], own), strict=True))
    return [found[place] for place in range(len(rows))]


def _alike(criteria: CriteriaSet, answers: list[Mapping[str, Answers]], context: ScoringContext) -> list[Compact]:
    """The results of units of one context."""
    ready = compile_set(criteria, context) if len(answers) >= FEW else None
    if ready is None:
        return [compact(criteria, score_assessment(criteria, one, context)) for one in answers]
    return ready.results(table_of(ready, answers)).rows()


def table_of(ready: CompiledSet, answers: Sequence[Mapping[str, Answers]]) -> Table:
    """Columns of the answers of some units."""
    texts: dict[tuple[str, str], list[str | None]] = {}
    for one in ready.indicators:
        code = one.indicator.code
        mine = [unit.get(code, {}) for unit in answers]
        for field in one.wanted:
            texts[code, field] = [given.get(field) for given in mine]
    return Table(len(answers), texts)
