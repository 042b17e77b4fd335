"""Scoring in bulk says what the engine says, bit by bit: every kind of rule, every way an answer can be wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruraldx.catalog.schema import CriteriaSet
from ruraldx.scoring import bulk, kernels, plans
from ruraldx.scoring.bulk import Compact, Row, compact, compile_set, ranks, score_many, table_of
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.scoring.results import score_assessment
from ruraldx.scoring.totals import competition_ranks
from tests.rules.making import criteria_set, figures, indicator, ratio, threshold
from tests.rules.random_sets import KINDS, random_assessment, random_context, random_dimensions, random_set


@pytest.fixture(autouse=True)
def _columns_for_a_single_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FEW", 1)


def both(die: Random, kind: str | None, units: int = 12) -> Iterator[tuple[Compact, Compact]]:
    """(in bulk, by the engine) of each of some units."""
    criteria = random_set(die, kind)
    context = random_context(die, criteria)
    rows = [Row(random_assessment(die, criteria, context), random_dimensions(die)) for _ in range(units)]
    for row, found in zip(rows, score_many(criteria, rows, context), strict=True):
        own = replace(context, dimensions=row.dimensions)
        yield found, compact(criteria, score_assessment(criteria, row.answers, own))


@pytest.mark.parametrize("kind", [*KINDS, None])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_in_bulk_every_field_of_a_result_is_what_the_engine_says(kind: str | None, seed: int) -> None:
    for found, said in both(Random(seed), kind):
        assert found == said


def test_the_switch_with_a_kernel_that_counts_what_is_missing_as_zero_the_two_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = kernels.Quotient.found
    monkeypatch.setattr(kernels.Quotient, "found", lambda self, columns: replace(honest(self, columns), open=False))
    assert any(found != said for seed in range(20) for found, said in both(Random(seed), "proportional"))


def a_set(rule: dict[str, Any], most: str = "10", **changes: Any) -> CriteriaSet:
    whole = criteria_set({"1": [indicator(rule, max_points=most)]}, total_points=most, **changes)
    (node,) = whole.criteria
    return whole.model_copy(update={"criteria": (node.model_copy(update={"max_points": Decimal(most)}),)})


SHARE = {"kind": "proportional", "numerator_label": "Có", "denominator_label": "Tất cả"}
CONTEXT = ScoringContext()


def agree(criteria: CriteriaSet, *answers: dict[str, str | None], context: ScoringContext = CONTEXT) -> None:
    rows = [Row({"8.1": given}, {}) for given in answers]
    said = [compact(criteria, score_assessment(criteria, row.answers, context)) for row in rows]
    assert score_many(criteria, rows, context) == said


def test_a_number_too_large_for_a_column_is_scored_by_the_engine_and_its_neighbours_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str | None] = []
    engine = sys.modules["ruraldx.scoring.columns"].score_indicator  # type: ignore[attr-defined]

    def counted(item: Any, answers: Any, *rest: Any) -> Any:
        asked.append(answers["tu-so"])
        return engine(item, answers, *rest)

    monkeypatch.setattr("ruraldx.scoring.columns.score_indicator", counted)
    criteria = a_set(SHARE)
    agree(criteria, figures(1, 3), figures(10**30, 3 * 10**30), figures("1.5", 3), figures(2, 3))
    assert asked == [str(10**30), "1.5"]


def test_a_bar_so_fine_that_no_column_holds_it_is_left_to_the_engine() -> None:
    fine = "66." + "6" * 25
    criteria = a_set(ratio(threshold(fine)))
    assert compile_set(criteria, CONTEXT).indicators[0].kernel is None
    agree(criteria, figures(2, 3), figures(1, 3), {})


def test_bands_that_begin_nowhere_and_a_best_value_below_nothing_are_left_to_the_engine() -> None:
    band = {"points": "1", "label": ""}
    late = {"kind": "bands", "quantity": {"kind": "count", "label": "Số", "unit": "cái"},
            "bands": [{"at_least": "1", **band}, {"at_least": "2", **band}]}  # fmt: skip
    criteria = a_set(late)
    assert compile_set(criteria, CONTEXT).indicators[0].kernel is None
    agree(criteria, {"so-luong": "1"}, {})
    best = ScoringContext(best={"8.1": Decimal(-1)})
    nearest = a_set({"kind": "relative", "label": "Số", "unit": "km"})
    assert compile_set(nearest, best).indicators[0].kernel is None
    agree(nearest, {"so-luong": "1", **figures(1, 1)}, context=best)


def test_a_set_whose_points_would_outgrow_a_column_is_scored_by_the_engine() -> None:
    criteria = a_set(SHARE, most="123456789012")
    ready = compile_set(criteria, CONTEXT)
    assert not ready.fits
    agree(criteria, figures(1, 3), figures(2, 3))
    told = ready.results(table_of(ready, [{"8.1": figures(1, 3)}]))
    assert [row.whole for row in told.rows()] == told.wholes()


def test_a_few_units_are_scored_without_numpy_and_so_is_the_start_of_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "FEW", 64)
    ready = compile_set(a_set(SHARE), CONTEXT)
    assert isinstance(ready.results(table_of(ready, [{"8.1": figures(1, 3)}] * 63)), bulk.Told)
    assert isinstance(ready.results(table_of(ready, [{"8.1": figures(1, 3)}] * 64)), bulk.Scores)
    monkeypatch.setattr(bulk, "compile_set", lambda *_given: pytest.fail("columns were made of a few units"))
    agree(a_set(SHARE), *[figures(1, 3)] * 63)
    code = "import sys, ruraldx.scoring.bulk; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_rows_of_any_mixture_of_units_come_back_in_their_order() -> None:
    criteria = a_set({"kind": "capped_count", "label": "Số", "unit": "cái", "points_each": "1"})
    rows = [Row({"8.1": {"so-luong": str(number)}}, {"vung": "ab"[number % 2]}) for number in range(9)]
    found = score_many(criteria, rows, CONTEXT)
    assert [one.total[0] for one in found if one.total] == [number * 100 for number in range(9)]
    assert score_many(criteria, [], CONTEXT) == []


def test_a_result_tells_its_points_as_a_number() -> None:
    (found,) = score_many(a_set(SHARE), [Row({"8.1": figures(1, 3)}, {})], CONTEXT)
    assert found.points == (333,)
    assert str(found.decimal(333)) == "3.33"


@given(seed=st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_what_is_said_of_the_whole_is_the_same_with_and_without_its_parts(seed: int) -> None:
    die = Random(seed)
    criteria = random_set(die)
    context = random_context(die, criteria)
    ready = compile_set(criteria, context)
    found = ready.results(table_of(ready, [random_assessment(die, criteria, context) for _ in range(5)]))
    assert found.wholes() == [row.whole for row in found.rows()]


def test_what_was_read_once_can_be_scored_again() -> None:
    ready = compile_set(a_set(SHARE), CONTEXT)
    table = table_of(ready, [{"8.1": figures(1, 3)}])
    assert ready.score(table, ready.read(table)).rows() == ready.score(table).rows()


def test_a_column_that_nobody_answered_is_missing() -> None:
    ready = compile_set(a_set(SHARE), CONTEXT)
    table = bulk.Table(2, {("8.1", "tu-so"): ["1", "2"]})
    assert [row.verdicts[0] for row in ready.score(table).rows()] == ["incomplete"] * 2


@given(scores=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=12))
def test_ranks_of_columns_are_competition_ranks(scores: list[tuple[int, int]]) -> None:
    said = competition_ranks({str(place): Fraction(*pair) for place, pair in enumerate(scores)})
    assert ranks([top for top, _ in scores], [bottom for _, bottom in scores]) == list(said.values())


def test_plans_make_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_ROOM", 2)
    monkeypatch.setattr(plans, "_known", {})
    items = [indicator({"kind": "pass_fail", "question": "Có không"}, code=f"8.{number}") for number in range(3)]
    made = [plans.plan_of(item, {}) for item in items]
    assert plans.plan_of(items[2], {}) is made[2]
    assert plans.plan_of(items[0], {}) is not made[0]
    assert len(plans._known) == 2
