"""GET forms take anything; what they do not know filters nothing and shows as not chosen. And filters of templates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from ruraldx.messages import Message
from ruraldx.web import filters
from tests.clock import NOW
from tests.pages.conftest import Site
from tests.pages.test_budgets import fill_the_province
from tests.pages.test_journey import add_a_pilot

NONSENSE = [
    "x",
    "%01",
    "%EF%BF%BE",
    "0",
    "-1",
    "'--",
    "${1}",
    "<b>",
    "🙂",
    "a" * 5000,
    "%00",
    "draft' OR '1'='1",
    "\u202e",
]
FORMS = {
    "/mo-hinh": ("loai", "linh-vuc", "trang-thai"),
    "/ban-do": ("loai", "linh-vuc", "trang-thai"),
    "/tham-dinh": ("ky",),
}


@pytest.mark.parametrize("path", FORMS)
def test_a_value_that_no_list_offers_filters_nothing(site: Site, path: str) -> None:
    site.do(add_a_pilot)
    client = site.client("office")
    for name in FORMS[path]:
        everything = client.get_page(path)
        for value in NONSENSE:
            page = client.get_page(f"{path}?{name}={value}")
            assert page.value(name) == ""
            assert len(page.all("tr")) == len(everything.all("tr")), (name, value)


TEXTS = ("/mo-hinh?xa", "/ban-do?xa", "/tham-dinh?xa", "/tim-kiem?q", "/tham-dinh?cua-toi", "/tham-dinh?trang-thai")


@pytest.mark.parametrize("path", [f"{path}=" for path in TEXTS])
def test_any_text_may_be_asked_for(site: Site, path: str) -> None:
    client = site.client("office")
    for value in (*NONSENSE, "", " ", "Quế Phú", "%F0", "%ED%A0%80", "_", "\\"):
        assert client.get_page(path + value).status == 200


def test_a_filter_that_is_known_filters_and_stays_chosen(site: Site) -> None:
    site.do(add_a_pilot)
    client = site.client()
    page = client.get_page("/mo-hinh?linh-vuc=chuyen-doi-so&trang-thai=under_review")
    assert page.value("linh-vuc") == "chuyen-doi-so"
    assert page.value("trang-thai") == "under_review"
    assert len(page.all("tr")) == 2
    assert "Không có mô hình nào khớp" in client.get_page("/mo-hinh?xa=khongcoxanay").visible


@pytest.mark.parametrize("number", ["0", "-1", "abc", "", "1e9", "1.0", "²", "999999", "9" * 5000, "%00"])
def test_what_is_no_page_number_is_the_first_page(site: Site, number: str) -> None:
    site.do(fill_the_province)
    client = site.client("appraiser")
    page = client.get_page(f"/tham-dinh?trang-thai=&trang={number}")
    assert "Trang 1 trên 2" in page.visible


def test_beyond_the_last_page_is_the_last(site: Site) -> None:
    site.do(fill_the_province)
    client = site.client("appraiser")
    page = client.get_page("/tham-dinh?trang-thai=&trang=99999")
    assert "Trang 2 trên 2" in page.visible
    before = client.get_page(page.link("Trang trước"))
    assert "Trang 1 trên 2" in before.visible
    assert client.get_page(before.link("Trang sau")).url.endswith("trang=2")


@pytest.mark.parametrize("day", ["x", "31/02/2024", "2024-12-31", "1", "31/12/99999", "0/0/0000", "hôm nay"])
def test_a_day_that_cannot_be_read_is_explained(site: Site, day: str) -> None:
    if day == "2024-12-31":
        answer = site.client().flask.get(f"/xa/20650?ngay={day}")
        assert (answer.status_code, "ngày/tháng/năm" in answer.text) == (400, True)
        return
    page = site.client().get_page(f"/xa/20650?ngay={day}", 400)
    assert page.h1 == "Yêu cầu không hợp lệ"
    assert "ngày" in page.visible


def test_a_day_shows_the_commune_of_that_day_or_none(site: Site) -> None:
    client = site.client()
    assert client.get_page("/xa/20650?ngay=").h1 == "Xã Xuân Phú"
    assert client.get_page("/xa/20650?ngay=30/06/2025").status == 200
    assert client.get_page("/xa/20650?ngay=%00").h1 == "Xã Xuân Phú", "as if nothing were asked"
    assert client.get_page("/xa/99999?ngay=30/06/2025", 404).h1 == "Không tìm thấy trang"


def test_an_unknown_language_is_refused_and_a_foreign_way_back_is_not_taken(site: Site) -> None:
    client = site.client()
    token = client.get_page("/").token
    client.send("/ngon-ngu", {"ngon-ngu": "fr"}, 400, token=token)
    page = client.send("/ngon-ngu", {"ngon-ngu": "en", "tiep": "https://evil.invalid/"}, 200, token=token)
    assert (page.lang, page.url) == ("en", "/")


def test_changing_the_language_comes_back_to_the_page_with_its_filters(site: Site) -> None:
    client = site.client()
    page = client.get_page("/mo-hinh?xa=que+phu")
    page = client.post_form(page, "/ngon-ngu", {"ngon-ngu": "en"})
    assert (page.lang, page.value("xa")) == ("en", "que phu")


def test_templates_write_dates_numbers_and_sizes_as_vietnamese_readers_do() -> None:
    assert (filters.day(date(2026, 1, 2)), filters.day(None)) == ("02/01/2026", "–")
    assert (filters.day_time(NOW), filters.day_time(None), filters.time_of_day(NOW)) == (
        "24/11/2026 09:00", "–", "09:00",
    )  # fmt: skip
    assert (filters.number(Decimal("1234.5")), filters.number(1234), filters.number(None)) == ("1.234,5", "1.234", "–")
    assert (filters.percent(Decimal("88.70")), filters.percent(None)) == ("88,70\u00a0%", "–")
    assert [filters.size(n) for n in (0, 1, 1024, 1_048_575, 1_048_576, 1_572_864)] == [
        "1 KB", "1 KB", "1 KB", "1024 KB", "1,0 MB", "1,5 MB",
    ]  # fmt: skip
    assert filters.inside_sentence("Xã Quế Phú") == "xã Quế Phú"
    assert filters.message("văn bản") == "văn bản"


def test_a_message_is_shown_in_the_language_of_the_request(site: Site) -> None:
    with site.app.test_request_context("/"):
        assert filters.message(Message("Trang sau")) == "Trang sau"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (24 * 3, "còn 3 ngày"),
        (12, "hết hạn hôm nay"),
        (16, "còn 1 ngày"),
        (-1, "vừa quá hạn hôm nay"),
        (-10, "quá hạn 1 ngày"),
        (-24 * 5, "quá hạn 5 ngày"),
    ],
)
def test_the_time_left_is_counted_in_days_of_vietnam(hours: int, words: str) -> None:
    """It is nine in the morning in Vietnam."""
    with time_machine.travel(NOW, tick=False):
        assert str(filters.time_left(NOW + timedelta(hours=hours))) == words
