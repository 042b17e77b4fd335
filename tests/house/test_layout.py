"""Where things stand, which way imports go, and that the heavy libraries stay out until a map is asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from ruraldx.config import ROOT
from tests.house.tree import IGNORED_FOLDERS, files, modules

TOP = {
    ".ci", ".editorconfig", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "bench", "deploy", "docs",
    "geodata", "migrations", "package-lock.json", "package.json", "pyproject.toml", "requirements-dev.lock",
    "requirements-node.lock", "requirements.lock", "ruraldx", "static", "templates", "tests", "wsgi.py",
}  # fmt: skip
HEAVY = ("geopandas", "pyogrio", "shapely", "pandas", "numpy", "folium", "branca")
DOORS = {"ruraldx/places/boundaries.py", "ruraldx/maps/render.py", "ruraldx/scoring/arrays.py"}
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def test_the_top_level_holds_only_what_the_design_names() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} <= TOP


def test_what_is_not_ours_is_kept_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for folder in IGNORED_FOLDERS - {".git", "vendor"}:
        assert f"{folder}/" in ignored
    assert "static/vendor/" in ignored


def test_layers_and_doors_hold() -> None:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("contract", "patterns"),
    [
        (
            "Models, queries and operations know no request",
            ("*/models.py", "*/*_models.py", "*/queries*", "*/operations*"),
        ),
        (
            "Views, forms, commands and the API never touch tables",
            ("*/views.py", "*/*_views.py", "*/forms.py", "*/commands.py"),
        ),
    ],
)
def test_a_new_module_comes_under_its_contract(contract: str, patterns: tuple[str, ...]) -> None:
    (named,) = [item["source_modules"] for item in CONTRACTS if item["name"] == contract]
    for path, _text in modules():
        if any(fnmatch(path.removeprefix("ruraldx/"), pattern) for pattern in patterns) and "/web/" not in path:
            dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            assert any(dotted == name or dotted.startswith(f"{name}.") for name in named), f"{dotted}: {contract}"


def test_heavy_libraries_are_named_behind_their_door_only() -> None:
    loading = re.compile(rf"import_module\(\s*[\"'](?:{'|'.join(HEAVY)})")
    assert {path for path, text in modules() if loading.search(text)} <= DOORS


def test_the_application_starts_without_the_heavy_libraries() -> None:
    names = (*HEAVY, "alembic", "flask_migrate")
    code = f"import sys, ruraldx.app; print(*[name for name in {names!r} if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
