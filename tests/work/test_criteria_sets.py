"""The life of a criteria set: draft, version, amendment, retirement, and the rounds that use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from ruraldx.accounts.operations import create_person, grant_role
from ruraldx.accounts.permissions import Principal, Role
from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.models import Round
from ruraldx.assessments.operations.rounds import open_round
from ruraldx.audit.models import AuditEvent
from ruraldx.audit.verify import verify
from ruraldx.catalog.canonical import canonical_bytes, sha256_of
from ruraldx.catalog.loader import CatalogError, load_shipped, parse_set
from ruraldx.catalog.text import to_yaml
from ruraldx.criteria_sets import queries
from ruraldx.criteria_sets.models import CriteriaDraft, CriteriaPublication, CriteriaVersion
from ruraldx.criteria_sets.operations import drafts, publishing
from ruraldx.criteria_sets.operations.common import NotInOrder
from ruraldx.criteria_sets.operations.drafts import DraftCollision
from ruraldx.criteria_sets.operations.versions import find_set
from ruraldx.criteria_sets.statuses import VersionStatus
from ruraldx.criteria_sets.uploads import READERS, text_of_upload
from ruraldx.database import Base, read_session
from ruraldx.messages import Conflict, Forbidden, Invalid, Message, NotFound, Refused
from ruraldx.places.queries import get_unit
from tests.clock import NOW
from tests.sets import AMENDMENT, CODE, NUMBER, TEXT, publish_amendment, publish_text
from tests.world import IN_2024, PASSWORD, SET, TODAY, World, new_round, unit_id

FIRST_DAY = date(2026, 7, 1)


def shown(number: int = NUMBER, on: date = TODAY, code: str = CODE) -> queries.VersionView:
    return queries.version_on(code, number, on)


def begin(world: World, text: str = TEXT, who: str = "admin", province: str | None = None) -> str:
    return drafts.start_from_file(
        actor=world.people[who], now=world.later(), name="bo.yaml", content=text.encode(), province=province
    )


def save(world: World, key: str, text: str, seen: int, who: str = "admin") -> int:
    return drafts.save_draft(actor=world.people[who], now=world.later(), key=key, seen=seen, content=text)


def publish(world: World, key: str, seen: int = 1, commit: bool = True) -> publishing.Published:
    return publishing.publish_draft(actor=world.people["admin"], now=world.later(), key=key, seen=seen, commit=commit)


def retire(world: World, code: str = CODE, number: int = NUMBER, who: str = "admin", **more: object) -> None:
    publishing.retire(
        actor=world.people[who],
        now=world.later(),
        code=code,
        number=number,
        **{"reason": "Có bộ mới", **more},  # type: ignore[arg-type]
    )


def open_with(world: World, words: str) -> str:
    units = [unit_id("Quế Phú")]
    criteria = queries.set_named(words)
    choices = {"15.1": "hoa-binh"} if criteria.code == SET else {}
    dimensions = {units[0]: {"vung": "khac"}} if criteria.dimensions else {}
    new = new_round(units, "Kỳ", world.now + timedelta(days=30))
    # A period of its own: a commune has one dossier in a set and period.
    year = 2010 + rows()["audit_event"] % 10
    new = replace(new, criteria=criteria, choices=choices, dimensions=dimensions, period_from=date(year, 1, 1))
    return open_round(actor=world.people["office"], now=world.later(), new=new)


def rows() -> dict[str, int]:
    session = read_session()
    session.rollback()
    names = [name for name in Base.metadata.tables if name.startswith("criteria_")] + ["audit_event"]
    return {name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0 for name in names}


def actions() -> list[str]:
    read_session().rollback()
    found = read_session().scalars(select(AuditEvent.action).order_by(AuditEvent.sequence))
    return [action for action in found if action.startswith("criteria.")]


@pytest.fixture
def stranger(world: World) -> Principal:
    """An administrator of another province."""
    person = create_person(actor_id=None, now=NOW, email="khac@kiemthu.invalid", name="Người khác", password=PASSWORD)
    place = get_unit("48", IN_2024, "province").id
    grant_role(actor_id=None, now=NOW, person_id=person, role=Role.ADMINISTRATOR, unit_id=place, valid_from=NOW)
    found = principal_of("khac@kiemthu.invalid", NOW)
    assert found is not None
    world.people["stranger"] = found
    return found


def path_of_quang_nam() -> str:
    return get_unit("49", IN_2024, "province").path


def test_a_draft_is_kept_as_typed_published_and_gone(world: World) -> None:
    key = begin(world)
    view = queries.draft(world.people["admin"], key)
    assert view.content == TEXT
    assert (view.row.code, view.row.number, view.row.title) == (CODE, NUMBER, "Bộ kiểm thử")
    assert publish(world, key).sha256 == sha256_of(parse_set("x", TEXT.encode()))
    assert shown().row.status is VersionStatus.PUBLISHED
    assert queries.drafts(world.people["admin"]) == ()
    publication = read_session().scalars(select(CriteriaPublication)).one()
    assert (publication.draft_key, publication.source_text) == (key, TEXT)
    assert publication.published_by == world.people["admin"].person_id
    assert actions() == ["criteria.draft_started", "criteria.published"]
    assert verify().holds


def test_the_content_of_a_version_is_the_canonical_text(world: World) -> None:
    publish_text(world)
    content = read_session().scalars(select(CriteriaVersion.content).where(CriteriaVersion.code == CODE)).one()
    assert content.encode() == canonical_bytes(parse_set("x", TEXT.encode()))


def test_without_commit_everything_is_tried_and_nothing_stays(world: World) -> None:
    key = begin(world)
    before = rows()
    assert publish(world, key, commit=False).number == NUMBER
    assert publish_text(world, commit=False).number == NUMBER
    retire(world, SET, 2, commit=False)
    assert rows() == before
    with pytest.raises(NotInOrder):
        publish_text(world, TEXT.replace("max_points: 10\n    groups", "max_points: 11\n    groups"), commit=False)
    assert rows() == before


def test_a_text_with_errors_is_not_published_and_all_of_them_are_named(world: World) -> None:
    wrong = TEXT.replace("verification: demo", "verification: sure").replace("target: Yêu cầu cũ\n", "\n")
    key = begin(world, wrong)
    with pytest.raises(NotInOrder) as refused:
        publish(world, key)
    assert len(refused.value.problems) == 2
    assert all(problem.line > 1 for problem in refused.value.problems)
    assert "Còn 2 lỗi" in str(refused.value)


def test_the_same_number_with_another_text_is_refused(world: World) -> None:
    publish_text(world)
    with pytest.raises(Conflict, match="Hãy tăng số phiên bản"):
        publish_text(world, TEXT.replace("Tên chỉ tiêu", "Tên khác"))
    with pytest.raises(Conflict, match="đã được công bố"):
        publish_text(world)
    assert publish_text(world, TEXT.replace("number: 1", "number: 2")).number == 2
    gap = _gap(world)
    with pytest.raises(Conflict, match="từ 10 trở lên"):
        publish_text(world, gap)


def _gap(world: World) -> str:
    """A number that was passed over and is free below the highest."""
    publish_text(world, TEXT.replace("number: 1\n", "number: 9\n", 1))
    return TEXT.replace("number: 1\n", "number: 5\n", 1)


def test_a_number_of_a_shipped_set_belongs_to_its_text(world: World) -> None:
    shipped = load_shipped()[SET]
    changed = to_yaml(shipped.model_copy(update={"title": "Khác"}))
    with pytest.raises(Conflict):
        publish_text(world, changed)
    assert publish_text(world, to_yaml(shipped)).sha256 == sha256_of(shipped)
    assert shown(shipped.number, code=SET).row.status is VersionStatus.PUBLISHED


def test_a_shipped_set_that_no_round_used_is_protected_as_well(world: World) -> None:
    code = next(code for code in load_shipped() if code != SET)
    changed = to_yaml(load_shipped()[code].model_copy(update={"title": "Khác"}))
    with pytest.raises(Conflict, match="Hãy ghi số phiên bản"):
        publish_text(world, changed)


def test_a_code_stays_with_the_country_or_the_province_whose_it_is(world: World) -> None:
    shipped = load_shipped()[SET]
    taken = shipped.model_copy(update={"number": shipped.number + 1, "province_code": "49"})
    with pytest.raises(Conflict, match="phạm vi khác"):
        publish_text(world, to_yaml(taken))


def test_who_is_no_administrator_of_the_place_publishes_and_sees_nothing(world: World, stranger: Principal) -> None:
    of_49 = TEXT.replace("level: none", 'level: none\nprovince_code: "49"')
    key = begin(world, of_49, province=path_of_quang_nam())
    before = rows()
    for who in ("office", "official", "leader", "stranger"):
        actor = world.people[who]
        for act in (
            lambda a=actor: drafts.save_draft(actor=a, now=NOW, key=key, seen=1, content="x"),
            lambda a=actor: drafts.delete_draft(actor=a, now=NOW, key=key, seen=1),
            lambda a=actor: publishing.publish_draft(actor=a, now=NOW, key=key, seen=1),
            lambda a=actor: drafts.save_indicator(actor=a, now=NOW, key=key, seen=1, code="1.1.1", values={}),
            lambda a=actor: queries.draft(a, key),
        ):
            with pytest.raises(NotFound):
                act()
        assert queries.drafts(actor) == ()
        with pytest.raises(Forbidden):
            publish_text(world, of_49, who=who)
        with pytest.raises(Forbidden):
            begin(world, province=path_of_quang_nam(), who=who)
    assert rows() == before
    publish(world, key)
    for who in ("office", "stranger"):
        with pytest.raises(Forbidden):
            retire(world, who=who)
        with pytest.raises(Forbidden):
            publish_amendment(world, who=who)


def test_a_draft_of_a_province_must_say_so(world: World) -> None:
    key = begin(world, province=path_of_quang_nam())
    with pytest.raises(Invalid, match="province_code"):
        publish(world, key)


def test_a_new_number_begins_with_the_text_of_the_old(world: World) -> None:
    publish_text(world)
    admin = world.people["admin"]
    key = drafts.start_from_version(actor=admin, now=world.later(), code=CODE, number=1, province=None)
    text = queries.draft(admin, key).content
    assert parse_set("x", text.encode()) == parse_set("x", TEXT.encode()).model_copy(update={"number": 2})
    assert publish(world, key).number == 2
    assert queries.predecessor_of(shown(2).criteria) == shown(1).criteria
    assert queries.predecessor_of(shown(1).criteria) is None
    assert queries.predecessor_of(load_shipped()[SET].model_copy(update={"number": 3})) == load_shipped()[SET]


def test_a_province_begins_its_own_set_from_a_national_one(world: World, stranger: Principal) -> None:
    admin, path = world.people["admin"], path_of_quang_nam()
    key = drafts.start_from_version(actor=admin, now=world.later(), code=SET, number=2, province=path)
    found = parse_set("x", queries.draft(admin, key).content.encode())
    assert (found.code, found.number, found.province_code) == (f"{SET}-49", 1, "49")
    assert found.extends is not None
    assert publish(world, key).code == f"{SET}-49"
    again = drafts.start_from_version(actor=admin, now=world.later(), code=f"{SET}-49", number=1, province=None)
    assert queries.draft(admin, again).row.province == path
    with pytest.raises(Forbidden):
        drafts.start_from_version(actor=stranger, now=world.later(), code=f"{SET}-49", number=1, province=None)
    with pytest.raises(NotFound):
        drafts.start_from_version(actor=admin, now=world.later(), code=SET, number=2, province="/khong/")


def test_a_blank_draft_is_in_order_for_the_country_and_for_a_province(world: World) -> None:
    admin = world.people["admin"]
    for code, province in (("bo-mot", None), ("bo-hai", path_of_quang_nam())):
        key = drafts.start_blank(actor=admin, now=world.later(), code=code, title='Bộ "mới": 1', province=province)
        assert queries.draft(admin, key).row.title == 'Bộ "mới": 1'
        assert publish(world, key).code == code


@pytest.mark.parametrize(
    ("code", "title", "place"), [("Bộ", "x", "code"), ("a" * 81, "x", "code"), ("a", " ", "title")]
)
def test_a_blank_draft_asks_for_a_code_and_a_title(world: World, code: str, title: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        drafts.start_blank(actor=world.people["admin"], now=NOW, code=code, title=title, province=None)
    assert refused.value.field == place


def test_a_set_that_builds_on_nothing_is_not_published(world: World) -> None:
    alone = TEXT.replace("level: none", "level: none\nextends: {code: khong-co, number: 1}")
    with pytest.raises(NotFound):
        publish_text(world, alone)


def test_a_set_written_as_changes_builds_on_a_published_one(world: World) -> None:
    publish_text(world)
    changes = (
        "code: bo-cua-tinh\nnumber: 1\ntitle: Bộ của tỉnh\nextends: {code: bo-kiem-thu, number: 1}\n"
        'province_code: "49"\nchanges:\n  - {kind: set, node: "1.1.1", field: target, old: Yêu cầu cũ, new: Của tỉnh}\n'
    )
    done = publish_text(world, changes)
    found = shown(1, code=done.code).criteria
    assert (found.indicators[0].target, found.province_code) == ("Của tỉnh", "49")
    with pytest.raises(CatalogError):
        parse_set("x", changes.encode())


def test_saving_needs_the_version_that_was_seen_and_gives_both_texts(world: World) -> None:
    key = begin(world)
    assert save(world, key, TEXT + "# một\n", 1) == 2
    with pytest.raises(DraftCollision) as refused:
        save(world, key, TEXT + "# hai\n", 1)
    assert refused.value.theirs == TEXT + "# một\n"
    assert (refused.value.version, refused.value.theirs_by) == (2, "Người admin")
    assert save(world, key, TEXT + "# hai\n", 2) == 3
    for act in (drafts.delete_draft, publishing.publish_draft):
        with pytest.raises(DraftCollision):
            act(actor=world.people["admin"], now=NOW, key=key, seen=1)


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * 1_000_001])
def test_a_draft_without_a_text_or_with_too_much_is_refused(world: World, text: str) -> None:
    key = begin(world)
    with pytest.raises(Invalid) as refused:
        save(world, key, text, 1)
    assert refused.value.field == "content"


def test_a_draft_keeps_its_name_while_the_text_cannot_be_read(world: World) -> None:
    key = begin(world)
    for seen, text in enumerate(("a: [", "- 1", "code: 5", "code: x\nnumber: 99999\ntitle: y"), 1):
        save(world, key, text, seen)
        assert queries.draft(world.people["admin"], key).row.title == "Bộ kiểm thử"
    save(world, key, "code: ten-khac\r\nnumber: 4\r\ntitle: Tên khác", 5)
    view = queries.draft(world.people["admin"], key)
    assert (view.row.code, view.row.number, view.content) == (
        "ten-khac",
        4,
        "code: ten-khac\nnumber: 4\ntitle: Tên khác\n",
    )


def test_an_indicator_cannot_be_changed_by_its_form_while_the_text_cannot_be_read(world: World) -> None:
    key = begin(world, "a: [")
    with pytest.raises(Conflict, match="còn lỗi"):
        drafts.save_indicator(actor=world.people["admin"], now=NOW, key=key, seen=1, code="1.1.1", values={"name": "x"})


def test_points_may_be_changed_one_by_one_though_the_set_does_not_add_up_meanwhile(world: World) -> None:
    key, admin = begin(world), world.people["admin"]
    drafts.save_indicator(actor=admin, now=NOW, key=key, seen=1, code="1.1.1", values={"max_points": "12,5"})
    text = queries.draft(admin, key).content
    assert "max_points: 12.5" in text
    with pytest.raises(NotInOrder):
        publish(world, key, 2)
    drafts.save_indicator(actor=admin, now=NOW, key=key, seen=2, code="1.1.1", values={"max_points": "10"})
    assert publish(world, key, 3).number == 1


def test_a_retired_version_opens_no_round_and_rounds_that_have_it_keep_it(world: World) -> None:
    key = open_with(world, f"{SET}@2")
    retire(world, SET, 2)
    with pytest.raises(Conflict) as refused:
        open_with(world, f"{SET}@2")
    assert refused.value.code == "retired"
    with pytest.raises(NotFound):
        open_with(world, SET)
    assert read_session().scalars(select(Round.key).where(Round.key == key)).one() == key
    assert world.dossier().criteria.code == SET
    with pytest.raises(Conflict, match="đã ngừng"):
        retire(world, SET, 2)
    assert shown(2, code=SET).row.status is VersionStatus.RETIRED


def test_a_shipped_set_that_nobody_used_can_be_retired(world: World) -> None:
    code = next(code for code in load_shipped() if code != SET)
    number = load_shipped()[code].number
    retire(world, code, number)
    assert shown(number, code=code).row.status is VersionStatus.RETIRED


@pytest.mark.parametrize(
    ("more", "place"), [({"reason": " \u200b"}, "reason"), ({"on": TODAY + timedelta(days=9)}, "on")]
)
def test_retiring_needs_a_reason_and_a_day_that_has_come(world: World, more: dict[str, object], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        retire(world, SET, 2, **more)
    assert refused.value.field == place


def test_a_round_opens_with_the_newest_version_or_the_one_that_is_named(world: World) -> None:
    publish_text(world)
    publish_text(world, TEXT.replace("number: 1\n", "number: 2\n", 1))
    assert queries.set_named(CODE).number == 2
    assert queries.set_named(f"{CODE}@1").number == 1
    retire(world, number=2)
    assert queries.set_named(CODE).number == 1
    session = read_session()
    assert find_set(session, SET).number == find_set(session, SET, 2).number == 2
    for words in ("khong-co", f"{CODE}@7", f"{SET}@1"):
        with pytest.raises(NotFound):
            queries.set_named(words)
    for words in (f"{CODE}@", f"{CODE}@x", f"{CODE}@-1", f"{CODE}@123456"):
        with pytest.raises(Invalid):
            queries.set_named(words)


def test_an_amendment_changes_the_text_from_its_day_on_and_the_version_never(world: World) -> None:
    publish_text(world)
    tried = publish_amendment(world)
    assert tried.effective_from == FIRST_DAY
    before, after = shown(on=FIRST_DAY - timedelta(days=1)), shown(on=FIRST_DAY)
    assert (before.criteria.indicators[0].target, before.previous) == ("Yêu cầu cũ", None)
    assert after.criteria.indicators[0].target == "Yêu cầu mới"
    assert after.previous == before.criteria
    assert before.sha256 == after.sha256 == sha256_of(before.criteria)
    # Numbers of an amendment are as exact after the database as before it.
    assert str(after.criteria.indicators[0].rule.options[1].fraction) == "0.4"  # type: ignore[union-attr]
    assert actions() == ["criteria.published", "criteria.amended"]


def test_an_amendment_ends_and_the_old_text_returns(world: World) -> None:
    publish_text(world)
    publish_amendment(world, AMENDMENT.replace("2026-07-01", "2026-07-01\neffective_to: 2026-08-31"))
    assert shown(on=date(2026, 8, 31)).criteria.indicators[0].target == "Yêu cầu mới"
    later = shown(on=date(2026, 9, 1))
    assert later.criteria.indicators[0].target == "Yêu cầu cũ"
    assert later.previous is not None
    assert later.previous.indicators[0].target == "Yêu cầu mới"


def test_an_amendment_without_a_day_is_shown_and_not_applied_until_a_higher_number_gives_one(world: World) -> None:
    publish_text(world)
    undated = AMENDMENT.replace("effective_from: 2026-07-01\n", "")
    assert publish_amendment(world, undated).effective_from is None
    assert [each.code for each in shown().amendments] == ["sua-bo-kiem-thu"]
    assert shown().criteria.indicators[0].target == "Yêu cầu cũ"
    with pytest.raises(Conflict, match="Hãy ghi số 2"):
        publish_amendment(world)
    publish_amendment(world, AMENDMENT.replace("number: 1\nbase", "number: 2\nbase"))
    assert [each.number for each in shown().amendments] == [2]
    assert shown().criteria.indicators[0].target == "Yêu cầu mới"
    assert (
        publish_amendment(
            world,
            undated.replace("code: sua", "code: them")
            .replace("key: sua-doi", "key: them")
            .replace("number: 1\nbase", "number: 1\nafter: [sua-bo-kiem-thu]\nbase"),
        ).number
        == 1
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old: Yêu cầu cũ", "old: Khác hẳn"),
        ('node: "1.1.1"\n    field: target', 'node: "9.9"\n    field: target'),
        ("source: Dữ liệu kiểm thử\n", ""),
        ("new: 0.4", "new: 7"),
    ],
)
def test_an_amendment_that_does_not_fit_changes_nothing_and_says_where(world: World, old: str, new: str) -> None:
    publish_text(world)
    before = rows()
    with pytest.raises(NotInOrder) as refused:
        publish_amendment(world, AMENDMENT.replace(old, new))
    assert all(problem.line >= 1 for problem in refused.value.problems)
    assert rows() == before


def test_an_amendment_of_nothing_or_of_another_version_is_refused(world: World) -> None:
    with pytest.raises(NotFound):
        publish_amendment(world)
    publish_text(world)
    with pytest.raises(Invalid, match="phiên bản khác"):
        publishing.publish_amendment(
            actor=world.people["admin"], now=NOW, name="x", content=AMENDMENT.encode(), of=(CODE, 2)
        )


def test_the_amendments_that_come_with_the_platform_are_shown_with_what_was_published(world: World) -> None:
    view = shown(2, code=SET)
    assert any(each.code.startswith("qd-211") for each in view.amendments)
    sets, amendments = queries.known_sets()
    assert set(load_shipped()) <= set(sets)
    assert {each.code for each in view.amendments} <= {each.code for each in amendments}
    publish_text(world)
    publish_amendment(world)
    assert CODE in queries.known_sets()[0]
    assert "sua-bo-kiem-thu" in {each.code for each in queries.known_sets()[1]}


def test_the_operator_of_the_server_publishes_amends_and_retires_without_an_account(world: World) -> None:
    content = TEXT.replace("level: none", 'level: none\nprovince_code: "48"').encode()
    publishing.publish_text(actor=None, now=world.later(), name="x", content=content)
    publishing.publish_amendment(actor=None, now=world.later(), name="x", content=AMENDMENT.encode())
    publishing.retire(actor=None, now=world.later(), code=CODE, number=1, reason="Thử")
    events = read_session().scalars(select(AuditEvent.actor_id).where(AuditEvent.action.like("criteria.%"))).all()
    assert events == [None, None, None]


def test_another_kind_of_file_needs_one_more_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, ".xlsx", lambda _name, _content: TEXT)
    assert text_of_upload("Bộ.XLSX", b"PK") == TEXT
    with pytest.raises(Invalid, match="đuôi"):
        text_of_upload("bo.docx", b"PK")

    def unreadable(_name: str, _content: bytes) -> str:
        raise Invalid(Message("Trang _content, ô B3: sai."), field="file")

    monkeypatch.setitem(READERS, ".xlsx", unreadable)
    with pytest.raises(Refused, match="B3"):
        drafts.start_from_file(actor=world.people["admin"], now=NOW, name="bo.xlsx", content=b"PK", province=None)
    assert read_session().scalar(select(func.count()).select_from(CriteriaDraft)) == 0
