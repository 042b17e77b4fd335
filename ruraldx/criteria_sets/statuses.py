"""Where a version stands, computed from what is recorded about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ruraldx.messages import Message


class VersionStatus(StrEnum):
    """Draft → published → retired; a set that comes with the platform needs no act to be there."""

    SHIPPED = "shipped"
    PUBLISHED = "published"
    RETIRED = "retired"


STATUSES: Final[dict[VersionStatus, tuple[Message, str]]] = {
    VersionStatus.SHIPPED: (Message("Đi kèm hệ thống"), "info"),
    VersionStatus.PUBLISHED: (Message("Đã công bố"), "success"),
    VersionStatus.RETIRED: (Message("Ngừng áp dụng"), "neutral"),
}


def status_of(published: bool, retired: bool) -> VersionStatus:
    """The status that follows from the facts."""
    if retired:
        return VersionStatus.RETIRED
    return VersionStatus.PUBLISHED if published else VersionStatus.SHIPPED
