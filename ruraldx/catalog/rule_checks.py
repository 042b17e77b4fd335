"""What must hold of one rule beyond its shape: order of bands, reachable thresholds, known dimensions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from ruraldx.catalog.kinds import SimpleRule
from ruraldx.catalog.point_rules import (
    Adjustment,
    Band,
    Bands,
    CappedCount,
    Choice,
    Council,
    CountOf,
    HighestCase,
    Imported,
    Option,
    Proportional,
    Relative,
    SumOfParts,
)
from ruraldx.catalog.rules import Composite, Count, Ratio, Threshold, ThresholdBy, Value
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

_Path = tuple[str | int, ...]
_HUNDRED = Decimal(100)
_PERCENT: Final = (Ratio, Imported)


def rule_problems(criteria: CriteriaSet, indicator: Indicator, rule: SimpleRule) -> Iterator[Message]:
    """Sentences on everything that is wrong with a rule of this indicator."""
    if isinstance(rule, _NEEDS_POINTS) and indicator.max_points is None:
        yield Message("Chỉ tiêu %(code)s chấm điểm nhưng không có điểm tối đa.", code=indicator.code)
    if isinstance(rule, Adjustment) and indicator.max_points:
        yield Message("Điểm thưởng, điểm trừ không có điểm tối đa; hãy dùng “cap”.")
    yield from _problems(criteria, rule, indicator.max_points)


def thresholds_in(rule: SimpleRule) -> Iterator[tuple[_Path, Threshold]]:
    """(place within the rule, threshold) of every threshold, those of its parts too."""
    if isinstance(rule, SumOfParts):
        for index, part in enumerate(rule.parts):
            for where, threshold in thresholds_in(part.rule):
                yield ("parts", index, "rule", *where), threshold
    elif isinstance(rule, Ratio | Count | Value | Imported):
        if isinstance(rule.threshold, ThresholdBy):
            for value, threshold in rule.threshold.values.items():
                yield ("threshold", "values", value), threshold
        elif isinstance(rule.threshold, Threshold):
            yield ("threshold",), rule.threshold


def _problems(criteria: CriteriaSet, rule: Any, maximum: Decimal | None) -> Iterator[Message]:
    check = _CHECKS.get(type(rule))
    if check is not None:
        yield from check(rule, maximum)
    if isinstance(rule, SumOfParts):
        for part in rule.parts:
            share = None if maximum is None else maximum * part.fraction
            yield from _problems(criteria, part.rule, share)
    else:
        yield from _thresholds(criteria, rule)


def _thresholds(criteria: CriteriaSet, rule: Any) -> Iterator[Message]:
    for _where, threshold in thresholds_in(rule):
        value = threshold.value
        if value is not None and isinstance(rule, _PERCENT) and not 0 <= value <= _HUNDRED:
            yield Message("Ngưỡng %(value)s không nằm trong 0–100 %%.", value=decimal_text(value))
        elif value is not None and _unreachable(rule, value):
            yield Message("Không bao giờ đạt ngưỡng %(value)s.", value=decimal_text(value))
        if value is None and threshold.verification == "text_seen":
            yield Message("Ngưỡng chưa có giá trị thì không thể ghi là đã đối chiếu.")
    by = getattr(rule, "threshold", None)
    if isinstance(by, ThresholdBy):
        known = criteria.dimensions.get(by.dimension)
        if known is None or set(by.values) != set(known):
            yield Message("Ngưỡng theo “%(name)s” không khớp danh mục của bộ tiêu chí.", name=by.dimension)


def _unreachable(rule: Any, bar: Decimal) -> bool:
    """No figure is below zero, and an imported percentage is not above a hundred."""
    if rule.comparator == "<" and bar <= 0:
        return True
    if rule.comparator == "<=" and bar < 0:
        return True
    return isinstance(rule, Imported) and rule.comparator == ">" and bar >= _HUNDRED


def _composite(rule: Composite, _maximum: Decimal | None) -> Iterator[Message]:
    if (rule.operator == "n_of") != (rule.at_least is not None):
        yield Message("“at_least” đi cùng và chỉ đi cùng “n_of”.")
    if rule.at_least is not None and rule.at_least > len(rule.conditions):
        yield Message("“at_least” lớn hơn số điều kiện nên không bao giờ đạt.")


def _bands(rule: Bands, maximum: Decimal | None) -> Iterator[Message]:
    """One band after the other without a gap, from nothing to everything, and the best one is the maximum."""
    first, last = rule.bands[0], rule.bands[-1]
    if first.at_least not in (None, Decimal(0)):
        yield Message("Khung điểm đầu tiên phải bắt đầu từ 0 để không số nào nằm ngoài khung.")
    if last.below is not None:
        yield Message("Khung điểm cuối cùng phải để trống “below” để không số nào nằm ngoài khung.")
    for lower, upper in pairwise(rule.bands):
        yield from _joint(lower, upper)
    for band in rule.bands:
        if band.at_least is not None and band.below is not None and band.below <= band.at_least:
            yield Message("Khung điểm từ %(low)s đến %(high)s không chứa số nào.", **_ends(band))
        if isinstance(rule.quantity, CountOf) and any(_broken(end) for end in (band.at_least, band.below)):
            yield Message("Số đếm là số nguyên nên mốc %(low)s – %(high)s phải là số nguyên.", **_ends(band))
    best = max(band.points for band in rule.bands)
    if maximum is not None and best != maximum:
        yield Message(
            "Khung cao nhất cho %(best)s điểm nhưng điểm tối đa là %(maximum)s.",
            best=decimal_text(best),
            maximum=decimal_text(maximum),
        )


def _joint(lower: Band, upper: Band) -> Iterator[Message]:
    if lower.below is None or upper.at_least is None or lower.below > upper.at_least:
        yield Message("Khung điểm %(one)s và %(two)s chồng lên nhau.", one=_named(lower), two=_named(upper))
    elif lower.below < upper.at_least:
        yield Message("Giữa khung điểm %(one)s và %(two)s có khoảng trống.", one=_named(lower), two=_named(upper))


def _broken(end: Decimal | None) -> bool:
    return end is not None and end != end.to_integral_value()


def _ends(band: Band) -> dict[str, object]:
    return {
        "low": "…" if band.at_least is None else decimal_text(band.at_least),
        "high": "…" if band.below is None else decimal_text(band.below),
    }


def _named(band: Band) -> str:
    return f"[{_ends(band)['low']}; {_ends(band)['high']})"


def _options(options: tuple[Option, ...]) -> Iterator[Message]:
    codes = [option.code for option in options]
    if len(codes) != len(set(codes)):
        yield Message("Có hai mức cùng mã.")
    if max(option.fraction for option in options) != 1:
        yield Message("Mức cao nhất phải được trọn điểm tối đa (fraction: 1).")


def _choice(rule: Choice, _maximum: Decimal | None) -> Iterator[Message]:
    yield from _options(rule.options)


def _cases(rule: HighestCase, _maximum: Decimal | None) -> Iterator[Message]:
    yield from _options(rule.cases)


def _proportional(rule: Proportional, _maximum: Decimal | None) -> Iterator[Message]:
    if rule.none_below > rule.full_at:
        yield Message("Mức bắt đầu có điểm cao hơn mức đủ điểm nên không bao giờ có điểm lẻ.")


def _adjustment(rule: Adjustment, _maximum: Decimal | None) -> Iterator[Message]:
    if rule.cap < rule.points_each:
        yield Message("Mức trần nhỏ hơn điểm của một lần.")


def _parts(rule: SumOfParts, _maximum: Decimal | None) -> Iterator[Message]:
    codes = [part.code for part in rule.parts]
    if len(codes) != len(set(codes)):
        yield Message("Có hai thành phần cùng mã.")
    total = sum(part.fraction for part in rule.parts)
    if total != 1:
        yield Message("Các thành phần cộng lại bằng %(total)s lần điểm tối đa, phải bằng 1.", total=decimal_text(total))


_CHECKS: Final[dict[type, Callable[[Any, Decimal | None], Iterator[Message]]]] = {
    Composite: _composite,
    Bands: _bands,
    Choice: _choice,
    HighestCase: _cases,
    Proportional: _proportional,
    Adjustment: _adjustment,
    SumOfParts: _parts,
}
# Kinds that mean nothing without a maximum.
_NEEDS_POINTS: Final = (Bands, CappedCount, Proportional, Choice, HighestCase, Relative, SumOfParts, Council)
