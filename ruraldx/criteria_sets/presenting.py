"""From a criteria set to what a page draws: the tree as an outline, words for codes, rules in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ruraldx.catalog.kinds import ProvinceSet
from ruraldx.catalog.point_terms import Term
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator
from ruraldx.catalog.terms import terms_of
from ruraldx.criteria_sets.method import KINDS
from ruraldx.messages import Message

SCOPES: Final[dict[str, Message]] = {
    "commune": Message("Xã"),
    "village": Message("Thôn"),
    "district": Message("Huyện"),
    "province": Message("Tỉnh"),
    "pilot": Message("Mô hình"),
}
LEVELS: Final[dict[str, Message]] = {
    "ntm": Message("Nông thôn mới"),
    "nang_cao": Message("Nông thôn mới nâng cao"),
    "kieu_mau": Message("Nông thôn mới kiểu mẫu"),
    "thong_minh": Message("Nông thôn mới thông minh"),
    "tmdt": Message("Xã thương mại điện tử"),
    "hien_dai": Message("Nông thôn mới hiện đại"),
    "none": Message("Không theo mức nông thôn mới"),
}
SET_KINDS: Final[dict[str, Message]] = {
    "criteria": Message("Bộ tiêu chí đạt hoặc không đạt"),
    "score": Message("Bộ chỉ số chấm điểm"),
    "model": Message("Tiêu chí của mô hình"),
}
NODE_KINDS: Final[dict[str, Message]] = {
    "pillar": Message("Trụ cột"),
    "criterion": Message("Tiêu chí"),
    "group": Message("Nhóm"),
}
_DEEPEST_HEADING: Final = 4


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with the kind of its rule and how it gives its result."""

    indicator: Indicator
    kind: Message
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class NodeRow:
    """A node of the tree; ``level`` is that of its heading, ``depth`` how far it stands in (0: at the top)."""

    node: Criterion
    kind: Message
    depth: int
    level: int
    indicators: tuple[IndicatorRow, ...]


def outline(criteria: CriteriaSet) -> tuple[NodeRow, ...]:
    """Every node of the tree in order, parents first, whatever its depth."""
    return tuple(row for node in criteria.criteria for row in _below(criteria, node, 0))


def _below(criteria: CriteriaSet, node: Criterion, depth: int) -> tuple[NodeRow, ...]:
    row = NodeRow(
        node=node,
        kind=NODE_KINDS[node.kind],
        depth=depth,
        level=min(3 + depth, _DEEPEST_HEADING),
        indicators=tuple(_indicator(criteria, indicator) for indicator in node.indicators),
    )
    return (row, *(inner for group in node.groups for inner in _below(criteria, group, depth + 1)))


def _indicator(criteria: CriteriaSet, indicator: Indicator) -> IndicatorRow:
    return IndicatorRow(indicator, KINDS[indicator.rule.kind].name, _terms(criteria, indicator))


def _terms(criteria: CriteriaSet, indicator: Indicator) -> tuple[Term, ...]:
    """How the rule gives its result; of what provinces set, every way that is known."""
    if not isinstance(indicator.rule, ProvinceSet):
        return terms_of(criteria, indicator, {}, {})
    ways = [{indicator.code: alternative.code} for alternative in indicator.rule.alternatives]
    return tuple(term for way in ways for term in terms_of(criteria, indicator, way, {}))
