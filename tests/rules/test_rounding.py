"""Rounding for showing: from the exact ratio, once, in the mode and with the digits that a set declares."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.schema import Rounding
from ruraldx.scoring.rounding import rounded, to_digits

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
FRACTIONS = st.fractions(max_denominator=10**9)


@pytest.mark.parametrize(
    ("exact", "digits", "half_up", "half_even", "down"),
    [
        ("5/2", 0, "3", "2", "2"),
        ("7/2", 0, "4", "4", "3"),
        ("-5/2", 0, "-3", "-2", "-2"),
        ("1/3", 2, "0.33", "0.33", "0.33"),
        ("2/3", 2, "0.67", "0.67", "0.66"),
        ("-2/3", 2, "-0.67", "-0.67", "-0.66"),
        ("1/8", 2, "0.13", "0.12", "0.12"),
        ("3/8", 2, "0.38", "0.38", "0.37"),
        ("-1/1000", 2, "0.00", "0.00", "0.00"),
        ("0", 2, "0.00", "0.00", "0.00"),
        ("100", 6, "100.000000", "100.000000", "100.000000"),
        # A hair above the half is no half; cut first and then rounded it would be one.
        ("12500000000000000001/100000000000000000000", 2, "0.13", "0.13", "0.12"),
        ("12499999999999999999/100000000000000000000", 2, "0.12", "0.12", "0.12"),
        # Exactly 88.4451: once to one digit, not through 88.45.
        ("884451/10000", 1, "88.4", "88.4", "88.4"),
    ],
)
def test_each_mode_at_and_beside_the_half(exact: str, digits: int, half_up: str, half_even: str, down: str) -> None:
    for mode, expected in (("half_up", half_up), ("half_even", half_even), ("down", down)):
        found = rounded(Fraction(exact), Rounding.model_validate({"mode": mode, "digits": digits}))
        assert str(found) == expected, mode


@given(exact=FRACTIONS, digits=st.integers(0, 12), mode=st.sampled_from(sorted(MODES)))
def test_the_result_is_the_one_of_decimal_at_unlimited_precision(exact: Fraction, digits: int, mode: str) -> None:
    with localcontext(Context(prec=400)):
        long = Decimal(exact.numerator) / Decimal(exact.denominator)
        expected = long.quantize(Decimal(1).scaleb(-digits), rounding=MODES[mode])
    assert to_digits(exact, mode, digits) == expected


@given(exact=FRACTIONS, digits=st.integers(0, 6), mode=st.sampled_from(sorted(MODES)))
def test_the_result_has_the_declared_digits_and_is_less_than_one_step_away(
    exact: Fraction, digits: int, mode: str
) -> None:
    found = to_digits(exact, mode, digits)
    assert found.as_tuple().exponent == -digits
    assert abs(Fraction(found) - exact) < Fraction(1, 10**digits)
    assert not (found == 0 and found.is_signed())


def test_no_precision_of_a_context_cuts_in() -> None:
    with localcontext(Context(prec=3)):
        assert str(to_digits(Fraction(1_000_000_000, 7), "half_up", 6)) == "142857142.857143"
    assert len(str(to_digits(Fraction(1, 3), "half_up", 60))) == 62
