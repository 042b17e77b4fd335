"""The table of what makes what stale, and how a stored result is told from one made now."""

from __future__ import annotations

import pytest

from ruraldx.assessments.staleness import BY_CHANGE, TABLE, Change, Effect, Made, reasons

STORED = Made("bộ", "2", "bối cảnh", "đầu vào")


def test_every_change_has_its_row_and_its_words() -> None:
    assert set(BY_CHANGE) == set(Change)
    assert len(TABLE) == len(Change)
    assert len({str(row.words) for row in TABLE}) == len(TABLE)


# What each change does to what a result was made from: as a stage sees it when the change reaches it.
REACHED = {
    Change.ANSWER: Made("bộ", "2", "bối cảnh", "khác"),
    Change.FIGURE: Made("bộ", "2", "bối cảnh", "khác"),
    Change.AMENDMENT: STORED,
    Change.ENGINE: Made("bộ", "3", "bối cảnh", "đầu vào"),
    Change.COHORT: Made("bộ", "2", "khác", "khác"),
    Change.THRESHOLD: Made("bộ", "2", "khác", "khác"),
    Change.CHOICE: Made("bộ", "2", "khác", "khác"),
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.change)
def test_what_the_table_calls_stale_or_renewed_is_told_from_what_was_stored(row) -> None:  # type: ignore[no-untyped-def]
    touched = {row.live, row.self, row.appraised, row.final} - {Effect.UNTOUCHED}
    assert bool(reasons(STORED, REACHED[row.change])) is bool(touched)


def test_a_final_result_is_touched_by_nothing_that_people_do_to_a_dossier() -> None:
    assert BY_CHANGE[Change.ANSWER].final is BY_CHANGE[Change.FIGURE].final is Effect.UNTOUCHED


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (STORED, []),
        (Made("khác", "2", "bối cảnh", "khác"), ["bộ tiêu chí đã khác"]),
        (Made("bộ", "3", "bối cảnh", "đầu vào"), ["bộ máy tính điểm đã là phiên bản 3"]),
        (
            Made("bộ", "2", "khác", "khác"),
            ["giá trị tốt nhất của kỳ, mẫu của tỉnh hoặc ngưỡng được xác nhận đã khác"],
        ),
        (Made("bộ", "2", "bối cảnh", "khác"), ["số liệu đã khác"]),
    ],
)
def test_the_reason_is_told(now: Made, expected: list[str]) -> None:
    assert list(map(str, reasons(STORED, now))) == expected
