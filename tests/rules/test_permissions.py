"""Who may do what: every row of the table against an expectation written by hand, by place and by person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.accounts import permissions
from ruraldx.accounts.permissions import (
    ANONYMOUS,
    PERMISSIONS,
    ROLE_LABELS,
    ROLE_LEVELS,
    Grant,
    Permission,
    Principal,
    Role,
    Subject,
    allows,
    anyone,
)

OFFICIAL, CHAIR = Role.COMMUNE_OFFICIAL, Role.CHAIRPERSON
APPRAISER, OFFICE, LEADER, ADMIN = Role.APPRAISER, Role.COORDINATION, Role.LEADER, Role.ADMINISTRATOR
# Permission → roles that have it in their place. "*": everybody, "+": everybody with an account.
EXPECTED: dict[str, set[Role] | str] = {
    "public": "*",
    "account.own": "+",
    "assessment.read": {OFFICIAL, CHAIR, APPRAISER, OFFICE, LEADER},
    "assessment.answer": {OFFICIAL},
    "assessment.request_signoff": {OFFICIAL},
    "assessment.sign": {CHAIR},
    "assessment.appraise": {APPRAISER},
    "assessment.decide": {APPRAISER},
    "assessment.publish": {OFFICE},
    "queue.read": {APPRAISER, OFFICE, LEADER},
    "round.freeze": {OFFICE},
    "round.open": {OFFICE},
    "pilot.edit": {OFFICE},
    "catalog.manage": {ADMIN},
    "account.manage": {ADMIN},
    "audit.read": {ADMIN},
}
HANDS_OFF = {"assessment.appraise", "assessment.decide", "assessment.publish"}
PROVINCE, COMMUNE, NEIGHBOUR = "/1/", "/1/20/", "/1/200/"


def holder(role: Role, path: str, person_id: int = 7) -> Principal:
    return Principal(person_id, "Người", "nguoi@example.vn", (Grant(role, 1, path),))


def test_every_permission_is_in_the_expectation() -> None:
    assert set(PERMISSIONS) == set(EXPECTED)
    assert all(name == permission.name and str(permission.label) for name, permission in PERMISSIONS.items())
    assert len({str(permission.label) for permission in PERMISSIONS.values()}) == len(PERMISSIONS)


def test_every_role_has_its_level() -> None:
    assert {role for role, level in ROLE_LEVELS.items() if level == "commune"} == {OFFICIAL, CHAIR}
    assert {role for role, level in ROLE_LEVELS.items() if level == "province"} == set(Role) - {OFFICIAL, CHAIR}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_role_has_a_permission_in_its_own_place_and_below(name: str, role: Role) -> None:
    expected = EXPECTED[name]
    may = isinstance(expected, str) or role in expected
    for place in (PROVINCE, COMMUNE):
        assert allows(holder(role, place), name, Subject(COMMUNE)) is may
    # Without a place the question is "anywhere at all".
    assert allows(holder(role, COMMUNE), name) is may


@pytest.mark.parametrize("name", EXPECTED)
def test_no_role_reaches_a_neighbour_or_what_lies_above(name: str) -> None:
    everywhere = isinstance(EXPECTED[name], str)
    for role in Role:
        # "/1/20/" and "/1/200/" start alike as texts and are two places.
        assert allows(holder(role, COMMUNE), name, Subject(NEIGHBOUR)) is everywhere
        assert allows(holder(role, NEIGHBOUR), name, Subject(COMMUNE)) is everywhere
        assert allows(holder(role, COMMUNE), name, Subject(PROVINCE)) is everywhere
        assert allows(holder(role, PROVINCE), name, Subject("/2/30/")) is everywhere


@pytest.mark.parametrize("name", EXPECTED)
def test_a_visitor_and_a_person_without_role_have_what_is_theirs(name: str) -> None:
    assert allows(ANONYMOUS, name, Subject(COMMUNE)) is (EXPECTED[name] == "*")
    plain = Principal(7, "Người", "nguoi@example.vn")
    assert allows(plain, name, Subject(COMMUNE)) is isinstance(EXPECTED[name], str)


@pytest.mark.parametrize("name", EXPECTED)
def test_who_had_a_hand_in_it_neither_appraises_decides_nor_publishes(name: str) -> None:
    for role in Role:
        person = holder(role, PROVINCE)
        had = allows(person, name, Subject(COMMUNE, frozenset({7, 9})))
        others = allows(person, name, Subject(COMMUNE, frozenset({8, 9})))
        assert others is allows(person, name, Subject(COMMUNE))
        assert had is (others and name not in HANDS_OFF)


def test_the_switch_without_the_separation_an_involved_person_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    involved = Subject(COMMUNE, frozenset({7}))
    for name in sorted(HANDS_OFF):
        (role,) = PERMISSIONS[name].roles
        assert not allows(holder(role, PROVINCE), name, involved)
        row = PERMISSIONS[name]
        lax = Permission(name, row.label, row.roles, permissions.both(permissions.holds(role), anyone))
        monkeypatch.setitem(PERMISSIONS, name, lax)
        assert allows(holder(role, PROVINCE), name, involved)


def test_a_second_role_does_not_lift_the_separation() -> None:
    both = Principal(7, "Hai vai", "hai@example.vn", (Grant(OFFICIAL, 2, COMMUNE), Grant(APPRAISER, 1, PROVINCE)))
    assert allows(both, "assessment.answer", Subject(COMMUNE, frozenset({7})))
    assert not allows(both, "assessment.appraise", Subject(COMMUNE, frozenset({7})))
    assert allows(both, "assessment.appraise", Subject(NEIGHBOUR, frozenset({8})))
    # A role in one place is no role in another.
    assert not allows(both, "assessment.answer", Subject(NEIGHBOUR))


def test_the_reach_of_a_person_is_the_places_of_the_roles_asked_for() -> None:
    person = Principal(7, "Hai vai", "hai@example.vn", (Grant(OFFICIAL, 2, COMMUNE), Grant(APPRAISER, 1, PROVINCE)))
    assert person.reach(OFFICIAL) == (COMMUNE,)
    assert person.reach(OFFICIAL, APPRAISER) == person.reach() == (COMMUNE, PROVINCE)
    assert person.reach(ADMIN) == ()


def test_what_is_not_in_the_table_is_an_error_and_not_a_yes() -> None:
    with pytest.raises(KeyError):
        allows(holder(ADMIN, PROVINCE), "assessment.delete", Subject(COMMUNE))


def test_the_roles_of_a_row_are_the_roles_that_pass_it() -> None:
    for name, permission in PERMISSIONS.items():
        passing = {role for role in Role if allows(holder(role, PROVINCE), name, Subject(COMMUNE))}
        assert permission.roles == (passing if name != "public" else frozenset()), name


GRANTS = st.lists(
    st.builds(Grant, st.sampled_from(Role), st.just(1), st.sampled_from([PROVINCE, COMMUNE, NEIGHBOUR, "/2/"])),
    max_size=4,
)


@given(grants=GRANTS, more=GRANTS, name=st.sampled_from(sorted(EXPECTED)))
def test_another_grant_never_takes_a_permission_away(grants: list[Grant], more: list[Grant], name: str) -> None:
    fewer = Principal(7, "", "", tuple(grants))
    greater = Principal(7, "", "", (*grants, *more))
    if allows(fewer, name, Subject(COMMUNE)):
        assert allows(greater, name, Subject(COMMUNE))


def test_every_role_has_words_of_its_own() -> None:
    assert set(ROLE_LABELS) == set(Role)
    assert len({str(label) for label in ROLE_LABELS.values()}) == len(Role)
