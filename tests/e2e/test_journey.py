"""The main job, end to end, as people do it: answer, send, return, fix, decide, publish, see it on the map."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Person, Server

pytestmark = pytest.mark.browser

OFFICIAL = "congchuc.quephu@minhhoa.invalid"
CHAIR = "chutich.quephu@minhhoa.invalid"
APPRAISER = "thamdinh@minhhoa.invalid"
OFFICE = "dieuphoi@minhhoa.invalid"
INDICATORS = ("8.1", "8.2", "8.3", "8.4", "8.5", "15.1", "15.2")


def make_pdf(path: Path, pages: int = 1) -> Path:
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(path)
    return path


def answer_everything(person: Person, folder: Path) -> None:
    page = person.page
    page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("xã Quế Phú")
    person.look("02-danh-sach-chi-tieu")
    for number, code in enumerate(INDICATORS):
        page.get_by_role("link", name=code, exact=False).first.click()
        page.wait_for_selector("html[data-autosave=ready]")
        fill(person, code)
        attach(person, make_pdf(folder / f"minh-chung-{number}.pdf"), f"Minh chứng chỉ tiêu {code}")
        if code in ("8.2", "15.1"):
            person.look(f"03-chi-tieu-{code}")
        page.get_by_role("link", name="Danh sách chỉ tiêu").click()


def fill(person: Person, code: str) -> None:
    page = person.page
    if code == "8.2":
        numerator = page.get_by_label("Số người trong độ tuổi lao động có thuê bao điện thoại thông minh")
        numerator.fill("88,7,1")
        numerator.blur()
        expect(page.locator("[data-field=tu-so] [data-state]")).to_contain_text("Cần sửa")
        numerator.fill("2.998")
        numerator.blur()
        expect(page.locator("[data-field=tu-so] [data-state]")).to_contain_text("Đã lưu lúc")
        for label, value in (
            ("Số người trong độ tuổi lao động của xã", "3500"),
            ("Số liệu tính đến ngày", "31/12/2024"),
            ("Đơn vị cung cấp số liệu", "Doanh nghiệp viễn thông trên địa bàn"),
            ("Tỷ lệ đã công bố", "86"),
        ):
            page.get_by_label(label).fill(value)
            page.get_by_label(label).blur()
        expect(page.locator("[data-field=ty-le-cong-bo] [data-state]")).to_contain_text("Đã lưu lúc")
    elif code == "15.1":
        for name in ("trang-thiet-bi", "bao-cao"):
            page.locator(f"input[name={name}][value=co]").check()
        for name, value in (
            ("may-tinh-tu-so", "5"),
            ("may-tinh-mau-so", "5"),
            ("chu-ky-so-tu-so", "2"),
            ("chu-ky-so-mau-so", "2"),
            ("chung-thuc-tu-so", "60"),
            ("chung-thuc-mau-so", "1000"),
        ):
            page.locator(f"input[name={name}]").fill(value)
        page.get_by_role("button", name="Lưu", exact=True).click()
        expect(page.get_by_text("Đã lưu chỉ tiêu 15.1.")).to_be_visible()
    else:
        page.locator("input[name=ket-qua][value=co]").check()
        expect(page.locator("[data-field=ket-qua] [data-state]")).to_contain_text("Đã lưu lúc")


def attach(person: Person, file: Path, summary: str) -> None:
    page = person.page
    page.get_by_text("Đính kèm minh chứng", exact=True).click()
    page.get_by_label("Tệp minh chứng").set_input_files(file)
    page.get_by_label("Trích yếu").fill(summary)
    page.get_by_label("Số, ký hiệu").fill("12/BC-UBND")
    page.get_by_label("Ngày ban hành").fill("15/01/2025")
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.get_by_role("link", name=summary)).to_be_visible()


def sign_and_send(person: Person) -> None:
    page = person.page
    page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    page.get_by_role("link", name="Kiểm tra và gửi").click()
    person.look("05-kiem-tra-truoc-khi-gui")
    page.get_by_label("Mật khẩu của bạn").fill(person.server.passwords[CHAIR])
    page.get_by_role("button", name="Ký duyệt và gửi").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
    expect(page.locator(".hash").first).to_have_text(page.locator(".hash").first.inner_text())
    person.look("06-bien-nhan")


def appraise(person: Person, returned: str | None) -> None:
    page = person.page
    page.get_by_role("link", name="8.1", exact=False).first.click()
    for code in INDICATORS:
        expect(page.get_by_role("heading", level=1)).to_contain_text(code)
        if code == "8.2":
            person.look("08-tham-dinh-chi-tieu")
        if code == returned:
            page.get_by_label("Trả lại để xã bổ sung").check()
            page.get_by_label("Lý do").fill("Đề nghị bổ sung bảng tổng hợp theo thôn và kiểm tra lại tử số.")
        else:
            page.get_by_label("Đạt", exact=True).check()
            page.get_by_label("Lý do").fill("Đã đối chiếu minh chứng với số liệu của ngành.")
        page.get_by_role("button", name="Ghi nhận định").click()


def test_a_commune_answers_is_returned_once_decided_published_and_seen_on_the_map(
    chromium: Browser, server: Server, width: int, tmp_path: Path
) -> None:
    official = Person(chromium, server, width)
    official.page.goto("/")
    official.look("00-trang-chu")
    official.sign_in(OFFICIAL)
    official.look("01-viec-cua-toi")
    answer_everything(official, tmp_path)
    official.page.get_by_role("link", name="Kiểm tra và gửi").click()
    official.look("04-kiem-tra")
    official.page.get_by_role("button", name="Trình ký").click()
    expect(official.page.get_by_text("Đã trình ký.")).to_be_visible()

    chair = Person(chromium, server, width)
    chair.sign_in(CHAIR)
    sign_and_send(chair)

    appraiser = Person(chromium, server, width)
    appraiser.sign_in(APPRAISER)
    appraiser.page.goto("/tham-dinh")
    appraiser.look("07-hang-cho")
    appraiser.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    appraiser.page.get_by_role("button", name="Tiếp nhận thẩm định").click()
    appraise(appraiser, returned="8.2")
    appraiser.look("09-bang-tham-dinh")
    appraiser.page.get_by_role("button", name="Trả lại các chỉ tiêu đã chọn").click()
    expect(appraiser.page.get_by_text("Trả lại bổ sung").first).to_be_visible()

    official.page.goto("/viec-cua-toi")
    official.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    official.look("10-bi-tra-lai")
    official.page.get_by_role("link", name="8.2", exact=False).first.click()
    official.page.wait_for_selector("html[data-autosave=ready]")
    official.page.locator("input[name=tu-so]").fill("2998")
    official.page.locator("input[name=tu-so]").blur()
    official.page.locator("textarea[name=giai-trinh]").fill("Đã bổ sung bảng tổng hợp theo thôn.")
    official.page.locator("textarea[name=giai-trinh]").blur()
    expect(official.page.locator("[data-field=giai-trinh] [data-state]")).to_contain_text("Đã lưu lúc")
    official.page.get_by_role("link", name="Danh sách chỉ tiêu").click()
    expect(official.page.get_by_text("Đã sửa").first).to_be_visible()
    official.page.get_by_role("link", name="Kiểm tra và gửi").click()
    official.page.get_by_role("button", name="Trình ký").click()

    chair.page.goto("/viec-cua-toi")
    sign_and_send(chair)

    appraiser.page.goto("/tham-dinh")
    appraiser.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    appraiser.page.get_by_role("button", name="Tiếp nhận thẩm định").click()
    appraiser.page.get_by_role("link", name="8.2", exact=False).first.click()
    expect(appraiser.page.get_by_role("heading", name="Đã thay đổi so với lần gửi trước")).to_be_visible()
    appraiser.look("11-da-sua")
    appraiser.page.get_by_label("Đạt", exact=True).check()
    appraiser.page.get_by_label("Lý do").fill("Đã bổ sung đầy đủ.")
    appraiser.page.get_by_role("button", name="Ghi nhận định").click()
    appraiser.page.goto("/tham-dinh")
    appraiser.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    appraiser.page.get_by_label("Số quyết định").fill("01/QĐ-MH")
    appraiser.page.get_by_label("Ngày quyết định").fill("20/11/2026")
    appraiser.page.get_by_label("Người ký").fill("Người ký (minh họa)")
    appraiser.look("12-quyet-dinh")
    appraiser.page.get_by_role("button", name="Ghi nhận quyết định").click()
    expect(appraiser.page.get_by_text("Đã ghi nhận quyết định.")).to_be_visible()

    office = Person(chromium, server, width)
    office.sign_in(OFFICE)
    office.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    office.page.get_by_role("button", name="Công bố kết quả").click()
    expect(office.page.get_by_text("Đã công bố. Kết quả hiển thị")).to_be_visible()
    office.look("13-da-cong-bo")

    visitor = Person(chromium, server, width)
    visitor.page.goto("/")
    visitor.page.locator("main").get_by_role("link", name="Xã Quế Phú").first.click()
    expect(visitor.page.get_by_text("01/QĐ-MH").first).to_be_visible()
    visitor.look("14-trang-xa-cu")
    visitor.page.goto("/xa/20650")
    expect(visitor.page.get_by_text("Kết quả này của xã Quế Phú")).to_be_visible()
    visitor.look("15-trang-xa-nay")
    visitor.page.goto("/ban-do")
    visitor.page.wait_for_selector(".map-canvas[data-pilots='10']")
    expect(visitor.page.locator(".legend")).to_contain_text("Xã cũ đạt: 1")
    visitor.look("16-ban-do")
    visitor.page.goto("/ban-do?xa=que+phu")
    expect(visitor.page.get_by_role("row", name="Xã Xuân Phú").first).to_be_visible()
    visitor.look("17-ban-do-loc")
    visitor.page.goto("/mo-hinh")
    visitor.look("18-mo-hinh")
    visitor.page.get_by_role("link", name="Xã nông thôn mới thông minh Quế Phú").click()
    visitor.look("19-trang-mo-hinh")
    for name, address in (
        ("20-tim-kiem", "/tim-kiem?q=que+phu"),
        ("21-tro-giup", "/tro-giup"),
        ("22-gioi-thieu", "/gioi-thieu"),
        ("23-thanh-phan", "/thanh-phan"),
        ("24-dang-nhap", "/dang-nhap"),
    ):
        visitor.page.goto(address)
        visitor.look(name)
