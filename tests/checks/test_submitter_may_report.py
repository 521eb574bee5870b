import pytest

from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, assert_judged, assert_words, cells_of, csv_bytes

# REGIME, table of report types: who may send it through a channel of its own (the desk may send anything)
PARTIES = {
    "factory": (), "permit": (), "manifest": ("factory_id", "processor_id"), "receipt": ("processor_id",),
    "annual": ("factory_id",), "processing": ("factory_id",), "inspection": (), "complaint": (), "disposition": (),
}  # fmt: skip


def test_who_may_send_what():
    assert {name: report.party_columns for name, report in all_reports().items()} == PARTIES


@pytest.mark.parametrize("report", PARTIES)
def test_the_desk_may_send_anything(report: str):
    night = Warehouse().night(Given(csv_bytes([cells_of(report)])))
    assert night.findings == []
    assert night.core(report)[0]["submitted_by"] == "desk"


@pytest.mark.parametrize("report", [name for name, parties in PARTIES.items() if not parties])
def test_what_only_the_desk_may_send(report: str):
    cells = cells_of(report)
    found = Warehouse().night(Given(csv_bytes([cells]), by=cells.get("factory_id", "10100000125551"))).findings
    assert [(f["check_id"], f["source_row"], f["column_name"]) for f in found] == [("submitter_may_report", 2, None)]


def test_a_generator_sends_its_own_manifests():
    assert_judged("manifest", """
        | factory_id | processor_id | finds                            | why                    |
        | G1         | P1           | ok                               |                        |
        | G2         | P1           | submitter_may_report: factory_id | another generator's    |
    """, by="G1")  # fmt: skip


def test_the_processor_named_in_a_manifest_may_send_it():
    assert_judged("manifest", """
        | factory_id | processor_id | finds                            |
        | G1         | P1           | ok                               |
        | G1         | P2           | submitter_may_report: factory_id |
    """, by="P1")  # fmt: skip


def test_only_the_processor_answers():
    assert_judged("receipt", """
        | processor_id | finds                              |
        | P1           | ok                                 |
        | P2           | submitter_may_report: processor_id |
    """, by="P1")  # fmt: skip


def test_a_factory_reports_its_own_year_and_month():
    assert_judged("annual", """
        | factory_id | finds                            |
        | G1         | ok                               |
        | P1         | submitter_may_report: factory_id |
    """, by="G1")  # fmt: skip
    assert_judged("processing", """
        | factory_id | finds                            |
        | P1         | ok                               |
        | P2         | submitter_may_report: factory_id |
    """, by="P1")  # fmt: skip


def test_it_is_silent_where_the_party_is_not_certain():
    assert_judged("manifest", """
        | factory_id | processor_id | finds                                 | why                                   |
        | 123        | P1           | factory_id_is_well_formed: factory_id | the generator may be the sender, G1   |
        | N1         | P1           | factory_is_registered: factory_id; submitter_may_report: factory_id | certain |
    """, by="G1")  # fmt: skip


def test_an_unknown_channel_may_send_nothing():
    assert_judged("manifest", """
        | factory_id | finds                            |
        | G1         | submitter_may_report: factory_id |
    """, by="unknown")  # fmt: skip


def test_words():
    assert_words(
        "submitter_may_report",
        "annual",
        by="P1",
        en="Row 2, column factory_id: the channel that the file came through may not report this row (10100000125551). Send it"
        " through the channel of a party to the row, or through the department's desk.",
        th="แถว 2 คอลัมน์ เลขทะเบียนโรงงาน: ช่องทางที่ส่งไฟล์ไม่มีสิทธิรายงานแถวนี้ (10100000125551)"
        " กรุณาส่งผ่านช่องทางของโรงงานที่เกี่ยวข้องหรือผ่านเจ้าหน้าที่กรมฯ",
    )
    assert_words(
        "submitter_may_report",
        "permit",
        by="G1",
        en="Row 2: the channel that the file came through may not report this row (K1 / 1). Send it through the channel of a"
        " party to the row, or through the department's desk.",
        th="แถว 2: ช่องทางที่ส่งไฟล์ไม่มีสิทธิรายงานแถวนี้ (K1 / 1) กรุณาส่งผ่านช่องทางของโรงงานที่เกี่ยวข้องหรือผ่านเจ้าหน้าที่กรมฯ",
    )
