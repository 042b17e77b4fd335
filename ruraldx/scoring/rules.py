"""One function for each kind of rule that passes or fails: answers in, a finding with its explanation out. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ruraldx.catalog.fields import AMOUNT, CLAIM, DENOMINATOR, NUMERATOR, PRINTED
from ruraldx.catalog.rules import (
    BooleanCondition,
    Composite,
    Condition,
    Count,
    CountCondition,
    NumberCondition,
    PassFail,
    Ratio,
    RatioCondition,
    Value,
)
from ruraldx.catalog.schema import Rounding
from ruraldx.catalog.terms import SIGNS
from ruraldx.messages import Message
from ruraldx.scoring.basis import (
    COMPARISONS,
    Answers,
    Bar,
    Basis,
    bar_of,
    compared,
    quotient,
    rounding_hint,
    unaccounted,
)
from ruraldx.scoring.intervals import Interval
from ruraldx.scoring.outcomes import Finding, Step
from ruraldx.scoring.rounding import exact, to_digits
from ruraldx.vietnamese import decimal_text, format_number


def pass_fail(rule: PassFail, answers: Answers, basis: Basis) -> Finding:
    """The commune's own claim."""
    claim = answers.get(CLAIM)
    if claim is None:
        return Finding(None, missing=(CLAIM,))
    said = Message("Xã kê khai: Có") if claim == "co" else Message("Xã kê khai: Không")
    step = Step(Message("%(question)s – %(said)s.", question=rule.question, said=said), basis.source)
    return Finding(claim == "co", (step,), basis.stands)


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
        verified=basis.stands,
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
    found = quotient(answers, basis, f"{condition.code}-{NUMERATOR}", f"{condition.code}-{DENOMINATOR}")
    if isinstance(found, Finding):
        if found.error is None:
            return found
        which = Step(Message("%(label)s: không tính được tỷ lệ.", label=condition.label))
        return replace(found, steps=(*found.steps, which))
    met = found.percent >= exact(condition.minimum)
    says = (
        Message("%(label)s: đủ mức %(bar)s %%.", label=condition.label, bar=decimal_text(condition.minimum))
        if met
        else Message("%(label)s: chưa đủ mức %(bar)s %%.", label=condition.label, bar=decimal_text(condition.minimum))
    )
    hint = rounding_hint(found, condition.minimum)
    return Finding(met, (found.step, Step(says), *hint), warnings=found.warnings)


def ratio(rule: Ratio, answers: Answers, basis: Basis) -> Finding:
    """Numerator over denominator in percent against the threshold; compared exactly, rounded only to show."""
    found = quotient(answers, basis)
    missing = unaccounted(answers)
    if isinstance(found, Finding):
        return replace(found, missing=(*found.missing, *missing))
    percent, shown = found.percent, found.shown
    warnings = (*found.warnings, *printed_warning(answers.get(PRINTED), percent, basis.rounding))
    bar = bar_of(rule.threshold, basis)
    if bar.value is None:
        return Finding(None, (found.step, *bar.steps), False, shown, missing, warnings)
    met = COMPARISONS[rule.comparator](percent, exact(bar.value))
    said = said_of(met, bar, percent, format_number(shown), "%", rule.comparator)
    steps = (found.step, said, *rounding_hint(found, bar.value))
    return Finding(None if missing else met, steps, bar.verified, shown, missing, warnings)


def said_of(met: bool, bar: Bar, measured: Fraction | Decimal, value: str, unit: str, comparator: str) -> Step:
    """The step that says how a figure stands to its threshold."""
    assert bar.value is not None
    words: dict[str, object] = {
        "value": value,
        "unit": unit,
        "sign": SIGNS[comparator],
        "bar": decimal_text(bar.value),
    }
    order = 0 if bar.verified else _order(measured, bar.value)
    return Step(compared(met, bar.verified, order, words), bar.source)


def _order(measured: Fraction | Decimal, bar: Decimal) -> int:
    """The sign of their difference, exact: the precision of a context must not cut in."""
    difference = Fraction(measured) - exact(bar)
    return (difference > 0) - (difference < 0)


def count(rule: Count, answers: Answers, basis: Basis) -> Finding:
    """A whole number against the threshold."""
    raw = answers.get(AMOUNT)
    return Finding(missing=(AMOUNT,)) if raw is None else _measured(rule, Decimal(raw), basis)


def value(rule: Value, answers: Answers, basis: Basis) -> Finding:
    """A decimal number against the threshold; one printed with a sign only where the sign leaves no doubt."""
    raw = answers.get(AMOUNT)
    if raw is None:
        return Finding(missing=(AMOUNT,))
    if raw[0].isdigit():
        return _measured(rule, Decimal(raw), basis)
    return _qualified(rule, raw, basis)


def _measured(rule: Count | Value, number: Decimal, basis: Basis) -> Finding:
    bar = bar_of(rule.threshold, basis)
    if bar.value is None:
        stated = Step(Message("%(label)s: %(value)s %(unit)s.", **_stated(rule, decimal_text(number))), basis.source)
        return Finding(None, (stated, *bar.steps), False)
    met = COMPARISONS[rule.comparator](number, bar.value)
    said = said_of(met, bar, number, decimal_text(number), rule.unit, rule.comparator)
    return Finding(met, (said,), bar.verified)


def _stated(rule: Count | Value, text: str) -> dict[str, object]:
    return {"label": rule.label, "value": text, "unit": rule.unit}


def _qualified(rule: Value, raw: str, basis: Basis) -> Finding:
    sign, number = raw[0], Decimal(raw[1:])
    text = f"{sign} {decimal_text(number)}"
    stated = Step(Message("%(label)s: %(value)s %(unit)s.", **_stated(rule, text)), basis.source)
    bar = bar_of(rule.threshold, basis)
    if bar.value is None:
        return Finding(None, (stated, *bar.steps), False)
    met = Interval.of(sign, number).satisfies(rule.comparator, bar.value)
    if met is None:
        words: dict[str, object] = {"value": text, "bar": f"{SIGNS[rule.comparator]} {decimal_text(bar.value)}"}
        why = Message("Số “%(value)s” không đủ để biết có đạt ngưỡng %(bar)s hay không; cần người chấm.", **words)
        return Finding(None, (stated, Step(why, bar.source)), bar.verified, waits_for=why)
    said = said_of(met, bar, number, text, rule.unit, rule.comparator)
    return Finding(met, (stated, said), bar.verified)


def printed_warning(printed: str | None, exact: Fraction, rounding: Rounding) -> tuple[Message, ...]:
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
