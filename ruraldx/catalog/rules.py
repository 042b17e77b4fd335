"""Parameters of the kinds of rule. What a kind computes is in :mod:`ruraldx.scoring.rules`. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Confidence = Literal["text_seen", "secondary", "recall", "unverified", "demo"]
CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _plain(value: Decimal) -> Decimal:
    """One form of a number: 1.50 and 1.5 are the same bytes, and so are 50 and 5E+1."""
    whole, point, rest = f"{value:f}".partition(".")
    rest = rest.rstrip("0")
    return Decimal(f"{whole}{point}{rest}" if rest else whole) if value else Decimal(0)


Exact = Annotated[Decimal, AfterValidator(_plain)]


class Part(BaseModel):
    """Parent of every part of a rule: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


class Threshold(Part):
    """A number to compare with. ``value`` None: set by the province and not known here."""

    value: Exact | None
    verification: Confidence
    source: str = ""


class ThresholdBy(Part):
    """A threshold that depends on a dimension of the unit, e.g. its region."""

    dimension: str
    values: dict[str, Threshold] = Field(min_length=1)


class BooleanCondition(Part):
    """Something that is there or not."""

    kind: Literal["boolean"]
    code: str = Field(pattern=CODE)
    label: str


class CountCondition(Part):
    """A whole number with a minimum."""

    kind: Literal["count"]
    code: str = Field(pattern=CODE)
    label: str
    minimum: int = Field(ge=0)
    unit: str


class NumberCondition(Part):
    """A decimal number with a minimum."""

    kind: Literal["number"]
    code: str = Field(pattern=CODE)
    label: str
    minimum: Exact
    unit: str


class RatioCondition(Part):
    """A ratio in percent with a minimum."""

    kind: Literal["ratio"]
    code: str = Field(pattern=CODE)
    label: str
    numerator_label: str
    denominator_label: str
    minimum: Exact = Field(ge=0, le=100)


Condition = Annotated[BooleanCondition | CountCondition | NumberCondition | RatioCondition, Field(discriminator="kind")]


class PassFail(Part):
    """The commune says yes or no and shows why."""

    kind: Literal["pass_fail"]
    question: str


class Composite(Part):
    """Several conditions together: all of them, any, or at least ``at_least``."""

    kind: Literal["composite"]
    operator: Literal["all_of", "any_of", "n_of"]
    at_least: int | None = Field(None, ge=1)
    conditions: tuple[Condition, ...] = Field(min_length=1)


Comparator = Literal[">=", ">", "<=", "<"]


class Ratio(Part):
    """Numerator over denominator in percent, against a threshold."""

    kind: Literal["ratio"]
    numerator_label: str
    denominator_label: str
    population_base: str = ""
    comparator: Comparator = ">="
    threshold: Threshold | ThresholdBy


class Count(Part):
    """A whole number against a threshold."""

    kind: Literal["count"]
    label: str
    unit: str
    comparator: Comparator = ">="
    threshold: Threshold | ThresholdBy


class Value(Part):
    """A decimal number against a threshold.

    ``qualified``: it may be given as it was printed, with a sign (">98"); where the sign leaves it open whether the
    threshold is met, a person decides and says why.
    """

    kind: Literal["value"]
    label: str
    unit: str
    comparator: Comparator = ">="
    qualified: bool = False
    threshold: Threshold | ThresholdBy
