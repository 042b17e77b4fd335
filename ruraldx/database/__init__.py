"""The database: base class, column types, session, unit of work and guards inside the database itself.

Public names: :data:`db`, :class:`Base`, :class:`UtcDateTime`, :class:`ExactDecimal`, :class:`Json`,
:func:`unit_of_work`, :func:`read_session`, :func:`utc_now`, :func:`append_only`, :func:`guard`,
:func:`explain_integrity_error`.
"""

from ruraldx.database.base import Base, db
from ruraldx.database.constraints import explain_integrity_error, register_constraint_messages
from ruraldx.database.guards import append_only, guard
from ruraldx.database.types import ExactDecimal, Json, UtcDateTime, one_of
from ruraldx.database.work import prepare_engine, read_session, unit_of_work, utc_now

__all__ = [
    "Base",
    "ExactDecimal",
    "Json",
    "UtcDateTime",
    "append_only",
    "db",
    "explain_integrity_error",
    "guard",
    "one_of",
    "prepare_engine",
    "read_session",
    "register_constraint_messages",
    "unit_of_work",
    "utc_now",
]
