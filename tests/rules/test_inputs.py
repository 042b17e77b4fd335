"""The hash of everything a score depends on, and the one byte form of a result."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.scoring.inputs import context_hash, inputs_hash, result_text
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.scoring.results import score_assessment
from tests.rules.making import criteria_set, indicator, pass_fail

ANSWERS = {"8.1": {"ket-qua": "co"}}
CONTEXT = ScoringContext({"vung": "khac"}, {"15.1": "mau"}, frozenset({"8.2"}), {"8.3": Decimal("1.5")})


@pytest.mark.parametrize(
    "context",
    [
        ScoringContext({"vung": "nui"}, CONTEXT.choices, CONTEXT.confirmed, CONTEXT.best),
        ScoringContext(CONTEXT.dimensions, {}, CONTEXT.confirmed, CONTEXT.best),
        ScoringContext(CONTEXT.dimensions, CONTEXT.choices, frozenset(), CONTEXT.best),
        ScoringContext(CONTEXT.dimensions, CONTEXT.choices, CONTEXT.confirmed, {"8.3": Decimal(2)}),
    ],
)
def test_anything_that_may_move_a_score_moves_the_hash(context: ScoringContext) -> None:
    assert inputs_hash("a", ANSWERS, context) != inputs_hash("a", ANSWERS, CONTEXT)
    assert context_hash(context) != context_hash(CONTEXT)


def test_another_version_and_another_answer_move_the_hash_but_not_that_of_the_context() -> None:
    known = {inputs_hash("a", ANSWERS, CONTEXT), inputs_hash("b", ANSWERS, CONTEXT)}
    known.add(inputs_hash("a", {"8.1": {"ket-qua": "khong"}}, CONTEXT))
    assert len(known) == 3
    assert all(len(one) == 64 for one in known)


def test_what_no_score_depends_on_does_not_move_it() -> None:
    more = {"8.1": {"ket-qua": "co", "giai-trinh": "Lý do", "x": None}, "8.2": {"tu-so": None}}
    assert inputs_hash("a", more, CONTEXT) == inputs_hash("a", ANSWERS, CONTEXT)


@given(st.dictionaries(st.text(max_size=3), st.dictionaries(st.text(max_size=3), st.text(max_size=3))))
def test_the_order_of_what_was_read_does_not_matter(answers: dict[str, dict[str, str]]) -> None:
    turned = {code: dict(reversed(fields.items())) for code, fields in reversed(answers.items())}
    assert inputs_hash("a", turned, CONTEXT) == inputs_hash("a", answers, CONTEXT)


def test_the_text_of_a_result_is_sorted_and_without_spaces() -> None:
    result = score_assessment(criteria_set({"8": [indicator(pass_fail())]}), ANSWERS, ScoringContext())
    text = result_text(result)
    assert json.loads(text) == result.as_data()
    assert text.startswith('{"answered":1,"criteria":[{')
