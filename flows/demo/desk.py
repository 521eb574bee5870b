"""What only the department's desk writes: inspections and complaints."""

from __future__ import annotations

import random
from datetime import date, timedelta

from flows.demo.register import Factory
from flows.demo.table import Row

# item of the checklist (an obligation where there is one), and what was seen where it failed
_ITEMS = {
    "TH-7-1": "เก็บของเสียอันตรายปนกับของเสียไม่อันตราย",
    "TH-7-2": "ภาชนะไม่มีฉลากระบุรหัสของเสีย",
    "TH-7-4": "แผนผังการจัดเก็บไม่เป็นปัจจุบัน",
    "TH-10": "ไม่มีเอกสารกำกับของเที่ยวล่าสุด",
}
_COMPLAINTS = (
    ("odour", "มีกลิ่นสารเคมีรุนแรงช่วงกลางคืน บ้านเลขที่ 99 หมู่ 4"),
    ("illegal_dumping", "พบรถบรรทุกนำถังสีดำมาทิ้งข้างคลอง ผู้แจ้งขอปกปิดชื่อ"),
    ("wastewater", "น้ำในคลองเปลี่ยนเป็นสีดำ มีปลาตาย"),
    ("dust_smoke", "ควันดำจากปล่องโรงงานทุกเช้า"),
)


def inspection_rows(rng: random.Random, visited: list[Factory]) -> list[Row]:
    """One visit to each factory; the first item of the first visit failed."""
    rows: list[Row] = []
    for n, factory in enumerate(visited, 1):
        day = date(2026, 2, 2) + timedelta(days=7 * n)
        for item, seen in _ITEMS.items():
            has_failed = (n == 1 and not rows) or rng.random() < 0.2
            rows.append({
                "inspection_no": f"ตร-2569-{n:04d}",
                "factory_id": factory.factory_id,
                "inspected_date": day,
                "inspector": "สำนักงานอุตสาหกรรมจังหวัด",
                "item_code": item,
                "result": "fail" if has_failed else "pass",
                "finding": seen if has_failed else None,
                "order_due_date": day + timedelta(days=30) if has_failed else None,
                "resolved_date": None,
            })  # fmt: skip
    return rows


def complaint_rows(rng: random.Random, near: list[Factory]) -> list[Row]:
    """Complaints of citizens near these factories; one names nobody."""
    rows: list[Row] = []
    for n, (category, description) in enumerate(_COMPLAINTS):
        factory = rng.choice(near)
        day = date(2026, 5, 3) + timedelta(days=6 * n)
        is_closed = n == 0
        rows.append({
            "complaint_no": f"รร-2569-{n + 1:05d}",
            "received_date": day,
            "channel": rng.choice(("hotline", "web", "office")),
            "category": category,
            "description": description,
            "factory_id": None if category == "illegal_dumping" else factory.factory_id,
            "province_code": factory.province_code,
            "latitude_deg": factory.latitude_deg,
            "longitude_deg": factory.longitude_deg,
            "status": "closed" if is_closed else "investigating",
            "closed_date": day + timedelta(days=12) if is_closed else None,
            "outcome": "ปรับปรุงระบบดักกลิ่นแล้ว" if is_closed else None,
        })  # fmt: skip
    return rows
