"""How a measurement is taken and what it says."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, event

ROUNDS = 40
WARM_UP = 5
Act = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the results.

    ``kept`` None: no goal, or one that noise could move, so that it gates nothing; then ``met`` says how it was in
    this run, and ``why`` what stood in its way.
    """

    what: str
    value: str
    goal: str = ""
    kept: bool | None = None
    met: bool | None = None
    why: str = ""


def interleave(acts: Mapping[str, Act], rounds: int = ROUNDS) -> dict[str, float]:
    """Median CPU milliseconds of this process for each act; A B, B A, A B … so that drift meets all alike."""
    for act in acts.values():
        for _ in range(WARM_UP):
            act()
    taken: dict[str, list[float]] = {name: [] for name in acts}
    order = list(acts)
    gc.collect()
    for _ in range(rounds):
        for name in order:
            began = time.process_time()
            acts[name]()
            taken[name].append((time.process_time() - began) * 1000)
        order.reverse()
    return {name: statistics.median(values) for name, values in taken.items()}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements that run inside the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
