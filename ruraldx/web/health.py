"""Readiness: can this process serve now?"""

from __future__ import annotations

import os
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ruraldx.config import ROOT, Settings
from ruraldx.database import db


def readiness() -> dict[str, bool]:
    """Each part and whether it is ready."""
    settings: Settings = current_app.extensions["ruraldx_settings"]
    return {
        "database": _answers(),
        "migrations": migrations_at_head(),
        "storage": _writable(settings.data_dir),
    }


def _answers() -> bool:
    try:
        with db.engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one() == 1)
    except SQLAlchemyError:
        return False


def migrations_at_head() -> bool:
    """Whether the database is at the newest migration."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return False
    return current is not None and current == ScriptDirectory.from_config(config).get_current_head()


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)
