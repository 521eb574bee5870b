"""Opening stock and what came in equal what went out and closing stock, within 0.5 % or 0.01 t.

Rows of one waste code in one period are summed first, because one waste may be managed in several ways: a row is named only
when neither it nor its waste code as a whole balances. Not applicable where a figure is missing.
"""

from collections.abc import Iterable

from schemas.codes import tolerance_sql
from schemas.records import Check, Report, Rule

_BALANCES = {
    "annual": (
        "(opening_stock_t + generated_t)",
        "(managed_on_site_t + sent_off_site_t + closing_stock_t)",
    ),
    "processing": ("(opening_stock_t + received_t)", "(processed_t + closing_stock_t)"),
}


def _is_off(inflow: str, outflow: str, day: str) -> str:
    share, tonnes = tolerance_sql("balance_pct", day), tolerance_sql("balance_t", day)
    return f"abs({inflow} - {outflow}) > greatest({share} * {inflow} / 100, {tonnes})"


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.name not in _BALANCES:
        return
    inflow, outflow = _BALANCES[report.name]
    here, key = (
        ", ".join(f"{prefix}{column}" for column in ("file_no", *report.version_key, "waste_code")) for prefix in ("r.", "")
    )
    all_there = f"count({inflow} - {outflow}) = count(*)"
    gap = f"({inflow} - {outflow})"
    day = report.judged_day_sql
    sums = _is_off(f"sum({inflow})", f"sum({outflow})", day.replace("r.", ""))
    yield Rule(
        "closing_stock_t",
        f"{_is_off(inflow, outflow, day)} AND ({here}) IN (SELECT ({key}) FROM rows GROUP BY ALL"
        f" HAVING {all_there} AND {sums})",
        found=f"CASE WHEN {gap} > 0 THEN '+' ELSE '' END || rtrim(rtrim({gap}::VARCHAR, '0'), '.')",
    )


CHECK = Check(
    id="stock_balances",
    severity="warning",
    ground="[policy]",
    title_en="Opening stock and what came in equal what went out and closing stock, within 0.5 % or 0.01 t",
    title_th="ยอดยกมาบวกรับเข้าเท่ากับจ่ายออกบวกคงเหลือ ภายใน 0.5 % หรือ 0.01 ตัน",
    message_en="{cell}: opening stock and what came in differ by {found} t from what went out and closing stock, more than 0.5 % or 0.01 t. Check the figures of this waste.",
    message_th="{cell}: ยอดยกมาบวกรับเข้าต่างจากจ่ายออกบวกคงเหลือ {found} ตัน ซึ่งเกิน 0.5 % หรือ 0.01 ตัน กรุณาตรวจตัวเลขของของเสียนี้",
    rules=rules,
)
