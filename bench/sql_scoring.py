"""The peer: the scores of :mod:`bench.nation` as one SQL statement, whole numbers throughout, for three databases.

It is written for these kinds of rule and these parameters, without explanations and without odd answers; the cases
check that it comes to the same points, classes and ranks as the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bench.nation import REGIONS, criteria
from ruraldx.catalog.rules import Ratio, ThresholdBy
from ruraldx.catalog.schema import Indicator

KINDS = (
    "pass_fail", "ratio", "proportional", "composite", "count", "value", "bands", "choice", "highest_case",
    "capped_count", "adjustment", "sum_of_parts", "relative", "imported", "council",
)  # fmt: skip
PART = {"CAST": "BIGINT", "DIV": "/", "LEAST": "LEAST", "GREATEST": "GREATEST"}
DIALECTS = {
    "sqlite": {"CAST": "INTEGER", "DIV": "/", "LEAST": "MIN", "GREATEST": "MAX"},
    "postgresql": PART,
    "duckdb": {**PART, "DIV": "//"},
}
# Field → (place among the numbers of an indicator, how it is read).
PLACES = {
    "ket-qua": (1, "yes"), "tu-so": (1, "whole"), "mau-so": (2, "whole"), "so-luong": (1, "whole"), "diem": (1, "fine"),
    "lua-chon": (1, "option"), "tinh-den": (5, "there"), "noi-cung-cap": (6, "there"), "khong-ap-dung": (7, "yes"),
    "ly-do-khong-ap-dung": (8, "there"), "cong": (1, "yes"), "can-bo": (2, "yes"), "to": (3, "whole"),
    "ca-0": (1, "yes"), "ca-1": (2, "yes"), "ca-2": (3, "yes"), "ca-3": (4, "yes"), "a-ket-qua": (3, "yes"),
    "b-tu-so": (1, "whole"), "b-mau-so": (2, "whole"), "b-tinh-den": (5, "there"), "b-noi-cung-cap": (6, "there"),
}  # fmt: skip
FINE_AMOUNTS = ("value", "relative", "imported")

TABLES = """
CREATE TABLE bench_unit (id INTEGER PRIMARY KEY, round_id INTEGER, region TEXT);
CREATE TABLE bench_rule (indicator TEXT, region TEXT, node TEXT, kind INTEGER, most INTEGER, verified INTEGER,
  bar INTEGER, needed INTEGER, PRIMARY KEY (indicator, region));
CREATE TABLE bench_slot (indicator TEXT, field TEXT, place INTEGER, reading INTEGER, PRIMARY KEY (indicator, field));
CREATE TABLE bench_node (node TEXT PRIMARY KEY, whole INTEGER);
CREATE TABLE bench_result (assessment INTEGER PRIMARY KEY, earned INTEGER, possible INTEGER, scored INTEGER,
  percent INTEGER, class TEXT, rank INTEGER);
"""
READINGS = ("yes", "whole", "fine", "option", "there")

CELLS = """
SELECT a.assessment_id AS assessment, a.indicator_code AS indicator, u.region AS region,
  {numbers}
FROM answer a JOIN bench_unit u ON u.id = a.assessment_id
JOIN bench_slot s ON s.indicator = a.indicator_code AND s.field = a.field_code
WHERE u.round_id = {round}
GROUP BY a.assessment_id, a.indicator_code, u.region
"""
NUMBER = """MAX(CASE WHEN s.place = {place} THEN CASE s.reading
  WHEN 0 THEN CASE WHEN a.value = 'co' THEN 1 ELSE 0 END WHEN 1 THEN CAST(a.value AS {CAST})
  WHEN 2 THEN CAST(ROUND(CAST(a.value AS NUMERIC) * 10000) AS {CAST})
  WHEN 3 THEN CAST(SUBSTR(a.value, 5) AS {CAST}) ELSE 1 END END) AS n{place}"""

# Points in hundredths, exact halves up: (2 × top + bottom) ÷ (2 × bottom).
POINTS = """CASE
  WHEN n7 = 1 THEN NULL
  WHEN r.kind IN (1, 2, 11, 12, 13) AND (n5 IS NULL OR n6 IS NULL) THEN NULL
  WHEN r.kind = 0 THEN r.most * n1
  WHEN r.kind = 1 THEN CASE WHEN n1 * 100 >= r.bar * n2 THEN r.most WHEN n2 > 0 THEN CASE WHEN n1 >= 0 THEN 0 END END
  WHEN r.kind = 2 THEN CASE WHEN n1 * 100 < r.bar * n2 THEN 0
    WHEN n1 * 100 > n2 * 90 THEN r.most ELSE (n1 * 100 * r.most * 2 + n2 * 90) {DIV} (n2 * 180) END
  WHEN r.kind = 3 THEN CASE
    WHEN COALESCE(n1, 0) + COALESCE(n2, 0) + CASE WHEN n3 >= 3 THEN 1 ELSE 0 END >= r.needed THEN r.most
    WHEN COALESCE(n1, 1) + COALESCE(n2, 1) + CASE WHEN n3 < 3 THEN 0 ELSE 1 END >= r.needed THEN NULL ELSE 0 END
  WHEN r.kind IN (4, 5) THEN CASE WHEN n1 >= r.bar THEN r.most WHEN n1 < r.bar THEN 0 END
  WHEN r.kind = 6 THEN CASE WHEN n1 < 2 THEN 0 WHEN n1 < 10 THEN 75 WHEN n1 < 40 THEN 150 WHEN n1 >= 40 THEN 200 END
  WHEN r.kind = 7 THEN CASE n1 WHEN 0 THEN 200 WHEN 1 THEN 150 WHEN 2 THEN 100 WHEN 3 THEN 0 END
  WHEN r.kind = 8 THEN CASE WHEN n1 = 1 THEN 200 WHEN n1 IS NULL THEN NULL WHEN n2 = 1 THEN 150
    WHEN n2 IS NULL THEN NULL WHEN n3 = 1 THEN 100 WHEN n3 IS NULL THEN NULL WHEN n4 = 1 THEN 0
    WHEN n4 IS NULL THEN NULL ELSE 0 END
  WHEN r.kind = 9 THEN CASE WHEN n1 * 30 > r.most THEN r.most ELSE n1 * 30 END
  WHEN r.kind = 10 THEN r.bar * CASE WHEN n1 > 10 THEN 10 ELSE n1 END * 10
  WHEN r.kind = 11 THEN 100 * n3 + CASE WHEN n1 * 100 > n2 * 90 THEN 100
    ELSE (n1 * 20000 + n2 * 90) {DIV} (n2 * 180) END
  WHEN r.kind = 12 THEN CASE WHEN n1 > 10000000 THEN r.most ELSE (n1 * r.most * 2 + 10000000) {DIV} 20000000 END
  WHEN r.kind = 13 THEN CASE WHEN n1 > 1000000 THEN r.most ELSE (n1 * r.most * 2 + 1000000) {DIV} 2000000 END
  ELSE CASE WHEN n1 > 20000 THEN r.most ELSE (n1 * 2 + 100) {DIV} 200 END
END"""

JUDGED = """
SELECT c.assessment, c.region, r.node, r.most, CASE WHEN n7 = 1 AND n8 = 1 THEN r.most ELSE 0 END AS aside,
  {points} AS points
FROM {cells} c JOIN bench_rule r ON r.indicator = c.indicator AND r.region = c.region
"""
WHOLE = """
WITH {with}judged AS ({judged}),
summed AS (SELECT j.assessment, j.region, n.whole, CAST(n.whole - SUM(aside) AS {CAST}) AS possible,
    CAST(COALESCE(SUM(points), 0) AS {CAST}) AS earned,
    CAST(SUM(CASE WHEN points IS NOT NULL THEN most ELSE 0 END) AS {CAST}) AS scored
  FROM judged j JOIN bench_node n ON n.node = j.node GROUP BY j.assessment, j.region, j.node, n.whole),
spread AS (SELECT assessment, region, whole,
    CASE WHEN possible = whole OR possible = 0 THEN earned ELSE CASE WHEN earned < 0 THEN 0 ELSE
      (earned * whole * 2 + possible) {DIV} (possible * 2) END END AS earned,
    CASE WHEN possible = whole OR possible = 0 THEN scored
      ELSE (scored * whole * 2 + possible) {DIV} (possible * 2) END AS scored FROM summed),
total AS (SELECT assessment, region, CAST(SUM({LEAST}({GREATEST}(earned, 0), whole)) AS {CAST}) AS earned,
    CAST(SUM(whole) AS {CAST}) AS possible, CAST(SUM(scored) AS {CAST}) AS scored
  FROM spread GROUP BY assessment, region)
SELECT assessment, earned, possible, scored,
  (earned * 20000 + possible) {DIV} (possible * 2) AS percent,
  CASE WHEN scored < possible THEN '' WHEN earned * 100 >= possible * 80 THEN 'tot'
    WHEN earned * 100 >= possible * 65 THEN 'kha' WHEN earned * 100 >= possible * 50 THEN 'trung-binh' ELSE '' END
    AS class,
  RANK() OVER (PARTITION BY region ORDER BY earned DESC) AS rank
FROM total
"""


def tables() -> list[str]:
    """Statements that make the tables of the peer."""
    return [statement for statement in TABLES.split(";") if statement.strip()]


def cells(dialect: str, round_id: int) -> str:
    """From stored answers to one row for each indicator of each assessment of a round, its numbers side by side."""
    words = DIALECTS[dialect]
    numbers = ",\n  ".join(NUMBER.format(place=place, **words) for place in range(1, 9))
    return CELLS.format(numbers=numbers, round=round_id, **words)


def scores(dialect: str, round_id: int | None) -> str:
    """The whole computation of a round; None: over a table ``cells`` that is at hand."""
    words = DIALECTS[dialect]
    source = "" if round_id is None else f"cells AS ({cells(dialect, round_id)}), "
    judged = JUDGED.format(points=POINTS.format(**words), cells="cells")
    return WHOLE.format(**words, **{"with": source}, judged=judged)


def rules() -> Iterator[tuple[Any, ...]]:
    """Rows of ``bench_rule``: points in hundredths, bars as the kind of rule compares them."""
    for node in (group for pillar in criteria().criteria for group in pillar.groups):
        for indicator in node.indicators:
            kind, most = KINDS.index(indicator.rule.kind), int((indicator.max_points or Decimal(0)) * 100)
            verified = int(indicator.verification == "text_seen")
            for region in REGIONS:
                bar, needed = _bar(indicator, region), _needed(indicator)
                yield indicator.code, region, node.code, kind, most, verified, bar, needed


def _bar(indicator: Indicator, region: str) -> int:
    rule: Any = indicator.rule
    if isinstance(rule, Ratio) and isinstance(rule.threshold, ThresholdBy):
        return int(rule.threshold.values[region].value or 0)
    if rule.kind == "proportional":
        return int(rule.none_below)
    if rule.kind == "adjustment":
        return 1 if rule.sign == "bonus" else -1
    if rule.kind in ("ratio", "count", "value"):
        return int(rule.threshold.value * (10_000 if rule.kind == "value" else 1))
    return 0


def _needed(indicator: Indicator) -> int:
    rule: Any = indicator.rule
    if rule.kind != "composite":
        return 0
    return {"all_of": 3, "any_of": 1}.get(rule.operator) or rule.at_least


def slots(fields: dict[str, list[str]]) -> Iterator[tuple[str, str, int, int]]:
    """Rows of ``bench_slot``; ``fields``: indicator → the codes of its fields."""
    kinds = {one.code: one.rule.kind for one in criteria().indicators}
    for code, names in fields.items():
        for name in names:
            place, reading = PLACES[name]
            if name == "so-luong" and kinds[code] in FINE_AMOUNTS:
                reading = "fine"
            yield code, name, place, READINGS.index(reading)


def nodes() -> Iterator[tuple[str, int]]:
    """Rows of ``bench_node``."""
    for node in (group for pillar in criteria().criteria for group in pillar.groups):
        yield node.code, int((node.max_points or Decimal(0)) * 100)
