"""Reading criteria sets: every kind of problem is named with file and line; one byte form, exact numbers."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ruraldx.catalog.canonical import canonical_bytes, from_canonical, sha256_of
from ruraldx.catalog.loader import SHIPPED, CatalogError, load_set, load_shipped
from ruraldx.catalog.rules import Composite, NumberCondition, Ratio, Threshold, ThresholdBy
from ruraldx.catalog.schema import CriteriaSet

VALID = """\
# Bộ mẫu
code: bo-mau
number: 2
title: Bộ mẫu
scope: commune
level: ntm
period_from: 2021-01-01
period_to: 2025-12-31
dimensions:
  vung: {nui: Miền núi, khac: Vùng còn lại}
documents:
  - key: da-xem
    number: 1/QĐ
    issued_on: 2022-03-08
    effective_from: 2022-03-10
    effective_to: 2025-12-31
    agency: Cơ quan
    title: Văn bản đã xem
    text_seen: true
  - key: chua-xem
    number: 2/QĐ
    agency: Cơ quan
    title: Văn bản chưa xem
criteria:
  - code: "8"
    name: Tiêu chí
    indicators:
      - code: "8.1"
        name: Chỉ tiêu một
        document: da-xem
        target: Đạt
        responsible_agency: Sở
        verification: text_seen
        source: Nguồn một
        evidence_asked:
          - {code: anh, title: Ảnh, kind: photo}
          - {code: xac-nhan, title: Xác nhận, kind: document}
        rule:
          kind: composite
          operator: n_of
          at_least: 2
          conditions:
            - {kind: boolean, code: co-bien, label: Có biển}
            - {kind: number, code: gio, label: Giờ, minimum: 4.50, unit: giờ}
            - {kind: count, code: diem, label: Điểm, minimum: 1, unit: điểm}
            - {kind: ratio, code: may, label: Máy, numerator_label: Có, denominator_label: Tổng, minimum: 99.5}
      - code: "8.2"
        name: Chỉ tiêu hai
        document: chua-xem
        target: Đạt
        responsible_agency: Sở
        verification: secondary
        source: Nguồn hai
        rule:
          kind: ratio
          numerator_label: Có
          denominator_label: Tổng
          threshold:
            dimension: vung
            values:
              nui: {value: 50.5, verification: secondary, source: Nguồn}
              khac: {value: null, verification: recall}
  - code: "15"
    name: Tiêu chí mười lăm
    indicators:
      - code: "15.1"
        name: Chỉ tiêu ba
        document: da-xem
        target: Đạt
        responsible_agency: Văn phòng
        verification: text_seen
        source: Nguồn ba
        rule:
          kind: province_set
          question: Theo quy định của tỉnh
          alternatives:
            - code: mot
              province_code: "17"
              province: tỉnh Một
              document: chua-xem
              source: Trang một
              verification: secondary
              rule: {kind: pass_fail, question: Có}
            - code: hai
              province_code: "72"
              province: tỉnh Hai
              document: da-xem
              source: Trang hai
              verification: text_seen
              rule:
                kind: ratio
                numerator_label: Tử
                denominator_label: Mẫu
                threshold: {value: 80, verification: text_seen}
"""
Loaded = Callable[[str], CriteriaSet]


@pytest.fixture
def load(tmp_path: Path) -> Loaded:
    """Load a text as a file."""

    def loaded(text: str) -> CriteriaSet:
        file = tmp_path / "bo.yaml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_set(file)

    return loaded


def problems(load: Loaded, text: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load(text)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    assert all(problem.file == "bo.yaml" for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def line_of(text: str, fragment: str) -> int:
    before, found, _ = text.partition(fragment)
    assert found, fragment
    return before.count("\n") + 1


def test_the_valid_text_is_valid(load: Loaded) -> None:
    criteria = load(VALID)
    assert [indicator.code for indicator in criteria.indicators] == ["8.1", "8.2", "15.1"]
    assert criteria.document("da-xem").number == "1/QĐ"
    with pytest.raises(KeyError):
        criteria.document("khac")


# (what is changed, into what, where the complaint is, what it says)
SYNTAX = {
    "bracket": ("title: Bộ mẫu", "title: [Bộ mẫu", "scope:", "sai cú pháp"),
    "tab": ("title: Bộ mẫu", "title: Bộ\n\tmẫu", "\tmẫu", "sai cú pháp"),
    "key twice": ("title: Bộ mẫu", "title: Bộ mẫu\ntitle: Khác", "title: Khác", "khóa “title” lặp lại"),
    "key twice inside": ("label: Có biển}", "label: Có biển, label: Khác}", "- {kind: boolean", "“label” lặp lại"),
    "reference": ("title: Bộ mẫu", "title: &a Bộ\nnote: *a", "note: *a", "không dùng bí danh"),
    "itself": ("title: Bộ mẫu", "title: Bộ\nnote: &a [*a]", "note:", "không dùng bí danh"),
    "object": ("title: Bộ mẫu", "title: !!python/object:os.system Bộ", "title: !!python", "sai cú pháp"),
    "no such day": ("2021-01-01", "2021-02-30", "period_from", "không đọc được “2021-02-30”"),
    "infinite": ("value: 50.5", "value: .inf", "nui: {value", "không đọc được “.inf”"),
    "no number": ("value: 50.5", "value: !!float abc", "nui: {value", "không đọc được “abc”"),
    "sixty": ("value: 50.5", "value: 1:30.5", "nui: {value", "không đọc được “1:30.5”"),
    "no truth": ("text_seen: true", "text_seen: !!bool maybe", "text_seen: !!bool", "không đọc được “maybe”"),
    "list as key": ("title: Bộ mẫu", "title: Bộ\n? [a, b]\n: c", "? [a, b]", "không đọc được"),
    "control": ("title: Bộ mẫu", "title: Bộ\x07 mẫu", "title: Bộ", "có ký tự điều khiển"),
    "two documents": ("# Bộ mẫu\n", "a: 1\n---\n", "---", "sai cú pháp"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_what_is_no_yaml_is_named_by_line(load: Loaded, name: str) -> None:
    old, new, where, sentence = SYNTAX[name]
    text = VALID.replace(old, new, 1)
    if name == "list as key":
        # YAML reports a key that is no text at the start of its mapping.
        where = "code: bo-mau"
    (problem,) = problems(load, text)
    assert problem.startswith(f"bo.yaml:{line_of(text, where)}: Tệp YAML sai cú pháp: "), problem
    assert sentence in problem


def test_a_file_that_is_not_utf_8_is_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "bo.yaml"
    file.write_bytes(VALID.encode().replace("Văn bản đã xem".encode(), b"V\xe3n"))
    with pytest.raises(CatalogError) as caught:
        load_set(file)
    assert str(caught.value) == f"bo.yaml:{line_of(VALID, 'title: Văn bản đã')}: Tệp không phải là văn bản UTF-8."


SHAPE = {
    "unknown key": ("scope: commune", "scope: commune\nlạ: 1", ["lạ: 1"], "Không có mục “lạ” trong mẫu."),
    "unknown key deep": ("kind: photo}", "kind: photo, size: 1}", ["kind: photo"], "Không có mục “size” trong mẫu."),
    "missing key": ("title: Bộ mẫu\n", "", ["code: bo-mau"], "Thiếu mục “title”."),
    "missing key deep": ("        target: Đạt\n", "", ['- code: "8.1"'], "Thiếu mục “target”."),
    "missing in a rule": (
        "          question: Theo quy định của tỉnh\n", "",
        ["rule:\n          kind: province_set"], "Thiếu mục “question”.",
    ),
    "missing kind": ("kind: count, ", "", ["{code: diem"], "Thiếu mục “kind”."),
    "missing in a condition": ("label: Giờ, ", "", ["code: gio"], "Thiếu mục “label”."),
    "missing in an alternative": ("              province: tỉnh Hai\n", "", ["code: hai"], "Thiếu mục “province”."),
    "a number no register holds": (
        "number: 2", "number: 99999999999999999999", ["number: 9"], "Mục “number” không được lớn hơn 9999.",
    ),
    "number nought": ("number: 2", "number: 0", ["number: 0"], "Mục “number” không được nhỏ hơn 1."),
    "a title too long": ("title: Bộ mẫu", f"title: {'a' * 301}", ["title: aa"], "Mục “title” dài quá 300 ký tự."),
    "wrong type": ("number: 2", "number: hai", ["number: hai"], "Mục “number” phải là số nguyên, viết như 12."),
    "code without quotes": (
        'code: "8.1"', "code: 8.1", ["code: 8.1"],
        "Mục “code” phải là chữ; nếu là số hay ngày, hãy đặt trong ngoặc kép.",
    ),
    "key without quotes": (
        "{nui: Miền núi", "{1: Một, nui: Miền núi", ["vung:"], "Khóa “1” phải là chữ; hãy đặt trong ngoặc kép.",
    ),
    "field without quotes": (
        "title: Bộ mẫu", "title: Bộ mẫu\n1: một", ["1: một"], "Khóa “1” phải là chữ; hãy đặt trong ngoặc kép.",
    ),
    "wrong code": ('code: "8.1"', 'code: "8-1"', ['code: "8-1"'], "viết “8-1” là không đúng mẫu; hãy dùng chữ số, chữ"),
    "wrong slug": ("code: gio,", "code: Gio,", ["code: Gio"], "hãy dùng chữ thường không dấu, chữ số và gạch nối"),
    "wrong word": (
        "level: ntm", "level: khac", ["level: khac"],
        "Mục “level” chỉ nhận một trong các giá trị: ntm, nang_cao, kieu_mau, thong_minh, tmdt, hien_dai, none.",
    ),
    "wrong degree": (
        "verification: text_seen\n        source: Nguồn một", "verification: sure\n        source: Nguồn một",
        ["verification: sure"], "chỉ nhận một trong các giá trị: text_seen, secondary, recall, unverified, demo.",
    ),
    "wrong date": (
        "2025-12-31\ndim", "cuối năm\ndim", ["period_to"], "“period_to” phải là ngày có thật, viết như 2024-12-31.",
    ),
    "wrong truth": ("text_seen: true", "text_seen: 2", ["text_seen: 2"], "“text_seen” chỉ nhận true (có) hoặc false"),
    "unknown rule": ("kind: composite", "kind: khac", ["kind: khac"], "“kind” chỉ nhận một trong các giá trị: pass_f"),
    "unknown condition": ("kind: count", "kind: khac", ["kind: khac"], "giá trị: boolean, count, number, ratio."),
    "negative minimum": ("minimum: 1,", "minimum: -1,", ["minimum: -1"], "Mục “minimum” không được nhỏ hơn 0."),
    "over hundred": ("minimum: 99.5", "minimum: 100.5", ["minimum: 100.5"], "“minimum” không được lớn hơn 100."),
    "half a point": ("minimum: 1,", "minimum: 1.5,", ["minimum: 1.5"], "Mục “minimum” phải là số nguyên"),
    "empty list": ("documents:\n", "documents: []\nlist:\n", ["documents: []", "list:"], "“documents” cần ít nhất 1"),
    "no list": ("evidence_asked:\n", "evidence_asked: anh\n        a:\n", ["evidence_asked: anh"], "phải là danh sách"),
    "no table": (
        "- {kind: boolean, code: co-bien, label: Có biển}", "- chữ", ["- chữ"],
        "Mục “conditions, mục thứ 1” phải gồm các dòng “khóa: giá trị”.",
    ),
    "no names": (
        "  vung: {nui: Miền núi, khac: Vùng còn lại}", "  vung: chữ", ["vung: chữ"],
        "Mục “vung” phải gồm các dòng “khóa: giá trị”.",
    ),
    "bad threshold": ("value: 50.5,", "value: nhiều,", ["nui: {"], "Mục “value” phải là số, viết như 12 hoặc 88.7."),
    "bad plain threshold": ("{value: 80, verification", "{value: nhiều, verification", ["threshold: {"], "phải là số"),
    "threshold that is none": (
        "threshold: {value: 80, verification: text_seen}", "threshold: 80", ["threshold: 80"],
        "Mục “threshold” phải gồm các dòng “khóa: giá trị”.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPE)
def test_what_does_not_fit_the_shape_is_named_by_line(load: Loaded, name: str) -> None:
    old, new, where, sentence = SHAPE[name]
    text = VALID.replace(old, new, 1)
    assert text != VALID
    found = problems(load, text)
    lines = {int(problem.split(":")[1]) for problem in found}
    assert line_of(text, where[0]) in lines, found
    # Every complaint is at a place the test names or inside it, never at the top for want of a better one.
    assert min(lines) >= min(line_of(text, fragment) for fragment in where), found
    assert any(sentence in problem for problem in found), found
    if name not in ("empty list", "no list", "unknown key"):
        assert len(found) == 1, found


def test_every_problem_is_found_at_once(load: Loaded) -> None:
    text = (
        VALID.replace("number: 2\n", "number: 0\n")
        .replace("scope: commune", "scope: x")
        .replace("kind: photo", "kind: y")
    )
    assert [int(problem.split(":")[1]) for problem in problems(load, text)] == [
        line_of(text, "number: 0"), line_of(text, "scope: x"), line_of(text, "kind: y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "a: " + "[" * 20_000 + "]" * 20_000, "- " * 20_000], ids=["[", "[]", "-"]
)
def test_what_is_nested_without_end_is_one_problem(load: Loaded, text: str) -> None:
    (problem,) = problems(load, text)
    assert problem == "bo.yaml:1: Tệp YAML sai cú pháp: các mục lồng nhau quá sâu."


def test_a_folder_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="Không đọc được; hãy nêu một tệp YAML"):
        load_set(tmp_path)


@pytest.mark.parametrize("text", ["", "# chỉ có chú thích\n", "- a\n- b\n", "chữ\n", "12.5"])
def test_what_is_no_set_at_all_is_one_problem_at_the_start(load: Loaded, text: str) -> None:
    (problem,) = problems(load, text)
    assert problem == "bo.yaml:1: Mục “cả tệp” phải gồm các dòng “khóa: giá trị”."


def edited(*changes: tuple[str, str]) -> str:
    text = VALID
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


RATIO_15 = "threshold: {value: 80, verification: text_seen}"
CHECKS: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    "period": ([("period_to: 2025", "period_to: 2020")], "period_to:", "Kỳ áp dụng kết thúc trước khi bắt đầu."),
    "expires": ([("effective_to: 2025", "effective_to: 2021")], "effective_to:", "Văn bản 1/QĐ hết hiệu lực trước"),
    "in force early": (
        [("effective_from: 2022-03-10", "effective_from: 2022-03-07")],
        "effective_from:", "Văn bản 1/QĐ có hiệu lực trước ngày ban hành.",
    ),
    "criterion twice": ([('- code: "15"', '- code: "8" # hai')], '- code: "8" # hai', "Mã tiêu chí 8 lặp lại."),
    "indicator twice": ([('code: "15.1"', 'code: "8.1" # hai')], 'code: "8.1" # hai', "Mã chỉ tiêu 8.1 lặp lại."),
    "evidence twice": (
        [("{code: xac-nhan,", "{code: anh,")], "evidence_asked:", "Chỉ tiêu 8.1 có mã minh chứng lặp lại."
    ),
    "document twice": ([("key: chua-xem", "key: da-xem")], "documents:", "Có hai văn bản cùng khóa."),
    "no document": (
        [("document: chua-xem\n        target", "document: mat\n        target")],
        "document: mat", "Chỉ tiêu 8.2 dẫn văn bản “mat” không có trong danh sách.",
    ),
    "alternative without document": (
        [("document: chua-xem\n              source", "document: mat\n              source")],
        "document: mat", "Chỉ tiêu 15.1 dẫn văn bản “mat” không có trong danh sách.",
    ),
    "seen without seeing": (
        [("verification: secondary\n        source: Nguồn hai", "verification: text_seen\n        source: Nguồn hai")],
        "verification: text_seen\n        source: Nguồn hai", "Chỉ tiêu 8.2 ghi đã đối chiếu nhưng văn bản gốc chưa",
    ),
    "alternative seen without seeing": (
        [("Trang một\n              verification: secondary", "Trang một\n              verification: text_seen")],
        "verification: text_seen\n              rule: {kind: pass_fail", "Chỉ tiêu 15.1 ghi đã đối chiếu nhưng",
    ),
    "threshold seen without seeing": (
        [("value: 50.5, verification: secondary", "value: 50.5, verification: text_seen")],
        "nui: {value", "Chỉ tiêu 8.2 ghi đã đối chiếu nhưng văn bản gốc chưa được xem.",
    ),
    "threshold of an alternative seen without seeing": (
        [("document: da-xem\n              source: Trang hai\n              verification: text_seen",
          "document: chua-xem\n              source: Trang hai\n              verification: secondary")],
        RATIO_15, "Chỉ tiêu 15.1 ghi đã đối chiếu nhưng văn bản gốc chưa được xem.",
    ),
    "no source": ([("source: Nguồn một", 'source: ""')], 'source: ""', "Chỉ tiêu 8.1 thiếu nguồn."),
    "alternative without source": (
        [("source: Trang hai", "source: ' '")], "source: ' '", "Phương án của tỉnh Hai thiếu nguồn."
    ),
    "condition twice": (
        [("code: gio,", "code: diem,")], "rule:\n          kind: composite", "Hai ô của một chỉ tiêu có cùng mã “diem”."
    ),
    "condition like a figure": (
        [("code: co-bien,", "code: may-tu-so,")], "rule:\n          kind: composite", "cùng mã “may-tu-so”"
    ),
    "condition like a fixed field": (
        [("code: co-bien,", "code: giai-trinh,")], "rule:\n          kind: composite", "cùng mã “giai-trinh”"
    ),
    "condition twice in an alternative": (
        [("rule: {kind: pass_fail, question: Có}",
          "rule: {kind: composite, operator: all_of, conditions: [{kind: boolean, code: a, label: A}, "
          "{kind: boolean, code: a, label: B}]}")],
        "- code: mot", "Hai ô của một chỉ tiêu có cùng mã “a”.",
    ),
    "n_of without a number": ([("          at_least: 2\n", "")], "rule:\n          kind: comp", "cùng “n_of”"),
    "a number without n_of": ([("operator: n_of", "operator: any_of")], "rule:\n          kind: comp", "cùng “n_of”"),
    "more than there are": ([("at_least: 2", "at_least: 5")], "rule:\n          kind: composite", "không bao giờ đạt"),
    "threshold over 100": ([("value: 50.5", "value: 100.5")], "rule:\n          kind: ratio", "Ngưỡng 100,5 không nằm"),
    "threshold below 0": ([("value: 80,", "value: -1,")], "rule:\n                kind: ratio", "Ngưỡng -1 không nằm"),
    "empty threshold seen": (
        [("value: 80,", "value: null,")], "rule:\n                kind: ratio", "Ngưỡng chưa có giá trị thì"
    ),
    "unknown dimension": (
        [("dimension: vung", "dimension: mien")], "rule:\n          kind: ratio", "theo “mien” không"),
    "value of a dimension missing": (
        [("Vùng còn lại}", "Vùng còn lại, dao: Đảo}")], "rule:\n          kind: ratio", "theo “vung” không khớp"
    ),
    "alternative twice": ([("- code: hai", "- code: mot")], "rule:\n          kind: province_set", "Có hai phương án"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_what_cannot_be_true_of_a_set_is_named_by_line(load: Loaded, name: str) -> None:
    changes, where, sentence = CHECKS[name]
    text = edited(*changes)
    found = problems(load, text)
    assert [problem for problem in found if sentence in problem], found
    lines = {int(problem.split(":")[1]) for problem in found if sentence in problem}
    assert lines == {line_of(text, where)}
    # Nothing else is complained about, except what follows from the same slip.
    if name not in ("criterion twice", "indicator twice", "document twice"):
        assert len(found) == 1, found


# Exact numbers, one byte form


def test_numbers_with_a_point_are_exact(load: Loaded) -> None:
    criteria = load(VALID)
    composite, ratio = criteria.indicators[0].rule, criteria.indicators[1].rule
    assert isinstance(composite, Composite)
    number = composite.conditions[1]
    assert isinstance(number, NumberCondition)
    assert (type(number.minimum), str(number.minimum)) == (Decimal, "4.5")
    assert isinstance(ratio, Ratio)
    assert isinstance(ratio.threshold, ThresholdBy)
    assert ratio.threshold.values["nui"].value == Decimal("50.5")
    exact = load(VALID.replace("50.5", "0.1000000000000000055511151231257827"))
    assert b"0.1000000000000000055511151231257827" in canonical_bytes(exact)
    assert load(VALID.replace("50.5", "5_0.5")).indicators[1] == criteria.indicators[1]


def test_the_canonical_form_is_sorted_plain_json_without_floats(load: Loaded) -> None:
    data = canonical_bytes(load(VALID))

    def no_float(text: str) -> object:
        raise AssertionError(text)

    read = json.loads(data, parse_float=no_float)
    assert json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == data
    assert b'"minimum":"4.5"' in data


def test_a_set_reads_back_from_its_bytes_with_the_same_hash(load: Loaded) -> None:
    for criteria in (load(VALID), *load_shipped().values()):
        again = from_canonical(canonical_bytes(criteria))
        assert again == criteria
        assert canonical_bytes(again) == canonical_bytes(criteria)
        assert sha256_of(again) == sha256_of(criteria)
        assert len(sha256_of(criteria)) == 64


def test_how_a_file_is_laid_out_does_not_change_its_hash_and_a_word_does(load: Loaded) -> None:
    expected = sha256_of(load(VALID))
    for text in (
        "\ufeff" + VALID,
        VALID.replace("\n", "\r\n"),
        VALID.replace("# Bộ mẫu\n", "# khác\n\n"),
        VALID.replace("title: Bộ mẫu", 'title: "Bộ  mẫu "'.replace("  ", " ")),
        VALID.replace(
            "{kind: boolean, code: co-bien, label: Có biển}", "{label: Có biển, code: co-bien, kind: boolean}"
        ),
        unicodedata.normalize("NFD", VALID),
    ):
        assert sha256_of(load(text)) == expected
    for old, new in (
        ("Có biển", "Có bảng"),
        ("4.50", "4.51"),
        ("text_seen: true", "text_seen: true\n    effective_to: 2025-12-30"),
    ):
        changed = (
            VALID.replace("    effective_to: 2025-12-31\n", "").replace(old, new)
            if "to:" in new
            else VALID.replace(old, new)
        )
        assert sha256_of(load(changed)) != expected


def test_a_loaded_set_cannot_be_changed(load: Loaded) -> None:
    criteria = load(VALID)
    with pytest.raises(ValueError, match="frozen"):
        criteria.number = 3  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        criteria.indicators[0].name = "x"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        Threshold(value=Decimal(1), verification="demo").value = None  # type: ignore[misc]


def test_every_shipped_file_is_a_set_of_its_own() -> None:
    assert sorted(load_shipped()) == sorted(path.stem for path in SHIPPED.glob("*.yaml"))
