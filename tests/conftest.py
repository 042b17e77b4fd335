"""Databases and applications for the tests: SQLite by default, PostgreSQL when an address is given.

One template database is migrated and filled with units once per run; every test that needs an application
gets a copy of its own.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, text

from ruraldx.accounts import passwords
from ruraldx.app import create_app
from ruraldx.config import Settings
from ruraldx.database import db
from ruraldx.places.operations import load_units
from tests.browser import chromium, pytest_terminal_summary  # noqa: F401 - for every folder
from tests.clock import NOW
from tests.world import World, make_world

SERVER = os.environ.get("RURALDX_TEST_DATABASE_URL", "")
PROVINCES = ("48", "49")


def pytest_configure() -> None:
    """The second half of CI must not quietly be SQLite again."""
    if os.environ.get("RURALDX_REQUIRE_POSTGRESQL") and not SERVER.startswith("postgresql"):
        raise pytest.UsageError("RURALDX_TEST_DATABASE_URL names no PostgreSQL server")


def pytest_report_header() -> str:
    """On which database, where it can be read in a log."""
    return f"database: {make_url(SERVER).get_backend_name() if SERVER else 'sqlite'}"


def make_settings(data_dir: Path, database_url: str | None = None, **changes: object) -> Settings:
    """Settings of a test application."""
    values: dict[str, object] = {
        "environment": "test",
        "secret_key": SecretStr("only-for-tests-" + "0123456789abcdef" * 2),
        "data_dir": data_dir,
        "database_url": database_url,
        "log_level": "CRITICAL",
        "login_limit": "10000 per minute",
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def _admin(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _address(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _fill(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        load_units(actor_id=None, now=NOW, provinces=PROVINCES, commit=True)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hashing at full cost would take half of every test; what it costs is measured in bench/."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "_DUMMY", passwords._hasher.hash("nobody"))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The filled template: a path of a SQLite file, or the name of a PostgreSQL database."""
    folder = tmp_path_factory.mktemp("template")
    if not SERVER:
        _fill(make_settings(folder))
        yield str(folder / "ruraldx.sqlite3")
        return
    name = f"ruraldx_template_{secrets.token_hex(6)}"
    _admin(f"CREATE DATABASE {name}")
    try:
        _fill(make_settings(folder, _address(name)))
        yield name
    finally:
        _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(template: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a database of this test's own."""
    if not SERVER:
        shutil.copy(template, tmp_path / "ruraldx.sqlite3")
        yield make_settings(tmp_path)
        return
    name = f"ruraldx_test_{secrets.token_hex(6)}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_settings(tmp_path, _address(name))
    finally:
        _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """An application with units and nothing else, without a pushed context (each request gets its own)."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(bare_app: Flask) -> Iterator[Flask]:
    """The same with a context pushed, for operations and queries."""
    with bare_app.app_context():
        yield bare_app
        db.session.remove()


@pytest.fixture
def world(app: Flask, settings: Settings) -> World:
    """People, a round and two empty dossiers."""
    return make_world(settings.data_dir)
