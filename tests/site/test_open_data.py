"""Open data: what is published adds up, names nobody, and no figure left out can be worked out from the others."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.query import open_published
from flows.site.open_data import FACTORIES_AT_LEAST, SHARE_AT_MOST, Node, choose, open_rows, tree_of
from tests.docs.small_night import run_small_night
from tests.site.conftest import EVIL, GENERATOR, PROCESSOR, SILENT, World

Contribution = tuple[tuple[str, str, str], str, Decimal]


@st.composite
def contributions(draw: st.DrawFn) -> list[Contribution]:
    """Factories, each in one province and class, with tonnes in some groups."""
    made = []
    for number in range(draw(st.integers(1, 14))):
        place = (draw(st.sampled_from(["10", "11", "20"])), draw(st.sampled_from(["3", "42", "101"])))
        for group in draw(st.sets(st.sampled_from(["reuse", "recycle", "disposal"]), min_size=1)):
            made.append(((*place, group), f"F{number:013}", Decimal(draw(st.integers(1, 100_000))) / 1000))
    return made


def nodes_of(root: Node) -> list[Node]:
    return [root, *itertools.chain.from_iterable(nodes_of(child) for child in root.children.values())]


def reveals(by_factory: dict[str, Decimal]) -> bool:
    """Written apart from the code under test."""
    return len(by_factory) < FACTORIES_AT_LEAST or any(each / sum(by_factory.values()) > SHARE_AT_MOST for each in by_factory.values())


@settings(max_examples=150, deadline=None)
@given(contributions())
def test_no_figure_left_out_can_be_worked_out(rows: list[Contribution]) -> None:
    root = tree_of(rows)
    choose(root)
    leaves = sorted({path for path, _, _ in rows})
    nodes = nodes_of(root)
    column = {path: place for place, path in enumerate(leaves)}

    def indicator(node: Node) -> np.ndarray:
        return np.array([float(path[: len(node.path)] == node.path) for path in column], dtype=float)

    published = [node for node in nodes if node.is_published]
    known = np.array([indicator(node) for node in published]).reshape(len(published), len(leaves))
    rank = np.linalg.matrix_rank(known) if published else 0
    for node in nodes:
        if reveals(node.by_factory):
            assert not node.is_published
            # It would be a sum and difference of published figures if adding it to them brought nothing new.
            assert np.linalg.matrix_rank(np.vstack([known, indicator(node)])) > rank, node.path


@settings(max_examples=150, deadline=None)
@given(contributions())
def test_what_is_left_of_a_total_reveals_nobody_either(rows: list[Contribution]) -> None:
    root = tree_of(rows)
    choose(root)
    for node in nodes_of(root):
        if node.is_published and node.children:
            rest: dict[str, Decimal] = {}
            for child in node.children.values():
                for factory, tonnes in child.by_factory.items() if not child.is_published else ():
                    rest[factory] = rest.get(factory, Decimal()) + tonnes
            assert not rest or not reveals(rest), node.path
        if not node.is_published:
            assert not any(each.is_published for each in nodes_of(node)), "what lies below a figure left out is left out too"


def test_a_worked_example() -> None:
    rows: list[Contribution] = [
        (("10", "3", "reuse"), "A", Decimal(10)), (("10", "3", "reuse"), "B", Decimal(20)), (("10", "3", "reuse"), "C", Decimal(30)),
        (("10", "42", "reuse"), "D", Decimal(5)),  # alone in its class: left out, and with it the smallest class beside it
        (("20", "3", "reuse"), "E", Decimal(40)), (("20", "3", "reuse"), "F", Decimal(40)), (("20", "3", "disposal"), "G", Decimal(40)),
    ]  # fmt: skip
    root = tree_of(rows)
    choose(root)
    assert {node.path: node.tonnes for node in nodes_of(root) if node.is_published} == {
        (): 185, ("10",): 65, ("20",): 120, ("20", "3"): 120,
    }  # fmt: skip


def test_files_say_the_same_and_describe_themselves(world: World) -> None:
    folder = world.pages / "open"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "data-package"
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    names = [field["name"] for field in package["resources"][0]["schema"]["fields"]]
    table = pq.read_table(folder / package["resources"][1]["path"])
    rows = list(csv.DictReader((folder / package["resources"][0]["path"]).read_text(encoding="utf-8").splitlines()))
    assert table.column_names == names
    assert len(rows) == table.num_rows


def test_two_factories_alone_are_not_published(world: World) -> None:
    text = (world.pages / "open" / "waste-by-province-class-group.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {(row["flow"], row["level"], row["tonnes"], row["is_left_out"]) for row in rows} == {
        ("received", "country", "", "true"), ("sent", "country", "", "true"),
    }  # fmt: skip
    assert not any(each in text for each in (GENERATOR, PROCESSOR, SILENT, EVIL[:8]))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six generators in two provinces send to one processor, in a year that has ended and in the running one."""
    ids = [f"1010{number:05}25551" for number in range(1, 4)] + [f"1020{number:05}25551" for number in range(1, 4)]
    register = "factory_id,factory_name,factory_class,province_code,status\n" + "".join(
        f"{each},ลับ{place},42,{each[2:4]},operating\n" for place, each in enumerate(ids)
    )
    loads = "manifest_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date\n" + "".join(
        f"M{place}-{year},{each},{PROCESSOR},120109,049,{place + 5},t,{year}-03-01\n" for place, each in enumerate(ids) for year in (2025, 2026)
    )
    register += f"{PROCESSOR},ผู้รับ,101,10,operating\n"
    return run_small_night(tmp_path_factory.mktemp("many"), {"register.csv": register, "loads.csv": loads})


def test_published_parts_add_up_and_a_running_year_is_not_there(many: Path) -> None:
    connection = open_published(many)
    rows = [row for row in open_rows(connection) if row["flow"] == "sent"]
    connection.close()
    assert {row["year"] for row in rows} == {2025}
    shown = {(row["level"], row["province_code"]): (row["tonnes"], row["factories"]) for row in rows if not row["is_left_out"]}
    assert shown[("country", None)] == (Decimal("45.000"), 6)
    assert shown[("province", "10")] == (Decimal("18.000"), 3)
    assert shown[("province", "20")] == (Decimal("27.000"), 3)
    assert shown[("group", "10")] == (Decimal("18.000"), 3)
