"""Tables of units and of the changes between them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.database import Base, one_of

LEVELS: Final = ("province", "district", "commune")
KINDS: Final = (
    "province",
    "municipality",
    "city",
    "town",
    "urban_district",
    "district",
    "commune",
    "ward",
    "township",
    "special_zone",
)
# The start of a unit whose founding date no source here gives; pages show "không rõ".
UNKNOWN_START: Final = date(1900, 1, 1)


class Unit(Base):
    """An administrative unit for as long as it was valid (``valid_to`` exclusive). Key: code + validity."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", "level", "valid_from"),
        one_of("level", LEVELS),
        one_of("kind", KINDS),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_whole"),
        CheckConstraint("lat IS NULL OR (lat BETWEEN 5 AND 24 AND lon BETWEEN 101 AND 119)", name="point_in_vietnam"),
        Index("ix_unit_path", "path"),
        Index("ix_unit_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    full_name: Mapped[str] = mapped_column(String(140))
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    path: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_resolution: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(String(300))
    sort_key: Mapped[str] = mapped_column(String(600))
    lat: Mapped[float | None]
    lon: Mapped[float | None]


class UnitChange(Base):
    """What became of a unit: an edge from a predecessor to a successor.

    ``partial``: only a part of the predecessor went there. ``share`` is in (0, 1] where a source gives one.
    """

    __tablename__ = "unit_change"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        one_of("kind", ("merge", "split", "rename", "continue", "change_of_kind")),
        CheckConstraint("predecessor_id <> successor_id", name="not_itself"),
        CheckConstraint(
            "share IS NULL OR (CAST(share AS NUMERIC) > 0 AND CAST(share AS NUMERIC) <= 1)", name="share_in_range"
        ),
        Index("ix_unit_change_successor_id", "successor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(20))
    effective_on: Mapped[date]
    partial: Mapped[bool]
    share: Mapped[Decimal | None]
    legal_document: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200))
