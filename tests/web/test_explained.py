"""From any number to its explanation by a click: what is explained is the number that was clicked."""

import html
import re

import pytest

LINK = re.compile(r'<a class="why" href="/en/(explain\?[^"]*)"[^>]*>([^<]*)</a>')
LEAD = re.compile(r'<p class="note"><a href="/en/(explain\?[^"]*)">Where a number comes from')
PAGES = (
    *("city/seoul", "country/KOR", "region/KR-11", "attribution?receptor=seoul", "health?region=KOR"),
    *("value?region=KOR", "damage?region=CN-SD", "emissions?region=CN-HE", "measures?region=CN-HE", "", "hindcast"),
)
SAMPLED = 3
"""Numbers of a page that are followed, at the ends and in the middle."""


def number(text):
    """Return the first number of a text."""
    return float(re.search(r"-?[\d,]*\.?\d+", text.replace("−", "-")).group().replace(",", ""))


def explained(client, address):
    """Return the steps of an explanation."""
    answer = client.get(f"/en/{html.unescape(address).replace('explain?', 'explain.json?')}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def same(shown, value):
    """Say whether a number that is shown is a rounded value: to its own digits, or to three that say something."""
    decimals = len(shown.partition(".")[2].rstrip(" %"))
    return f"{value:.{decimals}f}" == f"{number(shown):.{decimals}f}" or number(shown) == float(f"{value:.3g}")


@pytest.mark.parametrize("address", PAGES)
def test_a_number_that_leads_on_is_the_one_that_is_explained(client, address):
    text = client.get(f"/en/{address}").text
    links = [(where, html.unescape(shown)) for where, shown in LINK.findall(text) if "explain" in where]
    assert links
    picked = [links[place] for place in sorted({0, len(links) // 2, len(links) - 1})][:SAMPLED]
    for where, shown in picked:
        steps = explained(client, where)
        known = [steps[0]["value"], *([steps[1]["value"]] if "%" in shown else [])]
        assert any(same(shown, value) for value in known if value is not None), (where, shown, known[:2])


@pytest.mark.parametrize("address", ["attribution?receptor=seoul", "health?region=KOR", "value?region=KOR"])
def test_the_first_sentence_leads_to_where_its_number_comes_from(client, address):
    text = client.get(f"/en/{address}").text
    (where,) = LEAD.findall(text)
    steps = explained(client, where)
    assert steps[0]["value"] is not None and any(step["step"].startswith("equation") for step in steps)
    assert not LEAD.findall(client.get(f"/en/{address}&scenario=frozen").text)
    assert client.get(f"/en/{address}&scenario=frozen").status_code == 200


def test_an_explanation_has_steps_studies_what_they_differ_on_formulas_and_what_its_range_holds(client):
    text = html.unescape(client.get("/en/explain?command=attribution&row=seoul+CHN&year=2022").text)
    said = re.findall(r"<li>(.*?)</li>", re.search(r'<ul class="sentences">.*?</ul>', text, re.DOTALL).group())
    numbered = [line for line in said if re.match(r"\d+\. ", line)]
    assert len(numbered) > 3 and all(re.search(r"\d", line.partition(": ")[2]) for line in numbered)
    for part in ("the studies: ", "the studies differ by ", "the range holds "):
        assert any(line.startswith(part) for line in said), part
    assert text.count("<math ") > 3
