"""The examples of docs/amendments.md are files that can be taken."""

from __future__ import annotations

import re

from ruraldx.catalog.amendments import parse_amendment
from ruraldx.catalog.json_schema import MODELS
from ruraldx.catalog.library import check_texts
from ruraldx.config import ROOT

PAGE = (ROOT / "docs" / "amendments.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_every_example_is_valid_on_the_shipped_sets_and_there_is_one_of_each_kind() -> None:
    found = check_texts({str(index): text.encode() for index, text in enumerate(EXAMPLES)})
    assert [str(problem) for checked in found.values() for problem in checked.problems] == []
    assert [checked.kind for checked in found.values()] == ["amendment", "set", "crosswalk"]


def test_every_operation_is_in_the_example_and_in_the_table() -> None:
    shown = {operation.kind for operation in parse_amendment("x.yaml", EXAMPLES[0].encode()).operations}
    assert shown == set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE))
    assert len(shown) == 6


def test_every_schema_is_named() -> None:
    assert all(f"`{kind}`" in PAGE for kind in MODELS)
