"""The base of command groups: a refusal ends a command with its sentence, not with a traceback."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from ruraldx.messages import Refused


class CommandGroup(AppGroup):
    """A group of commands that run with the application."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a :class:`Refused`, or no usable database, becomes one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(str(refused.message)) from refused
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"Cơ sở dữ liệu chưa dùng được ({error.orig}). Hãy chạy `ruraldx db upgrade`, rồi `ruraldx doctor`."
            ) from error
