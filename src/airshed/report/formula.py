"""Formulas for paper: MathML as nested lists, which the template builds into mathematics of Typst."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

MathNode = list[Any]
"""What a part is, then its letters or its parts."""
RELATIONS = frozenset("=≠<>≤≥∈∉∌⊂⊆→⟺≈∝:")
SIGNS = frozenset("+−·±∪*/")
PAUSES = frozenset(",;")
BARS, ACCENTS = frozenset("¯―"), {"~": "tilde", "^": "hat"}
BOTH = {"msub": "sub", "msup": "sup", "munder": "under", "mover": "over", "mfrac": "frac"}
THREE = {"msubsup": "subsup", "munderover": "underover"}
SPACES = {"1em": "quad", "2em": "quad", "0.167em": "thin"}
GROUPS = frozenset({"math", "mrow", "mstyle", "mpadded", "mtd"})


def typst_of(mathml: str) -> MathNode:
    """Return a formula as nested lists, each with what it is first: row, italic, upright, sub, frac, and so on.

    Raises ValueError for an element that no formula of the catalogue has.

    >>> typst_of("<math><msup><mi>a</mi><mn>2</mn></msup></math>")
    ['row', ['sup', ['italic', 'a'], ['upright', '2']]]
    """
    return _node(ElementTree.fromstring(mathml))


def runs_of(mathml: str) -> list[MathNode]:
    """Return the runs of a formula, between which a line may end: words stand alone, and so does what wide room parts.

    >>> runs_of("<math><mi>a</mi><mtext>if</mtext><mi>b</mi></math>")
    [['row', ['italic', 'a']], ['text', 'if'], ['row', ['italic', 'b']]]
    """
    runs: list[MathNode] = []
    held: list[MathNode] = []
    for node in [*_flat(typst_of(mathml)), ["quad"]]:
        if node[0] in ("text", "quad"):
            if held:
                runs.append(["row", *held])
            held = []
            if node[0] == "text":
                runs.append(node)
        else:
            held.append(node)
    return runs


def _flat(node: MathNode) -> list[MathNode]:
    """Return the parts of a row, and those of the rows in it."""
    if node[0] != "row":
        return [node]
    return [part for one in node[1:] for part in _flat(one)]


def _node(element: ElementTree.Element) -> MathNode:
    kind = element.tag.rpartition("}")[2]
    text = element.text or ""
    if kind in GROUPS:
        return ["row", *map(_node, element)]
    if kind in ("mi", "mn", "mo", "mtext"):
        return _sign(kind, text, element.get("mathvariant") == "normal")
    if kind == "mspace":
        return [SPACES.get(element.get("width", ""), "none")]
    if kind == "msqrt":
        return ["root", ["row", *map(_node, element)]]
    if kind == "mtable":
        return ["table", *(["row", *map(_node, row)] for row in element)]
    if kind in BOTH or kind in THREE:
        return _attached(BOTH.get(kind) or THREE[kind], list(element))
    raise ValueError(f"{kind} is no part of a formula")


def _sign(kind: str, text: str, upright: bool) -> MathNode:
    """Return a letter, number or sign with what decides its shape and the room around it."""
    if kind == "mtext":
        return ["text", text.replace("\u00a0", " ")]
    if text in RELATIONS:
        return ["relation", text]
    if text in SIGNS:
        return ["binary", text]
    if text in PAUSES:
        return ["punctuation", text]
    if kind == "mi" and len(text) == 1 and not upright:
        return ["italic", text]
    return ["operator" if text in "∑∏" else "upright", text]


def _attached(kind: str, parts: list[ElementTree.Element]) -> MathNode:
    """Return a part with what stands around it; a line or sign right above it is an accent."""
    above = (parts[-1].text or "").strip()
    if kind == "over" and above in BARS:
        return ["overline", _node(parts[0])]
    if kind == "over" and above in ACCENTS:
        return [ACCENTS[above], _node(parts[0])]
    return [kind, *map(_node, parts)]
