"""Sessions and the unit of work: one transaction for one act.

On SQLite a write starts with BEGIN IMMEDIATE behind a fair file lock: a deferred transaction that reads and
then writes loses updates, and SQLite's own busy wait is unfair (measured: ten times longer p99).
"""

from __future__ import annotations

import contextlib
import fcntl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ruraldx.database.base import db

_WRITE = "ruraldx_write"
_process_lock = threading.Lock()
# Whoever waits longer for the right to write hears that the system is busy (503) instead of hanging.
LONGEST_WAIT = 10
_POLL = 0.002


def utc_now() -> datetime:
    """The present instant, aware, in UTC. Called at the edge only: views, commands, jobs."""
    return datetime.now(UTC)


def prepare_engine(engine: Engine) -> None:
    """Set the pragmas and transaction modes of SQLite, and how long PostgreSQL waits for a lock."""
    if getattr(engine, "_ruraldx_prepared", False):
        return
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    else:
        event.listen(engine, "connect", _on_connect_server)
    engine._ruraldx_prepared = True  # type: ignore[attr-defined]


def _on_connect(connection: Any, _record: object) -> None:
    # Transactions are ours: the driver would otherwise start deferred ones at the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={LONGEST_WAIT * 1000}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_connect_server(connection: Any, _record: object) -> None:
    before, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT}s'")
    connection.autocommit = before


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def read_session() -> Session:
    """The request's session, for reading."""
    return db.session()


@contextlib.contextmanager
def unit_of_work(*, commit: bool = True) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back by any exception.

    What is changed must be loaded inside the block: what the session held before is let go, so that the
    act decides on what the database says now. Without ``commit`` everything is tried and then rolled back.
    """
    session = db.session()
    session.rollback()
    session.expunge_all()
    engine = db.engine
    with _fair_lock(engine):
        try:
            if engine.dialect.name == "sqlite":
                session.connection(execution_options={_WRITE: True})
            yield session
            session.flush()
            if commit:
                session.commit()
            else:
                session.rollback()
        except BaseException:
            session.rollback()
            raise


@contextlib.contextmanager
def _fair_lock(engine: Engine) -> Iterator[None]:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    deadline = time.monotonic() + LONGEST_WAIT
    if not _process_lock.acquire(timeout=LONGEST_WAIT):
        raise _busy()
    try:
        with Path(f"{path}.lock").open("a") as handle:
            _lock(handle, deadline)
            yield
    finally:
        _process_lock.release()


def _lock(handle: IO[str], deadline: float) -> None:
    # Asked for again and again at even, short steps: fair enough, and it ends, which a plain wait does not.
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise _busy() from None
            time.sleep(_POLL)
        else:
            return


def _busy() -> OperationalError:
    return OperationalError("waiting for the right to write", None, TimeoutError("another process is writing"))
