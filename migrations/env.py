"""Alembic environment: one transaction for a migration, batches on SQLite, our types by name."""

from logging.config import fileConfig

from alembic import context
from flask import current_app

from ruraldx.database import Base

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)


def render_item(kind, item, autogen_context):
    """Write our column types as what they are in the database."""
    if kind == "type" and type(item).__module__ == "ruraldx.database.types":
        return f"sa.{item.impl!r}" if type(item).__name__ != "UtcDateTime" else "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run migrations on the application's own engine."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=False,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
