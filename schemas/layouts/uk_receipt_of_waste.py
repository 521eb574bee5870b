"""The United Kingdom's workbook "Report receipt of waste", version 1, onto `receipt`.

Its sheet of items holds one row a waste, its sheet of movements what all items of a load share; both have explanations in
rows 7 and 8 and data from row 9. Source: GOV.UK, Report receipt of waste, spreadsheet v.1 (Open Government Licence v3.0).
"""

from schemas.records import Gap, Layout, LayoutSheet, Taken

_REFERENCE = "Your unique reference"

LAYOUT = Layout(
    name="uk_receipt_of_waste",
    title_en="United Kingdom: Report receipt of waste, spreadsheet v.1",
    title_th="สหราชอาณาจักร: แบบรายงานการรับของเสีย (สมุดงานรุ่น 1)",
    report="receipt",
    source="GOV.UK, Report receipt of waste, spreadsheet v.1 (Open Government Licence v3.0)",
    rows=LayoutSheet(
        marks=(_REFERENCE, "EWC code (could be multiple EWC codes for one load)", "Total weight of waste"),
        header_row=6,
        first_row=9,
        key=_REFERENCE,
        taken=(
            Taken("waste_code", "EWC code (could be multiple EWC codes for one load)", leaves_out=" \u00a0*"),
            Taken("quantity", "Total weight of waste"),
            Taken("unit", "Weight unit of measurement", words=(("Kilograms", "kg"), ("Tonnes", "t"))),
        ),
        kept=(
            "Errors found in your Waste movements", "Waste description", "Physical form", "Number of containers used",
            "Type of containers", "Is the waste weight estimated?", "Does the waste contain persistent organic pollutants (POPs)?",
            "POP name & concentration value", "Source of Components", "Is the waste hazardous?",
            "Hazardous property codes (Haz code)", "Component name & concentration value", "Disposal / Recovery code & Weight",
        ),
    ),
    beside=(
        LayoutSheet(
            marks=(_REFERENCE, "Receiver’s authorisation number", "Date received"),
            header_row=6,
            first_row=9,
            key=_REFERENCE,
            taken=(
                Taken("manifest_no", "Hazardous waste consignment code"),
                Taken("processor_id", "Receiver’s authorisation number"),
                Taken("received_date", "Date received"),
            ),
            kept=(
                "Errors found in your Waste movements", "Waste Tracking ID", "Site name", "Site address", "Site postcode",
                "Regulatory position statements (RPS)", "Give reasons for not having a consignment number",
                "Special handling requirement", "Carrier registration number",
                "Give reasons for not having the carrier registration number", "Carrier organisation name", "Carrier address",
                "Carrier post code", "Means of transport", "Vehicle registration number (if by road)",
                "Broker or dealer organisation name", "Broker or dealer address", "Broker or dealer post code",
                "Broker or dealer registration number",
            ),
            personal=(
                "Receiver email", "Receiver phone number", "Carrier contact email address", "Carrier contact phone number",
                "Broker or dealer email", "Broker or dealer phone number",
            ),
        ),
    ),
    constants=(("decision", "accepted"),),
    numbered="line_no",
    gaps=(
        Gap(
            "manifest_no",
            "It is taken from the consignment code; the unique reference may be a weighbridge ticket and is not used. A load"
            " without a consignment code cannot be answered in this workbook.",
            "ใช้เลขจากช่อง consignment code ส่วน unique reference อาจเป็นเลขตั๋วชั่งจึงไม่นำมาใช้ ของเสียที่ไม่มี consignment code รายงานด้วยสมุดงานนี้ไม่ได้",
        ),
        Gap(
            "line_no",
            "The workbook numbers no lines: the items of a load are lines 1, 2, 3 in the order in which they stand. Keep them in"
            " the order of the manifest.",
            "สมุดงานนี้ไม่มีเลขลำดับ รายการของเที่ยวเดียวกันจะเป็นลำดับที่ 1 2 3 ตามที่เรียงไว้ กรุณาเรียงตามเอกสารกำกับ",
        ),
        Gap(
            "waste_code",
            "The workbook asks for European codes, and there is no official list from them to Annex 1. The six digits are taken as"
            " written, and only where Annex 1 has them: check that they mean your waste.",
            "สมุดงานนี้ใช้รหัสของเสียยุโรป ซึ่งไม่มีตารางเทียบกับภาคผนวก 1 อย่างเป็นทางการ ระบบใช้เลขหกหลักตามที่เขียนและรับเฉพาะรหัสที่มีในภาคผนวก 1 กรุณาตรวจว่าตรงกับของเสียของท่าน",
        ),
        Gap(
            "processor_id",
            "A foreign authorisation number names no factory: write the receiver's 14-digit factory registration number there.",
            "เลขใบอนุญาตต่างประเทศใช้ระบุโรงงานไม่ได้ กรุณาเขียนเลขทะเบียนโรงงาน 14 หลักของผู้รับในช่องนั้น",
        ),
        Gap(
            "decision",
            "The workbook is for waste that was received and has no place for a refusal: every row says accepted. Report a"
            " rejected or partly accepted load in our own layout.",
            "สมุดงานนี้มีเฉพาะของเสียที่รับไว้ ทุกแถวจึงถือว่ารับ (accepted) เที่ยวที่ปฏิเสธหรือรับบางส่วนต้องรายงานด้วยแบบของกรมฯ",
        ),
        Gap(
            "management_code",
            "Disposal and recovery codes (D, R) are no methods of Annex 3, and there is no official list between them: the method"
            " is left empty.",
            "รหัสกำจัดและใช้ประโยชน์ (D, R) ไม่ใช่รหัสวิธีการจัดการในภาคผนวก 3 และไม่มีตารางเทียบอย่างเป็นทางการ จึงเว้นว่างไว้",
        ),
        Gap(
            "completed_date",
            "The workbook does not say when the management was completed or extended: report it in our own layout, or the load"
            " counts as not completed.",
            "สมุดงานนี้ไม่มีวันที่จัดการเสร็จและการขยายเวลา กรุณารายงานด้วยแบบของกรมฯ มิฉะนั้นจะถือว่ายังจัดการไม่เสร็จ",
        ),
    ),
)  # fmt: skip
