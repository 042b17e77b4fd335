"""Scoring in bulk says what the engine says, bit by bit: every kind of rule, every way an answer can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruraldx.scoring import bulk
from ruraldx.scoring.bulk import Compact, Row, compact, score_many
from ruraldx.scoring.results import score_assessment
from tests.rules.random_sets import KINDS, random_assessment, random_context, random_dimensions, random_set


@pytest.fixture(autouse=True)
def _columns_for_a_single_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FEW", 1)


def both(die: Random, kind: str | None, units: int = 6) -> Iterator[tuple[Compact, Compact]]:
    """(in bulk, by the engine) of each of some units."""
    criteria = random_set(die, kind)
    context = random_context(die, criteria)
    rows = [Row(random_assessment(die, criteria, context), random_dimensions(die)) for _ in range(units)]
    for row, found in zip(rows, score_many(criteria, rows, context), strict=True):
        own = bulk.replace(context, dimensions=row.dimensions)
        yield found, compact(criteria, score_assessment(criteria, row.answers, own))


@pytest.mark.parametrize("kind", [*KINDS, None])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_in_bulk_every_field_of_a_result_is_what_the_engine_says(kind: str | None, seed: int) -> None:
    for found, said in both(Random(seed), kind):
        assert found == said
