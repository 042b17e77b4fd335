"""What must hold of a criteria set beyond its shape: references, order, uniqueness, honest sources. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ruraldx.catalog.fields import fields_of
from ruraldx.catalog.rules import Composite, ProvinceSet, Ratio, SimpleRule, Threshold, ThresholdBy
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.messages import Message
from ruraldx.vietnamese import decimal_text

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
    for index, criterion in enumerate(criteria.criteria):
        if criterion.code in [earlier.code for earlier in criteria.criteria[:index]]:
            yield ("criteria", index, "code"), Message("Mã tiêu chí %(code)s lặp lại.", code=criterion.code)
    for place, indicator in _indicators(criteria):
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
    for place, indicator in _indicators(criteria):
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
            for inner, threshold in _thresholds_in(alternative.rule):
                yield (*where, "rule", *inner), alternative.document, threshold.verification
    else:
        for inner, threshold in _thresholds_in(indicator.rule):
            yield ("rule", *inner), indicator.document, threshold.verification


def _thresholds_in(rule: SimpleRule) -> Iterator[tuple[_Path, Threshold]]:
    if isinstance(rule, Ratio):
        if isinstance(rule.threshold, ThresholdBy):
            for value, threshold in rule.threshold.values.items():
                yield ("threshold", "values", value), threshold
        else:
            yield ("threshold",), rule.threshold


def _rules(criteria: CriteriaSet) -> _Found:
    for place, indicator in _indicators(criteria):
        for where, rule in _simple_rules(indicator):
            for found in _rule(criteria, rule):
                yield (*place, "rule", *where), found


def _rule(criteria: CriteriaSet, rule: SimpleRule) -> Iterator[Message]:
    if isinstance(rule, Composite):
        if (rule.operator == "n_of") != (rule.at_least is not None):
            yield Message("“at_least” đi cùng và chỉ đi cùng “n_of”.")
        if rule.at_least is not None and rule.at_least > len(rule.conditions):
            yield Message("“at_least” lớn hơn số điều kiện nên không bao giờ đạt.")
    if isinstance(rule, Ratio):
        yield from _thresholds(criteria, rule)


def _thresholds(criteria: CriteriaSet, rule: Ratio) -> Iterator[Message]:
    for _where, threshold in _thresholds_in(rule):
        if threshold.value is not None and not 0 <= threshold.value <= 100:
            yield Message("Ngưỡng %(value)s không nằm trong 0–100 %%.", value=decimal_text(threshold.value))
        if threshold.value is None and threshold.verification == "text_seen":
            yield Message("Ngưỡng chưa có giá trị thì không thể ghi là đã đối chiếu.")
    by = rule.threshold
    if isinstance(by, ThresholdBy):
        known = criteria.dimensions.get(by.dimension)
        if known is None or set(by.values) != set(known):
            yield Message("Ngưỡng theo “%(name)s” không khớp danh mục của bộ tiêu chí.", name=by.dimension)


def _fields(criteria: CriteriaSet) -> _Found:
    """An answer is stored under the code of its field: no two of one page may share it."""
    for place, indicator in _indicators(criteria):
        rule = indicator.rule
        ways = [alternative.code for alternative in rule.alternatives] if isinstance(rule, ProvinceSet) else [""]
        for index, way in enumerate(ways):
            codes = [field.code for field in fields_of(indicator, {indicator.code: way})]
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                where = ("rule", "alternatives", index) if way else ("rule",)
                yield (*place, *where), Message("Hai ô của một chỉ tiêu có cùng mã “%(code)s”.", code=code)


def _alternatives(criteria: CriteriaSet) -> _Found:
    for place, indicator in _indicators(criteria):
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


def _indicators(criteria: CriteriaSet) -> Iterator[tuple[_Path, Indicator]]:
    for i, criterion in enumerate(criteria.criteria):
        for j, indicator in enumerate(criterion.indicators):
            yield ("criteria", i, "indicators", j), indicator


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
)
