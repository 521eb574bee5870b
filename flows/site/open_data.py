"""Open data: yearly tonnes by province, factory class and management group, with what would reveal one factory left out.

The figures form a tree: country, province, class within it, group within that. Everything that can be worked out from a
published tree is made of two kinds of pieces: a published figure that has nothing published below it, and what is left of
a published figure when the published ones below it are taken away. So it is enough that each of these pieces is safe.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.clock import BANGKOK
from flows.rows import rows_of

FACTORIES_AT_LEAST = 3  # factories of a figure; [policy]: two would each know the other's
SHARE_AT_MOST = Decimal("0.85")  # part of a figure that one factory may have; [policy]: above it the figure is that factory's
RULE_EN = (
    f"A figure is published only when at least {FACTORIES_AT_LEAST} factories stand behind it and none of them has more than"
    f" {SHARE_AT_MOST * 100:.0f} % of it. The same holds for what is left of a total when the figures below it are taken away: where it"
    " would not, further figures are left out. [policy] No row names a factory or a person."
)
RULE_TH = (
    f"เผยแพร่ตัวเลขเฉพาะเมื่อมีโรงงานตั้งแต่ {FACTORIES_AT_LEAST} แห่งขึ้นไป และไม่มีโรงงานใดมีสัดส่วนเกินร้อยละ {SHARE_AT_MOST * 100:.0f}"
    " เกณฑ์เดียวกันใช้กับส่วนที่เหลือของยอดรวมเมื่อหักตัวเลขย่อยที่เผยแพร่แล้ว หากไม่ผ่านจะไม่เผยแพร่ตัวเลขย่อยเพิ่มเติม [นโยบาย]"
    " ไม่มีแถวใดระบุชื่อโรงงานหรือบุคคล"
)
LEVELS = ("country", "province", "class", "group")
NAME = "waste-by-province-class-group"

Path3 = tuple[str, ...]


@dataclass
class Node:
    """One figure of the tree.

    Attributes:
        path: province, class and group as far as it goes; () is the country.
        by_factory: tonnes of each factory behind it [t].
        children: the figures that it is the sum of.
        is_published: whether it is shown.
    """

    path: Path3
    by_factory: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    children: dict[str, Node] = field(default_factory=dict)
    is_published: bool = False

    @property
    def tonnes(self) -> Decimal:
        """The figure [t]."""
        return sum(self.by_factory.values(), Decimal())


def is_safe(by_factory: Mapping[str, Decimal]) -> bool:
    """Whether a figure with these factories behind it reveals none of them."""
    total = sum(by_factory.values(), Decimal())
    return len(by_factory) >= FACTORIES_AT_LEAST and max(by_factory.values()) <= SHARE_AT_MOST * total


def tree_of(rows: Sequence[tuple[Path3, str, Decimal]]) -> Node:
    """The tree of one year and flow.

    Args:
        rows: path (province, class, group), factory, tonnes above 0.
    """
    root = Node(())
    for path, factory, tonnes in rows:
        node = root
        node.by_factory[factory] += tonnes
        for depth, name in enumerate(path, 1):
            node = node.children.setdefault(name, Node(path[:depth]))
            node.by_factory[factory] += tonnes
    return root


def choose(root: Node) -> None:
    """Mark what is published. What lies below a figure left out is left out too."""
    root.is_published = is_safe(root.by_factory) if root.by_factory else False
    if root.is_published:
        _choose_below(root)


def _choose_below(node: Node) -> None:
    left_out = [child for child in node.children.values() if not is_safe(child.by_factory)]
    rest = _joined(left_out)
    # The smallest of the others keep the first ones company until together they reveal nobody.
    others = sorted(
        (child for child in node.children.values() if child not in left_out), key=lambda each: (each.tonnes, each.path)
    )
    while rest and others and not is_safe(rest):
        company = others.pop(0)
        for factory, tonnes in company.by_factory.items():
            rest[factory] += tonnes
    for child in others:
        child.is_published = True
        _choose_below(child)


def _joined(nodes: Sequence[Node]) -> defaultdict[str, Decimal]:
    together: defaultdict[str, Decimal] = defaultdict(Decimal)
    for node in nodes:
        for factory, tonnes in node.by_factory.items():
            together[factory] += tonnes
    return together


def shown(node: Node) -> Iterator[Node]:
    """Every published figure, and beside it those left out directly below a published one."""
    yield node
    if node.is_published:
        for name in sorted(node.children):
            yield from shown(node.children[name])


# Years that have ended: a running one would show, from night to night, who has just reported.
_GROUPS = ("sorting", "storage", "reuse", "recycle", "recovery", "treatment", "disposal", "other", "no_method")
_ROWS = " UNION ALL ".join(
    f"SELECT w.year, '{flow}' AS flow, f.province_code, coalesce(nullif(ltrim(regexp_extract(f.factory_class, '^[0-9]+'), '0'), ''), '0')"
    f" AS class, '{group}' AS grp, w.factory_id, round(CAST(w.{flow}_{group}_t AS DECIMAL(24, 9)), 3) AS tonnes"
    " FROM summary.waste_by_factory_year AS w JOIN core.factory AS f USING (factory_id)"
    f" WHERE w.{flow}_{group}_t > 0 AND w.year < (SELECT year(night) FROM ref.tonight)"
    for flow in ("sent", "received")
    for group in _GROUPS
)

_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("year", "year", "calendar year, C.E."),
    ("flow", "string", "sent: tonnes of manifests, by the generator; received: tonnes of receipts, by the processor"),
    (
        "level",
        "string",
        "what the figure sums up: country, province, class (of factories, in a province), group (of methods, in that class)",
    ),
    ("province_code", "string", "province of the factory by the register; empty for the country"),
    ("province_th", "string", "its name in Thai"),
    ("province_en", "string", "its name in English"),
    ("factory_class", "string", "class of the Factory Act list, 1 to 107, by the register; empty above that level"),
    ("group", "string", "group of management methods, or no_method; empty above that level"),
    ("group_th", "string", "its name in Thai"),
    ("tonnes", "number", "the figure [t]; empty when it is left out"),
    ("factories", "integer", "factories behind it; empty when it is left out"),
    ("is_left_out", "boolean", "the figure would reveal one factory's trade, or another figure that would"),
)
_ARROW = pa.schema([
    (name, {"year": pa.int32(), "number": pa.decimal128(24, 3), "integer": pa.int64(), "boolean": pa.bool_()}.get(kind, pa.string()))
    for name, kind, _ in _FIELDS
])  # fmt: skip


def open_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every row of the open data, by the columns of `_FIELDS`."""
    provinces = {row["code"]: row for row in rows_of(connection, "SELECT code, name_th, name_en FROM ref.province")}
    groups = {
        row["en"]: row["th"]
        for row in rows_of(connection, "SELECT DISTINCT group_en AS en, group_th AS th FROM ref.management_code")
    }
    trees: defaultdict[tuple[int, str], list[tuple[Path3, str, Decimal]]] = defaultdict(list)
    cursor = connection.execute(f"SELECT * FROM ({_ROWS}) WHERE tonnes > 0")
    while rows := cursor.fetchmany(50_000):
        for year, flow, province, factory_class, group, factory, tonnes in rows:
            trees[year, flow].append(((province, factory_class, group), factory, tonnes))
    made = []
    for (year, flow), contributions in sorted(trees.items(), key=lambda item: (-item[0][0], item[0][1])):
        root = tree_of(contributions)
        choose(root)
        made += [_row(year, flow, node, provinces, groups) for node in shown(root)]
    return made


def _row(year: int, flow: str, node: Node, provinces: Mapping[str, Any], groups: Mapping[str, str]) -> dict[str, Any]:
    province, factory_class, group = (*node.path, None, None, None)[:3]
    place = provinces.get(province or "", {"name_th": None, "name_en": None})
    return {
        "year": year, "flow": flow, "level": LEVELS[len(node.path)], "province_code": province, "province_th": place["name_th"],
        "province_en": place["name_en"], "factory_class": factory_class, "group": group, "group_th": groups.get(group or ""),
        "tonnes": node.tonnes if node.is_published else None,
        "factories": len(node.by_factory) if node.is_published else None,
        "is_left_out": not node.is_published,
    }  # fmt: skip


def write_open_data(connection: duckdb.DuckDBPyConnection, folder: Path, at: datetime) -> dict[str, Any]:
    """Write CSV, Parquet and `datapackage.json` (Frictionless) into the folder.

    Returns:
        What its page shows: the package and how many figures there are and are left out.
    """
    rows = open_rows(connection)
    text = io.StringIO()
    writer = csv.DictWriter(text, [name for name, _, _ in _FIELDS], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "is_left_out": str(row["is_left_out"]).lower()} for row in rows)
    parquet = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, _ARROW), parquet)
    contents = {f"{NAME}.csv": text.getvalue().encode(), f"{NAME}.parquet": parquet.getvalue().to_pybytes()}
    package = _package(contents, at)
    contents["datapackage.json"] = (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    left_out = sum(row["is_left_out"] for row in rows)
    return {"package": package, "published": len(rows) - left_out, "left_out": left_out, "rule_th": RULE_TH, "rule_en": RULE_EN}


def _package(contents: Mapping[str, bytes], at: datetime) -> dict[str, Any]:
    fields = [{"name": name, "type": kind, "description": meaning} for name, kind, meaning in _FIELDS]
    resources = []
    for name, content in contents.items():
        kind = name.rpartition(".")[2]
        resource: dict[str, Any] = {
            "name": f"{NAME}-{kind}", "path": name, "format": kind,
            "mediatype": {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[kind],
            "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "schema": {"fields": fields, "missingValues": [""]},
        }  # fmt: skip
        if kind == "csv":
            resource |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
        resources.append(resource)
    return {
        "profile": "data-package",
        "name": NAME,
        "title": "ปริมาณของเสียอุตสาหกรรมรายปี แยกจังหวัด ประเภทโรงงาน และกลุ่มวิธีการจัดการ · Industrial waste by year, province, class and group",
        "description": f"{RULE_TH}\n\n{RULE_EN}",
        "created": at.astimezone(BANGKOK).isoformat(timespec="seconds"),
        "resources": resources,
    }
