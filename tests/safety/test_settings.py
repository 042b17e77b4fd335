"""Production does not start with a configuration that must not serve people."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from ruraldx import config
from ruraldx.accounts.operations import create_person, deactivate
from ruraldx.app import create_app, flask_config
from ruraldx.config import KNOWN_SECRETS, Settings, UnsafeSettings, refuse_unsafe
from ruraldx.database import db
from tests.clock import NOW
from tests.world import PASSWORD

GOOD = {"environment": "production", "secret_key": SecretStr("k7Qz" * 12 + "rT9wX2")}


def made(**changes: object) -> Settings:
    return Settings(**{**GOOD, **changes})  # type: ignore[arg-type]


def accepted(settings: Settings) -> bool:
    """Whether the platform would start with these."""
    try:
        refuse_unsafe(settings)
    except UnsafeSettings:
        return False
    return True


def test_a_good_configuration_is_accepted() -> None:
    assert accepted(made())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"secret_key": None}, "chưa được đặt"),
        ({"secret_key": SecretStr("quá ngắn nhưng lạ")}, "quá ngắn"),
        ({"secret_key": SecretStr("a" * 64)}, "ai cũng biết"),
        *(({"secret_key": SecretStr(known)}, "ai cũng biết") for known in sorted(KNOWN_SECRETS)),
        ({"debug": True}, "RURALDX_DEBUG"),
        ({"app_hosts": 2}, "SQLite"),
    ],
)
def test_a_bad_one_is_refused_with_what_to_do(changes: dict[str, object], says: str) -> None:
    with pytest.raises(UnsafeSettings, match=says):
        refuse_unsafe(made(**changes))


def test_a_missing_secret_is_refused_everywhere() -> None:
    with pytest.raises(UnsafeSettings):
        refuse_unsafe(Settings(environment="demo", secret_key=None))


def test_two_hosts_are_fine_with_postgresql() -> None:
    assert accepted(made(app_hosts=2, database_url="postgresql+psycopg://x/y"))


def test_production_refuses_to_start_with_a_demo_account_and_starts_when_it_is_closed(
    app: Flask, settings: Settings
) -> None:
    person_id = create_person(
        actor_id=None, now=NOW, email="d@kiemthu.invalid", name="D", password=PASSWORD, is_demo=True
    )
    production = made(data_dir=settings.data_dir, database_url=settings.database_url)
    with pytest.raises(UnsafeSettings, match="minh họa"):
        create_app(production)
    deactivate(actor_id=None, now=NOW, person_id=person_id)
    started = create_app(production)
    with started.app_context():
        db.engine.dispose()


def test_production_starts_before_its_first_migration(tmp_path: Path) -> None:
    assert create_app(made(data_dir=tmp_path))


def test_the_switch_without_the_check_a_known_secret_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "KNOWN_SECRETS", frozenset())
    monkeypatch.setattr(config, "MINIMUM_SECRET_BYTES", 0)
    refuse_unsafe(made(secret_key=SecretStr("development")))


NOT_UNDERSTOOD: list[tuple[str, object]] = [
    *(("login_limit", limit) for limit in ("abc", "", " ", "10/fortnight", "0 per minute", "5 per minute;0 per hour")),
    *(("login_limit", limit) for limit in ("-1 per minute", "10 per minute;", "10 per minute; abc")),
    *(("log_level", level) for level in ("zzz", "", "20")),
    *(("database_url", url) for url in ("foo", "zz://a/b", "postgres://a/b", "mysql://a/b", "sqlite+zz:///x")),
    ("database_url", "postgresql+psycopg://a:b@c:port/d"),
    *(("limiter_storage", address) for address in ("zz://", "", "memory", "zz://[")),
    *(
        ("embed_origins", (origin,))
        for origin in (
            "https://a; script-src *", "*", "https://*", "https:", "'self'", "https://a b", "https://a/", "a.invalid",
            "https://a,b", "javascript:x", "https://a\n", "https://a:b", "https://u@a.invalid", "https://",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("environment", ["production", "demo"])
@pytest.mark.parametrize(("name", "value"), NOT_UNDERSTOOD)
def test_a_text_that_is_not_understood_is_refused_by_name(environment: str, name: str, value: object) -> None:
    with pytest.raises(UnsafeSettings, match=f"^RURALDX_{name.upper()} không dùng được. Hãy "):
        refuse_unsafe(made(environment=environment, **{name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("login_limit", "1/second"),
        ("log_level", "warning"),
        ("database_url", ""),
        ("database_url", "sqlite:///x.sqlite3"),
        ("database_url", "postgresql+psycopg://u:p%40@127.0.0.1:5432/ruraldx?sslmode=require"),
        ("embed_origins", ("https://www.example.gov.vn", "http://127.0.0.1:8080", "https://[::1]:1")),
    ],
)
def test_a_text_as_it_is_documented_is_accepted(name: str, value: object) -> None:
    assert accepted(made(**{name: value}))


def test_the_switch_without_the_look_at_texts_a_limit_that_counts_nothing_would_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(config, "_texts", lambda _settings: ())
    assert all(accepted(made(**{name: value})) for name, value in NOT_UNDERSTOOD)


def test_a_data_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    for folder in (tmp_path / "a file", tmp_path / "a file" / "x"):
        with pytest.raises(UnsafeSettings, match="RURALDX_DATA_DIR: không tạo được thư mục"):
            create_app(made(data_dir=folder))


@pytest.mark.parametrize(
    "variables",
    [{"RURALDX_LOGIN_LIMIT": "abc"}, {"RURALDX_DATABASE_URL": "foo"}, {"RURALDX_EMBED_ORIGINS": '["https://a; x"]'}],
)
def test_a_server_with_such_a_setting_ends_with_one_sentence(tmp_path: Path, variables: dict[str, str]) -> None:
    environment = {
        **os.environ, "RURALDX_SECRET_KEY": "k7Qz" * 12 + "rT9wX2", "RURALDX_DATA_DIR": str(tmp_path), **variables,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=config.ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"ruraldx: {next(iter(variables))} không dùng được. Hãy ")


def test_a_connection_is_asked_before_it_is_used_where_a_server_can_cut_it() -> None:
    options = [
        flask_config(made(database_url=url))["SQLALCHEMY_ENGINE_OPTIONS"] for url in (None, "postgresql+psycopg://x/y")
    ]
    assert [dict(each)["pool_pre_ping"] for each in options] == [False, True]  # type: ignore[call-overload]
