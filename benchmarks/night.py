"""A whole night over many small files, as ratios to a bare load and to the usual file-by-file way.

Every figure is the wall time of a whole process, measured in the same minutes on the same machine, so only the ratios mean
something. Night, empty night and bare load are measured in turn, `--rounds` times, and their medians compared: the machine's own
speed wanders by a fifth. What lies in the inbox is on the disk, as a day's uploads are, before anything is measured.
`make bench`, or `python -m benchmarks.night --files 2000 --rounds 1` for a quick look.

- night: `waste night` on an inbox of `--files` files of `--rows` rows: archive, ledger, every check, versions, summaries,
  anomalies, suites, publication, mails as files.
- empty night: the same command on an empty inbox; both against the same running Prefect server.
- bare load: DuckDB's `read_csv` of the same files into a table of text in a DuckDB file, nothing checked.
- file by file: pandas reads, pandera validates, DuckDB inserts, one file after the other, on `--sample` files, scaled.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.inbox import HEADER, make_inbox
from flows.clock import bangkok_day, now

_BARE = """
import sys, duckdb
inbox, target, columns = sys.argv[1:]
names = ", ".join(f"'{name}': 'VARCHAR'" for name in columns.split(","))
duckdb.connect(target).execute(
    f"CREATE TABLE load AS SELECT * FROM read_csv('{inbox}/[0-9]*.csv', header = true, delim = ',', columns = {{{names}}})"
)
"""


@dataclass(frozen=True)
class Run:
    """One finished process: wall time [s], peak memory [MB] if it was watched, what it wrote on standard error."""

    seconds: float
    peak_mb: float
    log: str


def run(command: list[str], environment: dict[str, str] | None = None, is_watched: bool = False) -> Run:
    """Run a process to its end; watching its memory, and that of the processes it starts, takes time from it.

    Raises:
        RuntimeError: it failed.
    """
    peak_mb = 0.0
    with tempfile.TemporaryFile("w+") as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env={**os.environ, **(environment or {})}
        )
        while is_watched and process.poll() is None:
            peak_mb = max(peak_mb, sum(map(_held_mb, _family(process.pid))))
            time.sleep(0.05)
        process.wait()
        seconds = time.monotonic() - started
        errors.seek(0)
        log = errors.read()
    if process.returncode != 0:
        told = "\n".join(line for line in log.splitlines() if "leaked" not in line)  # DuckDB's binding, at a crash
        raise RuntimeError(f"{command} failed: {told[-2000:]}")
    return Run(seconds, peak_mb, log)


def _family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in listed.read_text().split():
                yield from _family(int(child))


def _held_mb(pid: int) -> float:
    """Memory of one process [MB], a page that several share in equal parts (PSS); 0 when it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def night(data: Path, environment: dict[str, str], is_watched: bool = False) -> Run:
    """`waste night` on a folder."""
    return run([sys.executable, "-m", "flows", "night", "--data", str(data)], environment, is_watched)


@contextmanager
def prefect_server(home: Path) -> Iterator[dict[str, str]]:
    """A Prefect server on loopback; gives the environment that points at it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_HOME": str(home)}
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"],
        env={**os.environ, **quiet}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/api"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        yield {**quiet, "PREFECT_API_URL": url}
    finally:
        server.terminate()
        server.wait()


def file_by_file(paths: list[Path], register: Path, target: Path) -> tuple[float, set[tuple[object, ...]]]:
    """The way that is written first: read, validate and insert one file after the other.

    Returns:
        Seconds, and the accepted rows as (manifest_no, line_no, quantity, unit).
    """
    import pandas as pd
    import pandera.pandas as pa

    from schemas.codes import code_list

    factories = set(pd.read_csv(register, dtype=str)["factory_id"])
    wastes = {line["code"]: line["is_hazardous"] == "1" for line in code_list("waste_code")}
    methods = {line["code"] for line in code_list("management_code")}
    number = pa.Column(str, pa.Check.str_matches(r"^[0-9]+(\.[0-9]+)?$", error="quantity"))
    model = pa.DataFrameSchema(
        {
            "manifest_no": pa.Column(str), "factory_id": pa.Column(str, pa.Check.isin(factories)),
            "processor_id": pa.Column(str, pa.Check.isin(factories)), "waste_code": pa.Column(str, pa.Check.isin(wastes)),
            "management_code": pa.Column(str, pa.Check.isin(methods)), "quantity": number,
            "unit": pa.Column(str, pa.Check.isin(["t", "kg", "L", "m3"])),
            "sent_date": pa.Column(str, pa.Check.str_matches(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        },
        checks=pa.Check(lambda rows: ~(rows["unit"].isin(["L", "m3"]) & rows["density_kg_per_l"].isna()), name="density"),
    )  # fmt: skip
    accepted: set[tuple[object, ...]] = set()
    connection = duckdb.connect(str(target))
    connection.execute(f"CREATE TABLE load ({', '.join(f'{name} VARCHAR' for name in HEADER.split(','))})")
    started = time.monotonic()
    for path in paths:
        frame = pd.read_csv(path, dtype=str)
        try:
            model.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            frame = frame.drop(index=error.failure_cases["index"].dropna().unique())
        connection.execute("INSERT INTO load SELECT * FROM frame")
    seconds = time.monotonic() - started
    for row in connection.execute("SELECT manifest_no, line_no::INT, quantity::DECIMAL(18, 6), unit FROM load").fetchall():
        accepted.add(row)
    return seconds, accepted


def prove_equal(published: Path, sample: list[Path], accepted: set[tuple[object, ...]], expected_rows: int) -> None:
    """The night accepted exactly the rows of the file-by-file way, and lost none of all.

    Raises:
        AssertionError: it did not.
    """
    connection = duckdb.connect(str(published), read_only=True)
    names = [path.name for path in sample]
    ours = set(
        connection.execute(
            "SELECT manifest_no, line_no, quantity, unit FROM core.manifest WHERE submission_id IN"
            " (SELECT submission_id FROM audit.submission WHERE original_name IN (SELECT unnest(?)))",
            [names],
        ).fetchall()
    )
    assert ours == accepted, f"{len(ours ^ accepted)} rows differ from the file-by-file way"
    counts = connection.execute(
        "SELECT sum(rows_read), sum(rows_accepted + rows_quarantined) FROM audit.submission WHERE report_type = 'manifest'"
    ).fetchone()
    assert counts == (expected_rows, expected_rows), f"{counts} rows, {expected_rows} were sent"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waste-bench-") as folder:
        _measure(Path(folder), options)


def _measure(root: Path, options: argparse.Namespace) -> None:
    print(f"making {options.files:,} files of {options.rows} rows", flush=True)
    empty, made = root / "empty", root / "made"
    make_inbox(made, options.files, options.rows, bangkok_day(now()), options.seed)
    (empty / "raw" / "inbox").mkdir(parents=True)
    sample = sorted(made.glob("[0-9]*.csv"))[: options.sample]
    bare_command = [sys.executable, "-c", _BARE, str(made)]
    bare: list[Run] = []
    full: list[Run] = []
    nothing: list[Run] = []
    with prefect_server(root / "prefect") as environment:
        first = night(empty, environment)  # imports and caches warm
        for number in range(options.rounds):
            data = root / f"full{number}"
            shutil.copytree(made, data / "raw" / "inbox")
            os.sync()
            bare.append(run([*bare_command, str(root / f"bare{number}.duckdb"), HEADER]))
            os.sync()
            full.append(night(data, environment))
            nothing.append(night(empty, environment))
            print(
                f"round {number + 1} of {options.rounds}: bare load {bare[-1].seconds:.1f} s, night {full[-1].seconds:.1f} s,"
                f" empty night {nothing[-1].seconds:.1f} s",
                flush=True,
            )
        shutil.copytree(made, root / "watched" / "raw" / "inbox")
        watched = night(root / "watched", environment, is_watched=True)
    slow, accepted = file_by_file(sample, made / "register.csv", root / "slow.duckdb")
    for number in range(options.rounds):
        prove_equal(root / f"full{number}" / "warehouse" / "waste.duckdb", sample, accepted, options.files * options.rows)
    scaled = slow * options.files / len(sample)
    bare_seconds, full_seconds, empty_seconds = (median(each.seconds for each in runs) for runs in (bare, full, nothing))
    net = full_seconds - empty_seconds
    print("accepted rows are equal to the file-by-file way's; no row is lost")
    print(f"\n{'':34}{'seconds':>9}{'ratio to the bare load':>26}")
    for name, seconds in (
        (f"bare load, median of {options.rounds}", bare_seconds), ("night", full_seconds), ("empty night", empty_seconds),
        ("night less an empty night", net), (f"file by file ({len(sample):,} files, scaled)", scaled),
    ):  # fmt: skip
        print(f"{name:34}{seconds:9.2f}{seconds / bare_seconds:26.2f}")
    print(f"\nfile by file takes {scaled / net:.0f} times as long as the night less an empty night")
    print(f"peak memory of one more night, all its processes together {watched.peak_mb:,.0f} MB")
    print(f"first empty night {first.seconds:.1f} s\n\nsteps of the last timed night:")
    for name, seconds in re.findall(r"^step (.*): ([0-9.]+) s$", full[-1].log, re.MULTILINE):
        print(f"  {name:28}{float(seconds):8.2f}")


if __name__ == "__main__":
    main()
