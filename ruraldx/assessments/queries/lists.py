"""Lists of assessments: my work, the appraisal queue, rounds. One statement for rows, one for the count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import PERMISSIONS, Principal
from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.queries.scope import within_reach
from ruraldx.assessments.states import NOT_SENT, STATUSES, TRANSITIONS, WAITING, Status, StatusInfo
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import read_session
from ruraldx.places.models import Unit
from ruraldx.vietnamese import fold

PAGE_SIZE = 50


@dataclass(frozen=True)
class AssessmentRow:
    """A line of a list."""

    key: str
    unit_name: str
    unit_code: str
    round_title: str
    round_key: str
    status: Status
    required: int
    answered: int
    invalid: int
    due_at: datetime
    sent_at: datetime | None
    updated_at: datetime
    appraiser: str | None
    is_demo: bool

    @property
    def info(self) -> StatusInfo:
        """The status in words."""
        return STATUSES[self.status]

    @property
    def with_commune(self) -> bool:
        """Whether the deadline still runs: it is the commune's turn."""
        return self.status in NOT_SENT


@dataclass(frozen=True)
class Page:
    """A page of a list with its total."""

    rows: tuple[AssessmentRow, ...]
    total: int
    number: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class QueueFilter:
    """What the queue shows; empty means everything."""

    round_key: str = ""
    statuses: tuple[Status, ...] = ()
    text: str = ""
    mine: bool = False
    page: int = 1


@dataclass(frozen=True)
class RoundRow:
    """A round in a list or a filter."""

    key: str
    title: str
    criteria_title: str
    opened_at: datetime
    due_at: datetime
    assessments: int
    is_demo: bool


_COLUMNS = (
    Assessment.key,
    Unit.full_name,
    Unit.code,
    Round.title,
    Round.key.label("round_key"),
    Assessment.status,
    Assessment.required_count,
    Assessment.answered_count,
    Assessment.invalid_count,
    Round.due_at,
    Assessment.sent_at,
    Assessment.updated_at,
    Person.name.label("appraiser"),
    Round.is_demo,
)


def _select_rows() -> Any:
    return (
        select(*_COLUMNS)
        .join(Unit, Unit.id == Assessment.unit_id)
        .join(Round, Round.id == Assessment.round_id)
        .outerjoin(Person, Person.id == Assessment.appraiser_id)
    )


def _row(*values: Any) -> AssessmentRow:
    cells: list[Any] = [*values]
    cells[5] = Status(cells[5])
    return AssessmentRow(*cells)


def _rows(statement: Select[Any]) -> tuple[AssessmentRow, ...]:
    return tuple(_row(*row) for row in read_session().execute(statement))


def my_work(principal: Principal, limit: int = 200) -> tuple[AssessmentRow, ...]:
    """Assessments whose next act is this person's, nearest deadline first. One statement."""
    turns: list[ColumnElement[bool]] = []
    for row in TRANSITIONS:
        # Undoing a publication is possible at any time but nobody's task.
        if row.act != "unpublish" and principal.reach(*PERMISSIONS[row.permission].roles):
            turns.append(and_(Assessment.status == row.source.value, within_reach(principal, row.permission)))
    statement = _select_rows().where(or_(false(), *turns))
    return _rows(statement.order_by(Round.due_at, Unit.sort_key).limit(limit))


def my_assessments(principal: Principal, limit: int = 200) -> tuple[AssessmentRow, ...]:
    """Everything of the person's own communes, also what waits for others. One statement."""
    own = within_reach(principal, "assessment.answer") | within_reach(principal, "assessment.sign")
    return _rows(_select_rows().where(own).order_by(Round.due_at.desc(), Unit.sort_key).limit(limit))


def queue(principal: Principal, wanted: QueueFilter) -> Page:
    """The appraisers' list: what waits for the province first, oldest sending first; then what is with the commune.

    Beyond the last page is the last. Two statements in any case.
    """
    conditions = [within_reach(principal, "queue.read"), *_conditions(principal, wanted)]
    total = (
        read_session().scalar(
            select(func.count())
            .select_from(Assessment)
            .join(Round, Round.id == Assessment.round_id)
            .join(Unit, Unit.id == Assessment.unit_id)
            .where(*conditions)
        )
        or 0
    )
    number = min(max(1, wanted.page), max(1, -(-total // PAGE_SIZE)))
    statement = (
        _select_rows()
        .where(*conditions)
        .order_by(_whose_turn(), Assessment.sent_at.is_(None), Assessment.sent_at, Unit.sort_key)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(_rows(statement), total, number)


def queue_counts(principal: Principal, wanted: QueueFilter) -> dict[Status, int]:
    """How many dossiers stand where, for the same filter without its statuses. One statement."""
    conditions = [within_reach(principal, "queue.read"), *_conditions(principal, replace(wanted, statuses=()))]
    rows = read_session().execute(
        select(Assessment.status, func.count())
        .join(Round, Round.id == Assessment.round_id)
        .join(Unit, Unit.id == Assessment.unit_id)
        .where(*conditions)
        .group_by(Assessment.status)
    )
    found = {Status(status): number for status, number in rows}
    return {status: found[status] for status in Status if status in found}


def _whose_turn() -> ColumnElement[int]:
    return case(
        (Assessment.status.in_([status.value for status in WAITING]), 0),
        (Assessment.status.in_([status.value for status in NOT_SENT]), 1),
        else_=2,
    )


def _conditions(principal: Principal, wanted: QueueFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.round_key:
        yield Round.key == wanted.round_key
    if wanted.statuses:
        yield Assessment.status.in_([status.value for status in wanted.statuses])
    if wanted.text.strip():
        yield Unit.search_text.contains(fold(wanted.text), autoescape=True)
    if wanted.mine:
        yield Assessment.appraiser_id == (principal.person_id or 0)


def rounds(principal: Principal) -> tuple[RoundRow, ...]:
    """Rounds that have an assessment in the person's reach, newest first. One statement."""
    rows = read_session().execute(
        select(
            Round.key,
            Round.title,
            CriteriaVersion.title,
            Round.opened_at,
            Round.due_at,
            func.count(Assessment.id),
            Round.is_demo,
        )
        .join(CriteriaVersion, CriteriaVersion.id == Round.version_id)
        .join(Assessment, Assessment.round_id == Round.id)
        .where(within_reach(principal))
        .group_by(Round.id, CriteriaVersion.title)
        .order_by(Round.opened_at.desc(), Round.id.desc())
    )
    return tuple(RoundRow(*row) for row in rows)
