"""Files over the web: what is wrong is said at the field, everything else typed stays, nothing half is kept."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from ruraldx.app import create_app
from ruraldx.config import Settings
from ruraldx.database import db
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.world import pdf_bytes, picture_bytes

TYPED = {"summary": "Báo cáo năm", "number": "12/BC", "issued_on": "15/11/2024", "agency": "UBND xã", "page": "tr. 2"}


def office_file(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *names):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def address(site: Site) -> str:
    return f"/ho-so/{site.world.key}/chi-tieu/8.2"


def attach(client: PageClient, path: str, file: Any, status: int = 422, **typed: str) -> Page:
    values: dict[str, Any] = {**TYPED, **typed}
    if file is not None:
        values["file"] = (io.BytesIO(file[0]), file[1])
    return client.post_form(client.get_page(path), "/minh-chung", values, status)


def kept(site: Site) -> tuple[int, int]:
    """Rows and files of evidence."""
    with site.app.app_context():
        rows = db.session.execute(text("SELECT count(*) FROM document")).scalar_one()
        db.session.remove()
    return rows, sum(1 for path in (site.world.root / "evidence").rglob("*") if path.is_file())


FILES = {
    "empty": (b"", "a.pdf", "Tệp rỗng"),
    "word": (office_file(), "a.docx", "PDF, JPEG hoặc PNG"),
    "word with macros, renamed": (office_file("word/vbaProject.bin"), "a.pdf", "PDF, JPEG hoặc PNG"),
    "old word, renamed": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.jpg", "PDF, JPEG hoặc PNG"),
    "a page": (b"<html><script>alert(1)</script>", "a.png", "PDF, JPEG hoặc PNG"),
    "a picture with an archive": (picture_bytes("PNG") + office_file(), "a.png", "dữ liệu lạ"),
    "a document with an archive": (pdf_bytes() + office_file(), "a.pdf", "dữ liệu lạ"),
    "a picture with a program": (picture_bytes() + b"MZ\x90\0", "a.jpg", "dữ liệu lạ"),
    "a broken picture": (picture_bytes("PNG")[:60], "a.png", "bị hỏng"),
    "a broken document": (b"%PDF-1.7\nno objects", "a.pdf", "bị hỏng"),
}


@pytest.mark.parametrize(("data", "name", "told"), FILES.values(), ids=FILES)
def test_a_wrong_file_is_explained_and_what_was_typed_stays(site: Site, data: bytes, name: str, told: str) -> None:
    page = attach(site.client("official"), address(site), (data, name))
    assert told in page.complaint("file")
    assert {field: page.value(field) for field in TYPED} == TYPED
    assert kept(site) == (0, 0)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("summary", "", "Hãy ghi trích yếu"),
        ("summary", "   ", "Hãy ghi trích yếu"),
        ("summary", "\u200b\u202e", "Hãy ghi trích yếu"),
        ("summary", "a" * 501, "dài quá 500 ký tự"),
        ("number", "1" * 101, "dài quá 100 ký tự"),
        ("issued_on", "31/12/2100", "sau hôm nay"),
        ("agency", "a" * 100_000, "dài quá 200 ký tự"),
        ("issued_on", "31/02/2024", "Không có ngày"),
        ("issued_on", "hôm qua", "ngày/tháng/năm"),
    ],
)
def test_a_wrong_field_beside_a_good_file_is_explained(site: Site, field: str, value: str, told: str) -> None:
    page = attach(site.client("official"), address(site), (pdf_bytes(), "a.pdf"), **{field: value})
    assert told in page.complaint(field)
    assert page.value(field) == value
    assert kept(site) == (0, 0)


@pytest.mark.parametrize("field", ["number", "summary", "agency", "page"])
def test_the_length_of_a_text_is_that_of_what_is_stored(site: Site, field: str) -> None:
    page = attach(site.client("official"), address(site), (pdf_bytes(), "a.pdf"), **{field: "\u0958" * 300})
    assert "dài quá" in page.complaint(field)
    page = attach(site.client("official"), address(site), (pdf_bytes(), "a.pdf"), 200, **{field: "a\u0323" * 100})
    assert kept(site) == (1, 1)


def test_a_form_without_a_file_says_which_files_are_taken(site: Site) -> None:
    client = site.client("official")
    page = attach(client, address(site), None)
    assert "PDF, JPEG hoặc PNG" in page.complaint("file")
    page = client.send(f"{address(site)}/minh-chung", {**TYPED, "file": "không phải tệp"}, 422)
    assert "PDF, JPEG hoặc PNG" in page.complaint("file")


def test_the_same_file_twice_is_named(site: Site) -> None:
    client, data = site.client("official"), pdf_bytes()
    attach(client, address(site), (data, "một.pdf"), 200)
    page = attach(client, address(site), (data, "hai.pdf"))
    assert "một.pdf" in page.complaint("file")
    assert kept(site) == (1, 1)


def test_an_empty_date_and_the_rest_are_optional(site: Site) -> None:
    page = attach(site.client("official"), address(site), (pdf_bytes(), "a.pdf"), 200, issued_on=" ", number="")
    assert "Đã đính kèm minh chứng." in " ".join(page.notices)


def test_evidence_can_be_taken_off_while_the_indicator_is_open(site: Site) -> None:
    client = site.client("official")
    page = attach(client, address(site), (pdf_bytes(), "a.pdf"), 200)
    link = next(link for link in page.links() if "/minh-chung/" in link)
    page = client.post_form(page, f"{link}/go")
    assert "Chưa có minh chứng" in page.visible
    client.send(f"{link}/go", {}, 404)


def test_evidence_stays_on_a_dossier_that_is_closed(site: Site) -> None:
    client = site.client("official")
    page = attach(client, address(site), (pdf_bytes(), "a.pdf"), 200)
    link = next(link for link in page.links() if "/minh-chung/" in link)
    site.do(lambda world: world.to("sent"))
    assert "khóa" in " ".join(client.send(f"{link}/go", {}, 200).notices)
    page = client.send(f"{address(site)}/minh-chung", {**TYPED, "file": (io.BytesIO(picture_bytes()), "a.jpg")}, 409)
    assert "khóa" in page.visible
    assert "Báo cáo năm" in page.visible
    assert client.flask.get(link, buffered=True).status_code == 200


def test_a_file_is_an_attachment_in_a_sandbox_and_a_lost_one_says_so(site: Site) -> None:
    client, data = site.client("official"), pdf_bytes()
    page = attach(client, address(site), (data, "Báo cáo.pdf"), 200)
    link = next(link for link in page.links() if "/minh-chung/" in link)
    answer = client.flask.get(link, buffered=True)
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    (path,) = [path for path in (site.world.root / "evidence").rglob("*") if path.is_file()]
    path.unlink()
    assert "không còn trên máy chủ" in client.get_page(link, 404).visible


def test_a_full_disk_is_told_and_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    client = site.client("official")
    monkeypatch.setattr(os, "replace", full)
    page = attach(client, address(site), (pdf_bytes(), "a.pdf"), 507)
    assert page.h1 == "Máy chủ hết chỗ chứa"
    monkeypatch.undo()
    assert kept(site) == (0, 0)


# Sizes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """An application that takes one megabyte."""
    app = create_app(settings.model_copy(update={"max_upload_mb": 1}))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_file_over_the_limit_is_refused_at_its_field_with_the_limit(site: Site) -> None:
    page = attach(site.client("official"), address(site), (pdf_bytes() + b" " * 1_100_000, "a.pdf"), 413)
    assert "hơn 1 MB" in page.complaint("file")
    assert page.value("summary") == "Báo cáo năm"
    assert kept(site) == (0, 0)


def test_a_request_that_is_too_large_as_a_whole_is_told_the_limit(site: Site) -> None:
    page = attach(site.client("official"), address(site), (pdf_bytes() + b" " * 3_000_000, "a.pdf"), 413)
    assert page.h1 == "Nội dung gửi lên quá lớn"
    assert "nhiều nhất 2 MB" in page.visible
    assert page.headers["X-Request-ID"] in page.visible
    assert kept(site) == (0, 0)
    english = attach(site.client("official", "en"), address(site), (b" " * 3_000_000, "a.pdf"), 413)
    assert "At most 2 MB" in english.visible


def test_a_form_with_too_many_parts_is_told_how_many_are_taken(site: Site) -> None:
    data: dict[str, Any] = {f"o-{number}": "1" for number in range(600)}
    data["file"] = (io.BytesIO(b"x"), "a.pdf")
    page = site.client("official").send(f"{address(site)}/minh-chung", data, 413)
    assert "500 ô" in page.visible


def test_scripts_are_told_in_their_own_way(site: Site) -> None:
    client = site.client("official")
    answer = client.send_json(f"{address(site)}/luu", b'"' + b"a" * 3_000_000 + b'"')
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"
    assert "2 MB" in answer.json["detail"]
