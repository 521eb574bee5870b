"""How much one file may ask of us. Every refusal says which limit it was and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from flows.errors import SubmissionError


@dataclass(frozen=True)
class Limits:
    """Bounds on one file; the settings hold the values."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 400_000_000
    ratio: int = 100
    rows: int = 1_000_000
    columns: int = 1_000
    cell_characters: int = 5_000
    zip_members: int = 500
    workbook_seconds: int = 120
    workbook_bytes: int = 2_000_000_000


def over_limit(
    what_en: str,
    what_th: str,
    limit_en: str,
    limit_th: str,
    todo_en: str = "Split the report into several files",
    todo_th: str = "กรุณาแบ่งรายงานเป็นหลายไฟล์",
) -> SubmissionError:
    """A refusal in words: which limit, and what to do."""
    return SubmissionError(
        "file_is_within_limits",
        f"{what_en}; the limit is {limit_en}. {todo_en}.",
        f"{what_th} เกินที่กำหนด ({limit_th}) {todo_th}",
    )


def too_many_rows(limits: Limits) -> SubmissionError:
    """What a file is told that has more rows than the limit."""
    return over_limit("It has more rows than one file may have", "จำนวนแถว", f"{limits.rows:,} rows", f"{limits.rows:,} แถว")


def megabytes(size: int) -> str:
    """A size in bytes for people."""
    return f"{size / 1_000_000:,.0f} MB"
