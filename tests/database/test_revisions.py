"""The server's short way to the newest migration gives what Alembic gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import text

from ruraldx.config import ROOT
from ruraldx.database import db
from ruraldx.database.migrations import current_revision, newest_revision
from ruraldx.web.health import migrations_at_head

FOLDER = ROOT / "migrations"


def revision(folder: Path, name: str, after: str, mark: str = "") -> None:
    (folder / "versions").mkdir(exist_ok=True)
    text = f'revision{mark} = "{name}"\ndown_revision{mark} = {after}\n'
    (folder / "versions" / f"{name}.py").write_text(text, encoding="utf-8")


def test_the_newest_revision_is_the_one_alembic_names(app: Flask) -> None:
    assert newest_revision(FOLDER) == ScriptDirectory(str(FOLDER)).get_current_head() == current_revision()


def test_a_chain_ends_in_its_last_and_a_fork_has_no_newest(tmp_path: Path) -> None:
    revision(tmp_path, "0001", "None")
    revision(tmp_path, "0002", '"0001"', ": str | None")
    newest_revision.cache_clear()
    assert newest_revision(tmp_path) == "0002" == ScriptDirectory(str(tmp_path)).get_current_head()
    revision(tmp_path, "0003", '"0001"')
    newest_revision.cache_clear()
    assert newest_revision(tmp_path) is None


@pytest.mark.parametrize("change", ["DELETE FROM alembic_version", "UPDATE alembic_version SET version_num = '0000'"])
def test_a_database_at_another_revision_or_at_none_is_not_ready(app: Flask, change: str) -> None:
    assert migrations_at_head()
    with db.engine.begin() as connection:
        connection.execute(text(change))
    assert not migrations_at_head()
    assert app.test_client().get("/readyz").status_code == 503


def test_an_emptied_database_is_not_ready(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert current_revision() is None
    assert not migrations_at_head()
