"""The command that brings boundaries in."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import with_appcontext

from ruraldx.config import Settings
from ruraldx.database import utc_now
from ruraldx.messages import Message
from ruraldx.places.boundaries import Origin, pull_boundaries
from ruraldx.places.queries import units_of_province
from ruraldx.vietnamese import vietnam_day


@click.command("pull-boundaries")
@click.option("--province", default=None, help="Mã tỉnh; mặc định theo cấu hình.")
@click.option("--from", "place", default=None, help="Thư mục, tệp riêng của tỉnh, hoặc địa chỉ thay cho nguồn đã ghim.")
@click.option("--crs", default=None, help="Hệ tọa độ của tệp riêng khi tệp không ghi, ví dụ EPSG:5899 (VN-2000).")
@click.option("--code-column", default="code", show_default=True, help="Cột mã đơn vị trong tệp riêng.")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ kiểm tra.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@with_appcontext
def command(
    province: str | None, place: str | None, crs: str | None, code_column: str, commit: bool, as_json: bool
) -> None:
    """Lấy ranh giới, kiểm tra, đơn giản hóa và đóng gói."""
    settings: Settings = current_app.extensions["ruraldx_settings"]
    code = province or settings.province_code
    pack = pull_boundaries(
        folder=settings.data_dir / "packs",
        province_code=code,
        units=units_of_province(code, vietnam_day(utc_now())),
        origin=Origin(place, crs, code_column),
        progress=_say,
        commit=commit,
    )
    if as_json:
        click.echo(json.dumps(asdict(pack), ensure_ascii=False, indent=1))
        return
    if commit:
        click.echo(f"Đã đóng gói: {pack.units} ranh giới vào {settings.data_dir / 'packs'}.")
    else:
        click.echo(f"Kiểm tra đạt: {pack.units} ranh giới, chưa ghi gì. Thêm --commit để ghi.")
    click.echo(f"{pack.label}. Giấy phép: {pack.licence}. Nguồn: {pack.attribution}. SHA-256: {pack.source_sha256}.")


def _say(message: Message) -> None:
    # Progress goes beside the result, so that --json stays readable by a program.
    click.echo(str(message), err=True)
