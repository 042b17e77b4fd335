"""Every house rule on every file, and every rule shown to be able to fail."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest

from tests.house import rules
from tests.house.tree import modules, texts

Rule = Callable[[str], Iterator[str]]

PYTHON = (rules.long_module, rules.long_function, rules.hidden_import, rules.empty_body, rules.undocumented)
PAGES = (rules.long_page, rules.inline_behaviour, rules.unescaped)
EVERYWHERE = (rules.registry_host, rules.machine_path, rules.not_composed, rules.open_mark)

BROKEN: dict[Rule, str] = {
    rules.long_module: '"""x"""\n' + "x = 1\n" * 300,
    rules.long_function: "def f():\n" + "    x = 1\n" * 40,
    rules.hidden_import: "def f():\n    import folium\n",
    rules.empty_body: 'def f():\n    """Later."""\n',
    rules.undocumented: '"""x"""\nclass A:\n    """x"""\n    def f(self):\n        return 1\n',
    rules.open_mark: "x = 1  # TO" + "DO: more\n",
    rules.foreign_address: '<script src="https://example.org/x.js"></script>',
    rules.registry_host: "https://files.python" + "hosted.org/x",
    rules.machine_path: "open('/ho" + "me/x/y')",
    rules.not_composed: unicodedata.normalize("NFD", "xã"),
    rules.long_page: "<p></p>\n" * 61,
    rules.several_macros: "{% macro a() %}{% endmacro %}{% macro b() %}{% endmacro %}",
    rules.inline_behaviour: '<p class="x" style="color: red">',
    rules.unescaped: "{{ text | safe }}",
}


@pytest.mark.parametrize("rule", BROKEN, ids=lambda rule: rule.__name__)
def test_a_rule_sees_what_breaks_it(rule: Rule) -> None:
    assert list(rule(BROKEN[rule]))
    assert not list(rule("")) if rule not in (rules.undocumented, rules.several_macros) else True


def complaints(rule: Rule, found: Iterator[tuple[str, str]]) -> list[str]:
    return [f"{name}: {complaint}" for name, text in found for complaint in rule(text)]


@pytest.mark.parametrize("rule", PYTHON, ids=lambda rule: rule.__name__)
def test_modules(rule: Rule) -> None:
    assert complaints(rule, modules()) == []


@pytest.mark.parametrize("folder", ["deploy", "bench"])
@pytest.mark.parametrize("rule", [rules.long_module, rules.long_function, rules.empty_body, rules.undocumented])
def test_tools_are_code_too(rule: Rule, folder: str) -> None:
    assert complaints(rule, modules(folder)) == []


@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_every_text(rule: Rule) -> None:
    assert complaints(rule, texts()) == []


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.__name__)
def test_templates(rule: Rule) -> None:
    found = ((name, text) for name, text in texts() if name.startswith("templates/"))
    if rule is rules.unescaped:
        # The map's own script, made by maps/render.py from addresses only.
        found = (item for item in found if item[0] != "templates/maps/scripts.html")
    assert complaints(rule, found) == []


def test_one_component_in_a_file() -> None:
    found = ((name, text) for name, text in texts() if name.startswith("templates/components/"))
    assert complaints(rules.several_macros, found) == []


def test_nothing_is_loaded_from_another_host() -> None:
    found = (
        (name, text)
        for name, text in texts()
        if name.startswith(("templates/", "static/")) and name.endswith((".html", ".js", ".css", ".svg"))
    )
    assert complaints(rules.foreign_address, found) == []
