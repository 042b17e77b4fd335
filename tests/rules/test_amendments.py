"""Amendments: operations on named nodes, each with what it expects; the consolidated text on a day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruraldx.catalog.amendments import (
    Amendment,
    apply,
    chain_problems,
    consolidated,
    in_force,
    parse_amendment,
    waiting,
)
from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.loader import AMENDING, CatalogError, load_amendments, load_shipped, nobody, parse_set
from ruraldx.catalog.reading import Text
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.text import to_yaml
from tests.rules.making import (
    DOCUMENT,
    alternative,
    boolean,
    composite,
    criteria_set,
    indicator,
    pass_fail,
    province_set,
    ratio,
    threshold,
)

Part = dict[str, Any]
DAY = date(2024, 3, 1)
BY_REGION = {"dimension": "vung", "values": {"a": threshold("50"), "b": threshold("80", "secondary")}}
BASE = criteria_set(
    {
        "8": [
            indicator(composite("n_of", boolean("x"), boolean("y"), at_least=1)),
            indicator(ratio(BY_REGION), "8.2", note="Cũ"),
            indicator(pass_fail(), "8.3", verification="demo"),
        ],
        "15": [indicator(province_set(alternative("mot", pass_fail())), "15.1"), indicator(pass_fail(), "15.2")],
    },
    dimensions={"vung": {"a": "Miền núi", "b": "Còn lại"}},
)
HEAD = """\
code: sua-1
number: 1
base_code: bo
base_number: 1
document:
  key: sua
  number: 2/QĐ
  issued_on: 2024-02-01
  agency: Cơ quan
  title: Sửa đổi
effective_from: 2024-03-01
verification: text_seen
source: Công báo
operations:
"""
FIRST = HEAD.count("\n") + 1


def written(*operations: str, head: str = HEAD) -> Amendment:
    """An amendment of these operations, each one line of YAML from the line ``FIRST`` on."""
    text = head + "".join(f"  - {{{operation}}}\n" for operation in operations)
    return parse_amendment("sua.yaml", text.encode())


def made(code: str, *operations: Part, start: date | None = DAY, **changes: Any) -> Amendment:
    """An amendment that was read from no text."""
    document = {**DOCUMENT, "key": code, "number": f"{code}/QĐ"}
    return Amendment.model_validate(
        {
            "code": code, "number": 1, "base_code": "bo", "base_number": 1, "document": document,
            "effective_from": start, "verification": "text_seen", "source": "Nguồn",
            "operations": operations or [{"kind": "note", "node": "8", "note": "Chưa xem"}], **changes,
        }
    )  # fmt: skip


def setting(node: str, field: str, old: Any, new: Any) -> Part:
    return {"kind": "set", "node": node, "field": field, "old": old, "new": new}


def refused(base: CriteriaSet, amendment: Amendment) -> list[str]:
    before = canonical_bytes(base)
    with pytest.raises(CatalogError) as caught:
        apply(base, amendment)
    assert canonical_bytes(base) == before
    return [str(problem) for problem in caught.value.problems]


def nodes(criteria: CriteriaSet) -> dict[str, Any]:
    return {item.code: item for item in criteria.indicators}


def test_each_operation_does_what_its_name_says() -> None:
    new = indicator(pass_fail("Mới"), "8.4").model_dump_json(exclude_defaults=True)
    group = '{"code": "16", "name": "Nhóm mới", "to_fill": "Chưa có"}'
    amendment = written(
        'kind: set, node: "8.1", field: target, old: Đạt, new: Đạt cả',
        'kind: set, node: "8.1", field: rule.conditions.y.label, old: y, new: Ý',
        'kind: set, node: "8.2", field: rule.threshold.values.b.value, old: 80.0, new: 85.5',
        'kind: set, node: "8.2", field: rule.threshold.values.b, '
        "old: {value: 85.5, verification: secondary, source: Nguồn ngưỡng}, new: {value: 90, verification: text_seen}",
        'kind: set, field: title, old: Bộ, new: Bộ đã sửa',
        "kind: set, field: period_to, old: 2025-12-31, new: 2026-06-30",
        "kind: set, field: dimensions.vung.c, old: null, new: Hải đảo",
        'kind: set, node: "8.2", field: rule.threshold.values.c, old: null, new: {value: 10, verification: demo}',
        f'kind: insert, under: "8", after: "8.2", indicator: {new}',
        f'kind: insert, under: "15", indicator: {new.replace("8.4", "15.0")}',
        f'kind: insert, after: "15", group: {group}',
        f'kind: insert, under: "16", group: {group.replace("16", "16a")}',
        'kind: remove, node: "8.3", name: Chỉ tiêu',
        'kind: rename, node: "8.4", code: "8.3"',
        'kind: rename, node: "15", code: "14"',
        "kind: set_document, document: {key: khac, number: 3/QĐ, agency: A, title: B}",
        "kind: set_document, replaces: 1/QĐ, "
        "document: {key: van-ban, number: 1a/QĐ, agency: A, title: B, text_seen: true}",
    )  # fmt: skip
    result = apply(BASE, amendment)
    items = nodes(result)
    assert list(items) == ["8.1", "8.2", "8.3", "15.0", "15.1", "15.2"]
    assert items["8.1"].target == "Đạt cả"
    assert items["8.1"].rule.conditions[1].label == "Ý"
    values = items["8.2"].rule.threshold.values
    assert {name: str(bar.value) for name, bar in values.items()} == {"a": "50", "b": "90", "c": "10"}
    assert values["b"].verification == "text_seen"
    assert items["8.3"].rule.question == "Mới"
    assert (result.title, result.period_to) == ("Bộ đã sửa", date(2026, 6, 30))
    assert [node.code for node in result.criteria] == ["8", "14", "16"]
    assert [node.code for node in result.criteria[2].groups] == ["16a"]
    assert [document.number for document in result.documents] == ["1a/QĐ", "2/QĐ", "3/QĐ"]
    assert (result.code, result.number) == (BASE.code, BASE.number)
    assert result.note == "Đã hợp nhất 2/QĐ (Cơ quan), sua-1 v1, từ 01/03/2024."
    assert parse_set("bo.yaml", to_yaml(result).encode()) == result


def test_a_part_of_a_list_without_codes_is_named_by_its_position() -> None:
    quantity = {"kind": "count", "label": "Số", "unit": "lần"}
    bands = {"kind": "bands", "quantity": quantity, "bands": [{"below": 2, "points": 0}, {"at_least": 2, "points": 5}]}
    base = criteria_set(
        {"1": [indicator(bands, "1.1", max_points=5)]}, total_points=5,
    )  # fmt: skip
    criterion = base.criteria[0].model_copy(update={"max_points": base.total_points})
    base = base.model_copy(update={"criteria": (criterion,)})
    result = apply(
        base,
        made(
            "sua", setting("1.1", "rule.bands.1.below", 2, 3), setting("1.1", "rule.bands.2.at_least", 2, 3),
            setting("1.1", "rule.quantity.label", "Số", "Số lần"),
        ),
    )  # fmt: skip
    assert [band.at_least for band in nodes(result)["1.1"].rule.bands] == [None, 3]
    assert refused(base, made("sua", setting("1.1", "rule.bands.1.below", 2, 3))) == [
        "sua:1: Khung điểm […; 3) và [2; …) chồng lên nhau."
    ]  # fmt: skip


REFUSED: dict[str, tuple[str, str]] = {
    "node nobody knows": ('kind: remove, node: "9.9", name: a', "không có mục hay chỉ tiêu mang mã 9.9."),
    "another name": ('kind: remove, node: "8.1", name: Khác', "8.1 có tên “Chỉ tiêu”, không phải “Khác”."),
    "another value": (
        'kind: set, node: "8.1", field: target, old: Khác, new: a',
        "Mục “target” của 8.1 hiện là “Đạt”, không phải “Khác”.",
    ),
    "nothing where something is": (
        'kind: set, node: "8.1", field: target, old: null, new: a', "hiện là “Đạt”, không phải để trống."
    ),
    "a long value": (
        f'kind: set, node: "8.1", field: target, old: {"a" * 99}, new: a', f"không phải “{'a' * 80}…”."
    ),
    "something where nothing is": (
        "kind: set, field: dimensions.vung.c, old: Khác, new: a",
        "của bộ tiêu chí hiện là để trống, không phải “Khác”.",
    ),
    "a group of values": (
        'kind: set, node: "8.1", field: rule, old: {kind: khac}, new: a',
        "hiện là một nhóm giá trị khác, không phải một nhóm giá trị khác.",
    ),
    "no such field": ('kind: set, node: "8.1", field: mau.sac, old: 1, new: 2', "Không có mục “mau.sac” ở 8.1."),
    "no such part": ('kind: set, node: "8.1", field: rule.conditions.9.label, old: 1, new: 2', "Không có mục “rule.c"),
    "no part of a text": ('kind: set, node: "8.1", field: name.a, old: 1, new: 2', "Không có mục “name.a” ở 8.1."),
    "a field nobody has": ('kind: set, node: "8.1", field: mau, old: null, new: 2', "Không có mục “mau” trong mẫu."),
    "a field of another operation": (
        'kind: set, node: "8.1", field: code, old: "8.1", new: "8.9"', "Không sửa “code” bằng “set”; hãy dùng thao tác"
    ),
    "a value that cannot be": (
        'kind: set, node: "8.1", field: verification, old: text_seen, new: sure', "Mục “verification” chỉ nhận một"
    ),
    "a threshold that cannot be": (
        'kind: set, node: "8.2", field: rule.threshold.values.a.value, old: 50, new: nhiều', "Mục “value” phải là số"
    ),
    "a code that cannot be": ('kind: rename, node: "8.1", code: "8-1"', "Mục “code” viết “8-1” là không đúng mẫu"),
    "a code that is taken": ('kind: rename, node: "8.1", code: "8.2"', "Mã chỉ tiêu 8.2 lặp lại."),
    "nothing to insert": ('kind: insert, under: "8"', "cần đúng một trong “indicator” và “group”."),
    "an indicator at the top": ("kind: insert, indicator: NEW", "Chỉ tiêu phải nằm trong một mục; hãy ghi “under”."),
    "below an indicator": ('kind: insert, under: "8.1", indicator: NEW', "8.1 là chỉ tiêu nên không chứa mục khác."),
    "after nobody": ('kind: insert, under: "8", after: "9", indicator: NEW', "Không có mục nào mang mã 9 ở cùng cấp."),
    "a document that is not there": (
        "kind: set_document, replaces: 9/QĐ, document: {key: m, number: a, agency: b, title: c}",
        "Bộ tiêu chí không có văn bản mang khóa “m”.",
    ),
    "a document that is there": (
        "kind: set_document, document: {key: van-ban, number: a, agency: b, title: c}",
        "Khóa “van-ban” đang là văn bản 1/QĐ; hãy ghi “replaces”.",
    ),
    "what does not hold together": (
        "kind: set, field: dimensions.vung.c, old: null, new: Đảo", "Ngưỡng theo “vung” không khớp danh mục"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_operation_that_does_not_fit_is_refused_in_a_sentence_with_its_line(name: str) -> None:
    operation, said = REFUSED[name]
    new = indicator(pass_fail(), "8.9").model_dump_json(exclude_defaults=True)
    (problem,) = refused(BASE, written('kind: note, node: "15.2", note: a', operation.replace("NEW", new)))
    line = FIRST - 1 if name == "what does not hold together" else FIRST + 1
    assert problem.startswith(f"sua.yaml:{line}: "), problem
    assert said in problem


def test_every_operation_that_does_not_fit_is_named_at_once() -> None:
    amendment = written('kind: rename, node: "9", code: "1"', 'kind: remove, node: "7", name: a')
    assert [problem.split(": ")[0] for problem in refused(BASE, amendment)] == [
        f"sua.yaml:{FIRST}", f"sua.yaml:{FIRST + 1}",
    ]  # fmt: skip


def test_what_an_operation_leaves_wrong_is_named_at_the_operation_that_touched_the_node() -> None:
    empty = written(
        'kind: set, node: "8.1", field: target, old: Đạt, new: a', 'kind: remove, node: "15.1", name: Chỉ tiêu',
        'kind: remove, node: "15.2", name: Chỉ tiêu', 'kind: set, node: "15", field: note, old: "", new: a',
    )  # fmt: skip
    assert refused(BASE, empty) == [
        f"sua.yaml:{FIRST + 3}: Mục 15 không có chỉ tiêu nào; hãy thêm, hoặc ghi “to_fill”."
    ]
    nothing = [{"kind": "remove", "node": node.code, "name": node.name} for node in BASE.criteria]
    assert refused(BASE, made("sua", *nothing)) == ["sua:1: Mục “criteria” cần ít nhất 1 phần."]
    item = indicator(pass_fail(), "8.9", source="").model_dump(mode="json", exclude_defaults=True)
    inserted = made("sua", {"kind": "insert", "under": "8", "indicator": item})
    assert refused(BASE, inserted) == ["sua:1: Chỉ tiêu 8.9 thiếu nguồn."]
    document = {**DOCUMENT, "text_seen": False}
    unseen = made("sua", {"kind": "set_document", "document": document, "replaces": "1/QĐ"})
    assert "Chỉ tiêu 8.1 ghi đã đối chiếu nhưng văn bản gốc chưa được xem." in refused(BASE, unseen)[0]


def test_a_code_of_a_node_and_of_an_indicator_is_not_guessed() -> None:
    base = criteria_set({"8": [indicator(pass_fail(), "8")]})
    (problem,) = refused(base, made("sua", setting("8", "name", "a", "b")))
    assert problem == "sua:1: Mã 8 vừa là mục vừa là chỉ tiêu nên không biết sửa phần nào."


def test_a_note_lowers_the_node_and_everything_below_it_to_unverified() -> None:
    result = nodes(apply(BASE, made("sua", {"kind": "note", "node": "8.2", "note": "Chưa xem"})))
    assert result["8.2"].note == "Cũ\nChưa xem"
    assert result["8.2"].verification == "unverified"
    assert {bar.verification for bar in result["8.2"].rule.threshold.values.values()} == {"unverified"}
    assert result["8.1"] == nodes(BASE)["8.1"]
    whole = apply(BASE, made("sua", {"kind": "note", "node": "15", "note": "Chưa xem"}))
    node = whole.criteria[1]
    assert (node.verification, node.note) == ("unverified", "Chưa xem")
    assert {item.verification for item in node.indicators} == {"unverified"}
    assert node.indicators[0].rule.alternatives[0].verification == "unverified"  # type: ignore[union-attr]
    assert whole.criteria[0] == BASE.criteria[0]


def test_a_note_on_the_set_lowers_all_of_it_and_what_is_made_up_stays_called_so() -> None:
    result = apply(BASE, made("sua", {"kind": "note", "note": "Chưa xem"}))
    assert result.note.endswith("\nChưa xem")
    degrees = {code: item.verification for code, item in nodes(result).items()}
    assert degrees.pop("8.3") == "demo"
    assert set(degrees.values()) == {"unverified"}


def test_an_amendment_changes_its_own_version_only() -> None:
    amendment = written('kind: note, node: "8.1", note: a')
    for changes in ({"number": 2}, {"code": "khac"}):
        other = BASE.model_copy(update=changes)
        assert refused(other, amendment) == [
            f"sua.yaml:3: Văn bản này sửa bo phiên bản 1, không phải {other.code} v{other.number}."
        ]
        assert consolidated(other, [amendment], DAY) is other


def test_the_document_of_an_amendment_is_in_the_set_once() -> None:
    known = BASE.model_copy(
        update={"documents": (*BASE.documents, BASE.documents[0].model_copy(update={"key": "sua", "number": "2/QĐ"}))}
    )
    amendment = written('kind: note, node: "8.1", note: a')
    assert [one.title for one in apply(known, amendment).documents] == ["Văn bản", "Sửa đổi"]
    other = BASE.model_copy(update={"documents": (BASE.documents[0].model_copy(update={"key": "sua"}),)})
    assert refused(other, amendment) == ["sua.yaml:6: Khóa “sua” đã dùng cho văn bản 1/QĐ."]


# Dates and chains


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("effective_from: 2024-03-01", "effective_from: 2024-01-01", 11, "có hiệu lực trước ngày ban hành."),
        ("verification:", "effective_to: 2024-02-29\nverification:", 12, "hết hiệu lực trước khi có hiệu lực."),
        ("effective_from: 2024-03-01", "effective_to: 2024-03-01", 11, "Có ngày hết hiệu lực thì phải có ngày"),
        ("source: Công báo", "source: ''", 13, "Mục “source” không được để trống."),
        ("base_number: 1", "base_number: một", 4, "Mục “base_number” phải là số nguyên"),
    ],
)
def test_a_head_that_cannot_be_is_named_by_line(old: str, new: str, line: int, said: str) -> None:
    with pytest.raises(CatalogError) as caught:
        written("kind: note, note: a", head=HEAD.replace(old, new))
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"sua.yaml:{line}: ")
    assert said in str(problem)


def after(code: str, *before: str, line: int = 1, **changes: Any) -> Amendment:
    """An amendment that comes after others, with a text of its own."""
    amendment = made(code, setting("8.1", "unit", "", code), after=before, **changes)
    amendment._text = Text(f"{code}.yaml", None, {("after",): line, ("after", 0): line, ("code",): 2})
    return amendment


CHAINS: dict[str, tuple[list[Amendment], list[str]]] = {
    "twice": ([after("a"), after("a", number=2)], ["a.yaml:2: Có hai văn bản sửa đổi cùng mã a."]),
    "unknown": ([after("a", "z", line=5)], ["a.yaml:5: Không có văn bản sửa đổi z của cùng phiên bản."]),
    "itself": ([after("a", "a", line=5)], ["a.yaml:5: Văn bản sửa đổi a nối thành vòng."]),
    "circle": (
        [after("a", "b", line=5), after("b", "c", line=6), after("c", "a", line=7)],
        [f"{code}.yaml:{line}: Văn bản sửa đổi {to} nối thành vòng." for code, line, to in ("a5b", "b6c", "c7a")],
    ),
    "circle further on": (
        [after("a", "b", line=5), after("b", "c", line=6), after("c", "b", line=7)],
        [f"{code}.yaml:{line}: Văn bản sửa đổi {to} nối thành vòng." for code, line, to in ("b6c", "c7b")],
    ),
    "before what it changes": (
        [after("a", start=date(2024, 5, 1)), after("b", "a", line=5)],
        ["b.yaml:5: Văn bản này có hiệu lực trước a (01/05/2024) mà nó sửa tiếp."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHAINS)
def test_amendments_that_contradict_each_other_are_refused_with_their_line(name: str) -> None:
    amendments, said = CHAINS[name]
    for order in permutations(amendments) if name != "twice" else [amendments]:
        with pytest.raises(CatalogError) as caught:
            consolidated(BASE, order, DAY)
        assert sorted(str(problem) for problem in caught.value.problems) == said


def test_an_amendment_comes_after_one_of_the_same_version_only() -> None:
    amendments = [after("a", "b", line=5), after("b", base_number=2)]
    assert [str(problem) for problem in chain_problems(amendments)] == [
        "a.yaml:5: Không có văn bản sửa đổi b của cùng phiên bản."
    ]


def test_amendments_apply_in_the_order_they_took_effect_then_by_what_they_change_then_by_code() -> None:
    units = ["", "a", "b", "c", "d"]
    steps = [setting("8.1", "unit", old, new) for old, new in pairwise(units)]
    chain = [
        made("z-first", steps[0], start=DAY),
        made("b", steps[1], start=DAY + timedelta(days=1)),
        made("c", steps[2], start=DAY + timedelta(days=1)),
        made("a-last", steps[3], start=DAY + timedelta(days=1), after=["c"]),
    ]
    for order in permutations(chain):
        result = consolidated(BASE, order, DAY + timedelta(days=1))
        assert nodes(result)["8.1"].unit == "d"
        assert [one.code for one in in_force(BASE, order, DAY + timedelta(days=1))] == ["z-first", "b", "c", "a-last"]
        assert nodes(consolidated(BASE, order, DAY))["8.1"].unit == "a"


def test_before_it_takes_effect_and_after_it_expired_an_amendment_changes_nothing() -> None:
    amendment = made("sua", effective_to=date(2024, 6, 30))
    for on in (DAY - timedelta(days=1), date(2024, 7, 1)):
        assert canonical_bytes(consolidated(BASE, [amendment], on)) == canonical_bytes(BASE)
    for on in (DAY, date(2024, 6, 30)):
        assert canonical_bytes(consolidated(BASE, [amendment], on)) != canonical_bytes(BASE)


def test_what_changes_an_amendment_that_does_not_apply_does_not_apply_either() -> None:
    expired, undated = made("a", effective_to=DAY), made("b", start=None)
    amendments = [expired, undated, made("c", after=["a"]), made("d", after=["b"]), made("e", after=["c"])]
    assert [one.code for one in in_force(BASE, amendments, DAY)] == ["a", "c", "e"]
    assert in_force(BASE, amendments, DAY + timedelta(days=1)) == ()


def test_an_amendment_without_an_effective_date_waits_and_is_never_applied() -> None:
    undated = made("sua", start=None)
    assert consolidated(BASE, [undated], date(2999, 1, 1)) is BASE
    assert waiting(BASE, [made("a"), undated, made("b", start=None, base_number=2)]) == (undated,)
    assert apply(BASE, undated).note == "Đã hợp nhất sua/QĐ (Cơ quan), sua v1."


# Properties

FIELDS = ["target", "unit", "calculation", "data_source", "responsible_agency", "note"]
codes = st.sampled_from(list(nodes(BASE)))
changes = st.lists(st.tuples(codes, st.sampled_from(FIELDS), st.text("aăâđ ", min_size=1, max_size=6)), max_size=6)


def without_traces(criteria: CriteriaSet) -> bytes:
    """The bytes without the note and the documents that tell which amendments are in it."""
    return canonical_bytes(criteria.model_copy(update={"note": BASE.note, "documents": BASE.documents}))


@given(changes)
@settings(deadline=None, max_examples=40)
def test_a_chain_of_amendments_is_the_set_that_a_person_consolidates_by_hand(steps: list[tuple[str, str, str]]) -> None:
    by_hand = BASE.model_dump()
    chain = []
    for index, (code, field, new) in enumerate(steps):
        item = next(item for node in by_hand["criteria"] for item in node["indicators"] if item["code"] == code)
        chain.append(made(f"s{index}", setting(code, field, item[field], new), start=DAY + timedelta(days=index)))
        item[field] = new.strip()
    result = consolidated(BASE, reversed(chain), DAY + timedelta(days=len(steps)))
    assert without_traces(result) == canonical_bytes(CriteriaSet.model_validate(by_hand))
    assert len(result.note.splitlines()) == len(steps)


@given(st.lists(st.tuples(codes, st.sampled_from(FIELDS)), unique=True, max_size=4), st.randoms())
@settings(deadline=None, max_examples=25)
def test_amendments_of_different_places_may_come_in_any_order(places: list[tuple[str, str]], random: Any) -> None:
    amendments = [
        made(f"s{n}", setting(code, field, getattr(nodes(BASE)[code], field), f"mới {n}"))
        for n, (code, field) in enumerate(places)
    ]
    shuffled = list(amendments)
    random.shuffle(shuffled)
    one, other = BASE, BASE
    for first, second in zip(amendments, shuffled, strict=True):
        one, other = apply(one, first), apply(other, second)
    assert without_traces(one) == without_traces(other)
    assert canonical_bytes(consolidated(BASE, amendments, DAY)) == canonical_bytes(consolidated(BASE, shuffled, DAY))


def test_an_amendment_written_and_read_again_is_the_same_and_does_the_same() -> None:
    amendment = written(
        'kind: set, node: "8.2", field: rule.threshold.values.b.value, old: 80, new: 85.5',
        "kind: set, field: period_to, old: 2025-12-31, new: 2026-06-30",
    )
    again = parse_amendment("khac.yaml", to_yaml(amendment).encode())
    assert again == amendment
    assert to_yaml(again) == to_yaml(amendment)
    stored = Amendment.model_validate_json(amendment.model_dump_json())
    for one in (again, stored):
        assert canonical_bytes(apply(BASE, one)) == canonical_bytes(apply(BASE, amendment))


def test_the_switch_without_the_guard_an_old_value_that_differs_would_be_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amendment = made("sua", setting("8.1", "target", "Khác", "Mới"))
    assert refused(BASE, amendment)
    monkeypatch.setattr("ruraldx.catalog.performing._is", lambda *_arguments: True)
    assert nodes(apply(BASE, amendment))["8.1"].target == "Mới"


# What is shipped


def test_the_shipped_amendments_fit_and_say_that_their_wording_was_not_seen() -> None:
    sets = load_shipped()
    amendments = load_amendments()
    assert len(amendments) == len(list(AMENDING.glob("*.yaml"))) == 2
    for amendment in amendments:
        base = sets[amendment.base_code]
        assert amendment.verification == "unverified"
        assert {operation.kind for operation in amendment.operations} == {"note"}
        assert consolidated(base, amendments, date(2999, 1, 1)) is base
        assert waiting(base, amendments) == (amendment,)
        assert {item.verification for item in apply(base, amendment).indicators} == {"unverified"}


def test_a_shipped_amendment_of_an_unknown_version_is_refused() -> None:
    with pytest.raises(CatalogError) as caught:
        load_amendments(nobody)
    assert [problem.line for problem in caught.value.problems] == [10, 9]
