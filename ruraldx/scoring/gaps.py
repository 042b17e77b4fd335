"""Còn thiếu gì: what is missing to pass or to reach more points, ordered by gain. Pure.

Nothing is claimed that was not scored: every way is a set of answers that went through the engine, and its gain is the
difference of the points of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from ruraldx.catalog.fields import (
    AS_OF,
    DENOMINATOR,
    NOT_APPLICABLE,
    NOT_APPLICABLE_REASON,
    NUMERATOR,
    PROVIDER,
    Field,
    FieldKind,
    fields_of,
    rule_in_force,
)
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator
from ruraldx.messages import Message
from ruraldx.scoring.basis import Answers
from ruraldx.scoring.moves import Move, moves
from ruraldx.scoring.outcomes import IndicatorResult, ScoringContext, Verdict, plain
from ruraldx.scoring.plans import plan_of
from ruraldx.scoring.results import score_assessment, score_indicator
from ruraldx.scoring.totals import node_totals, set_total
from ruraldx.vietnamese import format_number

_GOOD: Final = (Verdict.PASS, Verdict.SCORED, Verdict.NOT_APPLICABLE)
_NUMBERS: Final = (FieldKind.INTEGER, FieldKind.DECIMAL)
# What goes with a figure, and moves nothing by what it says.
_TOLD: Final = (AS_OF, PROVIDER, NOT_APPLICABLE_REASON)
_ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class Way:
    """One way to more: the answers it takes, what they are in words, and what they were found to bring.

    ``supposed``: a figure is not known yet, and stands here at its best. ``certain``: it is not so, and the wording is
    verified. Otherwise the gain is what is possible at most.
    """

    values: Mapping[str, str]
    says: tuple[Message, ...]
    result: IndicatorResult
    gain: Decimal
    supposed: bool
    certain: bool
    cost: Fraction

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "says": [str(message) for message in self.says],
            "verdict": self.result.verdict.value,
            "points": plain(self.result.points),
            "gain": plain(self.gain),
            "certain": self.certain,
        }


@dataclass(frozen=True)
class Gap:
    """What an indicator lacks. ``waits``: what only somebody else can do; ``ways`` ordered by gain, least first."""

    indicator: Indicator
    criterion: Criterion
    now: IndicatorResult
    missing: tuple[Field, ...]
    ways: tuple[Way, ...]
    waits: Message | None

    @property
    def gain(self) -> Decimal:
        """The most that it may bring to the whole."""
        return self.ways[-1].gain if self.ways else _ZERO

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "code": self.indicator.code,
            "name": self.indicator.name,
            "criterion": self.criterion.code,
            "verdict": self.now.verdict.value,
            "points": plain(self.now.points),
            "maximum": plain(self.now.maximum),
            "missing": [str(field.label) for field in self.missing],
            "ways": [way.as_data() for way in self.ways],
            "waits": str(self.waits) if self.waits else None,
        }


def gaps(criteria: CriteriaSet, answers: Mapping[str, Answers], context: ScoringContext) -> tuple[Gap, ...]:
    """What is missing, the largest gain first.

    Without points: the indicators that stand in the way of their criterion, those of the criterion that lacks least
    first, then the cheapest. What waits for somebody else comes last.
    """
    search = _Search(criteria, answers, context)
    found = [gap for gap in search.found() if gap.ways or gap.now.verdict not in _GOOD]
    blocking: dict[str, int] = {}
    for gap in found:
        blocking[gap.criterion.code] = blocking.get(gap.criterion.code, 0) + 1
    return tuple(sorted(found, key=lambda gap: _order(gap, blocking[gap.criterion.code])))


def _order(gap: Gap, blocking: int) -> tuple[Any, ...]:
    if not gap.ways:
        return (1, blocking)
    return (0, -gap.gain, not gap.ways[-1].certain, blocking, gap.ways[0].cost)


class _Search:
    """One search: the set scored once, then every candidate by its own indicator."""

    def __init__(self, criteria: CriteriaSet, answers: Mapping[str, Answers], context: ScoringContext) -> None:
        self.criteria, self.answers, self.context = criteria, answers, context
        self.results = {one.code: one for one in score_assessment(criteria, answers, context).indicators}
        self.earned = self._earned({})

    def found(self) -> Iterator[Gap]:
        for section in self.criteria.sections:
            for one in section.indicators:
                if one.code in self.results:
                    yield self._gap(section, one)

    def _gap(self, section: Criterion, one: Indicator) -> Gap:
        now = self.results[one.code]
        fields = fields_of(one, self.context.choices)
        ways = _sorted_out([way for move in self._moves(one) for way in self._way(one, fields, move)])
        missing = tuple(field for field in fields if field.code in now.missing)
        return Gap(one, section, now, missing, ways, _waits(now))

    def _moves(self, one: Indicator) -> list[Move]:
        own = self.answers.get(one.code, {})
        if one.allow_not_applicable and own.get(NOT_APPLICABLE) == "co":
            return [{NOT_APPLICABLE_REASON: "–"}]
        basis = plan_of(one, self.context.choices).basis(self.context, self.criteria.rounding)
        return moves(rule_in_force(one, self.context.choices), own, basis)

    def _way(self, one: Indicator, fields: tuple[Field, ...], move: Move) -> Iterator[Way]:
        own = self.answers.get(one.code, {})
        changed = [field for field in fields if field.code in move and move[field.code] != own.get(field.code)]
        values = {field.code: move[field.code] for field in changed}
        result = self._scored(one, {**own, **values}, self.context)
        gain = self._earned({one.code: result}) - self.earned
        if not values or gain < 0 or not (gain or self._turns_good(one, values)):
            return
        unknown = {field.code for field in changed if _is_unknown(field.code, own, values)}
        yield Way(
            values=values,
            says=tuple(
                _says(field, None if field.code in unknown else own.get(field.code), values[field.code])
                for field in changed
            ),
            result=result,
            gain=gain,
            supposed=any(not code.endswith(_TOLD) for code in unknown),
            certain=all(code.endswith(_TOLD) for code in unknown) and result.verdict in _GOOD,
            cost=sum((_cost(field, own.get(field.code), values[field.code]) for field in changed), Fraction(0)),
        )

    def _turns_good(self, one: Indicator, values: Move) -> bool:
        """Whether it would pass with these values and not without, once its wording and thresholds are confirmed."""
        own = self.answers.get(one.code, {})
        key = plan_of(one, self.context.choices).basis(self.context, self.criteria.rounding).key
        keys = {key, *(f"{key}#{value}" for value in self.context.dimensions.values())}
        sure = replace(self.context, confirmed=self.context.confirmed | keys)
        before, after = (self._scored(one, known, sure).verdict for known in (own, {**own, **values}))
        return after in _GOOD and before not in _GOOD

    def _scored(self, one: Indicator, known: Answers, context: ScoringContext) -> IndicatorResult:
        return score_indicator(one, known, context, self.criteria.rounding, self.criteria.points_rounding)

    def _earned(self, changed: Mapping[str, IndicatorResult]) -> Decimal:
        results = {**self.results, **changed}
        total = set_total(self.criteria, node_totals(self.criteria, results), results)
        return total.sum.earned if total else _ZERO


def _sorted_out(ways: list[Way]) -> tuple[Way, ...]:
    """The cheapest way to each gain by the same fields; of suppositions only the one that brings most."""
    cheapest: dict[tuple[Decimal, frozenset[str]], Way] = {}
    for way in sorted(ways, key=lambda one: one.cost):
        cheapest.setdefault((way.gain, frozenset(way.values)), way)
    ordered = sorted(cheapest.values(), key=lambda one: one.gain)
    kept = [way for way in ordered if not way.supposed or way is ordered[-1]]
    return tuple(way for way in kept if not any(_does_with_less(other, way) for other in kept))


def _does_with_less(other: Way, way: Way) -> bool:
    return set(other.values) < set(way.values) and other.gain >= way.gain


def _waits(now: IndicatorResult) -> Message | None:
    if now.verdict is Verdict.MANUAL:
        return Message("Chờ Hội đồng hoặc người thẩm định kết luận.")
    if now.verdict is Verdict.UNVERIFIED:
        return Message("Ngưỡng hoặc nội dung này chưa được kiểm chứng nên hệ thống chưa kết luận.")
    return now.error


def _is_unknown(code: str, own: Answers, values: Move) -> bool:
    """Without a value; or a ratio whose denominator cannot be used, so that it has to be told anew."""
    told_anew = code.endswith(NUMERATOR) and f"{code.removesuffix(NUMERATOR)}{DENOMINATOR}" in values
    return own.get(code) is None or code.endswith(DENOMINATOR) or told_anew


def _says(field: Field, before: str | None, after: str) -> Message:
    label = field.label
    if before is None:
        return Message("Kê khai: %(label)s.", label=label)
    if field.kind is FieldKind.BOOLEAN:
        return Message("Cần đáp ứng: %(label)s.", label=label)
    if field.kind not in _NUMBERS:
        return Message("%(label)s: %(old)s → %(new)s.", label=label, **_both(field, before, after))
    more = Decimal(after) - Decimal(before)
    words = {"n": f"{format_number(abs(more))} {field.unit}".strip(), "label": label, **_both(field, before, after)}
    if more > 0:
        return Message("%(label)s: cần thêm %(n)s (%(old)s → %(new)s).", **words)
    return Message("%(label)s: cần giảm %(n)s (%(old)s → %(new)s).", **words)


def _both(field: Field, before: str, after: str) -> dict[str, object]:
    return {"old": field.written(before), "new": field.written(after)}


def _cost(field: Field, before: str | None, after: str) -> Fraction:
    """How much of a change it is: the part of a number that is lacking, one for anything else."""
    if before is None or field.kind not in _NUMBERS:
        return Fraction(1)
    old, new = Fraction(Decimal(before)), Fraction(Decimal(after))
    return abs(new - old) / max(old, new)
