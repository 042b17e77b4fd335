"""Stored results: written by the acts that change them, stale when they should be, the same bytes when made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select, text

from ruraldx.assessments.criteria import PinnedSet
from ruraldx.assessments.models import Assessment
from ruraldx.assessments.operations import appraisal, cohorts, scores
from ruraldx.assessments.operations.cohorts import freeze_cohort
from ruraldx.assessments.operations.recompute import Compared, State, recompute
from ruraldx.assessments.queries import scores as reading
from ruraldx.assessments.queries.ranks import ranking
from ruraldx.assessments.queries.scores import stale_results, what_if
from ruraldx.assessments.score_models import LiveScore, RoundBest, Score
from ruraldx.assessments.staleness import BY_CHANGE, Change, Effect
from ruraldx.criteria_sets.operations.versions import register_version
from ruraldx.database import db, read_session, unit_of_work
from ruraldx.messages import Conflict, Forbidden, Invalid, NotFound
from ruraldx.scoring import results
from ruraldx.scoring.outcomes import ScoringContext
from tests.work.points import both_sent, fill, open_pointed, pointed, send
from tests.world import World, full_answers


def live(stage: str = "live", key: str = "") -> list[LiveScore]:
    session = read_session()
    session.rollback()
    statement = select(LiveScore).where(LiveScore.stage == stage)
    if key:
        statement = statement.join(Assessment, Assessment.id == LiveScore.assessment_id).where(Assessment.key == key)
    rows = list(session.scalars(statement))
    session.expunge_all()
    session.rollback()
    return rows


def sealed() -> list[tuple[str, int]]:
    rows = read_session().scalars(select(Score).order_by(Score.id))
    return [(row.stage, row.submission_number) for row in rows]


def states(found: tuple[Compared, ...]) -> list[tuple[str, State]]:
    return [(one.stage, one.state) for one in found]


def statements(act: Callable[[], object]) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def test_saving_an_answer_renews_the_one_live_row(world: World) -> None:
    open_pointed(world)
    fill(world, "co", "5")
    (row,) = live()
    assert (row.earned, row.possible, row.scored) == (Decimal("10.00"), Decimal(20), Decimal(10))
    world.answer("1.1", {"ket-qua": "khong"}, versions={"ket-qua": 1})
    (row,) = live()
    assert row.earned == 0
    assert sealed() == []


def test_an_autosave_costs_no_more_statements_than_before_results_were_kept(world: World) -> None:
    """Counting what cannot be read went into the statement that reads the answers; the row took its place."""
    world.answer("8.2", {"tu-so": "1"})
    seen = statements(lambda: world.answer("8.2", {"tu-so": "2"}, versions={"tu-so": 1}))
    assert sum("live_score" in statement for statement in seen) == 1
    assert len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]) <= 15


def test_a_set_without_relative_rules_asks_for_no_best_values(world: World) -> None:
    assert not [one for one in statements(lambda: world.answer("8.2", {"tu-so": "1"})) if "round_best" in one]
    open_pointed(world)
    assert len([one for one in statements(lambda: fill(world, "co", "5")) if "round_best" in one]) == 2


def test_each_moment_that_counts_adds_a_sealed_result(world: World) -> None:
    world.to("appraised")
    assert sealed() == [("self", 1)]
    assert [row.outcome for row in live("appraised")] == ["unverified"]
    world.decide()
    assert sealed() == [("self", 1), ("final", 1)]


def test_the_sealed_bytes_are_those_of_the_manifest(world: World) -> None:
    world.to("sent")
    (row,) = read_session().scalars(select(Score))
    manifest = json.loads(read_session().execute(text("SELECT manifest FROM submission")).scalar_one())
    assert json.loads(row.result) == manifest["result"]
    assert row.version_sha256 == manifest["criteria"]["sha256"]


def test_returning_seals_the_appraisal_with_the_figures_of_the_appraiser(world: World) -> None:
    world.to("received")
    world.appraise({"8.1": "return"})
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.key, indicator="8.2", verdict="fail",
        reason="Đếm lại", figures={"tu-so": "7"},
    )  # fmt: skip
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    row = read_session().scalars(select(Score).where(Score.stage == "appraised")).one()
    assert "'top': '7'" in next(
        str(one["steps"]) for one in json.loads(row.result)["indicators"] if one["code"] == "8.2"
    )
    assert states(recompute(now=world.later(), verify=True)) == [
        ("appraised", State.SAME),
        ("live", State.SAME),
        ("self", State.SAME),
        ("appraised", State.SAME),
    ]


# What makes which stored result stale: each row of the table in the database itself.


def change_answer(world: World, _patch: pytest.MonkeyPatch) -> None:
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.key, indicator="1.1", verdict="return",
        reason="Bổ sung",
    )  # fmt: skip
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    world.answer("1.1", {"ket-qua": "khong"}, versions={"ket-qua": 1})


def change_figure(world: World, _patch: pytest.MonkeyPatch) -> None:
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.key, indicator="1.2", verdict="fail",
        reason="Đếm lại", figures={"so-luong": "4"},
    )  # fmt: skip


def change_set(world: World, _patch: pytest.MonkeyPatch) -> None:
    with unit_of_work() as session:
        register_version(session, pointed(number=2, title="Bộ đã sửa đổi"), world.later())


def change_engine(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "ENGINE_VERSION", "99")
    patch.setattr(results.AssessmentResult, "engine", "99")
    old = results.score_assessment

    def newer(*args: Any) -> results.AssessmentResult:
        made = old(*args)
        object.__setattr__(made, "engine", "99")
        return made

    patch.setattr("ruraldx.assessments.operations.recompute.score_assessment", newer)


def change_cohort(world: World, _patch: pytest.MonkeyPatch) -> None:
    freeze_cohort(actor=world.people["office"], now=world.later(), round_key=world.round_key)


def change_threshold(_world: World, patch: pytest.MonkeyPatch) -> None:
    confirmed = ScoringContext(dimensions={"nhom": "1"}, confirmed=frozenset({"1.1"}))
    patch.setattr(PinnedSet, "context", confirmed)


def change_choice(_world: World, _patch: pytest.MonkeyPatch) -> None:
    with unit_of_work() as session:
        session.execute(text('UPDATE round SET choices = \'{"1.1":"mau"}\''))


CHANGES = {
    Change.ANSWER: change_answer, Change.FIGURE: change_figure, Change.AMENDMENT: change_set,
    Change.ENGINE: change_engine, Change.COHORT: change_cohort, Change.THRESHOLD: change_threshold,
    Change.CHOICE: change_choice,
}  # fmt: skip


@pytest.mark.parametrize("change", Change)
def test_the_table_says_what_happens(world: World, change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    both_sent(world)
    appraisal.receive(actor=world.people["appraiser"], now=world.later(), key=world.key)
    change_figure(world, monkeypatch)
    before = {row.stage: row.computed_at for stage in ("live", "appraised") for row in live(stage, world.key)}
    CHANGES[change](world, monkeypatch)
    compared = recompute(now=world.later(), verify=True, round_key=world.round_key)
    found = {one.stage: one.state for one in compared if one.key == world.key and not one.submission}
    row = BY_CHANGE[change]
    for stage in ("live", "appraised"):
        (kept,) = live(stage, world.key)
        renewed = kept.computed_at != before[stage]
        expected = getattr(row, stage)
        if change is Change.ANSWER and stage == "appraised":
            # Returning is the appraiser's own verdict, which renews it; the answer that follows makes it stale.
            assert found[stage] is State.STALE
            continue
        assert renewed is (expected is Effect.RENEWED), stage
        assert found[stage] is (State.STALE if expected is Effect.STALE else State.SAME), stage
    shown = {one.stage for one in stale_results(world.dossier("appraiser"))}
    assert ("self" in shown) is (row.self is Effect.STALE)


def test_a_final_result_goes_stale_with_the_engine_and_a_new_row_brings_it_up_to_date(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.to("decided")
    change_engine(world, monkeypatch)
    assert {one.stage for one in stale_results(world.dossier("appraiser"))} == {"self", "final"}
    tried = recompute(now=world.later(), commit=False)
    assert {state for _, state in states(tried)} == {State.STALE}
    assert sealed() == [("self", 1), ("final", 1)]
    recompute(now=world.later())
    assert sealed() == [("self", 1), ("final", 1), ("self", 1), ("final", 1)]
    assert stale_results(world.dossier("appraiser")) == ()


def test_everything_that_was_stored_is_made_again_byte_for_byte(world: World) -> None:
    world.to("published")
    assert set(states(recompute(now=world.later(), verify=True))) == {
        ("live", State.SAME), ("appraised", State.SAME), ("self", State.SAME), ("final", State.SAME),
    }  # fmt: skip


@pytest.mark.parametrize("column", ["result", "outcome", "inputs_sha256"])
def test_the_switch_a_result_that_was_tampered_with_is_found_and_left_alone(world: World, column: str) -> None:
    world.to("sent")
    with unit_of_work() as session:
        on_server = session.get_bind().dialect.name == "postgresql"
        session.execute(text("DROP TRIGGER score_no_update" + (" ON score" if on_server else "")))
        session.execute(text(f"UPDATE score SET {column} = 'x'"))
    found = recompute(now=world.later())
    assert ("self", State.DIFFERENT) in states(found)
    assert len(sealed()) == 1
    assert next(str(one.why[0]) for one in found if one.state is State.DIFFERENT)


def test_dossiers_older_than_the_tables_get_their_results(world: World) -> None:
    world.to("decided")
    with unit_of_work() as session:
        on_server = session.get_bind().dialect.name == "postgresql"
        session.execute(text("DROP TRIGGER score_no_delete" + (" ON score" if on_server else "")))
        session.execute(text("DELETE FROM score"))
        session.execute(text("DELETE FROM live_score"))
    missing = recompute(now=world.later())
    assert set(states(missing)) == {
        ("live", State.MISSING), ("appraised", State.MISSING), ("self", State.MISSING), ("final", State.MISSING),
    }  # fmt: skip
    assert {state for _, state in states(recompute(now=world.later(), verify=True))} == {State.SAME}


def test_a_round_that_is_not_there_is_not_recomputed(world: World) -> None:
    with pytest.raises(NotFound):
        recompute(now=world.later(), round_key="x")


# Cohorts


def test_freezing_takes_the_best_of_what_was_sent_and_points_follow(world: World) -> None:
    round_key = both_sent(world)
    assert world.dossier().result.indicators[1].points is None
    (best,) = freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    assert (best.code, best.value, best.units) == ("1.2", Decimal(20), 2)
    assert world.dossier().result.indicators[1].points == Decimal("2.50")
    recompute(now=world.later(), round_key=round_key)
    assert [row.rank for row in ranking(world.people["office"], round_key, "self").groups[0].rows] == [1, 2]


def test_groups_have_a_best_value_each(world: World) -> None:
    found = freeze_cohort(actor=world.people["office"], now=world.later(), round_key=both_sent(world, ("1", "2")))
    assert [(one.group, one.value) for one in found] == [('{"nhom":"1"}', Decimal(5)), ('{"nhom":"2"}', Decimal(20))]
    assert world.dossier().result.indicators[1].points == Decimal("10.00")


def test_freezing_again_adds_a_freezing_only_when_something_changed(world: World) -> None:
    round_key = both_sent(world)
    for _ in range(2):
        freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    appraisal.receive(actor=world.people["appraiser"], now=world.later(), key=world.neighbour_key)
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.neighbour_key, indicator="1.2", verdict="fail",
        reason="Đếm lại", figures={"so-luong": "10"},
    )  # fmt: skip
    freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    rows = read_session().execute(select(RoundBest.freezing, RoundBest.value).order_by(RoundBest.id)).all()
    assert [tuple(row) for row in rows] == [(1, Decimal(20)), (2, Decimal(10))]
    assert world.dossier().result.indicators[1].points == Decimal("5.00")


def test_what_is_still_with_the_commune_is_in_no_cohort(world: World) -> None:
    round_key = open_pointed(world)
    fill(world, "co", "5")
    with pytest.raises(Conflict):
        freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    send(world)
    assert freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key, commit=False)
    assert read_session().scalars(select(RoundBest)).all() == []


def test_only_the_office_freezes_and_only_where_there_is_something_to_freeze(world: World) -> None:
    with pytest.raises(Invalid):
        freeze_cohort(actor=world.people["office"], now=world.later(), round_key=world.round_key)
    with pytest.raises(Forbidden):
        freeze_cohort(actor=world.people["appraiser"], now=world.later(), round_key=world.round_key)
    for who, key in (("official", world.round_key), ("office", "x")):
        with pytest.raises(NotFound):
            freeze_cohort(actor=world.people[who], now=world.later(), round_key=key)


def test_the_switch_without_the_permission_anybody_could_freeze(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    round_key = both_sent(world)
    monkeypatch.setattr(cohorts, "authorise", lambda actor, *_: actor.person_id)
    assert freeze_cohort(actor=world.people["appraiser"], now=world.later(), round_key=round_key)


# Ranks


def test_ranks_are_given_within_groups_and_who_has_none_is_told_why(world: World) -> None:
    round_key = both_sent(world, ("1", "2"))
    before = ranking(world.people["office"], round_key)
    assert before.stage == "self"
    assert [str(row.why) for row in before.left] == ["Còn chỉ tiêu chưa có điểm."] * 2
    freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    recompute(now=world.later(), round_key=round_key)
    found = ranking(world.people["office"], round_key, "self")
    assert [(one.labels, [row.rank for row in one.rows]) for one in found.groups] == [
        (("Nhóm 1",), [1]),
        (("Nhóm 2",), [1]),
    ]
    assert [row.class_code for one in found.groups for row in one.rows] == ["tot", "tot"]
    later = ranking(world.people["office"], round_key, "final")
    assert [str(row.why) for row in later.left] == ["Chưa có kết quả ở bước này."] * 2


def test_a_rank_from_before_the_cohort_was_frozen_anew_is_marked(world: World) -> None:
    round_key = both_sent(world)
    freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    recompute(now=world.later(), round_key=round_key)
    assert not ranking(world.people["office"], round_key).any_stale
    appraisal.receive(actor=world.people["appraiser"], now=world.later(), key=world.key)
    change_figure(world, pytest.MonkeyPatch())
    assert ranking(world.people["office"], round_key).stage == "appraised"
    appraisal.receive(actor=world.people["appraiser"], now=world.later(), key=world.neighbour_key)
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.neighbour_key, indicator="1.2", verdict="fail",
        reason="Đếm lại", figures={"so-luong": "10"},
    )  # fmt: skip
    freeze_cohort(actor=world.people["office"], now=world.later(), round_key=round_key)
    assert ranking(world.people["office"], round_key, "appraised").any_stale


def test_a_set_without_points_has_nothing_to_rank(world: World) -> None:
    world.to("sent")
    found = ranking(world.people["office"], world.round_key)
    assert found.groups == ()
    assert {str(row.why) for row in found.left} == {"Không có điểm nào để so sánh.", "Chưa có kết quả ở bước này."}


def test_ranks_of_a_round_out_of_reach_are_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        ranking(world.people["official"], world.round_key)


# What if


def test_the_same_answers_under_another_version(world: World) -> None:
    open_pointed(world)
    fill(world, "khong", "5")
    mine = reading.scored(world.key)
    other = pointed(number=2)
    easier = other.model_copy(update={"criteria": (other.criteria[0].model_copy(
        update={"indicators": other.criteria[0].indicators[:1]}),)})  # fmt: skip
    found = what_if(mine.pinned, mine.answers, easier)
    assert [(flip.kind, flip.codes) for flip in found.flips] == [("vanished", ("1.2",))]


def test_a_dossier_that_is_none_has_no_result(world: World) -> None:
    open_pointed(world)
    with pytest.raises(NotFound):
        reading.scored("x")


def test_keeping_a_row_twice_overwrites_it(world: World) -> None:
    world.answer("8.2", full_answers("8.2"))
    (row,) = live()
    numbers = {name: getattr(row, name) for name in (
        "version_sha256", "engine", "inputs_sha256", "context_sha256", "result_sha256", "earned", "possible", "scored",
        "percent", "class_code", "provisional", "computed_at")}  # fmt: skip
    with unit_of_work() as session:
        scores.keep(session, row.assessment_id, "live", {**numbers, "outcome": "fail"})
    assert [one.outcome for one in live()] == ["fail"]
