"""Mutants judged: what became of each, and whether that may be.

A mutant is refused, with place and remedy; or it gives the same answers; or, where another pack might say what it
says, other ones. A fault is an exception that is no refusal, an answer without end or after more than LONGEST, and an
answer that differs although the mutant says the same, or what makes no sense, and no finding tells of it.
"""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import airshed
from airshed.pack.checks import check_pack
from airshed.pack.errors import AirshedError
from airshed.pack.finding import PackError
from support.answers import QUESTIONS, answers, differences, endless
from support.beside import TOLD
from support.documents import document_mutant, json_text
from support.mutants import BROKEN, OTHER, mutant
from support.small import rows_of, write_grown

LONGEST = 10.0
"""Seconds of processor time."""
REFUSED, EQUAL, CHANGED, TOLD_OF, FAULT = "refused", "the same", "other, rightly", "told", "fault"
TEXTS = ("title", "title_ko", "title_zh", "description", "version", "licenses", "sources", "name")
DESCRIPTOR = "datapackage.json"


@dataclass
class Tally:
    """What became of mutants: numbers by what they mean and what became of them, the faults, the longest."""

    counts: Counter = field(default_factory=Counter)
    faults: list = field(default_factory=list)
    slowest: float = 0.0

    def judge(self, subject, made, ask):
        """Judge a mutant; ask : returns what became of it, and a word on a fault."""
        start = time.process_time()
        try:
            verdict, detail = ask()
        except AirshedError as why:
            verdict, detail = (REFUSED, "") if _is_whole(why) else (FAULT, f"no place or remedy: {why}")
        except Exception as why:
            verdict, detail = FAULT, f"{type(why).__name__}: {why}"
        seconds = time.process_time() - start
        if seconds > LONGEST:
            verdict, detail = FAULT, f"{seconds:.1f} s"
        self.slowest = max(self.slowest, seconds)
        self.counts[subject, made.meaning, verdict] += 1
        if verdict == FAULT:
            self.faults.append(f"{subject}: {made.name} ({made.meaning}): {detail}"[:400])

    def add(self, other):
        self.counts += other.counts
        self.faults += other.faults
        self.slowest = max(self.slowest, other.slowest)

    def told(self):
        """Return the figures as lines: in all, and by table or kind of file."""
        lines = [f"{self.counts.total()} mutants, slowest {self.slowest:.1f} s of processor time"]
        for chosen in ("", *dict.fromkeys(subject for subject, _, _ in self.counts)):
            sums = Counter()
            for (subject, meaning, verdict), count in self.counts.items():
                sums[meaning, verdict] += count if chosen in ("", subject) else 0
            told = ", ".join(
                f"{meaning}: {verdict} {count}" for (meaning, verdict), count in sorted(sums.items()) if count
            )
            lines.append(f"{chosen or 'all'}: {told}")
        return "\n".join(lines)


def _is_whole(why):
    """Say whether a refusal says what is wrong, where, and what to do."""
    if isinstance(why, PackError):
        return all(item.message and item.remedy and item.file and "{" not in item.code for item in why.findings)
    return bool(why.message and why.remedy)


class Bench:
    """The grown small pack in a folder of its own, with the tables that it has rows of, and its answers."""

    def __init__(self, folder, questions=tuple(QUESTIONS)):
        self.folder, self.questions = write_grown(folder), questions
        path = folder / DESCRIPTOR
        held = json.loads(path.read_text(encoding="utf-8"))
        used = {*rows_of(), "sectors", "pollutants", "sources"}
        held["resources"] = [
            {name: value for name, value in resource.items() if name != "schema"}
            for resource in held["resources"]
            if resource["name"].replace("-", "_") in used
        ]
        path.write_text(json_text(held), encoding="utf-8")
        self.descriptor = held
        self.files = {resource["name"].replace("-", "_"): folder / resource["path"] for resource in held["resources"]}
        self.pack = airshed.open_pack(folder)
        self.before = answers(self.pack, questions)
        self.findings = set(check_pack(folder).findings)

    def tables(self, table, count, seed=0):
        """Judge mutants of a table."""
        tally, path = Tally(), self.files[table]
        data, chance = path.read_bytes(), random.Random(f"{table} {seed}")
        for _ in range(count):
            made = mutant(table, data, chance)
            self._judge(tally, table, path, data, made)
        return tally

    def descriptors(self, count, seed=0):
        """Judge mutants of datapackage.json."""
        tally, path = Tally(), self.folder / DESCRIPTOR
        data, chance = path.read_bytes(), random.Random(f"{DESCRIPTOR} {seed}")
        for _ in range(count):
            made = document_mutant(self.descriptor, json_text, chance, TEXTS)
            self._judge(tally, DESCRIPTOR, path, data, made)
        return tally

    def _judge(self, tally, subject, path, data, made):
        path.write_bytes(made.data)
        try:
            tally.judge(subject, made, lambda: self._asked(made))
        finally:
            path.write_bytes(data)

    def _asked(self, made):
        pack = airshed.open_pack(self.folder)
        if self._reads_as_before(pack):
            return EQUAL, ""
        after = answers(pack, self.questions)
        if endless(after):
            return FAULT, f"without end: {endless(after)[:3]}"
        found = differences(self.before, after)
        if not found:
            return EQUAL, ""
        if made.meaning == OTHER:
            return CHANGED, ""
        told = [item for item in check_pack(self.folder).findings if item not in self.findings]
        if made.meaning == BROKEN and any(item.severity != "info" for item in told):
            return TOLD_OF, ""
        return FAULT, f"{len(found)} numbers differ, such as {found[0]}"

    def _reads_as_before(self, pack):
        """Say whether an answer cannot differ, since it is made of the same tables and rules."""
        rules = ("base_year", "baseline", "transport", "hindcast")
        return all(getattr(pack.descriptor, rule) == getattr(self.pack.descriptor, rule) for rule in rules) and all(
            pack.optional(name).equals(self.pack.optional(name)) for name in self.files
        )


def beside(pack, folder, name, kind, count, seed=0):
    """Judge mutants of a kind of file that is given beside a pack."""
    tally, path = Tally(), folder / f"{name}.{kind.ending}"
    path.write_text(kind.text, encoding="utf-8")
    before, chance = {name: kind.read(pack, path)}, random.Random(f"{name} {seed}")

    def ask(made):
        after = {name: kind.read(pack, path)}
        if endless(after):
            return FAULT, "without end"
        found = differences(before, after)
        if not found:
            return EQUAL, ""
        if made.meaning == OTHER:
            return CHANGED, ""
        return (TOLD_OF, "") if (TOLD,) in after[name] else (FAULT, f"{len(found)} differ, such as {found[0]}")

    for _ in range(count):
        made = kind.mutant(chance)
        path.write_bytes(made.data)
        tally.judge(name, made, lambda made=made: ask(made))
    return tally
