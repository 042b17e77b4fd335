"""What it costs to import the application, and what must not come with it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench.measure import Row
from bench.stage import Stage

TITLE = "Import of the application"
HEAVY = ("alembic", "folium", "geopandas", "numpy", "pandas", "pyogrio", "shapely")
GOAL_SECONDS = 0.6
ROUNDS = 7
CODES = {
    "libraries": "import flask, flask_sqlalchemy, flask_smorest, pydantic_settings, wtforms",
    "application": "import ruraldx.app",
}
# Of the tools for development; a library of ours would load it, were it there, and at a province it is not.
HEAD = "import sys; sys.modules['rich'] = None; "
TAIL = f"; import json, sys, time; print(json.dumps([time.process_time(), [n for n in {HEAVY!r} if n in sys.modules]]))"


def run(stage: Stage) -> Iterator[Row]:
    """Fresh processes, interleaved; CPU seconds of the whole process, interpreter included."""
    seconds: dict[str, list[float]] = {name: [] for name in CODES}
    loaded: set[str] = set()
    for _ in range(ROUNDS):
        for name, code in CODES.items():
            taken, heavy = _fresh(code, stage)
            seconds[name].append(taken)
            loaded.update(heavy)
    libraries, application = (statistics.median(seconds[name]) for name in CODES)
    yield Row("CPU of the libraries alone", f"{libraries:.2f} s")
    yield Row(
        "CPU of `import ruraldx.app`",
        f"{application:.2f} s ({application / libraries:.2f} × the libraries)",
        f"under {GOAL_SECONDS} s",
        met=application < GOAL_SECONDS,
        why=f"the libraries alone take {libraries:.2f} s on this machine",
    )
    yield Row("heavy libraries loaded", ", ".join(sorted(loaded)) or "none", "none", not loaded)


def _fresh(code: str, stage: Stage) -> tuple[float, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", HEAD + code + TAIL], env=stage.environment, capture_output=True, text=True, check=True
    )
    seconds, heavy = json.loads(done.stdout)
    return seconds, heavy
