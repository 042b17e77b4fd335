"""Tables of the documentation that are made from the code: settings, commands, permissions, statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext

from ruraldx.accounts.permissions import PERMISSIONS, ROLE_LABELS
from ruraldx.assessments.states import STATUSES, TRANSITIONS
from ruraldx.config import ROOT, Settings

_OF_LIBRARIES: Final = ("db", "openapi")
_MADE: Final = "<!-- Made by `ruraldx docs --write`; do not edit by hand. -->"


def settings_page() -> str:
    """docs/settings.md."""
    lines = ["# Settings", "", _MADE, "", "| variable | default | what it is |", "|---|---|---|"]
    for name, info in Settings.model_fields.items():
        default = "data folder" if name == "data_dir" else repr(info.default)
        lines.append(f"| `RURALDX_{name.upper()}` | `{default}` | {info.description} |")
    return "\n".join(lines) + "\n"


def permissions_page() -> str:
    """docs/permissions.md."""
    lines = ["# Permissions", "", _MADE, "", "| permission | meaning | roles |", "|---|---|---|"]
    for permission in PERMISSIONS.values():
        roles = ", ".join(str(ROLE_LABELS[role]) for role in sorted(permission.roles)) or "mọi người"
        lines.append(f"| `{permission.name}` | {permission.label} | {roles} |")
    return "\n".join(lines) + "\n"


def statuses_page() -> str:
    """docs/statuses.md."""
    lines = ["# Statuses and transitions", "", _MADE, "", "| status | words | what happens there |", "|---|---|---|"]
    lines += [f"| `{status.value}` | {info.label} | {info.hint} |" for status, info in STATUSES.items()]
    lines += ["", "| act | from | to | permission | button | reason |", "|---|---|---|---|---|---|"]
    for row in TRANSITIONS:
        reason = "obligatory" if row.reason_required else "–"
        lines.append(
            f"| `{row.act}` | `{row.source.value}` | `{row.target.value}` "
            f"| `{row.permission}` | {row.label} | {reason} |"
        )
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """docs/commands.md."""
    lines = ["# Commands", "", _MADE, "", "| command | what it does |", "|---|---|"]
    lines += [f"| `ruraldx {name}` | {text} |" for name, text in _commands()]
    return "\n".join(lines) + "\n"


def _commands() -> Iterator[tuple[str, str]]:
    context = click.Context(current_app.cli)
    for name in current_app.cli.list_commands(context):
        command = current_app.cli.get_command(context, name)
        if command is None or name in _OF_LIBRARIES:
            continue
        if isinstance(command, click.Group):
            for sub in sorted(command.commands):
                yield f"{name} {sub}", command.commands[sub].get_short_help_str(120)
        else:
            yield name, command.get_short_help_str(120)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "settings.md": settings_page,
    "permissions.md": permissions_page,
    "statuses.md": statuses_page,
    "commands.md": commands_page,
}


def stale_pages() -> list[str]:
    """Names of pages that do not say what the code says."""
    folder = ROOT / "docs"
    return [
        name
        for name, make in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != make()
    ]


@click.command("docs")
@click.option("--write", is_flag=True, help="Ghi lại các trang; không có thì chỉ kiểm tra.")
@with_appcontext
def docs(write: bool) -> None:
    """Kiểm tra hoặc ghi các bảng trong docs/ được tạo từ mã nguồn."""
    if write:
        for name, make in PAGES.items():
            (ROOT / "docs" / name).write_text(make(), encoding="utf-8")
        return
    stale = stale_pages()
    for name in stale:
        click.echo(f"docs/{name} đã cũ; chạy `ruraldx docs --write`.")
    if stale:
        raise SystemExit(1)
