"""From an address to the question of a page: what cannot be read is told with what would be right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import urlencode

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from airshed.pack.bounds import Bound, reader, whole
from airshed.pack.codes import named, unknown
from airshed.pack.complaints import complaint
from airshed.pack.errors import AirshedError
from airshed.pack.letters import ALLOWED
from airshed.pack.pack import Pack
from airshed.pack.refused import refuse_letters
from airshed.pack.spelling import composed
from airshed.web.page import Page, Question
from airshed.web.registry import choices

RESERVED = ("table", "chart")
"""Parameters that choose a table or chart of an answer, and belong to no question."""
SHOWN = 80
"""Characters of a wrong value that are said back."""


def is_list(page: Page, name: str) -> bool:
    """Return whether a field takes several values."""
    return get_origin(page.question.model_fields[name].annotation) is tuple


def is_area(page: Page, name: str) -> bool:
    """Return whether a field takes a text of several lines, such as a pasted table."""
    field = page.question.model_fields.get(name)
    return field is not None and field.json_schema_extra == {"format": "textarea"}


def question_of(
    page: Page, pack: Pack, placed: Mapping[str, str], query: Sequence[tuple[str, str]], strict: bool = False
) -> Question:
    """Return the question that a path and a query ask; raises AirshedError for what cannot be read.

    Empty values count as not given, as a form sends them; lists are given by repeating the
    parameter, numbers also with spaces or commas between; a value that is repeated counts once.

    strict : by the schema that REST documents: what is empty is no number and no code, and yes is not true
    """
    fields, bounds = page.question.model_fields, bounds_of(page)
    for name, value in (*placed.items(), *query):
        refuse_letters(value, f"the parameter {name[:SHOWN]}", lines=is_area(page, name))
    given: dict[str, Any] = {name: composed(value) for name, value in placed.items()}
    firsts = {name: page.choices[name](pack)[0] for name in page.first}
    for name, written in query:
        value = composed(written)
        if strict and name in fields:
            _refuse_loose(page, pack, name, value)
        if name in RESERVED or not value.strip():
            continue
        if name not in fields or name in placed:
            known = ", ".join(field for field in fields if field not in placed)
            hint = f"use one of: {known}" if known else "this page takes none"
            raise AirshedError(f"the parameter {name[:SHOWN]} is not known", hint)
        if is_list(page, name):
            parts: list[Any] = [value.strip()] if choices(page, name, pack) else value.replace(",", " ").split()
            if name in bounds:
                parts = [whole(part, name, bounds[name]) for part in parts]
            given[name] = tuple(dict.fromkeys((*given.get(name, ()), *parts)))
        elif name in given:
            raise AirshedError(f"the parameter {name} is given twice", "give it once")
        elif name in bounds:
            given[name] = reader(name, bounds[name])(value)
        else:
            given[name] = value.strip()
    try:
        question = page.question.model_validate({**firsts, **given})
    except ValidationError as why:
        raise _wrong(page, pack, given, why) from None
    _check_codes(page, pack, question)
    return question


def _refuse_loose(page: Page, pack: Pack, name: str, value: str) -> None:
    """Raise AirshedError for a value that only forms and addresses in a browser may give."""
    text, known = value[:SHOWN], ("true", "false")
    if page.question.model_fields[name].annotation is bool and value not in known:
        raise AirshedError(f"the parameter {name} cannot be {text}", f"use one of: {', '.join(known)}")
    coded = name not in FREE and bool(choices(page, name, pack))
    if not value.strip() and (is_number(page, name) or is_list(page, name) or coded):
        raise AirshedError(f"the parameter {name} is empty", "leave it out, or give it a value")


def _wrong(page: Page, pack: Pack, given: Mapping[str, Any], why: ValidationError) -> AirshedError:
    first = why.errors()[0]
    name = str(first["loc"][0])
    known = choices(page, name, pack)
    asked = given.get(name, "")
    text = str(asked if isinstance(asked, str) else ", ".join(map(str, asked)))[:SHOWN]
    remedy = f"use one of: {', '.join(known)}" if 0 < len(known) <= SHOWN // 4 else complaint(first)
    return AirshedError(f"the parameter {name} cannot be {text}", remedy)


def _check_codes(page: Page, pack: Pack, question: Question) -> None:
    """Raise AirshedError for codes that the pack does not know, before anything is computed."""
    for name in page.choices:
        if name in FREE:
            continue
        value = getattr(question, name)
        codes = value if isinstance(value, tuple) else (value,) if value else ()
        known = choices(page, name, pack)
        for code in codes:
            if code not in known:
                raise unknown(name, code[:SHOWN], known, named(pack, code))


FREE = ("scenario", "key")
"""Fields with choices that may be joined to more, so that their own functions check them."""


def is_number(page: Page, name: str) -> bool:
    """Return whether a field takes one number."""
    return bool(_kinds(page, name) & {int, float}) and not is_list(page, name)


def _kinds(page: Page, name: str) -> set[Any]:
    """Return the types that a field or its values may have."""
    annotation = page.question.model_fields[name].annotation
    parts = (annotation, *get_args(annotation))
    return {kind for part in parts for kind in (get_args(part)[:1] if get_origin(part) is Annotated else (part,))}


def bounds_of(page: Page) -> dict[str, Bound]:
    """Return the bounds of the fields that take numbers, also of lists of them, as the question states them."""
    found = {}
    for name, field in page.question.model_fields.items():
        kinds = _kinds(page, name) & {int, float}
        if kinds:
            stated = [field, *(item for part in get_args(field.annotation) for item in get_args(part)[1:])]
            limits = [limit for item in stated for limit in getattr(item, "metadata", ())]
            held = {word: getattr(limit, word) for limit in limits for word in ENDS if hasattr(limit, word)}
            least = held.get("gt", held.get("ge", -math.inf))
            found[name] = Bound(least, held.get("le", math.inf), whole=int in kinds, above="gt" in held)
    return found


ENDS = ("ge", "gt", "le")
"""What a field may state of the ends of a number."""


def parameters(page: Page, question: Question) -> list[tuple[str, str]]:
    """Return the query that asks a question: what differs from its defaults, in the order of its fields."""
    found: list[tuple[str, str]] = []
    for name, field in page.question.model_fields.items():
        value = getattr(question, name)
        if name in page.placed or value == field.default or value is None:
            continue
        values = value if isinstance(value, tuple) else (str(value).lower() if isinstance(value, bool) else value,)
        found += [(name, str(one)) for one in values]
    return found


def address(page: Page, question: Question, form: str = "", **more: str) -> str:
    """Return the path and query of a page, below the language, in one of its forms."""
    placed = {name: getattr(question, name) for name in page.placed}
    stem = page.path.format(**placed) or (page.name if form else "")
    query = urlencode([*parameters(page, question), *more.items()])
    return f"{stem}{'.' + form if form else ''}{'?' + query if query else ''}"


def openapi_parameters(page: Page, pack: Pack) -> list[dict[str, Any]]:
    """Return the parameters of a page as OpenAPI lists them."""
    schema = page.question.model_json_schema()
    found = []
    for name, field in page.question.model_fields.items():
        shape = _present(schema["properties"][name])
        known = choices(page, name, pack) if name not in FREE else []
        if known:
            (shape["items"] if is_list(page, name) else shape)["enum"] = known
        if known and is_list(page, name):
            shape["uniqueItems"] = True
        elif is_list(page, name) and shape["items"].get("type") == "string":
            shape["items"] |= {"minLength": 1, "allOf": [{"pattern": r"\S"}, {"pattern": ALLOWED[False]}]}
        elif shape.get("type") == "string" and "enum" not in shape:
            shape["pattern"] = ALLOWED[is_area(page, name)]
        found.append(
            {
                "name": name,
                "in": "path" if name in page.placed else "query",
                "required": name in page.placed or field.default is PydanticUndefined,
                "description": field.description or "",
                "schema": shape,
            }
        )
    return found


def _present(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is given: null is said by leaving it out."""
    kinds = [kind for kind in shape.get("anyOf", ()) if kind.get("type") != "null"]
    rest = {key: value for key, value in shape.items() if key != "anyOf" and (key, value) != ("default", None)}
    return deepcopy({**rest, **(kinds[0] if kinds else {})})
