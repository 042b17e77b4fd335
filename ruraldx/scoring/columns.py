"""Many units of one context scored indicator by indicator, a column each. Pure.

``Table``: what the units answered, as stored. ``CompiledIndicator``: an indicator made ready for one context.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ruraldx.catalog.fields import NOT_APPLICABLE, NOT_APPLICABLE_REASON
from ruraldx.catalog.schema import CriteriaSet, Indicator
from ruraldx.scoring.arrays import MISSING, ODD, SAFE, Array, CodeReader, NumberReader, numpy, rounded
from ruraldx.scoring.basis import Basis
from ruraldx.scoring.kernel_table import kernel_of
from ruraldx.scoring.kernels import FILLED, YES, Kernel, Reading, Unable
from ruraldx.scoring.outcomes import IndicatorResult, ScoringContext, Verdict
from ruraldx.scoring.plans import plan_of
from ruraldx.scoring.results import progress, score_indicator

VERDICT_ORDER: Final = tuple(Verdict)
CODE_OF: Final = {verdict: code for code, verdict in enumerate(VERDICT_ORDER)}
NO_POINTS: Final = -(2**63)
_CAPS: Final = tuple(10**power for power in (13, 11, 9, 7, 5))
Texts = Sequence[str | None]


@dataclass(frozen=True)
class Table:
    """The answers of ``units`` units of one context: (indicator, field) → one stored value for each unit.

    A field that is not there was answered by nobody.
    """

    units: int
    texts: Mapping[tuple[str, str], Texts]


@dataclass(frozen=True)
class Column:
    """The results of one indicator for all units: codes of verdicts, points in units of the set, fields asked."""

    verdicts: Array
    points: Array
    required: Array
    answered: Array


@dataclass(frozen=True)
class CompiledIndicator:
    """An indicator ready to be scored for many units of one context; without a kernel the engine does each."""

    indicator: Indicator
    criteria: CriteriaSet
    context: ScoringContext
    scale: int
    required: tuple[str, ...]
    kernel: Kernel | None
    cap: int = 0
    fields: Mapping[str, Reading] = field(default_factory=dict)
    known: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The codes of the fields that it, or the engine in its place, has to know."""
        return tuple(self.fields) if self.kernel else self.known

    def read(self, table: Table, readers: dict[Reading, Any]) -> dict[str, Array]:
        """The columns it needs, as numbers."""
        np = numpy()
        columns = {}
        for code, reading in self.fields.items():
            texts = table.texts.get((self.indicator.code, code))
            if texts is None:
                columns[code] = np.full(table.units, MISSING, np.int64)
                continue
            reader = readers.get(reading)
            if reader is None:
                made = NumberReader(reading) if isinstance(reading, int) else CodeReader(reading)
                reader = readers[reading] = made
            columns[code] = np.fromiter(map(reader.__getitem__, texts), np.int64, table.units)
        return columns

    def score(self, columns: Mapping[str, Array], table: Table) -> Column:
        """The results for all units: by the kernel, and one by one where a cell is odd."""
        np = numpy()
        if self.kernel is None:
            empty = [np.zeros(table.units, np.int64) for _ in range(4)]
            return self._corrected(Column(*empty), range(table.units), table)
        found = self._by_kernel(self.kernel, columns)
        odd = np.bool_(False)
        for code, reading in self.fields.items():
            if isinstance(reading, int):
                odd = odd | (columns[code] == ODD) | (columns[code] > self.cap)
        if not np.any(odd):
            return found
        return self._corrected(found, np.flatnonzero(odd).tolist(), table)

    def _by_kernel(self, kernel: Kernel, columns: Mapping[str, Array]) -> Column:
        np = numpy()
        found = kernel.run(columns)
        units = len(next(iter(columns.values())))
        bad = found.open | found.error | found.waits
        code = CODE_OF[Verdict.SCORED]
        if not kernel.verified or (found.met is None and found.top is None):
            code = CODE_OF[Verdict.UNVERIFIED]
        good: Any = code
        if found.met is not None and kernel.passes and kernel.verified:
            good = np.where(found.met, CODE_OF[Verdict.PASS], CODE_OF[Verdict.FAIL])
        verdicts = np.full(units, code, np.int8)
        verdicts[...] = good
        for flag, verdict in (
            (found.waits, Verdict.MANUAL),
            (found.open, Verdict.INCOMPLETE),
            (found.error, Verdict.ERROR),
        ):
            if flag is not False:
                verdicts = np.where(flag, np.int8(CODE_OF[verdict]), verdicts)
        points = np.full(units, NO_POINTS, np.int64)
        if found.top is not None:
            points = np.where(bad, NO_POINTS, self._points(found.top, found.bottom))
        answered = sum(((columns[code] != MISSING) for code in self.required), np.zeros(units, np.int64))
        required = np.full(units, len(self.required), np.int64)
        if not self.indicator.allow_not_applicable:
            return Column(verdicts, points, required, answered)
        return self._set_aside(Column(verdicts, points, required, answered), columns)

    def _points(self, top: Array, bottom: Array) -> Array:
        rounding = self.criteria.points_rounding
        return rounded(top, bottom, rounding.mode, rounding.digits) * 10 ** (self.scale - rounding.digits)

    def _set_aside(self, found: Column, columns: Mapping[str, Array]) -> Column:
        np = numpy()
        aside = columns[NOT_APPLICABLE] == 0
        reason = columns[NOT_APPLICABLE_REASON] == ODD
        verdict = np.where(reason, CODE_OF[Verdict.NOT_APPLICABLE], CODE_OF[Verdict.INCOMPLETE]).astype(np.int8)
        return Column(
            np.where(aside, verdict, found.verdicts),
            np.where(aside, NO_POINTS, found.points),
            np.where(aside, 1, found.required),
            np.where(aside, reason, found.answered),
        )

    def _corrected(self, found: Column, rows: Sequence[int], table: Table) -> Column:
        """The same with these rows scored by the engine itself."""
        code, roundings = self.indicator.code, (self.criteria.rounding, self.criteria.points_rounding)
        mine = [(field, texts) for (indicator, field), texts in table.texts.items() if indicator == code]
        for row in rows:
            answers = {field: texts[row] for field, texts in mine}
            result = score_indicator(self.indicator, answers, self.context, *roundings)
            part = progress(self.indicator, answers, self.context)
            found.verdicts[row], found.points[row] = CODE_OF[result.verdict], scaled(result, self.scale)
            found.required[row], found.answered[row] = part.required, part.answered
        return found


def scaled(result: IndicatorResult, scale: int) -> int:
    """The points of a result in units of the set; NO_POINTS for none."""
    return NO_POINTS if result.points is None else in_units(result.points, scale)


def in_units(value: Decimal | None, scale: int) -> int:
    """A number of points in units of 10**-scale; it has no more digits."""
    top, bottom = (value or Decimal(0)).as_integer_ratio()
    return int(top * 10**scale // bottom)


def compile_indicator(
    criteria: CriteriaSet, indicator: Indicator, context: ScoringContext, scale: int
) -> CompiledIndicator:
    """Make an indicator ready for the units of a context."""
    plan = plan_of(indicator, context.choices)
    required, known = plan.required, tuple(one.code for one in plan.fields)
    basis = Basis(indicator.code, *plan.standing, context, criteria.rounding, indicator.max_points)
    try:
        kernel = kernel_of(plan.rule, basis)
        cap = _cap(kernel, scale)
    except Unable:
        return CompiledIndicator(indicator, criteria, context, scale, required, None, known=known)
    fields = dict(kernel.fields)
    if indicator.allow_not_applicable:
        fields |= {NOT_APPLICABLE: YES, NOT_APPLICABLE_REASON: FILLED}
    return CompiledIndicator(indicator, criteria, context, scale, required, kernel, cap, fields)


def _cap(kernel: Kernel, scale: int) -> int:
    """The largest number in a cell with which nothing on the way can leave SAFE. Raises Unable: there is none."""
    for cap in _CAPS:
        size = kernel.size(cap)
        if size.inner < SAFE and 2 * (size.top + size.bottom) * 10**scale < SAFE:
            return cap
    raise Unable
