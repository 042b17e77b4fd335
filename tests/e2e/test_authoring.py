"""An administrator writes a set in Excel, publishes it, amends it; a round is scored with it and scored again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect

from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.catalog.sheets import to_workbook
from ruraldx.criteria_sets.queries import set_named
from ruraldx.database import db, utc_now
from ruraldx.places.queries import communes_named, get_unit
from tests.e2e.conftest import Person, Server
from tests.pages.test_points import points_set

ADMIN = "quantri@minhhoa.invalid"
OFFICE = "dieuphoi@minhhoa.invalid"
OFFICIAL = "congchuc.xuanphu@minhhoa.invalid"
DAY = date(2026, 1, 1)
AMENDMENT = """\
code: sua-diem
number: 1
base_code: diem-kiem-thu
base_number: 1
document: {key: sua, number: "", agency: Cơ quan kiểm thử, title: Văn bản sửa đổi kiểm thử, text_seen: true}
effective_from: 2026-01-01
verification: text_seen
source: Dữ liệu kiểm thử
operations:
  - {kind: set, node: "1.2", field: rule.bands, old: [{below: 4, points: 0}, {at_least: 4, points: 30}],
     new: [{below: 2, points: 0}, {at_least: 2, points: 30}]}
"""


def open_with_the_new_set(server: Server) -> None:
    """The coordination office opens a round for xã Xuân Phú with what was just published."""
    with server.app.app_context():
        office = principal_of(OFFICE, utc_now())
        assert office is not None
        unit = communes_named("Xuân Phú", "48", DAY)[0].id
        new = NewRound(
            title="Kỳ thử bộ mới",
            province_id=get_unit("48", DAY, "province").id,
            criteria=set_named("diem-kiem-thu"),
            period_from=DAY,
            period_to=date(2026, 6, 30),
            due_at=datetime.now(UTC) + timedelta(days=30),
            units=[unit],
        )
        open_round(actor=office, now=utc_now(), new=replace(new, is_demo=True))
        db.session.remove()
        db.engine.dispose()


def test_a_set_comes_from_excel_is_published_amended_and_a_round_is_scored_again(
    chromium: Browser, server: Server, tmp_path: Path, width: int
) -> None:
    workbook = tmp_path / "diem-kiem-thu.xlsx"
    workbook.write_bytes(to_workbook(points_set()))

    admin = Person(chromium, server, width)
    admin.sign_in(ADMIN)
    admin.page.goto("/quan-tri/bo-tieu-chi")
    admin.look("30-soan-bo-tieu-chi")
    admin.page.locator("input[type=file]").set_input_files(workbook)
    upload = admin.page.locator("form", has=admin.page.get_by_role("button", name="Tải lên"))
    upload.get_by_role("combobox").select_option(label="Cả nước")
    upload.get_by_role("button", name="Tải lên").click()
    expect(admin.page.get_by_text("Bản thảo không còn lỗi")).to_be_visible()
    admin.look("31-ban-thao")
    admin.page.get_by_role("link", name="Xem trước").click()
    admin.look("32-xem-truoc")
    admin.page.go_back()
    admin.page.get_by_role("link", name="Công bố…").click()
    admin.look("33-cong-bo-bo")
    admin.page.get_by_role("button", name="Công bố phiên bản này").click()
    expect(admin.page.get_by_role("heading", level=1)).to_contain_text("Bộ")
    admin.look("34-bo-da-cong-bo")

    open_with_the_new_set(server)
    official = Person(chromium, server, width)
    official.sign_in(OFFICIAL)
    official.page.locator("main").get_by_role("link", name="Kỳ thử bộ mới").or_(
        official.page.locator("main tr", has_text="Kỳ thử bộ mới").get_by_role("link")
    ).first.click()
    official.look("35-ho-so-diem")
    official.page.get_by_role("link", name="1.2", exact=False).first.click()
    official.page.get_by_label("Số cuộc họp").fill("3")
    official.page.get_by_role("button", name="Lưu", exact=True).click()
    official.page.get_by_text("Vì sao có kết quả này?").click()
    expect(official.page.get_by_text("3 cuộc thuộc khung từ 0 đến dưới 4: 0 điểm.")).to_be_visible()
    official.look("36-chi-tieu-diem")

    admin.page.goto("/quan-tri/bo-tieu-chi/diem-kiem-thu/1/sua-doi")
    admin.page.locator("textarea").fill(AMENDMENT)
    admin.page.get_by_role("button", name="Kiểm tra").click()
    expect(admin.page.get_by_text("Văn bản sửa đổi khớp với phiên bản này.")).to_be_visible()
    admin.look("37-van-ban-sua-doi")
    admin.page.get_by_role("button", name="Công bố văn bản sửa đổi").click()
    admin.page.goto("/bo-tieu-chi/diem-kiem-thu/1")
    admin.look("38-bo-da-sua-doi")

    office = Person(chromium, server, width)
    office.sign_in(OFFICE)
    office.page.goto("/tham-dinh?trang-thai=")
    row = office.page.locator("main tr", has_text="Kỳ thử bộ mới")
    row.get_by_role("link", name="Xã Xuân Phú").click()
    office.page.get_by_role("link", name="Thử với bộ khác").click()
    office.page.get_by_label("Bộ tiêu chí", exact=True).select_option("diem-kiem-thu@1")
    office.page.get_by_role("button", name="Tính thử").click()
    expect(office.page.locator("main")).to_contain_text("30")
    office.look("39-tinh-lai")
    visitor = Person(chromium, server, width)
    visitor.page.goto("/phuong-phap")
    visitor.look("40-phuong-phap")
    visitor.page.goto("/bo-tieu-chi")
    visitor.look("41-bo-tieu-chi")
