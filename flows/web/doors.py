"""Who is signed in: single-use links and sessions, in the memory of the one web process.

Nothing is kept on the disk and no secret has to be set: signing out is final, and a restart signs everybody out. Keys are
random and kept only as their hash, so that nothing in memory, a log or a core dump opens a door.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.web.checking import Checked
from flows.web.site import Visitor

LINK_SECONDS = 15 * 60  # a mail may be slow, a mailbox left open should not open a door for long; [policy]
IDLE_SECONDS = 30 * 60  # [policy]
SESSION_SECONDS = 8 * 3600  # a working day; [policy]


@dataclass
class Session:
    """One visitor who is signed in.

    Attributes:
        csrf: must come back with every form of this session.
        checked: the file that was checked last and may be submitted.
    """

    visitor: Visitor
    begun: float
    last: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    checked: Checked | None = None

    def forget_file(self) -> None:
        """The file that was checked last is not wanted any more."""
        if self.checked is not None:
            self.checked.remove()
            self.checked = None


class Doors:
    """Links and sessions."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._links: dict[str, tuple[Visitor, float]] = {}
        self._sessions: dict[str, Session] = {}
        self._form_key = secrets.token_bytes(32)
        self._lock = threading.Lock()

    def link_for(self, visitor: Visitor) -> str:
        """A key that opens a session once, within a quarter of an hour."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            self._links[_hash(key)] = visitor, self._clock()
        return key

    def enter(self, key: str) -> str | None:
        """Use up a link.

        Returns:
            The key of a new session; None when the link is unknown, used or too old.
        """
        with self._lock:
            self._forget_old()
            found = self._links.pop(_hash(key), None)
            if found is None:
                return None
            session_key = secrets.token_urlsafe(32)
            at = self._clock()
            self._sessions[_hash(session_key)] = Session(found[0], at, at)
            return session_key

    def session(self, key: str) -> Session | None:
        """The session of a cookie, None when it has ended."""
        with self._lock:
            self._forget_old()
            session = self._sessions.get(_hash(key))
            if session is not None:
                session.last = self._clock()
            return session

    def leave(self, key: str) -> None:
        """End a session for good."""
        with self._lock:
            session = self._sessions.pop(_hash(key), None)
        if session is not None:
            session.forget_file()

    def form_token(self, cookie: str) -> str:
        """What a form of a visitor who is not signed in must bring back, bound to a cookie of that browser."""
        return hmac.new(self._form_key, cookie.encode(), hashlib.sha256).hexdigest()

    def _forget_old(self) -> None:
        at = self._clock()
        self._links = {key: each for key, each in self._links.items() if at - each[1] < LINK_SECONDS}
        ended = [
            key
            for key, each in self._sessions.items()
            if at - each.last >= IDLE_SECONDS or at - each.begun >= SESSION_SECONDS
        ]
        for key in ended:
            self._sessions.pop(key).forget_file()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
