"""summary.reconciliation: loads sent against loads received."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.summarise import summarise
from tests.text_tables import HAZARDOUS, NIGHT, OBLIGATIONS_FROM, PLAIN, assert_table, insert, summarised, world


def test_every_state() -> None:
    connection = summarised(
        night=date(2025, 3, 10),
        manifest="""
        | manifest_no | sent_date  | waste_code | mass_t |
        | MATCHED     | 2025-03-01 | 010101     | 10     |
        | QUANTITY    | 2025-03-01 | 010101     | 10     |
        | CODE        | 2025-03-01 | 010101     | 10     |
        | REJECTED    | 2025-03-01 | 010101     | 10     |
        | AWAITING    | 2025-03-01 | 010101     | 10     |
        | UNANSWERED  | 2025-02-01 | 010101     | 10     |
    """,
        receipt="""
        | manifest_no | received_date | waste_code | mass_t | decision        |
        | MATCHED     | 2025-03-02    | 010101     | 10.5   | accepted        |
        | QUANTITY    | 2025-03-02    | 010101     | 8      | partly_accepted |
        | CODE        | 2025-03-02    | 010304     | 8      | accepted        |
        | REJECTED    | 2025-03-02    | 010304     | 0      | rejected        |
        | WITHOUT     | 2025-03-02    | 010304     | 7      | accepted        |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | factory_id | waste_code | sent_date  | sent_t | received_t | difference_t | difference_pct | state            |
        | MATCHED     | G1         | 010101     | 2025-03-01 | 10     | 10.5       | 0.5          | 5              | matched          |
        | QUANTITY    | G1         | 010101     | 2025-03-01 | 10     | 8          | -2           | -20            | quantity_differs |
        | CODE        | G1         | 010101     | 2025-03-01 | 10     | 8          | -2           | -20            | code_differs     |
        | REJECTED    | G1         | 010101     | 2025-03-01 | 10     | 0          | -10          | -100           | rejected         |
        | AWAITING    | G1         | 010101     | 2025-03-01 | 10     |            |              |                | awaiting         |
        | UNANSWERED  | G1         | 010101     | 2025-02-01 | 10     |            |              |                | unanswered       |
        | WITHOUT     |            | 010304     |            |        | 7          |              |                | without_manifest |
    """)


def test_the_tolerance_is_up_to_and_including_10_percent() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | mass_t |
        | JUST_ABOVE  | 0.3    |
        | EXACT_UP    | 0.3    |
        | EXACT_DOWN  | 0.3    |
        | JUST_BELOW  | 0.3    |
    """,
        receipt="""
        | manifest_no | mass_t         |
        | JUST_ABOVE  | 0.330000000001 |
        | EXACT_UP    | 0.33           |
        | EXACT_DOWN  | 0.27           |
        | JUST_BELOW  | 0.269999999999 |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | difference_t    | tolerance_pct | state            |
        | JUST_ABOVE  | 0.030000000001  | 10            | quantity_differs |
        | EXACT_UP    | 0.03            | 10            | matched          |
        | EXACT_DOWN  | -0.03           | 10            | matched          |
        | JUST_BELOW  | -0.030000000001 | 10            | quantity_differs |
    """)


def test_an_answer_may_take_15_days() -> None:
    for night, state in ((date(2024, 3, 7), "awaiting"), (date(2024, 3, 8), "unanswered")):
        connection = summarised(night=night, manifest="""
            | manifest_no | sent_date  |
            | M1          | 2024-02-21 |
        """)
        assert_table(connection, "summary.reconciliation", f"""
            | manifest_no | answer_due_date | state   |
            | M1          | 2024-03-07      | {state} |
        """)


def test_a_late_answer_is_an_answer_and_so_is_one_dated_before_the_manifest() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | sent_date  |
        | LATE        | 2025-03-01 |
        | EARLY       | 2025-03-01 |
    """,
        receipt="""
        | manifest_no | received_date |
        | LATE        | 2025-09-01    |
        | EARLY       | 2025-02-27    |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | state   |
        | LATE        | matched |
        | EARLY       | matched |
    """)


def test_each_line_of_a_manifest_has_its_own_answer() -> None:
    connection = summarised(
        night=date(2025, 3, 5),
        manifest="""
        | manifest_no | line_no | mass_t |
        | M1          | 1       | 5      |
        | M1          | 2       | 7      |
        | M1          | 3       | 9      |
    """,
        receipt="""
        | manifest_no | line_no | mass_t |
        | M1          | 2       | 7      |
        | M1          | 3       | 5      |
        | M1          | 4       | 1      |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | line_no | state            |
        | M1          | 1       | awaiting         |
        | M1          | 2       | matched          |
        | M1          | 3       | quantity_differs |
        | M1          | 4       | without_manifest |
    """)


def test_an_answer_from_another_processor_answers_nothing() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | processor_id |
        | M1          | P1           |
    """,
        receipt="""
        | manifest_no | processor_id |
        | M1          | P2           |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | processor_id | factory_id | state            |
        | M1          | P1           | G1         | unanswered       |
        | M1          | P2           |            | without_manifest |
    """)


def test_when_numbers_clash_one_receipt_answers_the_line_that_it_fits_best() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | factory_id | waste_code | mass_t |
        | CODE_FIRST  | G1         | 010304     | 5      |
        | CODE_FIRST  | G2         | 010101     | 50     |
        | NEAREST     | G1         | 010101     | 9      |
        | NEAREST     | G2         | 010101     | 4.9    |
        | NEAREST     | G3         | 010101     | 1      |
        | LOWEST_ID   | G2         | 010101     | 6      |
        | LOWEST_ID   | G1         | 010101     | 4      |
    """,
        receipt="""
        | manifest_no | waste_code | mass_t |
        | CODE_FIRST  | 010101     | 5      |
        | NEAREST     | 010101     | 5      |
        | LOWEST_ID   | 010101     | 5      |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | factory_id | received_t | state            |
        | CODE_FIRST  | G1         |            | unanswered       |
        | CODE_FIRST  | G2         | 5          | quantity_differs |
        | NEAREST     | G1         |            | unanswered       |
        | NEAREST     | G2         | 5          | matched          |
        | NEAREST     | G3         |            | unanswered       |
        | LOWEST_ID   | G1         | 5          | quantity_differs |
        | LOWEST_ID   | G2         |            | unanswered       |
    """)


def test_a_clash_that_nobody_answered_leaves_every_line_unanswered() -> None:
    connection = summarised(manifest="""
        | manifest_no | factory_id |
        | M1          | G1         |
        | M1          | G2         |
    """)
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | factory_id | state      |
        | M1          | G1         | unanswered |
        | M1          | G2         | unanswered |
    """)


def test_one_number_towards_two_processors_is_no_clash() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | factory_id | processor_id |
        | M1          | G1         | P1           |
        | M1          | G2         | P2           |
    """,
        receipt="""
        | manifest_no | processor_id |
        | M1          | P1           |
        | M1          | P2           |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | factory_id | processor_id | state   |
        | G1         | P1           | matched |
        | G2         | P2           | matched |
    """)


def test_a_pair_typed_by_one_hand_is_not_independent() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | submitted_by |
        | TWO_HANDS   | G1           |
        | PROCESSOR   | P1           |
        | DESK        | desk         |
        | NO_PAIR     | G1           |
    """,
        receipt="""
        | manifest_no | submitted_by |
        | TWO_HANDS   | P1           |
        | PROCESSOR   | P1           |
        | DESK        | desk         |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | is_independent |
        | TWO_HANDS   | yes            |
        | PROCESSOR   | no             |
        | DESK        | no             |
        | NO_PAIR     |                |
    """)


def test_both_sides_point_back_to_their_rows() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | submission_id | source_sheet | source_row | management_code |
        | M1          | aaa           | sent         | 12         | 011             |
    """,
        receipt="""
        | manifest_no | submission_id | source_sheet | source_row | management_code | completed_date |
        | M1          | bbb           |              | 3          | 071             | 2025-03-30     |
    """,
    )
    assert_table(connection, "summary.reconciliation", """
        | manifest_submission_id | manifest_source_sheet | manifest_source_row | management_code |
        | aaa                    | sent                  | 12                  | 011             |
    """)
    assert_table(connection, "summary.reconciliation", """
        | receipt_submission_id | receipt_source_sheet | receipt_source_row | received_management_code | completed_date |
        | bbb                   |                      | 3                  | 071                      | 2025-03-30     |
    """)


MASSES = st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("99999"), places=6)
LINES = st.tuples(
    st.sampled_from(["M1", "M2"]), st.sampled_from([1, 2]), st.sampled_from(["G1", "G2", "G3"]), st.sampled_from(["P1", "P2"])
)
CODES = st.sampled_from([PLAIN, HAZARDOUS])


@settings(max_examples=20, deadline=None)
@given(
    manifests=st.dictionaries(LINES, st.tuples(MASSES, CODES), max_size=12),
    receipts=st.dictionaries(
        st.tuples(st.sampled_from(["M1", "M2", "M3"]), st.sampled_from([1, 2]), st.sampled_from(["P1", "P2"])),
        st.tuples(MASSES, CODES),
        max_size=8,
    ),
    days=st.integers(0, 30),
)
def test_every_line_and_every_receipt_stands_exactly_once(
    manifests: dict[tuple[str, int, str, str], tuple[Decimal, str]],
    receipts: dict[tuple[str, int, str], tuple[Decimal, str]],
    days: int,
) -> None:
    # The key of a manifest line is (factory_id, manifest_no, line_no): it goes to one processor.
    sent = {key[:3]: (key[3], *value) for key, value in manifests.items()}
    connection = world()
    insert(connection, "manifest", [
        {"manifest_no": number, "line_no": line, "factory_id": factory, "processor_id": processor, "mass_t": mass,
         "waste_code": code, "sent_date": NIGHT - timedelta(days=days)}
        for (number, line, factory), (processor, mass, code) in sent.items()
    ])  # fmt: skip
    insert(connection, "receipt", [
        {"manifest_no": number, "line_no": line, "processor_id": processor, "mass_t": mass, "waste_code": code}
        for (number, line, processor), (mass, code) in receipts.items()
    ])  # fmt: skip
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    rows = connection.execute(
        "SELECT manifest_no, line_no, factory_id, processor_id, sent_t, received_t FROM summary.reconciliation"
    ).fetchall()
    assert sorted(row[:3] for row in rows if row[2]) == sorted(sent)
    assert sum(row[4] or 0 for row in rows) == sum(mass for _, mass, _ in sent.values())
    answered = [(row[0], row[1], row[3]) for row in rows if row[5] is not None]
    assert sorted(answered) == sorted(receipts)
    assert sum(row[5] or 0 for row in rows) == sum(mass for mass, _ in receipts.values())

