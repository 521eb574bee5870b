"""The heads of the SQL files: complete, in step with their SELECT, and refused when they are not."""

import re
from pathlib import Path

import pytest

from flows.errors import NightError
from flows.sql_files import ANOMALY_COLUMNS, Parameter, SqlFile, anomalies, read_anomaly, read_summary, summaries
from flows.steps.summarise import summarise, table_of
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, summarised, world

ALL_FILES: tuple[SqlFile, ...] = (*summaries(), *anomalies())
HEAD = """\
-- title_en: Title
-- title_th: ชื่อ
-- ground: cl. 9,
--     and a second line
-- one_row_is: a row
-- columns:
--   one: first [t]
--   two: second,
--     going on
"""
ANOMALY_HEAD = """\
-- title_en: Title
-- title_th: ชื่อ
-- ground: cl. 9
-- ground_th: ข้อ 9
-- one_row_is: a row
-- meaning_th: หนึ่งแถว
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.manifest.factory_id by sent_date
-- silence_days: 30
-- score_th: คะแนน
-- columns:
--   factory_id: a
--   period: b
--   subject: c
--   score: d
--   evidence: e
-- evidence:
--   mass_t: tonnes [t]
-- parameters_th:
--   times: เท่า; [policy]
"""
ANOMALY_BODY = "WITH parameter AS (\n  SELECT 3 AS times -- times; [policy]\n)\n\nSELECT 1"
# The contract of DESIGN.md section 4: officials' saved queries use these names.
CONTRACT = {
    "obligation": "factory_id report_type period due_date status received_at submission_id",
    "reconciliation": "manifest_no line_no factory_id processor_id waste_code sent_date sent_t received_t difference_t "
    "difference_pct is_independent state",
    "permit_use": "permit_no line_no permitted_t sent_t used_pct state",
    "completion": "manifest_no line_no processor_id due_date completed_date state",
    "stock_balance": "factory_id period waste_code gap_t closes",
    "inspection_priority": "factory_id score rank",
    "waste_by_factory_year": "factory_id year generated_t sent_t sent_hazardous_t received_t completed_t coverage_pct",
    "waste_by_province_month": "province_code month generated_t sent_t received_t completed_t coverage_pct",
    "factory_compliance": "factory_id open_breaches oldest_open_breach_date last_report_at rank",
    "national": "year generated_t sent_t received_t completed_t coverage_pct",
}


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.name)
def test_every_parameter_has_its_ground_and_every_title_is_in_both_languages(file: SqlFile) -> None:
    assert re.search("[\u0e00-\u0e7f]", file.title_th)
    assert not re.search("[\u0e00-\u0e7f]", file.title_en)
    for parameter in file.parameters:
        assert re.search(r"\[(law|press|borrowed|policy)\b", parameter.meaning), parameter


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.name)
def test_every_column_of_tonnes_or_percent_says_its_unit(file: SqlFile) -> None:
    for name, meaning in file.columns.items():
        if name.endswith("_t"):
            assert "[t]" in meaning, name
        if name.endswith("_pct"):
            assert "[%" in meaning, name


def test_the_contract_s_columns_are_there() -> None:
    files = {file.name: file for file in summaries()}
    for name, columns in CONTRACT.items():
        assert set(columns.split()) <= set(files[name].columns), name


def test_a_summary_comes_after_those_that_it_needs() -> None:
    made: set[str] = set()
    for file in summaries():
        assert set(file.needs) <= made, file.name
        assert set(re.findall(r"summary\.(\w+)", file.body)) == set(file.needs), file.name
        made.add(file.name)


def test_every_table_and_column_carries_its_comment() -> None:
    connection = summarised()
    uncommented = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL "
        "AND (schema_name = 'summary' OR (schema_name = 'ref' AND table_name = 'tonight'))"
    ).fetchall()
    assert not uncommented
    tables = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'summary'").fetchall())
    assert tables["reconciliation"].startswith("Loads sent against loads received: one line of a manifest")


def test_every_rule_has_its_test() -> None:
    # found_by() there also compares the evidence's keys with the head, and refuses the same thing found twice.
    for rule in anomalies():
        path = Path(__file__).parents[1] / "anomalies" / f"test_{rule.name}.py"
        assert f'found_by("{rule.name}")' in path.read_text(encoding="utf-8"), path


def test_a_head_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some_name.sql"
    path.write_text(
        f"{HEAD}WITH parameter AS (\n  SELECT\n    10 AS tolerance_pct, -- % of it; [policy] why\n"
        "    15 AS days -- days; [law] cl. 1\n)\n\nSELECT 1 AS one, 2 AS two\n;\n",
        encoding="utf-8",
    )
    file = read_summary(path)
    assert (file.name, file.title_en, file.needs) == ("some_name", "Title", ())
    assert file.ground == "cl. 9, and a second line"
    assert file.columns == {"one": "first [t]", "two": "second, going on"}
    assert file.parameters == (
        Parameter("tolerance_pct", "10", "% of it; [policy] why"),
        Parameter("days", "15", "days; [law] cl. 1"),
    )
    assert file.body.startswith("WITH parameter") and file.body.endswith("2 AS two")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (HEAD.replace("-- title_th: ชื่อ\n", ""), "lacks 'title_th'"),
        (HEAD.replace("Title", ""), "lacks 'title_en'|not a line of a head"),
        (HEAD[: HEAD.index("--   one")], "lacks the list 'columns'"),
        (HEAD + "-- colour: red\n", "unknown key 'colour'"),
        (HEAD + "-- ground: cl. 10\n", "'ground' stands twice"),
        (HEAD + "--   one: again\n", "'one' stands below no list, or twice"),
        ("--   one: too early\n" + HEAD, "'one' stands below no list"),
        (HEAD + "-- a remark\n", "not a line of a head"),
        (HEAD + "-- is_view: no\n", "is_view is yes, or left out"),
        ("--     going on with nothing\n" + HEAD, "nothing that this line goes on with"),
    ],
)
def test_a_head_that_is_not_complete_stops_the_night(tmp_path: Path, head: str, message: str) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(f"{head}SELECT 1 AS one, 2 AS two\n", encoding="utf-8")
    with pytest.raises(NightError, match=f"bad.sql: .*({message})"):
        read_summary(path)


@pytest.mark.parametrize(
    ("body", "message"),
    [("", "no SELECT below the head"), ("WITH parameter AS (\n  SELECT\n    10 AS it\n)\nSELECT 1", "a parameter is")],
)
def test_a_body_that_is_not_complete_stops_the_night(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(NightError, match=message):
        read_summary(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("--   score: d\n", "", "the columns of an anomaly are"),
        ("headquarters, province", "everybody", "recipients are"),
        ("is_statistical: no", "is_statistical: perhaps", "is_statistical is yes or no"),
        ("-- judges: core.manifest.factory_id by sent_date\n", "", "judges is"),
        ("judges: core.manifest", "judges: manifest", "judges is"),
        ("silence_days: 30", "silence_days: some", "silence_days a whole number"),
        ("--   mass_t: tonnes [t]\n", "", "lacks the list 'evidence'"),
        ("-- meaning_th: หนึ่งแถว\n", "", "lacks 'meaning_th'"),
        ("-- ground_th: ข้อ 9\n", "", "lacks 'ground_th'"),
        ("-- score_th: คะแนน\n", "", "lacks 'score_th'"),
        ("--   times: เท่า; [policy]\n", "", "lacks the list 'parameters_th'"),
        ("--   times: เท่า; [policy]\n", "--   days: วัน\n", "parameters_th lacks 'times'"),
    ],
)
def test_an_anomaly_says_more(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(ANOMALY_HEAD + ANOMALY_BODY, encoding="utf-8")
    rule = read_anomaly(path)
    assert rule.recipients == ("headquarters", "province")
    assert (rule.is_statistical, rule.silence_days, tuple(rule.columns)) == (False, 30, ANOMALY_COLUMNS)
    assert old in ANOMALY_HEAD
    path.write_text(ANOMALY_HEAD.replace(old, new) + ANOMALY_BODY, encoding="utf-8")
    with pytest.raises(NightError, match=message):
        read_anomaly(path)


def test_summaries_that_need_what_is_not_there_or_each_other_stop_the_night(tmp_path: Path) -> None:
    def write(name: str, needs: str) -> None:
        (tmp_path / f"{name}.sql").write_text(f"-- needs: {needs}\n{HEAD}SELECT 1", encoding="utf-8")

    write("first", "second")
    with pytest.raises(NightError, match=r"first\.sql: needs second"):
        summaries(tmp_path)
    write("second", "first")
    with pytest.raises(NightError, match="circle"):
        summaries(tmp_path)
    write("second", "third")
    (tmp_path / "third.sql").write_text(f"{HEAD}SELECT 1", encoding="utf-8")
    assert [file.name for file in summaries(tmp_path)] == ["third", "second", "first"]


@pytest.mark.parametrize(
    ("repeated", "message"),
    [
        ("10 AS tolerance_pct -- %; [policy] as above", ""),
        ("11 AS tolerance_pct -- %; [policy] as above", "the lineage has 11 AS tolerance_pct, which is 10 above"),
        ("10 AS tolerance_t -- t; [policy] as above", "the lineage has 10 AS tolerance_t, which is no parameter above"),
    ],
)
def test_a_lineage_with_a_threshold_of_its_own_stops_the_night(tmp_path: Path, repeated: str, message: str) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(
        f"-- key: one\n{HEAD}WITH parameter AS (\n  SELECT\n    10 AS tolerance_pct -- %; [policy] why\n)\n\nSELECT 1 AS one, 2 AS two;\n\n"
        f"-- lineage\nWITH parameter AS (\n  SELECT\n    {repeated}\n)\n\nSELECT 1 AS one\n",
        encoding="utf-8",
    )
    if message:
        with pytest.raises(NightError, match=f"bad.sql: {message}"):
            read_summary(path)
    else:
        assert [parameter.value for parameter in read_summary(path).parameters] == ["10"]


def test_a_head_and_a_select_that_disagree_stop_the_night() -> None:
    file = summaries()[0]
    types = dict.fromkeys(file.columns, "VARCHAR")
    assert table_of(file, types).column_names == tuple(file.columns)
    with pytest.raises(NightError, match="the head says"):
        table_of(file, dict(reversed(types.items())))


def test_it_stands_inside_one_transaction_that_can_be_undone() -> None:
    connection = world(manifest="""
        | manifest_no |
        | M1          |
    """)
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    connection.execute("BEGIN TRANSACTION")
    connection.execute("DELETE FROM core.manifest")
    assert summarise(connection, NIGHT, OBLIGATIONS_FROM)["reconciliation"] == 0
    connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM summary.reconciliation").fetchall() == [(1,)]
