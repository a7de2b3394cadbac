"""Answers to requests: from a page and its address to what is sent, or to what is said instead."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response

from airshed.pack.boundaries import Boundaries
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.finding import PackError
from airshed.pack.language import LANGUAGES, translator
from airshed.pack.pack import Pack
from airshed.pack.progress import CancelledError
from airshed.pack.telling import told
from airshed.report.words import Words
from airshed.store import NoRoomError, Store, StoreError
from airshed.web.asked import address, question_of
from airshed.web.cache import Cache, Rendered
from airshed.web.desk import Desk, NotReadyError, StillComputingError
from airshed.web.forms import MEDIA, dump, written
from airshed.web.guard import LONGEST
from airshed.web.jobs import Asked, Jobs
from airshed.web.page import Content, Page, Question
from airshed.web.registry import PAGES
from airshed.web.render import error_html, page_html
from airshed.web.static import Assets
from airshed.web.waiting import waiting_html

Made = TypeVar("Made")
HTML = "page"
"""The form of an answer that is a page; a file may end with .html."""
RETRY = 5
"""Seconds after which a page whose answer is being computed asks again."""
ACCEPTED, BUSY, NO_ROOM = 202, 503, 507
"""Status of a page, or JSON, whose answer is being computed, of what has no answer for now, and of what is too much.

A file of rows or a picture is never `accepted`: who reads it would take the words that say so for the rows.
"""
DEFAULT_LANGUAGE = "en"
log = logging.getLogger(__name__)


class UnknownAddressError(AirshedError):
    """No page lies at an address."""


class Site:
    """What the routes share: the desk, the files, and what was rendered before."""

    def __init__(
        self, source: Pack | PackError, patience: float | None, store: Store, boundaries: Boundaries | None = None
    ) -> None:
        self.broken = source if isinstance(source, PackError) else None
        self.store = store
        self.jobs = Jobs(store)
        self.desk = None if isinstance(source, PackError) else Desk(source, patience, self.jobs, boundaries)
        self.assets = Assets()
        self.cache = Cache()

    @property
    def pack(self) -> Pack | None:
        """The pack, None where its checks failed."""
        return self.desk.pack if self.desk else None

    def words(self, language: str) -> Words:
        """Return the words of a language."""
        if self.desk is None:
            raise self.broken or AirshedError("there is no pack", "give --pack")
        return Words(self.desk.pack, language, translator(language))

    def answer(
        self, page: Page, form: str, language: str, placed: Mapping[str, str], query: Sequence[tuple[str, str]]
    ) -> Response:
        """Answer a question to a page; what goes wrong becomes an answer that says so."""
        try:
            return sent(self._rendered(page, form, language, placed, query))
        except Exception as why:
            return self.told(why, form, language, missing=404 if placed else 400)

    def _rendered(
        self, page: Page, form: str, language: str, placed: Mapping[str, str], query: Sequence[tuple[str, str]]
    ) -> Rendered:
        words = self.words(language)
        pack = words.pack
        question = question_of(page, pack, placed, query)
        chosen = dict(query)
        table, chart = chosen.get("table", ""), chosen.get("chart", "")
        digest = self.desk.hash if self.desk else ""
        key = (page.name, form, language, question.model_dump_json(), table, chart, digest)
        return self.cache.once(key, lambda: self._made(page, form, words, question, table, chart))

    def _made(self, page: Page, form: str, words: Words, question: Question, table: str, chart: str) -> Rendered:
        """Return an answer in a form, made anew."""
        if form in page.files:
            return self._file(page, words, question, form)
        content = self.content(page, words, question, form)
        if form == HTML:
            return Rendered(self._page(page, words, question, content), "text/html; charset=utf-8")
        url = f"/{words.language}/{address(page, question)}"
        digest = self.desk.hash if self.desk else ""
        return written(form, content, page.name, words.pack, digest, url, table, chart)

    def _file(self, page: Page, words: Words, question: Question, ending: str) -> Rendered:
        file = page.files[ending]
        made = self.through(page, words, question, lambda desk: file.make(desk, words, question), ending)
        return Rendered(made, file.media, f"{page.name}.{ending}")

    def _page(self, page: Page, words: Words, question: Question, content: Content) -> bytes:
        if self.desk is None:
            raise AirshedError("there is no pack", "give --pack")
        return page_html(self.desk, words, page, question, content, self.assets.names).encode()

    def content(self, page: Page, words: Words, question: Question, form: str = HTML, patient: bool = False) -> Content:
        """Return what a page answers; specs of charts are validated in the tests, not here."""
        from altair.utils.schemapi import debug_mode

        def make(desk: Desk) -> Content:
            with debug_mode(False):
                return page.make(desk, words, question)

        return self.through(page, words, question, make, form, patient)

    def through(
        self,
        page: Page,
        words: Words,
        question: Question,
        make: Callable[[Desk], Made],
        form: str,
        patient: bool = False,
    ) -> Made:
        """Return what is made at the desk: at once where all answers are there, else as a job of the page or its file.

        form : decides how long is waited; patient : wait for as long as it takes
        """
        if self.desk is None:
            raise AirshedError("there is no pack", "give --pack")
        desk = self.desk.patient() if patient else self.desk if form == HTML else self.desk.slower()
        try:
            return make(desk.glance())
        except NotReadyError:
            ending = form if form in page.files else ""
            asked = Asked(page.name, address(page, question, ending), words.language, desk.hash)
        key = (page.name, ending, question.model_dump_json(), words.language)
        return desk.waited(key, asked, lambda: make(desk))

    def prepare(self) -> None:
        """Compute what every page shows when it is asked nothing, one after the other, in every language."""
        for language in LANGUAGES:
            words = self.words(language)
            for page in PAGES:
                placed = {name: page.choices[name](words.pack)[0] for name in page.placed}
                try:
                    self.content(page, words, question_of(page, words.pack, placed, []), patient=True)
                except AirshedError as why:
                    log.info("%s: %s", page.name, why)
                except StillComputingError:
                    continue
                except CancelledError:
                    if self.jobs.stopping:
                        return

    def told(self, why: Exception, form: str, language: str, missing: int = 400) -> Response:
        """Return the answer that says what is wrong and what next, in the form and language that were asked."""
        language = language if language in LANGUAGES else DEFAULT_LANGUAGE
        status, title, *texts = said(why, missing)
        message, remedy = (told(text, language) for text in texts)
        if status == ACCEPTED and form not in (HTML, "json"):
            status = BUSY
        headers = {"cache-control": "no-store"}
        passing = isinstance(why, StoreError) and why.state.passing
        if passing or isinstance(why, StillComputingError | PackError | CancelledError):
            headers["retry-after"] = str(RETRY)
        if status == 500:
            log.exception("a page failed", exc_info=why)
        job = why.job if isinstance(why, StillComputingError) else None
        found = {"job": f"/api/v1/jobs/{job.id}"} if job and job.page else {}
        if form in MEDIA and form != "csv":
            kind = "waiting" if status == ACCEPTED else "error"
            content = dump({kind: {"status": status, "message": message, "remedy": remedy, **found}})
            return Response(content, status, headers, MEDIA["json"])
        if form == "csv":
            text = "".join(f"{name},{said}\n" for name, said in {"error": message, "remedy": remedy, **found}.items())
            return Response(text, status, headers, "text/csv; charset=utf-8")
        if job and job.page:
            waiting = waiting_html(language, self.pack, self.assets.names, job)
            return Response(waiting, status, headers, "text/html; charset=utf-8")
        page = error_html(
            language,
            self.pack,
            self.assets.names,
            title=title,
            message=message,
            remedy=remedy,
            reload=RETRY if isinstance(why, StillComputingError) else 0,
            findings=why if isinstance(why, PackError) else None,
        )
        return Response(page, status, headers, "text/html; charset=utf-8")


def said(why: Exception, missing: int) -> tuple[int, str, str, str]:
    """Return status, title, message and remedy of what went wrong."""
    if isinstance(why, StillComputingError):
        message = "too many questions are waiting" if why.full else "the answer is still being computed"
        status = BUSY if why.full else ACCEPTED
        return status, "Still computing", message, "this page asks again by itself; or reload it in a few seconds"
    if isinstance(why, CancelledError):
        return BUSY, "Cancelled", "the computation was ended", "ask again"
    if isinstance(why, HTTPException):
        return why.status_code, "This cannot be asked", "the server does not do this at this address", "go back"
    if isinstance(why, PackError):
        return BUSY, "The pack fails its checks", why.message, "mend the rows below and start the server again"
    if isinstance(why, UnknownAddressError):
        return 404, "There is no such page", why.message, why.remedy
    if isinstance(why, MissingTableError):
        return 404, "The pack cannot answer this", why.message, why.remedy
    if isinstance(why, StoreError):
        told = why.state.visitor
        return why.state.status, "The database cannot be used", told.message, told.remedy
    if isinstance(why, NoRoomError):
        return NO_ROOM, "There is no room for this", why.message, why.remedy
    if isinstance(why, AirshedError):
        return missing, "This cannot be answered", why.message, why.remedy
    message = "this is a failure of airshed, not of your input"
    return 500, "Something failed", message, "go back and ask again; if it stays, report the address of this page"


def too_long() -> AirshedError:
    """Return the error of an address that is too long."""
    return AirshedError(f"the address is longer than {LONGEST} characters", "name fewer places, or use the command")


def sent(rendered: Rendered) -> Response:
    """Return the response of what was rendered."""
    headers = {"cache-control": "no-cache"}
    if rendered.filename:
        headers["content-disposition"] = f'attachment; filename="{rendered.filename}"'
    return Response(rendered.content, 200, headers, rendered.media)
