"""Ranks of a round from stored results, within comparable groups only. A fixed number of statements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.criteria import PinnedSet, best_of_round, pinned_set
from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.queries.scope import within_reach
from ruraldx.assessments.score_models import LiveScore, Score
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.places.models import Unit
from ruraldx.scoring.cohort import group_of
from ruraldx.scoring.inputs import context_hash
from ruraldx.scoring.outcomes import ENGINE_VERSION, Verdict
from ruraldx.scoring.totals import competition_ranks

STAGE_WORDS: Final = {
    "self": Message("Xã tự chấm"),
    "appraised": Message("Thẩm định"),
    "final": Message("Khi có quyết định"),
}


@dataclass(frozen=True)
class RankRow:
    """A commune in a ranking. ``rank`` None: it has none, and ``why`` says why. ``stale``: see staleness."""

    key: str
    unit_name: str
    unit_code: str
    group: str | None
    outcome: Verdict | None
    earned: Decimal | None
    possible: Decimal | None
    percent: Decimal | None
    class_code: str
    provisional: bool
    computed_at: datetime | None
    stale: bool = False
    rank: int | None = None
    why: Message | None = None


@dataclass(frozen=True)
class Group:
    """Communes that agree in every dimension by which the set compares; ``labels``: their values in words."""

    labels: tuple[str, ...]
    rows: tuple[RankRow, ...]


@dataclass(frozen=True)
class Ranking:
    """The ranks of a round at one stage. ``left``: who has none, each with the reason."""

    round_key: str
    round_title: str
    criteria: CriteriaSet
    stage: str
    counts: dict[str, int]
    groups: tuple[Group, ...]
    left: tuple[RankRow, ...]

    @property
    def any_stale(self) -> bool:
        """Whether a stored result in it would come out otherwise now."""
        return any(row.stale for group in self.groups for row in group.rows)

    @property
    def classes(self) -> dict[str, str]:
        """Class code → its name."""
        return {band.code: band.name for band in self.criteria.aggregation.classes}


def ranking(principal: Principal, round_key: str, stage: str = "") -> Ranking:
    """Ranks by the exact share of the possible points; without ``stage`` the furthest that anybody has reached.

    Raises NotFound for a round that has nothing in the person's reach.
    """
    session = read_session()
    round_, digest = _round(session, principal, round_key)
    counts = _counts(session, round_.id)
    reached = [name for name in STAGE_WORDS if counts.get(name)]
    stage = stage if stage in STAGE_WORDS else (reached[-1] if reached else "self")
    best = best_of_round(session, round_.id)
    criteria = pinned_set(session, digest, round_.choices, {}).criteria
    rows = []
    for row, made in _rows(session, round_.id, stage):
        pinned = pinned_set(session, digest, round_.choices, row["dimensions"])
        rows.append(_row(pinned, best, row, made))
    placed = [row for row in rows if row.why is None]
    return Ranking(
        round_key=round_.key,
        round_title=round_.title,
        criteria=criteria,
        stage=stage,
        counts=counts,
        groups=tuple(_groups(criteria, placed)),
        left=tuple(row for row in rows if row.why is not None),
    )


def _round(session: Session, principal: Principal, key: str) -> tuple[Round, str]:
    found = session.execute(
        select(Round, CriteriaVersion.sha256)
        .join(CriteriaVersion, CriteriaVersion.id == Round.version_id)
        .where(
            Round.key == key,
            select(Assessment.id)
            .where(Assessment.round_id == Round.id, within_reach(principal, "queue.read"))
            .exists(),
        )
    ).one_or_none()
    if found is None:
        raise NotFound(Message("Không tìm thấy kỳ đánh giá này."))
    return found[0], found[1]


def _counts(session: Session, round_id: int) -> dict[str, int]:
    """Stage → dossiers that have a result of it. One statement."""
    mine = select(Assessment.id).where(Assessment.round_id == round_id)
    sealed = (
        select(Score.stage, func.count(Score.assessment_id.distinct()))
        .where(Score.assessment_id.in_(mine), Score.stage != "appraised")
        .group_by(Score.stage)
    )
    open_ = (
        select(LiveScore.stage, func.count(LiveScore.assessment_id))
        .where(LiveScore.assessment_id.in_(mine), LiveScore.stage == "appraised")
        .group_by(LiveScore.stage)
    )
    return {stage: number for stage, number in session.execute(union_all(sealed, open_))}


_NUMBERS: Final = ("outcome", "earned", "possible", "scored", "percent", "class_code", "provisional", "computed_at")
_MADE: Final = ("version_sha256", "engine", "context_sha256")


def _rows(session: Session, round_id: int, stage: str) -> Iterable[tuple[dict[str, Any], tuple[Any, ...]]]:
    """Every dossier of the round with its stored result, if it has one. One statement."""
    kept: Any = LiveScore if stage == "appraised" else Score
    statement: Select[Any] = (
        select(
            Assessment.key,
            Unit.full_name.label("unit_name"),
            Unit.code.label("unit_code"),
            Assessment.dimensions,
            *(getattr(kept, name) for name in (*_NUMBERS, *_MADE)),
        )
        .join(Unit, Unit.id == Assessment.unit_id)
        .outerjoin(kept, (kept.assessment_id == Assessment.id) & (kept.stage == stage) & _stands(kept, round_id))
        .where(Assessment.round_id == round_id)
        .order_by(Unit.sort_key)
    )
    for row in session.execute(statement).mappings():
        yield dict(row), tuple(row[name] for name in _MADE)


def _stands(kept: Any, round_id: int) -> Any:
    if kept is LiveScore:
        return True
    mine = select(Assessment.id).where(Assessment.round_id == round_id)
    return Score.id.in_(
        select(func.max(Score.id)).where(Score.assessment_id.in_(mine)).group_by(Score.assessment_id, Score.stage)
    )


def _row(pinned: PinnedSet, best: dict[str, dict[str, Decimal]], row: dict[str, Any], made: tuple[Any, ...]) -> RankRow:
    group = group_of(pinned.criteria, row["dimensions"])
    if pinned.is_relative:
        pinned = pinned.with_best(best.get(group or "", {}))
    now = (pinned.sha256, ENGINE_VERSION, context_hash(pinned.context))
    return RankRow(
        key=row["key"],
        unit_name=row["unit_name"],
        unit_code=row["unit_code"],
        group=group,
        outcome=Verdict(row["outcome"]) if row["outcome"] else None,
        earned=row["earned"],
        possible=row["possible"],
        percent=row["percent"],
        class_code=row["class_code"] or "",
        provisional=bool(row["provisional"]),
        computed_at=row["computed_at"],
        stale=row["outcome"] is not None and made != now,
        why=_why(pinned.criteria, group, row),
    )


def _why(criteria: CriteriaSet, group: str | None, row: dict[str, Any]) -> Message | None:
    """Why a commune has no rank; None where it has one."""
    if row["outcome"] is None:
        return Message("Chưa có kết quả ở bước này.")
    if not row["possible"]:
        return Message("Không có điểm nào để so sánh.")
    if row["scored"] < row["possible"]:
        return Message("Còn chỉ tiêu chưa có điểm.")
    if group is None:
        names = ", ".join(criteria.aggregation.comparable_by)
        return Message("Chưa khai báo %(names)s nên không so sánh được với xã nào.", names=names)
    return None


def _groups(criteria: CriteriaSet, rows: list[RankRow]) -> Iterable[Group]:
    together: dict[str, list[RankRow]] = {}
    for row in rows:
        together.setdefault(row.group or "", []).append(row)
    for group, members in sorted(together.items()):
        shares = {row.key: Fraction(row.earned or 0) / Fraction(row.possible or 1) for row in members}
        ranks = competition_ranks(shares) if criteria.aggregation.ranked else {}
        ordered = sorted(members, key=lambda row: -shares[row.key])
        yield Group(_labels(criteria, group), tuple(replace(row, rank=ranks.get(row.key)) for row in ordered))


def _labels(criteria: CriteriaSet, group: str) -> tuple[str, ...]:
    values: dict[str, str] = json.loads(group)
    return tuple(criteria.dimensions.get(name, {}).get(value, value) for name, value in values.items())
