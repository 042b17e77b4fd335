"""Table of pilots."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.database import Base, Json, one_of, register_constraint_messages
from ruraldx.messages import Message
from ruraldx.pilots.kinds import POINT_QUALITIES, Kind, PilotStatus


class Pilot(Base):
    """A pilot in a unit of its time. ``unit_today_id`` is the unit that holds the place today."""

    __tablename__ = "pilot"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("status", PilotStatus),
        one_of("point_quality", POINT_QUALITIES),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_whole"),
        CheckConstraint("(lat IS NULL) = (point_quality IS NULL)", name="point_has_quality"),
        CheckConstraint("lat IS NULL OR (lat BETWEEN 5 AND 24 AND lon BETWEEN 101 AND 119)", name="point_in_vietnam"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    fields: Mapped[Any] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(30))
    status_note: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_today_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(String(120))
    period: Mapped[str] = mapped_column(String(60))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    point_quality: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(300))
    noted_on: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(String(500))
    sort_key: Mapped[str] = mapped_column(String(600))
    recorded_at: Mapped[datetime]


register_constraint_messages(
    {
        "uq_pilot_slug": ("slug", Message("Đã có mô hình với địa chỉ này.")),
        "ck_pilot_point_whole": ("lat", Message("Hãy nhập đủ cả vĩ độ và kinh độ.")),
        "ck_pilot_point_in_vietnam": ("lat", Message("Tọa độ nằm ngoài Việt Nam. Hãy kiểm tra vĩ độ, kinh độ.")),
    }
)
