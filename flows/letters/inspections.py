"""The monthly inspection list of a province: where to inspect next, and why, from summary.inspection_priority.

It goes out with the first night of a month (and with the first one after it when that night could not send): once a role and
month, by the outbox's own record. An installation's first nights, before any month has turned, send none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from flows.letters.news import Area
from flows.letters.words import number
from flows.rows import Row, rows_of

TOP = 10  # factories; [policy] what a provincial office can visit in a month

# Part of the score, its words in Thai and English, and the column with the figure behind it.
_PARTS = (
    ("breaches", "เรื่องค้างตามกฎหมาย", "open breaches", "open_breaches"),
    ("anomalies", "ข้อสังเกตจากข้อมูล", "anomalies", "anomalies"),
    ("complaints", "เรื่องร้องเรียน", "complaints about it and near it", "complaints"),
    ("inspection", "วันนับจากการตรวจครั้งล่าสุด", "days since the last inspection", "days_since_inspection"),
    ("orders", "คำสั่งที่เลยกำหนด", "orders overdue", "orders_overdue"),
    ("hazardous", "ของเสียอันตราย (ตันต่อปี)", "hazardous waste (t a year)", "hazardous_t"),
)

_DUE = """
WITH month AS (
  SELECT CAST(date_trunc('month', CAST($night AS DATE)) AS DATE) AS first_date
),
told AS (
  SELECT m.to_role
  FROM anomaly.mail AS m, month AS n
  WHERE m.kind = 'inspections' AND m.night >= n.first_date AND m.night < $night
)
SELECT 'province-' || p.code AS role, p.code, p.name_th, p.name_en
FROM ref.province AS p, month AS n
WHERE $night BETWEEN p.valid_from AND coalesce(p.valid_to, $night)
  AND EXISTS (FROM audit.night AS b WHERE b.outcome = 'published' AND b.night < n.first_date)
  AND EXISTS (FROM core.factory AS f WHERE f.province_code = p.code AND f.status <> 'closed')
  AND 'province-' || p.code NOT IN (SELECT to_role FROM told)
ORDER BY p.code
"""
_LIST = f"""
SELECT
  factory_id, factory_name, province_code, rank, score, {", ".join(f"{part}_share_pct" for part, *_ in _PARTS)},
  open_breaches, anomalies, complaints_about + complaints_near AS complaints, days_since_inspection, orders_overdue, hazardous_t
FROM summary.inspection_priority
WHERE score > 0 AND status <> 'closed'
QUALIFY row_number() OVER (PARTITION BY province_code ORDER BY rank) <= {TOP}
ORDER BY province_code, rank
"""


@dataclass(frozen=True)
class Part:
    """One part of a factory's score: what it is about, its figure ("" when it has none), and its share of the score."""

    label_th: str
    label_en: str
    figure: str
    share_pct: str


@dataclass(frozen=True)
class Place:
    """One factory of a list, with the parts of its score, the largest first."""

    factory_id: str
    factory_name: str
    rank: int
    score: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class InspectionList:
    """What one province is told this month."""

    area: Area
    places: tuple[Place, ...]


def inspections_due(connection: duckdb.DuckDBPyConnection, night: date) -> list[InspectionList]:
    """The lists that are due tonight: one for each province with a factory, by code; none when this month has had its own.

    Args:
        connection: the private warehouse with tonight's summaries, and with the outbox of the nights before.
        night: the night.
    """
    areas = [Area(*row) for row in connection.execute(_DUE, {"night": night}).fetchall()]
    if not areas:
        return []
    rows = rows_of(connection, _LIST)
    return [InspectionList(area, tuple(_place(row) for row in rows if row["province_code"] == area.code)) for area in areas]


def _place(row: Row) -> Place:
    weighed = sorted(_PARTS, key=lambda part: (-row[f"{part[0]}_share_pct"], part[0]))
    parts = tuple(_part(row, *part) for part in weighed if row[f"{part[0]}_share_pct"] > 0)
    return Place(row["factory_id"], row["factory_name"], row["rank"], number(row["score"], 1), parts)


def _part(row: Row, part: str, label_th: str, label_en: str, column: str) -> Part:
    share = number(row[f"{part}_share_pct"], decimals=0)
    if row[column] is None:  # only the days since an inspection can be missing
        return Part("ยังไม่เคยตรวจ", "never inspected", "", share)
    return Part(label_th, label_en, number(row[column]), share)
