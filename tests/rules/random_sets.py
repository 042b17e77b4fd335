"""Criteria sets and answers made by a seeded die: every kind of rule, every way an answer can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from ruraldx.catalog.entry import FieldKind
from ruraldx.catalog.fields import EXPLANATION, Field, fields_of
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.scoring.results import ScoringContext
from tests.rules.making import DOCUMENT, Part

DIMENSIONS = {"vung": {"a": "Vùng A", "b": "Vùng B"}, "loai": {"xa": "Xã", "phuong": "Phường"}}
SURE = ("text_seen", "text_seen", "text_seen", "secondary", "unverified")
BARS = ("0", "1", "3", "12.5", "33.33", "50", "66.7", "80", "99.999", "100")
FRACTIONS = ("0", "0.125", "0.25", "0.333", "0.5", "0.75", "1")


def bar(die: Random) -> Part:
    """A threshold: known, unknown, or by the region of the unit."""

    def one() -> Part:
        value = die.choice((*BARS, None))
        return {"value": value, "verification": die.choice(SURE), "source": "Nguồn ngưỡng"}

    if die.random() < 0.3:
        return {"dimension": "vung", "values": {name: one() for name in die.choice((("a", "b"), ("a",)))}}
    return one()


def _comparator(die: Random) -> str:
    return die.choice((">=", ">", "<=", "<"))


def _pair() -> Part:
    return {"numerator_label": "Có", "denominator_label": "Tất cả"}


def _composite(die: Random) -> Part:
    number = die.randint(1, 4)
    operator = die.choice(("all_of", "any_of", "n_of"))
    return {
        "kind": "composite",
        "operator": operator,
        "at_least": die.randint(1, number) if operator == "n_of" else None,
        "conditions": [_condition(die, f"dk-{index}") for index in range(number)],
    }


def _condition(die: Random, code: str) -> Part:
    kind = die.choice(("boolean", "count", "number", "ratio"))
    more: dict[str, Part] = {
        "boolean": {},
        "count": {"minimum": die.randint(0, 4), "unit": "cái"},
        "number": {"minimum": die.choice(BARS), "unit": "km"},
        "ratio": {**_pair(), "minimum": die.choice(BARS)},
    }
    return {"kind": kind, "code": code, "label": f"Điều kiện {code}", **more[kind]}


def _bands(die: Random) -> Part:
    quantity: Part = die.choice(
        (
            {"kind": "count", "label": "Số", "unit": "cuộc"},
            {"kind": "number", "label": "Số", "unit": "km"},
            {"kind": "ratio", **_pair()},
        )
    )
    ends = sorted(die.sample([Decimal(text) for text in BARS[1:]], die.randint(1, 3)))
    edges = [None, *map(str, ends), None]
    bands = [
        {"at_least": low, "below": high, "points": die.choice(("0", "0.5", "1.25", "2", "3.333")), "label": ""}
        for low, high in pairwise(edges)
    ]
    return {"kind": "bands", "quantity": quantity, "bands": bands}


def _options(die: Random) -> list[Part]:
    return [
        {"code": f"muc-{index}", "label": f"Mức {index}", "fraction": die.choice(FRACTIONS)}
        for index in range(die.randint(2, 4))
    ]


def _counted(die: Random) -> Part:
    return {"label": "Số", "unit": "cái", "points_each": die.choice(("0.1", "0.333", "1", "2.5"))}


def _imported(die: Random) -> Part:
    return {
        "kind": "imported",
        "label": "Hài lòng",
        "provider": "Bộ",
        "full_at": die.choice(("80", "100")),
        "comparator": _comparator(die),
        "threshold": die.choice((None, bar(die))),
    }


def _sum(die: Random) -> Part:
    parts = [name for name in KINDS if name not in ("sum_of_parts", "adjustment", "relative", "council")]
    return {
        "kind": "sum_of_parts",
        "parts": [
            {"code": f"p{index}", "label": f"Phần {index}", "fraction": share, "rule": KINDS[die.choice(parts)](die)}
            for index, share in enumerate(die.choice((("0.5", "0.5"), ("0.333", "0.667"), ("0.2", "0.3", "0.5"))))
        ],
    }


KINDS: dict[str, Callable[[Random], Part]] = {
    "pass_fail": lambda _die: {"kind": "pass_fail", "question": "Có không"},
    "composite": _composite,
    "ratio": lambda die: {"kind": "ratio", **_pair(), "comparator": _comparator(die), "threshold": bar(die)},
    "count": lambda die: {
        "kind": "count", "label": "Số", "unit": "cái", "comparator": _comparator(die), "threshold": bar(die),
    },
    "value": lambda die: {
        "kind": "value", "label": "Số", "unit": "km", "comparator": _comparator(die), "threshold": bar(die),
        "qualified": die.random() < 0.5,
    },
    "bands": _bands,
    "proportional": lambda die: {
        "kind": "proportional", **_pair(), "full_at": die.choice(("30", "66.7", "100")),
        "none_below": die.choice(("0", "12.5", "50")),
    },
    "choice": lambda die: {"kind": "choice", "question": "Mức nào", "options": _options(die)},
    "highest_case": lambda die: {"kind": "highest_case", "question": "Trường hợp nào", "cases": _options(die)},
    "capped_count": lambda die: {"kind": "capped_count", **_counted(die)},
    "adjustment": lambda die: {
        "kind": "adjustment", "sign": die.choice(("bonus", "penalty")), **_counted(die),
        "cap": die.choice(("1", "2.5")),
    },
    "relative": lambda die: {
        "kind": "relative", "label": "Số", "unit": "km", "better": die.choice(("higher", "lower")),
    },
    "imported": _imported,
    "council": lambda _die: {"kind": "council", "question": "Hội đồng chấm"},
    "sum_of_parts": _sum,
}  # fmt: skip


def random_rule(die: Random, kind: str | None = None) -> Part:
    """A rule of the kind, or of any; now and then in the hands of a province."""
    if kind is None and die.random() < 0.1:
        return {
            "kind": "province_set",
            "question": "Theo quy định của tỉnh",
            "alternatives": [
                {
                    "code": code, "province_code": "17", "province": f"tỉnh {code}", "document": "van-ban",
                    "source": f"Nguồn {code}", "verification": die.choice(SURE), "rule": random_rule(die, _any(die)),
                }
                for code in ("mot", "hai")
            ],
        }  # fmt: skip
    return KINDS[kind or _any(die)](die)


def _any(die: Random) -> str:
    return die.choice(tuple(KINDS))


def random_indicator(die: Random, code: str, kind: str | None = None) -> Part:
    """An indicator, scored or not."""
    most = die.choice((None, "0", "1", "2.5", "3", "10"))
    return {
        "code": code,
        "name": f"Chỉ tiêu {code}",
        "document": "van-ban",
        "target": "Đạt",
        "responsible_agency": "Sở",
        "verification": die.choice(SURE),
        "source": "Nguồn",
        "in_programme": die.random() < 0.95,
        "allow_not_applicable": die.random() < 0.5,
        "max_points": most,
        "minimum_points": die.choice((None, None, None, "1")) if most else None,
        "applies_to": die.choice(({}, {}, {}, {"loai": ["xa"]}, {"vung": ["a"], "loai": ["xa", "phuong"]})),
        "rule": random_rule(die, kind),
    }


def _rounding(die: Random) -> Part:
    return {"mode": die.choice(("half_up", "half_even", "down")), "digits": die.choice((0, 1, 2, 2, 4))}


class _Tree:
    """Grows nodes and numbers their indicators."""

    def __init__(self, die: Random, kind: str | None) -> None:
        self.die, self.kind, self.count = die, kind, 0

    def node(self, code: str, depth: int) -> Part:
        die = self.die
        groups = [self.node(f"{code}.{i}", depth + 1) for i in range(die.randint(0, 2))] if depth < 2 else []
        indicators = [self.indicator() for _ in range(die.randint(0, 3))]
        scored = depth == 0 or die.random() < 0.85
        return {
            "code": f"M{code}",
            "name": f"Mục {code}",
            "kind": ("pillar", "criterion", "group")[depth],
            "max_points": str(self.most(groups, indicators)) if scored and die.random() < 0.9 else None,
            "minimum_points": die.choice((None, None, "1", "4")),
            "groups": groups,
            "indicators": indicators,
        }

    def indicator(self) -> Part:
        self.count += 1
        return random_indicator(self.die, f"{self.count}", self.kind)

    @staticmethod
    def most(groups: list[Part], indicators: list[Part]) -> Decimal:
        return sum((Decimal(part["max_points"] or 0) for part in (*groups, *indicators)), Decimal(0))


def random_set(die: Random, kind: str | None = None) -> CriteriaSet:
    """A set with a tree of two or three levels; ``kind``: only rules of this kind."""
    tree = _Tree(die, kind)
    criteria = [tree.node(f"{index}", 0) for index in range(1, die.randint(2, 4))]
    total = _Tree.most(criteria, [])
    classes = [
        {"code": code, "name": code, "at_least": at, "inclusive": die.random() < 0.7,
         "verification": die.choice(SURE), "source": "Nguồn"}
        for code, at in (("tot", "80"), ("kha", "62.5"), ("yeu", die.choice(("0", "30"))))
    ]  # fmt: skip
    at_least = die.choice((None, 1, 2))
    return CriteriaSet.model_validate(
        {
            "code": "bo",
            "number": 1,
            "title": "Bộ",
            "scope": "commune",
            "level": "ntm",
            "period_from": "2021-01-01",
            "period_to": "2025-12-31",
            "documents": [DOCUMENT],
            "dimensions": DIMENSIONS,
            "rounding": _rounding(die),
            "points_rounding": _rounding(die),
            "not_applicable": die.choice(("excluded", "full_points", "redistributed")),
            "total_points": str(total) if die.random() < 0.9 else None,
            "aggregation": {
                "passes": "k_of_n" if at_least else "all",
                "at_least": at_least,
                "classes": die.choice(((), classes)),
                "comparable_by": ["loai"],
            },
            "criteria": criteria,
        }
    )


NUMBERS = ("0", "1", "2", "3", "5", "12", "33", "50", "66", "80", "100", "120", "250", "1000000000")
DECIMALS = (*NUMBERS, "0.5", "12.50", "33.33", "66.70", "79.995", "0.123456789", "99.99900", "12345678901234567.8")


def random_value(die: Random, field: Field) -> str:
    """A canonical value of a field."""
    texts: dict[FieldKind, tuple[str, ...]] = {
        FieldKind.BOOLEAN: ("co", "co", "khong"),
        FieldKind.INTEGER: NUMBERS,
        FieldKind.DECIMAL: DECIMALS,
        FieldKind.PRINTED_PERCENT: (">98", "80", "66.6", "66.67"),
        FieldKind.QUALIFIED: (*DECIMALS, ">98", "<12.5", "≥50", "≤3", "~12.5", ">0", "<100"),
        FieldKind.DATE: ("2024-12-31",),
        FieldKind.TEXT: ("Sở",),
        FieldKind.LONG_TEXT: ("Vì sao", ""),
    }
    if field.kind is FieldKind.CHOICE:
        return die.choice((*(code for code, _label in field.options), "khong-con"))
    value = die.choice(texts[field.kind])
    return str(min(Decimal(value), field.maximum)) if field.maximum is not None else value


def random_answers(die: Random, indicator: Indicator, context: ScoringContext, missing: float) -> dict[str, str | None]:
    """Answers to one indicator, some of them missing."""
    answers: dict[str, str | None] = {}
    for field in fields_of(indicator, context.choices):
        drawn = die.random()
        if field.code == EXPLANATION or drawn < missing / 2:
            continue
        answers[field.code] = None if drawn < missing else random_value(die, field)
    return answers


def random_context(die: Random, criteria: CriteriaSet) -> ScoringContext:
    """Choices of a round, confirmed keys and frozen best values; dimensions of a unit."""
    indicators = criteria.indicators
    ways = ("mot", "hai", "khong-con")
    confirmed = [
        key for one in indicators for key in (one.code, f"{one.code}#mot", f"{one.code}#a") if die.random() < 0.2
    ]
    return ScoringContext(
        dimensions=random_dimensions(die),
        choices={one.code: die.choice(ways) for one in indicators if die.random() < 0.8},
        confirmed=frozenset(confirmed),
        best={one.code: Decimal(die.choice(DECIMALS)) for one in indicators if die.random() < 0.8},
    )


def random_dimensions(die: Random) -> dict[str, str]:
    """Region and kind of a unit; either may be unknown."""
    drawn: dict[str, Any] = {"vung": die.choice(("a", "b", None)), "loai": die.choice(("xa", "phuong", None))}
    return {name: value for name, value in drawn.items() if value}


def random_assessment(
    die: Random, criteria: CriteriaSet, context: ScoringContext, missing: float = 0.15
) -> dict[str, dict[str, str | None]]:
    """Answers to a whole set: indicator code → field code → value."""
    share = die.choice((0.0, missing))
    return {one.code: random_answers(die, one, context, share) for one in criteria.indicators if die.random() < 0.97}
