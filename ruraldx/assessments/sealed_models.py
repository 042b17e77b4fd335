"""Tables that are only ever added to: submissions, stage values, decisions; and the triggers that seal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.assessments.models import Answer, Document, Involvement
from ruraldx.database import Base, Json, append_only, guard, one_of, register_constraint_messages
from ruraldx.messages import Message

STAGES = ("self", "appraised", "final")
VERDICTS = ("pass", "fail", "unverified", "incomplete", "error", "not_applicable", "manual", "scored", "return")


class Submission(Base):
    """A sending: the sealed snapshot with its hash manifest, and the receipt."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("assessment_id", "number"),
        UniqueConstraint("assessment_id", "idempotency_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(40), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    signed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]


class StageValue(Base):
    """What one stage says of one indicator; a later row of the same stage supersedes, none is overwritten.

    ``figures``: field → value, where the stage has another one than the commune. ``result``: what the engine says of
    the stage's values.
    """

    __tablename__ = "stage_value"
    __table_args__ = (
        one_of("stage", STAGES),
        one_of("verdict", VERDICTS),
        CheckConstraint("stage = 'self' OR verdict IN ('pass', 'scored', 'fail', 'return')", name="appraiser_verdicts"),
        CheckConstraint("verdict <> 'return' OR length(reason) > 0", name="return_has_reason"),
        CheckConstraint("figures = '{}' OR length(reason) > 0", name="difference_has_reason"),
        Index("ix_stage_value_assessment", "assessment_id", "submission_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    submission_number: Mapped[int]
    indicator_code: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[Any] = mapped_column(Json, default=dict)
    result: Mapped[Any] = mapped_column(Json)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class Decision(Base):
    """The decision of an assessment: the document's own date and the time it was recorded stand apart."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("outcome", ("pass", "fail")),
        CheckConstraint("length(number) > 0", name="number_given"),
        CheckConstraint("length(signer) > 0", name="signer_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), unique=True)
    number: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date]
    signer: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _sealed_unless_open(row: str) -> str:
    """SQL: the assessment of this row is closed, or returned without this indicator. Same words on both."""
    status = f"(SELECT status FROM assessment WHERE id = {row}.assessment_id)"
    reopened = (
        "EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id "
        f"WHERE a.id = {row}.assessment_id AND r.indicator_code = {row}.indicator_code "
        "AND r.submission_number = a.submissions)"
    )
    return f"NOT ({status} = 'draft' OR ({status} = 'returned' AND {reopened}))"


for _sealed in (Submission, StageValue, Decision, Involvement):
    append_only(_table(_sealed))

_BY_INVOLVED = (
    "EXISTS (SELECT 1 FROM involvement i WHERE i.assessment_id = NEW.assessment_id AND i.person_id = NEW.recorded_by)"
)
for _judging, _case in ((StageValue, f"NEW.stage <> 'self' AND {_BY_INVOLVED}"), (Decision, _BY_INVOLVED)):
    guard(
        _table(_judging),
        f"{_table(_judging).name}_by_involved",
        when="BEFORE",
        operation="INSERT",
        sqlite=_case,
        postgresql=_case,
    )

for _model in (Answer, Document):
    for _operation, _row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        guard(
            _table(_model),
            f"{_table(_model).name}_sealed_{_operation.lower()}",
            when="BEFORE",
            operation=_operation,
            sqlite=_sealed_unless_open(_row),
            postgresql=_sealed_unless_open(_row),
        )

register_constraint_messages(
    {
        "ck_decision_number_given": ("number", Message("Hãy nhập số quyết định.")),
        "ck_decision_signer_given": ("signer", Message("Hãy nhập người ký.")),
        "uq_decision_assessment_id": (None, Message("Hồ sơ này đã có quyết định.")),
        "ck_stage_value_return_has_reason": ("reason", Message("Hãy ghi lý do trả lại.")),
        "ck_stage_value_difference_has_reason": (
            "reason",
            Message("Hãy ghi lý do vì sao số thẩm định khác số của xã."),
        ),
        "ck_returned_indicator_reason_given": ("reason", Message("Hãy ghi lý do trả lại.")),
    }
)
