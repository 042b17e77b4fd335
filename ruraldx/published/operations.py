"""The acts of publication: put a decided result on the public side, and take it down with a trace."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.facts import latest_stage
from ruraldx.assessments.models import CriteriaVersion
from ruraldx.assessments.operations.common import Locked, lock, move
from ruraldx.assessments.sealed_models import Decision
from ruraldx.database import unit_of_work
from ruraldx.published.models import PublishedResult

# What leaves the dossier for each indicator. Answers, evidence, reasons and names stay inside.
PUBLIC_INDICATOR_FIELDS = ("code", "name", "criterion", "verdict", "computed", "steps")


def publish(*, actor: Principal, now: datetime, key: str) -> str:
    """Publish a decided assessment and return the key of the published result.

    Raises Forbidden, NotFound, or Conflict when there is no decision or it is published already.
    """
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        move(locked, actor, "publish", now)
        published = _published(locked, now)
        session.add(published)
        return published.key


def unpublish(*, actor: Principal, now: datetime, key: str, reason: str) -> None:
    """Take a published result down; the row stays with the reason. Raises Invalid without a reason."""
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        move(locked, actor, "unpublish", now, reason=reason)
        row = _standing(session, key)
        row.withdrawn_at, row.withdrawal_reason = now, reason.strip()


def _standing(session: Session, key: str) -> PublishedResult:
    return session.scalars(
        select(PublishedResult).where(PublishedResult.assessment_key == key, PublishedResult.withdrawn_at.is_(None))
    ).one()


def _published(locked: Locked, now: datetime) -> PublishedResult:
    session, row, round_ = locked.session, locked.row, locked.round
    decision = session.scalars(select(Decision).where(Decision.assessment_id == row.id)).one()
    version = session.get_one(CriteriaVersion, round_.version_id)
    return PublishedResult(
        key=secrets.token_hex(8),
        assessment_key=row.key,
        unit_id=row.unit_id,
        round_title=round_.title,
        period_from=round_.period_from,
        period_to=round_.period_to,
        criteria_code=version.code,
        criteria_number=version.number,
        criteria_title=version.title,
        criteria_sha256=version.sha256,
        outcome=decision.outcome,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        signer=decision.signer,
        indicators=_indicators(locked),
        is_demo=round_.is_demo,
        published_at=now,
    )


def _indicators(locked: Locked) -> list[dict[str, Any]]:
    final = latest_stage(locked.session, locked.row, "final")
    criterion_of = {
        indicator.code: criterion
        for criterion in locked.criteria.criteria.criteria
        for indicator in criterion.indicators
    }
    return [
        {
            "code": code,
            "name": indicator.name,
            "criterion": f"{criterion_of[code].code}. {criterion_of[code].name}",
            "verdict": final[code].verdict,
            "computed": final[code].result["verdict"],
            "steps": final[code].result["steps"],
        }
        for code, indicator in locked.criteria.indicators.items()
    ]
