"""One function per kind of rule: answers in, a finding with its explanation out. Pure, exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ruraldx.catalog.fields import AS_OF, CLAIM, DENOMINATOR, NUMERATOR, PRINTED, PROVIDER
from ruraldx.catalog.rules import (
    BooleanCondition,
    Composite,
    Condition,
    CountCondition,
    NumberCondition,
    PassFail,
    Ratio,
    RatioCondition,
    Threshold,
    ThresholdBy,
)
from ruraldx.catalog.schema import Rounding
from ruraldx.catalog.terms import SIGNS
from ruraldx.messages import Message
from ruraldx.scoring.outcomes import Finding, ScoringContext, Step
from ruraldx.scoring.rounding import rounded, to_digits
from ruraldx.vietnamese import decimal_text, format_number

Answers = Mapping[str, str | None]
_OPERATORS: Final = {
    ">=": lambda value, bar: value >= bar,
    ">": lambda value, bar: value > bar,
    "<=": lambda value, bar: value <= bar,
    "<": lambda value, bar: value < bar,
}


@dataclass(frozen=True)
class Basis:
    """What an evaluation stands on: key and confidence of the wording, its source, context and rounding."""

    key: str
    verification: str
    source: str
    context: ScoringContext
    rounding: Rounding

    def holds(self, verification: str, key: str | None = None) -> bool:
        """Whether a wording or threshold of this confidence may lead to a verdict."""
        return is_verified(verification, key or self.key, self.context)


def is_verified(verification: str, key: str, context: ScoringContext) -> bool:
    """Only a text that was seen, or a threshold that an administrator confirmed, may lead to a verdict."""
    return verification == "text_seen" or key in context.confirmed


def pass_fail(rule: PassFail, answers: Answers, basis: Basis) -> Finding:
    """The commune's own claim."""
    claim = answers.get(CLAIM)
    if claim is None:
        return Finding(None, missing=(CLAIM,))
    said = Message("Xã kê khai: Có") if claim == "co" else Message("Xã kê khai: Không")
    step = Step(Message("%(question)s – %(said)s.", question=rule.question, said=said), basis.source)
    return Finding(claim == "co", (step,), basis.holds(basis.verification))


def composite(rule: Composite, answers: Answers, basis: Basis) -> Finding:
    """All, any or at least n of the conditions: met, not met, or still open.

    A missing condition counts only where it can still decide; one in error stays an error whatever the others say.
    """
    parts = [_condition(condition, answers, basis) for condition in rule.conditions]
    met, waiting = (sum(1 for part in parts if part.met is state) for state in (True, None))
    needed = {"all_of": len(parts), "any_of": 1, "n_of": rule.at_least or 1}[rule.operator]
    error = next((part.error for part in parts if part.error), None)
    is_open = error is not None or met < needed <= met + waiting
    summary = Message("Đạt %(met)s trên %(all)s điều kiện; cần %(needed)s.", met=met, all=len(parts), needed=needed)
    steps = [*(step for part in parts for step in part.steps), Step(summary, basis.source)]
    if waiting and not is_open:
        steps.append(Step(Message("Còn %(n)s điều kiện chưa có số liệu nhưng không làm thay đổi kết quả.", n=waiting)))
    return Finding(
        met=None if is_open else met >= needed,
        steps=tuple(steps),
        verified=basis.holds(basis.verification),
        missing=tuple(code for part in parts for code in part.missing) if is_open else (),
        warnings=tuple(warning for part in parts for warning in part.warnings),
        error=error,
    )


def _condition(condition: Condition, answers: Answers, basis: Basis) -> Finding:
    if isinstance(condition, RatioCondition):
        return _ratio_condition(condition, answers, basis)
    raw = answers.get(condition.code)
    if raw is None:
        return Finding(None, missing=(condition.code,))
    if isinstance(condition, BooleanCondition):
        said = Message("có") if raw == "co" else Message("không")
        return Finding(raw == "co", (Step(Message("%(label)s: %(said)s.", label=condition.label, said=said)),))
    return _at_least(condition, Decimal(raw))


def _at_least(condition: CountCondition | NumberCondition, value: Decimal) -> Finding:
    minimum = Decimal(condition.minimum)
    template = (
        Message("%(label)s: %(value)s %(unit)s, đủ mức tối thiểu %(minimum)s.", **_words(condition, value, minimum))
        if value >= minimum
        else Message(
            "%(label)s: %(value)s %(unit)s, chưa đủ mức tối thiểu %(minimum)s.", **_words(condition, value, minimum)
        )
    )
    return Finding(value >= minimum, (Step(template),))


def _words(condition: CountCondition | NumberCondition, value: Decimal, minimum: Decimal) -> dict[str, object]:
    return {
        "label": condition.label,
        "unit": condition.unit,
        "value": decimal_text(value),
        "minimum": decimal_text(minimum),
    }


def _ratio_condition(condition: RatioCondition, answers: Answers, basis: Basis) -> Finding:
    computed = _quotient(answers, f"{condition.code}-{NUMERATOR}", f"{condition.code}-{DENOMINATOR}", basis)
    if isinstance(computed, Finding):
        if computed.error is None:
            return computed
        which = Step(Message("%(label)s: không tính được tỷ lệ.", label=condition.label))
        return replace(computed, steps=(*computed.steps, which))
    exact, step, warnings = computed
    met = exact >= Fraction(condition.minimum)
    says = (
        Message("%(label)s: đủ mức %(bar)s %%.", label=condition.label, bar=decimal_text(condition.minimum))
        if met
        else Message("%(label)s: chưa đủ mức %(bar)s %%.", label=condition.label, bar=decimal_text(condition.minimum))
    )
    return Finding(met, (step, Step(says), *_hint(exact, condition.minimum, basis)), warnings=warnings)


def ratio(rule: Ratio, answers: Answers, basis: Basis) -> Finding:
    """Numerator over denominator in percent against the threshold; compared exactly, rounded only to show."""
    computed = _quotient(answers, NUMERATOR, DENOMINATOR, basis)
    context_missing = tuple(code for code in (AS_OF, PROVIDER) if not answers.get(code))
    if isinstance(computed, Finding):
        return replace(computed, missing=(*computed.missing, *context_missing))
    exact, step, warnings = computed
    shown = rounded(exact, basis.rounding)
    warnings = (*warnings, *_printed_warning(answers.get(PRINTED), exact, basis.rounding))
    threshold, key, problem = _threshold(rule.threshold, basis)
    if threshold is None or threshold.value is None:
        reason = problem or Message("Ngưỡng do tỉnh quy định, chưa có trong bộ tiêu chí.")
        why = Step(reason, threshold.source if threshold else basis.source)
        return Finding(None, (step, why), False, shown, context_missing, warnings)
    bar = threshold.value
    met = _OPERATORS[rule.comparator](exact, Fraction(bar))
    verified = basis.holds(threshold.verification, key)
    words: dict[str, object] = {
        "value": format_number(shown),
        "sign": SIGNS[rule.comparator],
        "bar": decimal_text(bar),
    }
    said = _conclusion(met, words) if verified else _order(exact, bar, words)
    steps = (step, Step(said, threshold.source), *_hint(exact, bar, basis))
    return Finding(None if context_missing else met, steps, verified, shown, context_missing, warnings)


def _conclusion(met: bool, words: dict[str, object]) -> Message:
    if met:
        return Message("%(value)s %% so với ngưỡng %(sign)s %(bar)s %%: đáp ứng.", **words)
    return Message("%(value)s %% so với ngưỡng %(sign)s %(bar)s %%: chưa đáp ứng.", **words)


def _order(exact: Fraction, bar: Decimal, words: dict[str, object]) -> Message:
    """Beside a threshold that nobody has checked only the order is said, never whether it is met."""
    if exact > bar:
        return Message("%(value)s %% so với ngưỡng chưa kiểm chứng %(sign)s %(bar)s %%: cao hơn.", **words)
    if exact == bar:
        return Message("%(value)s %% so với ngưỡng chưa kiểm chứng %(sign)s %(bar)s %%: bằng.", **words)
    return Message("%(value)s %% so với ngưỡng chưa kiểm chứng %(sign)s %(bar)s %%: thấp hơn.", **words)


def _hint(exact: Fraction, bar: Decimal, basis: Basis) -> tuple[Step, ...]:
    """Why 80,00 % may miss 80 %: said where the rounded figure stands elsewhere than the exact one."""
    shown, limit = Fraction(rounded(exact, basis.rounding)), Fraction(bar)
    if (exact > limit, exact < limit) == (shown > limit, shown < limit):
        return ()
    return (Step(Message("Tỷ lệ hiển thị đã làm tròn; hệ thống so sánh bằng tỷ lệ chưa làm tròn.")),)


def _quotient(
    answers: Answers, numerator: str, denominator: str, basis: Basis
) -> Finding | tuple[Fraction, Step, tuple[Message, ...]]:
    top, bottom = answers.get(numerator), answers.get(denominator)
    missing = tuple(code for code, value in ((numerator, top), (denominator, bottom)) if value is None)
    if top is None or bottom is None:
        return Finding(None, missing=missing)
    words: dict[str, object] = {"top": format_number(Decimal(top)), "bottom": format_number(Decimal(bottom))}
    if Decimal(bottom) == 0:
        step = Step(Message("%(top)s : %(bottom)s × 100: không tính được.", **words), basis.source)
        return Finding(None, (step,), error=Message("Mẫu số bằng 0 nên không tính được tỷ lệ."))
    exact = Fraction(Decimal(top)) / Fraction(Decimal(bottom)) * 100
    words["value"] = format_number(rounded(exact, basis.rounding))
    step = Step(Message("%(top)s : %(bottom)s × 100 = %(value)s %%.", **words), basis.source)
    warnings = (Message("Tử số lớn hơn mẫu số (trên 100 %). Hãy kiểm tra lại."),) if exact > 100 else ()
    return exact, step, warnings


def _threshold(by: Threshold | ThresholdBy, basis: Basis) -> tuple[Threshold | None, str, Message | None]:
    """The threshold that applies, the key under which it may be confirmed, and why there is none."""
    if isinstance(by, Threshold):
        return by, basis.key, None
    value = basis.context.dimensions.get(by.dimension)
    if value not in by.values:
        return None, basis.key, Message("Chưa khai báo vùng của xã nên chưa biết ngưỡng nào áp dụng.")
    return by.values[value], f"{basis.key}#{value}", None


def _printed_warning(printed: str | None, exact: Fraction, rounding: Rounding) -> tuple[Message, ...]:
    """A printed percentage that differs is shown beside ours: a suggestion to check, never an accusation.

    It is compared with as many digits as it was printed with.
    """
    if not printed:
        return ()
    qualifier = "" if printed[0].isdigit() else printed[0]
    value = Decimal(printed.removeprefix(qualifier))
    digits = max(0, -int(value.as_tuple().exponent))
    ours = to_digits(exact, rounding.mode, rounding.digits if qualifier else max(digits, rounding.digits))
    words: dict[str, object] = {"printed": f"{qualifier}{format_number(value)}", "value": format_number(ours)}
    if qualifier:
        return (
            Message(
                "Tỷ lệ công bố “%(printed)s %%” có dấu %(sign)s nên giữ nguyên như đã in; số tính lại là %(value)s %%.",
                sign=qualifier,
                **words,
            ),
        )
    if value == to_digits(exact, rounding.mode, digits):
        return ()
    return (_cut(words) if value == to_digits(exact, "down", digits) else _differs(words),)


def _cut(words: dict[str, object]) -> Message:
    return Message(
        "Tỷ lệ đã công bố là %(printed)s %%, số tính lại là %(value)s %%. Có thể phần lẻ đã bị cắt thay vì làm tròn.",
        **words,
    )


def _differs(words: dict[str, object]) -> Message:
    return Message(
        "Tỷ lệ đã công bố là %(printed)s %%, số tính lại là %(value)s %%. Có thể mẫu số hoặc thời điểm khác nhau.",
        **words,
    )
