"""Small criteria sets and indicators for the tests of the rules, written as an author of a set writes them."""

from __future__ import annotations

from typing import Any

from ruraldx.catalog.schema import CriteriaSet, Indicator, Rounding
from ruraldx.scoring.results import IndicatorResult, ScoringContext, score_indicator

Part = dict[str, Any]
DOCUMENT: Part = {"key": "van-ban", "number": "1/QĐ", "agency": "Cơ quan", "title": "Văn bản", "text_seen": True}


def indicator(rule: Part, code: str = "8.1", **changes: Any) -> Indicator:
    """An indicator whose wording was seen, unless told otherwise."""
    return Indicator.model_validate(
        {
            "code": code,
            "name": "Chỉ tiêu",
            "document": "van-ban",
            "target": "Đạt",
            "responsible_agency": "Sở",
            "verification": "text_seen",
            "source": "Nguồn",
            "rule": rule,
            **changes,
        }
    )


def criteria_set(criteria: dict[str, list[Indicator]], **changes: Any) -> CriteriaSet:
    """A set from criterion code → indicators."""
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
            "criteria": [
                {"code": code, "name": f"Tiêu chí {code}", "indicators": [item.model_dump() for item in items]}
                for code, items in criteria.items()
            ],
            **changes,
        }
    )


def pass_fail(question: str = "Có không") -> Part:
    """A plain question."""
    return {"kind": "pass_fail", "question": question}


def boolean(code: str, label: str = "") -> Part:
    """A condition that is there or not."""
    return {"kind": "boolean", "code": code, "label": label or code}


def composite(operator: str, *conditions: Part, at_least: int | None = None) -> Part:
    """Conditions together."""
    return {"kind": "composite", "operator": operator, "at_least": at_least, "conditions": list(conditions)}


def threshold(value: str | None, verification: str = "text_seen") -> Part:
    """A bar with how well it is known."""
    return {"value": value, "verification": verification, "source": "Nguồn ngưỡng"}


def ratio(bar: Part, comparator: str = ">=") -> Part:
    """Numerator over denominator against a bar."""
    return {
        "kind": "ratio",
        "numerator_label": "Có",
        "denominator_label": "Tất cả",
        "comparator": comparator,
        "threshold": bar,
    }


def province_set(*alternatives: Part) -> Part:
    """Meaning set by each province."""
    return {"kind": "province_set", "question": "Theo quy định của tỉnh", "alternatives": list(alternatives)}


def alternative(code: str, rule: Part, verification: str = "text_seen") -> Part:
    """One province's way."""
    return {
        "code": code,
        "province_code": "17",
        "province": f"tỉnh {code}",
        "document": "van-ban",
        "source": f"Nguồn {code}",
        "verification": verification,
        "rule": rule,
    }


def figures(top: object, bottom: object, **more: str) -> dict[str, str | None]:
    """Answers to a ratio with everything that has to go with the figures."""
    return {"tu-so": str(top), "mau-so": str(bottom), "tinh-den": "2024-12-31", "noi-cung-cap": "Viễn thông", **more}


def score(
    item: Indicator, answers: dict[str, str | None], rounding: Rounding | None = None, **context: Any
) -> IndicatorResult:
    """The result of one indicator."""
    return score_indicator(item, answers, ScoringContext(**context), rounding)


def told(result: IndicatorResult) -> list[str]:
    """The explanation as people read it."""
    return [str(step.message) for step in result.steps]
