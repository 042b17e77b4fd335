"""Commands on drafts, versions and amendments of criteria sets; they join the group ``catalog``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import with_appcontext

from ruraldx.accounts.commands import acting
from ruraldx.accounts.permissions import Principal
from ruraldx.catalog.loader import CatalogError, content_of
from ruraldx.criteria_sets import queries
from ruraldx.criteria_sets.operations import publishing
from ruraldx.criteria_sets.operations.common import NotInOrder
from ruraldx.database import utc_now
from ruraldx.vietnamese import ValueProblem, format_date, format_datetime, one_line, parse_date

_AS = click.option("--as", "email", help="Người thực hiện (quản trị); không có thì là người vận hành máy chủ.")
_COMMIT = click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
_FILE = click.argument("file", type=click.Path(path_type=Path))


def _actor(email: str | None) -> Principal | None:
    """Who acts; None for the operator of the server. Raises ClickException for an account that is none."""
    return None if email is None else acting(email)


def _by_line(act: Callable[[], Any], file: Path) -> Any:
    """What the act gives. Raises ClickException with every problem of the file, each with its line."""
    try:
        return act()
    except CatalogError as error:
        raise click.ClickException(str(error)) from error
    except NotInOrder as refused:
        for problem in refused.problems:
            click.echo(f"{file}:{problem.line}: {problem.message}", err=True)
        raise click.ClickException(f"Tệp còn {len(refused.problems)} lỗi, chưa có gì được ghi.") from refused


def _end(done: str, commit: bool) -> None:
    click.echo(done if commit else "Chạy thử, mọi thứ hợp lệ; thêm --commit để ghi.")


@click.command("drafts")
@click.option("--as", "email", help="Chỉ những bản thảo người này soạn được.")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
@with_appcontext
def drafts(email: str | None, as_json: bool) -> None:
    """Các bản thảo bộ tiêu chí."""
    found = queries.drafts(_actor(email))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=1, default=str))
        return
    if not found:
        click.echo("Chưa có bản thảo nào.")
    for row in found:
        words = f"{row.code or '–'}@{row.number}  {one_line(row.title)}  ({row.place or 'cả nước'})"
        click.echo(f"{row.key}  {words}, {row.updated_by}, {format_datetime(row.updated_at)}")


@click.command("publish")
@_FILE
@_AS
@_COMMIT
@with_appcontext
def publish(file: Path, email: str | None, commit: bool) -> None:
    """Công bố bộ tiêu chí trong một tệp YAML."""
    actor = _actor(email)
    done = _by_line(
        lambda: publishing.publish_text(
            actor=actor, now=utc_now(), name=file.name, content=content_of(file), commit=commit
        ),
        file,
    )
    click.echo(f"{done.code}@{done.number}  [{done.sha256[:12]}]")
    _end("Đã công bố.", commit)


@click.command("retire")
@click.argument("code")
@click.argument("number", type=click.IntRange(1, 9999))
@click.option("--reason", required=True, help="Lý do, hiện trên trang công khai.")
@click.option("--on", "on", default=None, help="Ngừng từ ngày (dd/mm/yyyy); mặc định hôm nay.")
@_AS
@_COMMIT
@with_appcontext
def retire(code: str, number: int, reason: str, on: str | None, email: str | None, commit: bool) -> None:
    """Ngừng áp dụng một phiên bản: không mở kỳ đánh giá mới với nó nữa."""
    try:
        day = parse_date(on) if on else None
    except ValueProblem as error:
        raise click.ClickException(str(error)) from error
    actor = _actor(email)
    publishing.retire(actor=actor, now=utc_now(), code=code, number=number, reason=reason, on=day, commit=commit)
    _end(f"Đã ngừng áp dụng {code}@{number}.", commit)


@click.command("amend")
@_FILE
@_AS
@_COMMIT
@with_appcontext
def amend(file: Path, email: str | None, commit: bool) -> None:
    """Công bố văn bản sửa đổi trong một tệp YAML."""
    actor = _actor(email)
    done = _by_line(
        lambda: publishing.publish_amendment(
            actor=actor, now=utc_now(), name=file.name, content=content_of(file), commit=commit
        ),
        file,
    )
    since = f"từ {format_date(done.effective_from)}" if done.effective_from else "chưa rõ ngày có hiệu lực"
    click.echo(f"{done.code}@{done.number}  {since}  [{done.sha256[:12]}]")
    _end("Đã công bố văn bản sửa đổi.", commit)


COMMANDS: Final[tuple[click.Command, ...]] = (drafts, publish, retire, amend)
