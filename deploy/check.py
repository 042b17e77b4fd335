"""Everything that can be judged without running the tests: ``make check``. Ends with the list of what failed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FLASK = (str(BIN / "flask"), "--app", "wsgi")
DB = (*FLASK, "db")

CHECKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "style": ((str(BIN / "ruff"), "check", "--quiet", "."),),
    "format": ((str(BIN / "ruff"), "format", "--check", "--quiet", "."),),
    "types": ((str(BIN / "mypy"),),),
    "layers": ((str(BIN / "lint-imports"),),),
    "templates": ((str(BIN / "djlint"), "templates", "--lint", "--quiet"),),
    "migrations: up, no drift, down, up again": (
        (*DB, "upgrade"),
        (*DB, "check"),
        (*DB, "downgrade", "base"),
        (*DB, "upgrade"),
    ),
    "front-end files": ((sys.executable, "deploy/assets.py", "--check"),),
    "tables in docs/": ((*FLASK, "docs"),),
}


def main() -> int:
    """Run every check on an empty database; 1 when one fails."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="ruraldx-check-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RURALDX_")}
        environment |= {
            "RURALDX_ENVIRONMENT": "test",
            "RURALDX_SECRET_KEY": "only-for-checks-0123456789-abcdefghij",
            "RURALDX_DATA_DIR": folder,
        }
        for name, commands in CHECKS.items():
            started = time.monotonic()
            output = next(filter(None, (_complaint(command, environment) for command in commands)), "")
            print(f"{'LỖI' if output else 'đạt'}  {name}  ({time.monotonic() - started:.1f} s)", flush=True)
            if output:
                print(output, flush=True)
                failed.append(name)
    print(f"make check: lỗi ở {', '.join(failed)}" if failed else "make check: đạt cả")
    return 1 if failed else 0


def _complaint(command: tuple[str, ...], environment: dict[str, str]) -> str:
    """What a command says when it fails, never empty; empty when it succeeds."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() or f"exit code {done.returncode}" if done.returncode else ""


if __name__ == "__main__":
    raise SystemExit(main())
