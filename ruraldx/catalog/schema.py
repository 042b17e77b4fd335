"""The shape of a criteria set. Pure and frozen: a set that was loaded cannot be changed.

Confidence is part of the data: every indicator, condition and threshold says how well its wording is known, and
only ``text_seen`` may lead to a verdict (design.md 5.2).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ruraldx.catalog.rules import Rule
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

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class LegalDocument(Strict):
    """A legal document; number and date may be unknown, and then stay empty."""

    key: str
    number: str
    issued_on: date | None = None
    agency: str
    title: str
    effective_from: date | None = None
    effective_to: date | None = None
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
    """An indicator (chỉ tiêu) with its text, sources and rule."""

    code: str = Field(pattern=r"^\d{1,2}(\.\d{1,2}){1,3}$")
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
    rule: Annotated[Rule, Field(discriminator="kind")]


class Criterion(Strict):
    """A criterion (tiêu chí) with its indicators."""

    code: str
    name: str
    indicators: tuple[Indicator, ...] = Field(min_length=1)


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
    level: Literal["ntm", "nang_cao", "kieu_mau", "thong_minh", "hien_dai", "none"]
    period_from: date
    period_to: date
    documents: tuple[LegalDocument, ...] = Field(min_length=1)
    dimensions: dict[str, dict[str, str]] = Field(default_factory=dict)
    rounding: Rounding = Rounding()
    not_applicable: Literal["excluded", "full_points", "redistributed"] = "excluded"
    note: str = ""
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
        return tuple(indicator for criterion in self.criteria for indicator in criterion.indicators)
