"""What a factory does: check, mend, check, submit, read."""

from __future__ import annotations

import csv
import hashlib
import io
import re

from flows.clock import now
from flows.feedback.mend_file import mend_files
from flows.feedback.page import prove_receipt
from flows.reading.headers import MARK_COLUMN, MEND_COLUMN
from flows.warehouse import Store
from flows.web import intake
from flows.web.intake import safe_name
from flows.web.records import Published
from flows.web.site import Visitor
from tests.docs.small_night import run_small_night
from tests.web.small_site import BAD, EVIL, GOOD, LOADS, MINE, MINE_MARK, REGISTER, inbox_files


def test_a_faulty_file_is_answered_at_once_and_submitted_only_when_asked(visitor, store):
    factory = visitor(MINE)
    assert factory.check(BAD).headers["location"] == "/check"
    page = factory.get("/check").text
    assert "waste_code_is_known" in page and "แถว 2" in page and "999999" in page
    assert inbox_files(store.inbox) == []
    marked = factory.get("/check/marked")
    assert marked.headers["content-disposition"] == 'attachment; filename="marked.csv"'
    assert "999999" in marked.content.decode("utf-8-sig")


def test_a_sound_file_is_submitted_whole_and_received_now_under_a_name_of_ours(visitor, store, site):
    factory = visitor(MINE)
    factory.check(GOOD, "../../ปีนี้ loads?.csv")
    begun = now().timestamp()
    submitted = factory.post("/submit", "/check")
    (name,) = inbox_files(store.inbox)
    assert re.fullmatch(rf"by/{MINE}/web-\d{{8}}T\d{{6}}-[0-9a-f]{{8}}-ปีนี้loads\.csv", name)
    assert (store.inbox / name).read_text() == GOOD
    assert abs((store.inbox / name).stat().st_mtime - begun) < 5
    assert not list(store.uploads.glob("*"))
    receipt = factory.get(submitted.headers["location"])
    proof = prove_receipt(receipt.content, site.signer.public)
    assert proof.is_ours and proof.is_whole
    assert (proof.facts["by"], proof.facts["bytes"]) == (MINE, len(GOOD.encode()))
    assert receipt.text.count("<svg") == 1
    assert submitted.headers["location"].removeprefix("/receipt/")[:12] in factory.get("/").text


def test_a_button_pressed_twice_submits_once(visitor, store):
    factory = visitor(MINE)
    factory.check(GOOD)
    token = factory.token("/check")
    answers = [factory.client.post("/submit", data={"csrf": token}, follow_redirects=False).status_code for _ in range(2)]
    assert answers == [303, 409]
    assert len(inbox_files(store.inbox)) == 1


def test_a_factory_sees_its_obligations_its_submissions_and_their_receipts(visitor, site):
    factory = visitor(MINE)
    page = factory.get("/").text
    assert "ยังไม่ส่ง เลยกำหนดแล้ว" in page and "year 2025" in page
    (link,) = set(re.findall(r'href="(/receipt/[0-9a-f]{64})"', page))
    receipt = factory.get(link)
    assert "waste_code_is_known" in receipt.text
    assert prove_receipt(receipt.content, site.signer.public).is_whole


def test_held_back_rows_are_fetched_mended_and_sent_in_again(visitor, store):
    factory = visitor(MINE)
    page = factory.get("/").text
    (link,) = re.findall(r'href="(/mend/[0-9a-f]{64}/manifest)"', page)
    made = factory.get(link)
    assert made.headers["content-disposition"] == 'attachment; filename="mend-manifest.csv"'
    (row,) = csv.DictReader(io.StringIO(made.content.decode("utf-8-sig")))
    assert (row["เลขที่เอกสารกำกับ"], row["รหัสของเสีย"]) == ("M2", "999999"), "M1 was sound"
    assert row[MEND_COLUMN] == f"{link.split('/')[2]} 3" and "999999" in row[MARK_COLUMN]
    factory.check(made.content.replace(b"999999", b"120109"), "mend-manifest.csv")
    assert "Nothing must be mended" in factory.get("/check").text
    factory.post("/submit", "/check")
    assert len(inbox_files(store.inbox)) == 1


def test_a_personal_cell_is_left_empty_in_the_mend_me_file_and_said_so(tmp_path):
    loads = LOADS.replace("sent_date\n", "sent_date,vehicle_no\n").replace("-05-11\n", "-05-11,ask somchai@mine.example\n")
    loads = loads.replace("-05-10\n", "-05-10,\n")
    published = run_small_night(tmp_path, {"register.csv": REGISTER, f"by/{MINE}/loads.csv": loads})
    submission_id = hashlib.sha256(loads.encode()).hexdigest()
    with Published(published).visit(Visitor("factory", MINE)) as visit:
        made = visit.mend_file(submission_id, "manifest")
    whole = mend_files(Store(tmp_path).work, submission_id)["manifest"]
    rows = [next(csv.DictReader(io.StringIO(each.decode("utf-8-sig")))) for each in (made, whole)]
    assert [row["ทะเบียนรถ"] for row in rows] == ["", "ask somchai@mine.example"]
    assert ["please fill it in again" in row[MARK_COLUMN] for row in rows] == [True, False]


def test_what_a_file_or_a_name_says_is_only_text(visitor):
    factory = visitor(MINE)
    factory.check(BAD.replace("999999", EVIL.replace('"', '""').join('""')), f"{EVIL}.csv")
    for path in ("/", "/check"):
        page = factory.get(path).text
        assert "&lt;script&gt;" in page and "<script" not in page, path
        assert MINE_MARK in page or path != "/"


def test_a_file_that_is_no_report_is_answered_too(visitor):
    factory = visitor(MINE)
    for content in (b"", b"\x00\xff" * 99, b"PK\x03\x04 not a zip", b"%PDF-1.4"):
        assert factory.check(content).status_code == 303
        assert "file_is_readable" in factory.get("/check").text


def test_a_template_comes_with_the_factory_s_own_number(visitor):
    factory = visitor(MINE)
    made = factory.get("/template/manifest")
    assert made.content.startswith(b"PK") and made.headers["content-disposition"].startswith("attachment")
    assert factory.get("/template/complaint").status_code == 404
    assert factory.get("/template/nothing").status_code == 404


def test_a_name_keeps_only_what_is_harmless():
    assert safe_name("รายงานปี ๒๕๖๘.xlsx") == "รายงานปี๒๕๖๘.xlsx"
    assert safe_name("../../etc/passwd") == "etcpasswd"
    assert safe_name("\x00\r\n:|?*.") == "file"
    assert len(safe_name("ก" * 500).encode()) <= 180


def test_a_file_that_the_night_takes_while_somebody_looks_is_just_not_listed(visitor, store, monkeypatch):
    factory, channel = visitor(MINE), store.inbox / "by" / MINE
    channel.mkdir(parents=True, exist_ok=True)
    for name in ("stays.csv", "goes.csv"):
        (channel / name).write_text(name)
    (channel / "link.csv").symlink_to("/etc/passwd")
    real = intake._digest

    def taken(path, *rest):
        path.unlink() if path.name == "goes.csv" else None
        return real(path, *rest)

    monkeypatch.setattr(intake, "_digest", taken)
    page = factory.get("/").text
    assert "stays.csv" in page and "goes.csv" not in page and "link.csv" not in page
