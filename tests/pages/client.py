"""The checked page client: a test that looks at a page has every page rule checked with it.

It submits forms as they were found in the page, hidden fields included, so a test cannot send what a person could
not, and it refuses a response that leaves work in the session that nobody commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask, request_finished
from sqlalchemy import event
from sqlalchemy.orm import Session

from ruraldx.database import db
from tests.pages.checks import Document, problems, text_of

Answer = str | tuple[Any, str]


@dataclass
class Page(Document):
    """A page that was fetched, checked, and can be acted on."""

    url: str = ""
    status: int = 200

    def forms(self) -> list[Element]:
        return self.all("form")

    def form(self, wanted: str | int) -> Element:
        """A form by its id, by the end of its action, or by its place in the page."""
        if isinstance(wanted, int):
            return self.forms()[wanted]
        found = [
            form
            for form in self.forms()
            if form.attrib.get("id") == wanted or urlsplit(form.attrib.get("action", self.url)).path.endswith(wanted)
        ]
        assert len(found) == 1, f"{len(found)} forms like {wanted!r} in {self.url}"
        return found[0]

    def links(self) -> list[str]:
        return [node.attrib["href"] for node in self.all("a") if "href" in node.attrib]


class PageClient:
    """A browser without a screen: one person, one cookie jar."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.flask = app.test_client()
        self._left: list[str] = []
        self._flushed = False
        request_finished.connect(self._look_at_session, app)
        event.listen(Session, "after_flush", self._note_flush)
        for name in ("after_commit", "after_rollback"):
            event.listen(Session, name, self._note_end)

    def close(self) -> None:
        """Stop listening."""
        event.remove(Session, "after_flush", self._note_flush)
        for name in ("after_commit", "after_rollback"):
            event.remove(Session, name, self._note_end)

    def _note_flush(self, _session: Session, _context: object) -> None:
        self._flushed = True

    def _note_end(self, _session: Session) -> None:
        self._flushed = False

    def _look_at_session(self, _app: Flask, **_extra: object) -> None:
        session = db.session()
        self._left = [repr(item) for item in (*session.new, *session.dirty, *session.deleted)]
        if self._flushed:
            self._left.append("written and not committed")

    def sign_in(self, email: str, password: str) -> Page:
        page = self.get_page("/dang-nhap")
        return self.post_form(page, "/dang-nhap", {"email": email, "password": password})

    def use(self, language: str) -> None:
        """Choose the language as a person does."""
        page = self.get_page("/")
        if page.lang != language:
            self.post_form(page, "/ngon-ngu", {"ngon-ngu": language})

    def get_page(self, path: str, status: int = 200) -> Page:
        """Fetch and check a page; redirects are followed."""
        return self._page(self.flask.get(path, follow_redirects=True, headers={"Accept": "text/html"}), path, status)

    def post_form(
        self, page: Page, form: str | int, values: Mapping[str, Answer] | None = None, status: int = 200
    ) -> Page:
        """Fill in a form of the page and send it. ``values`` may only name fields that the form has."""
        element = page.form(form)
        target = urljoin(page.url, element.attrib.get("action") or page.url)
        data = filled(element, values or {})
        origin = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        if element.attrib.get("method", "get").lower() == "get":
            return self._page(self.flask.get(target, query_string=data, follow_redirects=True), target, status)
        response = self.flask.post(target, data=data, headers=origin, follow_redirects=True)
        return self._page(response, target, status)

    def _page(self, response: Any, path: str, status: int) -> Page:
        assert response.status_code == status, f"{path}: {response.status_code}, not {status}"
        assert not self._left, f"{path} leaves uncommitted work: {self._left}"
        assert response.mimetype == "text/html", f"{path}: {response.mimetype}"
        html = response.get_data(as_text=True)
        page = Page(html, dict(response.headers), response.request.full_path.rstrip("?"), response.status_code)
        found = problems(page)
        assert not found, f"{path}:\n  " + "\n  ".join(found)
        return page


def filled(form: Element, values: Mapping[str, Answer]) -> dict[str, Any]:
    """The data a browser would send: what the page holds, overlaid with ``values``."""
    data: dict[str, Any] = {}
    allowed: dict[str, set[str] | None] = {}
    for node in form.iter():
        name = node.attrib.get("name")
        if not name or not isinstance(node.tag, str):
            continue
        kind = node.attrib.get("type", "text") if node.tag == "input" else node.tag
        if kind in ("radio", "checkbox", "button"):
            allowed.setdefault(name, set()).add(node.attrib.get("value", "on"))  # type: ignore[union-attr]
            if "checked" in node.attrib:
                data[name] = node.attrib.get("value", "on")
        elif kind == "select":
            options = [(option.attrib.get("value", text_of(option)), option) for option in node.iter("option")]
            allowed[name] = {value for value, _ in options}
            data[name] = next((value for value, option in options if "selected" in option.attrib), options[0][0])
        else:
            allowed[name] = None
            data[name] = "".join(node.itertext()) if kind == "textarea" else node.attrib.get("value", "")
            if kind == "file":
                del data[name]
    for name, value in values.items():
        assert name in allowed, f"the form has no field {name!r}; it has {sorted(allowed)}"
        options_of = allowed[name]
        assert options_of is None or value in options_of, f"{name!r} does not offer {value!r}, only {options_of}"
        data[name] = value
    return data
