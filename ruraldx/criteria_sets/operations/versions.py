"""Versions in the database: register an exact text, find a set by name, keep retired ones out of new rounds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ruraldx.catalog.canonical import canonical_bytes, from_canonical, sha256_of
from ruraldx.catalog.provincial import Resolver, UnknownBase
from ruraldx.catalog.schema import CriteriaSet, SetReference
from ruraldx.criteria_sets.models import CriteriaRetirement, CriteriaVersion
from ruraldx.criteria_sets.shipped import shipped_sets
from ruraldx.database import explain_integrity_error
from ruraldx.messages import Conflict, Message, NotFound


def register_version(session: Session, criteria: CriteriaSet, now: datetime) -> CriteriaVersion:
    """The row of this exact text, made when it is new. Raises Conflict for a used number with another text."""
    digest = sha256_of(criteria)
    known = session.scalars(select(CriteriaVersion).where(CriteriaVersion.sha256 == digest)).one_or_none()
    if known is not None:
        return known
    if version_row(session, criteria.code, criteria.number) is not None:
        raise Conflict(
            Message(
                "Bộ tiêu chí %(code)s phiên bản %(number)s đã được dùng với nội dung khác. Hãy tăng số phiên bản.",
                code=criteria.code,
                number=criteria.number,
            )
        )
    version = CriteriaVersion(
        code=criteria.code,
        number=criteria.number,
        title=criteria.title,
        sha256=digest,
        content=canonical_bytes(criteria).decode(),
        registered_at=now,
    )
    session.add(version)
    flush_or_conflict(session)
    return version


def flush_or_conflict(session: Session) -> None:
    """Write now. Raises Conflict, with the sentence of the constraint, where somebody else was first."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(explain_integrity_error(error)[2]) from error


def version_for_round(session: Session, criteria: CriteriaSet, now: datetime) -> CriteriaVersion:
    """The row of this exact text for a new round. Raises Conflict for one that is retired or has another text."""
    version = register_version(session, criteria, now)
    # Whoever retires it waits for this row as well, so that both cannot happen at once.
    session.execute(select(CriteriaVersion.id).where(CriteriaVersion.id == version.id).with_for_update())
    if session.get(CriteriaRetirement, version.id) is not None:
        raise Conflict(
            Message(
                "Bộ tiêu chí %(code)s phiên bản %(number)s đã ngừng áp dụng, không mở được kỳ mới. "
                "Hãy chọn phiên bản khác.",
                code=version.code,
                number=version.number,
            ),
            code="retired",
        )
    return version


def version_row(session: Session, code: str, number: int) -> CriteriaVersion | None:
    """The row of a code and number; None where there is none."""
    return session.scalars(
        select(CriteriaVersion).where(CriteriaVersion.code == code, CriteriaVersion.number == number)
    ).one_or_none()


def find_set(session: Session, code: str, number: int | None = None) -> CriteriaSet:
    """The set of a name, from the database or those that come with the platform.

    Without ``number`` the highest that is not retired. What is in the database comes first, for it is what rounds
    have used. Raises NotFound.
    """
    shipped = shipped_sets().get(code)
    if number is None:
        number = max((known for known, gone in _numbers(session, code).items() if not gone), default=None)
    row = version_row(session, code, number) if number is not None else None
    if row is not None:
        return from_canonical(row.content.encode())
    if shipped is not None and shipped.number == number:
        return shipped
    raise NotFound(
        Message(
            "Không có bộ tiêu chí %(code)s%(number)s đang áp dụng. Xem `ruraldx catalog list`.",
            code=code,
            number=f"@{number}" if number else "",
        )
    )


def resolver(session: Session) -> Resolver:
    """Gives the version that a province's set builds on, from the database or the platform."""

    def resolve(wanted: SetReference) -> CriteriaSet:
        try:
            return find_set(session, wanted.code, wanted.number)
        except NotFound as missing:
            raise UnknownBase(missing.message) from missing

    return resolve


def highest_number(session: Session, code: str) -> int:
    """The highest number that a code has had; 0 for a new code."""
    return max(_numbers(session, code), default=0)


def _numbers(session: Session, code: str) -> dict[int, bool]:
    """Every number of a code, and whether it is retired."""
    rows = session.execute(
        select(CriteriaVersion.number, CriteriaRetirement.version_id)
        .outerjoin(CriteriaRetirement, CriteriaRetirement.version_id == CriteriaVersion.id)
        .where(CriteriaVersion.code == code)
    )
    retired = {number: gone is not None for number, gone in rows}
    shipped = shipped_sets().get(code)
    if shipped is not None:
        retired.setdefault(shipped.number, False)
    return retired
