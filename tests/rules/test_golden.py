"""The bytes of a result stay what they are: whoever makes the engine faster must not change a letter of it.

A change of meaning or wording is meant to turn this red: then raise the engine's version where the meaning changed,
and put the new hashes here (``python -m tests.rules.test_golden``).
"""

from __future__ import annotations

import hashlib
import json
from random import Random

import pytest

from ruraldx.scoring.results import score_assessment
from tests.rules.random_sets import KINDS, random_assessment, random_context, random_set

SETS, UNITS = 12, 5
GOLDEN = {
    "pass_fail": "7d654f601b8dab3b",
    "composite": "2ad087e4ee037951",
    "ratio": "a7edcaa20cc0a1b4",
    "count": "47e4a5451f26a08d",
    "value": "14fc14aed452d632",
    "bands": "b7e153edd52224dd",
    "proportional": "b34a44ac7b1c893b",
    "choice": "ef4d694cddbffb0a",
    "highest_case": "46e51c478d8e58fc",
    "capped_count": "bf5eb86adbf38a07",
    "adjustment": "92e28087c96298bd",
    "relative": "67a50fef7f737a9f",
    "imported": "b04ee00ee0b397c9",
    "council": "4e44ba0be05060d4",
    "sum_of_parts": "afdffed9b9806f3f",
    "any": "5cb9c746f2777fda",
}


def hash_of(kind: str) -> str:
    """The results of many random answers to random sets with rules of one kind, or of any."""
    found = hashlib.sha256()
    for seed in range(SETS):
        die = Random(f"{kind}-{seed}")
        criteria = random_set(die, None if kind == "any" else kind)
        context = random_context(die, criteria)
        for _ in range(UNITS):
            result = score_assessment(criteria, random_assessment(die, criteria, context), context)
            found.update(json.dumps(result.as_data(), ensure_ascii=False).encode())
    return found.hexdigest()[:16]


@pytest.mark.parametrize("kind", [*KINDS, "any"])
def test_results_of_random_answers_are_the_same_bytes_as_ever(kind: str) -> None:
    assert hash_of(kind) == GOLDEN[kind]


if __name__ == "__main__":
    for name in (*KINDS, "any"):
        print(f'    "{name}": "{hash_of(name)}",')
