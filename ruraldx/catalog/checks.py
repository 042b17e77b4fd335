"""What must hold of a criteria set beyond its shape: references, order, uniqueness, honest sources. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ruraldx.catalog.fields import fields_of
from ruraldx.catalog.kinds import ProvinceSet, SimpleRule
from ruraldx.catalog.point_checks import point_problems
from ruraldx.catalog.rule_checks import rule_problems, thresholds_in
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator
from ruraldx.messages import Message

_Path = tuple[str | int, ...]
_Found = Iterator[tuple[_Path, Message]]


def problems_of(criteria: CriteriaSet) -> list[tuple[_Path, Message]]:
    """(place, sentence) of everything that is wrong with a set."""
    return [problem for check in _CHECKS for problem in check(criteria)]


def _dates(criteria: CriteriaSet) -> _Found:
    if criteria.period_to < criteria.period_from:
        yield ("period_to",), Message("Kỳ áp dụng kết thúc trước khi bắt đầu.")
    for index, document in enumerate(criteria.documents):
        start, end = document.effective_from, document.effective_to
        if start and end and end < start:
            yield (
                ("documents", index, "effective_to"),
                Message("Văn bản %(number)s hết hiệu lực trước khi có hiệu lực.", number=document.number),
            )
        if start and document.issued_on and start < document.issued_on:
            yield (
                ("documents", index, "effective_from"),
                Message("Văn bản %(number)s có hiệu lực trước ngày ban hành.", number=document.number),
            )


def _codes(criteria: CriteriaSet) -> _Found:
    seen: set[str] = set()
    nodes: set[str] = set()
    for place, node in nodes_of(criteria):
        if node.code in nodes:
            yield (*place, "code"), Message("Mã tiêu chí %(code)s lặp lại.", code=node.code)
        nodes.add(node.code)
        if not node.groups and not node.indicators and not node.to_fill:
            yield place, Message("Mục %(code)s không có chỉ tiêu nào; hãy thêm, hoặc ghi “to_fill”.", code=node.code)
    for place, indicator in indicators_of(criteria):
        if indicator.code in seen:
            yield (*place, "code"), Message("Mã chỉ tiêu %(code)s lặp lại.", code=indicator.code)
        seen.add(indicator.code)
        asked = [evidence.code for evidence in indicator.evidence_asked]
        if len(asked) != len(set(asked)):
            yield (
                (*place, "evidence_asked"),
                Message("Chỉ tiêu %(code)s có mã minh chứng lặp lại.", code=indicator.code),
            )
    keys = [document.key for document in criteria.documents]
    if len(keys) != len(set(keys)):
        yield ("documents",), Message("Có hai văn bản cùng khóa.")


def _sources(criteria: CriteriaSet) -> _Found:
    documents = {document.key: document for document in criteria.documents}
    for place, indicator in indicators_of(criteria):
        if not indicator.source:
            yield (*place, "source"), Message("Chỉ tiêu %(code)s thiếu nguồn.", code=indicator.code)
        for where, key, verification in _leans_on(indicator):
            if key not in documents:
                if "threshold" not in where:  # said once, of what names the document
                    yield (
                        (*place, *where, "document"),
                        Message(
                            "Chỉ tiêu %(code)s dẫn văn bản “%(key)s” không có trong danh sách.",
                            code=indicator.code,
                            key=key,
                        ),
                    )
            elif verification == "text_seen" and not documents[key].text_seen:
                yield (
                    (*place, *where, "verification"),
                    Message("Chỉ tiêu %(code)s ghi đã đối chiếu nhưng văn bản gốc chưa được xem.", code=indicator.code),
                )


def _leans_on(indicator: Indicator) -> Iterator[tuple[_Path, str, str]]:
    """(place, key of a document, confidence) of the indicator, each alternative, and every threshold of theirs."""
    yield (), indicator.document, indicator.verification
    if isinstance(indicator.rule, ProvinceSet):
        for index, alternative in enumerate(indicator.rule.alternatives):
            where: _Path = ("rule", "alternatives", index)
            yield where, alternative.document, alternative.verification
            for inner, threshold in thresholds_in(alternative.rule):
                yield (*where, "rule", *inner), alternative.document, threshold.verification
    else:
        for inner, threshold in thresholds_in(indicator.rule):
            yield ("rule", *inner), indicator.document, threshold.verification


def _rules(criteria: CriteriaSet) -> _Found:
    for place, indicator in indicators_of(criteria):
        for where, rule in _simple_rules(indicator):
            for found in rule_problems(criteria, indicator, rule):
                yield (*place, "rule", *where), found


def _scope(criteria: CriteriaSet) -> _Found:
    """To whom an indicator applies is said in the words of the set's dimensions."""
    for place, indicator in indicators_of(criteria):
        for name, values in indicator.applies_to.items():
            known = criteria.dimensions.get(name, {})
            for value in values or ("",):
                if value not in known:
                    yield (
                        (*place, "applies_to", name),
                        Message("“%(name)s: %(value)s” không có trong danh mục.", name=name, value=value),
                    )
    for name in criteria.aggregation.comparable_by:
        if name not in criteria.dimensions:
            yield ("aggregation", "comparable_by"), Message("Bộ tiêu chí này không chia theo “%(name)s”.", name=name)


def _fields(criteria: CriteriaSet) -> _Found:
    """An answer is stored under the code of its field: no two of one page may share it."""
    for place, indicator in indicators_of(criteria):
        rule = indicator.rule
        ways = [alternative.code for alternative in rule.alternatives] if isinstance(rule, ProvinceSet) else [""]
        for index, way in enumerate(ways):
            codes = [field.code for field in fields_of(indicator, {indicator.code: way})]
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                where = ("rule", "alternatives", index) if way else ("rule",)
                yield (*place, *where), Message("Hai ô của một chỉ tiêu có cùng mã “%(code)s”.", code=code)


def _alternatives(criteria: CriteriaSet) -> _Found:
    for place, indicator in indicators_of(criteria):
        if isinstance(indicator.rule, ProvinceSet):
            codes = [alternative.code for alternative in indicator.rule.alternatives]
            if len(codes) != len(set(codes)):
                yield (*place, "rule"), Message("Có hai phương án của tỉnh cùng mã.")
            for index, alternative in enumerate(indicator.rule.alternatives):
                if not alternative.source:
                    yield (
                        (*place, "rule", "alternatives", index, "source"),
                        Message("Phương án của %(province)s thiếu nguồn.", province=alternative.province),
                    )


def nodes_of(criteria: CriteriaSet) -> Iterator[tuple[_Path, Criterion]]:
    """(place, node) of every node above the indicators, parents first."""

    def below(place: _Path, node: Criterion) -> Iterator[tuple[_Path, Criterion]]:
        yield place, node
        for index, group in enumerate(node.groups):
            yield from below((*place, "groups", index), group)

    for index, criterion in enumerate(criteria.criteria):
        yield from below(("criteria", index), criterion)


def indicators_of(criteria: CriteriaSet) -> Iterator[tuple[_Path, Indicator]]:
    """(place, indicator) of every indicator in order of the tree."""
    for place, node in nodes_of(criteria):
        for index, indicator in enumerate(node.indicators):
            yield (*place, "indicators", index), indicator


def _simple_rules(indicator: Indicator) -> Iterator[tuple[_Path, SimpleRule]]:
    if isinstance(indicator.rule, ProvinceSet):
        for index, alternative in enumerate(indicator.rule.alternatives):
            yield ("alternatives", index, "rule"), alternative.rule
    else:
        yield (), indicator.rule


_CHECKS: Final[tuple[Callable[[CriteriaSet], _Found], ...]] = (
    _dates,
    _codes,
    _sources,
    _rules,
    _fields,
    _alternatives,
    _scope,
    point_problems,
)
