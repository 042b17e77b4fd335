"""The transition table of an assessment: every way through it, every guard with a case on both sides."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ruraldx.accounts.permissions import PERMISSIONS, Grant, Principal, Role, Subject
from ruraldx.assessments.states import (
    EDITABLE,
    NOT_SENT,
    STATUSES,
    TRANSITIONS,
    Facts,
    Status,
    Transition,
    find,
    obstacles,
    offers,
)

S = Status
# The whole table once more, by hand: act, from, to, who.
EXPECTED = [
    ("request_signature", S.DRAFT, S.AWAITING_SIGNATURE, Role.COMMUNE_OFFICIAL),
    ("request_signature", S.RETURNED, S.AWAITING_SIGNATURE_AGAIN, Role.COMMUNE_OFFICIAL),
    ("send", S.AWAITING_SIGNATURE, S.SENT, Role.CHAIRPERSON),
    ("send", S.AWAITING_SIGNATURE_AGAIN, S.SENT, Role.CHAIRPERSON),
    ("hand_back", S.AWAITING_SIGNATURE, S.DRAFT, Role.CHAIRPERSON),
    ("hand_back", S.AWAITING_SIGNATURE_AGAIN, S.RETURNED, Role.CHAIRPERSON),
    ("receive", S.SENT, S.UNDER_APPRAISAL, Role.APPRAISER),
    ("return", S.UNDER_APPRAISAL, S.RETURNED, Role.APPRAISER),
    ("decide", S.UNDER_APPRAISAL, S.DECIDED, Role.APPRAISER),
    ("publish", S.DECIDED, S.PUBLISHED, Role.COORDINATION),
    ("unpublish", S.PUBLISHED, S.DECIDED, Role.COORDINATION),
]
COMPLETE = Facts(required=10, answered=10, appraised=4, indicators=4)
PROVINCE, COMMUNE, OTHER = "/1/", "/1/2/", "/1/3/"


def person(role: Role, path: str, person_id: int = 7) -> Principal:
    return Principal(person_id, "Người", "nguoi@example.vn", (Grant(role, 1, path),))


def row(act: str, source: Status) -> Transition:
    found = find(act, source)
    assert found is not None
    return found


def test_the_table_is_exactly_the_one_written_by_hand() -> None:
    assert [(t.act, t.source, t.target) for t in TRANSITIONS] == [(a, s, t) for a, s, t, _ in EXPECTED]
    for transition, (_act, _source, _target, role) in zip(TRANSITIONS, EXPECTED, strict=True):
        assert PERMISSIONS[transition.permission].roles == {role}, transition.act


def test_an_act_leads_from_a_status_to_one_place_only() -> None:
    keys = [(t.act, t.source) for t in TRANSITIONS]
    assert len(keys) == len(set(keys))
    assert all(t.source is not t.target for t in TRANSITIONS)


def reachable(start: Status) -> set[Status]:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        new = {t.target for t in TRANSITIONS if t.source is here} - found
        found |= new
        waiting += new
    return found


def test_every_status_is_reached_from_the_draft_and_none_is_a_dead_end() -> None:
    assert reachable(S.DRAFT) == set(Status)
    for status in Status:
        assert S.PUBLISHED in reachable(status), status


def test_a_decision_is_reached_through_signature_sending_and_appraisal_only() -> None:
    # Take one step out and nothing after it is reached: no way around it.
    for left_out in ("request_signature", "send", "receive", "decide"):
        found, waiting = {S.DRAFT}, [S.DRAFT]
        while waiting:
            here = waiting.pop()
            new = {t.target for t in TRANSITIONS if t.source is here and t.act != left_out} - found
            found |= new
            waiting += new
        assert S.DECIDED not in found, left_out
        assert S.PUBLISHED not in found, left_out


def test_what_is_sent_is_open_again_only_after_a_return() -> None:
    assert set(EDITABLE) == {S.DRAFT, S.RETURNED}
    # Into a status where answers may be written lead only acts that say why.
    opening = [t for t in TRANSITIONS if t.source not in EDITABLE and t.target in EDITABLE]
    assert {t.act for t in opening} == {"hand_back", "return"}
    assert all(t.reason_required or obstacles(t, Facts()) for t in opening)


def test_a_dossier_is_with_the_commune_until_it_is_sent_and_after_a_return() -> None:
    assert set(NOT_SENT) == {S.DRAFT, S.RETURNED, S.AWAITING_SIGNATURE, S.AWAITING_SIGNATURE_AGAIN}
    leaving = {t.act for t in TRANSITIONS if t.source in NOT_SENT and t.target not in NOT_SENT}
    coming = {t.act for t in TRANSITIONS if t.source not in NOT_SENT and t.target in NOT_SENT}
    assert (leaving, coming) == ({"send"}, {"return"})


def test_what_takes_something_back_needs_a_reason() -> None:
    assert {t.act for t in TRANSITIONS if t.reason_required} == {"hand_back", "unpublish"}


def test_an_unknown_act_or_place_is_not_found() -> None:
    for act, source, *_ in EXPECTED:
        for status in Status:
            expected = (act, status) in {(a, s) for a, s, *_ in EXPECTED}
            assert (find(act, status) is not None) is expected
        assert row(act, source).act == act
    assert find("xoa", S.DRAFT) is None


# Guards: (act, from, what is wrong, what is said); with COMPLETE none of them stops.
READY = [
    ({"invalid": 2}, "Còn 2 ô có giá trị cần sửa."),
    ({"answered": 9}, "Còn 1 ô bắt buộc chưa điền."),
    ({"without_evidence": 3}, "Còn 3 chỉ tiêu chưa có minh chứng và chưa có giải trình."),
    ({"returned_unfixed": 1}, "Còn 1 chỉ tiêu bị trả lại chưa được sửa."),
]
SIGNING = [
    ("request_signature", S.DRAFT),
    ("request_signature", S.RETURNED),
    ("send", S.AWAITING_SIGNATURE),
    ("send", S.AWAITING_SIGNATURE_AGAIN),
]
GUARDS = [
    *((act, source, wrong, said) for act, source in SIGNING for wrong, said in READY),
    (
        "decide",
        S.UNDER_APPRAISAL,
        {"returned_open": 2},
        "Đang chọn 2 chỉ tiêu để trả lại: hãy trả hồ sơ, hoặc bỏ chọn trước khi quyết định.",
    ),
    ("decide", S.UNDER_APPRAISAL, {"appraised": 3}, "Còn 1 chỉ tiêu chưa thẩm định."),
]


@pytest.mark.parametrize(("act", "source", "wrong", "said"), GUARDS)
def test_a_guard_stops_with_its_sentence_and_only_then(
    act: str, source: Status, wrong: dict[str, int], said: str
) -> None:
    transition = row(act, source)
    assert obstacles(transition, COMPLETE) == ()
    assert [str(o) for o in obstacles(transition, replace(COMPLETE, **wrong))] == [said]


def test_a_return_needs_something_to_return() -> None:
    transition = row("return", S.UNDER_APPRAISAL)
    assert [str(o) for o in obstacles(transition, COMPLETE)] == ["Chưa chọn chỉ tiêu nào để trả lại."]
    assert obstacles(transition, replace(COMPLETE, returned_open=1)) == ()


def test_returning_and_deciding_never_stand_open_together() -> None:
    for returned in (0, 1, 4):
        facts = replace(COMPLETE, returned_open=returned)
        ready = [act for act in ("return", "decide") if not obstacles(row(act, S.UNDER_APPRAISAL), facts)]
        assert ready == (["return"] if returned else ["decide"])


def test_everything_that_is_wrong_is_said_at_once() -> None:
    facts = Facts(required=5, answered=1, invalid=1, without_evidence=1, returned_unfixed=1)
    assert [str(o) for o in obstacles(row("send", S.AWAITING_SIGNATURE), facts)] == [
        "Còn 1 ô có giá trị cần sửa.",
        "Còn 4 ô bắt buộc chưa điền.",
        "Còn 1 chỉ tiêu chưa có minh chứng và chưa có giải trình.",
        "Còn 1 chỉ tiêu bị trả lại chưa được sửa.",
    ]


def test_what_has_no_guard_is_always_ready() -> None:
    for act, source in (("receive", S.SENT), ("publish", S.DECIDED), ("hand_back", S.AWAITING_SIGNATURE)):
        assert obstacles(row(act, source), Facts(required=9, invalid=9)) == ()


# Offers


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("status", Status)
def test_a_person_is_offered_the_acts_of_their_role_and_no_others(role: Role, status: Status) -> None:
    expected = [act for act, source, _target, who in EXPECTED if source is status and who is role]
    here = COMMUNE if role in (Role.COMMUNE_OFFICIAL, Role.CHAIRPERSON) else PROVINCE
    found = offers(person(role, here), Subject(COMMUNE), status, COMPLETE)
    assert [offer.transition.act for offer in found] == expected
    assert offers(person(role, OTHER), Subject(COMMUNE), status, COMPLETE) == ()
    assert offers(Principal(None, "", ""), Subject(COMMUNE), status, COMPLETE) == ()


def test_who_had_a_hand_in_it_is_not_offered_its_appraisal() -> None:
    subject = Subject(COMMUNE, frozenset({7}))
    for status, role in ((S.SENT, Role.APPRAISER), (S.UNDER_APPRAISAL, Role.APPRAISER), (S.DECIDED, Role.COORDINATION)):
        assert offers(person(role, PROVINCE), subject, status, COMPLETE) == ()
        assert offers(person(role, PROVINCE, person_id=8), subject, status, COMPLETE)


def test_an_offer_is_ready_when_nothing_is_in_its_way() -> None:
    official = person(Role.COMMUNE_OFFICIAL, COMMUNE)
    (ready,) = offers(official, Subject(COMMUNE), S.DRAFT, COMPLETE)
    (stopped,) = offers(official, Subject(COMMUNE), S.DRAFT, replace(COMPLETE, invalid=1))
    assert (ready.ready, stopped.ready) == (True, False)
    assert len(stopped.obstacles) == 1


# Words


def test_every_status_has_words_a_tone_and_says_whose_turn_it_is() -> None:
    assert set(STATUSES) == set(Status)
    assert len({str(info.label) for info in STATUSES.values()}) == len(Status)
    for info in STATUSES.values():
        assert info.tone in ("info", "warning", "success")
        assert str(info.hint).endswith(".")
    waiting = {status for status, info in STATUSES.items() if info.tone == "warning"}
    assert waiting == {S.AWAITING_SIGNATURE, S.AWAITING_SIGNATURE_AGAIN, S.RETURNED}


def test_every_button_has_words_and_a_tone_and_one_act_is_worded_the_same_everywhere() -> None:
    words: dict[str, set[str]] = {}
    for transition in TRANSITIONS:
        assert transition.tone in ("primary", "secondary", "warning")
        words.setdefault(transition.act, set()).add(str(transition.label))
    assert all(len(labels) == 1 for labels in words.values())
    assert len({next(iter(labels)) for labels in words.values()}) == len(words)


def test_the_straight_way_is_five_acts_long() -> None:
    way = [S.DRAFT, S.AWAITING_SIGNATURE, S.SENT, S.UNDER_APPRAISAL, S.DECIDED, S.PUBLISHED]
    for here, there in pairwise(way):
        assert any(t.source is here and t.target is there for t in TRANSITIONS)
