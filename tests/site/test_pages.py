"""The pages as files: figures agree with their rows, pieces are whole, nothing personal and nothing hostile stands in them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.errors import PagesError
from flows.query import ask
from flows.site import factories, rules, tiles
from flows.site.rendering import both
from flows.site.rules import all_rules
from flows.site.writing import NightReport, write_site
from flows.sql_files import anomalies
from flows.warehouse import Store
from schemas.codes import code_list
from tests.docs.small_night import NIGHT, run_small_night
from tests.site.conftest import EVIL, GENERATOR, PROCESSOR, SECRETS, SILENT, World


def piece(world: World, key: str) -> object:
    text = (world.pages / "data" / f"{key}.js").read_text(encoding="utf-8")
    found = re.fullmatch(r"waste\.take\((\"[^\"]+\"), (\"[^\"]+\"), (.*)\);\n", text, re.DOTALL)
    assert found and json.loads(found[1]) == key
    return json.loads(found[3])


def pages_of(world: World) -> list[Path]:
    return sorted(world.pages.rglob("*.html"))


def test_every_card_leads_to_as_many_rows_as_it_says(world: World) -> None:
    lists = piece(world, "lists")["lists"]
    for name in ("index.html", "province/10.html", "province/20.html"):
        text = (world.pages / name).read_text(encoding="utf-8")
        cards = re.findall(r'href="(?:\.\./)?list\.html#([a-z-]+)/(\w+)">\s*<span class="what">.*?<span class="figure">([\d,]+)', text, re.DOTALL)
        cards = [card for card in cards if not card[0].startswith("year-")]
        assert len(cards) == 4
        for list_name, part, figure in cards:
            assert lists[list_name]["counts"].get(part, 0) == int(figure), (name, list_name)
    assert lists["missing"]["counts"] == {"10": 16 + 1, "20": 1, "all": 18}  # the processor's 16 months that are due, and two annual reports
    assert lists["mismatched"]["counts"] == {"10": 1, "all": 1}
    assert lists["unanswered"]["counts"] == {"10": 1, "all": 1}


def test_every_figure_of_every_year_leads_to_rows_that_add_up_to_it(world: World) -> None:
    text = (world.pages / "index.html").read_text(encoding="utf-8")
    table = text[text.index('aria-labelledby="years"') :]
    rows = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", table, re.DOTALL)
    assert len(rows) == 4, "2023 to 2026"
    columns = [each[2] for each in piece(world, "lists")["lists"]["year-2023"]["columns"]]
    for row in rows:
        name, *figures = re.findall(r'(?:href="list\.html#(year-\d+)/all">.*?|<td class="n">)(?:([\d.,]+)[ %]*</a>|–</td>|</a>)', row)
        listed = piece(world, f"list/{name[0]}-all-1")
        assert {link for link, figure in figures if figure} <= {name[0]}, "each figure has its own link, to its year"
        for column, (_, figure) in zip(("generated (t)", "sent (t)", "sent, hazardous (t)", "received (t)", "completed (t)"), figures[1:], strict=True):
            amounts = [each[columns.index(column)] for each in listed]
            assert (f"{sum(filter(None, amounts)):,.0f}" == figure) if figure else set(amounts) == {None}, (name, column)
        came = [each[columns.index("annual report has come")] for each in listed]
        assert not figures[0][1] or float(figures[0][1]) == pytest.approx(100 * came.count(True) / (len(came) - came.count(None)), abs=0.05)


def test_the_sql_that_a_list_names_gives_all_of_its_rows(world: World) -> None:
    for name, each in piece(world, "lists")["lists"].items():
        assert len(ask(world.store.published, each["whole"]).rows) == each["counts"]["all"], name


def test_pieces_hold_every_row_of_their_list(world: World) -> None:
    for name, each in piece(world, "lists")["lists"].items():
        for part, count in each["counts"].items():
            if count:
                rows = piece(world, f"list/{name}-{part}-1")
                assert len(rows) == count
                assert all(len(row) == len(each["columns"]) for row in rows), name


def test_a_row_leads_to_its_file_and_row(world: World) -> None:
    row = piece(world, "list/mismatched-all-1")[0]
    manifest, receipt = row[-2:]
    assert (manifest[0], manifest[2]) == ('load"><b>.csv', 7)
    assert (receipt[0], receipt[2]) == ("answers.csv", 7)
    ids = {each[0] for each in ask(world.store.published, "SELECT submission_id FROM audit.submission").rows}
    assert {manifest[3], receipt[3]} <= ids


def test_every_factory_stands_in_the_shard_of_its_number(world: World) -> None:
    shards = piece(world, "words")["shards"]
    for factory in (GENERATOR, PROCESSOR, SILENT):
        found = [each for each in piece(world, f"factory/{int(factory) % shards}") if each["id"] == factory]
        assert len(found) == 1
    generator = next(each for each in piece(world, f"factory/{int(GENERATOR) % shards}") if each["id"] == GENERATOR)
    assert generator["name"] == EVIL
    assert [row[3] for row in generator["owed"]] == ["late"], "it came on 31 May"
    assert [row[9] for row in generator["permits"]] == ["exceeded"]
    assert {row[8] for row in generator["loads"]} == {"quantity_differs", "unanswered"}
    assert {"permit_exceeded", "sent_received_mismatch"} <= {row[0] for row in generator["found"]}


def test_names_for_the_search_are_whole(world: World) -> None:
    pieces = piece(world, "names")
    rows = [row for code, last in pieces.items() for number in range(1, last + 1) for row in piece(world, f"name/{code}-{number}")]
    assert sorted(row[0] for row in rows) == sorted([GENERATOR, PROCESSOR, SILENT])


@pytest.mark.parametrize(("factory_count", "shards"), [(0, 1), (50, 1), (51, 7), (300, 7), (70_000, 1_409), (10_000_000, 5_701)])
def test_shards_hold_some_fifty_factories(factory_count: int, shards: int) -> None:
    assert factories.shards_of(factory_count) == shards


def test_nothing_hostile_and_nothing_personal_stands_in_any_file(world: World) -> None:
    for path in world.pages.rglob("*"):
        if path.is_dir() or path.name.startswith("vega-") or path.suffix == ".parquet":
            continue
        text = path.read_text(encoding="utf-8")
        assert "<script>window.hacked" not in text and "<img src=x" not in text, path
        assert not any(secret in text for secret in SECRETS), path
        if path.suffix == ".html":
            assert "\u202e" not in text, path


def test_every_page_carries_its_policy_and_names_no_host(world: World) -> None:
    assert len(pages_of(world)) == 77 + len(all_rules()) + 7
    for path in pages_of(world):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), path
        for link in re.findall(r'(?:src|href)="([^"#?]+)', text):
            assert (path.parent / link).resolve().exists(), f"{path.name}: {link}"


def test_every_province_has_one_tile() -> None:
    placed = tiles.places()
    assert sorted(placed) == sorted(line["code"] for line in code_list("province"))
    assert len(set(placed.values())) == 77


def test_every_anomaly_of_ours_has_a_worked_example_with_figures() -> None:
    for rule in all_rules():
        if rule.is_anomaly:
            assert re.search(r"\d", rule.example_th) and re.search(r"\d", rule.example_en), f"{rule.name}: example_th, example_en in its head"
            assert re.search("[ก-๙]", rule.example_th) and not re.search("[ก-๙]", rule.example_en)


def test_every_rule_says_in_thai_too_what_it_means_and_its_ground() -> None:
    for rule in all_rules():
        assert re.search("[ก-๙]", rule.meaning_th) and not re.search("[ก-๙]", rule.meaning_en), rule.name
        assert re.search("[ก-๙]", rule.ground_th) and not re.search("[ก-๙]", rule.ground_en), rule.name
        assert re.findall(r"\[[^\]]+\]", rule.ground_th) == re.findall(r"\[[^\]]+\]", rule.ground_en), f"{rule.name}: its marks"
        assert set(re.findall(r"\d+", rule.ground_en)) == set(re.findall(r"\d+", rule.ground_th)), f"{rule.name}: its figures"


def test_every_threshold_score_and_figure_of_a_rule_is_said_in_thai_too() -> None:
    for rule in all_rules():
        said = [(each.name, each.meaning_th, each.meaning) for each in rule.parameters]
        said += [("score", rule.score_th, rule.score_en)] * rule.is_anomaly
        for name, thai, english in said:
            assert re.search("[ก-๙]", thai) and not re.search("[ก-๙]", english), f"{rule.name}: {name}"
            marks = r"\[(?:borrowed|policy|press)[^\]]*\]"
            assert re.findall(marks, thai) == re.findall(marks, english), f"{rule.name}: marks of {name}"
        for name, label_th, _ in rule.evidence:
            assert re.search("[ก-๙]", label_th), f"{rule.name}: {name} has no word in LABELS"
    assert {line["name"] for line in code_list("tolerance")} == set(rules._TOLERANCES)


def test_figures_of_a_threshold_are_the_same_in_both_languages() -> None:
    for file in anomalies():
        for each in file.parameters:
            assert sorted(re.findall(r"\d[\d,]*", each.meaning)) == sorted(re.findall(r"\d[\d,]*", each.meaning_th)), (file.name, each.name)


def test_a_rules_page_has_thai_first_and_english_beside_it(world: World) -> None:
    text = (world.pages / "rule" / "report_late.html").read_text(encoding="utf-8")
    assert (
        '<span class="th" lang="th">ข้อ 13 (รายปี ทุกโรงงาน) ข้อ 22 (รายเดือน ผู้รับดำเนินการ)</span> '
        '<span class="en" lang="en">cl. 13 (annual, every factory), cl. 22 (monthly, processors)</span>'
    ) in text
    assert '<span class="th" lang="th">รายงานหนึ่งฉบับที่ส่งล่าช้า' in text
    assert both("จำนวนวันที่ล่าช้า [วัน]", "days late [day]") in text
    text = (world.pages / "rule" / "many_small_loads.html").read_text(encoding="utf-8")
    assert '<td><span class="th" lang="th">เที่ยวของผู้ก่อกำเนิดรายเดียวในหนึ่งวัน; [policy]' in text
    assert '<dt><code>vehicle_no</code></dt><dd><span class="th" lang="th">ทะเบียนรถ</span>' in text
    borrowed = text[text.index("<code>road_load_t</code>") :]
    assert "ประกาศของไทยไม่ได้กำหนด ยืมมาจาก France" in borrowed and "not Thai law" in borrowed


def test_the_nights_page_says_that_every_row_is_accounted_for(world: World) -> None:
    text = (world.pages / "night.html").read_text(encoding="utf-8")
    assert "every row is accounted for" in text
    assert "1.75" in text, "seconds in all"


def test_the_old_pages_go_and_the_new_ones_are_whole(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "suites.html").write_text("an old page")
    with (folder / "suites.html").open() as reader:
        write_site(world.store.published, folder, tmp_path, world.report)
        assert reader.read() == "an old page", "a reader in the middle is not disturbed"
    assert not (folder / "suites.html").exists()
    assert (folder / "index.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


def test_a_link_to_a_share_stays_a_link(world: World, tmp_path: Path) -> None:
    (tmp_path / "share" / "pages").mkdir(parents=True)
    link = tmp_path / "published"
    link.symlink_to(tmp_path / "share" / "pages")
    write_site(world.store.published, link, tmp_path, world.report)
    assert link.is_symlink() and (tmp_path / "share" / "pages" / "index.html").exists()


def test_the_same_night_gives_the_same_pages(world: World, tmp_path: Path) -> None:
    def contents(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    write_site(world.store.published, tmp_path / "published", tmp_path, world.report)
    assert contents(tmp_path / "published") == contents(world.pages)


def test_an_empty_world_has_all_pages_and_no_charts(tmp_path: Path) -> None:
    published = run_small_night(tmp_path, {})
    store = Store(tmp_path)
    write_site(published, store.pages, store.scratch, NightReport(NIGHT, datetime(2026, 6, 1, 18, tzinfo=UTC), []))
    assert "Nothing stands out" in (store.pages / "index.html").read_text(encoding="utf-8")
    assert not list((store.pages / "assets").glob("vega-*"))


def test_what_cannot_be_written_leaves_the_old_pages(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "index.html").write_text("the night before")
    broken = tmp_path / "broken.duckdb"
    duckdb.connect(str(broken)).close()
    with pytest.raises(PagesError, match="stay"):
        write_site(broken, folder, tmp_path, world.report)
    assert (folder / "index.html").read_text() == "the night before"
