"""Every Vietnamese text of the interface, found in the source, and the English catalogue kept beside it.

``python -m ruraldx.web.extraction`` writes the catalogue anew: sorted, translations kept, texts that are no longer
used dropped, new ones left empty for a translator. A test fails while one is empty.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from ruraldx.config import ROOT
from ruraldx.web.i18n import CATALOGUE

# No dates and no machine in the header: the same texts give the same file.
_HEADER: Final = """\
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
# Calls whose first argument is a text for people.
KEYWORDS: Final = frozenset({"Message", "N_", "_", "gettext", "lazy_gettext"})


def texts_in_python(source: str) -> Iterator[str]:
    """Texts of a Python module, nested calls included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in KEYWORDS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def texts_in_template(source: str) -> Iterator[str]:
    """Texts of a Jinja template."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for _line, _function, found in extract_from_ast(environment.parse(source)):
        # With values for its places a text comes first in a tuple.
        text = found[0] if isinstance(found, tuple) else found
        if isinstance(text, str):
            yield text


def texts_in_use() -> frozenset[str]:
    """Every text of ``ruraldx/`` and ``templates/``."""
    found: set[str] = set()
    for path in (ROOT / "ruraldx").rglob("*.py"):
        found.update(texts_in_python(path.read_text(encoding="utf-8")))
    for path in (ROOT / "templates").rglob("*.html"):
        found.update(texts_in_template(path.read_text(encoding="utf-8")))
    return frozenset(found)


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The English catalogue as it is stored. Raises PoFileError for one that cannot be read."""
    with path.open("rb") as handle:
        return read_po(handle, locale="en", abort_invalid=True)


def renewed(old: Catalog) -> Catalog:
    """A catalogue of the texts in use with the translations of ``old``."""
    new = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for text in texts_in_use():
        known = old.get(text)
        new.add(text, known.string if known else "")
    return new


def main() -> int:
    """Write the catalogue and say how many texts still need a translation."""
    catalogue = renewed(read_catalogue())
    with CATALOGUE.open("wb") as handle:
        handle.write(_HEADER.encode())
        write_po(handle, catalogue, width=0, sort_output=True, omit_header=True, no_location=True)
    empty = [str(entry.id) for entry in catalogue if entry.id and not entry.string]
    sys.stdout.write(f"{len(catalogue)} texts, {len(empty)} without English\n")
    sys.stdout.writelines(f"  {text}\n" for text in sorted(empty))
    return 1 if empty else 0


if __name__ == "__main__":
    raise SystemExit(main())
