"""A request sets what its form shows and nothing else, whatever more it names."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask, Request
from sqlalchemy import inspect as look_at
from sqlalchemy import select, text

from ruraldx.accounts.models import Person
from ruraldx.assessments.models import Assessment, Document
from ruraldx.assessments.operations import documents
from ruraldx.database import Base, db, read_session
from tests.safety.conftest import Place
from tests.world import PASSWORD, pdf_bytes

# Each table is compared but for what an honest act of this kind writes.
STAGES = {
    "an answer": "", "a document": "", "a signature request": "complete", "a sending": "awaiting",
    "a handing back": "awaiting", "a receiving": "sent", "a verdict": "received", "a return": "marked",
    "a decision": "appraised", "a publication": "decided", "a withdrawal": "published", "a password": "",
}  # fmt: skip
# What the forms themselves ask for under the name of a column.
ASKED_FOR = {"number", "signer", "note", "summary", "agency", "page", "reason", "issued_on", "decided_on", "verdict"}
SECRET = "KHÔNG AI ĐƯỢC GHI CHỮ NÀY"


def extras() -> dict[str, str]:
    """Every column of every table, and other spellings of what matters."""
    names = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    names |= {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    names |= {"role", "roles", "is_admin", "admin", "status[]", "person[id]", "__class__", "_method", "user_id"}
    return dict.fromkeys(sorted(names - ASKED_FOR), SECRET)


def version(place: Place) -> str:
    """The version of the dossier that a page would carry."""
    found: list[int] = []
    place.do(lambda world: found.append(world.dossier().version))
    return str(found[0])


def act(place: Place, kind: str) -> tuple[str, str, dict[str, Any]]:
    """(who, address, honest data) of one act."""
    key, seen = place.world.key, version(place)
    return {
        "an answer": ("official", f"/ho-so/{key}/chi-tieu/8.1", {"ket-qua": "co", "ket-qua-phien-ban": "0"}),
        "a document": (
            "official",
            f"/ho-so/{key}/chi-tieu/8.1/minh-chung",
            {"file": (io.BytesIO(pdf_bytes()), "a.pdf"), "summary": "Báo cáo"},
        ),
        "a signature request": ("official", f"/ho-so/{key}/trinh-ky", {"seen": seen}),
        "a sending": (
            "chair",
            f"/ho-so/{key}/gui",
            {"password": PASSWORD, "once": "một lần bấm nút gửi", "seen": seen},
        ),
        "a handing back": ("chair", f"/ho-so/{key}/chuyen-lai", {"reason": "Thiếu số liệu", "seen": seen}),
        "a receiving": ("appraiser", f"/tham-dinh/{key}/tiep-nhan", {}),
        "a verdict": (
            "appraiser",
            f"/tham-dinh/{key}/chi-tieu/8.1",
            {"verdict": "fail", "reason": "Chưa đủ", "seen-submission": "1", "seen-verdict": "0"},
        ),
        "a return": ("appraiser", f"/tham-dinh/{key}/tra-lai", {"seen": seen}),
        "a decision": (
            "appraiser",
            f"/tham-dinh/{key}/quyet-dinh",
            {"number": "1/QĐ", "decided_on": "20/11/2026", "signer": "A", "seen": seen},
        ),
        "a publication": ("office", f"/ho-so/{key}/cong-bo", {"seen": seen}),
        "a withdrawal": ("office", f"/ho-so/{key}/go-cong-bo", {"reason": "Nhầm", "seen": seen}),
        "a password": (
            "official",
            "/tai-khoan",
            {"current_password": PASSWORD, "new_password": "một câu khác hẳn", "repeated": "một câu khác hẳn"},
        ),
    }[kind]


def bring(place: Place, stage: str) -> None:
    """Bring the dossier to where an act is possible."""

    def go(world: Any) -> None:
        if stage in ("awaiting", "marked"):
            world.to("complete" if stage == "awaiting" else "received")
        elif stage:
            world.to(stage)
        if stage == "marked":
            world.appraise({"8.1": "return"})

    place.do(go)
    if stage == "awaiting":
        place.browser("official").post(f"/ho-so/{place.world.key}/trinh-ky", data={"seen": version(place)})


def rows(app: Flask) -> dict[str, list[dict[str, Any]]]:
    with app.app_context(), db.engine.connect() as connection:
        names = look_at(connection).get_table_names()
        return {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()] for name in names
        }


def written(place: Place, kind: str, data: dict[str, Any]) -> list[str]:
    """Where the word of the extras got to."""
    who, address, honest = act(place, kind)
    client = place.browser(who)
    done = client.post(address, data={**data, **honest}, content_type="multipart/form-data")
    assert done.status_code == 302, f"{kind}: {done.status_code}"
    found = rows(place.app)
    return [f"{table}.{name}" for table in found for row in found[table] for name, v in row.items() if SECRET in str(v)]


# What may never follow from a request of another kind: these columns, taken from the whole database.
GUARDED = """
    SELECT 'person', id, email, name, is_active, is_demo FROM person
    UNION ALL SELECT 'grant', id, role, '', person_id, unit_id FROM role_grant
    UNION ALL SELECT 'assessment', id, key, unit_path, round_id, unit_id FROM assessment
"""


def guarded(place: Place) -> list[tuple[Any, ...]]:
    with place.app.app_context(), db.engine.connect() as connection:
        statements = [part.strip().removeprefix("UNION ALL ") for part in GUARDED.strip().splitlines()]
        return [tuple(row) for line in statements for row in connection.execute(text(f"{line} ORDER BY 2"))]


@pytest.fixture
def open_place(place: Place) -> Place:
    place.app.config["WTF_CSRF_ENABLED"] = False
    return place


def test_there_are_many_names_to_try() -> None:
    assert {"status", "unit_id", "is_active", "password_hash", "decided_at", "person.is_demo"} <= set(extras())
    assert len(extras()) > 200


@pytest.mark.parametrize("kind", STAGES)
def test_what_a_form_does_not_ask_for_is_not_written(open_place: Place, kind: str) -> None:
    bring(open_place, STAGES[kind])
    before = guarded(open_place)
    assert written(open_place, kind, extras()) == []
    assert guarded(open_place) == before


@pytest.mark.parametrize("value", ["1", "published"])
def test_values_that_would_fit_a_column_are_not_written_either(open_place: Place, value: str) -> None:
    bring(open_place, "")
    before = guarded(open_place)
    for kind in ("an answer", "a document"):
        written(open_place, kind, dict.fromkeys(extras(), value))
    assert guarded(open_place) == before
    with open_place.app.app_context():
        row = read_session().scalars(select(Assessment).where(Assessment.key == open_place.world.key)).one()
        assert (row.status, row.submissions, row.appraiser_id) == ("draft", 0, None)
        document = read_session().scalars(select(Document)).one()
        assert (document.media_type, document.removed_at, document.indicator_code) == ("application/pdf", None, "8.1")


def test_json_with_one_name_more_is_refused_whole(open_place: Place) -> None:
    client = open_place.browser("official")
    address = f"/ho-so/{open_place.world.key}/chi-tieu/8.1/luu"
    honest = {"field": "ket-qua", "value": "co", "version": 0}
    before = rows(open_place.app)["answer"]
    for name in extras():
        if name not in honest:
            assert client.post(address, json={**honest, name: 1}).status_code == 400, name
    for body in ([honest], "x", 1, None, {**honest, "version": True}, {**honest, "version": "0"}, {"field": "ket-qua"}):
        assert client.post(address, json=body).status_code == 400
    assert rows(open_place.app)["answer"] == before
    assert client.post(address, json=honest).status_code == 200


def test_the_switch_a_view_that_writes_what_comes_is_noticed(
    open_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = documents._row

    def greedy(*arguments: Any) -> Document:
        row = made(*arguments)
        request: Request = documents_request()
        for name in ("page", "agency", "filename", "number"):
            setattr(row, name, request.form.get(f"document.{name}", ""))
        return row

    monkeypatch.setattr(documents, "_row", greedy)
    found = written(open_place, "a document", extras())
    assert set(found) == {"document.page", "document.agency", "document.filename", "document.number"}


def documents_request() -> Request:
    from flask import request

    return request


def test_the_columns_that_are_compared_exist() -> None:
    assert {"is_active", "is_demo"} <= {column.name for column in Person.__table__.columns}
