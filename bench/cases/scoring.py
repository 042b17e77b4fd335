"""Scoring the nation: from stored answers to stored and ranked results, and the arithmetic alone."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench import peers, sql_scoring, store
from bench.measure import Act, Row, counted
from bench.nation import NATION, YEARS
from bench.nation_stage import Kernel, clear, nation, results, to_duckdb, write_cells
from bench.rescore import blocks_of, rescore, rows_of, write
from bench.stage import Stage
from ruraldx.config import ROOT
from ruraldx.database import db

TITLE = "Scoring the nation: sixty indicators, every kind of rule, exact"
SIZES, SMALL_SIZES = (250, NATION, 10_000), (50, 150, 450)
GROWTH, MEGABYTES = 1.2, 150
TURNS = 5
LOCAL = ("127.0.0.1", 5432)


def run(stage: Stage) -> Iterator[Row]:
    """Three sizes: the smallest and the largest with one round, the middle one with a round for each year."""
    sizes = SMALL_SIZES if stage.small else SIZES
    taken: dict[int, float] = {}
    for size in sizes:
        rounds = YEARS if size == sizes[1] else 1
        with nation(stage.folder, size, rounds) as stored:
            if rounds > 1:
                yield from _race(stage, size, rounds, stored)
            taken[size] = _turns({"ours": lambda: rescore(db.session, [1])})["ours"]
    exponents = [log(taken[b] / taken[a]) / log(b / a) for a, b in pairwise(sizes)]
    said = ", ".join(f"{size:,}: {taken[size]:.0f} ms" for size in sizes)
    shown = " and ".join(f"{one:.2f}" for one in exponents)
    # From one size to the next minutes pass, so a busy neighbour can move one step, but hardly the whole way.
    whole = log(taken[sizes[-1]] / taken[sizes[0]]) / log(sizes[-1] / sizes[0])
    yield Row(f"growth ({said})", shown, f"exponent at most {GROWTH}", met=max(exponents) <= GROWTH)
    yield Row("growth, the whole way", f"{whole:.2f}", f"exponent at most {GROWTH}", whole <= GROWTH)


def _race(stage: Stage, communes: int, rounds: int, stored: int) -> Iterator[Row]:
    every = range(1, rounds + 1)
    yield Row("answers", f"{communes * rounds * 60:,} of {communes * rounds:,} assessments, {stored:,} values")
    with counted(db.engine) as seen:
        blocks_of(db.session, 1)
    asked = [statement for statement in seen if statement != "BEGIN"]
    yield Row("SQL statements to read a round", str(len(asked)), "1", len(asked) == 1)
    acts: dict[str, Act] = {"ours": lambda: rescore(db.session, every), "theirs": lambda: _in_sqlite(every)}
    same = {}
    for name, act in acts.items():
        clear()
        act()
        same[name] = results()
    yield Row("results of both", "the same" if same["ours"] == same["theirs"] else "differ", "the same",
              same["ours"] == same["theirs"])  # fmt: skip
    taken = _turns(acts)
    yield _against("database to stored and ranked", taken, "the same in SQL inside SQLite")
    yield from _kernels(stage.folder, communes, rounds)
    yield _memory(stage, communes, rounds)
    yield from _postgresql(communes)


def _against(what: str, taken: Mapping[str, float], whom: str) -> Row:
    ratio = taken["ours"] / taken["theirs"]
    value = f"{taken['ours']:.0f} ms: {ratio:.2f} × {whom} ({taken['theirs']:.0f} ms)"
    return Row(what, value, "at most 1.0 ×", met=ratio <= 1)


def _turns(acts: Mapping[str, Act], clock: object = time.process_time) -> dict[str, float]:
    """Median milliseconds of each act, in turns; the results are forgotten in between, off the clock."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    order = list(acts)
    for _ in range(TURNS):
        for name in order:
            clear()
            began = clock()  # type: ignore[operator]
            acts[name]()
            taken[name].append((clock() - began) * 1000)  # type: ignore[operator]
        order.reverse()
    return {name: median(values) for name, values in taken.items()}


def _in_sqlite(rounds: Sequence[int]) -> None:
    for round_id in rounds:
        with db.engine.connect() as connection:
            connection.exec_driver_sql(f"INSERT INTO bench_result {sql_scoring.scores('sqlite', round_id)}")
            connection.commit()


def _kernels(folder: Path, communes: int, rounds: int) -> Iterator[Row]:
    """The arithmetic alone: numbers in columns here, numbers in a table there; one thread each, CPU time."""
    kernel = Kernel(communes, rounds)
    if peers.python() is None:
        kernel()
        began = time.process_time()
        kernel()
        yield Row("arithmetic alone", f"{(time.process_time() - began) * 1000:.0f} ms; DuckDB: {peers.ABSENT}")
        return
    cells = folder / "cells.csv"
    write_cells(cells, rounds)
    query = sql_scoring.scores("duckdb", None)
    with peers.peer("duckdb_peer.py") as duckdb:
        for statement in to_duckdb(cells):
            duckdb.ask(sql=statement)
        said = duckdb.ask(sql=query + " ORDER BY assessment", rows=True)["rows"]
        same = [(row[0], row[1], row[4], row[6]) for row in said] == kernel.results()
        yield Row("results of DuckDB", "the same" if same else "differ", "the same", same)
        ours, theirs = [], []
        for _ in range(2 * TURNS):
            began = time.process_time()
            kernel()
            ours.append((time.process_time() - began) * 1000)
            theirs.append(duckdb.ask(sql=f"CREATE OR REPLACE TABLE found AS {query}")["milliseconds"])
    yield _against("arithmetic alone", {"ours": median(ours), "theirs": median(theirs)}, "DuckDB on one thread")


def _memory(stage: Stage, communes: int, rounds: int) -> Row:
    """The most that a process of its own ever held."""
    clear()
    command = [sys.executable, "-m", "bench.rescore", str(stage.folder / f"communes-{communes}"), str(rounds)]
    done = subprocess.run(command, cwd=ROOT, env=stage.environment, capture_output=True, text=True, check=True)
    found = re.search(r"^VmHWM:\s+(\d+) kB", done.stdout, re.MULTILINE)
    assert found
    size = int(found[1]) / 1024
    return Row("memory of the process at most", f"{size:.0f} MB", f"at most {MEGABYTES} MB", size <= MEGABYTES)


def _server() -> str | None:
    """The address of a PostgreSQL server, if one is named or answers here."""
    named = os.environ.get("RURALDX_TEST_DATABASE_URL", "")
    if named.startswith("postgresql"):
        return named
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return "postgresql+psycopg://postgres@127.0.0.1:5432/postgres" if not probe.connect_ex(LOCAL) else None


def _postgresql(communes: int) -> Iterator[Row]:
    """One round inside PostgreSQL, in a schema that is dropped again; wall time, for the server works elsewhere."""
    address = _server()
    if address is None:
        yield Row("one round in PostgreSQL", "no server to measure against")
        return
    schema = f"ruraldx_bench_{os.getpid()}"
    plain = create_engine(address)
    with plain.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        connection.commit()
    engine = create_engine(address, connect_args={"options": f"-csearch_path={schema}"})
    try:
        with engine.connect() as connection:
            store.build(connection, communes, 1)
            connection.commit()
            connection.execute(text("ANALYZE"))
            connection.commit()
        taken: dict[str, list[float]] = {"ours": [], "theirs": []}
        found: dict[str, list[object]] = {}
        with Session(engine) as session:
            for _ in range(TURNS):
                for name, act in (("ours", _ours_in), ("theirs", _theirs_in)):
                    session.execute(text("DELETE FROM bench_result"))
                    session.commit()
                    began = time.perf_counter()
                    act(session)
                    taken[name].append((time.perf_counter() - began) * 1000)
                    found[name] = [*session.execute(text("SELECT * FROM bench_result ORDER BY assessment"))]
        same = found["ours"] == found["theirs"]
        yield Row("results of PostgreSQL", "the same" if same else "differ", "the same", same)
        medians = {name: median(values) for name, values in taken.items()}
        yield _against("one round in PostgreSQL (wall)", medians, "the same in SQL inside it")
    finally:
        engine.dispose()
        with plain.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
            connection.commit()
        plain.dispose()


def _ours_in(session: Session) -> None:
    rows = rows_of(blocks_of(session, 1))
    for start in range(0, len(rows), 1000):
        write(session, rows[start : start + 1000])
        session.commit()


def _theirs_in(session: Session) -> None:
    query = sql_scoring.scores("postgresql", 1)
    session.execute(text(f"INSERT INTO bench_result {query}"))
    session.commit()
