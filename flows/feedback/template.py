"""The official XLSX template of a report type: headers, drop-down lists, comments, example rows, and a hidden version mark.

The example rows are valid and made up: their factory numbers stand in no register, so that a template sent in as it is
does no harm. `factory_id` and `processor_id` may be given.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flows.errors import UsageError
from flows.reading.headers import TEMPLATE_SHEET
from schemas.codes import code_list
from schemas.records import Field, Report
from schemas.reports import all_reports

Language = Literal["th", "en"]
MARK_SHEET, LIST_SHEET = TEMPLATE_SHEET, "lists"
READY_ROWS = 2_000  # rows with lists and text format below the header
_NAVY, _PALE, _EXAMPLE = "FF12355B", "FFE8EEF4", "FFF3F5F7"

EXAMPLE_GENERATOR, EXAMPLE_PROCESSOR = "10109999925551", "10109999925601"
# One example of every column; the loads are the same in permit, manifest and receipt.
_EXAMPLES: dict[str, str] = {
    "factory_id": EXAMPLE_GENERATOR, "processor_id": EXAMPLE_PROCESSOR, "manifest_no": "MN68-000001", "line_no": "1",
    "permit_no": "กอ1/2568-00001", "transporter_id": "T-001", "vehicle_no": "80-1234 กทม", "waste_code": "120109",
    "waste_name": "น้ำมันหล่อเย็นใช้แล้ว", "management_code": "049", "quantity": "1250.5", "unit": "kg",
    "container_count": "6", "container_type": "ถัง 200 ลิตร",
    "sent_date": "2025-03-31", "received_date": "2025-04-01", "decision": "accepted", "completed_date": "2025-04-20",
    "report_year": "2025", "report_month": "2025-03", "opening_stock_t": "0.5", "generated_t": "12.25",
    "managed_on_site_t": "0", "sent_off_site_t": "12", "closing_stock_t": "0.75", "received_t": "20", "processed_t": "19.75",
    "permitted_t": "40", "valid_from_date": "2025-01-01", "valid_to_date": "2025-12-31", "processor_answer": "accepted",
    "inspection_no": "INS-68-001", "inspected_date": "2025-06-15", "inspector": "สำนักงานอุตสาหกรรมจังหวัด", "item_code": "manifest",
    "result": "pass", "complaint_no": "C68-0001", "channel": "สายด่วน", "category": "odour", "province_code": "10",
    "status": "open", "description": "กลิ่นเหม็นช่วงกลางคืน", "latitude_deg": "13.75", "longitude_deg": "100.5",
    "factory_name": "บริษัท ตัวอย่าง จำกัด", "factory_class": "42", "opened_date": "2012-05-01",
    "contact_email": "waste@factory.example", "old_factory_no": "3-42-1/55กท",
    "disposition_no": "D-2568-0001", "anomaly_id": "0123456789abcdef", "action": "confirm", "reason": "ตรวจพบจริงในพื้นที่",
    "official": "เจ้าหน้าที่โต๊ะกลาง", "decided_date": "2025-06-20",
}  # fmt: skip
# What differs by report type; "" leaves the cell empty.
_OWN: dict[str, dict[str, str]] = {
    "annual": {"management_code": ""},
    "factory": {"status": "operating"},
    "permit": {"factory_id": EXAMPLE_GENERATOR},
    "processing": {"factory_id": EXAMPLE_PROCESSOR, "product_name": "น้ำมันเชื้อเพลิงทดแทน", "product_t": "15.5", "residue_t": "1.25"},
}  # fmt: skip
_NIL_ROW = {"nil_report": "yes"}  # the second example of reports that may be nil, for the year or month before

_KINDS: dict[str, tuple[str, str]] = {
    "id14": ("เลข 14 หลัก เก็บเป็นข้อความ", "14 digits, kept as text"),
    "code2": ("รหัสสองหลัก เก็บเป็นข้อความ", "two digits, kept as text"),
    "code3": ("รหัสสามหลัก เก็บเป็นข้อความ", "three digits, kept as text"),
    "code6": ("รหัสหกหลัก เก็บเป็นข้อความ", "six digits, kept as text"),
    "factory_class": ("ลำดับที่ 1 ถึง 107 เช่น 106(1)", "class 1 to 107, such as 106(1)"),
    "text": ("ข้อความ", "text"),
    "email": ("อีเมลหนึ่งที่อยู่", "one e-mail address"),
    "enum": ("เลือกจากรายการ", "one of the list"),
    "unit": ("เลือกจากรายการ", "one of the list"),
    "decimal": ("ตัวเลข เช่น 1234.5 ทศนิยมไม่เกิน 6 ตำแหน่ง", "a number such as 1234.5, at most 6 decimals"),
    "integer": ("จำนวนเต็ม", "a whole number"),
    "date": ("วันที่ เช่น 31/03/2568 ทั้งคอลัมน์ใช้ พ.ศ. หรือ ค.ศ. อย่างเดียว", "a day such as 2025-03-31; one calendar in the column"),
    "month": ("เดือน เช่น 2568-03", "a month such as 2025-03"),
    "year": ("ปี เช่น 2568", "a year such as 2025"),
}  # fmt: skip
_REQUIRED = {
    "yes": ("ต้องกรอก", "required"),
    "unless nil": ("ต้องกรอก เว้นแต่ไม่มีรายการ", "required unless nil"),
    "no": ("ไม่บังคับ", "optional"),
}
_CODE_LISTS = {"code6": ("waste_code", "code"), "code3": ("management_code", "code"), "code2": ("province", "code")}


@dataclass(frozen=True)
class Template:
    """A template.

    Attributes:
        content: the workbook's bytes.
        version: changes whenever layout or lists change; hidden in the workbook.
    """

    content: bytes
    version: str


def template(report_type: str, language: Language, given: Mapping[str, str] | None = None) -> Template:
    """The template of a report type.

    Args:
        report_type: its name, e.g. `manifest`.
        language: of headers and examples; comments are in both.
        given: values for columns of the example rows, e.g. `factory_id`.

    Raises:
        UsageError: there is no such report type.
    """
    if report_type not in all_reports():
        raise UsageError(f"there is no report type {report_type!r}: choose one of {', '.join(all_reports())}")
    import openpyxl

    report = all_reports()[report_type]
    version = version_of(report)
    book = openpyxl.Workbook()
    lists = book.create_sheet(LIST_SHEET)
    _write_data(book.active, lists, report, language, given or {})
    _write_meaning(book.create_sheet("คำอธิบาย" if language == "th" else "Read me", 1), report, language)
    lists.sheet_state = "hidden"
    mark = book.create_sheet(MARK_SHEET)
    mark.append([f"waste-reports template {report.name} {language} {version}"])
    mark.sheet_state = "veryHidden"
    book.properties.creator = "waste-reports"
    book.properties.title = f"{report.title_th} · {report.title_en}"
    book.properties.version = version
    target = io.BytesIO()
    book.save(target)
    return Template(target.getvalue(), version)


def version_of(report: Report) -> str:
    """Twelve hex digits that change when the layout or a list in it changes."""
    said = [repr(report.fields), *(repr(code_list(name)) for name, _ in _CODE_LISTS.values()), repr(_EXAMPLES), repr(_OWN)]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:12]


def example_rows(report: Report, language: Language, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Valid rows as a factory would write them, by column."""
    values = {**_EXAMPLES, **_OWN.get(report.name, {}), **{name: text for name, text in given.items() if text}}
    row = {field.name: values.get(field.name, "") for field in report.fields}
    if report.has("nil_report"):
        return [row, {"factory_id": row["factory_id"], **_NIL_ROW, **_period_before(report)}]
    return [row, {**row, "line_no": "2"}] if "line_no" in report.row_key else [row]


def _period_before(report: Report) -> dict[str, str]:
    return {"report_year": "2024"} if report.has("report_year") else {"report_month": "2025-02"}


def _said(text: str, field: Field, language: Language) -> str:
    """An example in the calendar and the words of a language."""
    if language == "en" or not text:
        return text
    if field.kind == "date":
        year, month, day = text.split("-")
        return f"{day}/{month}/{int(year) + 543}"
    if field.kind in ("month", "year"):
        return f"{int(text[:4]) + 543}{text[4:]}"
    return {"kg": "กก.", "t": "ตัน"}.get(text, text) if field.kind == "unit" else text


def _header(field: Field, language: Language) -> str:
    return field.header_th if language == "th" else field.name


def _write_data(sheet: Any, lists: Any, report: Report, language: Language, given: Mapping[str, str]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    sheet.title = report.name
    line = Side(style="thin", color="FFC5CED8")
    sheet.append([_header(field, language) for field in report.fields])
    for cell, field in zip(sheet[1], report.fields, strict=True):
        is_required = field.required != "no"
        cell.font = Font(bold=True, color="FFFFFFFF" if is_required else _NAVY)
        cell.fill = PatternFill("solid", fgColor=_NAVY if is_required else _PALE)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = Border(left=line, right=line)
        cell.comment = Comment(comment_of(field), "waste-reports", height=210, width=340)
        letter = cell.column_letter
        least = 18 if field.kind == "id14" else 14
        sheet.column_dimensions[letter].width = max(least, min(30, 2 + int(len(cell.value) * 1.1)))
        # Text keeps leading zeros, 14 digits and Buddhist years as they are typed.
        if field.kind not in ("decimal", "integer"):
            sheet.column_dimensions[letter].number_format = "@"
        _add_list(sheet, lists, letter, field, language)
    sheet.row_dimensions[1].height = 48
    for number, row in enumerate(example_rows(report, language, given), start=2):
        for column, field in enumerate(report.fields, start=1):
            text = _said(row.get(field.name, ""), field, language)
            is_number = field.kind in ("decimal", "integer") and text
            cell = sheet.cell(number, column, (float(text) if "." in text else int(text)) if is_number else text or None)
            cell.number_format = "General" if field.kind in ("decimal", "integer") else "@"
            cell.fill = PatternFill("solid", fgColor=_EXAMPLE)
            cell.font = Font(italic=True, color="FF5A6672")
    sheet.freeze_panes = "A2"
    sheet.sheet_view.zoomScale = 110
    sheet.print_options.gridLines = True  # most rows are empty when somebody fills it in by hand
    _set_print(sheet, "1:1")


def _set_print(sheet: Any, head_rows: str) -> None:
    """On paper: A4 across, as wide as the columns are, the head on every page."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0  # 0: as many pages down as it takes
    sheet.print_title_rows = head_rows
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.6)  # inches
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def comment_of(field: Field) -> str:
    """Meaning, form, unit and bounds of a column, Thai and English."""
    kind_th, kind_en = _KINDS[field.kind]
    need_th, need_en = _REQUIRED[field.required]
    unit = f" [{field.unit}]" if field.unit else ""
    allowed = f"\n{field.allowed_text}" if field.allowed_text else ""
    thai = f"{field.header_th} ({need_th})\n{kind_th}{unit}{allowed}"
    return f"{thai}\n\n{field.name} ({need_en})\n{field.meaning}\n{kind_en}{unit}"


def _choices(field: Field, language: Language) -> list[str]:
    if field.kind == "unit":
        words = {"t": "ตัน", "kg": "กก."} if language == "th" else {}
        return [words.get(word, word) for word in field.words]
    if field.words:
        return list(field.words)
    if field.kind in _CODE_LISTS:
        name, column = _CODE_LISTS[field.kind]
        return list(dict.fromkeys(each[column] for each in code_list(name)))
    return []


def _add_list(sheet: Any, lists: Any, letter: str, field: Field, language: Language) -> None:
    """A drop-down list; its words stand on the hidden sheet, because a list in the cell itself ends at 255 letters."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = _choices(field, language)
    if not choices:
        return
    column = 1 if lists["A1"].value is None else lists.max_column + 1
    for row, choice in enumerate(choices, start=1):
        lists.cell(row, column, choice).number_format = "@"
    at = get_column_letter(column)
    validation = DataValidation(
        type="list", formula1=f"'{LIST_SHEET}'!${at}$1:${at}${len(choices)}", allow_blank=True, showErrorMessage=True,
        errorStyle="warning", errorTitle="waste-reports", error="ไม่อยู่ในรายการ · not in the list",
    )  # fmt: skip
    validation.add(f"{letter}2:{letter}{READY_ROWS + 1}")
    sheet.add_data_validation(validation)


def _write_meaning(sheet: Any, report: Report, language: Language) -> None:
    """A sheet for people: what every column means, and how to use the template."""
    from openpyxl.styles import Alignment, Font, PatternFill

    first, second = (report.title_th, report.title_en) if language == "th" else (report.title_en, report.title_th)
    for words in (
        (f"{first} · {second}",),
        ("แถวตัวอย่าง (ตัวเอียง) ต้องลบหรือเขียนทับก่อนส่ง เลขทะเบียนในตัวอย่างไม่มีอยู่จริง",),
        ("Delete or overwrite the example rows (in italics) before you send it; their factory numbers do not exist.",),
        ("ตรวจไฟล์ก่อนส่งด้วยคำสั่ง waste try · check the file before you send it: waste try FILE",),
        (),
        ("ชื่อคอลัมน์ / Column", "ความจำเป็น / Need", "วิธีกรอก", "How to fill it in", "หน่วย / Unit", "ค่าที่รับ / Allowed"),
    ):
        sheet.append(words)
    for cell in sheet[6]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor=_NAVY)
    sheet["A1"].font = Font(bold=True, size=16, color=_NAVY)
    sheet["A2"].font = sheet["A3"].font = Font(bold=True, color="FFB3261E")
    for field in report.fields:
        need_th, need_en = _REQUIRED[field.required]
        kind_th, kind_en = _KINDS[field.kind]
        sheet.append(
            (
                f"{field.header_th}\n{field.name}", f"{need_th}\n{need_en}", kind_th, f"{field.meaning}: {kind_en}",
                field.unit or None, field.allowed_text or None,
            )
        )  # fmt: skip
    widths = (30, 22, 44, 60, 14, 34)
    for row in sheet.iter_rows(min_row=6):
        lines = 1
        for cell, width in zip(row, widths, strict=True):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.data_type == "f":
                cell.data_type = "s"
            lines = max(lines, sum(1 + len(line) // width for line in str(cell.value or "").split("\n")))
        sheet.row_dimensions[row[0].row].height = 17 * lines  # points: not every program finds the height itself
    for letter, width in zip("ABCDEF", widths, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    _set_print(sheet, "6:6")
