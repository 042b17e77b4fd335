"""A site with people and one round, and checked browsers for them."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from ruraldx.config import Settings
from ruraldx.database import db
from ruraldx.web import errors
from tests.clock import NOW
from tests.pages.client import PageClient
from tests.world import PASSWORD, World, email, make_world


@dataclass
class Site:
    """The application and the world in its database; requests run without a pushed context, as in life."""

    app: Flask
    world: World
    clients: list[PageClient] = field(default_factory=list)

    def client(self, person: str = "", language: str = "vi") -> PageClient:
        """A browser, signed in as somebody of the cast when a name is given."""
        client = PageClient(self.app)
        self.clients.append(client)
        if person:
            client.sign_in(email(person), PASSWORD)
        if language != "vi":
            client.use(language)
        return client

    def do(self, act: Callable[[World], object]) -> None:
        """Let something happen in the world."""
        with self.app.app_context():
            act(self.world)
            db.session.remove()


class _Loud:
    """Shows a fault where the tests' quiet log would hide it."""

    def exception(self, _event: str, **_values: object) -> None:
        traceback.print_exc()

    def error(self, event: str, **values: object) -> None:
        print(event, values)


@pytest.fixture
def site(bare_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(errors, "logger", _Loud)
    with time_machine.travel(NOW + timedelta(hours=5), tick=True):
        with bare_app.app_context():
            world = make_world(settings.data_dir)
            db.session.remove()
        made = Site(bare_app, world)
        yield made
        for client in made.clients:
            client.close()
