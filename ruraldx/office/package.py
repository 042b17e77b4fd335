"""The package of a workbook before any reader sees it: what it may hold, how large it may be, which cells mislead.

A reader that is handed the package unseen would build a sheet as large as its last cell says. So every part is
unpacked within a bound, every sheet is walked through once, and only then a new package goes to the reader.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from ruraldx.messages import Message
from ruraldx.office.cells import Unreadable, WorkbookProblem, reference

LARGEST_FILE: Final = 5 * 1024 * 1024
LARGEST_INSIDE: Final = 40 * 1024 * 1024
MOST_PARTS: Final = 300
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
_OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
_ACTIVE: Final = re.compile(r"vbaProject|vbaData|macrosheets|dialogsheets|activeX|embeddings|ctrlProps", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"externalLinks|connections\.xml|queryTables", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_WORKBOOK: Final = "xl/workbook.xml"
_PERCENT_FORMATS: Final = {"9", "10"}
_FORMULA_ERROR: Final = Message("Ô này báo lỗi công thức. Hãy sửa công thức hoặc gõ thẳng giá trị.")
_AS_PERCENT: Final = Message(
    "Ô này có định dạng phần trăm nên Excel giữ 80% thành 0,8. Hãy đổi định dạng về “General” rồi gõ 80."
)
Attributes = dict[str, str]


@dataclass
class Package:
    """A workbook that may be read: its bytes, made anew, and cells that mislead (sheet → (row, column) → why)."""

    content: bytes
    odd: Mapping[str, Mapping[tuple[int, int], Unreadable]]


def inspected(content: bytes) -> Package:
    """Look through a workbook. Raises WorkbookProblem with what to do about it."""
    parts = _parts(content)
    percent = _percent_styles(parts.get("xl/styles.xml", b""))
    odd = {name: _walked(name, parts.get(part, b""), percent) for name, part in _sheets(parts).items()}
    anew = io.BytesIO()
    with zipfile.ZipFile(anew, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return Package(anew.getvalue(), odd)


def _parts(content: bytes) -> dict[str, bytes]:
    if len(content) > LARGEST_FILE:
        raise WorkbookProblem(Message("Tệp lớn hơn %(max)s MB. Hãy bỏ ảnh và các trang không dùng.", max=5))
    if content.startswith(_OLD_OR_LOCKED):
        raise WorkbookProblem(
            Message("Tệp có mật khẩu hoặc là tệp .xls cũ. Hãy bỏ mật khẩu và lưu lại dạng Excel Workbook (.xlsx).")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, WorkbookProblem):
            raise
        raise _no_workbook() from error
    if _WORKBOOK not in parts or "[Content_Types].xml" not in parts:
        raise _no_workbook()
    _check_contents(parts)
    return parts


def _no_workbook() -> WorkbookProblem:
    return WorkbookProblem(Message("Không đọc được: đây không phải là tệp Excel .xlsx, hoặc tệp bị hỏng."))


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_PARTS:
        raise WorkbookProblem(Message("Tệp có quá nhiều phần bên trong. Hãy dùng tệp mẫu của hệ thống."))
    _check_size(sum(entry.file_size for entry in entries))
    parts: dict[str, bytes] = {}
    for entry in entries:
        # What other ways of packing raise, and how large they grow, is their own affair.
        if entry.filename in parts or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _no_workbook()
        # No more is unpacked than the entry says, and its checksum is compared at the end.
        parts[entry.filename] = archive.read(entry)
    return parts


def _check_size(size: int) -> None:
    if size > LARGEST_INSIDE:
        raise WorkbookProblem(Message("Tệp khi mở ra quá lớn. Hãy dùng tệp mẫu và chỉ giữ các trang của mẫu."))


def _check_contents(parts: Mapping[str, bytes]) -> None:
    """No macros, nothing that runs, nothing that is fetched from elsewhere."""
    types = parts["[Content_Types].xml"]
    if any(map(_ACTIVE.search, parts)) or b"macroenabled" in types.lower() or b"vbaproject" in types.lower():
        raise WorkbookProblem(Message("Tệp có macro hoặc đối tượng nhúng. Hãy lưu lại dạng Excel Workbook (.xlsx)."))
    if any(map(_OUTSIDE.search, parts)):
        raise WorkbookProblem(
            Message("Tệp có liên kết tới tệp hoặc dữ liệu khác. Hãy vào Data › Edit Links để ngắt, rồi lưu lại.")
        )


def _parse(data: bytes, start: Callable[[str, Attributes], None]) -> None:
    """Walk through a part. Raises WorkbookProblem when it is no plain XML; nothing in it may stand for more of it."""
    parser = expat.ParserCreate()

    def refuse(*_arguments: object) -> None:
        raise _no_workbook()

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise error if isinstance(error, WorkbookProblem) else _no_workbook() from error


def _sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Name of a sheet → its part. Sheets of the same name, or of none, are no workbook."""
    targets: dict[str, str] = {}

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = path

    found: dict[str, str] = {}

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            title = attributes.get("name", "")
            key = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            if title in found or targets.get(key) not in parts:
                raise _no_workbook()
            found[title] = targets[key]

    _parse(parts.get("xl/_rels/workbook.xml.rels", b""), relation)
    _parse(parts[_WORKBOOK], sheet)
    return found


def _percent_styles(data: bytes) -> set[str]:
    """The numbers of the styles that show a share as a percentage."""
    if not data:
        return set()
    formats = set(_PERCENT_FORMATS)
    styles: list[str] = []
    inside = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        if name == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(attributes.get("numFmtId", ""))
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles"):
            inside = name
        elif name == "xf" and inside == "cellXfs":
            styles.append(attributes.get("numFmtId", ""))

    _parse(data, start)
    return {str(index) for index, number in enumerate(styles) if number in formats}


@dataclass
class _Walk:
    """One way through a sheet: where we are, and what was odd."""

    sheet: str
    percent: set[str]
    row: int = -1
    column: int = -1
    odd: dict[tuple[int, int], Unreadable] = field(default_factory=dict)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            # At most seven digits, as a reference has: a number of a thousand digits takes long to read.
            number = attributes.get("r", "")[:8]
            self.row, self.column = int(number) - 1 if number.isdecimal() else self.row + 1, -1
        elif name == "c":
            self._cell(attributes)
        self._check()

    def _cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        elif found := _REFERENCE.fullmatch(place.upper()):
            self.row, self.column = int(found[2]) - 1, _column(found[1])
        else:
            raise _no_workbook()
        kind = attributes.get("t", "n")
        if kind == "e":
            self.odd[self.row, self.column] = Unreadable(_FORMULA_ERROR, always=True)
        elif kind == "n" and attributes.get("s") in self.percent:
            self.odd[self.row, self.column] = Unreadable(_AS_PERCENT)

    def _check(self) -> None:
        if self.row >= MOST_ROWS or self.column >= MOST_COLUMNS:
            message = Message(
                "Trang “%(sheet)s” quá lớn: nhiều nhất %(rows)s dòng, %(columns)s cột. Hãy xóa các dòng, cột thừa.",
                sheet=self.sheet,
                rows=MOST_ROWS,
                columns=MOST_COLUMNS,
            )
            raise WorkbookProblem(message, f"{self.sheet}!{reference(max(self.row, 0), max(self.column, 0))}")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _walked(sheet: str, data: bytes, percent: set[str]) -> dict[tuple[int, int], Unreadable]:
    walk = _Walk(sheet, percent)
    _parse(data, walk.start)
    return walk.odd
