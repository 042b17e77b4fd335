"""The house rules as functions from a text to complaints, so that each can be shown a text that breaks it."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator

MODULE_LINES = 300
FUNCTION_LINES = 40
PAGE_LINES = 60
Function = ast.FunctionDef | ast.AsyncFunctionDef

# Written so that this file, which is read as well, does not match itself.
_HOSTS = "|".join(
    (
        r"pypi" r"\.org",
        r"python" r"hosted\.org",
        r"npm" r"js\.(?:org|com)",
        r"yarn" r"pkg\.com",
        r"un" r"pkg\.com",
        r"js" r"delivr\.net",
        r"cdn" r"js\.",
    )
)
_MACHINE = r"(?<![\w.])/(?:wo" r"rk|ro" r"ot|ho" r"me|U" r"sers|o" r"pt)/\w|/t" r"mp/\w"
MARKS = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b|NotImplementedErro[r]")
ADDRESS = re.compile(r"""(?<![\w.])(?:https?:)?//[A-Za-z0-9.-]+\.[a-z]{2,}[^\s"')<>]*""")


def long_module(text: str) -> Iterator[str]:
    """A module is one idea: 300 lines at most."""
    if (lines := text.count("\n")) > MODULE_LINES:
        yield f"{lines} lines"


def _functions(text: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, Function))


def long_function(text: str) -> Iterator[str]:
    """A function fits on a screen: 40 lines at most."""
    for node in _functions(text):
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES:
            yield f"{node.name}: {lines} lines"


def hidden_import(text: str) -> Iterator[str]:
    """Imports stand at the top; what is heavy comes through a named loader."""
    for node in _functions(text):
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)):
            yield node.name


def empty_body(text: str) -> Iterator[str]:
    """No stub: a function does something."""
    for node in _functions(text):
        body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
        if not body or isinstance(body[0], ast.Pass):
            yield node.name


def undocumented(text: str) -> Iterator[str]:
    """Every module, public class and public function of a module or class says what it is."""
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield "module"
    waiting: list[ast.Module | ast.ClassDef] = [tree]
    while waiting:
        for node in waiting.pop().body:
            if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                yield node.name
            if isinstance(node, ast.ClassDef):
                waiting.append(node)


def open_mark(text: str) -> Iterator[str]:
    """A mark for later names its issue: ``(#12)``."""
    for number, line in enumerate(text.splitlines(), 1):
        if MARKS.search(line) and not re.search(r"\(#\d+\)", line):
            yield f"line {number}"


def foreign_address(text: str) -> Iterator[str]:
    """No page loads anything from another host. A namespace is a name, and a link is followed by a person."""
    without_links = re.sub(r"<a\s[^>]*>", "", text)
    return (found for found in ADDRESS.findall(without_links) if "//www.w3.org/" not in found)


def registry_host(text: str) -> Iterator[str]:
    """Where packages come from is the machine's own business."""
    return iter(re.findall(_HOSTS, text))


def machine_path(text: str) -> Iterator[str]:
    """A path of one machine means nothing on another."""
    return iter(re.findall(_MACHINE, text))


def not_composed(text: str) -> Iterator[str]:
    """Vietnamese is written in composed form (NFC) only."""
    for number, line in enumerate(text.splitlines(), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield f"line {number}"


def long_page(text: str) -> Iterator[str]:
    """A page is an outline of components: 60 lines at most."""
    if (lines := text.count("\n")) > PAGE_LINES:
        yield f"{lines} lines"


def several_macros(text: str) -> Iterator[str]:
    """A component file holds one component: a macro, or the markup of an include."""
    if (found := len(re.findall(r"{%-?\s*macro\s", text))) > 1:
        yield f"{found} macros"


def inline_behaviour(text: str) -> Iterator[str]:
    """The strict policy refuses style attributes and on… handlers: they would do nothing."""
    return iter(re.findall(r"<[a-z][^>]*\s(style=|on[a-z]+=)", text))


def unescaped(text: str) -> Iterator[str]:
    """Nothing is printed unescaped."""
    return iter(re.findall(r"\|\s*safe\b|{%-?\s*autoescape\s+false", text))
