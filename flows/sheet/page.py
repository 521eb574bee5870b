"""The sheet as a page and as PDF. Both carry a QR code with the address of the factory's own page."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from markupsafe import Markup

from flows.feedback.page import NO_FONTS, qr_svg, thai_fonts
from flows.letters import environment_of
from flows.letters.words import english_date, thai_date
from flows.sheet.facts import Sheet
from flows.whole_files import write_whole

_FOLDER = Path(__file__).parent


def address_of(sheet: Sheet, pages: str) -> str:
    """The address of the factory's page below that of the pages."""
    return f"{pages.rstrip('/')}/factory.html#{sheet.factory_id}"


def html_of(sheet: Sheet, address: str) -> str:
    """The sheet as a page that prints on A4; every value is escaped."""
    return environment_of(_FOLDER).get_template("sheet.html.j2").render(
        s=sheet,
        th=sheet.language == "th",
        night=thai_date(sheet.night) if sheet.language == "th" else english_date(sheet.night),
        address=Markup("{}").format(address),
        qr=Markup(qr_svg(address)),  # noqa: S704 - drawn by us
    )


def pdf_of(sheet: Sheet, address: str, folders: Sequence[Path] = ()) -> bytes | None:
    """The sheet as PDF; None where there is no Thai font.

    Args:
        sheet: what stands on it.
        address: for the QR code.
        folders: looked into for fonts, beside the system's.
    """
    import typst

    fonts = thai_fonts(folders)
    if not fonts:
        return None
    data = _breakable(asdict(sheet)) | {
        "night": thai_date(sheet.night) if sheet.language == "th" else english_date(sheet.night),
        "address": address,
        "qr": qr_svg(address).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1),
        "fonts": [*fonts, "Noto Sans", "DejaVu Sans"],
    }
    made: Any = typst.compile(  # type: ignore[misc]
        (_FOLDER / "sheet.typ").read_bytes(),
        font_paths=[str(folder) for folder in folders],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(datetime.combine(sheet.night, time(), UTC).timestamp()),
    )
    assert isinstance(made, bytes)
    return made


# Words without a place to break, which would run over the next column; Thai has such places without being asked.
_LONG_WORD = re.compile(r"[^\s\u0e00-\u0e7f]{16,}")


def _breakable(value: Any) -> Any:
    """The same with invisible places to break in its long words."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: "\u200b".join(word[0][at : at + 8] for at in range(0, len(word[0]), 8)), value)
    if isinstance(value, dict):
        return {key: _breakable(each) for key, each in value.items()}
    return [_breakable(each) for each in value] if isinstance(value, list | tuple) else value


def write_sheet(folder: Path, sheet: Sheet, address: str, font_folders: Sequence[Path] = ()) -> list[str]:
    """Write `<factory>-<language>.html` and, where it can be made, `.pdf`.

    Returns:
        What to tell: what was written, and what could not be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"html": html_of(sheet, address).encode()}
    if pdf := pdf_of(sheet, address, font_folders):
        files["pdf"] = pdf
    lines = []
    for kind, content in files.items():
        path = folder / f"{sheet.factory_id}-{sheet.language}.{kind}"
        write_whole(path, content)
        lines.append(f"{path} is written")
    return lines if "pdf" in files else [*lines, NO_FONTS]
