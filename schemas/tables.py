"""Tables of the warehouse beside the summaries: each column with its SQL type and its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.records import MASS_SQL_TYPE, Report


@dataclass(frozen=True)
class Column:
    """One column of a table: name, DuckDB type, meaning with unit."""

    name: str
    sql_type: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table: its schema and name, what one row is, its columns."""

    schema: str
    name: str
    one_row_is: str
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        """`schema.name`, as SQL writes it."""
        return f'{self.schema}."{self.name}"'

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(column.name for column in self.columns)


SUBMISSION_ID = Column("submission_id", "VARCHAR", "sha256 of the file that the row came in, hex")
SOURCE_SHEET = Column("source_sheet", "VARCHAR", "sheet of a workbook or member of a ZIP; NULL for a plain file")
SOURCE_ROW = Column("source_row", "INTEGER", "row number that a person sees in the file; the header of a plain file is row 1")
SUBMITTED_BY = Column("submitted_by", "VARCHAR", "factory number of the channel that the file came through, or `desk`")
RECEIVED_AT = Column("received_at", "TIMESTAMP", "when the file was received, UTC")
NIGHT = Column("night", "DATE", "night that took the file in, a day in Bangkok")
PROVENANCE = (SUBMISSION_ID, SOURCE_SHEET, SOURCE_ROW, SUBMITTED_BY, RECEIVED_AT, NIGHT)


def row_columns(report: Report) -> tuple[Column, ...]:
    """Columns of an accepted row: the layout, its mass in tonnes, what else the file said, and where it came from."""
    columns = [
        Column(field.name, field.sql_type, field.meaning + (f" [{field.unit}]" if field.unit else "")) for field in report.fields
    ]
    if report.has_mass:
        columns.append(Column("mass_t", MASS_SQL_TYPE, "quantity in tonnes, exact: kg / 1000; L x kg/L / 1000; m3 x kg/L [t]"))
    columns.append(Column("other_cells", "JSON", "cells of columns that the layout does not know, as received; NULL when none"))
    return (*columns, *PROVENANCE)


def core_table(report: Report) -> Table:
    """`core.<report>`: the accepted, current rows."""
    return Table("core", report.name, report.one_row_is, row_columns(report))


def history_table(report: Report) -> Table:
    """`history.<report>`: rows that a later submission replaced."""
    superseded = (
        Column("superseded_by", "VARCHAR", "submission_id of the later file that replaced this row"),
        Column("superseded_night", "DATE", "night that replaced it"),
    )
    return Table("history", report.name, f"replaced: {report.one_row_is}", (*row_columns(report), *superseded))


AUDIT_NIGHT = Table(
    "audit", "night", "one night of the pipeline",
    (
        Column("night", "DATE", "the night, a day in Bangkok"),
        Column("outcome", "VARCHAR", "published, or stopped: nothing was published that night; NULL while it runs"),
        Column("started_at", "TIMESTAMP", "first start, UTC"),
        Column("finished_at", "TIMESTAMP", "when its result stood: the first publication after its last file, or the stop, UTC"),
        Column("cut_off_at", "TIMESTAMP", "files modified later were left in the inbox, UTC"),
        Column("reason", "VARCHAR", "why it was stopped; NULL when it was not"),
        Column("files", "BIGINT", "files taken in"),
        Column("rows_read", "BIGINT", "rows read = rows accepted + rows quarantined"),
        Column("rows_accepted", "BIGINT", "rows accepted"),
        Column("rows_quarantined", "BIGINT", "rows held back"),
    ),
)  # fmt: skip
AUDIT_SUBMISSION = Table(
    "audit", "submission", "one file received",
    (
        SUBMISSION_ID,
        Column("original_name", "VARCHAR", "name of the file as it was sent; means nothing to the pipeline"),
        RECEIVED_AT,
        NIGHT,
        SUBMITTED_BY,
        Column("report_type", "VARCHAR", "what it reports, found from its header; several joined by + in a ZIP; NULL when unknown"),
        Column("outcome", "VARCHAR", "accepted, partly_accepted, rejected (no row accepted), duplicate (same bytes as an earlier file)"),
        Column("rows_read", "BIGINT", "rows read = rows accepted + rows quarantined"),
        Column("rows_accepted", "BIGINT", "rows accepted, also those that a later file has replaced since"),
        Column("rows_quarantined", "BIGINT", "rows held back"),
        Column("size_bytes", "BIGINT", "size of the file [byte]"),
        Column("reading_log", "JSON", "every decision of reading: format, encoding, delimiter, header, calendars, aliases"),
    ),
)  # fmt: skip
AUDIT_FINDING = Table(
    "audit", "finding", "one fault found by one check",
    (
        SUBMISSION_ID,
        SOURCE_SHEET,
        Column("source_row", "INTEGER", "row number that a person sees; NULL for the whole file"),
        Column("column_name", "VARCHAR", "column of the cell; NULL for the whole row"),
        Column("value", "VARCHAR", "the cell as received; held back when it is personal data"),
        Column("check_id", "VARCHAR", "check that found it, see DICTIONARY.md"),
        Column("severity", "VARCHAR", "error: the row is held back; warning: it is accepted"),
        Column("message_en", "VARCHAR", "what to do, in English"),
        Column("message_th", "VARCHAR", "what to do, in Thai"),
        NIGHT,
    ),
)  # fmt: skip
QUARANTINE_ROW = Table(
    "quarantine", "row", "one row held back",
    (
        SUBMISSION_ID,
        Column("report_type", "VARCHAR", "what the row reports"),
        SOURCE_SHEET,
        SOURCE_ROW,
        Column("cells", "JSON", "the cells as received, by column; personal data is held back in the published file"),
        NIGHT,
    ),
)  # fmt: skip
ANOMALY_FOUND = Table(
    "anomaly", "found", "one anomaly that an official should look at",
    (
        Column("anomaly_id", "VARCHAR", "stable for the same thing: hash of rule, factory, period and subject"),
        Column("rule", "VARCHAR", "rule that found it, see DICTIONARY.md"),
        Column("factory_id", "VARCHAR", "factory to look at"),
        Column("period", "VARCHAR", "year or month that it is about"),
        Column("subject", "VARCHAR", "what tells it from others of the same rule, factory and period; NULL when nothing does"),
        Column("score", "DOUBLE", "higher is worse; comparable within one rule"),
        Column("evidence", "JSON", "figures compared and the rows that they come from"),
        Column("first_night", "DATE", "night that found it first"),
        Column("last_night", "DATE", "last night that found it"),
        Column("state", "VARCHAR", "new (found tonight for the first time), open (found again), silenced (by an official, until a day), closed (not found any more, or closed or refuted by an official: core.disposition)"),
    ),
)  # fmt: skip
ANOMALY_MAIL = Table(
    "anomaly", "mail", "one mail of the outbox",
    (
        Column("mail_id", "VARCHAR", "stable for the same night, role and kind: what makes sending twice impossible"),
        NIGHT,
        Column(
            "kind", "VARCHAR",
            "digest, stop, suspicion, inspections (monthly, to a province), pages (they could not be written), stuck (files that the inbox"
            " does not let go of); to a factory: receipt (files to be mended) or reminder (reports due)",
        ),
        Column("to_role", "VARCHAR", "headquarters, province-<code>, operators, or factory-<factory number>"),
        Column("subject", "VARCHAR", "subject line"),
        Column("state", "VARCHAR", "pending, sent, failed, redirected (sent to the address of the settings instead)"),
        Column("tries", "INTEGER", "how often sending was tried"),
        Column("sent_at", "TIMESTAMP", "when the mail server took it, UTC"),
        Column("error", "VARCHAR", "why the last try failed, or that it came back"),
    ),
)  # fmt: skip
META_DECISION = Table(
    "meta", "decision", "what stood in an anomaly's evidence when an official closed or refuted it",
    (
        Column("anomaly_id", "VARCHAR", "the anomaly"),
        Column("submission_id", "VARCHAR", "sha256 of the file with the decision, hex"),
        NIGHT,
        Column("evidence", "JSON", "its evidence before that night; NULL when it had none any more"),
    ),
)  # fmt: skip
META_RUN = Table(
    "meta", "run", "one committed run of a night in this file, in order: what a rebuild replays",
    (
        Column("run_no", "INTEGER", "1 for the first"),
        NIGHT,
        Column("packs", "VARCHAR[]", "packs of the archive that it loaded"),
        Column("cut_off_at", "TIMESTAMP", "files modified later were left in the inbox, UTC"),
        Column("obligations_from", "DATE", "periods from this day on were owed"),
    ),
)  # fmt: skip

PLAIN_TABLES = (AUDIT_NIGHT, AUDIT_SUBMISSION, AUDIT_FINDING, QUARANTINE_ROW, ANOMALY_FOUND, ANOMALY_MAIL)
PRIVATE_TABLES = (META_RUN, META_DECISION)
SCHEMAS = {
    "core": "accepted, current rows, one table per report type",
    "history": "accepted rows that a later submission replaced",
    "quarantine": "rows held back, as received",
    "audit": "nights, submissions and findings",
    "ref": "code lists in force, as the pipeline uses them",
    "summary": "figures that officials read",
    "anomaly": "what an official should look at, and the outbox of mails",
}
