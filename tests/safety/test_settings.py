"""Production does not start with a configuration that must not serve people."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from ruraldx import config
from ruraldx.accounts.operations import create_person, deactivate
from ruraldx.app import create_app
from ruraldx.config import KNOWN_SECRETS, Settings, UnsafeSettings, refuse_unsafe
from tests.clock import NOW
from tests.world import PASSWORD

GOOD = {"environment": "production", "secret_key": SecretStr("k7Qz" * 12 + "rT9wX2")}


def made(**changes: object) -> Settings:
    return Settings(**{**GOOD, **changes})  # type: ignore[arg-type]


def test_a_good_configuration_is_accepted() -> None:
    refuse_unsafe(made())


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
    refuse_unsafe(made(app_hosts=2, database_url="postgresql+psycopg://x/y"))


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
    assert create_app(production)


def test_production_starts_before_its_first_migration(tmp_path: Path) -> None:
    assert create_app(made(data_dir=tmp_path))


def test_the_switch_without_the_check_a_known_secret_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "KNOWN_SECRETS", frozenset())
    monkeypatch.setattr(config, "MINIMUM_SECRET_BYTES", 0)
    refuse_unsafe(made(secret_key=SecretStr("development")))
