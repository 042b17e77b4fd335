"""What is typed into an indicator: read exactly, or explained at its field with everything kept."""

from __future__ import annotations

from typing import Any

import pytest

from ruraldx.assessments.operations import answers
from ruraldx.catalog import fields
from ruraldx.catalog.fields import Field, FieldKind
from ruraldx.database import db
from tests.pages.checks import text_of
from tests.pages.client import Page, PageClient
from tests.pages.conftest import Site
from tests.world import full_answers

# What a percentage, a count and a date are read as; None: refused. Written by hand from the rules of reading:
# a comma or a point is the decimal mark, what could be read two ways is refused, thousands only where whole.
READINGS: dict[str, dict[str, str | None]] = {
    "ty-le-cong-bo": {
        "88,7": "88.7", "88.7": "88.7", "88,7%": "88.7", "88,7 %": "88.7", ">98%": ">98", "≥ 98,5": "≥98.5",
        "８８，７": "88.7", "0": "0", "100": "100", "0,125": "0.125", "1.234,5": "1234.5",
        "1.234": None, "1,234": None, "-1": None, "1e9": None, "88,7,1": None, "88..7": None, "tám mươi": None,
        "88,7 88": None, "½": None, "²": None, "NaN": None, "Infinity": None, "9" * 31: None, "> >5": None, "%": None,
    },
    "tu-so": {
        "2998": "2998", "2.998": "2998", "2 998": "2998", "２９９８": "2998", "2\u00a0998": "2998", "0": "0",
        "1.234.567": "1234567", "1000000000": "1000000000",
        "1000000001": None, "-1": None, "−1": None, "1e9": None, "88,7": None, "88.7": None, "2,998": None,
        "2.99": None, "2.998,0": None, "12.34.567": None, "0x10": None, "٣": None, "1_000": None, "=1+1": None,
    },
    "tinh-den": {
        "31/12/2024": "2024-12-31", "1/2/2024": "2024-02-01", "31-12-2024": "2024-12-31", "31.12.2024": "2024-12-31",
        "29/02/2024": "2024-02-29", "３１／１２／２０２４": "2024-12-31",
        "29/02/2023": None, "31/04/2024": None, "12/31/2024": None, "2024-12-31": None, "31/12/24": None,
        "hôm qua": None, "0/0/0": None, "31/12/1899": None, "31/12/2101": None, "31/12/20244": None,
    },
}  # fmt: skip
CASES = [(field, raw, value) for field, readings in READINGS.items() for raw, value in readings.items()]


@pytest.fixture(scope="module")
def ratio_fields() -> dict[str, Field]:
    from ruraldx.catalog.loader import load_shipped
    from tests.world import SET

    indicators = [i for c in load_shipped()[SET].criteria for i in c.indicators]
    (found,) = [i for i in indicators if i.code == "8.2"]
    return {field.code: field for field in fields.fields_of(found, {})}


@pytest.mark.parametrize(("code", "raw", "value"), CASES)
def test_a_text_has_one_reading_or_none(ratio_fields: dict[str, Field], code: str, raw: str, value: str | None) -> None:
    parsed = ratio_fields[code].parse(raw)
    assert parsed.value == value
    assert (parsed.error is None) == (value is not None)


def address(site: Site, code: str = "8.2") -> str:
    return f"/ho-so/{site.world.key}/chi-tieu/{code}"


def fill(client: PageClient, path: str, values: dict[str, Any], status: int = 200) -> Page:
    return client.post_form(client.get_page(path), path, values, status)


def stored(site: Site) -> list[tuple[Any, ...]]:
    with site.app.app_context(), db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT indicator_code, field_code, raw, value FROM answer ORDER BY 1, 2")
        return [tuple(row) for row in rows]


# Each kind of field on the page, each kind of wrong text, and what the person is told.
WRONG = [
    ("ty-le-cong-bo", "1.234", "hai cách"),
    ("ty-le-cong-bo", "-1", "không được nhỏ hơn 0"),
    ("ty-le-cong-bo", "1e9", "88,7"),
    ("tu-so", "88,7", "không phải là số nguyên"),
    ("tu-so", "88.7", "không phải là số nguyên"),
    ("tu-so", "-1", "không được nhỏ hơn 0"),
    ("tu-so", "1e9", "1234"),
    ("tu-so", "1000000001", "không được lớn hơn 1.000.000.000"),
    ("tinh-den", "31/02/2024", "Không có ngày"),
    ("tinh-den", "31/12/24", "ngày/tháng/năm"),
]


@pytest.mark.parametrize(("field", "raw", "told"), WRONG)
def test_a_wrong_value_is_explained_at_its_field_and_stays_as_typed(
    site: Site, field: str, raw: str, told: str
) -> None:
    client = site.client("official")
    page = fill(client, address(site), {**full_answers("8.2"), field: raw}, 422)
    assert told in page.complaint(f"o-{field}")
    assert page.value(field) == raw
    assert page.value("noi-cung-cap") == "Doanh nghiệp viễn thông"
    again = client.get_page(address(site))
    assert again.value(field) == raw, "it is still there tomorrow"
    assert told in again.complaint(f"o-{field}")


def test_what_was_read_is_shown_beside_what_was_typed(site: Site) -> None:
    page = fill(site.client("official"), address(site), {"tu-so": "２９９８", "ty-le-cong-bo": ">88.7%"})
    assert "đọc là 2.998" in page.visible
    assert "đọc là >88,7" in page.visible


def test_a_ticked_field_knows_only_its_own_words(site: Site) -> None:
    client = site.client("official")
    page = client.send(address(site, "8.1"), {"ket-qua": "có lẽ"}, 422)
    assert "Hãy chọn Có hoặc Không" in page.complaint("o-ket-qua")


@pytest.mark.parametrize("length", [10_001, 100_000])
def test_a_text_that_is_too_long_is_kept_on_the_page_and_nothing_of_the_form_is_saved(site: Site, length: int) -> None:
    client = site.client("official")
    long = "ệ" * length
    page = fill(client, address(site), {"tu-so": "2.998", "giai-trinh": long}, 422)
    assert "10.000 ký tự" in page.complaint("o-giai-trinh")
    assert (page.value("giai-trinh"), page.value("tu-so")) == (long, "2.998")
    assert stored(site) == []
    fill(client, address(site), {"giai-trinh": "ệ" * answers.LONGEST_TEXT})
    assert stored(site)[0][2] == "ệ" * 10_000


def test_two_editors_of_one_page_see_both_texts(site: Site) -> None:
    first, second = site.client("official"), site.client("colleague")
    mine, theirs = first.get_page(address(site)), second.get_page(address(site))
    first.post_form(mine, address(site), {"noi-cung-cap": "Bưu điện xã"})
    page = second.post_form(theirs, address(site), {"noi-cung-cap": "Nhà mạng", "tu-so": "5"}, 409)
    assert "người khác vừa sửa" in page.visible
    assert "Bưu điện xã" in page.visible
    assert page.value("noi-cung-cap") == "Nhà mạng"
    assert page.value("tu-so") == "5"
    second.post_form(page, address(site))
    assert first.get_page(address(site)).value("noi-cung-cap") == "Nhà mạng"


def test_a_dossier_that_was_closed_meanwhile_gives_back_what_was_typed(site: Site) -> None:
    client = site.client("official")
    page = client.get_page(address(site))
    site.do(lambda world: world.to("sent"))
    page = client.post_form(page, address(site), {"giai-trinh": "Một câu dài đã gõ.", "tu-so": "2.998"}, 409)
    assert "khóa" in page.visible
    assert "Một câu dài đã gõ." in page.visible
    assert "2.998" in page.visible


def test_the_list_is_one_button_away(site: Site) -> None:
    client = site.client("official")
    page = fill(client, address(site, "8.1"), {"ket-qua": "co", "tiep": "danh-sach"})
    assert page.h1 == "Hồ sơ xã Quế Phú"


@pytest.mark.parametrize("code", ["9.9", "15.3", "8", "8.2 ", "8.2'--", "x" * 21, "%00"])
@pytest.mark.parametrize("person", ["official", "appraiser"])
def test_a_code_that_is_no_indicator_is_not_found(site: Site, person: str, code: str) -> None:
    client = site.client(person)
    for path in (address(site, code), f"/tham-dinh/{site.world.key}/chi-tieu/{code}"):
        if person == "appraiser" or path.startswith("/ho-so"):
            assert client.get_page(path, 404).h1 == "Không tìm thấy trang"
    if person == "official":
        client.send(address(site, code), {"ket-qua": "co"}, 404)


def test_another_communes_dossier_is_not_found_and_tells_nothing(site: Site) -> None:
    client, key = site.client("neighbour"), site.world.key
    site.do(lambda world: world.complete())
    pages = ["", "/kiem-tra", "/bien-nhan", "/chi-tieu/8.2", "/minh-chung/" + "0" * 16]
    found = [client.get_page(f"/ho-so/{key}{rest}", 404) for rest in pages]
    acts: dict[str, dict[str, str]] = {
        "/chi-tieu/8.2": {"tu-so": "1"}, "/trinh-ky": {}, "/chi-tieu/8.2/minh-chung": {"summary": "a"},
    }  # fmt: skip
    found += [client.send(f"/ho-so/{key}{rest}", data, 404) for rest, data in acts.items()]
    found += [client.get_page("/ho-so/" + "0" * 16, 404)]
    told = {page.visible.replace(page.headers["X-Request-ID"], "") for page in found}
    assert not any("Quế Phú" in text or "2.998" in text for text in told)
    answer = client.send_json(f"/ho-so/{key}/chi-tieu/8.2/luu", {"field": "tu-so", "value": "1", "version": 0})
    assert answer.status_code == 404
    assert "Quế Phú" not in answer.text


BROKEN: list[tuple[str, Any, int]] = [
    ("no JSON", b"{", 400),
    ("nothing", b"", 400),
    ("a list", [], 400),
    ("a text", "tu-so", 400),
    ("null", None, 400),
    ("no version", {"field": "tu-so", "value": "1"}, 400),
    ("a version that is a text", {"field": "tu-so", "value": "1", "version": "0"}, 400),
    ("a version that is true", {"field": "tu-so", "value": "1", "version": True}, 400),
    ("a value that is a number", {"field": "tu-so", "value": 1, "version": 0}, 400),
    ("one key too many", {"field": "tu-so", "value": "1", "version": 0, "status": "sent"}, 400),
    ("a NUL", {"field": "tu-so", "value": "1\0", "version": 0}, 400),
    ("half a pair", b'{"field": "giai-trinh", "value": "\\ud800", "version": 0}', 400),
    ("nested without end", b"[" * 100_000, 400),
    ("deeply nested", b"[" * 60 + b"]" * 60, 400),
    ("an unknown field", {"field": "status", "value": "1", "version": 0}, 404),
    ("a field of another indicator", {"field": "ket-qua", "value": "co", "version": 0}, 404),
    ("a long field", {"field": "x" * 5000, "value": "1", "version": 0}, 404),
    ("too long a text", {"field": "giai-trinh", "value": "a" * 100_000, "version": 0}, 422),
]


@pytest.mark.parametrize(("body", "status"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_an_autosave_that_is_not_in_order_is_refused_as_a_problem(site: Site, body: Any, status: int) -> None:
    answer = site.client("official").send_json(f"{address(site)}/luu", body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert len(answer.json["detail"]) < 250
    assert stored(site) == []


def test_an_autosave_says_what_it_read_or_what_is_wrong(site: Site) -> None:
    client = site.client("official")
    saved = client.send_json(f"{address(site)}/luu", {"field": "tu-so", "value": "2.998", "version": 0}).json
    assert (saved["state"], saved["version"], saved["reading"]) == ("saved", 1, "2.998")
    wrong = client.send_json(f"{address(site)}/luu", {"field": "tu-so", "value": "2,9", "version": 1}).json
    assert (wrong["state"], wrong["value"], wrong["version"]) == ("needs_fix", "2,9", 2)
    assert "số nguyên" in wrong["message"]
    late = client.send_json(f"{address(site)}/luu", {"field": "tu-so", "value": "7", "version": 1})
    assert late.status_code == 409
    assert (late.json["theirs"], late.json["yours"], late.json["theirs_by"]) == ("2,9", "7", "Người official")


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_a_form_with_what_no_keyboard_types_is_refused(site: Site, text: str) -> None:
    client = site.client("official")
    client.send(address(site), {"giai-trinh": text}, 400)
    client.send(address(site), {"a\0": "b"}, 400)
    assert stored(site) == []


def test_every_kind_of_field_is_among_the_cases(ratio_fields: dict[str, Field]) -> None:
    kinds = {ratio_fields[code].kind for code in READINGS}
    assert kinds == {FieldKind.PRINTED_PERCENT, FieldKind.INTEGER, FieldKind.DATE}


def test_whoever_signs_sees_the_percentage_that_comes_out_beside_its_two_numbers(site: Site) -> None:
    client, path = site.client("official"), f"/ho-so/{site.world.key}/kiem-tra"
    assert "Tỷ lệ hệ thống tính" not in client.get_page(path).visible, "nothing is computed from nothing"
    fill(client, address(site), full_answers("8.2"))
    (section,) = [node for node in client.get_page(path).all("section") if "8.2 Tỷ lệ" in text_of(node)]
    terms = [text_of(node) for node in section.iter("dt")]
    values = [text_of(node) for node in section.iter("dd")]
    position = terms.index("Tỷ lệ hệ thống tính")
    assert values[position - 2 : position + 1] == ["2.998", "3.500", "85,66 %"]


def test_an_explanation_that_may_be_obligatory_is_not_called_optional(site: Site) -> None:
    page = site.client("official").get_page(address(site))
    labels = {node.attrib.get("for"): text_of(node) for node in page.all("label")}
    assert labels["o-giai-trinh"] == "Giải trình"
    assert "Bắt buộc nếu chưa có minh chứng" in text_of(page.by_id("o-giai-trinh-hint"))
    assert labels["o-ty-le-cong-bo"].endswith("(không bắt buộc)"), "what may always stay empty still says so"
