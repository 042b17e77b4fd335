"""A commune sees what is still missing, where, and by when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from ruraldx.assessments import presenting
from ruraldx.assessments.operations import sending
from ruraldx.assessments.queries.records import timeline
from ruraldx.web.filters import day, time_left
from tests.world import World, full_answers


def states(world: World) -> dict[str, str]:
    return {row.view.indicator.code: str(row.state) for row in presenting.task_rows(world.dossier("official"))}


def test_an_indicator_says_what_it_lacks_until_nothing_is_missing(world: World) -> None:
    assert states(world)["8.1"] == "Chưa bắt đầu"
    world.answer("8.2", {"tu-so": "5"})
    assert states(world)["8.2"] == "Đang làm (1/4)"
    world.answer("8.1", full_answers("8.1"))
    assert states(world)["8.1"] == "Thiếu minh chứng"
    world.answer("8.1", {"giai-trinh": "Đang xin xác nhận."})
    assert states(world)["8.1"] == "Đã điền đủ", "an explanation stands for evidence"
    world.answer("8.3", full_answers("8.3"))
    world.attach("8.3")
    assert states(world)["8.3"] == "Đã điền đủ"
    world.answer("8.2", {"mau-so": "mười"})
    assert states(world)["8.2"] == "Có ô cần sửa"
    left = {row.view.indicator.code for row in presenting.unfinished(world.dossier("official"))}
    assert left == {"8.2", "8.4", "8.5", "15.1", "15.2"}


def test_the_chairpersons_words_are_shown_until_the_official_asks_again(world: World) -> None:
    world.to("complete")

    def words() -> str | None:
        found = presenting.hand_back_of(timeline(world.dossier("official")))
        return str(found.details["reason"]) if found else None

    assert words() is None
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    sending.hand_back(actor=world.people["chair"], now=world.later(), key=world.key, reason="Xem lại số liệu 8.2")
    assert words() == "Xem lại số liệu 8.2"
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    assert words() is None


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3), "còn 3 ngày"),
        (timedelta(hours=2), "hết hạn hôm nay"),
        (timedelta(hours=-2), "vừa quá hạn hôm nay"),
        (timedelta(days=-2), "quá hạn 2 ngày"),
    ],
)
def test_a_deadline_says_how_long_is_left_in_days_of_vietnam(left: timedelta, words: str) -> None:
    # Noon in Vietnam.
    with time_machine.travel(datetime(2026, 11, 25, 5, tzinfo=UTC), tick=False):
        assert str(time_left(datetime.now(UTC) + left)) == words


def test_an_instant_is_shown_as_the_day_it_falls_on_in_vietnam() -> None:
    assert day(datetime(2026, 11, 24, 18, 30, tzinfo=UTC)) == "25/11/2026"
