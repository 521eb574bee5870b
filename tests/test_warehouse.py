"""The two DuckDB files: who may read the private one, and how both keep their text."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb

from flows.steps.publish import publish
from flows.warehouse import open_work, transaction


def test_the_private_warehouse_and_its_log_are_for_the_night_alone(tmp_path: Path) -> None:
    def modes() -> dict[str, int]:
        return {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    path = tmp_path / "work.duckdb"
    with open_work(path) as connection:
        with transaction(connection):
            connection.execute("CREATE TABLE meta.letters AS SELECT range AS n, repeat('x', 100) AS text FROM range(1000)")
        assert modes() == {"work.duckdb": 0o600, "work.duckdb.wal": 0o600}
    (tmp_path / "of_others").touch()
    assert modes()["of_others"] & 0o044, "what is written afterwards is as open as before"


def test_text_that_is_all_different_is_kept_without_a_dictionary(tmp_path: Path) -> None:
    def kept_as(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        return dict(
            connection.execute(
                "SELECT column_name, compression FROM pragma_storage_info('core.manifest')"
                " WHERE segment_type = 'VARCHAR' AND column_name IN ('manifest_no', 'waste_code')"
            ).fetchall()
        )

    with open_work(tmp_path / "work.duckdb") as connection:
        connection.execute(
            "INSERT INTO core.manifest BY NAME SELECT 'M-' || hash(i) AS manifest_no, '050105' AS waste_code FROM range(9000) AS t (i)"
        )
        connection.execute("CHECKPOINT")
        private = kept_as(connection)
        publish(connection, tmp_path / "waste.duckdb")
        numbers = connection.execute("SELECT manifest_no FROM core.manifest ORDER BY ALL").fetchall()
    with duckdb.connect(str(tmp_path / "waste.duckdb"), read_only=True) as connection:
        assert private == kept_as(connection) == {"manifest_no": "ZSTD", "waste_code": "DICT_FSST"}
        assert connection.execute("SELECT manifest_no FROM core.manifest ORDER BY ALL").fetchall() == numbers
