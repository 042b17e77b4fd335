"""Published codes in words, with a tone; a published step as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruraldx.messages import Message, message_from_data
from ruraldx.scoring.outcomes import VERDICTS, Verdict

OUTCOMES: Final[dict[str, tuple[Message, str]]] = {code: VERDICTS[Verdict(code)] for code in ("pass", "fail")}
COMPUTED: Final[dict[str, Message]] = {
    **{verdict.value: words for verdict, (words, _tone) in VERDICTS.items()},
    # What is published does not tell whether there was a threshold.
    "unverified": Message("Chưa kiểm chứng ngưỡng hoặc nội dung"),
}


def steps_of(indicator: Mapping[str, Any]) -> tuple[Message, ...]:
    """How the computed result came about, as it was sealed and published."""
    return tuple(message_from_data(step["message"]) for step in indicator.get("steps", ()))
