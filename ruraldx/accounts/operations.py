"""Acts on accounts: create a person, grant and end a role, sign in and out, change a password."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ruraldx.accounts.checks import check_grant, name_as_stored
from ruraldx.accounts.models import FailedLogin, LoginSession, Person, RoleGrant
from ruraldx.accounts.passwords import MINIMUM_LENGTH, hash_password, password_matches
from ruraldx.accounts.permissions import Role
from ruraldx.audit.log import record
from ruraldx.database import explain_integrity_error, read_session, unit_of_work
from ruraldx.messages import Invalid, Message, NotFound, Refused
from ruraldx.vietnamese import nfc

# Letters that look alike (Cyrillic, accents) would make two accounts of one address.
_EMAIL = re.compile(r"(?=.{1,254}\Z)[!-?A-~]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
FAILURES_ALLOWED = 10
FAILURE_WINDOW = timedelta(minutes=15)
# Counted under this and the person's id. A folded e-mail address has no capitals: nobody can log in by this name.
_CONFIRMING = "CONFIRM "


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def fold_email(email: str) -> str:
    """The one form of an e-mail address that is stored and compared: case, width and invisible marks do not count."""
    plain = unicodedata.normalize("NFKC", email).lower()
    return "".join(c for c in nfc(plain) if unicodedata.category(c)[0] not in "CZ")


def create_person(
    *,
    actor_id: int | None,
    now: datetime,
    email: str,
    name: str,
    password: str,
    is_demo: bool = False,
    first: tuple[Role, int] | None = None,
    commit: bool = True,
) -> int:
    """Create an account, with a first role in a unit where one is named, and return its id: both or neither.

    Raises Invalid for a used or unfit e-mail, a name that is none or too long, a short password, a unit that does not
    fit the role. Without ``commit`` everything is tried and rolled back.
    """
    address = fold_email(email)
    if not _EMAIL.fullmatch(address):
        raise Invalid(Message("Thư điện tử không hợp lệ."), field="email")
    _check_password(password)
    hashed = hash_password(password)
    try:
        with unit_of_work(commit=commit) as session:
            person = Person(
                email=address,
                name=name_as_stored(name),
                password_hash=hashed,
                is_demo=is_demo,
                created_at=now,
                password_changed_at=now,
            )
            session.add(person)
            session.flush()
            _log(session, actor_id, "account.created", person.id, now, demo=is_demo)
            if first is not None:
                _grant(session, actor_id, now, RoleGrant(person_id=person.id, role=first[0].value, unit_id=first[1]))
            return person.id
    except IntegrityError as error:
        _, field, message = explain_integrity_error(error)
        raise Invalid(message, field=field) from error


def grant_role(
    *,
    actor_id: int | None,
    now: datetime,
    person_id: int,
    role: Role,
    unit_id: int,
    valid_from: datetime,
    valid_to: datetime | None = None,
    commit: bool = True,
) -> int:
    """Give a person a role in a unit for a time and return the id of the grant.

    Raises Invalid for a closed account, or a unit that does not fit the role.
    """
    with unit_of_work(commit=commit) as session:
        return _grant(
            session,
            actor_id,
            now,
            RoleGrant(person_id=person_id, role=role.value, unit_id=unit_id, valid_from=valid_from, valid_to=valid_to),
        )


def _grant(session: Session, actor_id: int | None, now: datetime, grant: RoleGrant) -> int:
    check_grant(session, grant)
    grant.granted_by, grant.valid_from = actor_id, grant.valid_from or now
    session.add(grant)
    session.flush()
    _end_sessions(session, grant.person_id, now)
    _log(session, actor_id, "account.role_granted", grant.person_id, now, role=grant.role, unit=grant.unit_id)
    return grant.id


def end_role(*, actor_id: int | None, now: datetime, grant_id: int) -> None:
    """End a role now; the row stays. Raises NotFound for a grant that does not exist or has ended, Invalid for one that
    has not begun."""
    with unit_of_work() as session:
        grant = session.get(RoleGrant, grant_id)
        if grant is None or (grant.valid_to is not None and grant.valid_to <= now):
            raise NotFound(Message("Không tìm thấy vai trò này, hoặc vai trò đã kết thúc."))
        if grant.valid_from >= now:
            raise Invalid(Message("Vai trò này chưa bắt đầu."), field="valid_to")
        grant.valid_to = now
        _end_sessions(session, grant.person_id, now)
        _log(session, actor_id, "account.role_ended", grant.person_id, now, role=grant.role, unit=grant.unit_id)


def sign_in(*, now: datetime, email: str, password: str) -> str:
    """Open a session and return its token.

    Raises Refused (401) with one sentence for every failure, and Refused (429) after too many in a quarter
    of an hour; the account itself is never locked.
    """
    folded = fold_email(email)
    session = read_session()
    person = session.execute(
        select(Person.id, Person.password_hash).where(Person.email == folded, Person.is_active.is_(True))
    ).one_or_none()
    _refuse_guessing(session, folded, now, Message("Bạn đã thử quá nhiều lần. Hãy đợi 15 phút rồi đăng nhập lại."))
    # Hashing takes 40 ms: no transaction may stay open for it.
    session.rollback()
    if not password_matches(person.password_hash if person else None, password) or person is None:
        _note_failure(folded, now, person.id if person else None)
        raise Refused(Message("Thư điện tử hoặc mật khẩu không đúng."), field="password", status=401)
    return _open_session(person.id, folded, now)


def confirm_password(*, now: datetime, person_id: int, password: str, message: Message, field: str) -> None:
    """Ask a signed-in person again who they are. Raises Invalid with ``message`` at ``field``.

    Guessing is limited as at sign-in, by Refused (429), but counted apart: failed logins from outside must not keep
    somebody who is signed in from signing, nor the other way round.
    """
    counted = f"{_CONFIRMING}{person_id}"
    session = read_session()
    stored = session.scalars(select(Person.password_hash).where(Person.id == person_id)).one_or_none()
    _refuse_guessing(
        session, counted, now, Message("Bạn đã nhập sai mật khẩu quá nhiều lần. Hãy đợi 15 phút rồi thử lại."), field
    )
    session.rollback()
    if not password_matches(stored, password):
        _note_failure(counted, now, person_id)
        raise Invalid(message, field=field)


def _refuse_guessing(session: Session, counted: str, now: datetime, message: Message, field: str | None = None) -> None:
    recent = session.scalar(
        select(func.count())
        .select_from(FailedLogin)
        .where(FailedLogin.email == counted, FailedLogin.at > now - FAILURE_WINDOW)
    )
    if (recent or 0) >= FAILURES_ALLOWED:
        raise Refused(message, field=field, status=429)


def _note_failure(counted: str, now: datetime, person_id: int | None) -> None:
    """Count a failure and tell the log; what was typed for an address does not get there: it may be a password."""
    action = "account.confirmation_failed" if counted.startswith(_CONFIRMING) else "account.sign_in_failed"
    with unit_of_work() as session:
        session.execute(delete(FailedLogin).where(FailedLogin.at <= now - FAILURE_WINDOW))
        session.add(FailedLogin(email=counted[:254], at=now))
        record(
            session,
            actor_id=None,
            action=action,
            subject_type="person",
            subject_key="unknown" if person_id is None else str(person_id),
            now=now,
        )


def _open_session(person_id: int, email: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    with unit_of_work() as session:
        session.execute(delete(FailedLogin).where(FailedLogin.email == email))
        session.add(LoginSession(token_hash=token_hash(token), person_id=person_id, started_at=now, last_seen_at=now))
        _log(session, person_id, "account.signed_in", person_id, now)
    return token


def sign_out(*, now: datetime, token: str) -> None:
    """End a session; an unknown or ended one is left as it is."""
    with unit_of_work() as session:
        row = session.get(LoginSession, token_hash(token))
        if row is not None and row.ended_at is None:
            row.ended_at = now
            _log(session, row.person_id, "account.signed_out", row.person_id, now)


def touch_session(*, now: datetime, token: str) -> None:
    """Note that a session was used (at most once a minute: the caller decides)."""
    with unit_of_work() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None))
            .values(last_seen_at=now)
        )


def change_password(*, now: datetime, person_id: int, current: str, new: str, keep_token: str) -> None:
    """Change one's own password; every other session of the person ends. Raises as :func:`confirm_password`."""
    _check_password(new, field="new_password")
    confirm_password(
        now=now,
        person_id=person_id,
        password=current,
        message=Message("Mật khẩu hiện tại không đúng."),
        field="current_password",
    )
    hashed = hash_password(new)
    with unit_of_work() as session:
        person = session.get_one(Person, person_id)
        person.password_hash, person.password_changed_at = hashed, now
        _end_sessions(session, person_id, now, keep=token_hash(keep_token))
        _log(session, person_id, "account.password_changed", person_id, now)


def reset_password(*, actor_id: int | None, now: datetime, person_id: int, password: str) -> None:
    """Give a person who forgot it a new password, and open a closed account again; every session ends."""
    _check_password(password)
    hashed = hash_password(password)
    with unit_of_work() as session:
        person = session.get_one(Person, person_id)
        person.password_hash, person.password_changed_at = hashed, now
        reopened, person.is_active = not person.is_active, True
        _end_sessions(session, person_id, now)
        _log(session, actor_id, "account.password_reset", person_id, now, reopened=reopened)


def deactivate(*, actor_id: int | None, now: datetime, person_id: int) -> None:
    """Close an account; its sessions end at once, its records stay."""
    with unit_of_work() as session:
        session.get_one(Person, person_id).is_active = False
        _end_sessions(session, person_id, now)
        _log(session, actor_id, "account.deactivated", person_id, now)


def _end_sessions(session: Session, person_id: int, now: datetime, keep: str | None = None) -> None:
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.token_hash != (keep or ""),
        )
        .values(ended_at=now)
    )


def _log(session: Session, actor_id: int | None, action: str, person_id: int, now: datetime, **details: object) -> None:
    record(
        session,
        actor_id=actor_id,
        action=action,
        subject_type="person",
        subject_key=str(person_id),
        now=now,
        details=details,
    )


def _check_password(password: str, field: str = "password") -> None:
    if len(password) < MINIMUM_LENGTH:
        raise Invalid(
            Message("Mật khẩu phải có ít nhất %(n)s ký tự. Một câu dễ nhớ là tốt nhất.", n=MINIMUM_LENGTH),
            field=field,
        )
