"""Exit code 0 when the PostgreSQL server of ``RURALDX_TEST_DATABASE_URL`` answers, or without it the usual one."""

from __future__ import annotations

import os

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

USUAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def address() -> str:
    """The server that is asked."""
    return os.environ.get("RURALDX_TEST_DATABASE_URL") or USUAL


def main() -> int:
    """Ask once, wait three seconds at most."""
    engine = create_engine(address(), connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
