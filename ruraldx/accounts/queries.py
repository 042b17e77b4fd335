"""Reads on accounts: the principal behind a session, people and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from ruraldx.accounts.models import LoginSession, Person, RoleGrant
from ruraldx.accounts.operations import fold_email, token_hash
from ruraldx.accounts.permissions import Grant, Principal, Role
from ruraldx.database import read_session
from ruraldx.places.models import Unit


@dataclass(frozen=True)
class SessionView:
    """A live session: whose it is and when it was last noted as used."""

    principal: Principal
    last_seen_at: datetime


@dataclass(frozen=True)
class AccountView:
    """A person in a list."""

    person_id: int
    name: str
    email: str
    is_active: bool
    is_demo: bool


@dataclass(frozen=True)
class HeldRole:
    """A role of a person in a list; ``valid_to`` None: without an end."""

    role: Role
    unit_code: str
    unit_name: str
    valid_from: datetime
    valid_to: datetime | None


def live_session(token: str, now: datetime, idle: timedelta, absolute: timedelta) -> SessionView | None:
    """The session of a token if it is neither ended, idle nor too old, with roles in force now. Two statements."""
    session = read_session()
    row = session.execute(
        select(LoginSession.last_seen_at, Person.id, Person.name, Person.email)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash == token_hash(token),
            LoginSession.ended_at.is_(None),
            LoginSession.last_seen_at > now - idle,
            LoginSession.started_at > now - absolute,
            Person.is_active.is_(True),
        )
    ).one_or_none()
    if row is None:
        return None
    return SessionView(Principal(row.id, row.name, row.email, grants_of(row.id, now)), row.last_seen_at)


def owner_of_session(token: str) -> int | None:
    """The id of the person whose session this is or was; None for a token that is none. One statement."""
    if not token:
        return None
    return read_session().scalar(select(LoginSession.person_id).where(LoginSession.token_hash == token_hash(token)))


def grants_of(person_id: int, now: datetime) -> tuple[Grant, ...]:
    """Roles of a person that are in force at ``now``."""
    rows = read_session().execute(
        select(RoleGrant.role, RoleGrant.unit_id, Unit.path, Unit.full_name)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.valid_from <= now,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to > now),
        )
        .order_by(RoleGrant.id)
    )
    return tuple(Grant(Role(role), unit_id, path, name) for role, unit_id, path, name in rows)


def roles_held(person_id: int, role: Role, unit_code: str, now: datetime) -> tuple[int, ...]:
    """Ids of the grants by which a person holds a role in a unit now."""
    return tuple(
        read_session().scalars(
            select(RoleGrant.id)
            .join(Unit, Unit.id == RoleGrant.unit_id)
            .where(
                RoleGrant.person_id == person_id,
                RoleGrant.role == role.value,
                Unit.code == unit_code,
                RoleGrant.valid_from <= now,
                (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to > now),
            )
            .order_by(RoleGrant.id)
        )
    )


def principal_of(email: str, now: datetime) -> Principal | None:
    """The principal of an account, for commands and demo loading; None when there is no such account."""
    row = (
        read_session()
        .execute(select(Person.id, Person.name, Person.email).where(Person.email == fold_email(email)))
        .one_or_none()
    )
    return None if row is None else Principal(row.id, row.name, row.email, grants_of(row.id, now))


class NotMigrated(RuntimeError):
    """The account tables do not exist yet."""


def has_demo_accounts() -> bool:
    """Whether an active demo account exists; production refuses to start with one. Raises NotMigrated."""
    statement = select(Person.id).where(Person.is_demo.is_(True), Person.is_active.is_(True)).limit(1)
    try:
        return read_session().execute(statement).first() is not None
    except (OperationalError, ProgrammingError) as error:
        raise NotMigrated from error


def accounts() -> tuple[AccountView, ...]:
    """All accounts in order of their e-mail address."""
    rows = read_session().execute(
        select(Person.id, Person.name, Person.email, Person.is_active, Person.is_demo).order_by(Person.email)
    )
    return tuple(AccountView(*row) for row in rows)


def held_roles(now: datetime) -> dict[int, tuple[HeldRole, ...]]:
    """Person id → the roles in force at ``now``, of everybody who has one. One statement."""
    rows = read_session().execute(
        select(RoleGrant.person_id, RoleGrant.role, Unit.code, Unit.full_name, RoleGrant.valid_from, RoleGrant.valid_to)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.valid_from <= now, (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to > now))
        .order_by(RoleGrant.id)
    )
    found: dict[int, tuple[HeldRole, ...]] = {}
    for person_id, role, code, name, begins, ends in rows:
        found[person_id] = (*found.get(person_id, ()), HeldRole(Role(role), code, name, begins, ends))
    return found
