"""From a violated constraint to a sentence at a field."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from ruraldx.database.base import Base
from ruraldx.messages import Message

_MESSAGES: dict[str, tuple[str | None, Message]] = {}
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>[\w., ]+)")
_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (?P<name>\w+)")
_GENERAL = Message("Dữ liệu không hợp lệ hoặc vừa bị người khác thay đổi. Hãy tải lại trang và thử lại.")


def register_constraint_messages(messages: dict[str, tuple[str | None, Message]]) -> None:
    """Say, for named constraints, which field and which sentence a violation means."""
    _MESSAGES.update(messages)


def explain_integrity_error(error: IntegrityError) -> tuple[str | None, str | None, Message]:
    """(constraint name, field, message) of a violation; a general message when nobody registered one."""
    name = _constraint_name(error)
    field, message = _MESSAGES.get(name or "", (None, _GENERAL))
    return name, field, message


def _constraint_name(error: IntegrityError) -> str | None:
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return diagnostics.constraint_name if isinstance(diagnostics.constraint_name, str) else None
    text = str(error.orig)
    if found := _SQLITE_CHECK.search(text):
        return found["name"]
    if found := _SQLITE_UNIQUE.search(text):
        return _unique_by_columns([part.strip() for part in found["columns"].split(",")])
    return None


def _unique_by_columns(columns: list[str]) -> str | None:
    table = Base.metadata.tables.get(columns[0].partition(".")[0])
    if table is None:
        return None
    wanted = {column.partition(".")[2] for column in columns}
    found: list[Any] = [c for c in table.constraints if isinstance(c, UniqueConstraint | PrimaryKeyConstraint)]
    found += [index for index in table.indexes if index.unique]
    for constraint in found:
        if {column.name for column in constraint.columns} == wanted and isinstance(constraint.name, str):
            return constraint.name
    return None
