"""The pinned criteria set of an assessment: read once per process, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.assessments.models import CriteriaVersion
from ruraldx.catalog.fields import Field, fields_of
from ruraldx.catalog.loader import from_canonical
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.messages import Message, NotFound


class PinnedSet:
    """A criteria set with look-up by indicator code; ``choices`` pick among province alternatives."""

    def __init__(self, criteria: CriteriaSet, choices: Mapping[str, str]) -> None:
        self.criteria = criteria
        self.choices = choices
        self.indicators: dict[str, Indicator] = {
            indicator.code: indicator
            for criterion in criteria.criteria
            for indicator in criterion.indicators
            if indicator.in_programme
        }

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code. Raises NotFound for one that the set does not ask for."""
        try:
            return self.indicators[code]
        except KeyError:
            raise NotFound(Message("Không có chỉ tiêu %(code)s trong bộ tiêu chí này.", code=code)) from None

    def fields(self, code: str) -> tuple[Field, ...]:
        """The form fields of an indicator."""
        return fields_of(self.indicator(code), self.choices)


def lacks_evidence(indicator: Indicator, documents: bool, explanation: str | None) -> bool:
    """Whether an indicator that asks for evidence has neither a document nor an explanation."""
    return any(asked.required for asked in indicator.evidence_asked) and not documents and not explanation


def pinned_set(session: Session, version_id: int, choices: Mapping[str, str]) -> PinnedSet:
    """The set of a registered version with a round's choices. One statement at the first use in a process."""
    return _build(session, version_id, tuple(sorted(choices.items())))


def _build(session: Session, version_id: int, choices: tuple[tuple[str, str], ...]) -> PinnedSet:
    sha256 = session.execute(select(CriteriaVersion.sha256).where(CriteriaVersion.id == version_id)).scalar_one()
    cached = _cache.get((sha256, choices))
    if cached is None:
        content = session.execute(select(CriteriaVersion.content).where(CriteriaVersion.id == version_id)).scalar_one()
        cached = _cache[(sha256, choices)] = PinnedSet(_parse(content), dict(choices))
    return cached


# Keyed by content hash: a version is immutable, so an entry can never become stale.
_cache: dict[tuple[str, tuple[tuple[str, str], ...]], PinnedSet] = {}


@lru_cache(maxsize=64)
def _parse(content: str) -> CriteriaSet:
    return from_canonical(content.encode())
