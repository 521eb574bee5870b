"""Mails with sign-in links: to the registered address and to no other, and nobody learns whether there is one.

A request is only put into a queue: the visitor gets the same answer at the same moment whoever they name. One thread of ours
looks the address up, makes the link and sends it; neither link nor address stands in a log, a file or the outbox.
"""

from __future__ import annotations

import logging
import queue
import re
import secrets
import threading

from markupsafe import Markup

from flows.address_book import AddressBook
from flows.clock import now, today
from flows.letters import render
from flows.mail import Letter, send_now
from flows.web.doors import Doors
from flows.web.rates import Rate
from flows.web.site import Site, Visitor

log = logging.getLogger(__name__)

LINKS_AN_HOUR = 3  # to one address: nobody fills a factory's mailbox through this page; [policy]
_QUEUE = 500
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


class LinkPost:
    """Sends links from a thread of its own."""

    def __init__(self, site: Site, doors: Doors) -> None:
        self._site, self._doors = site, doors
        self._book = AddressBook(site.store.address_book)
        self._rate = Rate(LINKS_AN_HOUR, 3600)
        self._asked: queue.Queue[str | None] = queue.Queue(_QUEUE)
        self._thread = threading.Thread(target=self._serve, name="sign-in links", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send what was asked for, then end."""
        self._asked.put(None)
        self._thread.join(30)

    def ask(self, who: str) -> None:
        """Somebody asks for a link.

        Args:
            who: a factory number or an official's address, as typed.
        """
        try:
            self._asked.put_nowait(who)
        except queue.Full:
            log.warning("web: too many sign-in links are asked for at once; one is left out")

    def _serve(self) -> None:
        while (who := self._asked.get()) is not None:
            self._answer(who)

    def _answer(self, who: str) -> None:
        found = self.recipient(who)
        if found is None or self._rate.wait(found[1].lower()):
            return
        visitor, address = found
        error = send_now(self._site.route, self.letter(visitor), address, now())
        if error:
            log.warning("web: a sign-in link did not go out: %s", error)

    def recipient(self, who: str) -> tuple[Visitor, str] | None:
        """Whom a link is for and where it goes; None for whoever has no address with us."""
        who = who.strip().translate(_THAI_DIGITS)
        digits = re.sub(r"[\s-]", "", who)
        if re.fullmatch(r"[0-9]{14}", digits):
            address = self._book.address_of(digits)
            return (Visitor("factory", digits), address) if address else None
        visitor = self._site.officer(who)
        return (visitor, who) if visitor else None

    def letter(self, visitor: Visitor) -> Letter:
        """The mail with a fresh link."""
        url = link_url(self._site, self._doors.link_for(visitor))
        # Our own address and a random key: nothing in it comes from a cell or a visitor.
        values = {"link": Markup(url), "scope": visitor.scope, "role": visitor.role}  # noqa: S704
        return Letter(
            mail_id=secrets.token_hex(8),
            night=today(),
            kind="sign_in",
            to_role="visitor",
            subject="ลิงก์เข้าสู่ระบบรายงานกากอุตสาหกรรม · Your sign-in link, industrial waste reports",
            html=render("sign_in.html.j2", night=today(), **values),
            text=render("sign_in.txt.j2", night=today(), **values),
        )


def link_url(site: Site, key: str) -> str:
    """The address that opens a session once."""
    return f"{site.url}/enter?key={key}"
