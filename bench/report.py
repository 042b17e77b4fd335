"""How results are written down."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Row

RESULTS = Path(__file__).parent / "RESULTS.md"
WORDS = {True: "yes", False: "**no**"}


def machine() -> str:
    """The machine in one line: processor, cores, memory, system, Python."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def table(rows: Sequence[Row]) -> str:
    """A Markdown table."""
    lines = ["| what | measured | goal | kept |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.value} | {row.goal} | {_verdict(row)} |" for row in rows]
    return "\n".join(lines)


def _verdict(row: Row) -> str:
    if row.kept is not None:
        return WORDS[row.kept]
    if row.met is None:
        return ""
    return "in this run" if row.met else f"**not in this run**{row.why and ': '}{row.why}"


def write(results: Sequence[tuple[str, Sequence[Row]]]) -> None:
    """Write RESULTS.md anew."""
    parts = [
        "# Results",
        "Made by `make bench` (`python -m bench`); do not edit by hand. Absolute times move by half between runs: "
        "only ratios taken in one interleaved run count. “yes” and “no” are gates (`make gates`): noise cannot move "
        "them. “in this run” is said of what noise could move.",
        f"- command: `python -m bench`\n- date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n- machine: {machine()}",
        *(f"## {title}\n\n{table(rows)}" for title, rows in results),
    ]
    RESULTS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
