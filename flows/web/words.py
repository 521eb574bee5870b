"""Words of the pages, in Thai and in English."""

from __future__ import annotations

DUTY_STATES = {
    "missing": ("ยังไม่ส่ง เลยกำหนดแล้ว", "missing, overdue"),
    "not_yet_due": ("ยังไม่ถึงกำหนด", "not yet due"),
    "late": ("ส่งแล้ว แต่ล่าช้า", "reported late"),
    "on_time": ("ส่งแล้ว ตรงเวลา", "reported on time"),
    "nil": ("รายงานว่าไม่มีของเสีย", "nil report, on time"),
}
ERRORS: dict[int | str, tuple[str, str]] = {
    403: (
        "แบบฟอร์มนี้หมดอายุหรือไม่ได้มาจากหน้านี้ กรุณาเปิดหน้าแรกแล้วลองใหม่",
        "This form has expired or does not come from this page. Open the first page and try again.",
    ),
    404: ("ไม่พบหน้านี้", "There is nothing here."),
    405: ("ไม่รองรับคำสั่งนี้", "This is not supported."),
    408: ("การส่งไฟล์ขาดช่วงนานเกินไป กรุณาลองใหม่", "The upload fell silent for too long. Please try again."),
    409: ("ไม่มีไฟล์ที่ตรวจแล้วรอส่ง กรุณาตรวจไฟล์อีกครั้ง", "No checked file is waiting to be submitted. Please check it again."),
    413: ("ไฟล์ใหญ่เกินกำหนด กรุณาแบ่งเป็นหลายไฟล์", "The file is larger than the limit. Split it into several files."),
    422: (
        "ตรวจไฟล์นี้ไม่ได้: ไม่มีไฟล์ หรือไฟล์ต้องใช้เวลาหรือหน่วยความจำมากเกินไป กรุณาแบ่งเป็นหลายไฟล์ หรือส่งเป็น CSV",
        "This file cannot be checked: there is none, or it asks for too much time or memory. Split it, or send it as CSV.",
    ),
    429: ("บ่อยเกินไป กรุณารอแล้วลองใหม่", "Too often. Please wait, then try again."),
    500: ("ระบบขัดข้อง เจ้าหน้าที่เห็นข้อผิดพลาดนี้แล้วในบันทึก", "Something went wrong on our side; it is in our log."),
    503: ("ระบบยังไม่พร้อมหรือมีผู้ใช้มาก กรุณาลองใหม่ภายหลัง", "Not ready yet, or too busy. Please try again later."),
    "link": (
        "ลิงก์นี้ใช้แล้ว หมดอายุ หรือไม่ถูกต้อง กรุณาขอลิงก์ใหม่",
        "This link has been used, has expired, or is wrong. Please ask for a new one.",
    ),
}
