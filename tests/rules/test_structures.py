"""The forms and frames that provinces really use can be written as sets, with what is known of them and no more.

Column heads, points and ways of counting are those of domain notes on public forms. What a form did not show is
``to_fill``, ``unverified`` or left out; where a rule had to be chosen for a row whose way of counting was not seen,
its ``note`` says so.
"""

from __future__ import annotations

from decimal import Decimal

from ruraldx.catalog.checks import nodes_of
from ruraldx.catalog.fields import EXPLANATION, fields_of
from ruraldx.catalog.loader import parse_set
from ruraldx.catalog.point_rules import Bands, Choice, Proportional, SumOfParts
from ruraldx.catalog.rules import Ratio
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.terms import terms_of

HEAD = """
number: 1
scope: commune
level: none
kind: score
period_from: 2022-01-01
period_to: 2025-12-31
aggregation: {passes: not_said}
"""


def form(code: str, text: str) -> CriteriaSet:
    return parse_set(f"{code}.yaml", f"code: {code}{HEAD}{text}".encode())


THANH_HOA = """
title: "Thanh Hóa: Biểu mẫu 01, phần đã xem"
total_points: 100
note: Phần A của biểu (tên, địa chỉ, số cán bộ, công chức, số doanh nghiệp, dân số, người lập) không tính điểm.
documents:
  - key: qd-3853
    number: 3853/QĐ-UBND
    issued_on: 2022-11-09
    agency: Ủy ban nhân dân tỉnh Thanh Hóa
    title: Bộ chỉ số chuyển đổi số của sở, huyện, xã
criteria:
  - code: "A"
    name: Thông tin chung
    kind: group
    to_fill: Không tính điểm.
  - code: "1"
    name: Nhận thức số
    max_points: 100
    to_fill: Sau chỉ số 1.2 chưa xem được; điểm của 1.2 chưa xem được.
    indicators:
      - code: "1.1"
        name: Trưởng Ban chỉ đạo
        document: qd-3853
        target: Điểm theo mức đạt được
        calculation: "Bí thư hoặc Chủ tịch: điểm tối đa; cấp phó: 1/2 điểm tối đa; chưa có: 0 điểm"
        responsible_agency: Chưa xem được
        verification: secondary
        source: Biểu mẫu 01 đã điền của hai xã
        max_points: 20
        rule:
          kind: choice
          question: Ai là Trưởng Ban chỉ đạo?
          options:
            - {code: bi-thu-chu-tich, label: Bí thư hoặc Chủ tịch, fraction: 1}
            - {code: cap-pho, label: Cấp phó, fraction: 0.5}
            - {code: chua-co, label: Chưa có, fraction: 0}
"""


def test_form_01_of_thanh_hoa_with_its_six_columns() -> None:
    criteria = form("thanh-hoa", THANH_HOA)
    (item,) = criteria.indicators  # a: its number, b: its name
    assert (item.code, item.name, item.max_points) == ("1.1", "Trưởng Ban chỉ đạo", 20)  # c: điểm tối đa
    assert "1/2 điểm tối đa" in item.calculation  # d: cách xác định và tính điểm
    assert isinstance(item.rule, Choice)
    shares = {option.code: option.fraction * (item.max_points or 0) for option in item.rule.options}
    assert shares == {"bi-thu-chu-tich": 20, "cap-pho": 10, "chua-co": 0}  # e: what the self score is computed from
    assert EXPLANATION in {field.code for field in fields_of(item, {})}  # f: giải trình kết quả
    assert criteria.criteria[1].max_points == 100
    assert [node.code for _, node in nodes_of(criteria) if node.to_fill] == ["A", "1"]


def row(code: str, name: str, points: int) -> str:
    return f"""
      - code: {code}
        name: {name}
        document: van-ban
        target: Chưa xem được
        responsible_agency: Chưa xem được
        verification: unverified
        source: Bản mẫu công khai, không phải văn bản của tỉnh
        note: Cách tính chưa xem được; tỷ lệ ở đây chỉ để giữ chỗ.
        max_points: {points}
        rule: {{kind: proportional, numerator_label: Có, denominator_label: Tổng số}}"""


def rows(pillar: str, *known: tuple[str, int]) -> str:
    return "".join(row(f"{pillar}.{n}", name, points) for n, (name, points) in enumerate(known, start=1))


KHANH_HOA = f"""
title: "Khánh Hòa: các dòng đã thấy trong một bản mẫu công khai"
total_points: 250
note: Điểm của trụ cột ở đây là tổng các dòng đã thấy, không phải điểm của biểu.
documents:
  - key: van-ban
    number: 3445/BNN-VPĐP
    issued_on: 2023-05-29
    agency: Bộ Nông nghiệp và Phát triển nông thôn
    title: Hướng dẫn tạm thời mô hình thí điểm
  - key: qd-1299
    number: 1299/QĐ-UBND
    issued_on: 2025-09-25
    agency: Ủy ban nhân dân tỉnh Khánh Hòa
    title: Bộ chỉ số chuyển đổi số (8 nhóm; chỉ xem được phần đầu)
criteria:
  - code: I
    name: Chính quyền số
    kind: pillar
    max_points: 120
    to_fill: Còn các dòng chưa xem được.
    indicators:{rows("I", ("DVC toàn trình", 30), ("Hồ sơ trực tuyến toàn trình", 20), ("Xử lý văn bản", 70))}
  - code: II
    name: Kinh tế số
    kind: pillar
    max_points: 70
    to_fill: Còn các dòng chưa xem được.
    indicators:{rows("II", ("Doanh nghiệp nhỏ và vừa", 30), ("Hợp tác xã được tập huấn", 40))}
  - code: III
    name: Xã hội số
    kind: pillar
    max_points: 60
    to_fill: Còn các dòng chưa xem được.
    indicators:{rows("III", ("Điện thoại thông minh", 50), ("Cáp quang", 10))}
"""


def test_the_rows_of_khanh_hoa_under_three_pillars() -> None:
    criteria = form("khanh-hoa", KHANH_HOA)
    assert [(p.name, p.kind) for p in criteria.criteria] == [
        ("Chính quyền số", "pillar"), ("Kinh tế số", "pillar"), ("Xã hội số", "pillar"),
    ]  # fmt: skip
    points = [int(item.max_points or 0) for item in criteria.indicators]
    assert points == [30, 20, 70, 30, 40, 50, 10]
    assert {item.verification for item in criteria.indicators} == {"unverified"}
    # Its decision of 2025 asks a written explanation where evidence is missing, and a council that adjusts.
    assert all(EXPLANATION in {field.code for field in fields_of(item, {})} for item in criteria.indicators)


FIVE_COLUMNS = """
title: Biểu năm cột của một tỉnh không rõ tên, và văn bản của An Giang
total_points: 60
documents:
  - key: an-giang
    number: 1407/QĐ-UBND
    issued_on: 2024-09-13
    agency: Chủ tịch Ủy ban nhân dân tỉnh An Giang
    title: Bộ chỉ số đánh giá mức độ chuyển đổi số của các cơ quan nhà nước
    replaces: [an-giang-cu]
  - key: an-giang-cu
    number: 02/QĐ-UBND
    issued_on: 2023-01-03
    agency: Chủ tịch Ủy ban nhân dân tỉnh An Giang
    title: Bộ chỉ số trước
  - key: van-ban
    number: ""
    agency: Chưa rõ tỉnh
    title: Bản tin có bảng của bộ chỉ số cấp huyện
criteria:
  - code: "1"
    name: Các chỉ số của An Giang
    document: an-giang
    to_fill: Chưa xem được; quản trị nhập từ văn bản gốc.
  - code: "2"
    name: Các dòng đã thấy trong bảng
    max_points: 60
    indicators:
      - code: "2.1"
        name: Ban chỉ đạo họp
        document: van-ban
        target: Điểm theo số cuộc họp
        calculation: 4 lần 20 điểm; 3 lần 15; 2 lần 10; 1 lần 5; không họp 0
        evidence_asked: [{code: ket-luan, title: Tài liệu kiểm chứng, kind: document}]
        data_source: Nguồn thu thập dữ liệu
        responsible_agency: Chưa rõ
        verifying_unit: Đơn vị phối hợp xác minh
        verification: unverified
        source: Bảng trong một bản tin
        max_points: 20
        rule:
          kind: bands
          quantity: {kind: count, label: Số cuộc họp, unit: cuộc}
          bands:
            - {below: 1, points: 0}
            - {at_least: 1, below: 2, points: 5}
            - {at_least: 2, below: 3, points: 10}
            - {at_least: 3, below: 4, points: 15}
            - {at_least: 4, points: 20}
      - code: "2.2"
        name: Tỷ lệ
        document: van-ban
        target: Điểm theo tỷ lệ
        calculation: Điểm = a/b × điểm tối đa
        evidence_asked: [{code: bang, title: Tài liệu kiểm chứng, kind: summary_table}]
        data_source: Nguồn thu thập dữ liệu
        responsible_agency: Chưa rõ
        verifying_unit: Đơn vị phối hợp xác minh
        verification: unverified
        source: Bảng trong một bản tin
        max_points: 20
        rule: {kind: proportional, numerator_label: a, denominator_label: b}
      - code: "2.3"
        name: Tham gia và chủ trì các phiên họp
        document: van-ban
        target: Điểm cộng của các thành phần
        calculation: Tham gia đủ phiên được 1/2 điểm tối đa; chủ trì được 1/2 điểm tối đa
        evidence_asked: [{code: van-ban, title: "Số hiệu, tên, ngày, trích yếu văn bản", kind: document}]
        data_source: Nguồn thu thập dữ liệu
        responsible_agency: Chưa rõ
        verifying_unit: Đơn vị phối hợp xác minh
        verification: unverified
        source: Biểu của Cao Lãnh (Đồng Tháp)
        max_points: 20
        rule:
          kind: sum_of_parts
          parts:
            - {code: tham-gia, label: Tham gia, fraction: 0.5, rule: {kind: pass_fail, question: Tham gia đủ phiên}}
            - {code: chu-tri, label: Chủ trì, fraction: 0.5, rule: {kind: pass_fail, question: Chủ trì}}
"""


def test_the_five_columns_hold_what_an_giang_has_and_the_ways_of_counting_that_tables_show() -> None:
    criteria = form("nam-cot", FIVE_COLUMNS)
    assert criteria.document("an-giang").replaces == ("an-giang-cu",)
    assert criteria.criteria[0].to_fill, "the rows of An Giang were not seen, its decision is known"
    for item in criteria.indicators:
        columns = (item.max_points, item.calculation, item.evidence_asked, item.data_source, item.verifying_unit)
        assert all(columns)
        assert terms_of(criteria, item, {}, {})
    meetings, share, halves = (item.rule for item in criteria.indicators)
    assert isinstance(meetings, Bands)
    assert [band.points for band in meetings.bands] == [0, 5, 10, 15, 20]
    assert isinstance(share, Proportional)
    assert (share.full_at, share.none_below) == (100, 0)
    assert isinstance(halves, SumOfParts)
    assert [part.fraction for part in halves.parts] == [Decimal("0.5"), Decimal("0.5")]


GIA_PHONG = """
title: "Gia Phong (Ninh Bình): phụ lục mô hình chuyển đổi số của xã"
documents:
  - key: phu-luc
    number: ""
    agency: Xã Gia Phong (Ninh Bình)
    title: Phụ lục chỉ tiêu mô hình chuyển đổi số
criteria:
  - {code: I, name: Nhóm I, kind: group, expected_indicators: 2, to_fill: Chưa chép các dòng.}
  - code: II
    name: Hạ tầng số
    kind: group
    expected_indicators: 5
    to_fill: Chưa chép đủ các dòng.
    indicators:
      - code: II.1
        name: Một dòng theo mẫu cột
        document: phu-luc
        target: Cột “Chỉ tiêu”
        unit: "%"
        calculation: Cột “Giải thích”, ghi tử số và mẫu số bằng lời
        responsible_agency: Chưa xem được
        verification: unverified
        source: Mẫu cột của phụ lục; lời của dòng này do người viết kiểm thử đặt
        rule:
          kind: ratio
          numerator_label: Tử số bằng lời
          denominator_label: Mẫu số bằng lời
          threshold: {value: null, verification: unverified}
"""


def test_the_annex_of_gia_phong_explains_numerator_and_denominator_in_words() -> None:
    criteria = form("gia-phong", GIA_PHONG)
    (item,) = criteria.indicators
    assert isinstance(item.rule, Ratio)
    assert item.unit == "%"
    assert [node.expected_indicators for node in criteria.criteria] == [2, 5]
    assert criteria.total_points is None


OF_1000 = """
title: Các khung 1000 điểm chỉ biết tổng
total_points: 1000
documents:
  - key: van-ban
    number: NUMBER
    agency: Cơ quan ban hành
    title: Bộ chỉ số
criteria:
"""


def frame(code: str, number: str, parts: list[tuple[str, int]]) -> CriteriaSet:
    rows = "".join(
        f'  - {{code: "{index}", name: {name}, max_points: {points}, document: van-ban, verification: secondary, '
        f"source: Báo chí, to_fill: Chưa xem được.}}\n"
        for index, (name, points) in enumerate(parts, start=1)
    )
    return form(code, OF_1000.replace("NUMBER", number) + rows)


def test_frames_of_a_thousand_points_of_which_little_else_is_known_add_up() -> None:
    quang_nam = frame("quang-nam", "2425/QĐ-UBND", [("Nền tảng chung", 500), ("Hoạt động chính quyền số", 500)])
    country = frame("quoc-gia", "405/QĐ-BKHCN", [("Phần 1", 400), ("Phần 2", 300), ("Phần 3", 300)])
    for criteria in (quang_nam, country):
        assert sum(node.max_points or 0 for node in criteria.criteria) == criteria.total_points == 1000
