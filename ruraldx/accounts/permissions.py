"""Who may do what: one table of pure predicates.

A permission is asked with a principal and a subject. The same table drives route guards, buttons, operations,
the tests' matrix and ``docs/permissions.md``. Everything that is not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ruraldx.messages import Message


class Role(StrEnum):
    """Roles people hold in a unit, for a time (design.md section 1)."""

    COMMUNE_OFFICIAL = "commune_official"
    CHAIRPERSON = "chairperson"
    APPRAISER = "appraiser"
    COORDINATION = "coordination"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


ROLE_LABELS: Final[dict[Role, Message]] = {
    Role.COMMUNE_OFFICIAL: Message("Công chức xã"),
    Role.CHAIRPERSON: Message("Chủ tịch UBND xã"),
    Role.APPRAISER: Message("Người thẩm định của tỉnh"),
    Role.COORDINATION: Message("Văn phòng Điều phối nông thôn mới"),
    Role.LEADER: Message("Lãnh đạo tỉnh (chỉ xem)"),
    Role.ADMINISTRATOR: Message("Quản trị hệ thống"),
}


# The level of the unit in which a role is held.
ROLE_LEVELS: Final[dict[Role, str]] = {
    Role.COMMUNE_OFFICIAL: "commune",
    Role.CHAIRPERSON: "commune",
    Role.APPRAISER: "province",
    Role.COORDINATION: "province",
    Role.LEADER: "province",
    Role.ADMINISTRATOR: "province",
}


@dataclass(frozen=True)
class Grant:
    """A role in a unit that is in force now; it reaches the unit and everything below it."""

    role: Role
    unit_id: int
    unit_path: str
    unit_name: str = ""


@dataclass(frozen=True)
class Principal:
    """A person as permissions see them. ``person_id`` is None for a visitor."""

    person_id: int | None
    name: str
    email: str
    grants: tuple[Grant, ...] = ()

    def reach(self, *roles: Role) -> tuple[str, ...]:
        """Unit paths that these roles (all roles when none is named) reach."""
        return tuple(g.unit_path for g in self.grants if not roles or g.role in roles)


ANONYMOUS: Final = Principal(None, "", "")


@dataclass(frozen=True)
class Subject:
    """What a permission is asked about: a place, and the people who have had a hand in it."""

    unit_path: str | None = None
    involved: frozenset[int] = frozenset()


Predicate = Callable[[Principal, Subject], bool]


@dataclass(frozen=True)
class Permission:
    """One row of the table: a label, the roles that may hold it, and the rule."""

    name: str
    label: Message
    roles: frozenset[Role]
    allows: Predicate


def anyone(principal: Principal, subject: Subject) -> bool:
    """Visitors too."""
    return True


def signed_in(principal: Principal, subject: Subject) -> bool:
    """Any person with an account."""
    return principal.person_id is not None


def holds(*roles: Role) -> Predicate:
    """The person holds one of the roles in a unit that reaches the subject's unit.

    Without a unit in the subject the question is "anywhere at all": good for a menu, not for an act.
    """

    def predicate(principal: Principal, subject: Subject) -> bool:
        paths = principal.reach(*roles)
        if subject.unit_path is None:
            return bool(paths)
        return any(subject.unit_path.startswith(path) for path in paths)

    return predicate


def not_involved(principal: Principal, subject: Subject) -> bool:
    """Separation of duties by person: nobody appraises what they drafted, signed or uploaded."""
    return principal.person_id not in subject.involved


def both(*predicates: Predicate) -> Predicate:
    """All of the predicates hold."""

    def predicate(principal: Principal, subject: Subject) -> bool:
        return all(each(principal, subject) for each in predicates)

    return predicate


_COMMUNE = (Role.COMMUNE_OFFICIAL, Role.CHAIRPERSON)
_PROVINCE = (Role.APPRAISER, Role.COORDINATION, Role.LEADER)


def _rule(name: str, label: Message, *roles: Role, extra: Predicate | None = None) -> Permission:
    predicate = holds(*roles)
    return Permission(name, label, frozenset(roles), both(predicate, extra) if extra else predicate)


_TABLE: Final[tuple[Permission, ...]] = (
    Permission("public", Message("Xem trang công khai"), frozenset(), anyone),
    Permission("account.own", Message("Dùng tài khoản của mình"), frozenset(Role), signed_in),
    _rule("assessment.read", Message("Xem hồ sơ đánh giá"), *_COMMUNE, *_PROVINCE),
    _rule("assessment.answer", Message("Kê khai số liệu và minh chứng"), Role.COMMUNE_OFFICIAL),
    _rule("assessment.request_signoff", Message("Trình ký hồ sơ"), Role.COMMUNE_OFFICIAL),
    _rule("assessment.sign", Message("Ký duyệt và gửi hồ sơ"), Role.CHAIRPERSON),
    _rule("assessment.appraise", Message("Thẩm định hồ sơ"), Role.APPRAISER, extra=not_involved),
    _rule("assessment.decide", Message("Ghi nhận quyết định"), Role.APPRAISER, extra=not_involved),
    _rule("assessment.publish", Message("Công bố kết quả"), Role.COORDINATION, extra=not_involved),
    _rule("queue.read", Message("Xem hàng chờ thẩm định"), *_PROVINCE),
    _rule("round.open", Message("Mở kỳ đánh giá"), Role.COORDINATION),
    _rule("round.freeze", Message("Chốt giá trị tốt nhất của kỳ"), Role.COORDINATION),
    _rule("pilot.edit", Message("Cập nhật mô hình"), Role.COORDINATION),
    _rule("catalog.manage", Message("Soạn, công bố và ngừng áp dụng bộ tiêu chí"), Role.ADMINISTRATOR),
    _rule("account.manage", Message("Quản lý tài khoản"), Role.ADMINISTRATOR),
    _rule("audit.read", Message("Xem nhật ký"), Role.ADMINISTRATOR),
)

PERMISSIONS: Final[dict[str, Permission]] = {permission.name: permission for permission in _TABLE}


def allows(principal: Principal, permission: str, subject: Subject | None = None) -> bool:
    """Whether ``principal`` has ``permission`` on ``subject``. Raises KeyError for an undeclared permission."""
    return PERMISSIONS[permission].allows(principal, subject or Subject())
