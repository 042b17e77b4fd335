"""Workbooks as files: exact values there and back, the same bytes, protection, lists; and the commands on them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.loader import load_shipped, parse_set
from ruraldx.catalog.sheets import from_workbook, template, to_workbook
from ruraldx.office.cells import Cell, Choices, Highlight, Look, Sheet, Unreadable, Value, WorkbookProblem, reference
from ruraldx.office.workbook import fits, read, write
from tests.world import SET


def sheet_of(*values: Value, name: str = "a", look: Look | None = None) -> Sheet:
    return Sheet(name, (), tuple((Cell(value, look or Look()),) for value in values))


def there_and_back(*values: Value, look: Look | None = None) -> list[Value]:
    return [row[0] for row in read(write([sheet_of(*values, look=look)]))["a"]]


NUMBERS = [
    Decimal(text) for text in ("0", "0.1", "0.3", "-4.5", "1234567.89", "8.41", "99999999999999", "1E-10", "1E+10")
]


def test_numbers_days_and_words_come_back_exactly() -> None:
    values = [
        *NUMBERS,
        date(2024, 2, 29),
        date(9999, 12, 31),
        True,
        False,
        "8.10",
        "1/2",
        "007",
        "một\nhai",
        " x ",
        "_x0041_",
    ]
    assert there_and_back(*values) == values
    assert there_and_back(*values, look=Look(form="text")) == values


@pytest.mark.parametrize("text", ["0.12345678901234567", "1234567890123456", "1E+20", "1E-20"])
def test_a_number_that_no_cell_holds_exactly_is_a_text(text: str) -> None:
    assert not fits(Decimal(text))
    (found,) = there_and_back(Decimal(text))
    assert isinstance(found, str)
    assert Decimal(found.replace(",", ".")) == Decimal(text)


def test_a_day_before_the_calendar_of_excel_is_a_text_and_a_time_stays() -> None:
    assert there_and_back(date(1890, 5, 6)) == ["1890-05-06"]
    moment = datetime(2024, 5, 6, 7, 30, tzinfo=UTC).replace(tzinfo=None)
    assert there_and_back(moment) == [moment]


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            assert name != part or old in data
            other.writestr(name, data.replace(old, new) if name == part else data)
    return made.getvalue()


def test_what_excel_computes_is_what_excel_shows() -> None:
    content = changed(
        write([sheet_of(Decimal("0.5"))]), "xl/worksheets/sheet1.xml", b"<v>0.5<", b"<v>0.30000000000000004<"
    )
    assert read(content)["a"] == ((Decimal("0.3"),),)


def test_a_cell_that_excel_took_for_a_percentage_says_so() -> None:
    content = changed(write([sheet_of(Decimal("0.8"), date(2024, 1, 1))]), "xl/styles.xml", b"dd/mm/yyyy", b"0%")
    ((number,), (day,)) = read(content)["a"]
    assert number == Decimal("0.8")
    assert isinstance(day, Unreadable)
    assert "80% thành 0,8" in str(day.reason)


def test_an_error_of_a_formula_is_no_blank_cell() -> None:
    part = "xl/worksheets/sheet1.xml"
    content = changed(
        write([sheet_of(Decimal("0.5"), Decimal(7))]), part, b'<c r="A2" s="1"><v>7<', b'<c r="C9" t="e"><v>#REF!<'
    )
    rows = read(content)["a"]
    assert rows[0][0] == Decimal("0.5")
    assert isinstance(rows[8][2], Unreadable)


def test_the_same_sheets_are_the_same_bytes_with_everything_they_may_have() -> None:
    def made() -> bytes:
        look = Look(bold=True, colour="#FFFFFF", background="#9A1B1E", border="#000000", locked=True, middle=True)
        return write(
            [
                Sheet(
                    "a", ((12.0, look),), ((Cell("x", look),),), heights={0: 30}, frozen=(1, 1), tab="#9A1B1E",
                    choices=(Choices(1, 9, 0, "=b!$A$1:$A$2", "Tên", "Chọn", strict=False), Choices(1, 9, 1)),
                    highlights=(Highlight((1, 0, 9, 0), '=$A2="x"', Look(background="#FFF2B3")),),
                    printed=(1, 1), pages=2,
                ),
                Sheet("b", (), ((Cell("y"),), (Cell("z"),)), hidden=True, protected=False, landscape=False),
            ]
        )  # fmt: skip

    assert made() == made()
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert 'state="hidden"' in archive.read("xl/workbook.xml").decode()
    assert "<sheetProtection" in sheet
    assert "password" not in sheet
    assert 'type="list"' in sheet


def test_what_the_library_would_leave_out_is_an_error() -> None:
    with pytest.warns(UserWarning, match="255"), pytest.raises(ValueError, match="-2"):
        write([Sheet("a", (), ((Cell("x"),),), choices=(Choices(0, 0, 0, "", "Tên", "dài" * 100),))])
    with pytest.raises(WorkbookProblem, match="quá dài"):
        write([sheet_of("a" * 40_000)])
    with pytest.raises(WorkbookProblem, match="không giữ được"):
        write([sheet_of("a\uffff")])


def test_cells_are_named_as_people_find_them() -> None:
    assert [reference(11, 5), reference(0, 26), reference(0, 701)] == ["F12", "AA1", "ZZ1"]


# Commands --------------------------------------------------------------------------------------------------
def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def test_the_template_is_written_once(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    assert run(app, "catalog", "template", str(file))[0] == 0
    assert file.read_bytes() == template()
    code, said = run(app, "catalog", "template", str(file))
    assert code == 1
    assert "Đã có tệp" in said
    code, said = run(app, "catalog", "template", str(tmp_path / "khong-co" / "mau.xlsx"))
    assert code == 1
    assert "Không ghi được" in said


def test_a_set_goes_out_as_a_workbook_and_comes_back_as_yaml(app: Flask, tmp_path: Path) -> None:
    file, text = tmp_path / "bo.xlsx", tmp_path / "bo.yaml"
    assert run(app, "catalog", "export", SET, "--format", "xlsx", "--output", str(file))[0] == 0
    criteria = load_shipped()[SET]
    assert from_workbook("bo.xlsx", file.read_bytes()) == criteria
    code, said = run(app, "catalog", "import", str(file), "--output", str(text))
    assert code == 0, said
    assert f"hợp lệ. {SET} v{criteria.number}" in said
    assert canonical_bytes(parse_set("bo.yaml", text.read_bytes())) == canonical_bytes(criteria)
    code, said = run(app, "catalog", "import", str(file), "--json")
    assert code == 0
    assert '"valid": true' in said
    code, said = run(app, "catalog", "export", SET, "--format", "xlsx")
    assert code == 1
    assert "--output" in said


def test_what_is_wrong_with_a_workbook_is_told_by_cell_and_nothing_is_written(app: Flask, tmp_path: Path) -> None:
    file, text = tmp_path / "mau.xlsx", tmp_path / "bo.yaml"
    file.write_bytes(template())
    code, said = run(app, "catalog", "import", str(file), "--output", str(text))
    assert code == 1
    assert f"{file}:_meta!B2: Thiếu “Mã bộ”." in said
    assert not text.exists()
    code, said = run(app, "catalog", "import", str(file), "--json")
    assert code == 1
    assert '"cell": "_meta!B2"' in said
    file.write_bytes(b"0" * (5 * 1024 * 1024 + 1))
    code, said = run(app, "catalog", "import", str(file))
    assert code == 1
    assert "Tệp lớn hơn 5 MB" in said


def test_a_workbook_is_the_same_file_every_time() -> None:
    criteria = load_shipped()[SET]
    assert to_workbook(criteria) == to_workbook(criteria)
