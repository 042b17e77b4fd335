"""Points of a tree: earned, possible and answered at every node, and the class of the whole. Pure, exact.

Points were rounded at the indicator, so a node is the plain sum of what is shown below it. Three numbers stay apart:
what was earned, what was possible for this unit, and how much of that has points at all yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruraldx.catalog.schema import ClassBand, CriteriaSet, Criterion, Indicator
from ruraldx.scoring.outcomes import IndicatorResult, Verdict, plain
from ruraldx.scoring.rounding import rounded

Results = Mapping[str, IndicatorResult]
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Sum:
    """Points of something: ``earned`` so far, ``possible`` for this unit, ``scored``: the part of it with points."""

    earned: Decimal = _ZERO
    possible: Decimal = _ZERO
    scored: Decimal = _ZERO
    provisional: bool = False

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.earned + other.earned,
            self.possible + other.possible,
            self.scored + other.scored,
            self.provisional or other.provisional,
        )


@dataclass(frozen=True)
class NodeTotal:
    """The points of one node of the tree; ``depth`` 0 at the top.

    ``minimum_met`` None: there is no minimum, or it is still open.
    """

    code: str
    name: str
    kind: str
    depth: int
    sum: Sum
    maximum: Decimal
    minimum_met: bool | None

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"code": self.code, "minimum_met": self.minimum_met, **sum_data(self.sum)}


@dataclass(frozen=True)
class Total:
    """The points of the whole, in percent of the possible, and the class.

    ``class_code`` is empty while points are open, when an obligatory minimum is missed (``below_minimum`` names the
    nodes and indicators), and for a set without classes. It is provisional when anything under it is not verified.
    """

    sum: Sum
    percent: Decimal | None
    class_code: str = ""
    class_name: str = ""
    provisional: bool = False
    below_minimum: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            **sum_data(self.sum),
            "percent": plain(self.percent),
            "class": self.class_code,
            "below_minimum": list(self.below_minimum),
        }


def sum_data(value: Sum) -> dict[str, Any]:
    """JSON-ready form of a sum."""
    return {
        "earned": plain(value.earned),
        "possible": plain(value.possible),
        "scored": plain(value.scored),
        "provisional": value.provisional,
    }


def node_totals(criteria: CriteriaSet, results: Results) -> tuple[NodeTotal, ...]:
    """Every node that carries points, parents first; none for a set without points."""
    return tuple(total for node in criteria.criteria for total in _walk(criteria, node, results, 0))


def _walk(criteria: CriteriaSet, node: Criterion, results: Results, depth: int) -> list[NodeTotal]:
    """The node and those below it; each is added up once."""
    if node.max_points is None:
        return []
    below = [_walk(criteria, group, results, depth + 1) for group in node.groups]
    total = _node_sum(criteria, node, results, [nodes[0].sum for nodes in below if nodes])
    minimum = _minimum(node.minimum_points, total)
    own = NodeTotal(node.code, node.name, node.kind, depth, total, node.max_points, minimum)
    return [own, *(one for nodes in below for one in nodes)]


def _minimum(bar: Decimal | None, total: Sum) -> bool | None:
    """Reached as soon as it is reached; missed only when nothing is open any more."""
    if bar is None:
        return None
    if total.earned >= bar:
        return True
    return None if total.scored < total.possible else False


def _node_sum(criteria: CriteriaSet, node: Criterion, results: Results, below: list[Sum]) -> Sum:
    """The points of a node, kept between nothing and its maximum whatever bonus or penalty is in it."""
    parts = [_indicator_sum(criteria, one, results.get(one.code)) for one in node.indicators]
    total = sum((*below, *parts), Sum())
    whole = node.max_points or _ZERO
    if criteria.not_applicable == "redistributed" and _ZERO < total.possible < whole:
        total = _spread(total, whole, criteria)
    earned = min(max(total.earned, _ZERO), total.possible)
    return Sum(earned, total.possible, total.scored, total.provisional)


def _spread(total: Sum, whole: Decimal, criteria: CriteriaSet) -> Sum:
    """The points of what does not apply go to what does, in proportion."""
    scale = Fraction(whole) / Fraction(total.possible)
    return Sum(
        rounded(Fraction(total.earned) * scale, criteria.points_rounding),
        whole,
        rounded(Fraction(total.scored) * scale, criteria.points_rounding),
        total.provisional,
    )


def _indicator_sum(criteria: CriteriaSet, indicator: Indicator, result: IndicatorResult | None) -> Sum:
    if result is None:
        return Sum()
    most = indicator.max_points or _ZERO
    if result.verdict is Verdict.NOT_APPLICABLE:
        return Sum(most, most, most) if criteria.not_applicable == "full_points" else Sum()
    if result.points is None:
        return Sum(possible=most)
    return Sum(result.points, most, most, result.verdict is Verdict.UNVERIFIED)


def set_total(criteria: CriteriaSet, nodes: tuple[NodeTotal, ...], results: Results) -> Total | None:
    """The whole with its class; None for a set without points."""
    if criteria.total_points is None:
        return None
    whole = sum((node.sum for node in nodes if node.depth == 0), Sum())
    below = (
        *(node.code for node in nodes if node.minimum_met is False),
        *(one.code for one in criteria.indicators if _is_below(one, results.get(one.code))),
    )
    if not whole.possible:
        return Total(whole, None, below_minimum=below)
    exact = Fraction(whole.earned) / Fraction(whole.possible) * 100
    percent = rounded(exact, criteria.points_rounding)
    reached = None if below or whole.scored < whole.possible else class_of(criteria, exact)
    if reached is None:
        return Total(whole, percent, below_minimum=below)
    provisional = whole.provisional or reached.verification != "text_seen"
    return Total(whole, percent, reached.code, reached.name, provisional)


def _is_below(indicator: Indicator, result: IndicatorResult | None) -> bool:
    bar = indicator.minimum_points
    return bar is not None and result is not None and result.points is not None and result.points < bar


def class_of(criteria: CriteriaSet, percent: Fraction) -> ClassBand | None:
    """The best class whose bar the exact percentage reaches."""
    for band in criteria.aggregation.classes:
        bar = Fraction(band.at_least)
        if percent > bar or (band.inclusive and percent == bar):
            return band
    return None


def competition_ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """Key → rank, 1 for the highest; equal scores share a rank and the next one counts them (1, 2, 2, 4)."""
    first: dict[Fraction, int] = {}
    for rank, score in enumerate(sorted(scores.values(), reverse=True), start=1):
        first.setdefault(score, rank)
    return {key: first[score] for key, score in scores.items()}
