"""Acts that are for good: publish a set, retire a version, publish an amendment.

``actor`` None is who works at the server by command.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal
from ruraldx.catalog.amendments import Amendment, apply, consolidated, parse_amendment
from ruraldx.catalog.canonical import from_canonical, sha256_of
from ruraldx.catalog.loader import CatalogError
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.criteria_sets.amending import amendment_from, amendment_text, digest_of, standing
from ruraldx.criteria_sets.models import (
    CriteriaAmendment,
    CriteriaDraft,
    CriteriaPublication,
    CriteriaRetirement,
    CriteriaVersion,
)
from ruraldx.criteria_sets.operations.common import NotInOrder, authorise_for, note, province_paths, read_set
from ruraldx.criteria_sets.operations.drafts import check_seen, lock_draft
from ruraldx.criteria_sets.operations.versions import (
    find_set,
    flush_or_conflict,
    highest_number,
    register_version,
    resolver,
    version_row,
)
from ruraldx.criteria_sets.shipped import shipped_amendments, shipped_sets
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Invalid, Message
from ruraldx.vietnamese import is_blank, nfc, vietnam_day


@dataclass(frozen=True)
class Published:
    """What was published: code, number and hash."""

    code: str
    number: int
    sha256: str


@dataclass(frozen=True)
class Tried:
    """An amendment that holds: its name, from when (None: not known), and the text before and after it."""

    code: str
    number: int
    sha256: str
    effective_from: date | None
    before: CriteriaSet
    after: CriteriaSet


def publish_draft(*, actor: Principal, now: datetime, key: str, seen: int, commit: bool = True) -> Published:
    """Publish what a draft says; the draft is gone afterwards, its text stays with the publication.

    Without ``commit`` everything is tried and rolled back. Raises NotFound, Forbidden, DraftCollision, Conflict
    (already published, or a used number) or NotInOrder with the problems by line.
    """
    with unit_of_work(commit=commit) as session:
        _refuse_published(session, key)
        draft, _person = lock_draft(session, key, actor)
        check_seen(session, draft, seen)
        criteria = read_set(draft.title or draft.key, draft.content.encode(), resolver(session))
        _check_place(session, draft, criteria)
        done = _publish(session, actor, now, criteria, draft.content, key)
        session.delete(draft)
        return done


def publish_text(
    *, actor: Principal | None, now: datetime, name: str, content: bytes, commit: bool = True
) -> Published:
    """Publish a YAML text that never was a draft here. Raises as :func:`publish_draft` does."""
    with unit_of_work(commit=commit) as session:
        criteria = read_set(name, content, resolver(session))
        return _publish(session, actor, now, criteria, content.decode(), None)


def _refuse_published(session: Session, key: str) -> None:
    gone = session.scalars(select(CriteriaPublication).where(CriteriaPublication.draft_key == key)).one_or_none()
    if gone is not None:
        raise Conflict(Message("Bản thảo này đã được công bố."), code="published")


def _check_place(session: Session, draft: CriteriaDraft, criteria: CriteriaSet) -> None:
    if draft.province is not None and draft.province not in province_paths(session, criteria.province_code):
        raise Invalid(
            Message("Bản thảo này là của một tỉnh: nội dung phải ghi mã của tỉnh đó ở “province_code”."),
            field="content",
        )


def _publish(
    session: Session, actor: Principal | None, now: datetime, criteria: CriteriaSet, text: str, draft_key: str | None
) -> Published:
    person_id = authorise_for(session, actor, criteria.province_code)
    _check_number(session, criteria)
    _check_owner(session, criteria)
    if criteria.extends is not None:
        find_set(session, criteria.extends.code, criteria.extends.number)
    version = register_version(session, criteria, now)
    if session.get(CriteriaPublication, version.id) is not None:
        raise Conflict(Message("Bộ tiêu chí này đã được công bố."), code="published")
    session.add(
        CriteriaPublication(
            version_id=version.id, draft_key=draft_key, source_text=text, published_by=person_id, published_at=now
        )
    )
    flush_or_conflict(session)
    note(session, person_id, "published", f"{version.code}@{version.number}", now, sha256=version.sha256)
    return Published(version.code, version.number, version.sha256)


def _check_number(session: Session, criteria: CriteriaSet) -> None:
    """A number belongs to one text for ever, also to one that comes with the platform; and numbers rise."""
    shipped = shipped_sets().get(criteria.code)
    of_platform = (
        shipped is not None and shipped.number == criteria.number and sha256_of(shipped) != sha256_of(criteria)
    )
    highest = highest_number(session, criteria.code)
    new = version_row(session, criteria.code, criteria.number) is None
    if of_platform or (new and criteria.number < highest):
        raise Conflict(
            Message(
                "Bộ tiêu chí %(code)s đã có phiên bản %(highest)s. Hãy ghi số phiên bản từ %(next)s trở lên.",
                code=criteria.code,
                highest=highest,
                next=highest + 1,
            )
        )


def _check_owner(session: Session, criteria: CriteriaSet) -> None:
    """A code stays with the country or the province whose it is: nobody publishes under the name of another."""
    highest = highest_number(session, criteria.code)
    if highest and find_set(session, criteria.code, highest).province_code != criteria.province_code:
        raise Conflict(
            Message("Mã %(code)s là của bộ tiêu chí ở phạm vi khác. Hãy đặt một mã khác.", code=criteria.code)
        )


def retire(
    *,
    actor: Principal | None,
    now: datetime,
    code: str,
    number: int,
    reason: str,
    on: date | None = None,
    commit: bool = True,
) -> None:
    """Say that a version is not to be used for new rounds any more, from ``on`` (today unless told).

    Raises NotFound, Forbidden, Conflict (already retired) or Invalid (no reason, a day after today).
    """
    today = vietnam_day(now)
    if is_blank(reason):
        raise Invalid(Message("Hãy ghi lý do ngừng áp dụng."), field="reason")
    if on is not None and on > today:
        raise Invalid(Message("Ngày ngừng áp dụng không được sau hôm nay."), field="on")
    with unit_of_work(commit=commit) as session:
        criteria = find_set(session, code, number)
        person_id = authorise_for(session, actor, criteria.province_code)
        version = register_version(session, criteria, now)
        session.execute(select(CriteriaVersion.id).where(CriteriaVersion.id == version.id).with_for_update())
        if session.get(CriteriaRetirement, version.id) is not None:
            raise Conflict(Message("Phiên bản này đã ngừng áp dụng."))
        session.add(
            CriteriaRetirement(
                version_id=version.id,
                reason=nfc(reason).strip(),
                retired_on=on or today,
                retired_by=person_id,
                recorded_at=now,
            )
        )
        flush_or_conflict(session)
        note(session, person_id, "retired", f"{code}@{number}", now, reason=nfc(reason).strip())


def publish_amendment(
    *,
    actor: Principal | None,
    now: datetime,
    name: str,
    content: bytes,
    of: tuple[str, int] | None = None,
    commit: bool = True,
) -> Tried:
    """Publish a document that amends a version, after trying it on the text of its day and beside the others.

    ``of``: the version it is meant for, where the person has chosen one. Without ``commit`` everything is tried and
    rolled back. Raises NotFound (no such version), Forbidden, Conflict (already there), Invalid (another version) or
    NotInOrder with the problems by line.
    """
    amendment = _read(name, content)
    if of is not None and of != (amendment.base_code, amendment.base_number):
        raise Invalid(Message("Nội dung này sửa một phiên bản khác. Hãy kiểm tra “base_code” và “base_number”."))
    with unit_of_work(commit=commit) as session:
        base = find_set(session, amendment.base_code, amendment.base_number)
        person_id = authorise_for(session, actor, base.province_code)
        version = register_version(session, base, now)
        session.execute(select(CriteriaVersion.id).where(CriteriaVersion.id == version.id).with_for_update())
        _refuse_second(session, amendment)
        before, after = _try(session, version, amendment)
        digest = digest_of(amendment)
        session.add(_amendment_row(amendment, version.id, digest, person_id, now))
        flush_or_conflict(session)
        key = f"{amendment.code}@{amendment.number}"
        note(session, person_id, "amended", key, now, base=f"{base.code}@{base.number}", sha256=digest)
        return Tried(amendment.code, amendment.number, digest, amendment.effective_from, before, after)


def _read(name: str, content: bytes) -> Amendment:
    try:
        return parse_amendment(name, content)
    except CatalogError as error:
        raise NotInOrder(error.problems) from error


def _refuse_second(session: Session, amendment: Amendment) -> None:
    """A number of an amendment belongs to one text for ever, and numbers rise."""
    numbers = list(session.scalars(select(CriteriaAmendment.number).where(CriteriaAmendment.code == amendment.code)))
    numbers += [each.number for each in shipped_amendments() if each.code == amendment.code]
    if numbers and amendment.number <= max(numbers):
        raise Conflict(
            Message(
                "Văn bản sửa đổi %(code)s đã có số %(highest)s. Hãy ghi số %(next)s.",
                code=amendment.code,
                highest=max(numbers),
                next=max(numbers) + 1,
            )
        )


def _try(session: Session, version: CriteriaVersion, amendment: Amendment) -> tuple[CriteriaSet, CriteriaSet]:
    """(before, after) on its first day; the text must hold on every day on which something begins."""
    rows = session.scalars(select(CriteriaAmendment.content).where(CriteriaAmendment.version_id == version.id))
    others = [amendment_from(row) for row in rows]
    base = from_canonical(version.content.encode())
    before, after = standing(base, others), standing(base, [*others, amendment])
    try:
        for begins in sorted({each.effective_from for each in after if each.effective_from}):
            consolidated(base, after, begins)
        if amendment.effective_from is None:
            return base, base if amendment.after else apply(base, amendment)
        day = amendment.effective_from
        return consolidated(base, before, day), consolidated(base, after, day)
    except CatalogError as error:
        raise NotInOrder(error.problems) from error


def _amendment_row(
    amendment: Amendment, version_id: int, digest: str, person_id: int | None, now: datetime
) -> CriteriaAmendment:
    return CriteriaAmendment(
        code=amendment.code,
        number=amendment.number,
        version_id=version_id,
        content=amendment_text(amendment),
        sha256=digest,
        effective_from=amendment.effective_from,
        effective_to=amendment.effective_to,
        published_by=person_id,
        published_at=now,
    )
