"""What a weak line, an ended session, a colleague and the back button must not take away from what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.conftest import Person, Server

pytestmark = pytest.mark.browser

OFFICIAL = "congchuc.quephu@minhhoa.invalid"
COLLEAGUE = "congchuc2.quephu@minhhoa.invalid"
# What Chromium writes when a request is cut or refused: meant here, not a fault of the page.
EXPECTED = {"Failed to load resource", "net::ERR"}


def at_8_2(chromium: Browser, server: Server, email: str) -> Person:
    person = Person(chromium, server, 1280)
    person.expected |= EXPECTED
    person.sign_in(email)
    person.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    person.page.get_by_role("link", name="8.2", exact=False).first.click()
    ready(person.page)
    return person


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-autosave=ready]")


def numerator(page: Page) -> Locator:
    return page.locator("input[name=tu-so]")


def state(page: Page, field: str = "tu-so") -> Locator:
    return page.locator(f"[data-field={field}] [data-state]")


def type_in(page: Page, text: str) -> None:
    numerator(page).fill(text)
    numerator(page).blur()


def test_a_text_typed_while_the_line_is_cut_survives_a_reload_and_is_sent_later(
    chromium: Browser, server: Server
) -> None:
    page = at_8_2(chromium, server, OFFICIAL).page

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/luu", cut)
    type_in(page, "2.998")
    expect(state(page)).to_contain_text("Đã lưu trên máy này, chờ gửi")
    page.reload()
    ready(page)
    expect(numerator(page)).to_have_value("2.998")
    expect(state(page)).to_contain_text("Đã lưu trên máy này, chờ gửi")
    page.unroute("**/luu", cut)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(state(page)).to_contain_text("Đã lưu lúc")
    page.reload()
    ready(page)
    expect(numerator(page)).to_have_value("2.998")


def test_a_session_that_ended_keeps_the_text_here_and_sends_it_after_signing_in_again(
    chromium: Browser, server: Server
) -> None:
    person = at_8_2(chromium, server, OFFICIAL)
    page = person.page
    person.context.clear_cookies()
    type_in(page, "3.001")
    expect(state(page)).to_contain_text("Phiên đăng nhập đã hết")
    other = person.context.new_page()
    other.goto("/dang-nhap")
    other.get_by_label("Thư điện tử").fill(OFFICIAL)
    other.get_by_label("Mật khẩu").fill(server.passwords[OFFICIAL])
    other.get_by_role("button", name="Đăng nhập").click()
    other.wait_for_url("**/viec-cua-toi")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(state(page)).to_contain_text("Đã lưu lúc")


def test_two_editors_of_one_field_see_both_texts_and_choose(chromium: Browser, server: Server) -> None:
    first = at_8_2(chromium, server, OFFICIAL)
    second = at_8_2(chromium, server, COLLEAGUE)
    type_in(first.page, "100")
    expect(state(first.page)).to_contain_text("Đã lưu lúc")
    type_in(second.page, "200")
    panel = second.page.locator(".collision")
    expect(panel).to_contain_text("Nội dung của họ: 100")
    expect(panel).to_contain_text("Nội dung của bạn: 200")
    expect(numerator(second.page)).to_have_value("200")
    second.look("30-hai-nguoi-mot-o")
    second.page.get_by_role("button", name="Giữ của tôi").click()
    expect(state(second.page)).to_contain_text("Đã lưu lúc")
    first.page.reload()
    expect(numerator(first.page)).to_have_value("200")


def test_the_back_button_shows_what_is_saved_and_saving_again_loses_nothing(chromium: Browser, server: Server) -> None:
    page = at_8_2(chromium, server, OFFICIAL).page
    expect(page.locator("[data-why-old]")).to_be_hidden()
    type_in(page, "1.500")
    expect(state(page)).to_contain_text("Đã lưu lúc")
    # What was computed before is not passed off as the result of what has just been saved.
    expect(page.locator("[data-why-old]")).to_be_visible()
    page.get_by_role("link", name="Danh sách chỉ tiêu").click()
    page.go_back()
    ready(page)
    type_in(page, "1.600")
    expect(state(page)).to_contain_text("Đã lưu lúc")
    expect(page.locator(".collision")).to_have_count(0)


def test_what_was_typed_before_the_script_came_is_saved_when_it_comes(chromium: Browser, server: Server) -> None:
    person = at_8_2(chromium, server, OFFICIAL)
    page = person.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/autosave.js*", hold)
    page.reload(wait_until="commit")
    numerator(page).wait_for()
    type_in(page, "2.345")
    assert len(held) == 1
    held[0].continue_()
    ready(page)
    expect(state(page)).to_contain_text("Đã lưu lúc")


def test_signing_out_clears_what_this_computer_kept(chromium: Browser, server: Server) -> None:
    page = at_8_2(chromium, server, OFFICIAL).page
    page.route("**/luu", lambda route: route.abort())
    type_in(page, "77")
    expect(state(page)).to_contain_text("Đã lưu trên máy này")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/")
    kept = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert kept == []
