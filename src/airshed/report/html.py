"""The report as one self-contained HTML file: no script, no request, figures inside, the annex folded."""

from __future__ import annotations

from collections.abc import Mapping

from airshed.answers.chapters.pictures import Picture, data_uri, environment
from airshed.pack.letters import cleaned
from airshed.report.document import Document

TEMPLATE = "report.html.j2"


def html_text(document: Document, svg: Mapping[str, str]) -> str:
    """Return a report as HTML text; svg : the pictures of its figures by name."""
    pictures = {
        name: Picture(data_uri(svg[name]), figure.alt, figure.caption) for name, figure in document.figures.items()
    }
    template = environment(document.words.translate, "airshed.report").get_template(TEMPLATE)
    annex = document.annex()
    text: str = template.render(
        language=document.words.language,
        document=document,
        figures=pictures,
        annex=annex,
        contents=[(section.id, section.heading) for section in document.sections],
    )
    return cleaned(text)
