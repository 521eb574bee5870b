"""Rows behind the figures: each figure of a page links to a list, each row of a list to its factory and its origin.

A list is cut into pieces of script: all rows province by province, and the first ones of the whole country.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.warehouse import quoted

PIECE = 1_000  # rows of one script file: some 200 KB, which a file share delivers at once
ORIGIN_ROWS = 10  # rows that an anomaly's evidence shows; `waste explain` has all of them


@dataclass(frozen=True)
class Column:
    """One column of a list: kind says how it is shown (factory, text, code, day, period, tonnes, ... see site.js)."""

    kind: str
    th: str
    en: str


@dataclass(frozen=True)
class Listing:
    """One list.

    Attributes:
        name: its place in the address, `list.html#<name>`.
        whole: SQL that gives all of its rows from the published file; the page names it where it shows the first ones only.
        sql: a SELECT of `province_code`, `cells` (JSON array, one element for each column) and `place` (its order, from 1).
    """

    name: str
    title_th: str
    title_en: str
    whole: str
    columns: tuple[Column, ...]
    sql: str


FACTORY = Column("factory", "โรงงาน", "factory")
GENERATOR = Column("factory", "ผู้ก่อกำเนิด", "generator")
PROCESSOR = Column("factory", "ผู้รับดำเนินการ", "processor")
WASTE = Column("code", "รหัสของเสีย", "waste code")
MANIFEST = Column("text", "เลขที่เอกสารกำกับ", "manifest")
SENT_DAY = Column("day", "วันที่ส่ง", "sent on")
SENT = Column("tonnes", "ส่ง (ตัน)", "sent (t)")
RECEIVED = Column("tonnes", "รับ (ตัน)", "received (t)")
REPORT = Column("word", "รายงาน", "report")
PERIOD = Column("period", "งวด", "period")
DUE = Column("day", "ครบกำหนด", "due")


def origin(submission: str, sheet: str, row: str, name: str) -> str:
    """SQL of a row's origin: name of the file, sheet, row and sha256; NULL when there is none."""
    return f"CASE WHEN {submission} IS NOT NULL THEN json_array({name}, {sheet}, {row}, {submission}) END"


# Name of each file, once: the same bytes may have come more than once.
FILES = "CREATE TEMP TABLE file AS SELECT submission_id, min(original_name) AS name FROM audit.submission GROUP BY submission_id"
PARTIES = "CREATE TEMP TABLE party AS SELECT factory_id, factory_name, province_code FROM core.factory"

_LOAD_ORIGINS = ", ".join((
    origin("r.manifest_submission_id", "r.manifest_source_sheet", "r.manifest_source_row", "m.name"),
    origin("r.receipt_submission_id", "r.receipt_source_sheet", "r.receipt_source_row", "a.name"),
))  # fmt: skip
_LOAD_FROM = """
    FROM summary.reconciliation AS r
    LEFT JOIN party AS g ON g.factory_id = r.factory_id
    LEFT JOIN party AS p ON p.factory_id = r.processor_id
    LEFT JOIN file AS m ON m.submission_id = r.manifest_submission_id
    LEFT JOIN file AS a ON a.submission_id = r.receipt_submission_id
"""
_GENERATOR_CELL = "json_array(r.factory_id, g.factory_name)"
_PROCESSOR_CELL = "json_array(r.processor_id, p.factory_name)"
_LOAD_CELL = "r.manifest_no || '/' || r.line_no"


def _loads(province: str, states: str, order: str) -> str:
    cells = (
        f"json_array({_LOAD_CELL}, {_GENERATOR_CELL}, {_PROCESSOR_CELL}, r.waste_code, r.sent_date,"
        " round(CAST(r.sent_t AS DOUBLE), 6), round(CAST(r.received_t AS DOUBLE), 6), round(CAST(r.difference_pct AS DOUBLE), 2),"
        f" r.state, r.is_independent, {_LOAD_ORIGINS})"
    )
    return f"""
        SELECT {province}.province_code, {cells} AS cells,
            row_number() OVER (ORDER BY {order}, r.manifest_no, r.line_no, r.processor_id, r.factory_id) AS place
        {_LOAD_FROM} WHERE r.state IN ({states})
    """


_LOAD_COLUMNS = (
    MANIFEST, GENERATOR, PROCESSOR, WASTE, SENT_DAY, SENT, RECEIVED, Column("percent", "ต่างกัน (%)", "difference (%)"),
    Column("word", "สถานะ", "state"), Column("flag", "คนละฝ่ายกรอก", "typed by different hands"),
    Column("origin", "ที่มา: เอกสารกำกับ", "origin: manifest"), Column("origin", "ที่มา: การตอบรับ", "origin: receipt"),
)  # fmt: skip

LISTS: tuple[Listing, ...] = (
    Listing(
        "missing", "รายงานที่ยังไม่ส่ง", "Reports that have not come",
        "FROM summary.obligation WHERE status = 'missing'",
        (FACTORY, REPORT, PERIOD, DUE, Column("days", "เลยกำหนด (วัน)", "overdue (days)")),
        """
        SELECT o.province_code,
            json_array(json_array(o.factory_id, f.factory_name), o.report_type, o.period, o.due_date, o.days_late) AS cells,
            row_number() OVER (ORDER BY o.days_late DESC, o.factory_id, o.report_type, o.period) AS place
        FROM summary.obligation AS o LEFT JOIN party AS f ON f.factory_id = o.factory_id WHERE o.status = 'missing'
        """,
    ),
    Listing(
        "mismatched", "เที่ยวที่ยอดส่งกับยอดรับไม่ตรงกัน", "Loads received otherwise than they were sent",
        "FROM summary.reconciliation WHERE state IN ('quantity_differs', 'code_differs')", _LOAD_COLUMNS,
        _loads("g", "'quantity_differs', 'code_differs'", "abs(r.difference_t) DESC"),
    ),
    Listing(
        "unanswered", "เที่ยวที่ผู้รับยังไม่ตอบรับ", "Loads that nobody has answered",
        "FROM summary.reconciliation WHERE state = 'unanswered'", _LOAD_COLUMNS,
        _loads("p", "'unanswered'", "r.sent_date, r.sent_t DESC"),
    ),
    Listing(
        "without-manifest", "การตอบรับโดยไม่มีเอกสารกำกับ", "Receipts that no manifest announced",
        "FROM summary.reconciliation WHERE state = 'without_manifest'", _LOAD_COLUMNS,
        _loads("p", "'without_manifest'", "r.received_t DESC"),
    ),
    Listing(
        "overdue", "ของเสียที่ยังจัดการไม่แล้วเสร็จตามกำหนด", "Waste not managed within its clock",
        "FROM summary.completion WHERE state = 'overdue'",
        (MANIFEST, PROCESSOR, GENERATOR, WASTE, Column("tonnes", "รับ (ตัน)", "received (t)"),
         Column("day", "วันที่รับ", "received on"), DUE, Column("days", "เลยกำหนด (วัน)", "overdue (days)"),
         Column("origin", "ที่มา: การตอบรับ", "origin: receipt")),
        f"""
        SELECT p.province_code, json_array({_LOAD_CELL}, {_PROCESSOR_CELL}, {_GENERATOR_CELL}, r.waste_code,
                round(CAST(r.received_t AS DOUBLE), 6), r.received_date, r.due_date, r.days_late,
                {origin("c.submission_id", "c.source_sheet", "c.source_row", "m.name")}) AS cells,
            row_number() OVER (ORDER BY r.days_late DESC, r.processor_id, r.manifest_no, r.line_no) AS place
        FROM summary.completion AS r
        LEFT JOIN core.receipt AS c ON c.processor_id = r.processor_id AND c.manifest_no = r.manifest_no AND c.line_no = r.line_no
        LEFT JOIN party AS p ON p.factory_id = r.processor_id
        LEFT JOIN party AS g ON g.factory_id = r.factory_id
        LEFT JOIN file AS m ON m.submission_id = c.submission_id
        WHERE r.state = 'overdue'
        """,
    ),
    Listing(
        "held-back", "ข้อมูลที่กักไว้คืนนี้ รอแก้ไข", "What was held back tonight",
        "FROM audit.finding WHERE severity = 'error' AND night = (SELECT night FROM ref.tonight)",
        (Column("word", "รายงาน", "report"), FACTORY, Column("column", "คอลัมน์", "column"), Column("text", "ค่าที่ส่งมา", "cell as received"),
         Column("rule", "กฎ", "rule"), Column("message", "ต้องทำอะไร", "what to do"), Column("origin", "ที่มา", "origin")),
        f"""
        WITH held AS (
            SELECT f.*, q.report_type, coalesce(q.cells ->> 'factory_id', q.cells ->> 'processor_id', s.submitted_by) AS party_id
            FROM audit.finding AS f
            LEFT JOIN quarantine.row AS q ON q.submission_id = f.submission_id
                AND q.source_sheet IS NOT DISTINCT FROM f.source_sheet AND q.source_row = f.source_row
            LEFT JOIN (SELECT submission_id, min(submitted_by) AS submitted_by FROM audit.submission GROUP BY ALL) AS s
                ON s.submission_id = f.submission_id
            WHERE f.severity = 'error' AND f.night = (SELECT night FROM ref.tonight)
        )
        SELECT p.province_code, json_array(h.report_type, json_array(CASE WHEN p.factory_id IS NOT NULL THEN h.party_id END,
                coalesce(p.factory_name, h.party_id)), h.column_name, h.value,
                h.check_id, json_array(h.message_th, h.message_en),
                {origin("h.submission_id", "h.source_sheet", "h.source_row", "m.name")}) AS cells,
            row_number() OVER (ORDER BY h.submission_id, h.source_sheet, h.source_row, h.check_id, h.column_name, h.value) AS place
        FROM held AS h
        LEFT JOIN party AS p ON p.factory_id = h.party_id
        LEFT JOIN file AS m ON m.submission_id = h.submission_id
        """,
    ),
    Listing(
        "inspect", "ลำดับโรงงานที่ควรตรวจ", "Where to inspect next",
        "FROM summary.inspection_priority WHERE open_breaches > 0 OR anomalies > 0 OR complaints_about > 0 OR orders_overdue > 0",
        (Column("days", "ลำดับ", "rank"), FACTORY, Column("score", "คะแนน", "score"),
         Column("days", "เรื่องค้าง", "open breaches"), Column("days", "สิ่งผิดปกติ", "anomalies"),
         Column("days", "ร้องเรียน", "complaints"), Column("days", "วันตั้งแต่ตรวจล่าสุด", "days since the last visit"),
         Column("days", "คำสั่งเกินกำหนด", "orders overdue"), Column("tonnes", "อันตราย 12 เดือน (ตัน)", "hazardous, 12 months (t)")),
        """
        SELECT i.province_code, json_array(i.rank, json_array(i.factory_id, i.factory_name), round(i.score, 1), c.open_breaches,
                i.anomalies, i.complaints_about, i.days_since_inspection, i.orders_overdue,
                round(CAST(i.hazardous_t AS DOUBLE), 6)) AS cells,
            row_number() OVER (ORDER BY i.rank, i.factory_id) AS place
        FROM summary.inspection_priority AS i
        JOIN summary.factory_compliance AS c USING (factory_id)
        WHERE c.open_breaches > 0 OR i.anomalies > 0 OR i.complaints_about > 0 OR i.orders_overdue > 0
        """,
    ),
)  # fmt: skip


def year_listing(year: int) -> Listing:
    """What each factory generated, sent and received in a year, and whether its annual report is among those that came."""
    tonnes = ("generated_t", "sent_t", "sent_hazardous_t", "received_t", "received_hazardous_t", "completed_t")
    cells = ", ".join(f"round(CAST(w.{name} AS DOUBLE), 6)" for name in tonnes)
    return Listing(
        f"year-{year}", f"ปริมาณของเสียรายโรงงาน ปี พ.ศ. {year + 543}", f"Waste by factory in {year}",
        f"FROM summary.waste_by_factory_year WHERE year = {int(year)}",
        (FACTORY, Column("flag", "ส่งรายงานประจำปีแล้ว", "annual report has come"),
         Column("tonnes", "เกิดขึ้น (ตัน)", "generated (t)"), SENT, Column("tonnes", "ส่ง อันตราย (ตัน)", "sent, hazardous (t)"),
         RECEIVED, Column("tonnes", "รับ อันตราย (ตัน)", "received, hazardous (t)"),
         Column("tonnes", "จัดการแล้วเสร็จ (ตัน)", "completed (t)")),
        f"""
        SELECT f.province_code, json_array(json_array(w.factory_id, f.factory_name),
                CASE WHEN w.factories_obliged > 0 THEN w.factories_reporting > 0 END, {cells}) AS cells,
            row_number() OVER (
                ORDER BY w.sent_hazardous_t DESC NULLS LAST, w.sent_t DESC NULLS LAST, w.generated_t DESC NULLS LAST, w.factory_id
            ) AS place
        FROM summary.waste_by_factory_year AS w LEFT JOIN party AS f ON f.factory_id = w.factory_id
        WHERE w.year = {int(year)}
        """,
    )  # fmt: skip


# Anomalies that stand tonight, with the origins of the first rows of their evidence.
FOUND = f"""
CREATE TEMP TABLE found AS
WITH standing AS (
    SELECT * FROM anomaly.found WHERE state IN ('new', 'open')
),

evidence_row AS (
    SELECT anomaly_id, unnest(list_slice(CAST(evidence -> '$.rows' AS JSON[]), 1, {ORIGIN_ROWS})) AS cell,
        generate_subscripts(list_slice(CAST(evidence -> '$.rows' AS JSON[]), 1, {ORIGIN_ROWS}), 1) AS number
    FROM standing
),

evidence_origin AS (
    SELECT r.anomaly_id, '[' || string_agg(CAST(json_array(f.name, r.cell ->> 'source_sheet',
        CAST(r.cell ->> 'source_row' AS INTEGER), r.cell ->> 'submission_id', r.cell ->> 'table') AS VARCHAR), ',' ORDER BY r.number)
        || ']' AS origins
    FROM evidence_row AS r LEFT JOIN file AS f ON f.submission_id = r.cell ->> 'submission_id'
    GROUP BY r.anomaly_id
)

SELECT s.rule, s.factory_id, s.period, s.subject, s.score, s.first_night, s.state,
    CAST(json_merge_patch(s.evidence, '{{"rows": null}}') AS VARCHAR) AS figures,
    coalesce(o.origins, '[]') AS origins, coalesce(json_array_length(s.evidence, '$.rows'), 0) AS evidence_rows
FROM standing AS s LEFT JOIN evidence_origin AS o USING (anomaly_id)
"""


def rule_listing(rule: str, title_th: str, title_en: str) -> Listing:
    """What one anomaly rule finds tonight."""
    return Listing(
        rule, title_th, title_en, f"FROM anomaly.found WHERE rule = {quoted(rule)} AND state IN ('new', 'open')",
        (FACTORY, PERIOD, Column("subject", "เรื่อง", "about"), Column("score", "คะแนน", "score"), Column("state", "สถานะ", "state"),
         Column("day", "พบครั้งแรก", "first found"), Column("figures", "ตัวเลขที่เทียบ", "figures compared"),
         Column("origins", "ที่มา", "origin")),
        f"""
        SELECT f.province_code, json_array(json_array(a.factory_id, f.factory_name), a.period, a.subject, a.score, a.state,
                a.first_night, CAST(a.figures AS JSON), CAST(a.origins AS JSON)) AS cells,
            row_number() OVER (ORDER BY a.score DESC, a.factory_id, a.period, a.subject) AS place
        FROM found AS a LEFT JOIN party AS f ON f.factory_id = a.factory_id WHERE a.rule = {quoted(rule)}
        """,
    )  # fmt: skip
