"""Valid criteria sets of every kind of rule, for property tests: ``criteria_sets()`` and what it is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.schema import CriteriaSet

Data = dict[str, Any]
# A set is large: few of them, fewer still where coverage is counted.
FEW = settings(
    max_examples=min(25, settings.default.max_examples), deadline=None, suppress_health_check=list(HealthCheck)
)
DEGREES = ["text_seen", "secondary", "recall", "unverified", "demo"]
COMPARATORS = [">=", ">", "<="]
# What a person may write, and what a format may trip over.
WORDS = [
    "Xã có điểm phục vụ", "8.10", "17", "yes", "null", "~", "- gạch", "a: b", "# thăng", "“ngoặc”", "'nháy'", '"kép"',
    "100 %", "{x}", "[y]", "2024-01-01", "1e5", ">98", "một\ndòng hai", "một\n\n  thụt", "a\tb", "Ho\u0300a",
    "?", "\U0001f33e", "&neo", "*sao", "!nhãn", "|", ">", "%", "@", "`", "0x1F", "1_000", ".5", "a\u2028b", "x\u0085y",
    "\ufeffz", "=", "đ",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda text: text.strip() != ""),
)
percents = st.decimals(0, 100, places=2)
numbers = st.decimals(1, 1000, places=1)
degrees = st.sampled_from(DEGREES)


def thresholds(values: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Data]:
    """One bar, or one for each value of the dimension ``vung``."""
    known = st.fixed_dictionaries({"value": values, "verification": degrees, "source": texts})
    unknown = st.fixed_dictionaries({"value": st.none(), "verification": st.sampled_from(DEGREES[1:])})
    one = known | unknown
    by = st.fixed_dictionaries({"dimension": st.just("vung"), "values": st.fixed_dictionaries({"a": one, "b": one})})
    return one | by


def _rule(kind: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries({"kind": st.just(kind), **parts})


def _condition(code: str) -> st.SearchStrategy[Data]:
    head = {"code": st.just(code), "label": texts}
    return st.one_of(
        _rule("boolean", **head),
        _rule("count", **head, minimum=st.integers(0, 9), unit=texts),
        _rule("number", **head, minimum=numbers, unit=texts),
        _rule("ratio", **head, numerator_label=texts, denominator_label=texts, minimum=percents),
    )


_QUOTIENT: dict[str, st.SearchStrategy[Any]] = {
    "numerator_label": texts, "denominator_label": texts, "population_base": st.just("") | texts,
}  # fmt: skip
_OPTIONS = st.tuples(
    st.fixed_dictionaries({"code": st.just("mot"), "label": texts, "fraction": st.just(1)}),
    st.fixed_dictionaries({"code": st.just("hai"), "label": texts, "fraction": st.decimals(0, 1, places=2)}),
)
_PASSING = [
    _rule("pass_fail", question=texts),
    st.builds(
        lambda operator, conditions: {
            "kind": "composite", "operator": operator, "conditions": conditions,
            "at_least": 2 if operator == "n_of" else None,
        },
        st.sampled_from(["all_of", "any_of", "n_of"]),
        st.tuples(_condition("mot"), _condition("hai"), _condition("ba")),
    ),
    _rule("ratio", **_QUOTIENT, comparator=st.sampled_from(COMPARATORS), threshold=thresholds(percents)),
    _rule("count", label=texts, unit=texts, comparator=st.sampled_from(COMPARATORS), threshold=thresholds(numbers)),
    _rule("value", label=texts, unit=texts, qualified=st.booleans(), threshold=thresholds(numbers)),
    _rule("imported", label=texts, provider=texts, threshold=thresholds(percents)),
]  # fmt: skip


def _bands(maximum: Decimal) -> st.SearchStrategy[Data]:
    quantity = st.one_of(
        _rule("count", label=texts, unit=texts),
        _rule("number", label=texts, unit=texts),
        _rule("ratio", **_QUOTIENT),
    )
    return st.builds(
        lambda measured, cut, label: {
            "kind": "bands", "quantity": measured,
            "bands": [{"below": cut, "points": 0, "label": label}, {"at_least": cut, "points": maximum}],
        },
        quantity, st.integers(1, 50), texts,
    )  # fmt: skip


def _scored(maximum: Decimal) -> list[st.SearchStrategy[Data]]:
    """Rules that need points and may be parts of another."""
    return [
        _bands(maximum),
        _rule("proportional", **_QUOTIENT, full_at=st.integers(60, 100), none_below=st.integers(0, 50)),
        _rule("choice", question=texts, options=_OPTIONS),
        _rule("highest_case", question=texts, cases=_OPTIONS),
        _rule("capped_count", label=texts, unit=texts, points_each=numbers),
        _rule("imported", label=texts, provider=texts, full_at=st.integers(1, 100)),
    ]


def rules(maximum: Decimal | None) -> st.SearchStrategy[Data]:
    """Every kind of rule that may stand in an indicator with these points."""
    simple = [*_PASSING]
    if maximum is None or not maximum:
        simple.append(
            st.builds(
                lambda rule, cap: {**rule, "cap": cap},
                _rule(
                    "adjustment", sign=st.sampled_from(["bonus", "penalty"]), label=texts, unit=texts,
                    points_each=st.just(Decimal("0.5")),
                ),
                st.decimals(1, 5, places=1),
            )
        )  # fmt: skip
    if maximum is not None:
        halves = st.one_of([*_PASSING, *_scored(maximum / 2)])
        parts = st.builds(
            lambda one, two: {
                "kind": "sum_of_parts",
                "parts": [
                    {"code": "p1", "label": "Một", "fraction": "0.5", "rule": one},
                    {"code": "p2", "label": "Hai", "fraction": "0.50", "rule": two},
                ],
            },
            halves, halves,
        )  # fmt: skip
        relative = _rule("relative", label=texts, unit=texts, better=st.sampled_from(["higher", "lower"]))
        simple += [*_scored(maximum), parts, relative, _rule("council", question=texts)]
    alternative = st.fixed_dictionaries(
        {
            "code": st.just("vi-du"), "province_code": st.just("49"), "province": texts, "document": st.just("van-ban"),
            "source": texts, "verification": degrees, "rule": st.one_of(simple),
        }
    )  # fmt: skip
    province = _rule("province_set", question=texts, alternatives=st.tuples() | st.tuples(alternative))
    return st.one_of(*simple, province)


@st.composite
def indicators(draw: Any, code: str, maximum: Decimal | None) -> Data:
    """An indicator of this code with these points."""
    return {
        "code": code,
        "name": draw(texts),
        "document": "van-ban",
        "clause": draw(st.just("") | texts),
        "target": draw(texts),
        "note": draw(st.just("") | texts),
        "evidence_asked": draw(
            st.just([]) | st.builds(lambda title: [{"code": "anh", "title": title, "kind": "photo"}], texts)
        ),
        "responsible_agency": draw(texts),
        "verification": draw(degrees),
        "source": draw(texts),
        "in_programme": draw(st.booleans()),
        "allow_not_applicable": draw(st.booleans()),
        "applies_to": draw(st.sampled_from([{}, {"vung": ["a"]}, {"vung": ["a", "b"]}])),
        "max_points": maximum,
        "rule": draw(rules(maximum)),
    }


@st.composite
def criteria_sets(draw: Any, scored: bool | None = None) -> CriteriaSet:
    """A valid set: a tree of two levels, with points or without, of every kind of rule."""
    points = draw(st.booleans()) if scored is None else scored
    maxima = [Decimal(draw(st.integers(1, 20))) if points else None for _ in range(4)]
    rows = [draw(indicators(f"{1 + i // 2}.{1 + i % 2}", maximum)) for i, maximum in enumerate(maxima)]
    group = {"code": "1a", "name": draw(texts), "kind": "group", "indicators": rows[:2]}
    pillar = {"code": "I", "name": draw(texts), "kind": "pillar", "groups": [group]}
    criterion = {"code": "2", "name": draw(texts), "note": draw(st.just("") | texts), "indicators": rows[2:]}
    to_come = {"code": "3", "name": draw(texts), "to_fill": draw(texts), "expected_indicators": 2}
    data: Data = {
        "code": "bo-thu", "number": draw(st.integers(1, 9999)), "title": draw(texts), "scope": "commune",
        "level": "none", "period_from": "2021-01-01", "period_to": "2025-12-31",
        "documents": [
            {"key": "van-ban", "number": draw(texts), "agency": draw(texts), "title": draw(texts), "text_seen": True}
        ],
        "dimensions": {"vung": {"a": draw(texts), "b": draw(texts)}},
        "note": draw(st.just("") | texts),
        "not_applicable": draw(st.sampled_from(["excluded", "full_points", "redistributed"])),
        "province_code": draw(st.sampled_from(["", "49"])),
        "criteria": [pillar, criterion, to_come],
    }  # fmt: skip
    if points:
        first, second = (Decimal(sum(maximum or 0 for maximum in some)) for some in (maxima[:2], maxima[2:]))
        group["max_points"] = pillar["max_points"] = first
        criterion["max_points"] = second
        data |= {
            "kind": "score",
            "total_points": first + second,
            "aggregation": {
                "passes": "not_said", "ranked": draw(st.booleans()), "comparable_by": ["vung"],
                "classes": [
                    {"code": "tot", "name": draw(texts), "at_least": 80, "verification": "demo", "source": draw(texts)}
                ],
            },
        }  # fmt: skip
    criteria = CriteriaSet.model_validate(data)
    assert problems_of(criteria) == []
    return criteria
