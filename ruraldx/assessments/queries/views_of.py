"""What a page knows of an assessment: frozen values, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ruraldx.assessments.criteria import PinnedSet
from ruraldx.assessments.states import NOT_SENT, STATUSES, Facts, Offer, Status, StatusInfo
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.messages import Message, NotFound
from ruraldx.scoring.results import AssessmentResult, CriterionResult, IndicatorResult, Verdict, roll_up
from ruraldx.scoring.totals import NodeTotal, Total, node_totals, set_total

_JUDGED = ("pass", "scored", "fail")


@dataclass(frozen=True)
class AnswerView:
    """A stored field."""

    raw: str
    value: str | None
    problem: Mapping[str, Any] | None
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class DocumentView:
    """A piece of evidence as a page shows it."""

    key: str
    filename: str
    size: int
    sha256: str
    number: str
    issued_on: date | None
    agency: str
    summary: str
    page: str


@dataclass(frozen=True)
class StageView:
    """What a stage says, by whom and when; ``figures``: field → value where it counts otherwise than the commune.

    ``value``: what comes out with them, where there is a number. ``result``: verdict and points as the stage has them.
    """

    id: int
    verdict: str
    reason: str
    by: str
    at: datetime
    submission_number: int
    figures: Mapping[str, str]
    value: Decimal | None
    result: IndicatorResult


@dataclass(frozen=True)
class ReturnView:
    """A return with its reason; ``fixed_at`` when the commune changed something."""

    reason: str
    by: str
    returned_at: datetime
    fixed_at: datetime | None


@dataclass(frozen=True)
class DecisionView:
    """The decision of an assessment."""

    number: str
    decided_on: date
    signer: str
    outcome: str
    note: str
    recorded_at: datetime


@dataclass(frozen=True)
class IndicatorView:
    """One indicator with everything known of it.

    ``returned``: it is back with the commune; ``answered_return``: it was, before the sending that stands.
    """

    indicator: Indicator
    answers: Mapping[str, AnswerView]
    documents: tuple[DocumentView, ...]
    result: IndicatorResult
    stages: Mapping[str, StageView]
    returned: ReturnView | None
    answered_return: ReturnView | None
    editable: bool
    has_threshold: bool

    def wording(self, verdict: str) -> str:
        """The code of the words for a verdict of the engine: without a threshold it is the content that is open."""
        return "unverified_content" if verdict == Verdict.UNVERIFIED and not self.has_threshold else verdict

    @property
    def judged(self) -> Verdict:
        """The appraiser's verdict as it stands; "incomplete" while there is none or it is to be returned."""
        stage = self.stages.get("appraised")
        return Verdict(stage.verdict) if stage and stage.verdict in _JUDGED else Verdict.INCOMPLETE


@dataclass(frozen=True)
class Dossier:
    """An assessment, read whole. ``id`` is for further reads of the same assessment."""

    id: int
    key: str
    unit_name: str
    unit_code: str
    unit_path: str
    round_title: str
    period_from: date
    period_to: date
    due_at: datetime
    is_demo: bool
    status: Status
    version: int
    submissions: int
    sent_at: datetime | None
    appraiser: str | None
    criteria: CriteriaSet
    pinned: PinnedSet
    dimensions: Mapping[str, str]
    facts: Facts
    involved: frozenset[int]
    indicators: Mapping[str, IndicatorView]
    result: AssessmentResult
    decision: DecisionView | None
    offers: tuple[Offer, ...] = field(default=())

    @property
    def info(self) -> StatusInfo:
        """The status in words."""
        return STATUSES[self.status]

    @property
    def with_commune(self) -> bool:
        """Whether the deadline still runs: it is the commune's turn."""
        return self.status in NOT_SENT

    @property
    def criteria_results(self) -> tuple[CriterionResult, ...]:
        """What the appraisers' verdicts make of each criterion; an indicator without one counts as not judged yet."""
        verdicts = {code: view.judged for code, view in self.indicators.items()}
        return roll_up(self.criteria, verdicts)

    @property
    def appraised_nodes(self) -> tuple[NodeTotal, ...]:
        """The points of each node as appraised so far; none for a set without points."""
        return node_totals(self.criteria, self._appraised)

    @property
    def appraised_total(self) -> Total | None:
        """The points of the whole as appraised so far, with the class once everything has points."""
        return set_total(self.criteria, self.appraised_nodes, self._appraised)

    @property
    def _appraised(self) -> dict[str, IndicatorResult]:
        """What stands of each indicator; one that nobody has judged is possible and has no points yet."""
        open_ = {
            code: IndicatorResult(code, Verdict.INCOMPLETE, maximum=view.indicator.max_points)
            for code, view in self.indicators.items()
        }
        judged = {
            code: view.stages["appraised"].result
            for code, view in self.indicators.items()
            if view.judged is not Verdict.INCOMPLETE
        }
        return open_ | judged

    def unjudged(self, criterion: str) -> int:
        """How many indicators of a criterion have no verdict that stands."""
        asked = {
            indicator.code
            for item in self.criteria.criteria
            if item.code == criterion
            for section in item.sections
            for indicator in section.indicators
        }
        return sum(1 for code in asked & self.indicators.keys() if self.indicators[code].judged is Verdict.INCOMPLETE)

    def indicator(self, code: str) -> IndicatorView:
        """One indicator. Raises NotFound."""
        try:
            return self.indicators[code]
        except KeyError:
            raise NotFound(Message("Không có chỉ tiêu %(code)s trong hồ sơ này.", code=code)) from None
