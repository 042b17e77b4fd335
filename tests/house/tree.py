"""What is part of the project, without asking git: every file that ``.gitignore`` does not keep out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ruraldx.config import ROOT

IGNORED_FOLDERS = frozenset(
    {
        ".git",
        ".venv",
        "instance",
        "vendor",
        "node_modules",
        "__pycache__",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        ".import_linter_cache",
        ".hypothesis",
        "build",
        "test-artefacts",
    }
)
IGNORED_ENDINGS = (".gz", ".br", ".pyc", ".mo", ".egg-info")
IGNORED_NAMES = (".coverage", ".env")
TEXT_ENDINGS = frozenset({"", ".example", ".lock", ".mako", ".sha256"}) | frozenset(
    {".css", ".csv", ".html", ".ini", ".js", ".json", ".md", ".po", ".py", ".sh", ".svg", ".toml", ".yaml", ".yml"}
)


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project."""
    for path in sorted(folder.iterdir()):
        ignored = path.name.endswith(IGNORED_ENDINGS) or path.name.startswith(IGNORED_NAMES)
        if ignored or (path.is_dir() and path.name in IGNORED_FOLDERS):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def texts() -> Iterator[tuple[str, str]]:
    """Every text file: its path from the top and what it says."""
    for path in files():
        if path.suffix in TEXT_ENDINGS:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def modules(folder: str = "ruraldx") -> Iterator[tuple[str, str]]:
    """Every Python module below a folder."""
    return ((name, text) for name, text in texts() if name.startswith(f"{folder}/") and name.endswith(".py"))
