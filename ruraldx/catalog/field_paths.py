"""A field inside a node by its path, e.g. ``rule.conditions.gio-mo-cua.minimum``: read it, or put another value. Pure.

Parts of a list are named by their ``code`` or ``key``, or, where they have none, by their position from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from ruraldx.catalog.sentences import first_complaint
from ruraldx.catalog.tree import CHILDREN
from ruraldx.vietnamese import ValueProblem

Owner = TypeVar("Owner", bound=BaseModel)
# What other operations change.
CLOSED: Final = frozenset({"code", "number", "extends", "documents", *CHILDREN})
ABSENT: Final = object()


def value_at(owner: BaseModel, path: str) -> Any:
    """The value as data; ``ABSENT`` for an entry that a table of names does not have. Raises KeyError."""
    found: Any = _data(owner)
    *before, last = path.split(".")
    for part in before:
        found = found[_key(found, part)]
    if isinstance(found, Mapping) and last not in found:
        return ABSENT
    return found[_key(found, last)]


def with_value(owner: Owner, path: str, value: object) -> Owner:
    """The owner with another value at the path. Raises KeyError (no such place), ValueProblem (no such value)."""
    data = _placed(_data(owner), path.split("."), value)
    children = {name: getattr(owner, name) for name in CHILDREN if name in type(owner).model_fields}
    try:
        return type(owner).model_validate(data | children)
    except ValidationError as error:
        raise ValueProblem(first_complaint(error, data)) from error


def _data(owner: BaseModel) -> dict[str, Any]:
    return owner.model_dump(exclude=set(CHILDREN))


def _placed(data: Any, parts: list[str], value: object) -> Any:
    name, *rest = parts
    if isinstance(data, Mapping) and not rest:
        return {**data, name: value}
    key = _key(data, name)
    inner = _placed(data[key], rest, value) if rest else value
    if isinstance(data, Mapping):
        return {**data, key: inner}
    return [*data[:key], inner, *data[key + 1 :]]


def _key(data: Any, name: str) -> Any:
    """The key of a table or the index in a list. Raises KeyError."""
    if isinstance(data, Mapping):
        if name in data:
            return name
    elif isinstance(data, tuple | list):
        for index, item in enumerate(data):
            if isinstance(item, Mapping) and name in (item.get("code"), item.get("key")):
                return index
        if name.isascii() and name.isdigit() and 1 <= int(name) <= len(data):
            return int(name) - 1
    raise KeyError(name)
