"""One indicator of a draft by a form: the model is changed and written back, nobody has to touch YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from ruraldx.catalog.loader import CatalogError, Problem, parse_set, parse_yaml
from ruraldx.catalog.point_rules import Imported
from ruraldx.catalog.provincial import Resolver
from ruraldx.catalog.rules import Count, Ratio, Threshold, ThresholdBy, Value
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator, Verification
from ruraldx.messages import Invalid, Message, NotFound
from ruraldx.vietnamese import ValueProblem, decimal_text, nfc, parse_decimal

LINES: Final = ("name", "target", "responsible_agency", "data_source", "verifying_unit")
TEXTS: Final = ("calculation", "source")
REQUIRED: Final = ("name", "target", "responsible_agency", "source")
_THRESHOLD: Final = "threshold"


@dataclass(frozen=True)
class ThresholdField:
    """A threshold of an indicator: name of its input, of what (None: of all), value as text, unit."""

    name: str
    label: str | None
    value: str
    unit: str


@dataclass(frozen=True)
class Checked:
    """What a text is: the set, or (None) everything that is wrong with it, by line."""

    criteria: CriteriaSet | None
    problems: tuple[Problem, ...]


def checked(text: str, resolve: Resolver) -> Checked:
    """Read a text as publishing will read it."""
    try:
        return Checked(parse_set("", text.encode(), resolve), ())
    except CatalogError as error:
        return Checked(None, tuple(sorted(error.problems, key=lambda problem: problem.line)))


def shape_of(text: str) -> CriteriaSet | None:
    """The set of a text whose shape is right, even where the set does not add up yet; else None.

    None as well for a province's set that is written as changes: its indicators stand in another text.
    """
    try:
        return CriteriaSet.model_validate(parse_yaml("", text.encode())[0])
    except (CatalogError, ValidationError):
        return None


def indicator_of(criteria: CriteriaSet, code: str) -> Indicator:
    """The indicator of a code. Raises NotFound."""
    for indicator in criteria.indicators:
        if indicator.code == code:
            return indicator
    raise NotFound(Message("Không có chỉ tiêu %(code)s trong bộ tiêu chí này.", code=code))


def values_of(indicator: Indicator) -> dict[str, str]:
    """What the form of an indicator shows, by name of the input."""
    found = {name: getattr(indicator, name) for name in (*LINES, *TEXTS)}
    found["max_points"] = "" if indicator.max_points is None else decimal_text(indicator.max_points)
    found["verification"] = indicator.verification.value
    return found | {field.name: field.value for field in threshold_fields(indicator)}


def threshold_fields(indicator: Indicator) -> tuple[ThresholdField, ...]:
    """The thresholds that the form can change."""
    return tuple(
        ThresholdField(name, label, "" if found.value is None else decimal_text(found.value), _unit(indicator))
        for name, label, found in _thresholds(indicator)
    )


def _thresholds(indicator: Indicator) -> Iterator[tuple[str, str | None, Threshold]]:
    rule = indicator.rule
    by = rule.threshold if isinstance(rule, Ratio | Count | Value | Imported) else None
    if isinstance(by, ThresholdBy):
        for value, threshold in by.values.items():
            yield f"{_THRESHOLD}-{value}", value, threshold
    elif by is not None:
        yield _THRESHOLD, None, by


def _unit(indicator: Indicator) -> str:
    return indicator.rule.unit if isinstance(indicator.rule, Count | Value) else "%"


def edited(criteria: CriteriaSet, code: str, values: Mapping[str, str]) -> CriteriaSet:
    """The set with one indicator changed; what ``values`` does not name stays.

    Raises NotFound, or Invalid at the field that cannot be taken.
    """
    before = indicator_of(criteria, code)
    data = before.model_dump()
    data.update({name: _text(name, values[name]) for name in (*LINES, *TEXTS) if name in values})
    if "max_points" in values:
        data["max_points"] = _number("max_points", values["max_points"])
    if "verification" in values:
        data["verification"] = _verification(values["verification"])
    _set_thresholds(data["rule"], values)
    try:
        after = Indicator.model_validate(data)
    except ValidationError as error:
        place = str(error.errors()[0]["loc"][0])
        raise Invalid(Message("Giá trị không hợp lệ."), field=place if place in values else "name") from error
    nodes = tuple(_replaced(node, code, after) for node in criteria.criteria)
    return criteria.model_copy(update={"criteria": nodes})


def _text(name: str, value: str) -> str:
    text = nfc(value).strip()
    if name in LINES:
        text = " ".join(text.split())
    if name in REQUIRED and not text:
        raise Invalid(Message("Hãy điền ô này."), field=name)
    return text.replace("\r\n", "\n")


def _number(name: str, value: str) -> Decimal | None:
    """A number; None for an empty field: unscored, or a threshold that the province sets."""
    if not value.strip():
        return None
    try:
        return parse_decimal(value, minimum=Decimal(0) if name == "max_points" else None)
    except ValueProblem as problem:
        raise Invalid(problem.message, field=name) from problem


def _verification(value: str) -> str:
    if value not in set(Verification):
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), field="verification")
    return value


def _set_thresholds(rule: dict[str, Any], values: Mapping[str, str]) -> None:
    by = rule.get(_THRESHOLD)
    if not isinstance(by, dict):
        return
    if "values" in by:
        for name, threshold in by["values"].items():
            _set(threshold, f"{_THRESHOLD}-{name}", values)
    else:
        _set(by, _THRESHOLD, values)


def _set(threshold: dict[str, Any], name: str, values: Mapping[str, str]) -> None:
    if name in values:
        threshold["value"] = _number(name, values[name])


def _replaced(node: Criterion, code: str, after: Indicator) -> Criterion:
    return node.model_copy(
        update={
            "indicators": tuple(after if found.code == code else found for found in node.indicators),
            "groups": tuple(_replaced(group, code, after) for group in node.groups),
        }
    )
