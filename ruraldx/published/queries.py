"""Reads of published facts, for the public pages, the map and the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from ruraldx.database import read_session
from ruraldx.places.models import Unit, UnitChange
from ruraldx.published.models import PublishedResult


@dataclass(frozen=True)
class PublishedView:
    """A published result as everybody may see it."""

    key: str
    unit_id: int
    unit_code: str
    unit_name: str
    unit_valid_to: date | None
    round_title: str
    period_from: date
    period_to: date
    criteria_code: str
    criteria_number: int
    criteria_title: str
    criteria_sha256: str
    outcome: str
    decision_number: str
    decided_on: date
    signer: str
    indicators: Sequence[Mapping[str, Any]]
    is_demo: bool
    published_at: datetime


@dataclass(frozen=True)
class PublishedStatus:
    """The outcome of a result, tied to the code of today's unit that holds its territory."""

    unit_code_today: str
    unit_name_then: str
    outcome: str
    published_at: datetime


def _standing() -> Any:
    return (
        select(
            PublishedResult.key,
            PublishedResult.unit_id,
            Unit.code,
            Unit.full_name,
            Unit.valid_to,
            PublishedResult.round_title,
            PublishedResult.period_from,
            PublishedResult.period_to,
            PublishedResult.criteria_code,
            PublishedResult.criteria_number,
            PublishedResult.criteria_title,
            PublishedResult.criteria_sha256,
            PublishedResult.outcome,
            PublishedResult.decision_number,
            PublishedResult.decided_on,
            PublishedResult.signer,
            PublishedResult.indicators,
            PublishedResult.is_demo,
            PublishedResult.published_at,
        )
        .join(Unit, Unit.id == PublishedResult.unit_id)
        .where(PublishedResult.withdrawn_at.is_(None))
    )


def _views(statement: Select[Any]) -> tuple[PublishedView, ...]:
    return tuple(PublishedView(*row) for row in read_session().execute(statement))


def latest(limit: int = 10) -> tuple[PublishedView, ...]:
    """The newest published results. One statement."""
    return _views(_standing().order_by(PublishedResult.published_at.desc()).limit(limit))


def of_units(unit_ids: Sequence[int]) -> tuple[PublishedView, ...]:
    """Published results of these units, newest period first. One statement."""
    return _views(
        _standing()
        .where(PublishedResult.unit_id.in_(unit_ids))
        .order_by(PublishedResult.period_to.desc(), PublishedResult.published_at.desc())
    )


def count() -> int:
    """How many results stand published."""
    return (
        read_session().scalar(
            select(func.count()).select_from(PublishedResult).where(PublishedResult.withdrawn_at.is_(None))
        )
        or 0
    )


def published_statuses(province_code: str, on: date) -> tuple[PublishedStatus, ...]:
    """Outcomes by today's unit: a result of a merged commune is found at its successors. Two statements.

    ``province_code`` is the code of the province that holds the territory on ``on``.
    """
    session = read_session()
    results = session.execute(
        select(PublishedResult.unit_id, Unit.full_name, PublishedResult.outcome, PublishedResult.published_at)
        .join(Unit, Unit.id == PublishedResult.unit_id)
        .where(PublishedResult.withdrawn_at.is_(None))
        .order_by(PublishedResult.published_at)
    ).all()
    today = _today_codes({row.unit_id for row in results}, province_code, on)
    return tuple(
        PublishedStatus(code, row.full_name, row.outcome, row.published_at)
        for row in results
        for code in today.get(row.unit_id, ())
    )


def _today_codes(unit_ids: set[int], province_code: str, on: date) -> dict[int, tuple[str, ...]]:
    """Unit id → codes of the units of ``on`` that hold its territory (itself, or its direct successors)."""
    session = read_session()
    valid = (Unit.valid_from <= on) & ((Unit.valid_to.is_(None)) | (Unit.valid_to > on))
    province = session.execute(
        select(Unit.path).where(Unit.code == province_code, Unit.level == "province", valid)
    ).scalar_one_or_none()
    if province is None or not unit_ids:
        return {}
    inside = Unit.path.startswith(province, autoescape=True)
    own = select(Unit.id, Unit.code).where(Unit.id.in_(unit_ids), valid, inside)
    successors = (
        select(UnitChange.predecessor_id, Unit.code)
        .join(Unit, Unit.id == UnitChange.successor_id)
        .where(UnitChange.predecessor_id.in_(unit_ids), valid, inside)
    )
    found: dict[int, tuple[str, ...]] = {}
    for unit_id, code in session.execute(own.union(successors)):
        found[unit_id] = (*found.get(unit_id, ()), code)
    return found
