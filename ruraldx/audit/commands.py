"""Commands on the audit chain."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from ruraldx.audit.verify import verify
from ruraldx.messages import Invalid, Message
from ruraldx.shell import CommandGroup

group = CommandGroup("audit", help="Chuỗi nhật ký.")


@group.command("verify")
@click.option("--anchor", default=None, help="Mốc đã ghi ở nơi khác: SỐ:MÃ (in ra ở lần kiểm tra trước).")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def verify_command(anchor: str | None, as_json: bool) -> None:
    """Kiểm tra toàn bộ chuỗi nhật ký; mã thoát 1 nếu có dòng bị sửa hoặc mất."""
    found = verify(_anchor(anchor))
    if as_json:
        click.echo(json.dumps({**asdict(found), "holds": found.holds}))
    elif found.holds:
        click.echo(f"Chuỗi nhật ký nguyên vẹn: {found.events} sự kiện. Mốc: {found.events}:{found.head}")
    else:
        click.echo(f"Chuỗi nhật ký HỎNG từ sự kiện số {found.first_bad}.")
    if not found.holds:
        raise SystemExit(1)


def _anchor(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, mac = text.partition(":")
    if not number.isdigit() or len(mac) != 64:
        raise click.ClickException(str(Invalid(Message("Mốc phải có dạng SỐ:MÃ."))))
    return int(number), mac
