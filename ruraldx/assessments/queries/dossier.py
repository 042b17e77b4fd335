"""One assessment, read whole: header, indicators with answers, evidence, stages and returns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import Principal, Subject
from ruraldx.assessments.criteria import PinnedSet, pinned_set
from ruraldx.assessments.facts import gather_facts, latest_stage, people_involved, returned_now, returned_of
from ruraldx.assessments.models import Answer, Assessment, Document, ReturnedIndicator, Round
from ruraldx.assessments.queries.scope import within_reach
from ruraldx.assessments.queries.views_of import (
    AnswerView,
    DecisionView,
    DocumentView,
    Dossier,
    IndicatorView,
    ReturnView,
    StageView,
)
from ruraldx.assessments.sealed_models import Decision, StageValue
from ruraldx.assessments.states import EDITABLE, Status, offers
from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.places.models import Unit
from ruraldx.scoring.results import AssessmentResult, ScoringContext, score_assessment


def find_assessment(session: Session, principal: Principal, key: str) -> tuple[Assessment, Round, Unit]:
    """The rows of an assessment in reach. Raises NotFound also when it is somebody else's."""
    found = session.execute(
        select(Assessment, Round, Unit)
        .join(Round, Round.id == Assessment.round_id)
        .join(Unit, Unit.id == Assessment.unit_id)
        .where(Assessment.key == key, within_reach(principal))
    ).one_or_none()
    if found is None:
        raise NotFound(Message("Không tìm thấy hồ sơ này."))
    return found[0], found[1], found[2]


def dossier(principal: Principal, key: str) -> Dossier:
    """Read an assessment. A fixed number of statements, whatever it holds. Raises NotFound."""
    session = read_session()
    row, round_, unit = find_assessment(session, principal, key)
    pinned = pinned_set(session, round_.version_id, round_.choices)
    names = _names(session, row)
    answers = _answers(session, row.id)
    values = {code: {f: a.value for f, a in fields.items()} for code, fields in answers.items()}
    result = score_assessment(
        pinned.criteria, values, ScoringContext(dimensions=row.dimensions, choices=round_.choices)
    )
    facts = gather_facts(session, row, pinned)
    involved = people_involved(session, row.id)
    status = Status(row.status)
    return Dossier(
        key=row.key,
        unit_name=unit.full_name,
        unit_code=unit.code,
        unit_path=unit.path,
        unit_valid_to=unit.valid_to,
        round_title=round_.title,
        period_from=round_.period_from,
        period_to=round_.period_to,
        due_at=round_.due_at,
        is_demo=round_.is_demo,
        status=status,
        version=row.version,
        submissions=row.submissions,
        sent_at=row.sent_at,
        appraiser=names.get(row.appraiser_id or 0),
        criteria=pinned.criteria,
        pinned=pinned,
        dimensions=row.dimensions,
        facts=facts,
        involved=involved,
        indicators=_indicators(session, row, pinned, answers, result, names),
        result=result,
        decision=_decision(session, row.id),
        offers=offers(principal, Subject(row.unit_path, involved), status, facts),
    )


def _indicators(
    session: Session,
    row: Assessment,
    pinned: PinnedSet,
    answers: dict[str, dict[str, AnswerView]],
    result: AssessmentResult,
    names: dict[int, str],
) -> dict[str, IndicatorView]:
    documents = _documents(session, row.id)
    stages = {stage: latest_stage(session, row, stage) for stage in ("self", "appraised", "final")}
    returned = returned_now(session, row)
    answered = returned_of(session, row, row.submissions - 1)
    results = {item.code: item for item in result.indicators}
    status = Status(row.status)
    return {
        code: IndicatorView(
            indicator=indicator,
            answers=answers.get(code, {}),
            documents=tuple(documents.get(code, ())),
            result=results[code],
            stages={stage: _stage_view(values[code], names) for stage, values in stages.items() if code in values},
            returned=_return_view(returned.get(code), names),
            answered_return=_return_view(answered.get(code), names),
            editable=status in EDITABLE and (status is Status.DRAFT or code in returned),
        )
        for code, indicator in pinned.indicators.items()
    }


def _names(session: Session, row: Assessment) -> dict[int, str]:
    """Person id → name of everybody whose hand a page of this assessment shows."""
    shown: Any = union(
        select(StageValue.recorded_by).where(StageValue.assessment_id == row.id),
        select(ReturnedIndicator.returned_by).where(ReturnedIndicator.assessment_id == row.id),
        select(Assessment.appraiser_id).where(Assessment.id == row.id),
    )
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(shown.scalar_subquery())))
    return {person_id: name for person_id, name in found}


def _answers(session: Session, assessment_id: int) -> dict[str, dict[str, AnswerView]]:
    found: dict[str, dict[str, AnswerView]] = {}
    for a in session.scalars(select(Answer).where(Answer.assessment_id == assessment_id)):
        view = AnswerView(a.raw, a.value, a.problem, a.version, a.updated_at)
        found.setdefault(a.indicator_code, {})[a.field_code] = view
    return found


def _documents(session: Session, assessment_id: int) -> dict[str, list[DocumentView]]:
    rows = session.scalars(
        select(Document)
        .where(Document.assessment_id == assessment_id, Document.removed_at.is_(None))
        .order_by(Document.id)
    )
    found: dict[str, list[DocumentView]] = {}
    for d in rows:
        found.setdefault(d.indicator_code, []).append(_document_view(d))
    return found


def _document_view(d: Document) -> DocumentView:
    return DocumentView(
        d.key,
        d.filename,
        d.media_type,
        d.size,
        d.sha256,
        d.number,
        d.issued_on,
        d.agency,
        d.summary,
        d.page,
        d.uploaded_at,
    )


def _stage_view(value: StageValue, names: dict[int, str]) -> StageView:
    return StageView(
        value.verdict,
        value.reason,
        names.get(value.recorded_by, ""),
        value.recorded_at,
        value.submission_number,
        value.figures,
        Decimal(value.result["value"]) if value.result["value"] else None,
    )


def _return_view(value: ReturnedIndicator | None, names: dict[int, str]) -> ReturnView | None:
    if value is None:
        return None
    return ReturnView(value.reason, names.get(value.returned_by, ""), value.returned_at, value.fixed_at)


def _decision(session: Session, assessment_id: int) -> DecisionView | None:
    row = session.scalars(select(Decision).where(Decision.assessment_id == assessment_id)).one_or_none()
    if row is None:
        return None
    return DecisionView(row.number, row.decided_on, row.signer, row.outcome, row.note, row.recorded_at)
