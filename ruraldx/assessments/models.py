"""Tables of rounds and assessments. What is sealed is guarded by triggers beside each table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.assessments.states import Status
from ruraldx.database import Base, Json, one_of


class Round(Base):
    """A round (kỳ đánh giá): one criteria set version, one province, one period, one deadline."""

    __tablename__ = "round"
    __table_args__ = (CheckConstraint("period_to >= period_from", name="period_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    province_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    province_path: Mapped[str] = mapped_column(String(120))
    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"))
    period_from: Mapped[date]
    period_to: Mapped[date]
    choices: Mapped[Any] = mapped_column(Json)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_demo: Mapped[bool] = mapped_column(default=False)


class Assessment(Base):
    """One unit, as it was, in one round. ``unit_path`` scopes it; counters keep lists cheap."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        one_of("status", Status),
        CheckConstraint("submissions >= 0 AND version >= 0", name="counts_not_negative"),
        CheckConstraint(
            "status IN ('draft', 'awaiting_signature') OR submissions > 0", name="sent_states_have_submission"
        ),
        CheckConstraint("(status IN ('decided', 'published')) = (decided_at IS NOT NULL)", name="decided_has_time"),
        Index("ix_assessment_status_sent_at", "status", "sent_at"),
        Index("ix_assessment_unit_path", "unit_path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(String(120))
    dimensions: Mapped[Any] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(30), default=Status.DRAFT.value)
    version: Mapped[int] = mapped_column(default=0)
    submissions: Mapped[int] = mapped_column(default=0)
    required_count: Mapped[int] = mapped_column(default=0)
    answered_count: Mapped[int] = mapped_column(default=0)
    invalid_count: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    appraiser_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Answer(Base):
    """One field of one indicator as the commune typed it, with what it was read as."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("assessment_id", "indicator_code", "field_code"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    indicator_code: Mapped[str] = mapped_column(String(20))
    field_code: Mapped[str] = mapped_column(String(80))
    raw: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[Any | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime]


class Document(Base):
    """A piece of evidence: a stored file and what it is. Removing one while drafting keeps the row."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        Index("ix_document_assessment", "assessment_id"),
        Index("ix_document_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    indicator_code: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    number: Mapped[str] = mapped_column(String(100))
    issued_on: Mapped[date | None]
    agency: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500))
    page: Mapped[str] = mapped_column(String(100))
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Involvement(Base):
    """A person who had a hand in what the commune says: drafted, attached, asked for the signature or signed.

    Nobody in this table may appraise or decide on the assessment; triggers beside those tables keep it so.
    """

    __tablename__ = "involvement"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime]


class ReturnedIndicator(Base):
    """An indicator sent back to the commune with a reason; ``fixed_at`` when the commune changed it."""

    __tablename__ = "returned_indicator"
    __table_args__ = (
        UniqueConstraint("assessment_id", "indicator_code", "submission_number"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    indicator_code: Mapped[str] = mapped_column(String(20))
    submission_number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    returned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime]
    fixed_at: Mapped[datetime | None]
