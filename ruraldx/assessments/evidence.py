"""Look inside an uploaded file before it is believed: signature *and* structure, sizes, hidden passengers.

PDF, JPEG and PNG only. Type sniffers call a picture with a ZIP behind it "jpeg" and a macro document "docx"
(measured, safety.md), so the structure is walked here as well.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import warnings
from typing import Final

import pikepdf
import puremagic
from PIL import Image

from ruraldx.assessments.operations.documents import Inspected
from ruraldx.assessments.pdf_ends import hides_something
from ruraldx.assessments.pdf_links import is_harmless
from ruraldx.assessments.picture_ends import after_picture
from ruraldx.messages import Invalid, Message
from ruraldx.vietnamese import nfc

LONGEST_NAME = 120
EXTENSIONS: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
# A picture with several pictures inside (depth, HDR of newer phones) is called MPO; it is a JPEG all the same.
_PICTURES: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
# What must not ride behind a picture or a PDF: archives, programs, pages, another document. Each is long enough that
# the film which phones put behind a photo (megabytes of noise) does not hold it by chance.
_PASSENGERS: Final = re.compile(
    rb"PK\x03\x04[\x00-\x3f]\x00..[\x00-\x63]\x00|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|%PDF-\d|\x7fELF[\x01\x02][\x01\x02]\x01"
    rb"|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|(?i:<(?:html|script|svg|iframe|body)[\s>/]|<!doctype|<\?(?:php|xml)\s)",
    re.DOTALL,
)
_PASSENGER_STARTS: Final = (b"MZ", b"#!", b"\x1f\x8b\x08", b"PK")
_DEVICES: Final = re.compile(r"(?i:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\.|$)")
DEEPEST: Final = 60
# Keys and actions of a PDF that run, fetch, send or carry something when it is opened or clicked.
_PDF_KEYS: Final = {"/JS", "/JavaScript", "/RichMedia", "/EF", "/XFA"}
_PDF_KINDS: Final = ("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/PS")
_PDF_ACTIONS: Final = (
    "/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/RichMedia", "/GoToR", "/GoToE", "/Rendition",
    "/Movie", "/Sound",
)  # fmt: skip
# Names of files elsewhere. A name in words under one of these keys is a file; a number or a font is not.
_PDF_FILES: Final = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
# A few kilobytes can inflate to gigabytes (measured: 0.6 MB took 1 GB). One stream of objects is some hundred KB in
# honest files, all of them a few MB; each revision of a file has one cross-reference stream.
_STREAM_LIMIT: Final = 16 * 1024 * 1024
_OBJECTS_LIMIT: Final = 64 * 1024 * 1024
_REVISIONS: Final = 200
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_STREAM_LIMIT,
    run_length_max_memory=_STREAM_LIMIT,
    png_max_memory=_STREAM_LIMIT,
    tiff_max_memory=_STREAM_LIMIT,
)


def inspect(data: bytes, filename: str, *, max_bytes: int, max_pixels: int) -> Inspected:
    """Check a file. Raises Invalid at field ``file`` with what to do instead."""
    if not data:
        raise _refuse(Message("Tệp rỗng. Hãy chọn lại tệp."))
    if len(data) > max_bytes:
        raise Invalid(
            Message(
                "Tệp nặng hơn %(limit)s MB. Hãy quét ở độ phân giải thấp hơn hoặc tách thành nhiều tệp.",
                limit=max_bytes // (1024 * 1024),
            ),
            field="file",
            status=413,
        )
    media_type = _sniff(data)
    if media_type == "application/pdf":
        _check_pdf(data)
    else:
        _check_picture(data, media_type, max_pixels)
    name = safe_name(filename, EXTENSIONS[media_type])
    return Inspected(media_type, hashlib.sha256(data).hexdigest(), len(data), name)


def safe_name(filename: str, extension: str) -> str:
    """A display name: the last path part, NFC, without control, bidi or reserved characters."""
    last = nfc(filename).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        character
        for character in last
        if unicodedata.category(character) not in ("Zl", "Zp")
        and unicodedata.category(character)[0] != "C"
        and character not in '<>:"|?*'
    ).strip(" .")
    stem = kept[: -len(extension)] if kept.casefold().endswith(extension) else kept.rpartition(".")[0] or kept
    stem = stem.strip(" .")[:LONGEST_NAME]
    # On Windows a file of the name of a device cannot be saved.
    return f"{'_' if _DEVICES.match(stem) else ''}{stem or 'minh-chung'}{extension}"


_STRANGE: Final = Message("Tệp PDF có cấu trúc bất thường. Hãy in lại ra PDF rồi tải lên.")
_PASSENGER: Final = Message("Tệp có dữ liệu lạ gắn phía sau. Hãy mở và lưu lại tệp rồi tải lên.")


def _refuse(message: Message) -> Invalid:
    return Invalid(message, field="file")


def _sniff(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "image/jpeg" if data[0] == 0xFF else "image/png"
    raise _refuse(
        Message("Chỉ nhận tệp PDF, JPEG hoặc PNG; tệp này là %(kind)s. Hãy xuất ra PDF rồi tải lên.", kind=_kind(data))
    )


def _kind(data: bytes) -> str:
    try:
        return puremagic.from_string(data[:4096]).lstrip(".") or "?"
    except puremagic.PureError:
        return "?"


def _check_pdf(data: bytes) -> None:
    if data.count(b"/XRef") > _REVISIONS:
        raise _refuse(_STRANGE)
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if len(document.pages) == 0:
                raise _refuse(Message("Tệp PDF không có trang nào."))
            _check_pdf_streams(document)
            _check_pdf_objects(document)
    except pikepdf.PasswordError as error:
        raise _refuse(Message("Tệp PDF có mật khẩu. Hãy gỡ mật khẩu rồi tải lên.")) from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise _refuse(Message("Tệp PDF bị hỏng, không đọc được. Hãy xuất hoặc quét lại.")) from error
    _check_pdf_ends(data)
    _check_archive(data)


def _check_pdf_ends(data: bytes) -> None:
    if hides_something(data):
        raise _refuse(_PASSENGER)


def _check_pdf_streams(document: pikepdf.Pdf) -> None:
    """Objects inside compressed streams: readable, and bounded in all. What cannot be read here may run elsewhere."""
    numbers = {entry.obj_stream_number or 0 for entry in document.get_xref_table().values() if entry.type == 2}
    total = 0
    for number in numbers:
        stream = document.get_object((number, 0))
        if not isinstance(stream, pikepdf.Stream):
            raise _refuse(_STRANGE)
        total += len(stream.read_bytes())
        if total > _OBJECTS_LIMIT:
            raise _refuse(_STRANGE)


def _check_pdf_objects(document: pikepdf.Pdf) -> None:
    if document.attachments:
        raise _refuse(Message("Tệp PDF có tệp đính kèm bên trong. Hãy in lại ra PDF rồi tải lên."))
    _check_pdf_object(document.trailer, 0)
    for item in document.objects:
        _check_pdf_object(item, 0)


def _runs(item: pikepdf.Object) -> bool:
    """Whether a dictionary runs, fetches, sends or carries something."""
    kinds = {str(item.get(key, "")) for key in ("/Type", "/Subtype", "/Subtype2")}
    return bool(
        set(item.keys()) & _PDF_KEYS
        or str(item.get("/S", "")) in _PDF_ACTIONS
        or kinds & set(_PDF_KINDS)
        or _leads_astray(item.get("/URI"))
        or _reads_a_file(item)
    )


def _leads_astray(link: object) -> bool:
    """Whether a link, or the address that all links of a file start from, leads to anything but a page."""
    if isinstance(link, pikepdf.Dictionary):
        return _leads_astray(link.get("/Base"))
    return link is not None and not (isinstance(link, pikepdf.String) and is_harmless(bytes(link), str(link)))


def _reads_a_file(item: pikepdf.Object) -> bool:
    """Whether a dictionary names a file elsewhere: to open it, or as the content of a stream or a picture."""
    if isinstance(item, pikepdf.Stream):
        return bool({"/F", "/FFilter", "/Ref"} & set(item.keys()))
    opened = item.get("/OpenAction")
    return (
        (str(item.get("/S", "")) == "/Thread" and "/F" in item)
        or (isinstance(opened, pikepdf.Dictionary) and "/S" not in opened)
        or any(isinstance(item.get(key), pikepdf.String) for key in _PDF_FILES)
    )


def _check_pdf_object(item: object, depth: int) -> None:
    """Walk into direct children only: indirect ones come by themselves, so a loop is not possible."""
    if depth > DEEPEST:
        raise _refuse(_STRANGE)
    children: list[object] = []
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        if _runs(item):
            raise _refuse(Message("Tệp PDF có mã lệnh hoặc hành động tự chạy. Hãy in lại ra PDF rồi tải lên."))
        children = [item[key] for key in item.keys()]  # noqa: SIM118 - not a mapping
    elif isinstance(item, pikepdf.Array):
        children = list(item)
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            _check_pdf_object(child, depth + 1)


def _check_picture(data: bytes, media_type: str, max_pixels: int) -> None:
    too_large = Message("Ảnh quá lớn (hơn %(n)s triệu điểm ảnh). Hãy giảm kích thước ảnh.", n=max_pixels // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > max_pixels:
                    raise _refuse(too_large)
                if _PICTURES.get(picture.format or "") != media_type:
                    raise _refuse(Message("Phần đuôi và nội dung của ảnh không khớp. Hãy lưu lại ảnh."))
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refuse(too_large) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _refuse(Message("Ảnh bị hỏng hoặc thiếu dữ liệu. Hãy chụp hoặc quét lại.")) from error
    _check_passengers(after_picture(data, media_type))
    _check_archive(data)


def _check_passengers(tail: bytes) -> None:
    if tail.lstrip(b"\0\t\r\n ").startswith(_PASSENGER_STARTS) or _PASSENGERS.search(tail) or _is_program(tail):
        raise _refuse(_PASSENGER)


def _is_program(tail: bytes) -> bool:
    """Whether a Windows program lies anywhere in it: "MZ" that leads to "PE"."""
    for found in re.finditer(b"MZ", tail):
        header = found.start() + int.from_bytes(tail[found.start() + 60 : found.start() + 64], "little")
        if tail[header : header + 4] == b"PE\0\0":
            return True
    return False


def _check_archive(data: bytes) -> None:
    """A ZIP is read from its end, so it may lie anywhere in a file: its last record leads to its list of entries."""
    near_the_end = max(0, len(data) - 66_000)
    for found in re.finditer(rb"PK\x05\x06", data[near_the_end:]):
        record = near_the_end + found.start()
        size, offset = (int.from_bytes(data[record + at : record + at + 4], "little") for at in (12, 16))
        lists = (data[max(0, record - size) :], data[offset:])
        if size == 0 or any(part.startswith(b"PK\x01\x02") for part in lists):
            raise _refuse(Message("Tệp chứa một kho nén giấu bên trong. Hãy xuất lại tệp."))
