"""The life of an assessment, act by act."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from ruraldx.assessments.models import Answer, Assessment
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.assessments.operations.answers import Collision, Saved
from ruraldx.assessments.operations.documents import remove_document
from ruraldx.assessments.queries.lists import QueueFilter, my_work, queue
from ruraldx.assessments.queries.records import differences, receipts, timeline
from ruraldx.assessments.sealed_models import StageValue, Submission
from ruraldx.assessments.states import Status
from ruraldx.database import read_session
from ruraldx.messages import Conflict, Forbidden, Invalid, NotFound, message_from_data
from ruraldx.published.queries import latest as published_results
from tests.world import INDICATORS, TODAY, World, full_answers


def test_opening_a_round_makes_an_empty_dossier_for_each_commune_and_pins_the_criteria(world: World) -> None:
    mine = world.dossier("official")
    assert mine.status is Status.DRAFT
    assert tuple(mine.indicators) == INDICATORS
    assert (mine.facts.answered, mine.facts.required) == (0, 17)
    assert mine.criteria.number == 2


def test_a_value_is_kept_as_typed_and_as_read(world: World) -> None:
    (saved,) = world.answer("8.2", {"tu-so": "2.998"})
    assert saved == Saved("tu-so", 1, "2.998", "2.998")
    answer = world.dossier("official").indicators["8.2"].answers["tu-so"]
    assert (answer.raw, answer.value) == ("2.998", "2998")


@pytest.mark.parametrize("raw", ["88,7,1", "-1", "1e9", "mười", "12,5"])
def test_a_wrong_number_is_kept_with_a_sentence_and_counts_as_not_answered(world: World, raw: str) -> None:
    (saved,) = world.answer("8.2", {"tu-so": raw})
    assert isinstance(saved, Saved)
    assert saved.problem is not None
    whole = world.dossier("official")
    assert whole.indicators["8.2"].answers["tu-so"].raw == raw
    assert whole.facts.invalid == 1
    assert whole.facts.answered == 0


def test_missing_is_not_zero(world: World) -> None:
    world.answer("8.2", {**full_answers("8.2"), "tu-so": ""})
    assert world.dossier("official").indicators["8.2"].result.verdict == "incomplete"
    world.answer("8.2", {"tu-so": "0"})
    assert world.dossier("official").indicators["8.2"].result.value == 0


def test_a_second_editor_gets_both_texts_and_nothing_is_overwritten(world: World) -> None:
    world.answer("8.2", {"noi-cung-cap": "Bưu điện"})
    (collision,) = world.answer("8.2", {"noi-cung-cap": "Sở"}, who="colleague")
    assert isinstance(collision, Collision)
    assert (collision.theirs, collision.yours, collision.theirs_by) == ("Bưu điện", "Sở", "Người official")
    assert world.dossier("official").indicators["8.2"].answers["noi-cung-cap"].raw == "Bưu điện"
    (saved,) = world.answer("8.2", {"noi-cung-cap": "Sở"}, who="colleague", versions={"noi-cung-cap": 1})
    assert isinstance(saved, Saved)
    assert saved.version == 2


def test_saving_the_same_text_again_is_no_collision(world: World) -> None:
    world.answer("8.2", {"noi-cung-cap": "Bưu điện"})
    (saved,) = world.answer("8.2", {"noi-cung-cap": "Bưu điện"}, who="colleague")
    assert isinstance(saved, Saved)
    assert saved.version == 1


def test_another_communes_dossier_does_not_exist_for_an_official(world: World) -> None:
    with pytest.raises(NotFound):
        world.dossier("official", world.neighbour_key)
    with pytest.raises(NotFound):
        world.answer("8.2", {"tu-so": "1"}, who="neighbour")


def test_only_the_officials_of_the_commune_may_answer(world: World) -> None:
    for who in ("chair", "appraiser", "office", "leader"):
        with pytest.raises(Forbidden):
            world.answer("8.2", {"tu-so": "1"}, who=who)


def test_an_unknown_indicator_or_field_is_refused(world: World) -> None:
    with pytest.raises(NotFound):
        world.answer("9.9", {"tu-so": "1"})
    with pytest.raises(NotFound):
        world.answer("8.2", {"status": "published"})
    with pytest.raises(NotFound):
        world.answer("15.3", {"ket-qua": "co"})


def test_signature_cannot_be_asked_while_something_is_missing(world: World) -> None:
    with pytest.raises(Conflict, match="ô bắt buộc"):
        sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    for code in INDICATORS:
        world.answer(code, full_answers(code))
    with pytest.raises(Conflict, match="minh chứng"):
        sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    world.answer("8.1", {"giai-trinh": "Ảnh chụp sẽ bổ sung trong tháng."})
    for code in INDICATORS[1:]:
        world.attach(code)
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    assert world.dossier("official").status is Status.AWAITING_SIGNATURE


def test_the_chairperson_can_hand_back_with_a_reason(world: World) -> None:
    world.to("complete")
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    with pytest.raises(Invalid):
        sending.hand_back(actor=world.people["chair"], now=world.later(), key=world.key, reason=" ")
    sending.hand_back(actor=world.people["chair"], now=world.later(), key=world.key, reason="Kiểm tra lại 8.2")
    assert world.dossier("official").status is Status.DRAFT


def test_sending_seals_a_snapshot_whose_hash_is_on_the_receipt(world: World) -> None:
    world.to("complete")
    receipt = world.send()
    row = read_session().scalars(select(Submission)).one()
    assert hashlib.sha256(row.manifest.encode()).hexdigest() == receipt.sha256 == row.sha256
    for fact in ('"2998"', '"raw":"2.998"', world.dossier().criteria.code, '"verdict":"unverified"'):
        assert fact in row.manifest
    assert receipts(world.dossier("chair"))[0].receipt == receipt.receipt


def test_a_double_click_on_send_has_one_effect_and_one_receipt(world: World) -> None:
    world.to("complete")
    first = world.send("cùng một lần bấm")
    again = sending.send(
        actor=world.people["chair"], now=world.later(), key=world.key, idempotency_key="cùng một lần bấm"
    )
    assert again.repeated
    assert again.receipt == first.receipt
    assert len(read_session().scalars(select(Submission)).all()) == 1


def test_nothing_can_be_changed_after_sending(world: World) -> None:
    world.to("complete")
    document = world.dossier().indicators["8.1"].documents[0].key
    world.send()
    with pytest.raises(Conflict, match="khóa"):
        world.answer("8.2", {"tu-so": "1"}, versions={"tu-so": 1})
    with pytest.raises(Conflict):
        world.attach("8.2")
    with pytest.raises(Conflict):
        remove_document(actor=world.people["official"], now=world.later(), key=world.key, document=document)


def test_an_unverified_threshold_never_gives_a_verdict_by_itself(world: World) -> None:
    world.to("sent")
    verdicts = set(read_session().scalars(select(StageValue.verdict).where(StageValue.stage == "self")))
    assert verdicts == {"unverified"}


def test_self_and_appraised_stand_side_by_side_and_are_never_overwritten(world: World) -> None:
    world.to("appraised")
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.key, indicator="8.2", verdict="fail", reason="Sai"
    )
    view = world.dossier().indicators["8.2"]
    assert (view.stages["self"].verdict, view.stages["appraised"].verdict) == ("unverified", "fail")
    rows = read_session().scalars(
        select(StageValue.verdict)
        .where(StageValue.indicator_code == "8.2", StageValue.stage == "appraised")
        .order_by(StageValue.id)
    )
    assert list(rows) == ["pass", "fail"]


@pytest.mark.parametrize("verdict", ["pass", "fail", "return"])
def test_a_verdict_that_differs_from_the_engine_needs_a_reason(world: World, verdict: str) -> None:
    world.to("received")
    with pytest.raises(Invalid) as refused:
        appraise_8_2(world, {}, verdict, " ")
    assert refused.value.field == "reason"


def test_only_returned_indicators_reopen_and_a_change_marks_them_fixed(world: World) -> None:
    world.to("received")
    world.appraise({"8.2": "return"})
    assert appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key) == ("8.2",)
    with pytest.raises(Conflict, match="không bị trả lại"):
        world.answer("8.1", {"ket-qua": "khong"}, versions={"ket-qua": 1})
    with pytest.raises(Conflict, match="chưa được sửa"):
        sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    world.answer("8.2", {"tu-so": "2900"}, versions={"tu-so": 1})
    view = world.dossier("official").indicators["8.2"]
    assert view.returned is not None
    assert view.returned.fixed_at is not None
    world.send("lần gửi thứ hai")
    changed = differences(world.dossier())
    assert [(d.field, d.before, d.after) for d in changed["8.2"]] == [("tu-so", "2.998", "2900")]


def test_what_passed_before_a_return_stands_and_what_was_returned_is_appraised_anew(world: World) -> None:
    world.to("received")
    world.appraise({"8.2": "return"})
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    world.answer("8.2", {"tu-so": "2900"}, versions={"tu-so": 1})
    world.send("lần gửi thứ hai")
    world.receive()
    stages = {code: view.stages.get("appraised") for code, view in world.dossier().indicators.items()}
    assert stages["8.2"] is None
    assert stages["8.1"] is not None
    with pytest.raises(Conflict, match="1 chỉ tiêu chưa thẩm định"):
        world.decide()


def test_a_decision_waits_for_every_indicator_and_its_outcome_follows_from_them(world: World) -> None:
    world.to("received")
    with pytest.raises(Conflict):
        world.decide()
    world.appraise({"15.2": "fail"})
    assert world.decide() == "fail"
    decision = world.dossier().decision
    assert decision is not None
    assert (decision.number, decision.decided_on) == ("01/QĐ-MH", TODAY)
    assert {view.stages["final"].verdict for view in world.dossier().indicators.values()} == {"pass", "fail"}


def test_a_decision_cannot_be_dated_after_today_or_lack_its_number(world: World) -> None:
    world.to("appraised")
    for new, place in (
        (appraisal.NewDecision("1", TODAY + timedelta(days=1), "A"), "decided_on"),
        (appraisal.NewDecision(" ", TODAY, "A"), "number"),
        (appraisal.NewDecision("1", TODAY, ""), "signer"),
    ):
        with pytest.raises(Invalid) as refused:
            appraisal.decide(actor=world.people["appraiser"], now=world.later(), key=world.key, today=TODAY, new=new)
        assert refused.value.field == place
    assert world.dossier().status is Status.UNDER_APPRAISAL


def test_my_work_shows_each_person_what_waits_for_them(world: World) -> None:
    def waiting(who: str) -> list[str]:
        return [row.unit_name for row in my_work(world.people[who])]

    assert waiting("official") == ["Xã Quế Phú"]
    assert waiting("chair") == []
    world.to("complete")
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    assert (waiting("official"), waiting("chair")) == ([], ["Xã Quế Phú"])
    sending.send(actor=world.people["chair"], now=world.later(), key=world.key, idempotency_key="x" * 20)
    assert waiting("appraiser") == ["Xã Quế Phú"]
    assert waiting("leader") == []


def test_the_queue_filters_and_counts(world: World) -> None:
    world.to("sent")
    appraiser = world.people["appraiser"]
    assert queue(appraiser, QueueFilter()).total == 2
    assert [r.unit_name for r in queue(appraiser, QueueFilter(text="que phu")).rows] == ["Xã Quế Phú"]
    assert queue(appraiser, QueueFilter(statuses=(Status.SENT,))).total == 1
    assert queue(appraiser, QueueFilter(mine=True)).total == 0
    assert queue(world.people["official"], QueueFilter()).total == 0


def test_the_timeline_tells_the_acts_without_single_keystrokes(world: World) -> None:
    world.to("published")
    actions = [entry.action for entry in timeline(world.dossier("office"))]
    assert actions[0] == "assessment.publish"
    assert "answer.saved" not in actions
    assert actions[-1] == "document.attached"


def test_counters_on_the_row_are_what_the_answers_say(world: World) -> None:
    world.complete()
    row = read_session().scalars(select(Assessment).where(Assessment.key == world.key)).one()
    answered = read_session().scalars(select(Answer).where(Answer.assessment_id == row.id, Answer.value.is_not(None)))
    assert row.answered_count == len(list(answered)) == row.required_count


def test_an_act_that_fails_leaves_no_trace(world: World) -> None:
    def state() -> tuple[object, ...]:
        session = read_session()
        session.rollback()
        tables = ("assessment", "submission", "stage_value", "audit_event", "answer")
        return tuple(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables)

    world.complete()
    before = state()
    with pytest.raises(Conflict):
        sending.send(actor=world.people["chair"], now=world.later(), key=world.key, idempotency_key="y" * 20)
    assert state() == before


def appraise_8_2(
    world: World, figures: dict[str, str], verdict: str = "fail", reason: str = "Theo số của ngành."
) -> None:
    appraisal.appraise_indicator(
        actor=world.people["appraiser"],
        now=world.later(),
        key=world.key,
        indicator="8.2",
        verdict=verdict,
        reason=reason,
        figures=figures,
    )


def test_an_appraised_figure_stands_beside_the_communes_and_the_result_is_computed_with_it(world: World) -> None:
    world.to("received")
    appraise_8_2(world, {"tu-so": "2.100", "mau-so": "3500"})
    view = world.dossier().indicators["8.2"]
    assert view.answers["tu-so"].value == "2998"
    assert dict(view.stages["appraised"].figures) == {"tu-so": "2100"}, "the same figure is no difference"
    assert view.stages["appraised"].value == Decimal("60.00")
    assert view.stages["self"].value == Decimal("85.66")


def test_an_appraised_figure_needs_a_reason_and_a_number(world: World) -> None:
    world.to("received")
    with pytest.raises(Invalid) as refused:
        appraise_8_2(world, {"tu-so": "2.100"}, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Invalid) as refused:
        appraise_8_2(world, {"tu-so": "hai nghìn"})
    assert refused.value.field == "tu-so"
    with pytest.raises(NotFound):
        appraise_8_2(world, {"noi-cung-cap": "Sở"})
    assert "appraised" not in world.dossier().indicators["8.2"].stages


def test_the_final_stage_and_the_publication_carry_the_appraised_figures(world: World) -> None:
    world.to("received")
    world.appraise()
    appraise_8_2(world, {"tu-so": "3.150"}, verdict="pass")
    world.decide()
    final = world.dossier("official").indicators["8.2"].stages["final"]
    assert (dict(final.figures), final.value) == ({"tu-so": "3150"}, Decimal("90.00"))
    world.publish()
    (published,) = published_results()
    (shown,) = (item for item in published.indicators if item["code"] == "8.2")
    assert "90,00" in str(message_from_data(shown["steps"][0]["message"]))
