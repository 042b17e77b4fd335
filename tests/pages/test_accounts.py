"""Signing in and the own account, by plain forms."""

from __future__ import annotations

import pytest

from ruraldx.accounts import operations
from tests.pages.conftest import Site
from tests.world import PASSWORD, email

NEW = "một mật khẩu mới đủ dài"


@pytest.mark.parametrize(
    ("address", "password", "status", "field", "told"),
    [
        ("", PASSWORD, 422, "email", "Hãy nhập thư điện tử"),
        (email("official"), "", 422, "password", "Hãy nhập mật khẩu"),
        ("a" * 255, PASSWORD, 422, "email", "254 ký tự"),
        (email("official"), "x" * 201, 422, "password", "200 ký tự"),
        (email("official"), "sai", 401, "password", "không đúng"),
        ("khong-co@kiemthu.invalid", PASSWORD, 401, "password", "không đúng"),
        ("khong phai thu", PASSWORD, 401, "password", "không đúng"),
    ],
)
def test_a_sign_in_that_fails_says_why_and_keeps_the_address(
    site: Site, address: str, password: str, status: int, field: str, told: str
) -> None:
    client = site.client()
    page = client.post_form(
        client.get_page("/dang-nhap"), "/dang-nhap", {"email": address, "password": password}, status
    )
    assert told in page.complaint(field)
    assert (page.value("email"), page.value("password")) == (address, "")
    assert client.get_page("/viec-cua-toi").h1 == "Đăng nhập"


def test_too_many_failures_ask_to_wait(site: Site) -> None:
    client = site.client()
    page = client.get_page("/dang-nhap")
    for _ in range(operations.FAILURES_ALLOWED):
        page = client.post_form(page, "/dang-nhap", {"email": email("official"), "password": "sai"}, 401)
    page = client.post_form(page, "/dang-nhap", {"email": email("official"), "password": PASSWORD}, 429)
    assert "15 phút" in page.complaint("password")


def test_whoever_is_signed_in_needs_no_sign_in_page(site: Site) -> None:
    assert site.client("official").get_page("/dang-nhap").h1 == "Việc của tôi"


@pytest.mark.parametrize(
    "target", ["https://evil.invalid/", "//evil.invalid", "/\\evil.invalid", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(site: Site, target: str) -> None:
    client = site.client()
    token = client.get_page("/dang-nhap").token
    form = {"email": email("official"), "password": PASSWORD, "tiep": target}
    assert client.send("/dang-nhap", form, 200, token=token).h1 == "Việc của tôi"


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"current_password": ""}, "current_password", "Hãy nhập mật khẩu hiện tại"),
        ({"current_password": "sai mật khẩu"}, "current_password", "không đúng"),
        ({"new_password": ""}, "new_password", "Hãy nhập mật khẩu mới"),
        ({"new_password": "ngắn", "repeated": "ngắn"}, "new_password", "12 đến 200"),
        ({"new_password": "x" * 201, "repeated": "x" * 201}, "new_password", "12 đến 200"),
        ({"repeated": "khác"}, "repeated", "chưa giống nhau"),
        ({"repeated": ""}, "repeated", "chưa giống nhau"),
    ],
)
def test_a_password_is_not_changed_when_something_is_wrong(
    site: Site, values: dict[str, str], field: str, told: str
) -> None:
    client = site.client("official")
    right = {"current_password": PASSWORD, "new_password": NEW, "repeated": NEW}
    page = client.post_form(client.get_page("/tai-khoan"), 2, {**right, **values}, 422)
    assert told in page.complaint(field)
    assert not any(page.value(name) for name in right), "passwords are not sent back"
    assert site.client("official").get_page("/viec-cua-toi").h1 == "Việc của tôi"


def test_changing_the_password_ends_the_other_sessions(site: Site) -> None:
    here, elsewhere = site.client("official"), site.client("official")
    values = {"current_password": PASSWORD, "new_password": NEW, "repeated": NEW}
    page = here.post_form(here.get_page("/tai-khoan"), 2, values)
    assert "Đã đổi mật khẩu" in " ".join(page.notices)
    assert here.get_page("/viec-cua-toi").h1 == "Việc của tôi"
    assert elsewhere.get_page("/viec-cua-toi").h1 == "Đăng nhập"


def test_guessing_the_current_password_is_limited(site: Site) -> None:
    client = site.client("official")
    page = client.get_page("/tai-khoan")
    values = {"current_password": "đoán mò", "new_password": NEW, "repeated": NEW}
    for _ in range(operations.FAILURES_ALLOWED):
        page = client.post_form(page, 2, values, 422)
    page = client.post_form(page, 2, {**values, "current_password": PASSWORD}, 429)
    assert "15 phút" in page.complaint("current_password")
    assert site.client("official").get_page("/viec-cua-toi").h1 == "Việc của tôi"


def test_signing_out_tells_the_browser_to_forget(site: Site) -> None:
    client = site.client("official")
    token = client.get_page("/viec-cua-toi").token
    answer = client.flask.post("/dang-xuat", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_page("/viec-cua-toi").h1 == "Đăng nhập"


def test_the_account_page_lists_the_roles(site: Site) -> None:
    assert "Chủ tịch UBND xã – Xã Quế Phú" in site.client("chair").get_page("/tai-khoan").visible
    site.do(lambda world: operations.create_person(actor_id=None, now=world.now, email="khong-vai@kiemthu.invalid",
                                                   name="Không Vai", password=PASSWORD))  # fmt: skip
    client = site.client()
    client.sign_in("khong-vai@kiemthu.invalid", PASSWORD)
    assert "Chưa có vai trò nào" in client.get_page("/tai-khoan").visible
