"""The address book: the registered e-mail address of each factory, from the night to `waste web`, and to nobody else.

The published file holds no address, and the work file belongs to the night alone. So the night leaves this small file,
readable only by the pipeline's own user and replaced by one rename, and the web process needs to open nothing private.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from flows.whole_files import write_whole


def write_address_book(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write the addresses of the register.

    Args:
        connection: the work file, which alone holds addresses.
        path: the address book, replaced as a whole.

    Returns:
        How many factories have one.
    """
    rows = connection.execute(
        "SELECT factory_id, contact_email FROM core.factory WHERE contact_email IS NOT NULL ORDER BY factory_id"
    ).fetchall()
    write_whole(path, json.dumps(dict(rows), ensure_ascii=False).encode(), mode=0o600, is_durable=True)
    return len(rows)


class AddressBook:
    """Reads the address book anew whenever a night has replaced it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._addresses: dict[str, str] = {}

    def address_of(self, factory_id: str) -> str:
        """The registered address; "" for a factory that has none, and before the first night."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ""
        if self._seen != (status.st_ino, status.st_mtime_ns):
            self._addresses = json.loads(self._path.read_text(encoding="utf-8"))
            self._seen = status.st_ino, status.st_mtime_ns
        return self._addresses.get(factory_id, "")
