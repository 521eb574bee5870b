"""The routes of `waste web`. Each says whom it is for; whoever else asks is sent to the door, or told that nothing is there."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from flows.clock import BANGKOK, now
from flows.feedback.page import SEAL_PLACE, page_of, sealed
from flows.feedback.template import template
from flows.feedback.words import OUTCOMES, SEVERITIES, visible
from flows.letters import environment_of
from flows.steps.archive import shown
from flows.web.checking import SHOWN, Checked, Checker, NotChecked, remove_upload
from flows.web.complaint import complaint_file, inputs
from flows.web.doors import SESSION_SECONDS, Doors, Session
from flows.web.guard import Guard, headers_of
from flows.web.intake import Intake, TooManyWaiting, receipt_facts
from flows.web.link_post import LinkPost
from flows.web.rates import Rate
from flows.web.records import NothingPublished, Published
from flows.web.site import DESK, Site
from flows.web.words import DUTY_STATES, ERRORS
from schemas.reports import all_reports

PAGES = Path(__file__).parent / "pages"
SIGN_INS, SIGN_IN_SECONDS = 10, 600.0  # links asked for from one address of the network; [policy]
CHECKS, CHECK_SECONDS = 30, 600.0  # files checked for one visitor; [policy]
_STYLE_BLOCK = re.compile(r"<style>(.*?)</style>", re.DOTALL)
Endpoint = Callable[[Request], Awaitable[Response]]


class Web:
    """One running site: what its pages share."""

    def __init__(self, site: Site, checker: Checker | None = None) -> None:
        self.site = site
        self.doors = Doors()
        self.post = LinkPost(site, self.doors)
        self.intake = Intake(site.store)
        self.published = Published(site.store.published)
        self.checker = checker or Checker(site.store.data, site.limits)
        self.sign_ins = Rate(SIGN_INS, SIGN_IN_SECONDS)
        self.checks = Rate(CHECKS, CHECK_SECONDS)
        # The prefix binds a cookie to this very host and to an encrypted connection.
        prefix = "__Host-" if site.is_https else ""
        self.session_cookie, self.form_cookie = f"{prefix}waste-session", f"{prefix}waste-form"

    # --- who asks ---

    def session(self, request: Request) -> Session | None:
        """Who is signed in."""
        key = request.cookies.get(self.session_cookie, "")
        return self.doors.session(key) if key else None

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """A cookie that no script reads and no other site sends."""
        response.set_cookie(
            name, value, max_age=SESSION_SECONDS, path="/", secure=self.site.is_https, httponly=True, samesite="strict"
        )

    async def form(self, request: Request, session: Session | None) -> FormData:
        """The form of a request, after proof that it is one of ours.

        Raises:
            HTTPException: 403, it carries no token of this visitor.
        """
        form = await request.form(max_files=1, max_fields=40)
        sent = form.get("csrf")
        if session is not None:
            expected = session.csrf
        else:
            cookie = request.cookies.get(self.form_cookie, "")
            expected = self.doors.form_token(cookie) if cookie else ""
        if not (isinstance(sent, str) and expected and secrets.compare_digest(sent.encode(), expected.encode())):
            raise HTTPException(403)
        return form

    # --- pages ---

    def page(self, request: Request, name: str, session: Session | None, status: int = 200, **values: Any) -> Response:
        """A page of ours; a visitor who is not signed in gets a form token of their own."""
        cookie = ""
        if session is None:
            cookie = request.cookies.get(self.form_cookie, "") or secrets.token_urlsafe(32)
        text = environment_of(PAGES).get_template(name).render(
            visitor=session.visitor if session else None,
            csrf=session.csrf if session else self.doors.form_token(cookie),
            **values,
        )  # fmt: skip
        response = HTMLResponse(text, status)
        if cookie and cookie != request.cookies.get(self.form_cookie):
            self.set_cookie(response, self.form_cookie, cookie)
        return response


def make_app(site: Site, checker: Checker | None = None) -> Starlette:
    """The application of one site.

    Args:
        site: the installation.
        checker: judges uploads; one of its own when None.
    """
    web = Web(site, checker)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        web.intake.begin()
        web.post.start()
        yield
        await run_in_threadpool(web.post.stop)

    def route(path: str, endpoint: Callable[..., Awaitable[Response]], *methods: str) -> Route:
        return Route(path, functools.partial(endpoint, web), methods=list(methods or ("GET",)), name=endpoint.__name__)

    app = Starlette(
        routes=[
            route("/", home),
            route("/sign-in", sign_in, "POST"),
            route("/sign-in/sent", sent),
            route("/enter", enter_page),
            route("/enter", enter, "POST"),
            route("/sign-out", sign_out, "POST"),
            route("/check", check, "POST"),
            route("/check", answer),
            route("/check/marked", marked),
            route("/submit", submit, "POST"),
            route("/receipt/{submission_id:str}", receipt),
            route("/mend/{submission_id:str}/{report_type:str}", mend_file),
            route("/factory/{factory_id:str}", factory),
            route("/template/{report_type:str}", template_file),
            route("/complaint", complaint_page),
            route("/complaint", complaint, "POST"),
            route("/favicon.ico", icon),
            Mount("/static", StaticFiles(directory=PAGES / "static"), name="static"),
        ],
        middleware=[Middleware(Guard, site=site, upload_paths={"/check": site.limits.file_bytes})],
        exception_handlers={each: functools.partial(error_page, web) for each in (HTTPException, NothingPublished, Exception)},
        lifespan=lifespan,
    )
    app.state.web = web
    return app


async def error_page(web: Web, request: Request, error: Exception) -> Response:
    """What went wrong, in words; a bug of ours is in the log, not on the page."""
    status, headers = 500, dict[str, str]()
    if isinstance(error, NothingPublished):
        status = 503
    elif isinstance(error, HTTPException):
        status, headers = error.status_code, dict(error.headers or {})
    if status == 303:
        return RedirectResponse(headers["location"], 303)
    response = web.page(
        request, "error.html.j2", web.session(request), status, words=ERRORS.get(status, ERRORS[500])
    )
    # A bug is answered outside of the guard, which adds these to every other answer.
    response.headers.update(headers_of(web.site) | headers)
    if status in (408, 413):  # the rest of the body is not read
        response.headers["connection"] = "close"
    return response


def _needs(web: Web, request: Request, *roles: str) -> Session:
    """The session of a visitor with one of these roles; anybody else learns nothing, not even that the page exists."""
    session = web.session(request)
    if session is None:
        raise HTTPException(303, headers={"location": "/"})
    if session.visitor.role not in roles:
        raise HTTPException(404)
    return session


async def icon(web: Web, request: Request) -> Response:
    """What browsers ask for by themselves on a page that names no icon, such as a receipt."""
    return FileResponse(PAGES / "static" / "icon.svg", media_type="image/svg+xml")


# --- the door ---------------------------------------------------------------------------------------------------------


async def home(web: Web, request: Request) -> Response:
    """The door, or what this visitor comes for."""
    session = web.session(request)
    if session is None:
        return web.page(request, "door.html.j2", None)
    if session.visitor.role == "factory":
        return await _factory_page(web, request, session, session.visitor.scope)
    if session.visitor.role == "desk":
        return RedirectResponse("/complaint", 303)
    return await _area_page(web, request, session)


async def sign_in(web: Web, request: Request) -> Response:
    """Ask for a link. The answer is the same whoever is named, and comes before anybody is looked up."""
    form = await web.form(request, web.session(request))
    if wait := web.sign_ins.wait(request.client.host if request.client else ""):
        raise HTTPException(429, headers={"retry-after": str(wait)})
    who = form.get("who")
    web.post.ask(who[:254] if isinstance(who, str) else "")
    return RedirectResponse("/sign-in/sent", 303)


async def sent(web: Web, request: Request) -> Response:
    """Said to everybody who asked for a link."""
    return web.page(request, "sent.html.j2", None)


async def enter_page(web: Web, request: Request) -> Response:
    """What a link opens: one button. Mail scanners follow links, and must not use them up."""
    return web.page(request, "enter.html.j2", None, key=request.query_params.get("key", "")[:100])


async def enter(web: Web, request: Request) -> Response:
    """Use the link up, and begin a session under a fresh key."""
    form = await web.form(request, None)
    key = form.get("key")
    session_key = web.doors.enter(key if isinstance(key, str) else "")
    if session_key is None:
        return web.page(request, "error.html.j2", None, 403, words=ERRORS["link"])
    old = request.cookies.get(web.session_cookie)
    if old:
        web.doors.leave(old)
    response = RedirectResponse("/", 303)
    web.set_cookie(response, web.session_cookie, session_key)
    response.delete_cookie(web.form_cookie, path="/", secure=web.site.is_https, httponly=True, samesite="strict")
    return response


async def sign_out(web: Web, request: Request) -> Response:
    """End the session for good."""
    session = _needs(web, request, "factory", "officer", "desk")
    await web.form(request, session)
    web.doors.leave(request.cookies[web.session_cookie])
    response = RedirectResponse("/", 303)
    response.delete_cookie(web.session_cookie, path="/", secure=web.site.is_https, httponly=True, samesite="strict")
    return response


# --- a factory --------------------------------------------------------------------------------------------------------


async def factory(web: Web, request: Request) -> Response:
    """One factory, for itself or for an officer of its area."""
    session = _needs(web, request, "factory", "officer")
    return await _factory_page(web, request, session, request.path_params["factory_id"])


async def _factory_page(web: Web, request: Request, session: Session, factory_id: str) -> Response:
    is_own = session.visitor.role == "factory"

    def read() -> dict[str, Any] | None:
        with web.published.visit(session.visitor) as visit:
            found = visit.factory(factory_id)
            if found is None:
                return None
            values: dict[str, Any] = {
                "factory": found,
                "night": visit.night(),
                "obligations": visit.obligations(factory_id),
                "submissions": visit.submissions(factory_id),
            }
        if is_own:
            values["waiting"] = list(web.intake.waiting(factory_id))
        return values

    values = await run_in_threadpool(read)
    if values is None:
        raise HTTPException(404)
    return web.page(
        request, "factory.html.j2", session, is_own=is_own, reports=all_reports(), outcomes=OUTCOMES, states=DUTY_STATES,
        bangkok=BANGKOK, most_mb=web.site.limits.file_bytes // 1_000_000, **values,
    )  # fmt: skip


async def check(web: Web, request: Request) -> Response:
    """Check a file without submitting it."""
    session = _needs(web, request, "factory")
    form = await web.form(request, session)
    _allow_check(web, session)
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise HTTPException(422)
    await run_in_threadpool(_check_upload, web, session, upload.file, upload.filename, session.visitor.scope)
    return RedirectResponse("/check", 303)


def _allow_check(web: Web, session: Session) -> None:
    if wait := web.checks.wait(session.visitor.scope):
        raise HTTPException(429, headers={"retry-after": str(wait)})


def _check_upload(web: Web, session: Session, content: IO[bytes], name: str, sender: str | None) -> Checked:
    """Keep a file aside and judge it; it takes the place of the one before."""
    session.forget_file()
    folder, size = web.intake.keep(content)
    try:
        said = web.checker.check(folder, sender)
    except NotChecked as error:
        remove_upload(folder)
        raise HTTPException(503 if error.is_busy else 422) from error
    session.checked = Checked(folder, visible(shown(name))[:200], size, said)
    return session.checked


async def answer(web: Web, request: Request) -> Response:
    """What the night would say about the file that was checked last."""
    session = _needs(web, request, "factory")
    if session.checked is None:
        return RedirectResponse("/", 303)
    return web.page(
        request, "answer.html.j2", session, checked=session.checked, said=session.checked.said, severities=SEVERITIES, most=SHOWN
    )


async def marked(web: Web, request: Request) -> Response:
    """The marked copy of the file that was checked last."""
    session = _needs(web, request, "factory")
    path = session.checked.marked if session.checked else None
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


async def submit(web: Web, request: Request) -> Response:
    """Put the file that was checked last into the inbox."""
    session = _needs(web, request, "factory")
    await web.form(request, session)
    submission_id = await run_in_threadpool(_submit, web, session, session.visitor.scope)
    return RedirectResponse(f"/receipt/{submission_id}", 303)


def _submit(web: Web, session: Session, channel: str | None) -> str:
    checked, session.checked = session.checked, None  # taken by one request, however often the button is pressed
    if checked is None:
        raise HTTPException(409)
    try:
        web.intake.submit(checked.folder, channel, checked.shown_name, now())
    except TooManyWaiting as error:
        session.checked = checked
        raise HTTPException(429, headers={"retry-after": "86400"}) from error
    return checked.said.submission_id


async def receipt(web: Web, request: Request) -> Response:
    """The night's receipt of a submission, or until there is one, the receipt of its upload."""
    session = _needs(web, request, "factory", "officer", "desk")
    submission_id = request.path_params["submission_id"]
    if not re.fullmatch(r"[0-9a-f]{64}", submission_id):
        raise HTTPException(404)
    page = await run_in_threadpool(_receipt, web, session, submission_id)
    if page is None:
        raise HTTPException(404)
    # A receipt is one file with its own style, so that it can be kept; the policy names that very style and no other.
    style = _STYLE_BLOCK.search(page)
    assert style is not None, "a receipt brings its style"
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"content-security-policy": policy})


def _receipt(web: Web, session: Session, submission_id: str) -> str | None:
    try:
        with web.published.visit(session.visitor) as visit:
            found = visit.receipt(submission_id)
    except NothingPublished:
        found = None
    if found is not None:
        return page_of(found, web.site.signer)
    if session.visitor.role == "officer":
        return None
    channel = session.visitor.scope if session.visitor.role == "factory" else None
    waiting = web.intake.waiting_file(channel, submission_id)
    if waiting is None:
        return None
    page = environment_of(PAGES).get_template("upload.html.j2").render(
        waiting=waiting, submission_id=submission_id, channel=channel or DESK, at=waiting.received_at.astimezone(BANGKOK),
        public=web.site.signer.public, is_test=web.site.signer.is_test, seal=SEAL_PLACE,
    )  # fmt: skip
    return sealed(page, receipt_facts(waiting, submission_id, channel or DESK), web.site.signer)


async def mend_file(web: Web, request: Request) -> Response:
    """The rows of the factory's own submission that are held back, to be mended and sent in again."""
    session = _needs(web, request, "factory")
    submission_id, report_type = request.path_params["submission_id"], request.path_params["report_type"]
    if report_type not in all_reports():  # it becomes part of a header
        raise HTTPException(404)

    def read() -> bytes | None:
        with web.published.visit(session.visitor) as visit:
            return visit.mend_file(submission_id, report_type)

    content = await run_in_threadpool(read)
    if content is None:
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="mend-{report_type}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


async def template_file(web: Web, request: Request) -> Response:
    """The official template of a report type that factories send, with their own number in its examples."""
    session = _needs(web, request, "factory")
    report = all_reports().get(request.path_params["report_type"])
    if report is None or not report.party_columns:
        raise HTTPException(404)
    made = await run_in_threadpool(template, report.name, "th", {"factory_id": session.visitor.scope, "processor_id": ""})
    headers = {"content-disposition": f'attachment; filename="waste-{report.name}-th.xlsx"'}
    return Response(made.content, media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", headers=headers)


# --- officers and the desk --------------------------------------------------------------------------------------------


async def _area_page(web: Web, request: Request, session: Session) -> Response:
    words = request.query_params.get("words", "")[:100]

    def read() -> dict[str, Any]:
        with web.published.visit(session.visitor) as visit:
            return {"night": visit.night(), "factories": visit.area(words), "province": visit.province()}

    values = await run_in_threadpool(read)
    return web.page(request, "area.html.j2", session, words=words, **values)


async def complaint_page(web: Web, request: Request) -> Response:
    """The form for a complaint."""
    session = _needs(web, request, "desk")
    return web.page(request, "complaint.html.j2", session, inputs=inputs({}), said=None, severities=SEVERITIES)


async def complaint(web: Web, request: Request) -> Response:
    """Judge a complaint as the night would, and put it into the desk's inbox when nothing must be mended."""
    session = _needs(web, request, "desk")
    form = await web.form(request, session)
    _allow_check(web, session)
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    content = io.BytesIO(complaint_file(values))
    checked = await run_in_threadpool(_check_upload, web, session, content, "complaint.csv", None)
    if checked.said.has_errors:
        return web.page(
            request, "complaint.html.j2", session, 422, inputs=inputs(values), said=checked.said, severities=SEVERITIES
        )
    submission_id = await run_in_threadpool(_submit, web, session, None)
    return RedirectResponse(f"/receipt/{submission_id}", 303)
