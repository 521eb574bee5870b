"""Starting `waste web`: one process, one event loop, until stopped."""

from __future__ import annotations

import logging

import click
import uvicorn

from flows.errors import NightError, UsageError
from flows.lease import lease
from flows.web.app import Web, make_app
from flows.web.link_post import link_url
from flows.web.site import Site

log = logging.getLogger(__name__)

CONNECTIONS = 200  # at once; more are told to come again


def serve_site(site: Site, host: str, port: int, link_for: str | None = None) -> None:
    """Serve a site.

    Args:
        site: the installation.
        host, port: where to listen.
        link_for: print a sign-in link for this factory number or official's address.

    Raises:
        UsageError: a link may not be printed here, or nobody has that address, or another process serves this folder.
    """
    app = make_app(site)
    say_what_is_not_ready(site)
    click.echo(f"waste web listens on {host}:{port}; visitors reach it at {site.url}")
    if link_for is not None:
        click.echo(_link(app.state.web, link_for))
    try:
        with lease(site.store.data / "warehouse" / "web.lease", "waste web"):
            # No access log: a sign-in link would stand in it.
            uvicorn.run(
                app, host=host, port=port, access_log=False, log_level="warning", server_header=False,
                limit_concurrency=CONNECTIONS, timeout_keep_alive=15,
            )  # fmt: skip
    except NightError as error:
        raise UsageError(f"{error}; one process serves a folder") from error


def say_what_is_not_ready(site: Site) -> None:
    """What an operator has to do before strangers may come, in words."""
    if site.route.mode == "off":
        log.warning("mail is off (WASTE_MAIL_MODE): no sign-in link goes out")
    if site.signer.is_test:
        log.warning("receipts are signed with the test key, which proves nothing: set WASTE_SIGNING_KEY (`waste key --new`)")
    if not site.store.published.exists():
        log.warning("nothing is published yet: run `waste night` first")
    if not site.store.address_book.exists():
        log.warning("there is no address book yet: the next night writes it; until then no factory can sign in")


def _link(web: Web, who: str) -> str:
    if web.site.is_https:
        raise UsageError("--link-for is for trying it out on this machine; with WASTE_WEB_URL set, links are mailed")
    found = web.post.recipient(who)
    if found is None:
        raise UsageError(f"{who} is neither a factory with a registered address nor an official of WASTE_WEB_OFFICERS")
    return f"sign-in link, once, within 15 minutes: {link_url(web.site, web.doors.link_for(found[0]))}"
