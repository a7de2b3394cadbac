"""Mutants of a table of a pack: one change of its cells, rows, columns or bytes, and what it means.

What a change means decides what may come of it. SAME: the table says the same in another spelling, so that every
answer is the same. BROKEN: it makes no sense any more, so that it is told. OTHER: another pack might say so, and
another answer is right.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass

from airshed.pack.quantities import in_units
from airshed.pack.schema import tables
from airshed.pack.units import alike, find
from airshed.pack.words import deciding

SAME, BROKEN, OTHER = "same", "broken", "other"
NO_NUMBERS = (
    "nan", "NaN", "inf", "-inf", "Infinity", "1e400", "-1e400", "None", "NULL", "N/A", "#N/A", "#REF!", "TRUE", "yes",
    "1 000", "1.234,5", "1,5", "0x1F", "½", "10²", "--5", "1e", ".", "-", "?", "5%", "9-May", "10 kt", "ca. 5", "<5",
    "5e", "1/2", "1..5", "=1+1", "'5", "$5",
)  # fmt: skip
NO_YEARS = ("15", "0", "20155", "2015.5", "2O15", "'15", "2015-01-01", "2015/16", "-2015", "nan", "year", "May-15")
NO_UNITS = ("kt per year", "kilo", "?", "m3", "kt/yr/yr", "Kt", "ug", "people", "%%", "µ", "1.0", "\u200bx")
ANY_UNITS = ("km", "persons", "kt/yr", "ug/m3", "deaths", "GJ", "km2", "USD/t", "million USD", "year", "degree")
ZERO_WIDTH = ("\u200b", "\ufeff", "\u200d", "\u2060", "\u00ad")

WHOLE = ("populations", "ages", "mortality", "emissions", "source_receptor", "source_receptor_base", "group_members")
"""Tables of which no row can go unsaid: what is left would count as all."""


@dataclass(frozen=True)
class Mutant:
    """A changed file: what was done to it, what that means, and its bytes."""

    name: str
    meaning: str
    data: bytes


class Sheet:
    """A table to change: its header, its rows, and the schema of its columns."""

    def __init__(self, table, data, random):
        self.random = random
        self.schema = tables()[table]
        self.header, *self.rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        self.columns = {column.column: column for column in self.schema.columns}

    def bytes(self):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.header, *self.rows])
        return out.getvalue().encode("utf-8")

    def at(self, *kinds, filled=True, where=lambda column: True):
        """Return a random cell of columns of some types that has something in it: row, place, column."""
        cells = [
            (row, place, self.columns[name])
            for row in range(len(self.rows))
            for place, name in enumerate(self.header)
            if name in self.columns
            and (not kinds or self.columns[name].type in kinds)
            and (bool(self.rows[row][place]) or not filled)
            and where(self.columns[name])
        ]
        return self.random.choice(cells) if cells else None

    def decides(self, column):
        return (self.schema.name, column.column) in deciding()


def _cell(sheet, place, value, meaning, how):
    row, column, kind = place
    told = f"{how}: {kind.column} of row {row + 2} from {sheet.rows[row][column]!r} to {value!r}"
    sheet.rows[row][column] = value
    return told, meaning


def empty(sheet):
    place = sheet.at()
    strict = place[2].required or place[2].type == "code"
    return _cell(sheet, place, "", BROKEN if strict and sheet.decides(place[2]) else OTHER, "empty")


def no_number(sheet):
    place = sheet.at("number", "integer")
    return place and _cell(sheet, place, sheet.random.choice(NO_NUMBERS), BROKEN, "no number")


def negative(sheet):
    place = sheet.at("number", where=lambda column: column.minimum == 0)
    if not place or float(sheet.rows[place[0]][place[1]]) <= 0:
        return None
    return _cell(sheet, place, f"-{sheet.rows[place[0]][place[1]]}", BROKEN, "negative")


def huge(sheet):
    place = sheet.at("number")
    return place and _cell(sheet, place, sheet.random.choice(["1e30", "9" * 40, "1e200", "1e308"]), BROKEN, "huge")


def other_number(sheet):
    place = sheet.at("number", "integer")
    if not place:
        return None
    value = float(sheet.rows[place[0]][place[1]])
    return _cell(sheet, place, repr(round(value * sheet.random.uniform(0.5, 1.5), 6)), OTHER, "other number")


def zero(sheet):
    place = sheet.at("number", "integer")
    return place and _cell(sheet, place, "0", OTHER, "zero")


def spelled_number(sheet):
    place = sheet.at("number")
    if not place:
        return None
    value = sheet.rows[place[0]][place[1]]
    number = float(value)
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in value)
    ways = [f"{number:.17e}", repr(number), f" {value} ", wide, f"{value}\u200b", f"\ufeff{value}"]
    ways += [f"+{value}"] if number > 0 else [value.replace("-", "\u2212")]
    return _cell(sheet, place, sheet.random.choice(ways), SAME, "spelled number")


def no_year(sheet):
    place = sheet.at("year")
    return place and _cell(sheet, place, sheet.random.choice(NO_YEARS), BROKEN, "no year")


def other_year(sheet):
    place = sheet.at("year")
    return place and _cell(sheet, place, sheet.random.choice(["2010", "2015", "2020", "2013"]), OTHER, "other year")


def far_year(sheet):
    place = sheet.at("year")
    return place and _cell(sheet, place, sheet.random.choice(["0000", "0015", "9999", "1015"]), BROKEN, "far year")


def spelled_year(sheet):
    place = sheet.at("year")
    if not place:
        return None
    value = sheet.rows[place[0]][place[1]]
    zero = sheet.random.choice([0x0660, 0x0966, 0xFF10, 0x1D7CE])
    ways = ["".join(chr(zero + int(digit)) for digit in value), f" {value}", f"{value}\u00a0", f"{value}\u200b"]
    return _cell(sheet, place, sheet.random.choice(ways), SAME, "spelled year")


def spelled_word(sheet):
    """Change case, hyphens, width and what cannot be seen, or decompose the letters."""
    place = sheet.at("string", "code", "age")
    value = sheet.rows[place[0]][place[1]]
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in value)
    seen = sheet.random.randrange(len(value) + 1)
    ways = [value.upper(), value.title(), value.swapcase(), wide, f" {value}\u3000"]
    ways += [unicodedata.normalize("NFD", value)]
    ways += [value.replace("-", "\u2013"), value.replace(" ", "\u00a0"), value.replace("_", "-")]
    ways += [value[:seen] + sheet.random.choice(ZERO_WIDTH) + value[seen:]]
    return _cell(sheet, place, sheet.random.choice(ways), SAME, "spelled word")


def no_word(sheet):
    """Misspell a word that decides."""
    place = sheet.at("string", "code", where=sheet.decides)
    if not place:
        return None
    value = sheet.rows[place[0]][place[1]]
    cut = sheet.random.randrange(len(value))
    ways = [value + "x", value[:cut] + value[cut + 1 :] or "x", "zzz", f"{value} {value}", value[::-1] + "q"]
    return _cell(sheet, place, sheet.random.choice(ways), BROKEN, "no word")


def other_word(sheet):
    place = sheet.at("string", "code", "age", where=sheet.decides)
    if not place:
        return None
    words = sorted({row[place[1]] for row in sheet.rows} | set(place[2].values) | {"AAA", "BBB", "AA-1"})
    return _cell(sheet, place, sheet.random.choice(words), OTHER, "other word")


def no_band(sheet):
    place = sheet.at("age")
    ways = ["9-May", "Oct-14", "5 - ", "young", "29-25", "25", "25-29-34", "May-09", "1905-09-01", "250-290", "-5"]
    return place and _cell(sheet, place, sheet.random.choice(ways), BROKEN, "no band")


def spelled_band(sheet):
    place = sheet.at("age")
    if not place:
        return None
    value = sheet.rows[place[0]][place[1]]
    ways = [value.replace("-", sheet.random.choice("–—−~")), value.replace("-", " to "), f"{value} years"]
    return _cell(sheet, place, sheet.random.choice(ways), SAME, "spelled band")


def no_date(sheet):
    place = sheet.at("date", "period")
    ways = ["2010-02-30", "9-May", "01/02/2010", "20100101", "2010-1-1", "2010-13-01", "yesterday", "10-01-01", "nan"]
    return place and _cell(sheet, place, sheet.random.choice(ways), BROKEN, "no date")


def _unit(sheet):
    """Return a random cell of a unit, the numbers in it, and the unit that these are read in."""
    import pandas as pd

    frame = pd.DataFrame(list(sheet.rows), columns=sheet.header)
    held = [
        (row, quantity, name)
        for quantity, name, rows in in_units(frame, sheet.schema.name)
        for row in rows.nonzero()[0].tolist()
    ]
    if not held:
        return None
    row, quantity, name = sheet.random.choice(held)
    return (row, sheet.header.index(quantity.unit_column), sheet.columns[quantity.unit_column]), quantity, find(name)


def no_unit(sheet):
    found = _unit(sheet)
    return found and _cell(sheet, found[0], sheet.random.choice(NO_UNITS), BROKEN, "no unit")


def other_dimension(sheet):
    found = _unit(sheet)
    if not found:
        return None
    place, _, unit = found
    ways = [name for name in ANY_UNITS if find(name).dimension != unit.dimension]
    return _cell(sheet, place, sheet.random.choice(ways), BROKEN, "other dimension")


def same_in_other_unit(sheet):
    """Write the numbers of a row in another unit of their dimension."""
    found = _unit(sheet)
    if not found:
        return None
    place, quantity, unit = found
    other = find(sheet.random.choice(alike(unit)))
    row = sheet.rows[place[0]]
    for name in quantity.columns:
        at = sheet.header.index(name) if name in sheet.header else None
        if at is not None and row[at]:
            row[at] = repr(float(row[at]) * unit.factor / other.factor)
    return _cell(sheet, place, other.unit, SAME, "same in other unit")


def other_unit(sheet):
    found = _unit(sheet)
    return found and _cell(sheet, found[0], sheet.random.choice(alike(found[2])), OTHER, "other unit")


def swapped_in_row(sheet):
    row = sheet.random.randrange(len(sheet.rows))
    one, other = sheet.random.sample(range(len(sheet.header)), 2)
    cells = sheet.rows[row]
    types = {sheet.columns[sheet.header[place]].type for place in (one, other)}
    meaning = BROKEN if len(types) > 1 and all(cells[place] for place in (one, other)) else OTHER
    cells[one], cells[other] = cells[other], cells[one]
    return f"swapped {sheet.header[one]} and {sheet.header[other]} in row {row + 2}", meaning


def swapped_in_column(sheet):
    if len(sheet.rows) < 2:
        return None
    one, other = sheet.random.sample(range(len(sheet.rows)), 2)
    at = sheet.random.randrange(len(sheet.header))
    sheet.rows[one][at], sheet.rows[other][at] = sheet.rows[other][at], sheet.rows[one][at]
    return f"swapped {sheet.header[at]} of rows {one + 2} and {other + 2}", OTHER


def shifted(sheet):
    row = sheet.random.randrange(len(sheet.rows))
    cells = sheet.rows[row]
    at = sheet.random.randrange(len(cells) - 1)
    way = sheet.random.choice(["right", "left", "one more", "one less"])
    sheet.rows[row] = {
        "right": [*cells[:at], "", *cells[at:-1]],
        "left": [*cells[:at], *cells[at + 1 :], ""],
        "one more": [*cells[:at], "1", *cells[at:]],
        "one less": [*cells[:at], *cells[at + 1 :]],
    }[way]
    return f"shifted {way} from {sheet.header[at]} in row {row + 2}", OTHER if sheet.rows[row] == cells else BROKEN


def deleted(sheet):
    row = sheet.random.randrange(len(sheet.rows))
    told = f"deleted row {row + 2}: {','.join(sheet.rows[row])[:80]}"
    del sheet.rows[row]
    return told, BROKEN if sheet.schema.name in WHOLE else OTHER


def doubled(sheet):
    row = sheet.random.randrange(len(sheet.rows))
    sheet.rows.insert(sheet.random.randrange(len(sheet.rows) + 1), list(sheet.rows[row]))
    return f"row {row + 2} twice: {','.join(sheet.rows[row])[:80]}", SAME


def doubled_with_another_value(sheet):
    key = {column.column for column in sheet.schema.columns if column.key}
    place = sheet.at("number", where=lambda column: column.column not in key)
    if not place:
        return None
    copy = list(sheet.rows[place[0]])
    copy[place[1]] = repr(float(copy[place[1]]) * 0.9)
    sheet.rows.append(copy)
    return f"row {place[0] + 2} again with {place[2].column} {copy[place[1]]}", BROKEN if key else OTHER


def shuffled(sheet):
    sheet.random.shuffle(sheet.rows)
    return "rows shuffled", SAME


def more_rows(sheet):
    way = sheet.random.choice(["blank", "commas", "header", "total", "comment"])
    last = [""] * len(sheet.header)
    row = {
        "blank": [],
        "commas": last,
        "header": list(sheet.header),
        "total": ["Total", *last[1:]],
        "comment": ["# end of the table", *last[1:]],
    }[way]
    sheet.rows.insert(sheet.random.randrange(len(sheet.rows) + 1), row)
    return f"a row more: {way}", SAME if way in ("blank", "commas") else BROKEN


def column_removed(sheet):
    at = sheet.random.randrange(len(sheet.header))
    name = sheet.header[at]
    for row in (sheet.header, *sheet.rows):
        del row[at]
    return f"column {name} removed", BROKEN if sheet.columns[name].required else OTHER


def column_renamed(sheet):
    at = sheet.random.randrange(len(sheet.header))
    name = sheet.header[at]
    used = any(row[at] for row in sheet.rows)
    ways = [f"{name}s", name[:-1], "x", "", f"{name} (kt)", name.upper(), f"{name}\u200b"]
    sheet.header[at] = sheet.random.choice(ways)
    return f"column {name} renamed to {sheet.header[at]!r}", BROKEN if used else SAME


def column_added(sheet):
    at = sheet.random.randrange(len(sheet.header) + 1)
    name = sheet.random.choice(["extra", "values", "", "Unnamed: 0", "note2", sheet.header[0]])
    for row in (sheet.header, *sheet.rows):
        row.insert(at, name if row is sheet.header else "7")
    return f"column {name!r} added", SAME


def columns_moved(sheet):
    order = list(range(len(sheet.header)))
    sheet.random.shuffle(order)
    sheet.header = [sheet.header[at] for at in order]
    sheet.rows = [[row[at] for at in order] for row in sheet.rows]
    return "columns moved", SAME


def names_moved(sheet):
    one, other = sheet.random.sample(range(len(sheet.header)), 2)
    types = {sheet.columns[sheet.header[at]].type for at in (one, other)}
    filled = all(any(row[at] for row in sheet.rows) for at in (one, other))
    sheet.header[one], sheet.header[other] = sheet.header[other], sheet.header[one]
    meaning = BROKEN if len(types) > 1 and filled else OTHER
    return f"names of columns {sheet.header[one]} and {sheet.header[other]} swapped", meaning


CHANGES = (
    empty, no_number, negative, huge, other_number, zero, spelled_number, no_year, other_year, far_year, spelled_year,
    spelled_word, no_word, other_word, no_band, spelled_band, no_date, no_unit, other_dimension, same_in_other_unit,
    other_unit, swapped_in_row, swapped_in_column, shifted, deleted, doubled, doubled_with_another_value, shuffled,
    more_rows, column_removed, column_renamed, column_added, columns_moved, names_moved,
)  # fmt: skip


def _at_byte(data, random):
    return random.randrange(len(data))


def _truncated(data, random):
    """Cut a file; where the last line has all its cells the rest is a table of fewer rows."""
    at = random.randrange(len(data) - 1)
    cells = data[:at].rsplit(b"\n", 1)[-1].count(b",")
    whole = data[:at].endswith(b"\n") or cells == data.split(b"\n", 1)[0].count(b",")
    return data[:at], OTHER if whole else BROKEN


def _with(data, random, letters):
    at = random.randrange(len(data) + 1)
    return data[:at] + letters + data[at:]


BYTES = {
    "byte-order mark": lambda data, random: (b"\xef\xbb\xbf" + data, SAME),
    "CRLF": lambda data, random: (data.replace(b"\n", b"\r\n"), SAME),
    "CR": lambda data, random: (data.replace(b"\n", b"\r"), SAME),
    "no last line end": lambda data, random: (data.rstrip(b"\n"), SAME),
    "blank lines at the end": lambda data, random: (data + b"\n\n\r\n", SAME),
    "latin-1": lambda data, random: (_with(data, random, "é".encode("latin-1")), BROKEN),
    "cp949": lambda data, random: (_with(data, random, "서울".encode("cp949")), BROKEN),
    "gb18030": lambda data, random: (_with(data, random, "北京".encode("gb18030")), BROKEN),
    "UTF-16": lambda data, random: (data.decode("utf-8").encode("utf-16"), BROKEN),
    "NUL": lambda data, random: (_with(data, random, b"\0"), BROKEN),
    "control character": lambda data, random: (_with(data, random, b"\x0b"), BROKEN),
    "truncated": _truncated,
    "open quote": lambda data, random: (data.replace(b",", b',"', 1 + random.randrange(3)), BROKEN),
    "a quote": lambda data, random: (_with(data, random, b'"'), BROKEN),
    "semicolons": lambda data, random: (data.replace(b",", b";"), BROKEN),
    "tabs": lambda data, random: (data.replace(b",", b"\t"), BROKEN),
    "nothing": lambda data, random: (b"", BROKEN),
    "other bytes": lambda data, random: (bytes(random.randrange(256) for _ in range(200)), BROKEN),
    "a line twice": lambda data, random: (data + data.splitlines()[-1] + b"\n", SAME),
}
"""By name: the bytes of a file changed as a program, an editor or a transfer does, and what that means."""


def mutant(table, data, random):
    """Return a mutant of the bytes of a table; which one depends on the state of `random` alone."""
    while True:
        if random.random() < 0.15:
            name = random.choice(sorted(BYTES))
            changed, meaning = BYTES[name](data, random)
            return Mutant(name, meaning, changed)
        change = random.choice(CHANGES)
        sheet = Sheet(table, data, random)
        found = change(sheet)
        if found and sheet.bytes() != data:
            return Mutant(*found, sheet.bytes())
