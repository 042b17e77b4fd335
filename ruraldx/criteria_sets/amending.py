"""The one form in which an amendment is kept, and which of several with one code counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ruraldx.catalog.amendments import Amendment, parse_amendment
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.text import to_yaml
from ruraldx.criteria_sets.shipped import shipped_amendments


def amendment_text(amendment: Amendment) -> str:
    """Its YAML as our writer writes it: the same amendment is the same text, and numbers stay exact."""
    return to_yaml(amendment)


def digest_of(amendment: Amendment) -> str:
    """SHA-256 (hex) of that text."""
    return hashlib.sha256(amendment_text(amendment).encode()).hexdigest()


def amendment_from(text: str) -> Amendment:
    """Read an amendment back from its text."""
    return parse_amendment("", text.encode())


def standing(base: CriteriaSet, published: Iterable[Amendment]) -> tuple[Amendment, ...]:
    """The amendments of a version, shipped or published, by code: of each code the highest number."""
    found: dict[str, Amendment] = {}
    for amendment in (*shipped_amendments(), *published):
        known = found.get(amendment.code)
        if amendment.changes(base) and (known is None or known.number < amendment.number):
            found[amendment.code] = amendment
    return tuple(found[code] for code in sorted(found))
