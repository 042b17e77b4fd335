"""Which change makes which stored result stale: the table, and how a stored result is told from one made now. Pure.

What is renewed is written anew in the transaction of the change. What is stale is shown with a notice until somebody
recomputes it. What is untouched stays right: it does not depend on the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ruraldx.messages import Message


class Change(StrEnum):
    """Something that happens to what results depend on."""

    ANSWER = "answer"
    FIGURE = "figure"
    AMENDMENT = "amendment"
    ENGINE = "engine"
    COHORT = "cohort"
    THRESHOLD = "threshold"
    CHOICE = "choice"


class Effect(StrEnum):
    """What it does to a stored result."""

    RENEWED = "renewed"
    STALE = "stale"
    UNTOUCHED = "untouched"


@dataclass(frozen=True)
class Row:
    """One change, in words, and its effect on the stored result of each stage."""

    change: Change
    words: Message
    live: Effect
    self: Effect
    appraised: Effect
    final: Effect


_R, _S, _U = Effect.RENEWED, Effect.STALE, Effect.UNTOUCHED
TABLE: Final = (
    # A decided dossier takes no answers, so its final result cannot be touched by one.
    Row(Change.ANSWER, Message("Xã sửa số liệu"), _R, _S, _S, _U),
    Row(Change.FIGURE, Message("Người thẩm định ghi số khác"), _U, _U, _R, _U),
    # A round pins its version for ever: another text in force shows under "what if" only.
    Row(Change.AMENDMENT, Message("Công bố văn bản sửa đổi bộ tiêu chí"), _U, _U, _U, _U),
    Row(Change.ENGINE, Message("Phiên bản mới của bộ máy tính điểm"), _S, _S, _S, _S),
    Row(Change.COHORT, Message("Chốt giá trị tốt nhất của kỳ"), _S, _S, _S, _S),
    Row(Change.THRESHOLD, Message("Xác nhận một ngưỡng"), _S, _S, _S, _S),
    # No act changes the choices of a round; were it done by hand, it would show.
    Row(Change.CHOICE, Message("Thay mẫu của tỉnh trong kỳ"), _S, _S, _S, _S),
)
BY_CHANGE: Final = {row.change: row for row in TABLE}


@dataclass(frozen=True)
class Made:
    """What a result was made from: version of the set, engine, context (unit, choices, cohort), and all inputs."""

    version: str
    engine: str
    context: str
    inputs: str


def reasons(stored: Made, now: Made) -> tuple[Message, ...]:
    """Why a stored result is stale, as sentences; none where it would come out the same."""
    found = []
    if stored.version != now.version:
        found.append(Message("bộ tiêu chí đã khác"))
    if stored.engine != now.engine:
        found.append(Message("bộ máy tính điểm đã là phiên bản %(new)s", new=now.engine))
    if stored.context != now.context:
        found.append(Message("giá trị tốt nhất của kỳ, mẫu của tỉnh hoặc ngưỡng được xác nhận đã khác"))
    elif stored.version == now.version and stored.inputs != now.inputs:
        found.append(Message("số liệu đã khác"))
    return tuple(found)
