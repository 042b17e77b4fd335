"""What every act on criteria sets asks first: whether this person may, and whether the text can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.audit.log import record
from ruraldx.catalog.loader import CatalogError, Problem, parse_set
from ruraldx.catalog.provincial import Resolver
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.messages import Forbidden, Invalid, Message, NotFound
from ruraldx.places.models import Unit

PERMISSION = "catalog.manage"


class NotInOrder(Invalid):
    """A text that cannot be taken; ``problems`` names everything that is wrong with it, by line or cell."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            Message(
                "Còn %(n)s lỗi. Lỗi đầu tiên ở dòng %(line)s: %(problem)s",
                n=len(problems),
                line=problems[0].line,
                problem=problems[0].message,
            ),
            field="content",
            code="not_in_order",
        )
        self.problems = tuple(problems)


def authorise(actor: Principal, unit_path: str | None) -> int:
    """The person's id. A national set (no unit) is in the hands of every administrator. Raises Forbidden."""
    if actor.person_id is None or not allows(actor, PERMISSION, Subject(unit_path)):
        raise Forbidden(Message("Bạn không có quyền soạn hoặc công bố bộ tiêu chí của nơi này."))
    return actor.person_id


def authorise_for(session: Session, actor: Principal | None, province_code: str) -> int | None:
    """The person's id, for a set of a province, whenever that province was; a national one without a code.

    None is who works at the server by command. Raises Forbidden.
    """
    if actor is None:
        return None
    if not province_code:
        return authorise(actor, None)
    paths = province_paths(session, province_code)
    reached = next((path for path in paths if allows(actor, PERMISSION, Subject(path))), None)
    if reached is None:
        raise Forbidden(Message("Bạn không có quyền với bộ tiêu chí của tỉnh mang mã %(code)s.", code=province_code))
    return authorise(actor, reached)


def province_paths(session: Session, code: str) -> tuple[str, ...]:
    """The paths of every unit that has been the province of a code."""
    return tuple(session.scalars(select(Unit.path).where(Unit.code == code, Unit.level == "province")))


def province_code(session: Session, path: str) -> str:
    """The code of the province at a path. Raises NotFound."""
    code = session.scalars(select(Unit.code).where(Unit.path == path, Unit.level == "province")).one_or_none()
    if code is None:
        raise NotFound(Message("Không có tỉnh này."))
    return code


def read_set(name: str, content: bytes, resolve: Resolver) -> CriteriaSet:
    """The set of a YAML text, whole or as changes. Raises NotInOrder with every problem."""
    try:
        return parse_set(name, content, resolve)
    except CatalogError as error:
        raise NotInOrder(error.problems) from error


def note(session: Session, person_id: int | None, action: str, key: str, now: datetime, **details: Any) -> None:
    """Append an event about a draft or a set to the audit chain, in the same transaction."""
    record(
        session,
        actor_id=person_id,
        action=f"criteria.{action}",
        subject_type="criteria",
        subject_key=key[:80],
        now=now,
        details={name: value for name, value in details.items() if value not in ("", None)},
    )
