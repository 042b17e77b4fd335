"""Every command: reading ones speak JSON, writing ones write nothing until told, refusals are one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy import text as sql

from ruraldx.accounts.operations import create_person, grant_role, sign_in
from ruraldx.accounts.permissions import Role
from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.score_models import LiveScore
from ruraldx.catalog import loader
from ruraldx.catalog.amendments import parse_amendment
from ruraldx.catalog.sheets import to_workbook
from ruraldx.cli import main, use_demo_settings
from ruraldx.commands import COMMANDS
from ruraldx.config import ROOT, Settings
from ruraldx.criteria_sets import amending
from ruraldx.criteria_sets.operations.drafts import start_blank
from ruraldx.database import Base, db, read_session, unit_of_work, utc_now
from ruraldx.demo.load import ACCOUNTS_FILE, load_demo
from ruraldx.messages import Refused
from ruraldx.places.queries import units_of_province
from ruraldx.vietnamese import format_datetime
from tests import sets
from tests.clock import NOW
from tests.work.points import both_sent
from tests.work.test_boundaries import Desk
from tests.work.test_places import LISTS
from tests.world import PASSWORD, SET, TODAY, World, email, make_world, unit_id

OPEN_ROUND = [
    "--as", email("office"), "--title", "Kỳ thử", "--criteria", SET, "--province", "49", "--on", "31/12/2024",
    "--commune", "Cẩm Thanh", "--from", "01/01/2024", "--to", "31/12/2024", "--due", "31/12/2099",
    "--choose", "15.1=hoa-binh", "--region", "khac",
]  # fmt: skip
WITHOUT_REGIONS = next(code for code, criteria in loader.load_shipped().items() if not criteria.dimensions)
NOTED = f"""\
code: ghi-nhan
number: 1
base_code: {SET}
base_number: 2
document: {{key: qd-thu, number: "", agency: Cơ quan ban hành, title: Văn bản sửa đổi thử}}
effective_from: 2026-01-01
verification: demo
source: Dữ liệu kiểm thử
operations:
  - {{kind: note, node: "8.1", note: Có sửa mà chưa xem được}}
"""
ADD = ["moi@kiemthu.invalid", "Người Mới", "--role", "commune_official", "--unit", "20650"]
# The shortest honest arguments of each command; {boundaries} and {criteria} are files made for the test, {round} the
# key of its round.
READING: dict[str, list[str]] = {
    "accounts list": [],
    "audit verify": [],
    "catalog check": ["{criteria}"],
    "catalog drafts": [],
    "catalog diff": [SET, f"{SET}@31/12/2024"],
    "catalog export": [SET],
    "catalog import": ["{workbook}"],
    "catalog list": [],
    "catalog schema": [],
    "catalog show": [SET],
    "doctor": [],
    "places check": ["--dir", str(LISTS)],
    "places pull-boundaries": ["--from", "{boundaries}"],
    "places search": ["que phu"],
    "places show": ["20650"],
    "rounds list": [email("office")],
    "score explain": ["{dossier}"],
    "score missing": ["{dossier}"],
    "score what-if": ["{dossier}", "--version", "{criteria}"],
}
WRITING: dict[str, list[str]] = {
    "accounts add": ADD,
    "accounts close": [email("official")],
    "accounts reset-password": [email("official")],
    "accounts end-role": [email("official"), "--role", "commune_official", "--unit", "20650"],
    "catalog amend": ["{amendment}"],
    "catalog publish": ["{set}"],
    "catalog retire": [SET, "2", "--reason", "Có bộ mới"],
    "demo load": [],
    "demo remove-accounts": [],
    "places load": [],
    "places pull-boundaries": ["--from", "{boundaries}"],
    "rounds freeze": ["{pointed}", "--as", email("office")],
    "rounds open": OPEN_ROUND,
    "rounds withdraw": ["{round}", "--as", email("office")],
    "score recompute": ["--all"],
}


def walk(commands: tuple[click.Command, ...] = COMMANDS, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words, however deep it lies."""
    for command in commands:
        words = f"{before} {command.name}".strip()
        if isinstance(command, click.Group):
            yield from walk(tuple(command.commands.values()), words)
        else:
            yield words, command


def having(option: str) -> list[str]:
    return sorted(words for words, command in walk() if any(option in item.opts for item in command.params))


class Terminal:
    """Somebody at the command line of a site with people, a round and two dossiers."""

    world: World

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.folder = folder
        workbook = folder.parent / f"{folder.name}.xlsx"
        workbook.write_bytes(to_workbook(loader.load_shipped()[SET]))
        self.files = {
            "criteria": str(next(Path(loader.__file__).parent.glob("criteria/*.yaml"))),
            "workbook": str(workbook),
            "broken": self.file("broken.yaml", "code: x"),
            "set": self.file("set.yaml", sets.TEXT),
            "amendment": self.file("amendment.yaml", NOTED),
        }

    def file(self, name: str, content: str) -> str:
        """A file beside the data folder."""
        path = self.folder.parent / f"{self.folder.name}-{name}"
        path.write_text(content, encoding="utf-8")
        return str(path)

    def boundaries(self) -> str:
        with self.app.app_context():
            desk = Desk(self.folder.parent, units_of_province("48", TODAY))
            db.session.remove()
        return str(desk.geojson(desk.features(), f"{self.folder.name}.geojson"))

    def run(self, words: str, arguments: list[str], *more: str) -> Result:
        if "{boundaries}" in arguments:
            self.files.setdefault("boundaries", self.boundaries())
        filled = [item.format(**self.files) if item.startswith("{") else item for item in arguments]
        return self.app.test_cli_runner().invoke(args=[*words.split(), *filled, *more])

    def state(self) -> tuple[dict[str, list[Any]], dict[str, int]]:
        """Every row of every table, and every file of the data folder except the database."""
        with self.app.app_context():
            session = read_session()
            rows = {
                name: [tuple(row) for row in session.execute(table.select().order_by(*table.primary_key))]
                for name, table in Base.metadata.tables.items()
            }
            db.session.remove()
        kept = {
            str(path.relative_to(self.folder)): path.stat().st_mtime_ns
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.startswith("ruraldx.sqlite3")
        }
        return rows, kept


@pytest.fixture
def terminal(bare_app: Flask, settings: Settings) -> Terminal:
    with bare_app.app_context():
        world = make_world(settings.data_dir)
        db.session.remove()
    made = Terminal(bare_app, settings.data_dir)
    made.files["round"] = world.round_key
    made.world = world
    made.files["dossier"] = world.key
    return made


def with_demo(terminal: Terminal) -> None:
    with terminal.app.app_context():
        load_demo(now=utc_now(), data_dir=terminal.folder, say=lambda _text: None)
        db.session.remove()


def with_a_draft(terminal: Terminal) -> None:
    with terminal.app.app_context():
        admin = principal_of(email("admin"), NOW)
        assert admin is not None
        start_blank(actor=admin, now=NOW, code="thu", title="Bộ thử", province=None)
        db.session.remove()


def with_points(terminal: Terminal) -> None:
    """Two communes have sent what a rule compares."""
    with terminal.app.app_context():
        terminal.files["pointed"] = both_sent(terminal.world)
        db.session.remove()


def with_lost_results(terminal: Terminal) -> None:
    """Dossiers from before results were kept."""
    with terminal.app.app_context():
        terminal.world.to("complete")
        with unit_of_work() as session:
            session.execute(delete(LiveScore))
        db.session.remove()


BEFORE: dict[str, Callable[[Terminal], None]] = {
    "catalog drafts": with_a_draft,
    "demo remove-accounts": with_demo,
    "rounds freeze": with_points,
    "score recompute": with_lost_results,
}


def is_one_sentence(result: Result) -> str:
    """A refusal: exit code, no traceback, one Vietnamese line."""
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")


def test_the_lists_here_name_every_command_that_reads_or_writes() -> None:
    assert having("--json") == sorted(READING)
    assert having("--commit") == sorted(WRITING)
    others = {words for words, _ in walk()} - READING.keys() - WRITING.keys()
    assert others == {"docs", "catalog template"}, "they work on files, not on records"


@pytest.mark.parametrize("words", having("--json"))
def test_a_reading_command_speaks_json_and_words(terminal: Terminal, words: str) -> None:
    if words == "places check" and not (LISTS / "units_2025.csv").is_file():
        pytest.skip("no lists to compare with")
    BEFORE.get(words, lambda _terminal: None)(terminal)
    before = terminal.state()
    spoken = terminal.run(words, READING[words], "--json")
    assert json.loads(spoken.stdout)
    written = terminal.run(words, READING[words])
    assert written.stdout.strip()
    for result in (spoken, written):
        # The examination may find the machine wanting; it says so either way. The units here are of two provinces.
        assert result.exit_code == 0 or words in ("doctor", "places check"), result.output
    assert "\\u" not in spoken.stdout
    assert terminal.state() == before


@pytest.mark.parametrize("words", having("--commit"))
def test_a_writing_command_writes_nothing_until_told(terminal: Terminal, words: str) -> None:
    BEFORE.get(words, lambda _terminal: None)(terminal)
    before = terminal.state()
    rehearsed = terminal.run(words, WRITING[words])
    assert rehearsed.exit_code == 0, rehearsed.output
    assert rehearsed.stdout.strip()
    assert terminal.state() == before
    done = terminal.run(words, WRITING[words], "--commit")
    assert done.exit_code == 0, done.output
    assert done.stdout != rehearsed.stdout
    assert terminal.state() != before


@pytest.mark.parametrize(
    "words",
    ["demo load", "demo remove-accounts", "places load", "places pull-boundaries", "rounds freeze", "score recompute"],
)
def test_a_writing_command_that_may_be_repeated_adds_nothing_the_second_time(terminal: Terminal, words: str) -> None:
    BEFORE.get(words, lambda _terminal: None)(terminal)
    assert terminal.run(words, WRITING[words], "--commit").exit_code == 0
    rows, _files = terminal.state()
    assert terminal.run(words, WRITING[words], "--commit").exit_code == 0
    assert terminal.state()[0] == rows


REFUSALS: dict[str, tuple[str, list[str], str]] = {
    "an unknown set": ("catalog show", ["khong-co"], "Không có bộ tiêu chí này"),
    "an unknown set on a day": ("catalog diff", ["khong-co@31/12/2024", SET], "Không có bộ tiêu chí này"),
    "a day of a set that is none": ("catalog diff", [SET, f"{SET}@31/02/2024"], "Không có ngày"),
    "a file that is none": ("catalog export", ["khong-co.yaml"], "Không đọc được; hãy nêu một tệp YAML"),
    "an unknown unit": ("places show", ["99999"], "Không có đơn vị nào mang mã 99999"),
    "no lists": ("places check", ["--dir", "khong-co"], "Không có danh sách đối chiếu"),
    "no boundaries": ("places pull-boundaries", ["--from", "khong-co"], "geodata/sources.toml"),
    "an unknown province": ("places pull-boundaries", ["--province", "99"], "Không có đơn vị nào"),
    "a person nobody knows": ("rounds list", ["ai@kiemthu.invalid"], "Không có tài khoản này"),
    "a new password for nobody": ("accounts reset-password", ["ai@kiemthu.invalid", "--commit"], "Không có tài khoản"),
    "a round for a commune that is none": ("rounds open", [*OPEN_ROUND, "--commune", "Quế Phũ"], "0 xã tên “Quế Phũ”"),
    "a round with a way no province has": (
        "rounds open",
        [*OPEN_ROUND, "--choose", "15.1=khong-co"],
        "Các mẫu: hoa-binh, tay-ninh",
    ),
    "a round that chooses for another indicator": (
        "rounds open",
        [*OPEN_ROUND, "--choose", "8.1=x"],
        "8.1 không có mẫu",
    ),
    "a choice that is none": ("rounds open", [*OPEN_ROUND, "--choose", "15.1"], "TÊN=GIÁ TRỊ"),
    "a region that is none": ("rounds open", [*OPEN_ROUND, "--region", "Cẩm Thanh=sai"], "dtts-mn"),
    "a region of a commune outside": ("rounds open", [*OPEN_ROUND, "--region", "Đại Thắng=khac"], "không có xã"),
    "a round that is over": ("rounds open", [*OPEN_ROUND, "--due", "01/01/2024"], "sau thời điểm hiện tại"),
    "results of no round": ("score recompute", ["--round", "khong-co"], "Không tìm thấy kỳ"),
    "results of nothing": ("score recompute", [], "Hãy chọn một: --round"),
    "results of two things": ("score recompute", ["--all", "--round", "x"], "Hãy chọn một: --round"),
    "a dossier that is none": ("score explain", ["khong-co"], "Không tìm thấy hồ sơ"),
    "an indicator that is none": ("score explain", ["{dossier}", "--indicator", "99"], "Không có chỉ tiêu 99"),
    "another set that is none": ("score what-if", ["{dossier}", "--version", "x@1"], "Không có bộ tiêu chí"),
    "another set that is not named": ("score what-if", ["{dossier}"], "Hãy chọn một: --version"),
    "a day that reads as none": ("score what-if", ["{dossier}", "--on", "31/02/2024"], "Không có ngày"),
    "a set that is no set": ("score what-if", ["{dossier}", "--version", "{broken}"], "broken.yaml"),
    "a freezing by nobody": ("rounds freeze", ["x", "--as", "ai@kiemthu.invalid"], "Không có tài khoản này"),
    "a freezing of no round": ("rounds freeze", ["x", "--as", email("office")], "Không tìm thấy kỳ"),
    "closing nobody": ("accounts close", ["ai@kiemthu.invalid"], "Không có tài khoản này"),
    "ending a role nobody holds": (
        "accounts end-role",
        [email("official"), "--role", "leader", "--unit", "20650", "--commit"],
        "Không có vai trò này",
    ),
    "a role at no unit": ("accounts add", [*ADD[:-1], "99999"], "Không có đơn vị nào mang mã 99999"),
    "a day that is none": ("accounts add", [*ADD, "--on", "31/02/2024"], "Không có ngày"),
    "a role at a unit of another level": ("accounts add", [*ADD[:3], "leader", *ADD[4:]], "thuộc cấp tỉnh"),
    "an account of nobody": ("accounts add", [ADD[0], " ", *ADD[2:], "--commit"], "Hãy ghi họ tên"),
    "a title too long": ("rounds open", [*OPEN_ROUND, "--title", "a" * 301], "dài quá 300 ký tự"),
    "a commune twice": ("rounds open", [*OPEN_ROUND, "--commune", "Cẩm Thanh"], "Mỗi xã chỉ được chọn một lần"),
    "a region where the set has none": (
        "rounds open",
        [*OPEN_ROUND[:4], "--criteria", WITHOUT_REGIONS, *OPEN_ROUND[6:-4], "--region", "zzz"],
        "Bộ tiêu chí này không chia theo “vung”",
    ),
    "a round with a set that is none": ("rounds open", [*OPEN_ROUND, "--criteria", "khong-co"], "Không có bộ tiêu chí"),
    "a round with a number that is none": ("rounds open", [*OPEN_ROUND, "--criteria", f"{SET}@x"], "MÃ@SỐ"),
    "a publication by an official": ("catalog publish", ["{set}", "--as", email("official")], "quyền"),
    "a publication by nobody": ("catalog publish", ["{set}", "--as", "ai@kiemthu.invalid"], "Không có tài khoản"),
    "a publication of no file": ("catalog publish", ["khong-co.yaml"], "Không đọc được"),
    "a publication of no set": ("catalog publish", ["{amendment}"], "lỗi, chưa có gì được ghi"),
    "an amendment of nothing": ("catalog amend", ["{set}"], "lỗi, chưa có gì được ghi"),
    "a retirement of nothing": ("catalog retire", ["khong-co", "1", "--reason", "x"], "Không có bộ tiêu chí"),
    "a retirement without a reason": ("catalog retire", [SET, "2", "--reason", " "], "Hãy ghi lý do"),
    "a retirement on no day": ("catalog retire", [SET, "2", "--reason", "x", "--on", "32/1/2026"], "Không có ngày"),
    "a retirement on a day to come": (
        "catalog retire",
        [SET, "2", "--reason", "x", "--on", "31/12/2099"],
        "sau hôm nay",
    ),
    "an anchor that is none": ("audit verify", ["--anchor", "x"], "Mốc phải có dạng"),
    "a round of a stranger": ("rounds open", ["--as", "ai@kiemthu.invalid", *OPEN_ROUND[2:]], "Không có tài khoản"),
    "a commune twice in one period": (
        "rounds open",
        [*OPEN_ROUND, "--commune", "Quế Phú", "--commit"],
        "Xã Quế Phú đã có trong kỳ “Kỳ kiểm thử 2024” (mã kỳ ",
    ),
    "taking back no round": ("rounds withdraw", ["khong-co", "--as", email("office"), "--commit"], "Không tìm thấy kỳ"),
    "a round taken back by nobody": (
        "rounds withdraw",
        ["{round}", "--as", "ai@kiemthu.invalid"],
        "Không có tài khoản",
    ),
    "a round taken back by an official": (
        "rounds withdraw",
        ["{round}", "--as", email("official"), "--commit"],
        "quyền",
    ),
    "a round by an official": ("rounds open", ["--as", email("official"), *OPEN_ROUND[2:], "--commit"], "quyền"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_one_vietnamese_sentence_and_changes_nothing(terminal: Terminal, name: str) -> None:
    words, arguments, expected = REFUSALS[name]
    before = terminal.state()
    assert expected in is_one_sentence(terminal.run(words, arguments))
    assert terminal.state() == before


def test_verifying_writes_nothing_and_fails_for_a_result_that_was_changed(terminal: Terminal) -> None:
    with terminal.app.app_context():
        terminal.world.to("sent")
        db.session.remove()
    assert terminal.run("score recompute", ["--all", "--verify", "--commit"]).exit_code == 0
    with terminal.app.app_context(), unit_of_work() as session:
        on_server = session.get_bind().dialect.name == "postgresql"
        session.execute(sql("DROP TRIGGER score_no_update" + (" ON score" if on_server else "")))
        session.execute(sql("UPDATE score SET result = '{}'"))
    before = terminal.state()
    found = terminal.run("score recompute", ["--all", "--verify"])
    assert found.exit_code == 1
    assert "self (lần gửi 1)  KHÁC" in found.stdout
    assert terminal.state() == before


def test_results_speak_points_classes_and_flips(terminal: Terminal) -> None:
    with_points(terminal)
    freeze = terminal.run("rounds freeze", WRITING["rounds freeze"], "--commit")
    assert "(của 2 xã)" in freeze.stdout
    terminal.files["dossier"] = terminal.world.neighbour_key
    said = terminal.run("score explain", ["{dossier}"]).stdout
    assert "Tổng: 20/20 điểm  Tốt" in said
    assert json.loads(terminal.run("score explain", ["{dossier}", "--indicator", "1.2", "--json"]).stdout)["points"]
    assert "Không còn thiếu gì." in terminal.run("score missing", ["{dossier}"]).stdout
    same = terminal.run("score what-if", ["{dossier}", "--on", "31/12/2024"]).stdout
    assert "20/20 điểm Tốt" in same
    assert "Không có chỉ tiêu nào thay đổi kết quả." in same
    terminal.files["dossier"] = terminal.world.key
    assert "+7,5 điểm" in terminal.run("score missing", ["{dossier}"]).stdout
    other = terminal.run("score what-if", ["{dossier}", "--version", "{criteria}"]).stdout
    assert "1.2  Không còn: Đã chấm điểm, 2,5 điểm → –" in other


def test_a_new_password_lets_a_closed_account_in_again_and_ends_the_old_one(terminal: Terminal) -> None:
    who = email("official")
    assert terminal.run("accounts close", [who], "--commit").exit_code == 0
    done = terminal.run("accounts reset-password", [who], "--commit")
    password = done.stdout.rpartition(": ")[2].strip()
    with terminal.app.app_context():
        assert sign_in(now=NOW, email=who, password=password)
        with pytest.raises(Refused):
            sign_in(now=NOW, email=who, password=PASSWORD)


def test_each_commune_of_a_round_may_have_its_own_region(terminal: Terminal) -> None:
    options = [*OPEN_ROUND, "--commune", "Tam Phước", "--region", "Tam Phước=dtts-mn", "--title", "Hai vùng"]
    assert terminal.run("rounds open", options, "--commit").exit_code == 0
    with terminal.app.app_context():
        rows = read_session().scalars(select(Assessment.dimensions).join(Round).where(Round.title == "Hai vùng")).all()
    assert sorted(row["vung"] for row in rows) == ["dtts-mn", "khac"]


def test_adding_an_account_prints_its_password_once_and_a_second_role_prints_none(terminal: Terminal) -> None:
    first = terminal.run("accounts add", ADD, "--commit")
    password = first.stdout.rpartition("Mật khẩu: ")[2].strip()
    assert len(password) >= 12
    second = terminal.run("accounts add", [*ADD[:3], "chairperson", *ADD[4:]], "--commit")
    assert "Tài khoản đã có; đã thêm vai trò." in second.stdout
    listed = json.loads(terminal.run("accounts list", [], "--json").stdout)
    assert [item["name"] for item in listed if item["email"] == ADD[0]] == ["Người Mới"]
    with terminal.app.app_context():
        assert password not in json.dumps(terminal.state()[0], default=str)


def test_the_list_of_accounts_says_which_roles_each_holds_now_where_and_how_long(terminal: Terminal) -> None:
    now, day = utc_now(), timedelta(days=1)
    with terminal.app.app_context():
        who, place = principal_of(email("official"), now), unit_id("Quế Phú")
        for begin, end in ((now - 3 * day, now - day), (now - day, now + day), (now + day, None)):
            grant_role(
                actor_id=None, now=now, person_id=who.person_id if who else 0, role=Role.CHAIRPERSON, unit_id=place,
                valid_from=begin, valid_to=end,
            )  # fmt: skip
        nobody = {"email": "chua-co@kiemthu.invalid", "name": "Chưa có", "password": PASSWORD}
        create_person(actor_id=None, now=now, **nobody)
    lines = terminal.run("accounts list", []).stdout.splitlines()
    position = lines.index(f"{email('official')}  Người official")
    first, second, following = lines[position + 1 : position + 4]
    assert first.startswith("  Công chức xã (commune_official): 20650 Xã Quế Phú, từ ")
    assert first.endswith(", không thời hạn")
    ends = format_datetime(now + day)
    begins = format_datetime(now - day)
    assert second == f"  Chủ tịch UBND xã (chairperson): 20650 Xã Quế Phú, từ {begins}, đến {ends}"
    assert not following.startswith(" "), "neither a role of before nor one to come"
    assert "  không có vai trò nào đang hiệu lực" in lines
    listed = {item["email"]: item for item in json.loads(terminal.run("accounts list", [], "--json").stdout)}
    roles = listed[email("official")]["roles"]
    assert [(role["role"], role["unit_code"], role["unit_name"]) for role in roles] == [
        ("commune_official", "20650", "Xã Quế Phú"),
        ("chairperson", "20650", "Xã Quế Phú"),
    ]
    assert roles[0]["valid_to"] is None
    assert datetime.fromisoformat(roles[1]["valid_to"]) == now + day


def test_a_role_for_a_closed_account_says_how_to_open_it(terminal: Terminal) -> None:
    assert terminal.run("accounts close", [email("official")], "--commit").exit_code == 0
    said = is_one_sentence(terminal.run("accounts add", [email("official"), *ADD[1:]], "--commit"))
    assert f"đã khóa. Hãy mở lại bằng `ruraldx accounts reset-password {email('official')}" in said


def test_a_broken_criteria_set_is_reported_by_file_with_exit_code_1(terminal: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / "hong.yaml"
    broken.write_text("code: [", encoding="utf-8")
    said = terminal.run("catalog check", [str(broken)], "--json")
    assert said.exit_code == 1
    assert json.loads(said.stdout)[str(broken)]


def test_of_two_criteria_sets_with_one_file_name_each_is_reported_under_its_path(
    terminal: Terminal, tmp_path: Path
) -> None:
    broken, good = tmp_path / "a" / "s.yaml", tmp_path / "b" / "s.yaml"
    for file, words in ((broken, "code: ["), (good, Path(terminal.files["criteria"]).read_text(encoding="utf-8"))):
        file.parent.mkdir()
        file.write_text(words, encoding="utf-8")
    said = terminal.run("catalog check", [str(broken), str(good)])
    assert said.exit_code == 1
    first, second = said.stdout.splitlines()
    assert first.startswith(f"{broken}:1: ")
    assert second == f"{good}: hợp lệ."


AMENDED = """\
code: sua
number: 1
base_code: {code}
base_number: {number}
document: {{key: sua, number: 2/QĐ, agency: Cơ quan, title: Sửa đổi}}
effective_from: {start}
effective_to: 2029-12-31
verification: demo
source: Nguồn
operations:
  - {{kind: set, node: "8.1", field: target, old: Đạt, new: Đạt cả}}
"""


def test_a_set_is_shown_compared_and_exported_as_it_reads_on_a_day(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    base = loader.load_shipped()[SET]
    text = AMENDED.format(code=SET, number=base.number, start="2024-03-01")
    amendments = (*loader.load_amendments(), parse_amendment("sua.yaml", text.encode()))
    monkeypatch.setattr(amending, "shipped_amendments", lambda: amendments)
    listed = terminal.run("catalog list", []).stdout
    assert "sửa đổi: 2/QĐ (Cơ quan), sua v1, từ 01/03/2024; có hiệu lực từ 01/03/2024 đến hết 31/12/2029" in listed
    assert "chưa rõ ngày có hiệu lực" in listed
    assert "Đã gồm: 2/QĐ" in terminal.run("catalog show", [SET, "--on", "2024-03-01"]).stdout
    before = terminal.run("catalog show", [SET, "--on", "2024-02-29"]).stdout
    assert "Không gồm: 2/QĐ" in before
    assert "Chưa áp dụng: 211/QĐ-TTg" in before
    shown = json.loads(terminal.run("catalog show", [SET, "--on", "2024-03-01", "--json"]).stdout)
    assert (shown["amendments"], shown["not_applied"]) == (["sua"], [])
    assert shown["undated"] == [one.code for one in loader.load_amendments() if one.base_code == SET]
    said = terminal.run("catalog diff", [SET, f"{SET}@2024-03-01"]).stdout
    assert "Sửa: 8.1  Yêu cầu: “Đạt” → “Đạt cả”" in said
    assert said.splitlines()[-1].endswith(" điểm khác nhau.")
    exported = tmp_path / "bo.yaml"
    exported.write_text(terminal.run("catalog export", [SET, "--on", "2024-03-01"]).stdout, encoding="utf-8")
    assert terminal.run("catalog diff", [str(exported), f"{SET}@01/03/2024"]).stdout == "Hai bộ giống hệt nhau.\n"
    assert "target: Đạt cả" in exported.read_text(encoding="utf-8")
    as_json = json.loads(terminal.run("catalog export", [SET, "--format", "json"]).stdout)
    assert as_json["code"] == SET
    one = json.loads(terminal.run("catalog schema", ["amendment"]).stdout)
    assert one["title"] == "Amendment"


def test_files_of_every_kind_are_checked_together(terminal: Terminal, tmp_path: Path) -> None:
    base = loader.load_shipped()[SET]
    good, wrong = tmp_path / "sua.yaml", tmp_path / "sai.yaml"
    text = AMENDED.format(code=SET, number=base.number, start="2024-03-01")
    good.write_text(text, encoding="utf-8")
    wrong.write_text(text.replace("old: Đạt", "old: Khác"), encoding="utf-8")
    said = terminal.run("catalog check", [str(good), str(wrong), str(tmp_path)])
    assert said.exit_code == 1
    first, second, third = said.stdout.splitlines()
    assert first == f"{good}: hợp lệ."
    assert second == f"{wrong}:11: Mục “target” của 8.1 hiện là “Đạt”, không phải “Khác”."
    assert third == f"{tmp_path}:1: Không đọc được; hãy nêu một tệp YAML."


def test_a_search_says_what_an_old_unit_is_now_and_a_unit_where_it_came_from(terminal: Terminal) -> None:
    assert (
        "20650  Xã Quế Phú (Huyện Quế Sơn)  → nay là Xã Xuân Phú" in terminal.run("places search", ["que phu"]).stdout
    )
    shown = terminal.run("places show", ["20650", "--on", "2024-12-31"]).stdout
    assert shown.startswith("20650  Xã Quế Phú (Huyện Quế Sơn), hiệu lực không rõ – 01/07/2025\n  thành Xã Xuân Phú")
    now = json.loads(terminal.run("places show", ["20650"], "--json").stdout)
    assert {link["unit"]["name"] for link in now["lineage"]["predecessors"]} >= {"Quế Phú", "Hương An"}


def test_boundaries_are_packed_when_told_and_progress_goes_beside_the_result(terminal: Terminal) -> None:
    command = ("places pull-boundaries", WRITING["places pull-boundaries"])
    rehearsed = terminal.run(*command)
    assert rehearsed.stdout.startswith("Kiểm tra đạt: 94 ranh giới, chưa ghi gì.")
    assert rehearsed.stderr.startswith("Đang đọc ")
    assert "Giấy phép: tệp riêng." in rehearsed.stdout
    assert json.loads(terminal.run(*command, "--json").stdout)["file"] == ""
    assert terminal.run(*command, "--commit").stdout.startswith("Đã đóng gói: 94 ranh giới")
    assert len(list((terminal.folder / "packs").glob("*.json.gz"))) == 3


def test_commands_find_the_demo_that_serve_prepared_and_nothing_else(tmp_path: Path) -> None:
    environment = {"RURALDX_DATA_DIR": str(tmp_path)}
    use_demo_settings(environment)
    assert environment == {"RURALDX_DATA_DIR": str(tmp_path)}
    (tmp_path / "secret-key").write_text("bi-mat\n", encoding="ascii")
    own = {**environment, "RURALDX_SECRET_KEY": "rieng"}
    use_demo_settings(own)
    assert own["RURALDX_SECRET_KEY"] == "rieng"
    assert "RURALDX_ENVIRONMENT" not in own
    use_demo_settings(environment)
    assert (environment["RURALDX_SECRET_KEY"], environment["RURALDX_ENVIRONMENT"]) == ("bi-mat", "demo")


GOOD = {"RURALDX_ENVIRONMENT": "production", "RURALDX_SECRET_KEY": "k7Qz" * 12 + "rT9wX2"}
UNSAFE: dict[str, tuple[dict[str, str], str]] = {
    "no secret": ({"RURALDX_SECRET_KEY": ""}, "RURALDX_SECRET_KEY chưa được đặt"),
    "a known secret": ({"RURALDX_SECRET_KEY": "changeme"}, "RURALDX_SECRET_KEY là một giá trị ai cũng biết"),
    "a short secret": ({"RURALDX_SECRET_KEY": "x8Jq2mVt5w"}, "RURALDX_SECRET_KEY quá ngắn"),
    "debug": ({"RURALDX_DEBUG": "1"}, "RURALDX_DEBUG đang bật"),
    "two hosts on SQLite": ({"RURALDX_APP_HOSTS": "2"}, "SQLite chỉ dùng được với một máy chủ"),
    "no environment of ours": ({"RURALDX_ENVIRONMENT": "prod"}, "Giá trị không dùng được: RURALDX_ENVIRONMENT ("),
    "no number": ({"RURALDX_APP_HOSTS": "x"}, "Giá trị không dùng được: RURALDX_APP_HOSTS ("),
    "no list": ({"RURALDX_TRUSTED_HOSTS": "a.vn"}, "Giá trị không phải JSON: "),
}
WAYS: dict[str, list[str]] = {
    "ruraldx": ["ruraldx", "accounts", "list"],
    "flask": ["flask", "--app", "wsgi", "accounts", "list"],
    "gunicorn": ["gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
}


def from_outside(folder: Path, command: list[str], changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with nothing of this one's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RURALDX_", "FLASK_"))}
    environment = {**kept, **GOOD, "RURALDX_DATA_DIR": str(folder), "RURALDX_BIND": f"unix:{folder / 'x.sock'}"}
    program = Path(sys.executable).parent / command[0]
    return subprocess.run(
        [program, *command[1:]],
        cwd=ROOT, env={**environment, **changes}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_settings_that_must_not_be_served_end_the_console_script_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("RURALDX_", "FLASK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "argv", WAYS["ruraldx"])
    for name, (changes, sentence) in UNSAFE.items():
        for variable, value in {**GOOD, "RURALDX_DATA_DIR": str(tmp_path), "RURALDX_DEBUG": "0", **changes}.items():
            monkeypatch.setenv(variable, value)
        monkeypatch.setenv("RURALDX_APP_HOSTS", changes.get("RURALDX_APP_HOSTS", "1"))
        monkeypatch.setenv("RURALDX_TRUSTED_HOSTS", changes.get("RURALDX_TRUSTED_HOSTS", "[]"))
        monkeypatch.delitem(sys.modules, "wsgi", raising=False)
        with pytest.raises(SystemExit) as ended:
            main()
        assert str(ended.value).startswith(f"ruraldx: {sentence}"), name


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_start_says_the_same_sentence_without_a_traceback(tmp_path: Path, way: str) -> None:
    changes, sentence = UNSAFE["a short secret"]
    done = from_outside(tmp_path, WAYS[way], changes)
    assert done.returncode != 0
    assert f"ruraldx: {sentence}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "\n  File " not in done.stderr


def test_production_is_not_served_with_demo_accounts_until_the_command_that_it_names_has_closed_them(
    terminal: Terminal, settings: Settings
) -> None:
    with_demo(terminal)
    database = {"RURALDX_DATABASE_URL": settings.database_address}
    served = from_outside(terminal.folder, WAYS["gunicorn"], database)
    assert served.returncode != 0
    assert "Còn tài khoản minh họa đang hoạt động" in served.stderr
    assert "Traceback" not in served.stderr
    refused = from_outside(terminal.folder, ["flask", "--app", "wsgi", "run", "--port", "0"], database)
    assert "Còn tài khoản minh họa đang hoạt động" in refused.stderr
    (advised,) = re.findall(r"`(ruraldx [^`]+)`", served.stderr)
    closed = from_outside(terminal.folder, advised.split(), database)
    assert closed.returncode == 0, closed.stderr
    assert "Đã khóa 11 tài khoản minh họa." in closed.stdout
    checked = from_outside(terminal.folder, ["gunicorn", "--check-config", *WAYS["gunicorn"][1:]], database)
    assert checked.returncode == 0, checked.stderr


def test_a_database_without_tables_ends_a_command_with_what_to_run(tmp_path: Path) -> None:
    done = from_outside(tmp_path, ["ruraldx", "places", "load"], {})
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Cơ sở dữ liệu chưa dùng được (no such table: unit)")
    assert "ruraldx db upgrade" in done.stderr


def test_the_demo_can_be_loaded_again_when_the_file_of_its_passwords_is_lost(terminal: Terminal) -> None:
    with_demo(terminal)
    (terminal.folder / ACCOUNTS_FILE).unlink()
    again = terminal.run("demo load", [], "--commit")
    assert again.exit_code == 0, again.output
    assert f"tệp mật khẩu {ACCOUNTS_FILE} không còn" in again.stdout
