"""``ruraldx doctor``: each part in each state, in words and in JSON, with an exit code; ``ruraldx docs`` likewise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from pydantic import SecretStr

from ruraldx import app as application
from ruraldx import docs as documents
from ruraldx import doctor
from ruraldx.app import create_app
from ruraldx.config import ROOT, Settings
from ruraldx.database import db
from ruraldx.docs import PAGES
from ruraldx.doctor import CHECKS, Finding
from tests.conftest import SERVER, make_settings


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def states(found: Iterator[Finding]) -> dict[str, str]:
    return {item.part: item.state for item in found}


def words(found: Iterator[Finding], part: str) -> str:
    return next(item.text for item in found if item.part == part)


def test_a_database_at_its_newest_migration_is_well(app: Flask, settings: Settings) -> None:
    assert states(doctor._database(settings)) == {"database": "ok", "migrations": "ok"}
    expected = "postgresql trả lời" if SERVER else "SQLite, wal, synchronous=2"
    assert words(doctor._database(settings), "database") == expected


def test_an_empty_database_lacks_its_migrations_and_says_what_to_run(tmp_path: Path) -> None:
    empty = make_settings(tmp_path)
    with running(empty):
        assert states(doctor._database(empty)) == {"database": "ok", "migrations": "error"}
        assert "db upgrade" in words(doctor._database(empty), "migrations")


def test_a_sqlite_that_could_lose_what_it_confirmed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "prepare_engine", lambda _engine: None)
    loose = make_settings(tmp_path)
    with running(loose):
        assert states(doctor._database(loose))["database"] == "error"
        assert "delete" in words(doctor._database(loose), "database")


def test_a_database_that_does_not_answer_is_an_error_and_nothing_is_said_about_its_migrations(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    dead = make_settings(tmp_path, f"sqlite:///{tmp_path / 'folder'}")
    with running(dead):
        assert states(doctor._database(dead)) == {"database": "error"}
        assert words(doctor._database(dead), "database") == "không kết nối được: OperationalError"


def test_units_that_are_loaded_are_counted(app: Flask, settings: Settings) -> None:
    (found,) = doctor._units(settings)
    assert found == Finding("units", "ok", "94 xã, phường, đặc khu của tỉnh mã 48")


def test_a_database_without_units_is_an_error_that_says_what_to_run(tmp_path: Path) -> None:
    empty = make_settings(tmp_path)
    with running(empty):
        upgrade()
        (found,) = doctor._units(empty)
    assert found.state == "error"
    assert "`ruraldx places load --commit`" in found.text


def test_a_province_that_no_unit_belongs_to_is_an_error_too(app: Flask, settings: Settings) -> None:
    (found,) = doctor._units(settings.model_copy(update={"province_code": "99"}))
    assert (found.state, "RURALDX_PROVINCE_CODE" in found.text) == ("error", True)


def test_units_that_cannot_be_read_are_an_error_and_no_traceback(tmp_path: Path) -> None:
    empty = make_settings(tmp_path)
    with running(empty):
        assert states(doctor._units(empty)) == {"units": "error"}


def fake_run(output: str = "", code: int = 0) -> object:
    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, code, output, "")

    return run


@pytest.mark.parametrize(("code", "state", "text"), [(0, "ok", "đúng mã băm"), (1, "error", "`make install`")])
def test_front_end_files_are_compared_with_their_hashes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, code: int, state: str, text: str
) -> None:
    monkeypatch.setattr(doctor.subprocess, "run", fake_run(code=code))
    (found,) = doctor._assets(settings)
    assert (found.part, found.state) == ("assets", state)
    assert text in found.text


def test_the_hash_check_that_is_asked_is_the_real_one(settings: Settings) -> None:
    done = subprocess.run([sys.executable, ROOT / "deploy" / "assets.py", "--check"], check=False, capture_output=True)
    (found,) = doctor._assets(settings)
    assert (found.state == "ok") == (done.returncode == 0)


@pytest.mark.parametrize(
    ("lister", "families", "state"),
    [("/usr/bin/fc-list", "Tinos\nArimo", "ok"), ("/usr/bin/fc-list", "Arimo", "warning"), (None, "", "warning")],
)
def test_the_font_of_pages_is_needed_and_the_font_of_documents_is_advised(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lister: str | None, families: str, state: str
) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _name: lister)
    monkeypatch.setattr(doctor.subprocess, "run", fake_run(families))
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    assert states(doctor._fonts(settings)) == {"fonts": "error", "document-fonts": state}
    (tmp_path / "static" / "vendor" / "be-vietnam-pro").mkdir(parents=True)
    assert states(doctor._fonts(settings)) == {"fonts": "ok", "document-fonts": state}
    if state == "warning":
        said = words(doctor._fonts(settings), "document-fonts")
        assert "fonts-croscore" in said
        assert "không bắt buộc: chỉ cần khi in văn bản" in said


@pytest.mark.parametrize(("present", "state"), [({"soffice"}, "ok"), ({"libreoffice"}, "ok"), (set(), "warning")])
def test_libreoffice_is_advised_under_either_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, present: set[str], state: str
) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}" if name in present else None)
    assert states(doctor._office(settings)) == {"libreoffice": state}
    assert ("không bắt buộc" in words(doctor._office(settings), "libreoffice")) == (state == "warning")


def test_the_clock_is_shown_in_vietnam_and_one_that_was_never_set_is_an_error(settings: Settings) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 17, 30, tzinfo=UTC), tick=False):
        assert list(doctor._clock(settings)) == [Finding("clock", "ok", "giờ Việt Nam 01/01/2027 00:30")]
    with time_machine.travel(datetime(1970, 1, 1, tzinfo=UTC), tick=False):
        assert states(doctor._clock(settings)) == {"clock": "error"}


def test_a_machine_without_time_zones_is_told_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(key: str) -> None:
        raise ZoneInfoNotFoundError(key)

    monkeypatch.setattr(doctor, "ZoneInfo", missing)
    assert list(doctor._clock(settings)) == [Finding("clock", "error", "thiếu dữ liệu múi giờ Asia/Ho_Chi_Minh")]


def test_folders_must_take_files_and_one_that_is_not_there_yet_is_judged_by_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(tmp_path)
    (tmp_path / "packs").mkdir()
    locked: set[Path] = set()
    # Root may write everywhere, so that the mode of a folder would prove nothing.
    monkeypatch.setattr(doctor.os, "access", lambda path, _how: path not in locked and Path(path).exists())
    well = dict.fromkeys((f"folder:{tmp_path.name}", "folder:evidence", "folder:packs"), "ok")
    assert states(doctor._folders(settings)) == well
    locked.add(tmp_path / "packs")
    assert states(doctor._folders(settings)) == {**well, "folder:packs": "error"}
    locked.add(tmp_path)
    assert set(states(doctor._folders(settings)).values()) == {"error"}


def test_a_data_folder_that_is_missing_is_one_clear_line(tmp_path: Path) -> None:
    missing = tmp_path / "khong" / "co"
    (found,) = doctor._folders(make_settings(missing))
    assert (found.label, found.state) == ("Thư mục dữ liệu", "error")
    assert found.text.startswith(f"không có thư mục {missing} (RURALDX_DATA_DIR)")


def test_a_data_folder_behind_one_that_may_not_be_entered_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "stat", forbidden)
    found = list(doctor._folders(make_settings(tmp_path)))
    monkeypatch.undo()
    assert [item.state for item in found] == ["error"]
    assert "không vào được" in found[0].text


@pytest.mark.skipif(not SERVER, reason="SQLite makes the folder that it lies in")
def test_on_postgresql_without_a_data_folder_the_doctor_speaks(settings: Settings, tmp_path: Path) -> None:
    missing = tmp_path / "khong" / "co"
    with running(settings.model_copy(update={"data_dir": missing})) as made:
        said = made.test_cli_runner().invoke(args=["doctor"])
    assert said.exit_code == 1
    assert f"LỖI   Thư mục dữ liệu: không có thư mục {missing}" in said.output


def test_an_audit_key_of_its_own_is_advised(tmp_path: Path) -> None:
    assert states(doctor._secrets(make_settings(tmp_path))) == {"audit-key": "warning"}
    own = make_settings(tmp_path, audit_key=SecretStr("k" * 40))
    assert states(doctor._secrets(own)) == {"audit-key": "ok"}


FINDINGS = {
    "ok": ([Finding("a", "ok", "tốt")], 0, "ĐẠT   a: tốt"),
    "warning": ([Finding("a", "ok", "tốt"), Finding("b", "warning", "nên có")], 0, "CHÚ Ý  b: nên có"),
    "error": ([Finding("c", "error", "hỏng"), Finding("a", "ok", "tốt")], 1, "LỖI   c: hỏng"),
}


@pytest.mark.parametrize("worst", FINDINGS)
def test_only_an_error_ends_with_1_in_words_and_in_json(
    bare_app: Flask, monkeypatch: pytest.MonkeyPatch, worst: str
) -> None:
    found, code, line = FINDINGS[worst]
    monkeypatch.setattr(doctor, "examine", lambda _settings: found)
    run = bare_app.test_cli_runner().invoke
    spoken, written = run(args=["doctor", "--json"]), run(args=["doctor"])
    assert (spoken.exit_code, written.exit_code) == (code, code)
    assert line in written.output.splitlines()
    assert len(written.output.splitlines()) == len(found)
    assert json.loads(spoken.output) == [vars(item) for item in found]


def test_everything_the_manual_promises_is_examined(app: Flask, settings: Settings) -> None:
    parts = {item.part for item in doctor.examine(settings)}
    promised = {
        "database",
        "migrations",
        "units",
        "assets",
        "fonts",
        "document-fonts",
        "libreoffice",
        "clock",
        "audit-key",
    }
    assert promised <= parts
    assert sum(part.startswith("folder:") for part in parts) == 3
    assert len(CHECKS) == 8


def test_what_is_printed_names_every_part_in_vietnamese_and_json_by_its_code(app: Flask, settings: Settings) -> None:
    found = doctor.examine(settings)
    written = app.test_cli_runner().invoke(args=["doctor"]).output.splitlines()
    assert [line.partition("  ")[2].strip().partition(": ")[0] for line in written] == [item.label for item in found]
    assert [item.label for item in found if item.label == item.part] == [], "a code is no label"


def test_both_ways_to_the_doctor_say_the_same(settings: Settings) -> None:
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RURALDX_", "FLASK_"))}
    environment = {
        **kept,
        "RURALDX_ENVIRONMENT": "test",
        "RURALDX_SECRET_KEY": secret,
        "RURALDX_DATA_DIR": str(settings.data_dir),
        "RURALDX_DATABASE_URL": settings.database_address,
    }
    folder = Path(sys.executable).parent
    outputs = [
        subprocess.run([*command, "doctor", "--json"], cwd=where, env=environment, capture_output=True, check=False)
        for command, where in (
            ([folder / "flask", "--app", "wsgi"], ROOT),
            ([folder / "ruraldx"], settings.data_dir),
        )
    ]
    first, second = ([(item["part"], item["state"]) for item in json.loads(done.stdout)] for done in outputs)
    assert first == second
    assert ("migrations", "ok") in first
    assert {done.returncode for done in outputs} == {int(("assets", "error") in first)}


# Tables in docs/


@pytest.fixture
def docs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    return tmp_path / "docs"


def test_tables_are_written_and_then_found_in_order(bare_app: Flask, docs_folder: Path) -> None:
    run = bare_app.test_cli_runner().invoke
    missing = run(args=["docs"])
    assert missing.exit_code == 1
    assert missing.output.splitlines() == [f"docs/{name} đã cũ; chạy `ruraldx docs --write`." for name in PAGES]
    assert not list(docs_folder.iterdir())
    assert run(args=["docs", "--write"]).exit_code == 0
    assert {path.name for path in docs_folder.iterdir()} == set(PAGES)
    assert (run(args=["docs"]).exit_code, run(args=["docs"]).output) == (0, "")


def test_one_changed_line_is_named_by_its_page(bare_app: Flask, docs_folder: Path) -> None:
    run = bare_app.test_cli_runner().invoke
    run(args=["docs", "--write"])
    page = docs_folder / "permissions.md"
    page.write_text(page.read_text(encoding="utf-8").replace("|", "!", 1), encoding="utf-8")
    stale = run(args=["docs"])
    assert stale.exit_code == 1
    assert stale.output == "docs/permissions.md đã cũ; chạy `ruraldx docs --write`.\n"
