"""A volume comes with its density."""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("unit", "density_kg_per_l"):
        yield Rule("density_kg_per_l", "r.unit IN ('L', 'm3') AND r.density_kg_per_l IS NULL")


CHECK = Check(
    id="density_is_given",
    severity="error",
    ground="[policy]",
    title_en="A volume comes with its density",
    title_th="ปริมาตรมีความหนาแน่นกำกับ",
    message_en="{cell} is empty, but the quantity is a volume. Give the density in kg/L, or the quantity in t or kg.",
    message_th="{cell} ว่าง แต่ปริมาณเป็นปริมาตร กรุณาระบุความหนาแน่น (กก./ลิตร) หรือรายงานเป็นตันหรือกิโลกรัม",
    rules=rules,
)
