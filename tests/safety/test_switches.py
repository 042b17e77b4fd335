"""Every safety test has a switch that breaks its control and must turn it red; here that is asked of the modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = sorted(path for path in HERE.glob("test_*.py") if path.name != Path(__file__).name)


def switches(source: str) -> Iterator[str]:
    """The tests of a module that are, or hold, a switch and assert something after turning it."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        body = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        named = "switch" in node.name
        # A short one stands at the end of the test it breaks, under this comment.
        _, _, turned = body.partition("# The switch")
        if (named and asserts(body)) or asserts(turned):
            yield node.name


def asserts(body: str) -> bool:
    return "assert " in body or "pytest.raises" in body or "refuse_unsafe" in body


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_module_here_shows_what_its_tests_are_worth(module: Path) -> None:
    assert list(switches(module.read_text("utf-8")))


def test_the_switch_a_module_without_one_is_found() -> None:
    assert list(switches("def test_a():\n    assert 1\n")) == []
    assert list(switches("def test_the_switch():\n    pass\n")) == []
    assert list(switches("def test_a():\n    assert 1\n    # The switch.\n    assert 2\n")) == ["test_a"]
