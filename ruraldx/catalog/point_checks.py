"""Whether the points of a set add up: children and parent, the whole, classes, units of one threshold. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from ruraldx.catalog.schema import CriteriaSet, Criterion
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

_Path = tuple[str | int, ...]
_Found = Iterator[tuple[_Path, Message]]


def point_problems(criteria: CriteriaSet) -> _Found:
    """(place, sentence) of everything in the points of a set that does not add up."""
    for index, criterion in enumerate(criteria.criteria):
        yield from _node(("criteria", index), criterion)
    yield from _whole(criteria)
    yield from _classes(criteria)


def _node(place: _Path, node: Criterion) -> _Found:
    for index, group in enumerate(node.groups):
        yield from _node((*place, "groups", index), group)
    for index, indicator in enumerate(node.indicators):
        bar = indicator.minimum_points
        if bar is not None and (indicator.max_points is None or bar > indicator.max_points):
            yield (
                (*place, "indicators", index, "minimum_points"),
                Message("Chỉ tiêu %(code)s có mức tối thiểu cao hơn điểm tối đa.", code=indicator.code),
            )
    total = points_below(node)
    if node.max_points is None:
        if total:
            yield (
                (*place, "code"),
                Message("Mục %(code)s không tính điểm nhưng bên trong có điểm.", code=node.code),
            )
        return
    if not node.to_fill and total != node.max_points:
        yield (
            (*place, "max_points"),
            Message(
                "Mục %(code)s có %(maximum)s điểm nhưng các phần bên trong cộng lại bằng %(total)s.",
                code=node.code,
                maximum=decimal_text(node.max_points),
                total=decimal_text(total),
            ),
        )
    if node.minimum_points is not None and node.minimum_points > node.max_points:
        yield (
            (*place, "minimum_points"),
            Message("Mục %(code)s có mức tối thiểu cao hơn điểm tối đa.", code=node.code),
        )


def points_below(node: Criterion) -> Decimal:
    """The maxima of what is directly below a node, added up."""
    groups = sum((group.max_points or Decimal(0) for group in node.groups), Decimal(0))
    return groups + sum((indicator.max_points or Decimal(0) for indicator in node.indicators), Decimal(0))


def _whole(criteria: CriteriaSet) -> _Found:
    total = sum((criterion.max_points or Decimal(0) for criterion in criteria.criteria), Decimal(0))
    if criteria.total_points is None:
        if total:
            yield ("criteria",), Message("Bộ có điểm nên phải ghi tổng điểm (total_points).")
    elif total != criteria.total_points:
        yield (
            ("total_points",),
            Message(
                "Tổng điểm ghi là %(said)s nhưng các mục cộng lại bằng %(total)s.",
                said=decimal_text(criteria.total_points),
                total=decimal_text(total),
            ),
        )


def _classes(criteria: CriteriaSet) -> _Found:
    bands = criteria.aggregation.classes
    for index, (one, two) in enumerate(pairwise(bands), start=1):
        if two.at_least >= one.at_least:
            yield (
                ("aggregation", "classes", index, "at_least"),
                Message("Các mức xếp loại phải xếp từ cao xuống thấp: %(name)s.", name=two.name),
            )
    codes = [band.code for band in bands]
    if len(codes) != len(set(codes)):
        yield ("aggregation", "classes"), Message("Có hai mức xếp loại cùng mã.")
    if bands and criteria.total_points is None:
        yield ("aggregation", "classes"), Message("Xếp loại theo điểm cần có tổng điểm (total_points).")
    passes = criteria.aggregation
    if (passes.passes == "k_of_n") != (passes.at_least is not None):
        yield ("aggregation",), Message("“at_least” đi cùng và chỉ đi cùng “k_of_n”.")
    elif passes.at_least is not None and passes.at_least > len(criteria.criteria):
        yield ("aggregation", "at_least"), Message("“at_least” lớn hơn số tiêu chí nên không bao giờ đạt.")
