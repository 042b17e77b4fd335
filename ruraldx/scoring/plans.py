"""What the engine works out of an indicator once: its rule and fields under the choices of a round. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ruraldx.catalog.entry import Field
from ruraldx.catalog.fields import alternative_of, fields_of, rule_in_force
from ruraldx.catalog.kinds import ProvinceSet, SimpleRule
from ruraldx.catalog.schema import Indicator, Rounding
from ruraldx.scoring.basis import Basis
from ruraldx.scoring.outcomes import ScoringContext


class Plan:
    """An indicator as a round asks it: its rule, its fields, those that have to be answered.

    ``by_province``: its meaning is set by provinces; ``chosen``: the alternative of one, if the round chose any.
    """

    def __init__(self, indicator: Indicator, choices: Mapping[str, str]) -> None:
        rule = indicator.rule
        self.indicator = indicator
        self.by_province = isinstance(rule, ProvinceSet)
        self.chosen = alternative_of(rule, choices.get(indicator.code)) if isinstance(rule, ProvinceSet) else None
        self.rule: SimpleRule = rule_in_force(indicator, choices)
        self.fields: tuple[Field, ...] = fields_of(indicator, choices)
        self.required = tuple(field.code for field in self.fields if field.required)
        self.standing = self._standing()
        self._last: Basis | None = None

    def basis(self, context: ScoringContext, rounding: Rounding) -> Basis:
        """What an evaluation stands on; that of the last context is kept, for units come one after the other."""
        last = self._last
        if last is None or last.context is not context or last.rounding is not rounding:
            maximum = self.indicator.max_points
            last = self._last = Basis(self.indicator.code, *self.standing, context, rounding, maximum)
        return last

    def _standing(self) -> tuple[str, str, str]:
        """(key to confirm it by, confidence, source) of the wording in force.

        Each province's alternative is confirmed for itself; a plain declaration in its place is never verified by the
        indicator's own wording.
        """
        indicator = self.indicator
        if not self.by_province:
            return indicator.code, indicator.verification.value, indicator.source
        if self.chosen is None:
            return indicator.code, "unverified", indicator.source
        return f"{indicator.code}#{self.chosen.code}", self.chosen.verification, self.chosen.source


# More than all indicators of the sets that a process works with at a time.
_ROOM: Final = 4096
_known: dict[tuple[int, str | None], Plan] = {}


def plan_of(indicator: Indicator, choices: Mapping[str, str]) -> Plan:
    """The plan of an indicator under these choices; worked out once for each object, which is frozen."""
    key = id(indicator), choices.get(indicator.code)
    plan = _known.get(key)
    # A plan holds its indicator, so nobody else can have that address while the plan is known.
    if plan is None:
        if len(_known) >= _ROOM:
            _known.clear()
        plan = _known[key] = Plan(indicator, choices)
    return plan
