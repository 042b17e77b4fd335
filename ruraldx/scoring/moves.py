"""What a commune could change so that an indicator brings more: candidates for each kind of rule. Pure.

A move is field → value. Moves are candidates only: :mod:`ruraldx.scoring.gaps` scores every one of them and keeps those
that bring something. They come nearest first, the best last. A value that is asked but not there yet is filled in as
well as it could be, to say what is possible at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from ruraldx.catalog.fields import AMOUNT, AS_OF, CHOICE, CLAIM, DENOMINATOR, NUMERATOR, POINTS, PROVIDER
from ruraldx.catalog.point_rules import (
    Adjustment,
    Band,
    Bands,
    CappedCount,
    Choice,
    Council,
    HighestCase,
    Imported,
    NumberOf,
    Proportional,
    RatioOf,
    Relative,
    SumOfParts,
)
from ruraldx.catalog.rules import (
    BooleanCondition,
    Composite,
    Condition,
    Count,
    NumberCondition,
    PassFail,
    Ratio,
    RatioCondition,
    Value,
)
from ruraldx.scoring.basis import Answers, Basis, bar_of
from ruraldx.scoring.evaluate import evaluate

Move = dict[str, str]
# What stands in for a day and a provider that are not there yet: any will do, and none is shown.
_STANDING: Final = {AS_OF: "2000-01-01", PROVIDER: "–"}
_HUNDRED: Final = Decimal(100)
_UPWARDS: Final = (">=", ">")


def moves(rule: Any, answers: Answers, basis: Basis) -> list[Move]:
    """Candidates for a rule under the answers it has, nearest first."""
    return list(_KINDS[type(rule)](rule, answers, basis))


def _standing(answers: Answers) -> Move:
    return {code: value for code, value in _STANDING.items() if not answers.get(code)}


def _pass_fail(_rule: PassFail, _answers: Answers, _basis: Basis) -> Iterator[Move]:
    yield {CLAIM: "co"}


# Numbers


def _text(value: Decimal | int) -> str:
    return format(Decimal(value).normalize(), "f") if value else "0"


def _reaching(comparator: str, bar: Fraction, step: Fraction) -> Fraction:
    """The nearest multiple of ``step`` that stands so to the bar."""
    parts = bar / step
    found = {
        ">=": lambda: ceil(parts),
        ">": lambda: floor(parts) + 1,
        "<=": lambda: floor(parts),
        "<": lambda: ceil(parts) - 1,
    }[comparator]()
    return found * step


def _step(*numbers: Decimal) -> Fraction:
    """One in the last digit that any of the numbers has."""
    return Fraction(1, 10 ** max(0, *(-int(number.as_tuple().exponent) for number in numbers)))


def _exact(value: Fraction) -> str:
    return _text(Decimal(value.numerator) / Decimal(value.denominator))


def _number(comparator: str, bar: Decimal, held: str | None, *, whole: bool) -> Iterator[Move]:
    """The nearest number that stands so to the bar; of a printed figure the sign gives way to a number."""
    digits = Decimal((held or "0").lstrip("><≥≤~") or 0)
    reached = _reaching(comparator, Fraction(bar), Fraction(1) if whole else _step(bar, digits))
    if reached >= 0 or comparator in _UPWARDS:
        yield {AMOUNT: _exact(max(Fraction(0), reached))}


def _numerator(comparator: str, bar: Decimal, top: str | None, bottom: str | None) -> Iterator[tuple[str, str]]:
    """The nearest numerator (and its denominator) whose percentage stands so to the bar, if there is one.

    Without a usable denominator any will do: a hundred.
    """
    below = Decimal(bottom) if bottom and Decimal(bottom) else max(_HUNDRED, Decimal(top or 0))
    reached = _reaching(comparator, Fraction(bar) * Fraction(below) / 100, Fraction(1))
    if comparator in _UPWARDS:
        reached = max(Fraction(0), reached)
    if 0 <= reached <= Fraction(below):
        yield _text(int(reached)), _text(below)


def _quotients(comparator: str, bars: Iterable[Decimal], answers: Answers) -> Iterator[Move]:
    """The day and the provider, where only they are missing; then numerators that reach the bars."""
    top, bottom = answers.get(NUMERATOR), answers.get(DENOMINATOR)
    standing = _standing(answers)
    if standing and top and bottom:
        yield standing
    for bar in bars:
        for numerator, denominator in _numerator(comparator, bar, top, bottom):
            yield {**standing, NUMERATOR: numerator, DENOMINATOR: denominator}


def _ratio(rule: Ratio, answers: Answers, basis: Basis) -> Iterator[Move]:
    bar = bar_of(rule.threshold, basis).value
    yield from _quotients(rule.comparator, () if bar is None else (bar,), answers)


def _proportional(rule: Proportional, answers: Answers, _basis: Basis) -> Iterator[Move]:
    """Out of the part without points, then to the whole; a ratio above 100 % is never asked for."""
    yield from _quotients(">=", (rule.none_below, min(rule.full_at, _HUNDRED)), answers)


def _measured(rule: Count | Value, answers: Answers, basis: Basis) -> Iterator[Move]:
    bar = bar_of(rule.threshold, basis).value
    if bar is not None:
        yield from _number(rule.comparator, bar, answers.get(AMOUNT), whole=isinstance(rule, Count))


def _bands(rule: Bands, answers: Answers, _basis: Basis) -> Iterator[Move]:
    """The near edge of every band, worst first."""
    for band in sorted(rule.bands, key=lambda one: one.points):
        for comparator, bar in _edges(band):
            if isinstance(rule.quantity, RatioOf):
                yield from _quotients(comparator, (bar,), answers)
            else:
                whole = not isinstance(rule.quantity, NumberOf)
                yield from _number(comparator, bar, answers.get(AMOUNT), whole=whole)


def _edges(band: Band) -> Iterator[tuple[str, Decimal]]:
    """From below a band is reached at its lower edge, from above just under its upper one."""
    if band.at_least is not None:
        yield ">=", band.at_least
    if band.below is not None:
        yield "<", band.below


def _capped(rule: CappedCount, answers: Answers, basis: Basis) -> Iterator[Move]:
    yield {AMOUNT: _text(int(answers.get(AMOUNT) or 0) + 1)}
    yield {AMOUNT: _text(ceil(basis.most / Fraction(rule.points_each)))}


def _adjustment(rule: Adjustment, answers: Answers, _basis: Basis) -> Iterator[Move]:
    held, full = int(answers.get(AMOUNT) or 0), ceil(Fraction(rule.cap) / Fraction(rule.points_each))
    if rule.sign == "bonus":
        yield {AMOUNT: _text(held + 1)}
        yield {AMOUNT: _text(full)}
    else:
        yield {AMOUNT: _text(max(0, min(held, full) - 1))}
        yield {AMOUNT: "0"}


def _relative(_rule: Relative, answers: Answers, basis: Basis) -> Iterator[Move]:
    standing, best = _standing(answers), basis.context.best.get(basis.code)
    if standing and answers.get(AMOUNT):
        yield standing
    if best is not None:
        yield {**standing, AMOUNT: _text(best)}


def _imported(rule: Imported, answers: Answers, basis: Basis) -> Iterator[Move]:
    standing, held = _standing(answers), answers.get(AMOUNT)
    if standing and held:
        yield standing
    bar = min(rule.full_at, _HUNDRED) if rule.threshold is None else bar_of(rule.threshold, basis).value
    comparator = ">=" if rule.threshold is None else rule.comparator
    if bar is not None:
        yield from ({**standing, **move} for move in _number(comparator, bar, held, whole=False))


def _council(_rule: Council, answers: Answers, basis: Basis) -> Iterator[Move]:
    """What it gave is for the council alone to change."""
    if answers.get(POINTS) is None:
        yield {POINTS: _exact(basis.most)}


# Answers to choose and conditions


def _choice(rule: Choice, _answers: Answers, _basis: Basis) -> Iterator[Move]:
    for option in sorted(rule.options, key=lambda one: one.fraction):
        yield {CHOICE: option.code}


def _cases(rule: HighestCase, answers: Answers, _basis: Basis) -> Iterator[Move]:
    """Each case that does not hold; those that nobody answered yet are denied, since one may be the higher."""
    unsaid = {case.code: "khong" for case in rule.cases if answers.get(case.code) is None}
    for case in sorted(rule.cases, key=lambda one: one.fraction):
        if answers.get(case.code) != "co":
            yield {**unsaid, case.code: "co"}


def _composite(rule: Composite, answers: Answers, basis: Basis) -> Iterator[Move]:
    """The cheapest conditions that are not met, as many as are needed; one in error has to be put right anyway."""
    met = 0
    wrong: list[Move] = []
    open_: list[tuple[bool, int, Move]] = []
    for place, condition in enumerate(rule.conditions):
        found = evaluate(Composite(kind="composite", operator="all_of", conditions=(condition,)), answers, basis)
        if found.met:
            met += 1
            continue
        for move in _condition(condition, answers):
            if found.error:
                wrong.append(move)
            else:
                open_.append((bool(found.missing), place, move))
    needed = {"all_of": len(rule.conditions), "any_of": 1, "n_of": rule.at_least or 1}[rule.operator]
    chosen = [*wrong, *(move for _, _, move in sorted(open_, key=lambda one: one[:2]))]
    take = max(len(wrong), needed - met)
    yield {field: value for move in chosen[:take] for field, value in move.items()}


def _condition(condition: Condition, answers: Answers) -> Iterator[Move]:
    if isinstance(condition, BooleanCondition):
        yield {condition.code: "co"}
    elif isinstance(condition, RatioCondition):
        top, bottom = f"{condition.code}-{NUMERATOR}", f"{condition.code}-{DENOMINATOR}"
        for numerator, denominator in _numerator(">=", condition.minimum, answers.get(top), answers.get(bottom)):
            yield {top: numerator, bottom: denominator}
    else:
        whole = not isinstance(condition, NumberCondition)
        for move in _number(">=", Decimal(condition.minimum), answers.get(condition.code), whole=whole):
            yield {condition.code: move[AMOUNT]}


def _parts(rule: SumOfParts, answers: Answers, basis: Basis) -> Iterator[Move]:
    """What is open in any part is filled first: without it there is no sum; then each part by itself."""
    filled: Move = {}
    single: list[Move] = []
    for part in rule.parts:
        prefix = f"{part.code}-"
        own = {code.removeprefix(prefix): value for code, value in answers.items() if code.startswith(prefix)}
        share = replace(basis, maximum=(basis.maximum or Decimal(0)) * part.fraction)
        found = evaluate(part.rule, own, share)
        here = [{f"{prefix}{code}": value for code, value in move.items()} for move in moves(part.rule, own, share)]
        if found.missing or found.error:
            filled |= here[-1] if here else {}
        else:
            single += here
    if filled:
        yield filled
    yield from ({**filled, **move} for move in single)


_KINDS: Final[dict[type, Callable[[Any, Answers, Basis], Iterator[Move]]]] = {
    PassFail: _pass_fail,
    Composite: _composite,
    Ratio: _ratio,
    Proportional: _proportional,
    Count: _measured,
    Value: _measured,
    Bands: _bands,
    Choice: _choice,
    HighestCase: _cases,
    CappedCount: _capped,
    Adjustment: _adjustment,
    Relative: _relative,
    Imported: _imported,
    Council: _council,
    SumOfParts: _parts,
}
