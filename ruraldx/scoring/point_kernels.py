"""The kernels of rules that give points. Pure."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from ruraldx.catalog.fields import AMOUNT, CHOICE, DENOMINATOR, NUMERATOR, POINTS
from ruraldx.catalog.point_rules import (
    Adjustment,
    Bands,
    CappedCount,
    Choice,
    Council,
    CountOf,
    HighestCase,
    Imported,
    Proportional,
    RatioOf,
    Relative,
)
from ruraldx.scoring.arrays import MISSING, Array, numpy
from ruraldx.scoring.basis import Basis
from ruraldx.scoring.kernels import (
    DECIMAL,
    WHOLE,
    YES,
    Columns,
    Found,
    Kernel,
    Quotient,
    Size,
    Unable,
    against,
    bar_in,
    place,
    share_of,
    standing,
    unaccounted,
)


def _common(values: tuple[Fraction, ...]) -> tuple[list[int], int]:
    """Fractions over one denominator."""
    bottom = lcm(*(value.denominator for value in values))
    return [int(value * bottom) for value in values], bottom


def bands(rule: Bands, basis: Basis, prefix: str) -> Kernel:
    """The points of the last band that has begun."""
    if not any(band.at_least is None or band.at_least <= 0 for band in rule.bands):
        raise Unable
    points, bottom = _common(tuple(Fraction(band.points) for band in rule.bands))
    starts = [Fraction(band.at_least or 0) for band in rule.bands]
    if isinstance(rule.quantity, RatioOf):
        return _ratio_bands(starts, points, bottom, basis, prefix)
    code, reading = place(AMOUNT, prefix), WHOLE if isinstance(rule.quantity, CountOf) else DECIMAL
    begun = [against(">=", start, reading) for start in starts]

    def run(columns: Columns) -> Found:
        number = columns[code]
        reached = [compare(number) for compare, _size in begun]
        return Found(open=number == MISSING, top=_last(reached, points), bottom=bottom)

    def size(cap: int) -> Size:
        return Size(max(points), bottom, max(needs(cap).inner for _compare, needs in begun))

    return Kernel({code: reading}, run, basis.stands, size, bottom, passes=False)


def _ratio_bands(starts: list[Fraction], points: list[int], bottom: int, basis: Basis, prefix: str) -> Kernel:
    quotient = Quotient(place(NUMERATOR, prefix), place(DENOMINATOR, prefix))

    def run(columns: Columns) -> Found:
        found = quotient.found(columns)
        reached = [quotient.compared(columns, ">=", start) for start in starts]
        missing = found.open | unaccounted(columns, prefix)
        return Found(open=missing, error=found.error, top=_last(reached, points), bottom=bottom)

    def size(cap: int) -> Size:
        return Size(max(points), bottom, max(quotient.size(start)(cap).inner for start in starts))

    return Kernel({**quotient.fields, **standing(prefix)}, run, basis.stands, size, bottom, passes=False)


def _last(reached: list[Array], points: list[int]) -> Array:
    np = numpy()
    found = np.int64(0)
    for begun, brings in zip(reached, points, strict=True):
        found = np.where(begun, np.int64(brings), found)
    return found


def proportional(rule: Proportional, basis: Basis, prefix: str) -> Kernel:
    """Ratio ÷ full × maximum, not above the maximum, nothing below the floor."""
    quotient = Quotient(place(NUMERATOR, prefix), place(DENOMINATOR, prefix))
    times, full = (100 / Fraction(rule.full_at)).as_integer_ratio()
    floor, (top, bottom) = Fraction(rule.none_below), share_of(basis)

    def run(columns: Columns) -> Found:
        np = numpy()
        found = quotient.found(columns)
        whole = np.maximum(columns[quotient.bottom], 1) * full
        share = np.minimum(columns[quotient.top] * times, whole)
        if floor:
            share = share * quotient.compared(columns, ">=", floor)
        missing = found.open | unaccounted(columns, prefix)
        return Found(open=missing, error=found.error, top=share * top, bottom=whole * bottom)

    def size(cap: int) -> Size:
        inner = max(cap * times, quotient.size(floor)(cap).inner)
        return Size(cap * full * top, cap * full * bottom, inner)

    return Kernel({**quotient.fields, **standing(prefix)}, run, basis.stands, size, None, passes=False)


def choice(rule: Choice, basis: Basis, prefix: str) -> Kernel:
    """The share of the answer that was chosen."""
    code = place(CHOICE, prefix)
    points, bottom = _common(tuple(Fraction(option.fraction) * basis.most for option in rule.options))

    def run(columns: Columns) -> Found:
        chosen = columns[code]
        return Found(open=chosen < 0, top=numpy().array(points)[chosen], bottom=bottom)

    known = tuple(option.code for option in rule.options)
    return Kernel({code: known}, run, basis.stands, lambda _cap: Size(max(points), bottom), bottom, passes=False)


def highest_case(rule: HighestCase, basis: Basis, prefix: str) -> Kernel:
    """The case with the highest share among those that hold; an open one counts where it could still be higher."""
    codes = [place(case.code, prefix) for case in rule.cases]
    shares, per = _common(tuple(Fraction(case.fraction) for case in rule.cases))
    top, bottom = share_of(basis)

    def run(columns: Columns) -> Found:
        np = numpy()
        reached = np.int64(-1)
        for code, share in zip(codes, shares, strict=True):
            reached = np.maximum(reached, np.where(columns[code] == 0, share, -1))
        open_ = np.bool_(False)
        for code, share in zip(codes, shares, strict=True):
            open_ = open_ | ((columns[code] == MISSING) & (reached < share))
        return Found(open=open_, top=np.maximum(reached, 0) * top, bottom=per * bottom)

    whole = per * bottom
    return Kernel(
        dict.fromkeys(codes, YES), run, basis.stands, lambda _cap: Size(per * top, whole), whole, passes=False
    )


def counted(rule: CappedCount | Adjustment, basis: Basis, prefix: str) -> Kernel:
    """So many points for each, up to the maximum, or up to a cap beyond or below it."""
    code = place(AMOUNT, prefix)
    cap_ = Fraction(rule.cap) if isinstance(rule, Adjustment) else basis.most
    (each, limit), bottom = _common((Fraction(rule.points_each), cap_))
    sign = -1 if isinstance(rule, Adjustment) and rule.sign == "penalty" else 1

    def run(columns: Columns) -> Found:
        number = columns[code]
        return Found(open=number == MISSING, top=sign * numpy().minimum(number * each, limit), bottom=bottom)

    return Kernel({code: WHOLE}, run, basis.stands, lambda cap: Size(limit, bottom, cap * each), bottom, passes=False)


def relative(rule: Relative, basis: Basis, prefix: str) -> Kernel:
    """Value over the best unit's value (or the reverse where less is better)."""
    code = place(AMOUNT, prefix)
    best = basis.context.best.get(basis.code)
    fields = {code: DECIMAL, **standing(prefix)}
    (top, bottom), scale = share_of(basis), 10**DECIMAL
    high, low = Fraction(best or 0).as_integer_ratio()
    if high < 0:
        raise Unable

    def run(columns: Columns) -> Found:
        np = numpy()
        number, open_ = columns[code], (columns[code] == MISSING) | unaccounted(columns, prefix)
        if best is None:
            return Found(open=open_, waits=np.bool_(True))
        if rule.better == "higher":
            share = np.minimum(number * low, high * scale)
            return Found(open=open_, top=share * top, bottom=max(high, 1) * scale * bottom)
        whole = np.maximum(number, 1) * low
        share = np.where(number > 0, np.minimum(whole, high * scale), whole)
        return Found(open=open_, top=share * top, bottom=whole * bottom)

    def size(cap: int) -> Size:
        most = max(high * scale, cap * low)
        return Size(most * top, most * bottom, most)

    constant = max(high, 1) * scale * bottom if rule.better == "higher" else None
    return Kernel(fields, run, basis.stands, size, constant, passes=False)


def imported(rule: Imported, basis: Basis, prefix: str) -> Kernel:
    """A percentage that somebody else publishes: against a threshold, or as a share of the maximum."""
    code = place(AMOUNT, prefix)
    fields = {code: DECIMAL, **standing(prefix)}
    if rule.threshold is not None:
        bar, verified = bar_in(rule.threshold, basis)
        compare, size = against(rule.comparator, bar or Fraction(0), DECIMAL)

        def judged(columns: Columns) -> Found:
            number = columns[code]
            met = None if bar is None else compare(number)
            return Found(met, (number == MISSING) | unaccounted(columns, prefix))

        return Kernel(fields, judged, verified, size)
    (each, full), (top, bottom) = _common((Fraction(1, 10**DECIMAL), Fraction(rule.full_at)))[0], share_of(basis)

    def run(columns: Columns) -> Found:
        number = columns[code]
        share = numpy().minimum(number * each, full)
        missing = (number == MISSING) | unaccounted(columns, prefix)
        return Found(open=missing, top=share * top, bottom=full * bottom)

    whole = full * bottom
    return Kernel(fields, run, basis.stands, lambda cap: Size(full * top, whole, cap * each), whole, passes=False)


def council(_rule: Council, basis: Basis, prefix: str) -> Kernel:
    """What the council gave; until then it waits."""
    code = place(POINTS, prefix)
    (each, most), bottom = _common((Fraction(1, 10**DECIMAL), basis.most))

    def run(columns: Columns) -> Found:
        given = columns[code]
        return Found(waits=given == MISSING, top=numpy().minimum(given * each, most), bottom=bottom)

    return Kernel({code: DECIMAL}, run, basis.stands, lambda cap: Size(most, bottom, cap * each), bottom, passes=False)
