"""The checked page client: a test that looks at a page has every page rule checked with it.

It submits forms as they were found in the page, hidden fields included, so a test cannot send what a person could
not, and it refuses a response that leaves work in the session that nobody commits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask, request_finished
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

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

    def link(self, text: str) -> str:
        """The address of the one link with these words."""
        found = {node.attrib["href"] for node in self.all("a") if text in text_of(node)}
        assert len(found) == 1, f"links with {text!r} in {self.url}: {found}"
        return urljoin(self.url, found.pop())

    @property
    def token(self) -> str:
        return next(node.attrib["content"] for node in self.all("meta") if node.attrib.get("name") == "csrf-token")

    def by_id(self, name: str) -> Element:
        return next(node for node in self.root.iter() if node.attrib.get("id") == name)

    def value(self, name: str) -> str:
        """What stands in a field: its text, or the chosen value."""
        nodes = [node for node in self.root.iter() if node.attrib.get("name") == name]
        if nodes[0].tag == "select":
            return next((o.attrib["value"] for o in nodes[0].iter("option") if "selected" in o.attrib), "")
        if nodes[0].tag == "textarea":
            return "".join(nodes[0].itertext())
        if nodes[0].attrib.get("type") in ("radio", "checkbox"):
            return next((node.attrib["value"] for node in nodes if "checked" in node.attrib), "")
        return nodes[0].attrib.get("value", "")

    def complaint(self, name: str) -> str:
        """What is wrong at the field with this id: told in the title, linked from the summary, tied to the field."""
        assert self.title.startswith(("Lỗi:", "Error:")), self.title
        summaries = [node for node in self.root.iter() if "data-error-summary" in node.attrib]
        linked = [node.attrib["href"] for summary in summaries for node in summary.iter("a")]
        assert f"#{name}" in linked, f"the summary links to {linked}"
        node = self.by_id(name)
        marked = [each for each in (node, *self.ancestors(node)) if each.attrib.get("aria-invalid") == "true"]
        assert marked, f"#{name} is not marked as invalid"
        return " ".join(text_of(self.by_id(each)) for each in marked[0].attrib["aria-describedby"].split())

    @property
    def notices(self) -> list[str]:
        """What was said after an act."""
        return [text_of(node) for node in self.all("div") if "notice" in node.attrib.get("class", "").split()]


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
        response = self._post(target, data, origin)
        return self._page(response, target, status)

    def send(self, path: str, data: Mapping[str, Any], status: int, token: str | None = None) -> Page:
        """Send what no form offers, with the token of this browser, as somebody with tools could."""
        data = {"csrf_token": self.get_page("/tro-giup").token if token is None else token, **data}
        return self._page(self._post(path, data, {"Accept": "text/html"}), path, status)

    def _post(self, path: str, data: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        told: dict[str, Any] = {"headers": headers, "follow_redirects": True, "data": data}
        files = {name: FileStorage(*value) for name, value in data.items() if isinstance(value, tuple)}
        if files:
            # Encoded here: the test client would leave a temporary file open for a large one.
            boundary, told["data"] = encode_multipart({**data, **files})
            told["content_type"] = f'multipart/form-data; boundary="{boundary}"'
        return self.flask.post(path, **told)

    def send_json(self, path: str, body: Any, **headers: str) -> Any:
        """Ask as the scripts of the pages do; ``body`` is sent as it is when it is bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Accept": "application/json", "X-CSRFToken": self.get_page("/tro-giup").token, **headers}
        response = self.flask.post(path, data=data, content_type="application/json", headers=told)
        assert not self._left, f"{path} leaves uncommitted work: {self._left}"
        return response

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
