"""Strict YAML with the line of every place; any model is read from it with problems that name file and line. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ruraldx.catalog.sentences import complaints, written
from ruraldx.messages import Message
from ruraldx.vietnamese import nfc

_Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


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


@dataclass(frozen=True)
class Text:
    """The data of a text called ``name``, and the line of every place in it.

    Two of them are always equal, so that where an object was read does not tell it from the same object elsewhere.
    """

    name: str = field(default="", compare=False)
    data: object = field(default=None, compare=False)
    lines: Mapping[_Path, int] = field(default_factory=dict, compare=False)

    def problem(self, where: _Path, message: Message) -> Problem:
        """At the innermost place that is in the text; a part that is not (a missing key) is passed over."""
        return Problem(self.name, self.lines.get(written(where, self.lines), 1), message)

    def error(self, where: _Path, message: Message) -> CatalogError:
        """The one thing that is wrong with this text."""
        return CatalogError([self.problem(where, message)])

    def read_as(self, model: type[Model]) -> Model:
        """The data as a model. Raises CatalogError with every problem found."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            found = complaints(error, self.lines)
            raise CatalogError([self.problem(where, message) for where, message in found]) from error


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


def read(name: str, content: bytes) -> Text:
    """Read the bytes of a YAML text. Raises CatalogError for what is not strict YAML in UTF-8."""
    return Text(name, *parse_yaml(name, content))


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


def _lines(node: yaml.Node, path: _Path = ()) -> Iterator[tuple[_Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
            yield (*path, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index))
