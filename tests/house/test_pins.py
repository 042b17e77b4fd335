"""What is installed is pinned by hash, from wherever the machine gets its packages; nothing of others is committed."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from ruraldx.config import ROOT
from tests.house.tree import files, texts

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")


def pins(name: str) -> dict[str, list[str]]:
    """Package → the lines of its entry."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    return {
        re.split(r"[=\[ ;]", entry, maxsplit=1)[0] + entry.partition(";")[2][:60]: entry.split("\\\n")
        for entry in entries
    }


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    for package, lines in pins(name).items():
        assert re.match(r"[a-z0-9.\-\[\]]+==[^ ;]+", lines[0]), package
        assert len(lines) > 1, package
        assert all(re.fullmatch(r"\s*--hash=sha256:[0-9a-f]{64}\s*", line) for line in lines[1:]), package


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: development.get(name) for name in runtime} == runtime


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.match(r"[A-Za-z0-9.\-]+", item)[0].lower() for item in wanted}  # type: ignore[index]
    locked = {re.match(r"[a-z0-9.\-]+", name)[0] for name in pins("requirements-dev.lock")}  # type: ignore[index]
    assert names <= locked


def test_npm_packages_are_exact_hashed_and_without_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for version in json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for name, entry in lock["packages"].items():
        if name:
            assert entry["integrity"].startswith("sha512-"), name
            assert "resolved" not in entry, name


def test_front_end_files_in_use_are_the_pinned_ones() -> None:
    hashed = {
        line.split("  ")[1] for line in (ROOT / "deploy" / "assets.sha256").read_text(encoding="utf-8").splitlines()
    }
    manifest = json.loads((ROOT / "static" / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest.values()) <= hashed
    for name, text in texts():
        if name.startswith("templates/"):
            assert set(re.findall(r"vendor\([\"']([^\"']+)", text)) <= manifest.keys(), name
            for path in re.findall(r"asset\([\"']([^\"']+)", text):
                assert (ROOT / "static" / path).is_file(), f"{name}: {path}"
        if name.startswith("static/css/"):
            for path in re.findall(r"url\([\"']?([^\"')]+)", text):
                if not path.startswith("data:"):
                    assert (ROOT / name).parent.joinpath(path).resolve().is_file(), f"{name}: {path}"


def test_nothing_of_others_is_committed() -> None:
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        assert not re.search(r"\.min\.(?:js|css)$|\.(?:woff2?|ttf|otf|gpkg|sqlite3)$", name), name
        if name.startswith(("static/", "templates/")) and path.suffix in (".js", ".css", ".html"):
            assert not re.search(r"@license|copyright|\(c\) 20", path.read_text(encoding="utf-8"), re.IGNORECASE), name
