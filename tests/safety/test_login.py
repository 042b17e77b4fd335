"""Signing in: nobody learns who has an account, guessing is slow, and look-alike addresses are one account."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from limits.errors import StorageError
from limits.storage import MemoryStorage
from sqlalchemy import select

from ruraldx.accounts import operations, passwords, queries
from ruraldx.accounts.models import FailedLogin, LoginSession
from ruraldx.audit.models import AuditEvent
from ruraldx.database import db, read_session
from ruraldx.messages import Invalid
from ruraldx.web import security
from tests.clock import NOW
from tests.world import PASSWORD, email, make_people

WRONG = "không phải mật khẩu này"


@pytest.fixture
def site(bare_app: Flask) -> Flask:
    with bare_app.app_context():
        people = make_people(("official", "leader"))
        operations.deactivate(actor_id=None, now=NOW, person_id=people["leader"].person_id or 0)
        db.session.remove()
    bare_app.config["WTF_CSRF_ENABLED"] = False
    return bare_app


def try_in(app: Flask, address: str, password: str = WRONG, **options: Any) -> tuple[int, str]:
    done = app.test_client().post("/dang-nhap", data={"email": address, "password": password}, **options)
    return done.status_code, done.text


FAILURES = {
    "a wrong password": email("official"),
    "an account that does not exist": "khong-co@kiemthu.invalid",
    "a closed account": email("leader"),
    "no address at all": "abc",
}


def answers(app: Flask) -> set[tuple[int, str]]:
    """What a browser gets, without what differs on every page: nonce, ids, and the address that was typed."""
    found = set()
    for address in FAILURES.values():
        status, html = try_in(app, address, PASSWORD if address == email("leader") else WRONG)
        html = re.sub(r'nonce="[^"]+"|(?:content|value)="[\w.-]{60,}"', "", html).replace(address, "ADDRESS")
        found.add((status, html))
    return found


def test_every_failure_gets_the_same_page_and_status(site: Flask) -> None:
    ((status, html),) = answers(site)
    assert status == 401
    assert "Thư điện tử hoặc mật khẩu không đúng." in html


def test_the_switch_a_sentence_that_tells_them_apart_is_noticed(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def tells(stored: str | None, _password: str) -> bool:
        if stored is None:
            raise Invalid(operations.Message("Không có tài khoản này."), field="email")
        return False

    monkeypatch.setattr(operations, "password_matches", tells)
    assert len(answers(site)) > 1


def hashings(app: Flask, monkeypatch: pytest.MonkeyPatch, address: str) -> int:
    """How often a password is really hashed for one attempt."""
    counted = 0

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            nonlocal counted
            counted += 1
            assert stored.startswith("$argon2id$")
            return hasher.verify(stored, password)

    hasher = passwords._hasher
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "_hasher", Counting())
        try_in(app, address)
    return counted


@pytest.mark.parametrize("kind", FAILURES)
def test_every_failure_costs_exactly_one_verification(site: Flask, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    assert hashings(site, monkeypatch, FAILURES[kind]) == 1


def test_the_dummy_costs_what_a_real_hash_costs() -> None:
    real = passwords.hash_password(PASSWORD).split("$")
    assert passwords._DUMMY.split("$")[1:4] == real[1:4]


def test_the_switch_without_the_dummy_an_unknown_account_is_cheaper(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        operations, "password_matches", lambda stored, typed: stored and passwords.password_matches(stored, typed)
    )
    assert hashings(site, monkeypatch, FAILURES["an account that does not exist"]) == 0
    assert hashings(site, monkeypatch, FAILURES["a wrong password"]) == 1


SAME = [
    "official@kiemthu.invalid",
    "OFFICIAL@KiemThu.INVALID",
    "  official@kiemthu.invalid\t",
    "ｏｆｆｉｃｉａｌ＠ｋｉｅｍｔｈｕ．ｉｎｖａｌｉｄ",
    "offi\u200bcial@kiemthu.invalid",
    "official\u00ad@kiemthu.invalid\ufeff",
    "o\ufb03cial@kiemthu.invalid",
    "𝐨𝐟𝐟𝐢𝐜𝐢𝐚𝐥@kiemthu.invalid",
]


@pytest.mark.parametrize("typed", SAME)
def test_an_address_that_looks_the_same_is_the_same_account(site: Flask, typed: str) -> None:
    with site.app_context():
        assert operations.sign_in(now=NOW, email=typed, password=PASSWORD)
        with pytest.raises(Invalid) as refused:
            operations.create_person(actor_id=None, now=NOW, email=typed, name="B", password=PASSWORD)
        assert refused.value.field == "email"


OTHER_LETTERS = [
    "оfficial@kiemthu.invalid",  # a Cyrillic о
    "offıcial@kiemthu.invalid",
    "official@kiemthu.ìnvalid",
    unicodedata.normalize("NFD", "ófficial@kiemthu.invalid"),
    "a@b", "@kiemthu.invalid", "a@@kiemthu.invalid", "a b@c", "", "a@kiemthu.invalid@b.c", "a@-..-",
]  # fmt: skip


@pytest.mark.parametrize("typed", OTHER_LETTERS)
def test_an_account_with_letters_that_only_look_alike_is_not_made(site: Flask, typed: str) -> None:
    with site.app_context(), pytest.raises(Invalid, match="không hợp lệ") as refused:
        operations.create_person(actor_id=None, now=NOW, email=typed, name="B", password=PASSWORD)
    assert refused.value.field == "email"


def test_the_switch_with_lower_case_only_the_look_alikes_become_accounts(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "fold_email", lambda typed: typed.strip().lower())
    monkeypatch.setattr(operations, "_EMAIL", re.compile(".*", re.DOTALL))
    with site.app_context():
        for typed in (SAME[4], OTHER_LETTERS[0]):
            assert operations.create_person(actor_id=None, now=NOW, email=typed, name="B", password=PASSWORD)


def test_guessing_one_account_is_stopped_in_every_spelling_and_from_every_address(site: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        spellings = [SAME[n % len(SAME)] for n in range(operations.FAILURES_ALLOWED)]
        for number, typed in enumerate(spellings):
            assert try_in(site, typed, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})[0] == 401
        status, html = try_in(site, email("official"), PASSWORD)
        assert status == 429
        assert "Hãy đợi 15 phút" in html
        # Somebody else is not stopped by it, and an account that does not exist is counted alike.
        assert try_in(site, "khong-co@kiemthu.invalid")[0] == 401


def test_an_account_that_does_not_exist_is_slowed_down_alike(site: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        found = [try_in(site, "khong-co@kiemthu.invalid")[0] for _ in range(operations.FAILURES_ALLOWED + 1)]
    assert found == [401] * operations.FAILURES_ALLOWED + [429]


def limited(other_app: Callable[..., Flask]) -> Flask:
    app = other_app(login_limit="3 per minute")
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def statuses(app: Flask, addresses: list[str]) -> list[int]:
    return [
        try_in(app, f"{number}@kiemthu.invalid", environ_base={"REMOTE_ADDR": address})[0]
        for number, address in enumerate(addresses)
    ]


def test_one_address_may_try_only_so_often_whatever_account_it_tries(
    site: Flask, other_app: Callable[..., Flask]
) -> None:
    app = limited(other_app)
    assert statuses(app, ["198.51.100.1"] * 4 + ["198.51.100.2"]) == [401, 401, 401, 429, 401]
    # One line of IPv6 has 2⁶⁴ addresses.
    assert statuses(app, [f"2001:db8:1:1::{n}" for n in range(1, 5)] + ["2001:db8:1:2::1"]) == [401] * 3 + [429, 401]
    assert statuses(app, [f"::ffff:203.0.113.{n}" for n in (1, 1, 1, 1, 2)]) == [401, 401, 401, 429, 401]


def test_a_forwarded_address_is_not_believed_without_a_proxy(site: Flask, other_app: Callable[..., Flask]) -> None:
    app = limited(other_app)
    found = [
        try_in(app, f"{n}@kiemthu.invalid", headers={"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": f"for={n}"})[0]
        for n in range(4)
    ]
    assert found == [401, 401, 401, 429]


FROM_A_PROXY = {
    "192.0.2.1:55": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[2001:db8::1]": "2001:db8::/64",
    "[2001:db8::2]:443": "2001:db8::/64", "fe80::1%eth0": "fe80::/64", "[::ffff:192.0.2.1]:1": "192.0.2.1",
    "unknown": "unknown", "zz": "unknown", "[": "unknown", "[::1": "::/64", "_hidden": "unknown", "1.2.3": "unknown",
}  # fmt: skip


def behind(other_app: Callable[..., Flask]) -> Flask:
    app = other_app(login_limit="3 per minute", proxy_hops=1)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def through(app: Flask, forwarded: str) -> int:
    return try_in(app, f"{forwarded}@kiemthu.invalid", headers={"X-Forwarded-For": forwarded})[0]


@pytest.mark.parametrize("forwarded", FROM_A_PROXY)
def test_an_address_is_read_as_proxies_write_it(site: Flask, other_app: Callable[..., Flask], forwarded: str) -> None:
    app = behind(other_app)
    with app.test_request_context(environ_base={"REMOTE_ADDR": forwarded}):
        assert security.network_of_asker() == FROM_A_PROXY[forwarded]
    assert through(app, forwarded) == 401


def test_all_that_is_no_address_is_counted_together(site: Flask, other_app: Callable[..., Flask]) -> None:
    app = behind(other_app)
    assert [through(app, name) for name in ("unknown", "zz", "_a", "_b", "192.0.2.7")] == [401] * 3 + [429, 401]


def test_the_switch_an_address_that_must_be_one_is_a_fault(
    site: Flask, other_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "_address", security.ipaddress.ip_address)
    assert through(behind(other_app), "192.0.2.1:55") == 500


def test_the_switch_counting_by_full_address_is_noticed(
    site: Flask, other_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "network_of_asker", lambda: str(security.request.remote_addr))
    app = limited(other_app)
    assert 429 not in statuses(app, [f"2001:db8:9:1::{n}" for n in range(1, 6)])


def break_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object, **_options: object) -> int:
        raise StorageError(ConnectionError("gone"))

    monkeypatch.setattr(MemoryStorage, "incr", gone)


def test_without_the_counter_nobody_gets_in_and_every_other_page_works(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_counter(monkeypatch)
    client = site.test_client()
    done = client.post("/dang-nhap", data={"email": email("official"), "password": PASSWORD})
    assert done.status_code == 503
    assert done.headers["Retry-After"]
    assert "Hệ thống đang bận" in done.text
    assert client.get("/tai-khoan").status_code == 302
    for path in ("/", "/dang-nhap", "/ban-do", "/mo-hinh", "/api/v1/ket-qua"):
        assert client.get(path).status_code == 200


def test_the_switch_a_counter_whose_faults_are_swallowed_lets_people_in(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.extensions["ruraldx_limiter"], "_swallow_errors", True)
    break_counter(monkeypatch)
    assert try_in(site, email("official"), PASSWORD)[0] == 302


def sessions_after(client: FlaskClient, app: Flask, **options: Any) -> int:
    """A login as another site would make a browser send it."""
    client.post("/dang-nhap", data={"email": email("official"), "password": PASSWORD}, **options)
    with app.app_context():
        count = len(read_session().scalars(select(LoginSession)).all())
        db.session.remove()
    return count


def test_another_site_cannot_sign_a_browser_in(site: Flask) -> None:
    site.config["WTF_CSRF_ENABLED"] = True
    client = site.test_client()
    client.get("/dang-nhap")
    for headers in ({}, {"Origin": "https://evil.invalid"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert sessions_after(client, site, headers=headers) == 0
    # The switch.
    site.config["WTF_CSRF_ENABLED"] = False
    assert sessions_after(client, site) == 1


def test_a_failed_login_is_in_the_log_without_what_was_typed(site: Flask) -> None:
    typed = "mật khẩu gõ nhầm ô@kiemthu.invalid"
    for address in (email("official"), typed):
        try_in(site, address)
    with site.app_context():
        events = read_session().scalars(
            select(AuditEvent).where(AuditEvent.action == "account.sign_in_failed").order_by(AuditEvent.sequence)
        ).all()  # fmt: skip
        known = queries.principal_of(email("official"), NOW)
        assert known is not None
        assert [event.subject_key for event in events] == [str(known.person_id), "unknown"]
        assert [event.details for event in events] == [{}, {}]


def test_failures_are_forgotten_after_a_quarter_of_an_hour(site: Flask) -> None:
    with site.app_context():
        for moment in (NOW, NOW + timedelta(minutes=16)):
            with pytest.raises(operations.Refused):
                operations.sign_in(now=moment, email=email("official"), password=WRONG)
        assert len(read_session().scalars(select(FailedLogin)).all()) == 1
