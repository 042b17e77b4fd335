"""The best value of comparable units: in any order of the units the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.scoring.cohort import Best, Member, best_values, group_of, relative_rules
from tests.rules.making import alternative, criteria_set, indicator, pass_fail, province_set

BEST = {"kind": "relative", "label": "Hồ sơ", "unit": "hồ sơ"}
LEAST = {**BEST, "better": "lower"}
STANDING = {"tinh-den": "2024-12-31", "noi-cung-cap": "Sở"}
DIMENSIONS = {"nhom": {"1": "Nhóm 1", "2": "Nhóm 2"}}
SET = criteria_set(
    {
        "1": [
            indicator(BEST, "1.1", max_points=5),
            indicator(LEAST, "1.2", max_points=5, allow_not_applicable=True),
            indicator(pass_fail(), "1.3"),
            indicator(province_set(alternative("mau", BEST)), "1.4", max_points=5, applies_to={"nhom": ["1"]}),
            indicator(BEST, "1.5", max_points=5, in_programme=False),
        ]
    },
    dimensions=DIMENSIONS,
    aggregation={"ranked": True, "comparable_by": ["nhom"]},
)
CHOICES = {"1.4": "mau"}


def member(group: str = "1", **values: str) -> Member:
    answers = {code.replace("_", "."): {"so-luong": value, **STANDING} for code, value in values.items()}
    return Member({"nhom": group} if group else {}, {code.removeprefix("c"): one for code, one in answers.items()})


def found(*members: Member) -> dict[tuple[str, str], str]:
    return {(one.group, one.code): str(one.value) for one in best_values(SET, CHOICES, members)}


ONE, TWO = '{"nhom":"1"}', '{"nhom":"2"}'


def test_the_best_is_the_highest_or_the_lowest_within_its_own_group() -> None:
    members = member("1", c1_1="5", c1_2="5"), member("1", c1_1="7", c1_2="3"), member("2", c1_1="9", c1_2="1")
    assert found(*members) == {(ONE, "1.1"): "7", (ONE, "1.2"): "3", (TWO, "1.1"): "9", (TWO, "1.2"): "1"}
    assert best_values(SET, CHOICES, members)[0] == Best(ONE, "1.1", Decimal(7), 2)


@pytest.mark.parametrize(
    "outside",
    [
        member("", c1_1="9"),
        Member({"nhom": "1"}, {"1.1": {"so-luong": "9"}}),
        Member({"nhom": "1"}, {"1.1": dict(STANDING)}),
        Member({"nhom": "1"}, {"1.2": {"so-luong": "9", "khong-ap-dung": "co", **STANDING}}),
        Member({"nhom": "2"}, {"1.4": {"so-luong": "9", **STANDING}}),
        Member({"nhom": "1"}, {"1.5": {"so-luong": "9", **STANDING}}),
    ],
)
def test_who_cannot_be_compared_or_says_nothing_valid_is_not_in_the_cohort(outside: Member) -> None:
    assert found(outside) == {}


def test_a_choice_of_the_round_may_make_an_indicator_relative() -> None:
    assert list(relative_rules(SET, CHOICES)) == ["1.1", "1.2", "1.4"]
    assert list(relative_rules(SET, {})) == ["1.1", "1.2"]
    assert found(member(c1_4="2")) == {(ONE, "1.4"): "2"}


def test_without_groups_all_units_are_one() -> None:
    free = criteria_set({"1": [indicator(BEST, "1.1")]})
    assert group_of(free, {}) == "{}"
    assert group_of(SET, {"nhom": ""}) is None


NUMBERS = st.decimals(0, 50, places=2).map(str) | st.integers(0, 50).map(str)
MEMBERS = st.lists(
    st.builds(
        lambda group, answers: Member({"nhom": group}, {k: {"so-luong": v, **STANDING} for k, v in answers.items()}),
        st.sampled_from(["1", "2", ""]),
        st.dictionaries(st.sampled_from(["1.1", "1.2", "1.4"]), NUMBERS),
    ),
    max_size=6,
)


@given(MEMBERS.flatmap(lambda members: st.tuples(st.just(members), st.permutations(members))))
def test_the_order_of_the_units_does_not_matter(orders: tuple[list[Any], list[Any]]) -> None:
    first, second = ([(*vars(one).values(), str(one.value)) for one in best_values(SET, CHOICES, o)] for o in orders)
    assert first == second
