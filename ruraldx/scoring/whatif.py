"""What if: two results of the same answers side by side, and what differs. Pure.

The two may come from another version of the set, another day, other choices of the round, other dimensions of the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from ruraldx.messages import Message
from ruraldx.scoring.outcomes import IndicatorResult, Step, Verdict, plain
from ruraldx.scoring.results import AssessmentResult

CHANGED, APPEARED, VANISHED = "changed", "appeared", "vanished"
KINDS: Final[dict[str, Message]] = {
    CHANGED: Message("Kết quả thay đổi"),
    APPEARED: Message("Có thêm"),
    VANISHED: Message("Không còn"),
}
_ONE_TO_ONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Flip:
    """An indicator whose verdict or points differ; ``lost`` and ``gained``: the steps that only one side has."""

    kind: str
    before: IndicatorResult | None
    after: IndicatorResult | None
    lost: tuple[Step, ...] = ()
    gained: tuple[Step, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Its code before and after; one where it is the same, or is there on one side only."""
        return tuple(dict.fromkeys(one.code for one in (self.before, self.after) if one is not None))

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "kind": self.kind,
            "before": self.before.as_data() if self.before else None,
            "after": self.after.as_data() if self.after else None,
            "why": {
                "lost": [step.as_data() for step in self.lost],
                "gained": [step.as_data() for step in self.gained],
            },
        }


def flips(
    before: AssessmentResult, after: AssessmentResult, crosswalk: Mapping[str, str] = _ONE_TO_ONE
) -> tuple[Flip, ...]:
    """What differs between two results, in the order of the first, then what only the second has.

    ``crosswalk``: code before → code after. What it does not name keeps its code, unless that code is named as what
    another one became.
    """
    new = {one.code: one for one in after.indicators}
    claimed = set(crosswalk.values())
    pairs: list[tuple[IndicatorResult | None, IndicatorResult | None]] = []
    for one in before.indicators:
        code = crosswalk.get(one.code, "" if one.code in claimed else one.code)
        pairs.append((one, new.get(code)))
    met = {there.code for _, there in pairs if there is not None}
    pairs += [(None, one) for one in after.indicators if one.code not in met]
    return tuple(_flips(pairs))


def _flips(pairs: list[tuple[IndicatorResult | None, IndicatorResult | None]]) -> Iterator[Flip]:
    for old, new in pairs:
        lost, gained = _only_in(old, new), _only_in(new, old)
        if old is None or new is None:
            yield Flip(APPEARED if old is None else VANISHED, old, new, lost, gained)
        elif (old.verdict, old.points, old.maximum) != (new.verdict, new.points, new.maximum):
            yield Flip(CHANGED, old, new, lost, gained)


def _only_in(one: IndicatorResult | None, other: IndicatorResult | None) -> tuple[Step, ...]:
    known = [step.as_data() for step in other.steps] if other else []
    return tuple(step for step in one.steps if step.as_data() not in known) if one else ()


@dataclass(frozen=True)
class Standing:
    """The whole in a line: outcome, points, percentage, class; points are None for a set without any."""

    outcome: Verdict
    earned: Decimal | None
    possible: Decimal | None
    percent: Decimal | None
    class_code: str
    class_name: str
    passed: int
    criteria: int

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "outcome": self.outcome.value,
            "earned": plain(self.earned),
            "possible": plain(self.possible),
            "percent": plain(self.percent),
            "class": self.class_code,
            "passed": self.passed,
            "criteria": self.criteria,
        }


def standing_of(result: AssessmentResult) -> Standing:
    """The whole of a result in a line."""
    total = result.total
    passed = sum(1 for one in result.criteria if one.verdict in (Verdict.PASS, Verdict.SCORED))
    return Standing(
        outcome=result.outcome,
        earned=total.sum.earned if total else None,
        possible=total.sum.possible if total else None,
        percent=total.percent if total else None,
        class_code=total.class_code if total else "",
        class_name=total.class_name if total else "",
        passed=passed,
        criteria=len(result.criteria),
    )
