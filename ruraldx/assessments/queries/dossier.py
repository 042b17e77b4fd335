"""One assessment, read whole: header, indicators with answers, evidence, stages and returns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import Principal, Subject
from ruraldx.assessments.criteria import PinnedSet, pinned_set
from ruraldx.assessments.facts import gather_facts, people_involved
from ruraldx.assessments.material import Material, material_of
from ruraldx.assessments.models import Assessment, Document, ReturnedIndicator, Round
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
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.database import read_session
from ruraldx.messages import Message, NotFound
from ruraldx.places.models import Unit
from ruraldx.scoring.results import AssessmentResult, IndicatorResult, Verdict, after_verdict, score_assessment


def find_assessment(session: Session, principal: Principal, key: str) -> tuple[Assessment, Round, Unit, str]:
    """The rows of an assessment in reach, and the hash of its criteria. Raises NotFound also for somebody else's."""
    found = session.execute(
        select(Assessment, Round, Unit, CriteriaVersion.sha256)
        .join(Round, Round.id == Assessment.round_id)
        .join(CriteriaVersion, CriteriaVersion.id == Round.version_id)
        .join(Unit, Unit.id == Assessment.unit_id)
        .where(Assessment.key == key, within_reach(principal))
    ).one_or_none()
    if found is None:
        raise NotFound(Message("Không tìm thấy hồ sơ này."))
    return found[0], found[1], found[2], found[3]


def dossier(principal: Principal, key: str) -> Dossier:
    """Read an assessment. A fixed number of statements, whatever it holds. Raises NotFound."""
    session = read_session()
    row, round_, unit, digest = find_assessment(session, principal, key)
    pinned = pinned_set(session, digest, round_.choices, row.dimensions, round_.id)
    names = _names(session, row)
    involved = people_involved(session, row.id)
    known = material_of(session, row, involved)
    result = score_assessment(pinned.criteria, known.values, pinned.context)
    facts = gather_facts(row, pinned, known)
    status = Status(row.status)
    return Dossier(
        id=row.id,
        key=row.key,
        unit_name=unit.full_name,
        unit_code=unit.code,
        unit_path=unit.path,
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
        indicators=_indicators(row, pinned, known, result, names),
        result=result,
        decision=_decision(session, row.id),
        offers=offers(principal, Subject(row.unit_path, involved), status, facts),
    )


def _indicators(
    row: Assessment, pinned: PinnedSet, known: Material, result: AssessmentResult, names: dict[int, str]
) -> dict[str, IndicatorView]:
    answers, documents = _answers(known), _documents(known)
    returned, answered = known.returned_now, known.returned(row.submissions - 1)
    results = {item.code: item for item in result.indicators}
    status = Status(row.status)
    return {
        code: IndicatorView(
            indicator=indicator,
            answers=answers.get(code, {}),
            documents=tuple(documents.get(code, ())),
            result=results[code],
            stages={stage: _stage_view(v[code], names) for stage, v in known.stages.items() if code in v},
            returned=_return_view(returned.get(code), names),
            answered_return=_return_view(answered.get(code), names),
            editable=status in EDITABLE and (status is Status.DRAFT or code in returned),
            has_threshold=pinned.has_threshold(code),
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


def _answers(known: Material) -> dict[str, dict[str, AnswerView]]:
    found: dict[str, dict[str, AnswerView]] = {}
    for a in known.answers:
        view = AnswerView(a.raw, a.value, a.problem, a.version, a.updated_at)
        found.setdefault(a.indicator_code, {})[a.field_code] = view
    return found


def _documents(known: Material) -> dict[str, list[DocumentView]]:
    found: dict[str, list[DocumentView]] = {}
    for document in known.documents:
        found.setdefault(document.indicator_code, []).append(_document_view(document))
    return found


def _document_view(d: Document) -> DocumentView:
    return DocumentView(
        d.key,
        d.filename,
        d.size,
        d.sha256,
        d.number,
        d.issued_on,
        d.agency,
        d.summary,
        d.page,
    )


def _stage_result(value: StageValue) -> IndicatorResult:
    """Verdict and points as a stage has them; the commune's own stage is what the engine said."""
    points, maximum = (_decimal(value.result.get(name)) for name in ("points", "maximum"))
    computed = IndicatorResult(value.indicator_code, Verdict(value.result["verdict"]), points=points, maximum=maximum)
    if value.stage == "self" or value.verdict == "return":
        return computed
    return after_verdict(computed, Verdict(value.verdict))


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _stage_view(value: StageValue, names: dict[int, str]) -> StageView:
    return StageView(
        value.id,
        value.verdict,
        value.reason,
        names.get(value.recorded_by, ""),
        value.recorded_at,
        value.submission_number,
        value.figures,
        _decimal(value.result["value"]),
        _stage_result(value),
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
