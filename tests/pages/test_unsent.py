"""A session that ends in the middle of a form: what was typed is shown again after signing in, and never lost."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from ruraldx.accounts import unsent
from ruraldx.assessments.operations import sending
from ruraldx.database import db
from tests.clock import NOW
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.world import PASSWORD, email, pdf_bytes

TYPED = {
    "tu-so": "2.998",
    "tinh-den": "31/12/2024",
    "giai-trinh": "Một đoạn dài,\r\nhai dòng, có dấu “ngoặc” & <thẻ>.",
}
KEPT, HEADING = "được giữ lại", "Nội dung chưa lưu"


def answered(site: Site) -> dict[str, str]:
    with site.app.app_context():
        rows = db.session.execute(text("SELECT field_code, raw FROM answer")).all()
        db.session.remove()
    return {row[0]: row[1] for row in rows}


def address(site: Site) -> str:
    return f"/ho-so/{site.world.key}/chi-tieu/8.2"


def leave(site: Site, client: PageClient, how: str) -> None:
    """The ways in which a session ends while a page stays open."""
    if how == "idle":
        with site.app.app_context():
            past = (NOW - timedelta(days=1)).replace(tzinfo=None)
            db.session.execute(text("UPDATE login_session SET last_seen_at = :past"), {"past": past})
            db.session.commit()
            db.session.remove()
    elif how == "the browser was closed":
        client.flask.delete_cookie("ruraldx")
    else:
        page = client.get_page("/viec-cua-toi")
        client.post_form(page, "/dang-xuat")


def come_back(client: PageClient, page: Page, person: str = "official", status: int = 200) -> Page:
    return client.post_form(page, "/dang-nhap", {"email": email(person), "password": PASSWORD}, status)


@pytest.mark.parametrize("how", ["idle", "the browser was closed", "signed out in another tab"])
def test_what_was_typed_is_shown_after_signing_in_and_saved_by_one_button(site: Site, how: str) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, how)
    page = client.post_form(form, address(site), TYPED, 401)
    assert page.h1 == "Đăng nhập"
    assert KEPT in page.visible
    assert page.headers["Cache-Control"] == "no-store"
    page = come_back(client, page)
    assert page.h1 == HEADING
    assert "Số liệu tính đến ngày 31/12/2024" in page.visible
    assert "hai dòng, có dấu “ngoặc” & <thẻ>." in page.visible
    assert answered(site) == {}, "nothing is sent by itself"
    page = client.post_form(page, address(site))
    assert "Đã lưu chỉ tiêu 8.2." in " ".join(page.notices)
    assert answered(site) == {name: value.replace("\r\n", "\n") for name, value in TYPED.items()}


def test_a_wrong_password_in_between_loses_nothing(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = client.post_form(form, address(site), TYPED, 401)
    page = client.post_form(page, "/dang-nhap", {"email": email("official"), "password": "sai"}, 401)
    page = client.post_form(page, "/dang-nhap", {"email": ""}, 422)
    assert come_back(client, page).h1 == HEADING


def test_wrong_values_are_explained_when_they_are_sent_at_last(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = come_back(client, client.post_form(form, address(site), {"tu-so": "88,7"}, 401))
    page = client.post_form(page, address(site), status=422)
    assert "số nguyên" in page.complaint("o-tu-so")


def test_a_field_that_somebody_changed_meanwhile_shows_both_texts(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = client.post_form(form, address(site), {"noi-cung-cap": "Bưu điện"}, 401)
    site.do(lambda world: world.answer("8.2", {"noi-cung-cap": "Nhà mạng"}, who="colleague"))
    page = client.post_form(come_back(client, page), address(site), status=409)
    assert page.value("noi-cung-cap") == "Bưu điện"
    assert "Nhà mạng" in page.visible


def test_it_can_be_left(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = come_back(client, client.post_form(form, address(site), TYPED, 401))
    assert client.get_page(page.link("không gửi")).h1.startswith("8.2")
    assert answered(site) == {}


def test_the_old_form_of_a_new_session_is_kept_too(site: Site) -> None:
    """Signed in again in another tab: the token of the first tab is an old one."""
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "signed out in another tab")
    client.sign_in(email("official"), PASSWORD)
    page = client.post_form(form, address(site), TYPED, 400)
    assert page.h1 == HEADING
    client.post_form(page, address(site))
    assert answered(site)["tu-so"] == "2.998"


def test_signing_in_elsewhere_first_does_not_lose_it_either(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    waiting = client.post_form(form, address(site), TYPED, 401)
    client.sign_in(email("official"), PASSWORD)
    page = come_back(client, waiting, status=400)
    assert page.h1 == HEADING
    client.post_form(page, address(site))
    assert answered(site)["tu-so"] == "2.998"


def test_it_works_in_english(site: Site) -> None:
    client = site.client("official", "en")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = client.post_form(form, address(site), TYPED, 401)
    assert "What you entered is kept" in page.visible
    page = come_back(client, page)
    assert page.h1 == "Not saved yet"
    assert page.lang == "en"


# The other forms with text -----------------------------------------------------------------------------------------


def test_a_verdict_a_decision_and_reasons_are_kept_in_words(site: Site) -> None:
    key = site.world.key
    cases: list[tuple[str, str, str, str, dict[str, Any], str]] = [
        ("received", "appraiser", f"/tham-dinh/{key}/chi-tieu/8.2", f"/tham-dinh/{key}/chi-tieu/8.2",
         {"verdict": "return", "reason": "Thiếu số liệu.", "td-tu-so": "2.100"}, "Trả lại để xã bổ sung"),
        ("appraised", "appraiser", f"/tham-dinh/{key}", "/quyet-dinh",
         {"number": "07/QĐ-UBND", "decided_on": "24/11/2026", "signer": "A"}, "Số quyết định 07/QĐ-UBND"),
        ("published", "office", f"/tham-dinh/{key}", "/go-cong-bo", {"reason": "Công bố nhầm."}, "Lý do Công bố nhầm."),
    ]  # fmt: skip
    steps = {
        "received": ("complete", "send", "receive"), "appraised": ("appraise",), "published": ("publish",),
    }  # fmt: skip
    for stage, person, path, action, values, words in cases:
        for step in steps[stage]:
            site.do(lambda world, step=step: getattr(world, step)())
        client = site.client(person)
        form = client.get_page(path)
        leave(site, client, "idle")
        page = come_back(client, client.post_form(form, action, values, 401), person)
        assert page.h1 == HEADING
        assert words in page.visible
        client.post_form(page, action)
    assert "Xã Quế Phú" not in site.client().get_page("/").visible


def test_the_reason_of_a_hand_back_is_kept_but_never_a_password(site: Site) -> None:
    site.do(lambda world: world.complete())
    site.do(lambda w: sending.request_signature(actor=w.people["official"], now=w.later(), key=w.key))
    client = site.client("chair")
    form = client.get_page(f"/ho-so/{site.world.key}/kiem-tra")
    leave(site, client, "idle")
    page = client.post_form(form, "/gui", {"password": PASSWORD}, 401)
    assert KEPT not in page.visible
    assert PASSWORD not in page.html
    assert unsent.FIELD not in page.html
    page = client.post_form(form, "/chuyen-lai", {"reason": "Kiểm tra lại 8.2."}, 401)
    page = come_back(client, page, "chair")
    assert "Kiểm tra lại 8.2." in page.visible
    assert {node.attrib["name"] for node in page.form("/chuyen-lai").iter("input")} <= {"csrf_token", "reason", "seen"}


def test_a_password_form_is_not_kept(site: Site) -> None:
    client = site.client("official")
    form = client.get_page("/tai-khoan")
    leave(site, client, "idle")
    secret = "mật khẩu mới của tôi"
    values = {"current_password": PASSWORD, "new_password": secret, "repeated": secret}
    page = client.post_form(form, 2, values, 401)
    assert unsent.FIELD not in page.html
    assert secret not in page.html


def test_a_file_has_to_be_chosen_again_and_the_page_says_so(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    values = {"summary": "Báo cáo", "file": (io.BytesIO(pdf_bytes()), "a.pdf")}
    page = client.post_form(form, "/minh-chung", values, 401)
    assert "hãy chọn lại tệp" in page.visible
    assert come_back(client, page).h1 == "Việc của tôi"


def test_a_button_says_that_it_was_not_pressed(site: Site) -> None:
    client = site.client("official")
    site.do(lambda world: world.complete())
    form = client.get_page(f"/ho-so/{site.world.key}/kiem-tra")
    leave(site, client, "idle")
    page = client.post_form(form, "/trinh-ky", status=401)
    assert "chưa được thực hiện" in page.visible


@pytest.mark.parametrize("how", ["idle", "the browser was closed"])
def test_a_script_gets_401_and_keeps_its_own_draft(site: Site, how: str) -> None:
    client = site.client("official")
    token = client.get_page(address(site)).token
    leave(site, client, how)
    body = {"field": "tu-so", "value": "1", "version": 0}
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answer = client.flask.post(f"{address(site)}/luu", json=body, headers=headers)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_page_that_was_asked_for_is_opened_after_signing_in(site: Site) -> None:
    client = site.client()
    page = client.get_page(address(site))
    assert page.h1 == "Đăng nhập"
    assert come_back(client, page).h1.startswith("8.2")


# Somebody else, something else -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["neighbour", "colleague"])
def test_nobody_else_who_signs_in_there_sees_it(site: Site, who: str) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = come_back(client, client.post_form(form, address(site), TYPED, 401), who)
    assert page.h1 != HEADING
    assert "2.998" not in page.html
    assert "của người khác" in " ".join(page.notices)
    assert answered(site) == {}


def test_where_no_session_says_whose_it_is_only_who_may_read_the_dossier_sees_it(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "the browser was closed")
    page = come_back(client, client.post_form(form, address(site), TYPED, 401), "neighbour")
    assert page.h1 != HEADING
    assert "2.998" not in page.html


def test_the_switch_a_text_shown_to_whoever_signs_in_is_noticed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsent.Unsent, "is_for", lambda _self, _person: True)
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = come_back(client, client.post_form(form, address(site), TYPED, 401), "neighbour")
    assert "2.998" in page.visible


def test_too_long_a_text_is_not_promised(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = client.post_form(form, address(site), {"giai-trinh": "ệ" * (unsent.LONGEST + 1)}, 401)
    assert "không giữ lại được" in page.visible
    assert unsent.FIELD not in page.html


def test_the_longest_text_that_is_promised_is_kept(site: Site) -> None:
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    long = "".join(chr(0x1EA0 + i % 90) for i in range(10_000))
    page = client.post_form(form, address(site), {"giai-trinh": long}, 401)
    client.post_form(come_back(client, page), address(site))
    assert answered(site) == {"giai-trinh": long}


def kept_page(site: Site, client: PageClient) -> tuple[Page, str]:
    form = client.get_page(address(site))
    leave(site, client, "idle")
    page = client.post_form(form, address(site), TYPED, 401)
    return page, page.value(unsent.FIELD)


def try_sealed(client: PageClient, sealed: str) -> Page:
    token = client.get_page("/dang-nhap").token
    form = {"email": email("official"), "password": PASSWORD, unsent.FIELD: sealed}
    return client.send("/dang-nhap", form, 200, token=token)


def forgeries(site: Site, sealed: str) -> dict[str, str]:
    """Sealed texts that are not what this browser was given."""
    other, key = site.client("official"), site.app.config["SECRET_KEY"]
    theirs = kept_page(site, other)[1]
    with site.app.test_request_context():
        made_elsewhere = unsent.URLSafeTimedSerializer("x" * 40, salt="unsent form ").dumps(["/tai-khoan", []])
        no_browser = unsent.URLSafeTimedSerializer(key, salt="unsent form ").dumps([address(site), []])
    return {
        "changed": sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB"),
        "cut": sealed[: len(sealed) // 2],
        "no text": "\u202e" * 5,
        "of another browser": theirs,
        "with another key": made_elsewhere,
        "without a browser": no_browser,
    }


def refused(site: Site) -> list[str]:
    """Forgeries that are not refused with a sentence and a plain sign-in."""
    client = site.client("official")
    _page, sealed = kept_page(site, client)
    wrong = []
    for name, forged in forgeries(site, sealed).items():
        page = try_sealed(client, forged)
        leave(site, client, "idle")
        if page.h1 != "Việc của tôi" or "không nguyên vẹn" not in " ".join(page.notices):
            wrong.append(name)
    return wrong


def test_what_was_changed_or_comes_from_elsewhere_is_refused_with_a_plain_sign_in(site: Site) -> None:
    assert refused(site) == []


def test_the_switch_without_the_mark_of_the_browser_a_foreign_text_is_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsent, "cookie", {unsent.BROWSER: "one for all"})
    assert refused(site) == ["of another browser"]


def test_after_twelve_hours_it_is_too_old(site: Site) -> None:
    client = site.client("official")
    page, _sealed = kept_page(site, client)
    with time_machine.travel(NOW + timedelta(hours=17, minutes=1), tick=True):
        page = come_back(client, page)
    assert page.h1.startswith("8.2"), "where the person was going"
    assert "quá 12 giờ" in " ".join(page.notices)


@pytest.mark.parametrize(
    "target", ["//evil.invalid/x", "https://evil.invalid/", "/tai-khoan", "/khong-co", "/dang-nhap"]
)
def test_only_an_address_of_ours_that_takes_part_is_offered(
    site: Site, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Even under our own signature."""
    client = site.client("official")
    form = client.get_page(address(site))
    leave(site, client, "idle")
    seal = unsent.seal
    monkeypatch.setattr("ruraldx.accounts.asking.seal", lambda one: seal(unsent.Unsent(target, one.fields, one.owner)))
    page = come_back(client, client.post_form(form, address(site), TYPED, 401))
    assert page.h1 != HEADING
    assert "không nguyên vẹn" in " ".join(page.notices)


def test_a_foreign_site_cannot_plant_a_text(site: Site) -> None:
    visitor = site.client()
    headers = {"Origin": "https://evil.invalid", "Sec-Fetch-Site": "cross-site"}
    answer = visitor.flask.post(address(site), data={"giai-trinh": "của kẻ khác"}, headers=headers)
    assert answer.status_code == 403
    assert unsent.FIELD not in answer.text


# Stale forms of visitors -------------------------------------------------------------------------------------------


def test_an_old_sign_in_page_asks_again_and_keeps_the_address(site: Site) -> None:
    client = site.client()
    page = client.get_page("/dang-nhap")
    client.flask.delete_cookie("ruraldx")
    page = come_back(client, page, status=400)
    assert "hết hiệu lực" in page.visible
    assert page.value("email") == email("official")
    assert come_back(client, page).h1 == "Việc của tôi"


def test_an_old_language_switch_is_an_error_page_and_no_sign_in(site: Site) -> None:
    client = site.client()
    page = client.get_page("/")
    client.flask.delete_cookie("ruraldx")
    page = client.post_form(page, "/ngon-ngu", {"ngon-ngu": "en"}, 400)
    assert page.h1 == "Yêu cầu không hợp lệ"


def test_an_old_form_that_is_too_long_or_forged_is_an_error_page(site: Site) -> None:
    client = site.client("official")
    page = client.send(address(site), {"giai-trinh": "ệ" * (unsent.LONGEST + 1)}, 400, token="x")
    assert page.h1 == "Yêu cầu không hợp lệ"
    page = client.send("/dang-nhap", {unsent.FIELD: "của ai đó"}, 400, token="x")
    assert page.h1 == "Yêu cầu không hợp lệ"
    page = client.send(address(site), {"giai-trinh": "  "}, 400, token="x")
    assert page.h1 == "Yêu cầu không hợp lệ", "nothing was typed"
