"""Hostile and honest files: nothing hostile gets in, nothing honest is turned away."""

from __future__ import annotations

import errno
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from ruraldx.assessments import evidence
from ruraldx.assessments.evidence import Inspected, inspect, safe_name
from ruraldx.assessments.storage import StorageFull, path_of, store
from ruraldx.messages import Invalid
from tests.world import pdf_bytes, picture_bytes

LIMIT = 2_000_000


def look(data: bytes, name: str = "tep.pdf") -> Inspected:
    return inspect(data, name, max_bytes=LIMIT, max_pixels=1_000_000)


def zipped(name: str = "a.txt", body: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, body)
    return buffer.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(buffer)
    return buffer.getvalue()


def script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")


def submit(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="form")
    document.pages[0].AA = pikepdf.Dictionary(O=action)


def carry(document: pikepdf.Pdf) -> None:
    document.attachments["x.exe"] = pikepdf.AttachedFileSpec(document, b"MZ\x90", filename="x.exe")


def no_pages(document: pikepdf.Pdf) -> None:
    del document.pages[0]


def locked() -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer, encryption=pikepdf.Encryption(owner="o", user="u"))
    return buffer.getvalue()


def png_flood() -> bytes:
    """A PNG that claims 30,000 × 30,000 pixels in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 3751 * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "too heavy": lambda: b"%PDF-" + b"0" * LIMIT,
    "plain text": lambda: b"hello",
    "html": lambda: b"<html><script>alert(1)</script></html>",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "xml": lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "program": lambda: b"MZ\x90\0" + b"\0" * 100,
    "elf": lambda: b"\x7fELF" + b"\0" * 100,
    "old office": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "word": lambda: zipped("word/document.xml"),
    "word with macros": lambda: zipped("word/vbaProject.bin"),
    "excel": lambda: zipped("xl/workbook.xml"),
    "zip": zipped,
    "zip bomb": lambda: zipped("a", b"\0" * 20_000_000),
    "gif": lambda: picture_bytes("GIF"),
    "webp": lambda: picture_bytes("WEBP"),
    "tiff": lambda: picture_bytes("TIFF"),
    "bmp": lambda: picture_bytes("BMP"),
    "jpeg and zip": lambda: picture_bytes() + zipped(),
    "png and zip": lambda: picture_bytes("PNG") + zipped(),
    "jpeg and html": lambda: picture_bytes() + b"<html><script>alert(1)</script>",
    "jpeg and pdf": lambda: picture_bytes() + pdf_bytes(),
    "png and program": lambda: picture_bytes("PNG") + b"MZ\x90\0",
    "pdf and zip": lambda: pdf_bytes() + zipped(),
    "pdf and html": lambda: pdf_bytes() + b"<html>",
    "half a jpeg": lambda: picture_bytes(size=(400, 400))[:700],
    "half a png": lambda: picture_bytes("PNG", (400, 400))[:200],
    "only a jpeg head": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "only a pdf head": lambda: b"%PDF-1.7\n%%EOF",
    "half a pdf": lambda: pdf_bytes(20)[:400],
    "pixel flood": png_flood,
    "too many pixels": lambda: picture_bytes("PNG", (2000, 600)),
    "pdf that runs a script": lambda: pdf_with(script),
    "pdf that starts a program": lambda: pdf_with(launch),
    "pdf that sends a form": lambda: pdf_with(submit),
    "pdf with a file inside": lambda: pdf_with(carry),
    "pdf without pages": lambda: pdf_with(no_pages),
    "pdf with a password": locked,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_at_the_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        look(HOSTILE[name]())
    assert refused.value.field == "file"
    assert str(refused.value.message)


def phone_photo() -> bytes:
    """A JPEG with EXIF, a thumbnail, and harmless data behind its end, as phones write them."""
    buffer = io.BytesIO()
    picture = Image.new("RGB", (400, 300), (90, 120, 60))
    exif = picture.getexif()
    exif[0x010F] = "Điện thoại"
    picture.save(buffer, "JPEG", exif=exif, quality=85)
    return buffer.getvalue() + b"MotionPhoto_Data" + b"\0" * 200


def _linear() -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer, linearize=True)
    return buffer.getvalue()


def _saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (200, 100)).save(buffer, kind, **options)
    return buffer.getvalue()


HONEST: dict[str, tuple[Callable[[], bytes], str]] = {
    "pdf": (pdf_bytes, "application/pdf"),
    "long pdf": (lambda: pdf_bytes(60), "application/pdf"),
    "linearised pdf": (_linear, "application/pdf"),
    "jpeg": (picture_bytes, "image/jpeg"),
    "progressive jpeg": (lambda: _saved("JPEG", progressive=True), "image/jpeg"),
    "grey jpeg": (lambda: _saved("JPEG", mode="L"), "image/jpeg"),
    "cmyk jpeg": (lambda: _saved("JPEG", mode="CMYK"), "image/jpeg"),
    "phone photo": (phone_photo, "image/jpeg"),
    "png": (lambda: picture_bytes("PNG"), "image/png"),
    "png with palette": (lambda: _saved("PNG", mode="P"), "image/png"),
    "transparent png": (lambda: _saved("PNG", mode="RGBA"), "image/png"),
    "scan in black and white": (lambda: _saved("PNG", mode="1"), "image/png"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name: str) -> None:
    make, media_type = HONEST[name]
    assert look(make()).media_type == media_type


def test_the_switch_without_the_look_behind_the_picture_the_polyglot_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_check_passengers", lambda _tail: None)
    assert look(HOSTILE["jpeg and zip"]()).media_type == "image/jpeg"


def test_the_switch_without_the_look_at_objects_the_script_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_check_pdf_objects", lambda _document: None)
    assert look(HOSTILE["pdf that runs a script"]()).media_type == "application/pdf"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system32\\x.pdf", "x.pdf"),
        ("ba\u0301o ca\u0301o.pdf", "báo cáo.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("", "minh-chung.pdf"),
        ("...", "minh-chung.pdf"),
        ('"><img src=x>.pdf', "img src=x.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_display_name_is_harmless(typed: str, kept: str) -> None:
    assert safe_name(typed, ".pdf") == kept


@pytest.mark.parametrize("digest", ["", "../x", "A" * 64, "0" * 63, "0" * 63 + "/", "0" * 64 + "/../x"])
def test_only_a_hash_leads_to_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        path_of(tmp_path, digest)


def test_a_file_is_stored_once_and_whole(tmp_path: Path) -> None:
    found = look(pdf_bytes())
    path = store(tmp_path, found.sha256, pdf_bytes())
    assert path.read_bytes() == pdf_bytes()
    assert store(tmp_path, found.sha256, pdf_bytes()) == path
    assert [p.name for p in path.parent.iterdir()] == [found.sha256]


def test_a_full_disk_gives_507_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull) as refused:
        store(tmp_path, "0" * 64, b"abc")
    assert refused.value.status == 507
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
