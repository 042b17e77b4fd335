"""Sets written as YAML: readable, always the same, and read back to the same bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ruraldx.catalog.amendments import parse_amendment
from ruraldx.catalog.canonical import canonical_bytes
from ruraldx.catalog.kinds import ProvinceSet, SimpleRule
from ruraldx.catalog.loader import load_amendments, load_shipped, parse_set
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.text import to_yaml
from tests.rules.making import criteria_set, indicator, pass_fail
from tests.rules.making_sets import FEW, WORDS, criteria_sets, rules


@given(criteria_sets())
@FEW
def test_a_set_written_and_read_back_has_the_same_bytes_and_is_written_the_same_again(criteria: CriteriaSet) -> None:
    text = to_yaml(criteria)
    again = parse_set("bo.yaml", text.encode())
    assert canonical_bytes(again) == canonical_bytes(criteria)
    assert to_yaml(again) == text
    assert to_yaml(criteria) == text


@pytest.mark.parametrize("code", load_shipped())
def test_every_shipped_set_goes_there_and_back(code: str) -> None:
    criteria = load_shipped()[code]
    text = to_yaml(criteria)
    assert canonical_bytes(parse_set("bo.yaml", text.encode())) == canonical_bytes(criteria)


def test_every_shipped_amendment_goes_there_and_back() -> None:
    for amendment in load_amendments():
        text = to_yaml(amendment)
        assert parse_amendment("sua.yaml", text.encode()) == amendment
        assert to_yaml(parse_amendment("sua.yaml", text.encode())) == text


@pytest.mark.parametrize("word", WORDS)
def test_no_text_is_taken_for_something_else(word: str) -> None:
    criteria = criteria_set({"8": [indicator(pass_fail(word), name=word, note=f"{word}\n{word}")]})
    again = parse_set("bo.yaml", to_yaml(criteria).encode())
    assert canonical_bytes(again) == canonical_bytes(criteria)


def test_the_text_is_one_that_people_write() -> None:
    criteria = criteria_set(
        {"8": [indicator(pass_fail("Có điện thoại " + "rất " * 60 + "tốt"), note="Dòng một\nDòng hai")]},
        rounding={"digits": 3},
    )
    assert to_yaml(criteria) == (
        "code: bo\nnumber: 1\ntitle: Bộ\nscope: commune\nlevel: ntm\nperiod_from: 2021-01-01\nperiod_to: 2025-12-31\n"
        "documents:\n  - key: van-ban\n    number: 1/QĐ\n    agency: Cơ quan\n    title: Văn bản\n    text_seen: true\n"
        "rounding:\n  digits: 3\n"
        'criteria:\n  - code: "8"\n    name: Tiêu chí 8\n    indicators:\n      - code: "8.1"\n        name: Chỉ tiêu\n'
        "        document: van-ban\n        target: Đạt\n        responsible_agency: Sở\n"
        "        verification: text_seen\n        source: Nguồn\n        note: |-\n"
        "          Dòng một\n          Dòng hai\n"
        f"        rule:\n          kind: pass_fail\n          question: Có điện thoại {'rất ' * 60}tốt\n"
    )


def test_numbers_are_written_plainly_and_exactly() -> None:
    rule = {
        "kind": "composite", "operator": "all_of",
        "conditions": [
            {"kind": "number", "code": f"c{n}", "label": "x", "unit": "y", "minimum": Decimal(value)}
            for n, value in enumerate(["50", "4.50", "0.0000001", "1E+3", "-2.5"])
        ],
    }  # fmt: skip
    text = to_yaml(criteria_set({"8": [indicator(rule)]}))
    assert [line.partition(": ")[2] for line in text.splitlines() if "minimum" in line] == [
        "50", "4.5", "0.0000001", "1000", "-2.5",
    ]  # fmt: skip


def test_the_strategy_makes_every_kind_of_rule() -> None:
    seen: set[str] = set()

    @given(rules(Decimal(4)) | rules(None))
    @settings(max_examples=500, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def collect(rule: dict[str, Any]) -> None:
        seen.add(rule["kind"])

    collect()
    kinds = {kind.model_fields["kind"].annotation.__args__[0] for kind in (*SimpleRule.__args__, ProvinceSet)}
    assert seen == kinds
