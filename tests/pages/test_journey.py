"""The main job by plain forms: answered, sent, returned, corrected, decided, published, seen by everybody."""

from __future__ import annotations

import io

import pytest

from ruraldx.pilots.kinds import Kind, PilotStatus
from ruraldx.pilots.operations import NewPilot, record_pilots
from tests.clock import NOW
from tests.pages.checks import text_of
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.world import IN_2024, INDICATORS, PASSWORD, TODAY, World, full_answers, pdf_bytes

DOCUMENT = {
    "summary": "Báo cáo của Ủy ban nhân dân xã",
    "number": "12/BC-UBND",
    "issued_on": "15/11/2024",
    "agency": "Ủy ban nhân dân xã Quế Phú",
    "page": "trang 2",
}


def answer_everything(client: PageClient, key: str) -> None:
    for code in INDICATORS:
        page = client.get_page(f"/ho-so/{key}/chi-tieu/{code}")
        page = client.post_form(page, f"/chi-tieu/{code}", full_answers(code))
        assert page.h1.startswith(code)
        file = {"file": (io.BytesIO(pdf_bytes(note=code)), f"{code}.pdf")}
        page = client.post_form(page, "/minh-chung", {**DOCUMENT, **file})
        assert "Báo cáo của Ủy ban nhân dân xã" in page.visible


def sign_and_send(site: Site) -> Page:
    key = site.world.key
    client = site.client("official")
    page = client.post_form(client.get_page(f"/ho-so/{key}/kiem-tra"), "/trinh-ky")
    assert "Chờ ký" in page.visible
    chair = site.client("chair")
    page = chair.get_page(f"/ho-so/{key}/kiem-tra")
    assert "Tôi đã xem toàn bộ số liệu" in page.visible
    return chair.post_form(page, "/gui", {"password": PASSWORD})


def receipts(page: Page) -> list[str]:
    return [text_of(node) for node in page.all("p") if node.attrib.get("class") == "receipt-number"]


def judge(client: PageClient, key: str, verdicts: dict[str, str]) -> Page:
    """Each indicator in turn, led by the pages themselves."""
    page = client.get_page(f"/tham-dinh/{key}/chi-tieu/8.1")
    for code in INDICATORS:
        assert page.h1.startswith(code)
        form = {"verdict": verdicts.get(code, "pass"), "reason": f"Đã đối chiếu minh chứng của {code}."}
        page = client.post_form(page, f"/chi-tieu/{code}", form)
    return page


def test_the_whole_journey_by_plain_forms(site: Site) -> None:
    key = site.world.key
    official = site.client("official")
    assert official.get_page("/viec-cua-toi").link("Xã Quế Phú") == f"/ho-so/{key}"
    answer_everything(official, key)
    assert "đã điền 17 trên 17" in official.get_page(f"/ho-so/{key}").visible.casefold()

    page = sign_and_send(site)
    assert page.h1 == "Biên nhận hồ sơ xã Quế Phú"
    assert len(receipts(page)) == 1

    appraiser = site.client("appraiser")
    page = appraiser.get_page(appraiser.get_page("/tham-dinh").link("Xã Quế Phú"))
    appraiser.post_form(page, "/tiep-nhan")
    page = judge(appraiser, key, {"8.2": "return"})
    page = appraiser.post_form(page, "/tra-lai")
    assert "Trả lại bổ sung" in page.visible

    page = official.get_page(f"/ho-so/{key}/chi-tieu/8.2")
    assert "Đã đối chiếu minh chứng của 8.2." in page.visible
    official.post_form(page, "/chi-tieu/8.2", {"tu-so": "2.995", "giai-trinh": "Đã đối chiếu lại với nhà mạng."})
    assert len(set(receipts(sign_and_send(site)))) == 2

    appraiser.post_form(appraiser.get_page(f"/tham-dinh/{key}"), "/tiep-nhan")
    page = appraiser.get_page(f"/tham-dinh/{key}/chi-tieu/8.2")
    assert "Đã thay đổi so với lần gửi trước" in page.visible
    assert "2.998" in page.visible
    appraiser.post_form(page, "/chi-tieu/8.2", {"verdict": "pass", "reason": "Số đã đúng."})
    decision = {"number": "01/QĐ-UBND", "decided_on": "24/11/2026", "signer": "Nguyễn Văn Kiểm"}
    page = appraiser.post_form(appraiser.get_page(f"/tham-dinh/{key}"), "/quyet-dinh", decision)
    assert "01/QĐ-UBND" in page.visible

    office = site.client("office")
    page = office.post_form(office.get_page(f"/tham-dinh/{key}"), "/cong-bo")
    assert any("Đã công bố" in notice for notice in page.notices)
    seen_by_everybody(site.client(), "Xã Quế Phú", "Đạt")


def seen_by_everybody(client: PageClient, commune: str, outcome: str) -> None:
    assert commune in client.get_page("/").visible
    page = client.get_page("/xa/20650")
    assert page.h1 == "Xã Xuân Phú"
    assert commune in page.visible
    assert outcome in page.visible
    assert not any(inside in page.visible for inside in ("Người official", "Đã đối chiếu", "12/BC-UBND"))
    (row,) = [node for node in client.get_page("/ban-do").all("tr") if "Xã Xuân Phú" in "".join(node.itertext())]
    assert "Quế Phú" in "".join(row.itertext())
    assert outcome.casefold() in "".join(row.itertext()).casefold()


@pytest.mark.parametrize("person", ["", "official", "office"])
def test_the_published_result_reads_in_english_too(site: Site, person: str) -> None:
    site.do(lambda world: world.to("published"))
    client = site.client(person, "en")
    page = client.get_page("/xa/20650")
    assert "Published results" in page.visible
    assert "01/QĐ-MH" in page.visible
    assert client.get_page("/ban-do").lang == "en"


def test_a_commune_is_answered_and_sent_in_english(site: Site) -> None:
    key = site.world.key
    site.do(lambda world: world.complete())
    official = site.client("official", "en")
    page = official.get_page(f"/ho-so/{key}/chi-tieu/8.2")
    page = official.post_form(page, "/chi-tieu/8.2", {"tu-so": "88,7,1"}, 422)
    assert page.complaint("o-tu-so").startswith("To correct:")
    page = official.post_form(page, "/chi-tieu/8.2", {"tu-so": "2.998"})
    official.post_form(official.get_page(f"/ho-so/{key}/kiem-tra"), "/trinh-ky")
    chair = site.client("chair", "en")
    page = chair.post_form(chair.get_page(f"/ho-so/{key}/kiem-tra"), "/gui", {"password": "wrong"}, 422)
    assert "Error:" in page.complaint("password")
    assert "Receipt" in chair.post_form(page, "/gui", {"password": PASSWORD}).h1


def add_a_pilot(world: World) -> None:
    new = NewPilot(
        commune="Quế Phú",
        province_code="49",
        on=IN_2024,
        kind=Kind.SMART_COMMUNE,
        fields=("chuyen-doi-so",),
        status=PilotStatus.UNDER_REVIEW,
        status_note="",
        period="2022-2023",
        source="kế hoạch kiểm thử",
    )
    record_pilots(actor=world.people["office"], now=NOW, today=TODAY, pilots=(new,))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_pilot_has_a_page_that_the_registry_the_map_and_its_commune_lead_to(site: Site, language: str) -> None:
    site.do(add_a_pilot)
    client = site.client(language=language)
    (address,) = {link for link in client.get_page("/mo-hinh").links() if link.startswith("/mo-hinh/")}
    assert "kế hoạch kiểm thử" in client.get_page(address).visible
    for path in ("/ban-do", "/xa/20650"):
        assert address in client.get_page(path).links()
