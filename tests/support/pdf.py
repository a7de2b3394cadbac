"""The text of a PDF as its reader sees it: content streams read with the tables that turn glyphs into letters.

Only what Typst writes is read: PDF 1.7 with compressed streams, and fonts of two bytes a glyph.
"""

import re
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b")
STREAM = re.compile(rb"\bstream\r?\n|\bendobj")
LENGTH = re.compile(rb"/Length (\d+)")
FONT = re.compile(rb"/(\w+) [\d.]+ Tf")
CONTENTS, RESOURCES = re.compile(rb"/Contents (\d+) 0 R"), re.compile(rb"/Resources (\d+) 0 R")
NAMED = re.compile(rb"/(f\d+|F\w+) (\d+) 0 R")
HEX, OPEN, CLOSE, BACKSLASH = b"<()\\"
ESCAPED = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3})", re.DOTALL)
TOLD = b"/ActualText"
"""What stands before a string that says what glyphs mean, and is not set itself."""
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def objects_of(content: bytes) -> dict[int, tuple[bytes, bytes]]:
    """Return the objects of a file by number: what describes each, and its stream."""
    found: dict[int, tuple[bytes, bytes]] = {}
    at = 0
    while (start := OBJECT.search(content, at)) is not None:
        stop = STREAM.search(content, start.end())
        head, at = content[start.end() : stop.start()], stop.end()
        raw = b""
        if stop[0] != b"endobj":
            raw = content[at : at + int(LENGTH.search(head)[1])]
            at += len(raw)
        found[int(start[1])] = (head, zlib.decompress(raw) if b"FlateDecode" in head else raw)
    for head, stream in list(found.values()):
        if b"/ObjStm" in head:
            first = int(re.search(rb"/First (\d+)", head)[1])
            numbers = [int(word) for word in stream[:first].split()]
            places = [*numbers[1::2], len(stream) - first]
            for number, start, stop in zip(numbers[::2], places, places[1:], strict=False):
                found[number] = (stream[first + start : first + stop], b"")
    return found


def letters_of(table: bytes) -> dict[int, str]:
    """Return the letters of glyphs by a table ToUnicode."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step, glyph in enumerate(range(int(low, 16), int(high, 16) + 1)):
                found[glyph] = chr(int(text, 16) + step)
    return found


def unescaped(text: bytes) -> bytes:
    """Return a literal string without its backslashes."""

    def letter(hit: re.Match[bytes]) -> bytes:
        return LETTERS.get(hit[1]) or (bytes([int(hit[1], 8)]) if hit[1].isdigit() else hit[1])

    return ESCAPED.sub(letter, text)


def strings_of(stream: bytes, at: int, until: int) -> list[bytes]:
    """Return the strings that a part of a content stream sets; brackets in them are escaped, or stand in pairs."""
    found: list[bytes] = []
    while at < until:
        told = stream[max(at - len(TOLD) - 1, 0) : at].rstrip().endswith(TOLD)
        before = len(found)
        if stream[at : at + 2] == b"<<":
            at += 1
        elif stream[at] == HEX:
            start, at = at + 1, stream.index(b">", at)
            found.append(bytes.fromhex(stream[start:at].decode()))
        elif stream[at] == OPEN:
            start, depth = at + 1, 1
            while depth:
                at += 1
                if stream[at] == BACKSLASH:
                    at += 1
                else:
                    depth += (stream[at] == OPEN) - (stream[at] == CLOSE)
            found.append(unescaped(stream[start:at]))
        if told:
            del found[before:]
        at += 1
    return found


def text_of(content: bytes) -> str:
    """Return all letters of a PDF in the order in which they are set; those inside pictures may be wrong."""
    held = objects_of(content)
    pages = {int(found[1]): head for head, _ in held.values() if (found := CONTENTS.search(head))}
    said = []
    for number, (head, stream) in held.items():
        starts = list(FONT.finditer(stream))
        fonts = fonts_of(pages.get(number, head), held) if starts else {}
        for start, stop in zip(starts, [*(hit.start() for hit in starts[1:]), len(stream)], strict=False):
            font = fonts.get(start[1], {})
            for raw in strings_of(stream, start.end(), stop):
                said += [font.get(int.from_bytes(raw[at : at + 2]), "") for at in range(0, len(raw), 2)]
    return "".join(said)


def fonts_of(head: bytes, held: dict[int, tuple[bytes, bytes]]) -> dict[bytes, dict[int, str]]:
    """Return the letters of the fonts of a page or picture by their names in it; the same name is another elsewhere."""
    listed = RESOURCES.search(head)
    if listed is not None:
        head = held[int(listed[1])][0]
    fonts = {}
    for name, number in NAMED.findall(head):
        table = re.search(rb"/ToUnicode (\d+) 0 R", held[int(number)][0])
        if table is not None:
            fonts[name] = letters_of(held[int(table[1])][1])
    return fonts


def pages_of(content: bytes) -> int:
    """Return how many pages a PDF has."""
    return sum(bool(re.search(rb"/Type\s*/Page\b", head)) for head, _ in objects_of(content).values())
