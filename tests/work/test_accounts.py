"""Accounts: people, roles in places with dates, sessions, passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ruraldx.accounts import operations, queries
from ruraldx.accounts.models import LoginSession
from ruraldx.accounts.permissions import ROLE_LEVELS, Role
from ruraldx.database import read_session
from ruraldx.messages import Invalid, Refused
from tests.clock import NOW
from tests.world import PASSWORD, email, make_people, unit_id

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)


@pytest.fixture
def official(app: Flask) -> int:
    return make_people(("official",))["official"].person_id or 0


def sign_in(now: object = NOW) -> str:
    return operations.sign_in(now=now, email=email("official"), password=PASSWORD)  # type: ignore[arg-type]


def test_a_session_is_found_by_its_token_and_carries_the_roles_of_now(official: int) -> None:
    found = queries.live_session(sign_in(), NOW, IDLE, ABSOLUTE)
    assert found is not None
    assert found.principal.person_id == official
    assert [grant.unit_name for grant in found.principal.grants] == ["Xã Quế Phú"]


def test_only_the_hash_of_a_token_is_stored(official: int) -> None:
    token = sign_in()
    stored = read_session().scalars(select(LoginSession.token_hash)).one()
    assert stored != token
    assert stored == operations.token_hash(token)


def test_a_session_ends_when_idle_when_old_and_when_signed_out(official: int) -> None:
    token = sign_in()
    assert queries.live_session(token, NOW + IDLE - timedelta(seconds=1), IDLE, ABSOLUTE)
    assert queries.live_session(token, NOW + IDLE, IDLE, ABSOLUTE) is None
    operations.touch_session(now=NOW + ABSOLUTE, token=token)
    assert queries.live_session(token, NOW + ABSOLUTE, IDLE, ABSOLUTE) is None
    other = sign_in()
    operations.sign_out(now=NOW, token=other)
    assert queries.live_session(other, NOW, IDLE, ABSOLUTE) is None


def test_the_same_sentence_answers_a_wrong_password_and_an_unknown_account(official: int) -> None:
    said = []
    for address in (email("official"), "khong-co@kiemthu.invalid"):
        with pytest.raises(Refused) as refused:
            operations.sign_in(now=NOW, email=address, password="sai mật khẩu")
        said.append((str(refused.value.message), refused.value.status, refused.value.field))
    assert said[0] == said[1]


def test_an_unknown_account_costs_a_verification_too(official: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(operations, "password_matches", lambda stored, _password: bool(asked.append(stored)))
    for address in (email("official"), "khong-co@kiemthu.invalid"):
        with pytest.raises(Refused):
            operations.sign_in(now=NOW, email=address, password="sai mật khẩu")
    assert len(asked) == 2
    assert asked[1] is None


def test_too_many_failures_wait_a_quarter_of_an_hour_but_lock_nobody_out(official: int) -> None:
    for _ in range(operations.FAILURES_ALLOWED):
        with pytest.raises(Refused, match="không đúng"):
            operations.sign_in(now=NOW, email=email("official"), password="sai mật khẩu")
    with pytest.raises(Refused) as refused:
        sign_in()
    assert refused.value.status == 429
    assert sign_in(NOW + operations.FAILURE_WINDOW + timedelta(seconds=1))


def test_an_address_is_the_same_in_every_spelling(official: int) -> None:
    assert operations.sign_in(now=NOW, email="  OFFICIAL@kiemthu.INVALID ", password=PASSWORD)
    with pytest.raises(Invalid, match="đã có tài khoản") as refused:
        operations.create_person(actor_id=None, now=NOW, email="Official@KIEMTHU.invalid", name="A", password=PASSWORD)
    assert refused.value.field == "email"


def test_a_short_password_is_refused_at_its_field(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        operations.create_person(actor_id=None, now=NOW, email="a@kiemthu.invalid", name="A", password="ngắn")
    assert refused.value.field == "password"


def test_changing_the_password_ends_every_other_session(official: int) -> None:
    here, elsewhere = sign_in(), sign_in()
    with pytest.raises(Invalid, match="hiện tại"):
        operations.change_password(
            now=NOW, person_id=official, current="sai", new="mật khẩu mới dài hơn", keep_token=here
        )
    operations.change_password(
        now=NOW, person_id=official, current=PASSWORD, new="mật khẩu mới dài hơn", keep_token=here
    )
    assert queries.live_session(here, NOW, IDLE, ABSOLUTE)
    assert queries.live_session(elsewhere, NOW, IDLE, ABSOLUTE) is None
    with pytest.raises(Refused):
        sign_in()


def test_a_closed_account_is_out_at_once(official: int) -> None:
    token = sign_in()
    operations.deactivate(actor_id=None, now=NOW, person_id=official)
    assert queries.live_session(token, NOW, IDLE, ABSOLUTE) is None
    with pytest.raises(Refused):
        sign_in()


def test_a_new_role_ends_sessions_so_that_rights_are_read_anew(official: int) -> None:
    token = sign_in()
    operations.grant_role(
        actor_id=None, now=NOW, person_id=official, role=Role.LEADER, unit_id=unit_id(""), valid_from=NOW
    )
    assert queries.live_session(token, NOW, IDLE, ABSOLUTE) is None


def test_a_role_holds_from_its_first_second_to_the_second_before_its_end(app: Flask) -> None:
    person_id = operations.create_person(actor_id=None, now=NOW, email="b@kiemthu.invalid", name="B", password=PASSWORD)
    end = NOW + timedelta(days=365)
    operations.grant_role(
        actor_id=None,
        now=NOW,
        person_id=person_id,
        role=Role.APPRAISER,
        unit_id=unit_id(""),
        valid_from=NOW,
        valid_to=end,
    )
    second = timedelta(seconds=1)
    held = [bool(queries.grants_of(person_id, at)) for at in (NOW - second, NOW, end - second, end, end + second)]
    assert held == [False, True, True, False, False]


def test_demo_accounts_are_known_as_such(official: int) -> None:
    assert not queries.has_demo_accounts()
    person_id = operations.create_person(
        actor_id=None, now=NOW, email="d@kiemthu.invalid", name="D", password=PASSWORD, is_demo=True
    )
    assert queries.has_demo_accounts()
    operations.deactivate(actor_id=None, now=NOW, person_id=person_id)
    assert not queries.has_demo_accounts()


@pytest.mark.parametrize("role", Role)
def test_a_role_is_held_in_a_unit_of_its_level(app: Flask, role: Role) -> None:
    units = {"commune": unit_id("Quế Phú"), "province": unit_id("")}
    fitting = units.pop(ROLE_LEVELS[role])
    (other,) = units.values()
    account = {"actor_id": None, "now": NOW, "email": "c@kiemthu.invalid", "name": "C", "password": PASSWORD}
    with pytest.raises(Invalid, match="hãy chọn một đơn vị cấp") as refused:
        operations.create_person(**account, first=(role, other))  # type: ignore[arg-type]
    assert refused.value.field == "unit"
    assert queries.principal_of("c@kiemthu.invalid", NOW) is None, "no account without its role"
    person_id = operations.create_person(**account, first=(role, fitting))  # type: ignore[arg-type]
    assert [(grant.role, grant.unit_id) for grant in queries.grants_of(person_id, NOW)] == [(role, fitting)]
    with pytest.raises(Invalid, match="hãy chọn một đơn vị cấp"):
        operations.grant_role(actor_id=None, now=NOW, person_id=person_id, role=role, unit_id=other, valid_from=NOW)


def test_a_closed_account_is_opened_before_it_is_given_a_role(official: int) -> None:
    operations.deactivate(actor_id=None, now=NOW, person_id=official)
    with pytest.raises(Invalid, match=f"đã khóa.*reset-password {email('official')}"):
        operations.grant_role(
            actor_id=None, now=NOW, person_id=official, role=Role.LEADER, unit_id=unit_id(""), valid_from=NOW
        )


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", " "), ("name", "\u200b\u202e"), ("name", "a" * 121), ("email", f"{'a' * 250}@b.vn")],
    ids=["spaces", "nothing seen", "a name too long", "an address too long"],
)
def test_a_name_or_address_that_cannot_be_stored_is_refused_at_its_field(app: Flask, field: str, text: str) -> None:
    account = {"email": "e@kiemthu.invalid", "name": "E", field: text}
    with pytest.raises(Invalid) as refused:
        operations.create_person(actor_id=None, now=NOW, password=PASSWORD, **account)
    assert refused.value.field == field
    assert queries.accounts() == ()


def test_a_name_is_one_line_so_that_no_list_can_be_forged(app: Flask) -> None:
    operations.create_person(
        actor_id=None, now=NOW, email="g@kiemthu.invalid", name="G\nadmin@x.vn  Quản\u202e trị", password=PASSWORD
    )
    assert [account.name for account in queries.accounts()] == ["G admin@x.vn Quản trị"]
