"""Look inside an uploaded file before it is believed: signature *and* structure, sizes, hidden passengers.

PDF, JPEG and PNG only. Type sniffers call a picture with a ZIP behind it "jpeg" and a macro document "docx"
(measured, safety.md), so the structure is walked here as well.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Final

import pikepdf
import puremagic
from PIL import Image

from ruraldx.messages import Invalid, Message
from ruraldx.vietnamese import nfc

LONGEST_NAME = 120
EXTENSIONS: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_PICTURES: Final = {"JPEG": "image/jpeg", "PNG": "image/png"}
# What must not ride behind a picture or a PDF: archives, programs, pages, another document.
_PASSENGERS: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-",
    b"<html",
    b"<script",
    b"<svg",
    b"MZ\x90",
    b"\xd0\xcf\x11\xe0",
)
_PDF_KEYS: Final = {"/JS", "/JavaScript", "/RichMedia"}
DEEPEST: Final = 60
_PDF_ACTIONS: Final = ("/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/RichMedia")


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its type as found, its hash and size in bytes, and a safe display name."""

    media_type: str
    sha256: str
    size: int
    filename: str


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
        character for character in last if unicodedata.category(character)[0] != "C" and character not in '<>:"|?*'
    ).strip(" .")
    stem = kept[: -len(extension)] if kept.casefold().endswith(extension) else kept.rpartition(".")[0] or kept
    return f"{stem.strip(' .')[:LONGEST_NAME] or 'minh-chung'}{extension}"


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
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if len(document.pages) == 0:
                raise _refuse(Message("Tệp PDF không có trang nào."))
            _check_pdf_objects(document)
    except pikepdf.PasswordError as error:
        raise _refuse(Message("Tệp PDF có mật khẩu. Hãy gỡ mật khẩu rồi tải lên.")) from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise _refuse(Message("Tệp PDF bị hỏng, không đọc được. Hãy xuất hoặc quét lại.")) from error
    tail = data[data.rfind(b"%%EOF") + 5 :] if b"%%EOF" in data else b""
    _check_passengers(tail)
    if b"PK\x05\x06" in data[-66_000:]:
        raise _refuse(Message("Tệp chứa một kho nén giấu bên trong. Hãy xuất lại PDF."))


def _check_pdf_objects(document: pikepdf.Pdf) -> None:
    if document.attachments:
        raise _refuse(Message("Tệp PDF có tệp đính kèm bên trong. Hãy in lại ra PDF rồi tải lên."))
    for item in document.objects:
        _check_pdf_object(item, 0)


def _check_pdf_object(item: object, depth: int) -> None:
    """Walk into direct children only: indirect ones come by themselves, so a loop is not possible."""
    if depth > DEEPEST:
        raise _refuse(Message("Tệp PDF có cấu trúc bất thường. Hãy in lại ra PDF rồi tải lên."))
    children: list[object] = []
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        if set(item.keys()) & _PDF_KEYS or str(item.get("/S", "")) in _PDF_ACTIONS:
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
    _check_passengers(_after_picture(data, media_type))


def _after_picture(data: bytes, media_type: str) -> bytes:
    """What follows the picture's own end: phones append harmless data, attackers append archives."""
    if media_type == "image/png":
        end = data.rfind(b"IEND")
        return data[end + 8 :]
    end = _jpeg_end(data)
    return data[end:]


def _jpeg_end(data: bytes) -> int:
    """Offset behind the first EOI that is not inside a segment (thumbnails carry EOIs of their own)."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xD9:
            return position + 2
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            position += 2
            continue
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == 0xDA:
            position = _scan_end(data, position)
    return len(data)


def _scan_end(data: bytes, position: int) -> int:
    """Offset of the marker that ends entropy-coded data (FF00 and restart markers belong to it)."""
    while (position := data.find(b"\xff", position)) != -1:
        follower = data[position + 1 : position + 2]
        if follower and follower != b"\x00" and not 0xD0 <= follower[0] <= 0xD7 and follower != b"\xff":
            return position
        position += 1
    return len(data)


def _check_passengers(tail: bytes) -> None:
    lowered = tail.lower()
    if any(passenger.lower() in lowered for passenger in _PASSENGERS):
        raise _refuse(Message("Tệp có dữ liệu lạ gắn phía sau. Hãy mở và lưu lại tệp rồi tải lên."))
