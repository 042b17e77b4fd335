"""Tables of people, their roles in places, and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ruraldx.accounts.permissions import Role
from ruraldx.database import Base, one_of, register_constraint_messages
from ruraldx.messages import Message


class Person(Base):
    """A person with an account. The e-mail is stored folded; look-alike forms cannot coexist."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime]


class RoleGrant(Base):
    """A role of a person in a unit from one instant to another (``valid_to`` exclusive)."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="dates_in_order"),
        Index("ix_role_grant_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LoginSession(Base):
    """A server-side session. Only the hash of the token is kept."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_person", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FailedLogin(Base):
    """A failed login of an account, counted to slow guessing without locking a commune out for good."""

    __tablename__ = "failed_login"
    __table_args__ = (Index("ix_failed_login_email_at", "email", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


register_constraint_messages(
    {
        "uq_person_email": ("email", Message("Thư điện tử này đã có tài khoản. Hãy dùng địa chỉ khác.")),
        "ck_role_grant_dates_in_order": ("valid_to", Message("Ngày kết thúc phải sau ngày bắt đầu.")),
    }
)
