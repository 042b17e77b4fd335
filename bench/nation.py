"""A criteria set of sixty indicators with every kind of rule, and answers of as many communes as asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from ruraldx.catalog.entry import AS_OF, PROVIDER, FieldKind
from ruraldx.catalog.fields import Field, fields_of
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.scoring.results import ScoringContext

NATION, YEARS = 3321, 5
REGIONS = ("mien-nui", "dong-bang")
MOST = Decimal(2)
# Out of sixty: how many indicators of each kind.
KINDS = {
    "pass_fail": 11, "ratio": 10, "proportional": 8, "composite": 4, "count": 4, "value": 4, "bands": 4, "choice": 4,
    "highest_case": 2, "capped_count": 2, "adjustment": 2, "sum_of_parts": 2, "relative": 1, "imported": 1,
    "council": 1,
}  # fmt: skip
_Part = dict[str, Any]
_PAIR: _Part = {"numerator_label": "Số hộ có", "denominator_label": "Tổng số hộ"}
_SEEN: _Part = {"verification": "text_seen", "source": "Số liệu để đo"}


_BY_REGION = {"mien-nui": "60", "dong-bang": "80"}


def _bar(number: int) -> _Part:
    if number % 3 == 0:
        return {
            "dimension": "vung",
            "values": {"mien-nui": {"value": "60", **_SEEN}, "dong-bang": {"value": "80", **_SEEN}},
        }
    return {"value": str(50 + number % 40), **_SEEN}


def _conditions(number: int) -> _Part:
    return {
        "kind": "composite",
        "operator": ("all_of", "any_of", "n_of")[number % 3],
        "at_least": 2 if number % 3 == 2 else None,
        "conditions": [
            {"kind": "boolean", "code": "cong", "label": "Có cổng thông tin"},
            {"kind": "boolean", "code": "can-bo", "label": "Có cán bộ phụ trách"},
            {"kind": "count", "code": "to", "label": "Số tổ", "unit": "tổ", "minimum": 3},
        ],
    }


def _cases(name: str) -> list[_Part]:
    shares = ("1", "0.75", "0.5", "0")
    return [{"code": f"{name}-{i}", "label": f"Mức {i}", "fraction": share} for i, share in enumerate(shares)]


_RULES: dict[str, Callable[[int], _Part]] = {
    "pass_fail": lambda _n: {"kind": "pass_fail", "question": "Xã có thực hiện không?"},
    "ratio": lambda n: {"kind": "ratio", **_PAIR, "threshold": _bar(n)},
    "proportional": lambda n: {"kind": "proportional", **_PAIR, "full_at": "90", "none_below": str(n % 30)},
    "composite": _conditions,
    "count": lambda n: {
        "kind": "count", "label": "Số điểm", "unit": "điểm", "threshold": {"value": str(n % 9), **_SEEN},
    },
    "value": lambda _n: {
        "kind": "value", "label": "Thu nhập", "unit": "triệu", "threshold": {"value": "55.5", **_SEEN},
        "qualified": True,
    },
    "bands": lambda _n: {
        "kind": "bands",
        "quantity": {"kind": "count", "label": "Số cuộc", "unit": "cuộc"},
        "bands": [
            {"below": "2", "points": "0"},
            {"at_least": "2", "below": "10", "points": "0.75"},
            {"at_least": "10", "below": "40", "points": "1.5"},
            {"at_least": "40", "points": "2"},
        ],
    },
    "choice": lambda _n: {"kind": "choice", "question": "Ai là trưởng ban?", "options": _cases("muc")},
    "highest_case": lambda _n: {"kind": "highest_case", "question": "Trường hợp nào?", "cases": _cases("ca")},
    "capped_count": lambda _n: {"kind": "capped_count", "label": "Mô hình", "unit": "mô hình", "points_each": "0.3"},
    "adjustment": lambda n: {
        "kind": "adjustment", "sign": ("bonus", "penalty")[n % 2], "label": "Lần", "unit": "lần", "points_each": "0.1",
        "cap": "1",
    },
    "sum_of_parts": lambda _n: {
        "kind": "sum_of_parts",
        "parts": [
            {"code": "a", "label": "Có kế hoạch", "fraction": "0.5", "rule": _RULES["pass_fail"](0)},
            {"code": "b", "label": "Tỷ lệ", "fraction": "0.5", "rule": _RULES["proportional"](0)},
        ],
    },
    "relative": lambda _n: {"kind": "relative", "label": "Số giao dịch", "unit": "nghìn"},
    "imported": lambda _n: {"kind": "imported", "label": "Hài lòng", "provider": "Cơ quan khảo sát"},
    "council": lambda _n: {"kind": "council", "question": "Hội đồng chấm sáng tạo"},
}  # fmt: skip


@cache
def criteria() -> CriteriaSet:
    """The set: 4 pillars of 3 criteria of 5 indicators."""
    kinds = [kind for kind, number in KINDS.items() for _ in range(number)]
    Random(60).shuffle(kinds)
    indicators = [_indicator(number, kind) for number, kind in enumerate(kinds)]
    groups = [_node(f"C{i}", "criterion", indicators[i * 5 : i * 5 + 5], "indicators") for i in range(12)]
    pillars = [_node(f"T{i}", "pillar", groups[i * 3 : i * 3 + 3], "groups") for i in range(4)]
    bars = (("tot", "Tốt", 80), ("kha", "Khá", 65), ("trung-binh", "Trung bình", 50))
    return CriteriaSet.model_validate(
        {
            "code": "de-do",
            "number": 1,
            "title": "Bộ chỉ số để đo",
            "scope": "commune",
            "level": "none",
            "kind": "score",
            "period_from": "2021-01-01",
            "period_to": "2025-12-31",
            "documents": [
                {"key": "do", "number": "", "agency": "ruraldx", "title": "Số liệu để đo", "text_seen": True}
            ],
            "dimensions": {"vung": {"mien-nui": "Miền núi", "dong-bang": "Đồng bằng"}},
            "total_points": _points(pillars),
            "not_applicable": "redistributed",
            "aggregation": {
                "classes": [{"code": code, "name": name, "at_least": bar, **_SEEN} for code, name, bar in bars],
                "ranked": True,
                "comparable_by": ["vung"],
            },
            "criteria": pillars,
        }
    )


def _points(parts: list[_Part]) -> str:
    return str(sum((Decimal(part["max_points"] or 0) for part in parts), Decimal(0)))


def _node(code: str, kind: str, parts: list[_Part], below: str) -> _Part:
    return {"code": code, "name": code, "kind": kind, "max_points": _points(parts), below: parts}


def _indicator(number: int, kind: str) -> _Part:
    return {
        "code": f"{number // 5}.{number % 5}",
        "name": f"Chỉ tiêu {number}",
        "document": "do",
        "target": "Đạt",
        "responsible_agency": "Sở",
        "verification": "unverified" if number % 20 == 7 else "text_seen",
        "source": "Số liệu để đo",
        "allow_not_applicable": number % 10 == 3,
        "max_points": None if kind == "adjustment" else str(MOST),
        "rule": _RULES[kind](number),
    }


def context(region: str) -> ScoringContext:
    """What the scores of a unit of this region depend on besides its answers."""
    best = {one.code: Decimal(1000) for one in criteria().indicators if one.rule.kind == "relative"}
    return ScoringContext(dimensions={"vung": region}, best=best)


def region_of(unit: int) -> str:
    """The region of the n-th unit."""
    return REGIONS[unit % 3 == 0]


def _value(die: Random, field: Field) -> str:
    if field.kind is FieldKind.BOOLEAN:
        return "co" if die.random() < 0.8 else "khong"
    if field.kind is FieldKind.CHOICE:
        return field.options[die.randrange(len(field.options))][0]
    if field.kind in (FieldKind.DECIMAL, FieldKind.QUALIFIED):
        return (
            f"{die.randrange(1000)}.{die.randrange(1, 100):02d}" if field.maximum is None else f"{die.randrange(3)}.5"
        )
    return str(die.randrange(60))


def answers_of(indicator: Indicator, die: Random) -> Iterator[tuple[str, str]]:
    """(field code, value) of one indicator of one unit, in order of the codes; 2 % of the figures are missing."""
    fields = {field.code: field for field in fields_of(indicator, {}) if field.required or field.code == "diem"}
    values = {code: _value(die, field) for code, field in fields.items()}
    for code in values:
        if code.endswith("mau-so"):
            bottom = die.randrange(200, 3000)
            values[code] = str(bottom)
            values[code.replace("mau-so", "tu-so")] = str(die.randrange(bottom // 3, bottom))
        elif code.endswith(AS_OF):
            values[code] = "2024-12-31"
        elif code.endswith(PROVIDER):
            values[code] = "Ủy ban nhân dân xã"
    if indicator.allow_not_applicable and die.random() < 0.1:
        values = {"khong-ap-dung": "co", "ly-do-khong-ap-dung": "Xã không có thôn nào như vậy"}
    for code in sorted(values):
        if die.random() >= 0.02:
            yield code, values[code]
