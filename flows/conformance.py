"""The conformance kit for software houses of factories: numbered files, each with the answer that must come.

Every scenario is judged as `waste try register.csv FILE --json` judges it, offline. The kit is made by `waste conformance`
and stands in docs/conformance; a test holds it to the code.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.answering import document
from flows.feedback.template import EXAMPLE_GENERATOR, EXAMPLE_PROCESSOR, example_rows
from flows.reading.limits import Limits
from flows.trying import try_files
from schemas.reports import all_reports

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "conformance"
REGISTER = "register.csv"
_AT = datetime(2026, 1, 31, tzinfo=UTC)  # nothing in a scenario depends on the clock but what lies in the future
_LOAD = (
    "manifest_no", "line_no", "factory_id", "processor_id", "waste_code", "management_code", "quantity", "unit", "sent_date",
)  # fmt: skip
_YEAR = (
    "factory_id", "report_year", "nil_report", "waste_code", "opening_stock_t", "generated_t", "managed_on_site_t",
    "sent_off_site_t", "closing_stock_t",
)  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """One file with one peculiarity.

    Attributes:
        name: number, peculiarity and kind, the file's name in the kit.
        title_th, title_en: what it shows.
        content: the file's bytes.
    """

    name: str
    title_th: str
    title_en: str
    content: bytes


def _row(report: str, columns: tuple[str, ...], **changes: str) -> list[str]:
    row = example_rows(all_reports()[report], "en", {})[0] | changes
    return [row.get(column, "") for column in columns]


def _csv(columns: tuple[str, ...], *rows: list[str], delimiter: str = ",") -> str:
    return "".join(delimiter.join(cells) + "\n" for cells in ([*columns], *rows))


def _load(**changes: str) -> list[str]:
    return _row("manifest", _LOAD, **changes)


def _loads(*rows: list[str]) -> bytes:
    return _csv(_LOAD, *rows).encode()


def _years(*rows: list[str]) -> bytes:
    return _csv(_YEAR, *rows).encode()


def _objects(*rows: list[str]) -> list[dict[str, str]]:
    return [dict(zip(_LOAD, row, strict=True)) for row in rows]


def register() -> bytes:
    """The register that the scenarios are judged with: the made-up generator and processor."""
    columns = ("factory_id", "factory_name", "factory_class", "province_code", "status")
    generator = _row("factory", columns, factory_id=EXAMPLE_GENERATOR)
    processor = _row("factory", columns, factory_id=EXAMPLE_PROCESSOR, factory_class="106", factory_name="บริษัท ผู้รับ จำกัด")
    return _csv(columns, generator, processor).encode()


def scenarios() -> Iterator[Scenario]:
    """Every scenario, numbered."""
    for number, (name, th, en, content) in enumerate(_all(), start=1):
        stem, _, suffix = name.partition(".")
        yield Scenario(f"{number:02d}-{stem}.{suffix}", th, en, content)


def _all() -> Iterator[tuple[str, str, str, bytes]]:
    thai = {field.name: field.header_th for field in all_reports()["manifest"].fields}
    good, second = _load(), _load(line_no="2")
    yield "sound.csv", "ไฟล์ที่ถูกต้อง", "a sound file", _loads(good, second)
    heading = ";".join(thai[column] for column in _LOAD)
    body = ";".join(_load(sent_date="31/03/2568", unit="กก."))
    yield "thai-headers-cp874.csv", "หัวตารางไทย อัฒภาค cp874 พ.ศ.", "Thai headers, semicolons, cp874, Buddhist years", f"{heading}\n{body}\n".encode("cp874")
    yield "utf16-tabs.csv", "UTF-16 คั่นด้วยแท็บ", "UTF-16 with tabs", _csv(_LOAD, good, delimiter="\t").encode("utf-16")
    yield "json.json", "JSON ที่ถูกต้อง", "a sound JSON array", json.dumps(_objects(good, second), ensure_ascii=False, indent=1).encode()
    yield "json-lines.jsonl", "JSON บรรทัดละหนึ่งวัตถุ", "JSON lines", "".join(json.dumps(each) + "\n" for each in _objects(good, second)).encode()
    yield "title-rows.csv", "มีแถวชื่อเรื่องเหนือหัวตาราง", "title rows above the header", b"report\n\n" + _loads(good)
    yield "nil.csv", "ไม่มีรายการ", "a nil report", _years([EXAMPLE_GENERATOR, "2025", "yes", "", "", "", "", "", ""])
    yield "unknown-waste-code.csv", "รหัสของเสียที่ไม่มี", "a waste code that does not exist", _loads(good, _load(line_no="2", waste_code="999999"))
    yield "lost-zero.csv", "เลขศูนย์นำหน้าหาย", "a leading zero eaten by a spreadsheet", _loads(_load(waste_code="30305"))
    yield "decimal-comma.csv", "จุลภาคแทนจุดทศนิยม", "a decimal comma", _csv(_LOAD, _load(quantity="1,5"), delimiter=";").encode()
    yield "unit-inside.csv", "หน่วยในช่องตัวเลข", "a unit inside the number", _loads(_load(quantity="12 kg"))
    yield "not-a-number.csv", "ข้อความแทนตัวเลข", "N/A instead of a number", _loads(_load(quantity="N/A"))
    yield "empty-cell.csv", "ช่องบังคับว่าง", "a required cell is empty", _loads(_load(management_code=""))
    yield "unknown-unit.csv", "หน่วยที่ไม่รู้จัก", "a unit that nobody knows", _loads(_load(unit="กระสอบ"))
    yield "no-density.csv", "ปริมาตรไม่มีความหนาแน่น", "a volume without density", _loads(_load(unit="L"))
    yield "no-such-day.csv", "29 กุมภาพันธ์ 2568", "29 February 2568, which is 2025", _loads(_load(sent_date="29/02/2568"))
    yield "two-calendars.csv", "พ.ศ. ปน ค.ศ.", "two calendars in one column", _loads(good, _load(line_no="2", sent_date="31/03/2568"))
    yield "before-the-regime.csv", "ก่อนประกาศใช้บังคับ", "a day before the regime", _loads(_load(sent_date="2023-10-31"))
    yield "short-factory-id.csv", "เลขทะเบียนไม่ครบ 14 หลัก", "a factory number of 13 digits", _loads(_load(factory_id=EXAMPLE_GENERATOR[1:]))
    yield "exponent-factory-id.csv", "เลขทะเบียนเป็นเลขยกกำลัง", "a factory number in scientific notation", _loads(_load(factory_id="1.01100E+13"))
    yield "strange-factory.csv", "โรงงานไม่อยู่ในทะเบียน", "a factory that the register does not know", _loads(_load(factory_id="10109999825551"))
    yield "wrong-receiver.csv", "ผู้รับไม่ใช่ผู้รับดำเนินการ", "a receiver that may not receive", _loads(_load(processor_id=EXAMPLE_GENERATOR))
    yield "row-twice.csv", "แถวซ้ำ", "a row key twice", _loads(good, good)
    yield "ragged.csv", "จำนวนช่องไม่เท่าหัวตาราง", "a row with one cell too many", _loads(good) + b",".join(cell.encode() for cell in [*second, "x"]) + b"\n"
    yield "missing-column.csv", "ขาดคอลัมน์บังคับ", "a required column is missing", _csv(_LOAD[:-1], good[:-1]).encode()
    yield "unknown-column.csv", "คอลัมน์ที่ไม่รู้จัก (เตือน)", "an unknown column (warning)", _csv((*_LOAD, "remark"), [*good, "x"]).encode()
    year = _row("annual", _YEAR)
    yield "balance.csv", "ยอดไม่ลงตัว (เตือน)", "a balance that does not close (warning)", _years([*year[:5], "99", *year[6:]])
    yield "nil-with-content.csv", "แจ้งไม่มีแต่มีปริมาณ", "nil, but with a quantity", _years([EXAMPLE_GENERATOR, "2025", "yes", "", "", "5", "", "", ""])
    yield "total.csv", "แถวผลรวม", "a totals row", _loads(good, ["รวม", *[""] * 5, "1250.5", "", ""])
    yield "key-twice.json", "คีย์ซ้ำใน JSON", "a JSON key twice", b'[{"manifest_no": "A", "manifest_no": "B"}]'
    yield "header-only.csv", "มีแต่หัวตาราง", "a header and nothing below", _loads()
    yield "no-header.csv", "ไม่มีหัวตาราง", "no header", ",".join(good).encode() + b"\n"
    yield "open-quote.csv", "เครื่องหมายคำพูดไม่ปิด", "a quote that is never closed", _loads(good) + b'"' + ",".join(second).encode() + b"\n"
    yield "doubtful-bytes.csv", "รหัสอักขระไม่ชัดเจน", "bytes in an encoding that cannot be told", _csv((*_LOAD, "waste_name"), [*good, "é"]).encode("latin-1")
    yield "empty.csv", "ไฟล์ว่าง", "an empty file", b""
    yield "pdf.pdf", "PDF", "a PDF", b"%PDF-1.7\n"


def kit() -> dict[str, bytes]:
    """Every file of the kit by its name: the register, each scenario, each answer (`NAME.answer.json`), and README.md."""
    files = {REGISTER: register()}
    index = []
    with tempfile.TemporaryDirectory(prefix="waste-kit-") as scratch:
        folder = Path(scratch)
        (folder / REGISTER).write_bytes(files[REGISTER])
        for each in scenarios():
            (folder / each.name).write_bytes(each.content)
            said = answer(folder / each.name, folder / REGISTER)
            files[each.name] = each.content
            files[f"{each.name}.answer.json"] = (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
            checks = ", ".join(dict.fromkeys(found["check_id"] for found in said["findings"])) or "-"
            index.append(f"| [{each.name}]({each.name}) | {each.title_th} | {each.title_en} | {said['outcome']} | {checks} |")
    files["README.md"] = (_README + "\n".join(index) + "\n").encode()
    return files


def answer(path: Path, register_path: Path) -> dict[str, Any]:
    """What must be said of a scenario: the keys of `waste try --json` that do not depend on place and time."""
    tried = try_files([register_path, path], path.parent / "none", path.parent / "none", Limits(), _AT)
    said = document(tried)["files"][1]
    return {key: said[key] for key in ("submission_id", "report_type", "outcome", "rows", "findings", "reading_log")}


_README = """# Conformance kit

For software houses that write files for factories. Each numbered file has one peculiarity; beside it stands the answer that
must come. Run them offline:

    waste try register.csv 01-sound.csv --json

and compare the entry of the file with `01-sound.csv.answer.json`: `check_id`, `severity`, `source_row` and `column_name` are
stable, words may get better. A file that your software writes should end like number 01. The factories in here are made up.

Made by `waste conformance`; a test of ours holds it to the code.

| file | ชื่อ | what it shows | outcome | checks |
|---|---|---|---|---|
"""
