"""A complaint that the desk types in becomes a file like any other: one CSV of the layout, judged and taken in by the night."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.codes import code_list
from schemas.records import Field
from schemas.reports import all_reports

REPORT = all_reports()["complaint"]
LONGEST = 4_000  # characters of one field, below the longest cell that a night takes


@dataclass(frozen=True)
class Input:
    """One field of the form."""

    field: Field
    value: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What may be chosen, each with its label; [] for free text."""
        if self.field.name == "province_code":
            return [(line["code"], f"{line['code']} {line['name_th']} · {line['name_en']}") for line in code_list("province")]
        return [(word, word.replace("_", " ")) for word in self.field.words]

    @property
    def kind(self) -> str:
        """Which HTML control it is: choice, date, long or text."""
        if self.choices:
            return "choice"
        if self.field.kind == "date":
            return "date"
        return "long" if self.field.name in ("description", "outcome") else "text"


def inputs(values: Mapping[str, str]) -> list[Input]:
    """The form, with what was typed so far."""
    return [Input(field, values.get(field.name, "")) for field in REPORT.fields]


def complaint_file(values: Mapping[str, str]) -> bytes:
    """The complaint as CSV under the layout's English names; line breaks become spaces, as one row is one line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in REPORT.fields])
    writer.writerow([" ".join(values.get(field.name, "").split())[:LONGEST] for field in REPORT.fields])
    return text.getvalue().encode()
