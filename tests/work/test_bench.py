"""The measurements: fair turns, counted statements, a page of results, and gates that can close."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import text

import bench.__main__ as program
from bench import cases, measure, nation, peers, report, sql_scoring
from bench.cases import import_time, scoring
from bench.measure import Row, counted, interleave
from bench.stage import Stage
from ruraldx.catalog.checks import problems_of
from ruraldx.config import ROOT
from ruraldx.database import db
from ruraldx.scoring import bulk

NAMES = sorted(module.name for module in pkgutil.iter_modules(cases.__path__))


def test_acts_take_turns_forwards_and_backwards_after_a_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "WARM_UP", 2)
    done: list[str] = []
    taken = interleave({name: lambda name=name: done.append(name) for name in "ABC"}, rounds=3)
    assert "".join(done) == "AABBCC" + "ABC" + "CBA" + "ABC"
    assert set(taken) == set("ABC")
    assert all(value >= 0 for value in taken.values())


def test_an_act_that_costs_more_is_seen_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "WARM_UP", 1)
    taken = interleave({"little": lambda: None, "much": lambda: sum(range(300_000))}, rounds=5)
    assert taken["much"] > 10 * taken["little"]


def test_statements_are_counted_inside_the_block_only(app: Flask) -> None:
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with counted(db.engine) as seen:
            connection.execute(text("SELECT 2"))
            connection.execute(text("SELECT 3"))
        connection.execute(text("SELECT 4"))
    assert seen == ["SELECT 2", "SELECT 3"]


ROWS = [
    Row("bytes", "2 KB", "at most 3 KB", True),
    Row("statements", "9", "at most 8", False),
    Row("time", "5 ms"),
    Row("ratio", "3 ×", "at most 4 ×", met=True),
    Row("start", "0.9 s", "under 0.6 s", met=False, why="the libraries alone take 0.5 s"),
]


def test_a_result_says_whether_a_goal_is_kept_and_what_stood_in_its_way() -> None:
    assert report.table(ROWS).splitlines() == [
        "| what | measured | goal | kept |",
        "|---|---|---|---|",
        "| bytes | 2 KB | at most 3 KB | yes |",
        "| statements | 9 | at most 8 | **no** |",
        "| time | 5 ms |  |  |",
        "| ratio | 3 × | at most 4 × | in this run |",
        "| start | 0.9 s | under 0.6 s | **not in this run**: the libraries alone take 0.5 s |",
    ]


def test_results_name_command_date_and_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    report.write([("Một", ROWS[:1]), ("Hai", ROWS[1:])])
    written = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert written.startswith("# Results\n")
    assert "- command: `python -m bench`\n" in written
    assert re.search(r"^- date: \d{4}-\d\d-\d\d \d\d:\d\d UTC$", written, re.MULTILINE)
    assert re.search(r"^- machine: .+, \d+ cores, \d+ GiB, Linux .+, Python 3\.\d+\.\d+$", written, re.MULTILINE)
    assert written.index("## Một") < written.index("| bytes |") < written.index("## Hai") < written.index("| start |")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for results, so that those of the repository stay."""
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    return tmp_path / "RESULTS.md"


def run(monkeypatch: pytest.MonkeyPatch, rows: list[Row], *arguments: str) -> int:
    for name in NAMES:
        monkeypatch.setattr(importlib.import_module(f"bench.cases.{name}"), "run", lambda _stage: iter(rows))
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    return program.main()


def test_only_a_goal_that_noise_cannot_move_closes_the_gates(
    monkeypatch: pytest.MonkeyPatch, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, ROWS, "--gates") == 1
    assert "Missed:\n  statements\n" in capsys.readouterr().out
    assert run(monkeypatch, [row for row in ROWS if row.kept is not False], "--gates") == 0
    assert "Missed" not in capsys.readouterr().out
    assert not results.exists(), "gates only judge"


def test_a_whole_run_writes_results_even_when_a_goal_is_missed_and_a_part_writes_none(
    monkeypatch: pytest.MonkeyPatch, results: Path
) -> None:
    assert run(monkeypatch, ROWS, NAMES[0]) == 0
    assert not results.exists()
    assert run(monkeypatch, ROWS) == 0
    assert results.read_text(encoding="utf-8").count("| statements | 9 |") == len(NAMES)


def test_cases_are_listed_and_an_unknown_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, ROWS, "--list") == 0
    assert capsys.readouterr().out.split() == NAMES
    with pytest.raises(SystemExit) as refused:
        run(monkeypatch, ROWS, "khong-co")
    assert refused.value.code == 2
    assert "unknown: khong-co" in capsys.readouterr().err


def test_the_heavy_libraries_of_an_import_are_found_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_time, "ROUNDS", 1)
    codes = {"anchor": "import flask", "libraries": "import flask", "application": "import flask, shapely"}
    monkeypatch.setattr(import_time, "CODES", codes)
    loaded = [row for row in import_time.run(Stage(tmp_path)) if row.what == "heavy libraries loaded"]
    assert [(row.value, row.kept) for row in loaded] == [("numpy, shapely", False)]


def test_the_committed_results_are_of_the_cases_that_exist() -> None:
    written = (ROOT / "bench" / "RESULTS.md").read_text(encoding="utf-8")
    titles = [importlib.import_module(f"bench.cases.{name}").TITLE for name in NAMES]
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == titles
    assert "| **no** |" not in written, "a gate that is missed is a fault, not a result"


SMALL = (5, 7, 9)


def rows_of_scoring(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Row]:
    monkeypatch.setattr(scoring, "SMALL_SIZES", SMALL)
    monkeypatch.setattr(scoring, "TURNS", 1)
    monkeypatch.setattr(bulk, "FEW", 1)
    monkeypatch.setattr(scoring, "YEARS", 2)
    monkeypatch.setattr(scoring, "_server", lambda: None)
    monkeypatch.setattr(peers, "FOLDER", folder / "no-peers")
    return {row.what.split(" (")[0]: row for row in scoring.run(Stage(folder, small=True))}


def test_scores_in_columns_are_those_of_sql_over_the_same_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of_scoring(tmp_path, monkeypatch)
    assert rows["results of both"].kept is True
    assert rows["SQL statements to read a round"].value == "1"
    assert rows["memory of the process at most"].kept is True
    assert rows["answers"].value.startswith("840 of 14 assessments, ")
    assert peers.ABSENT in rows["arithmetic alone"].value
    assert rows["one round in PostgreSQL"].value == "no server to measure against"
    assert rows["growth, the whole way"].kept is True


def test_the_switch_where_sql_counts_otherwise_the_gate_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_scoring, "POINTS", sql_scoring.POINTS.replace("n1 * 30", "n1 * 31"))
    assert rows_of_scoring(tmp_path, monkeypatch)["results of both"].kept is False


def test_the_set_of_the_nation_has_sixty_sound_indicators_of_every_kind() -> None:
    indicators = nation.criteria().indicators
    assert len(indicators) == 60
    assert {one.rule.kind for one in indicators} == set(sql_scoring.KINDS)
    assert problems_of(nation.criteria()) == []


def test_a_peer_that_cannot_be_installed_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refused(command: tuple[str, ...], check: bool) -> SimpleNamespace:
        asked.append(command[-1])
        return SimpleNamespace(returncode=1 if "pip" in command else 0)

    monkeypatch.setattr(peers, "subprocess", SimpleNamespace(run=refused))
    monkeypatch.setattr(sys, "argv", ["bench", "peers", "install"])
    assert program.main() == 1
    assert asked == [str(peers.FOLDER), peers.PACKAGES[-1]]


@pytest.fixture(autouse=True)
def _no_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here measures; a stage that is asked for would take seconds."""
    monkeypatch.setattr(Stage, "app", property(lambda _self: pytest.fail("the stage was built")))
