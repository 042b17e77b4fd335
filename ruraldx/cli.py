"""Every command: ``ruraldx …`` is ``flask --app wsgi …`` from any folder."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup

from ruraldx.accounts.commands import group as accounts
from ruraldx.assessments.commands import catalog, rounds
from ruraldx.audit.commands import group as audit
from ruraldx.config import ROOT, UnsafeSettings
from ruraldx.demo.commands import group as demo
from ruraldx.docs import docs
from ruraldx.doctor import doctor
from ruraldx.places.commands import group as places

COMMANDS = (accounts, audit, catalog, demo, docs, doctor, places, rounds)


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)


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
