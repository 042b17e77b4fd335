"""Every kind of rule an indicator may have. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ruraldx.catalog.point_rules import (
    Adjustment,
    Bands,
    CappedCount,
    Choice,
    Council,
    HighestCase,
    Imported,
    Proportional,
    Relative,
    SumOfParts,
)
from ruraldx.catalog.rules import CODE, Composite, Confidence, Count, Part, PassFail, Ratio, Value

SimpleRule = (
    PassFail
    | Composite
    | Ratio
    | Count
    | Value
    | Bands
    | Proportional
    | Choice
    | SumOfParts
    | CappedCount
    | HighestCase
    | Adjustment
    | Relative
    | Imported
    | Council
)


class Alternative(Part):
    """How one province fills in an indicator that is "do tỉnh quy định"."""

    code: str = Field(pattern=CODE)
    province_code: str
    province: str
    document: str
    source: str
    verification: Confidence
    rule: Annotated[SimpleRule, Field(discriminator="kind")]


class ProvinceSet(Part):
    """Meaning set by each province; a round chooses an alternative, otherwise the commune declares."""

    kind: Literal["province_set"]
    question: str
    alternatives: tuple[Alternative, ...] = ()


Rule = SimpleRule | ProvinceSet

_PASS_OR_FAIL = (PassFail, Composite, Ratio, Count, Value)


def is_graded(rule: SimpleRule) -> bool:
    """Whether a rule gives points by degree; otherwise it passes or fails."""
    if isinstance(rule, Imported):
        return rule.threshold is None
    return not isinstance(rule, _PASS_OR_FAIL)
