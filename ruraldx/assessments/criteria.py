"""The pinned criteria set of an assessment: read once per process, never changed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.assessments.models import CriteriaVersion
from ruraldx.catalog.canonical import from_canonical
from ruraldx.catalog.fields import Field, FieldKind, fields_of, rule_in_force
from ruraldx.catalog.kinds import is_graded
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.messages import Message, NotFound
from ruraldx.scoring.outcomes import ScoringContext


class PinnedSet:
    """A criteria set with look-up by indicator code; ``choices`` pick among province alternatives.

    ``indicators``: those in the programme that a unit of these ``dimensions`` is asked.
    """

    def __init__(self, criteria: CriteriaSet, choices: Mapping[str, str], dimensions: Mapping[str, str]) -> None:
        self.criteria = criteria
        self.choices = choices
        self.dimensions = dimensions
        self.indicators: dict[str, Indicator] = {
            one.code: one for one in criteria.indicators if one.in_programme and one.asked_of(dimensions)
        }

    @property
    def context(self) -> ScoringContext:
        """What a score depends on besides answers."""
        return ScoringContext(dimensions=self.dimensions, choices=self.choices)

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code. Raises NotFound for one that the set does not ask for."""
        try:
            return self.indicators[code]
        except KeyError:
            raise NotFound(Message("Không có chỉ tiêu %(code)s trong bộ tiêu chí này.", code=code)) from None

    def fields(self, code: str) -> tuple[Field, ...]:
        """The form fields of an indicator."""
        return fields_of(self.indicator(code), self.choices)

    def is_graded(self, code: str) -> bool:
        """Whether an indicator gives points by degree rather than passing or failing."""
        return is_graded(rule_in_force(self.indicator(code), self.choices))

    def has_threshold(self, code: str) -> bool:
        """Whether an indicator compares numbers; otherwise it asks for yes or no only."""
        return any(field.kind in (FieldKind.INTEGER, FieldKind.DECIMAL) for field in self.fields(code))


def lacks_evidence(indicator: Indicator, documents: bool, explanation: str | None) -> bool:
    """Whether an indicator that asks for evidence has neither a document nor an explanation."""
    return any(asked.required for asked in indicator.evidence_asked) and not documents and not explanation


def pinned_set(session: Session, sha256: str, choices: Mapping[str, str], dimensions: Mapping[str, str]) -> PinnedSet:
    """The set of a registered version with a round's choices, for units of these dimensions.

    One statement at its first use in a process.
    """
    wanted = (sha256, tuple(sorted(choices.items())), tuple(sorted(dimensions.items())))
    known = _cache.get(wanted)
    if known is None:
        content = session.scalars(select(CriteriaVersion.content).where(CriteriaVersion.sha256 == sha256)).one()
        known = _cache[wanted] = PinnedSet(from_canonical(content.encode()), dict(choices), dict(dimensions))
    return known


# Keyed by content hash: a version is immutable, so an entry can never become stale.
_Pairs = tuple[tuple[str, str], ...]
_cache: dict[tuple[str, _Pairs, _Pairs], PinnedSet] = {}
