"""The columns of the sheets in which a criteria set is written: Vietnamese headers, words for codes, hints. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ruraldx.catalog.sheet_words import (
    BETTER,
    COMPARATORS,
    EVIDENCES,
    KIND_WORDS,
    LEVELS,
    MEASURES,
    NODES,
    OPERATORS,
    PASSES,
    PIECE_WORDS,
    POLICIES,
    ROUNDINGS,
    SCOPES,
    SETS,
    SIGNS,
    TRUTH,
    VERIFICATION,
    Words,
)

META: Final = "_meta"
CONTENT: Final = "_content"
RULES: Final = "_rules"
EVIDENCE: Final = "_evidence"
DOCUMENTS: Final = "_documents"
DIMENSIONS: Final = "_dimensions"
CLASSES: Final = "_classes"
# As they stand in the workbook, and as problems are told.
ORDER: Final = (META, CONTENT, RULES, EVIDENCE, DOCUMENTS, DIMENSIONS, CLASSES)
# A text that is empty on purpose where one is asked for; a threshold that the province sets.
EMPTY: Final = "(để trống)"
OPEN: Final = "do tỉnh quy định"
# What the program says when something else is typed where a list is.
CHOOSE: Final = "Hãy chọn một mục trong danh sách."

Form = Literal["text", "number", "whole", "date", "truth", "word", "list", "pairs", "bar"]


@dataclass(frozen=True)
class Column:
    """A column. ``required``: blank is a mistake; ``plain``: short text that Excel must not turn into a number or day.

    ``listed``: the range of another sheet that a cell chooses from ("_documents" for its keys). ``default``: the code
    that a blank cell stands for, where that is not the default of the model.
    """

    key: str
    header: str
    hint: str = ""
    form: Form = "text"
    width: float = 16
    words: Words | None = None
    required: bool = False
    plain: bool = False
    listed: str = ""
    default: str = ""


def _word(key: str, header: str, words: Words, hint: str = "Chọn trong danh sách", width: float = 18) -> Column:
    return Column(key, header, hint, "word", width, words, required=hint == "Chọn trong danh sách")


def _truth(key: str, header: str, hint: str) -> Column:
    return Column(key, header, hint, "truth", 11, TRUTH)


_CONFIDENCE: Final = Column(
    "verification", "Mức kiểm chứng", "Bỏ trống: chưa kiểm chứng", "word", 22, VERIFICATION, default="unverified"
)
_SOURCE: Final = Column("source", "Nguồn đã đọc", "Văn bản, trang, ngày xem", width=26)

CONTENT_COLUMNS: Final = (
    Column("order", "STT", "Tự đánh số", width=6),
    Column("kind", "Loại", "Chọn", "word", 11, NODES, required=True),
    Column("code", "Mã", "Ví dụ 8 hoặc 8.10", width=9, required=True, plain=True),
    Column("parent", "Thuộc mục", "Mã mục cha; bỏ trống: mục gần nhất phía trên", width=11, plain=True),
    Column("name", "Tên", "Đúng như văn bản", width=46, required=True),
    Column("max_points", "Điểm tối đa", "Bỏ trống: không chấm điểm", "number", 9),
    Column("calculation", "Cách tính", "Lời của văn bản", width=34),
    Column("evidence", "Tài liệu kiểm chứng", "Mỗi dòng một tài liệu (Alt+Enter xuống dòng)", width=30),
    Column("data_source", "Nguồn dữ liệu", "Lấy số liệu ở đâu", width=20),
    Column("verifying_unit", "Đơn vị xác minh", "Ai kiểm tra số liệu", width=20),
    Column("rule_kind", "Cách chấm", "Chọn; chi tiết ghi ở trang _rules", "word", 22, KIND_WORDS),
    Column("target", "Yêu cầu", "Ví dụ Đạt, hoặc ≥ 80%", width=16, required=True, plain=True),
    Column("unit", "Đơn vị tính", "Ví dụ %", width=10, plain=True),
    Column("document", "Văn bản", "Khóa ở trang _documents", width=18, required=True, plain=True, listed=DOCUMENTS),
    Column("clause", "Điều, khoản", "Ví dụ Phụ lục, mục 8.1", width=16, plain=True),
    Column("responsible_agency", "Cơ quan phụ trách", "Cơ quan thẩm định", width=20, required=True),
    _CONFIDENCE,
    Column("source", "Nguồn đã đọc", "Không được để trống ở chỉ tiêu", width=40),
    Column("minimum_points", "Điểm tối thiểu", "Mức bắt buộc, nếu có", "number", 9),
    Column("applies_to", "Áp dụng cho", "Ví dụ vung: nui, khac; nhom: 1", "pairs", 20, plain=True),
    _truth("in_programme", "Đưa vào kỳ", "Không: chỉ hiển thị"),
    _truth("allow_not_applicable", "Cho phép “không áp dụng”", "Có / Không"),
    Column("expected_indicators", "Số chỉ tiêu dự kiến", "Của mục chưa nhập đủ", "whole", 10),
    Column("to_fill", "Vì sao chưa có chỉ tiêu", "Của mục chưa nhập", width=22),
    Column("note", "Ghi chú", width=40),
)  # fmt: skip
# What goes on paper: the columns up to the way of scoring.
CONTENT_PRINTED: Final = 11
NODE_KEYS: Final = frozenset(
    ("order", "kind", "code", "parent", "name", "max_points", "minimum_points", "document", "source", "verification",
     "expected_indicators", "note", "to_fill")
)  # fmt: skip
NODE_ONLY: Final = frozenset(("expected_indicators", "to_fill"))
NODE_NEEDS: Final = frozenset(("kind", "code", "name"))

RULE_COLUMNS: Final = (
    Column("indicator", "Chỉ tiêu", "Mã chỉ tiêu; bỏ trống: như dòng trên", width=10, plain=True),
    Column("within", "Thuộc phần", "Chỉ khi dòng nằm trong một thành phần hoặc phương án: ghi mã của nó", width=14,
           plain=True),
    Column("piece", "Loại dòng", "Chọn; ô xám là ô không dùng", "word", 30, PIECE_WORDS, required=True),
    Column("code", "Mã dòng", "Chữ thường, số, gạch nối", width=14, required=True, plain=True),
    Column("label", "Câu hỏi / nội dung", "Người khai đọc câu này", width=40, required=True),
    Column("numerator_label", "Tử số", "Đếm cái gì", width=24, required=True),
    Column("denominator_label", "Mẫu số", "Trên tổng nào", width=24, required=True),
    Column("unit", "Đơn vị tính", "Ví dụ điểm, cuộc", width=10, required=True, plain=True),
    _word("comparator", "So sánh", COMPARATORS, "Bỏ trống: ≥", 17),
    Column("bar", "Ngưỡng / tối thiểu", f"Số; hoặc: {OPEN}", "bar", 12, required=True),
    Column("at_least", "Từ (kể cả)", "Bỏ trống: từ thấp nhất", "number", 10),
    Column("below", "Đến dưới", "Bỏ trống: trở lên", "number", 10),
    Column("points", "Số điểm", "Điểm của khoảng này", "number", 9, required=True),
    Column("fraction", "Phần của điểm tối đa", "Từ 0 đến 1, ví dụ 0,5", "number", 11, required=True),
    Column("points_each", "Điểm mỗi đơn vị", "Ví dụ 2 điểm mỗi cuộc", "number", 10, required=True),
    Column("cap", "Không quá (điểm)", "Mức trần", "number", 10, required=True),
    Column("full_at", "Đủ điểm từ (%)", "Bỏ trống: 100", "number", 10),
    Column("none_below", "0 điểm nếu dưới (%)", "Bỏ trống: 0", "number", 10),
    _word("measure", "Đo bằng", MEASURES),
    _word("operator", "Ghép điều kiện", OPERATORS, width=20),
    Column("of_them", "Cần ít nhất", "Số điều kiện", "whole", 9),
    Column("dimension", "Ngưỡng phân theo", "Mã phân loại ở _dimensions", width=14, plain=True, listed=DIMENSIONS),
    _word("sign", "Thưởng / trừ", SIGNS, width=13),
    _word("better", "Hướng tốt", BETTER, "Bỏ trống: càng cao càng tốt"),
    _truth("qualified", "Nhận số có dấu", "Ví dụ >98"),
    Column("population_base", "Mẫu số tính thế nào", width=22),
    Column("provider", "Nơi công bố", "Bộ, ngành, tổ chức", width=18, required=True),
    Column("province_code", "Mã tỉnh", "Hai chữ số", width=8, required=True, plain=True),
    Column("province", "Tỉnh", width=16, required=True),
    Column("document", "Văn bản", "Khóa ở trang _documents", width=16, required=True, plain=True, listed=DOCUMENTS),
    _CONFIDENCE,
    _SOURCE,
)  # fmt: skip

EVIDENCE_COLUMNS: Final = (
    Column("indicator", "Chỉ tiêu", "Mã chỉ tiêu", width=12, required=True, plain=True),
    Column("code", "Mã tài liệu", "Chữ thường, số, gạch nối", width=18, required=True, plain=True),
    Column("title", "Tên tài liệu", width=60, required=True),
    Column("kind", "Loại tài liệu", "Chọn trong danh sách", "word", 26, EVIDENCES, required=True),
    _truth("required", "Bắt buộc", "Bỏ trống: Có"),
    _truth("suggestion", "Do hệ thống gợi ý", "Không: văn bản yêu cầu"),
)

DOCUMENT_COLUMNS: Final = (
    Column("key", "Khóa", "Tên ngắn để các trang khác dẫn tới", width=20, required=True, plain=True),
    Column("number", "Số, ký hiệu", "Chưa biết thì để trống", width=20, plain=True),
    Column("issued_on", "Ngày ban hành", "Ngày/tháng/năm", "date", 13),
    Column("agency", "Cơ quan ban hành", width=26, required=True),
    Column("title", "Trích yếu", width=60, required=True),
    Column("effective_from", "Hiệu lực từ", "Ngày/tháng/năm", "date", 13),
    Column("effective_to", "Hết hiệu lực", "Ngày/tháng/năm", "date", 13),
    Column("replaces", "Thay thế", "Nhiều văn bản: ngăn bằng dấu ;", "list", 22, plain=True),
    Column("amends", "Sửa đổi", "Nhiều văn bản: ngăn bằng dấu ;", "list", 22, plain=True),
    _truth("text_seen", "Đã xem toàn văn", "Bỏ trống: Không"),
)

DIMENSION_COLUMNS: Final = (
    Column("dimension", "Mã phân loại", "Ví dụ vung", width=18, required=True, plain=True),
    Column("value", "Mã giá trị", "Ví dụ nui", width=18, plain=True),
    Column("name", "Tên giá trị", "Ví dụ Miền núi", width=60),
)

CLASS_COLUMNS: Final = (
    Column("code", "Mã", "Ví dụ tot", width=14, required=True, plain=True),
    Column("name", "Xếp loại", "Ví dụ Tốt", width=24, required=True),
    Column("at_least", "Từ (% điểm)", "Từ 0 đến 100", "number", 12, required=True),
    _truth("inclusive", "Kể cả mốc", "Không: phải trên mốc"),
    _CONFIDENCE,
    _SOURCE,
)

META_COLUMNS: Final = (
    Column("name", "Mục", width=34),
    Column("value", "Giá trị", width=60),
    Column("help", "Giải thích", width=56),
    Column("key", "Khóa", width=22, plain=True),
)
META_ROWS: Final = (
    Column("code", "Mã bộ", "Chữ thường không dấu, số, gạch nối. Ví dụ: xa-so-quang-nam", required=True, plain=True),
    Column("number", "Phiên bản", "1, 2, 3…; mỗi lần sửa bộ đã dùng là một số mới", "whole", required=True),
    Column("title", "Tên bộ tiêu chí", "Như trong văn bản", required=True),
    Column("scope", "Đánh giá cấp nào", "Chọn trong danh sách", "word", words=SCOPES, required=True),
    Column("level", "Mức", "Chọn trong danh sách", "word", words=LEVELS, required=True),
    Column("kind", "Loại bộ", "Bỏ trống: tiêu chí đạt / không đạt", "word", words=SETS),
    Column("period_from", "Áp dụng từ ngày", "Ngày/tháng/năm", "date", required=True),
    Column("period_to", "Đến ngày", "Ngày/tháng/năm", "date", required=True),
    Column("province_code", "Mã tỉnh", "Hai chữ số; bỏ trống: bộ của trung ương", plain=True),
    Column("extends.code", "Dựa trên bộ", "Mã của bộ trung ương, nếu có", plain=True),
    Column("extends.number", "Phiên bản của bộ đó", "Đi cùng dòng trên", "whole"),
    Column("total_points", "Tổng điểm", "Bỏ trống: bộ không chấm điểm", "number"),
    Column("rounding.mode", "Làm tròn tỷ lệ", "Bỏ trống: nửa trở lên thì làm tròn lên", "word", words=ROUNDINGS),
    Column("rounding.digits", "Số chữ số lẻ của tỷ lệ", "Bỏ trống: 2", "whole"),
    Column("points_rounding.mode", "Làm tròn điểm", "Bỏ trống: nửa trở lên thì làm tròn lên", "word", words=ROUNDINGS),
    Column("points_rounding.digits", "Số chữ số lẻ của điểm", "Bỏ trống: 2", "whole"),
    Column("not_applicable", "Chỉ tiêu không áp dụng thì", "Bỏ trống: không tính", "word", words=POLICIES),
    Column("aggregation.passes", "Bộ đạt khi", "Bỏ trống: văn bản không nói", "word", words=PASSES),
    Column("aggregation.at_least", "Số tiêu chí phải đạt", "Chỉ khi dòng trên cần số", "whole"),
    Column("aggregation.ranked", "Có xếp hạng", "Có / Không", "truth", words=TRUTH),
    Column("aggregation.comparable_by", "Chỉ xếp hạng trong cùng", "Mã phân loại; nhiều mã ngăn bằng dấu ;", "list",
           plain=True),
    Column("note", "Ghi chú"),
)  # fmt: skip
