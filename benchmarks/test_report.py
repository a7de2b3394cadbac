"""Reports on paper: processor time with the answers at hand, beside what Typst alone takes for the same document."""

import resource

import pytest

from airshed.answers.ask import Direct
from airshed.answers.chapters.local_page import local_page
from airshed.answers.chapters.local_paper import pdf_page
from airshed.answers.words import Words
from airshed.assessment import local
from airshed.assessment.tables import all_tables
from airshed.charts.render import Drawer, drawers
from airshed.pack.language import translator
from airshed.report.drawing import start_drawing
from airshed.report.full import full_report
from airshed.report.pdf import pdf_report
from airshed.report.whole import whole_document


def cpu():
    """Return the processor time of this process and of those that ended, seconds; the drawing ones are ended first."""
    drawers().close()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def spent(make, rounds=3):
    """Return the least processor time of a call, seconds."""
    times = []
    for _ in range(rounds):
        started = cpu()
        make()
        times.append(cpu() - started)
    return min(times)


@pytest.fixture(scope="module")
def assessment(pack):
    import airshed

    return airshed.assess(pack, airshed.Question(target="who-2005"))


def test_the_full_report(pack, assessment, tell):
    tables, words = all_tables(pack, assessment), Words(pack, "ko", translator("ko"))
    with Drawer() as drawer:
        drawing = start_drawing(pack, assessment, tables, "ko", drawer)
        document = whole_document(pack, assessment, tables, words, drawing.figures, pack.findings)
        svg = drawing.svg
    found = spent(lambda: full_report(pack, assessment, "pdf", "ko", pack.findings))
    floor = spent(lambda: pdf_report(document, svg))
    tell(
        f"full report {found:.2f} s (under 6), setting alone {floor:.2f} s, ratio {found / floor:.1f}",
        "report full",
        "PDF, built-in pack",
        here=found,
        theirs=floor,
        beside="setting the same document",
    )
    assert found < 6


def test_the_page_of_a_city(pack, tell):
    ask, words = Direct(pack), Words(pack, "ko", translator("ko"))
    page = local_page(ask, words, local.city(pack, "seoul"), None)
    found = spent(lambda: pdf_page(local_page(ask, words, local.city(pack, "seoul"), None), words))
    floor = spent(lambda: pdf_page(page, words))
    tell(
        f"page of a city {found:.2f} s (under 2), drawing and setting alone {floor:.2f} s, ratio {found / floor:.1f}",
        "report city",
        "PDF, Seoul",
        here=found,
        theirs=floor,
        beside="drawing and setting the same page",
    )
    assert found < 2
