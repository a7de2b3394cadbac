"""From an address to the question of a page: what cannot be read is told with what would be right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import urlencode

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from airshed.answers.answer import Entry, Query
from airshed.answers.choices import choices
from airshed.pack.bounds import Bound, reader, whole
from airshed.pack.codes import named, unknown
from airshed.pack.complaints import complaint
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.letters import ALLOWED
from airshed.pack.pack import Pack
from airshed.pack.refused import refuse_letters
from airshed.pack.spelling import composed

RESERVED = ("table", "chart", "page", "sort", "find", "columns", "embed")
"""Parameters that choose a table or chart of an answer, rows, order and columns of a table, or a page for a frame of
another site: of no question."""
SHOWN = 80
"""Characters of a wrong value that are said back."""
EMPTY: Mapping[str, str] = {}
SEATS = ("members", "players")
"""Fields of several regions, nations and cities that sit at a table."""


def is_list(entry: Entry, name: str) -> bool:
    """Return whether a field takes several values."""
    return get_origin(entry.question.model_fields[name].annotation) is tuple


def is_area(entry: Entry, name: str) -> bool:
    """Return whether a field takes a text of several lines, such as a pasted table."""
    field = entry.question.model_fields.get(name)
    stated = None if field is None else field.json_schema_extra
    return isinstance(stated, dict) and stated.get("format") == "textarea"


def is_local(entry: Entry, name: str) -> bool:
    """Return whether a field is of commands and calls alone, such as a file of this machine: pages do not have it."""
    stated = entry.question.model_fields[name].json_schema_extra
    return isinstance(stated, dict) and bool(stated.get("local"))


def question_of(
    entry: Entry,
    pack: Pack,
    placed: Mapping[str, str],
    query: Sequence[tuple[str, str]],
    strict: bool = False,
    flags: Mapping[str, str] = EMPTY,
) -> Query:
    """Return the question that a path and a query ask; raises AirshedError for what cannot be read.

    Empty values count as not given, as a form sends them; lists are given by repeating the
    parameter, numbers also with spaces or commas between; a value that is repeated counts once.

    flags : what messages call the fields, where that is not their name
    strict : by the schema that REST documents: what is empty is no number and no code, and yes is not true
    """
    fields, bounds = entry.question.model_fields, bounds_of(entry)
    for key, value in (*placed.items(), *query):
        name, lines = flags.get(key, key), is_area(entry, key)
        refuse_letters(value, Phrase("place-parameter", name=name[:SHOWN]), lines=lines)
    given: dict[str, Any] = {key: composed(value) for key, value in placed.items()}
    firsts = {key: entry.choices[key](pack)[0] for key in entry.first}
    for key, written in query:
        value, name = composed(written), flags.get(key, key)
        if strict and key in fields:
            _refuse_loose(entry, pack, key, value)
        if key in RESERVED or not value.strip():
            continue
        if key not in fields or key in placed:
            known = ", ".join(field for field in fields if field not in placed and not is_local(entry, field))
            if not known:
                raise AirshedError("parameter-not-known-none-taken", name=name[:SHOWN])
            raise AirshedError("parameter-not-known", name=name[:SHOWN], known=known)
        if is_list(entry, key):
            parts: list[Any] = [value.strip()] if choices(entry, key, pack) else value.replace(",", " ").split()
            if key in bounds:
                parts = [whole(part, name, bounds[key]) for part in parts]
            given[key] = tuple(dict.fromkeys((*given.get(key, ()), *parts)))
        elif key in given:
            raise AirshedError("parameter-given-twice", name=name)
        elif key in bounds:
            given[key] = reader(name, bounds[key])(value)
        else:
            given[key] = value.strip()
    try:
        question = entry.question.model_validate({**firsts, **given})
    except ValidationError as why:
        raise wrong(entry, pack, given, why, flags) from None
    return resolved(entry, pack, question, wide=bool(flags))


def _refuse_loose(entry: Entry, pack: Pack, name: str, value: str) -> None:
    """Raise AirshedError for a value that only forms and addresses in a browser may give."""
    text, known = value[:SHOWN], ("true", "false")
    if entry.question.model_fields[name].annotation is bool and value not in known:
        raise AirshedError("parameter-cannot-use-one", name=name, text=text, known=", ".join(known))
    coded = name not in FREE and bool(choices(entry, name, pack))
    if not value.strip() and (is_number(entry, name) or is_list(entry, name) or coded):
        raise AirshedError("parameter-empty-leave-out", name=name)


def wrong(
    entry: Entry, pack: Pack, given: Mapping[str, Any], why: ValidationError, flags: Mapping[str, str] = EMPTY
) -> AirshedError:
    """Return the error that says what of a question cannot be, and what could."""
    first = why.errors()[0]
    key = str(first["loc"][0])
    known, name = choices(entry, key, pack), flags.get(key, key)
    asked = given.get(key, "")
    text = (", ".join(map(str, asked)) if isinstance(asked, list | tuple) else str(asked))[:SHOWN]
    few = 0 < len(known) <= SHOWN // 4
    needed = Phrase("use-one-of", known=", ".join(known)) if few else complaint(first)
    return AirshedError("parameter-cannot", name=name, text=text, needed=needed)


def resolved(entry: Entry, pack: Pack, question: Query, wide: bool = False) -> Query:
    """Return a question with codes for the names in it, before anything is computed.

    A name may be of any language. Raises AirshedError for what is not known, and for a name that several places have.

    wide : take every place of the pack where places are asked, not only those that a page offers: what is computed
    refuses what it cannot answer
    """
    changes: dict[str, Any] = {}
    for name in entry.choices:
        value = getattr(question, name)
        if name in FREE or not value:
            continue
        known = choices(entry, name, pack)
        several = isinstance(value, tuple)
        every = (
            [*known, *(code for code in _places(pack) if code not in known)]
            if wide and _of_places(pack, known)
            else known
        )
        codes = [_code(pack, name, word, every) for word in (value if several else (value,))]
        changes[name] = tuple(dict.fromkeys(codes)) if several else codes[0]
    changed = {name: value for name, value in changes.items() if value != getattr(question, name)}
    return question.model_copy(update=changed) if changed else question


def _places(pack: Pack) -> list[str]:
    """Return the codes of all regions, groups and cities."""
    return [str(code) for table in ("regions", "groups", "receptors") for code in pack.optional(table)["code"]]


def _of_places(pack: Pack, known: Sequence[str]) -> bool:
    """Say whether codes that a field may take are those of places."""
    return bool(set(known) & set(pack.table("regions")["code"]))


def _code(pack: Pack, name: str, word: str, known: Sequence[str]) -> str:
    """Return the code that a word names among those that are known: a city and its region of the same name are one."""
    if word in known:
        return word
    spelt = set(named(pack, word)) if word.strip() else set()
    meant = [code for code in known if code in spelt]
    if not meant:
        _refuse_outside(pack, word)
        raise unknown("region" if name in SEATS else name, word[:SHOWN], known)
    cities = pack.optional("receptors").set_index("code")["region"]
    if len({str(cities.get(code, code)) for code in meant}) > 1:
        raise AirshedError("word-is-ambiguous", name=name, word=word[:SHOWN], meant=" or ".join(meant))
    return meant[0]


def _refuse_outside(pack: Pack, word: str) -> None:
    """Raise AirshedError for a place that the pack knows, but of which the relation says nothing."""
    for place in (word, *named(pack, word)):
        cities, levels = (pack.optional(name).set_index("code") for name in ("receptors", "regions"))
        if place in cities.index and cities.loc[place, "inside"] == "no":
            raise AirshedError("lies-outside-area-source-receptor", place=place)
        if place in levels.index and levels.loc[place, "level"] == "outside":
            raise AirshedError("source-without-people-here-not", place=place)


FREE = ("scenario", "key")
"""Fields with choices that may be joined to more, so that their own functions check them."""


def is_number(entry: Entry, name: str) -> bool:
    """Return whether a field takes one number."""
    return bool(_kinds(entry, name) & {int, float}) and not is_list(entry, name)


def _kinds(entry: Entry, name: str) -> set[Any]:
    """Return the types that a field or its values may have."""
    annotation = entry.question.model_fields[name].annotation
    parts = (annotation, *get_args(annotation))
    return {kind for part in parts for kind in (get_args(part)[:1] if get_origin(part) is Annotated else (part,))}


def bounds_of(entry: Entry) -> dict[str, Bound]:
    """Return the bounds of the fields that take numbers, also of lists of them, as the question states them."""
    found = {}
    for name, field in entry.question.model_fields.items():
        kinds = _kinds(entry, name) & {int, float}
        if kinds:
            stated = [field, *(item for part in get_args(field.annotation) for item in get_args(part)[1:])]
            limits = [limit for item in stated for limit in getattr(item, "metadata", ())]
            held = {word: getattr(limit, word) for limit in limits for word in ENDS if hasattr(limit, word)}
            least = held.get("gt", held.get("ge", -math.inf))
            found[name] = Bound(least, held.get("le", math.inf), whole=int in kinds, above="gt" in held)
    return found


ENDS = ("ge", "gt", "le")
"""What a field may state of the ends of a number."""


def parameters(entry: Entry, question: Query) -> list[tuple[str, str]]:
    """Return the query that asks a question: what differs from its defaults, in the order of its fields."""
    found: list[tuple[str, str]] = []
    for name, field in entry.question.model_fields.items():
        value = getattr(question, name)
        if name in entry.placed or value == field.default or value is None:
            continue
        values = value if isinstance(value, tuple) else (str(value).lower() if isinstance(value, bool) else value,)
        found += [(name, str(one)) for one in values]
    return found


def address(entry: Entry, question: Query, form: str = "", **more: str | Sequence[str]) -> str:
    """Return the path and query of a page, below the language, in one of its forms; more : reserved parameters."""
    placed = {name: getattr(question, name) for name in entry.placed}
    stem = entry.path.format(**placed) or (entry.name if form else "")
    query = urlencode([*parameters(entry, question), *more.items()], doseq=True)
    return f"{stem}{'.' + form if form else ''}{'?' + query if query else ''}"


def openapi_parameters(entry: Entry, pack: Pack) -> list[dict[str, Any]]:
    """Return the parameters of a page as OpenAPI lists them."""
    schema = entry.question.model_json_schema()
    found = []
    for name, field in entry.question.model_fields.items():
        if is_local(entry, name):
            continue
        shape = _present(schema["properties"][name])
        known = choices(entry, name, pack) if name not in FREE else []
        if known:
            (shape["items"] if is_list(entry, name) else shape)["enum"] = known
        if known and is_list(entry, name):
            shape["uniqueItems"] = True
        elif is_list(entry, name) and shape["items"].get("type") == "string":
            shape["items"] |= {"minLength": 1, "allOf": [{"pattern": r"\S"}, {"pattern": ALLOWED[False]}]}
        elif shape.get("type") == "string" and "enum" not in shape:
            shape["pattern"] = ALLOWED[is_area(entry, name)]
        found.append(
            {
                "name": name,
                "in": "path" if name in entry.placed else "query",
                "required": name in entry.placed or field.default is PydanticUndefined,
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
