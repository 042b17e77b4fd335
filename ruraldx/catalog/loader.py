"""Read criteria sets and amendments: those that come with the platform, files, and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ruraldx.catalog.amendments import Amendment, chain_problems, parse_amendment
from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.provincial import Resolver, UnknownBase, is_provincial, provincial_in
from ruraldx.catalog.reading import CatalogError, Problem, Text, parse_yaml, read
from ruraldx.catalog.schema import CriteriaSet, SetReference
from ruraldx.messages import Message

__all__ = [
    "AMENDING",
    "SHIPPED",
    "CatalogError",
    "Library",
    "Problem",
    "load_amendments",
    "load_set",
    "load_shipped",
    "parse_set",
    "parse_yaml",
    "shipped_base",
]

SHIPPED: Final = Path(__file__).parent / "criteria"
AMENDING: Final = Path(__file__).parent / "amending"


def load_set(path: Path) -> CriteriaSet:
    """Read one file. Raises CatalogError with every problem found, each with its line."""
    return parse_set(path.name, content_of(path))


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises CatalogError for what is no readable file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CatalogError([Problem(path.name, 1, Message("Không đọc được; hãy nêu một tệp YAML."))]) from error


def parse_set(name: str, content: bytes, resolve: Resolver | None = None) -> CriteriaSet:
    """Read a set from the bytes of a YAML text called ``name``. Raises CatalogError as :func:`load_set` does.

    ``resolve`` gives the version that a province's set builds on; without it, the shipped ones.
    """
    return set_in(read(name, content), resolve or shipped_base)


def set_in(text: Text, resolve: Resolver) -> CriteriaSet:
    """The set in a text that was read, whole or as changes. Raises CatalogError."""
    if is_provincial(text):
        return provincial_in(text, resolve)
    criteria = text.read_as(CriteriaSet)
    found = [text.problem(where, message) for where, message in problems_of(criteria)]
    if found:
        raise CatalogError(found)
    return criteria


def nobody(wanted: SetReference) -> CriteriaSet:
    """The resolver that knows no set. Raises UnknownBase."""
    raise UnknownBase(
        Message("Không có bộ tiêu chí gốc %(code)s phiên bản %(number)s.", code=wanted.code, number=wanted.number)
    )


class Library:
    """Texts of sets that may build on each other, and on sets that ``beyond`` knows. Each is read once."""

    def __init__(self, texts: Mapping[str, Text], beyond: Resolver = nobody) -> None:
        self._texts = texts
        self._beyond = beyond
        self._read: dict[str, CriteriaSet] = {}
        self._open: list[str] = []
        self._names = {_reference(text): name for name, text in texts.items()}

    def read(self, name: str) -> CriteriaSet:
        """The set of a text. Raises CatalogError."""
        if name not in self._read:
            self._open.append(name)
            try:
                self._read[name] = set_in(self._texts[name], self.base)
            finally:
                self._open.pop()
        return self._read[name]

    def base(self, wanted: SetReference) -> CriteriaSet:
        """The version that a set builds on. Raises UnknownBase: there is none, it is broken, or it builds on itself."""
        name = self._names.get((wanted.code, str(wanted.number)))
        if name is None:
            return self._beyond(wanted)
        if name in self._open:
            raise UnknownBase(Message("Bộ %(code)s dựa trên chính nó, thành vòng.", code=wanted.code))
        try:
            return self.read(name)
        except CatalogError as error:
            message = Message(
                "Bộ gốc %(code)s có lỗi nên chưa dựa trên nó được: %(problem)s",
                code=wanted.code,
                problem=str(error.problems[0]),
            )
            raise UnknownBase(message) from error


def _reference(text: Text) -> tuple[str, str]:
    data = text.data if isinstance(text.data, dict) else {}
    return str(data.get("code")), str(data.get("number"))


@cache
def _shipped() -> Library:
    """Read once per process: what is shipped does not change while it runs."""
    return Library({path.name: read(path.name, path.read_bytes()) for path in sorted(SHIPPED.glob("*.yaml"))})


def shipped_base(wanted: SetReference) -> CriteriaSet:
    """The resolver of the shipped sets. Raises UnknownBase."""
    return _shipped().base(wanted)


def load_shipped() -> dict[str, CriteriaSet]:
    """Every set that comes with the platform, by code. Raises CatalogError."""
    library = _shipped()
    sets = (library.read(path.name) for path in sorted(SHIPPED.glob("*.yaml")))
    return {criteria.code: criteria for criteria in sets}


def load_amendments(resolve: Resolver = shipped_base) -> tuple[Amendment, ...]:
    """Every amendment that comes with the platform, by code. Raises CatalogError, also for an unknown base."""
    found = [parse_amendment(path.name, path.read_bytes()) for path in sorted(AMENDING.glob("*.yaml"))]
    problems = [*chain_problems(found), *(problem for one in found for problem in base_problems(one, resolve))]
    if problems:
        raise CatalogError(problems)
    return tuple(sorted(found, key=lambda one: one.code))


def base_problems(amendment: Amendment, resolve: Resolver) -> list[Problem]:
    """Whether there is no version that an amendment changes."""
    try:
        resolve(SetReference(code=amendment.base_code, number=amendment.base_number))
    except UnknownBase as unknown:
        return [amendment.text.problem(("base_code",), unknown.message)]
    return []
