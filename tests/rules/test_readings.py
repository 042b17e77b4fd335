"""What was read is written back as Vietnamese readers write it, so that nobody misses a number read wrong."""

from __future__ import annotations

import pytest

from ruraldx.catalog.fields import Field, FieldKind


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        (FieldKind.INTEGER, "3500", "3.500"),
        (FieldKind.INTEGER, "1.234", "1.234"),
        (FieldKind.INTEGER, "0", "0"),
        (FieldKind.DECIMAL, "88.7", "88,7"),
        (FieldKind.DECIMAL, "1.234,50", "1.234,50"),
        (FieldKind.PRINTED_PERCENT, ">98%", ">98"),
        (FieldKind.PRINTED_PERCENT, "88.7 %", "88,7"),
        (FieldKind.DATE, "1/2/2024", "01/02/2024"),
        (FieldKind.BOOLEAN, "co", "co"),
        (FieldKind.TEXT, "Doanh nghiệp", "Doanh nghiệp"),
    ],
)
def test_a_reading_is_written_as_people_write_it(kind: FieldKind, typed: str, written: str) -> None:
    field = Field("o", "Ô", kind)
    parsed = field.parse(typed)
    assert parsed.error is None
    assert parsed.value is not None
    assert field.written(parsed.value) == written
    # Reading what was written gives the same value: nothing is lost on the way to the eye.
    assert field.parse(field.written(parsed.value)).value == parsed.value
