"""What must be true of an account before it is stored."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from ruraldx.accounts.models import Person, RoleGrant
from ruraldx.accounts.permissions import ROLE_LABELS, ROLE_LEVELS, Role
from ruraldx.messages import Invalid, Message
from ruraldx.places.models import Unit
from ruraldx.vietnamese import is_blank, line_within

_LEVELS: Final = {"commune": Message("cấp xã"), "province": Message("cấp tỉnh")}


def name_as_stored(name: str) -> str:
    """One line that a person can see. Raises Invalid for a name that is none, or too long."""
    if is_blank(name):
        raise Invalid(Message("Hãy ghi họ tên của người dùng tài khoản."), field="name")
    return line_within(name, field="name", longest=120)


def check_grant(session: Session, grant: RoleGrant) -> None:
    """Raise Invalid for a role of a closed account, or in a unit that does not fit it."""
    person, role = session.get_one(Person, grant.person_id), Role(grant.role)
    if not person.is_active:
        raise Invalid(
            Message(
                "Tài khoản %(email)s đã khóa. Hãy mở lại bằng `ruraldx accounts reset-password %(email)s --commit`.",
                email=person.email,
            ),
            field="email",
        )
    level = ROLE_LEVELS[role]
    if session.get_one(Unit, grant.unit_id).level != level:
        raise Invalid(
            Message(
                "Vai trò “%(role)s” thuộc %(level)s; hãy chọn một đơn vị %(level)s (--level %(code)s).",
                role=ROLE_LABELS[role],
                level=_LEVELS[level],
                code=level,
            ),
            field="unit",
        )
