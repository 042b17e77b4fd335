"""Every command: ``ruraldx …`` is ``flask --app wsgi …`` from any folder."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, FlaskGroup

from ruraldx.config import ROOT, UnsafeSettings


class Commands(AppGroup):
    """The commands of the application, loaded when the first is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in order."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        for command in _every_command():
            self.add_command(command)


@lru_cache(maxsize=1)
def _every_command() -> tuple[click.Command, ...]:
    """The named loader: the only way to ``ruraldx.commands``, which a server never goes."""
    commands: tuple[click.Command, ...] = importlib.import_module("ruraldx.commands").COMMANDS
    return commands


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    ours = Commands(app.name)
    for command in app.cli.commands.values():
        ours.add_command(command)
    app.cli = ours


def is_a_command() -> bool:
    """Whether this process runs one of the commands, and so answers no requests (``run`` is Flask's own server)."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name != "run"


def use_demo_settings(environment: MutableMapping[str, str]) -> None:
    """Without a secret key in the environment, commands work on the demo that ``make serve`` prepared, if any."""
    secret = Path(environment.get("RURALDX_DATA_DIR", ROOT / "instance")) / "secret-key"
    if "RURALDX_SECRET_KEY" not in environment and secret.is_file():
        environment["RURALDX_SECRET_KEY"] = secret.read_text(encoding="ascii").strip()
        environment.setdefault("RURALDX_ENVIRONMENT", "demo")


def main() -> None:
    """The console script. Ends with the sentence of a configuration that must not be served."""
    use_demo_settings(os.environ)
    os.environ.setdefault("FLASK_APP", str(ROOT / "wsgi.py"))
    try:
        FlaskGroup(help="ruraldx: nông thôn mới thông minh của một tỉnh.").main(prog_name="ruraldx")
    except UnsafeSettings as error:
        sys.exit(f"ruraldx: {error}")
