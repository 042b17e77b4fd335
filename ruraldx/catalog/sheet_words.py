"""The words that stand for the codes of closed lists in a workbook. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ruraldx.catalog.schema import VERIFICATIONS

Words = Mapping[str, str]

VERIFICATION: Final[Words] = {value.value: str(words) for value, words in VERIFICATIONS.items()}
TRUTH: Final[Words] = {"true": "Có", "false": "Không"}
NODES: Final[Words] = {"pillar": "Trụ cột", "criterion": "Tiêu chí", "group": "Nhóm", "indicator": "Chỉ tiêu"}
SCOPES: Final[Words] = {
    "commune": "Xã", "village": "Thôn", "district": "Huyện (trước 01/7/2025)", "province": "Tỉnh", "pilot": "Mô hình",
}  # fmt: skip
LEVELS: Final[Words] = {
    "ntm": "Nông thôn mới", "nang_cao": "Nông thôn mới nâng cao", "kieu_mau": "Nông thôn mới kiểu mẫu",
    "thong_minh": "Nông thôn mới thông minh", "tmdt": "Thương mại điện tử", "hien_dai": "Nông thôn mới hiện đại",
    "none": "Không theo mức",
}  # fmt: skip
SETS: Final[Words] = {"criteria": "Tiêu chí đạt / không đạt", "score": "Bộ chấm điểm", "model": "Mô hình"}
ROUNDINGS: Final[Words] = {
    "half_up": "Nửa trở lên thì làm tròn lên", "half_even": "Nửa thì làm tròn về số chẵn", "down": "Bỏ phần lẻ",
}  # fmt: skip
POLICIES: Final[Words] = {
    "excluded": "Không tính chỉ tiêu đó", "full_points": "Tính là đạt, đủ điểm",
    "redistributed": "Chia điểm cho các chỉ tiêu còn lại",
}  # fmt: skip
PASSES: Final[Words] = {
    "all": "Đạt mọi tiêu chí", "k_of_n": "Đạt ít nhất số tiêu chí ghi ở dòng dưới", "not_said": "Văn bản không nói",
}  # fmt: skip
EVIDENCES: Final[Words] = {
    "document": "Văn bản", "extract": "Bản trích", "signed_list": "Danh sách có ký xác nhận", "minutes": "Biên bản",
    "photo": "Ảnh", "link": "Đường dẫn", "summary_table": "Bảng tổng hợp",
}  # fmt: skip
COMPARATORS: Final[Words] = {">=": "≥ (từ … trở lên)", ">": "> (trên)", "<=": "≤ (không quá)", "<": "< (dưới)"}
OPERATORS: Final[Words] = {
    "all_of": "Mọi điều kiện", "any_of": "Ít nhất một điều kiện", "n_of": "Ít nhất số điều kiện ghi bên cạnh",
}  # fmt: skip
MEASURES: Final[Words] = {"count": "Số đếm (số nguyên)", "number": "Số đo (số lẻ)", "ratio": "Tỷ lệ (%)"}
SIGNS: Final[Words] = {"bonus": "Điểm thưởng", "penalty": "Điểm trừ"}
BETTER: Final[Words] = {"higher": "Càng cao càng tốt", "lower": "Càng thấp càng tốt"}
# Kinds of rule, then the rows that stand under one.
KIND_WORDS: Final[Words] = {
    "pass_fail": "Đạt / không đạt",
    "ratio": "Tỷ lệ so với ngưỡng",
    "count": "Số đếm so với ngưỡng",
    "value": "Số đo so với ngưỡng",
    "bands": "Khung điểm",
    "choice": "Chọn một mức",
    "proportional": "Điểm theo tỷ lệ",
    "composite": "Nhiều điều kiện",
    "capped_count": "Điểm theo số lượng",
    "highest_case": "Trường hợp cao điểm nhất",
    "sum_of_parts": "Cộng các thành phần",
    "adjustment": "Điểm thưởng, điểm trừ",
    "relative": "So với xã tốt nhất",
    "imported": "Kết quả do nơi khác công bố",
    "council": "Hội đồng chấm",
    "province_set": "Do tỉnh quy định",
}
PIECE_WORDS: Final[Words] = {
    **KIND_WORDS,
    "condition.boolean": "› Điều kiện: có / không",
    "condition.count": "› Điều kiện: số đếm",
    "condition.number": "› Điều kiện: số đo",
    "condition.ratio": "› Điều kiện: tỷ lệ",
    "threshold": "› Ngưỡng của một vùng, nhóm",
    "band": "› Khoảng điểm",
    "option": "› Mức, trường hợp",
    "part": "› Thành phần",
    "alternative": "› Phương án của một tỉnh",
}
