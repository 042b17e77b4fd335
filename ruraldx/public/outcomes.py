"""Published codes in words, with a tone; a published step as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruraldx.messages import Message, message_from_data

OUTCOMES: Final[dict[str, tuple[Message, str]]] = {
    "pass": (Message("Đạt"), "success"),
    "fail": (Message("Không đạt"), "danger"),
}
COMPUTED: Final[dict[str, Message]] = {
    "pass": Message("Đạt"),
    "fail": Message("Không đạt"),
    "unverified": Message("Chưa kiểm chứng ngưỡng"),
    "incomplete": Message("Chưa đủ số liệu"),
    "error": Message("Không tính được"),
    "not_applicable": Message("Không áp dụng"),
    "manual": Message("Hội đồng chấm"),
}


def steps_of(indicator: Mapping[str, Any]) -> tuple[Message, ...]:
    """How the computed result came about, as it was sealed and published."""
    return tuple(message_from_data(step["message"]) for step in indicator.get("steps", ()))
