"""The nation in a database of its own: an application over it, and the same answers as columns and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text

from bench import sql_scoring, store
from bench.nation import REGIONS, context, criteria, region_of
from bench.stage import SECRET
from ruraldx.app import create_app
from ruraldx.config import Settings
from ruraldx.database import db
from ruraldx.scoring.bulk import CompiledSet, Table, compile_set, ranks


def application(folder: Path) -> Flask:
    """An application over the database in a folder."""
    folder.mkdir(exist_ok=True)
    secret = SecretStr(SECRET)
    return create_app(Settings(environment="demo", secret_key=secret, data_dir=folder, log_level="CRITICAL"))


@contextmanager
def nation(folder: Path, communes: int, rounds: int) -> Iterator[int]:
    """Inside: the context of an application over so many communes and rounds; how many values are stored."""
    app = application(folder / f"communes-{communes}")
    with app.app_context():
        with db.engine.connect() as connection:
            stored = store.build(connection, communes, rounds)
            connection.commit()
        yield stored
        db.session.remove()
        db.engine.dispose()


def clear() -> None:
    """Forget all results."""
    with db.engine.connect() as connection:
        connection.execute(text("DELETE FROM bench_result"))
        connection.commit()


def results() -> list[tuple[Any, ...]]:
    """All results as stored."""
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT * FROM bench_result ORDER BY assessment"))]


def write_cells(path: Path, rounds: int) -> None:
    """One line for each indicator of each assessment, its numbers side by side."""
    with path.open("w", encoding="utf-8", newline="") as file, db.engine.connect() as connection:
        writer = csv.writer(file)
        writer.writerow(["assessment", "indicator", "region", *(f"n{place}" for place in range(1, 9))])
        for round_id in range(1, rounds + 1):
            writer.writerows(connection.exec_driver_sql(sql_scoring.cells("sqlite", round_id)))


def to_duckdb(cells: Path) -> Iterator[str]:
    """Statements that load the cells and the rules."""
    yield f"CREATE TABLE cells AS SELECT * FROM read_csv('{cells}', types={{'indicator': 'VARCHAR'}})"
    yield from (statement for statement in sql_scoring.tables() if "bench_unit" not in statement)
    for table, rows in (("bench_rule", sql_scoring.rules()), ("bench_node", sql_scoring.nodes())):
        values = ", ".join(f"({', '.join(repr(value) for value in row)})" for row in rows)
        yield f"INSERT INTO {table} VALUES {values}"


class Kernel:
    """All answers as numbers in columns, a table for each region; a call scores and ranks them."""

    def __init__(self, communes: int, rounds: int) -> None:
        self.parts: list[tuple[CompiledSet, Table, list[dict[str, Any]]]] = []
        self.ids: list[list[int]] = []
        everything = range(1, communes * rounds + 1)
        sheets = [{(code, field): value for code, field, value in sheet} for sheet in store.sheets()]
        for region in REGIONS:
            ids = [number for number in everything if region_of(1 + (number - 1) % communes) == region]
            ready = compile_set(criteria(), context(region))
            wanted = [(one.indicator.code, field) for one in ready.indicators for field in one.wanted]
            table = Table(len(ids), {key: [_value(sheets, number, key) for number in ids] for key in wanted})
            self.parts.append((ready, table, ready.read(table)))
            self.ids.append(ids)

    def __call__(self) -> list[tuple[Any, list[int]]]:
        """(points of the whole, ranks) for each region."""
        found = []
        for ready, table, read in self.parts:
            total = ready.score(table, read).total
            assert total is not None
            found.append((total, ranks(total.sum.earned.tolist(), total.sum.possible.tolist())))
        return found

    def results(self) -> list[tuple[Any, ...]]:
        """(assessment, earned, percent, rank), in order."""
        rows = []
        for ids, (total, ranked) in zip(self.ids, self(), strict=True):
            rows += zip(ids, total.sum.earned.tolist(), total.percent.tolist(), ranked, strict=True)
        return sorted(rows)


def _value(sheets: list[dict[tuple[str, str], str]], number: int, key: tuple[str, str]) -> str | None:
    value = store.sheet_of(sheets, number).get(key)
    return None if value is None else store.own(key[1], value, number)
