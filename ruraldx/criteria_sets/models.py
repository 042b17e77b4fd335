"""Tables of criteria sets. A draft may change; a version and everything said about it are only ever added to.

A person that is None acted by command at the server.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.database import Base, append_only, register_constraint_messages
from ruraldx.messages import Message


class CriteriaVersion(Base):
    """A criteria set as it was published, or taken by a round: immutable text with its hash."""

    __tablename__ = "criteria_version"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime]


class CriteriaDraft(Base):
    """A set that is being written: YAML as it was typed, also while it cannot be read yet.

    ``province`` is the path of the unit whose administrators write it, None for a national set. ``code``, ``number``
    and ``title`` repeat what the text said when it could last be read. ``version`` rises with every change.
    """

    __tablename__ = "criteria_draft"
    __table_args__ = (CheckConstraint("version > 0", name="version_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    province: Mapped[str | None] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    updated_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime]


class CriteriaPublication(Base):
    """That a version was published: by whom, when, from which draft, and the text as the authors had typed it.

    A version that a round took from the sets that come with the platform has none.
    """

    __tablename__ = "criteria_publication"

    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"), primary_key=True, autoincrement=False)
    draft_key: Mapped[str | None] = mapped_column(String(32), unique=True)
    source_text: Mapped[str] = mapped_column(Text)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]


class CriteriaRetirement(Base):
    """That a version is not to be used for new rounds from a day on, and why. Rounds that have it keep it."""

    __tablename__ = "criteria_retirement"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="reason_given"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text)
    retired_on: Mapped[date]
    retired_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class CriteriaAmendment(Base):
    """A document that amends a version from a day on; ``content`` is its canonical JSON.

    While the day is not known (``effective_from`` None) it is shown and not applied. The highest number of a code is
    the one that counts.
    """

    __tablename__ = "criteria_amendment"
    __table_args__ = (
        UniqueConstraint("code", "number"),
        CheckConstraint(
            "effective_to IS NULL OR (effective_from IS NOT NULL AND effective_to >= effective_from)",
            name="dates_in_order",
        ),
        Index("ix_criteria_amendment_version", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"))
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]


for _model in (CriteriaVersion, CriteriaPublication, CriteriaRetirement, CriteriaAmendment):
    _table = _model.__table__
    assert isinstance(_table, Table)
    append_only(_table)

_TAKEN = Message("Bộ tiêu chí này vừa được người khác công bố. Hãy tải lại trang.")
register_constraint_messages(
    {
        "uq_criteria_version_code_number": (None, _TAKEN),
        "uq_criteria_version_sha256": (None, _TAKEN),
        "pk_criteria_publication": (None, _TAKEN),
        "uq_criteria_publication_draft_key": (None, _TAKEN),
        "pk_criteria_retirement": (None, Message("Phiên bản này đã ngừng áp dụng.")),
        "ck_criteria_retirement_reason_given": ("reason", Message("Hãy ghi lý do ngừng áp dụng.")),
        "uq_criteria_amendment_code_number": (None, Message("Văn bản sửa đổi này đã được công bố.")),
        "uq_criteria_amendment_sha256": (None, Message("Văn bản sửa đổi này đã được công bố.")),
        "ck_criteria_amendment_dates_in_order": (
            "effective_to",
            Message("Văn bản sửa đổi hết hiệu lực trước khi có hiệu lực."),
        ),
    }
)
