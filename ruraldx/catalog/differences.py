"""What differs between two sets, node by node and field by field, ready to be shown side by side. Pure.

Two sets without a difference have the same canonical bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from ruraldx.catalog.checks import indicators_of, nodes_of
from ruraldx.catalog.labels import LABELS
from ruraldx.catalog.schema import VERIFICATIONS, CriteriaSet, Criterion, Indicator, Verification
from ruraldx.catalog.tree import CHILDREN, codes_on
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text, format_date, nfc

Kind = Literal["added", "removed", "moved", "changed"]
KINDS: Final[dict[Kind, Message]] = {
    "added": Message("Thêm"),
    "removed": Message("Bỏ"),
    "moved": Message("Chuyển chỗ"),
    "changed": Message("Sửa"),
}
_Key = tuple[str, str]
_FIELD_OF_SET: Final = "set"
# The order of the named items of a list, as if it were a field of the list.
_ORDER: Final = "order"


@dataclass(frozen=True)
class Difference:
    """One difference. ``node``: code of a node or indicator, empty for the set itself; ``level`` says which.

    ``field``: path inside the node, empty where the node itself was added, removed or moved. ``label`` says in
    Vietnamese what ``field`` is; ``old`` and ``new`` are the two texts, empty where there is none.
    """

    node: str
    level: Literal["set", "node", "indicator"]
    kind: Kind
    field: str
    label: Message
    old: str | Message
    new: str | Message

    def as_data(self) -> dict[str, str]:
        """A JSON-ready form in Vietnamese."""
        texts = {"label": str(self.label), "old": str(self.old), "new": str(self.new)}
        return {"node": self.node, "level": self.level, "kind": self.kind, "field": self.field, **texts}


@dataclass(frozen=True)
class _Entry:
    """A node with where it hangs and its fields, flat."""

    parent: _Key | None
    name: str
    fields: Mapping[str, Any]


def differences(old: CriteriaSet, new: CriteriaSet) -> tuple[Difference, ...]:
    """Every difference: the set itself, then the nodes of the new set in their order, then those that are gone."""
    before, after = _entries(old), _entries(new)
    found: list[Difference] = []
    moved = _moved(before, after)
    for key, entry in after.items():
        if key not in before:
            found.append(_of_node(key, "added", "", entry.name))
            continue
        if key in moved:
            found.append(_of_node(key, "moved", _place(before[key]), _place(entry)))
        found.extend(_changed(key, before[key].fields, entry.fields))
    found.extend(_of_node(key, "removed", entry.name, "") for key, entry in before.items() if key not in after)
    return tuple(found)


def _entries(criteria: CriteriaSet) -> dict[_Key, _Entry]:
    found = {(_FIELD_OF_SET, ""): _Entry(None, criteria.title, _flat(criteria))}
    for place, node in _walk(criteria):
        above = codes_on(criteria, place)[1:]
        parent = ("node", above[0]) if above else (_FIELD_OF_SET, "")
        level = "indicator" if isinstance(node, Indicator) else "node"
        found[level, node.code] = _Entry(parent, node.name, _flat(node))
    return found


def _walk(criteria: CriteriaSet) -> Iterator[tuple[tuple[str | int, ...], Criterion | Indicator]]:
    """Nodes, each followed by its own indicators."""
    inside: dict[tuple[str | int, ...], list[tuple[tuple[str | int, ...], Indicator]]] = {}
    for place, indicator in indicators_of(criteria):
        inside.setdefault(place[:-2], []).append((place, indicator))
    for place, node in nodes_of(criteria):
        yield place, node
        yield from inside.get(place, [])


def _moved(before: Mapping[_Key, _Entry], after: Mapping[_Key, _Entry]) -> set[_Key]:
    """Nodes that hang elsewhere, or left the order in which their siblings stand."""
    common = [key for key in after if key in before]
    moved = {key for key in common if before[key].parent != after[key].parent}
    for parent in {entry.parent for entry in after.values()}:
        olds, news = ([k for k, e in one.items() if e.parent == parent and k not in moved] for one in (before, after))
        for level in ("node", "indicator"):
            left = [key for key in olds if key[0] == level and key in after]
            right = [key for key in news if key[0] == level and key in before]
            kept = SequenceMatcher(a=left, b=right, autojunk=False).get_matching_blocks()
            in_order = {key for block in kept for key in left[block.a : block.a + block.size]}
            moved |= set(left) - in_order
    return moved


def _place(entry: _Entry) -> Message:
    level, code = entry.parent or (_FIELD_OF_SET, "")
    return Message("trong mục %(code)s", code=code) if level == "node" else Message("cấp cao nhất")


def _of_node(key: _Key, kind: Kind, old: str | Message, new: str | Message) -> Difference:
    level, code = key
    label = Message("Chỉ tiêu %(code)s", code=code) if level == "indicator" else Message("Mục %(code)s", code=code)
    return Difference(code, "indicator" if level == "indicator" else "node", kind, "", label, old, new)


def _changed(key: _Key, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    level: Any = key[0]
    for field in dict.fromkeys([*before, *after]):
        old, new = before.get(field), after.get(field)
        kind: Kind = "changed" if field in before and field in after else "added" if field in after else "removed"
        if isinstance(old, tuple) or isinstance(new, tuple):
            olds, news = ([name for name in one or () if name in (two or ())] for one, two in ((old, new), (new, old)))
            if olds != news:
                label = _label(field.rpartition(".")[0])
                yield Difference(key[1], level, "moved", field, label, ", ".join(olds), ", ".join(news))
        elif old != new and not (kind != "changed" and (old or new) == "" and not field.startswith("dimensions.")):
            yield Difference(key[1], level, kind, field, _label(field), _text(field, old), _text(field, new))


def _flat(owner: CriteriaSet | Criterion | Indicator) -> dict[str, Any]:
    """Path → value of everything in a node that is not another node."""
    return dict(_leaves(owner.model_dump(exclude=set(CHILDREN)), ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and (value or "." not in path):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        names = [_name_of(item, index) for index, item in enumerate(value, start=1)]
        yield f"{path}.{_ORDER}", tuple(names)
        for name, part in zip(names, value, strict=True):
            yield from _leaves(part, f"{path}.{name}")
    elif value is not None:
        yield path, nfc(str(value)) if isinstance(value, str) else value


def _name_of(item: Any, position: int) -> str:
    """What names an item of a list: its code or key, else its position."""
    named = (item.get("code") or item.get("key")) if isinstance(item, Mapping) else None
    return str(named or position)


def _label(field: str) -> Message:
    parts = [LABELS.get(part, part) for part in field.split(".")]
    label = parts[0] if isinstance(parts[0], Message) else Message("%(part)s", part=parts[0])
    for part in parts[1:]:
        label = Message("%(whole)s › %(part)s", whole=label, part=part)
    return label


def _text(field: str, value: Any) -> str | Message:
    if value is None:
        return ""
    if value == {}:
        return Message("không có giá trị nào")
    if isinstance(value, bool):
        return Message("Có") if value else Message("Không")
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return format_date(value)
    if field.rpartition(".")[2] == "verification":
        return VERIFICATIONS[Verification(value)]
    return str(value)
