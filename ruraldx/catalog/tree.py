"""Find nodes of a criteria set by their code, and put others in their place. Pure: a set is never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from ruraldx.catalog.checks import indicators_of, nodes_of
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator

_Path = tuple[str | int, ...]
Node = Criterion | Indicator
Owner = TypeVar("Owner", bound=BaseModel)
CHILDREN = ("criteria", "groups", "indicators")


def places_of(criteria: CriteriaSet, code: str) -> list[_Path]:
    """Where nodes and indicators of this code stand: none, one, or two when a node and an indicator share it."""
    every: list[tuple[_Path, Node]] = [*nodes_of(criteria), *indicators_of(criteria)]
    return [place for place, node in every if node.code == code]


def node_at(owner: BaseModel, place: _Path) -> Any:
    """What stands at a place: a node, an indicator, or the set itself for no place."""
    found: Any = owner
    for part in place:
        found = found[part] if isinstance(part, int) else getattr(found, part)
    return found


def spliced(owner: Owner, place: _Path, make: Callable[[Any], Sequence[Node]]) -> Owner:
    """The owner with what stands at ``place`` replaced by what ``make`` gives for it: nothing, one node, or more."""
    name, index, *rest = place
    items = list(getattr(owner, str(name)))
    chosen = items[int(index)]
    items[int(index) : int(index) + 1] = [spliced(chosen, tuple(rest), make)] if rest else list(make(chosen))
    return owner.model_copy(update={str(name): tuple(items)})


def codes_on(criteria: CriteriaSet, place: _Path) -> list[str]:
    """Codes of the nodes on the way to a place in the set, the innermost first."""
    found: list[str] = []
    owner: Any = criteria
    for name, index in zip(place[::2], place[1::2], strict=False):
        if name not in CHILDREN:
            break
        owner = getattr(owner, str(name))[index]
        found.insert(0, owner.code)
    return found
