"""The same pages for everybody: without scripts, on paper, in the dark, on a small phone, in English, by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, expect

from tests.e2e.conftest import SHARED, Person, Server

pytestmark = pytest.mark.browser

OFFICIAL = "congchuc.quephu@minhhoa.invalid"
APPRAISER = "thamdinh@minhhoa.invalid"
PUBLIC = ("/", "/ban-do", "/mo-hinh", "/tim-kiem?q=que+phu", "/xa/20650", "/tro-giup", "/gioi-thieu", "/dang-nhap")


@pytest.fixture
def context(chromium: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser with the options of the test."""
    opened = chromium.new_context(base_url=server.url, locale="vi-VN", **getattr(request, "param", {}))
    yield opened
    opened.close()


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_map_is_a_picture_with_its_tables(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/ban-do?xa=que+phu")
    picture = page.locator("[data-map-picture]")
    expect(picture).to_be_visible()
    assert picture.bounding_box()["height"] > 200  # type: ignore[index]
    expect(page.locator(".map-canvas")).to_be_hidden()
    expect(page.get_by_role("row", name="Xã Xuân Phú").first).to_be_visible()
    page.get_by_label("Tên xã").fill("Nông Sơn")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_role("row", name="Xã Nông Sơn").first).to_be_visible()


def test_when_a_feed_cannot_be_had_the_picture_comes_back_and_says_why(context: BrowserContext) -> None:
    page = context.new_page()
    page.route("**/ban-do/lop/mo-hinh.json*", lambda route: route.abort())
    page.goto("/ban-do")
    expect(page.get_by_text("Chưa tải được bản đồ tương tác")).to_be_visible()
    expect(page.locator("[data-map-picture]")).to_be_visible()
    expect(page.locator(".map-canvas")).to_be_hidden()


def test_on_paper_the_map_is_the_picture_and_the_reasons_are_open(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/ban-do")
    page.wait_for_selector(".map-canvas[data-pilots='10']")
    page.emulate_media(media="print")
    expect(page.locator("[data-map-picture]")).to_be_visible()
    expect(page.locator(".map-canvas")).to_be_hidden()
    expect(page.locator(".site-nav")).to_be_hidden()
    # A closed table is printed open: paper has nothing to press.
    row = page.get_by_role("row", name="Xã Xuân Phú", include_hidden=True).first
    assert row.bounding_box()["height"] > 0  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_in_the_dark_and_in_the_light_every_page_can_be_read(chromium: Browser, server: Server, scheme: str) -> None:
    person = Person(chromium, server, 1280)
    person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for number, path in enumerate(PUBLIC):
        person.page.goto(path)
        person.look(f"40-{scheme}-{number}")
    person.sign_in(OFFICIAL)
    person.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    person.look(f"41-{scheme}-ho-so")
    person.page.get_by_role("link", name="8.2", exact=False).first.click()
    person.page.wait_for_selector("html[data-autosave=ready]")
    person.page.locator("input[name=tu-so]").fill("88,7,1")
    person.page.locator("input[name=tu-so]").blur()
    expect(person.page.locator("[data-field=tu-so] [data-state]")).to_contain_text("Cần sửa")
    person.look(f"42-{scheme}-chi-tieu")


@pytest.mark.parametrize("context", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_at_320_pixels_nothing_scrolls_sideways(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    wide = {}
    for path in PUBLIC:
        page.goto(path)
        wide[path] = sideways(page)
    page.get_by_label("Thư điện tử").fill(APPRAISER)
    page.get_by_label("Mật khẩu").fill(server.passwords[APPRAISER])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/viec-cua-toi")
    page.goto("/tham-dinh?trang-thai=")
    wide["/tham-dinh"] = sideways(page)
    page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    wide["overview"] = sideways(page)
    page.get_by_role("link", name="15.1", exact=False).first.click()
    wide["indicator"] = sideways(page)
    assert {path: pixels for path, pixels in wide.items() if pixels > 0} == {}


def test_in_english_pages_are_english_and_accessible(chromium: Browser, server: Server) -> None:
    person = Person(chromium, server, 1280)
    person.page.goto("/")
    person.page.get_by_role("button", name="English").click()
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    for number, path in enumerate(PUBLIC):
        person.page.goto(path)
        person.look(f"43-english-{number}")


def test_by_keyboard_one_gets_past_the_menu_and_to_a_pilot_on_the_map(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/ban-do?xa=que+phu")
    page.wait_for_selector(".map-canvas[data-pilots='1']")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Bỏ qua menu, đến nội dung")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    marker = page.locator(".map-marker[role=button]")
    for _ in range(40):
        page.keyboard.press("Tab")
        if marker.evaluate("(node) => node === document.activeElement"):
            break
    expect(marker).to_be_focused()
    assert "Xã nông thôn mới thông minh Quế Phú" in (marker.get_attribute("aria-label") or "")
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content a")).to_have_text("Xã nông thôn mới thông minh Quế Phú")


def test_without_boundaries_a_pilot_does_not_cover_the_result_of_its_commune(
    context: BrowserContext, server: Server
) -> None:
    shutil.rmtree(server.settings.data_dir / "packs", ignore_errors=True)
    page = context.new_page()
    page.goto("/ban-do?xa=que+phu")
    page.wait_for_selector(".map-canvas[data-pilots='1']")
    pilot = page.locator(".map-marker[role=button]").bounding_box()
    communes = [box for box in (item.bounding_box() for item in page.locator(".map-marker:not([role])").all()) if box]
    assert pilot
    assert len(communes) == 2
    assert [box for box in communes if overlap(box, pilot)] == []
    nearest = min(abs(box["x"] - pilot["x"]) + abs(box["y"] - pilot["y"]) for box in communes)
    assert nearest < 60, "it stands beside its commune"


def overlap(one: FloatRect, other: FloatRect) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    return across and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="no boundaries to bring in")
def test_the_fine_boundaries_come_only_for_a_close_look(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/ban-do")
    page.wait_for_selector(".map-canvas[data-communes='94']")
    packs = [url.rpartition("/")[2] for url in asked if "/ban-do/goi/" in url]
    assert [name.partition("-")[0] for name in packs] == ["overview"]
    zoom_in = page.locator(".leaflet-control-zoom-in")
    for _ in range(4):
        zoom_in.click()
        page.wait_for_timeout(400)
    page.wait_for_selector(".map-canvas[data-geometry='close']")
    assert any("/ban-do/goi/communes-" in url for url in asked)
