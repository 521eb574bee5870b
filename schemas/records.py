"""The small frozen records that the whole house speaks in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from schemas.codes import REGIME_START_DATE

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

Kind = Literal[
    "id14", "code2", "code3", "code6", "factory_class", "text", "email", "enum", "unit",
    "decimal", "integer", "date", "month", "year",
]  # fmt: skip
Requirement = Literal["yes", "no", "unless nil"]
Severity = Literal["error", "warning"]

_REGIME_START = date.fromisoformat(REGIME_START_DATE)

# 6 decimals of a kilogram are a milligram; 12 digits before the point are more tonnes than the country makes.
DECIMAL_SQL_TYPE = "DECIMAL(18, 6)"
# Litres x kg/L / 1000 has 15 decimals, and the largest quantity x the largest density 18 digits before the point.
MASS_SQL_TYPE = "DECIMAL(38, 15)"

_SQL_TYPES: dict[Kind, str] = {
    "decimal": DECIMAL_SQL_TYPE,
    "integer": "BIGINT",
    "date": "DATE",
    "month": "DATE",
    "year": "INTEGER",
}


@dataclass(frozen=True)
class Field:
    """One column, declared once: the reader, the pandera model, SQL type, comment and dictionary derive from it.

    Attributes:
        name: English name, the column's name everywhere.
        kind: how a cell of it is read (see `schemas.fields.cells`).
        header_th: the Thai header that stands for the same column in a file.
        meaning: one sentence in English for the dictionary and the column comment.
        required: `yes`, `no`, or `unless nil` (needed except on a nil row).
        unit: of the stored value, "" when it has none.
        words: the allowed words of an `enum`.
        at_least, above, at_most: bounds of a number, inclusive, exclusive, inclusive.
        is_personal: held back from everything that is published.
        source: where the column comes from.
    """

    name: str
    kind: Kind
    header_th: str
    meaning: str
    required: Requirement = "no"
    unit: str = ""
    words: tuple[str, ...] = ()
    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    is_personal: bool = False
    source: str = "clauses of the MoI Notification B.E. 2566 and form กอ.1; official electronic layouts are not public"

    def but(self, **changes: object) -> Field:
        """The same column as another report asks for it, e.g. `UNIT.but(required="yes")`."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    @property
    def sql_type(self) -> str:
        """DuckDB type of the stored value."""
        return _SQL_TYPES.get(self.kind, "VARCHAR")

    @cached_property
    def allowed_text(self) -> str:
        """The allowed words or bounds, as a person reads them; "" when anything goes."""
        if self.words:
            return " | ".join(self.words)
        low = f"≥ {self.at_least}" if self.at_least is not None else f"> {self.above}" if self.above is not None else ""
        high = f"≤ {self.at_most}" if self.at_most is not None else ""
        return ", ".join(part for part in (low, high) if part)


@dataclass(frozen=True)
class Report:
    """A report type: its columns, its key, who may send it, and what a later one replaces.

    Attributes:
        name: `manifest`, also the name of its table in `core` and `history`.
        title_en, title_th: for people.
        one_row_is: what one row stands for.
        fields: columns in the order of the layout.
        row_key: columns that name a row within a file.
        version_key: columns that a later submission replaces as a whole.
        party_columns: a factory's own channel may send a row when its number stands in one of these; () = only the desk.
        judged_day_sql: SQL over `r` for the day whose code lists and rules judge the row; "NULL" when there is none.
        load_order: types with a lower number are loaded first in a night, because later ones refer to them.
    """

    name: str
    title_en: str
    title_th: str
    one_row_is: str
    fields: tuple[Field, ...]
    row_key: tuple[str, ...]
    version_key: tuple[str, ...]
    party_columns: tuple[str, ...]
    judged_day_sql: str
    load_order: int = 9

    def field(self, name: str) -> Field:
        """The column of that name; KeyError when the report has none."""
        return self._fields_by_name[name]

    def has(self, *names: str) -> bool:
        """Whether all these columns are in the layout."""
        return all(name in self._fields_by_name for name in names)

    @cached_property
    def _fields_by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def of_kind(self, *kinds: Kind) -> tuple[Field, ...]:
        """The columns read as one of these kinds."""
        return tuple(field for field in self.fields if field.kind in kinds)

    @property
    def in_force_day_sql(self) -> str:
        """SQL over `r` for the day whose lists and rules judge a row.

        A day before the regime is a fault of its own; the lists and rules then judge by the first day that they know.
        """
        return f"greatest(coalesce({self.judged_day_sql}, r.received_day), DATE '{REGIME_START_DATE}')"

    @property
    def has_mass(self) -> bool:
        """Whether rows carry a quantity with a unit, stored in tonnes as `mass_t` beside it."""
        return self.has("quantity", "unit", "density_kg_per_l")

    @property
    def model(self) -> DataFrameSchema:
        """The pandera model of the typed frame (imported late: pandera costs half a second)."""
        from schemas.models import model_of

        return model_of(self)


@dataclass(frozen=True)
class Rule:
    """One way in which a check can be broken by one row of one report type, as SQL.

    Attributes:
        column: the cell that the finding names; None when it is the row.
        is_broken: a SQL condition. `r` is the row with typed cells (NULL where empty or faulty), `rows` all rows of the
            batch; `factory`, `processor` the register's rows of r.factory_id and r.processor_id; `waste`, `method` the
            code lists' rows in force on the judged day; `anomaly` what earlier nights found under r.anomaly_id;
            `r.received_day` the day of receipt in Bangkok; `r.file_no` tells files apart; `r.<date column>_calendar` is BE
            or CE; `r.is_key_faulty` says that a cell of the row's key cannot be trusted. A condition that is NULL says
            nothing: that is how a rule keeps silent when another one failed on the same cell.
        needs_register: the rule cannot be judged without the register (`waste try` then says so).
        comes_first: a cell that breaks it is not certain, so that no other rule may judge by it.
        found: SQL for what the message shows, where that is not the cell itself.
    """

    column: str | None
    is_broken: str
    needs_register: bool = False
    comes_first: bool = False
    found: str | None = None


def no_rules(report: Report) -> Iterable[Rule]:
    """For checks that the read, convert or load step judges itself."""
    return ()


def no_hint(value: str, fault: str) -> tuple[str, str]:
    """For checks whose message says it all."""
    return "", ""


@dataclass(frozen=True)
class Check:
    """A truth about one file. Its id never changes its meaning.

    Messages may use {cell} (where it stands), {found} (what stands there), {column}, {header_th}, {allowed} and {hint}.

    Attributes:
        id: the truth as a name, equal to the module's name.
        severity: `error` holds the row back, `warning` stays with it.
        ground: law, clause or policy, as REGIME marks it.
        title_en, title_th: the truth in one sentence.
        message_en, message_th: what to tell the factory: the cell, what was found, what to do.
        valid_from, valid_to: days on which it is in force; a row is judged by the rules of its period, as by the lists. Only
            a check judged in SQL may begin later than the regime, or end.
        judged_by: the step that finds it: `read`, `convert`, `model` (pandera), `sql` (its `rules`) or `load`.
        rules: for `sql`: the ways in which a report type can break it.
        hint: what the cell's text (and the reader's name for the fault) tells beyond the message: English, Thai.
    """

    id: str
    severity: Severity
    ground: str
    title_en: str
    title_th: str
    message_en: str
    message_th: str
    judged_by: Literal["read", "convert", "model", "sql", "load"] = "sql"
    rules: Callable[[Report], Iterable[Rule]] = no_rules
    hint: Callable[[str, str], tuple[str, str]] = no_hint
    valid_from: date = _REGIME_START
    valid_to: date | None = None

    @property
    def is_always_in_force(self) -> bool:
        """Whether it judges every period of the regime."""
        return self.valid_from <= _REGIME_START and self.valid_to is None


@dataclass(frozen=True)
class Finding:
    """One fault, ready for a person and for `audit.finding`."""

    submission_id: str
    source_sheet: str | None
    source_row: int | None
    column_name: str | None
    value: str | None
    check_id: str
    severity: Severity
    message_en: str
    message_th: str


@dataclass(frozen=True)
class Taken:
    """A column of a report where another layout has it.

    Attributes:
        column: of the report.
        header: its header in the other layout.
        words: the other layout's word and ours. A word that is not among them stays as it is, and is judged so.
        leaves_out: characters inside a cell that say nothing there, such as the spaces of a code.
    """

    column: str
    header: str
    words: tuple[tuple[str, str], ...] = ()
    leaves_out: str = ""


@dataclass(frozen=True)
class LayoutSheet:
    """One sheet of another layout; a plain file is one sheet.

    Attributes:
        marks: headers that stand together in one row of this sheet and of no other: by them it is known.
        taken: columns of the report that stand on it.
        header_row, first_row: rows of the header and of the first data, as in the layout's own template. Where a file's
            header stands elsewhere, the data is as far below it.
        key: header of the column that says which rows of several sheets belong together, "" where there is one sheet.
        kept: headers of columns that the report has no place for: kept as received with the row, without a warning.
        personal: headers of columns with personal data: not kept with the row, only in the archived file.
    """

    marks: tuple[str, ...]
    taken: tuple[Taken, ...]
    header_row: int = 1
    first_row: int = 2
    key: str = ""
    kept: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """What a layout cannot say, or says in another way: told to everyone who sends such a file.

    Attributes:
        column: of the report.
        words_en, words_th: what is done about it, and what the sender must do.
    """

    column: str
    words_en: str
    words_th: str


@dataclass(frozen=True)
class Layout:
    """A layout card: how another system's file, or an old template, is read as a report type.

    Attributes:
        name: equal to the module's name; it stands in the reading log.
        title_en, title_th: for people.
        report: name of the report type.
        source: where the layout is published.
        rows: the sheet of which each row is a row of the report.
        beside: sheets with what several of these rows share: each row has exactly one row there, of the same key.
        constants: columns of the report that are the same in every row, because of what the layout is for.
        numbered: column that gets the place of a row among those with the same key, from 1; "" for none.
        gaps: what it cannot map.
    """

    name: str
    title_en: str
    title_th: str
    report: str
    source: str
    rows: LayoutSheet
    beside: tuple[LayoutSheet, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    numbered: str = ""
    gaps: tuple[Gap, ...] = ()

    @property
    def sheets(self) -> tuple[LayoutSheet, ...]:
        """All its sheets, that of the rows first."""
        return self.rows, *self.beside
