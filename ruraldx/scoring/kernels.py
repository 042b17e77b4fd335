"""What a kernel is, and the kernels of rules that pass or fail: parameters in, a function over columns out. Pure.

A kernel says of many units what :mod:`ruraldx.scoring.rules` says of one, without a word; a property test holds the
two together. What a column cannot hold exactly (``>98``, nine digits after the comma, a number beyond the cap of its
kernel) is ODD and left to the engine itself, so nothing here has to be right about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from ruraldx.catalog.fields import AMOUNT, AS_OF, CLAIM, DENOMINATOR, NUMERATOR, PROVIDER
from ruraldx.catalog.rules import (
    BooleanCondition,
    Composite,
    Condition,
    Count,
    PassFail,
    Ratio,
    RatioCondition,
    Threshold,
    ThresholdBy,
    Value,
)
from ruraldx.scoring.arrays import MISSING, ODD, Array, numpy
from ruraldx.scoring.basis import COMPARISONS, Basis, bar_of

Columns = Mapping[str, Array]
# How a field is read: a number with so many digits after the point, or one of these codes.
Reading = int | tuple[str, ...]
WHOLE, DECIMAL = 0, 4
YES: Final = ("co",)
FILLED: Final = ("",)


@dataclass(frozen=True)
class Found:
    """What a kernel found, a column each: ``met`` None: never said; points are ``top`` ÷ ``bottom``, None: never any.

    Only where nothing is ``open`` (missing), in ``error`` or ``waits`` do ``met`` and points mean anything.
    """

    met: Array = None
    open: Array = False
    error: Array = False
    waits: Array = False
    top: Array = None
    bottom: Array = 1


@dataclass(frozen=True)
class Size:
    """How large numbers become when those in the columns stay within a cap: points, and the largest on the way."""

    top: int = 0
    bottom: int = 1
    inner: int = 0


@dataclass(frozen=True)
class Kernel:
    """A rule made ready for units of one context: which fields it reads and how, and what it makes of them.

    ``verified``: every bar it uses is confirmed. ``bottom``: the same for all units, or None. ``passes``: it says
    whether it is met, and brings no points of its own.
    """

    fields: Mapping[str, Reading]
    run: Callable[[Columns], Found]
    verified: bool
    size: Callable[[int], Size]
    bottom: int | None = 1
    passes: bool = True


class Unable(Exception):
    """A rule that no kernel can do; the engine does it."""


def place(code: str, prefix: str) -> str:
    """The code of a field, inside a part of an indicator or not."""
    return f"{prefix}{code}"


def standing(prefix: str) -> dict[str, Reading]:
    """The fields that a number needs to be valid."""
    return {place(AS_OF, prefix): FILLED, place(PROVIDER, prefix): FILLED}


def unaccounted(columns: Columns, prefix: str) -> Array:
    """Where the day or the provider is missing or empty: any other text is ODD."""
    return (columns[place(AS_OF, prefix)] != ODD) | (columns[place(PROVIDER, prefix)] != ODD)


def share_of(basis: Basis) -> tuple[int, int]:
    """The maximum as numerator and denominator."""
    return basis.most.as_integer_ratio()


def bar_in(by: Threshold | ThresholdBy, basis: Basis) -> tuple[Fraction | None, bool]:
    """The threshold for these units, and whether it is verified."""
    bar = bar_of(by, basis)
    return (None if bar.value is None else Fraction(bar.value)), bar.verified


def pass_fail(_rule: PassFail, basis: Basis, prefix: str) -> Kernel:
    """The commune's own claim."""
    code = place(CLAIM, prefix)

    def run(columns: Columns) -> Found:
        claim = columns[code]
        return Found(met=claim == 0, open=claim == MISSING)

    return Kernel({code: YES}, run, basis.stands, lambda _cap: Size())


def ratio(rule: Ratio, basis: Basis, prefix: str) -> Kernel:
    """Numerator over denominator in percent against the threshold, multiplied out."""
    bar, verified = bar_in(rule.threshold, basis)
    quotient = Quotient(place(NUMERATOR, prefix), place(DENOMINATOR, prefix))

    def run(columns: Columns) -> Found:
        found = quotient.found(columns)
        met = None if bar is None else quotient.compared(columns, rule.comparator, bar)
        return Found(met, found.open | unaccounted(columns, prefix), found.error)

    size = quotient.size(bar or Fraction(0))
    return Kernel({**quotient.fields, **standing(prefix)}, run, verified, size)


@dataclass(frozen=True)
class Quotient:
    """Two columns of whole numbers and what may be asked of their ratio in percent."""

    top: str
    bottom: str

    @property
    def fields(self) -> dict[str, Reading]:
        """How the two are read."""
        return {self.top: WHOLE, self.bottom: WHOLE}

    def found(self, columns: Columns) -> Found:
        """Where there is no ratio: one of the two is missing, or the denominator is 0."""
        top, bottom = columns[self.top], columns[self.bottom]
        missing = (top == MISSING) | (bottom == MISSING)
        return Found(open=missing, error=(bottom == 0) & ~missing)

    def compared(self, columns: Columns, comparator: str, bar: Fraction) -> Array:
        """Whether the ratio stands so to the bar."""
        high, low = bar.as_integer_ratio()
        return COMPARISONS[comparator](columns[self.top] * (100 * low), columns[self.bottom] * high)

    @staticmethod
    def size(bar: Fraction) -> Callable[[int], Size]:
        """What comparing with the bar takes."""
        high, low = bar.as_integer_ratio()
        return lambda cap: Size(inner=cap * max(abs(high), 100 * low))


def measured(rule: Count | Value, basis: Basis, prefix: str) -> Kernel:
    """A number against the threshold."""
    code = place(AMOUNT, prefix)
    reading = WHOLE if isinstance(rule, Count) else DECIMAL
    bar, verified = bar_in(rule.threshold, basis)
    compare, size = against(rule.comparator, bar or Fraction(0), reading)

    def run(columns: Columns) -> Found:
        number = columns[code]
        return Found(None if bar is None else compare(number), open=number == MISSING)

    return Kernel({code: reading}, run, verified, size)


def against(comparator: str, bar: Fraction, digits: int) -> tuple[Callable[[Array], Array], Callable[[int], Size]]:
    """A comparison of numbers of so many digits with a bar, and what it takes."""
    high, low = bar.as_integer_ratio()
    high *= 10**digits
    return (
        lambda number: COMPARISONS[comparator](number * low, high),
        lambda cap: Size(inner=max(cap * low, abs(high))),
    )


def composite(rule: Composite, basis: Basis, prefix: str) -> Kernel:
    """All, any or at least n of the conditions; open only where a missing one can still decide."""
    parts = [_condition(condition, prefix) for condition in rule.conditions]
    needed = {"all_of": len(parts), "any_of": 1, "n_of": rule.at_least or 1}[rule.operator]

    def run(columns: Columns) -> Found:
        found = [part.run(columns) for part in parts]
        error = _any(one.error for one in found)
        silent = [one.open | one.error for one in found]
        met = sum((one.met & ~quiet for one, quiet in zip(found, silent, strict=True)), numpy().int64(0))
        waiting = sum(silent, numpy().int64(0))
        return Found(met >= needed, ~error & (met < needed) & (needed <= met + waiting), error)

    fields = {code: reading for part in parts for code, reading in part.fields.items()}

    def size(cap: int) -> Size:
        return Size(inner=max(part.size(cap).inner for part in parts))

    return Kernel(fields, run, basis.stands, size)


def _any(flags: Any) -> Array:
    found = numpy().bool_(False)
    for flag in flags:
        found = found | flag
    return found


def _condition(condition: Condition, prefix: str) -> Kernel:
    if isinstance(condition, RatioCondition):
        return _ratio_condition(condition, prefix)
    code = place(condition.code, prefix)
    if isinstance(condition, BooleanCondition):
        return Kernel(
            {code: YES},
            lambda columns: Found(columns[code] == 0, columns[code] == MISSING),
            True,
            lambda _cap: Size(),
        )
    reading = WHOLE if condition.kind == "count" else DECIMAL
    compare, size = against(">=", Fraction(Decimal(condition.minimum)), reading)
    return Kernel({code: reading}, lambda columns: Found(compare(columns[code]), columns[code] == MISSING), True, size)


def _ratio_condition(condition: RatioCondition, prefix: str) -> Kernel:
    start = place(condition.code, prefix)
    quotient, bar = Quotient(f"{start}-{NUMERATOR}", f"{start}-{DENOMINATOR}"), Fraction(condition.minimum)

    def run(columns: Columns) -> Found:
        found = quotient.found(columns)
        return Found(quotient.compared(columns, ">=", bar), found.open, found.error)

    return Kernel(quotient.fields, run, True, quotient.size(bar))
