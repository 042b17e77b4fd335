"""Operations of an amendment or a province's set: on a named node, each with what it expects to find. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ruraldx.catalog.schema import Criterion, Indicator, LegalDocument, Strict


class SetField(Strict):
    """Another value for one field of a node, an indicator, or (without ``node``) of the set itself.

    ``field``: a path such as ``target`` or ``rule.threshold.values.khac.value``; parts of a list by code or, where
    they have none, by position from 1. ``old`` must be what is there now; null where nothing is.
    """

    kind: Literal["set"]
    node: str = ""
    field: str
    old: Any
    new: Any


class Insert(Strict):
    """A new indicator or group below a node (without ``under``: a node at the top), after a sibling or as the first."""

    kind: Literal["insert"]
    under: str = ""
    after: str = ""
    indicator: Indicator | None = None
    group: Criterion | None = None


class Remove(Strict):
    """A node or indicator goes, with everything below it. ``name`` must be its name now."""

    kind: Literal["remove"]
    node: str
    name: str


class Rename(Strict):
    """Another code for a node or indicator."""

    kind: Literal["rename"]
    node: str
    code: str


class Note(Strict):
    """The document touches this node (without ``node``: the set), but its wording was not seen.

    The node and everything below it become unverified, so that nothing is concluded from the old wording.
    """

    kind: Literal["note"]
    node: str = ""
    note: str = Field(min_length=1)


class SetDocument(Strict):
    """A legal document is added to the set, or takes the place of the one with its key.

    ``replaces``: the number of the document that has the key now; without it the key must be new.
    """

    kind: Literal["set_document"]
    document: LegalDocument
    replaces: str | None = None


Operation = Annotated[
    SetField | Insert | Remove | Rename | Note | SetDocument,
    Field(discriminator="kind"),
]
