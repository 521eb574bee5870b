"""summary.waste_by_factory_month: tonnes sent, received and completed, and their parts."""

from flows.steps.summarise import summarise
from schemas.codes import code_list
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, insert, own_world, summarised

GROUPS = ("sorting", "storage", "reuse", "recycle", "recovery", "treatment", "disposal", "other", "no_method")


def test_what_is_sent_counts_for_the_generator_what_is_received_for_the_processor() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | sent_date  | mass_t |
        | M1          | 2025-03-31 | 5      |
        | M2          | 2025-04-01 | 7      |
    """,
        receipt="""
        | manifest_no | received_date | mass_t | completed_date |
        | M1          | 2025-04-01    | 4.9    | 2025-05-01     |
        | M2          | 2025-04-02    | 7.1    |                |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_month", """
        | factory_id | month      | sent_t | received_t | completed_t |
        | G1         | 2025-03-01 | 5      | 0          | 0           |
        | G1         | 2025-04-01 | 7      | 0          | 0           |
        | P1         | 2025-04-01 | 0      | 12         | 0           |
        | P1         | 2025-05-01 | 0      | 0          | 4.9         |
    """)


def test_a_rejected_load_was_sent_but_not_received() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | mass_t |
        | M1          | 5      |
    """,
        receipt="""
        | manifest_no | mass_t | decision | completed_date |
        | M1          | 0      | rejected | 2025-03-09     |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_month", """
        | factory_id | sent_t | received_t |
        | G1         | 5      | 0          |
    """)


def test_a_receipt_without_a_manifest_was_received() -> None:
    connection = summarised(receipt="""
        | manifest_no | mass_t | management_code |
        | M1          | 3      |                 |
    """)
    assert_table(connection, "summary.waste_by_factory_month", """
        | factory_id | sent_t | received_t | received_no_method_t |
        | P1         | 0      | 3          | 3                    |
    """)


def test_hazardous_is_what_the_code_of_each_side_says() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | waste_code | mass_t |
        | M1          | 010101     | 5      |
        | M2          | 010304     | 7      |
        | M3          | 010305     | 1      |
    """,
        receipt="""
        | manifest_no | waste_code | mass_t |
        | M1          | 010304     | 5      |
        | M2          | 010304     | 7      |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_month", """
        | factory_id | sent_hazardous_t | sent_non_hazardous_t | received_hazardous_t | received_non_hazardous_t |
        | G1         | 8                | 5                    | 0                    | 0                        |
        | P1         | 0                | 0                    | 12                   | 0                        |
    """)


def test_a_code_that_the_list_of_the_day_does_not_know_counts_as_hazardous() -> None:
    connection = own_world(manifest="""
        | manifest_no | waste_code | sent_date  | mass_t |
        | BEFORE      | 010101     | 2025-03-31 | 5      |
        | AFTER       | 010101     | 2025-04-01 | 7      |
    """)
    connection.execute("UPDATE ref.waste_code SET valid_to = DATE '2025-03-31' WHERE code = '010101'")
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    assert_table(connection, "summary.waste_by_factory_month", """
        | month      | sent_hazardous_t | sent_non_hazardous_t |
        | 2025-03-01 | 0                | 5                    |
        | 2025-04-01 | 7                | 0                    |
    """)


def test_the_receipt_names_the_method_and_else_its_manifest() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | management_code | mass_t |
        | OWN         | 011             | 5      |
        | MANIFESTS   | 031             | 7      |
    """,
        receipt="""
        | manifest_no | management_code | mass_t | completed_date |
        | OWN         | 071             | 5      | 2025-03-20     |
        | MANIFESTS   |                 | 7      | 2025-03-20     |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_month", """
        | factory_id | sent_sorting_t | sent_reuse_t | sent_disposal_t | received_reuse_t | completed_disposal_t |
        | G1         | 5              | 7            | 0               | 0                | 0                    |
        | P1         | 0              | 0            | 0               | 7                | 5                    |
    """)


def test_every_management_group_of_the_code_list_has_its_columns() -> None:
    listed = {line["group_en"] for line in code_list("management_code")}
    assert listed == set(GROUPS) - {"no_method"}, "a new group needs its columns in waste_by_factory_month.sql"
    codes = {line["group_en"]: line["code"] for line in code_list("management_code")}
    connection = own_world(manifest="""
        | manifest_no | management_code | mass_t |
        | M0          |                 | 1000   |
    """)
    insert(connection, "manifest", [
        {"manifest_no": f"M{tonnes}", "management_code": codes[group], "mass_t": tonnes}
        for tonnes, group in enumerate(sorted(codes), start=1)
    ])  # fmt: skip
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    columns = ", ".join(f"sent_{group}_t" for group in sorted(codes))
    found = connection.execute(f"SELECT {columns}, sent_no_method_t, sent_t FROM summary.waste_by_factory_month").fetchall()
    assert found == [(1, 2, 3, 4, 5, 6, 7, 8, 1000, 1036)]
