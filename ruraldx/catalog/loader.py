"""Read criteria sets from YAML with problems named by file and line, and write them in one canonical form."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.messages import Message
from ruraldx.vietnamese import nfc

SHIPPED: Final = Path(__file__).parent / "criteria"
_Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where; in a workbook ``cell`` says it ("_content!F12")."""

    file: str
    line: int
    message: Message
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.cell or self.line}: {self.message}"


class CatalogError(ValueError):
    """A criteria file that cannot be taken; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a number with a point is exact, a key stands once, and nothing refers to something else."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse ``*name``: a text that repeats by reference can grow without bound or contain itself."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "không dùng bí danh (*)", mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """A value that looks like a date or number and is none is a problem with a line, not a crash."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
            text = str(node.value)[:40] if isinstance(node, yaml.ScalarNode) else node.tag
            problem = f"không đọc được “{text}”; nếu là chữ, hãy đặt trong ngoặc kép"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error


def _exact(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[Any] = set()
    for key_node, _value in node.value:
        key = key_node.value
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"khóa “{key}” lặp lại", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:float", _exact)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_set(path: Path) -> CriteriaSet:
    """Read one file. Raises CatalogError with every problem found, each with its line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CatalogError([Problem(path.name, 1, Message("Không đọc được; hãy nêu một tệp YAML."))]) from error
    return parse_set(path.name, content)


def parse_set(name: str, content: bytes) -> CriteriaSet:
    """Read a set from the bytes of a YAML text called ``name``. Raises CatalogError as :func:`load_set` does."""
    data, lines = parse_yaml(name, content)
    return _validated(name, data, lines)


def parse_yaml(name: str, content: bytes) -> tuple[object, dict[_Path, int]]:
    """The data of a strict YAML text, and the line of every place in it. Raises CatalogError."""
    try:
        text = nfc(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CatalogError([Problem(name, line, Message("Tệp không phải là văn bản UTF-8."))]) from error
    try:
        return _parsed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogError([_syntax(name, line, error.problem)]) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise CatalogError([_syntax(name, line, "có ký tự điều khiển")]) from error
    except RecursionError as error:
        raise CatalogError([_syntax(name, 1, "các mục lồng nhau quá sâu")]) from error


def _parsed(text: str) -> tuple[object, dict[_Path, int]]:
    """The data, and the line of every place in it."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, {}
        return loader.construct_document(node), dict(_lines(node))
    finally:
        loader.dispose()


def _syntax(name: str, line: int, detail: str | None) -> Problem:
    return Problem(name, line, Message("Tệp YAML sai cú pháp: %(detail)s.", detail=detail or ""))


def _validated(name: str, data: object, lines: dict[_Path, int]) -> CriteriaSet:
    try:
        criteria = CriteriaSet.model_validate(data)
    except ValidationError as error:
        raise CatalogError([_problem(name, lines, item["loc"], _sentence(item)) for item in _own(error)]) from error
    found = [_problem(name, lines, where, message) for where, message in problems_of(criteria)]
    if found:
        raise CatalogError(found)
    return criteria


def _own(error: ValidationError) -> list[Any]:
    """The errors without what only follows: a list is called too short as well when one of its items is wrong."""
    items = error.errors()
    places = [item["loc"] for item in items]

    def follows(item: Any) -> bool:
        depth = len(item["loc"])
        return item["type"] == "too_short" and any(len(p) > depth and p[:depth] == item["loc"] for p in places)

    return [item for item in items if not follows(item)]


def _sentence(item: Any) -> Message:
    place = ".".join(str(part) for part in item["loc"]) or "cả tệp"
    known = {
        "missing": Message("Thiếu mục “%(place)s”.", place=place),
        "extra_forbidden": Message("Không có mục “%(place)s” trong mẫu.", place=place),
    }
    if item["type"] == "less_than_equal":
        return Message("Mục “%(place)s” không được lớn hơn %(limit)s.", place=place, limit=item["ctx"]["le"])
    other = Message("Mục “%(place)s” không hợp lệ: %(detail)s.", place=place, detail=item["msg"])
    return known.get(item["type"], other)


def _problem(name: str, lines: dict[_Path, int], where: _Path, message: Message) -> Problem:
    """At the innermost place that is in the file; what is not (a missing key, the kind of a rule) is passed over."""
    place: _Path = ()
    for part in where:
        if (*place, part) in lines:
            place = (*place, part)
    return Problem(name, lines.get(place, 1), message)


def _lines(node: yaml.Node, path: _Path = ()) -> Iterator[tuple[_Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
            yield (*path, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index))


def load_shipped() -> dict[str, CriteriaSet]:
    """Every set that comes with the platform, by code. Raises CatalogError."""
    sets = (load_set(path) for path in sorted(SHIPPED.glob("*.yaml")))
    return {criteria.code: criteria for criteria in sets}
