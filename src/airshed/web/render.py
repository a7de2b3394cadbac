"""Pages as HTML: one template for all answers, one for what cannot be answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from airshed.answers.answer import Content, Entry, Panel, Query
from airshed.answers.asked import address, is_area, is_list, is_local, is_number, parameters
from airshed.answers.cells import records
from airshed.answers.choices import choices
from airshed.answers.columns import Table
from airshed.answers.formulas import mathml
from airshed.answers.words import Words
from airshed.assessment.evidence.equations import equations
from airshed.assessment.games.names import key_name, point_names
from airshed.pack.finding import PackError
from airshed.pack.language import LANGUAGES, translator
from airshed.pack.pack import Pack
from airshed.pack.place_names import completions
from airshed.pack.sources import reuse_message, titles
from airshed.pack.telling import in_language
from airshed.web.desk import Desk
from airshed.web.forms import cited, sources_of
from airshed.web.leaves import Leaf, near, tables_of
from airshed.web.menu import menu
from airshed.web.reuse import ORIGIN, cited_page, embed_code

FIRST_LEAF = Leaf()
SHORT_RUN = 2
"""Sources in a row that are told one by one."""
FEW = 10
"""Rows of a table in which nobody needs to look for a word."""
COMING = 5
"""Seconds after which a page that was shown early asks for the rest."""
NAMES = {"ko": "한국어", "en": "English", "zh": "中文"}


@dataclass(frozen=True)
class TableBlock:
    """A table of a page, with its chart where it has one; before : the block that shows the same table already.

    references : the sources that its cells name, key and title, in their order
    """

    table: Table
    panel: Panel | None
    id: str
    before: str = ""
    references: tuple[tuple[str, str], ...] = ()

    def marks(self, keys: Sequence[str]) -> list[tuple[int, int]]:
        """Return the numbers of sources in the list below the table, first and last of every run of three or more.

        >>> listed = tuple((key, key) for key in "abcde")
        >>> block = TableBlock(Table("rows", "", (), (), 0), None, "rows", references=listed)
        >>> block.marks("abdce"), block.marks("abd")
        ([(1, 5)], [(1, 1), (2, 2), (4, 4)])
        """
        place = {key: number for number, (key, _) in enumerate(self.references, 1)}
        runs: list[list[int]] = []
        for number in sorted(place[key] for key in keys if key in place):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        parts = [[run] if len(run) > SHORT_RUN else [[number] for number in run] for run in runs]
        return [(run[0], run[-1]) for part in parts for run in part]


@dataclass(frozen=True)
class FormControl:
    """A field of the form: its kind, its label, what it may be, and what it is."""

    name: str
    kind: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Fold:
    """Fields of the form that stand folded; open where one of them was asked."""

    title: str
    controls: tuple[FormControl, ...]
    open: bool


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("airshed.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _frame(language: str, pack: Pack | None, names: dict[str, str], here: str) -> dict[str, Any]:
    """Return what every page needs: navigation, languages, files; here : path and query below the language."""
    translate = translator(language)
    return {
        "_": translate,
        "language": language,
        "languages": [(code, NAMES[code]) for code in LANGUAGES],
        "here": here,
        "assets": names,
        "completions": completions(pack, language) if pack else (),
        "airshed_title": pack.title(language) if pack else "airshed",
        "navigation": menu(pack) if pack else {},
    }


def page_html(
    desk: Desk,
    words: Words,
    page: Entry,
    question: Query,
    content: Content,
    names: dict[str, str],
    leaf: Leaf = FIRST_LEAF,
) -> str:
    """Return an answer as HTML; leaf : the part of a long table that is shown. Raises AirshedError if there is none."""
    here = address(page, question)
    sources = _sources(words, cited(sheet.rows for sheet in content.sheets))
    wanted = set(content.equations)
    asked = controls(page, question, words, content)
    folds = folded(page, question, asked, words)
    text: str = (
        _environment()
        .get_template(page.template)
        .render(
            **_frame(words.language, desk.pack, names, here),
            page=page,
            content=content,
            blocks=blocks(content, words, leaf),
            ordered=ordered,
            few=FEW,
            hidden=parameters(page, question),
            near=near,
            controls=[item for item in asked if all(item not in fold.controls for fold in folds)],
            folds=folds,
            files={ending: file for ending, file in page.files.items() if ending not in content.without},
            equations=[item for item in equations() if item.id in wanted],
            sources=[{**row, "reuse": reuse_message(row["reuse"])} for row in sources],
            cite=cited_page(page.name, content.title, desk.pack, desk.hash, f"/{words.language}/{here}"),
            origin=ORIGIN,
            described=content.sentences[0] if content.sentences else words.translate(page.about),
            mathml=mathml,
            embed_code=embed_code,
            link=lambda form, **more: f"/{words.language}/{address(page, question, form, **more)}",
            several=len(content.sheets) > 1,
            digest=desk.hash,
            coming=COMING if desk.coming else 0,
        )
    )
    return text


def embed_html(
    desk: Desk,
    words: Words,
    page: Entry,
    question: Query,
    content: Content,
    names: dict[str, str],
    panel: Panel | None = None,
) -> str:
    """Return the first sentence of an answer with one of its charts, its sources and a link, for a frame elsewhere."""
    here = address(page, question)
    text: str = (
        _environment()
        .get_template("embed.html.j2")
        .render(
            **_frame(words.language, desk.pack, names, here),
            bare=True,
            content=content,
            panel=panel,
            sources=_sources(words, cited(sheet.rows for sheet in content.sheets)),
            cite=cited_page(page.name, content.title, desk.pack, desk.hash, f"/{words.language}/{here}"),
            link=lambda form, **more: f"/{words.language}/{address(page, question, form, **more)}",
        )
    )
    return text


def blocks(content: Content, words: Words, leaf: Leaf = FIRST_LEAF) -> list[TableBlock]:
    """Return the tables that lead, the charts with their tables, then the other tables; a table stands there once."""
    tables = tables_of(content, words, leaf)
    shown: dict[str, str] = {}
    drawn = [
        TableBlock(tables[panel.sheet], panel, panel.figure.id, shown.setdefault(panel.sheet, panel.figure.id))
        for panel in content.panels
    ]
    drawn = [replace(block, before="") if block.before == block.id else block for block in drawn]
    plain = {name: TableBlock(table, None, f"table-{name}") for name, table in tables.items() if name not in shown}
    first = [plain.pop(sheet.name) for sheet in content.sheets if sheet.lead and sheet.name in plain]
    return [_referred(block, words) for block in (*first, *drawn, *plain.values())]


def _referred(block: TableBlock, words: Words) -> TableBlock:
    """Return a block with the sources that its cells name."""
    keys = dict.fromkeys(key for row in block.table.rows for cell in row for key in cell.keys)
    rows = _sources(words, keys)
    return replace(block, references=tuple((row["key"], f"{row['title']} ({row['year']})") for row in rows))


def _sources(words: Words, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return sources as a page names them: titles in the language of the reader where the pack has them."""
    told = titles(words.pack, words.language)
    return [{**row, "title": told[row["key"]]} for row in records(sources_of(words.pack, keys))]


def ordered(table: Table, column: str) -> tuple[str, str]:
    """Return how a table stands by a column, in the words of ARIA, and what the link of its head asks for.

    >>> table = Table("rows", "", (), (), 0, sort="value")
    >>> ordered(table, "value"), ordered(table, "year")
    (('ascending', '-value'), ('', 'year'))
    """
    if table.sort == column:
        return "ascending", f"-{column}"
    return ("descending" if table.sort == f"-{column}" else ""), column


def controls(page: Entry, question: Query, words: Words, content: Content) -> list[FormControl]:
    """Return the fields of the form of a page, without what is withheld, and with what empty fields stand for."""
    _ = words.translate
    found = []
    for name, field in page.question.model_fields.items():
        if is_local(page, name):
            continue
        known = [code for code in choices(page, name, words.pack) if code not in content.withheld.get(name, ())]
        value = getattr(question, name)
        held = value if isinstance(value, tuple) else (() if value is None else (value,))
        held = held or content.held.get(name, ())
        chosen = tuple(f"{one:.15g}" if isinstance(one, float) else str(one) for one in held)
        chosen = tuple(str(one).lower() for one in held) if isinstance(value, bool) else chosen
        joined = [one for one in chosen if one not in known] if known and not isinstance(value, bool) else []
        options = tuple((code, option(page, name, code, words)) for code in [*known, *joined])
        if isinstance(value, bool):
            kind = "switch"
        elif is_list(page, name):
            kind = "several" if known else "text"
        elif known:
            kind = "one" if field.is_required() or (value is not None and field.default is not None) else "optional"
        elif is_area(page, name):
            kind = "area"
        else:
            kind = "number" if is_number(page, name) else "text"
        found.append(FormControl(name, kind, _(field.description or name), options, chosen))
    return found


def folded(page: Entry, question: Query, fields: Sequence[FormControl], words: Words) -> list[Fold]:
    """Return those fields of the form that stand folded, under their words."""
    held = {item.name: item for item in fields}
    asked = {name for name, _ in parameters(page, question)}
    return [
        Fold(words.translate(title), tuple(held[name] for name in names), not asked.isdisjoint(names))
        for title, names in page.folded.items()
    ]


def option(page: Entry, field: str, code: str, words: Words) -> str:
    """Return how a choice of a field is told: keys and disagreement points by their names, places with their code."""
    if field in page.told:
        return page.told[field](code, words.translate)
    if field == "key":
        return key_name(code, words.translate)
    if field == "disagreement":
        return point_names(words.translate).get(code, code)
    name = words.name(code)
    return f"{name} ({code})" if name != code else words.translate(code)


def plain_html(words: Words, names: dict[str, str], template: str, here: str, **more: Any) -> str:
    """Return a page beside the registry, from a template of its own; here : path below the language."""
    frame = _frame(words.language, words.pack, names, here)
    text: str = _environment().get_template(template).render(**frame, **more)
    return text


def error_html(
    language: str,
    pack: Pack | None,
    names: dict[str, str],
    *,
    title: str,
    message: str,
    remedy: str,
    here: str = "",
    reload: int = 0,
    findings: PackError | None = None,
    bare: bool = False,
) -> str:
    """Return the page that says what is wrong and what next.

    reload : seconds after which the page asks again; bare : without menu and form, for a frame of another site
    """
    rows = [in_language(item, language) for item in findings.findings] if findings else []
    text: str = (
        _environment()
        .get_template("error.html.j2")
        .render(
            **_frame(language, pack, names, here),
            title=translator(language)(title),
            message=message,
            remedy=remedy,
            reload=reload,
            findings=rows,
            bare=bare,
        )
    )
    return text


def framed_html(template: str, language: str, pack: Pack | None, names: dict[str, str], here: str, **more: Any) -> str:
    """Return a page that is not in the registry, from a template of its own; here : path and query of the page."""
    text: str = _environment().get_template(template).render(**_frame(language, pack, names, here), **more)
    return text
