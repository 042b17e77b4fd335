"""Computing stored results anew: the same engine and inputs must give the same bytes; what is stale is written anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.operations.scores import keep, numbers_of
from ruraldx.assessments.queries.inputs import Held, held_in_round
from ruraldx.assessments.queries.scores import MADE, made_of
from ruraldx.assessments.score_models import LiveScore, Numbers, Score
from ruraldx.assessments.staleness import Made, reasons
from ruraldx.assessments.states import Status
from ruraldx.audit.log import record
from ruraldx.database import unit_of_work
from ruraldx.messages import Message, NotFound
from ruraldx.scoring.inputs import result_text
from ruraldx.scoring.results import score_assessment

_DECIDED: Final = (Status.DECIDED.value, Status.PUBLISHED.value)


class State(StrEnum):
    """How a stored result stands to one made now."""

    SAME = "same"
    DIFFERENT = "different"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True)
class Compared:
    """One stored result of one dossier: of a sending, or (0) what stands open. ``why``: what differs, or is stale."""

    key: str
    stage: str
    submission: int
    state: State
    why: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where a result is kept; ``submission`` 0 for what stands open. ``row`` None: it is missing."""

    stage: str
    submission: int
    row: Numbers | None


def recompute(
    *, now: datetime, round_key: str | None = None, verify: bool = False, commit: bool = True
) -> tuple[Compared, ...]:
    """Compare every stored result with one made now, of a round or of all (None), one transaction each round.

    Without ``verify``, what is stale or missing is written anew: sealed results as further rows, so that the earlier
    ones stay. A result that differs though engine and inputs are the same is never touched: somebody has to look at
    it. Raises NotFound.
    """
    with unit_of_work(commit=False) as session:
        keys = session.scalars(select(Round.key).order_by(Round.id)).all()
    if round_key is not None and round_key not in keys:
        raise NotFound(Message("Không tìm thấy kỳ đánh giá này."))
    wanted = keys if round_key is None else [round_key]
    return tuple(one for key in wanted for one in _round(key, now, write=not verify, commit=commit and not verify))


def _round(key: str, now: datetime, *, write: bool, commit: bool) -> list[Compared]:
    found = []
    with unit_of_work(commit=commit) as session:
        round_ = session.scalars(select(Round).where(Round.key == key)).one()
        places = _places(session, round_.id)
        for held in held_in_round(session, round_):
            for place in _expected(held, places.get(held.row.id, {})):
                compared = _compare(session, held, place, now, write=write)
                found.append(compared)
        renewed = sum(1 for one in found if one.state in (State.STALE, State.MISSING))
        if write and renewed:
            details = {"renewed": renewed}
            record(session, actor_id=None, action="scores.recomputed", subject_type="round", subject_key=key,
                   unit_path=round_.province_path, now=now, details=details)  # fmt: skip
    return found


def _places(session: Session, round_id: int) -> dict[int, dict[tuple[str, bool], _Place]]:
    """Assessment → (stage, sealed) → the row that stands. Two statements."""
    mine = select(Assessment.id).where(Assessment.round_id == round_id)
    latest = select(func.max(Score.id)).where(Score.assessment_id.in_(mine)).group_by(Score.assessment_id, Score.stage)
    found: dict[int, dict[tuple[str, bool], _Place]] = {}
    for row in session.scalars(select(LiveScore).where(LiveScore.assessment_id.in_(mine))):
        found.setdefault(row.assessment_id, {})[row.stage, False] = _Place(row.stage, 0, row)
    for sealed in session.scalars(select(Score).where(Score.id.in_(latest))):
        place = _Place(sealed.stage, sealed.submission_number, sealed)
        found.setdefault(sealed.assessment_id, {})[sealed.stage, True] = place
    return found


def _expected(held: Held, known: dict[tuple[str, bool], _Place]) -> Iterator[_Place]:
    """What is kept of a dossier, and what should be: dossiers may be older than these tables."""
    yield from known.values()
    sent = held.row.submissions
    wanted = {
        ("live", False): bool(held.answers),
        ("appraised", False): any(value.submission_number == sent for value in held.verdicts),
        ("self", True): sent > 0,
        ("final", True): held.row.status in _DECIDED,
    }
    for (stage, sealed), is_wanted in wanted.items():
        if is_wanted and (stage, sealed) not in known:
            yield _Place(stage, sent if sealed else 0, None)


def _compare(session: Session, held: Held, place: _Place, now: datetime, *, write: bool) -> Compared:
    stage, submission, row = place.stage, place.submission, place.row
    answers = held.as_of(stage, submission) if submission else held.now(stage)
    result = score_assessment(held.pinned.criteria, answers, held.pinned.context)
    numbers = numbers_of(held.pinned, answers, result, now)
    state, why = (State.MISSING, ()) if row is None else _judged(row, numbers, sealed=submission > 0)
    if state is State.SAME and isinstance(row, Score) and row.result != result_text(result):
        state, why = State.DIFFERENT, (Message("kết quả lưu khác kết quả tính lại"),)
    if write and state in (State.STALE, State.MISSING):
        _write(session, held, place, numbers, result_text(result))
    return Compared(held.row.key, stage, submission, state, why)


def _judged(row: Numbers, numbers: dict[str, Any], *, sealed: bool) -> tuple[State, tuple[Message, ...]]:
    stored, fresh = made_of(row), Made(*(numbers[name] for name in MADE))
    # The answers of a sending are sealed: that they alone differ is nothing that anybody may bring about.
    broken = sealed and (stored.version, stored.engine, stored.context) == (fresh.version, fresh.engine, fresh.context)
    why = reasons(stored, fresh)
    if why and not broken:
        return State.STALE, why
    differing = [name for name in numbers if name != "computed_at" and getattr(row, name) != numbers[name]]
    if differing:
        return State.DIFFERENT, (Message("khác ở: %(names)s", names=", ".join(differing)),)
    return State.SAME, ()


def _write(session: Session, held: Held, place: _Place, numbers: dict[str, Any], text: str) -> None:
    if not place.submission:
        keep(session, held.row.id, place.stage, numbers)
        return
    session.add(
        Score(
            assessment_id=held.row.id,
            submission_number=place.submission,
            stage=place.stage,
            result=text,
            **numbers,
        )
    )
