"""Korean particles: the form that follows from the last sound of the word before them.

A text writes one mark, such as `{name}이(가)`, and `particles` chooses when the words are filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable

VOWEL, RIEUL, CONSONANT = "vowel", "rieul", "consonant"
"""Last sounds of a word: a vowel, the consonant ㄹ, which 으로 treats as a vowel, and any other consonant."""
PAIRS = {"이(가)": ("이", "가"), "은(는)": ("은", "는"), "을(를)": ("을", "를"), "와(과)": ("과", "와")}
"""Forms behind a consonant and behind a vowel, by their mark."""
MARKS = re.compile(r"이\(가\)|은\(는\)|을\(를\)|와\(과\)|\(으\)로|\(이\)(?=[가-힣])")
DIGITS = {"0": CONSONANT, "1": RIEUL, "3": CONSONANT, "6": CONSONANT, "7": RIEUL, "8": RIEUL}
"""영, 일, 삼, 육, 칠, 팔; 이, 사, 오 and 구 end in a vowel."""
LETTERS = {"l": RIEUL, "r": RIEUL, "m": CONSONANT, "n": CONSONANT}
"""Letters whose names end in a consonant: 엘, 알, 엠, 엔."""
SIGNS = {"%": VOWEL, "‰": VOWEL, "°": VOWEL, "³": VOWEL, "²": VOWEL, "₂": VOWEL, "₃": CONSONANT}
UNITS = {"µg/m³": CONSONANT, "kg": CONSONANT, "g": CONSONANT, "t": CONSONANT, "kt": CONSONANT, "Mt": CONSONANT}
"""Units by the word that they are read as: 마이크로그램, 킬로그램, 그램, 톤, 킬로톤, 메가톤."""
TRILLION = 12
"""Zeros from which on a number is read 조, which ends in a vowel."""
FIRST, LAST, FINALS, RIEUL_FINAL = 0xAC00, 0xD7A3, 28, 8
"""Ends of the Hangul syllables, and how their final consonants are counted in them."""
STOPS = re.compile(r"[aeiou](?:ck|[ptkcb])")
"""Ends of an English word that are read as a final consonant behind a short vowel: 맵, 타깃, 팩."""


def particles(text: str) -> str:
    """Return a Korean text with every mark of a particle decided by what stands before it.

    >>> particles("서울이(가) 중국을(를) 돕고 PM2.5은(는) 부산(으)로 간다")
    '서울이 중국을 돕고 PM2.5는 부산으로 간다'
    """
    return filled(text, str)


def filled(message: str, fill: Callable[[str], str]) -> str:
    """Return a message whose parts between marks were filled in, each mark decided by what then stands before it.

    fill : fills the words into a part; marks within those words stay as they are
    """
    found, start = "", 0
    for mark in MARKS.finditer(message):
        found += fill(message[start : mark.start()])
        found += _chosen(mark[0], last_sound(found))
        start = mark.end()
    return found + fill(message[start:])


def _chosen(mark: str, sound: str) -> str:
    if mark == "(으)로":
        return "으로" if sound == CONSONANT else "로"
    if mark == "(이)":
        return "" if sound == VOWEL else "이"
    behind_consonant, behind_vowel = PAIRS[mark]
    return behind_vowel if sound == VOWEL else behind_consonant


def last_sound(text: str) -> str:
    """Return the last sound of a text as it is read aloud; a vowel where that is not known.

    What stands in brackets, and quotes, are not read: the word before them decides.

    >>> last_sound("WHO 2021 IT-3 (15 µg/m³)"), last_sound("서울"), last_sound("plan.csv")
    ('consonant', 'rieul', 'vowel')
    """
    word = re.sub(r"[^\w%‰°³²₂₃]+$", "", _without_brackets(text.rstrip()))
    if not word:
        return VOWEL
    last = word[-1]
    if FIRST <= ord(last) <= LAST:
        final = (ord(last) - FIRST) % FINALS
        return VOWEL if final == 0 else RIEUL if final == RIEUL_FINAL else CONSONANT
    token = word.split()[-1]
    if token in UNITS:
        return UNITS[token]
    if last in SIGNS:
        return SIGNS[last]
    if last.isdigit():
        return _of_number(token)
    return _of_letters(re.split(r"[^A-Za-z]+", token)[-1])


def _without_brackets(text: str) -> str:
    """Return a text without the brackets at its end, if a word stands before them."""
    while (found := re.search(r"\s*[(（][^()（）]*[)）]\W*$", text)) and text[: found.start()].strip():
        text = text[: found.start()]
    return text


def _of_number(token: str) -> str:
    whole = re.search(r"\d[\d,]*$", token)
    digits = whole[0].replace(",", "") if whole else token[-1]
    zeros = len(digits) - len(digits.rstrip("0"))
    if TRILLION <= zeros < len(digits):
        return VOWEL
    return DIGITS.get(digits[-1], VOWEL)


def _of_letters(word: str) -> str:
    """Return the last sound of an English word; letters of an abbreviation are read one by one."""
    if not word:
        return VOWEL
    if word.isupper() or len(word) == 1 or not re.search(r"[aeiouy]", word.lower()):
        return LETTERS.get(word[-1].lower(), VOWEL)
    low = word.lower()
    if low.endswith("l"):
        return RIEUL
    if low.endswith(("m", "n", "ng")) or STOPS.fullmatch(low[-3:]) or STOPS.fullmatch(low[-2:]):
        return CONSONANT
    return VOWEL


class Decided(str):
    """A Korean message whose particles are decided when its words are filled in."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        """Return the message with its words and particles."""
        return filled(self, lambda part: str(part).format(*args, **values))


def decided(message: str) -> str:
    """Return a message as it is filled in: its own particles decided at once where it has no words to be filled in."""
    if not MARKS.search(message):
        return message
    return Decided(message) if "{" in message else particles(message)
