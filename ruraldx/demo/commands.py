"""Commands on the demo."""

from __future__ import annotations

import click
from flask import current_app

from ruraldx.config import Settings
from ruraldx.database import utc_now
from ruraldx.demo.load import ACCOUNTS_FILE, DemoAccount, load_demo, remove_accounts
from ruraldx.shell import CommandGroup

group = CommandGroup("demo", help="Dữ liệu minh họa.")


@group.command("load")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ nói sẽ làm gì.")
def load(commit: bool) -> None:
    """Nạp tài khoản, mô hình và kỳ đánh giá minh họa."""
    settings: Settings = current_app.extensions["ruraldx_settings"]
    if settings.is_production:
        raise click.ClickException("Không nạp dữ liệu minh họa vào hệ thống thật.")
    if not commit:
        click.echo("Sẽ nạp tài khoản, mười mô hình của kế hoạch 2024 và hai kỳ đánh giá minh họa. Thêm --commit.")
        return
    show_accounts(load_demo(now=utc_now(), data_dir=settings.data_dir, say=click.echo))


def show_accounts(accounts: list[DemoAccount]) -> None:
    """Print the accounts as a table."""
    if not accounts:
        click.echo(f"Tài khoản minh họa đã có từ trước, nhưng tệp mật khẩu {ACCOUNTS_FILE} không còn.")
        return
    widths = [max(len(getattr(item, name)) for item in accounts) for name in ("role", "email", "password")]
    click.echo("\nTài khoản minh họa (vai trò, thư điện tử, mật khẩu):")
    for item in accounts:
        click.echo(f"  {item.role:<{widths[0]}}  {item.email:<{widths[1]}}  {item.password}")


@group.command("remove-accounts")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def remove(commit: bool) -> None:
    """Khóa mọi tài khoản minh họa (trước khi đưa vào sử dụng thật)."""
    if not commit:
        click.echo("Sẽ khóa mọi tài khoản minh họa. Thêm --commit để ghi.")
        return
    click.echo(f"Đã khóa {remove_accounts(now=utc_now())} tài khoản minh họa.")
