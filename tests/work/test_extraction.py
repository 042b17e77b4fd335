"""Two languages: every text of the interface is found, has its English, and none is written past the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment, nodes

from ruraldx.web import extraction
from ruraldx.web.extraction import (
    KEYWORDS,
    read_catalogue,
    renewed,
    texts_in_python,
    texts_in_template,
    texts_in_use,
)
from tests.house.tree import texts

PLACES = re.compile(r"%\((\w+)\)[sd]|%%")
LETTERS = re.compile(r"[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE)
# What keeps its name in English: places, the package's own words, an example of a document's number.
NAMES = ("Quảng Nam", "Đà Nẵng", "Hoàng Sa", "Trường Sa", "Khánh Hòa", "QĐ-UBND", "xã", "phường")
# Modules whose Vietnamese goes to an administrator's terminal, or is data: names, prefixes, words of a legal text.
TERMINAL = re.compile(
    r"commands\.py$|ruraldx/(?:cli|doctor|docs|config|app|shell)\.py$|ruraldx/demo/|ruraldx/places/check\.py$"
)
DATA = {
    "ruraldx/api/v1.py": "the description of open data in openapi.json, in one language",
    "ruraldx/catalog/reading.py": "complaints about a file, printed by a command",
    "ruraldx/catalog/sheet_columns.py": "headers and hints of the Excel form, in one language",
    "ruraldx/catalog/sheet_examples.py": "examples in the Excel form",
    "ruraldx/catalog/sheet_guide.py": "the guidance in the Excel form",
    "ruraldx/catalog/sheet_words.py": "words of the Excel form, read back as they are written",
    "ruraldx/maps/feeds.py": "kinds of rows in open data",
    "ruraldx/places/boundaries.py": "the origin of boundaries as the manifest keeps it",
    "ruraldx/places/names.py": "kinds of units as names begin",
    "ruraldx/places/operations.py": "a note kept with a change of units, as those of the data are",
    "ruraldx/places/source.py": "patterns of a data package",
    "ruraldx/vietnamese.py": "the alphabet",
    "ruraldx/web/i18n.py": "the name of the language",
}


def test_texts_of_a_module_are_found_wherever_they_stand() -> None:
    source = """
a = Message("một %(n)s", n=Message("hai"))
b = messages.N_("ba"
                " bốn")
class C:
    d = lazy_gettext("năm")
    def e(self, f=_("sáu")):
        return other("không"), Message(f), "không"
"""
    assert sorted(texts_in_python(source)) == sorted(["một %(n)s", "hai", "ba bốn", "năm", "sáu"])


def test_texts_of_a_template_are_found_wherever_they_stand() -> None:
    source = """
<p title="{{ _("một") }}">{{ tag(gettext("hai"), _("ba %(n)s", n=_("bốn"))) }}</p>
{% set x = _("năm") %}{% if y %}{{ _("sáu") }}{% endif %}{% trans %}bảy{% endtrans %}
{# {{ _("không") }} #}
"""
    assert sorted(texts_in_template(source)) == sorted(["một", "hai", "ba %(n)s", "bốn", "năm", "sáu", "bảy"])


def test_the_catalogue_has_exactly_the_texts_in_use() -> None:
    stored = {str(entry.id) for entry in read_catalogue() if entry.id}
    assert texts_in_use() - stored == set(), "run `python -m ruraldx.web.extraction` and translate"
    assert stored - texts_in_use() == set(), "run `python -m ruraldx.web.extraction`"


def test_every_text_has_its_english_with_the_same_places_and_no_word_left_over() -> None:
    for entry in read_catalogue():
        if not entry.id:
            continue
        vietnamese, english = str(entry.id), str(entry.string)
        assert english.strip(), vietnamese
        assert not entry.fuzzy, vietnamese
        assert set(PLACES.findall(vietnamese)) == set(PLACES.findall(english)), vietnamese
        for name in NAMES:
            english = english.replace(name, "")
        assert not LETTERS.search(english), f"{vietnamese} → {entry.string}"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogue, to be written anew."""
    copy = tmp_path / "messages.po"
    copy.write_bytes(extraction.CATALOGUE.read_bytes())
    monkeypatch.setattr(extraction, "CATALOGUE", copy)
    monkeypatch.setattr(extraction, "read_catalogue", lambda: read_catalogue(copy))
    return copy


def test_writing_the_catalogue_anew_changes_nothing(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    extraction.main()
    assert file.read_text(encoding="utf-8") == before


def test_a_complete_catalogue_ends_with_0(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    whole = Catalog(locale="en")
    whole.add("có", "yes")
    monkeypatch.setattr(extraction, "texts_in_use", lambda: frozenset({"có"}))
    monkeypatch.setattr(extraction, "read_catalogue", lambda: whole)
    assert extraction.main() == 0
    assert {entry.id: entry.string for entry in read_catalogue(file) if entry.id} == {"có": "yes"}


def test_a_new_text_is_left_empty_and_named_an_unused_one_is_dropped(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    used = {*list(texts_in_use())[:3], "Một câu mới"}
    monkeypatch.setattr(extraction, "texts_in_use", lambda: frozenset(used))
    assert extraction.main() == 1
    assert capsys.readouterr().out == "4 texts, 1 without English\n  Một câu mới\n"
    assert {str(entry.id) for entry in read_catalogue(file) if entry.id} == used


def test_a_translation_survives_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "texts_in_use", lambda: frozenset({"có", "mới"}))
    old = Catalog(locale="en")
    old.add("có", "yes")
    old.add("cũ", "old")
    assert {entry.id: entry.string for entry in renewed(old) if entry.id} == {"có": "yes", "mới": ""}


def bypassed_in_a_template(source: str) -> Iterator[str]:
    """Vietnamese of a template that is not inside a call of gettext."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    calls = [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
    translated = {id(part) for call in calls if call.node.name in KEYWORDS for part in call.args}  # type: ignore[attr-defined]
    for node in tree.find_all((nodes.Const, nodes.TemplateData)):
        text = node.value if isinstance(node, nodes.Const) else node.data  # type: ignore[attr-defined]
        # What names its own language needs no translation.
        text = re.sub(r'<button[^>]*lang="vi">[^<]*', "", text) if isinstance(text, str) else ""
        if LETTERS.search(text) and id(node) not in translated:
            yield text.strip()[:80]


def bypassed_in_a_module(source: str) -> Iterator[str]:
    """Vietnamese of a module that is neither a docstring nor inside a marked call; an f-string is never found."""
    tree = ast.parse(source)
    known: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and extraction._name(node.func) in KEYWORDS and node.args:
            if isinstance(node.args[0], ast.JoinedStr):
                yield ast.unparse(node)
            known.update(id(part) for part in ast.walk(node.args[0]))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(id(node.value))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in known else ""
        if isinstance(text, str) and LETTERS.search(text):
            yield text


def test_a_text_past_the_catalogue_is_seen() -> None:
    assert list(bypassed("<p>Đạt</p>", "x.html"))
    assert list(bypassed('{{ tag("Đạt") }}', "x.html"))
    assert not list(bypassed('<p>{{ _("Đạt") }}</p>{# Đạt #}', "x.html"))
    assert list(bypassed('x = "Đạt"', "x.py"))
    assert list(bypassed('x = Message(f"{n} xã")', "x.py"))
    assert not list(bypassed('"""Đạt"""\nx = Message("Đạt")', "x.py"))


def bypassed(text: str, name: str) -> Iterator[str]:
    """What is wrong with one file."""
    return bypassed_in_a_template(text) if name.endswith(".html") else bypassed_in_a_module(text)


def test_no_text_of_the_interface_is_written_past_the_catalogue() -> None:
    wrong = [
        f"{name}: {found}"
        for name, text in texts()
        if name.startswith(("templates/", "ruraldx/")) and name.endswith((".html", ".py"))
        if not TERMINAL.search(name) and name not in DATA
        for found in bypassed(text, name)
    ]
    assert wrong == []


def test_the_list_of_exceptions_is_no_longer_than_needed() -> None:
    found = dict(texts())
    assert [name for name in DATA if not list(bypassed_in_a_module(found[name]))] == []
