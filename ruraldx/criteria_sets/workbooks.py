"""Excel for criteria sets, loaded at first use: few who use the platform author a set."""

from __future__ import annotations

import importlib
from typing import Any, Final

from ruraldx.catalog.schema import CriteriaSet

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _sheets() -> Any:
    return importlib.import_module("ruraldx.catalog.sheets")


def to_workbook(criteria: CriteriaSet) -> bytes:
    """The workbook of a set. Raises CatalogError for a text no cell can hold."""
    content: bytes = _sheets().to_workbook(criteria)
    return content


def from_workbook(name: str, content: bytes) -> CriteriaSet:
    """Read a set from a workbook called ``name``. Raises CatalogError with every problem, each with its cell."""
    criteria: CriteriaSet = _sheets().from_workbook(name, content)
    return criteria


def template() -> bytes:
    """An empty workbook with guidance, lists and room for lines."""
    content: bytes = _sheets().template()
    return content
