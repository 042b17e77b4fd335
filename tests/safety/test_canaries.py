"""What a person writes is text on every page, for every role: canaries in every field, then every page is read."""

from __future__ import annotations

import io
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Route
from sqlalchemy import text

from ruraldx.assessments.evidence import inspect
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.assessments.operations.documents import NewDocument, attach_document
from ruraldx.database import unit_of_work
from ruraldx.published.operations import unpublish
from tests.safety.conftest import Place
from tests.world import INDICATORS, TODAY, World, full_answers, pdf_bytes

# Where a canary sits → its number. Each breaks out of text, attributes, scripts, textareas and templates.
FIELDS = {
    name: number for number, name in enumerate((
        "name of the official", "name of the chair", "name of the appraiser", "title of the round", "answer",
        "explanation", "number of a document", "agency", "summary", "page cited", "file name", "reason to hand back",
        "reason to return", "reason of a verdict", "number of the decision", "signer", "note of the decision",
        "reason to withdraw", "what cannot be read", "a changed answer",
    ), 100)
}  # fmt: skip
INSIDE_ONLY = set(FIELDS) - {"title of the round", "number of the decision", "signer"}
FEW, LIMIT = 2, 45
# Kept with the decision and shown on no page so far.
NOT_SHOWN = {"note of the decision"}
ROLES = ("official", "chair", "appraiser", "office", "leader", "admin")


def canary(name: str) -> str:
    number = FIELDS[name]
    return f"C{number}\"'><img src=x onerror=k({number})></textarea></script><script>k({number})</script>"


def dangers(html: str) -> list[str]:
    """What a canary did to a page: elements, handlers, or its text in a script or an address."""
    found = []
    for node in html5lib.parse(html, namespaceHTMLElements=False).iter():
        if not isinstance(node.tag, str):
            continue
        found += [f"{node.tag} {name}" for name in node.attrib if name.startswith("on")]
        found += [f"{node.tag} src" for value in (node.attrib.get("src"),) if value == "x"]
        if node.tag in ("script", "style") and re.search(r"k\(\d{3}\)", "".join(node.itertext())):
            found.append(node.tag)
    return found


def crawl(client: FlaskClient, starts: tuple[str, ...] = ("/",)) -> Iterator[tuple[str, Any]]:
    """Follow links; every response but files."""
    waiting, seen, counted = deque(starts), set(starts), dict[str, int]()
    for _ in range(LIMIT):
        if not waiting:
            return
        path = waiting.popleft()
        response = client.get(path, follow_redirects=True)
        yield path, response
        if response.mimetype != "text/html":
            continue
        for link in re.findall(r'href="([^"]+)"', response.text):
            target = urljoin(path, link.replace("&amp;", "&")).split("#")[0]
            kind = re.sub(r"/\d{5}|(?<=/mo-hinh/)[^/?]+|(?<=/chi-tieu/)[^/?]+", "/x", urlsplit(target).path)
            if urlsplit(target).netloc or target in seen or "/static/" in target or "/minh-chung/" in target:
                continue
            seen.add(target)
            counted[kind] = counted.get(kind, 0) + 1
            if counted[kind] <= FEW:
                waiting.append(target)


FEEDS = ("/ban-do/lop/xa.json", "/ban-do/lop/ten.json", "/ban-do/anh.svg", "/ban-do/bang.csv", "/api/v1/ket-qua")


class Reading:
    """What was seen in all pages so far."""

    def __init__(self) -> None:
        self.shown: set[str] = set()
        self.shown_to_all: set[str] = set()
        self.wrong: list[str] = []
        self.pages = 0

    def add(self, who: str, path: str, response: Any) -> None:
        # A workbook is bytes: a canary in it would be in its compressed parts, and no browser reads it as a page.
        body = response.get_data().decode("utf-8", "replace")
        self.pages += 1
        seen = {name for name, number in FIELDS.items() if f"C{number}" in body}
        self.shown |= seen
        if not who:
            self.shown_to_all |= seen
        if response.mimetype in ("text/html", "image/svg+xml"):
            self.wrong += [f"{path} as {who or 'visitor'}: {danger}" for danger in dangers(body)]
        elif seen and response.headers["X-Content-Type-Options"] != "nosniff":
            self.wrong.append(f"{path}: may be taken for a page")

    def read(self, place: Place, people: tuple[str, ...]) -> None:
        for who in people:
            client = place.browser(who)
            key = place.world.key
            starts = ("/", *FEEDS) if not who else ("/", f"/ho-so/{key}", f"/ho-so/{key}/chi-tieu/8.2")
            for path, response in crawl(client, starts):
                self.add(who, path, response)


# The life of a dossier whose people write nothing but canaries -------------------------------------------------------


def rename(world: World) -> None:
    with unit_of_work() as session:
        for who in ("official", "chair", "appraiser"):
            session.execute(
                text("UPDATE person SET name = :name WHERE id = :id"),
                {"name": canary(f"name of the {who}"), "id": world.people[who].person_id},
            )
        session.execute(text("UPDATE round SET title = :title"), {"title": canary("title of the round")})


def draft(world: World) -> None:
    rename(world)
    for code in INDICATORS:
        if code != "8.2":
            world.answer(code, full_answers(code))
        data = pdf_bytes(note=code)
        attach_document(
            actor=world.people["official"], now=world.later(), key=world.key, indicator=code, root=world.root,
            data=data, inspected=inspect(data, "a.pdf", max_bytes=10**7, max_pixels=10**7),
            new=NewDocument(
                number=canary("number of a document"), agency=canary("agency"), summary=canary("summary"),
                page=canary("page cited"),
            ),
        )  # fmt: skip
    with unit_of_work() as session:
        session.execute(text("UPDATE document SET filename = :name"), {"name": canary("file name")})
    world.answer("8.2", {"tu-so": canary("what cannot be read")})


def awaiting(world: World) -> None:
    answers = {**full_answers("8.2"), "noi-cung-cap": canary("answer"), "giai-trinh": canary("explanation")}
    world.answer("8.2", answers, versions={"tu-so": 1})
    act = {"actor": world.people["official"], "key": world.key}
    sending.request_signature(now=world.later(), **act)  # type: ignore[arg-type]
    sending.hand_back(
        actor=world.people["chair"], now=world.later(), key=world.key, reason=canary("reason to hand back")
    )
    sending.request_signature(now=world.later(), **act)  # type: ignore[arg-type]


def send(world: World, once: str) -> None:
    sending.send(actor=world.people["chair"], now=world.later(), key=world.key, idempotency_key=once)


def judge(world: World, code: str, verdict: str, reason: str) -> None:
    appraisal.appraise_indicator(
        actor=world.people["appraiser"], now=world.later(), key=world.key, indicator=code, verdict=verdict,
        reason=canary(reason),
    )  # fmt: skip


def returned(world: World) -> None:
    send(world, "lần gửi thứ nhất")
    world.receive()
    judge(world, "8.1", "fail", "reason of a verdict")
    judge(world, "8.2", "return", "reason to return")
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)


def published(world: World) -> None:
    world.answer("8.2", {"noi-cung-cap": canary("a changed answer")}, versions={"noi-cung-cap": 1})
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    send(world, "lần gửi thứ hai")
    world.receive()
    for code in INDICATORS:
        judge(world, code, "pass", "reason of a verdict")
    new = appraisal.NewDecision(
        canary("number of the decision"), TODAY, canary("signer"), canary("note of the decision")
    )
    appraisal.decide(actor=world.people["appraiser"], now=world.later(), key=world.key, today=TODAY, new=new)
    world.publish()
    unpublish(actor=world.people["office"], now=world.later(), key=world.key, reason=canary("reason to withdraw"))
    world.publish()


STAGES: tuple[tuple[Callable[[World], None], tuple[str, ...]], ...] = (
    (draft, ("official", "chair")),
    (awaiting, ("chair", "official")),
    (returned, ("official", "appraiser")),
    (published, ("", *ROLES)),
)


@pytest.fixture
def open_place(place: Place) -> Place:
    place.app.config["WTF_CSRF_ENABLED"] = False
    return place


def test_no_canary_sings_on_any_page_for_anybody(open_place: Place) -> None:
    reading = Reading()
    for stage, people in STAGES:
        open_place.do(stage)
        reading.read(open_place, people)
    assert reading.wrong == []
    assert reading.pages > 150
    # Every canary was really in front of somebody's eyes, and what is not public was not in the public's.
    assert reading.shown >= set(FIELDS) - NOT_SHOWN
    assert reading.shown_to_all & INSIDE_ONLY == set()
    assert "number of the decision" in reading.shown_to_all


TEMPLATES = {
    "components/timeline.html": (published, "appraiser", "/tham-dinh/{key}"),
    "components/document_list.html": (draft, "official", "/ho-so/{key}/chi-tieu/8.2"),
    "layout/header.html": (draft, "official", "/viec-cua-toi"),
}


def careless(place: Place, template: str) -> None:
    """Write a template's values as they are."""
    place.app.jinja_env.autoescape = lambda name: name != template
    place.app.jinja_env.cache = {}  # type: ignore[assignment]


@pytest.mark.parametrize("careless_one", TEMPLATES)
def test_the_switch_without_escaping_in_one_template_the_canary_sings(open_place: Place, careless_one: str) -> None:
    last, who, address = TEMPLATES[careless_one]
    for stage, _ in STAGES:
        open_place.do(stage)
        if stage is last:
            break
    page = address.format(key=open_place.world.key)
    assert dangers(open_place.browser(who).get(page).text) == []
    careless(open_place, careless_one)
    assert dangers(open_place.browser(who).get(page).text)


def answers_to(place: Place) -> Iterator[tuple[str, Any]]:
    """Responses that say again what was just sent."""
    word, key = canary("answer"), place.world.key
    client = place.browser("official")
    page = f"/ho-so/{key}/chi-tieu/8.2"
    place.do(lambda world: world.answer("8.2", {"noi-cung-cap": canary("a changed answer")}))
    form = client.get(page).text
    names = set(re.findall(r'name="([^"]*noi-cung-cap[^"]*)"', form))
    versions = {name: "0" for name in names if name != "noi-cung-cap"}
    yield "a collision", client.post(page, data={"noi-cung-cap": word, **versions})
    yield "a wrong number", client.post(page, data={"tu-so": word, "tinh-den": word})
    yield "an unknown field", client.post(f"{page}/luu", json={"field": word, "value": word, "version": 0})
    upload = {"file": (io.BytesIO(b"x"), word), "summary": word, "issued_on": word, "number": word, "agency": word}
    yield "a refused file", client.post(f"{page}/minh-chung", data=upload)
    yield "a refused login", client.post("/dang-nhap", data={"email": word, "password": word})
    for path in ("/tim-xa", "/ban-do", "/ban-do/nhung", "/mo-hinh", "/dang-nhap", "/api/v1/don-vi", "/xa/20650"):
        names = ("q", "xa", "loai", "linh-vuc", "trang-thai", "tiep", "ngay", "trang")
        yield path, client.get(path, query_string=dict.fromkeys(names, word), follow_redirects=True)
    yield "nothing there", client.get(f"/khong-co/{word}")
    yield "the queue", place.browser("appraiser").get("/tham-dinh", query_string={"xa": word, "ky": word})


def test_what_was_sent_comes_back_as_text_only(open_place: Place) -> None:
    reading = Reading()
    found = {}
    for name, response in answers_to(open_place):
        assert response.status_code < 500, name
        reading.add("official", name, response)
        found[name] = f"C{FIELDS['answer']}" in response.text
    assert reading.wrong == []
    assert all(found[name] for name in ("a collision", "a wrong number", "a refused file", "/tim-xa")), found


def test_the_switch_without_escaping_what_was_sent_sings(open_place: Place) -> None:
    open_place.app.jinja_env.autoescape = False
    open_place.app.jinja_env.cache = {}  # type: ignore[assignment]
    reading = Reading()
    for name, response in itertools.islice(answers_to(open_place), 5):
        reading.add("official", name, response)
    assert reading.wrong


def fulfil(client: FlaskClient, route: Route) -> None:
    """Answer a browser from the application, without a server."""
    found = client.get(route.request.url.removeprefix("http://localhost"))
    route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.get_data())
    found.close()


@pytest.mark.browser
@pytest.mark.parametrize("switch", [False, True], ids=["as it is", "the switch: no escaping"])
def test_in_a_browser_nothing_runs_and_the_policy_is_not_even_asked(
    open_place: Place, chromium: Browser, switch: bool
) -> None:
    for stage, _ in STAGES:
        open_place.do(stage)
    if switch:
        careless(open_place, "components/timeline.html")
    clients = {who: open_place.browser(who) for who in ("official", "appraiser", "")}
    key = open_place.world.key
    pages = {
        f"/ho-so/{key}": "official", f"/ho-so/{key}/chi-tieu/8.2": "official", f"/ho-so/{key}/kiem-tra": "official",
        f"/tham-dinh/{key}": "appraiser", f"/tham-dinh/{key}/chi-tieu/8.2": "appraiser", "/": "", "/ban-do": "",
    }  # fmt: skip
    complaints: list[str] = []
    ran: list[str] = []
    page = chromium.new_page()
    page.expose_function("k", lambda number: ran.append(str(number)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    for path, who in pages.items():
        page.unroute_all()
        page.route("**/*", partial(fulfil, clients[who]))
        page.goto(f"http://localhost{path}")
    assert ran == [], "the policy holds even then"
    assert bool([line for line in complaints if "Content Security Policy" in line]) == switch, complaints
    page.close()
