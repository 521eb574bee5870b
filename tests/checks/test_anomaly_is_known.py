from tests.helpers_reading import assert_judged, assert_words


def test_a_decision_is_about_an_anomaly_that_was_found():
    assert_judged("disposition", """
        | anomaly_id | finds                        | why                 |
        | A1         | ok                           |                     |
        | ZZ         | anomaly_is_known: anomaly_id | no night found it   |
        |            | value_is_present: anomaly_id | nothing more to say |
    """)  # fmt: skip


def test_words():
    assert_words(
        "anomaly_is_known",
        "disposition",
        anomaly_id="ZZ",
        en='Row 2, column anomaly_id: no anomaly "ZZ" was found on any night before this one. Copy the id from anomaly.found (`waste anomaly list`).',
        th='แถว 2 คอลัมน์ รหัสข้อสังเกต: ไม่พบข้อสังเกตรหัส "ZZ" ในคืนก่อนหน้านี้ กรุณาคัดลอกรหัสจากตาราง anomaly.found (`waste anomaly list`)',
    )
