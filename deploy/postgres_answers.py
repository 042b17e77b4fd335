"""Exit code 0 when the PostgreSQL server of ``RURALDX_TEST_DATABASE_URL`` answers."""

from __future__ import annotations

import os

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError


def main() -> int:
    """Ask once, wait three seconds at most."""
    engine = create_engine(os.environ["RURALDX_TEST_DATABASE_URL"], connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
