"""A province's set: a national version, a head of its own and the changes between them, made into a full set. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, Literal

from pydantic import Field

from ruraldx.catalog.edits import Operation
from ruraldx.catalog.performing import performed, with_document
from ruraldx.catalog.reading import Text
from ruraldx.catalog.rules import CODE, Exact
from ruraldx.catalog.schema import Aggregation, CriteriaSet, LegalDocument, Rounding, SetReference, Strict
from ruraldx.messages import Message


class UnknownBase(LookupError):
    """There is no set to build on; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


Resolver = Callable[[SetReference], CriteriaSet]
"""Gives the version a set builds on. Raises UnknownBase."""


class ProvincialSet(Strict):
    """A set as its changes against another one. What the head does not say is as in the base.

    ``documents`` come beside those of the base; one with a key of the base takes its place.
    """

    code: str = Field(pattern=CODE, max_length=80)
    number: int = Field(ge=1, le=9999)
    title: str = Field(max_length=300)
    extends: SetReference
    scope: Literal["commune", "village", "district", "province", "pilot"] | None = None
    level: Literal["ntm", "nang_cao", "kieu_mau", "thong_minh", "tmdt", "hien_dai", "none"] | None = None
    period_from: date | None = None
    period_to: date | None = None
    province_code: str | None = Field(None, pattern=r"^(\d{2})?$")
    documents: tuple[LegalDocument, ...] = ()
    dimensions: dict[str, dict[str, str]] | None = None
    rounding: Rounding | None = None
    points_rounding: Rounding | None = None
    not_applicable: Literal["excluded", "full_points", "redistributed"] | None = None
    note: str | None = None
    total_points: Exact | None = Field(None, ge=0)
    aggregation: Aggregation | None = None
    changes: tuple[Operation, ...] = ()


_NOT_OF_THE_HEAD: Final = {"documents", "changes"}


def is_provincial(text: Text) -> bool:
    """Whether a text is a set written as changes, and not as a whole."""
    return isinstance(text.data, dict) and "changes" in text.data


def provincial_in(text: Text, resolve: Resolver) -> CriteriaSet:
    """The full set. Raises CatalogError: unknown base, a change that does not fit, a result that does not hold."""
    own = text.read_as(ProvincialSet)
    try:
        base = resolve(own.extends)
    except UnknownBase as unknown:
        raise text.error(("extends",), unknown.message) from unknown
    head = {
        name: getattr(own, name)
        for name in ProvincialSet.model_fields
        if name not in _NOT_OF_THE_HEAD and getattr(own, name) is not None
    }
    start = base.model_copy(update=head)
    for document in own.documents:
        start = with_document(start, document)
    return performed(start, own.changes, text, "changes")
