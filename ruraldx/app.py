"""The application, assembled: settings, database, sessions, the web shell, and one blueprint for each feature."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask

from ruraldx import cli
from ruraldx.accounts import queries as account_queries
from ruraldx.accounts import sessions
from ruraldx.accounts import views as account_views
from ruraldx.api import v1
from ruraldx.assessments import appraisal_views, evidence_views, score_views
from ruraldx.assessments import views as assessment_views
from ruraldx.audit.log import use_key
from ruraldx.config import ROOT, Settings, UnsafeSettings, refuse_unsafe, settings_from_environment
from ruraldx.criteria_sets import draft_views, publishing_views
from ruraldx.criteria_sets import views as criteria_views
from ruraldx.database import db, prepare_engine
from ruraldx.database.migrations import LateMigrate
from ruraldx.maps import views as map_views
from ruraldx.pilots import views as pilot_views
from ruraldx.public import views as public_views
from ruraldx.published import views as published_views
from ruraldx.web import assets, errors, filters, i18n, inputs, logs, navigation, security
from ruraldx.web import views as web_views

BLUEPRINTS = (
    web_views.blueprint,
    public_views.blueprint,
    map_views.blueprint,
    published_views.blueprint,
    appraisal_views.blueprint,
    evidence_views.blueprint,
    assessment_views.blueprint,
    score_views.blueprint,
    pilot_views.blueprint,
    criteria_views.blueprint,
    draft_views.blueprint,
    publishing_views.blueprint,
    account_views.blueprint,
)
WEB = (logs, inputs, security, i18n, assets, filters, navigation)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises :class:`UnsafeSettings` for a configuration that must not serve people."""
    settings = settings or settings_from_environment()
    refuse_unsafe(settings)
    app = Flask("ruraldx", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.extensions["ruraldx_settings"] = settings
    app.config.from_mapping(flask_config(settings))
    connect_database(app, settings)
    sessions.init_app(app)
    for module in WEB:
        module.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    security.limit_login(app, "accounts.sign_in", settings.login_limit)
    v1.init_app(app)
    # Last: the API library brings handlers of its own, and ours are for every page.
    errors.init_app(app)
    cli.init_app(app)
    refuse_demo_accounts(app, settings)
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """Our settings in Flask's words."""
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    secure = settings.public_url.startswith("https://")
    return {
        "SECRET_KEY": secret,
        "DEBUG": settings.debug,
        "TESTING": settings.environment == "test",
        "SQLALCHEMY_DATABASE_URI": settings.database_address,
        # The values of a statement (hashes, addresses, answers) must not get into a log with an error.
        # A connection that a restart of PostgreSQL cut is replaced before it is used; a file needs no such question.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": not settings.is_sqlite},
        "MAX_CONTENT_LENGTH": (settings.max_upload_mb + 1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": settings.hosts,
        # A token that expires after an hour would end every autosave (design.md section 6).
        "WTF_CSRF_TIME_LIMIT": None,
        "SESSION_COOKIE_NAME": "__Host-ruraldx" if secure else "ruraldx",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "JSON_AS_ASCII": False,
    }


def connect_database(app: Flask, settings: Settings) -> None:
    """Database, migrations and the key of the audit chain."""
    if settings.is_sqlite:
        make_folder(settings)
    db.init_app(app)
    migrate = app.extensions["migrate"] = LateMigrate(app, ROOT / "migrations")
    if cli.is_a_command():
        migrate.load()
    with app.app_context():
        prepare_engine(db.engine)
    db.session.session_factory.configure(info={})
    use_key(db.session.session_factory.kw["info"], audit_key(settings))


def make_folder(settings: Settings) -> None:
    """The data folder. Raises :class:`UnsafeSettings` where none can be made."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeSettings(
            f"RURALDX_DATA_DIR: không tạo được thư mục {settings.data_dir} ({error.strerror}). "
            "Hãy đặt một thư mục ghi được."
        ) from None


def audit_key(settings: Settings) -> bytes:
    """The key of the audit chain; derived from the secret key when none is set."""
    if settings.audit_key is not None:
        return settings.audit_key.get_secret_value().encode()
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return hmac.new(secret.encode(), b"ruraldx audit chain", hashlib.sha256).digest()


def refuse_demo_accounts(app: Flask, settings: Settings) -> None:
    """Production does not serve while a demo account can sign in; the command that closes them must run."""
    if not settings.is_production or cli.is_a_command():
        return
    with app.app_context():
        try:
            present = account_queries.has_demo_accounts()
        except account_queries.NotMigrated:
            return
        finally:
            db.session.remove()
            db.engine.dispose()
    if present:
        raise UnsafeSettings(
            "Còn tài khoản minh họa đang hoạt động. Hãy chạy `ruraldx demo remove-accounts --commit` trước khi phục vụ."
        )
