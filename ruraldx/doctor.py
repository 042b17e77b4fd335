"""``ruraldx doctor``: is everything here that the platform needs?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ruraldx.config import ROOT, Settings
from ruraldx.database import db, utc_now
from ruraldx.places.queries import count_communes
from ruraldx.vietnamese import vietnam_day
from ruraldx.web.health import migrations_at_head

_LABELS: Final = {"ok": "ĐẠT ", "warning": "CHÚ Ý", "error": "LỖI "}
# What is printed for a part; JSON has its code.
_PARTS: Final = {
    "database": "Cơ sở dữ liệu",
    "migrations": "Phiên bản cơ sở dữ liệu",
    "units": "Đơn vị hành chính",
    "assets": "Tệp giao diện",
    "fonts": "Phông chữ của trang",
    "document-fonts": "Phông chữ để in văn bản",
    "libreoffice": "LibreOffice",
    "clock": "Đồng hồ",
    "folder:evidence": "Thư mục minh chứng",
    "folder:packs": "Thư mục gói bản đồ",
    "audit-key": "Khóa nhật ký",
}
_LATER: Final = "không bắt buộc: chỉ cần khi in văn bản, chức năng sẽ có sau"


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    part: str
    state: Literal["ok", "warning", "error"]
    text: str

    @property
    def label(self) -> str:
        """The part in words."""
        return _PARTS.get(self.part, "Thư mục dữ liệu" if self.part.startswith("folder:") else self.part)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            if settings.is_sqlite:
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
                durable = mode == "wal" and synchronous == 2
                yield Finding("database", "ok" if durable else "error", f"SQLite, {mode}, synchronous={synchronous}")
            else:
                yield Finding("database", "ok", f"{db.engine.dialect.name} trả lời")
    except SQLAlchemyError as error:
        yield Finding("database", "error", f"không kết nối được: {type(error).__name__}")
        return
    head = migrations_at_head()
    advice = "mới nhất" if head else "chưa mới nhất; chạy `ruraldx db upgrade`"
    yield Finding("migrations", "ok" if head else "error", advice)


def _units(settings: Settings) -> Iterator[Finding]:
    try:
        found = count_communes(settings.province_code, vietnam_day(utc_now()))
    except SQLAlchemyError:
        yield Finding("units", "error", "không đọc được; hãy xem cơ sở dữ liệu trước")
        return
    if found:
        yield Finding("units", "ok", f"{found} xã, phường, đặc khu của tỉnh mã {settings.province_code}")
        return
    yield Finding(
        "units",
        "error",
        f"chưa có đơn vị nào của tỉnh mã {settings.province_code}; chạy `ruraldx places load --commit`"
        " (và xem lại RURALDX_PROVINCE_CODE)",
    )


def _assets(_settings: Settings) -> Iterator[Finding]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "assets.py"), "--check"], capture_output=True, text=True, check=False
    )
    whole = done.returncode == 0
    yield Finding(
        "assets", "ok" if whole else "error", "đúng mã băm" if whole else "thiếu hoặc sai; chạy `make install`"
    )


def _fonts(_settings: Settings) -> Iterator[Finding]:
    own = (ROOT / "static" / "vendor" / "be-vietnam-pro").is_dir()
    yield Finding("fonts", "ok" if own else "error", "Be Vietnam Pro có sẵn" if own else "thiếu Be Vietnam Pro")
    lister = shutil.which("fc-list")
    found = (
        lister
        and "Tinos" in subprocess.run([lister, ":", "family"], capture_output=True, text=True, check=False).stdout
    )
    missing = f"chưa có Tinos (gói fonts-croscore); {_LATER}"
    yield Finding("document-fonts", "ok" if found else "warning", "có Tinos" if found else missing)


def _office(_settings: Settings) -> Iterator[Finding]:
    path = shutil.which("soffice") or shutil.which("libreoffice")
    yield Finding("libreoffice", "ok" if path else "warning", "có" if path else f"chưa có; {_LATER}")


def _clock(_settings: Settings) -> Iterator[Finding]:
    try:
        local = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    except ZoneInfoNotFoundError:
        yield Finding("clock", "error", "thiếu dữ liệu múi giờ Asia/Ho_Chi_Minh")
        return
    sane = local.year >= 2026
    yield Finding("clock", "ok" if sane else "error", f"giờ Việt Nam {local:%d/%m/%Y %H:%M}")


def _folders(settings: Settings) -> Iterator[Finding]:
    data = settings.data_dir
    # os.path, not Path: a folder behind one that may not be entered is no reason to stop.
    if not os.path.isdir(data):
        yield Finding(
            f"folder:{data.name}",
            "error",
            f"không có thư mục {data} (RURALDX_DATA_DIR), hoặc không vào được; hãy tạo và cho máy chủ quyền ghi",
        )
        return
    for folder in (data, data / "evidence", data / "packs"):
        there = folder if os.path.isdir(folder) else data
        writable = os.access(there, os.W_OK)
        said = "ghi được" if writable else f"không ghi được; hãy cho máy chủ quyền ghi vào {there}"
        yield Finding(f"folder:{folder.name}", "ok" if writable else "error", said)


def _secrets(settings: Settings) -> Iterator[Finding]:
    own = settings.audit_key is not None
    yield Finding(
        "audit-key", "ok" if own else "warning", "khóa nhật ký riêng" if own else "khóa nhật ký suy ra từ SECRET_KEY"
    )


CHECKS: Final[tuple[Callable[[Settings], Iterator[Finding]], ...]] = (
    _database,
    _units,
    _assets,
    _fonts,
    _office,
    _clock,
    _folders,
    _secrets,
)


def examine(settings: Settings) -> list[Finding]:
    """Run every check."""
    return [finding for check in CHECKS for finding in check(settings)]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Kiểm tra cơ sở dữ liệu, đơn vị hành chính, tài nguyên, phông chữ, đồng hồ, thư mục; mã thoát 1 nếu có lỗi."""
    found = examine(current_app.extensions["ruraldx_settings"])
    if as_json:
        click.echo(json.dumps([asdict(item) for item in found], ensure_ascii=False, indent=1))
    else:
        for item in found:
            click.echo(f"{_LABELS[item.state]}  {item.label}: {item.text}")
    if any(item.state == "error" for item in found):
        raise SystemExit(1)
