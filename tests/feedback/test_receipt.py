"""Receipts: what stands on them, their proof, and which ones a night writes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date

import pytest
from click.testing import CliRunner

from flows import signing
from flows.__main__ import waste
from flows.errors import UsageError
from flows.feedback import page as pages
from flows.feedback.giving import give_back, receipt_of
from flows.feedback.page import page_of, pdf_of, prove_receipt, write_receipt
from flows.feedback.receipt import receipts
from flows.query import ask, open_published
from flows.signing import facts_of, new_secret, signer_of
from flows.warehouse import Store
from tests.nights.one_night import run_night
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill, put

SIGNER = signer_of(signing._b64(bytes(range(32))))
EVIL = '<script>alert(1)</script>"=1+1\u202e'


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    store = Store(tmp_path_factory.mktemp("receipts"))
    store.make_folders()
    fill(store.inbox)
    put(store.inbox, 'evil"><b>.csv', f"{EVIL}\n1\n", "2026-04-21T01:00")
    assert run_night(store.data, NIGHT_1)[0] == 0
    assert run_night(store.data, NIGHT_2)[0] == 0
    return store


def id_of(store: Store, name: str) -> str:
    sql = f"SELECT submission_id FROM audit.submission WHERE original_name = '{name}' AND outcome <> 'duplicate'"
    return ask(store.published, sql).rows[0][0]


def page(store: Store, name: str) -> str:
    return page_of(receipt_of(store.published, id_of(store, name)), SIGNER)


def test_what_stands_on_it(store):
    said = page(store, "loads.csv")
    assert id_of(store, "loads.csv") in said
    assert "รับบางส่วน" in said and "Accepted in part" in said
    assert "4 เมษายน พ.ศ. 2569 (ค.ศ. 2026) เวลา 08:00:00 น." in said
    assert "Row 4, column waste_code" in said and "แถว 4 คอลัมน์" in said
    assert "2026-04-21 08:00" in said, "sent again"
    assert "จุลภาค (,)" in said


def test_what_a_correction_changed(store):
    change = receipt_of(store.published, id_of(store, "annual corrected.csv")).changes[0]
    assert (change.replaced, change.added, change.changed, change.removed, change.unchanged, change.new_rows) == (1, 0, 1, 0, 0, 0)
    assert (change.tonnes_before, change.tonnes_after, change.tonnes_of) == (10, 12, "generated_t")
    assert "10 → 12" in page(store, "annual corrected.csv")
    first = receipt_of(store.published, id_of(store, "annual.csv")).changes[0]
    assert (first.replaced, first.new_rows) == (0, 1)


def test_receipts_written_together_are_those_written_alone(store):
    with open_published(store.published) as connection:
        ids = [row[0] for row in connection.execute("SELECT DISTINCT submission_id FROM audit.submission ORDER BY ALL").fetchall()]
        together = list(receipts(connection, ids))
        assert together == [next(receipts(connection, [each])) for each in ids]
    assert sum(bool(receipt.changes) for receipt in together) > 2


def test_a_refused_file_has_a_receipt_and_nothing_in_it_is_markup(store):
    name = 'evil"><b>.csv'
    said = page(store, name)
    assert "ไม่รับ" in said and "<script>" not in said and "<b>" not in said and "\u202e" not in said
    assert "&lt;b&gt;" in said


def test_the_same_receipt_is_the_same_page(store):
    assert page(store, "loads.csv") == page(store, "loads.csv")


def test_proof_of_a_page(store):
    said = page(store, "loads.csv")
    proof = prove_receipt(said.encode(), SIGNER.public)
    assert proof.is_ours and proof.is_whole
    assert proof.facts["id"] == id_of(store, "loads.csv") and proof.facts["rows"] == [3, 2, 1]
    token = re.search(signing.TOKEN, said)[0]
    assert prove_receipt(token.encode(), SIGNER.public).is_ours
    assert not prove_receipt(said.encode(), signer_of(new_secret()).public).is_ours


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("แถวที่รับไว้", "แถวที่รับแล้ว"),
        ("<!--seal-->", "<!--seal--><p>accepted</p>"),
        ('<svg ', '<svg style="opacity:0" '),
        ("</html>", "</html><!--seal--><!--/seal-->"),
        ("<h1>", "<h1 hidden>"),
    ],
)
def test_any_change_of_a_page_is_found(store, old, new):
    said = page(store, "loads.csv")
    assert old in said
    proof = prove_receipt(said.replace(old, new, 1).encode(), SIGNER.public)
    assert not (proof.is_ours and proof.is_whole)


def test_a_token_cannot_be_changed_or_moved(store):
    token = re.search(signing.TOKEN, page(store, "loads.csv"))[0]
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        # The last letter of base64 carries bits that mean nothing.
        assert facts_of(other, SIGNER.public) is None or place == len(token) - 1
    moved = page(store, "annual.csv").replace(re.search(signing.TOKEN, page(store, "annual.csv"))[0], token)
    assert not prove_receipt(moved.encode(), SIGNER.public).is_whole


def test_pdf_is_searchable_and_proven(store, tmp_path):
    if not pages.thai_fonts():
        pytest.skip("no Thai font here")
    receipt = receipt_of(store.published, id_of(store, "loads.csv"))
    made = pdf_of(receipt, page_of(receipt, SIGNER), SIGNER)
    assert made == pdf_of(receipt, page_of(receipt, SIGNER), SIGNER)
    assert prove_receipt(made, SIGNER.public).is_whole
    assert not prove_receipt(made.replace(b"%PDF-1.7", b"%PDF-1.6"), SIGNER.public).is_whole
    (tmp_path / "r.pdf").write_bytes(made)
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not here (Debian: poppler-utils): the text of the PDF is not read")
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "r.pdf", "-"], capture_output=True, check=True, text=True).stdout
    assert "ใบรับข้อมูล" in text and "999999" in text and receipt.submission_id[:32] in text


def test_without_thai_fonts_the_page_is_written_and_it_says_what_to_install(store, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "thai_fonts", lambda folders=(): [])
    monkeypatch.setenv("WASTE_SIGNING_KEY", "")
    result = CliRunner().invoke(waste, ["receipt", id_of(store, "loads.csv"), "--data", str(store.data), "--out", str(tmp_path)])
    assert result.exit_code == 0 and "fonts-thai-tlwg" in result.output
    folder = tmp_path / id_of(store, "loads.csv")
    assert sorted(path.name for path in folder.iterdir()) == ["findings.json", "receipt.html"]


def test_the_night_wrote_the_receipts_of_files_with_errors(store):
    names = {path.parent.name for path in store.feedback.glob("*/receipt.html")}
    assert names == {id_of(store, "loads.csv"), id_of(store, 'evil"><b>.csv')}
    found = json.loads((store.feedback / id_of(store, "loads.csv") / "findings.json").read_text(encoding="utf-8"))
    assert found["findings"][0]["check_id"] == "waste_code_is_known" and found["rows"]["quarantined"] == 1


def test_a_night_says_how_many_it_left(store, tmp_path):
    given = give_back(store, date.fromisoformat(NIGHT_1), SIGNER, 1)
    assert (given.written, given.left) == (1, 1)


def test_commands(store, tmp_path, monkeypatch):
    monkeypatch.delenv("WASTE_SIGNING_KEY", raising=False)
    run = CliRunner().invoke
    short = id_of(store, "nil.csv")[:10]
    assert run(waste, ["receipt", short, "--data", str(store.data), "--out", str(tmp_path)]).exit_code == 0
    path = next(tmp_path.glob("*/receipt.html"))
    result = run(waste, ["verify", str(path)])
    assert result.exit_code == 0 and "ours and unaltered" in result.output and "test key" in result.output
    path.write_text(path.read_text(encoding="utf-8").replace("nil.csv", "nul.csv"), encoding="utf-8")
    assert run(waste, ["verify", str(path)]).exit_code == 5
    assert "test key" in run(waste, ["key"]).output
    secret, public = re.search(r"WASTE_SIGNING_KEY=(\S+)\nits public key: (\S+)", run(waste, ["key", "--new"]).output).groups()
    assert signer_of(secret).public == public
    for args in (["receipt", "../../etc"], ["receipt", "00000000"], ["verify", "nothing"], ["verify", "WR1.x", "--public-key", "x"]):
        assert isinstance(run(waste, [*args, "--data", str(store.data)]).exception, UsageError), args


def test_no_path_from_outside(store, tmp_path):
    from dataclasses import replace

    receipt = receipt_of(store.published, id_of(store, "loads.csv"))
    with pytest.raises(ValueError, match="no submission id"):
        write_receipt(tmp_path, replace(receipt, submission_id="../evil"), SIGNER)
