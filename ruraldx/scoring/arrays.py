"""The only door to NumPy for scoring: whole numbers of many units at once, 64 bits wide. Pure.

What cannot be shown to fit into 62 bits never enters; rounding is that of :mod:`ruraldx.scoring.rounding`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

Array = Any
SAFE: Final = 2**62
MISSING, ODD = -1, -2
MAX_LENGTH: Final = 12


@lru_cache(maxsize=1)
def numpy() -> Any:
    """The named loader: the only place where NumPy comes into the process for scoring."""
    return importlib.import_module("numpy")


class NumberReader(dict[str | None, int]):
    """Stored text → number × 10**digits; MISSING for none, ODD for what is not a plain number of so many digits."""

    def __init__(self, digits: int) -> None:
        super().__init__({None: MISSING})
        self.digits = digits

    def __missing__(self, text: str) -> int:
        whole, point, rest = text.partition(".")
        plain = whole.isdecimal() and (not point or rest.isdecimal()) and text.isascii()
        fits = plain and len(whole) <= MAX_LENGTH and len(rest) <= self.digits
        found = self[text] = int(whole + rest.ljust(self.digits, "0")) if fits else ODD
        return found


class CodeReader(dict[str | None, int]):
    """Stored text → place among the known ones; MISSING for none, ODD for any other text."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__({None: MISSING})
        # The first of equal codes is the one that counts, as it is for the engine.
        self.update({code: place for place, code in reversed(tuple(enumerate(known)))})

    def __missing__(self, text: str) -> int:
        found = self[text] = ODD
        return found


_UP: Final[dict[str, Callable[[Array, Array, Array], Array]]] = {
    "half_up": lambda _whole, twice, bottom: twice >= bottom,
    "half_even": lambda whole, twice, bottom: (twice > bottom) | ((twice == bottom) & (whole % 2 == 1)),
    "down": lambda whole, _twice, _bottom: whole < 0,
}


def rounded(top: Array, bottom: Array, mode: str, digits: int) -> Array:
    """top ÷ bottom × 10**digits in whole numbers, rounded in the mode; ``bottom`` (above 0): a number or an array.

    The caller has seen to it that top × 10**digits and 2 × bottom are SAFE.
    """
    scale = 10**digits
    if isinstance(bottom, int) and scale % bottom == 0:
        return top * (scale // bottom)
    np = numpy()
    size = np.abs(top) * scale
    whole = size // bottom
    whole = whole + _UP[mode](whole, 2 * (size - whole * bottom), bottom)
    return np.where(top < 0, -whole, whole)
