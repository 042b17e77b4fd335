"""The shape of a criteria set. Pure and frozen: a set that was loaded cannot be changed.

Confidence is part of the data: every indicator, condition and threshold says how well its wording is known, and
only ``text_seen`` may lead to a verdict (design.md 5.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ruraldx.catalog.kinds import Rule
from ruraldx.catalog.rules import CODE, Confidence, Exact
from ruraldx.messages import Message


class Verification(StrEnum):
    """How well a wording or threshold is known."""

    TEXT_SEEN = "text_seen"
    SECONDARY = "secondary"
    RECALL = "recall"
    UNVERIFIED = "unverified"
    DEMO = "demo"


VERIFICATIONS: Final[dict[Verification, Message]] = {
    Verification.TEXT_SEEN: Message("Đã đối chiếu văn bản gốc"),
    Verification.SECONDARY: Message("Theo nguồn thứ cấp, chưa đối chiếu văn bản gốc"),
    Verification.RECALL: Message("Chưa có nguồn đối chiếu"),
    Verification.UNVERIFIED: Message("Chưa kiểm chứng"),
    Verification.DEMO: Message("Dữ liệu minh họa"),
}


class Strict(BaseModel):
    """Parent of every part: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


class LegalDocument(Strict):
    """A legal document; number and date may be unknown, and then stay empty."""

    key: str
    number: str
    issued_on: date | None = None
    agency: str
    title: str
    effective_from: date | None = None
    effective_to: date | None = None
    replaces: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    text_seen: bool = False

    @property
    def words(self) -> str:
        """How a text refers to it: its number where that is known, else its title; then who issued it."""
        return f"{self.number or self.title} ({self.agency})"


class EvidenceAsked(Strict):
    """Evidence that an indicator asks for. ``suggestion``: proposed by us, not quoted from a text."""

    code: str
    title: str
    kind: Literal["document", "extract", "signed_list", "minutes", "photo", "link", "summary_table"]
    required: bool = True
    suggestion: bool = True


class Indicator(Strict):
    """An indicator (chỉ tiêu) with its text, sources and rule.

    ``max_points`` None: it passes or fails and carries no points. ``applies_to``: name of a dimension → the values of
    units that are asked; a dimension that is not named does not matter.
    """

    code: str = Field(pattern=r"^[0-9A-Z]{1,6}(\.[0-9a-z]{1,4}){0,4}$", max_length=20)
    name: str
    document: str
    clause: str = ""
    target: str
    unit: str = ""
    calculation: str = ""
    evidence_asked: tuple[EvidenceAsked, ...] = ()
    data_source: str = ""
    responsible_agency: str
    verifying_unit: str = ""
    verification: Verification
    source: str
    note: str = ""
    in_programme: bool = True
    allow_not_applicable: bool = False
    max_points: Exact | None = Field(None, ge=0)
    minimum_points: Exact | None = Field(None, ge=0)
    applies_to: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rule: Annotated[Rule, Field(discriminator="kind")]

    def asked_of(self, dimensions: Mapping[str, str]) -> bool:
        """Whether a unit of these dimensions is asked; one whose dimension is not known is."""
        if not self.applies_to:
            return True
        return all(dimensions.get(name) in (None, *values) for name, values in self.applies_to.items())


class Criterion(Strict):
    """A node of the tree above the indicators: pillar (trụ cột), criterion (tiêu chí) or group (nhóm), of any depth.

    ``to_fill``: why its indicator rows are not here yet; an administrator enters them. ``max_points`` None: unscored.
    ``minimum_points``: an obligatory minimum; a set whose node stays below it has no class.
    """

    code: str
    name: str
    kind: Literal["pillar", "criterion", "group"] = "criterion"
    max_points: Exact | None = Field(None, ge=0)
    minimum_points: Exact | None = Field(None, ge=0)
    document: str = ""
    source: str = ""
    verification: Verification | None = None
    expected_indicators: int | None = Field(None, ge=0)
    note: str = ""
    to_fill: str = ""
    groups: tuple[Criterion, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @property
    def sections(self) -> tuple[Criterion, ...]:
        """The nodes at and below this one that hold indicators themselves, in order."""
        below = tuple(section for group in self.groups for section in group.sections)
        return (self, *below) if self.indicators else below


class ClassBand(Strict):
    """A class (xếp loại) from ``at_least`` percent of the possible points on."""

    code: str = Field(pattern=CODE)
    name: str
    at_least: Exact = Field(ge=0, le=100)
    inclusive: bool = True
    verification: Confidence
    source: str


class Aggregation(Strict):
    """How results come together: when the set passes, classes, and among whom ranks are comparable.

    ``passes``: all criteria, at least ``at_least`` of them, or not said. Ranks are competition ranks (1, 2, 2, 4)
    within units that agree in every dimension of ``comparable_by``.
    """

    passes: Literal["all", "k_of_n", "not_said"] = "all"
    at_least: int | None = Field(None, ge=1)
    classes: tuple[ClassBand, ...] = ()
    ranked: bool = False
    comparable_by: tuple[str, ...] = ()


class SetReference(Strict):
    """Another version of a set, by name."""

    code: str
    number: int


class Rounding(Strict):
    """How percentages are rounded for showing; comparisons use the exact ratio."""

    mode: Literal["half_up", "half_even", "down"] = "half_up"
    digits: int = Field(2, ge=0, le=6)


class CriteriaSet(Strict):
    """A version of a criteria set."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    number: int = Field(ge=1, le=9999)
    title: str = Field(max_length=300)
    scope: Literal["commune", "village", "district", "province", "pilot"]
    level: Literal["ntm", "nang_cao", "kieu_mau", "thong_minh", "tmdt", "hien_dai", "none"]
    period_from: date
    period_to: date
    documents: tuple[LegalDocument, ...] = Field(min_length=1)
    dimensions: dict[str, dict[str, str]] = Field(default_factory=dict)
    rounding: Rounding = Rounding()
    points_rounding: Rounding = Rounding()
    not_applicable: Literal["excluded", "full_points", "redistributed"] = "excluded"
    note: str = ""
    kind: Literal["criteria", "score", "model"] = "criteria"
    province_code: str = Field("", pattern=r"^(\d{2})?$")
    extends: SetReference | None = None
    total_points: Exact | None = Field(None, ge=0)
    aggregation: Aggregation = Aggregation()
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    def document(self, key: str) -> LegalDocument:
        """The legal document of a key. Raises KeyError."""
        for document in self.documents:
            if document.key == key:
                return document
        raise KeyError(key)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in order."""
        return tuple(indicator for section in self.sections for indicator in section.indicators)

    @property
    def sections(self) -> tuple[Criterion, ...]:
        """The nodes that hold indicators themselves, in order."""
        return tuple(section for criterion in self.criteria for section in criterion.sections)
