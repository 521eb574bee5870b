"""Rows before they are written, and the ways in which people write them down."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from schemas.records import Field, Report
from schemas.reports import all_reports


class Verbatim(str):
    """Text that goes into the cell as it is, whatever the column's kind: how faults are written."""

    __slots__ = ()


Cell = Verbatim | str | int | Decimal | date | None  # a month is the date of its first day, a year an int C.E.
Row = Mapping[str, Cell]  # English column name -> cell; told apart by identity, so a row is never copied on its way

THAI_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
THAI_UNITS = {"t": "ตัน", "kg": "กก."}
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_DIGIT_KINDS = ("decimal", "integer", "date", "month", "year")


@dataclass(frozen=True)
class Style:
    """How one file is written: one calendar, one form of date, one language of headers for the whole file.

    Attributes:
        form: csv, xlsx, json or jsonl.
        date_form: iso, iso_be (2568-03-05), dmy_be (5/3/2568), thai (5 มี.ค. 2568), or cell (a spreadsheet's own).
    """

    form: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    has_thai_headers: bool = False
    date_form: str = "iso"
    has_be_years: bool = False
    has_thai_digits: bool = False
    has_groups: bool = False
    has_thai_units: bool = False
    is_shuffled: bool = False
    leaves_out: frozenset[str] = frozenset()
    sheet: str | None = None


@dataclass
class Draft:
    """A file before it is written.

    Attributes:
        path: relative to the inbox.
        report: name of the report type.
        filed_at: becomes the modification time.
        must_have, lacks: optional columns that are not left out; required ones that are.
        extra: an unknown header, empty when there is none.
        content: bytes to write in place of the rows.
        is_taken: used for a fault, an alias, a copy or a correction already: one story a file.
    """

    path: str
    report: str
    rows: list[Row]
    filed_at: datetime
    style: Style = field(default_factory=Style)
    must_have: set[str] = field(default_factory=set)
    lacks: set[str] = field(default_factory=set)
    extra: str = ""
    content: bytes | None = None
    is_taken: bool = False

    @property
    def channel(self) -> str:
        """The factory whose channel it came through, or `desk`."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "by" else "desk"

    def columns(self) -> list[Field]:
        """The columns that stand in the file, in order."""
        report = all_reports()[self.report]
        fields = [column for column in report.fields if self._has(column)]
        if self.style.is_shuffled:
            random.Random(self.path).shuffle(fields)
        return fields

    def _has(self, column: Field) -> bool:
        if column.name in self.lacks:
            return False
        if column.name in self.must_have or column.name not in self.style.leaves_out:
            return True
        nothing = (None, 1) if column.name == "line_no" else (None,)
        return column.name in NEEDED_WHEN_FILLED and any(row.get(column.name) not in nothing for row in self.rows)


# Optional columns that say nothing when left out, and those that a reader would miss when a cell of them is filled.
DECORATION = frozenset({
    "permit_no", "transporter_id", "vehicle_no", "waste_name", "container_count", "container_type", "product_name",
    "product_t", "extended", "latitude_deg", "longitude_deg", "processor_answer",
})  # fmt: skip
NEEDED_WHEN_FILLED = frozenset({
    "line_no", "density_kg_per_l", "method_detail", "nil_report", "management_code", "completed_date", "closed_date",
})  # fmt: skip


def choose_style(rng: random.Random, report: Report) -> Style:
    """A believable way of writing a file of that report type."""
    form = rng.choices(("csv", "xlsx", "json", "jsonl"), (72, 10, 9, 9))[0]
    encoding = rng.choices(("utf-8", "utf-8-sig", "cp874"), (50, 35, 15))[0] if form == "csv" else "utf-8"
    has_thai_headers = encoding == "cp874" or rng.random() < 0.4
    date_forms = ("iso", "iso_be", "dmy_be", "thai") + (("cell", "cell", "cell") if form == "xlsx" else ())
    quirk = rng.random()  # few people write Thai digits or thousands groups into a data file
    names = frozenset(column.name for column in report.fields if column.required == "no")
    droppable = (names & DECORATION if rng.random() < 0.3 else frozenset()) | (names & NEEDED_WHEN_FILLED)
    return Style(
        form=form,
        delimiter=rng.choices((",", ";", "\t"), (60, 25, 15))[0],
        encoding=encoding,
        newline=rng.choice(("\n", "\r\n")),
        has_thai_headers=has_thai_headers,
        date_form=rng.choice(date_forms),
        has_be_years=rng.random() < 0.5,
        has_thai_digits=form == "csv" and has_thai_headers and quirk < 0.06,
        has_groups=form == "csv" and quirk > 0.95,
        has_thai_units=has_thai_headers and rng.random() < 0.6,
        is_shuffled=rng.random() < 0.2,
        leaves_out=droppable if rng.random() < 0.6 else frozenset(),
        sheet=rng.choice(("Sheet1", "ข้อมูล", "รายงาน")) if form == "xlsx" else None,
    )


def header_of(column: Field, style: Style) -> str:
    """The column's header in the file's language."""
    return column.header_th if style.has_thai_headers else column.name


def text_of(value: Cell, column: Field, style: Style) -> str:
    """The cell as text."""
    if value is None or isinstance(value, Verbatim):
        return value or ""
    text = _plain(value, column, style)
    return text.translate(_THAI_DIGITS) if style.has_thai_digits and column.kind in _DIGIT_KINDS else text


def _plain(value: Cell, column: Field, style: Style) -> str:
    if isinstance(value, date):
        return f"{_year(value.year, style)}-{value.month:02d}" if column.kind == "month" else _date(value, style)
    if isinstance(value, Decimal):
        grouped = style.has_groups and value % 1 != 0  # "1,234" could be read in two ways, "1,234.5" in one
        return f"{value:,f}" if grouped else f"{value:f}"
    if column.kind == "year" and isinstance(value, int):
        return str(_year(value, style))
    if column.kind == "unit" and style.has_thai_units:
        return THAI_UNITS.get(str(value), str(value))
    return str(value)


def _year(year: int, style: Style) -> int:
    return year + 543 if style.has_be_years else year


def _date(day: date, style: Style) -> str:
    if style.date_form in ("iso", "cell"):
        return day.isoformat()
    if style.date_form == "iso_be":
        return f"{day.year + 543}-{day.month:02d}-{day.day:02d}"
    if style.date_form == "dmy_be":
        return f"{day.day}/{day.month}/{day.year + 543}"
    return f"{day.day} {THAI_MONTHS[day.month - 1]} {day.year + 543}"


def tonnes(quantity: Decimal, unit: str, density_kg_per_l: Decimal | None) -> Decimal:
    """The quantity in tonnes, exactly; a volume needs its density."""
    if unit in ("L", "m3"):
        assert density_kg_per_l is not None
        quantity *= density_kg_per_l  # 1 kg/L is 1 t/m3
    return quantity / 1000 if unit in ("kg", "L") else quantity


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum, a Decimal also when there is nothing to add."""
    return sum(values, Decimal(0))
