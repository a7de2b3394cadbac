"""Answers to requests: from a page and its address to what is sent, or to what is said instead."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from functools import partial
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.asked import address, parameters, question_of
from airshed.answers.picked import panel_of
from airshed.answers.words import Words
from airshed.charts.render import DrawingError
from airshed.pack.boundaries import Boundaries
from airshed.pack.errors import AirshedError, MissingTableError
from airshed.pack.finding import PackError
from airshed.pack.language import LANGUAGES, translator
from airshed.pack.pack import Pack
from airshed.pack.progress import CancelledError
from airshed.pack.spelling import composed
from airshed.pack.telling import told
from airshed.store import NoRoomError, Store, StoreError
from airshed.web.cache import Cache, Rendered
from airshed.web.desk import LONGER, Desk, NotReadyError, StillComputingError
from airshed.web.effort import DEAREST, effort
from airshed.web.forms import MEDIA, dump, marked, written
from airshed.web.guard import FRAMED
from airshed.web.jobs import Asked, Computer, Jobs, QueueFullError, Task
from airshed.web.lasting import LastingAnswers, beside
from airshed.web.leaves import Leaf, page_number
from airshed.web.order import Order, content_of, fulfil, order_of
from airshed.web.processes import LostError, Worker
from airshed.web.registry import named
from airshed.web.render import embed_html, error_html, page_html
from airshed.web.reuse import filled
from airshed.web.static import Assets
from airshed.web.visitor import Visitor
from airshed.web.waiting import waiting_html

Made = TypeVar("Made")
HTML = "page"
"""The form of an answer that is a page; a file may end with .html."""
TABLES, CHARTS = ("csv", "json"), ("svg", "png", "vl")
"""Forms of one table, and of one chart."""
RETRY = 5
"""Seconds after which a page whose answer is being computed asks again."""
ACCEPTED, BUSY, NO_ROOM = 202, 503, 507
"""Status of a page, or JSON, whose answer is being computed, of what has no answer for now, and of what is too much.

A file of rows or a picture is never `accepted`: who reads it would take the words that say so for the rows.
"""
QUESTION, UNANSWERABLE = 400, 409
"""Status of a question to REST that can be read, but not answered from the pack."""
DEFAULT_LANGUAGE = "en"
AGAIN = 4
"""How often an answer is computed anew that others have pushed off the desk before it was read."""
QUICK = 8
"""Pages that are made at a time of answers that are there."""
LOOK, ROOM = 0.2, 20.0
"""Seconds between two looks whether the queue has room, and until who looks is turned away."""
SELF = Visitor()
"""The server itself, which prepares pages."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picked:
    """What of an answer is asked for: a table or chart by name, the first if empty.

    page, sort, find, columns : which rows and columns of the table a page shows, and in what order; embed : whether the
    page is for a frame of another site, with its chart or the first
    """

    table: str = ""
    chart: str = ""
    page: int = 1
    sort: str = ""
    find: str = ""
    columns: tuple[str, ...] = ()
    embed: bool = False


WHOLE = Picked()


def picked_of(form: str, query: Sequence[tuple[str, str]]) -> Picked:
    """Return what of an answer a form shows: what it does not look at makes no other answer.

    Raises AirshedError for a page that is no number from 1 on.

    >>> picked_of("csv", [("table", "health"), ("chart", "deaths"), ("page", "2")])
    Picked(table='health', chart='', page=1, sort='', find='', columns=(), embed=False)
    """
    asked = dict(query)
    table, chart = asked.get("table", ""), asked.get("chart", "")
    if form == HTML:
        if framed(form, query):
            return Picked(chart=chart, embed=True)
        number = page_number(asked.get("page", ""))
        sort, find = asked.get("sort", "").strip(), composed(asked.get("find", "").strip())
        columns = tuple(dict.fromkeys(value.strip() for name, value in query if name == "columns" and value.strip()))
        return Picked(table if number > 1 or sort or find or columns else "", "", number, sort, find, columns)
    return Picked(table if form in TABLES else "", chart if form in CHARTS else "")


def framed(form: str, query: Sequence[tuple[str, str]]) -> bool:
    """Return whether an address asks for a page that another site may show in a frame.

    >>> framed(HTML, [("embed", "1")]), framed("csv", [("embed", "1")]), framed(HTML, [("embed", "")])
    (True, False, False)
    """
    return form == HTML and any(name == "embed" and value.strip() for name, value in query)


class UnknownAddressError(AirshedError):
    """No page lies at an address."""


class ElsewhereError(AirshedError):
    """A page of another site sent a request that changes something."""


class TooDearError(AirshedError):
    """A question would compute for longer than the server gives to one."""


class ComingError(Exception):
    """A page is there, but for what comes soon: it is shown, and not kept."""

    def __init__(self, rendered: Rendered) -> None:
        super().__init__("still coming")
        self.rendered = rendered


class NotStartedError(AirshedError):
    """A page of another site asks for what would have to be computed."""


class Site:
    """What the routes share: the desk, the files, and what was rendered before.

    workers : processes that compute long questions, besides one for short ones; 0: threads of this process compute.
    dearest : seconds of computation up to which a question is taken
    """

    def __init__(
        self,
        source: Pack | PackError,
        patience: float | None,
        store: Store,
        boundaries: Boundaries | None = None,
        workers: int = 0,
        dearest: float = DEAREST,
    ) -> None:
        self.broken = source if isinstance(source, PackError) else None
        self.store = store
        self.jobs = Jobs(store, self._hired if workers else None, workers or 1)
        self.desk = None if isinstance(source, PackError) else Desk(source, patience, self.jobs, boundaries)
        kept = beside(store.path)
        self.lasting = LastingAnswers(kept, self.desk.hash, boundaries) if self.desk else LastingAnswers()
        self.assets = Assets(kept)
        self.cache = Cache()
        self._dearest = dearest
        self._quick = ThreadPoolExecutor(QUICK, "airshed-page")

    def _hired(self, _: str) -> Computer:
        return Worker(self.at_desk())

    def at_desk(self) -> Desk:
        """Return the desk; raises PackError where the pack fails its checks."""
        if self.desk is None:
            raise self.broken or AirshedError("no-pack")
        return self.desk

    @property
    def pack(self) -> Pack | None:
        """The pack, None where its checks failed."""
        return self.desk.pack if self.desk else None

    def words(self, language: str) -> Words:
        """Return the words of a language."""
        return Words(self.at_desk().pack, language, translator(language))

    async def answer(
        self,
        page: Entry,
        form: str,
        language: str,
        placed: Mapping[str, str],
        query: Sequence[tuple[str, str]],
        visitor: Visitor,
        strict: bool = False,
    ) -> Response:
        """Answer a question to a page; what goes wrong becomes an answer that says so.

        strict : take values as REST documents them, and no looser
        """
        missing, embed = 404 if placed else 400, framed(form, query)
        try:
            words = self.words(language)
            question = await run_in_threadpool(question_of, page, words.pack, placed, query, strict)
            missing = UNANSWERABLE if strict else missing
            picked = picked_of(form, query)

            def make(desk: Desk) -> Rendered:
                return self.made(desk, page, form, words, question, picked)

            key = self.key(page, form, language, question, picked)
            made = await self.rendered(key, order_of(page, language, question, form), make, visitor, form)
            response = sent(made, language, visitor.origin)
        except Exception as why:
            response = await run_in_threadpool(self.told, why, form, language, missing, bare=embed)
        if embed:
            response.headers["content-security-policy"] = FRAMED
        return response

    def key(self, page: Entry, form: str, language: str, question: Query, picked: Picked = WHOLE) -> tuple[str, ...]:
        """Return what an answer in a form is kept under."""
        asked = question.model_dump_json()
        return (page.name, form, language, asked, *map(str, astuple(picked)), self.at_desk().hash)

    def made(
        self, desk: Desk, page: Entry, form: str, words: Words, question: Query, picked: Picked = WHOLE
    ) -> Rendered:
        """Return an answer in a form, made anew of what lies on the desk."""
        if form in page.files:
            file = page.files[form]
            return Rendered(file.make(desk, words, question), file.media, f"{page.name}.{form}")
        content = content_of(desk, page, words, question)
        return self.formed(desk, page, form, words, question, content, picked)

    def formed(
        self,
        desk: Desk,
        page: Entry,
        form: str,
        words: Words,
        question: Query,
        content: Content,
        picked: Picked = WHOLE,
    ) -> Rendered:
        """Return the content of an answer in a form; raises AirshedError for a table, chart or page that it lacks."""
        table, chart = picked.table, picked.chart
        if form == HTML:
            leaf = Leaf(table, picked.page, picked.sort, picked.find, picked.columns)
            panel = panel_of(content, chart) if picked.embed and (chart or content.panels) else None
            form_of = partial(embed_html, panel=panel) if picked.embed else partial(page_html, leaf=leaf)
            made = form_of(desk, words, page, question, content, self.assets.names)
            rendered = Rendered(made.encode(), "text/html; charset=utf-8", page=True)
            if desk.coming:
                raise ComingError(rendered)
            return rendered
        url = f"/{words.language}/{address(page, question)}"
        return written(form, content, page.name, words.pack, desk.hash, url, table, chart, words.language)

    async def rendered(
        self, key: tuple[str, ...], order: Order, make: Callable[[Desk], Rendered], visitor: Visitor, form: str = HTML
    ) -> Rendered:
        """Return what was kept under a key, or what is made at the desk once all answers are there.

        What bare addresses ask is kept for the next server too.
        """
        kept: Rendered | None = self.cache.get(key)
        if kept is not None:
            return kept
        page = named(order.page)
        lasts = not parameters(page, page.question.model_validate_json(order.question))
        if lasts:
            kept = await asyncio.get_running_loop().run_in_executor(self._quick, self.lasting.get, key)
            if kept is not None:
                self.cache.put(key, kept)
                return kept
        try:
            return await self.through(order, lambda desk: self.kept(key, lambda: make(desk), lasts), visitor, form)
        except ComingError as early:
            # What the page lacks is computed now; who finds no room for that asks again with the page.
            with suppress(QueueFullError, NotStartedError):
                await run_in_threadpool(self.ordered, order, visitor)
            return early.rendered

    def kept(self, key: tuple[str, ...], make: Callable[[], Rendered], lasts: bool) -> Rendered:
        """Return what is kept under a key, or what `make` returns; lasts : whether the next server finds it too."""

        def made() -> Rendered:
            rendered = make()
            if lasts:
                self.lasting.put(key, rendered)
            return rendered

        return self.cache.once(key, made)

    async def through(self, order: Order, make: Callable[[Desk], Made], visitor: Visitor, form: str = HTML) -> Made:
        """Return what is made at the desk: at once where all answers are there, else after a job for the order.

        form : decides how long is waited; nobody who waits holds a thread
        """
        desk, loop = self.at_desk(), asyncio.get_running_loop()
        patience = None if desk.patience is None else desk.patience * (1 if form == HTML else LONGER)
        until = None if patience is None else loop.time() + patience
        early = form == HTML and patience is not None and named(order.page).early
        first = replace(order, early=True) if early else order
        for _ in range(AGAIN):
            try:
                return await loop.run_in_executor(self._quick, make, desk.glance(early))
            except NotReadyError:
                task = await self._admitted(first, visitor)
            await came(task.future, None if until is None else max(0.0, until - loop.time()))
            await run_in_threadpool(desk.outcome, task)
        raise StillComputingError(full=True)

    async def _admitted(self, order: Order, visitor: Visitor) -> Task:
        """Return the job of an order; who finds the queue full waits a while for room."""
        patience = self.at_desk().patience
        until = time.monotonic() + ROOM * (1.0 if patience is None else min(1.0, patience))
        while True:
            try:
                return await run_in_threadpool(self.ordered, order, visitor)
            except QueueFullError:
                if time.monotonic() >= until:
                    raise StillComputingError(full=True) from None
            await asyncio.sleep(LOOK)

    def ordered(self, order: Order, visitor: Visitor = SELF) -> Task:
        """Return the job of an order.

        Raises AirshedError for one that takes too long, and NotStartedError where another site asks for it.
        """
        desk, page = self.at_desk(), named(order.page)
        question = page.question.model_validate_json(order.question)
        cost = effort(page.name, desk.pack, question)
        if cost > self._dearest:
            raise TooDearError("would-compute-about-minutes-longer", cost=f"{cost / 60:.1f}")
        if not visitor.starts:
            raise NotStartedError("page-another-site-asks-what")
        asked = Asked(page.name, address(page, question, order.ending), order.language, desk.hash)
        return self.jobs.ask(order, asked, lambda: fulfil(order, desk), order=order, client=visitor.client, cost=cost)

    def told(self, why: Exception, form: str, language: str, missing: int = 400, bare: bool = False) -> Response:
        """Return the answer that says what is wrong and what next, in the form and language that were asked.

        bare : as a page without menu and form, for a frame of another site
        """
        language = language if language in LANGUAGES else DEFAULT_LANGUAGE
        status, title, error = said(why, missing)
        message, remedy = told(error.text, language), told(error.advice, language)
        if status == ACCEPTED and form not in (HTML, "json"):
            status = BUSY
        headers = {"cache-control": "no-store"}
        passing = isinstance(why, StoreError) and why.state.passing
        if passing or (status in (ACCEPTED, BUSY) and not isinstance(why, StoreError)):
            headers["retry-after"] = str(RETRY)
        if status == 500:
            log.exception("a page failed", exc_info=why)
        job = why.job if isinstance(why, StillComputingError) else None
        found = {"job": f"/api/v1/jobs/{job.id}"} if job and job.page else {}
        if form in MEDIA and form != "csv":
            kind = "waiting" if status == ACCEPTED else "error"
            content = dump(
                {kind: {"status": status, "code": error.code, "message": message, "remedy": remedy, **found}}
            )
            return Response(content, status, headers, MEDIA["json"])
        if form == "csv":
            text = "".join(f"{name},{said}\n" for name, said in {"error": message, "remedy": remedy, **found}.items())
            return Response(marked(text.encode(), language), status, headers, MEDIA["csv"])
        if job and job.page and not bare:
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
            bare=bare,
        )
        return Response(page, status, headers, "text/html; charset=utf-8")


async def came(future: Future[Any], seconds: float | None) -> None:
    """Wait until a job has ended, or for so many seconds; its answer or error is looked at elsewhere."""
    ended = asyncio.wrap_future(future)
    ended.add_done_callback(lambda waited: waited.cancelled() or waited.exception())
    await asyncio.wait([ended], timeout=seconds)


UNANSWERED = "This cannot be answered"
FAILED = "Something failed"
TITLES: dict[type[AirshedError], str] = {
    DrawingError: FAILED,
    LostError: FAILED,
    NotStartedError: "This cannot be asked",
    UnknownAddressError: "There is no such page",
    MissingTableError: "The pack cannot answer this",
    NoRoomError: "There is no room for this",
}
"""Titles of what is refused, by its kind."""


def said(why: Exception, missing: int) -> tuple[int, str, AirshedError]:
    """Return status and title of what went wrong, and the error that has its texts.

    missing : the status of what is wrong with a question as such, of which it depends where it was asked
    """
    title, error = _in_words(why)
    if isinstance(why, HTTPException):
        return why.status_code, title, error
    plain = error.status == QUESTION and not isinstance(why, TooDearError)
    return missing if plain else error.status, title, error


def _in_words(why: Exception) -> tuple[str, AirshedError]:
    if isinstance(why, StillComputingError):
        return "Still computing", AirshedError("too-many-questions-wait" if why.full else "still-computing")
    if isinstance(why, CancelledError):
        return "Cancelled", AirshedError("computation-ended")
    if isinstance(why, HTTPException):
        return "This cannot be asked", AirshedError("not-done-at-address")
    if isinstance(why, PackError):
        return "The pack fails its checks", AirshedError("pack-of-server-fails-checks", **why.values)
    if isinstance(why, StoreError):
        return "The database cannot be used", why.state.visitor
    if isinstance(why, AirshedError):
        return next((title for kind, title in TITLES.items() if isinstance(why, kind)), UNANSWERED), why
    return FAILED, AirshedError("failure-of-airshed")


def sent(rendered: Rendered, language: str, origin: str = "") -> Response:
    """Return the response of what was rendered in a language; origin : as the reader calls the server."""
    headers = {"cache-control": "no-cache"}
    if rendered.filename:
        headers["content-disposition"] = f'attachment; filename="{rendered.filename}"'
    if rendered.quoted:
        headers["x-quoted-cells"] = str(rendered.quoted)
    content = rendered.content
    if rendered.media == MEDIA["csv"]:
        content = marked(content, language)
    elif rendered.page:
        content = filled(content, origin)
    return Response(content, 200, headers, rendered.media)
