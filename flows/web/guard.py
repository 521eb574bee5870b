"""What is true of every request, before any page sees it: the right host, our own forms, bounded size, time and number.

Pages run no script and load nothing from outside, so the policy sent with them allows neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.web.rates import Rate
from flows.web.site import Site

REQUESTS_A_MINUTE = 240  # of one address of the network, behind which a whole office may sit; [policy]
FORM_BYTES = 100_000  # every form but the upload
CHUNK_SECONDS = 30.0  # longest silence while a body comes
BODY_SECONDS = 900.0  # longest time for a whole body
ENVELOPE_BYTES = 10_000  # what a form adds to the file in it

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_A_YEAR = "max-age=31536000; includeSubDomains"


def headers_of(site: Site) -> dict[str, str]:
    """What every answer carries."""
    return _HEADERS | ({"strict-transport-security": _A_YEAR} if site.is_https else {})


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, site: Site, upload_paths: Mapping[str, int]) -> None:
        self._app, self._site, self._upload_paths = app, site, upload_paths
        self._headers = headers_of(site)
        self._rate = Rate(REQUESTS_A_MINUTE, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, with_headers)
            return
        await self._app(scope, _bounded(receive, self._most(scope)), with_headers)

    def _most(self, scope: Scope) -> int:
        """The largest body of this request [byte]."""
        return self._upload_paths.get(scope["path"], 0) + ENVELOPE_BYTES if scope["path"] in self._upload_paths else FORM_BYTES

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() != self._site.host.lower():
            return _refuse(400, "ไม่รู้จักชื่อเครื่องนี้", "This is not the address of this site.")
        client = scope.get("client")
        if wait := self._rate.wait(client[0] if client else ""):
            return _refuse(429, "เรียกใช้บ่อยเกินไป กรุณารอสักครู่", "Too many requests: wait a moment.", {"retry-after": str(wait)})
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _refuse(405, "ไม่รองรับคำสั่งนี้", "This is not supported.", {"allow": "GET, HEAD, POST"})
        if scope["method"] == "POST":
            # Under our own no-referrer policy browsers send the origin of our forms as "null"; the form's token then decides.
            origin = headers.get("origin", "null").lower()
            if origin not in ("null", self._site.url.lower()) or headers.get("sec-fetch-site", "same-origin") != "same-origin":
                return _refuse(403, "แบบฟอร์มนี้ไม่ได้มาจากเว็บนี้", "This form comes from another site.")
            length = headers.get("content-length", "0")
            if not length.isdecimal() or len(length) > 18 or int(length) > self._most(scope):
                most = f"{self._most(scope) / 1_000_000:,.1f} MB"
                return _refuse(413, f"ใหญ่เกินกำหนด ({most})", f"Larger than the limit of {most}.", {"connection": "close"})
        return None


def _refuse(status: int, words_th: str, words_en: str, headers: Mapping[str, str] | None = None) -> PlainTextResponse:
    return PlainTextResponse(f"{words_th}\n{words_en}\n", status, headers=dict(headers or {}))


def _bounded(receive: Receive, most: int) -> Receive:
    """A body that may not be larger than announced limits, nor dribble in for ever."""
    received = 0
    loop = asyncio.get_running_loop()
    end = loop.time() + BODY_SECONDS
    is_whole = False

    async def bounded() -> Message:
        nonlocal received, is_whole
        if is_whole:  # what comes now is the end of the connection, for which one may wait
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, min(CHUNK_SECONDS, end - loop.time()))):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408) from error
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if received > most:
                raise HTTPException(413)
        return message

    return bounded
