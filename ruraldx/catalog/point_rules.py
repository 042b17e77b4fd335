"""Parameters of the kinds of rule that give points. What a kind computes is in :mod:`ruraldx.scoring.points`. Pure.

``fraction`` is always a share of the indicator's maximum, 0..1: a set that moves its points keeps its rules.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from ruraldx.catalog.rules import CODE, Composite, Count, Exact, Part, PassFail, Ratio, Threshold, ThresholdBy, Value

Fraction = Annotated[Exact, Field(ge=0, le=1)]
Points = Annotated[Exact, Field(ge=0)]


class CountOf(Part):
    """A whole number that is measured."""

    kind: Literal["count"]
    label: str
    unit: str


class NumberOf(Part):
    """A decimal number that is measured."""

    kind: Literal["number"]
    label: str
    unit: str


class RatioOf(Part):
    """A ratio in percent that is measured."""

    kind: Literal["ratio"]
    numerator_label: str
    denominator_label: str
    population_base: str = ""


Quantity = Annotated[CountOf | NumberOf | RatioOf, Field(discriminator="kind")]


class Band(Part):
    """From ``at_least`` (with it) to ``below`` (without it) there are ``points``; the first and last may be open."""

    at_least: Exact | None = None
    below: Exact | None = None
    points: Points
    label: str = ""


class Bands(Part):
    """Points by the band in which a quantity lies, e.g. four meetings 20, three 15."""

    kind: Literal["bands"]
    quantity: Quantity
    bands: tuple[Band, ...] = Field(min_length=2)


class Proportional(Part):
    """Points = ratio ÷ ``full_at`` × maximum, never more than the maximum; none below ``none_below`` (percent)."""

    kind: Literal["proportional"]
    numerator_label: str
    denominator_label: str
    population_base: str = ""
    full_at: Exact = Field(Decimal(100), gt=0)
    none_below: Exact = Field(Decimal(0), ge=0)


class Option(Part):
    """One answer of a choice, or one case, and its share of the maximum."""

    code: str = Field(pattern=CODE)
    label: str
    fraction: Fraction


class Choice(Part):
    """One of several answers, each a share of the maximum (Trưởng ban = 1, phó = 0,5, chưa có = 0)."""

    kind: Literal["choice"]
    question: str
    options: tuple[Option, ...] = Field(min_length=2)


class HighestCase(Part):
    """Several cases may hold at once; the one with the highest share counts."""

    kind: Literal["highest_case"]
    question: str
    cases: tuple[Option, ...] = Field(min_length=2)


class CappedCount(Part):
    """So many points for each, up to the maximum of the indicator."""

    kind: Literal["capped_count"]
    label: str
    unit: str
    points_each: Exact = Field(gt=0)


class Adjustment(Part):
    """Points for each beyond the maximum (bonus) or off it (penalty), up to ``cap``."""

    kind: Literal["adjustment"]
    sign: Literal["bonus", "penalty"]
    label: str
    unit: str
    points_each: Exact = Field(gt=0)
    cap: Exact = Field(gt=0)


class Relative(Part):
    """Points by the best unit of the round: value ÷ best (or best ÷ value) × maximum, over a frozen cohort."""

    kind: Literal["relative"]
    label: str
    unit: str
    better: Literal["higher", "lower"] = "higher"


class Imported(Part):
    """A result somebody else publishes (a survey, a ministry's figure) in percent.

    With ``threshold`` it passes or fails; without, it is the share of the maximum, full at ``full_at``.
    """

    kind: Literal["imported"]
    label: str
    provider: str
    full_at: Exact = Field(Decimal(100), gt=0)
    comparator: Literal[">=", ">", "<=", "<"] = ">="
    threshold: Threshold | ThresholdBy | None = None


class Council(Part):
    """Points that a council gives; until then there are none."""

    kind: Literal["council"]
    question: str


PartRule = Annotated[
    PassFail | Composite | Ratio | Count | Value | Bands | Proportional | Choice | HighestCase | CappedCount | Imported,
    Field(discriminator="kind"),
]


class ScoredPart(Part):
    """A measure (thành phần) of an indicator: its share of the maximum and its own rule."""

    code: str = Field(pattern=CODE)
    label: str
    fraction: Annotated[Exact, Field(gt=0, le=1)]
    rule: PartRule


class SumOfParts(Part):
    """The measures of an indicator added up (½ + ½)."""

    kind: Literal["sum_of_parts"]
    parts: tuple[ScoredPart, ...] = Field(min_length=2)
