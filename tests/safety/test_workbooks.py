"""Hostile workbooks: nothing that runs, fetches, or grows without bound is read; nothing we write runs."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from ruraldx.config import ROOT
from ruraldx.office import package, workbook
from ruraldx.office.cells import Cell, Sheet, WorkbookProblem
from ruraldx.office.workbook import read, write

Parts = dict[str, bytes]
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def honest(*texts: str) -> bytes:
    return write([Sheet("_content", (), tuple((Cell(text),) for text in texts or ("chữ",)))])


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def with_parts(**more: bytes) -> bytes:
    return packed(parts_of(honest()) | {name.replace("__", "/"): data for name, data in more.items()})


def with_sheet(rows: str, head: str = "") -> bytes:
    xml = f'<?xml version="1.0"?>{head}<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    return packed({**parts_of(honest()), SHEET: xml.encode()})


def macro_enabled() -> bytes:
    parts = parts_of(honest())
    types = parts["[Content_Types].xml"]
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts["[Content_Types].xml"] = types.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    return packed(parts)


def lying_about_its_size() -> bytes:
    content = bytearray(with_parts(xl__more=b"0" * 1_000_000))
    # The size in the directory, and before the data: a hundred instead of a million.
    return bytes(content.replace((1_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))


def the_same_part_twice() -> bytes:
    content = io.BytesIO(honest())
    with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, b"<worksheet/>")
    return content.getvalue()


def packed_in_another_way() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_LZMA) as archive:
        for name, data in parts_of(honest()).items():
            archive.writestr(name, data)
    return content.getvalue()


def encrypted_entry() -> bytes:
    content = bytearray(honest())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    return bytes(content)


def two_sheets_of_a_name() -> bytes:
    parts = parts_of(honest())
    book = parts["xl/workbook.xml"]
    start, end = book.index(b"<sheet "), book.index(b"</sheets>")
    parts["xl/workbook.xml"] = book[:end] + book[start:end] + book[end:]
    return packed(parts)


def sheet_elsewhere() -> bytes:
    parts = parts_of(honest())
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")
    return packed(parts)


ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "macro": (lambda: with_parts(xl__vbaProject_bin=b"\xd0\xcf\x11\xe0"), "macro"),
    "macro by its kind": (macro_enabled, "macro"),
    "macro sheet": (lambda: with_parts(xl__macrosheets__sheet1=b"<a/>"), "macro"),
    "embedded program": (lambda: with_parts(xl__embeddings__oleObject1=b"MZ"), "nhúng"),
    "active control": (lambda: with_parts(xl__activeX__activeX1=b"<a/>"), "nhúng"),
    "link to another workbook": (lambda: with_parts(xl__externalLinks__externalLink1=b"<a/>"), "liên kết"),
    "query of a database": (lambda: with_parts(**{"xl__connections.xml": b"<a/>"}), "liên kết"),
    "with a password, or of old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "mật khẩu"),
    "entry with a password": (encrypted_entry, "không phải là tệp Excel"),
    "too large": (lambda: honest() + b"\0" * package.LARGEST_FILE, "lớn hơn 5 MB"),
    "bomb": (lambda: with_parts(xl__more=b"0" * (package.LARGEST_INSIDE + 1)), "quá lớn"),
    "bomb that lies about its size": (lying_about_its_size, "không phải là tệp Excel"),
    "bomb of many parts": (lambda: with_parts(**{f"xl__{n}": b"" for n in range(400)}), "quá nhiều phần"),
    "bomb of entities": (lambda: with_sheet("", ENTITIES), "không phải là tệp Excel"),
    "foreign entity": (
        lambda: with_sheet("<row><c t='str'><v>&a;</v></c></row>", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/x">]>'),
        "không phải là tệp Excel",
    ),
    "far cell": (lambda: with_sheet("<row><c r='XFD1048576'><v>1</v></c></row>"), "quá lớn"),
    "far cell in small letters": (lambda: with_sheet("<row><c r='a20001'><v>1</v></c></row>"), "quá lớn"),
    "far row": (lambda: with_sheet("<row r='20001'><c><v>1</v></c></row>"), "quá lớn"),
    "row of a long number": (lambda: with_sheet(f"<row r='{'9' * 100_000}'/>"), "quá lớn"),
    "many rows": (lambda: with_sheet("<row/>" * 20_001), "quá lớn"),
    "many columns": (lambda: with_sheet(f"<row>{'<c/>' * 201}</row>"), "quá lớn"),
    "cell of no place": (lambda: with_sheet("<row><c r='R1C1'><v>1</v></c></row>"), "không phải là tệp Excel"),
    "half a sheet": (lambda: packed({**parts_of(honest()), SHEET: b"<worksheet><sheetData>"}), "không phải là tệp"),
    "packed in another way": (packed_in_another_way, "không phải là tệp Excel"),
    "part twice": (the_same_part_twice, "không phải là tệp Excel"),
    "sheet twice": (two_sheets_of_a_name, "không phải là tệp Excel"),
    "sheet elsewhere": (sheet_elsewhere, "không phải là tệp Excel"),
    "no workbook": (lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "không phải"),
    "no relations": (
        lambda: packed({name: data for name, data in parts_of(honest()).items() if "workbook.xml.rels" not in name}),
        "không phải là tệp Excel",
    ),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "không phải là tệp Excel"),
    "half a file": (lambda: honest()[:-40], "không phải là tệp Excel"),
    "nothing": (lambda: b"", "không phải là tệp Excel"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_sentence_in_little_time(name: str) -> None:
    make, sentence = HOSTILE[name]
    content = make()
    begun = time.process_time()
    with pytest.raises(WorkbookProblem) as refused:
        read(content)
    assert sentence in str(refused.value.message)
    assert time.process_time() - begun < 2


def test_an_honest_workbook_is_read() -> None:
    assert read(honest("một", "hai")) == {"_content": (("một",), ("hai",))}


@pytest.mark.parametrize("name", ["macro", "macro by its kind", "link to another workbook"])
def test_the_switch_without_the_look_at_the_parts_it_gets_in(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_check_contents", lambda _parts: None)
    assert read(HOSTILE[name][0]())


def test_the_switch_without_the_look_at_the_size_a_bomb_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_check_size", lambda _size: None)
    assert read(HOSTILE["bomb"][0]())


@pytest.mark.parametrize("name", ["far cell in small letters", "far row", "many rows", "many columns"])
def test_the_switch_without_the_walk_a_sheet_grows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package._Walk, "_check", lambda _walk: None)
    (rows,) = read(HOSTILE[name][0]()).values()
    assert len(rows) > package.MOST_ROWS or not rows or len(rows[0]) > package.MOST_COLUMNS or name.startswith("many")


_MOST = """
import re, sys
from pathlib import Path
from ruraldx.office import package
from ruraldx.office.workbook import libraries, read
from ruraldx.office.cells import WorkbookProblem
libraries()
def most():
    return int(re.search("VmHWM:.*?([0-9]+) kB", Path("/proc/self/status").read_text())[1])
if "switch" in sys.argv:
    package._Walk._check = lambda walk: None
data, before = sys.stdin.buffer.read(), most()
try:
    read(data)
except WorkbookProblem:
    pass
print((most() - before) // 1024)
"""


def megabytes(content: bytes, *arguments: str) -> int:
    command = [sys.executable, "-c", _MOST, *arguments]
    return int(subprocess.run(command, cwd=ROOT, input=content, capture_output=True, check=True).stdout)


def test_a_far_cell_takes_no_memory_and_the_switch_shows_how_much_it_would() -> None:
    content = with_sheet("<row><c r='A1'><v>1</v></c><c r='ZZ30000'><v>1</v></c></row>")
    assert megabytes(content) < 30
    assert megabytes(content, "switch") > 150


FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    '=HYPERLINK("x")',
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "{=1+1}",
    "https://a.b",
)


def formulas_in(content: bytes) -> int:
    return sum(
        data.count(b"<f") + data.count(b"<hyperlink") for name, data in parts_of(content).items() if "sheets/" in name
    )


def test_a_text_is_written_as_a_text_whatever_it_starts_with(monkeypatch: pytest.MonkeyPatch) -> None:
    content = honest(*FORMULAS)
    assert formulas_in(content) == 0
    assert [row[0] for row in read(content)["_content"]] == list(FORMULAS)
    # The switch: the library guesses, and some of them run.
    monkeypatch.setattr(
        workbook, "_write_cell", lambda target, row, column, value, look: target.write(row, column, value)
    )
    loose = {"strings_to_formulas": True, "in_memory": True}
    library = workbook.libraries().xlsxwriter
    monkeypatch.setattr(library, "Workbook", lambda file, _options, make=library.Workbook: make(file, loose))
    assert formulas_in(honest(*FORMULAS)) > 0


def with_formula(formula: str, saved: str) -> bytes:
    return with_sheet(f"<row r='1'><c r='A1' t='str'><f>{escape(formula)}</f><v>{escape(saved)}</v></c></row>")


def test_a_formula_is_never_computed_nor_taken_for_its_text() -> None:
    assert read(with_formula('WEBSERVICE("https://a.b")', "đã lưu")) == {"_content": (("đã lưu",),)}
    assert read(with_formula("1+1", "")) == {"_content": ((None,),)}


@pytest.mark.parametrize("code", ["ruraldx.app", "ruraldx.catalog.sheets", "ruraldx.commands"])
def test_the_libraries_are_not_loaded_before_they_are_needed(code: str) -> None:
    ask = f"import {code}, sys; print([n for n in ('xlsxwriter', 'python_calamine') if n in sys.modules])"
    command = [sys.executable, "-c", ask]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"
    # The switch: after the loader they are there.
    loader = "import ruraldx.office.workbook as w; w.libraries()"
    done = subprocess.run([*command[:2], f"{loader}; {ask}"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['xlsxwriter', 'python_calamine']"


def test_only_one_module_names_the_libraries_to_load() -> None:
    named = [path.name for path in (ROOT / "ruraldx").rglob("*.py") if '"xlsxwriter"' in path.read_text("utf-8")]
    assert named == ["workbook.py"]
