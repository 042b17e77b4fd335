"""The acts of publication: put a decided result on the public side, and take it down with a trace."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.facts import latest_stage
from ruraldx.assessments.operations.common import Locked, check_seen, lock, move
from ruraldx.assessments.sealed_models import Decision, StageValue
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import unit_of_work
from ruraldx.published.models import PublishedResult
from ruraldx.scoring.results import Verdict, roll_up

# What leaves the dossier for each indicator. The steps of the computation name the figures it was made with;
# evidence, explanations, reasons and names stay inside.
PUBLIC_INDICATOR_FIELDS = ("code", "name", "criterion", "verdict", "computed", "steps")


def publish(*, actor: Principal, now: datetime, key: str, seen: int | None = None) -> str:
    """Publish a decided assessment and return the key of the published result.

    ``seen``: the version of the dossier that the person looked at. Raises Forbidden, NotFound, or Conflict when there
    is no decision, it is published already, or the dossier has changed since it was seen.
    """
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        check_seen(locked, seen)
        move(locked, actor, "publish", now)
        published = _published(locked, now)
        session.add(published)
        return published.key


def unpublish(*, actor: Principal, now: datetime, key: str, reason: str, seen: int | None = None) -> None:
    """Take a published result down; the row stays with the reason. Raises Invalid without one, Conflict."""
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        check_seen(locked, seen)
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
    final = latest_stage(session, row, "final", locked.subject.involved)
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
        criteria=_criteria(locked, final),
        indicators=_indicators(locked, final),
        is_demo=round_.is_demo,
        published_at=now,
    )


def _criteria(locked: Locked, final: Mapping[str, StageValue]) -> list[dict[str, Any]]:
    decided = {code: Verdict(value.verdict) for code, value in final.items()}
    return [
        {
            "code": item.code,
            "name": item.name,
            "verdict": item.verdict.value,
            "passed": item.passed,
            "total": item.total,
        }
        for item in roll_up(locked.criteria.criteria, decided)
    ]


def _indicators(locked: Locked, final: Mapping[str, StageValue]) -> list[dict[str, Any]]:
    criterion_of = {
        indicator.code: criterion
        for criterion in locked.criteria.criteria.sections
        for indicator in criterion.indicators
    }
    found = []
    for code, indicator in locked.criteria.indicators.items():
        result = final[code].result
        facts = {
            "code": code,
            "name": indicator.name,
            "criterion": f"{criterion_of[code].code}. {criterion_of[code].name}",
            "verdict": final[code].verdict,
            "computed": result["verdict"],
            # Why something does not apply is the commune's own text: it stays inside.
            "steps": [] if result["verdict"] == Verdict.NOT_APPLICABLE else result["steps"],
        }
        found.append({name: facts[name] for name in PUBLIC_INDICATOR_FIELDS})
    return found
