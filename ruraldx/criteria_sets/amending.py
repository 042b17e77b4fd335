"""The one form in which an amendment is kept: canonical JSON and its hash."""

from __future__ import annotations

import hashlib
import json

from ruraldx.catalog.amendments import Amendment
from ruraldx.vietnamese import nfc


def amendment_text(amendment: Amendment) -> str:
    """Canonical JSON: sorted keys, no spaces, NFC, without what has its default."""
    data = amendment.model_dump(mode="json", exclude_defaults=True)
    return nfc(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def digest_of(amendment: Amendment) -> str:
    """SHA-256 (hex) of the canonical JSON."""
    return hashlib.sha256(amendment_text(amendment).encode()).hexdigest()


def amendment_from(text: str) -> Amendment:
    """Read an amendment back from its canonical JSON."""
    return Amendment.model_validate_json(text)
