"""Criteria sets in Excel: a set as a workbook, a workbook as a set, and an empty one to fill in.

What is written is read back to the same canonical bytes. Whatever is wrong with a workbook is told at once, by sheet
and cell.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.loader import CatalogError, Problem
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.sheet_columns import META, ORDER
from ruraldx.catalog.sheet_examples import EXAMPLES
from ruraldx.catalog.sheet_looks import dressed
from ruraldx.catalog.sheet_reading import data_of
from ruraldx.catalog.sheet_sentences import shape_problems
from ruraldx.catalog.sheet_tables import Notes, Spot
from ruraldx.catalog.sheet_writing import lines_of_set, meta_lines
from ruraldx.messages import Message
from ruraldx.office.cells import Row, WorkbookProblem
from ruraldx.office.workbook import read, write


def to_workbook(criteria: CriteriaSet) -> bytes:
    """The workbook of a set, the same bytes for the same set. Raises CatalogError for a text no cell can hold."""
    try:
        return write(dressed(lines_of_set(criteria), criteria.title))
    except WorkbookProblem as error:
        raise CatalogError([Problem(f"{criteria.code}.xlsx", 1, error.message, error.cell)]) from error


def template() -> bytes:
    """An empty workbook with guidance, lists and room for lines."""
    return write(dressed({META: meta_lines({})}, "", EXAMPLES))


def from_workbook(name: str, content: bytes) -> CriteriaSet:
    """Read a set from a workbook called ``name``. Raises CatalogError with every problem, each with its cell."""
    try:
        rows = read(content)
    except WorkbookProblem as error:
        raise CatalogError([Problem(name, 1, error.message, error.cell)]) from error
    return from_rows(name, rows)


def from_rows(name: str, rows: Mapping[str, tuple[Row, ...]]) -> CriteriaSet:
    """The same from the cells of each sheet."""
    notes = Notes()
    data = data_of(rows, notes)
    found = list(notes.problems.items())
    try:
        criteria = CriteriaSet.model_validate(data)
    except ValidationError as error:
        found += [item for item in shape_problems(error, data, notes) if item[0] not in notes.problems]
    else:
        later = ((notes.spot_of(path), message) for path, message in problems_of(criteria))
        found += [item for item in later if item[0] not in notes.problems]
    if not found:
        return criteria
    raise CatalogError([Problem(name, spot.row + 1, message, spot.name) for spot, message in sorted(found, key=_order)])


def _order(found: tuple[Spot, Message]) -> tuple[int, Spot]:
    spot, _message = found
    return ORDER.index(spot.sheet), spot
