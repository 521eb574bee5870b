"""What one web installation is made of: plain values, and who visits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from flows.errors import UsageError
from flows.mail import MailRoute
from flows.reading.limits import Limits
from flows.signing import Signer
from flows.warehouse import Store

COUNTRY = "all"  # an officer's area that is the whole country
DESK = "desk"


@dataclass(frozen=True)
class Visitor:
    """Who is signed in.

    Attributes:
        role: a factory, an officer who reads, or the desk that enters complaints.
        scope: the factory's number, the officer's province code or `all`, `desk`.
    """

    role: Literal["factory", "officer", "desk"]
    scope: str


@dataclass(frozen=True)
class Site:
    """One installation.

    Attributes:
        store: its folders; only the inbox and the uploads beside it are written to.
        url: the address that visitors see, such as `https://reports.example.org`; links in mails begin with it.
        limits: bounds on one file.
        signer: signs receipts.
        route: how sign-in links are mailed.
        officers: e-mail address in lower case -> province code, `all` or `desk`.
    """

    store: Store
    url: str
    limits: Limits
    signer: Signer
    route: MailRoute
    officers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def host(self) -> str:
        """Host and port that requests must name."""
        return urlsplit(self.url).netloc

    @property
    def is_https(self) -> bool:
        """Whether visitors reach it encrypted."""
        return self.url.startswith("https://")

    def officer(self, address: str) -> Visitor | None:
        """The visitor whose official address this is."""
        area = self.officers.get(address.lower())
        if area is None:
            return None
        return Visitor("desk", DESK) if area == DESK else Visitor("officer", area)


def url_of(url: str, host: str, port: int) -> str:
    """The address that visitors see.

    Args:
        url: of the settings; "" means that nobody but this machine is to reach it.
        host, port: where the server listens.

    Raises:
        UsageError: it would be reached by others without encryption, or is no address.
    """
    is_loopback = host in ("127.0.0.1", "::1", "localhost")
    if not url:
        if not is_loopback:
            raise UsageError(
                f"--host {host} lets others in: put a TLS proxy in front and set WASTE_WEB_URL to its https:// address,"
                " or listen on 127.0.0.1"
            )
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"
    parts = urlsplit(url)
    is_bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_bare:
        raise UsageError(f"WASTE_WEB_URL {url!r} is not an address such as https://reports.example.org")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError("WASTE_WEB_URL must begin with https://, as sign-in links and cookies travel with it")
    return url.rstrip("/")
