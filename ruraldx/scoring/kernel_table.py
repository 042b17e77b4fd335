"""From a rule to its kernel: the table of kinds, and the kind that is made of others. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from math import lcm, prod
from typing import Any, Final

from ruraldx.catalog.point_rules import (
    Adjustment,
    Bands,
    CappedCount,
    Choice,
    Council,
    HighestCase,
    Imported,
    Proportional,
    Relative,
    SumOfParts,
)
from ruraldx.catalog.rules import Composite, Count, PassFail, Ratio, Value
from ruraldx.scoring import kernels, point_kernels
from ruraldx.scoring.arrays import Array
from ruraldx.scoring.basis import Basis
from ruraldx.scoring.kernels import Columns, Found, Kernel, Size, share_of


def kernel_of(rule: Any, basis: Basis, prefix: str = "") -> Kernel:
    """The kernel of any rule; one that passes or fails brings the whole maximum or nothing. Raises Unable."""
    kernel = _KINDS[type(rule)](rule, basis, prefix)
    if not kernel.passes or basis.maximum is None:
        return kernel
    top, bottom = share_of(basis)

    def run(columns: Columns) -> Found:
        found = kernel.run(columns)
        return found if found.met is None else replace(found, top=found.met * top, bottom=bottom)

    return replace(kernel, run=run, size=lambda cap: Size(top, bottom, kernel.size(cap).inner), bottom=bottom)


def sum_of_parts(rule: SumOfParts, basis: Basis, prefix: str) -> Kernel:
    """The measures of an indicator added up; one that is missing or in error leaves the sum open."""
    parts = [
        kernel_of(
            part.rule,
            replace(basis, maximum=(basis.maximum or Decimal(0)) * part.fraction),
            f"{prefix}{part.code}-",
        )
        for part in rule.parts
    ]
    fixed = lcm(*(part.bottom for part in parts if part.bottom is not None))
    constant = fixed if all(part.bottom is not None for part in parts) else None

    def run(columns: Columns) -> Found:
        found = [part.run(columns) for part in parts]
        flags = {name: _any([getattr(one, name) for one in found]) for name in ("open", "error", "waits")}
        if any(one.top is None for one in found):
            return Found(**flags)
        top, bottom = _added([(one.top, one.bottom) for one in found], fixed)
        return Found(**flags, top=top, bottom=bottom)

    def size(cap: int) -> Size:
        sizes = [part.size(cap) for part in parts]
        bottom = fixed * prod(one.bottom for one, part in zip(sizes, parts, strict=True) if part.bottom is None)
        top = sum(one.top * bottom for one in sizes)
        return Size(top, bottom, max(one.inner for one in sizes))

    return Kernel(
        {code: reading for part in parts for code, reading in part.fields.items()},
        run,
        all(part.verified for part in parts),
        size,
        constant,
        passes=False,
    )


def _any(flags: list[Array]) -> Array:
    found = flags[0]
    for flag in flags[1:]:
        found = found | flag
    return found


def _added(points: list[tuple[Array, Array]], fixed: int) -> tuple[Array, Array]:
    """Fractions added: those of one denominator for all units first, over ``fixed``."""
    top: Array = sum(top * (fixed // bottom) for top, bottom in points if isinstance(bottom, int))
    whole: Array = fixed
    for other, bottom in points:
        if not isinstance(bottom, int):
            top, whole = top * bottom + other * whole, whole * bottom
    return top, whole


_KINDS: Final[dict[type, Callable[[Any, Basis, str], Kernel]]] = {
    PassFail: kernels.pass_fail,
    Composite: kernels.composite,
    Ratio: kernels.ratio,
    Count: kernels.measured,
    Value: kernels.measured,
    Bands: point_kernels.bands,
    Proportional: point_kernels.proportional,
    Choice: point_kernels.choice,
    HighestCase: point_kernels.highest_case,
    CappedCount: point_kernels.counted,
    Adjustment: point_kernels.counted,
    Relative: point_kernels.relative,
    Imported: point_kernels.imported,
    Council: point_kernels.council,
    SumOfParts: sum_of_parts,
}
