"""Parameters of the kinds of rule. What a kind computes is in :mod:`ruraldx.scoring.rules`. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Confidence = Literal["text_seen", "secondary", "recall", "unverified", "demo"]
_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Threshold(_Part):
    """A number to compare with. ``value`` None: set by the province and not known here."""

    value: Decimal | None
    verification: _Confidence
    source: str = ""


class ThresholdBy(_Part):
    """A threshold that depends on a dimension of the unit, e.g. its region."""

    dimension: str
    values: dict[str, Threshold] = Field(min_length=1)


class BooleanCondition(_Part):
    """Something that is there or not."""

    kind: Literal["boolean"]
    code: str = Field(pattern=_CODE)
    label: str


class CountCondition(_Part):
    """A whole number with a minimum."""

    kind: Literal["count"]
    code: str = Field(pattern=_CODE)
    label: str
    minimum: int = Field(ge=0)
    unit: str


class NumberCondition(_Part):
    """A decimal number with a minimum."""

    kind: Literal["number"]
    code: str = Field(pattern=_CODE)
    label: str
    minimum: Decimal
    unit: str


class RatioCondition(_Part):
    """A ratio in percent with a minimum."""

    kind: Literal["ratio"]
    code: str = Field(pattern=_CODE)
    label: str
    numerator_label: str
    denominator_label: str
    minimum: Decimal = Field(ge=0, le=100)


Condition = Annotated[BooleanCondition | CountCondition | NumberCondition | RatioCondition, Field(discriminator="kind")]


class PassFail(_Part):
    """The commune says yes or no and shows why."""

    kind: Literal["pass_fail"]
    question: str


class Composite(_Part):
    """Several conditions together: all of them, any, or at least ``at_least``."""

    kind: Literal["composite"]
    operator: Literal["all_of", "any_of", "n_of"]
    at_least: int | None = Field(None, ge=1)
    conditions: tuple[Condition, ...] = Field(min_length=1)


class Ratio(_Part):
    """Numerator over denominator in percent, against a threshold."""

    kind: Literal["ratio"]
    numerator_label: str
    denominator_label: str
    population_base: str = ""
    comparator: Literal[">=", ">", "<=", "<"] = ">="
    threshold: Threshold | ThresholdBy


class Alternative(_Part):
    """How one province fills in an indicator that is "do tỉnh quy định"."""

    code: str = Field(pattern=_CODE)
    province_code: str
    province: str
    document: str
    source: str
    verification: _Confidence
    rule: Annotated[PassFail | Composite | Ratio, Field(discriminator="kind")]


class ProvinceSet(_Part):
    """Meaning set by each province; a round chooses an alternative, otherwise the commune declares."""

    kind: Literal["province_set"]
    question: str
    alternatives: tuple[Alternative, ...] = ()


Rule = PassFail | Composite | Ratio | ProvinceSet
SimpleRule = PassFail | Composite | Ratio
