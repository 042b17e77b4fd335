"""Facts about units entered by hand, each with its source: notes, and points of the packages that are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

_DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Note:
    """A dated fact about a unit; ``era`` is "before" (until 30/6/2025) or "today"."""

    code: str
    level: str
    era: str
    note: str
    source: str
    verification: str


def _read(name: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=1)
def notes() -> dict[tuple[str, str, str], Note]:
    """(code, level, era) → the note."""
    found = (Note(**item) for item in _read("notes.yaml"))
    return {(note.code, note.level, note.era): note for note in found}


@lru_cache(maxsize=1)
def wrong_points() -> frozenset[str]:
    """Codes of today's units whose point in the package lies elsewhere."""
    return frozenset(item["code"] for item in _read("wrong_points.yaml"))
