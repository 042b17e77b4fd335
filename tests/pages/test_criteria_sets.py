"""Pages of criteria sets: what the public reads, and how an administrator writes, publishes, amends and retires."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import text

from ruraldx.catalog.canonical import sha256_of
from ruraldx.catalog.loader import load_shipped, parse_set
from ruraldx.criteria_sets.operations import drafts
from ruraldx.database import db
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.pages.test_budgets import statements
from tests.sets import AMENDMENT, CODE, NUMBER, TEXT, publish_text
from tests.world import SET, World

ADMIN = "/quan-tri/bo-tieu-chi"


def published(site: Site, content: str = TEXT) -> None:
    site.do(lambda world: publish_text(world, content))


def begin(client: PageClient, source: str = f"{SET}@2") -> Page:
    return client.post_form(client.get_page(ADMIN), "/tu-phien-ban", {"source": source})


def begin_blank(client: PageClient, code: str = "bo-moi", title: str = "Bộ mới của tỉnh") -> Page:
    return client.post_form(client.get_page(ADMIN), "/moi", {"code": code, "title": title})


def count(site: Site, table: str) -> int:
    with site.app.app_context():
        found = db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        db.session.remove()
    return int(found)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_public_list_says_how_well_each_set_is_known(site: Site, language: str) -> None:
    page = site.client(language=language).get_page("/bo-tieu-chi")
    for criteria in load_shipped().values():
        assert criteria.title in page.visible
    assert "7/7" in page.visible or "chỉ tiêu:" in page.visible or "indicators:" in page.visible
    assert not any("/quan-tri/" in link for link in page.links())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_shipped_set_has_a_page_with_the_five_columns_and_its_sources(site: Site, language: str) -> None:
    client = site.client(language=language)
    for criteria in load_shipped().values():
        page = client.get_page(f"/bo-tieu-chi/{criteria.code}/{criteria.number}")
        assert page.h1 == criteria.title
        for indicator in criteria.indicators:
            assert indicator.name in page.visible
            assert indicator.source.split("\n")[0] in page.visible
        assert sha256_of(criteria) in page.visible
        client.get_page(f"/bo-tieu-chi/{criteria.code}")
    vietnamese = site.client().get_page(f"/bo-tieu-chi/{SET}/2").visible
    for column in ("Điểm tối đa", "Cách tính", "Tài liệu kiểm chứng", "Nguồn dữ liệu", "Đơn vị xác minh"):
        assert column in vietnamese


def test_the_downloads_are_the_set_itself(site: Site) -> None:
    client = site.client()
    shipped = load_shipped()[SET]
    as_yaml = client.flask.get(f"/bo-tieu-chi/{SET}/{shipped.number}.yaml")
    assert sha256_of(parse_set("x.yaml", as_yaml.data)) == sha256_of(shipped)
    as_json = client.flask.get(f"/bo-tieu-chi/{SET}/{shipped.number}.json")
    assert as_json.mimetype == "application/json"
    assert json.loads(as_json.data)["code"] == SET
    assert "attachment" in as_json.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["/bo-tieu-chi/khong-co", f"/bo-tieu-chi/{SET}/99", f"/bo-tieu-chi/{SET}/99.yaml"])
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert "Không tìm thấy bộ tiêu chí này" in site.client().get_page(path, 404).visible


def test_a_day_that_is_none_is_explained(site: Site) -> None:
    assert "31/12/2024" in site.client().get_page(f"/bo-tieu-chi/{SET}/2?ngay=hôm qua", 400).visible


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_method_page_tells_of_every_kind_of_rule_and_gives_data(site: Site, language: str) -> None:
    client = site.client(language=language)
    page = client.get_page("/phuong-phap")
    data = client.flask.get("/phuong-phap.json").json
    assert data is not None
    if language == "vi":
        for kind in data["rule_kinds"].values():
            assert kind["name"] in page.visible
            assert kind["words"] in page.visible


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_administrator_goes_from_a_published_set_to_a_new_number(site: Site, language: str) -> None:
    client = site.client("admin", language)
    editor = begin(client)
    assert "number: 3" in editor.value("content")
    changed = editor.value("content").replace("Xã có mạng wifi miễn phí", "XÃ CÓ WIFI", 1)
    changed = changed.replace("Xã nông thôn mới nâng cao giai đoạn", "Bản sửa của bộ nâng cao giai đoạn", 1)
    saved = client.post_form(editor, editor.url, {"content": changed})
    client.get_page(f"{saved.url}/xem-truoc")
    confirm = client.get_page(f"{saved.url}/cong-bo")
    assert "Bản sửa của bộ" in confirm.visible
    done = client.post_form(confirm, "/cong-bo")
    assert done.url == f"/bo-tieu-chi/{SET}/3"
    assert count(site, "criteria_draft") == 0
    versions = client.get_page(f"/bo-tieu-chi/{SET}")
    assert [node for node in versions.links() if node.endswith(f"{SET}/3")]


def test_errors_are_listed_by_line_and_lead_to_the_line(site: Site) -> None:
    client = site.client("admin")
    editor = begin_blank(client)
    broken = editor.value("content").replace("verification: unverified", "verification: chắc chắn")
    page = client.post_form(editor, editor.url, {"content": broken})
    line = next(n for n, each in enumerate(broken.split("\n"), 1) if "chắc chắn" in each)
    assert f"#dong-{line}" in page.links()
    assert page.by_id(f"dong-{line}").attrib["class"] == "wrong"
    assert page.value("content").replace("\r", "") == broken
    assert not any(link.endswith("/cong-bo") for link in page.links())
    for further in ("/xem-truoc", "/cong-bo"):
        assert client.get_page(f"{page.url}{further}").h1.startswith("Bản thảo")


@pytest.mark.parametrize("content", ["", "   ", "x" * 1_000_001])
def test_a_text_that_is_none_or_too_long_is_refused_and_stays(site: Site, content: str) -> None:
    client = site.client("admin")
    editor = begin_blank(client)
    page = client.post_form(editor, editor.url, {"content": content}, status=422)
    assert page.complaint("content")
    assert page.value("content").strip() == content.strip()


@pytest.mark.parametrize(
    "content", ["a: [", "- 1\n- 2", "{}", "code: 5", "\ufeffcode: x", "a: &x 1\nb: *x", "number: 1e99999"]
)
def test_any_text_can_be_saved_and_shown(site: Site, content: str) -> None:
    client = site.client("admin")
    editor = begin_blank(client)
    page = client.post_form(editor, editor.url, {"content": content})
    assert "lỗi cần sửa" in page.visible


def test_of_two_who_save_the_second_sees_both_texts(site: Site) -> None:
    first, second = site.client("admin"), site.client("admin")
    editor = begin_blank(first)
    other = second.get_page(editor.url)
    mine, theirs = editor.value("content") + "# của tôi\n", other.value("content") + "# của họ\n"
    second.post_form(other, other.url, {"content": theirs})
    page = first.post_form(editor, editor.url, {"content": mine}, status=409)
    assert page.complaint("content")
    assert "# của tôi" in page.value("content")
    assert "# của họ" in page.visible
    again = first.post_form(page, page.url, {"content": page.value("content")})
    assert "# của tôi" in again.value("content")


def test_one_indicator_is_changed_by_its_form_and_written_back(site: Site) -> None:
    client = site.client("admin")
    editor = begin(client)
    form = client.get_page(f"{editor.url}/chi-tieu/8.2")
    typed = {"name": "Tên mới", "threshold-khac": "82,5", "source": "Đọc ở công báo", "verification": "recall"}
    saved = client.post_form(form, form.url, typed)
    criteria = parse_set("x", saved.value("content").encode())
    found = next(each for each in criteria.indicators if each.code == "8.2")
    assert (found.name, found.source, found.verification) == ("Tên mới", "Đọc ở công báo", "recall")
    assert str(found.rule.threshold.values["khac"].value) == "82.5"
    untouched = load_shipped()[SET]
    assert [i for i in criteria.indicators if i.code != "8.2"] == [i for i in untouched.indicators if i.code != "8.2"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("source", ""), ("max_points", "1.234"), ("threshold-khac", "nhiều")]
)
def test_a_field_that_cannot_be_read_stays_and_is_explained(site: Site, field: str, value: str) -> None:
    client = site.client("admin")
    editor = begin(client)
    form = client.get_page(f"{editor.url}/chi-tieu/8.2")
    page = client.post_form(form, form.url, {field: value}, status=422)
    assert page.complaint(field)
    assert page.value(field).strip() == value.strip()
    assert page.value("name").strip() == value.strip() or field != "name"


def test_a_form_that_is_old_saves_nothing(site: Site) -> None:
    client = site.client("admin")
    editor = begin(client)
    form = client.get_page(f"{editor.url}/chi-tieu/8.2")
    client.post_form(form, form.url, {"name": "Lần một"})
    page = client.post_form(form, form.url, {"name": "Lần hai"}, status=409)
    assert page.value("name").strip() == "Lần hai"
    assert "Lần một" in client.get_page(editor.url).value("content")


def test_a_file_becomes_a_draft_and_a_wrong_one_is_explained(site: Site) -> None:
    client = site.client("admin")
    page = client.post_form(client.get_page(ADMIN), "/tai-len", {"file": (io.BytesIO(TEXT.encode()), "bo.yaml")})
    assert page.value("content").replace("\r", "") == TEXT
    for name, content in (("bo.exe", b"x"), ("bo.yaml", b"\xff\xfe")):
        refused = client.post_form(
            client.get_page(ADMIN), "/tai-len", {"file": (io.BytesIO(content), name)}, status=422
        )
        assert refused.complaint("file")
    assert client.post_form(client.get_page(ADMIN), "/tai-len", status=422).complaint("file")


def test_a_code_and_a_title_are_asked_for(site: Site) -> None:
    client = site.client("admin")
    for typed, place in (({"code": "", "title": "x"}, "code"), ({"code": "Bộ Mới", "title": "x"}, "code"),
                         ({"code": "x", "title": " "}, "title")):  # fmt: skip
        page = client.post_form(client.get_page(ADMIN), "/moi", typed, status=422)
        assert page.complaint(place)


def test_a_draft_is_deleted(site: Site) -> None:
    client = site.client("admin")
    page = client.post_form(begin_blank(client), "/xoa")
    assert page.h1 == "Soạn bộ tiêu chí"
    assert count(site, "criteria_draft") == 0


def test_a_second_publication_of_a_draft_says_so(site: Site) -> None:
    client = site.client("admin")
    editor = begin(client)
    confirm = client.get_page(f"{editor.url}/cong-bo")
    client.post_form(confirm, "/cong-bo")
    again = client.post_form(confirm, "/cong-bo")
    assert any("đã được công bố" in notice for notice in again.notices)
    assert count(site, "criteria_publication") == 1


def test_a_confirmation_that_is_old_publishes_nothing(site: Site) -> None:
    client = site.client("admin")
    editor = begin(client)
    confirm = client.get_page(f"{editor.url}/cong-bo")
    client.post_form(editor, editor.url, {"content": editor.value("content") + "# thêm\n"})
    assert client.post_form(confirm, "/cong-bo").notices[0].startswith("Chưa thực hiện được")
    assert count(site, "criteria_publication") == 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_version_is_retired_with_a_reason_that_everybody_reads(site: Site, language: str) -> None:
    published(site)
    client = site.client("admin", language)
    path = f"{ADMIN}/{CODE}/{NUMBER}/ngung-ap-dung"
    form = client.get_page(path)
    assert client.post_form(form, form.url, {"reason": " "}, status=422).complaint("reason")
    assert client.post_form(form, form.url, {"reason": "x", "on": "31/12/2030"}, status=422).complaint("on")
    assert client.post_form(form, form.url, {"reason": "x", "on": "hôm qua"}, status=422).complaint("on")
    page = client.post_form(form, form.url, {"reason": "Đã có quyết định mới", "on": "01/11/2026"})
    assert "01/11/2026" in page.visible
    assert "Đã có quyết định mới" in site.client().get_page(f"/bo-tieu-chi/{CODE}/{NUMBER}").visible
    assert client.post_form(form, form.url, {"reason": "lần nữa"}).notices
    assert count(site, "criteria_retirement") == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_amendment_is_tried_published_and_read_on_a_day_beside_the_text_before(site: Site, language: str) -> None:
    published(site)
    client = site.client("admin", language)
    form = client.get_page(f"{ADMIN}/{CODE}/{NUMBER}/sua-doi")
    tried = client.post_form(form, form.url, {"content": AMENDMENT})
    assert "Yêu cầu mới" in tried.visible
    assert count(site, "criteria_amendment") == 0
    data = {"content": AMENDMENT, "viec": "cong-bo"}
    page = client.send(form.url, data, 200)
    assert count(site, "criteria_amendment") == 1
    assert "Yêu cầu mới" in page.visible
    before = client.get_page(f"/bo-tieu-chi/{CODE}/{NUMBER}?ngay=30/06/2026")
    assert "Yêu cầu mới" not in before.visible
    after = client.get_page(f"/bo-tieu-chi/{CODE}/{NUMBER}?ngay=01/07/2026")
    assert "Yêu cầu mới" in after.visible
    assert "Yêu cầu cũ" in after.visible
    assert client.send(form.url, data, 409).complaint("content")


def test_an_amendment_that_does_not_fit_is_explained_by_line(site: Site) -> None:
    published(site)
    client = site.client("admin")
    form = client.get_page(f"{ADMIN}/{CODE}/{NUMBER}/sua-doi")
    wrong = AMENDMENT.replace("old: Yêu cầu cũ", "old: Khác hẳn")
    page = client.post_form(form, form.url, {"content": wrong}, status=422)
    assert page.complaint("content")
    assert any(link.startswith("#dong-") for link in page.links())
    other = client.get_page(f"{ADMIN}/{SET}/2/sua-doi")
    assert client.post_form(other, other.url, {"content": AMENDMENT}, status=422).complaint("content")


def test_only_an_administrator_sees_the_way_to_the_drafts(site: Site) -> None:
    assert any(ADMIN in link for link in site.client("admin").get_page("/bo-tieu-chi").links())
    office = site.client("office")
    assert not any(ADMIN in link for link in office.get_page("/bo-tieu-chi").links())
    office.get_page(ADMIN, 403)


def test_a_draft_that_was_published_elsewhere_meanwhile_is_refused_in_words(site: Site) -> None:
    published(site)
    client = site.client("admin")
    typed = {"file": (io.BytesIO(TEXT.encode()), "bo.yaml"), "province": ""}
    page = client.post_form(client.get_page(ADMIN), "/tai-len", typed)
    changed = client.post_form(page, page.url, {"content": TEXT.replace("Tên chỉ tiêu", "Tên khác")})
    refused = client.get_page(f"{changed.url}/cong-bo")
    assert any("Hãy tăng số phiên bản" in notice for notice in refused.notices)


def many(world: World) -> None:
    for number in range(50):
        drafts.start_blank(
            actor=world.people["admin"], now=world.later(), code=f"bo-{number}", title="x", province=None
        )
        publish_text(world, TEXT.replace(f"code: {CODE}", f"code: nhieu-{number}"))


def test_the_lists_make_as_many_statements_with_many_rows(site: Site) -> None:
    published(site)
    client = site.client("admin")
    paths = ("/bo-tieu-chi", ADMIN, f"/bo-tieu-chi/{CODE}/{NUMBER}")
    before = {path: statements(site, client, path) for path in paths}
    site.do(many)
    assert {path: statements(site, client, path) for path in paths} == before
    assert len(client.get_page(ADMIN).all("tr")) >= 50
