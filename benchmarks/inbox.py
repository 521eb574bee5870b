"""A seeded inbox of many small manifest files: what a busy night looks like.

Every row but `fault_pct` in a hundred is sound; faults are of three kinds (a code nobody knows, a decimal comma, a volume
without density). The loads left in the fortnight before the night, each factory's on lorries of its own, as a night sees
them: nothing is overdue yet.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    "manifest_no,line_no,factory_id,permit_no,transporter_id,vehicle_no,processor_id,waste_code,waste_name,"
    "management_code,method_detail,quantity,unit,density_kg_per_l,container_count,container_type,sent_date"
)
_PROCESSORS = [f"10101{number:04d}25601" for number in range(60)]
_WASTES = (("120109", "049"), ("130205", "042"), ("150202", "075"), ("060503", "071"), ("080111", "041"))


def factory_id(number: int) -> str:
    """The n-th made-up factory number: 14 digits, Bangkok, year 2555."""
    return f"1010{number:05d}25551"


def make_register(path: Path, factories: int) -> None:
    """Write the register of generators and processors."""
    lines = ["factory_id,factory_name,factory_class,province_code,status"]
    lines += [f"{factory_id(number)},โรงงาน {number},42,10,operating" for number in range(factories)]
    lines += [f"{each},ผู้รับ {number},101,10,operating" for number, each in enumerate(_PROCESSORS)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_inbox(inbox: Path, files: int, rows: int, night: date, seed: int = 1, fault_pct: float = 3.0) -> None:
    """Write `files` files of `rows` rows into an inbox, and the register they need.

    Args:
        inbox: the desk's folder.
        files: number of manifest files; one factory each.
        rows: rows per file.
        night: the loads left 1 to 14 days before it.
        seed: of the random numbers.
        fault_pct: faulty rows in a hundred.
    """
    chance = random.Random(seed)
    inbox.mkdir(parents=True, exist_ok=True)
    make_register(inbox / "register.csv", files)
    for file in range(files):
        lines = [HEADER]
        for row in range(rows):
            waste, method = chance.choice(_WASTES)
            mass_t, unit, density = chance.uniform(0.1, 20), chance.choice(("t", "kg", "kg")), ""
            quantity = f"{mass_t:.3f}" if unit == "t" else f"{mass_t * 1000:.0f}"
            if chance.random() * 100 < fault_pct:
                kind = chance.randrange(3)
                waste, quantity, unit = (
                    ("999999", quantity, unit), (waste, "1,5".replace(",", "٫"), unit), (waste, quantity, "L"),
                )[kind]  # fmt: skip
            day = night - timedelta(days=1 + row % 14)
            detail = "โรงปูนซีเมนต์" if method == "042" else ""
            lines.append(
                f"M{file:06d}-{row:04d},1,{factory_id(file)},P{file % 500},T{row},80-{file * 3 + row % 3:05d},"
                f"{chance.choice(_PROCESSORS)},{waste},กากของเสีย,{method},{detail},{quantity},{unit},{density},"
                f"{row % 9},drum,{day}"
            )
        (inbox / f"{file:06d}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
