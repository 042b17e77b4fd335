"""Readiness: can this process serve now?"""

from __future__ import annotations

import os
from pathlib import Path

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ruraldx.config import ROOT, Settings
from ruraldx.database import db
from ruraldx.database.migrations import current_revision, newest_revision


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
    current = current_revision()
    return current is not None and current == newest_revision(ROOT / "migrations")


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)
