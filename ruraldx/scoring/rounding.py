"""Rounding of exact ratios for showing, by the mode and digits that the set declares. Pure."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from ruraldx.catalog.schema import Rounding

_MODES: Final = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


def rounded(exact: Fraction, rounding: Rounding) -> Decimal:
    """The decimal nearest to ``exact`` in the declared mode, with exactly the declared digits.

    The fraction is cut (not rounded) to enough digits first, with a sticky last digit, so that no rounding
    happens twice.
    """
    scale = 10 ** (rounding.digits + 2)
    quotient, remainder = divmod(abs(exact.numerator) * scale, exact.denominator)
    cut = Decimal(quotient * 10 + (1 if remainder else 0)).scaleb(-rounding.digits - 3)
    value: Decimal = cut.quantize(Decimal(1).scaleb(-rounding.digits), rounding=_MODES[rounding.mode])
    return -value if exact < 0 and value else value
