"""What a figure printed with a sign (">98") can and cannot decide. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Interval:
    """The numbers that a printed figure may stand for; an end that is None is open for ever, ``…_in``: it belongs."""

    low: Decimal | None
    low_in: bool
    high: Decimal | None
    high_in: bool

    @classmethod
    def of(cls, sign: str, number: Decimal) -> Interval:
        """The interval of a sign and a number; "~" says nothing for sure."""
        if sign in ">≥":
            return cls(number, sign == "≥", None, False)
        if sign in "<≤":
            return cls(None, False, number, sign == "≤")
        return cls(None, False, None, False)

    def satisfies(self, comparator: str, bar: Decimal) -> bool | None:
        """Whether every number in it stands so to the bar (True), none does (False), or it is open (None)."""
        if comparator in ("<", "<="):
            other = {"<": ">=", "<=": ">"}[comparator]
            return _negated(self.satisfies(other, bar))
        strict = comparator == ">"
        if self.low is not None and (self.low > bar or (self.low == bar and not (strict and self.low_in))):
            return True
        if self.high is not None and (self.high < bar or (self.high == bar and (strict or not self.high_in))):
            return False
        return None


def _negated(said: bool | None) -> bool | None:
    return None if said is None else not said
