"""Everything a score depends on, as one hash; and the one byte form of a result. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ruraldx.catalog.fields import EXPLANATION
from ruraldx.scoring.basis import Answers
from ruraldx.scoring.outcomes import ScoringContext, plain
from ruraldx.scoring.results import AssessmentResult


def inputs_hash(criteria_sha256: str, answers: Mapping[str, Answers], context: ScoringContext) -> str:
    """SHA-256 (hex) of the version, the answers and the context.

    What cannot move a score is left out, so that it moves no hash: a field without a value, and the explanation, which
    people read. The engine's version stands beside a stored result, not in here: the same inputs under two engines are
    the same inputs.
    """
    return _digest(
        {
            "criteria": criteria_sha256,
            "answers": {code: known for code in answers if (known := _counted(answers[code]))},
            "context": _context_data(context),
        }
    )


def context_hash(context: ScoringContext) -> str:
    """SHA-256 (hex) of what a score depends on besides answers: tells a new cohort from a new figure."""
    return _digest(_context_data(context))


def result_text(result: AssessmentResult) -> str:
    """The canonical text of a result: the same result is the same bytes, always."""
    return _canonical(result.as_data())


def _counted(answers: Answers) -> dict[str, str]:
    return {field: value for field, value in answers.items() if value is not None and field != EXPLANATION}


def _context_data(context: ScoringContext) -> dict[str, Any]:
    return {
        "dimensions": dict(context.dimensions),
        "choices": dict(context.choices),
        "confirmed": sorted(context.confirmed),
        "best": {code: plain(value) for code, value in context.best.items()},
    }


def _digest(data: Any) -> str:
    return hashlib.sha256(_canonical(data).encode()).hexdigest()


def _canonical(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
