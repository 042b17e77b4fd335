"""Points of a tree, criteria and the whole for many units at once, a column each. Pure.

It says of columns what :mod:`ruraldx.scoring.totals` and :mod:`ruraldx.scoring.rollup` say of one unit. Points are
whole numbers in units of 10**-scale, the finest that any number of the set is written in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator
from ruraldx.scoring.arrays import Array, numpy, rounded
from ruraldx.scoring.columns import CODE_OF, NO_POINTS, VERDICT_ORDER, Column, in_units
from ruraldx.scoring.outcomes import Verdict
from ruraldx.scoring.rollup import GOOD, WORST_FIRST

OPEN, MISSED, REACHED = -1, 0, 1


@dataclass(frozen=True)
class SumColumn:
    """Points of something for all units: earned so far, possible, the part with points, and whether provisional."""

    earned: Array
    possible: Array
    scored: Array
    provisional: Array

    def __add__(self, other: SumColumn) -> SumColumn:
        return SumColumn(
            self.earned + other.earned,
            self.possible + other.possible,
            self.scored + other.scored,
            self.provisional | other.provisional,
        )


@dataclass(frozen=True)
class NodeColumn:
    """A node that carries points; ``minimum``: OPEN, MISSED, REACHED for each unit, None: it has no minimum."""

    node: Criterion
    depth: int
    sum: SumColumn
    minimum: Array | None


@dataclass(frozen=True)
class TotalColumn:
    """The whole: percent of the possible in units of 10**-digits (-1: nothing possible), place of the class (-1: none).

    ``below``: node or indicator code → where its obligatory minimum is missed.
    """

    sum: SumColumn
    percent: Array
    band: Array
    provisional: Array
    below: Mapping[str, Array]


class Tree:
    """The points of a set for many units: built from the columns of its indicators."""

    def __init__(self, criteria: CriteriaSet, scale: int, columns: Mapping[str, Column], units: int) -> None:
        self.criteria, self.scale, self.columns, self.units = criteria, scale, columns, units
        self.nodes: list[NodeColumn] = []
        np = numpy()
        zeros = np.zeros(units, np.int64)
        self.nothing = SumColumn(zeros, zeros, zeros, np.zeros(units, bool))
        for node in criteria.criteria:
            if node.max_points is not None:
                self._walk(node, 0)

    def _walk(self, node: Criterion, depth: int) -> SumColumn:
        """Note the node, parents first, and return its points."""
        place = len(self.nodes)
        parts = [self._walk(group, depth + 1) for group in node.groups if group.max_points is not None]
        below = self.nodes[place:]
        del self.nodes[place:]
        parts += [self._indicator(one) for one in node.indicators if one.code in self.columns]
        total = self._kept(sum(parts, self.nothing), in_units(node.max_points, self.scale))
        self.nodes += [NodeColumn(node, depth, total, self._minimum(node.minimum_points, total)), *below]
        return total

    def _indicator(self, indicator: Indicator) -> SumColumn:
        np = numpy()
        column, most = self.columns[indicator.code], in_units(indicator.max_points, self.scale)
        aside = column.verdicts == CODE_OF[Verdict.NOT_APPLICABLE]
        given = column.points != NO_POINTS
        earned = np.where(given, column.points, 0)
        counted = given * most
        if self.criteria.not_applicable == "full_points":
            earned, counted = earned + aside * most, counted + aside * most
            possible = np.full(self.units, most)
        else:
            possible = ~aside * most
        provisional = given & (column.verdicts == CODE_OF[Verdict.UNVERIFIED])
        return SumColumn(earned, possible, counted, provisional)

    def _kept(self, total: SumColumn, whole: int) -> SumColumn:
        """Between nothing and the possible; what does not apply is spread where the set says so."""
        np = numpy()
        if self.criteria.not_applicable == "redistributed":
            total = self._spread(total, whole)
        earned = np.minimum(np.maximum(total.earned, 0), total.possible)
        return SumColumn(earned, total.possible, total.scored, total.provisional)

    def _spread(self, total: SumColumn, whole: int) -> SumColumn:
        np = numpy()
        rows = np.flatnonzero((total.possible > 0) & (total.possible < whole))
        if not len(rows):
            return total
        rounding = self.criteria.points_rounding
        unit = 10 ** (self.scale - rounding.digits)
        bottom = total.possible[rows] * unit

        def scaled(points: Array) -> Array:
            changed = points.copy()
            changed[rows] = rounded(points[rows] * whole, bottom, rounding.mode, 0) * unit
            return changed

        possible = total.possible.copy()
        possible[rows] = whole
        return SumColumn(scaled(total.earned), possible, scaled(total.scored), total.provisional)

    def _minimum(self, bar: Decimal | None, total: SumColumn) -> Array | None:
        if bar is None:
            return None
        np = numpy()
        short = np.where(total.scored < total.possible, OPEN, MISSED)
        return np.where(total.earned >= in_units(bar, self.scale), REACHED, short)

    def total(self) -> TotalColumn | None:
        """The whole with its class; None for a set without points."""
        if self.criteria.total_points is None:
            return None
        np = numpy()
        whole = sum((node.sum for node in self.nodes if node.depth == 0), self.nothing)
        below = self._below()
        missed = np.zeros(self.units, bool)
        for flags in below.values():
            missed = missed | flags
        there = whole.possible > 0
        bottom = np.maximum(whole.possible, 1)
        rounding = self.criteria.points_rounding
        percent = rounded(whole.earned * 100, bottom, rounding.mode, rounding.digits)
        band = np.where(there & ~missed & (whole.scored >= whole.possible), self._band(whole), -1)
        unsure = np.array([one.verification != "text_seen" for one in self.criteria.aggregation.classes] + [False])
        provisional = (band >= 0) & (whole.provisional | unsure[band])
        return TotalColumn(whole, np.where(there, percent, -1), band, provisional, below)

    def _below(self) -> dict[str, Array]:
        found = {one.node.code: one.minimum == MISSED for one in self.nodes if one.minimum is not None}
        for indicator in self.criteria.indicators:
            if indicator.minimum_points is not None and indicator.code in self.columns:
                points = self.columns[indicator.code].points
                short = points < in_units(indicator.minimum_points, self.scale)
                found[indicator.code] = (points != NO_POINTS) & short
        return found

    def _band(self, whole: SumColumn) -> Array:
        """The place of the best class whose bar the exact percentage reaches; classes stand from the best down."""
        np = numpy()
        found = np.full(self.units, -1)
        for place, band in reversed(tuple(enumerate(self.criteria.aggregation.classes))):
            high, low = Fraction(band.at_least).as_integer_ratio()
            got, bar = whole.earned * (100 * low), whole.possible * high
            found = np.where(got >= bar if band.inclusive else got > bar, place, found)
        return found


# Badness of a verdict: 0 for what does not count, then from the best to the worst.
_LADDER: Final = (Verdict.NOT_APPLICABLE, *reversed(WORST_FIRST))
_BADNESS: Final = tuple(_LADDER.index(verdict) for verdict in VERDICT_ORDER)
_FAIL: Final = _LADDER.index(Verdict.FAIL)
_GOOD: Final = tuple(sorted(_LADDER.index(verdict) for verdict in GOOD))


@dataclass(frozen=True)
class CriterionColumn:
    """A criterion for all units: code of its verdict, how many passed of how many that count."""

    code: str
    badness: Array
    passed: Array
    total: Array


def _is_good(badness: Array) -> Array:
    return (badness >= _GOOD[0]) & (badness <= _GOOD[-1])


def criteria_of(criteria: CriteriaSet, columns: Mapping[str, Column]) -> list[CriterionColumn]:
    """What the verdicts of indicators make of each criterion of the programme."""
    np = numpy()
    ladder = np.array(_BADNESS, np.int8)
    if criteria.not_applicable == "full_points":
        ladder[CODE_OF[Verdict.NOT_APPLICABLE]] = _LADDER.index(Verdict.PASS)
    found = []
    for criterion in criteria.criteria:
        known = [columns[one.code] for part in criterion.sections for one in part.indicators if one.code in columns]
        if known:
            badness = np.array([ladder[column.verdicts] for column in known])
            passed, counted = _is_good(badness).sum(axis=0), (badness > 0).sum(axis=0)
            found.append(CriterionColumn(criterion.code, badness.max(axis=0), passed, counted))
    return found


def outcome_of(criteria: CriteriaSet, found: Sequence[CriterionColumn], units: int) -> Array:
    """Code of what the criteria make of the whole for each unit."""
    np = numpy()
    badness = np.array([one.badness for one in found], np.int8).reshape(len(found), units)
    worst = badness.max(axis=0, initial=0)
    needed = criteria.aggregation.at_least
    if needed is not None:
        passed, failed = _is_good(badness).sum(axis=0), (badness == _FAIL).sum(axis=0)
        other = np.where(badness == _FAIL, 0, badness).max(axis=0, initial=0)
        still = np.where((badness > 0).sum(axis=0) - failed < needed, _FAIL, other)
        worst = np.where(passed >= needed, _LADDER.index(Verdict.PASS), still)
    return codes_of(worst)


def codes_of(badness: Array) -> Array:
    """Codes of verdicts from their badness."""
    return numpy().array([CODE_OF[verdict] for verdict in _LADDER], numpy().int8)[badness]


def ranks(earned: Sequence[int], possible: Sequence[int]) -> list[int]:
    """Competition ranks (1, 2, 2, 4) by the exact share of the possible; every ``possible`` is above 0."""
    common = lcm(*set(possible))
    shares: Sequence[int] = [top * (common // bottom) for top, bottom in zip(earned, possible, strict=True)]
    first: dict[int, int] = {}
    for rank, share in enumerate(sorted(shares, reverse=True), start=1):
        first.setdefault(share, rank)
    return [first[share] for share in shares]
