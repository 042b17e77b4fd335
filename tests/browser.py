"""Chromium for every test that needs one: the system's own, one instance for a run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOW = "Không có Chromium: bỏ qua kiểm thử trình duyệt. Cài bằng: apt-get install chromium"
# Without the last two Chromium asks hosts of its own at every start.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run: a second one in the same process cannot be started."""
    if CHROMIUM is None:
        if os.environ.get("RURALDX_REQUIRE_BROWSER"):
            pytest.fail(HOW)
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, where nobody can miss it, that the browser tests did not run."""
    if CHROMIUM is None:
        terminalreporter.write_line(HOW, yellow=True, bold=True)
