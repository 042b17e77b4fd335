"""Reads of published facts, for the public pages, the map and the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from ruraldx.database import read_session
from ruraldx.places.models import Unit
from ruraldx.places.queries import successor_codes
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
    criteria: Sequence[Mapping[str, Any]]
    indicators: Sequence[Mapping[str, Any]]
    is_demo: bool
    published_at: datetime


@dataclass(frozen=True)
class PublishedStatus:
    """The outcome of a result, tied to the code of today's unit that holds its territory.

    ``own``: it is that unit's own result; otherwise that of a unit that went into it, wholly or in part.
    """

    unit_code_today: str
    unit_name_then: str
    outcome: str
    own: bool


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
            PublishedResult.criteria,
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


def published_sets() -> tuple[tuple[str, str], ...]:
    """(code, title) of the criteria sets that have published results, the one published last first. One statement."""
    rows = read_session().execute(
        select(PublishedResult.criteria_code, PublishedResult.criteria_title)
        .where(PublishedResult.withdrawn_at.is_(None))
        .order_by(PublishedResult.published_at.desc())
    )
    found: dict[str, str] = {}
    for code, title in rows:
        found.setdefault(code, title)
    return tuple(found.items())


def published_statuses(province_code: str, on: date, criteria_code: str) -> tuple[PublishedStatus, ...]:
    """Outcomes under one criteria set by the unit of ``on`` that holds the territory; a newer result supersedes.

    A result of a merged commune is found at whatever it has become. Two statements. ``province_code`` is the code of
    the province on ``on``.
    """
    rows = read_session().execute(
        select(PublishedResult.unit_id, Unit.full_name, Unit.code, Unit.valid_to, PublishedResult.outcome)
        .join(Unit, Unit.id == PublishedResult.unit_id)
        .where(PublishedResult.withdrawn_at.is_(None), PublishedResult.criteria_code == criteria_code)
        .order_by(PublishedResult.period_to, PublishedResult.published_at)
    )
    latest = {row.unit_id: row for row in rows}
    today = successor_codes(tuple(latest), on, province_code)
    return tuple(
        PublishedStatus(code, row.full_name, row.outcome, own=row.valid_to is None or row.valid_to > on)
        for unit_id, row in latest.items()
        for code in today.get(unit_id, ())
    )
