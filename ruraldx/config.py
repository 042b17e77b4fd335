"""Typed settings. Everything that varies by deployment is one ``RURALDX_*`` variable described here."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from limits import parse_many
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
KNOWN_SECRETS = frozenset({"dev", "development", "secret", "changeme", "change-me", "test", "ruraldx"})
MINIMUM_SECRET_BYTES = 32
_DRIVERS: Final = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
_ORIGIN: Final = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
)


class Settings(BaseSettings):
    """Settings of one running platform; field descriptions become ``docs/settings.md``."""

    model_config = SettingsConfigDict(env_prefix="RURALDX_", extra="ignore", frozen=True)

    environment: Literal["production", "demo", "development", "test"] = Field(
        "production", description="What this process is for; only `production` may serve a province."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs cookies and form tokens; at least 32 bytes. Required."
    )
    audit_key: SecretStr | None = Field(
        None, description="Keys the audit chain; keep it apart from the database. Derived from the secret key if empty."
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address. Empty: an embedded SQLite file in the data folder."
    )
    data_dir: Path = Field(
        ROOT / "instance", description="Folder for the embedded database, evidence files and map packs."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Address people use; links in documents and messages start with it."
    )
    trusted_hosts: tuple[str, ...] = Field(
        (),
        description="Host names that may be asked for (JSON list). Empty: the one of `public_url` and this machine in "
        "production, any elsewhere.",
    )
    app_hosts: int = Field(1, ge=1, description="How many machines run the application (SQLite allows one).")
    province_code: str = Field("48", description="Official code of the province this platform serves.")
    province_name: str = Field("Thành phố Đà Nẵng", description="Name shown in the page header.")
    debug: bool = Field(False, description="Flask debug mode; refused in production.")
    session_idle_minutes: int = Field(30, ge=1, description="A session without a request ends after this.")
    session_hours: int = Field(12, ge=1, description="A session ends after this in any case.")
    login_limit: str = Field("10 per minute;60 per hour", description="Login attempts per address.")
    limiter_storage: str = Field("memory://", description="Where login limits are counted (memory or Valkey).")
    max_upload_mb: int = Field(20, ge=1, description="Largest evidence file, in megabytes.")
    max_pixels: int = Field(50_000_000, ge=1, description="Largest picture, in pixels.")
    log_level: str = Field("INFO", description="Level of the structured log.")
    proxy_hops: int = Field(0, ge=0, description="How many trusted proxies stand in front (X-Forwarded-*).")
    embed_origins: tuple[str, ...] = Field((), description="Sites that may show the public map in a frame (JSON list).")

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ruraldx.sqlite3'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_address.startswith("sqlite")

    @property
    def hosts(self) -> list[str] | None:
        """Host names that are answered; None for any. A forged one must not get into an address."""
        if self.trusted_hosts:
            return list(self.trusted_hosts)
        if not self.is_production:
            return None
        return [urlsplit(self.public_url).hostname or "", "localhost", "127.0.0.1", "[::1]"]

    @property
    def is_production(self) -> bool:
        """Whether this process serves a province."""
        return self.environment == "production"


class UnsafeSettings(RuntimeError):
    """The settings may not be served; the text says which and what to do."""


def settings_from_environment() -> Settings:
    """The settings of this process. Raises :class:`UnsafeSettings` naming the variables that cannot be understood."""
    try:
        return Settings()
    except ValidationError as error:
        names = [f"RURALDX_{str(item['loc'][0]).upper()} ({item['msg']})" for item in error.errors()]
        raise UnsafeSettings(f"Giá trị không dùng được: {'; '.join(names)}. Xem docs/settings.md.") from None
    except SettingsError as error:
        raise UnsafeSettings(f"Giá trị không phải JSON: {error}. Xem docs/settings.md.") from None


def refuse_unsafe(settings: Settings) -> None:
    """Raise :class:`UnsafeSettings` for a configuration that must not serve people.

    A missing secret and what cannot be understood are refused in every environment; the rest only in production.
    """
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    if not secret:
        raise UnsafeSettings("RURALDX_SECRET_KEY chưa được đặt. Hãy đặt một chuỗi ngẫu nhiên từ 32 byte.")
    for name, understood, advice in _texts(settings):
        if not understood:
            raise UnsafeSettings(f"RURALDX_{name} không dùng được. {advice}")
    if not settings.is_production:
        return
    if secret.casefold() in KNOWN_SECRETS or len(set(secret)) < 8:
        raise UnsafeSettings("RURALDX_SECRET_KEY là một giá trị ai cũng biết. Hãy tạo một chuỗi ngẫu nhiên.")
    if len(secret.encode()) < MINIMUM_SECRET_BYTES:
        raise UnsafeSettings("RURALDX_SECRET_KEY quá ngắn. Hãy dùng ít nhất 32 byte ngẫu nhiên.")
    if settings.debug:
        raise UnsafeSettings("RURALDX_DEBUG đang bật. Hãy tắt trước khi phục vụ.")
    if settings.is_sqlite and settings.app_hosts > 1:
        raise UnsafeSettings(
            "SQLite chỉ dùng được với một máy chủ. Hãy đặt RURALDX_DATABASE_URL tới PostgreSQL "
            "hoặc RURALDX_APP_HOSTS=1."
        )


def _texts(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Settings that are texts with a grammar: name, whether it is kept, what to do.

    A limit that is not understood would count nothing, and a site with a semicolon would write its own policy.
    """
    yield (
        "DATABASE_URL",
        _is_database(settings.database_address),
        ("Hãy để trống hoặc đặt dạng postgresql+psycopg://người dùng:mật khẩu@máy:5432/tên."),
    )
    yield (
        "LOGIN_LIMIT",
        _is_limit(settings.login_limit),
        ("Hãy đặt như '10 per minute;60 per hour', mỗi số từ 1 trở lên."),
    )
    yield (
        "LIMITER_STORAGE",
        _is_storage(settings.limiter_storage),
        ("Hãy đặt memory://, hoặc địa chỉ Valkey khi đã cài gói valkey."),
    )
    yield (
        "LOG_LEVEL",
        settings.log_level.upper() in logging.getLevelNamesMapping(),
        ("Hãy đặt DEBUG, INFO, WARNING, ERROR hoặc CRITICAL."),
    )
    yield (
        "EMBED_ORIGINS",
        all(map(_ORIGIN.fullmatch, settings.embed_origins)),
        ("Hãy ghi mỗi trang dạng https://www.example.gov.vn, không có đường dẫn."),
    )


def _is_database(address: str) -> bool:
    try:
        return make_url(address).drivername in _DRIVERS
    except (ArgumentError, ValueError):
        return False


def _is_limit(text: str) -> bool:
    try:
        return all(limit.amount > 0 and limit.multiples > 0 for limit in parse_many(text))
    except ValueError:
        return False


def _is_storage(address: str) -> bool:
    try:
        return bool(storage_from_string(address))
    except (ConfigurationError, ValueError):
        return False
