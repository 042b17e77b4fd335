"""Addresses inside this site."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def safe_next(target: str | None) -> str | None:
    """A path inside this site, or None: no host, no scheme, no backslash, no control character."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or "%5c" in target.casefold() or "%2f%2f" in target.casefold():
        return None
    if any(ord(character) < 33 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def parts_of(address: str) -> SplitResult | None:
    """The parts of an address somebody sent, or None for what is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return None
