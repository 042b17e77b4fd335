"""Sessions: a stolen, old, foreign or ended one opens nothing, and the cookie says no more than it must."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from pydantic import SecretStr
from sqlalchemy import select, text

from ruraldx.accounts import operations, queries, sessions
from ruraldx.accounts.models import LoginSession
from ruraldx.accounts.permissions import Role
from ruraldx.app import create_app
from ruraldx.config import Settings
from ruraldx.database import db, read_session, unit_of_work
from ruraldx.messages import Invalid, NotFound
from ruraldx.places.queries import communes_named
from tests.clock import NOW
from tests.conftest import make_settings
from tests.world import IN_2024, PASSWORD, email, make_people, unit_id

SECOND = timedelta(seconds=1)
KEPT_IN_A_COOKIE = {"_user_id", "_fresh", "_id", "csrf_token", "ngon_ngu", "_flashes", "trinh_duyet"}
NEW_PASSWORD = "một câu khác hẳn câu trước"


@pytest.fixture
def site(bare_app: Flask) -> Flask:
    """The official of Quế Phú and an appraiser; forms without tokens, since these tests are about sessions."""
    with bare_app.app_context():
        make_people(("official", "appraiser"))
        db.session.remove()
    bare_app.config["WTF_CSRF_ENABLED"] = False
    return bare_app


def browser(app: Flask, name: str = "official") -> FlaskClient:
    client = app.test_client()
    assert client.post("/dang-nhap", data={"email": email(name), "password": PASSWORD}).status_code == 302
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/tai-khoan").status_code == 200


def content(app: Flask, client: FlaskClient) -> dict[str, object]:
    """What the cookie says to whoever reads it."""
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    reader: URLSafeTimedSerializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return dict(reader.loads(cookie.value))


def person(name: str = "official") -> int:
    found = queries.principal_of(email(name), NOW)
    assert found is not None
    return found.person_id or 0


def code() -> str:
    return communes_named("Quế Phú", "49", IN_2024)[0].code


def test_a_session_planted_before_the_login_is_worth_nothing_after_it(site: Flask) -> None:
    client = site.test_client()
    client.get("/dang-nhap")
    site.config["WTF_CSRF_ENABLED"] = True
    client.get("/dang-nhap")
    planted = content(site, client)
    site.config["WTF_CSRF_ENABLED"] = False
    client.post("/dang-nhap", data={"email": email("official"), "password": PASSWORD})
    after = content(site, client)
    assert planted["csrf_token"] != after.get("csrf_token")
    assert after["_user_id"] not in planted.values()
    # A second login is a second session, also in the same browser.
    other = content(site, browser(site))
    assert other["_user_id"] != after["_user_id"]


def test_the_switch_a_session_that_outlives_the_login_is_noticed(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations.secrets, "token_urlsafe", lambda _length: "planted")
    with site.app_context():
        operations.sign_in(now=NOW, email=email("official"), password=PASSWORD)
        monkeypatch.setattr(sessions, "sign_in", lambda **_: "planted")
        db.session.remove()
    with time_machine.travel(NOW):
        assert content(site, browser(site))["_user_id"] == content(site, browser(site))["_user_id"] == "planted"


def test_the_database_knows_a_token_by_its_hash_only(site: Flask) -> None:
    token = str(content(site, browser(site))["_user_id"])
    with site.app_context():
        stored = read_session().scalars(select(LoginSession.token_hash)).one()
        rows = [str(tuple(row)) for row in read_session().execute(text("SELECT * FROM login_session"))]
    assert stored == operations.token_hash(token)
    assert not [row for row in rows if token in row]
    # And the hash alone opens nothing.
    thief = site.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = stored
    assert not is_in(thief)


def test_the_cookie_says_no_more_than_it_must(site: Flask) -> None:
    client = browser(site)
    client.get("/viec-cua-toi")
    found = content(site, client)
    assert set(found) <= KEPT_IN_A_COOKIE
    assert not [value for value in map(str, found.values()) if email("official") in value or "Người" in value]


def flags(settings: Settings) -> str:
    app = create_app(settings)
    with app.app_context():
        make_people(("official",))
        db.session.remove()
    app.config["WTF_CSRF_ENABLED"] = False
    base = "https://map.kiemthu.invalid" if settings.public_url.startswith("https") else "http://localhost"
    done = app.test_client().post("/dang-nhap", data={"email": email("official"), "password": PASSWORD}, base_url=base)
    with app.app_context():
        db.engine.dispose()
    return str(done.headers["Set-Cookie"])


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", "https://map.kiemthu.invalid"])
def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(settings: Settings, public_url: str) -> None:
    cookie = flags(settings.model_copy(update={"public_url": public_url}))
    parts = {part.strip() for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not [part for part in parts if part.startswith("Domain")]
    assert ("Secure" in parts) == public_url.startswith("https")
    assert cookie.startswith("__Host-ruraldx=") == public_url.startswith("https")


def signs_out(client: FlaskClient) -> None:
    assert client.post("/dang-xuat").headers["Clear-Site-Data"]


def test_a_copied_cookie_is_dead_after_sign_out(site: Flask) -> None:
    client = browser(site)
    kept = client.get_cookie("ruraldx")
    assert kept is not None
    thief = site.test_client()
    thief.set_cookie("ruraldx", kept.value)
    assert is_in(thief)
    signs_out(client)
    assert not is_in(thief)


def test_the_switch_a_sign_out_that_only_empties_the_browser_is_noticed(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "sign_out", lambda **_: None)
    client = browser(site)
    kept = client.get_cookie("ruraldx")
    assert kept is not None
    thief = site.test_client()
    thief.set_cookie("ruraldx", kept.value)
    signs_out(client)
    assert is_in(thief)


def test_a_new_password_ends_the_sessions_of_every_other_browser(site: Flask) -> None:
    here, elsewhere, somebody = browser(site), browser(site), browser(site, "appraiser")
    done = here.post(
        "/tai-khoan", data={"current_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    )
    assert done.status_code == 302
    assert [is_in(here), is_in(elsewhere), is_in(somebody)] == [True, False, True]


def ends(app: Flask, act: Callable[[], object]) -> bool:
    """Whether an act on the account ends a session that is open."""
    client = browser(app)
    assert is_in(client)
    with app.app_context():
        act()
        db.session.remove()
    return not is_in(client)


def close_account() -> None:
    operations.deactivate(actor_id=None, now=NOW, person_id=person())


def give_role() -> None:
    operations.grant_role(
        actor_id=None, now=NOW, person_id=person(), role=Role.LEADER, unit_id=unit_id(""), valid_from=NOW
    )


def take_role() -> None:
    (held,) = queries.roles_held(person(), Role.COMMUNE_OFFICIAL, code(), NOW + SECOND)
    operations.end_role(actor_id=None, now=NOW + SECOND, grant_id=held)


@pytest.mark.parametrize("act", [close_account, give_role, take_role])
def test_what_changes_an_account_ends_its_sessions_at_once(site: Flask, act: Callable[[], object]) -> None:
    with time_machine.travel(NOW + SECOND, tick=False):
        assert ends(site, act)


def test_the_switch_sessions_that_outlive_a_change_are_noticed(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_end_sessions", lambda *_args, **_options: None)
    with time_machine.travel(NOW + SECOND, tick=False):
        assert not ends(site, give_role)


def lives(app: Flask, at: list[timedelta]) -> list[bool]:
    """Whether one session, begun at NOW, answers at each moment after it."""
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser(app)
        found = []
        for moment in at:
            clock.move_to(NOW + moment)
            found.append(is_in(client))
    return found


def test_a_session_ends_half_an_hour_after_its_last_use_to_the_second(site: Flask) -> None:
    half = timedelta(minutes=30)
    assert lives(site, [half - SECOND]) == [True]
    assert lives(site, [half]) == [False]
    assert lives(site, [half - SECOND, 2 * half - 2 * SECOND, 3 * half - 3 * SECOND]) == [True] * 3
    assert lives(site, [half - SECOND, 2 * half - SECOND]) == [True, False]


def test_a_session_in_use_ends_after_twelve_hours_to_the_second(site: Flask) -> None:
    busy = [timedelta(minutes=20 * n) for n in range(1, 36)]
    assert lives(site, [*busy, timedelta(hours=12) - SECOND])[-1]
    assert not lives(site, [*busy, timedelta(hours=12)])[-1]


def test_the_switch_a_session_without_end_is_noticed(site: Flask) -> None:
    endless = site.extensions["ruraldx_settings"].model_copy(update={"session_idle_minutes": 10**6})
    site.extensions["ruraldx_settings"] = endless
    assert lives(site, [timedelta(hours=11)]) == [True]


def reads_queue(app: Flask, at: timedelta) -> int:
    with time_machine.travel(NOW + at, tick=False):
        return browser(app, "appraiser").get("/tham-dinh").status_code


def test_a_role_opens_its_pages_from_its_first_second_to_the_last_before_its_end(site: Flask) -> None:
    day = timedelta(days=1)
    with site.app_context(), unit_of_work() as session:
        session.execute(text("DELETE FROM role_grant WHERE person_id = :id"), {"id": person("appraiser")})
    with site.app_context():
        operations.grant_role(
            actor_id=None, now=NOW, person_id=person("appraiser"), role=Role.APPRAISER, unit_id=unit_id(""),
            valid_from=NOW + SECOND, valid_to=NOW + day,
        )  # fmt: skip
        db.session.remove()
    found = [reads_queue(site, at) for at in (timedelta(), SECOND, day - SECOND, day, day + SECOND)]
    assert found == [403, 200, 200, 403, 403]


def test_a_role_that_ends_while_its_holder_is_signed_in_is_gone_with_that_second(site: Flask) -> None:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        client = browser(site, "appraiser")
        with site.app_context(), unit_of_work() as session:
            change = text("UPDATE role_grant SET valid_to = :end WHERE person_id = :id")
            end = NOW + timedelta(hours=1, minutes=1)
            stored = end.replace(tzinfo=None) if db.engine.dialect.name == "sqlite" else end
            session.execute(change, {"end": str(stored), "id": person("appraiser")})
        assert client.get("/tham-dinh").status_code == 200
        clock.move_to(end - SECOND)
        assert client.get("/tham-dinh").status_code == 200
        clock.move_to(end)
        assert client.get("/tham-dinh").status_code == 403


def test_a_role_ends_once_and_not_before_it_began(app: Flask) -> None:
    make_people(("official",))
    (held,) = queries.roles_held(person(), Role.COMMUNE_OFFICIAL, code(), NOW)
    with pytest.raises(Invalid):
        operations.end_role(actor_id=None, now=NOW, grant_id=held)
    operations.end_role(actor_id=None, now=NOW + SECOND, grant_id=held)
    for grant_id in (held, 10**6):
        with pytest.raises(NotFound):
            operations.end_role(actor_id=None, now=NOW + 2 * SECOND, grant_id=grant_id)
    assert queries.grants_of(person(), NOW + SECOND) == ()


def test_a_cookie_signed_with_another_key_opens_nothing(site: Flask, settings: Settings) -> None:
    stolen = content(site, browser(site))
    other = create_app(make_settings(settings.data_dir, settings.database_url, secret_key=SecretStr("k7Qz" * 16)))
    forger = other.test_client()
    with forger.session_transaction() as cookie:
        cookie.update(stolen)
    forged = forger.get_cookie("ruraldx")
    assert forged is not None
    visitor = site.test_client()
    visitor.set_cookie("ruraldx", forged.value)
    assert not is_in(visitor)
    with other.app_context():
        db.engine.dispose()
