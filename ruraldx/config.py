"""Typed settings. Everything that varies by deployment is one ``RURALDX_*`` variable described here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

ROOT = Path(__file__).resolve().parent.parent
KNOWN_SECRETS = frozenset({"dev", "development", "secret", "changeme", "change-me", "test", "ruraldx"})
MINIMUM_SECRET_BYTES = 32


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

    A missing secret is refused in every environment; the rest only in production.
    """
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    if not secret:
        raise UnsafeSettings("RURALDX_SECRET_KEY chưa được đặt. Hãy đặt một chuỗi ngẫu nhiên từ 32 byte.")
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
