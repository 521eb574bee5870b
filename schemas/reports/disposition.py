"""Disposition of an anomaly: what an official decided about it. It comes through the inbox like every report, so that a rebuild keeps it."""

from schemas.records import Field, Report

_SOURCE = "the department's own record: what an official decides about an anomaly; not a layout of the regime"

REPORT = Report(
    name="disposition",
    title_en="Official's decision about an anomaly",
    title_th="ผลการพิจารณาข้อสังเกต",
    one_row_is="what an official decided about one anomaly",
    fields=(
        Field(
            "disposition_no",
            "text",
            "เลขที่ผลการพิจารณา",
            "number of the decision; `waste anomaly` gives one, so that the same decision can be taken twice",
            source=_SOURCE,
        ),
        Field("anomaly_id", "text", "รหัสข้อสังเกต", "anomaly decided on, as in anomaly.found", required="yes", source=_SOURCE),
        Field(
            "action",
            "enum",
            "ผลการพิจารณา",
            "silence: look again after until_date; close: settled; confirm: it is as the anomaly says; refute: a false alarm; reopen: takes all of these back",
            required="yes",
            words=("silence", "close", "confirm", "refute", "reopen"),
            source=_SOURCE,
        ),
        Field("until_date", "date", "พักไว้ถึงวันที่", "last day of the silence; only for silence", source=_SOURCE),
        Field(
            "reason",
            "text",
            "เหตุผลการพิจารณา",
            "why, in words that may be published: no names of persons",
            required="yes",
            source=_SOURCE,
        ),
        Field("official", "text", "ผู้พิจารณา", "role or name of the official", required="yes", is_personal=True, source=_SOURCE),
        Field("decided_date", "date", "วันที่พิจารณา", "day of the decision", required="yes", source=_SOURCE),
    ),
    row_key=("anomaly_id",),
    version_key=("anomaly_id",),
    party_columns=(),
    judged_day_sql="r.decided_date",
)
