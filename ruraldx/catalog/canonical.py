"""The one form in which a criteria set is kept and hashed: the same set is the same bytes, always. Pure."""

from __future__ import annotations

import hashlib
import json

from ruraldx.catalog.schema import CriteriaSet
from ruraldx.vietnamese import nfc


def canonical_bytes(criteria: CriteriaSet) -> bytes:
    """The one byte form of a set: JSON with sorted keys, decimals as text, NFC.

    What has its default is left out, so that a kind of entry added later does not change the bytes of older sets.
    """
    data = criteria.model_dump(mode="json", exclude_defaults=True)
    return nfc(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))).encode()


def sha256_of(criteria: CriteriaSet) -> str:
    """SHA-256 (hex) of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(criteria)).hexdigest()


def from_canonical(data: bytes) -> CriteriaSet:
    """Read a set back from its canonical bytes."""
    return CriteriaSet.model_validate_json(data)
