"""A site over a small published world, and visitors who come through the real door: a mailed link, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.testclient import TestClient

from flows.web.app import Web

URL = "http://127.0.0.1:8080"
# Two generators and a processor in two provinces; every name and file of theirs carries a mark that must not leak.
MINE, OTHER, PROCESSOR = "10200000125551", "10210000225552", "10200000425604"
MINE_MARK, OTHER_MARK = "MINE-MARK", "OTHER-MARK"
EVIL = "<script>alert(1)</script>\"'&"
REGISTER = f"""factory_id,factory_name,factory_class,province_code,status,contact_email
{MINE},"{MINE_MARK} <script>alert(1)</script>""'&",42,20,operating,mine@factory.example
{OTHER},{OTHER_MARK} factory,42,21,operating,other@factory.example
{PROCESSOR},โรงงานรับ,106,20,operating,
"""
HEADER = "manifest_no,line_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date\n"
LOADS = HEADER + f"M1,1,{MINE},{PROCESSOR},120109,049,4,t,2026-05-10\nM2,1,{MINE},{PROCESSOR},999999,049,4,t,2026-05-11\n"
OTHER_LOADS = HEADER + f"{OTHER_MARK}-1,1,{OTHER},{PROCESSOR},999999,049,4,t,2026-05-10\n"
GOOD = HEADER + f"W1,1,{MINE},{PROCESSOR},120109,049,2,t,2026-05-20\n"
BAD = GOOD.replace("120109", "999999")


@dataclass
class Browser:
    """One visitor's browser: keeps cookies, sends forms with the token that the page gave it."""

    client: TestClient

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, follow_redirects=False)

    def token(self, path: str = "/") -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def post(self, path: str, page: str = "/", files: dict | None = None, **fields: str) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.token(page), **fields}, files=files, follow_redirects=False)

    def check(self, content: bytes | str, name: str = "loads.csv") -> httpx.Response:
        data = content.encode() if isinstance(content, str) else content
        return self.post("/check", files={"file": (name, data)})


def enter(web: Web, client: TestClient, who: str) -> Browser:
    """Sign somebody in with a link, as a visitor does."""
    found = web.post.recipient(who)
    assert found is not None, who
    browser = Browser(client)
    key = web.doors.link_for(found[0])
    assert browser.post("/enter", f"/enter?key={key}", key=key).status_code == 303
    return browser


def inbox_files(inbox: Path) -> list[str]:
    """What lies in the inbox, below it."""
    return sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file())
