"""Rounding of exact ratios for showing, by the mode and digits that the set declares. Pure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from ruraldx.catalog.schema import Rounding

# Whether to go one up, from the whole part, twice the rest, and the denominator.
_UP: Final[dict[str, Callable[[int, int, int], bool]]] = {
    "half_up": lambda _whole, twice, bottom: twice >= bottom,
    "half_even": lambda whole, twice, bottom: twice > bottom or (twice == bottom and whole % 2 == 1),
    "down": lambda _whole, _twice, _bottom: False,
}


@lru_cache(maxsize=4096)
def exact(value: Decimal) -> Fraction:
    """A number of a criteria set as a fraction: the same few are asked for again and again."""
    return Fraction(value)


def rounded(exact: Fraction, rounding: Rounding) -> Decimal:
    """The decimal nearest to ``exact`` in the declared mode, with exactly the declared digits."""
    return to_digits(exact, rounding.mode, rounding.digits)


def to_digits(exact: Fraction, mode: str, digits: int) -> Decimal:
    """The same for any number of digits.

    Whole numbers all the way, from the exact ratio: nothing is rounded twice, and no precision of a context cuts in.
    There is no minus zero.
    """
    top, bottom = exact.as_integer_ratio()
    whole, rest = divmod(abs(top) * 10**digits, bottom)
    if rest:
        whole += _UP[mode](whole, 2 * rest, bottom)
    return Decimal(f"{'-' if top < 0 and whole else ''}{whole}E-{digits}")
