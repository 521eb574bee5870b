"""`waste as-of`: the published file of every night, made anew, equals the one that was published."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.as_of import AsOf, as_of
from flows.errors import UsageError
from flows.ledger import Ledger
from flows.reading.limits import Limits
from flows.warehouse import Store
from tests.nights.one_night import run_night
from tests.nights.small_world import GENERATOR, NIGHT_1, NIGHT_2, PROCESSOR, SILENT, fill, put

NIGHT_3 = "2026-05-13"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, Path]]:
    """Three nights, the second of them run twice with another file, and a copy of each night's last published file."""
    store = Store(tmp_path_factory.mktemp("as-of") / "data")
    store.make_folders()
    kept = {}

    def run(night: str) -> None:
        assert run_night(store.data, night)[0] == 0
        kept[night] = store.data.parent / f"{night}.duckdb"
        shutil.copy(store.published, kept[night])

    fill(store.inbox)
    run(NIGHT_1)
    run(NIGHT_2)
    put(store.inbox, "nil late.csv", f"factory_id,report_year,nil_report\n{SILENT},2025,yes\n", "2026-05-11T05:00")
    run(NIGHT_2)
    answer = "manifest_no,line_no,processor_id,received_date,waste_code,quantity,unit,decision\n"
    put(store.inbox, f"by/{PROCESSOR}/again.csv", f"{answer}M2,1,{PROCESSOR},2026-04-02,120109,2,t,accepted\n", "2026-05-12T05:00")
    put(store.inbox, "who.csv", f"factory_id,report_year,nil_report\n{GENERATOR},1999,yes\n", "2026-05-12T05:00")
    run(NIGHT_3)
    return store, kept


def contents(path: Path) -> dict[str, list[str]]:
    """Every table as sorted rows, whole; and every comment."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables() ORDER BY 1").fetchall()
        found = {name: sorted(map(str, connection.execute(f"FROM {name}").fetchall())) for (name,) in names}
        comments = connection.execute(
            "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        return {**found, "comments": sorted(map(str, comments))}


def remade(store: Store, day: str, out: Path | None = None) -> AsOf:
    return as_of(store, date.fromisoformat(day), out, 1_000, Limits())


@pytest.mark.parametrize("night", [NIGHT_1, NIGHT_2, NIGHT_3])
def test_every_night_s_file_is_made_anew_table_by_table(
    nights: tuple[Store, dict[str, Path]], tmp_path: Path, night: str
) -> None:
    store, kept = nights
    made = remade(store, night, tmp_path / "then.duckdb")
    expected = contents(kept[night])
    assert len(expected['anomaly."mail"']) > 0 and len(expected['summary."obligation"']) > 0
    assert contents(made.path) == expected
    assert made.night == date.fromisoformat(night)


def test_a_day_without_a_night_shows_the_one_before(nights: tuple[Store, dict[str, Path]], tmp_path: Path) -> None:
    store, kept = nights
    made = remade(store, "2026-05-12", tmp_path / "then.duckdb")
    assert (made.night, made.runs) == (date.fromisoformat(NIGHT_2), 3)
    assert contents(made.path) == contents(kept[NIGHT_2])


def test_nothing_is_disturbed_and_nothing_left(nights: tuple[Store, dict[str, Path]], tmp_path: Path) -> None:
    def hashes() -> dict[str, str]:
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in store.data.rglob("*") if path.is_file()}

    store, _ = nights
    before = hashes()
    made = remade(store, NIGHT_1)
    assert made.path == store.published.with_name(f"waste-as-of-{NIGHT_1}.duckdb")
    assert {path: each for path, each in hashes().items() if path != str(made.path)} == before
    remade(store, NIGHT_1)  # its own file may be written again
    made.path.unlink()
    assert hashes() == before


def test_before_the_first_night_there_is_nothing_to_show(nights: tuple[Store, dict[str, Path]], tmp_path: Path) -> None:
    store, _ = nights
    with pytest.raises(UsageError, match=f"no night was published by 2026-05-09: the first one published is {NIGHT_1}"):
        remade(store, "2026-05-09")
    with pytest.raises(UsageError, match="none has been published yet"):
        remade(Store(tmp_path), NIGHT_1)


def test_it_writes_over_nothing(nights: tuple[Store, dict[str, Path]], tmp_path: Path) -> None:
    store, _ = nights
    (tmp_path / "there").write_text("mine")
    for out, message in (
        (store.published, "the warehouse itself"),
        (store.work, "the warehouse itself"),
        (tmp_path / "there", "is there already"),
        (tmp_path / "nowhere" / "x.duckdb", "is no folder"),
    ):
        with pytest.raises(UsageError, match=message):
            remade(store, NIGHT_1, out)
    assert (tmp_path / "there").read_text() == "mine"


def test_nothing_is_appended_to_the_past(nights: tuple[Store, dict[str, Path]]) -> None:
    ledger = Ledger(nights[0].ledger)
    past = ledger.before(ledger.entries[-1])
    assert len(past.entries) == len(ledger.entries) - 1
    with pytest.raises(RuntimeError, match="past"):
        past.append("night_stopped", {})
