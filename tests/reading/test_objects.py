import json

import pytest

from tests.helpers_reading import Given, Warehouse, cells_of, read_one, texts

ROWS = [cells_of("manifest", number) for number in (1, 2)]


def refused(content: bytes | str) -> str:
    return read_one(content if isinstance(content, bytes) else content.encode())[0].log["refused"]


@pytest.mark.parametrize(
    ("content", "kind", "numbers"),
    [
        (json.dumps(ROWS), "json", [1, 2]),
        (json.dumps(ROWS, indent=2, ensure_ascii=False), "json", [1, 2]),
        ("\n".join(map(json.dumps, ROWS)), "json lines", [1, 2]),
        ("\r\n".join(map(json.dumps, ROWS)) + "\r\n", "json lines", [1, 2]),
        ("\n" + "\n\n".join(map(json.dumps, ROWS)), "json lines", [2, 4]),
        (json.dumps(ROWS[0]), "json", [1]),
        (json.dumps(ROWS[0], indent=2), "json", [1]),
    ],
)
def test_an_array_or_one_object_a_line(content: str, kind: str, numbers: list[int]):
    """Rows are numbered as a person counts: by place in the array, or by line."""
    for encoded in (content.encode(), content.encode("utf-8-sig"), content.encode("utf-16")):
        file, batches = read_one(encoded)
        assert file.log["format"] == kind
        assert texts(batches, "source_row") == numbers
        assert texts(batches, "manifest_no") == ["M1", "M2"][: len(numbers)]


def test_numbers_keep_their_digits():
    content = '[{"manifest_no": 7, "line_no": 1, "factory_id": 10100000125551, "processor_id": "10110000325553", "waste_code":'
    content += ' "010101", "management_code": "011", "quantity": 0.100000, "unit": "t", "sent_date": "2026-03-01"}]'
    _, batches = read_one(content.encode())
    assert texts(batches, "quantity") == ["0.100000"]
    assert texts(batches, "factory_id") == ["10100000125551"]
    night = Warehouse().night(Given(content.encode()))
    assert night.findings == []


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1e3", "1e3"), ("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity"), ("-0", "-0"), ("-0.0", "-0.0"),
        ("true", "true"), ("false", "false"), ("12345678901234567890123", "12345678901234567890123"), ('"1,5"', "1,5"),
        ("1.00000000000000000000000000000001", "1.00000000000000000000000000000001"),
    ],
)  # fmt: skip
def test_what_is_no_number_in_our_sense_is_a_finding(written: str, text: str):
    rows = json.dumps([ROWS[0] | {"quantity": "HERE"}, ROWS[1]]).replace('"HERE"', written)
    night = Warehouse().night(Given(rows.encode()))
    assert [(f["check_id"], f["column_name"], f["value"]) for f in night.findings] == [("value_is_readable", "quantity", text)]
    assert [row["manifest_no"] for row in night.core("manifest")] == ["M2"]


def test_null_missing_and_empty_are_empty():
    rows = [ROWS[0] | {"quantity": None}, {k: v for k, v in ROWS[1].items() if k != "quantity"}]
    night = Warehouse().night(Given(json.dumps(rows).encode()))
    assert [(f["source_row"], f["check_id"]) for f in night.findings] == [(1, "value_is_present"), (2, "value_is_present")]


@pytest.mark.parametrize("value", [[], {}, [1, 2], {"value": 10, "unit": "t"}, [[["deep"]]]])
def test_a_list_or_an_object_in_a_cell_is_a_finding(value: object):
    for column in ("quantity", "waste_name"):
        night = Warehouse().night(Given(json.dumps([ROWS[0] | {column: value}]).encode()))
        (found,) = night.findings
        assert (found["check_id"], found["column_name"], found["value"]) == ("value_is_readable", column, json.dumps(value))
        assert found["message_en"].endswith("A plain value is needed here, not a list or an object.")
        assert night.quarantine[0]["cells"][column] == json.dumps(value)


def test_an_unknown_key_is_a_warning_and_kept():
    night = Warehouse().night(Given(json.dumps([ROWS[0] | {"colour": "red"}, ROWS[1]]).encode()))
    assert [(f["check_id"], f["value"], f["source_row"]) for f in night.findings] == [("column_is_known", "colour", None)]
    assert [row["other_cells"] for row in sorted(night.core("manifest"), key=lambda row: row["manifest_no"])] == [
        '{"colour": "red"}', None,
    ]  # fmt: skip


def test_a_key_in_both_languages_is_one_column_twice():
    rows = [ROWS[0], {("ปริมาณ" if k == "quantity" else k): v for k, v in ROWS[1].items()}]
    found = Warehouse().night(Given(json.dumps(rows).encode())).findings
    assert [(f["check_id"], f["column_name"]) for f in found] == [("column_is_unique", "quantity")]


def test_a_key_that_occurs_twice_in_an_object_refuses_the_file():
    assert refused('[{"manifest_no": "M1", "quantity": 1, "quantity": 2}]').startswith(
        'An object has the key "quantity" twice, so its values contradict each other.'
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[{]", "line 1"),
        ('[{"a": 1},\n{"a": }]', "line 2"),
        ('{"a": 1}\n{"a": \n', "line 3"),
        ('{"a": 1}\n[1]', "line 2: an object is needed"),
        ("[1, 2]", "an object is needed"),
        ('["a"]', "an object is needed"),
        ('[{"a": 1}] [{"b": 2}]', "there is more after the end of the array"),
        ('[{"a": 1} {"a": 2}]', "a comma or the end of the array is needed"),
        ('[{"a": 1},', "the array does not end"),
        ('[{"a": 1}', "a comma or the end of the array is needed"),
        ('[{"a": 1},]', "Expecting value"),
        ("{'a': 1}", "line 1"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(content: str, words: str):
    assert refused(content).startswith("It is not valid JSON (line ")
    assert words in refused(content)


@pytest.mark.parametrize(
    "content", ["[]", "[{}]", "{}", '{"a": 1}', '[{"a": {"manifest_no": 1}}]', '{"rows": [{"manifest_no": 1}]}']
)
def test_json_without_our_keys_is_refused(content: str):
    assert refused(content).startswith("None of its first rows is the header")


@pytest.mark.parametrize("content", ["[" * 100_000, "[" * 500 + "]" * 500, '{"a":' * 100_000, '[{"manifest_no":' + "[" * 100_000])
def test_deep_nesting_is_refused(content: str):
    assert "refused" in read_one(content.encode())[0].log


@pytest.mark.parametrize("depth", [100, 900, 980, 990, 995, 1_000, 2_000])
def test_a_nested_cell_of_any_depth_has_an_outcome(depth: int):
    nested = json.dumps([ROWS[0] | {"waste_name": "HERE"}]).replace('"HERE"', "[" * depth + "]" * depth)
    file = read_one(nested.encode())[0]
    assert file.rows_read == 1 or file.log["refused"].startswith("It is nested deeper")


def test_lone_surrogates_are_written_out():
    content = json.dumps([ROWS[0]]).replace('"M1"', '"M\\ud800"').replace('"t"', '"t", "\\udfff": "x"')
    night = Warehouse().night(Given(content.encode()))
    assert night.core("manifest")[0]["manifest_no"] == "M\\ud800"
    assert night.core("manifest")[0]["other_cells"] == '{"\\\\udfff": "x"}'


def test_line_ends_of_unicode_inside_a_text_are_text():
    row = json.dumps(ROWS[0] | {"waste_name": "HERE"}).replace("HERE", "a\u2028b\u0085c")
    _, batches = read_one(f"{row}\n{row}".encode())
    assert texts(batches, "waste_name") == ["a\u2028b\u0085c"] * 2


def test_control_characters_reach_the_warehouse_unharmed():
    text = "".join(map(chr, range(1, 32))) + "\x00\x7f end"
    night = Warehouse().night(
        Given(json.dumps([ROWS[0] | {"waste_name": f"x{text}"}, ROWS[1] | {"quantity": f"x{text}"}]).encode())
    )
    assert night.core("manifest")[0]["waste_name"] == f"x{text}"
    assert night.findings[0]["value"] == f"x{text}"
    assert night.quarantine[0]["cells"]["quantity"] == f"x{text}"


def test_a_text_that_looks_like_our_own_mark_does_no_harm():
    night = Warehouse().night(Given(json.dumps([ROWS[0] | {"waste_name": "\x00nested[1]"}]).encode()))
    assert [f["check_id"] for f in night.findings] == ["value_is_readable"]
