"""Rules that the database itself keeps: append-only tables and sealed rows, by triggers.

A trigger is declared beside its table, created with it, and copied into the migration; a test builds
one database by migrations and one from the models and compares both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Table, event

# Every trigger message starts with this, so that errors.py and tests can tell a guard from a fault.
GUARD_PREFIX = "ruraldx:"
# (name, SQL of SQLite, SQL of PostgreSQL) of every guard, in the order of declaration.
DECLARED: list[tuple[str, str, str]] = []


def guard(table: Table, name: str, *, when: str, operation: str, sqlite: str, postgresql: str) -> None:
    """Attach a trigger that raises ``ruraldx:<name>`` if a condition holds.

    ``when`` is BEFORE/AFTER, ``operation`` INSERT/UPDATE/DELETE; ``sqlite`` and ``postgresql`` are the SQL
    conditions (on NEW/OLD) of the two databases.
    """
    message = f"{GUARD_PREFIX}{name}"
    on_sqlite = (
        f"CREATE TRIGGER {name} {when} {operation} ON {table.name} FOR EACH ROW WHEN {sqlite} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    row = "OLD" if operation == "DELETE" else "NEW"
    on_postgresql = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {postgresql} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {row}; END $$; "
        f"CREATE TRIGGER {name} {when} {operation} ON {table.name} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    DECLARED.append((name, on_sqlite, on_postgresql))
    listen = event.listen
    listen(table, "after_create", _ddl(on_sqlite).execute_if(dialect="sqlite"))
    listen(table, "after_create", _ddl(on_postgresql).execute_if(dialect="postgresql"))
    drop = _ddl(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    listen(table, "after_drop", drop.execute_if(dialect="postgresql"))


def append_only(table: Table) -> None:
    """Refuse every UPDATE and DELETE of a row, whoever asks."""
    for operation in ("UPDATE", "DELETE"):
        guard(
            table,
            f"{table.name}_no_{operation.lower()}",
            when="BEFORE",
            operation=operation,
            sqlite="1",
            postgresql="true",
        )


def _ddl(sql: str) -> Any:
    return DDL(sql.replace("%", "%%"))  # type: ignore[no-untyped-call]
