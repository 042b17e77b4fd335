"""The demo sets are complete enough to use, use every kind of rule, and cannot be taken for law."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from ruraldx.catalog.checks import nodes_of
from ruraldx.catalog.fields import fields_of
from ruraldx.catalog.kinds import ProvinceSet, Rule
from ruraldx.catalog.loader import load_shipped
from ruraldx.catalog.point_rules import Adjustment, Imported, Relative
from ruraldx.catalog.rules import ThresholdBy
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.catalog.terms import terms_of

SETS = load_shipped()
DEMO = [criteria for criteria in SETS.values() if criteria.title.startswith("[Minh họa]")]
COMMUNE = SETS["xa-chuyen-doi-so-minh-hoa"]
ROWS = [pytest.param(s, i, id=f"{s.code}-{i.code}") for s in DEMO for i in s.indicators]


def rules(criteria: CriteriaSet) -> list[Any]:
    """Every rule of a set, those of alternatives and parts too."""
    found: list[Any] = []
    waiting: list[Any] = [item.rule for item in criteria.indicators]
    while waiting:
        rule = waiting.pop()
        found.append(rule)
        waiting += [inner.rule for inner in (*getattr(rule, "alternatives", ()), *getattr(rule, "parts", ()))]
    return found


def confidences(part: object) -> list[str]:
    """Every ``verification`` anywhere below a part of a set."""
    if isinstance(part, BaseModel):
        own = [str(part.verification)] if getattr(part, "verification", None) else []
        return own + [found for name in type(part).model_fields for found in confidences(getattr(part, name))]
    if isinstance(part, dict):
        return [found for value in part.values() for found in confidences(value)]
    if isinstance(part, tuple):
        return [found for value in part for found in confidences(value)]
    return []


def test_there_are_four_demo_sets_and_their_files_say_so_in_their_names() -> None:
    assert {criteria.code for criteria in DEMO} == {code for code in SETS if code.endswith("-minh-hoa")}
    assert len(DEMO) == 4


@pytest.mark.parametrize("criteria", DEMO, ids=lambda s: s.code)
def test_a_demo_set_says_so_everywhere_and_leans_on_no_decision(criteria: CriteriaSet) -> None:
    assert set(confidences(criteria)) == {"demo"}
    (document,) = criteria.documents
    assert (document.number, document.issued_on, document.agency) == ("", None, "Dữ liệu minh họa")
    assert "minh họa" in document.title
    assert "minh họa" in criteria.note
    assert not any("QĐ-" in text for text in criteria.model_dump_json().split('"'))


@pytest.mark.parametrize(("criteria", "item"), ROWS)
def test_every_row_fills_the_five_columns_and_can_be_asked_and_explained(
    criteria: CriteriaSet, item: Indicator
) -> None:
    for column in (item.calculation, item.data_source, item.verifying_unit, item.responsible_agency, item.target):
        assert column
    assert item.evidence_asked
    choices = {item.code: item.rule.alternatives[0].code} if isinstance(item.rule, ProvinceSet) else {}
    assert [field for field in fields_of(item, choices) if field.label]
    terms = terms_of(criteria, item, choices, {})
    assert terms or item.rule.kind == "pass_fail"


def test_the_commune_set_has_three_pillars_twelve_criteria_67_indicators_and_1000_points() -> None:
    assert [(pillar.name, pillar.kind, pillar.max_points) for pillar in COMMUNE.criteria] == [
        ("Chính quyền số", "pillar", 450),
        ("Kinh tế số", "pillar", 250),
        ("Xã hội số", "pillar", 300),
    ]
    assert COMMUNE.total_points == 1000
    assert sum((item.max_points or Decimal(0) for item in COMMUNE.indicators), Decimal(0)) == 1000
    assert len([node for _, node in nodes_of(COMMUNE) if node.kind == "criterion"]) == 12
    assert len(COMMUNE.indicators) == 67


def test_the_commune_set_uses_every_kind_of_rule() -> None:
    every = {kind.model_fields["kind"].annotation.__args__[0] for kind in get_args(Rule)}
    assert {item.rule.kind for item in COMMUNE.indicators} == every


def test_the_commune_set_uses_every_form_of_a_rule_that_has_several() -> None:
    found = rules(COMMUNE)
    by_kind = {rule.kind: [other for other in found if other.kind == rule.kind] for rule in found}
    assert {rule.operator for rule in by_kind["composite"]} == {"all_of", "any_of", "n_of"}
    assert {c.kind for rule in by_kind["composite"] for c in rule.conditions} == {"boolean", "count", "number", "ratio"}
    assert {rule.quantity.kind for rule in by_kind["bands"]} == {"count", "number", "ratio"}
    assert {isinstance(rule.threshold, ThresholdBy) for rule in by_kind["ratio"]} == {True, False}
    assert {rule.comparator for rule in by_kind["ratio"]} == {">=", "<="}
    assert {rule.qualified for rule in by_kind["value"]} == {True, False}
    assert {rule.better for rule in found if isinstance(rule, Relative)} == {"higher", "lower"}
    assert {rule.sign for rule in found if isinstance(rule, Adjustment)} == {"bonus", "penalty"}
    assert {rule.threshold is None for rule in found if isinstance(rule, Imported)} == {True, False}
    assert any(rule.full_at < 100 and rule.none_below > 0 for rule in by_kind["proportional"])
    assert all(len(rule.alternatives) > 1 for rule in by_kind["province_set"])


def test_the_commune_set_has_classes_minimums_groups_to_compare_in_and_rows_for_some_communes() -> None:
    whole = COMMUNE.aggregation
    assert [(band.name, band.at_least) for band in whole.classes] == [
        ("Xuất sắc", 90), ("Tốt", 80), ("Khá", 65), ("Trung bình", 50), ("Yếu", 0),
    ]  # fmt: skip
    assert (whole.ranked, whole.comparable_by) == (True, ("nhom",))
    assert {node.code: node.minimum_points for _, node in nodes_of(COMMUNE) if node.minimum_points} == {
        "I": 225,
        "III": 120,
    }
    assert {i.code: i.minimum_points for i in COMMUNE.indicators if i.minimum_points} == {"4.2": 10, "5.1": 20}
    assert COMMUNE.not_applicable == "redistributed"
    assert [i.code for i in COMMUNE.indicators if i.allow_not_applicable] == ["6.1", "6.2", "7.1", "7.4"]
    (tourism,) = (item for item in COMMUNE.indicators if item.applies_to)
    assert tourism.asked_of({"du-lich": "co"})
    assert not tourism.asked_of({"du-lich": "khong"})


@pytest.mark.parametrize(
    ("code", "level", "scope", "count"),
    [
        ("thon-thong-minh-minh-hoa", "thong_minh", "village", 17),
        ("xa-ntm-thong-minh-minh-hoa", "thong_minh", "commune", 17),
        ("xa-thuong-mai-dien-tu-minh-hoa", "tmdt", "commune", 14),
    ],
)
def test_a_model_passes_or_fails_without_points(code: str, level: str, scope: str, count: int) -> None:
    criteria = SETS[code]
    assert (criteria.level, criteria.scope, criteria.kind) == (level, scope, "model")
    assert len(criteria.indicators) == count
    assert criteria.total_points is None
    assert not any(item.max_points for item in criteria.indicators)
    assert criteria.aggregation.passes == "all"
