"""What tests in the browser share: how it starts, how a page is opened, and what is looked at there."""

import json
import shutil
from urllib.parse import urlsplit

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = 1280, 390
DRAWN = ".chart[data-state=drawn] svg"
PATIENCE = 90_000
"""Milliseconds that a page may take to answer."""
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
LETTERS = """
() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const drawn = (font, letter) => {
    context.canvas.width = context.canvas.height = 48;
    context.font = font;
    if (letter) context.fillText(letter, 4, 36);
    return context.getImageData(0, 0, 48, 48).data.join();
  };
  const used = {};
  const add = (element, text) => {
    const style = getComputedStyle(element);
    const font = `${style.fontWeight} 30px ${style.fontFamily}`;
    used[font] ??= new Set();
    for (const letter of text) if (!/[\\s\\x20-\\x7e\\p{Cc}\\p{Cf}\\p{M}]/u.test(letter)) used[font].add(letter);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    if (!["SCRIPT", "STYLE", "NOSCRIPT"].includes(around.tagName)) add(around, walker.currentNode.data);
  }
  document.querySelectorAll("input, textarea").forEach((field) => add(field, field.value + field.placeholder));
  const missing = new Set();
  let count = 0;
  for (const [font, letters] of Object.entries(used)) {
    const none = [drawn(font, ""), drawn(font, "\\u{10FFFE}")];
    for (const letter of letters) if (none.includes(drawn(font, letter))) missing.add(letter);
    count += letters.size;
  }
  return { count, missing: [...missing] };
}
"""
"""Draws every letter of a page in its own font beside one that no font has: what looks the same has no glyph."""

THIN = """
() => {
  const shape = (element) => {
    const parts = [...element.children].map(shape).join();
    const words = parts || element.textContent.trim() ? "" : "empty";
    return [element.tagName, element.className, element.style.cssText, words, `(${parts})`].join(".");
  };
  document.querySelectorAll("tbody").forEach((body) => {
    const seen = {};
    for (const row of [...body.rows]) {
      const kind = shape(row);
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (seen[kind] > 2) row.remove();
    }
  });
}
"""
"""Takes rows out of tables until two are left of every kind: of one make, one style and the same empty cells."""


def chromium():
    """Return the path of Debian's chromium."""
    path = shutil.which("chromium")
    assert path, "Debian's chromium is missing; make test installs it"
    return path


def opened(browser, address, width=DESKTOP, **options):
    """Open an address; the page notes what its console says, what it asks for, and what its policy refuses."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    page.set_default_timeout(PATIENCE)
    page.errors, page.asked = [], []
    kinds = ("error", "warning")
    page.on("console", lambda message: page.errors.append(message.text) if message.type in kinds else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.add_init_script(LISTEN)
    page.goto(address, timeout=PATIENCE)
    return page


def draw(page):
    """Move through a page until all its charts are drawn."""
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
    for chart in page.locator(".chart").all():
        chart.locator("svg, a").first.wait_for()


def hosts(page):
    """Return the hosts that a page asked."""
    return {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}


def fonts(page, most=40):
    """Return the families that the browser takes the letters of words and of charts from, by a part of each."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    families = set()
    for selector in ("h1, p, a, label, option, th, td, code", ".chart svg text"):
        nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
        for node in nodes[:: max(len(nodes) // most, 1)]:
            used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            families |= {font["familyName"] for font in used}
    session.detach()
    return families


def faults(page, rule=""):
    """Return what axe-core finds wrong on a page, a line each; of table rows of one kind it is shown two.

    rule : the only one that is looked at, all if empty
    """
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(THIN)
    page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], **({"runOnly": [rule]} if rule else {})}
    found = page.evaluate("asked => axe.run(asked)", asked)
    return [
        json.dumps([item["id"], node["target"], node["html"][:200], node["failureSummary"]], ensure_ascii=False)
        for item in found["violations"]
        for node in item["nodes"]
    ]
