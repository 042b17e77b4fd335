"""A round read as columns: the scores of its dossiers, ranked, with one statement, and written in chunks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.measure import counted
from ruraldx.assessments.facts import current_answers
from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.operations.chunks import CHUNK, write_in_chunks
from ruraldx.assessments.operations.rounds import open_round
from ruraldx.assessments.queries import columns
from ruraldx.assessments.queries.columns import Block, ranks_in, score_round
from ruraldx.catalog.loader import load_shipped
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.database import db
from ruraldx.places.queries import units_of_province
from ruraldx.scoring.bulk import Compact, compact
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.scoring.results import score_assessment
from tests.clock import NOW
from tests.rules.making import criteria_set, indicator
from tests.world import IN_2024, SET, World, new_round

CRITERIA = load_shipped()[SET]
CONTEXT = ScoringContext(choices={"15.1": "hoa-binh"})


def round_of(key: str) -> int:
    return db.session.scalars(select(Round.id).where(Round.key == key)).one()


def scored(key: str, criteria: CriteriaSet = CRITERIA, context: ScoringContext = CONTEXT) -> tuple[Block, ...]:
    return tuple(score_round(db.session(), round_of(key), criteria, context))


def by_dossier(blocks: Sequence[Block]) -> dict[int, Compact]:
    return {number: row for one in blocks for number, row in zip(one.ids, one.scores.rows(), strict=True)}


def test_a_round_in_columns_has_the_scores_of_each_of_its_dossiers(world: World) -> None:
    world.to("complete")
    world.answer("8.2", {"giai-trinh": "Còn “/” và \\ chưa xong", "ty-le-cong-bo": ">85"})
    found = by_dossier(scored(world.round_key))
    assert len(found) == 2
    for number, row in found.items():
        context = ScoringContext(dimensions={"vung": "khac"}, choices=CONTEXT.choices)
        assert row == compact(CRITERIA, score_assessment(CRITERIA, current_answers(db.session(), number), context))
    answered = {row.answered for row in found.values()}
    assert 0 in answered
    assert len(answered) == 2


def test_many_dossiers_take_no_more_statements_than_two(world: World) -> None:
    units = [unit.id for unit in units_of_province("49", IN_2024)][:60]
    new = new_round(units, "Kỳ lớn", NOW + timedelta(days=30))
    many = open_round(actor=world.people["office"], now=NOW, new=new)
    asked = []
    for number in (round_of(world.round_key), round_of(many)):
        with counted(db.engine) as seen:
            blocks = tuple(score_round(db.session(), number, CRITERIA, CONTEXT))
        asked.append(len(seen))
    assert sum(len(block.ids) for block in blocks) == 60
    assert asked == [1, 1]


def test_units_of_other_dimensions_stand_apart_and_are_ranked_apart(world: World) -> None:
    counted_ = {"kind": "capped_count", "label": "Số", "unit": "cái", "points_each": "1"}
    flat = criteria_set({"8": [indicator(counted_, code="8.1", max_points="10")]}, total_points="10")
    (node,) = flat.criteria
    criteria = flat.model_copy(
        update={
            "criteria": (node.model_copy(update={"max_points": flat.total_points}),),
            "aggregation": flat.aggregation.model_copy(update={"comparable_by": ("vung",)}),
        }
    )
    third = open_round(
        actor=world.people["office"],
        now=NOW,
        new=new_round([unit.id for unit in units_of_province("49", IN_2024)][:3], "Ba xã", NOW + timedelta(days=9)),
    )
    rows = db.session.scalars(select(Assessment).where(Assessment.round_id == round_of(third))).all()
    rows[0].dimensions = {"vung": "mien-nui"}
    db.session.flush()
    blocks = scored(third, criteria, ScoringContext())
    assert sorted(len(block.ids) for block in blocks) == [1, 2]
    assert sorted(ranks_in(criteria, blocks).values()) == [1, 1, 1]
    assert ranks_in(CRITERIA, scored(third)) == {}, "a set without points ranks nobody"
    db.session.rollback()


def test_a_large_round_comes_in_blocks_of_bounded_size_and_loses_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = [unit.id for unit in units_of_province("49", IN_2024)][:7]
    many = open_round(actor=world.people["office"], now=NOW, new=new_round(units, "Bảy xã", NOW + timedelta(days=9)))
    monkeypatch.setattr(columns, "_AT_ONCE", 2)
    monkeypatch.setattr(columns, "_BLOCK", 3)
    blocks = scored(many)
    assert [len(block.ids) for block in blocks] == [4, 3]
    assert len({number for block in blocks for number in block.ids}) == 7


def test_a_round_without_dossiers_has_no_scores(world: World) -> None:
    assert tuple(score_round(db.session(), 0, CRITERIA, CONTEXT)) == ()


def test_rows_are_written_a_chunk_at_a_time_and_what_was_written_stays(world: World) -> None:
    numbers = [number for block in scored(world.round_key) for number in block.ids]

    def write(session: Session, chunk: Sequence[int]) -> None:
        if numbers[1] in chunk:
            raise RuntimeError
        session.get_one(Assessment, chunk[0]).invalid_count = 7

    with pytest.raises(RuntimeError):
        write_in_chunks(numbers, write, size=1)
    db.session.rollback()
    assert [db.session.get_one(Assessment, number).invalid_count for number in numbers] == [7, 0]


def test_a_chunk_is_a_thousand_and_nothing_is_no_chunk(world: World) -> None:
    sizes: list[int] = []
    assert write_in_chunks(range(2001), lambda _session, chunk: sizes.append(len(chunk))) == 3
    assert sizes == [CHUNK, CHUNK, 1]
    assert write_in_chunks([], lambda _session, _chunk: sizes.append(0)) == 0
