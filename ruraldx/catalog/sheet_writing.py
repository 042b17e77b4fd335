"""A criteria set as the cells of its sheets: column → cell, line by line, in the order of the set. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator
from ruraldx.catalog.sheet_columns import (
    CLASS_COLUMNS,
    CLASSES,
    CONTENT,
    CONTENT_COLUMNS,
    DIMENSIONS,
    DOCUMENT_COLUMNS,
    DOCUMENTS,
    EVIDENCE,
    EVIDENCE_COLUMNS,
    META,
    META_ROWS,
    NODE_KEYS,
    NODE_NEEDS,
    RULES,
    Column,
)
from ruraldx.catalog.sheet_pieces import looked_up
from ruraldx.catalog.sheet_reading import summary
from ruraldx.catalog.sheet_rules import rule_rows
from ruraldx.catalog.sheet_values import cell_of
from ruraldx.catalog.sheet_words import KIND_WORDS, NODES
from ruraldx.office.cells import Value

Cells = dict[str, Value]


def lines_of_set(criteria: CriteriaSet) -> dict[str, list[Cells]]:
    """The lines of every sheet."""
    data = criteria.model_dump()
    content = [line for node in criteria.criteria for line in _node_lines(node, "")]
    for number, line in enumerate(content, 1):
        line["order"] = str(number)
    return {
        META: meta_lines(data),
        CONTENT: content,
        RULES: [row for one in criteria.indicators for row in rule_rows(one.code, one.rule.model_dump())],
        EVIDENCE: [line for one in criteria.indicators for line in _evidence(one)],
        DOCUMENTS: [_cells(DOCUMENT_COLUMNS, row) for row in data["documents"]],
        DIMENSIONS: list(_dimensions(criteria.dimensions)),
        CLASSES: [_cells(CLASS_COLUMNS, row) for row in data["aggregation"]["classes"]],
    }


def meta_lines(data: Mapping[str, Any]) -> list[Cells]:
    """A line for every entry of ``_meta``, filled as far as the data goes."""
    values = ((row, looked_up(data, tuple(row.key.split(".")))) for row in META_ROWS)
    return [
        {"name": row.header, "value": cell_of(row, value) if data else None, "help": row.hint, "key": row.key}
        for row, value in values
    ]


def _cells(columns: Sequence[Column], data: Mapping[str, Any]) -> Cells:
    return {column.key: cell_of(column, data.get(column.key)) for column in columns}


def _node_lines(node: Criterion, parent: str) -> Iterator[Cells]:
    data = node.model_dump(exclude={"groups", "indicators"})
    columns = [
        replace(column, required=column.key in NODE_NEEDS) for column in CONTENT_COLUMNS if column.key in NODE_KEYS
    ]
    yield {**_cells(columns, data), "parent": parent or None}
    for indicator in node.indicators:
        yield _indicator_line(indicator, node.code)
    for group in node.groups:
        yield from _node_lines(group, node.code)


def _indicator_line(indicator: Indicator, parent: str) -> Cells:
    data = indicator.model_dump(exclude={"rule", "evidence_asked"})
    columns = [column for column in CONTENT_COLUMNS if column.key in data]
    return {
        **_cells(columns, data),
        "kind": NODES["indicator"],
        "parent": parent,
        "evidence": summary([asked.title for asked in indicator.evidence_asked]) or None,
        "rule_kind": KIND_WORDS[indicator.rule.kind],
    }


def _evidence(indicator: Indicator) -> Iterator[Cells]:
    for asked in indicator.evidence_asked:
        yield _cells(EVIDENCE_COLUMNS, {"indicator": indicator.code, **asked.model_dump()})


def _dimensions(dimensions: Mapping[str, Mapping[str, str]]) -> Iterator[Cells]:
    for name, values in dimensions.items():
        if not values:
            yield {"dimension": name}
        for value, words in values.items():
            yield {"dimension": name, "value": value or None, "name": words or None}
