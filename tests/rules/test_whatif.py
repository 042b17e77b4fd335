"""Two results of the same answers side by side: what flips, what is new, what is gone, and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.schema import CriteriaSet
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.scoring.results import AssessmentResult, score_assessment
from ruraldx.scoring.whatif import Flip, flips, standing_of
from tests.rules.making import criteria_set, figures, indicator, pass_fail, ratio, threshold

ANSWERS = {"8.1": {"ket-qua": "co"}, "8.2": figures(75, 100), "8.3": {"ket-qua": "khong"}}


def made(bar: str, **more: Any) -> CriteriaSet:
    items = [indicator(pass_fail(), "8.1"), indicator(ratio(threshold(bar)), "8.2"), indicator(pass_fail(), "8.3")]
    return criteria_set({"8": items}, **more)


def scored(criteria: CriteriaSet) -> AssessmentResult:
    return score_assessment(criteria, ANSWERS, ScoringContext())


def test_a_result_against_itself_shows_nothing() -> None:
    assert flips(scored(made("80")), scored(made("80"))) == ()


def test_another_threshold_flips_the_verdict_and_the_steps_say_why() -> None:
    (flip,) = flips(scored(made("80")), scored(made("70")))
    assert flip.kind == "changed"
    assert flip.codes == ("8.2",)
    assert [str(step.message) for step in flip.lost] == ["75,00 % so với ngưỡng ≥ 80 %: chưa đáp ứng."]
    assert [str(step.message) for step in flip.gained] == ["75,00 % so với ngưỡng ≥ 70 %: đáp ứng."]
    data = flip.as_data()
    assert (data["before"]["verdict"], data["after"]["verdict"]) == ("fail", "pass")
    assert len(data["why"]["lost"]) == len(data["why"]["gained"]) == 1


def test_other_words_with_the_same_verdict_are_no_flip() -> None:
    assert flips(scored(made("80")), scored(made("90"))) == ()


def test_points_that_differ_flip_also_where_the_verdict_stays() -> None:
    five, six = (
        score_assessment(criteria_set({"8": [indicator(pass_fail(), max_points=most)]}), ANSWERS, ScoringContext())
        for most in (5, 6)
    )
    assert [flip.codes for flip in flips(five, six)] == [("8.1",)]


def test_what_only_one_side_has_appears_or_is_gone() -> None:
    small = criteria_set({"8": [indicator(pass_fail(), "8.1")]})
    (first, second) = flips(scored(small), scored(made("80")))
    assert [(one.kind, one.codes) for one in (first, second)] == [("appeared", ("8.2",)), ("appeared", ("8.3",))]
    assert first.as_data()["before"] is None
    gone = flips(scored(made("80")), scored(small))
    assert [(one.kind, one.codes) for one in gone] == [("vanished", ("8.2",)), ("vanished", ("8.3",))]
    assert gone[0].as_data()["after"] is None


@pytest.mark.parametrize(
    ("crosswalk", "expected"),
    [
        ({}, [("vanished", ("8.3",)), ("appeared", ("9.1",))]),
        ({"8.3": "9.1"}, []),
        # 8.2 became 9.1: what is called 8.3 now is nobody's, and 8.2 is not compared with its own old code.
        ({"8.3": "8.2"}, [("vanished", ("8.2",)), ("changed", ("8.3", "8.2")), ("appeared", ("9.1",))]),
    ],
)
def test_a_crosswalk_finds_what_moved(crosswalk: dict[str, str], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    moved = criteria_set(
        {
            "8": [indicator(pass_fail(), "8.1"), indicator(ratio(threshold("70")), "8.2")],
            "9": [indicator(pass_fail(), "9.1")],
        }
    )
    after = score_assessment(moved, {**ANSWERS, "9.1": ANSWERS["8.3"]}, ScoringContext())
    found = flips(scored(made("70")), after, crosswalk)
    assert [(one.kind, one.codes) for one in found] == expected


@given(st.integers(0, 100), st.integers(0, 100))
def test_looking_back_shows_the_same_flips_the_other_way_round(first: int, second: int) -> None:
    one, other = scored(made(str(first))), scored(made(str(second)))
    turned = tuple(Flip(flip.kind, flip.after, flip.before, flip.gained, flip.lost) for flip in flips(other, one))
    assert flips(one, other) == turned


def test_the_whole_is_told_in_a_line() -> None:
    plain = standing_of(scored(made("70"))).as_data()
    assert plain == {
        "outcome": "fail", "earned": None, "possible": None, "percent": None, "class": "", "passed": 0, "criteria": 1,
    }  # fmt: skip
    item = indicator(pass_fail(), "8.1", max_points=10)
    base = criteria_set({"8": [item]}, aggregation={"classes": [{
        "code": "tot", "name": "Tốt", "at_least": 80, "verification": "text_seen", "source": "x"}]})  # fmt: skip
    node = base.criteria[0].model_copy(update={"max_points": item.max_points})
    pointed = base.model_copy(update={"criteria": (node,), "total_points": item.max_points})
    whole = standing_of(scored(pointed))
    assert (str(whole.earned), str(whole.possible), str(whole.percent)) == ("10.00", "10", "100.00")
    assert (whole.class_code, whole.class_name, whole.passed) == ("tot", "Tốt", 1)
