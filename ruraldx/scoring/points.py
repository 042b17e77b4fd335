"""One function for each kind of rule that gives points: answers in, a finding with exact points out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ruraldx.catalog.fields import AMOUNT, CHOICE, POINTS, PRINTED
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
from ruraldx.scoring.basis import COMPARISONS, Answers, Basis, bar_of, quotient, unaccounted
from ruraldx.scoring.outcomes import Finding, Step
from ruraldx.scoring.rounding import exact, rounded
from ruraldx.scoring.rules import printed_warning, said_of
from ruraldx.vietnamese import decimal_text, format_number

_ONE = Fraction(1)


def bands(rule: Bands, answers: Answers, basis: Basis) -> Finding:
    """The points of the band in which the quantity lies."""
    if isinstance(rule.quantity, RatioOf):
        return _ratio_bands(rule, answers, basis)
    raw = answers.get(AMOUNT)
    if raw is None:
        return Finding(missing=(AMOUNT,))
    finding = _banded(rule, Fraction(Decimal(raw)), Decimal(raw), rule.quantity.unit, basis)
    return replace(finding, value=None)


def _ratio_bands(rule: Bands, answers: Answers, basis: Basis) -> Finding:
    found, missing = quotient(answers, basis), unaccounted(answers)
    if isinstance(found, Finding):
        return replace(found, missing=(*found.missing, *missing))
    finding = _banded(rule, found.percent, found.shown, "%", basis)
    return replace(finding, steps=(found.step, *finding.steps), missing=missing, warnings=found.warnings)


def _banded(rule: Bands, measured: Fraction, shown: Decimal, unit: str, basis: Basis) -> Finding:
    band = _band(rule.bands, measured)
    words: dict[str, object] = {"value": format_number(shown), "unit": unit, "points": decimal_text(band.points)}
    said = Step(Message("%(value)s %(unit)s thuộc khung %(band)s: %(points)s điểm.", band=_ends(band), **words))
    return Finding(None, (said,), basis.stands, shown, points=exact(band.points))


def _band(ordered: Iterable[Band], measured: Fraction) -> Band:
    """The last band that has begun; the checks of a set see to it that there is one, and only one."""
    return [band for band in ordered if band.at_least is None or measured >= exact(band.at_least)][-1]


def _ends(band: Band) -> Message | str:
    if band.label:
        return band.label
    low, high = band.at_least or Decimal(0), band.below
    if high is None:
        return Message("từ %(low)s trở lên", low=decimal_text(low))
    return Message("từ %(low)s đến dưới %(high)s", low=decimal_text(low), high=decimal_text(high))


def proportional(rule: Proportional, answers: Answers, basis: Basis) -> Finding:
    """Ratio ÷ full × maximum, not above the maximum, nothing below the floor."""
    found = quotient(answers, basis)
    missing = unaccounted(answers)
    if isinstance(found, Finding):
        return replace(found, missing=(*found.missing, *missing))
    share = min(_ONE, found.percent / exact(rule.full_at))
    said = _share_step(share, basis)
    if found.percent < exact(rule.none_below):
        share = Fraction(0)
        said = Step(Message("Tỷ lệ dưới mức %(bar)s %% nên không có điểm.", bar=decimal_text(rule.none_below)))
    warnings = (*found.warnings, *printed_warning(answers.get(PRINTED), found.percent, basis.rounding))
    steps = (found.step, said)
    return Finding(None, steps, basis.stands, found.shown, missing, warnings, points=share * basis.most)


def _share_step(share: Fraction, basis: Basis) -> Step:
    percent, most = format_number(rounded(share * 100, basis.rounding)), decimal_text(basis.maximum or Decimal(0))
    return Step(Message("Được %(percent)s %% của %(most)s điểm.", percent=percent, most=most))


def choice(rule: Choice, answers: Answers, basis: Basis) -> Finding:
    """The share of the answer that was chosen."""
    chosen = next((option for option in rule.options if option.code == answers.get(CHOICE)), None)
    if chosen is None:
        return Finding(missing=(CHOICE,))
    said = Step(Message("%(question)s – %(said)s.", question=rule.question, said=chosen.label), basis.source)
    return _of(chosen, (said,), basis)


def _of(option: Option, steps: tuple[Step, ...], basis: Basis) -> Finding:
    share = exact(option.fraction)
    return Finding(None, (*steps, _share_step(share, basis)), basis.stands, points=share * basis.most)


def highest_case(rule: HighestCase, answers: Answers, basis: Basis) -> Finding:
    """The case with the highest share among those that hold; an open one counts only where it could still be higher."""
    holding = [case for case in rule.cases if answers.get(case.code) == "co"]
    best = max(holding, key=lambda case: case.fraction, default=None)
    reached = best.fraction if best else Decimal(-1)
    missing = tuple(case.code for case in rule.cases if answers.get(case.code) is None and case.fraction > reached)
    if missing:
        return Finding(missing=missing)
    if best is None:
        none = Step(Message("Không có trường hợp nào đúng: 0 điểm."), basis.source)
        return Finding(None, (none,), basis.stands, points=Fraction(0))
    return _of(best, (Step(Message("Trường hợp cao điểm nhất: %(case)s.", case=best.label), basis.source),), basis)


def capped_count(rule: CappedCount, answers: Answers, basis: Basis) -> Finding:
    """So many points for each, up to the maximum."""
    raw = answers.get(AMOUNT)
    if raw is None:
        return Finding(missing=(AMOUNT,))
    number = Decimal(raw)
    points = min(basis.most, Fraction(number) * Fraction(rule.points_each))
    said = _each(number, rule.unit, rule.points_each, Message("không quá %(cap)s điểm", cap=_text(basis.most)))
    return Finding(None, (Step(said, basis.source),), basis.stands, points=points)


def _each(number: Decimal, unit: str, each: Decimal, cap: Message) -> Message:
    words: dict[str, object] = {"n": decimal_text(number), "unit": unit, "each": decimal_text(each)}
    return Message("%(n)s %(unit)s × %(each)s điểm, %(cap)s.", cap=cap, **words)


def _text(exact: Fraction) -> str:
    return decimal_text(Decimal(exact.numerator) / Decimal(exact.denominator))


def adjustment(rule: Adjustment, answers: Answers, basis: Basis) -> Finding:
    """Points beyond the maximum, or off it."""
    raw = answers.get(AMOUNT)
    if raw is None:
        return Finding(missing=(AMOUNT,))
    number = Decimal(raw)
    points = min(Fraction(rule.cap), Fraction(number) * Fraction(rule.points_each))
    cap = decimal_text(rule.cap)
    limit = (
        Message("cộng thêm không quá %(cap)s điểm", cap=cap)
        if rule.sign == "bonus"
        else Message("trừ không quá %(cap)s điểm", cap=cap)
    )
    said = Step(_each(number, rule.unit, rule.points_each, limit), basis.source)
    signed = points if rule.sign == "bonus" else -points
    return Finding(None, (said,), basis.stands, points=signed)


def relative(rule: Relative, answers: Answers, basis: Basis) -> Finding:
    """Value over the best unit's value (or the reverse where less is better)."""
    raw = answers.get(AMOUNT)
    missing = (*((AMOUNT,) if raw is None else ()), *unaccounted(answers))
    if raw is None:
        return Finding(missing=missing)
    number, best = Decimal(raw), basis.context.best.get(basis.code)
    stated = Step(
        Message("%(label)s: %(value)s %(unit)s.", label=rule.label, value=decimal_text(number), unit=rule.unit)
    )
    if best is None:
        why = Message("Chưa chốt giá trị tốt nhất của các xã trong kỳ nên chưa tính được điểm.")
        return Finding(None, (stated, Step(why)), basis.stands, missing=missing, waits_for=why)
    share = _relative_share(rule.better, Fraction(number), Fraction(best))
    against = Step(Message("So với giá trị tốt nhất %(best)s %(unit)s.", best=decimal_text(best), unit=rule.unit))
    steps = (stated, against, _share_step(share, basis))
    return Finding(None, steps, basis.stands, missing=missing, points=share * basis.most)


def _relative_share(better: str, number: Fraction, best: Fraction) -> Fraction:
    """Never above one: the cohort is frozen, and a figure that is corrected later may pass its best."""
    if better == "higher":
        return min(_ONE, number / best) if best else Fraction(0)
    return min(_ONE, best / number) if number else _ONE


def imported(rule: Imported, answers: Answers, basis: Basis) -> Finding:
    """A percentage that somebody else publishes: against a threshold, or as a share of the maximum."""
    raw = answers.get(AMOUNT)
    missing = (*((AMOUNT,) if raw is None else ()), *unaccounted(answers))
    if raw is None:
        return Finding(missing=missing)
    number = Decimal(raw)
    words: dict[str, object] = {"label": rule.label, "value": decimal_text(number), "provider": rule.provider}
    stated = Step(Message("%(label)s: %(value)s %% (%(provider)s công bố).", **words), basis.source)
    if rule.threshold is None:
        share = min(_ONE, Fraction(number) / Fraction(rule.full_at))
        steps = (stated, _share_step(share, basis))
        return Finding(None, steps, basis.stands, number, missing, points=share * basis.most)
    bar = bar_of(rule.threshold, basis)
    if bar.value is None:
        return Finding(None, (stated, *bar.steps), False, number, missing)
    met = COMPARISONS[rule.comparator](number, bar.value)
    said = said_of(met, bar, number, decimal_text(number), "%", rule.comparator)
    return Finding(None if missing else met, (stated, said), bar.verified, number, missing)


def council(rule: Council, answers: Answers, basis: Basis) -> Finding:
    """What the council gave; until then nothing."""
    raw = answers.get(POINTS)
    if raw is None:
        why = Message("Chờ Hội đồng chấm điểm.")
        return Finding(None, (Step(why, basis.source),), basis.stands, waits_for=why)
    points = min(basis.most, Fraction(Decimal(raw)))
    said = Step(Message("%(question)s: %(points)s điểm.", question=rule.question, points=_text(points)), basis.source)
    return Finding(None, (said,), basis.stands, points=points)
