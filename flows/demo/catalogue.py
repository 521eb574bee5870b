"""What factories of the demo make, throw away and are called."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from schemas.codes import code_list


@dataclass(frozen=True)
class Kind:
    """A waste as the demo's factories know it: one line of streams.csv. A waste code has one method only.

    Attributes:
        load_t: tonnes of a usual load.
        industries: who has this waste.
    """

    waste_code: str
    waste_name: str
    management_code: str
    method_detail: str | None
    processor_class: str
    unit: str
    density_kg_per_l: Decimal | None
    load_t: float
    container: str
    industries: tuple[str, ...]

    @property
    def is_hazardous(self) -> bool:
        """Marked HA or HM in Annex 1."""
        return is_hazardous(self.waste_code)


# Factory classes of the Factory Act list, and the word for it in a company's name.
INDUSTRIES: dict[str, tuple[tuple[str, ...], str]] = {
    "food": (("4", "6", "8", "12"), "อุตสาหกรรมอาหาร"),
    "textile": (("22", "23", "24"), "สิ่งทอ"),
    "wood": (("34", "36", "37"), "เฟอร์นิเจอร์"),
    "paper": (("38", "39", "40"), "เปเปอร์"),
    "printing": (("41",), "การพิมพ์"),
    "chemical": (("42", "44"), "เคมีภัณฑ์"),
    "paint": (("45",), "สีอุตสาหกรรม"),
    "pharma": (("46", "47"), "เภสัชกรรม"),
    "rubber": (("51", "52"), "รับเบอร์"),
    "plastic": (("53",), "พลาสติก"),
    "ceramic": (("55", "56", "57", "58"), "เซรามิก"),
    "foundry": (("59", "60"), "หล่อโลหะ"),
    "metal": (("61", "63", "64", "67"), "เมทัลเวิร์ค"),
    "electronics": (("71", "72", "74"), "อิเล็กทรอนิกส์"),
    "vehicle": (("77", "78"), "ออโต้พาร์ท"),
    "power": (("88",), "พลังงาน"),
    "plating": (("100",), "ชุบโลหะ"),
}
PROCESSOR_WORDS = {"101": "บำบัดกากอุตสาหกรรม", "105": "คัดแยกและฝังกลบ", "106": "รีไซเคิล"}
FIRST_WORDS = (
    "ไทย", "สยาม", "เจริญ", "บูรพา", "ศรี", "ทรัพย์", "มิตร", "เอเชีย", "พัฒนา", "รุ่งเรือง", "แสงทอง",
    "นวกิจ", "ธนา", "ยูเนี่ยน",
)  # fmt: skip
SECOND_WORDS = (
    "ชัย", "รุ่งโรจน์", "สากล", "กิจ", "ไพศาล", "ทวี", "วัฒนา", "อินเตอร์", "สมบูรณ์", "มงคล",
    "ถาวร", "เอก", "พร", "เทค", "โกลบอล",
)  # fmt: skip

# Provinces where factories stand: latitude, longitude of the middle, and how many of a hundred.
PROVINCES: dict[str, tuple[float, float, int]] = {
    "10": (13.75, 100.52, 7), "11": (13.60, 100.70, 12), "12": (13.86, 100.48, 3), "13": (14.05, 100.62, 8),
    "14": (14.35, 100.60, 7), "16": (14.82, 100.72, 2), "19": (14.53, 100.92, 5), "20": (13.30, 101.05, 12),
    "21": (12.78, 101.28, 9), "24": (13.65, 101.12, 5), "25": (14.02, 101.55, 4), "30": (14.95, 102.08, 4),
    "40": (16.43, 102.83, 2), "41": (17.38, 102.80, 1), "50": (18.78, 98.98, 2), "51": (18.55, 99.03, 2),
    "60": (15.70, 100.12, 1), "70": (13.55, 99.82, 3), "71": (14.05, 99.52, 2), "72": (14.45, 100.10, 1),
    "73": (13.82, 100.08, 4), "74": (13.58, 100.25, 6), "84": (9.10, 99.30, 1), "90": (7.05, 100.47, 3),
}  # fmt: skip

# Residue of a processor's own process by class: waste code, name, method on its own ground, share of what it processes.
RESIDUES = {
    "101": ("190305", "กากปรับเสถียรแล้ว", "073", 0.12),
    "105": ("191212", "วัสดุเหลือจากการคัดแยก", "071", 0.15),
    "106": ("191212", "กากเหลือจากการรีไซเคิล", "049", 0.05),
}
# What comes out of a method: name and tonnes per tonne put in; nothing from treatment and disposal.
PRODUCTS = {
    "011": ("วัสดุคัดแยกเพื่อจำหน่าย", 0.82), "042": ("เชื้อเพลิงผสม", 0.90), "043": ("พลังงานความร้อน", 0.0),
    "045": ("วัตถุดิบทดแทนปูนซีเมนต์", 0.93), "049": ("เม็ดวัสดุรีไซเคิล", 0.85), "051": ("ตัวทำละลายกลั่นแล้ว", 0.78),
    "052": ("โลหะแท่ง", 0.35), "053": ("กรดคืนสภาพ", 0.80), "057": ("ทรายหล่อคืนสภาพ", 0.90), "059": ("เงินแท่ง", 0.01),
    "083": ("ปุ๋ยหมัก", 0.55), "084": ("อาหารสัตว์", 0.60),
}  # fmt: skip


@cache
def kinds() -> tuple[Kind, ...]:
    """All wastes of streams.csv."""
    with (Path(__file__).parent / "streams.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Kind(
                line["waste_code"], line["waste_name"], line["management_code"], line["method_detail"] or None,
                line["processor_class"], line["unit"],
                Decimal(line["density_kg_per_l"]) if line["density_kg_per_l"] else None,
                float(line["load_t"]), line["container"], tuple(line["industries"].split("|")),
            )
            for line in csv.DictReader(file)
        )  # fmt: skip


@cache
def _waste_codes() -> dict[str, bool]:
    return {line["code"]: line["is_hazardous"] == "1" for line in code_list("waste_code")}


def is_hazardous(waste_code: str) -> bool:
    """Whether Annex 1 marks the code HA or HM."""
    return _waste_codes()[waste_code]


@cache
def methods_with_detail() -> frozenset[str]:
    """Management codes that need a detail."""
    return frozenset(line["code"] for line in code_list("management_code") if line["detail_required"] == "1")
