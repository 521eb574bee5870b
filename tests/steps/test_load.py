"""Versions: what a later report does to an earlier one, in one night and over several."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given as any_given
from hypothesis import settings
from hypothesis import strategies as st

from tests.helpers_reading import FACTORIES, Given, Night, Warehouse, assert_table, cells_of, csv_bytes, given, zip_bytes


def loads(*rows: tuple[str, str, str], at: str = "08:00", by: str = "desk", factory: str = "G1", day: int = 10) -> Given:
    """A file of manifest lines (number, line, quantity), received in March 2026."""
    lines = [
        cells_of("manifest", manifest_no=number, line_no=line, quantity=quantity, factory_id=factory)
        for number, line, quantity in rows
    ]
    return Given(csv_bytes(lines), by=FACTORIES.get(by, by), at=f"2026-03-{day:02} {at}")


def current(night: Night) -> dict[tuple[str, int], str]:
    """(manifest, line) -> quantity of what core holds."""
    return {
        (row["manifest_no"], row["line_no"]): f"{row['quantity']:f}".rstrip("0").rstrip(".") for row in night.core("manifest")
    }


def replaced(night: Night) -> set[tuple[str, int, str]]:
    """(manifest, line, quantity) of what history holds."""
    return {(row["manifest_no"], row["line_no"], str(int(row["quantity"]))) for row in night.history("manifest")}


def nights(*each: list[Given]) -> Night:
    """A warehouse after these nights."""
    warehouse = Warehouse()
    for files in each:
        night = warehouse.night(*files)
    return night


FAULT = "1,5"


# --- over two nights ----------------------------------------------------------------------------------------------------


def test_a_correction_replaces_the_whole_key_and_nothing_else():
    first = loads(("M1", "1", "10"), ("M1", "2", "20"), ("M2", "1", "30"))
    second = loads(("M1", "1", "11"), at="09:00")
    night = nights([first], [second])
    assert current(night) == {("M1", 1): "11", ("M2", 1): "30"}, "line 2 was not reported again, so it is gone"
    assert_table(night.history("manifest"), f"""
        | manifest_no | line_no | quantity | submission_id          | superseded_by           | superseded_night |
        | M1          | 1       | 10       | {first.submission_id}  | {second.submission_id}  | 2026-03-21       |
        | M1          | 2       | 20       | {first.submission_id}  | {second.submission_id}  | 2026-03-21       |
    """)  # fmt: skip


def test_the_same_number_of_another_generator_is_another_manifest():
    night = nights([loads(("M1", "1", "10"))], [loads(("M1", "1", "11"), factory="G2")])
    assert len(night.core("manifest")) == 2 and night.history("manifest") == []


def test_a_bad_correction_keeps_the_earlier_version_and_holds_all_its_rows():
    night = nights(
        [loads(("M1", "1", "10"), ("M1", "2", "20"))], [loads(("M1", "1", "11"), ("M1", "2", FAULT), ("M2", "1", "5"))]
    )
    assert current(night) == {("M1", 1): "10", ("M1", 2): "20", ("M2", 1): "5"}
    assert night.history("manifest") == []
    assert [(f["source_row"], f["check_id"]) for f in night.findings] == [
        (2, "correction_is_complete"), (3, "value_is_readable"),
    ]  # fmt: skip
    assert [row["cells"]["quantity"] for row in night.quarantine] == ["11", FAULT]
    assert sorted(file["outcome"] for file in night.submissions) == ["accepted", "partly_accepted"]


def test_a_correction_that_is_sent_again_mended_takes_over():
    night = nights([loads(("M1", "1", "10"))], [loads(("M1", "1", FAULT))], [loads(("M1", "1", "12"))])
    assert current(night) == {("M1", 1): "12"}
    assert replaced(night) == {("M1", 1, "10")}


def test_a_first_version_with_faults_is_accepted_in_part():
    night = nights([loads(("M1", "1", "10"), ("M1", "2", FAULT))])
    assert current(night) == {("M1", 1): "10"}
    assert [(f["source_row"], f["check_id"]) for f in night.findings] == [(3, "value_is_readable")]


def test_a_first_version_without_a_sound_row_was_never_a_report():
    """So the next file is a first version, accepted in part."""
    night = nights([loads(("M1", "1", FAULT))], [loads(("M1", "1", "10"), ("M1", "2", FAULT))])
    assert current(night) == {("M1", 1): "10"}


def test_a_correction_through_a_channel_that_may_not_changes_nothing():
    night = nights([loads(("M1", "1", "10"))], [loads(("M1", "1", "99"), by="G2")])
    assert current(night) == {("M1", 1): "10"}
    assert [f["check_id"] for f in night.findings] == ["submitter_may_report"]


def test_a_row_that_cannot_be_cut_holds_the_corrections_of_its_file():
    """It may be a line of any of them; a manifest that is new is accepted all the same."""
    second = loads(("M1", "1", "11"), ("M2", "1", "5"))
    torn = Given(second.content + b"M1,2\n", at=second.at)
    night = nights([loads(("M1", "1", "10"))], [torn])
    assert current(night) == {("M1", 1): "10", ("M2", 1): "5"}
    assert [f["check_id"] for f in night.findings] == ["correction_is_complete", "row_fits_header"]


def test_a_register_is_corrected_row_by_row():
    """Each row is a version of its own there, so a faulty one holds no other."""

    def register(*rows: dict[str, str]) -> Given:
        return Given(csv_bytes([cells_of("factory", number, **row) for number, row in enumerate(rows, start=1)]))

    night = nights([register({"factory_name": "old"})], [register({"factory_name": "new"}, {"factory_id": "123"})])
    assert [row["factory_name"] for row in night.core("factory")] == ["new"]
    assert [row["factory_name"] for row in night.history("factory")] == ["old"]


def test_a_nil_report_and_the_year_that_it_was_not():
    nil = given("annual", """
        | nil_report | waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t |
        | yes        |            |                 |             |                   |                 |                 |
    """)  # fmt: skip
    night = nights([nil], [given("annual", "| waste_code |\n| 010101 |\n| 010102 |")])
    assert sorted(row["waste_code"] for row in night.core("annual")) == ["010101", "010102"]
    assert [row["nil_report"] for row in night.history("annual")] == ["yes"]


# --- in one night -------------------------------------------------------------------------------------------------------


def test_of_two_versions_in_one_night_the_later_received_counts():
    first, second = loads(("M1", "1", "10"), at="08:00"), loads(("M1", "1", "11"), at="09:00")
    for files in permutations([first, second]):
        night = nights(list(files))
        assert current(night) == {("M1", 1): "11"}
        assert_table(night.history("manifest"), f"""
            | quantity | submission_id         | superseded_by          |
            | 10       | {first.submission_id} | {second.submission_id} |
        """)  # fmt: skip
        assert {s["outcome"] for s in night.submissions} == {"accepted"}


def test_at_the_same_instant_the_sha256_decides():
    files = [loads(("M1", "1", "10")), loads(("M1", "1", "11"))]
    later = max(files, key=lambda file: file.submission_id)
    for order in permutations(files):
        assert [row["submission_id"] for row in nights(list(order)).core("manifest")] == [later.submission_id]


def test_three_versions_in_one_night_replace_one_another_in_turn():
    files = [loads(("M1", "1", quantity), at=at) for quantity, at in (("10", "08:00"), ("11", "09:00"), ("12", "10:00"))]
    night = nights(files)
    assert current(night) == {("M1", 1): "12"}
    assert {(str(int(row["quantity"])), row["superseded_by"]) for row in night.history("manifest")} == {
        ("10", files[1].submission_id), ("11", files[2].submission_id),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("quantities", "stands", "gone"),
    [
        (("10", "11", "12"), "12", {"10", "11"}),
        (("10", FAULT, "12"), "12", {"10"}),
        (("10", "11", FAULT), "11", {"10"}),
        ((FAULT, "11", FAULT), "11", set()),
        ((FAULT, FAULT, "12"), "12", set()),
        (("10", FAULT, FAULT), "10", set()),
    ],
)
def test_a_faulty_one_among_them_is_passed_over(quantities: tuple[str, ...], stands: str, gone: set[str]):
    files = [loads(("M1", "1", each), at=f"{8 + n:02}:00") for n, each in enumerate(quantities)]
    for with_earlier in (False, True):
        earlier = [[loads(("M1", "1", "7"), day=9)]] if with_earlier else []
        night = nights(*earlier, files)
        assert current(night) == {("M1", 1): stands}
        assert {quantity for _, _, quantity in replaced(night)} == gone | ({"7"} if with_earlier else set())


def test_part_of_a_first_version_is_replaced_by_a_whole_second_one_in_the_same_night():
    night = nights([loads(("M1", "1", "10"), ("M1", "2", FAULT)), loads(("M1", "1", "11"), ("M1", "2", "21"), at="09:00")])
    assert current(night) == {("M1", 1): "11", ("M1", 2): "21"}
    assert replaced(night) == {("M1", 1, "10")}


def test_the_second_version_of_a_night_is_a_correction():
    night = nights([loads(("M1", "1", "10"), at="08:00"), loads(("M1", "1", "11"), ("M1", "2", FAULT), at="09:00")])
    assert current(night) == {("M1", 1): "10"}
    assert sorted(f["check_id"] for f in night.findings) == ["correction_is_complete", "value_is_readable"]


# --- duplicates ---------------------------------------------------------------------------------------------------------


def test_the_same_bytes_again_change_nothing():
    file = loads(("M1", "1", "10"), ("M1", "2", FAULT))
    again = Given(file.content, name="other name.csv", at="2026-03-12 08:00")
    for each_night in ([[file], [again]], [[file, again]]):
        night = nights(*each_night)
        assert current(night) == {("M1", 1): "10"}
        assert [s["outcome"] for s in night.submissions] == ["partly_accepted", "duplicate"]
        assert [s["rows_read"] for s in night.submissions] == [2, 0]
        assert len(night.findings) == len(night.quarantine) == 1
        assert night.history("manifest") == []


def test_the_bytes_of_an_earlier_version_do_not_bring_it_back():
    """A file is received once; what it said was replaced since."""
    first, second = loads(("M1", "1", "10")), loads(("M1", "1", "11"), at="09:00")
    night = nights([first], [second], [Given(first.content, at="2026-03-12 08:00")])
    assert current(night) == {("M1", 1): "11"}


# --- everything together ------------------------------------------------------------------------------------------------


def test_register_and_loads_of_one_night_in_any_order():
    register = Given(csv_bytes([cells_of("factory", 7), cells_of("factory", 8, factory_class="105")]), at="2026-03-11 12:00")
    generator, processor = (cells_of("factory", number)["factory_id"] for number in (7, 8))
    load = Given(csv_bytes([cells_of("manifest", factory_id=generator, processor_id=processor)]), at="2026-03-10 08:00")
    receipt = Given(csv_bytes([cells_of("receipt", processor_id=processor)]), at="2026-03-09 08:00")
    for files in permutations([register, load, receipt]):
        assert nights(list(files)).findings == []


def test_rows_keep_where_they_came_from():
    file = Given(zip_bytes(a__csv=loads(("M1", "1", "10")).content), name="x.zip", by=FACTORIES["G1"], at="2026-03-10 08:00")
    (row,) = nights([file]).core("manifest")
    origin = ("submission_id", "source_sheet", "source_row", "submitted_by", "received_at", "night")
    assert [str(row[name]) for name in origin] == [
        file.submission_id, "a.csv", "2", FACTORIES["G1"], "2026-03-10 01:00:00", "2026-03-21",
    ]  # fmt: skip


_lines = st.tuples(st.sampled_from(["M1", "M2"]), st.sampled_from(["1", "2"]), st.sampled_from(["10", "11", "12", FAULT]))
_files = st.lists(
    st.lists(_lines, min_size=1, max_size=4, unique_by=lambda line: line[:2]), min_size=1, max_size=4, unique_by=frozenset
)


def expected_of(files: list[list[tuple[str, str, str]]]) -> dict[tuple[str, int], str]:
    """What must stand at the end, said in plain Python: a later version takes over when all its rows are sound."""
    versions: dict[str, dict[tuple[str, int], str]] = {}
    for rows in files:
        for number in {number for number, _, _ in rows}:
            own = [row for row in rows if row[0] == number]
            sound = {(number, int(line)): quantity for _, line, quantity in own if quantity != FAULT}
            if sound and (number not in versions or len(sound) == len(own)):
                versions[number] = sound
    return {key: quantity for version in versions.values() for key, quantity in version.items()}


@settings(max_examples=8)
@any_given(_files, st.integers(0, 4), st.randoms())
def test_whatever_is_sent_in_whatever_order(files: list[list[tuple[str, str, str]]], split: int, random: Random):
    """Laws 2 and 3: how files fall into nights, their order, the order of rows, and a file sent twice change no table."""
    made = [loads(*rows, at=f"{8 + number:02}:00") for number, rows in enumerate(files)]
    assert current(nights(made[:split], made[split:])) == expected_of(files)
    shuffled = [loads(*random.sample(rows, len(rows)), at=f"{8 + number:02}:00") for number, rows in enumerate(files)]
    random.shuffle(shuffled)
    again = [Given(file.content, at="2026-03-19 10:00") for file in shuffled]
    assert current(nights([*shuffled, *again], again)) == expected_of(files)
