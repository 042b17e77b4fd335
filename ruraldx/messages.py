"""Texts for people and refusals that carry them.

A :class:`Message` is a Vietnamese sentence with named places; rules and operations build them without
knowing a language or a request, and the web layer shows them in Vietnamese or, through gettext, in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Translate = Callable[[str], str]


@dataclass(frozen=True, init=False)
class Message:
    """A Vietnamese sentence and its values; the template is also the gettext message id.

    Places are written ``%(name)s``. A value may itself be a message.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __init__(self, template: str, /, **values: object) -> None:
        # Past the guard of a frozen class, and so half the cost: a score says hundreds of them.
        own = self.__dict__
        own["template"], own["values"] = template, MappingProxyType(values)

    def __hash__(self) -> int:
        # Names only: equal values may read differently (1 and 1.0), and equal messages must have equal hashes.
        return hash((self.template, frozenset(self.values)))

    def __str__(self) -> str:
        return self.translated(_vietnamese)

    def translated(self, translate: Translate) -> str:
        """The sentence through ``translate`` (message id → text), nested messages included."""
        values = {
            name: value.translated(translate) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        text = translate(self.template)
        return text % values if values else text

    def as_data(self) -> dict[str, object]:
        """A JSON-ready form that :func:`message_from_data` reads back."""
        values = {
            name: value.as_data() if isinstance(value, Message) else str(value) for name, value in self.values.items()
        }
        return {"text": self.template, "values": values} if values else {"text": self.template}


def message_from_data(data: Mapping[str, object]) -> Message:
    """Rebuild a message from :meth:`Message.as_data`. Raises KeyError when ``text`` is missing."""
    raw = data.get("values", {})
    values = raw if isinstance(raw, Mapping) else {}
    return Message(
        str(data["text"]),
        **{k: message_from_data(v) if isinstance(v, Mapping) else v for k, v in values.items()},
    )


def _vietnamese(template: str) -> str:
    return template


class Refused(Exception):
    """An act that is not done, with the sentence for the person and, where there is one, the field."""

    status = 409
    code = "refused"

    def __init__(
        self, message: Message, *, field: str | None = None, code: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status


class NotFound(Refused):
    """The thing does not exist for this person (also when it belongs to somebody else)."""

    status = 404
    code = "not_found"


class Forbidden(Refused):
    """The person may see the thing but may not do this."""

    status = 403
    code = "forbidden"


class Conflict(Refused):
    """Somebody else changed it first, or it is no longer in a state that allows the act."""

    status = 409
    code = "conflict"


class Invalid(Refused):
    """A value that cannot be taken; ``field`` names the place."""

    status = 422
    code = "invalid"
