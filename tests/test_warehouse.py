"""The two DuckDB files: who may read the private one."""

from __future__ import annotations

import stat
from pathlib import Path

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
