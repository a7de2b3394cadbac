"""Checks of the scenario files of a pack: letters that no text may hold."""

from __future__ import annotations

from airshed.pack.contents import Contents
from airshed.pack.documents import yaml_of
from airshed.pack.finding import Finding, check_document, finding
from airshed.pack.letters import NEVER, first_letter


def check_letters(contents: Contents) -> list[Finding]:
    """Find letters that no text may hold, in the text of a file as it stands, and in what it says by an escape."""
    import yaml

    findings: list[Finding] = []
    for name, data in contents.scenarios().items():
        text = data.decode("utf-8-sig", "replace")
        lines = [(row, first_letter(line, lines=True)) for row, line in enumerate(text.split("\n"), start=1)]
        plain = [finding("AS117", name, row=row, letter=letter) for row, letter in lines if letter]
        if not NEVER.search(text):
            try:
                plain = check_document(yaml_of(text), name)
            except yaml.YAMLError:
                continue
        findings += plain
    return findings
