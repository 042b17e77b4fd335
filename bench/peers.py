"""What we are measured against: libraries in an environment of their own, never among those of the project."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruraldx.config import ROOT

FOLDER = ROOT / "instance" / "bench-peers"
PACKAGES = ("duckdb~=2.0",)
SCRIPTS = Path(__file__).parent / "scripts"
ABSENT = "peer not installed (`python -m bench peers install`)"


def python() -> Path | None:
    """The interpreter of the peers; None: they are not installed."""
    found = FOLDER / "bin" / "python"
    return found if found.is_file() else None


def install() -> int:
    """Make the environment, or bring it up to date; 1 when it fails."""
    for command in (
        (sys.executable, "-m", "venv", str(FOLDER)),
        (str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--upgrade", *PACKAGES),
    ):
        if subprocess.run(command, check=False).returncode:
            return 1
    return 0


class Peer:
    """A peer in a process of its own, which answers a line of JSON with a line of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **question: Any) -> Any:
        """What the peer says."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def peer(script: str) -> Iterator[Peer]:
    """A script of ``bench/scripts`` under the interpreter of the peers, which must be there."""
    command = [str(python()), str(SCRIPTS / script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Peer(process)
        finally:
            process.terminate()
