"""One test per constraint: the database itself refuses what must not be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, UniqueConstraint, insert, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from ruraldx.accounts.models import Person, RoleGrant
from ruraldx.assessments.models import (
    Answer,
    Assessment,
    Document,
    Involvement,
    ReturnedIndicator,
    Round,
)
from ruraldx.assessments.score_models import LiveScore, RoundBest, Score
from ruraldx.assessments.sealed_models import Decision, StageValue, Submission
from ruraldx.audit.models import AuditEvent
from ruraldx.criteria_sets.models import CriteriaAmendment, CriteriaDraft, CriteriaRetirement, CriteriaVersion
from ruraldx.database import Base, explain_integrity_error, read_session, unit_of_work
from ruraldx.pilots.models import Pilot
from ruraldx.places.models import Unit, UnitChange
from ruraldx.published.models import PublishedResult
from tests.clock import NOW
from tests.world import World

UNIT = {"code": "1", "name": "a", "full_name": "Xã a", "kind": "commune", "level": "commune", "path": "/x/",
        "valid_from": date(2025, 7, 1), "source": "s", "search_text": "a", "sort_key": "a"}  # fmt: skip
PILOT = {"slug": "s", "name": "n", "kind": "smart_commune", "fields": [], "status": "proposed", "status_note": "",
         "unit_id": 1, "unit_path": "/1/", "period": "", "source": "s", "search_text": "", "sort_key": "",
         "recorded_at": NOW}  # fmt: skip
PERSON = {"email": "a@b.invalid", "name": "n", "password_hash": "h", "created_at": NOW, "password_changed_at": NOW}
ROUND = {"key": "k", "title": "t", "province_id": 1, "province_path": "/1/", "version_id": 1,
         "period_from": date(2024, 1, 1), "period_to": date(2024, 12, 31), "choices": {}, "opened_at": NOW,
         "due_at": NOW, "opened_by": 1}  # fmt: skip
ASSESSMENT = {"key": "k", "round_id": 1, "unit_id": 1, "unit_path": "/1/", "dimensions": {}, "updated_at": NOW}
ANSWER = {
    "assessment_id": 1,
    "indicator_code": "8.1",
    "field_code": "f",
    "raw": "1",
    "updated_by": 1,
    "updated_at": NOW,
}
DOCUMENT = {"key": "d", "assessment_id": 1, "indicator_code": "8.1", "sha256": "0" * 64, "filename": "f",
            "media_type": "application/pdf", "size": 1, "number": "", "agency": "", "summary": "s", "page": "",
            "uploaded_by": 1, "uploaded_at": NOW}  # fmt: skip
STAGE = {"assessment_id": 1, "submission_number": 1, "indicator_code": "8.1", "stage": "appraised", "verdict": "pass",
         "reason": "", "figures": {}, "result": {"value": None}, "recorded_by": 1, "recorded_at": NOW}  # fmt: skip
DECISION = {"assessment_id": 1, "number": "1", "decided_on": date(2026, 1, 1), "signer": "s", "outcome": "pass",
            "note": "", "recorded_by": 1, "recorded_at": NOW}  # fmt: skip
SUBMISSION = {"assessment_id": 1, "number": 1, "receipt": "r", "idempotency_key": "i", "manifest": "{}",
              "sha256": "0" * 64, "signed_by": 1, "sent_at": NOW}  # fmt: skip
PUBLISHED = {"key": "p", "assessment_key": "k", "unit_id": 1, "round_title": "t", "period_from": date(2024, 1, 1),
             "period_to": date(2024, 12, 31), "criteria_code": "c", "criteria_number": 1, "criteria_title": "t",
             "criteria_sha256": "0" * 64, "outcome": "pass", "decision_number": "1", "decided_on": date(2026, 1, 1),
             "signer": "s", "criteria": [], "indicators": [], "is_demo": False, "published_at": NOW}  # fmt: skip
CHANGE = {"predecessor_id": 1, "successor_id": 2, "kind": "merge", "effective_on": date(2025, 7, 1), "partial": False,
          "source": "s"}  # fmt: skip
GRANT = {"person_id": 1, "role": "leader", "unit_id": 1, "valid_from": NOW}
NUMBERS = {"assessment_id": 1, "version_sha256": "0" * 64, "engine": "2", "inputs_sha256": "0" * 64,
           "context_sha256": "0" * 64, "result_sha256": "0" * 64, "outcome": "pass", "class_code": "",
           "provisional": False, "computed_at": NOW}  # fmt: skip
SCORE = NUMBERS | {"submission_number": 1, "stage": "self", "result": "{}"}
BEST = {"round_id": 1, "freezing": 1, "comparison_group": "{}", "indicator_code": "8.1", "value": Decimal(1),
        "units": 1, "frozen_by": 1, "frozen_at": NOW}  # fmt: skip
RETURNED = {"assessment_id": 1, "indicator_code": "8.1", "submission_number": 1, "reason": "r", "returned_by": 1,
            "returned_at": NOW}  # fmt: skip

DRAFT = {"key": "k", "code": "c", "number": 1, "title": "t", "content": "x", "created_by": 1, "created_at": NOW,
         "updated_by": 1, "updated_at": NOW}  # fmt: skip
AMENDMENT = {"code": "c", "number": 1, "version_id": 1, "content": "{}", "sha256": "0" * 64, "published_by": 1,
             "effective_from": date(2026, 1, 1), "published_at": NOW}  # fmt: skip

# constraint → a row that breaks it
BROKEN: dict[str, tuple[type[Base], dict[str, Any]]] = {
    "ck_unit_level_known": (Unit, UNIT | {"level": "galaxy"}),
    "ck_unit_kind_known": (Unit, UNIT | {"kind": "galaxy"}),
    "ck_unit_validity_in_order": (Unit, UNIT | {"valid_to": date(2025, 7, 1)}),
    "ck_unit_point_whole": (Unit, UNIT | {"lat": 16.0}),
    "ck_unit_point_in_vietnam": (Unit, UNIT | {"lat": 60.0, "lon": 108.0}),
    "ck_unit_change_kind_known": (UnitChange, CHANGE | {"kind": "vanish"}),
    "ck_unit_change_share_in_range": (UnitChange, CHANGE | {"share": Decimal("1.1")}),
    "ck_unit_change_not_itself": (UnitChange, CHANGE | {"successor_id": 1}),
    "ck_person_email_folded": (Person, PERSON | {"email": "A@b.invalid"}),
    "ck_role_grant_role_known": (RoleGrant, GRANT | {"role": "emperor"}),
    "ck_role_grant_dates_in_order": (RoleGrant, GRANT | {"valid_to": NOW}),
    "ck_round_period_in_order": (Round, ROUND | {"period_to": date(2023, 1, 1)}),
    "ck_assessment_status_known": (Assessment, ASSESSMENT | {"status": "lost", "submissions": 1}),
    "ck_assessment_counts_not_negative": (Assessment, ASSESSMENT | {"version": -1}),
    "ck_assessment_sent_states_have_submission": (Assessment, ASSESSMENT | {"status": "sent"}),
    "ck_assessment_decided_has_time": (Assessment, ASSESSMENT | {"status": "decided", "submissions": 1}),
    "ck_answer_version_positive": (Answer, ANSWER | {"version": 0}),
    "ck_document_size_positive": (Document, DOCUMENT | {"size": 0}),
    "ck_returned_indicator_reason_given": (ReturnedIndicator, RETURNED | {"reason": ""}),
    "ck_stage_value_stage_known": (StageValue, STAGE | {"stage": "later"}),
    "ck_stage_value_verdict_known": (StageValue, STAGE | {"stage": "self", "verdict": "perhaps"}),
    "ck_stage_value_appraiser_verdicts": (StageValue, STAGE | {"verdict": "unverified"}),
    "ck_stage_value_return_has_reason": (StageValue, STAGE | {"verdict": "return"}),
    "ck_stage_value_difference_has_reason": (StageValue, STAGE | {"figures": {"tu-so": "1"}}),
    "ck_decision_outcome_known": (Decision, DECISION | {"outcome": "perhaps"}),
    "ck_decision_number_given": (Decision, DECISION | {"number": ""}),
    "ck_decision_signer_given": (Decision, DECISION | {"signer": ""}),
    "ck_score_stage_known": (Score, SCORE | {"stage": "live"}),
    "ck_score_of_a_sending": (Score, SCORE | {"submission_number": 0}),
    "ck_live_score_stage_known": (LiveScore, NUMBERS | {"stage": "final"}),
    "ck_round_best_freezing_positive": (RoundBest, BEST | {"freezing": 0}),
    "ck_round_best_of_some_units": (RoundBest, BEST | {"units": 0}),
    "ck_pilot_kind_known": (Pilot, PILOT | {"kind": "smart_moon"}),
    "ck_pilot_status_known": (Pilot, PILOT | {"status": "lost"}),
    "ck_pilot_point_quality_known": (Pilot, PILOT | {"lat": 16.0, "lon": 108.0, "point_quality": "guess"}),
    "ck_pilot_point_whole": (Pilot, PILOT | {"lat": 16.0, "point_quality": "commune"}),
    "ck_pilot_point_has_quality": (Pilot, PILOT | {"lat": 16.0, "lon": 108.0}),
    "ck_pilot_point_in_vietnam": (Pilot, PILOT | {"lat": 60.0, "lon": 108.0, "point_quality": "commune"}),
    "ck_criteria_draft_version_positive": (CriteriaDraft, DRAFT | {"version": 0}),
    "ck_criteria_retirement_reason_given": (
        CriteriaRetirement,
        {"version_id": 1, "reason": "", "retired_on": date(2026, 1, 1), "retired_by": 1, "recorded_at": NOW},
    ),
    "ck_criteria_amendment_dates_in_order": (CriteriaAmendment, AMENDMENT | {"effective_to": date(2025, 1, 1)}),
    "ck_published_result_outcome_known": (PublishedResult, PUBLISHED | {"outcome": "perhaps"}),
    "ck_published_result_withdrawal_has_reason": (PublishedResult, PUBLISHED | {"withdrawn_at": NOW}),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_a_row_that_breaks(app: object, name: str) -> None:
    model, row = BROKEN[name]
    with pytest.raises(IntegrityError) as refused, unit_of_work() as session:
        session.execute(insert(model), [row])
    found, _, message = explain_integrity_error(refused.value)
    assert found == name
    assert str(message)


def test_every_check_has_a_row_that_breaks_it() -> None:
    declared = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert declared == set(BROKEN)


UNIQUE: dict[str, tuple[type[Base], dict[str, Any]]] = {
    "uq_criteria_version_code_number": (CriteriaVersion, {"sha256": "f" * 64}),
    "uq_criteria_version_sha256": (CriteriaVersion, {"number": 99}),
    "uq_round_key": (Round, {}),
    "uq_assessment_key": (Assessment, {"unit_id": 3}),
    "uq_assessment_round_id_unit_id": (Assessment, {"key": "other"}),
    "uq_person_email": (Person, {}),
    "uq_submission_receipt": (Submission, {"number": 9, "idempotency_key": "o"}),
    "uq_submission_assessment_id_idempotency_key": (Submission, {"number": 9, "receipt": "o"}),
    "uq_submission_assessment_id_number": (Submission, {"receipt": "o", "idempotency_key": "o"}),
    "uq_decision_assessment_id": (Decision, {}),
    "uq_published_result_key": (PublishedResult, {}),
    # Units bring their ids along, so no sequence knows of those that are there.
    "uq_unit_code_level_valid_from": (Unit, {"id": 9_999_999}),
    "uq_unit_change_predecessor_id_successor_id": (UnitChange, {}),
}


def _twin(model: type[Base], changes: dict[str, Any]) -> dict[str, Any]:
    row = read_session().scalars(select(model).limit(1)).one()
    columns = {c.name: getattr(row, c.name) for c in model.__table__.columns if c.name != "id"}
    read_session().rollback()
    return columns | changes


@pytest.mark.parametrize("name", UNIQUE)
def test_the_database_refuses_a_second(world: World, name: str) -> None:
    world.to("published")
    model, changes = UNIQUE[name]
    row = _twin(model, changes)
    with pytest.raises(IntegrityError) as refused, unit_of_work() as session:
        session.execute(insert(model), [row])
    assert explain_integrity_error(refused.value)[0] == name


def test_every_uniqueness_is_tried() -> None:
    declared = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    # Guarded rows (answers, documents, returned indicators, pilots) are tried where they are open, and what is
    # published of criteria sets in test_criteria_sets.
    elsewhere = {
        "uq_criteria_draft_key",
        "uq_criteria_publication_draft_key",
        "uq_criteria_amendment_code_number",
        "uq_criteria_amendment_sha256",
        "uq_answer_assessment_id_indicator_code_field_code",
        "uq_document_key",
        "uq_pilot_slug",
        "uq_round_best_once_in_a_freezing",
        "uq_returned_indicator_assessment_id_indicator_code_submission_number",
    }
    assert declared - elsewhere == set(UNIQUE)


def test_the_remaining_uniqueness_holds_on_an_open_dossier(world: World) -> None:
    world.answer("8.2", {"tu-so": "1"})
    world.attach("8.2")
    for model in (Answer, Document):
        row = _twin(model, {})
        with pytest.raises(IntegrityError), unit_of_work() as session:
            session.execute(insert(model), [row])
    for model, row in ((Pilot, PILOT), (ReturnedIndicator, RETURNED), (RoundBest, BEST)):
        with pytest.raises(IntegrityError), unit_of_work() as session:
            session.execute(insert(model), [row, row])


SEALED = ("criteria_version", "submission", "stage_value", "decision", "involvement", "audit_event", "score")


@pytest.mark.parametrize("table", SEALED)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_an_append_only_table_refuses_sql_itself(world: World, table: str, verb: str) -> None:
    world.to("published")
    column = next(c.name for c in Base.metadata.tables[table].columns if c.name not in ("id", "sequence"))
    statement = f"UPDATE {table} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM {table}"
    with pytest.raises(DatabaseError, match=f"ruraldx:{table}_no_{verb.lower()}"), unit_of_work() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_what_a_round_froze_cannot_be_changed_by_sql(world: World, verb: str) -> None:
    statement = "UPDATE round_best SET value = '9'" if verb == "UPDATE" else "DELETE FROM round_best"
    with unit_of_work() as session:
        session.execute(insert(RoundBest), [BEST])
    with pytest.raises(DatabaseError, match=f"ruraldx:round_best_no_{verb.lower()}"), unit_of_work() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("table", ["answer", "document"])
def test_a_sealed_dossier_refuses_sql_itself(world: World, table: str) -> None:
    world.to("sent")
    for statement, operation in (
        (f"UPDATE {table} SET indicator_code = indicator_code", "update"),
        (f"DELETE FROM {table}", "delete"),
    ):
        with pytest.raises(DatabaseError, match=f"{table}_sealed_{operation}"), unit_of_work() as session:
            session.execute(text(statement))


def test_without_the_guard_the_same_statement_would_pass(world: World) -> None:
    """The switch: drop the trigger and the seal is gone, so the tests above prove the trigger."""
    world.to("sent")
    with unit_of_work() as session:
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        session.execute(text("DROP TRIGGER answer_sealed_update" + (" ON answer" if on_postgresql else "")))
        changed = session.execute(text("UPDATE answer SET raw = 'sửa trộm'"))
        assert changed.rowcount > 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("model", "row"), [(StageValue, STAGE | {"stage": "appraised"}), (Decision, DECISION)], ids=["verdict", "decision"]
)
def test_who_had_a_hand_in_a_dossier_cannot_judge_it_even_by_sql(
    world: World, model: type[Base], row: dict[str, Any]
) -> None:
    world.to("received")
    with unit_of_work() as session:
        judged = session.scalars(select(Assessment.id).where(Assessment.key == world.key)).one()
    row = row | {"assessment_id": judged, "recorded_by": world.people["colleague"].person_id}
    name = f"{model.__tablename__}_by_involved"
    with unit_of_work() as session:
        session.execute(insert(model), [row])
        session.rollback()
    hand = insert(Involvement).values(assessment_id=judged, person_id=row["recorded_by"], since=NOW)
    with unit_of_work() as session:
        session.execute(hand)
    with pytest.raises(DatabaseError, match=name), unit_of_work() as session:
        session.execute(insert(model), [row])


def test_events_are_there_to_be_guarded(world: World) -> None:
    assert read_session().scalars(select(AuditEvent.sequence).order_by(AuditEvent.sequence)).first() == 1
