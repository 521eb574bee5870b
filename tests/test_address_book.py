"""The address book: private, whole, and read anew after each night."""

from __future__ import annotations

import duckdb

from flows.address_book import AddressBook, write_address_book


def _register(*rows: tuple[str, str | None]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA core; CREATE TABLE core.factory (factory_id VARCHAR, contact_email VARCHAR)")
    connection.executemany("INSERT INTO core.factory VALUES (?, ?)", rows)
    return connection


def test_only_the_pipeline_s_own_user_may_read_it(tmp_path):
    path = tmp_path / "addresses.json"
    path.write_text("{}")
    path.chmod(0o644)
    assert write_address_book(_register(("1", "a@x.example"), ("2", None)), path) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["addresses.json"]


def test_a_new_night_s_addresses_are_seen(tmp_path):
    path = tmp_path / "addresses.json"
    book = AddressBook(path)
    assert book.address_of("1") == ""
    write_address_book(_register(("1", "a@x.example")), path)
    assert (book.address_of("1"), book.address_of("2")) == ("a@x.example", "")
    write_address_book(_register(("1", "new@x.example")), path)
    assert book.address_of("1") == "new@x.example"


def test_half_a_book_left_by_a_crash_does_no_harm(tmp_path):
    (tmp_path / ".addresses.json.tmp").write_text('{"1": "half')
    write_address_book(_register(("1", "a@x.example")), tmp_path / "addresses.json")
    assert AddressBook(tmp_path / "addresses.json").address_of("1") == "a@x.example"
