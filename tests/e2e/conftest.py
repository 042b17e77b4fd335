"""A real server on loopback, Chromium, and axe: what a person would meet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from ruraldx.config import ROOT, Settings
from ruraldx.database import db, utc_now
from ruraldx.demo.load import load_demo
from ruraldx.places.boundaries import Origin, pull_boundaries
from ruraldx.places.queries import units_of_province

SHARED = ROOT.parent / "shared" / "geodata"
ARTEFACTS = Path(os.environ.get("RURALDX_ARTEFACTS", ROOT / "test-artefacts"))


@pytest.fixture(scope="session")
def fresh_static() -> None:
    """Compressed twins of the files as they are now: a stale one would be served."""
    subprocess.run([sys.executable, str(ROOT / "deploy" / "compress.py")], check=True)


@dataclass
class Server:
    """A running platform with demo data."""

    url: str
    passwords: dict[str, str]
    app: Flask
    settings: Settings

    def log(self) -> str:
        """The last that the server said: a page alone does not tell why it failed."""
        return (self.settings.data_dir / "server.log").read_text(encoding="utf-8", errors="replace")[-12_000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(bare_app: Flask, settings: Settings, fresh_static: None) -> Iterator[Server]:
    with bare_app.app_context():
        accounts = load_demo(now=utc_now(), data_dir=settings.data_dir, say=lambda _text: None)
        if SHARED.is_dir():
            pull_boundaries(
                folder=settings.data_dir / "packs",
                province_code="48",
                units=units_of_province("48", utc_now().date()),
                origin=Origin(str(SHARED)),
                progress=lambda _message: None,
                commit=True,
            )
        db.session.remove()
        db.engine.dispose()
    port = _free_port()
    environment = {
        **os.environ,
        "RURALDX_ENVIRONMENT": "demo",
        "RURALDX_SECRET_KEY": settings.secret_key.get_secret_value() if settings.secret_key else "",
        "RURALDX_DATA_DIR": str(settings.data_dir),
        "RURALDX_DATABASE_URL": settings.database_address,
        "RURALDX_BIND": f"127.0.0.1:{port}",
        "RURALDX_LOGIN_LIMIT": "1000 per minute",
        "RURALDX_LOG_LEVEL": "ERROR",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "wsgi:app"]
    log = (settings.data_dir / "server.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield Server(url, {a.email: a.password for a in accounts}, bare_app, settings)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        try:
            with urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


class Person:
    """Somebody at a browser of a given width; every page is checked when it is looked at."""

    def __init__(self, browser: Browser, server: Server, width: int) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, locale="vi-VN", base_url=server.url
        )
        self.page: Page = self.context.new_page()
        self.server = server
        self.width = width
        self.problems: list[str] = []
        self.expected: set[str] = set()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.problems.append(f"{self.page.url}: {message.text} ({message.location.get('url')})")

    def _request(self, request: object) -> None:
        address = request.url  # type: ignore[attr-defined]
        if not address.startswith((self.server.url, "data:", "blob:")):
            self.problems.append(f"foreign request: {address}")

    def sign_in(self, email: str) -> None:
        self.page.goto("/dang-nhap")
        self.page.get_by_label("Thư điện tử").fill(email)
        self.page.get_by_label("Mật khẩu").fill(self.server.passwords[email])
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_url("**/viec-cua-toi")

    def look(self, name: str) -> None:
        """Screenshot, axe, no sideways scroll, no problem in the console."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=ARTEFACTS / f"{name}-{self.width}.png", full_page=True)
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name}: sideways scroll of {overflow} px at {self.width}"
        found = (
            Axe()
            .run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
            .response["violations"]
        )
        assert not found, f"{name}: " + "; ".join(f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found)
        assert not self.problems, f"{self.problems}\n{self.server.log()}"


@pytest.fixture(params=[1280, 360])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)
