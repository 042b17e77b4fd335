"""Tables of published facts. Nothing here points into drafts; every column is public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.database import Base, Json, one_of


class PublishedResult(Base):
    """A published result of a unit of its time. Taking it down keeps the row and says why."""

    __tablename__ = "published_result"
    __table_args__ = (
        one_of("outcome", ("pass", "fail")),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)", name="withdrawal_has_reason"),
        Index("ix_published_result_unit", "unit_id"),
        Index("ix_published_result_assessment_key", "assessment_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    assessment_key: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    round_title: Mapped[str] = mapped_column(String(300))
    period_from: Mapped[date]
    period_to: Mapped[date]
    criteria_code: Mapped[str] = mapped_column(String(80))
    criteria_number: Mapped[int]
    criteria_title: Mapped[str] = mapped_column(String(300))
    criteria_sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    decision_number: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date]
    signer: Mapped[str] = mapped_column(String(120))
    criteria: Mapped[Any] = mapped_column(Json)
    indicators: Mapped[Any] = mapped_column(Json)
    is_demo: Mapped[bool]
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
