"""Take the pictures of README.md: ``make screenshots``. Needs Chromium and the packages for tests.

- ``python deploy/screenshots.py``: start a demo of its own in a temporary folder, walk, take pictures, end it
- ``python deploy/screenshots.py --url http://127.0.0.1:8000 --data-dir instance``: walk through a demo that runs
  already; this answers, sends, decides and publishes there, so the dossier of xã Quế Phú must be untouched

The walk is the one that README.md tells: a commune answers, is returned one indicator, fixes it, is decided, published.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pikepdf
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
LARGEST_BYTES = 150 * 1024
WIDE, PHONE = (1280, 800), (360, 740)
STARTS_WITHIN_SECONDS = 120

COMMUNE = "Xã Quế Phú"
OFFICIAL = "congchuc.quephu@minhhoa.invalid"
CHAIR = "chutich.quephu@minhhoa.invalid"
APPRAISER = "thamdinh@minhhoa.invalid"
OFFICE = "dieuphoi@minhhoa.invalid"
INDICATORS = ("8.1", "8.2", "8.3", "8.4", "8.5", "15.1", "15.2")
RETURNED = "8.2"
# What the commune types; an indicator that is not here is answered "Có".
PROVIDER = "Doanh nghiệp viễn thông trên địa bàn"
TYPED = {
    "8.2": (("tu-so", "2.998"), ("mau-so", "3.500"), ("tinh-den", "31/12/2024"), ("noi-cung-cap", PROVIDER)),
    "15.1": tuple(
        (f"{what}-{part}", number)
        for what, *both in (("may-tinh", "5", "5"), ("chu-ky-so", "2", "2"), ("chung-thuc", "60", "1.000"))
        for part, number in zip(("tu-so", "mau-so"), both, strict=True)
    ),
}
CHOSEN = {"8.2": (), "15.1": ("trang-thiet-bi", "bao-cao")}


def main() -> int:
    """Walk through a demo, given or own, and write the pictures; 1 when one is too large to be committed."""
    parser = argparse.ArgumentParser(description="Pictures of README.md from a demo.")
    parser.add_argument("--url", help="address of a running demo; without it one is started and ended")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "instance", help="its data folder (passwords)")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Không có Chromium. Cài bằng: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    running = contextlib.nullcontext((options.url, options.data_dir)) if options.url else own_demo()
    with running as (url, data), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        Walk(browser, url, data).everything()
        browser.close()
    large = [path.name for path in sorted(PICTURES.glob("*.png")) if path.stat().st_size > LARGEST_BYTES]
    print(f"Quá nặng: {', '.join(large)}" if large else f"Ảnh ở {PICTURES.relative_to(ROOT)}/")
    return 1 if large else 0


@contextlib.contextmanager
def own_demo() -> Iterator[tuple[str, Path]]:
    """A demo on a free port with its data in a temporary folder; ended and removed afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="ruraldx-screenshots-") as folder:
        # Settings of this machine are not what the pictures show.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RURALDX_")}
        environment |= {"HOST": "127.0.0.1", "PORT": str(port), "RURALDX_DATA_DIR": folder}
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "deploy" / "serve.py")], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}", Path(folder)
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the demo answers; end the program when it does not come up."""
    for _ in range(STARTS_WITHIN_SECONDS * 5):
        with contextlib.suppress(OSError), urlopen(f"{url}/readyz", timeout=2):
            return
        if server.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit("Bản minh họa không khởi động được; thử `make serve` để xem lỗi.")


class Walk:
    """The people of the demo at their browsers."""

    def __init__(self, browser: Browser, url: str, data: Path) -> None:
        accounts = json.loads((data / "demo-accounts.json").read_text(encoding="utf-8"))
        self.passwords = {account["email"]: account["password"] for account in accounts}
        self.browser, self.url = browser, url

    def everything(self) -> None:
        """From the first answer to the map."""
        official, phone = self._person(OFFICIAL), self._person(OFFICIAL, PHONE)
        self._answer(official, phone)
        chair = self._person(CHAIR)
        self._sign(chair, "kiem-tra-va-gui")
        appraiser = self._person(APPRAISER)
        self._appraise(appraiser)
        self._fix(official)
        chair.goto("/viec-cua-toi")
        self._sign(chair)
        self._decide(appraiser)
        office = self._person(OFFICE)
        open_dossier(office)
        office.get_by_role("button", name="Công bố kết quả").click()
        expect(office.get_by_text("Đã công bố. Kết quả hiển thị")).to_be_visible()
        self._look_as_a_visitor()

    def _person(self, email: str = "", size: tuple[int, int] = WIDE) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN", base_url=self.url, color_scheme="light"
        )
        page = context.new_page()
        if email:
            page.goto("/dang-nhap")
            page.get_by_label("Thư điện tử").fill(email)
            page.get_by_label("Mật khẩu").fill(self.passwords[email])
            page.get_by_role("button", name="Đăng nhập").click()
            page.wait_for_url("**/viec-cua-toi")
        return page

    def _answer(self, page: Page, phone: Page) -> None:
        open_dossier(page)
        if page.get_by_text("Đã điền 0 trên").count() == 0:
            sys.exit("Hồ sơ của xã Quế Phú đã có số liệu: hãy dùng một bản minh họa mới.")
        for code in INDICATORS:
            if code == "8.5":
                page.reload()
                shoot(page, "danh-sach-chi-tieu")
            page.get_by_role("link", name=code).first.click()
            page.wait_for_selector("html[data-autosave=ready]")
            answer(page, code)
            if code == RETURNED:
                shoot(page, "chi-tieu-8-2", "#ke-khai")
                phone.goto(page.url)
                shoot(phone, "dien-thoai-chi-tieu", "#ke-khai")
            attach(page, code)
            page.get_by_role("link", name="Danh sách chỉ tiêu").click()
        page.get_by_role("link", name="Kiểm tra và gửi").click()
        page.get_by_role("button", name="Trình ký").click()

    def _sign(self, page: Page, picture: str = "") -> None:
        open_dossier(page)
        page.get_by_role("link", name="Kiểm tra và gửi").click()
        if picture:
            shoot(page, picture, "section.card-block:nth-last-of-type(2)")
        page.get_by_label("Mật khẩu của bạn").fill(self.passwords[CHAIR])
        page.get_by_role("button", name="Ký duyệt và gửi").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")

    def _appraise(self, page: Page) -> None:
        receive(page)
        page.get_by_role("link", name=INDICATORS[0]).first.click()
        for code in INDICATORS:
            expect(page.get_by_role("heading", level=1)).to_contain_text(code)
            if code == RETURNED:
                judge(page, "Trả lại để xã bổ sung", "Đề nghị bổ sung bảng tổng hợp theo thôn và kiểm tra lại tử số.")
            else:
                judge(page, "Đạt", "Đã đối chiếu minh chứng với số liệu của ngành.")
        page.get_by_role("button", name="Trả lại các chỉ tiêu đã chọn").click()
        expect(page.get_by_text("Đã trả lại. Xã chỉ sửa được")).to_be_visible()

    def _fix(self, page: Page) -> None:
        page.goto("/viec-cua-toi")
        open_dossier(page)
        page.get_by_role("link", name=RETURNED).first.click()
        page.wait_for_selector("html[data-autosave=ready]")
        type_into(page, "tu-so", "2.995")
        type_into(page, "giai-trinh", "Đã rà soát theo thôn: tử số đúng là 2.995.")
        page.get_by_role("link", name="Danh sách chỉ tiêu").click()
        page.get_by_role("link", name="Kiểm tra và gửi").click()
        page.get_by_role("button", name="Trình ký").click()
        expect(page.get_by_text("Đã trình ký.")).to_be_visible()

    def _decide(self, page: Page) -> None:
        receive(page)
        page.get_by_role("link", name=RETURNED).first.click()
        page.get_by_label("Đạt", exact=True).check()
        shoot(page, "tham-dinh-chi-tieu", ".side-by-side")
        judge(page, "Đạt", "Đã bổ sung đầy đủ, số liệu khớp.")
        page.goto("/tham-dinh")
        open_dossier(page)
        page.get_by_label("Số quyết định").fill("01/QĐ-MH")
        page.get_by_label("Ngày quyết định").fill(time.strftime("%d/%m/%Y", time.gmtime()))
        page.get_by_label("Người ký").fill("Người ký (minh họa)")
        page.get_by_role("button", name="Ghi nhận quyết định").click()
        expect(page.get_by_text("Đã ghi nhận quyết định.")).to_be_visible()

    def _look_as_a_visitor(self) -> None:
        for size, picture in ((WIDE, "ban-do"), (PHONE, "dien-thoai-ban-do")):
            page = self._person(size=size)
            page.goto("/ban-do")
            page.wait_for_selector(".map-live")
            shoot(page, picture, "h1" if size is WIDE else "[data-map-frame]")
        page = self._person()
        page.goto("/")
        page.locator("main").get_by_role("link", name=COMMUNE).first.click()
        page.get_by_text("Vì sao?").nth(1).click()
        shoot(page, "ket-qua-cong-bo", "article")


def open_dossier(page: Page) -> None:
    """Open the dossier of the commune from a list of dossiers."""
    page.locator("main").get_by_role("link", name=COMMUNE).first.click()


def receive(page: Page) -> None:
    """Take the dossier into appraisal."""
    page.goto("/tham-dinh")
    open_dossier(page)
    page.get_by_role("button", name="Tiếp nhận thẩm định").click()


def judge(page: Page, verdict: str, reason: str) -> None:
    """Record a verdict with its reason."""
    page.get_by_label(verdict, exact=True).check()
    page.get_by_label("Lý do").fill(reason)
    page.get_by_role("button", name="Ghi nhận định").click()


def answer(page: Page, code: str) -> None:
    """Fill one indicator and see that every field says it is saved."""
    for field, text in TYPED.get(code, ()):
        type_into(page, field, text)
    for field in CHOSEN.get(code, ("ket-qua",)):
        page.locator(f"input[name={field}][value=co]").check()
        expect(page.locator(f"[data-field={field}] [data-state]")).to_contain_text("Đã lưu lúc")


def type_into(page: Page, field: str, text: str) -> None:
    """Type as a person does, leave the field, wait for the word that it is saved."""
    box = page.locator(f"[name={field}]")
    box.fill(text)
    box.blur()
    expect(page.locator(f"[data-field={field}] [data-state]")).to_contain_text("Đã lưu lúc")


def attach(page: Page, code: str) -> None:
    """Attach a small PDF of its own to an indicator."""
    page.get_by_text("Đính kèm minh chứng", exact=True).click()
    name, summary = f"minh-chung-{code}.pdf", f"Minh chứng chỉ tiêu {code}"
    page.get_by_label("Tệp minh chứng").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": small_pdf(code)}
    )
    page.get_by_label("Trích yếu").fill(summary)
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.get_by_role("link", name=summary)).to_be_visible()


def small_pdf(title: str) -> bytes:
    """An empty page; the title makes it another file than its neighbours."""
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = title
        document.save(buffer)
    return buffer.getvalue()


def shoot(page: Page, name: str, start_at: str = "body") -> None:
    """Write one screen, from an element on."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur()")
    page.locator(start_at).first.evaluate("it => scrollTo(0, it.getBoundingClientRect().top + scrollY - 16)")
    page.wait_for_timeout(300)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        # The 256 colours that cover most: a third of the size, and the colours of the legend stay true.
        few = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(PICTURES / f"{name}.png", optimize=True)
    print(f"  {name}.png")


if __name__ == "__main__":
    raise SystemExit(main())
