"""Errors as pages in the person's language with the request's id, and as problems for scripts."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from flask import abort
from sqlalchemy.exc import DBAPIError, OperationalError

from ruraldx.accounts import sessions
from ruraldx.app import create_app
from ruraldx.assessments import views
from ruraldx.database import db
from ruraldx.messages import Message, Refused
from ruraldx.web import errors
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.world import PASSWORD, email


def in_order(page: Page, heading: str) -> None:
    assert page.h1 == heading
    assert page.title.startswith(("Lỗi:", "Error:"))
    assert page.headers["X-Request-ID"] in page.visible
    assert str(page.status) in page.visible


def fail(site: Site, how: Any) -> None:
    def view() -> None:
        how()

    view.permission = "public"  # type: ignore[attr-defined]
    site.app.view_functions["web.about"] = view


def unreadable() -> None:
    raise PermissionError("bí mật bên trong")


def gone() -> None:
    raise OperationalError("SELECT 1", {}, Exception("database is locked"))


def refused(kind: type[psycopg.Error], state: str) -> None:
    """As SQLAlchemy hands on what PostgreSQL said."""
    cause = type(kind.__name__, (kind,), {"sqlstate": state})("bí mật bên trong")
    raise DBAPIError.instance("SELECT 1", {}, cause, psycopg.Error)


def broken() -> None:
    raise RuntimeError("bí mật bên trong")


FAULTS: list[tuple[int, Any, str, str]] = [
    (400, lambda: abort(400), "Yêu cầu không hợp lệ", "The request is not valid"),
    (410, lambda: abort(410), "Không còn hiệu lực", "No longer valid"),
    (415, lambda: abort(415), "Loại tệp không nhận được", ""),
    (412, lambda: abort(412), "Yêu cầu không hợp lệ", "The request is not valid"),
    (416, lambda: abort(416), "Yêu cầu không hợp lệ", ""),
    (418, lambda: abort(418), "Yêu cầu không hợp lệ", ""),
    (422, lambda: refused(psycopg.DataError, "22001"), "Dữ liệu chưa hợp lệ", ""),
    (429, lambda: abort(429), "Quá nhiều lần thử", ""),
    (500, broken, "Hệ thống gặp lỗi", ""),
    (500, unreadable, "Hệ thống gặp lỗi", ""),
    (500, lambda: refused(psycopg.InternalError, "25P02"), "Hệ thống gặp lỗi", ""),
    (501, lambda: abort(501), "Hệ thống gặp lỗi", ""),
    (503, gone, "Hệ thống đang bận", ""),
]
FAULT_IDS = [f"{status} {getattr(how, '__name__', '')}" for status, how, *_words in FAULTS]


@pytest.mark.parametrize(("status", "how", "heading", "english"), FAULTS, ids=FAULT_IDS)
def test_a_failure_is_a_page_in_both_languages(site: Site, status: int, how: Any, heading: str, english: str) -> None:
    visitor, reader = site.client(), site.client("official", "en")
    fail(site, how)
    page = visitor.get_page("/gioi-thieu", status)
    in_order(page, heading)
    assert "bí mật bên trong" not in page.html
    page = reader.get_page("/gioi-thieu", status)
    assert page.lang == "en"
    in_order(page, page.h1)
    assert page.h1 != heading
    assert english in page.h1


@pytest.mark.parametrize(("status", "how"), [fault[:2] for fault in FAULTS], ids=FAULT_IDS)
def test_a_failure_is_a_problem_for_a_script(site: Site, status: int, how: Any) -> None:
    fail(site, how)
    answer = site.client().flask.get("/gioi-thieu", headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "field", "request_id"}
    assert "bí mật" not in answer.text


def test_every_status_that_is_used_has_words_of_its_own(site: Site) -> None:
    with site.app.test_request_context("/"):
        for status in errors._TEXTS:
            if status != 500:
                assert errors._TEXTS[status][0] != errors._TEXTS[500][0]


def test_the_address_of_nothing_is_not_found(site: Site) -> None:
    for path in (
        "/khong-co",
        "/xa/20650/",
        "/xa/2065",
        "/mo-hinh/khong-co",
        "/ho-so/x",
        "/..%2f",
        "/%00",
        "/xa/%00%00%00%00%00",
    ):
        in_order(site.client().get_page(path, 404), "Không tìm thấy trang")
    english = site.client(language="en").get_page("/khong-co", 404)
    in_order(english, english.h1)
    assert "trang" not in english.h1


@pytest.mark.parametrize("path", ["/dang-xuat", "/ngon-ngu", "/ho-so/0123456789abcdef/gui"])
def test_an_address_that_only_takes_forms_says_so(site: Site, path: str) -> None:
    page = site.client().get_page(path, 405)
    in_order(page, "Không dùng được cách này")
    assert "POST" in page.headers["Allow"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    answer = site.client().flask.open("/", method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_what_is_not_for_a_role_says_so(site: Site) -> None:
    in_order(site.client("official").get_page("/tham-dinh", 403), "Bạn không có quyền")
    answer = site.client("official").flask.get("/tham-dinh", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


def test_a_visitor_with_a_script_is_asked_to_sign_in_as_a_problem(site: Site) -> None:
    answer = site.client().flask.get("/viec-cua-toi", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["title"]) == (401, "Cần đăng nhập")


def test_a_token_of_another_page_is_refused_with_what_to_do(site: Site) -> None:
    page = site.client("official").send(f"/ho-so/{site.world.key}/trinh-ky", {}, 400, token="x")
    in_order(page, "Yêu cầu không hợp lệ")
    assert "Hãy tải lại trang rồi gửi lại." in page.visible


def test_an_error_page_does_not_need_the_database_that_failed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client("official")
    monkeypatch.setattr(sessions, "live_session", lambda *_args: gone())
    page = client.get_page("/viec-cua-toi", 503)
    in_order(page, "Hệ thống đang bận")
    assert page.headers["Retry-After"] == "5"
    monkeypatch.setattr(sessions, "live_session", lambda *_args: broken())
    in_order(client.get_page("/viec-cua-toi", 500), "Hệ thống gặp lỗi")


def test_the_switch_without_that_care_the_error_page_fails_itself(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client("official")
    monkeypatch.setattr(sessions, "live_session", lambda *_args: gone())
    monkeypatch.setattr(errors, "see_nobody", lambda: None)
    with pytest.raises(OperationalError):
        client.flask.get("/viec-cua-toi")


def test_a_busy_database_keeps_what_was_typed_in_the_browser_and_half_saves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = site.client("official"), f"/ho-so/{site.world.key}/chi-tieu/8.2"
    page = client.get_page(address)
    monkeypatch.setattr(views, "save_answers", lambda **_values: gone())
    in_order(client.post_form(page, address, {"tu-so": "2.998"}, 503), "Hệ thống đang bận")
    monkeypatch.undo()
    assert client.get_page(address).value("tu-so") == ""


def test_a_refusal_carries_its_own_sentence_and_field(site: Site) -> None:
    def refuse() -> None:
        raise Refused(Message("Không được vì %(why)s.", why="thử"), field="a", code="b", status=409)

    fail(site, refuse)
    assert "Không được vì thử." in site.client().get_page("/gioi-thieu", 409).visible
    answer = site.client().flask.get("/gioi-thieu", headers={"Accept": "application/json"})
    assert (answer.json["detail"], answer.json["field"], answer.json["code"]) == ("Không được vì thử.", "a", "b")


def test_too_many_sign_ins_from_one_address_get_a_page(site: Site) -> None:
    app = create_app(site.app.extensions["ruraldx_settings"].model_copy(update={"login_limit": "2 per minute"}))
    client = PageClient(app)
    site.clients.append(client)
    try:
        for status in (401, 401, 429):
            form = client.get_page("/dang-nhap")
            page = client.post_form(form, "/dang-nhap", {"email": email("official"), "password": "sai"}, status)
        in_order(page, "Quá nhiều lần thử")
        assert page.status == 429
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_the_right_password_still_signs_in_after_errors(site: Site) -> None:
    client = site.client()
    client.get_page("/khong-co", 404)
    assert client.sign_in(email("official"), PASSWORD).h1 == "Việc của tôi"
