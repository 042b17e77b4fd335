"""One site for the tests that ask every page: a dossier that has been through everything, and a browser for each."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from ruraldx.app import create_app
from ruraldx.config import Settings
from ruraldx.database import db
from tests.clock import NOW
from tests.conftest import SERVER, _address, _admin, make_settings
from tests.world import PASSWORD, World, email, make_world


@dataclass
class Place:
    """The application, its world, and browsers that are signed in; tokens are asked for unless a test says so."""

    app: Flask
    world: World

    def browser(self, name: str = "") -> FlaskClient:
        client = self.app.test_client()
        if name:
            asked = self.app.config.get("WTF_CSRF_ENABLED", True)
            self.app.config["WTF_CSRF_ENABLED"] = False
            done = client.post("/dang-nhap", data={"email": email(name), "password": PASSWORD})
            self.app.config["WTF_CSRF_ENABLED"] = asked
            assert done.status_code == 302
        return client

    def do(self, act: Callable[[World], object]) -> None:
        with self.app.app_context():
            act(self.world)
            db.session.remove()

    def document(self) -> str:
        """The key of the first document of Quế Phú."""
        keys: list[str] = []
        self.do(lambda world: keys.extend(doc.key for doc in world.dossier().indicator("8.1").documents))
        return keys[0]


@pytest.fixture
def fresh(template: str, tmp_path: Path) -> Iterator[Callable[[], Settings]]:
    """As many databases as a test needs to do the same thing several times from the start."""
    names: list[str] = []

    def make() -> Settings:
        folder = tmp_path / secrets.token_hex(4)
        folder.mkdir()
        if not SERVER:
            shutil.copy(template, folder / "ruraldx.sqlite3")
            return make_settings(folder)
        names.append(f"ruraldx_test_{secrets.token_hex(6)}")
        _admin(f"CREATE DATABASE {names[-1]} TEMPLATE {template}")
        return make_settings(folder, _address(names[-1]))

    yield make
    for name in names:
        _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def other_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Applications on this test's database with other settings; their connections are closed at the end."""
    apps: list[Flask] = []

    def make(**changes: object) -> Flask:
        apps.append(create_app(make_settings(settings.data_dir, settings.database_url, **changes)))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def place(bare_app: Flask, settings: Settings) -> Iterator[Place]:
    with time_machine.travel(NOW + timedelta(hours=5), tick=True):
        with bare_app.app_context():
            world = make_world(settings.data_dir)
            db.session.remove()
        yield Place(bare_app, world)
