"""Memory of the server's workers, as the kernel shares it out (PSS), before and after the map page."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.measure import Row
from bench.stage import Stage
from ruraldx.config import ROOT

TITLE = "Memory of the workers"
PAGES = ("/", "/mo-hinh", "/tim-kiem?q=que+phu", "/dang-nhap", "/gioi-thieu", "/tro-giup", "/api/v1/openapi.json")
MAP = ("/ban-do", "/ban-do/lop/xa.json", "/ban-do/anh.svg")
ASKED = 10
FIRST_MEGABYTES, FURTHER_MEGABYTES = 60, 45
HEAVY = ("numpy", "pandas", "shapely", "pyogrio")
PATIENCE_SECONDS = 30


def run(stage: Stage) -> Iterator[Row]:
    """Two workers under the shipped configuration; every page several times, then the map."""
    _ = stage.app
    with _server(stage) as (address, process):
        _ask(address, PAGES)
        sizes = sorted((_megabytes(worker) for worker in _workers(process.pid)), reverse=True)
        for number, (size, limit) in enumerate(zip(sizes, (FIRST_MEGABYTES, FURTHER_MEGABYTES), strict=True), 1):
            yield Row(f"worker {number}, all pages but the map", f"{size:.0f} MB", f"at most {limit} MB", size <= limit)
        loaded = _heavy(process.pid)
        yield Row("heavy libraries mapped", ", ".join(loaded) or "none", "none", not loaded)
        _ask(address, MAP)
        sizes = sorted((_megabytes(worker) for worker in _workers(process.pid)), reverse=True)
        yield Row("after the map page (Folium comes in by its loader)", " + ".join(f"{size:.0f} MB" for size in sizes))
        yield Row("heavy libraries mapped then", ", ".join(_heavy(process.pid)) or "none")


@contextmanager
def _server(stage: Stage) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = stage.environment | {"RURALDX_BIND": f"127.0.0.1:{port}", "RURALDX_WORKERS": "2"}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--log-level", "error", "wsgi:app"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        yield address, process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            urlopen(f"{address}/healthz", timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def _ask(address: str, pages: tuple[str, ...]) -> None:
    for _ in range(ASKED):
        for page in pages:
            with urlopen(address + page, timeout=30) as answer:
                answer.read()


def _workers(parent: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()]


def _megabytes(process: int) -> float:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    if not found:
        raise RuntimeError("this kernel does not tell PSS")
    return int(found[1]) / 1024


def _heavy(parent: int) -> list[str]:
    maps = "".join(Path(f"/proc/{worker}/maps").read_text(encoding="utf-8") for worker in _workers(parent))
    return [name for name in HEAVY if f"/site-packages/{name}/" in maps]
