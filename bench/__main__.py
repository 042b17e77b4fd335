"""``python -m bench [names…] [--gates] [--list]``: measure, print, and write bench/RESULTS.md.

``python -m bench peers install``: what others have made and we are measured against, in an environment of its own.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

from bench import cases, peers
from bench.measure import Row
from bench.report import machine, table, write
from bench.stage import Stage


def main() -> int:
    """Run the cases; with ``--gates`` write nothing and end with 1 when a goal that noise cannot move is missed."""
    if sys.argv[1:] == ["peers", "install"]:
        return peers.install()
    names = sorted(module.name for module in pkgutil.iter_modules(cases.__path__))
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(names)}; without any: all")
    parser.add_argument("--gates", action="store_true", help="only judge; RESULTS.md stays as it is")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if options.list:
        print(*names, sep="\n")
        return 0
    results = _run(options.names or names, options.gates)
    missed = [row.what for _title, rows in results for row in rows if row.kept is False]
    if not options.gates and not options.names:
        write(results)
    if missed:
        print("Missed:", *missed, sep="\n  ")
    return 1 if options.gates and missed else 0


def _run(names: list[str], small: bool) -> list[tuple[str, list[Row]]]:
    print(machine(), flush=True)
    results = []
    with tempfile.TemporaryDirectory(prefix="ruraldx-bench-") as folder:
        stage = Stage(Path(folder), small)
        for name in names:
            case = importlib.import_module(f"bench.cases.{name}")
            rows = list(case.run(stage))
            results.append((case.TITLE, rows))
            print(f"\n{case.TITLE}\n{table(rows)}", flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
