"""What a server computes before anybody asks: the answers of bare addresses, those that it finds kept last of all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from airshed.answers.answer import Entry, Query
from airshed.answers.asked import question_of
from airshed.answers.words import Words
from airshed.pack.errors import AirshedError
from airshed.pack.language import LANGUAGES
from airshed.pack.progress import CancelledError
from airshed.web.cache import Rendered
from airshed.web.desk import NotReadyError
from airshed.web.jobs import QueueFullError
from airshed.web.order import content_of, order_of
from airshed.web.registry import pages
from airshed.web.site import DEFAULT_LANGUAGE, HTML, Picked, Site

WHOLE = Rendered(b"", "")
"""Stands for a page that was kept with its charts."""
log = logging.getLogger(__name__)


def prepare_pages(site: Site) -> None:
    """Make what every page shows when it is asked nothing, one after the other, in every language.

    Pages that an earlier server kept with their charts are there already. What they were made of is computed after
    all others, for those who then ask something else.
    """
    found = []
    try:
        for language in LANGUAGES:
            words = site.words(language)
            for page in pages():
                if site.lasting.get(_mark(page, language)) is not None:
                    found.append((page, words))
                else:
                    _try(_prepare, site, page, words)
        for page, words in found:
            if words.language == DEFAULT_LANGUAGE:
                _try(_compute, site, page, words)
    except CancelledError:
        return


def _try(do: Callable[[Site, Entry, Words], object], site: Site, page: Entry, words: Words) -> None:
    """Do something for a page; what the pack cannot answer, and what finds no room, is left to visitors."""
    try:
        do(site, page, words)
    except AirshedError as why:
        log.info("%s: %s", page.name, why)
    except (NotReadyError, QueueFullError):
        return


def _compute(site: Site, page: Entry, words: Words) -> Query:
    """Compute what a page shows, and return the question that it answers."""
    placed = {name: page.choices[name](words.pack)[0] for name in page.placed}
    question = question_of(page, words.pack, placed, [])
    order = order_of(page, words.language, question)
    try:
        for step in (replace(order, early=True), order) if page.early else (order,):
            site.ordered(step).future.result()
    except CancelledError:
        if site.jobs.stopping:
            raise
    return question


def _prepare(site: Site, page: Entry, words: Words) -> None:
    """Keep a page and the specs of its charts as they are sent."""
    question = _compute(site, page, words)
    desk = site.at_desk().glance()
    content = content_of(desk, page, words, question)
    for form, chart in ((HTML, ""), *(("vl", panel.figure.id) for panel in content.panels)):
        picked = Picked(chart=chart)
        key = site.key(page, form, words.language, question, picked)
        make = partial(site.formed, desk, page, form, words, question, content, picked)
        site.kept(key, make, lasts=True)
    site.lasting.put(_mark(page, words.language), WHOLE)


def _mark(page: Entry, language: str) -> tuple[str, ...]:
    """Return what is kept once a page is there with its charts."""
    return ("whole", page.name, language)
