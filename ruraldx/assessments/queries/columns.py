"""The answers of a round as columns, and its scores: what a worker rescores, read with one ordered statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.assessments.models import Answer, Assessment
from ruraldx.catalog.fields import EXPLANATION, PRINTED
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.scoring.bulk import CompiledSet, Scores, Table, Told, compile_set, ranks
from ruraldx.scoring.outcomes import ScoringContext

# Texts that no score depends on are not even read.
_UNUSED: Final = (EXPLANATION, PRINTED)
_AT_ONCE: Final = 10_000


@dataclass(frozen=True)
class Block:
    """The assessments of a round whose units agree in all dimensions, with their results in the order of ``ids``."""

    dimensions: Mapping[str, str]
    ids: Sequence[int]
    scores: Scores | Told


def score_round(session: Session, round_id: int, criteria: CriteriaSet, context: ScoringContext) -> tuple[Block, ...]:
    """The results of every assessment of a round. Two statements, whatever its size.

    ``context``: what the units share (choices, confirmed keys, best values); dimensions are those of each unit. Holds
    the answers of the round in memory: about 30 MB for all communes of the country and a set of sixty indicators.
    """
    tables: list[_Growing] = []
    places: dict[int, tuple[_Growing, int]] = {}
    alike: dict[tuple[tuple[str, str], ...], _Growing] = {}
    of_round = select(Assessment.id, Assessment.dimensions).where(Assessment.round_id == round_id)
    for number, dimensions in session.execute(of_round.order_by(Assessment.id)):
        key = tuple(sorted(dimensions.items()))
        if key not in alike:
            alike[key] = _Growing(compile_set(criteria, replace(context, dimensions=dimensions)))
            tables.append(alike[key])
        places[number] = alike[key], alike[key].add(number)
    _fill(session, round_id, places)
    return tuple(Block(one.ready.context.dimensions, one.ids, one.ready.results(one.table())) for one in tables)


class _Growing:
    """The columns of one context while they are filled."""

    def __init__(self, ready: CompiledSet) -> None:
        self.ready = ready
        self.ids: list[int] = []
        self.columns: dict[str, dict[str, list[str | None]]] = {}

    def add(self, number: int) -> int:
        """Make room for an assessment; its place in the columns."""
        self.ids.append(number)
        return len(self.ids) - 1

    def open(self) -> None:
        """Make the columns, all of them empty."""
        size = len(self.ids)
        for one in self.ready.indicators:
            self.columns[one.indicator.code] = {field: [None] * size for field in one.wanted}

    def table(self) -> Table:
        """The columns, filled."""
        texts = {(code, field): column for code, fields in self.columns.items() for field, column in fields.items()}
        return Table(len(self.ids), texts)


def _fill(session: Session, round_id: int, places: Mapping[int, tuple[_Growing, int]]) -> None:
    for table in {id(table): table for table, _place in places.values()}.values():
        table.open()
    current, columns, place = None, {}, 0
    for number, code, field, value in _answers(session, round_id):
        if number != current:
            current = number
            table, place = places[number]
            columns = table.columns
        fields = columns.get(code)
        if fields is not None and field in fields:
            fields[field][place] = value


def _answers(session: Session, round_id: int) -> Iterator[tuple[Any, ...]]:
    """(assessment, indicator, field, value), assessment by assessment: bare rows of the driver, a million a second."""
    statement = (
        select(Answer.assessment_id, Answer.indicator_code, Answer.field_code, Answer.value)
        .join(Assessment, Assessment.id == Answer.assessment_id)
        .where(Assessment.round_id == round_id, Answer.value.is_not(None), Answer.field_code.not_in(_UNUSED))
        .order_by(Answer.assessment_id)
    )
    result = session.connection(execution_options={"stream_results": True}).execute(statement)
    cursor: Any = result.cursor
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
    result.close()


def ranks_in(criteria: CriteriaSet, blocks: Sequence[Block]) -> dict[int, int]:
    """Assessment → competition rank by its exact share of the possible points, among comparable units only."""
    groups: dict[tuple[str | None, ...], list[tuple[int, int, int]]] = {}
    for block in blocks:
        key = tuple(block.dimensions.get(name) for name in criteria.aggregation.comparable_by)
        for number, whole in zip(block.ids, block.scores.wholes(), strict=True):
            if whole.total is not None and whole.total[1]:
                groups.setdefault(key, []).append((number, *whole.total[:2]))
    found: dict[int, int] = {}
    for members in groups.values():
        numbers, earned, possible = zip(*members, strict=True)
        found.update(zip(numbers, ranks(earned, possible), strict=True))
    return found
