"""A question as data, so that another process can compute what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from airshed.answers.answer import Content, Entry, Query
from airshed.answers.spoken import answered
from airshed.answers.words import Words
from airshed.pack.language import translator
from airshed.web.desk import Desk
from airshed.web.registry import named


@dataclass(frozen=True)
class Order:
    """A question to a page, or to one of its files.

    page : its name; language : of the answer; question : as JSON; ending : of the file, none for the page; early :
    whether only what a page needs that is shown early
    """

    page: str
    language: str
    question: str
    ending: str = ""
    early: bool = False


def order_of(page: Entry, language: str, question: Query, form: str = "") -> Order:
    """Return the order that makes what a form of an answer needs."""
    return Order(page.name, language, question.model_dump_json(), form if form in page.files else "")


def content_of(desk: Desk, page: Entry, words: Words, question: Query) -> Content:
    """Return what a page answers."""
    return answered(desk, page, words, question)


def fulfil(order: Order, desk: Desk) -> None:
    """Compute what an order needs: the desk keeps the answers."""
    page, words = named(order.page), Words(desk.pack, order.language, translator(order.language))
    question = page.question.model_validate_json(order.question)
    if order.ending:
        page.files[order.ending].make(desk, words, question)
    else:
        content_of(desk.hurried() if order.early else desk, page, words, question)
