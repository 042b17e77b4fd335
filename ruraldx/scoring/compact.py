"""A result without its explanation, from columns or from an explained one: the two are equal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator
from ruraldx.scoring.arrays import Array
from ruraldx.scoring.columns import NO_POINTS, VERDICT_ORDER, Column, in_units, scaled
from ruraldx.scoring.outcomes import Verdict
from ruraldx.scoring.results import AssessmentResult
from ruraldx.scoring.totals import Sum
from ruraldx.scoring.tree_columns import OPEN, REACHED, CriterionColumn, NodeColumn, TotalColumn, codes_of

Points = tuple[int, int, int, bool]


class Whole(NamedTuple):
    """The whole of an assessment: earned, possible, scored and provisional points, percent, class, missed minimums."""

    total: Points | None
    percent: Decimal | None
    class_code: str
    provisional: bool
    below_minimum: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compact:
    """The result of an assessment without its explanation. Points are whole numbers of 10**-``scale``.

    ``verdicts`` and ``points`` (None: none) stand in the order of ``codes``. ``criteria``: (code, verdict, passed, of
    how many). ``nodes``: (code, earned, possible, scored, provisional, minimum reached or None). ``total``: those four
    numbers for the whole; ``percent`` has as many digits as the points of the set are rounded to.
    """

    scale: int
    codes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    points: tuple[int | None, ...]
    criteria: tuple[tuple[str, Verdict, int, int], ...]
    outcome: Verdict
    required: int
    answered: int
    nodes: tuple[tuple[str, int, int, int, bool, bool | None], ...]
    total: Points | None = None
    percent: Decimal | None = None
    class_code: str = ""
    provisional: bool = False
    below_minimum: tuple[str, ...] = ()

    @property
    def whole(self) -> Whole:
        """The part that is said of the whole."""
        return Whole(self.total, self.percent, self.class_code, self.provisional, self.below_minimum)

    def decimal(self, points: int) -> Decimal:
        """Points as a number."""
        return Decimal(f"{points}E-{self.scale}")


def compact(criteria: CriteriaSet, result: AssessmentResult) -> Compact:
    """The same form of an explained result of this set."""
    scale, total = scale_of(criteria), result.total

    def points(value: Sum) -> Points:
        earned, possible, scored = (in_units(one, scale) for one in (value.earned, value.possible, value.scored))
        return earned, possible, scored, value.provisional

    whole = (
        (points(total.sum), total.percent, total.class_code, total.provisional, total.below_minimum) if total else ()
    )
    return Compact(
        scale,
        tuple(one.code for one in result.indicators),
        tuple(one.verdict for one in result.indicators),
        tuple(None if one.points is None else scaled(one, scale) for one in result.indicators),
        tuple((one.code, one.verdict, one.passed, one.total) for one in result.criteria),
        result.outcome,
        result.required,
        result.answered,
        tuple((one.code, *points(one.sum), one.minimum_met) for one in result.nodes),
        *whole,
    )


def scale_of(criteria: CriteriaSet) -> int:
    """How many digits the finest number of points in the set has."""
    nodes = tuple(_nodes(criteria.criteria))
    parts: list[Criterion | Indicator] = [*nodes, *(one for node in nodes for one in node.indicators)]
    written = (value for part in parts for value in (part.max_points, part.minimum_points) if value is not None)
    return max([criteria.points_rounding.digits, *(-int(value.as_tuple().exponent) for value in written)])


def _nodes(nodes: Sequence[Criterion]) -> Iterator[Criterion]:
    for node in nodes:
        yield node
        yield from _nodes(node.groups)


@dataclass(frozen=True)
class Scores:
    """The results of many units of one context, a column each."""

    criteria: CriteriaSet
    scale: int
    units: int
    columns: Mapping[str, Column]
    rolled: Sequence[CriterionColumn]
    outcome: Array
    nodes: Sequence[NodeColumn]
    total: TotalColumn | None

    def rows(self) -> list[Compact]:
        """A result for each unit, in the order of the table."""
        codes = tuple(self.columns)
        parts = (
            self._across(_verdicts(one.verdicts) for one in self.columns.values()),
            self._across(_points(one.points) for one in self.columns.values()),
            self._across(self._criterion(one) for one in self.rolled),
            _verdicts(self.outcome),
            self._added("required"),
            self._added("answered"),
            self._across(self._node(one) for one in self.nodes),
            *self._whole(),
        )
        return [Compact(self.scale, codes, *row) for row in zip(*parts, strict=True)]

    def wholes(self) -> list[Whole]:
        """What is said of the whole of each unit, without its parts: an eighth of the cost of :meth:`rows`."""
        return [Whole(*row) for row in zip(*self._whole(), strict=True)]

    def _across(self, columns: Iterable[Iterable[Any]]) -> Iterable[tuple[Any, ...]]:
        """Columns turned into rows."""
        known = tuple(columns)
        return zip(*known, strict=True) if known else repeat((), self.units)

    def _added(self, name: str) -> list[int]:
        columns = [getattr(one, name).tolist() for one in self.columns.values()]
        return [sum(row) for row in self._across(columns)]

    @staticmethod
    def _criterion(one: CriterionColumn) -> Iterator[tuple[Any, ...]]:
        return zip(repeat(one.code), _verdicts(codes_of(one.badness)), one.passed.tolist(), one.total.tolist())

    @staticmethod
    def _node(one: NodeColumn) -> Iterator[tuple[Any, ...]]:
        numbers = (one.sum.earned, one.sum.possible, one.sum.scored, one.sum.provisional)
        minimum: Any = repeat(None)
        if one.minimum is not None:
            minimum = [None if state == OPEN else state == REACHED for state in one.minimum.tolist()]
        return zip(repeat(one.node.code), *(column.tolist() for column in numbers), minimum)

    def _whole(self) -> tuple[Iterable[Any], ...]:
        total = self.total
        if total is None:
            return (repeat(None, self.units), repeat(None, self.units), repeat("", self.units),
                    repeat(False, self.units), repeat((), self.units))  # fmt: skip
        numbers = (total.sum.earned, total.sum.possible, total.sum.scored, total.sum.provisional)
        digits = self.criteria.points_rounding.digits
        names = [*(band.code for band in self.criteria.aggregation.classes), ""]
        flags = self._across(flag.tolist() for flag in total.below.values())
        below = tuple(total.below)
        return (
            self._across(column.tolist() for column in numbers),
            [None if value < 0 else Decimal(f"{value}E-{digits}") for value in total.percent.tolist()],
            [names[place] for place in total.band.tolist()],
            total.provisional.tolist(),
            [tuple(code for code, flag in zip(below, row, strict=True) if flag) for row in flags],
        )


def _verdicts(codes: Array) -> list[Verdict]:
    return [VERDICT_ORDER[code] for code in codes.tolist()]


def _points(points: Array) -> list[int | None]:
    return [None if value == NO_POINTS else value for value in points.tolist()]
