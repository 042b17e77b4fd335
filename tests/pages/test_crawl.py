"""Every page that links lead to, as every role, in both languages, through the checked client."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest

from tests.pages.client import PageClient
from tests.pages.conftest import Site

# Files and data: not pages.
NOT_PAGES = ("/api/", "/static/", "/ban-do/bang", "/minh-chung/", ".yaml", ".json", ".xlsx", ".csv")
# A page of a unit, a pilot or an indicator is the same page many times: a few of each are enough.
FEW = 4
LIMIT = 90


def _kind(path: str) -> str:
    parts = urlsplit(path)
    fixed = re.sub(r"/\d{5}|(?<=/mo-hinh/)[^/]+|(?<=/bo-tieu-chi/)[^/]+|(?<=/chi-tieu/)[^/]+", "/x", parts.path)
    return fixed + "?" * bool(parts.query)


def crawl(client: PageClient) -> dict[str, str]:
    """Follow links from the start page; path → title."""
    titles: dict[str, str] = {}
    counted: dict[str, int] = {}
    waiting = deque(["/"])
    seen = {"/"}
    while waiting and len(titles) < LIMIT:
        path = waiting.popleft()
        page = client.get_page(path)
        titles[path] = page.title
        for link in page.links():
            target = urljoin(path, link).split("#")[0]
            if urlsplit(target).netloc or any(part in target for part in NOT_PAGES) or target in seen:
                continue
            seen.add(target)
            counted[_kind(target)] = counted.get(_kind(target), 0) + 1
            if counted[_kind(target)] <= FEW:
                waiting.append(target)
    return titles


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("person", ["", "official", "chair", "appraiser", "office", "leader", "admin"])
def test_every_page_is_in_order(site: Site, person: str, language: str) -> None:
    site.do(lambda world: world.to("published"))
    titles = crawl(site.client(person, language))
    assert len(titles) >= 12
    without_query = {path: title for path, title in titles.items() if "?" not in path and path != "/dang-nhap"}
    repeated = {title for title in without_query.values() if list(without_query.values()).count(title) > 1}
    assert not repeated, {path: title for path, title in without_query.items() if title in repeated}


@pytest.mark.parametrize("stage", ["", "complete", "sent", "received", "appraised", "decided"])
@pytest.mark.parametrize("person", ["official", "chair", "appraiser", "office"])
def test_a_dossier_is_in_order_at_every_stage(site: Site, person: str, stage: str) -> None:
    if stage:
        site.do(lambda world: world.to(stage))
    client = site.client(person, "en")
    key = site.world.key
    paths = [f"/ho-so/{key}", f"/ho-so/{key}/kiem-tra", f"/ho-so/{key}/chi-tieu/8.2", f"/ho-so/{key}/bien-nhan"]
    if person in ("appraiser", "office"):
        paths += ["/tham-dinh", f"/tham-dinh/{key}", f"/tham-dinh/{key}/chi-tieu/8.2"]
    titles = [client.get_page(path).title for path in (*paths, "/viec-cua-toi")]
    assert [title for title in titles if title.startswith("Error:") or not title.endswith(" – ruraldx")] == []
