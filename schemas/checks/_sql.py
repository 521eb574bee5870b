"""What several checks say in SQL."""

from __future__ import annotations

from functools import cache

from schemas.codes import code_list


def party_of(column: str) -> str:
    """Name of the register's row for a column that holds a factory number."""
    return {"factory_id": "factory", "processor_id": "processor"}[column]


def is_processor_sql(party: str, day: str) -> str:
    """Whether a row of the register is of a class, with any sub-class, that is a processor's on that day: 101, 105 or 106."""
    spans: dict[tuple[str, str], list[str]] = {}
    for line in code_list("factory_class"):
        if line["waste_role"] == "processor":
            spans.setdefault((line["valid_from"], line["valid_to"] or "9999-12-31"), []).append(line["code"])
    return " OR ".join(
        f"(regexp_matches({party}.factory_class, '^0*({'|'.join(codes)})([^0-9]|$)') AND {day} BETWEEN DATE '{first}' AND DATE '{last}')"
        for (first, last), codes in spans.items()
    )


@cache
def _codes(list_name: str) -> frozenset[str]:
    return frozenset(line["code"] for line in code_list(list_name))


def lost_zero_hint(list_name: str, value: str) -> tuple[str, str]:
    """English and Thai words for a code that lost its leading zero in a spreadsheet, else empty ones."""
    with_zero = "0" + value.strip()
    if with_zero in _codes(list_name):
        return (
            f"A leading zero is missing, as spreadsheets do: format the column as text and write {with_zero} if that is meant.",
            f"เลขศูนย์นำหน้าหายไป (มักเกิดจากโปรแกรมตารางคำนวณ) กรุณากำหนดคอลัมน์เป็นข้อความ และเขียน {with_zero} หากหมายถึงรหัสนั้น",
        )
    return "Look the code up in the list.", "กรุณาตรวจรหัสในบัญชี"
