"""Routes beside the page that builds scenarios: its form, its live answers, its files, and the saved scenarios."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import parse_qsl, urlencode

import pandas as pd
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from airshed.answers.answer import Content, Entry, Sheet
from airshed.answers.asked import SHOWN, question_of
from airshed.assessment.workbench.bench import Tried
from airshed.assessment.workbench.files import plan_text, scenario_of, scenario_text
from airshed.pack.codes import unknown
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.finding import PackError
from airshed.pack.language import LANGUAGES
from airshed.pack.refused import refuse_letters
from airshed.web.cache import Rendered
from airshed.web.desk import Desk
from airshed.web.forms import MEDIA, spec_of, written
from airshed.web.guard import LONGEST, from_elsewhere
from airshed.web.order import content_of, order_of
from airshed.web.pages.builder import BuilderQuestion, query_of, tried_of
from airshed.web.registry import named
from airshed.web.render import page_html, plain_html
from airshed.web.site import HTML, ElsewhereError, Site, UnknownAddressError, sent
from airshed.web.visitor import Visitor, visitor_of

BUILD, SAVED = "scenarios/build", "scenarios/saved"
FILES = ("scenario.yaml", "changes.yaml", "plan.csv")
YAML = "application/yaml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
MOVING = ("levels", "deaths")
"""The charts that change with the sliders."""
PERCENT = 100
LONGEST_FORM = 4 * LONGEST
"""Bytes of a form that is sent: a query and a title, with every byte of them escaped."""
Make = Callable[[Site, str, Request], Response | Awaitable[Response]]
Write = Callable[[Site, str, str, dict[str, str], Visitor], Awaitable[Response]]


def builder_page() -> Entry:
    """Return the page that builds scenarios."""
    return named("builder")


def add_builder(app: FastAPI, site: Site) -> None:
    """Add the routes of the builder and of the saved scenarios."""
    build, saved = f"/{{language}}/{BUILD}", f"/{{language}}/{SAVED}"
    for path, form, make in (
        (f"{build}/set", HTML, set_levers),
        (f"{build}/answer", "json", live),
        (f"{build}/files/{{name}}", HTML, file),
        (saved, HTML, saved_page),
        (f"{saved}.json", "json", saved_json),
        (f"{saved}.csv", "csv", saved_csv),
        (f"{saved}/{{key}}.yaml", HTML, document),
    ):
        app.add_api_route(path, _got(site, form, make), methods=["GET"], include_in_schema=False)
    for path, write in ((saved, save), (f"{saved}/{{key}}/delete", delete)):
        app.add_api_route(path, _posted(site, write), methods=["POST"], include_in_schema=False)


def _got(site: Site, form: str, make: Make) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that makes a response, or says in a form what is wrong."""

    async def endpoint(request: Request) -> Response:
        language = str(request.path_params["language"])
        try:
            _refuse_language(language)
            made = await run_in_threadpool(make, site, language, request)
            return made if isinstance(made, Response) else await made
        except Exception as why:
            return await run_in_threadpool(site.told, why, form, language)

    return endpoint


def _posted(site: Site, write: Write) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that takes a form of our own pages."""

    async def endpoint(request: Request) -> Response:
        language = str(request.path_params["language"])
        key = str(request.path_params.get("key", ""))
        try:
            _refuse_language(language)
            if from_elsewhere(request.headers):
                raise ElsewhereError("form-sent-page-another-site")
            fields = dict(parse_qsl((await _body(request)).decode("utf-8", "replace")))
            for name, value in fields.items():
                refuse_letters(value, Phrase("place-field", name=name[:SHOWN]))
            return await write(site, language, key, fields, visitor_of(request))
        except Exception as why:
            return await run_in_threadpool(site.told, why, HTML, language)

    return endpoint


async def _body(request: Request) -> bytes:
    """Return the form that was sent; raises AirshedError for what is none, or too long."""
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > LONGEST_FORM:
            raise AirshedError("form-longer-than-bytes", longest_form=LONGEST_FORM)
    if found and not request.headers.get("content-type", "").startswith(FORM):
        raise AirshedError("what-sent-no-form")
    return found


def _refuse_language(language: str) -> None:
    if language not in LANGUAGES:
        raise UnknownAddressError("no-language", asked=language[:20], languages=", ".join(LANGUAGES))


def settled(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters of the page from the fields of its form; sliders that rest are left out.

    A measure that is added starts where it is: at nothing, or at what is in place.

    >>> settled([("year", "2030"), ("c.KR-11.road", "-30"), ("c.KR-11.power", "0"), ("m.KR-11.road.HD", "50")])
    [('year', '2030'), ('change', 'KR-11:road:-30'), ('measure', 'KR-11:road.HD:0.5')]
    """
    found = []
    for name, value in ((name, value.strip()) for name, value in pairs):
        kind, _, place = name.partition(".")
        region, _, code = place.partition(".")
        if not value:
            continue
        if kind == "c" and code:
            found += [] if _number(value) == 0 else [("change", f"{region}:{code}:{value}")]
        elif kind == "m" and code:
            share = _number(value)
            found.append(("measure", f"{region}:{code}:{value if share is None else f'{share / PERCENT:.10g}'}"))
        else:
            found.append(("measure", f"{value}:0") if name == "add" else (name, value))
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def set_levers(site: Site, language: str, request: Request) -> Response:
    """Lead from the form of the page to the address of its answer."""
    query = urlencode(settled(request.query_params.multi_items()), safe=":")
    return RedirectResponse(f"/{language}/{BUILD}{'?' + query if query else ''}", 303)


def _asked(site: Site, language: str, pairs: Iterable[tuple[str, str]]) -> BuilderQuestion:
    question = question_of(builder_page(), site.words(language).pack, {}, list(pairs))
    if not isinstance(question, BuilderQuestion):
        raise TypeError("the page of the builder asks another question")
    return question


async def live(site: Site, language: str, request: Request) -> Response:
    """Return the page of an answer with the specs of its charts, in one piece for the script that moves the sliders.

    What the sliders ask and cannot be answered is an answer too: browsers take a status of 400 for a failure.
    """
    try:
        question = await run_in_threadpool(_asked, site, language, request.query_params.multi_items())
        return await _answer(site, language, question, visitor_of(request))
    except PackError:
        raise
    except AirshedError as why:
        told = site.told(why, "json", language)
        told.status_code = 200
        return told


async def _answer(site: Site, language: str, question: BuilderQuestion, visitor: Visitor) -> Response:
    page, words = builder_page(), site.words(language)

    def made(desk: Desk) -> Rendered:
        content = content_of(desk, page, words, question)
        held = {
            "query": query_of(question),
            "page": page_html(desk, words, page, question, content, site.assets.names),
            "specs": {panel.figure.id: spec_of(panel) for panel in content.panels if panel.figure.id in MOVING},
        }
        return Rendered(json.dumps(held, ensure_ascii=False).encode(), MEDIA["json"], page=True)

    key = ("builder answer", language, question.model_dump_json(), site.desk.hash if site.desk else "")
    return sent(await site.rendered(key, order_of(page, language, question), made, visitor), language, visitor.origin)


async def _tried(site: Site, language: str, question: BuilderQuestion, visitor: Visitor, form: str = HTML) -> Tried:
    """Return what a question changes and what comes of it."""
    order = order_of(builder_page(), language, question)
    return await site.through(order, lambda desk: tried_of(desk, question), visitor, form)


async def file(site: Site, language: str, request: Request) -> Response:
    """Return a file for the command line: the scenario, its changes of sectors alone, or the plan of its measures."""
    name = str(request.path_params["name"])
    if name not in FILES:
        raise unknown("file", name[:80], FILES)
    words = site.words(language)
    question = await run_in_threadpool(_asked, site, language, request.query_params.multi_items())
    tried = await _tried(site, language, question, visitor_of(request))
    if name == "plan.csv":
        return sent(Rendered(plan_text(tried).encode(), MEDIA["csv"], name), language)
    text = scenario_text(
        scenario_of(tried, words.translate("Scenario built by hand"), measures=name == "scenario.yaml")
    )
    return sent(Rendered(text.encode(), YAML, name), language)


def _saved(site: Site, language: str) -> Content:
    """Return the saved scenarios, the newest first."""
    words = site.words(language)
    rows = [
        {
            "id": kept.id,
            "title": kept.title,
            "created": kept.created.strftime("%Y-%m-%d %H:%M UTC"),
            "address": f"/{language}/{BUILD}?{kept.query}",
            "same_pack": "yes" if site.desk and kept.pack_hash == site.desk.hash else "no",
        }
        for kept in site.store.scenarios()
    ]
    title = words.translate("Saved scenarios")
    columns = ["id", "title", "created", "address", "same_pack"]
    sheet = Sheet("saved", title, pd.DataFrame(rows, columns=columns))
    return Content(title=title, sheets=(sheet,), command=("scenarios", "list"), python="")


def saved_page(site: Site, language: str, request: Request) -> Response:
    """Return the list of saved scenarios with their links and buttons."""
    content, words = _saved(site, language), site.words(language)
    rows = content.sheets[0].rows.to_dict("records")
    text = plain_html(words, site.assets.names, "saved.html.j2", SAVED, title=content.title, rows=rows)
    return Response(text, 200, {"cache-control": "no-store"}, "text/html; charset=utf-8")


def saved_json(site: Site, language: str, request: Request) -> Response:
    """Return the list of saved scenarios as JSON."""
    return _as_file(site, language, "json")


def saved_csv(site: Site, language: str, request: Request) -> Response:
    """Return the list of saved scenarios as CSV."""
    return _as_file(site, language, "csv")


def _as_file(site: Site, language: str, form: str) -> Response:
    content, pack = _saved(site, language), site.words(language).pack
    found = sent(written(form, content, "saved", pack, "", "", None, None, language), language)
    found.headers["cache-control"] = "no-store"
    return found


def document(site: Site, language: str, request: Request) -> Response:
    """Return a saved scenario as a file of the command line."""
    kept = site.store.scenario(str(request.path_params["key"]))
    if kept is None:
        raise UnknownAddressError("no-such-saved-scenario-choose-one")
    return sent(Rendered(kept.document.encode(), YAML, f"saved-{kept.id}.yaml"), language)


async def save(site: Site, language: str, key: str, fields: dict[str, str], visitor: Visitor) -> Response:
    """Keep a scenario under a title, and lead to the list."""
    title = " ".join(fields.get("title", "").split())
    question = await run_in_threadpool(_asked, site, language, parse_qsl(fields.get("query", "")))
    tried = await _tried(site, language, question, visitor)
    text = scenario_text(scenario_of(tried, title, "saved"))
    digest = site.desk.hash if site.desk else ""
    kept = await run_in_threadpool(site.store.save, title, text, query_of(question), digest, visitor.client)
    return RedirectResponse(f"/{language}/{SAVED}#saved-{kept}", 303)


async def delete(site: Site, language: str, key: str, fields: dict[str, str], visitor: Visitor) -> Response:
    """Drop a saved scenario, and lead to the list."""
    if not await run_in_threadpool(site.store.delete, key):
        raise AirshedError("no-such-saved-scenario-may-been")
    return RedirectResponse(f"/{language}/{SAVED}", 303)
