"""The pinned criteria set of an assessment: read once per process, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ruraldx.assessments.score_models import RoundBest
from ruraldx.catalog.canonical import from_canonical
from ruraldx.catalog.fields import Field, FieldKind, fields_of, rule_in_force
from ruraldx.catalog.kinds import is_graded
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.messages import Message, NotFound
from ruraldx.scoring.cohort import group_of, relative_rules
from ruraldx.scoring.outcomes import ScoringContext


class PinnedSet:
    """A criteria set with look-up by indicator code; ``choices`` pick among province alternatives.

    ``indicators``: those in the programme that a unit of these ``dimensions`` is asked. ``best``: the frozen best
    values of the units it is compared with, where the set has rules that are relative to them.
    """

    def __init__(
        self, criteria: CriteriaSet, choices: Mapping[str, str], dimensions: Mapping[str, str], sha256: str = ""
    ) -> None:
        self.criteria = criteria
        self.sha256 = sha256
        self.best: Mapping[str, Decimal] = {}
        self.choices = choices
        self.dimensions = dimensions
        self.indicators: dict[str, Indicator] = {
            one.code: one for one in criteria.indicators if one.in_programme and one.asked_of(dimensions)
        }

    @property
    def context(self) -> ScoringContext:
        """What a score depends on besides answers."""
        return ScoringContext(dimensions=self.dimensions, choices=self.choices, best=self.best)

    @cached_property
    def is_relative(self) -> bool:
        """Whether any indicator is scored by the best unit of the round."""
        return bool(relative_rules(self.criteria, self.choices))

    def with_best(self, best: Mapping[str, Decimal]) -> PinnedSet:
        """The same set for a unit whose group has these best values."""
        found = copy(self)
        found.best = best
        return found

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


def pinned_set(
    session: Session,
    sha256: str,
    choices: Mapping[str, str],
    dimensions: Mapping[str, str],
    round_id: int | None = None,
) -> PinnedSet:
    """The set of a registered version with a round's choices, for units of these dimensions.

    One statement at its first use in a process; with ``round_id`` one more each time for the frozen best values, and
    that only for a set with rules that are relative to them.
    """
    wanted = (sha256, tuple(sorted(choices.items())), tuple(sorted(dimensions.items())))
    known = _cache.get(wanted)
    if known is None:
        content = session.scalars(select(CriteriaVersion.content).where(CriteriaVersion.sha256 == sha256)).one()
        criteria = from_canonical(content.encode())
        known = _cache[wanted] = PinnedSet(criteria, dict(choices), dict(dimensions), sha256)
    if round_id is None or not known.is_relative:
        return known
    return known.with_best(best_of_round(session, round_id).get(group_of(known.criteria, dimensions) or "", {}))


def best_of_round(session: Session, round_id: int) -> dict[str, dict[str, Decimal]]:
    """Comparison group → indicator → best value, of the latest freezing of a round. One statement."""
    latest = select(func.max(RoundBest.freezing)).where(RoundBest.round_id == round_id).scalar_subquery()
    rows = session.execute(
        select(RoundBest.comparison_group, RoundBest.indicator_code, RoundBest.value).where(
            RoundBest.round_id == round_id, RoundBest.freezing == latest
        )
    )
    found: dict[str, dict[str, Decimal]] = {}
    for group, code, value in rows:
        found.setdefault(group, {})[code] = value
    return found


# Keyed by content hash: a version is immutable, so an entry can never become stale.
_Pairs = tuple[tuple[str, str], ...]
_cache: dict[tuple[str, _Pairs, _Pairs], PinnedSet] = {}
