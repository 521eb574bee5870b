"""Charts in Vega-Lite, drawn in the browser by its own script, which the night lays beside the pages."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

PREPARED = Path(sys.prefix) / "share" / "waste-reports"
_NAVY, _GOLD, _RED = "#12355b", "#a8761c", "#b3261e"
_CONFIG = {
    "font": 'Sarabun, "Noto Sans Thai", "Leelawadee UI", Thonburi, Loma, sans-serif',
    "view": {"stroke": None},
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "gridColor": "#e3e8ec", "domainColor": "#8a96a3", "labelColor": "#3a4753"},
    "legend": {"labelFontSize": 13, "orient": "top", "title": None, "labelColor": "#1c2733", "labelLimit": 260},
}


def trend(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Tonnes sent and received by month, and the hazardous part of what was sent.

    Args:
        rows: `month` ('2026-03'), `sent_t`, `received_t`, `sent_hazardous_t` [t].

    Returns:
        A Vega-Lite specification.
    """
    series = {"sent_t": "ส่ง · sent", "received_t": "รับ · received", "sent_hazardous_t": "ส่ง อันตราย · sent, hazardous"}
    values = [
        {"month": f"{row['month']}-01", "series": word, "tonnes": row[name] or 0} for row in rows for name, word in series.items()
    ]
    return {
        "width": "container",
        "height": 240,
        "background": "transparent",
        "config": _CONFIG,
        "data": {"values": values},
        "mark": {"type": "line", "point": {"size": 36}, "strokeWidth": 2.5},
        "encoding": {
            "x": {
                "field": "month",
                "type": "temporal",
                "axis": {"title": None, "format": "%m/%Y", "labelAngle": 0, "tickCount": 6},
            },
            "y": {"field": "tonnes", "type": "quantitative", "axis": {"title": "ตัน · t", "tickCount": 5}},
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": list(series.values()), "range": [_NAVY, _GOLD, _RED]},
            },
            "strokeDash": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": list(series.values()), "range": [[1, 0], [6, 3], [2, 2]]},
            },
            "tooltip": [
                {"field": "month", "type": "temporal", "format": "%m/%Y", "title": "เดือน · month"},
                {"field": "series", "title": "ยอด · figure"},
                {"field": "tonnes", "type": "quantitative", "format": ",.1f", "title": "ตัน · t"},
            ],
        },
    }


def lay_script(folder: Path, before: Path) -> str:
    """The library's script, into `folder`: from the pages of the night before, else from the installation, else bundled now.

    Args:
        folder: the new pages' assets.
        before: those of the night before; they may have none, or another version.

    Returns:
        Its name.
    """
    name = f"vega-{version('vl-convert-python')}.js"
    if (before / name).is_file():
        try:
            os.link(before / name, folder / name)
        except OSError:  # a file system without links
            shutil.copyfile(before / name, folder / name)
    elif (PREPARED / name).is_file():
        shutil.copyfile(PREPARED / name, folder / name)
    else:
        bundle(folder / name)
    return name


def bundle(target: Path) -> None:
    """Write the library as one script, which takes a second."""
    import vl_convert

    target.write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8")


def main() -> None:
    """Bundle the script once for the installation: `make setup` does, so that a first night need not."""
    PREPARED.mkdir(parents=True, exist_ok=True)
    bundle(PREPARED / f"vega-{version('vl-convert-python')}.js")


if __name__ == "__main__":
    main()
