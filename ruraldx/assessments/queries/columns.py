"""The answers of a round as columns, and its scores: what a worker rescores, read with one ordered statement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from ruraldx.assessments.models import Answer, Assessment
from ruraldx.catalog.fields import EXPLANATION, PRINTED
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.scoring.bulk import CompiledSet, Scores, Table, Told, compile_set, ranks
from ruraldx.scoring.outcomes import ScoringContext

# Texts that no score depends on are not even read.
_UNUSED: Final = (EXPLANATION, PRINTED)
# Neither occurs with "/" in it: codes of indicators and fields have their patterns.
_JOINT: Final = "/"
_AT_ONCE: Final = 100
_BLOCK: Final = 1000
_Alike = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Block:
    """Some assessments of a round whose units agree in all dimensions, with their results in the order of ``ids``."""

    dimensions: Mapping[str, str]
    ids: Sequence[int]
    scores: Scores | Told


def score_round(session: Session, round_id: int, criteria: CriteriaSet, context: ScoringContext) -> Iterator[Block]:
    """The results of every assessment of a round, block by block as they are read. One statement, whatever its size.

    ``context``: what the units share (choices, confirmed keys, best values); dimensions are those of each unit. Only
    the answers of a few blocks are in memory at a time.
    """
    growing: dict[_Alike, _Growing] = {}
    result = session.execute(_sheets(session, round_id), execution_options={"yield_per": _AT_ONCE})
    for rows in result.partitions():
        apart: dict[_Alike, list[tuple[int, str | None]]] = {}
        for number, dimensions, sheet in rows:
            apart.setdefault(tuple(sorted(dimensions.items())), []).append((number, sheet))
        for alike, sheets in apart.items():
            if alike not in growing:
                growing[alike] = _Growing(compile_set(criteria, replace(context, dimensions=dict(alike))))
            growing[alike].add(sheets)
            if len(growing[alike].ids) >= _BLOCK:
                yield growing[alike].taken()
    yield from (one.taken() for one in growing.values() if one.ids)


def _sheets(session: Session, round_id: int) -> Select[Any]:
    """(assessment, dimensions, its answers as one text): a row for each assessment is a third of the cost of a row for
    each answer, for the database hands over and the driver makes a hundred times fewer of them."""
    joined = func.json_group_object if session.get_bind().dialect.name == "sqlite" else func.json_object_agg
    sheet = (
        select(cast(joined(Answer.indicator_code + _JOINT + Answer.field_code, Answer.value), Text))
        .where(Answer.assessment_id == Assessment.id, Answer.value.is_not(None), Answer.field_code.not_in(_UNUSED))
        .scalar_subquery()
    )
    of_round = select(Assessment.id, Assessment.dimensions, sheet).where(Assessment.round_id == round_id)
    # The order of an index, so that nothing has to be sorted with all those texts in hand.
    return of_round.order_by(Assessment.unit_id)


class _Growing:
    """The columns of one context while they are filled."""

    def __init__(self, ready: CompiledSet) -> None:
        self.ready = ready
        self.ids: list[int] = []
        self.texts: dict[tuple[str, str], list[str | None]] = {}
        self._empty()

    def _empty(self) -> None:
        self.ids = []
        self.texts = {(one.indicator.code, field): [] for one in self.ready.indicators for field in one.wanted}

    def add(self, sheets: Sequence[tuple[int, str | None]]) -> None:
        """Put some more assessments below those that are there."""
        self.ids += [number for number, _sheet in sheets]
        read: list[dict[str, str]] = [json.loads(sheet) if sheet else {} for _number, sheet in sheets]
        for (code, field), column in self.texts.items():
            key = f"{code}{_JOINT}{field}"
            column += [answers.get(key) for answers in read]

    def taken(self) -> Block:
        """The results of those that are there, which then make room for others."""
        scores = self.ready.results(Table(len(self.ids), self.texts))
        block = Block(self.ready.context.dimensions, self.ids, scores)
        self._empty()
        return block


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
