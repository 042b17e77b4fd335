"""What every evaluation stands on: confidence, quotients, thresholds, the words of a comparison. Pure, exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ruraldx.catalog.fields import AS_OF, DENOMINATOR, NUMERATOR, PROVIDER
from ruraldx.catalog.rules import Threshold, ThresholdBy
from ruraldx.catalog.schema import Rounding
from ruraldx.messages import Message
from ruraldx.scoring.outcomes import Finding, ScoringContext, Step
from ruraldx.scoring.rounding import exact, rounded
from ruraldx.vietnamese import format_number

Answers = Mapping[str, str | None]
_NOTHING: Final = Decimal(0)
COMPARISONS: Final = {
    ">=": lambda value, bar: value >= bar,
    ">": lambda value, bar: value > bar,
    "<=": lambda value, bar: value <= bar,
    "<": lambda value, bar: value < bar,
}


@dataclass(frozen=True)
class Basis:
    """What an evaluation stands on: code and maximum of the indicator; key, confidence and source of the wording."""

    code: str
    key: str
    verification: str
    source: str
    context: ScoringContext
    rounding: Rounding
    maximum: Decimal | None = None

    @property
    def stands(self) -> bool:
        """Whether the wording itself may lead to a verdict."""
        return self.verification == "text_seen" or self.key in self.context.confirmed

    @property
    def most(self) -> Fraction:
        """The maximum, exact; 0 where the indicator carries no points."""
        return exact(self.maximum or _NOTHING)

    def holds(self, verification: str, key: str | None = None) -> bool:
        """Whether a wording or threshold of this confidence may lead to a verdict."""
        return is_verified(verification, key or self.key, self.context)


def is_verified(verification: str, key: str, context: ScoringContext) -> bool:
    """Only a text that was seen, or a threshold that an administrator confirmed, may lead to a verdict."""
    return verification == "text_seen" or key in context.confirmed


@dataclass(frozen=True)
class Quotient:
    """A ratio in percent, exact and rounded to show, with the step that says it."""

    percent: Fraction
    shown: Decimal
    step: Step
    warnings: tuple[Message, ...]


def quotient(
    answers: Answers, basis: Basis, numerator: str = NUMERATOR, denominator: str = DENOMINATOR
) -> Finding | Quotient:
    """Numerator over denominator in percent, or why there is none."""
    top, bottom = answers.get(numerator), answers.get(denominator)
    missing = tuple(code for code, value in ((numerator, top), (denominator, bottom)) if value is None)
    if top is None or bottom is None:
        return Finding(None, missing=missing)
    words: dict[str, object] = {"top": format_number(Decimal(top)), "bottom": format_number(Decimal(bottom))}
    if Decimal(bottom) == 0:
        step = Step(Message("%(top)s : %(bottom)s × 100: không tính được.", **words), basis.source)
        return Finding(None, (step,), error=Message("Mẫu số bằng 0 nên không tính được tỷ lệ."))
    percent = percent_of(top, bottom)
    shown = rounded(percent, basis.rounding)
    words["value"] = format_number(shown)
    step = Step(Message("%(top)s : %(bottom)s × 100 = %(value)s %%.", **words), basis.source)
    warnings = (Message("Tử số lớn hơn mẫu số (trên 100 %). Hãy kiểm tra lại."),) if percent > 100 else ()
    return Quotient(percent, shown, step, warnings)


def percent_of(top: str, bottom: str) -> Fraction:
    """Two numbers as stored as an exact percentage."""
    high, under = Decimal(top).as_integer_ratio()
    low, over = Decimal(bottom).as_integer_ratio()
    return Fraction(100 * high * over, under * low)


def unaccounted(answers: Answers) -> tuple[str, ...]:
    """What is missing of the day and the provider that a number needs to be valid."""
    return tuple(code for code in (AS_OF, PROVIDER) if not answers.get(code))


@dataclass(frozen=True)
class Bar:
    """The threshold that applies: its value and source, whether it is verified; ``why`` there is none."""

    value: Decimal | None
    verified: bool
    source: str
    why: Message | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The step that says why there is no threshold."""
        return (Step(self.why, self.source),) if self.why else ()


def bar_of(by: Threshold | ThresholdBy, basis: Basis) -> Bar:
    """The threshold for the unit at hand."""
    if isinstance(by, Threshold):
        return _bar(by, basis.key, basis)
    value = basis.context.dimensions.get(by.dimension)
    if value not in by.values:
        why = Message("Chưa khai báo vùng của xã nên chưa biết ngưỡng nào áp dụng.")
        return Bar(None, False, basis.source, why)
    return _bar(by.values[value], f"{basis.key}#{value}", basis)


def _bar(threshold: Threshold, key: str, basis: Basis) -> Bar:
    if threshold.value is None:
        why = Message("Ngưỡng do tỉnh quy định, chưa có trong bộ tiêu chí.")
        return Bar(None, False, threshold.source, why)
    return Bar(threshold.value, basis.holds(threshold.verification, key), threshold.source)


def compared(met: bool, verified: bool, order: int, words: dict[str, object]) -> Message:
    """The sentence of a comparison in percent; ``order``: sign of value minus bar."""
    if verified:
        return _conclusion(met, words)
    return _order(order, words)


def _conclusion(met: bool, words: dict[str, object]) -> Message:
    if met:
        return Message("%(value)s %(unit)s so với ngưỡng %(sign)s %(bar)s %(unit)s: đáp ứng.", **words)
    return Message("%(value)s %(unit)s so với ngưỡng %(sign)s %(bar)s %(unit)s: chưa đáp ứng.", **words)


def _order(order: int, words: dict[str, object]) -> Message:
    """Beside a threshold that nobody has checked only the order is said, never whether it is met."""
    if order > 0:
        return Message("%(value)s %(unit)s so với ngưỡng chưa kiểm chứng %(sign)s %(bar)s %(unit)s: cao hơn.", **words)
    if order == 0:
        return Message("%(value)s %(unit)s so với ngưỡng chưa kiểm chứng %(sign)s %(bar)s %(unit)s: bằng.", **words)
    return Message("%(value)s %(unit)s so với ngưỡng chưa kiểm chứng %(sign)s %(bar)s %(unit)s: thấp hơn.", **words)


def rounding_hint(found: Quotient, bar: Decimal) -> tuple[Step, ...]:
    """Why 80,00 % may miss 80 %: said where the rounded figure stands elsewhere than the exact one."""
    limit = exact(bar)
    if (found.percent > limit, found.percent < limit) == (found.shown > bar, found.shown < bar):
        return ()
    return (Step(Message("Tỷ lệ hiển thị đã làm tròn; hệ thống so sánh bằng tỷ lệ chưa làm tròn.")),)
