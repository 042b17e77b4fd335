"""Migrations without their tool: a server only compares two names; Alembic comes in when a command asks for it."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ruraldx.database.base import db

_NAME: Final = re.compile(r'^(revision|down_revision)\b[^=\n]*= *"([^"]+)"', re.MULTILINE)


class LateMigrate:
    """What Flask-Migrate keeps of an application, made at the first question that somebody asks of it."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._app = app
        self._folder = folder

    def __getattr__(self, name: str) -> Any:
        return getattr(self.load(), name)

    def load(self) -> Any:
        """Flask-Migrate itself, which also gives the application its ``db`` commands."""
        importlib.import_module("flask_migrate").Migrate(self._app, db, directory=str(self._folder), compare_type=True)
        return self._app.extensions["migrate"]


@lru_cache(maxsize=4)
def newest_revision(folder: Path) -> str | None:
    """The revision in a folder that no other one follows; None unless there is exactly one."""
    names: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (folder / "versions").glob("*.py"):
        for kind, name in _NAME.findall(path.read_text(encoding="utf-8")):
            names[kind].add(name)
    heads = names["revision"] - names["down_revision"]
    return heads.pop() if len(heads) == 1 else None


def current_revision() -> str | None:
    """The revision of the database; None for one that has none or does not answer."""
    try:
        with db.engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError:
        return None
