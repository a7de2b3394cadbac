"""Letters of charts as pictures: every one of the messages and names in Korean and Chinese has a glyph in a PNG."""

import base64

import pytest

from airshed.charts.theme import FONT_STACK
from airshed.pack.language import catalogue

pytestmark = pytest.mark.browser
CELL, ACROSS = 32, 50
NONE = "\U0010fffe"
"""A letter that no font has."""
CELLS = """
async ([picture, cell, across, count]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  [context.canvas.width, context.canvas.height] = [image.width, image.height];
  context.drawImage(image, 0, 0);
  return Array.from({ length: count }, (_, place) =>
    context.getImageData((place % across) * cell, Math.floor(place / across) * cell, cell, cell).data.join());
}
"""


def drawn(browser, letters):
    """Return each letter as it is drawn by what makes the PNG of a chart."""
    import vl_convert

    rows = -(-len(letters) // ACROSS)
    words = "".join(
        f'<text x="{place % ACROSS * CELL + 4}" y="{place // ACROSS * CELL + 24}">&#{ord(letter)};</text>'
        for place, letter in enumerate(letters)
    )
    size = f'width="{ACROSS * CELL}" height="{rows * CELL}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT_STACK}" font-size="20">{words}</svg>'
    png = base64.b64encode(vl_convert.svg_to_png(svg, scale=1)).decode()
    page = browser.new_page()
    found = page.evaluate(CELLS, [png, CELL, ACROSS, len(letters)])
    page.close()
    return found


@pytest.mark.parametrize("language", ["ko", "zh"])
def test_no_letter_of_a_chart_lacks_a_glyph(browser, pack, language):
    names = pack.table("regions")[f"name_{language}"]
    text = "".join([*catalogue(language).values(), *names])
    letters = sorted({letter for letter in text if ord(letter) > 126 and letter.isprintable() and not letter.isspace()})
    missing, blank, private, *cells = drawn(browser, [NONE, " ", "\ue0f7", *letters])
    assert len(letters) > 400 and private in (missing, blank)
    assert [letter for letter, cell in zip(letters, cells, strict=True) if cell in (missing, blank)] == []
