"""Crosswalks: which node of an old set continues in which node of a new one, and with what share. Pure.

Values carried over are estimates, whatever the share: the new text may ask something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from ruraldx.catalog.loader import shipped_base
from ruraldx.catalog.provincial import Resolver, UnknownBase
from ruraldx.catalog.reading import CatalogError, Text, read
from ruraldx.catalog.rules import CODE, Exact
from ruraldx.catalog.schema import CriteriaSet, SetReference, Strict, Verification
from ruraldx.catalog.tree import places_of
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

CROSSWALKS: Final = Path(__file__).parent / "crosswalks"
_Path = tuple[str | int, ...]


class Pair(Strict):
    """An old node and a new one; ``share``: how much of the old one goes into the new one."""

    old: str
    new: str
    share: Annotated[Exact, Field(gt=0, le=1)]
    note: str = ""


class Crosswalk(Strict):
    """From the nodes of one version to those of another. An old node that is in no pair does not continue."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True)

    code: str = Field(pattern=CODE, max_length=80)
    source_set: SetReference = Field(alias="from")
    target_set: SetReference = Field(alias="to")
    pairs: tuple[Pair, ...] = Field(min_length=1)
    verification: Verification
    source: str = Field(min_length=1)
    note: str = ""


@dataclass(frozen=True)
class Carried:
    """A value carried over. ``parts``: (old node, share) it is made of; ``missing``: old nodes that had no value."""

    value: Decimal
    parts: tuple[tuple[str, Decimal], ...]
    missing: tuple[str, ...]
    verification: Verification
    is_estimate: bool = True


def parse_crosswalk(name: str, content: bytes, resolve: Resolver = shipped_base) -> Crosswalk:
    """Read a crosswalk from the bytes of a YAML text. Raises CatalogError with every problem and its line."""
    return crosswalk_in(read(name, content), resolve)


def crosswalk_in(text: Text, resolve: Resolver) -> Crosswalk:
    """The crosswalk in a text that was read. Raises CatalogError."""
    crosswalk = text.read_as(Crosswalk)
    found = [*_ends(crosswalk, resolve), *_shares(crosswalk)]
    if found:
        raise CatalogError([text.problem(where, message) for where, message in found])
    return crosswalk


def load_crosswalks(resolve: Resolver = shipped_base) -> tuple[Crosswalk, ...]:
    """Every crosswalk that comes with the platform, in order of its file. Raises CatalogError."""
    return tuple(parse_crosswalk(path.name, path.read_bytes(), resolve) for path in sorted(CROSSWALKS.glob("*.yaml")))


def carried(values: Mapping[str, Decimal], crosswalk: Crosswalk) -> dict[str, Carried]:
    """New code → its value out of old code → value, each by its share. A new node none of whose old nodes has a
    value is left out: missing is not zero.
    """
    found: dict[str, Carried] = {}
    for new in dict.fromkeys(pair.new for pair in crosswalk.pairs):
        pairs = [pair for pair in crosswalk.pairs if pair.new == new]
        known = [pair for pair in pairs if pair.old in values]
        if known:
            found[new] = Carried(
                value=sum((values[pair.old] * pair.share for pair in known), Decimal(0)),
                parts=tuple((pair.old, pair.share) for pair in known),
                missing=tuple(pair.old for pair in pairs if pair.old not in values),
                verification=crosswalk.verification,
            )
    return found


def _ends(crosswalk: Crosswalk, resolve: Resolver) -> Iterator[tuple[_Path, Message]]:
    if crosswalk.source_set == crosswalk.target_set:
        yield ("to",), Message("Bảng chuyển đổi phải nối hai phiên bản khác nhau.")
    for key, end in (("from", crosswalk.source_set), ("to", crosswalk.target_set)):
        try:
            criteria = resolve(end)
        except UnknownBase as unknown:
            yield (key,), unknown.message
            continue
        yield from _unknown(crosswalk, criteria, "old" if key == "from" else "new")


def _unknown(crosswalk: Crosswalk, criteria: CriteriaSet, side: str) -> Iterator[tuple[_Path, Message]]:
    for index, pair in enumerate(crosswalk.pairs):
        code = getattr(pair, side)
        if not places_of(criteria, code):
            message = Message("Bộ %(set)s không có mục hay chỉ tiêu %(code)s.", set=criteria.code, code=code)
            yield ("pairs", index, side), message


def _shares(crosswalk: Crosswalk) -> Iterator[tuple[_Path, Message]]:
    totals: dict[str, Decimal] = {}
    seen: set[tuple[str, str]] = set()
    for index, pair in enumerate(crosswalk.pairs):
        if (pair.old, pair.new) in seen:
            yield ("pairs", index), Message("Cặp %(old)s → %(new)s lặp lại.", old=pair.old, new=pair.new)
            continue
        seen.add((pair.old, pair.new))
        before = totals.get(pair.old, Decimal(0))
        totals[pair.old] = before + pair.share
        if before <= 1 < totals[pair.old]:
            total = decimal_text(totals[pair.old])
            message = Message("Các phần của %(code)s cộng lại bằng %(total)s, lớn hơn 1.", code=pair.old, total=total)
            yield ("pairs", index, "share"), message
