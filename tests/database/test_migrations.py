"""The migrations build what the models say, go down again, and leave nothing to autogenerate."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from ruraldx.app import create_app
from ruraldx.database import Base, db
from ruraldx.database.guards import DECLARED
from tests.conftest import SERVER, _admin, make_settings


def _address(folder: Path, name: str) -> str:
    if SERVER:
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    return f"sqlite:///{folder / name}.sqlite3"


@pytest.fixture
def names() -> Iterator[tuple[str, str]]:
    pair = (f"migrated_{secrets.token_hex(4)}", f"modelled_{secrets.token_hex(4)}")
    if SERVER:
        for name in pair:
            _admin(f"CREATE DATABASE {name}")
    yield pair
    if SERVER:
        for name in pair:
            _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def migrated(tmp_path: Path, names: tuple[str, str]) -> Iterator[Flask]:
    app = create_app(make_settings(tmp_path, _address(tmp_path, names[0])))
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def modelled(tmp_path: Path, names: tuple[str, str]) -> Iterator[Engine]:
    engine = create_engine(_address(tmp_path, names[1]))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def described(engine: Engine) -> dict[str, object]:
    """Tables with columns, keys, constraints and indexes, as both builders left them."""
    found: dict[str, object] = {}
    looking = inspect(engine)
    for table in sorted(set(looking.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in looking.get_columns(table)},
            "primary": sorted(looking.get_pk_constraint(table)["constrained_columns"]),
            "foreign": sorted((k["constrained_columns"], k["referred_table"]) for k in looking.get_foreign_keys(table)),
            "unique": sorted(str(u["name"]) for u in looking.get_unique_constraints(table)),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in looking.get_check_constraints(table)),
            "indexes": sorted(str(i["name"]) for i in looking.get_indexes(table)),
        }
    return found


def triggers(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        else:
            rows = connection.execute(
                text(
                    "SELECT t.tgname, pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid) "
                    "FROM pg_trigger t WHERE NOT t.tgisinternal"
                )
            )
        return {name: sql for name, sql in rows}


def test_migrations_and_models_build_the_same_schema(migrated: Flask, modelled: Engine) -> None:
    assert described(db.engine) == described(modelled)


def test_migrations_and_models_set_the_same_guards(migrated: Flask, modelled: Engine) -> None:
    assert triggers(db.engine) == triggers(modelled)
    assert set(triggers(modelled)) == {name for name, _, _ in DECLARED}


def test_both_begin_with_the_head_of_the_audit_chain(migrated: Flask, modelled: Engine) -> None:
    for engine in (db.engine, modelled):
        with engine.connect() as connection:
            assert connection.execute(text("SELECT sequence FROM audit_head")).scalar_one() == 0


def test_nothing_is_left_to_autogenerate(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(migrated: Flask) -> None:
    before = (described(db.engine), triggers(db.engine))
    downgrade(revision="base")
    assert described(db.engine) == {}
    assert triggers(db.engine) == {}
    upgrade()
    assert (described(db.engine), triggers(db.engine)) == before
