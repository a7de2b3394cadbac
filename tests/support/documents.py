"""Mutants of what is given beside a pack: scenarios, plans, budgets, beliefs, targets and boundaries."""

import copy
import csv
import io
import json
import unicodedata

from support.mutants import BROKEN, BYTES, OTHER, SAME, ZERO_WIDTH, Mutant

WORDS = ("zzz", "AAA,BBB", "", "\u0000", "x" * 200, "null", "-", "=1+1", "*", "9-May")
NUMBERS = ("nan", "inf", "-inf", "1e400", "1_0", "0x1F", "1,5", "1 5", "½", "10²", "--5", "5..", "1/2", "<5", "N/A")
VALUES = (None, True, False, [], {}, "", "off", "yes", "1e400", -1, 0, 10**30, 1e300, "2O20", [None], {"a": 1}, 0.5)


class Table:
    """A small CSV to change: its header and rows; `columns` says of each whether it holds a number, year or word."""

    def __init__(self, text, columns, random):
        self.random, self.columns = random, columns
        self.header, *self.rows = list(csv.reader(io.StringIO(text)))

    def bytes(self):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.header, *self.rows])
        return out.getvalue().encode("utf-8")

    def at(self, *kinds):
        held = [
            (row, place)
            for row in range(len(self.rows))
            for place, name in enumerate(self.header)
            if self.columns.get(name) in kinds
        ]
        return self.random.choice(held)

    def put(self, place, value, meaning, how):
        before = self.rows[place[0]][place[1]]
        self.rows[place[0]][place[1]] = value
        return f"{how}: {self.header[place[1]]} of row {place[0] + 2} from {before!r} to {value!r}", meaning


def _no_number(table):
    return table.put(table.at("number"), table.random.choice(NUMBERS), BROKEN, "no number")


def _no_year(table):
    ways = ["15", "2O15", "20155", "2015.5", "-2015", "nan", "", "2015/16", "May-15"]
    return table.put(table.at("year"), table.random.choice(ways), BROKEN, "no year")


def _no_word(table):
    return table.put(table.at("word"), table.random.choice(WORDS), BROKEN, "no word")


def _seen_as_before(table):
    place = table.at("word", "number", "year")
    value = table.rows[place[0]][place[1]]
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in value)
    ways = [f" {value} ", wide, value + table.random.choice(ZERO_WIDTH), unicodedata.normalize("NFD", value)]
    ways += [f"{value}\u00a0", f"\u2009{value}"]
    return table.put(place, table.random.choice(ways), SAME, "seen as before")


def _spelled_number(table):
    place = table.at("number")
    value = float(table.rows[place[0]][place[1]])
    return table.put(place, table.random.choice([f"+{value}", f"{value:.12e}", f"{value}0"]), SAME, "spelled number")


def _other_number(table):
    place = table.at("number")
    value = float(table.rows[place[0]][place[1]])
    return table.put(place, repr(round(value * table.random.uniform(0.5, 1.2), 2)), OTHER, "other number")


def _decimal_comma(table):
    """Write a number with a comma and without quotes, which makes one cell two."""
    place = table.at("number")
    row = table.rows[place[0]]
    row[place[1] : place[1] + 1] = [row[place[1]].split(".")[0], "5"]
    return "decimal comma", BROKEN


def _shifted(table):
    row = table.random.randrange(len(table.rows))
    cells = table.rows[row]
    at = table.random.randrange(len(cells))
    way = table.random.choice(["one more", "one less", "right", "left"])
    changed = {
        "one more": [*cells[:at], "1", *cells[at:]],
        "one less": [*cells[:at], *cells[at + 1 :]],
        "right": [*cells[:at], "", *cells[at:-1]],
        "left": [*cells[:at], *cells[at + 1 :], ""],
    }[way]
    table.rows[row] = changed
    kept = changed == cells or (way in ("left", "right") and table.columns.get(table.header[at]) == "name")
    return f"shifted {way}", OTHER if kept else BROKEN


def _doubled(table):
    table.rows.append(list(table.random.choice(table.rows)))
    return "a row twice", SAME


def _contradicted(table):
    place = table.at("number")
    copied = list(table.rows[place[0]])
    copied[place[1]] = repr(float(copied[place[1]]) * 0.9)
    table.rows.append(copied)
    return "a row again with another number", BROKEN


def _shuffled(table):
    table.random.shuffle(table.rows)
    return "rows shuffled", SAME


def _blank(table):
    table.rows.insert(table.random.randrange(len(table.rows) + 1), [""] * table.random.choice([0, len(table.header)]))
    return "a blank row", SAME


def _more(table):
    first = table.random.choice(["Total", "# end", table.header[0]])
    table.rows.append([first, *[""] * (len(table.header) - 1)])
    return "a row of remarks", BROKEN


def _renamed(table):
    at = table.random.randrange(len(table.header))
    name = table.header[at]
    table.header[at] = table.random.choice([f"{name}s", name[:-1], "", "x"])
    return f"column {name} renamed", BROKEN if name in table.columns else SAME


def _named_alike(table):
    at = table.random.randrange(len(table.header))
    name = table.header[at]
    table.header[at] = table.random.choice([name.upper(), f" {name} ", f"{name}\u200b", name.title()])
    return f"column {name} spelled", SAME


def _removed(table):
    at = table.random.randrange(len(table.header))
    name = table.header[at]
    for row in (table.header, *table.rows):
        del row[at]
    kept = {"name": OTHER}.get(table.columns.get(name), BROKEN)
    return f"column {name} removed", kept if name in table.columns else SAME


def _moved(table):
    order = list(range(len(table.header)))
    table.random.shuffle(order)
    table.header, *table.rows = [[row[at] for at in order] for row in (table.header, *table.rows)]
    return "columns moved", SAME


def _twice(table):
    at = table.random.randrange(len(table.header))
    for row in (table.header, *table.rows):
        row.append(row[at] if row is table.header else "0.5")
    return f"column {table.header[at]} twice", BROKEN


TABLES = (
    _no_number, _no_year, _no_word, _seen_as_before, _spelled_number, _other_number, _decimal_comma, _shifted, _doubled,
    _contradicted, _shuffled, _blank, _more, _renamed, _named_alike, _removed, _moved, _twice,
)  # fmt: skip


def table_mutant(text, columns, random):
    """Return a mutant of a small CSV; columns : what each that is read holds, `number`, `year` or `word`."""
    data = text.encode("utf-8")
    while True:
        if random.random() < 0.2:
            name = random.choice(sorted(BYTES))
            changed, meaning = BYTES[name](data, random)
            free = name == "a quote" and "name" in columns.values()
            return Mutant(name, OTHER if free else meaning, changed)
        table = Table(text, columns, random)
        change = random.choice(TABLES)
        if change is _no_year and "year" not in columns.values():
            continue
        told, meaning = change(table)
        if table.bytes() != data:
            return Mutant(told, meaning, table.bytes())


def _places(held, here=()):
    """Go through the places of a document, containers and leaves."""
    parts = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    for key, value in parts:
        yield (*here, key)
        yield from _places(value, (*here, key))


def _inside(document, place):
    for key in place[:-1]:
        document = document[key]
    return document, place[-1]


def _meaning(place, texts):
    return SAME if any(key in texts for key in place) else BROKEN


def _valued(document, random, texts):
    place = random.choice(list(_places(document)))
    holder, key = _inside(document, place)
    value = random.choice(VALUES)
    before, holder[key] = holder[key], value
    return f"{place} from {before!r} to {value!r}"[:120], OTHER


def _key_renamed(document, random, texts):
    place = random.choice([place for place in _places(document) if isinstance(place[-1], str)])
    holder, key = _inside(document, place)
    name = random.choice([f"{key}s", key.upper(), key[:-1], f"{key}\u200b", "x"])
    for one in list(holder):
        value = holder.pop(one)
        holder[name if one == key else one] = value
    return f"{place} renamed to {name!r}", _meaning(place, texts)


def _key_removed(document, random, texts):
    place = random.choice(list(_places(document)))
    holder, key = _inside(document, place)
    del holder[key]
    return f"{place} removed", OTHER


def _misspelled(document, random, texts):
    held = [place for place in _places(document) if isinstance(_held(document, place), str)]
    place = random.choice(held)
    holder, key = _inside(document, place)
    value = holder[key]
    holder[key] = random.choice([f"{value}x", value[:-1], "zzz", f"{value},{value}"])
    return f"{place} from {value!r} to {holder[key]!r}"[:120], _meaning(place, texts)


def _disguised(document, random, texts):
    held = [place for place in _places(document) if isinstance(_held(document, place), str)]
    place = random.choice(held)
    holder, key = _inside(document, place)
    value = holder[key]
    holder[key] = random.choice([unicodedata.normalize("NFD", value), f" {value} ", f"{value}\u200b", value.upper()])
    return f"{place} from {value!r} to {holder[key]!r}"[:120], SAME


def _held(document, place):
    holder, key = _inside(document, place)
    return holder[key]


DOCUMENTS = (_valued, _key_renamed, _key_removed, _misspelled, _disguised)


def document_mutant(document, write, random, texts=()):
    """Return a mutant of a document of lists and objects; write : to text; texts : keys that decide nothing."""
    data = write(document).encode("utf-8")
    while True:
        way = random.random()
        if way < 0.2:
            name = random.choice(sorted(BYTES))
            changed, meaning = BYTES[name](data, random)
            return Mutant(name, OTHER if meaning is BROKEN else meaning, changed)
        if way < 0.4:
            changed, told = _lines(data.decode("utf-8"), random)
            return Mutant(told, OTHER, changed.encode("utf-8"))
        changed = copy.deepcopy(document)
        told, meaning = random.choice(DOCUMENTS)(changed, random, texts)
        try:
            text = write(changed).encode("utf-8")
        except (TypeError, ValueError):
            continue
        if text != data:
            return Mutant(told, meaning, text)


def _lines(text, random):
    """Delete, double, swap or indent lines, or put a letter somewhere."""
    lines = text.splitlines(keepends=True)
    at = random.randrange(len(lines))
    way = random.choice(["deleted", "doubled", "swapped", "indented", "letter", "deep"])
    if way == "deleted":
        del lines[at]
    elif way == "doubled":
        lines.insert(at, lines[at])
    elif way == "swapped":
        other = random.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif way == "indented":
        lines[at] = "  " + lines[at]
    elif way == "letter":
        place = random.randrange(len(lines[at]))
        lines[at] = lines[at][:place] + random.choice("\"'[]{}:,-&*!#%@\t\\0") + lines[at][place:]
    else:
        lines.insert(at, "[" * 5000)
    return "".join(lines), f"line {at + 1} {way}"


def json_text(document):
    return json.dumps(document, indent=1, ensure_ascii=False)
