"""What stands on an inspection sheet, read from the published file and said in one language.

The published file holds no personal data, so neither does the sheet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb

from flows.errors import UsageError
from flows.feedback.words import visible
from flows.letters.words import english_date, english_period, figures_of, number, short_thai_date, thai_period
from flows.query import open_published
from flows.rows import rows_of
from flows.site.words import word
from flows.sql_files import anomalies

Language = Literal["th", "en"]
MOST = 5  # rows of one table, the worst first: the sheet is one page for the hand, the factory's own page has more
LONGEST, LONGEST_FIGURES = 120, 240  # characters of one cell, and of an anomaly's figures: a report may bring thousands
_WIDE = 26  # characters; a longer cell shares the width with others, as its column would leave them none

# Columns of sentences and names, by their English heads.
_SHARES = {"waste": 1, "factory": 1, "finding": 1, "what": 2, "figures compared": 3, "report": 1, "period": 1, "number": 1}
_LONG = {"waste", "factory", "finding", "what", "figures compared"}


@dataclass(frozen=True)
class Column:
    """One column of a section: its head, whether it holds figures, and its share of the width that others leave (0: none)."""

    head: str
    is_figure: bool = False
    share: int = 0


@dataclass(frozen=True)
class Section:
    """One table of the sheet, as text.

    Attributes:
        source: table of the published file that holds all of its rows.
        left_out: rows that are not shown.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str
    left_out: int = 0


@dataclass(frozen=True)
class Sheet:
    """One factory's sheet.

    Attributes:
        facts: identity, as label and value.
        counts: what it has to answer for, as label, figure and whether it is bad.
        empty: titles of what it was asked for and there is none of.
        unknown: what is not known, a sentence each.
    """

    factory_id: str
    name: str
    language: Language
    night: date
    facts: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str, bool], ...]
    sections: tuple[Section, ...]
    empty: tuple[str, ...]
    unknown: tuple[str, ...]


def sheet_of(published: Path, factory: str, language: Language) -> Sheet:
    """The sheet of one factory.

    Args:
        published: the published file.
        factory: its number, or its old number when the register has that once.
        language: of the sheet.

    Raises:
        UsageError: nothing is published, or the register does not have exactly one such factory.
    """
    connection = open_published(published)
    try:
        found = [row["factory_id"] for row in rows_of(connection, _WHO, {"factory": factory.strip()})]
        if len(found) > 1:
            raise UsageError(f"the register has {len(found)} factories with the old number {factory!r}: give the 14 digits of one")
        if not found:
            raise UsageError(f"the register has no factory {factory!r}: give its number of 14 digits, or its old number")
        return _Writer(connection, found[0], language).sheet()
    finally:
        connection.close()


_WHO = """
    SELECT factory_id FROM core.factory WHERE factory_id = $factory
    UNION
    SELECT factory_id FROM core.factory WHERE trim(old_factory_no) = $factory
    ORDER BY ALL
"""
_IDENTITY = """
    SELECT f.*, p.name_th AS province_th, p.name_en AS province_en, l.name_th AS class_th, l.name_en AS class_en,
        c.missing_reports, c.late_reports, c.mismatched_loads, c.unanswered_loads, c.receipts_without_manifest,
        c.sent_loads_unanswered, c.last_report_at, i.rank, i.province_rank, i.orders_overdue, i.days_since_inspection,
        i.complaints_about, i.complaints_near, l.waste_role, t.night,
        (SELECT count(*) FROM summary.completion WHERE processor_id = f.factory_id AND state = 'overdue') AS overdue,
        (SELECT count(*) FROM core.permit WHERE factory_id = f.factory_id) AS permits,
        (SELECT count(*) FROM summary.reconciliation WHERE f.factory_id IN (factory_id, processor_id)) AS loads,
        (SELECT count_if(NOT is_independent) FROM summary.reconciliation WHERE f.factory_id IN (factory_id, processor_id)) AS one_hand
    FROM core.factory AS f
    CROSS JOIN ref.tonight AS t
    LEFT JOIN ref.province AS p ON p.code = f.province_code
    LEFT JOIN ref.factory_class AS l ON l.code = regexp_extract(f.factory_class, '^[0-9]+')
    LEFT JOIN summary.factory_compliance AS c ON c.factory_id = f.factory_id
    LEFT JOIN summary.inspection_priority AS i ON i.factory_id = f.factory_id
    WHERE f.factory_id = $factory
"""
_OWED = """
    SELECT report_type, period, due_date, status, days_late FROM summary.obligation
    WHERE factory_id = $factory AND status IN ('missing', 'late') ORDER BY status DESC, due_date DESC
"""
_PERMITS = """
    SELECT permit_no || '/' || line_no AS permit, waste_code, management_code, processor_id, valid_from_date, valid_to_date,
        permitted_t, sent_t, used_pct, state
    FROM summary.permit_use WHERE factory_id = $factory ORDER BY state <> 'exceeded', valid_to_date DESC, permit_no, line_no
"""
_MOVED = """
    WITH moved AS (
        SELECT 'out' AS way, waste_code, date_trunc('month', sent_date) AS month, sent_t AS tonnes
        FROM summary.reconciliation WHERE factory_id = $factory AND sent_date IS NOT NULL
        UNION ALL
        SELECT 'in', coalesce(received_waste_code, waste_code), date_trunc('month', received_date), received_t
        FROM summary.reconciliation WHERE processor_id = $factory AND received_date IS NOT NULL AND decision <> 'rejected'
    )

    SELECT way, waste_code, strftime(month, '%Y-%m') AS month, sum(tonnes) AS tonnes FROM moved
    WHERE month > (SELECT date_trunc('month', night) FROM ref.tonight) - INTERVAL 12 MONTHS
    GROUP BY ALL
"""
_STOCK = """
    SELECT waste_code, period, opening_stock_t, coalesce(generated_t, received_t) AS in_t,
        coalesce(processed_t, managed_on_site_t + sent_off_site_t) AS out_t,
        opening_stock_t + in_t - out_t AS left_t, closing_stock_t, gap_t, closes, carry_gap_t, carries_over
    FROM summary.stock_balance WHERE factory_id = $factory
    QUALIFY row_number() OVER (PARTITION BY report_type, waste_code ORDER BY period DESC) = 1 OR NOT closes OR NOT carries_over
    ORDER BY closes AND coalesce(carries_over, true), period DESC, abs(closing_stock_t) DESC, waste_code
"""
_UNFINISHED = """
    SELECT waste_code, count(*) AS loads, sum(received_t) AS received_t, sum(received_t) FILTER (completed_date IS NOT NULL) AS done_t,
        sum(received_t) FILTER (completed_date IS NULL) AS left_t, min(due_date) FILTER (completed_date IS NULL) AS due_date
    FROM summary.completion WHERE processor_id = $factory
    GROUP BY waste_code HAVING sum(received_t) FILTER (completed_date IS NULL) > 0 ORDER BY left_t DESC, waste_code
"""
_LOADS = """
    SELECT manifest_no || '/' || line_no AS load, CASE WHEN factory_id = $factory THEN processor_id ELSE factory_id END AS other,
        waste_code, coalesce(sent_date, received_date) AS day, sent_t, received_t, difference_pct, state, is_independent
    FROM summary.reconciliation WHERE $factory IN (factory_id, processor_id)
        AND state IN ('unanswered', 'quantity_differs', 'code_differs', 'without_manifest', 'rejected')
    ORDER BY state <> 'unanswered', day DESC, load
"""
_OVERDUE = """
    SELECT manifest_no || '/' || line_no AS load, factory_id, waste_code, received_t, received_date, due_date, days_late
    FROM summary.completion WHERE processor_id = $factory AND state = 'overdue' ORDER BY days_late DESC, load
"""
_FOUND = """
    SELECT rule, period, subject, evidence FROM anomaly.found WHERE factory_id = $factory AND state IN ('new', 'open')
        AND rule NOT IN ('report_missing', 'report_late', 'sent_received_mismatch', 'manifest_unanswered', 'completion_overdue')
    ORDER BY rule <> 'mass_jump', rule, score DESC, period, subject
"""
_COMPLAINTS = """
    SELECT complaint_no, received_date, category, status, closed_date FROM core.complaint WHERE factory_id = $factory
    ORDER BY status = 'closed', received_date DESC, complaint_no
"""
_VISITS = """
    SELECT inspected_date, inspection_no, item_code, result, finding, order_due_date, resolved_date FROM core.inspection
    WHERE factory_id = $factory
    ORDER BY result = 'fail' AND resolved_date IS NULL DESC, inspected_date DESC, inspection_no, item_code
"""
_LINKED = """
    SELECT l.other, f.factory_name, count(*) FILTER (l.way = 'out') AS sent_loads, sum(l.tonnes) FILTER (l.way = 'out') AS sent_t,
        count(*) FILTER (l.way = 'in') AS received_loads, sum(l.tonnes) FILTER (l.way = 'in') AS received_t,
        count_if(l.state IN ('quantity_differs', 'code_differs', 'unanswered', 'without_manifest')) AS in_doubt
    FROM (
        SELECT processor_id AS other, 'out' AS way, sent_t AS tonnes, state FROM summary.reconciliation WHERE factory_id = $factory
        UNION ALL
        SELECT factory_id, 'in', received_t, state FROM summary.reconciliation WHERE processor_id = $factory AND factory_id IS NOT NULL
    ) AS l LEFT JOIN core.factory AS f ON f.factory_id = l.other
    GROUP BY ALL ORDER BY in_doubt DESC, count(*) DESC, l.other
"""


class _Writer:
    """Reads one factory's rows and says them in one language."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, factory: str, language: Language) -> None:
        self.connection, self.factory, self.language = connection, factory, language
        self.wastes = {
            row["code"]: self.say(row["name_th"], row["name_en"])
            for row in rows_of(connection, "SELECT code, name_th, name_en FROM ref.waste_code ORDER BY valid_from")
        }

    def say(self, th: str, en: str) -> str:
        return th if self.language == "th" else en

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows_of(self.connection, sql, {"factory": self.factory})

    def word(self, value: str | None) -> str:
        return _short(self.say(*word(value)))

    def day(self, value: date | None) -> str:
        return "–" if value is None else short_thai_date(value) if self.language == "th" else english_date(value)

    def period(self, value: str | None) -> str:
        said = thai_period(value or "").partition(" (")[0] if self.language == "th" else english_period(value or "")
        return _short(said)

    def waste(self, code: str | None) -> str:
        return f"{code or '–'} {self.wastes.get(code or '', '')[:60]}".strip()

    def sheet(self) -> Sheet:
        who = self.rows(_IDENTITY)[0]
        sections = self._sections()
        return Sheet(
            factory_id=self.factory,
            name=_short(who["factory_name"]),
            language=self.language,
            night=who["night"],
            facts=tuple(self._facts(who)),
            counts=tuple(self._counts(who)),
            sections=tuple(each for each in sections if each.rows),
            empty=tuple(each.title for each in sections if not each.rows),
            unknown=tuple(self._unknown(who)),
        )

    def _facts(self, who: dict[str, Any]) -> list[tuple[str, str]]:
        say = self.say
        factory_class = _short(f"{who['factory_class']} {say(who['class_th'] or '', who['class_en'] or '')}".strip())
        at = None if who["latitude_deg"] is None else f"{who['latitude_deg']}, {who['longitude_deg']}"
        facts = [
            (say("เลขทะเบียนโรงงาน", "Registration number"), self.factory),
            (say("เลขทะเบียนเดิม", "Old number"), _short(who["old_factory_no"] or "")),
            (say("ประเภทโรงงาน", "Class"), factory_class),
            (say("จังหวัด", "Province"), say(who["province_th"] or "", who["province_en"] or "") or who["province_code"]),
            (say("สถานะ", "Status"), self.word(who["status"])),
            (say("เริ่มประกอบกิจการ", "Opened"), self.day(who["opened_date"])),
            (say("เลิกกิจการ", "Closed"), self.day(who["closed_date"]) if who["closed_date"] else ""),
            (say("กำลังการรับ (ตัน/ปี)", "Licensed intake (t/year)"), _figure(who["intake_capacity_t"]) if who["intake_capacity_t"] else ""),
            (say("พิกัด", "Position"), at or ""),
            (say("รายงานล่าสุด", "Last report"), self.day(who["last_report_at"]) if who["last_report_at"] else say("ไม่เคยส่ง", "never")),
            (say("ลำดับที่ควรตรวจ", "Inspection rank"), say(f"{who['rank']} ของประเทศ {who['province_rank']} ของจังหวัด", f"{who['rank']} in the country, {who['province_rank']} in the province")),
        ]  # fmt: skip
        return [(label, value) for label, value in facts if value]

    def _counts(self, who: dict[str, Any]) -> list[tuple[str, str, bool]]:
        labels = {
            "missing_reports": ("รายงานที่ยังไม่ส่ง", "reports missing"),
            "mismatched_loads": ("เที่ยวที่ยอดไม่ตรง", "loads that differ"),
            "unanswered_loads": ("เที่ยวที่ไม่ตอบรับ", "loads not answered"),
            "overdue": ("จัดการเกินกำหนด", "overdue completions"),
            "orders_overdue": ("คำสั่งเกินกำหนด", "orders overdue"),
            "complaints_about": ("เรื่องร้องเรียน", "complaints"),
        }
        return [(self.say(*words), number(who[name] or 0), bool(who[name])) for name, words in labels.items()]

    def _section(
        self, th: str, en: str, columns: Sequence[tuple[str, str, bool]], rows: Sequence[tuple[str, ...]], source: str
    ) -> Section:
        heads = {column_en for _, column_en, _ in columns}
        # Short texts share the width only where no long one does.
        shares = _SHARES if not heads & _LONG else {name: share for name, share in _SHARES.items() if name in _LONG}
        shown = tuple(rows[:MOST])
        widest = [max((len(row[place]) for row in shown), default=0) for place in range(len(columns))]
        return Section(
            self.say(th, en),
            tuple(
                Column(self.say(column_th, column_en), is_figure, shares.get(column_en, int(width > _WIDE)))
                for (column_th, column_en, is_figure), width in zip(columns, widest, strict=True)
            ),
            shown,
            source,
            max(0, len(rows) - MOST),
        )

    def _sections(self) -> list[Section]:
        made: list[Callable[[], Section]] = [
            self._owed, self._loads, self._overdue, self._found, self._stock, self._unfinished, self._moved, self._permits,
            self._visits, self._complaints, self._linked,
        ]  # fmt: skip
        return [make() for make in made]

    def _owed(self) -> Section:
        rows = [
            (self.word(r["report_type"]), self.period(r["period"]), self.day(r["due_date"]), self.word(r["status"]), _figure(r["days_late"]))
            for r in self.rows(_OWED)
        ]
        columns = (("รายงาน", "report", False), ("งวด", "period", False), ("ครบกำหนด", "due", False), ("สถานะ", "status", False), ("วัน", "days late", True))
        return self._section("รายงานที่ยังไม่ส่งหรือส่งล่าช้า", "Reports missing or late", columns, rows, "summary.obligation")

    def _loads(self) -> Section:
        rows = [
            (_short(r["load"]), r["other"] or "–", self.waste(r["waste_code"]), self.day(r["day"]), _figure(r["sent_t"]),
             _figure(r["received_t"]), _figure(r["difference_pct"], 1), self.word(r["state"]))
            for r in self.rows(_LOADS)
        ]  # fmt: skip
        columns = (("เอกสารกำกับ", "manifest", False), ("อีกฝ่าย", "other party", False), ("ของเสีย", "waste", False), ("วันที่", "day", False),
                   ("ส่ง (ตัน)", "sent (t)", True), ("รับ (ตัน)", "received (t)", True), ("ต่าง (%)", "diff. (%)", True), ("สถานะ", "state", False))  # fmt: skip
        return self._section("เที่ยวที่ไม่ตอบรับหรือไม่ตรงกัน", "Loads unanswered or mismatched", columns, rows, "summary.reconciliation")

    def _overdue(self) -> Section:
        rows = [
            (_short(r["load"]), r["factory_id"] or "–", self.waste(r["waste_code"]), _figure(r["received_t"]), self.day(r["received_date"]),
             self.day(r["due_date"]), _figure(r["days_late"]))
            for r in self.rows(_OVERDUE)
        ]  # fmt: skip
        columns = (("เอกสารกำกับ", "manifest", False), ("ผู้ก่อกำเนิด", "generator", False), ("ของเสีย", "waste", False), ("รับ (ตัน)", "received (t)", True),
                   ("วันที่รับ", "received", False), ("ครบกำหนด", "due", False), ("เกิน (วัน)", "overdue (days)", True))  # fmt: skip
        return self._section("จัดการไม่แล้วเสร็จตามกำหนด", "Completions overdue", columns, rows, "summary.completion")

    def _found(self) -> Section:
        titles = {file.name: self.say(file.title_th, file.title_en) for file in anomalies()}
        rows = [
            (titles.get(r["rule"], r["rule"]), self.period(r["period"]), self.word(r["subject"]), self._evidence(r["evidence"]))
            for r in self.rows(_FOUND)
        ]
        columns = (("เรื่อง", "what", False), ("งวด", "period", False), ("เกี่ยวกับ", "about", False), ("ตัวเลขที่เทียบ", "figures compared", False))
        return self._section("ปริมาณที่ผิดปกติและเรื่องอื่นที่พบ", "Outlying quantities and what else stands out", columns, rows, "anomaly.found")

    def _evidence(self, evidence: str) -> str:
        figures = figures_of(json.loads(evidence))
        said = [f"{self.say(each.label_th, each.label_en)} {self.say(each.value_th, each.value_en)}" for each in figures]
        return _short(" · ".join(said), LONGEST_FIGURES)

    def _stock(self) -> Section:
        rows = [
            (self.waste(r["waste_code"]), self.period(r["period"]), _figure(r["opening_stock_t"]), _figure(r["in_t"]), _figure(r["out_t"]),
             _figure(r["left_t"]), _figure(r["closing_stock_t"]), _figure(r["gap_t"]), self._closing(r))
            for r in self.rows(_STOCK)
        ]  # fmt: skip
        columns = (("ของเสีย", "waste", False), ("งวด", "period", False), ("ยกมา", "opening", True), ("เข้า", "in", True), ("ออก", "out", True),
                   ("ควรเหลือ", "in minus out", True), ("รายงานว่าเหลือ", "reported", True), ("ผลต่าง", "gap", True), ("ปิดยอด", "closes", False))  # fmt: skip
        return self._section("ยอดคงเหลือ: เข้าลบออก เทียบกับที่รายงาน (ตัน)", "Stock: in minus out against what was reported (t)", columns, rows, "summary.stock_balance")

    def _closing(self, row: dict[str, Any]) -> str:
        if row["closes"] is None:
            return "–"
        if not row["closes"]:
            return self.say("ไม่ปิด", "no")
        return self.say("ยกมาไม่ตรง", "not carried over") if row["carries_over"] is False else self.say("ปิด", "yes")

    def _unfinished(self) -> Section:
        rows = [
            (self.waste(r["waste_code"]), _figure(r["loads"]), _figure(r["received_t"]), _figure(r["done_t"] or 0), _figure(r["left_t"]), self.day(r["due_date"]))
            for r in self.rows(_UNFINISHED)
        ]  # fmt: skip
        columns = (("ของเสีย", "waste", False), ("เที่ยว", "loads", True), ("รับ", "received", True), ("แล้วเสร็จ", "completed", True),
                   ("ควรอยู่ในโรงงาน", "should be on site", True), ("ครบกำหนดแรก", "first due", False))  # fmt: skip
        return self._section("รับไว้แล้วยังไม่แล้วเสร็จ (ตัน)", "Received and not yet completed (t)", columns, rows, "summary.completion")

    def _moved(self) -> Section:
        moved = self.rows(_MOVED)
        months = sorted({r["month"] for r in moved})
        by_code: dict[tuple[str, str], dict[str, Decimal]] = {}
        for r in moved:
            by_code.setdefault((r["way"], r["waste_code"]), {})[r["month"]] = r["tonnes"]
        ordered = sorted(by_code.items(), key=lambda item: (item[0][0], -sum(item[1].values()), item[0][1]))
        rows = [
            (self.say("เข้า", "in") if way == "in" else self.say("ออก", "out"), code,
             *(_figure(tonnes[month], 1) if month in tonnes else "" for month in months), _figure(sum(tonnes.values()), 1))
            for (way, code), tonnes in ordered
        ]  # fmt: skip
        short = [(f"{month[5:]}/{(int(month[:4]) + 543) % 100}", f"{month[5:]}/{month[2:4]}", True) for month in months]
        columns = (("", "", False), ("รหัส", "code", False), *short, ("รวม", "sum", True))
        return self._section("เข้าและออกรายรหัสรายเดือน 12 เดือน (ตัน)", "In and out by code and month, 12 months (t)", columns, rows, "summary.reconciliation")

    def _permits(self) -> Section:
        rows = [
            (_short(r["permit"]), self.waste(r["waste_code"]), r["management_code"] or "–", r["processor_id"] or "–", self.day(r["valid_from_date"]),
             self.day(r["valid_to_date"]), _figure(r["permitted_t"]), _figure(r["sent_t"]), _figure(r["used_pct"], 1), self.word(r["state"]))
            for r in self.rows(_PERMITS)
        ]  # fmt: skip
        columns = (("เลขที่", "number", False), ("ของเสีย", "waste", False), ("วิธี", "method", False), ("ผู้รับ", "receiver", False), ("ตั้งแต่", "from", False),
                   ("ถึง", "to", False), ("อนุญาต (ตัน)", "permitted (t)", True), ("ส่งแล้ว", "sent", True), ("%", "%", True), ("สถานะ", "state", False))  # fmt: skip
        return self._section("ใบอนุญาตนำออกนอกโรงงาน", "Permissions for removal", columns, rows, "summary.permit_use")

    def _visits(self) -> Section:
        rows = [
            (self.day(r["inspected_date"]), _short(r["inspection_no"]), _short(r["item_code"]), self.word(r["result"]), _short(r["finding"] or ""),
             self.day(r["order_due_date"]), self.day(r["resolved_date"]))
            for r in self.rows(_VISITS)
        ]  # fmt: skip
        columns = (("วันที่", "day", False), ("เลขที่", "number", False), ("รายการ", "item", False), ("ผล", "result", False), ("ข้อค้นพบ", "finding", False),
                   ("กำหนดแก้ไข", "order due", False), ("แก้ไขแล้ว", "resolved", False))  # fmt: skip
        return self._section("การตรวจครั้งก่อนและคำสั่งที่ค้าง", "Earlier inspections and open orders", columns, rows, "core.inspection")

    def _complaints(self) -> Section:
        rows = [
            (_short(r["complaint_no"]), self.day(r["received_date"]), self.word(r["category"]), self.word(r["status"]), self.day(r["closed_date"]))
            for r in self.rows(_COMPLAINTS)
        ]  # fmt: skip
        columns = (("เลขที่", "number", False), ("วันที่รับเรื่อง", "received", False), ("ประเภท", "about", False), ("สถานะ", "status", False), ("ปิดเรื่อง", "closed", False))
        return self._section("เรื่องร้องเรียน (ไม่มีข้อมูลส่วนบุคคล)", "Complaints (no personal data)", columns, rows, "core.complaint")

    def _linked(self) -> Section:
        rows = [
            (r["other"] or "–", _short(r["factory_name"] or ""), _figure(r["sent_loads"]), _figure(r["sent_t"] or 0), _figure(r["received_loads"]),
             _figure(r["received_t"] or 0), _figure(r["in_doubt"]))
            for r in self.rows(_LINKED)
        ]  # fmt: skip
        columns = (("เลขทะเบียน", "number", False), ("โรงงาน", "factory", False), ("ส่งไป (เที่ยว)", "sent to (loads)", True), ("ตัน", "t", True),
                   ("รับจาก (เที่ยว)", "from (loads)", True), ("ตัน", "t", True), ("น่าสงสัย", "in doubt", True))  # fmt: skip
        return self._section("ผู้ที่เกี่ยวข้อง", "Linked parties", columns, rows, "summary.reconciliation")

    def _unknown(self, who: dict[str, Any]) -> list[str]:
        say = self.say
        unknown = []
        if who["missing_reports"]:
            unknown.append(say(f"ของเสียในงวดที่ยังไม่ส่งรายงาน {who['missing_reports']} งวด", f"What was generated or received in {who['missing_reports']} periods without a report"))
        if not who["permits"]:
            unknown.append(say("ไม่มีใบอนุญาตนำออกในระบบ", "No permission for removal is on file"))
        if who["days_since_inspection"] is None:
            unknown.append(say("ไม่เคยตรวจ หรือไม่มีผลตรวจในระบบ", "It was never inspected, or no result is on file"))
        if who["latitude_deg"] is None:
            unknown.append(say("ไม่มีพิกัด", "Its position"))
        if who["waste_role"] == "processor" and not who["intake_capacity_t"]:
            unknown.append(say("ไม่มีกำลังการรับที่ได้รับอนุญาต", "Its licensed intake"))
        if who["one_hand"]:
            unknown.append(say(
                f"{number(who['one_hand'])} จาก {number(who['loads'])} เที่ยวกรอกโดยฝ่ายเดียว จึงยืนยันกันเองไม่ได้",
                f"{number(who['one_hand'])} of {number(who['loads'])} loads were typed by one hand, and prove nothing about each other",
            ))  # fmt: skip
        if not who["loads"]:
            unknown.append(say("ไม่มีเที่ยวขนในระบบ", "No load from or to it is on file"))
        if who["complaints_near"]:
            unknown.append(say(f"เรื่องร้องเรียนใกล้เคียง {who['complaints_near']} เรื่องที่ไม่ระบุโรงงาน", f"{who['complaints_near']} complaints near it name no factory"))
        return unknown


def _short(text: str, most: int = LONGEST) -> str:
    """Text as it may be shown, and no longer than the sheet has room for."""
    said = visible(text)
    return said if len(said) <= most else said[: most - 1] + "…"


def _figure(value: Any, decimals: int = 3) -> str:
    return "–" if value is None else number(value, decimals)
