"""The sets that come with the platform, read once in a process: they are files of the release and do not change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ruraldx.catalog.amendments import Amendment
from ruraldx.catalog.loader import load_amendments, load_shipped
from ruraldx.catalog.schema import CriteriaSet


@lru_cache(maxsize=1)
def shipped_sets() -> Mapping[str, CriteriaSet]:
    """Every set that comes with the platform, by code. Raises CatalogError."""
    return MappingProxyType(load_shipped())


@lru_cache(maxsize=1)
def shipped_amendments() -> tuple[Amendment, ...]:
    """Every amendment that comes with the platform. Raises CatalogError."""
    return load_amendments()
