"""Several people at once: one winner, nobody's text lost, one effect of one click."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select

from ruraldx.assessments.models import Answer
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.assessments.operations.answers import Collision, FieldInput, Saved, save_answers
from ruraldx.assessments.sealed_models import Decision, Submission
from ruraldx.audit.verify import verify
from ruraldx.database import db, read_session, work
from ruraldx.messages import Refused
from tests.world import TODAY, World

ROUNDS, PEOPLE = 8, 4


def together(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Run acts at the same moment, each in a context of its own; refusals come back as values."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                return act()
            except Refused as refused:
                return refused
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_four_editors_one_wins_each_round_and_the_others_see_both_texts(app: Flask, world: World) -> None:
    version = 0
    for number in range(ROUNDS):
        texts = [f"lượt {number}, người {i}" for i in range(PEOPLE)]

        def act(text: str, seen: int = version) -> tuple[Saved | Collision, ...]:
            return save_answers(
                actor=world.people["official"],
                now=world.now,
                key=world.key,
                indicator="8.2",
                inputs=[FieldInput("noi-cung-cap", text, seen)],
            )

        results = together(app, [lambda t=text: act(t) for text in texts])
        outcomes = [result[0] for result in results]  # type: ignore[index]
        won = [r for r in outcomes if isinstance(r, Saved)]
        lost = [r for r in outcomes if isinstance(r, Collision)]
        assert len(won) == 1
        assert {r.theirs for r in lost} == {won[0].raw}
        assert {r.yours for r in lost} | {won[0].raw} == set(texts)
        version = won[0].version
    assert version == ROUNDS


def test_eight_clicks_on_send_make_one_submission_and_one_receipt(app: Flask, world: World) -> None:
    world.to("complete")
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)

    def act() -> object:
        return sending.send(
            actor=world.people["chair"], now=world.now, key=world.key, idempotency_key="một lần bấm " * 2
        )

    results = together(app, [act] * 8)
    assert {getattr(result, "receipt", result) for result in results} == {results[0].receipt}  # type: ignore[attr-defined]
    read_session().rollback()
    assert len(read_session().scalars(select(Submission)).all()) == 1


def test_two_appraisers_make_one_decision(app: Flask, world: World) -> None:
    world.to("appraised")

    def act(who: str) -> object:
        new = appraisal.NewDecision(f"của {who}", TODAY, "Người ký")
        return appraisal.decide(actor=world.people[who], now=world.now, key=world.key, today=TODAY, new=new)

    results = together(app, [lambda: act("appraiser"), lambda: act("second_appraiser")])
    assert sorted(isinstance(result, str) for result in results) == [False, True]
    read_session().rollback()
    assert len(read_session().scalars(select(Decision)).all()) == 1


def test_the_audit_chain_has_no_gap_after_all_that(app: Flask, world: World) -> None:
    def act(field: str) -> object:
        inputs = [FieldInput(field, "5", 0)]
        return save_answers(
            actor=world.people["official"], now=world.now, key=world.key, indicator="15.1", inputs=inputs
        )

    fields = ("may-tinh-tu-so", "may-tinh-mau-so", "chu-ky-so-tu-so", "chu-ky-so-mau-so", "chung-thuc-tu-so")
    results = together(app, [lambda f=field: act(f) for field in fields])
    assert all(isinstance(result[0], Saved) for result in results)  # type: ignore[index]
    read_session().rollback()
    assert verify().holds
    assert len(read_session().scalars(select(Answer)).all()) == len(fields)


@contextmanager
def library_defaults() -> Iterator[None]:
    """The switch: deferred transactions and no lock in front, as the libraries come."""

    def deferred(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    event.remove(db.engine, "begin", work._on_begin)
    event.listen(db.engine, "begin", deferred)
    try:
        yield
    finally:
        event.remove(db.engine, "begin", deferred)
        event.listen(db.engine, "begin", work._on_begin)


def test_the_switch_with_the_libraries_defaults_the_same_race_breaks(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the control of PostgreSQL is its row lock")

    @contextmanager
    def no_lock(_engine: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(work, "_fair_lock", no_lock)
    broken = 0
    with library_defaults():
        for number in range(20):
            gate = threading.Barrier(PEOPLE)

            def act(i: int, number: int = number, gate: threading.Barrier = gate) -> object:
                with app.app_context():
                    gate.wait()
                    try:
                        inputs = [FieldInput("noi-cung-cap", f"{number}-{i}", number)]
                        return save_answers(
                            actor=world.people["official"], now=world.now, key=world.key, indicator="8.2", inputs=inputs
                        )
                    except Exception as error:
                        return error
                    finally:
                        db.session.remove()

            with ThreadPoolExecutor(PEOPLE) as pool:
                results = list(pool.map(act, range(PEOPLE)))
            saved = [r for r in results if isinstance(r, tuple) and isinstance(r[0], Saved)]
            faults = [r for r in results if isinstance(r, Exception)]
            broken += bool(faults) or len(saved) > 1
    assert broken, "deferred transactions should fail or lose an update"
