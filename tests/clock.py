"""The time at which every test begins."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
