"""What every HTML page must satisfy. Each check returns sentences; none means the page is in order."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

from ruraldx.web.i18n import english

HIDDEN_KINDS = ("hidden", "submit", "button", "image", "reset")
WITHOUT_TEXT = ("script", "style", "template", "noscript")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


@dataclass
class Document:
    """A parsed page with the parts that checks and tests ask for."""

    html: str
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def root(self) -> Element:
        root: Element = html5lib.HTMLParser(namespaceHTMLElements=False).parse(self.html)
        return root

    @cached_property
    def parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.root.iter() for child in parent}

    def all(self, *tags: str) -> list[Element]:
        return [node for node in self.root.iter() if node.tag in tags]

    def ancestors(self, node: Element) -> Iterator[Element]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    @cached_property
    def ids(self) -> list[str]:
        return [node.attrib["id"] for node in self.root.iter() if "id" in node.attrib]

    @cached_property
    def texts(self) -> list[tuple[str, bool]]:
        """Visible pieces of text, each with whether it stands in an element that says it is Vietnamese."""
        return [(" ".join(text.split()), vi) for text, vi in _texts(self.root, False) if text.strip()]

    @property
    def visible(self) -> str:
        return " ".join(text for text, _ in self.texts)

    @property
    def title(self) -> str:
        return " ".join(text_of(node) for node in self.all("title"))

    @property
    def h1(self) -> str:
        return " ".join(text_of(node) for node in self.all("h1"))

    @property
    def lang(self) -> str:
        return self.root.attrib.get("lang", "")


def _texts(node: Element, vietnamese: bool) -> Iterator[tuple[str, bool]]:
    if not isinstance(node.tag, str) or node.tag in WITHOUT_TEXT:
        return
    inside = vietnamese or (node.tag != "html" and node.attrib.get("lang") == "vi")
    for name in ("aria-label", "alt", "placeholder"):
        if name in node.attrib:
            yield node.attrib[name], inside
    if node.text:
        yield node.text, inside
    for child in node:
        yield from _texts(child, inside)
        if child.tail:
            yield child.tail, inside


def without_code(node: Element) -> Iterator[str]:
    """Pieces of text that are written for people: code says itself that nobody may translate it."""
    if not isinstance(node.tag, str) or node.tag in WITHOUT_TEXT or node.attrib.get("translate") == "no":
        return
    yield node.text or ""
    for child in node:
        yield from without_code(child)
        yield child.tail or ""


def text_of(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


def strict_html(page: Document) -> Iterator[str]:
    try:
        html5lib.HTMLParser(strict=True).parse(page.html)
    except ParseError as error:
        yield f"not HTML5: {error}"
    if not page.html.lstrip().lower().startswith("<!doctype html>"):
        yield "no doctype"


def headings(page: Document) -> Iterator[str]:
    found = page.all("h1")
    if len(found) != 1 or not text_of(found[0]):
        yield f"{len(found)} h1"
    levels = [int(node.tag[1]) for node in page.all("h1", "h2", "h3", "h4")]
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"h{before} is followed by h{after}"
    name, _, site = page.title.rpartition(" – ")
    if not name.strip() or site != "ruraldx":
        yield f"title {page.title!r}"
    summary = any("data-error-summary" in node.attrib for node in page.root.iter())
    if summary and not name.startswith(("Lỗi:", "Error:")):
        yield "an error summary, but the title does not start with the error"


def identifiers(page: Document) -> Iterator[str]:
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    if twice:
        yield f"ids used twice: {sorted(twice)}"
    known = set(page.ids)
    for node in page.root.iter():
        for name in REFERENCES:
            for target in node.attrib.get(name, "").split():
                if target not in known:
                    yield f"{node.tag} {name} points to missing #{target}"
        link = node.attrib.get("href", "")
        if node.tag == "a" and link.startswith("#") and link[1:] not in known:
            yield f"link to missing {link}"


def labels(page: Document) -> Iterator[str]:
    labelled = {node.attrib.get("for") for node in page.all("label") if text_of(node)}
    for node in page.all("input", "select", "textarea"):
        if node.tag == "input" and node.attrib.get("type", "text") in HIDDEN_KINDS:
            continue
        wrapped = any(above.tag == "label" for above in page.ancestors(node))
        if not (wrapped or node.attrib.get("id") in labelled or {"aria-label", "aria-labelledby"} & set(node.attrib)):
            yield f"{node.tag} {node.attrib.get('name')} has no label"
    for node in page.all("img"):
        if "alt" not in node.attrib:
            yield f"img {node.attrib.get('src')} has no alt"
    for node in page.all("a", "button", "summary"):
        if not text_of(node) and not node.attrib.get("aria-label") and not any(i.attrib.get("alt") for i in node):
            yield f"{node.tag} without text"
    for node in page.all("fieldset"):
        if not node.findall("legend"):
            yield "fieldset without legend"


def scripts(page: Document) -> Iterator[str]:
    policy = page.headers.get("Content-Security-Policy", "")
    for node in page.root.iter():
        if not isinstance(node.tag, str):
            continue
        for name, value in node.attrib.items():
            if name == "style" or name.startswith("on"):
                yield f"{node.tag} has {name}"
            if name in ("href", "src", "action") and value.strip().lower().startswith("javascript:"):
                yield f"{node.tag} runs a script by {name}"
        if node.tag == "style":
            yield "style element"
        inline = node.tag == "script" and "src" not in node.attrib and node.attrib.get("type") != "application/json"
        if inline and (not node.attrib.get("nonce") or f"'nonce-{node.attrib['nonce']}'" not in policy):
            yield "inline script without the nonce of the response"


def own_assets(page: Document) -> Iterator[str]:
    for node in page.all("link", "script", "img", "iframe", "form", "source", "video", "audio", "object", "embed"):
        for name in ("href", "src", "action", "srcset", "data"):
            value = node.attrib.get(name, "")
            if value.startswith("data:"):
                continue
            if urlsplit(value).scheme or urlsplit(value).netloc:
                yield f"{node.tag} loads {value}"


def numbers_and_dates(page: Document) -> Iterator[str]:
    if unicodedata.normalize("NFC", page.html) != page.html:
        yield "text is not NFC"
    text = " ".join(" ".join(without_code(page.root)).split())
    for wrong in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", text):
        yield f"ISO date {wrong}"
    for day, month in re.findall(r"\b(\d{1,2})/(\d{1,2})/\d{4}\b", text):
        if int(month) > 12 or int(day) > 31:
            yield f"date {day}/{month} is not day/month"
    for wrong in re.findall(r"\d\.\d+ ?%", text):
        yield f"decimal point in {wrong}"
    for wrong in re.findall(r"\b(?:None|nan\b|Decimal\(|Undefined|<function|object at 0x)", text):
        yield f"program text {wrong!r}"


def language(page: Document) -> Iterator[str]:
    if page.lang not in ("vi", "en"):
        yield f"lang={page.lang!r}"
    if page.lang == "en":
        known = english()
        for text, vietnamese in page.texts:
            if not vietnamese and known.gettext(text) != text:
                yield f"not translated: {text!r}"


EVERY_PAGE = (
    strict_html, headings, identifiers, labels, scripts, own_assets, numbers_and_dates, language,
)  # fmt: skip

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Request-ID": "",
    "Permissions-Policy": "",
}
_POLICY = ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "style-src 'self'")


def headers(found: dict[str, str]) -> Iterator[str]:
    """Security headers of a response."""
    for name, value in _HEADERS.items():
        if name not in found or (value and found[name] != value):
            yield f"{name}: {found.get(name)}"
    policy = found.get("Content-Security-Policy", "")
    for part in _POLICY:
        if part not in policy:
            yield f"policy without {part}"
    for part in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        if part in policy:
            yield f"policy with {part}"


def problems(page: Document) -> list[str]:
    """Everything that is wrong with a page."""
    return [sentence for check in EVERY_PAGE for sentence in check(page)] + list(headers(page.headers))
