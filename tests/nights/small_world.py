"""A small world for whole nights: eight files that the eye can check, with a correction, a fault and a missing report."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

NIGHT_1, NIGHT_2 = "2026-05-10", "2026-05-11"
GENERATOR, PROCESSOR, SILENT = "10100000125551", "10101000025601", "10200000225552"

REGISTER = f"""factory_id,factory_name,factory_class,province_code,status,contact_email
{GENERATOR},โรงงานหนึ่ง,42,10,operating,one@factory.example
{PROCESSOR},ผู้รับ,101,10,operating,two@factory.example
{SILENT},โรงงานเงียบ,42,20,operating,three@factory.example
"""
MANIFESTS = f"""manifest_no,line_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date
M1,1,{GENERATOR},{PROCESSOR},120109,049,1000,kg,2026-04-01
M2,1,{GENERATOR},{PROCESSOR},120109,049,2,t,2026-04-02
M3,1,{GENERATOR},{PROCESSOR},999999,049,3,t,2026-04-03
"""
RECEIPTS = f"""manifest_no,line_no,processor_id,received_date,waste_code,quantity,unit,decision
M1,1,{PROCESSOR},2026-04-01,120109,1.0,t,accepted
M2,1,{PROCESSOR},2026-04-02,120109,1.5,t,accepted
"""
ANNUAL = f"""เลขทะเบียนโรงงาน,ปีที่รายงาน,ไม่มีของเสีย,รหัสของเสีย,ยอดยกมา (ตัน),ปริมาณที่เกิดขึ้น (ตัน),จัดการภายในโรงงาน (ตัน),ส่งออกนอกโรงงาน (ตัน),ยอดคงเหลือ (ตัน)
{GENERATOR},2568,,120109,0,10,0,9,1
"""
CORRECTION = ANNUAL.replace(",0,10,0,9,1", ",0,12,0,11,1")
NIL = "factory_id,report_year,nil_report,waste_code,opening_stock_t,generated_t,managed_on_site_t,sent_off_site_t,closing_stock_t\n"
NIL += f"{PROCESSOR},2025,yes,,,,,,\n"


def put(inbox: Path, name: str, content: str | bytes, at: str) -> Path:
    """A file in the inbox, modified at a moment in UTC."""
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def fill(inbox: Path) -> None:
    """What came for both nights."""
    put(inbox, "register.csv", REGISTER, "2026-01-05T01:00")
    put(inbox, "loads.csv", MANIFESTS, "2026-04-04T01:00")
    put(inbox, f"by/{PROCESSOR}/answers.csv", RECEIPTS, "2026-04-04T02:00")
    put(inbox, "annual.csv", ANNUAL.encode("cp874"), "2026-04-20T01:00")
    put(inbox, "nil.csv", NIL, "2026-04-20T02:00")
    put(inbox, "loads again.csv", MANIFESTS, "2026-04-21T01:00")
    put(inbox, "annual corrected.csv", CORRECTION.encode(), "2026-05-11T01:00")


VARIABLE = ("started_at", "finished_at", "cut_off_at", "reason")


def tables(published: Path) -> dict[str, list[str]]:
    """Every published table as sorted rows of text, without the moments at which a night happened to run."""
    connection = duckdb.connect(str(published), read_only=True)
    try:
        names = connection.execute(
            "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables() ORDER BY 1"
        ).fetchall()
        return {
            name: sorted(map(str, connection.execute(f"SELECT {_stable(name)} FROM {name}").fetchall())) for (name,) in names
        }
    finally:
        connection.close()


def _stable(name: str) -> str:
    return f"* EXCLUDE ({', '.join(VARIABLE)})" if name == 'audit."night"' else "*"
