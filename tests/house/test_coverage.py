"""The pure rules are covered fully, every branch, by tests/rules alone: no page has to be opened to see a rule fail."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ruraldx.config import ROOT

_CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
(PURE,) = (contract["source_modules"] for contract in _CONTRACTS if contract["name"] == "Rules are pure")


def measured(tests: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run tests in a process and with a data file of their own, measuring the modules under the purity contract."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=brief",
         tests, *(f"--cov={module}" for module in PURE), "--cov-branch", "--cov-report=term-missing",
         "--cov-fail-under=100"],
        cwd=ROOT, env={**own, "COVERAGE_FILE": str(folder / "coverage")}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.xdist_group("coverage")
def test_every_branch_of_the_pure_rules_is_reached_by_their_own_tests(tmp_path: Path) -> None:
    done = measured("tests/rules", tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.xdist_group("coverage")
def test_the_switch_with_tests_left_out_the_count_goes_red(tmp_path: Path) -> None:
    done = measured("tests/rules/test_rounding.py", tmp_path)
    assert done.returncode != 0
    assert "Required test coverage of 100% not reached" in done.stdout + done.stderr
    assert "ruraldx/scoring/rules.py" in done.stdout


def test_no_pure_rule_is_excused_from_being_counted() -> None:
    for module in PURE:
        place = ROOT / module.replace(".", "/")
        for path in [*place.rglob("*.py"), place.with_suffix(".py")]:
            assert not path.is_file() or "pragma: no" not in path.read_text(encoding="utf-8"), path.name
