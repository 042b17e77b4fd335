"""A dossier on points: choices, measures and bands are answered, added up, taken or refused by the appraiser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ruraldx.assessments.operations import appraisal
from ruraldx.assessments.operations.rounds import open_round
from ruraldx.assessments.queries.lists import QueueFilter, queue
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.messages import Invalid
from tests.clock import NOW
from tests.pages.checks import text_of
from tests.pages.client import Page
from tests.pages.conftest import Site
from tests.rules.making import criteria_set, indicator, pass_fail
from tests.world import PASSWORD, World, new_round, unit_id

HEAD = {
    "kind": "choice",
    "question": "Trưởng Ban chỉ đạo là ai",
    "options": [
        {"code": "truong", "label": "Bí thư hoặc Chủ tịch", "fraction": 1},
        {"code": "pho", "label": "Cấp phó", "fraction": "0.5"},
    ],
}
MEETINGS = {
    "kind": "bands",
    "quantity": {"kind": "count", "label": "Số cuộc họp", "unit": "cuộc"},
    "bands": [{"below": 4, "points": 0}, {"at_least": 4, "points": 30}],
}
COUNCIL = {"kind": "council", "question": "Sáng kiến do Hội đồng chấm"}
CLASSES = [
    {"code": "tot", "name": "Tốt", "at_least": 80, "verification": "text_seen", "source": "Nguồn"},
    {"code": "dat", "name": "Đạt chuẩn", "at_least": 50, "verification": "text_seen", "source": "Nguồn"},
]


def said(page: Page) -> str:
    """Everything the page says."""
    return text_of(page.root)


def points_set() -> CriteriaSet:
    leaves = {
        "1.1": (HEAD, 20),
        "1.2": (MEETINGS, 30),
        "1.3": (pass_fail("Có kế hoạch năm"), 40),
        "1.4": (COUNCIL, 10),
    }
    made = [indicator(rule, code=code, max_points=most) for code, (rule, most) in leaves.items()]
    plain = criteria_set({"1": made}, code="diem-kiem-thu", kind="score", total_points=100).model_dump()
    plain["criteria"][0]["max_points"] = 100
    plain["criteria"][0]["name"] = "Nhận thức số"
    return CriteriaSet.model_validate({**plain, "aggregation": {"passes": "not_said", "classes": CLASSES}})


@pytest.fixture
def scored(site: Site) -> Site:
    """The same site, its dossier being the one of Quế Phú in a round on points."""

    def act(world: World) -> None:
        plain = new_round([unit_id("Quế Phú")], "Kỳ chấm điểm", NOW + timedelta(days=30))
        own = {**vars(plain), "criteria": points_set(), "choices": {}, "dimensions": {}}
        key = open_round(actor=world.people["office"], now=world.later(), new=type(plain)(**own))
        (row,) = queue(world.people["office"], QueueFilter(round_key=key)).rows
        world.round_key, world.key = key, row.key

    site.do(act)
    return site


def answered(world: World, *, meetings: str = "4") -> None:
    for code, values in {
        "1.1": {"lua-chon": "pho"},
        "1.2": {"so-luong": meetings},
        "1.3": {"ket-qua": "co"},
        "1.4": {},
    }.items():
        world.answer(code, {**values, "giai-trinh": "Theo báo cáo của xã"})


def received(world: World) -> None:
    answered(world)
    world.send()
    world.receive()


def test_a_choice_is_offered_as_it_stands_in_the_set_and_comes_back_as_chosen(scored: Site) -> None:
    official = scored.client("official")
    address = f"/ho-so/{scored.world.key}/chi-tieu/1.1"
    page = official.get_page(address)
    assert "tối đa" in said(page) or "Điểm tối đa" in said(page)
    assert "Bí thư hoặc Chủ tịch: 20 điểm" in said(page)
    page = official.post_form(page, "/chi-tieu/1.1", {"lua-chon": "pho", "giai-trinh": "Quyết định 1"})
    page = official.get_page(address)
    assert page.value("lua-chon") == "pho"
    assert "10,00 / 20 điểm" in said(page)


def test_a_choice_that_is_not_in_the_set_is_refused_at_its_field(scored: Site) -> None:
    official = scored.client("official")
    page = official.get_page(f"/ho-so/{scored.world.key}/chi-tieu/1.1")
    scored.do(lambda world: world.answer("1.1", {"lua-chon": "khac"}))
    page = official.get_page(page.url)
    assert "Hãy chọn một trong các mức đã nêu." in said(page)


def test_the_dossier_shows_earned_possible_and_what_has_points_yet(scored: Site) -> None:
    official = scored.client("official")
    page = official.get_page(f"/ho-so/{scored.world.key}")
    assert "0 / 100 điểm" in said(page)
    assert "còn 100 điểm chưa có số liệu" in said(page)
    scored.do(answered)
    page = official.get_page(f"/ho-so/{scored.world.key}")
    assert "80,00 / 100 điểm" in said(page)
    assert "còn 10 điểm chưa có số liệu" in said(page)


def test_what_only_a_council_can_give_does_not_stand_in_the_way_of_sending(scored: Site) -> None:
    scored.do(answered)
    scored.do(lambda world: world.send())
    assert "Xã Quế Phú" in said(scored.client("appraiser").get_page("/tham-dinh"))


def test_the_appraiser_takes_the_points_as_computed_without_giving_a_reason(scored: Site) -> None:
    scored.do(received)
    appraiser = scored.client("appraiser")
    page = appraiser.get_page(f"/tham-dinh/{scored.world.key}/chi-tieu/1.1")
    assert "Công nhận điểm" in said(page)
    appraiser.post_form(page, "/chi-tieu/1.1", {"verdict": "scored", "reason": ""})
    page = appraiser.get_page(f"/tham-dinh/{scored.world.key}")
    assert "10,00 / 20 điểm" in said(page)


def test_points_that_are_not_there_cannot_be_taken(scored: Site) -> None:
    scored.do(received)
    appraiser = scored.client("appraiser")
    page = appraiser.get_page(f"/tham-dinh/{scored.world.key}/chi-tieu/1.4")
    page = appraiser.post_form(page, "/chi-tieu/1.4", {"verdict": "scored", "reason": "Chờ"}, 422)
    assert "Chưa tính được điểm từ số liệu này" in said(page)


def test_the_points_of_the_council_are_entered_by_the_appraiser_with_a_reason(scored: Site) -> None:
    scored.do(received)
    appraiser = scored.client("appraiser")
    page = appraiser.get_page(f"/tham-dinh/{scored.world.key}/chi-tieu/1.4")
    given = {"verdict": "scored", "td-diem": "7,5", "reason": "Biên bản Hội đồng"}
    appraiser.post_form(page, "/chi-tieu/1.4", given)
    assert "7,50 / 10 điểm" in said(appraiser.get_page(f"/tham-dinh/{scored.world.key}"))


def test_the_whole_has_a_class_once_everything_was_judged(scored: Site) -> None:
    scored.do(received)
    verdicts = {"1.1": "scored", "1.2": "scored", "1.3": "pass"}

    def judge(world: World, code: str, verdict: str, figures: dict[str, str] | None = None) -> None:
        appraisal.appraise_indicator(
            actor=world.people["appraiser"],
            now=world.later(),
            key=world.key,
            indicator=code,
            verdict=verdict,
            reason="Đã đối chiếu",
            figures=figures,
        )

    for code, verdict in verdicts.items():
        scored.do(lambda world, code=code, verdict=verdict: judge(world, code, verdict))  # type: ignore[misc]
    appraiser = scored.client("appraiser")
    assert "Chưa xếp loại: còn 10 điểm" in said(appraiser.get_page(f"/tham-dinh/{scored.world.key}"))
    scored.do(lambda world: judge(world, "1.4", "scored", {"diem": "5"}))
    page = appraiser.get_page(f"/tham-dinh/{scored.world.key}")
    assert "85,00 / 100 điểm" in said(page)
    assert "Xếp loại: Tốt" in said(page)
    scored.do(lambda world: judge(world, "1.3", "fail"))
    assert "45,00 / 100 điểm" in said(appraiser.get_page(f"/tham-dinh/{scored.world.key}"))


def test_a_verdict_of_the_other_kind_is_refused(scored: Site) -> None:
    scored.do(received)

    def act(world: World) -> None:
        for code, verdict, told in (("1.1", "pass", "Công nhận điểm"), ("1.3", "scored", "Hãy chọn Đạt")):
            with pytest.raises(Invalid, match=told):
                appraisal.appraise_indicator(
                    actor=world.people["appraiser"],
                    now=world.later(),
                    key=world.key,
                    indicator=code,
                    verdict=verdict,
                    reason="Lý do",
                )

    scored.do(act)
    assert "chưa thẩm định" in said(scored.client("appraiser").get_page(f"/tham-dinh/{scored.world.key}"))


def test_a_dossier_on_points_goes_all_the_way_to_the_public(scored: Site) -> None:
    scored.do(received)

    def judge(world: World) -> None:
        figures = {"1.4": {"diem": "5"}}
        for code in ("1.1", "1.2", "1.3", "1.4"):
            appraisal.appraise_indicator(
                actor=world.people["appraiser"],
                now=world.later(),
                key=world.key,
                indicator=code,
                verdict="pass" if code == "1.3" else "scored",
                reason="Đã đối chiếu",
                figures=figures.get(code),
            )
        assert world.decide() == "pass"
        world.publish()

    scored.do(judge)
    page = scored.client().get_page("/xa/20650?ngay=31/12/2024")
    assert "Kỳ chấm điểm" in said(page)
    assert PASSWORD not in said(page)
