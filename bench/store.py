"""The nation in a database: rounds of communes with their answers, and the place for results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex, CreateTable

from bench import sql_scoring
from bench.nation import answers_of, criteria, region_of
from ruraldx.catalog.fields import fields_of
from ruraldx.database import Base

Form = TypeVar("Form")
SHEETS = 300
AT_ONCE = 20_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = ("assessment", "answer")
ASSESSMENT = """INSERT INTO assessment (id, key, round_id, unit_id, unit_path, dimensions, status, version, submissions,
  required_count, answered_count, invalid_count, updated_at)
  VALUES (:id, :key, :round, :unit, :path, :dimensions, 'draft', 0, 0, 0, 0, 0, :now)"""
ANSWER = """INSERT INTO answer (assessment_id, indicator_code, field_code, raw, value, version, updated_by, updated_at)
  VALUES (:assessment, :indicator, :field, :value, :value, 1, 1, :now)"""
RESULT = """INSERT INTO bench_result (assessment, earned, possible, scored, percent, class, rank)
  VALUES (:assessment, :earned, :possible, :scored, :percent, :class, :rank)"""


@cache
def sheets() -> list[list[tuple[str, str, str]]]:
    """A few hundred filled-in forms: (indicator, field, value)."""
    die = Random(996_300)
    return [
        [(one.code, field, value) for one in criteria().indicators for field, value in answers_of(one, die)]
        for _ in range(SHEETS)
    ]


def answers_in(assessment: int) -> Iterator[tuple[str, str, str]]:
    """What one assessment holds."""
    for indicator, field, value in sheet_of(sheets(), assessment):
        yield indicator, field, own(field, value, assessment)


def sheet_of(every: Sequence[Form], assessment: int) -> Form:
    """The form that an assessment goes by."""
    return every[assessment * 7 % SHEETS]


def own(field: str, value: str, assessment: int) -> str:
    """Denominators differ from commune to commune, so that no two are the same."""
    return str(int(value) + assessment % 977) if field.endswith("mau-so") else value


def build(connection: Connection, communes: int, rounds: int) -> int:
    """Make the tables and fill them; how many values were stored.

    Assessments and answers are the tables of the application with their keys, but without what guards them: nothing
    here is about triggers, and there are no people and units to refer to.
    """
    for table in (Base.metadata.tables[name] for name in TABLES):
        connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
        for index in table.indexes:
            connection.execute(CreateIndex(index))
    for statement in sql_scoring.tables():
        connection.execute(text(statement))
    fields = {
        one.code: [field.code for field in fields_of(one, {}) if _counts(field.code)] for one in criteria().indicators
    }
    _insert(connection, "bench_rule", sql_scoring.rules())
    _insert(connection, "bench_slot", sql_scoring.slots(fields))
    _insert(connection, "bench_node", sql_scoring.nodes())
    numbers = range(1, communes * rounds + 1)
    units = [{"id": n, "round": 1 + (n - 1) // communes, "unit": 1 + (n - 1) % communes} for n in numbers]
    connection.execute(text(ASSESSMENT), [_assessment(unit) for unit in units])
    _insert(connection, "bench_unit", ((one["id"], one["round"], region_of(one["unit"])) for one in units))
    return _fill(connection, numbers)


def _counts(field: str) -> bool:
    return not field.endswith(("giai-trinh", "ty-le-cong-bo"))


def _assessment(unit: dict[str, int]) -> dict[str, Any]:
    dimensions = json.dumps({"vung": region_of(unit["unit"])})
    return {**unit, "key": f"k{unit['id']}", "path": f"/{unit['unit']}/", "dimensions": dimensions, "now": NOW}


def _fill(connection: Connection, numbers: Sequence[int]) -> int:
    stored, waiting = 0, []
    for number in numbers:
        for indicator, field, value in answers_in(number):
            waiting.append({"assessment": number, "indicator": indicator, "field": field, "value": value, "now": NOW})
        if len(waiting) >= AT_ONCE or number == numbers[-1]:
            connection.execute(text(ANSWER), waiting)
            stored, waiting = stored + len(waiting), []
    return stored


def _insert(connection: Connection, table: str, rows: Iterator[tuple[Any, ...]]) -> None:
    known = list(rows)
    names = [f"v{place}" for place in range(len(known[0]))]
    statement = f"INSERT INTO {table} VALUES ({', '.join(f':{name}' for name in names)})"
    connection.execute(text(statement), [dict(zip(names, row, strict=True)) for row in known])
