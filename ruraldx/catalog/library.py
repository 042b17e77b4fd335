"""Check texts of sets, amendments and crosswalks together: they may build on each other and on shipped sets. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ruraldx.catalog.amendments import amendment_in, apply
from ruraldx.catalog.crosswalk import crosswalk_in
from ruraldx.catalog.loader import Library, base_problems, shipped_base
from ruraldx.catalog.provincial import Resolver
from ruraldx.catalog.reading import CatalogError, Problem, Text, read
from ruraldx.catalog.schema import SetReference


@dataclass(frozen=True)
class Checked:
    """What a text is (``set``, ``amendment``, ``crosswalk``, or nothing readable) and what is wrong with it."""

    kind: str
    problems: tuple[Problem, ...] = ()


def kind_of(text: Text) -> str:
    """Which kind of text it is, told by its keys; a set, unless it has those of another."""
    keys = text.data if isinstance(text.data, dict) else {}
    return "amendment" if "operations" in keys else "crosswalk" if "pairs" in keys else "set"


def check_texts(contents: Mapping[str, bytes], beyond: Resolver = shipped_base) -> dict[str, Checked]:
    """Name → what is wrong with the text, for every text."""
    texts: dict[str, Text] = {}
    found: dict[str, Checked] = {}
    for name, content in contents.items():
        try:
            texts[name] = read(name, content)
        except CatalogError as error:
            found[name] = Checked("", tuple(error.problems))
    kinds = {name: kind_of(text) for name, text in texts.items()}
    library = Library({name: text for name, text in texts.items() if kinds[name] == "set"}, beyond)
    for name, kind in kinds.items():
        try:
            _CHECKS[kind](texts[name], library)
            found[name] = Checked(kind)
        except CatalogError as error:
            found[name] = Checked(kind, tuple(error.problems))
    return {name: found[name] for name in contents}


def _set(text: Text, library: Library) -> None:
    library.read(text.name)


def _amendment(text: Text, library: Library) -> None:
    amendment = amendment_in(text)
    unknown = base_problems(amendment, library.base)
    if unknown:
        raise CatalogError(unknown)
    # One that changes the text of another cannot be tried on the version alone.
    if not amendment.after:
        apply(library.base(SetReference(code=amendment.base_code, number=amendment.base_number)), amendment)


def _crosswalk(text: Text, library: Library) -> None:
    crosswalk_in(text, library.base)


_CHECKS: Final[dict[str, Callable[[Text, Library], None]]] = {
    "set": _set,
    "amendment": _amendment,
    "crosswalk": _crosswalk,
}
