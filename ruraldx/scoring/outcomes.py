"""What scoring says: verdicts, steps, results of an indicator. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from ruraldx.messages import Message

ENGINE_VERSION: Final = "2"


class Verdict(StrEnum):
    """What the engine says of an indicator."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNVERIFIED = "unverified"
    INCOMPLETE = "incomplete"
    ERROR = "error"
    NOT_APPLICABLE = "not_applicable"
    MANUAL = "manual"
    SCORED = "scored"


VERDICTS: Final[dict[Verdict, tuple[Message, str]]] = {
    Verdict.PASS: (Message("Đạt"), "success"),
    Verdict.FAIL: (Message("Không đạt"), "danger"),
    Verdict.UNVERIFIED: (Message("Chưa kiểm chứng ngưỡng"), "warning"),
    Verdict.INCOMPLETE: (Message("Chưa đủ số liệu"), "neutral"),
    Verdict.ERROR: (Message("Không tính được"), "danger"),
    Verdict.NOT_APPLICABLE: (Message("Không áp dụng"), "neutral"),
    Verdict.MANUAL: (Message("Cần chấm thủ công"), "warning"),
    Verdict.SCORED: (Message("Đã chấm điểm"), "success"),
}


@dataclass(frozen=True)
class ScoringContext:
    """What a score depends on besides answers: the unit's dimensions, the round's choices, confirmed thresholds.

    ``confirmed`` holds keys that an administrator confirmed with a source: ``8.2``, ``8.2#dtts-mn`` for the threshold
    of one region, ``15.1#hoa-binh`` for the alternative of one province. ``best``: indicator code → the best value of
    the round's units, frozen when the round closed its figures.
    """

    dimensions: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    best: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of an explanation and where it comes from."""

    message: Message
    source: str = ""

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"message": self.message.as_data(), "source": self.source}


@dataclass(frozen=True)
class Finding:
    """What evaluating a rule found. ``met`` None: cannot be said. ``verified``: every bar used is confirmed.

    ``points``: what it brings, exact, of a rule that gives points; None while that cannot be said. ``waits_for``: why
    only a person, or other units, can say it.
    """

    met: bool | None = None
    steps: tuple[Step, ...] = ()
    verified: bool = True
    value: Decimal | None = None
    missing: tuple[str, ...] = ()
    warnings: tuple[Message, ...] = ()
    error: Message | None = None
    points: Fraction | None = None
    waits_for: Message | None = None


@dataclass(frozen=True)
class IndicatorResult:
    """The result of one indicator with its explanation. ``value`` is a percentage where there is one.

    ``points`` of ``maximum``; None while they cannot be said, and for an indicator that carries none. They are
    provisional while the verdict is "unverified".
    """

    code: str
    verdict: Verdict
    value: Decimal | None = None
    steps: tuple[Step, ...] = ()
    warnings: tuple[Message, ...] = ()
    missing: tuple[str, ...] = ()
    error: Message | None = None
    points: Decimal | None = None
    maximum: Decimal | None = None

    def as_data(self) -> dict[str, Any]:
        """JSON-ready form, the same for the same result."""
        points = {"points": plain(self.points), "maximum": plain(self.maximum)}
        return {
            "code": self.code,
            "verdict": self.verdict.value,
            "value": plain(self.value),
            "steps": [step.as_data() for step in self.steps],
            "warnings": [warning.as_data() for warning in self.warnings],
            "missing": list(self.missing),
            "error": self.error.as_data() if self.error else None,
            **(points if (self.points, self.maximum) != (None, None) else {}),
        }


def plain(value: Decimal | None) -> str | None:
    """A number as stored text, without an exponent."""
    return None if value is None else format(value, "f")
