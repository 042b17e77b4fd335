"""The frames of points and criteria that secondary sources give: counts and sums repeated by hand.

A set that drifts from what was read in a source turns this red, and so does one that claims to have seen a text.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ruraldx.catalog.checks import nodes_of
from ruraldx.catalog.loader import load_shipped
from ruraldx.catalog.rule_checks import thresholds_in
from ruraldx.catalog.rules import Count, PassFail, Ratio, Threshold, Value
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator, Verification

SETS = load_shipped()
LAW = {code: criteria for code, criteria in SETS.items() if not criteria.title.startswith("[Minh họa]")}


def nodes(code: str) -> dict[str, Criterion]:
    return {node.code: node for _, node in nodes_of(SETS[code])}


def of(code: str, indicator: str) -> Indicator:
    return next(item for item in SETS[code].indicators if item.code == indicator)


def bar(rule: object) -> tuple[str, str, Decimal | None, str]:
    assert isinstance(rule, Ratio | Count | Value)
    assert isinstance(rule.threshold, Threshold)
    return rule.kind, rule.comparator, rule.threshold.value, rule.threshold.verification


def test_what_is_shipped_and_nothing_else() -> None:
    assert {(s.code, s.scope, s.level, s.kind) for s in SETS.values()} == {
        ("xa-ntm-2021-2025", "commune", "ntm", "criteria"),
        ("xa-ntm-nang-cao-2021-2025", "commune", "nang_cao", "criteria"),
        ("xa-ntm-kieu-mau-2021-2025", "commune", "kieu_mau", "criteria"),
        ("xa-ntm-2026-2030", "commune", "ntm", "criteria"),
        ("huyen-ntm-2021-2025", "district", "ntm", "criteria"),
        ("huyen-ntm-nang-cao-2021-2025", "district", "nang_cao", "criteria"),
        ("dti-cap-tinh-2022", "province", "none", "score"),
        ("phuc-vu-nguoi-dan-doanh-nghiep-766", "province", "none", "score"),
        ("xa-chuyen-doi-so-quang-nam-2021", "commune", "none", "score"),
        ("xa-chuyen-doi-so-minh-hoa", "commune", "none", "score"),
        ("thon-thong-minh-minh-hoa", "village", "thong_minh", "model"),
        ("xa-ntm-thong-minh-minh-hoa", "commune", "thong_minh", "model"),
        ("xa-thuong-mai-dien-tu-minh-hoa", "commune", "tmdt", "model"),
    }


@pytest.mark.parametrize("criteria", LAW.values(), ids=list(LAW))
def test_no_set_of_law_claims_that_its_text_was_seen_and_none_is_demo(criteria: CriteriaSet) -> None:
    claims = [item.verification for item in criteria.indicators]
    claims += [node.verification for _, node in nodes_of(criteria) if node.verification]
    for item in criteria.indicators:
        for rule in [item.rule] if item.rule.kind != "province_set" else [a.rule for a in item.rule.alternatives]:
            claims += [Verification(threshold.verification) for _, threshold in thresholds_in(rule)]
    claims += [Verification(band.verification) for band in criteria.aggregation.classes]
    assert not any(document.text_seen for document in criteria.documents)
    assert set(claims) <= {Verification.SECONDARY, Verification.RECALL}


@pytest.mark.parametrize("criteria", SETS.values(), ids=list(SETS))
def test_every_node_leans_on_a_document_of_its_set_and_every_document_is_named_once(criteria: CriteriaSet) -> None:
    keys = {document.key for document in criteria.documents}
    assert {node.document for _, node in nodes_of(criteria)} <= {*keys, ""}
    assert {key for document in criteria.documents for key in (*document.replaces, *document.amends)} <= keys


@pytest.mark.parametrize("criteria", SETS.values(), ids=list(SETS))
def test_rows_to_be_filled_say_that_they_were_not_seen_and_who_enters_them(
    criteria: CriteriaSet,
) -> None:
    for _, node in nodes_of(criteria):
        if not node.to_fill.startswith("Không thuộc nội dung chương trình này") and node.to_fill:
            assert "chưa xem được" in node.to_fill
            assert "quản trị nhập" in node.to_fill.lower()


def test_the_districts_have_one_indicator_each_from_memory_and_their_period_is_over() -> None:
    for code, asked in (("huyen-ntm-2021-2025", "9.5"), ("huyen-ntm-nang-cao-2021-2025", "9.2")):
        assert SETS[code].period_to == date(2025, 6, 30)
        assert "01/7/2025" in SETS[code].note
        assert nodes(code)["9"].name == "An ninh, trật tự - Hành chính công"
        item = of(code, asked)
        assert (item.document, item.verification) == ("qd-320", Verification.RECALL)
        assert isinstance(item.rule, PassFail)
        assert "211/QĐ-TTg" in item.clause
        assert "chưa xem được" in item.clause


def test_people_of_a_district_are_satisfied_to_90_percent_and_to_80_in_each_commune_and_content() -> None:
    whole, each = of("huyen-ntm-2021-2025", "HL.1"), of("huyen-ntm-2021-2025", "HL.2")
    assert bar(whole.rule) == ("ratio", ">=", Decimal(90), "secondary")
    assert bar(each.rule) == ("value", ">=", Decimal(80), "secondary")
    assert "từng xã" in each.name
    assert "từng nội dung" in each.name
    # The source quotes Annex I, the set of huyện NTM; nothing was seen of the advanced level.
    assert [item.code for item in SETS["huyen-ntm-nang-cao-2021-2025"].indicators] == ["9.2"]


def test_a_model_commune_meets_four_conditions() -> None:
    advanced, income, village, field = SETS["xa-ntm-kieu-mau-2021-2025"].indicators
    assert SETS["xa-ntm-kieu-mau-2021-2025"].aggregation.passes == "all"
    assert isinstance(advanced.rule, PassFail)
    assert "nâng cao" in advanced.name
    assert bar(income.rule) == ("value", ">=", Decimal(10), "secondary")
    assert "tại cùng thời điểm" in income.name
    assert bar(village.rule) == ("count", ">=", Decimal(1), "secondary")
    assert "thôn thông minh" in village.name
    assert bar(field.rule) == ("count", ">=", Decimal(1), "secondary")
    for word in ("sản xuất", "giáo dục", "văn hóa", "du lịch", "môi trường", "an ninh trật tự", "chuyển đổi số"):
        assert word in field.calculation.replace("\n", " ")
    assert all("Ủy ban nhân dân tỉnh" in item.clause for item in (village, field))


def test_the_frame_of_2026_2030_has_ten_criteria_three_groups_and_no_row() -> None:
    criteria = SETS["xa-ntm-2026-2030"]
    assert [(node.code, node.name) for node in criteria.criteria] == [
        ("1", "Quy hoạch"),
        ("2", "Hạ tầng kinh tế - xã hội"),
        ("3", "Phát triển kinh tế nông thôn"),
        ("4", "Đào tạo nhân lực"),
        ("5", "Văn hóa, giáo dục, y tế"),
        ("6", "Giảm nghèo, an sinh"),
        ("7", "Khoa học công nghệ và chuyển đổi số"),
        ("8", "Môi trường"),
        ("9", "Xây dựng hệ thống chính trị và hành chính công"),
        ("10", "Tiếp cận pháp luật, an ninh, quốc phòng"),
    ]
    assert not criteria.indicators
    assert [node.code for node in criteria.criteria if "Quản trị nhập" in node.to_fill] == ["7", "9"]
    assert all(node.expected_indicators is None for node in criteria.criteria), "47 is known of the whole set only"
    assert "47 chỉ tiêu" in criteria.note
    one, two, three = (criteria.dimensions["nhom-xa"][f"nhom-{n}"] for n in (1, 2, 3))
    assert all(words in one for words in ("khu vực đô thị hiện có", "dưới 10%", "quy hoạch đô thị mới"))
    assert "còn lại" in two
    assert "khu vực II, III" in three
    (document,) = criteria.documents
    assert (document.issued_on, document.effective_from) == (date(2025, 12, 29), date(2026, 2, 15))
    assert (criteria.period_from, criteria.period_to) == (date(2026, 1, 1), date(2030, 12, 31))


def test_the_provincial_index_of_2022_has_nine_main_indexes_98_components_and_1000_points() -> None:
    by_code = nodes("dti-cap-tinh-2022")
    main = {code: node for code, node in by_code.items() if node.kind == "criterion"}
    assert {code: (node.name, node.expected_indicators, node.max_points) for code, node in main.items()} == {
        "1": ("Nhận thức số", 10, 100),
        "2": ("Thể chế số", 11, 100),
        "3": ("Hạ tầng số", 7, 100),
        "4": ("Nhân lực số", 13, 100),
        "5": ("An toàn thông tin mạng", 12, 100),
        "6": ("Đô thị thông minh", 3, None),
        "7": ("Hoạt động chính quyền số", 22, 200),
        "8": ("Hoạt động kinh tế số", 12, 150),
        "9": ("Hoạt động xã hội số", 8, 150),
    }
    assert sum(node.expected_indicators or 0 for node in main.values()) == 98
    assert sum(node.expected_indicators or 0 for node in by_code["I"].groups) == 56
    assert sum(node.max_points or 0 for node in main.values()) == SETS["dti-cap-tinh-2022"].total_points == 1000
    assert (by_code["I"].max_points, by_code["II"].max_points) == (500, 500)
    assert [code for code, node in by_code.items() if node.note.startswith("Suy ra")] == ["II", "9"]
    assert all("Suy ra" in by_code[code].source for code in ("II", "9"))


def test_the_index_of_2022_is_replaced_by_one_of_which_only_the_totals_are_known() -> None:
    new = SETS["dti-cap-tinh-2022"].document("qd-405")
    assert new.replaces == ("qd-922",)
    assert all(words in new.title for words in ("8 chỉ số chính", "47 chỉ số thành phần", "1000 điểm"))
    assert SETS["dti-cap-tinh-2022"].period_to < (new.issued_on or date.min)


def test_the_index_of_service_has_six_groups_and_a_hundred_points_and_no_guessed_class() -> None:
    criteria = SETS["phuc-vu-nguoi-dan-doanh-nghiep-766"]
    assert [(node.name, node.max_points) for node in criteria.criteria] == [
        ("Công khai, minh bạch", 18),
        ("Tiến độ", 20),
        ("Dịch vụ công trực tuyến", 12),
        ("Thanh toán trực tuyến", 10),
        ("Hài lòng", 18),
        ("Số hóa", 22),
    ]
    assert criteria.total_points == 18 + 20 + 12 + 10 + 18 + 22 == 100
    assert not criteria.aggregation.classes
    assert all(seen in criteria.note for seen in ("90,44", "80,1", "82,8", "Ranh giới xếp loại chưa biết"))


def test_the_commune_set_of_quang_nam_keeps_the_slip_of_its_source() -> None:
    criteria, by_code = SETS["xa-chuyen-doi-so-quang-nam-2021"], nodes("xa-chuyen-doi-so-quang-nam-2021")
    assert criteria.province_code == "49"
    assert [(node.name, node.kind, node.max_points) for node in criteria.criteria] == [
        ("Chính quyền số", "pillar", 50),
        ("Kinh tế số", "pillar", 20),
        ("Xã hội số", "pillar", 30),
    ]
    assert criteria.total_points == 100
    assert {code: node.expected_indicators for code, node in by_code.items()} == {
        "I": 41, "I.1": 18, "I.2": 24, "II": 18, "III": 35,
    }  # fmt: skip
    assert "18 + 24 = 42" in by_code["I"].note
    assert [by_code[code].note.partition(" chỉ số thành phần")[0] for code in ("I.1", "I.2")] == ["9", "10"]
    assert "3 chỉ số chính, 8 chỉ số thành phần" in by_code["III"].note
    assert criteria.document("qd-2425").replaces == ("qd-2326",)
    assert not criteria.aggregation.classes
    assert not criteria.indicators
