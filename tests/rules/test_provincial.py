"""A province's set is a national one with changes: read into a full set, or refused with the line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ruraldx.catalog import loader
from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.library import check_texts, kind_of
from ruraldx.catalog.loader import CatalogError, Library, load_set, load_shipped, nobody, parse_set, shipped_base
from ruraldx.catalog.provincial import Resolver
from ruraldx.catalog.reading import read
from ruraldx.catalog.schema import CriteriaSet, SetReference
from ruraldx.catalog.text import to_yaml
from tests.rules.making import criteria_set, indicator, pass_fail

BASE = criteria_set({"8": [indicator(pass_fail()), indicator(pass_fail(), "8.2")]})
OWN = """\
code: tinh-vi-du
number: 3
title: Bộ của tỉnh
province_code: "49"
period_to: 2026-12-31
extends: {code: bo, number: 1}
documents:
  - {key: tinh, number: 5/QĐ-UBND, agency: Tỉnh, title: Bộ của tỉnh}
changes:
  - {kind: set, node: "8.1", field: target, old: Đạt, new: Đạt cả}
  - {kind: set, node: "8.1", field: document, old: van-ban, new: tinh}
  - {kind: set, node: "8.1", field: verification, old: text_seen, new: secondary}
  - {kind: remove, node: "8.2", name: Chỉ tiêu}
"""


def of(base: CriteriaSet) -> Resolver:
    """A resolver that knows one set."""

    def resolve(wanted: SetReference) -> CriteriaSet:
        return base if (wanted.code, wanted.number) == (base.code, base.number) else nobody(wanted)

    return resolve


def problems(text: str, resolve: Resolver | None = None) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        parse_set("tinh.yaml", text.encode(), resolve or of(BASE))
    return [str(problem) for problem in caught.value.problems]


def test_a_set_written_as_changes_is_read_as_a_full_set_that_knows_its_base() -> None:
    criteria = parse_set("tinh.yaml", OWN.encode(), of(BASE))
    assert (criteria.code, criteria.number, criteria.province_code) == ("tinh-vi-du", 3, "49")
    assert criteria.extends == SetReference(code="bo", number=1)
    assert (criteria.period_from, criteria.period_to) == (BASE.period_from, date(2026, 12, 31))
    assert [document.key for document in criteria.documents] == ["van-ban", "tinh"]
    (item,) = criteria.indicators
    assert (item.target, item.document) == ("Đạt cả", "tinh")


def test_the_full_set_is_a_text_of_its_own_that_needs_no_base() -> None:
    criteria = parse_set("tinh.yaml", OWN.encode(), of(BASE))
    again = parse_set("tinh.yaml", to_yaml(criteria).encode(), nobody)
    assert canonical_bytes(again) == canonical_bytes(criteria)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("number: 1}", "number: 9}", 6, "Không có bộ tiêu chí gốc bo phiên bản 9."),
        ("old: Đạt,", "old: Khác,", 10, "hiện là “Đạt”, không phải “Khác”."),
        ("title: Bộ của tỉnh\n", "", 1, "Thiếu mục “title”."),
        ("extends: {code: bo, number: 1}\n", "", 1, "Thiếu mục “extends”."),
        ("code: tinh-vi-du", "code: tinh-vi-du\nmau: x", 2, "Không có mục “mau” trong mẫu."),
        ("period_to: 2026", "period_to: 2020", 9, "Kỳ áp dụng kết thúc trước khi bắt đầu."),
        ("new: secondary", "new: text_seen", 12, "Chỉ tiêu 8.1 ghi đã đối chiếu nhưng văn bản gốc chưa được xem."),
    ],
)
def test_a_set_of_changes_that_does_not_hold_is_refused_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in OWN
    (problem,) = problems(OWN.replace(old, new, 1))
    assert problem == f"tinh.yaml:{line}: {said}" or (problem.startswith(f"tinh.yaml:{line}: ") and said in problem)


def test_without_another_resolver_a_province_builds_on_what_is_shipped(tmp_path: Path) -> None:
    for base in load_shipped().values():
        text = OWN[: OWN.index("changes:")].replace(
            "{code: bo, number: 1}", f"{{code: {base.code}, number: {base.number}}}"
        )
        file = tmp_path / "tinh.yaml"
        file.write_text(f"{text}changes: []\n", encoding="utf-8")
        criteria = load_set(file)
        assert (criteria.criteria, criteria.level) == (base.criteria, base.level)
        assert shipped_base(SetReference(code=base.code, number=base.number)) == base
    assert "phiên bản 1" in problems(OWN, shipped_base)[0]


# Several texts


def library(**texts: str) -> Library:
    return Library({name: read(f"{name}.yaml", text.encode()) for name, text in texts.items()}, of(BASE))


def on(code: str, base: str, number: int = 1) -> str:
    return f"code: {code}\nnumber: 1\ntitle: T\nextends: {{code: {base}, number: {number}}}\nchanges: []\n"


def test_sets_may_build_on_each_other_in_any_order() -> None:
    texts = library(a=on("a", "b"), b=on("b", "c"), c=on("c", "bo"))
    assert texts.read("a").criteria == BASE.criteria
    assert texts.read("a") is texts.read("a")
    assert texts.base(SetReference(code="c", number=1)).extends == SetReference(code="bo", number=1)


def test_a_circle_of_sets_is_named_at_its_line() -> None:
    texts = library(a=on("a", "b"), b=on("b", "a"), d=on("d", "d"))
    with pytest.raises(CatalogError) as caught:
        texts.read("d")
    assert str(caught.value) == "d.yaml:4: Bộ d dựa trên chính nó, thành vòng."
    with pytest.raises(CatalogError) as caught:
        texts.read("a")
    said = "Bộ gốc b có lỗi nên chưa dựa trên nó được: b.yaml:4: Bộ a dựa trên chính nó, thành vòng."
    assert str(caught.value) == f"a.yaml:4: {said}"


def test_shipped_sets_may_build_on_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(on("a", "bo"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(to_yaml(BASE), encoding="utf-8")
    monkeypatch.setattr(loader, "SHIPPED", tmp_path)
    loader._shipped.cache_clear()
    try:
        assert [criteria.code for criteria in load_shipped().values()] == ["a", "bo"]
    finally:
        loader._shipped.cache_clear()


AMENDMENT = """\
code: sua
number: 1
base_code: bo
base_number: 1
document: {key: sua, number: 2/QĐ, agency: A, title: B}
verification: demo
source: Nguồn
operations:
  - {kind: set, node: "8.1", field: target, old: Đạt, new: Đạt cả}
"""
CROSSWALK = """\
code: noi
from: {code: bo, number: 1}
to: {code: tinh-vi-du, number: 3}
pairs: [{old: "8.2", new: "8.1", share: 1}]
verification: demo
source: Nguồn
"""


def test_texts_of_every_kind_are_told_apart_and_checked_together() -> None:
    texts = {
        "base.yaml": to_yaml(BASE),
        "tinh.yaml": OWN,
        "sua.yaml": AMENDMENT,
        "noi.yaml": CROSSWALK,
        "hong.yaml": "a: [",
    }
    found = check_texts({name: text.encode() for name, text in texts.items()}, nobody)
    assert list(found) == list(texts)
    assert [checked.kind for checked in found.values()] == ["set", "set", "amendment", "crosswalk", ""]
    assert [name for name, checked in found.items() if checked.problems] == ["hong.yaml"]
    alone = check_texts({name: texts[name].encode() for name in ("sua.yaml", "noi.yaml", "tinh.yaml")}, nobody)
    assert [str(problem) for checked in alone.values() for problem in checked.problems] == [
        "sua.yaml:3: Không có bộ tiêu chí gốc bo phiên bản 1.",
        "noi.yaml:2: Không có bộ tiêu chí gốc bo phiên bản 1.",
        "noi.yaml:3: Bộ gốc tinh-vi-du có lỗi nên chưa dựa trên nó được: "
        "tinh.yaml:6: Không có bộ tiêu chí gốc bo phiên bản 1.",
        "tinh.yaml:6: Không có bộ tiêu chí gốc bo phiên bản 1.",
    ]


def test_an_amendment_is_tried_on_its_version_unless_it_changes_another_amendment() -> None:
    wrong = AMENDMENT.replace("old: Đạt", "old: Khác")
    found = check_texts({"sua.yaml": wrong.encode()}, of(BASE))
    assert "không phải “Khác”" in str(found["sua.yaml"].problems[0])
    later = f"{wrong}after: [khac]\n"
    assert check_texts({"sua.yaml": later.encode()}, of(BASE))["sua.yaml"].problems == ()


def test_what_is_no_table_is_a_set_that_is_wrong() -> None:
    assert kind_of(read("x", b"- a")) == "set"
    found = check_texts({"x.yaml": b"- a"}, nobody)
    assert [str(problem) for problem in found["x.yaml"].problems] == [
        "x.yaml:1: Mục “cả tệp” phải gồm các dòng “khóa: giá trị”."
    ]
