"""The log: one line for one event whatever is sent, and no secret in it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ruraldx.accounts import operations
from ruraldx.app import create_app
from ruraldx.config import Settings
from ruraldx.database import db, unit_of_work
from ruraldx.web import logs
from tests.clock import NOW
from tests.conftest import make_settings
from tests.world import PASSWORD, email, make_people

WRONG = "mật khẩu gõ nhầm của tôi"
NASTY = (
    'a\r\n{"event": "forged", "level": "info"}', "\x1b[31mđỏ\x1b[0m\x1b]0;tên\x07", "\u202egpj.exe\u2066",
    "\u2028\u2029\x85", "\x00\x7f\x9b31m", "${jndi:ldap://x}", "%0d%0a%00", '"}\n{"event":"forged"}',
)  # fmt: skip


@dataclass
class Log:
    """A file descriptor that the log writes to, as in life."""

    path: Path

    @property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    def lines(self) -> list[dict[str, Any]]:
        """The records; anything that is no record is an error."""
        return [json.loads(line) for line in self.raw.decode("ascii").splitlines()]


@pytest.fixture
def logged(settings: Settings, tmp_path: Path) -> Iterator[tuple[Flask, Log]]:
    """An application that logs everything into a file."""
    app = create_app(make_settings(settings.data_dir, settings.database_url, log_level="DEBUG"))
    log = Log(tmp_path / "log")
    with log.path.open("w", encoding="utf-8") as handle:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(_Unbuffered(handle)))
        with app.app_context():
            make_people(("official",))
            db.session.remove()
        app.config["WTF_CSRF_ENABLED"] = False
        yield app, log
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    structlog.reset_defaults()


class _Unbuffered:
    """Writes at once, so that a test can read."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    def write(self, data: str) -> None:
        self.handle.write(data)
        self.handle.flush()

    def flush(self) -> None:
        os.fsync(self.handle.fileno())


def ask(client: FlaskClient, word: str) -> None:
    """Send a word in everything that a browser may choose: path, query, headers, form."""
    heads = ("HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_X_REQUEST_ID", "HTTP_ACCEPT_LANGUAGE")
    client.post(
        f"/{quote(word, safe='')}",
        query_string={"xa": word},
        data={"email": word},
        environ_overrides=dict.fromkeys(heads, word),
    )


def records_of(log: Log, client: FlaskClient, word: str) -> list[dict[str, Any]]:
    before = len(log.raw)
    ask(client, word)
    return [json.loads(line) for line in log.raw[before:].decode("ascii").splitlines()]


def test_whatever_is_sent_makes_one_record(logged: tuple[Flask, Log]) -> None:
    app, log = logged
    client = app.test_client()

    @settings_of_hypothesis
    @given(st.text(max_size=60).filter(lambda word: word[:1] < "\ud800" or word[:1] > "\udfff"))
    @example(NASTY[0])
    @example(NASTY[1])
    @example(NASTY[2])
    @example(NASTY[3])
    @example(NASTY[4])
    @example(NASTY[7])
    def one_record(word: str) -> None:
        (record,) = records_of(log, client, word)
        assert record["event"] == "request"
        assert record["status"] in (301, 308, 400, 404, 405)
        assert set(record) <= {"event", "level", "timestamp", "request_id", "method", "path", "status", "milliseconds"}

    one_record()
    assert all(byte == 10 or 32 <= byte < 127 for byte in log.raw), "plain letters and line ends only"


settings_of_hypothesis: Callable[..., Any] = settings(
    max_examples=1000 if os.environ.get("RURALDX_FULL_GATES") else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def test_the_switch_a_log_of_plain_text_is_forged(logged: tuple[Flask, Log]) -> None:
    app, log = logged
    kept = structlog.get_config()["processors"][:-1]
    structlog.configure(processors=[*kept, lambda _logger, _name, record: str(record.get("path"))])
    before = len(log.raw)
    ask(app.test_client(), NASTY[0])
    assert b'{"event": "forged"' in b"\n".join(log.raw[before:].splitlines()[1:])


def test_the_id_of_a_record_is_ours_and_that_of_the_page(logged: tuple[Flask, Log]) -> None:
    app, log = logged
    page = app.test_client().get("/khong-co", headers={"X-Request-ID": "forged"})
    record = log.lines()[-1]
    assert record["request_id"] == page.headers["X-Request-ID"] != "forged"
    assert record["request_id"] in page.text


def go_through_everything(app: Flask) -> list[str]:
    """Sign in wrongly, rightly, change the password, break something; returns what must not be in the log."""
    client = app.test_client()
    client.post("/dang-nhap", data={"email": email("official"), "password": WRONG})
    client.post("/dang-nhap", data={"email": email("official"), "password": PASSWORD})
    cookie = client.get_cookie("ruraldx")
    assert cookie is not None
    page = client.get("/tai-khoan").text
    with client.session_transaction() as inside:
        token, csrf = inside["_user_id"], inside.get("csrf_token", "")
    new = "một câu mới hoàn toàn"
    client.post("/tai-khoan", data={"current_password": WRONG, "new_password": new, "repeated": new})
    client.post("/tai-khoan", data={"current_password": PASSWORD, "new_password": new, "repeated": new})
    with app.app_context():
        hashes = [row[0] for row in db.session.execute(text("SELECT password_hash FROM person"))]
        hashes += [row[0] for row in db.session.execute(text("SELECT token_hash FROM login_session"))]
        db.session.remove()
    client.post("/dang-xuat")
    secret = app.config["SECRET_KEY"]
    form_token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    return [WRONG, PASSWORD, new, cookie.value, token, csrf, secret, form_token, email("official"), *hashes]


def found_in(log: Log, secrets: list[str]) -> list[str]:
    raw = log.raw.decode("ascii")
    return [secret for secret in secrets if secret and (secret in raw or json.dumps(secret)[1:-1] in raw)]


def break_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement that holds the token's hash fails, as it would when two are the same."""

    def twice(person_id: int, email: str, now: object) -> str:
        with unit_of_work() as session:
            values = {"h": operations.token_hash("x"), "e": email, "n": "N", "p": "$argon2id$" + WRONG}
            for _ in range(2):
                session.execute(
                    text(
                        "INSERT INTO person (email, name, password_hash, is_active, is_demo, created_at, "
                        "password_changed_at) VALUES (:e, :n, :p, true, false, '2026-01-01', '2026-01-01')"
                    ),
                    values,
                )
        return ""

    monkeypatch.setattr(operations, "_open_session", twice)


def test_no_secret_is_in_the_log(logged: tuple[Flask, Log], monkeypatch: pytest.MonkeyPatch) -> None:
    app, log = logged
    secrets = go_through_everything(app)
    assert len(log.lines()) == 6
    assert found_in(log, secrets) == []
    break_sign_in(monkeypatch)
    done = app.test_client().post("/dang-nhap", data={"email": email("official"), "password": "một câu mới hoàn toàn"})
    assert done.status_code == 500
    assert [line for line in log.lines() if line["event"] == "fault" and "IntegrityError" in line["exception"]]
    assert [found for found in found_in(log, secrets) if found != email("official")] == []


def test_the_switch_with_the_values_of_statements_a_fault_tells_them(
    logged: tuple[Flask, Log], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, log = logged
    with app.app_context():
        monkeypatch.setattr(db.engine, "hide_parameters", False)
    break_sign_in(monkeypatch)
    app.test_client().post("/dang-nhap", data={"email": email("official"), "password": PASSWORD})
    assert found_in(log, [WRONG]) == [WRONG]


SECRET = {"password": 1, "new_password": 1, "csrf_token": 1, "Cookie": 1, "Authorization": 1, "SECRET_KEY": 1,
          "form": {"password": 1, "name": "N", "deep": {"session": 1}}}  # fmt: skip


def test_a_value_under_a_secret_name_is_left_out_at_any_depth() -> None:
    kept = logs._redact(None, "info", dict(SECRET))
    assert "1" not in json.dumps(kept)
    assert kept["form"]["name"] == "N"


def test_the_switch_without_redaction_the_values_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_SECRET_KEYS", ())
    assert json.dumps(logs._redact(None, "info", dict(SECRET))).count("1") == 8


def test_the_libraries_do_not_log_what_we_leave_out(
    logged: tuple[Flask, Log], caplog: pytest.LogCaptureFixture
) -> None:
    app, _log = logged
    with caplog.at_level(logging.DEBUG):
        secrets = go_through_everything(app)
    assert [record.getMessage() for record in caplog.records for s in secrets if s and s in record.getMessage()] == []


def test_a_used_address_is_refused_without_a_fault(logged: tuple[Flask, Log]) -> None:
    app, _log = logged
    with app.app_context(), pytest.raises(operations.Invalid) as refused:
        operations.create_person(actor_id=None, now=NOW, email=email("official"), name="B", password=PASSWORD)
    assert isinstance(refused.value.__cause__, IntegrityError)
    assert email("official") not in str(refused.value)
