"""Texts people type, at the operations: what nobody sees is missing, what is stored is one clean line that fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ruraldx.assessments.models import Document, Round
from ruraldx.assessments.operations import sending
from ruraldx.assessments.operations.documents import Inspected, NewDocument, attach_document
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.catalog.loader import load_shipped
from ruraldx.database import read_session
from ruraldx.messages import Invalid
from ruraldx.vietnamese import vietnam_day
from tests.world import IN_2024, SET, World, unit_id

NOTHING_SEEN = "\u200b \u202e\u2066"


def attach(world: World, new: NewDocument) -> Document:
    key = attach_document(
        actor=world.people["official"],
        now=world.later(),
        key=world.key,
        indicator="8.1",
        root=world.root,
        data=b"x",
        inspected=Inspected("application/pdf", "0" * 64, 1, "a.pdf"),
        new=new,
    )
    return read_session().scalars(select(Document).where(Document.key == key)).one()


def a_round(world: World) -> NewRound:
    return NewRound(
        title="Kỳ khác",
        province_id=unit_id(""),
        criteria=load_shipped()[SET],
        period_from=date(2024, 1, 1),
        period_to=IN_2024,
        due_at=world.now + timedelta(days=30),
        units=[unit_id("Cẩm Thanh")],
        choices={"15.1": "hoa-binh"},
        dimensions={unit_id("Cẩm Thanh"): {"vung": "khac"}},
    )


def test_a_summary_nobody_can_see_is_missing(world: World) -> None:
    with pytest.raises(Invalid, match="trích yếu") as refused:
        attach(world, NewDocument(summary=NOTHING_SEEN))
    assert refused.value.field == "summary"


def test_a_title_of_a_round_nobody_can_see_is_missing(world: World) -> None:
    with pytest.raises(Invalid, match="đặt tên") as refused:
        open_round(actor=world.people["office"], now=world.later(), new=replace(a_round(world), title=NOTHING_SEEN))
    assert refused.value.field == "title"


def test_a_reason_nobody_can_see_is_missing(world: World) -> None:
    world.complete()
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    with pytest.raises(Invalid, match="lý do") as refused:
        sending.hand_back(actor=world.people["chair"], now=world.later(), key=world.key, reason=NOTHING_SEEN)
    assert refused.value.field == "reason"


def test_texts_of_one_line_are_stored_without_what_hides_or_turns_them(world: World) -> None:
    row = attach(world, NewDocument(number="1\u200b/BC", agency="UBND\nxã", summary="Báo \u202ecáo", page="tr.\t2"))
    assert (row.number, row.agency, row.summary, row.page) == ("1/BC", "UBND xã", "Báo cáo", "tr. 2")
    new = replace(a_round(world), title="Kỳ\r\nnăm\u202e 2024")
    key = open_round(actor=world.people["office"], now=world.later(), new=new)
    assert read_session().scalars(select(Round.title).where(Round.key == key)).one() == "Kỳ năm 2024"


@pytest.mark.parametrize(("field", "longest"), [("number", 100), ("agency", 200), ("summary", 500), ("page", 100)])
def test_a_text_too_long_for_its_place_is_refused_there_and_not_cut(world: World, field: str, longest: int) -> None:
    fits = attach(world, replace(NewDocument(summary="Báo cáo"), **{field: "\u0958" * (longest // 2)}))
    assert len(getattr(fits, field)) == longest
    with pytest.raises(Invalid, match=f"dài quá {longest} ký tự") as refused:
        attach(world, replace(NewDocument(summary="Báo cáo"), **{field: "\u0958" * (longest // 2 + 1)}))
    assert refused.value.field == field


def test_a_document_is_not_issued_after_today_in_vietnam(world: World) -> None:
    today = vietnam_day(world.now)
    assert attach(world, NewDocument(summary="Báo cáo", issued_on=today)).issued_on == today
    with pytest.raises(Invalid, match="sau hôm nay") as refused:
        attach(world, NewDocument(summary="Báo cáo", issued_on=today + timedelta(days=1)))
    assert refused.value.field == "issued_on"


def test_a_title_of_a_round_fits_its_place(world: World) -> None:
    with pytest.raises(Invalid, match="dài quá 300 ký tự") as refused:
        open_round(actor=world.people["office"], now=world.later(), new=replace(a_round(world), title="a" * 301))
    assert refused.value.field == "title"
