"""Our side of the race: a round from the database to stored and ranked results."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.nation import context, criteria
from bench.nation_stage import application
from bench.store import RESULT
from ruraldx.assessments.operations.chunks import write_in_chunks
from ruraldx.assessments.queries.columns import Block, ranks_in, score_round
from ruraldx.database import db

SHARED = context("")


def blocks_of(session: Session, round_id: int) -> tuple[Block, ...]:
    """The scores of a round."""
    return tuple(score_round(session, round_id, criteria(), SHARED))


def rows_of(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """What is stored of each assessment."""
    ranked = ranks_in(criteria(), blocks)
    rows = []
    for block in blocks:
        for number, whole in zip(block.ids, block.scores.wholes(), strict=True):
            assert whole.total is not None
            earned, possible, scored, _provisional = whole.total
            percent = None if whole.percent is None else int(whole.percent * 100)
            rows.append(
                {"assessment": number, "earned": earned, "possible": possible, "scored": scored, "percent": percent,
                 "class": whole.class_code, "rank": ranked[number]}
            )  # fmt: skip
    return rows


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store some results."""
    session.execute(text(RESULT), list(rows))


def rescore(session: Session, rounds: Sequence[int]) -> None:
    """From answers to stored and ranked results, round by round."""
    for round_id in rounds:
        rows = rows_of(blocks_of(session, round_id))
        session.rollback()
        write_in_chunks(rows, write)


def main() -> None:
    """``python -m bench.rescore FOLDER ROUNDS``: rescore and tell what the kernel knows of this process."""
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
    with application(folder).app_context():
        rescore(db.session, range(1, rounds + 1))
    print(Path("/proc/self/status").read_text(encoding="ascii"))


if __name__ == "__main__":
    main()
