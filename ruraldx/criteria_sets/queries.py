"""Reads on criteria sets: what is published, one version on a day, drafts. A fixed number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import Principal, Role
from ruraldx.catalog.amendments import Amendment, consolidated
from ruraldx.catalog.canonical import from_canonical, sha256_of
from ruraldx.catalog.provincial import Resolver
from ruraldx.catalog.schema import CriteriaSet, Verification
from ruraldx.criteria_sets.amending import amendment_from, standing
from ruraldx.criteria_sets.models import (
    CriteriaAmendment,
    CriteriaDraft,
    CriteriaPublication,
    CriteriaRetirement,
    CriteriaVersion,
)
from ruraldx.criteria_sets.operations.versions import find_set, resolver
from ruraldx.criteria_sets.shipped import shipped_amendments, shipped_sets
from ruraldx.criteria_sets.statuses import VersionStatus, status_of
from ruraldx.database import read_session
from ruraldx.messages import Invalid, Message, NotFound
from ruraldx.places.models import Unit


@dataclass(frozen=True)
class SetRow:
    """A version in a list: how many indicators it has, and how many of each confidence."""

    code: str
    number: int
    title: str
    status: VersionStatus
    published_at: datetime | None
    retired_on: date | None
    retired_because: str
    verifications: Mapping[Verification, int]

    @property
    def indicators(self) -> int:
        """How many indicators there are."""
        return sum(self.verifications.values())

    @property
    def is_demo(self) -> bool:
        """Whether something in it was made up for demonstration."""
        return Verification.DEMO in self.verifications


@dataclass(frozen=True)
class VersionView:
    """A version on a day: the text in force, the one before the last change, and what changed it."""

    row: SetRow
    sha256: str
    on: date
    criteria: CriteriaSet
    previous: CriteriaSet | None
    amendments: tuple[Amendment, ...]


@dataclass(frozen=True)
class DraftRow:
    """A draft in a list."""

    key: str
    code: str
    number: int
    title: str
    province: str | None
    place: str
    version: int
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True)
class DraftView:
    """A draft with its text."""

    row: DraftRow
    content: str


@lru_cache(maxsize=256)
def _set_of(sha256: str, content: str) -> CriteriaSet:
    """A version is immutable, so what was read once stays true."""
    return from_canonical(content.encode())


def published_sets() -> tuple[SetRow, ...]:
    """The newest version of each code that is not retired, or else the newest, in order of their titles."""
    newest: dict[str, SetRow] = {}
    for row in _rows(None):
        known = newest.get(row.code)
        if known is None or known.status is VersionStatus.RETIRED:
            newest[row.code] = row
    return tuple(sorted(newest.values(), key=lambda row: (row.is_demo, row.title)))


def versions_of(code: str) -> tuple[SetRow, ...]:
    """Every version of a code, the newest first. Raises NotFound."""
    rows = tuple(_rows(code))
    if not rows:
        raise _unknown()
    return rows


def _rows(code: str | None) -> list[SetRow]:
    """Versions of the database and of the platform, of a code or all, the highest numbers first."""
    found = read_session().execute(_versions(code)).all()
    rows = [_row(item) for item in found]
    known = {(row.code, row.number) for row in rows}
    rows += [
        _shipped_row(criteria)
        for criteria in shipped_sets().values()
        if code in (None, criteria.code) and (criteria.code, criteria.number) not in known
    ]
    return sorted(rows, key=lambda row: (row.code, -row.number))


def _versions(code: str | None) -> Select[CriteriaVersion, datetime, date, str]:
    statement = (
        select(
            CriteriaVersion,
            CriteriaPublication.published_at,
            CriteriaRetirement.retired_on,
            CriteriaRetirement.reason,
        )
        .outerjoin(CriteriaPublication, CriteriaPublication.version_id == CriteriaVersion.id)
        .outerjoin(CriteriaRetirement, CriteriaRetirement.version_id == CriteriaVersion.id)
    )
    return statement if code is None else statement.where(CriteriaVersion.code == code)


def _row(found: Any) -> SetRow:
    version = found.CriteriaVersion
    return SetRow(
        code=version.code,
        number=version.number,
        title=version.title,
        status=status_of(found.published_at is not None, found.retired_on is not None),
        published_at=found.published_at,
        retired_on=found.retired_on,
        retired_because=found.reason or "",
        verifications=_counted(_set_of(version.sha256, version.content)),
    )


def _shipped_row(criteria: CriteriaSet) -> SetRow:
    return SetRow(
        criteria.code, criteria.number, criteria.title, VersionStatus.SHIPPED, None, None, "", _counted(criteria)
    )


def _counted(criteria: CriteriaSet) -> Mapping[Verification, int]:
    found = Counter(indicator.verification for indicator in criteria.indicators)
    return {kind: found[kind] for kind in Verification if found[kind]}


def version_on(code: str, number: int, on: date) -> VersionView:
    """A version as it reads on a day. Two statements. Raises NotFound."""
    session = read_session()
    found = session.execute(_versions(code).where(CriteriaVersion.number == number)).one_or_none()
    if found is None:
        shipped = shipped_sets().get(code)
        if shipped is None or shipped.number != number:
            raise _unknown()
        return _on_day(_shipped_row(shipped), sha256_of(shipped), shipped, (), on)
    version = found.CriteriaVersion
    base = _set_of(version.sha256, version.content)
    amendments = tuple(
        amendment_from(content)
        for content in session.scalars(
            select(CriteriaAmendment.content)
            .where(CriteriaAmendment.version_id == version.id)
            .order_by(CriteriaAmendment.id)
        )
    )
    return _on_day(_row(found), version.sha256, base, amendments, on)


def _on_day(row: SetRow, sha256: str, base: CriteriaSet, published: tuple[Amendment, ...], on: date) -> VersionView:
    amendments = standing(base, published)
    text = consolidated(base, amendments, on)
    changes = [each.effective_from for each in amendments if each.effective_from and each.effective_from <= on]
    changes += [
        each.effective_to + timedelta(days=1) for each in amendments if each.effective_to and each.effective_to < on
    ]
    previous = consolidated(base, amendments, max(changes) - timedelta(days=1)) if changes else None
    return VersionView(row, sha256, on, text, previous, amendments)


def _unknown() -> NotFound:
    return NotFound(Message("Không tìm thấy bộ tiêu chí này."))


def base_resolver() -> Resolver:
    """Gives the version that a province's set builds on."""
    return resolver(read_session())


def set_named(words: str) -> CriteriaSet:
    """The set of CODE or CODE@NUMBER. Raises NotFound, or Invalid for another form."""
    code, sign, number = words.partition("@")
    if sign and not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Invalid(Message("Bộ tiêu chí viết là MÃ hoặc MÃ@SỐ, ví dụ xa-ntm-2021-2025@2."), field="criteria")
    return find_set(read_session(), code, int(number) if sign else None)


def known_sets() -> tuple[dict[str, CriteriaSet], tuple[Amendment, ...]]:
    """(set by code, amendments), for commands: of each code the newest version that is not retired.

    Without a database that answers, what comes with the platform.
    """
    session = read_session()
    try:
        rows = session.execute(_versions(None).order_by(CriteriaVersion.number)).all()
        contents = session.scalars(select(CriteriaAmendment.content).order_by(CriteriaAmendment.id)).all()
    except (OperationalError, ProgrammingError):
        session.rollback()
        return dict(shipped_sets()), shipped_amendments()
    found = dict(shipped_sets())
    for row in rows:
        version = row.CriteriaVersion
        if row.retired_on is None and (version.code not in found or found[version.code].number <= version.number):
            found[version.code] = _set_of(version.sha256, version.content)
    published = [amendment_from(content) for content in contents]
    return found, tuple(each for criteria in found.values() for each in standing(criteria, published))


def predecessor_of(criteria: CriteriaSet) -> CriteriaSet | None:
    """The version with the highest number below this one's, to compare with; None for a first."""
    session = read_session()
    row = session.scalars(
        select(CriteriaVersion)
        .where(CriteriaVersion.code == criteria.code, CriteriaVersion.number < criteria.number)
        .order_by(CriteriaVersion.number.desc())
        .limit(1)
    ).one_or_none()
    shipped = shipped_sets().get(criteria.code)
    if shipped is not None and shipped.number < criteria.number and (row is None or row.number < shipped.number):
        return shipped
    return None if row is None else _set_of(row.sha256, row.content)


def drafts(actor: Principal | None) -> tuple[DraftRow, ...]:
    """The drafts this person may write, the last changed first; every draft for who works at the server (None)."""
    found = read_session().execute(_drafts(actor).order_by(CriteriaDraft.updated_at.desc(), CriteriaDraft.id.desc()))
    return tuple(_draft_row(*item) for item in found)


def draft(actor: Principal, key: str) -> DraftView:
    """One draft. Raises NotFound when it does not exist for this person."""
    found = read_session().execute(_drafts(actor).where(CriteriaDraft.key == key)).one_or_none()
    if found is None:
        raise NotFound(Message("Không tìm thấy bản thảo này."))
    return DraftView(_draft_row(*found), found[0].content)


def _drafts(actor: Principal | None) -> Select[CriteriaDraft, str, str]:
    """Drafts within a person's reach: national ones, and those of the provinces they administer."""
    paths = ("/",) if actor is None else actor.reach(Role.ADMINISTRATOR)
    mine = [CriteriaDraft.province.startswith(path, autoescape=True) for path in paths]
    reach = or_(CriteriaDraft.province.is_(None), *mine) if paths else CriteriaDraft.id < 0
    return (
        select(CriteriaDraft, Person.name, Unit.full_name)
        .join(Person, Person.id == CriteriaDraft.updated_by)
        .outerjoin(Unit, Unit.path == CriteriaDraft.province)
        .where(reach)
    )


def _draft_row(row: CriteriaDraft, by: str, place: str | None) -> DraftRow:
    return DraftRow(
        row.key, row.code, row.number, row.title, row.province, place or "", row.version, by, row.updated_at
    )
