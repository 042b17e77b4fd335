"""Examples of rules for the empty workbook: made up, to show which cells to fill in. Pure."""

from __future__ import annotations

from typing import Any, Final

from ruraldx.catalog.sheet_rules import rule_rows
from ruraldx.office.cells import Value

_SOURCE: Final = {"verification": "demo", "source": "Ví dụ minh họa, không phải quy định"}
# What the commune is asked, and the rule.
RULES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("VD.1", {"kind": "pass_fail", "question": "Xã có trang thông tin điện tử"}),
    (
        "VD.2",
        {
            "kind": "ratio",
            "numerator_label": "Số hồ sơ nộp trực tuyến",
            "denominator_label": "Tổng số hồ sơ",
            "comparator": ">=",
            "threshold": {"value": 70, **_SOURCE},
        },
    ),
    (
        "VD.3",
        {
            "kind": "count",
            "label": "Số điểm truy nhập Internet công cộng",
            "unit": "điểm",
            "comparator": ">=",
            "threshold": {"value": 1, **_SOURCE},
        },
    ),
    (
        "VD.4",
        {
            "kind": "bands",
            "quantity": {"kind": "count", "label": "Số buổi tập huấn trong năm", "unit": "buổi"},
            "bands": [
                {"below": 2, "points": 0},
                {"at_least": 2, "below": 4, "points": 5},
                {"at_least": 4, "points": 10},
            ],
        },
    ),
    (
        "VD.5",
        {
            "kind": "choice",
            "question": "Ai đứng đầu Ban chỉ đạo chuyển đổi số của xã",
            "options": [
                {"code": "chu-tich", "label": "Chủ tịch UBND xã", "fraction": 1},
                {"code": "pho", "label": "Phó Chủ tịch UBND xã", "fraction": "0.5"},
                {"code": "chua-co", "label": "Chưa có", "fraction": 0},
            ],
        },
    ),
    (
        "VD.6",
        {
            "kind": "proportional",
            "numerator_label": "Số hộ có địa chỉ số",
            "denominator_label": "Tổng số hộ",
            "full_at": 90,
            "none_below": 0,
        },
    ),
)


def _lines() -> tuple[dict[str, Value], ...]:
    """The rows of all examples, as they would stand in ``_rules``."""
    return tuple(row for code, rule in RULES for row in rule_rows(code, rule))


EXAMPLES: Final = _lines()
