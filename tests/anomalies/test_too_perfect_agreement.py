"""too_perfect_agreement: sent equals received to the kilogram for months on end, or weights are all round."""

from tests.text_tables import assert_table, found_by, summarised


def loads(
    generator: str, count: int, sent_t: str, received_t: str, months: int = 3, hand: str = "P1"
) -> tuple[list[str], list[str]]:
    """Manifests of a generator and their receipts, spread over so many months; `#` stands for a changing digit."""
    sent, received = [], []
    for number in range(count):
        key, month, digit = f"{generator}-{number}", number % months + 1, str(number % 9 + 1)
        sent.append(f"| {key} | {generator} | 2025-{month:02}-01 | {sent_t.replace('#', digit)} | {hand} |")
        received.append(f"| {key} | 2025-{month:02}-02 | {received_t.replace('#', digit)} | P1 |")
    return sent, received


def test_a_worked_example() -> None:
    worlds = (
        loads("EQUAL", 12, "8.#34", "8.#340004"),
        loads("ROUND", 14, "#", "1#", months=12, hand="ROUND"),
        loads("FEW", 11, "8.#34", "8.#34"),
        loads("SHORT", 20, "8.#34", "8.#34", months=2),
        loads("REAL", 20, "8.#34", "8.#37"),
        loads("HALF", 20, "#", "1#.5"),
    )
    connection = summarised(
        manifest="\n".join(["| manifest_no | factory_id | sent_date | mass_t | submitted_by |", *(x for w in worlds for x in w[0])]),
        receipt="\n".join(["| manifest_no | received_date | mass_t | submitted_by |", *(x for w in worlds for x in w[1])]),
    )
    assert_table(connection, found_by("too_perfect_agreement"), """
        | factory_id | period | subject | score | kind  | generator_id | loads | suspect_loads | suspect_pct | months | is_independent |
        | P1         | 2025   | EQUAL   | 12    | equal | EQUAL        | 12    | 12            | 100         | 3      | false          |
        | P1         | 2025   | ROUND   | 14    | round | ROUND        | 14    | 14            | 100         | 12     | true           |
    """)


def test_one_real_weight_in_twenty_clears_nobody() -> None:
    for real, expected in ((1, "| 19 | 95 |"), (2, "")):
        equal, other = loads("G1", 20 - real, "8.#34", "8.#34"), loads("G1", real, "8.111", "8.222")
        other = ([x.replace("G1-", "OTHER-") for x in other[0]], [x.replace("G1-", "OTHER-") for x in other[1]])
        connection = summarised(
            manifest="\n".join(["| manifest_no | factory_id | sent_date | mass_t | submitted_by |", *equal[0], *other[0]]),
            receipt="\n".join(["| manifest_no | received_date | mass_t | submitted_by |", *equal[1], *other[1]]),
        )
        assert_table(connection, found_by("too_perfect_agreement"), f"""
            | suspect_loads | suspect_pct |
            {expected}
        """)
