"""What a gold record must hold to: the annotation guide as checks on single spans and fields."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cpecnlp.corpus.markup import INVISIBLE
from cpecnlp.paths import resource

TOPICS = tuple(topic["id"] for topic in tomllib.loads(resource("topics.toml").read_text(encoding="utf-8"))["topic"])
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TITLE = re.compile(
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Engr|Engineer|Senator|President|Premier|Minister|Ambassador|Justice|General"
    r"|Gen|Lt|Maj|Major|Col|Colonel|Brig|Brigadier|Capt|Captain|Admiral|Marshal|Maulana|Mufti|Mullah|Allama|Qari|Lord"
    r"|Sir|Chairman|Secretary|Governor|Chief|Prime|Director|Advocate|Barrister|Comrade|Madam|Madame|Haji|Inspector)\.? "
)
_ENDS = re.compile(r"(?:\b(?:Ltd|Co|Inc|Corp|Jr|Sr|No|St|[A-Z])|[A-Z]\.[A-Z])\.$")
_DATE_LEAD = re.compile(r"(?:on|in|by|since|from|of|at|until|till|during|before|after|for|around|about)\b", re.I)
_DURATION = re.compile(
    r"(?:(?:past|recent|coming|a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)[ -])?"
    r"(?:few |several |\d+ )?(?:days?|weeks?|months?|years?|decades?|centur(?:y|ies))|now|recently|daily|annually",
    re.I,
)
_MONEY = re.compile(
    r"\d|million|billion|trillion|crore|lakh|thousand|hundred|one|two|three|four|five|six|seven|eight|nine|ten|dozen"
    r"|half|quarter|a ",
    re.I,
)
_CURRENCY = re.compile(
    r"[$€£¥]|Rs|PKR|RMB|CNY|USD|US\$|SDR|rupee|rupiah|dollar|yuan|renminbi|euro|pound|cent|paisa|paise|dirham|riyal|yen"
    r"|takas?|Tk|Dhs?|pula|ringgit|taka|som|afghani",
    re.I,
)
_TECH_TAIL = re.compile(r" (?:technolog(?:y|ies)|sector|industry|firms?|solutions?|products?|equipment)$")
_TECH_WHOLE = re.compile(r"(?:information|space|digital|green|financial|drone|satellite) technolog(?:y|ies)$", re.I)


def boundary(text: str, start: int, end: int, label: str) -> Iterator[tuple[str, str]]:
    """(rule, sentence) for everything that is wrong with where a name begins and ends."""
    surface = text[start:end]
    plain = readable(surface)
    if plain != plain.strip() or surface != surface.strip():
        yield "space", f"{label} {surface!r} begins or ends with white space"
        return
    if "\n" in surface:
        yield "line", f"{label} {surface!r} goes over a line break"
    if _inside_word(text, start, end):
        yield "word", f"{label} {surface!r} begins or ends inside a word"
    if (
        re.match(r"(?:the|a|an) ", plain, re.I)
        and label != "MONEY"
        and not re.match(r"(?i)a (?:year|decade|century|day|week|month)\b", plain)
    ):
        yield "article", f"{label} {surface!r} begins with an article"
    if re.search(r"(?:['’]s|['’])$", plain):
        yield "possessive", f"{label} {surface!r} ends with a possessive"
    elif re.search(r"[^\w)$%+]$", plain) and not _ENDS.search(plain):
        yield "punctuation", f"{label} {surface!r} ends with punctuation"
    if re.match(r"[^\w$€£¥(+’'&.]", plain):
        yield "punctuation", f"{label} {surface!r} begins with punctuation"
    if plain.count("(") != plain.count(")"):
        yield "bracket", f"{label} {surface!r} holds half of a pair of brackets"
    if label == "PERSON" and _TITLE.match(plain):
        yield "title", f"PERSON {surface!r} begins with a title"
    yield from _content(plain, surface, label)


def _content(plain: str, surface: str, label: str) -> Iterator[tuple[str, str]]:
    if label == "DATE" and _DATE_LEAD.match(plain):
        yield "date", f"DATE {surface!r} begins with a preposition"
    if label == "DATE" and _DURATION.fullmatch(plain):
        yield "date", f"DATE {surface!r} is a duration"
    if label == "MONEY" and not _CURRENCY.search(plain):
        yield "money", f"MONEY {surface!r} names no currency"
    if label == "MONEY" and not _MONEY.search(plain):
        yield "money", f"MONEY {surface!r} names no amount"
    if label == "TECH" and _TECH_TAIL.search(plain) and not _TECH_WHOLE.search(plain):
        yield "tech-head", f"TECH {surface!r} takes the head noun in"


def readable(text: str) -> str:
    """The text without invisible characters and with plain spaces."""
    text = "".join(c for c in text if c not in INVISIBLE)
    return re.sub(r"\\n|\s", " ", text)


def mask(text: str, spans: Iterable[Sequence[Any]]) -> str:
    """The text with every character of ``spans`` turned to a NUL (line breaks stay)."""
    chars = list(text)
    for start, end, *_ in spans:
        for i in range(start, end):
            if chars[i] != "\n":
                chars[i] = "\x00"
    return "".join(chars)


def folded(text: str) -> tuple[str, list[int]]:
    """The text without invisible characters, white space as plain spaces, and each character's raw offset."""
    at = [i for i, c in enumerate(text) if c not in INVISIBLE]
    return "".join(" " if text[i].isspace() else text[i] for i in at), at


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if start >= 2 and text[start - 2 : start] == "\\n":
        before = ""
    while after and after in INVISIBLE:
        end += 1
        after = text[end : end + 1]
    return (before.isalnum() and text[start].isalnum()) or (after.isalnum() and text[end - 1].isalnum())


def date_stated(published: str, text: str) -> bool:
    """Whether day, month and year of an ISO date stand in ``text`` in some spelling."""
    year, month, day = published.split("-")
    low = text.casefold()
    if published in low:
        return True
    number = int(month)
    named = MONTHS[number - 1] in low
    numeric = re.search(rf"\b0?{number}[/.-]0?{int(day)}[/.-]|\b0?{int(day)}[/.-]0?{number}[/.-]", low)
    has_day = re.search(rf"(?<!\d)0?{int(day)}(?!\d)", low)
    return (year in low or f"/{year[2:]}" in low or f"-{year[2:]}" in low) and bool(numeric or (named and has_day))
