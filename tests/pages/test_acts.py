"""Acts by plain forms: sign, hand back, judge, decide, publish. What is wrong is said at its field."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ruraldx.accounts import operations as accounts
from ruraldx.assessments.operations import sending
from ruraldx.database import db
from tests.pages.checks import text_of
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.world import PASSWORD, World

DECISION = {"number": "01/QĐ-UBND", "decided_on": "24/11/2026", "signer": "Nguyễn Văn Kiểm", "note": "Ghi chú"}


def rows(site: Site, table: str) -> int:
    with site.app.app_context():
        found = int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
        db.session.remove()
    return found


def status(site: Site) -> str:
    found: list[str] = []
    site.do(lambda world: found.append(world.dossier().status))
    return found[0]


def awaiting_signature(world: World) -> None:
    world.to("complete")
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)


def check_page(site: Site) -> tuple[PageClient, Page]:
    site.do(awaiting_signature)
    chair = site.client("chair")
    return chair, chair.get_page(f"/ho-so/{site.world.key}/kiem-tra")


# Signing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "told"),
    [("", "Hãy nhập mật khẩu"), ("sai mật khẩu", "không đúng"), (PASSWORD + " ", "không đúng"), ("x" * 201, "200 ký")],
)
def test_a_wrong_password_does_not_sign(site: Site, password: str, told: str) -> None:
    chair, page = check_page(site)
    page = chair.post_form(page, "/gui", {"password": password}, 422)
    assert told in page.complaint("password")
    assert page.value("password") == ""
    assert rows(site, "submission") == 0
    assert "Biên nhận" in chair.post_form(page, "/gui", {"password": PASSWORD}).h1


def test_a_double_click_on_send_has_one_effect_and_one_receipt(site: Site) -> None:
    chair, page = check_page(site)
    first = chair.post_form(page, "/gui", {"password": PASSWORD})
    second = chair.post_form(page, "/gui", {"password": PASSWORD})
    assert first.h1 == second.h1 == "Biên nhận hồ sơ xã Quế Phú"
    assert rows(site, "submission") == 1


def test_sending_again_from_a_page_opened_anew_is_refused_with_the_reason(site: Site) -> None:
    chair, page = check_page(site)
    other = chair.get_page(page.url)
    chair.post_form(page, "/gui", {"password": PASSWORD})
    page = chair.post_form(other, "/gui", {"password": PASSWORD})
    assert "Chưa thực hiện được" in " ".join(page.notices)
    assert rows(site, "submission") == 1


def test_a_form_whose_mark_was_changed_is_no_form_of_ours(site: Site) -> None:
    chair, _page = check_page(site)
    chair.send(f"/ho-so/{site.world.key}/gui", {"password": PASSWORD, "once": "ngắn"}, 400)
    assert rows(site, "submission") == 0


def guess(site: Site, client: PageClient, times: int) -> list[int]:
    key = site.world.key
    data = {"once": "x" * 32, "password": "đoán mò"}
    answers = [client.flask.post(f"/ho-so/{key}/gui", data=data) for _ in range(times)]
    return [answer.status_code for answer in answers]


def test_guessing_the_password_at_the_signature_is_limited_as_at_sign_in(site: Site) -> None:
    chair, page = check_page(site)
    site.app.config["WTF_CSRF_ENABLED"] = False
    assert guess(site, chair, 12) == [422] * accounts.FAILURES_ALLOWED + [429] * 2
    site.app.config["WTF_CSRF_ENABLED"] = True
    page = chair.post_form(page, "/gui", {"password": PASSWORD}, 429)
    assert "15 phút" in page.complaint("password")
    assert rows(site, "submission") == 0
    assert site.client("chair").get_page("/viec-cua-toi").status == 200, "signing in is counted apart"


def test_failed_logins_from_outside_do_not_keep_a_chairperson_from_signing(site: Site) -> None:
    chair, page = check_page(site)
    visitor = site.client()
    for _ in range(accounts.FAILURES_ALLOWED + 1):
        form = {"email": "chair@kiemthu.invalid", "password": "đoán mò"}
        visitor.flask.post("/dang-nhap", data={**form, "csrf_token": visitor.get_page("/dang-nhap").token})
    assert "Biên nhận" in chair.post_form(page, "/gui", {"password": PASSWORD}).h1


def test_the_switch_without_the_count_guessing_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_note_failure", lambda *_args: None)
    chair, _page = check_page(site)
    site.app.config["WTF_CSRF_ENABLED"] = False
    assert guess(site, chair, 12) == [422] * 12


# Reasons --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "told"), [("", "ghi lý do"), (" \n ", "ghi lý do"), ("a" * 2001, "2000 ký tự")])
def test_handing_back_needs_a_reason_of_a_readable_length(site: Site, reason: str, told: str) -> None:
    chair, page = check_page(site)
    page = chair.post_form(page, "/chuyen-lai", {"reason": reason}, 422)
    assert told in page.complaint("reason")
    assert page.value("reason").strip() == reason.strip()
    assert status(site) == "awaiting_signature"
    page = chair.post_form(page, "/chuyen-lai", {"reason": "Kiểm tra lại 8.2."})
    assert status(site) == "draft"
    assert "Đã chuyển lại" in " ".join(page.notices)


def test_handing_back_what_was_sent_meanwhile_gives_back_the_reason(site: Site) -> None:
    chair, page = check_page(site)
    site.do(lambda world: sending.send(actor=world.people["chair"], now=world.later(), key=world.key,
                                       idempotency_key="x" * 20))  # fmt: skip
    page = chair.post_form(page, "/chuyen-lai", {"reason": "Kiểm tra lại 8.2."}, 409)
    assert "Kiểm tra lại 8.2." in page.visible
    assert status(site) == "sent"


@pytest.mark.parametrize(("reason", "told"), [(" ", "ghi lý do"), ("a" * 2001, "2000 ký tự")])
def test_taking_down_needs_a_reason(site: Site, reason: str, told: str) -> None:
    site.do(lambda world: world.to("published"))
    office, address = site.client("office"), f"/tham-dinh/{site.world.key}"
    page = office.post_form(office.get_page(address), "/go-cong-bo", {"reason": reason}, 422)
    assert told in page.complaint("reason")
    assert page.value("reason").strip() == reason.strip()
    assert "Xã Quế Phú" in site.client().get_page("/").visible
    again = office.get_page(address)
    page = office.post_form(page, "/go-cong-bo", {"reason": "Công bố nhầm kỳ."})
    assert "Đã gỡ công bố" in " ".join(page.notices)
    assert "Xã Quế Phú" not in site.client().get_page("/").visible
    page = office.post_form(again, "/go-cong-bo", {"reason": "Lần hai"}, 409)
    assert "Lần hai" in page.visible


def test_once_published_the_page_leads_to_what_everybody_sees(site: Site) -> None:
    site.do(lambda world: world.to("decided"))
    office = site.client("office")
    page = office.get_page(f"/tham-dinh/{site.world.key}")
    assert "Xem trang công khai" not in page.visible
    page = office.post_form(page, "/cong-bo")
    seen = site.client().get_page(page.link("Xem trang công khai"))
    assert seen.h1 == "Xã Quế Phú"
    assert "01/QĐ-MH" in seen.visible
    page = office.post_form(page, "/go-cong-bo", {"reason": "Công bố nhầm kỳ."})
    assert "Xem trang công khai" not in page.visible


def test_publishing_what_is_published_says_why_not(site: Site) -> None:
    site.do(lambda world: world.to("decided"))
    office = site.client("office")
    page = office.get_page(f"/tham-dinh/{site.world.key}")
    office.post_form(page, "/cong-bo")
    page = office.post_form(page, "/cong-bo")
    assert "đã thay đổi sau khi bạn mở trang này" in " ".join(page.notices)
    assert rows(site, "published_result") == 1
    office.send(f"/ho-so/{'0' * 16}/cong-bo", {}, 404)
    office.send(f"/ho-so/{'0' * 16}/go-cong-bo", {"reason": "a"}, 404)


def test_asking_for_the_signature_too_early_says_what_is_missing(site: Site) -> None:
    page = site.client("official").send(f"/ho-so/{site.world.key}/trinh-ky", {}, 200)
    assert "ô bắt buộc" in " ".join(page.notices)
    assert status(site) == "draft"


# Verdicts -------------------------------------------------------------------------------------------------------


def judge(site: Site, values: dict[str, str], code: str = "8.2") -> Page:
    site.do(lambda world: world.to("received"))
    appraiser, address = site.client("appraiser"), f"/tham-dinh/{site.world.key}/chi-tieu/{code}"
    return appraiser.post_form(appraiser.get_page(address), address, values, 422)


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"reason": "Đã xem"}, "verdict-0", "Hãy chọn Đạt, Không đạt hoặc Trả lại"),
        ({"verdict": "pass", "reason": ""}, "reason", "ghi lý do"),
        ({"verdict": "fail", "reason": "  "}, "reason", "ghi lý do"),
        ({"verdict": "return", "reason": ""}, "reason", "ghi lý do"),
        ({"verdict": "pass", "reason": "a" * 4001}, "reason", "4000 ký tự"),
        ({"verdict": "pass", "reason": "a" * 100_000}, "reason", "4000 ký tự"),
        ({"verdict": "fail", "reason": "Sai", "td-tu-so": "88,7"}, "td-tu-so", "số nguyên"),
        ({"verdict": "fail", "reason": "Sai", "td-tu-so": "-1"}, "td-tu-so", "không được nhỏ hơn 0"),
    ],
)
def test_a_verdict_that_lacks_something_is_explained_and_stays(
    site: Site, values: dict[str, str], field: str, told: str
) -> None:
    page = judge(site, values)
    assert told in page.complaint(field)
    assert page.value("reason").strip() == values["reason"].strip()
    assert page.value("verdict") == values.get("verdict", "")
    assert page.value("td-tu-so") == values.get("td-tu-so", "")
    with site.app.app_context():
        found = db.session.execute(text("SELECT count(*) FROM stage_value WHERE stage = 'appraised'")).scalar_one()
        db.session.remove()
    assert found == 0


def test_an_unknown_verdict_is_refused(site: Site) -> None:
    site.do(lambda world: world.to("received"))
    address = f"/tham-dinh/{site.world.key}/chi-tieu/8.2"
    page = site.client("appraiser").send(address, {"verdict": "published", "reason": "a"}, 422)
    assert "Hãy chọn một mục" in page.complaint("verdict-0")


def test_a_verdict_on_a_dossier_that_moved_on_gives_back_what_was_written(site: Site) -> None:
    site.do(lambda world: world.to("appraised"))
    appraiser, address = site.client("appraiser"), f"/tham-dinh/{site.world.key}/chi-tieu/8.2"
    page = appraiser.get_page(address)
    site.do(lambda world: world.decide())
    values = {"verdict": "fail", "reason": "Nhận xét dài đã viết.", "td-tu-so": "2.100"}
    page = appraiser.post_form(page, address, values, 409)
    assert all(text in page.visible for text in ("Nhận xét dài đã viết.", "2.100", "Không đạt"))


def test_what_has_no_threshold_is_not_said_to_lack_a_verified_one(site: Site) -> None:
    site.do(lambda world: world.to("published"))
    appraiser, address = site.client("appraiser"), f"/tham-dinh/{site.world.key}"
    said = {text_of(row)[:4].strip(): text_of(row) for row in appraiser.get_page(address).all("tr")[1:]}
    for code, words in (("8.1", "nội dung"), ("8.2", "ngưỡng"), ("15.1", "ngưỡng"), ("15.2", "nội dung")):
        other = {"nội dung": "ngưỡng", "ngưỡng": "nội dung"}[words]
        for shown in (said[code], appraiser.get_page(f"{address}/chi-tieu/{code}").visible):
            assert f"Chưa kiểm chứng {words}" in shown, code
            assert f"Chưa kiểm chứng {other}" not in shown, code
    stored: list[str] = []
    site.do(lambda world: stored.extend(view.stages["self"].verdict for view in world.dossier().indicators.values()))
    assert set(stored) == {"unverified"}, "only the words differ"
    assert "Chưa kiểm chứng ngưỡng hoặc nội dung" in site.client().get_page("/xa/20650").visible


def test_a_criterion_that_is_still_being_appraised_says_how_many_indicators_are_left(site: Site) -> None:
    site.do(lambda world: world.to("received"))
    appraiser, address = site.client("appraiser"), f"/tham-dinh/{site.world.key}"
    assert "Chưa thẩm định xong: còn 5 chỉ tiêu" in appraiser.get_page(address).visible
    page = appraiser.get_page(f"{address}/chi-tieu/8.2")
    appraiser.post_form(page, "/chi-tieu/8.2", {"verdict": "pass", "reason": "Đã đối chiếu."})
    page = appraiser.get_page(f"{address}/chi-tieu/8.3")
    appraiser.post_form(page, "/chi-tieu/8.3", {"verdict": "return", "reason": "Thiếu biên bản."})
    counts = [text_of(node) for node in appraiser.get_page(address).all("ul") if node.attrib.get("class") == "counts"]
    assert "còn 4 chỉ tiêu 1/5 chỉ tiêu đạt" in counts[0], "what is to be returned is not judged"
    assert "còn 2 chỉ tiêu 0/2 chỉ tiêu đạt" in counts[0]
    assert "Chưa đủ số liệu" not in counts[0]


def test_returning_nothing_says_so(site: Site) -> None:
    site.do(lambda world: world.to("received"))
    seen: list[int] = []
    site.do(lambda world: seen.append(world.dossier().version))
    page = site.client("appraiser").send(f"/tham-dinh/{site.world.key}/tra-lai", {"seen": str(seen[0])}, 200)
    assert "Chưa chọn chỉ tiêu nào" in " ".join(page.notices)


def test_the_reason_of_a_return_is_said_once_on_the_appraisers_pages(site: Site) -> None:
    site.do(lambda world: world.to("received"))
    site.do(lambda world: world.appraise({"8.2": "return"}))
    appraiser, address = site.client("appraiser"), f"/tham-dinh/{site.world.key}"
    page = appraiser.post_form(appraiser.get_page(address), "/tra-lai")
    row = next(text_of(node) for node in page.all("tr") if "8.2" in text_of(node))
    assert row.count("Đã đối chiếu minh chứng.") == 1
    assert "Trả lại: Đã đối chiếu minh chứng." in row
    assert appraiser.get_page(f"{address}/chi-tieu/8.2").visible.count("Đã đối chiếu minh chứng.") == 1


# Decisions ------------------------------------------------------------------------------------------------------

WRONG = [
    ("number", "", "Hãy nhập số quyết định"),
    ("number", "   ", "Hãy nhập số quyết định"),
    ("number", "1" * 101, "100 ký tự"),
    ("decided_on", "", "Hãy nhập ngày quyết định"),
    ("decided_on", "   ", "Hãy nhập ngày quyết định"),
    ("decided_on", "\u200b", "Hãy nhập ngày quyết định"),
    ("decided_on", "25/11/2026", "không thể ở sau hôm nay"),
    ("decided_on", "30/02/2026", "Không có ngày"),
    ("decided_on", "mai", "ngày/tháng/năm"),
    ("signer", "", "Hãy nhập người ký"),
    ("signer", " \t", "Hãy nhập người ký"),
    ("signer", "a" * 121, "120 ký tự"),
    ("note", "a" * 2001, "2000 ký tự"),
]


@pytest.mark.parametrize(("field", "value", "told"), WRONG)
def test_a_decision_that_lacks_something_is_explained_and_not_recorded(
    site: Site, field: str, value: str, told: str
) -> None:
    site.do(lambda world: world.to("appraised"))
    appraiser = site.client("appraiser")
    page = appraiser.get_page(f"/tham-dinh/{site.world.key}")
    page = appraiser.post_form(page, "/quyet-dinh", {**DECISION, field: value}, 422)
    assert told in page.complaint(field)
    assert {name: page.value(name) for name in DECISION} == {**DECISION, field: value}
    assert rows(site, "decision") == 0


def test_the_day_of_a_decision_is_the_day_in_vietnam(site: Site) -> None:
    """At 18:30 in London it is the next day in Vietnam."""
    import time_machine

    from tests.clock import NOW

    site.do(lambda world: world.to("appraised"))
    with time_machine.travel(NOW.replace(hour=18, minute=30), tick=True):
        appraiser = site.client("appraiser")
        page = appraiser.get_page(f"/tham-dinh/{site.world.key}")
        page = appraiser.post_form(page, "/quyet-dinh", {**DECISION, "decided_on": "25/11/2026"})
    assert "25/11/2026" in page.visible


def test_a_second_decision_is_refused_and_what_was_typed_comes_back(site: Site) -> None:
    site.do(lambda world: world.to("appraised"))
    appraiser = site.client("appraiser")
    page = appraiser.get_page(f"/tham-dinh/{site.world.key}")
    assert "Đã ghi nhận quyết định" in " ".join(appraiser.post_form(page, "/quyet-dinh", DECISION).notices)
    page = appraiser.post_form(page, "/quyet-dinh", {**DECISION, "number": "02/QĐ-UBND"}, 409)
    assert "02/QĐ-UBND" in page.visible
    assert rows(site, "decision") == 1


def test_acts_on_a_dossier_that_does_not_exist_are_not_found(site: Site) -> None:
    nowhere = "0" * 16
    for person, path in (
        ("official", f"/ho-so/{nowhere}/trinh-ky"),
        ("chair", f"/ho-so/{nowhere}/gui"),
        ("chair", f"/ho-so/{nowhere}/chuyen-lai"),
        ("appraiser", f"/tham-dinh/{nowhere}/tiep-nhan"),
        ("appraiser", f"/tham-dinh/{nowhere}/tra-lai"),
        ("appraiser", f"/tham-dinh/{nowhere}/quyet-dinh"),
        ("appraiser", f"/tham-dinh/{nowhere}/chi-tieu/8.2"),
    ):
        page = site.client(person).send(path, {**DECISION, "reason": "a", "verdict": "pass"}, 404)
        assert page.h1 == "Không tìm thấy trang", path
    assert rows(site, "decision") == 0
