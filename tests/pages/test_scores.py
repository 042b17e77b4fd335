"""Pages on results: what is missing, another set, ranks; and the notice of a stale result."""

from __future__ import annotations

import csv
import io

import pytest

from ruraldx.assessments.operations import appraisal
from ruraldx.assessments.operations.answers import FieldInput, save_answers
from ruraldx.assessments.operations.cohorts import freeze_cohort
from ruraldx.assessments.operations.recompute import recompute
from ruraldx.catalog.loader import load_shipped
from ruraldx.criteria_sets.operations.versions import register_version
from ruraldx.database import unit_of_work
from tests.pages.conftest import Site
from tests.pages.test_budgets import statements
from tests.work.points import both_sent, fill, open_pointed, pointed
from tests.world import SET, World, full_answers


def ready(world: World) -> None:
    """A round with ranks: Quế Phú has a quarter of the best."""
    key = both_sent(world)
    freeze_cohort(actor=world.people["office"], now=world.later(), round_key=key)
    recompute(now=world.later(), round_key=key)


def other_set(world: World) -> None:
    with unit_of_work() as session:
        register_version(session, pointed(number=2, title="Bộ đã sửa đổi"), world.later())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_commune_sees_what_is_missing_and_what_it_brings(site: Site, language: str) -> None:
    site.do(open_pointed)
    site.do(lambda world: fill(world, "khong", "5"))
    client = site.client("official", language)
    page = client.get_page(f"/ho-so/{site.world.key}")
    words = "Còn thiếu gì" if language == "vi" else "What is missing"
    page = client.get_page(page.link(words))
    assert page.title.startswith(words)
    assert "+10,00" in page.visible
    assert ("Cần đáp ứng: Có không." if language == "vi" else "To be met: Có không.") in page.visible
    waits = "Chờ Hội đồng hoặc người thẩm định" if language == "vi" else "Waits for the council or the appraiser"
    assert waits in page.visible


def test_without_points_the_page_says_how_many_are_lacking_and_that_it_is_only_possible(site: Site) -> None:
    site.do(lambda world: world.answer("8.2", {**full_answers("8.2"), "tu-so": "100"}))
    page = site.client("official").get_page(f"/ho-so/{site.world.key}/con-thieu")
    assert "cần thêm" in page.visible
    assert "ngưỡng hoặc nội dung chưa kiểm chứng" in page.visible
    assert "Kê khai:" in page.visible


def test_when_nothing_is_missing_the_page_says_so(site: Site) -> None:
    site.do(ready)
    page = site.client("neighbour").get_page(f"/ho-so/{site.world.neighbour_key}/con-thieu")
    assert "Không còn thiếu gì" in page.visible


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_province_tries_another_version_and_sees_what_flips(site: Site, language: str) -> None:
    site.do(ready)
    client = site.client("appraiser", language)
    words = "Thử với bộ khác" if language == "vi" else "Try another set"
    page = client.get_page(client.get_page(f"/tham-dinh/{site.world.key}").link(words))
    name = f"{SET}@{load_shipped()[SET].number}"
    assert any(name in option.attrib["value"] for option in page.all("option")), page.visible
    site.do(other_set)
    address = f"/tham-dinh/{site.world.key}/thu-bo-khac?bo="
    same = client.get_page(f"{address}bo-diem@2")
    assert ("Không có chỉ tiêu nào thay đổi" if language == "vi" else "No indicator changes") in same.visible
    page = client.get_page(f"{address}{name}")
    assert ("Không còn" if language == "vi" else "Gone") in page.visible
    assert ("Có thêm" if language == "vi" else "New") in page.visible


def test_with_one_version_only_there_is_nothing_to_try(site: Site) -> None:
    page = site.client("office").get_page(f"/tham-dinh/{site.world.key}/thu-bo-khac?bo=khong-co@1")
    assert "Chưa có phiên bản nào khác" in page.visible


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_office_sees_ranks_and_takes_them_along(site: Site, language: str) -> None:
    site.do(ready)
    client = site.client("office", language)
    page = client.get_page(f"/ky/{site.world.round_key}/xep-hang")
    rows = [" ".join("".join(cell.itertext()).split()) for cell in page.all("tr")]
    assert "Đại Thắng" in rows[1]
    assert "Quế Phú" in rows[2]
    assert "Nhóm 1" in page.visible
    got = client.flask.get(page.link("CSV"))
    assert got.mimetype == "text/csv"
    lines = list(csv.DictReader(io.StringIO(got.text.removeprefix("\ufeff"))))
    assert [(line["hang"], line["ten"], line["diem"]) for line in lines] == [
        ("1", "Xã Đại Thắng", "20"),
        ("2", "Xã Quế Phú", "12,5"),
    ]


def test_the_queue_leads_to_the_ranks_of_its_rounds(site: Site) -> None:
    page = site.client("office").get_page("/tham-dinh?trang-thai=")
    assert f"/ky/{site.world.round_key}/xep-hang" in page.links()


def test_who_is_not_in_the_table_is_named_with_the_reason(site: Site) -> None:
    site.do(both_sent)
    client = site.client("office")
    page = client.get_page(f"/ky/{site.world.round_key}/xep-hang")
    assert "Còn chỉ tiêu chưa có điểm." in page.visible
    assert "Còn chỉ tiêu chưa có điểm." in client.flask.get(page.link("CSV")).text


def test_a_set_that_knows_no_ranks_says_so(site: Site) -> None:
    page = site.client("office").get_page(f"/ky/{site.world.round_key}/xep-hang?buoc=self")
    assert "không quy định xếp hạng" in page.visible


def return_and_change(world: World) -> None:
    world.to("received")
    world.appraise({"8.2": "return"})
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    change = [FieldInput("tu-so", "2.000", 1)]
    save_answers(actor=world.people["official"], now=world.later(), key=world.key, indicator="8.2", inputs=change)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_stored_result_that_is_stale_says_so_on_both_sides(site: Site, language: str) -> None:
    site.do(return_and_change)
    words = "số liệu đã khác" if language == "vi" else "the figures are others"
    for who, path in (("official", f"/ho-so/{site.world.key}"), ("appraiser", f"/tham-dinh/{site.world.key}")):
        page = site.client(who, language).get_page(path)
        assert sum(words in notice for notice in page.notices) == 2, page.notices


def test_a_result_that_is_not_stale_says_nothing(site: Site) -> None:
    site.do(lambda world: world.to("sent"))
    assert site.client("official").get_page(f"/ho-so/{site.world.key}").notices == []


def test_what_is_missing_makes_as_many_statements_empty_and_filled(site: Site) -> None:
    client = site.client("official")
    path = f"/ho-so/{site.world.key}/con-thieu"
    before = statements(site, client, path)
    site.do(lambda world: world.complete())
    assert statements(site, client, path) == before
