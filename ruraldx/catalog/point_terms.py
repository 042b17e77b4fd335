"""How an indicator gives its points, in words, before anybody answers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ruraldx.catalog.point_rules import (
    Adjustment,
    Band,
    Bands,
    CappedCount,
    Choice,
    Council,
    HighestCase,
    Imported,
    Option,
    Proportional,
    RatioOf,
    Relative,
)
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text


@dataclass(frozen=True)
class Term:
    """A line: of what (words of the set, or ours), what is asked, how well that is known (None: as the indicator).

    ``applies``: of several that depend on the unit, this is the one of the unit at hand.
    """

    label: str | Message
    asked: Message | None
    verification: Message | None = None
    source: str = ""
    applies: bool = False


def up_to(points: Decimal) -> Message:
    """The most that something may bring."""
    return Message("tối đa %(points)s điểm", points=decimal_text(points))


def point_terms(rule: object, maximum: Decimal | None) -> Iterator[Term]:
    """The lines of a rule that gives points, out of ``maximum``; none for a rule that gives none of its own."""
    return _TERMS.get(type(rule), _none)(rule, maximum or Decimal(0))


def _none(_rule: object, _maximum: Decimal) -> Iterator[Term]:
    return iter(())


def _points(points: Decimal) -> Message:
    return Message("%(points)s điểm", points=decimal_text(points.normalize()))


def _bands(rule: Bands, _maximum: Decimal) -> Iterator[Term]:
    unit = "%" if isinstance(rule.quantity, RatioOf) else rule.quantity.unit
    for band in rule.bands:
        yield Term(band.label or _span(band, unit), _points(band.points))


def _span(band: Band, unit: str) -> Message:
    low, high = band.at_least, band.below
    if high is None:
        return Message("Từ %(low)s %(unit)s trở lên", low=decimal_text(low or Decimal(0)), unit=unit)
    if low is None:
        return Message("Dưới %(high)s %(unit)s", high=decimal_text(high), unit=unit)
    return Message("Từ %(low)s đến dưới %(high)s %(unit)s", low=decimal_text(low), high=decimal_text(high), unit=unit)


def _proportional(rule: Proportional, maximum: Decimal) -> Iterator[Term]:
    full = decimal_text(rule.full_at)
    yield Term(Message("Điểm = tỷ lệ : %(full)s %% × điểm tối đa", full=full), up_to(maximum))
    if rule.none_below:
        yield Term(Message("Tỷ lệ dưới %(bar)s %%", bar=decimal_text(rule.none_below)), _points(Decimal(0)))


def _options(options: tuple[Option, ...], maximum: Decimal) -> Iterator[Term]:
    for option in options:
        yield Term(option.label, _points(maximum * option.fraction))


def _choice(rule: Choice, maximum: Decimal) -> Iterator[Term]:
    yield from _options(rule.options, maximum)


def _cases(rule: HighestCase, maximum: Decimal) -> Iterator[Term]:
    yield Term(Message("Nhiều trường hợp cùng đúng thì tính trường hợp cao điểm nhất"), None)
    yield from _options(rule.cases, maximum)


def _capped(rule: CappedCount, maximum: Decimal) -> Iterator[Term]:
    yield Term(_each(rule.points_each, rule.unit), up_to(maximum))


def _each(points: Decimal, unit: str) -> Message:
    return Message("Mỗi %(unit)s %(points)s điểm", unit=unit, points=decimal_text(points))


def _adjustment(rule: Adjustment, _maximum: Decimal) -> Iterator[Term]:
    cap = decimal_text(rule.cap)
    if rule.sign == "bonus":
        yield Term(_each(rule.points_each, rule.unit), Message("cộng thêm, không quá %(cap)s điểm", cap=cap))
    else:
        yield Term(_each(rule.points_each, rule.unit), Message("trừ đi, không quá %(cap)s điểm", cap=cap))


def _relative(rule: Relative, maximum: Decimal) -> Iterator[Term]:
    if rule.better == "higher":
        yield Term(Message("Điểm = giá trị của xã : giá trị cao nhất × điểm tối đa"), up_to(maximum))
    else:
        yield Term(Message("Điểm = giá trị thấp nhất : giá trị của xã × điểm tối đa"), up_to(maximum))


def _imported(rule: Imported, maximum: Decimal) -> Iterator[Term]:
    full = decimal_text(rule.full_at)
    yield Term(Message("Điểm = kết quả công bố : %(full)s %% × điểm tối đa", full=full), up_to(maximum))


def _council(_rule: Council, maximum: Decimal) -> Iterator[Term]:
    yield Term(Message("Hội đồng chấm"), up_to(maximum))


_TERMS: Final[dict[type, Callable[[Any, Decimal], Iterator[Term]]]] = {
    Bands: _bands,
    Proportional: _proportional,
    Choice: _choice,
    HighestCase: _cases,
    CappedCount: _capped,
    Adjustment: _adjustment,
    Relative: _relative,
    Imported: _imported,
    Council: _council,
}
