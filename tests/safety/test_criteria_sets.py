"""Criteria sets against people and hands: drafts of others, races, a changed form, SQL itself."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from ruraldx.accounts.models import RoleGrant
from ruraldx.accounts.operations import create_person, grant_role
from ruraldx.accounts.permissions import Role
from ruraldx.audit.verify import verify
from ruraldx.criteria_sets import queries
from ruraldx.criteria_sets.models import CriteriaPublication, CriteriaVersion
from ruraldx.criteria_sets.operations import common, drafts, publishing, versions
from ruraldx.database import db, read_session, unit_of_work
from ruraldx.messages import Conflict, Refused
from ruraldx.places.queries import get_unit
from tests.clock import NOW
from tests.safety.conftest import Place
from tests.safety.test_races import together
from tests.sets import AMENDMENT, CODE, TEXT, publish_amendment, publish_text
from tests.world import IN_2024, PASSWORD, World

ADMIN = "/quan-tri/bo-tieu-chi"
TABLES = ("criteria_version", "criteria_publication", "criteria_retirement", "criteria_amendment")


def lived(world: World) -> None:
    """Every table has a row."""
    publish_text(world)
    publish_amendment(world)
    publishing.retire(actor=world.people["admin"], now=world.later(), code=CODE, number=1, reason="Có bộ mới")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_what_is_published_cannot_be_changed_or_deleted_by_sql(world: World, table: str, verb: str) -> None:
    lived(world)
    column = "sha256" if table in ("criteria_version", "criteria_amendment") else "version_id"
    statement = f"UPDATE {table} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM {table}"
    with pytest.raises(DatabaseError, match=f"ruraldx:{table}_no_{verb.lower()}"), unit_of_work() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("table", TABLES)
def test_the_switch_without_its_trigger_the_same_statement_passes(world: World, table: str) -> None:
    lived(world)
    column = "sha256" if table in ("criteria_version", "criteria_amendment") else "version_id"
    with unit_of_work(commit=False) as session:
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        session.execute(text(f"DROP TRIGGER {table}_no_update" + (f" ON {table}" if on_postgresql else "")))
        done = session.execute(text(f"UPDATE {table} SET {column} = {column}"))
        assert done.rowcount > 0  # type: ignore[attr-defined]


def test_a_version_that_a_round_uses_cannot_be_taken_away_by_code_either(world: World) -> None:
    names = [name for module in (drafts, publishing, versions) for name in dir(module)]
    assert not [
        name for name in names if name.startswith(("delete_version", "change_version", "unpublish", "delete_set"))
    ]
    with pytest.raises(DatabaseError), unit_of_work() as session:
        session.delete(session.scalars(select(CriteriaVersion)).first())


def publications() -> int:
    read_session().rollback()
    return read_session().scalar(select(func.count()).select_from(CriteriaPublication)) or 0


def test_of_eight_who_publish_one_draft_one_does(app: Flask, world: World) -> None:
    admin = world.people["admin"]
    key = drafts.start_from_file(actor=admin, now=NOW, name="a.yaml", content=TEXT.encode(), province=None)
    acts: list[Any] = [lambda: publishing.publish_draft(actor=admin, now=world.now, key=key, seen=1)] * 8
    results = together(app, acts)
    assert sum(isinstance(result, publishing.Published) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 7
    assert publications() == 1
    assert verify().holds


def test_of_two_texts_under_one_number_one_is_published(app: Flask, world: World) -> None:
    other = TEXT.replace("Tên chỉ tiêu", "Tên khác")

    def act(content: str) -> object:
        return publishing.publish_text(actor=world.people["admin"], now=world.now, name="x", content=content.encode())

    results = together(app, [lambda: act(TEXT), lambda: act(other), lambda: act(TEXT), lambda: act(other)])
    assert sum(isinstance(result, publishing.Published) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 3
    assert publications() == 1
    assert queries.versions_of(CODE)[0].number == 1


def test_of_two_amendments_with_one_number_one_is_published(app: Flask, world: World) -> None:
    publish_text(world)

    def act() -> object:
        return publishing.publish_amendment(
            actor=world.people["admin"], now=world.now, name="x", content=AMENDMENT.encode()
        )

    results = together(app, [act, act, act])
    assert sum(isinstance(result, publishing.Tried) for result in results) == 1


def test_the_switch_without_looking_a_second_publication_is_stopped_by_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operation looks first; where two look at once, the database has the last word, in a sentence."""
    publish_text(world)
    monkeypatch.setattr(versions, "version_row", lambda *_args: None)
    for name in ("_check_number", "_check_owner"):
        monkeypatch.setattr(publishing, name, lambda *_args: None)
    with pytest.raises(Conflict, match="vừa được người khác công bố"):
        publish_text(world, TEXT.replace("Tên chỉ tiêu", "Tên khác"))
    assert publications() == 1


@pytest.fixture
def drafted(place: Place) -> tuple[Place, str]:
    """A draft of Quảng Nam, and an administrator of another province who wants to see it."""
    place.app.config["WTF_CSRF_ENABLED"] = False
    keys: list[str] = []

    def make(world: World) -> None:
        person = create_person(actor_id=None, now=NOW, email="la@kiemthu.invalid", name="Lạ", password=PASSWORD)
        unit = get_unit("48", IN_2024, "province").id
        grant_role(actor_id=None, now=NOW, person_id=person, role=Role.ADMINISTRATOR, unit_id=unit, valid_from=NOW)
        admin = world.people["admin"]
        path = admin.grants[0].unit_path
        content = TEXT.replace("title: Bộ kiểm thử", "title: BÍ MẬT CỦA QUẢNG NAM").encode()
        keys.append(drafts.start_from_file(actor=admin, now=NOW, name="a.yaml", content=content, province=path))

    place.do(make)
    return place, keys[0]


def addresses(key: str) -> list[str]:
    base = f"{ADMIN}/soan/{key}"
    return [base, f"{base}/xem-truoc", f"{base}/cong-bo", f"{base}/chi-tieu/1.1.1", ADMIN]


def told(place: Place, key: str) -> list[str]:
    """Addresses at which the stranger reads something of the draft, or may act on it."""
    client = place.app.test_client()
    client.post("/dang-nhap", data={"email": "la@kiemthu.invalid", "password": PASSWORD})
    found = [path for path in addresses(key) if "BÍ MẬT" in client.get(path, follow_redirects=True).text]
    base = f"{ADMIN}/soan/{key}"
    for path in (base, f"{base}/xoa", f"{base}/cong-bo", f"{base}/chi-tieu/1.1.1"):
        done = client.post(path, data={"seen": "1", "content": "x", "name": "x"})
        found += [path] if done.status_code != 404 or "BÍ MẬT" in done.text else []
    return found


def test_a_draft_of_another_province_is_not_there(drafted: tuple[Place, str]) -> None:
    place, key = drafted
    assert told(place, key) == []
    with place.app.app_context():
        kept = db.session.execute(text("SELECT version FROM criteria_draft")).scalar_one()
        db.session.remove()
    assert kept == 1


def test_the_switch_without_the_place_of_a_grant_the_draft_is_there(
    drafted: tuple[Place, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, key = drafted
    with place.app.app_context():
        with unit_of_work() as session:
            session.execute(text("UPDATE criteria_draft SET province = NULL"))
        assert session.scalar(select(func.count()).select_from(RoleGrant))
        db.session.remove()
    assert told(place, key)


def test_a_form_that_names_more_sets_no_more(drafted: tuple[Place, str]) -> None:
    place, key = drafted
    secret = "KHÔNG AI ĐƯỢC GHI CHỮ NÀY"
    client = place.browser("admin")
    extra = dict.fromkeys(("province", "created_by", "updated_by", "key", "version", "sha256", "published_by"), secret)
    base = f"{ADMIN}/soan/{key}"
    assert client.post(base, data={**extra, "seen": "1", "content": TEXT}).status_code == 302
    form = {
        **extra,
        "seen": "2",
        "name": "Tên",
        "rule": secret,
        "code": secret,
        "document": secret,
        "threshold": secret,
    }
    assert client.post(f"{base}/chi-tieu/1.1.1", data=form).status_code == 302
    assert client.post(f"{base}/cong-bo", data={**extra, "seen": "3"}).status_code == 302
    with place.app.app_context():
        for table in (*TABLES, "criteria_draft", "audit_event"):
            found = db.session.execute(text(f"SELECT * FROM {table}")).all()
            assert secret not in str(found), table
        db.session.remove()


def test_a_place_that_is_not_the_persons_is_refused(drafted: tuple[Place, str]) -> None:
    place, _key = drafted
    client = place.browser("admin")
    for province in ("/", "/1/", "x", "%"):
        for path, data in (("/moi", {"code": "a", "title": "b"}), ("/tu-phien-ban", {"source": "xa-ntm-2021-2025@2"})):
            done = client.post(f"{ADMIN}{path}", data={**data, "province": province})
            assert done.status_code in (403, 404), (province, path)


@pytest.mark.parametrize("text_", ["<script>alert(1)</script>", "{{ 7*191 }}", "</textarea><img src=x>", "${1+1}"])
def test_what_authors_write_is_text_on_every_page(drafted: tuple[Place, str], text_: str) -> None:
    place, key = drafted
    client = place.browser("admin")
    content = TEXT.replace("name: Tên chỉ tiêu", f"name: '{text_}'").replace("target: Yêu cầu cũ", f"target: '{text_}'")
    content = content.replace("level: none", 'level: none\nprovince_code: "49"')
    assert client.post(f"{ADMIN}/soan/{key}", data={"seen": "1", "content": content}).status_code == 302
    for path in addresses(key):
        page = client.get(path).text
        assert text_ not in page or text_.startswith(("{{", "$")), path
        assert "1337" not in page, path
    assert client.post(f"{ADMIN}/soan/{key}/cong-bo", data={"seen": "2"}).status_code == 302
    public = place.app.test_client().get(f"/bo-tieu-chi/{CODE}/1").text
    assert text_ not in public or text_.startswith(("{{", "$"))


def test_names_of_people_are_not_public(drafted: tuple[Place, str]) -> None:
    place, _key = drafted
    place.do(lived)
    for path in ("/bo-tieu-chi", f"/bo-tieu-chi/{CODE}", f"/bo-tieu-chi/{CODE}/1", f"/bo-tieu-chi/{CODE}/1.json"):
        assert "Người admin" not in place.app.test_client().get(path).text


def test_the_permission_is_asked_by_the_act_and_not_only_by_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="quyền"):
        publish_text(world, who="office")
    # The switch: an act that asks nobody lets the same person through.
    monkeypatch.setattr(common, "allows", lambda *_args: True)
    with nullcontext():
        assert publish_text(world, who="office").number == 1
