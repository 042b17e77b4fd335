"""A file comes out as it went in: saved and never shown, under a harmless name, to those who may have it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from ruraldx.assessments import evidence_views
from ruraldx.assessments.queries import records
from ruraldx.assessments.sealed_models import Document
from ruraldx.database import unit_of_work
from tests.safety.conftest import Place
from tests.world import pdf_bytes

NAMES = {
    "báo cáo chuyển đổi số.pdf": "báo cáo chuyển đổi số.pdf",
    "ĐẶC KHU HOÀNG SA – ảnh «gốc».pdf": "ĐẶC KHU HOÀNG SA – ảnh «gốc».pdf",
    'a"b;c\\d.pdf': "d.pdf",
    "x\u202efdp.exe": "xfdp.pdf",
    "../../../etc/passwd": "passwd.pdf",
    "..\\..\\boot.ini": "boot.pdf",
    "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie x=1.pdf",
    "<script>alert(1)</script>.html": "script.pdf",
    "NUL.pdf": "_NUL.pdf",
    "%2e%2e%2fx.pdf": "%2e%2e%2fx.pdf",
}


@pytest.fixture
def client(place: Place) -> FlaskClient:
    place.app.config["WTF_CSRF_ENABLED"] = False
    return place.browser("official")


def attach(place: Place, client: FlaskClient, name: str, note: str) -> str:
    """Send a file with a name of any kind, as a program would, and return the key of the document."""
    body = pdf_bytes(note=note)
    edge = "ranh-gioi"
    head = f"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''{quoted(name)}\r\n"
    data = (
        (
            f'--{edge}\r\nContent-Disposition: form-data; name="summary"\r\n\r\nBáo cáo\r\n'
            f"--{edge}\r\n{head}Content-Type: text/html\r\n\r\n"
        ).encode()
        + body
        + f"\r\n--{edge}--\r\n".encode()
    )
    done = client.post(
        f"/ho-so/{place.world.key}/chi-tieu/8.1/minh-chung",
        data=data,
        content_type=f"multipart/form-data; boundary={edge}",
    )
    assert done.status_code == 302, done.text
    found: list[str] = []
    place.do(lambda world: found.extend(doc.key for doc in world.dossier().indicator("8.1").documents))
    return found[-1]


def quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


def get(place: Place, client: FlaskClient, document: str, key: str = "") -> TestResponse:
    return client.get(f"/ho-so/{key or place.world.key}/minh-chung/{document}")


def name_of(response: TestResponse) -> str:
    """The name a browser would give (RFC 6266: the extended form counts)."""
    header = response.headers["Content-Disposition"]
    assert header.isascii()
    if found := re.search(r"filename\*=UTF-8''([^;]+)", header):
        return unquote(found[1])
    found = re.search(r'filename="?([^";]+)"?', header)
    assert found
    return found[1]


def test_a_file_is_saved_and_never_shown(place: Place, client: FlaskClient) -> None:
    response = get(place, client, attach(place, client, "a.html", "x"))
    headers = response.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Type"] == "application/pdf", "as it was found, not as the sender said"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "private, no-store"
    assert response.data == pdf_bytes(note="x")
    response.close()


def test_a_name_comes_out_harmless(place: Place, client: FlaskClient) -> None:
    found = {}
    for number, name in enumerate(NAMES):
        response = get(place, client, attach(place, client, name, str(number)))
        found[name] = name_of(response)
        assert "Set-Cookie" not in response.headers or "x=1" not in response.headers["Set-Cookie"]
        response.close()
    assert found == NAMES
    for name in found.values():
        assert unicodedata.is_normalized("NFC", name)
        assert not re.search(r'[\x00-\x1f\x7f"\\/<>|\u202a-\u202e\u2066-\u2069]', name)


def test_the_switch_a_name_taken_as_it_came_is_noticed(
    place: Place, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ruraldx.assessments.evidence.safe_name", lambda name, _extension: name)
    response = get(place, client, attach(place, client, "x\u202efdp.exe", "x"))
    assert "\u202e" in name_of(response)
    response.close()


def test_the_switch_a_file_that_is_shown_is_noticed(
    place: Place, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_file = evidence_views.send_file
    monkeypatch.setattr(
        evidence_views, "send_file", lambda path, **options: send_file(path, **{**options, "as_attachment": False})
    )
    response = get(place, client, attach(place, client, "a.pdf", "x"))
    assert response.headers["Content-Disposition"].startswith("inline")
    response.close()


def reach(place: Place, document: str) -> dict[str, int]:
    """What each person gets for a document of Quế Phú, under its own key and under that of the neighbours."""
    found = {}
    for who in ("official", "chair", "neighbour", "appraiser", "leader", "admin", ""):
        browser = place.browser(who)
        for name, key in (("own", place.world.key), ("other", place.world.neighbour_key)):
            response = get(place, browser, document, key)
            found[f"{who or 'visitor'} {name}"] = response.status_code
            response.close()
    return found


REACH = {
    "official own": 200, "official other": 404, "chair own": 200, "chair other": 404, "neighbour own": 404,
    "neighbour other": 404, "appraiser own": 200, "appraiser other": 404, "leader own": 200, "leader other": 404,
    "admin own": 403, "admin other": 403, "visitor own": 302, "visitor other": 302,
}  # fmt: skip


def test_a_document_is_found_only_under_its_own_dossier(
    place: Place, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = attach(place, client, "a.pdf", "x")
    assert reach(place, document) == REACH
    # The switch: a look-up by the document alone gives it to the neighbours under their own dossier.
    select = records.select

    class Anywhere:
        """The statement without the dossier."""

        def __init__(self, *columns: object) -> None:
            self.statement = select(*columns)

        def where(self, *_conditions: object) -> object:
            return self.statement.where(Document.key == document)

    monkeypatch.setattr(records, "select", Anywhere)
    monkeypatch.setattr(records, "find_assessment", lambda *_arguments: (Document(id=0), None, None))
    response = get(place, place.browser("neighbour"), document, place.world.neighbour_key)
    assert response.status_code == 200
    response.close()


@pytest.mark.parametrize(
    "path",
    ["../../ruraldx.sqlite3", "..%2f..%2fruraldx.sqlite3", "%00", "x" * 16, "0" * 64, "%2e%2e", "...............\\"],
)
def test_no_path_leads_to_another_file(place: Place, client: FlaskClient, path: str) -> None:
    response = client.get(f"/ho-so/{place.world.key}/minh-chung/{path}")
    assert response.status_code in (400, 404)
    assert b"SQLite" not in response.data


def test_a_row_with_a_forged_hash_leads_nowhere(place: Place, client: FlaskClient) -> None:
    document = attach(place, client, "a.pdf", "x")
    place.do(lambda _world: _forge("../../ruraldx.sqlite3"))
    response = get(place, client, document)
    assert response.status_code >= 400
    assert b"SQLite" not in response.data


def _forge(sha256: str) -> None:
    with unit_of_work() as session:
        session.execute(text("UPDATE document SET sha256 = :sha"), {"sha": sha256})


def test_a_file_that_is_gone_is_said_to_be_gone(place: Place, client: FlaskClient) -> None:
    document = attach(place, client, "a.pdf", "x")
    place.do(lambda _world: _forge("0" * 64))
    response = get(place, client, document)
    assert response.status_code == 404
    assert "Tệp minh chứng không còn trên máy chủ" in response.text
