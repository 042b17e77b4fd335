"""Tables of results: what was scored, from which inputs, by which engine; and the frozen best values of a round.

``score`` is only ever added to: a row for each moment that counts (sent, returned, decided) and for each recomputation;
the latest one of a stage stands. It holds the whole result in its canonical bytes.

``live_score`` holds what changes with every keystroke of the commune and every verdict of the appraiser: one row
for each dossier and stage, overwritten in place, numbers and hashes only. An append-only row of some forty kilobytes
for every saved field would be gigabytes a year of what nobody asks for again: the answers are there, and the engine
gives the same bytes from them, which the kept hash proves.

``round_best`` is only ever added to as well: freezing anew adds rows, and those of the latest freezing stand.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.database import Base, append_only, one_of

SEALED_STAGES: Final = ("self", "appraised", "final")
OPEN_STAGES: Final = ("live", "appraised")


class Numbers:
    """The columns of any stored result: what it was made from, and its whole in numbers.

    All of them follow from the result; what people decided is in ``stage_value`` and ``decision``. Points are None for
    a set without any.
    """

    version_sha256: Mapped[str] = mapped_column(String(64))
    engine: Mapped[str] = mapped_column(String(20))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    context_sha256: Mapped[str] = mapped_column(String(64))
    result_sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    earned: Mapped[Decimal | None]
    possible: Mapped[Decimal | None]
    scored: Mapped[Decimal | None]
    percent: Mapped[Decimal | None]
    class_code: Mapped[str] = mapped_column(String(80))
    provisional: Mapped[bool]
    computed_at: Mapped[datetime]


class Score(Numbers, Base):
    """A result that was sealed; ``result`` is its canonical text. The latest row of a stage stands."""

    __tablename__ = "score"
    __table_args__ = (
        one_of("stage", SEALED_STAGES),
        CheckConstraint("submission_number > 0", name="of_a_sending"),
        Index("ix_score_assessment_id_stage", "assessment_id", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    submission_number: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20))
    result: Mapped[str] = mapped_column(Text)


class LiveScore(Numbers, Base):
    """The result of what stands now: ``live`` of the answers, ``appraised`` with the figures of the appraisers."""

    __tablename__ = "live_score"
    __table_args__ = (one_of("stage", OPEN_STAGES),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)


class RoundBest(Base):
    """The best value of an indicator among comparable units of a round, as frozen; ``freezing`` counts from 1."""

    __tablename__ = "round_best"
    __table_args__ = (
        UniqueConstraint(
            "round_id", "freezing", "comparison_group", "indicator_code", name="uq_round_best_once_in_a_freezing"
        ),
        CheckConstraint("freezing > 0", name="freezing_positive"),
        CheckConstraint("units > 0", name="of_some_units"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    freezing: Mapped[int]
    comparison_group: Mapped[str] = mapped_column(String(500))
    indicator_code: Mapped[str] = mapped_column(String(20))
    value: Mapped[Decimal]
    units: Mapped[int]
    frozen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime]


for _sealed in (Score, RoundBest):
    _table = _sealed.__table__
    assert isinstance(_table, Table)
    append_only(_table)
