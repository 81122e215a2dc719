"""One spelling for one name: the keys by which names are compared."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from cpecnlp.paths import resource
from cpecnlp.stages.link.short import stands_for

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_EVEN = {**INVISIBLE, ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("`"): "'", **dict.fromkeys(map(ord, '“”"«»'))}
_DASH = re.compile(r"[-‐‑‒–—―_/]")
_BRACKET = re.compile(r"\(([^()]{2,12})\)")
_POSSESSIVE = re.compile(r"'s?(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|&")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){1,6}(?:[A-Za-z]\b)?")
_SLUG = re.compile(r"[^\w]+")
CACHE = 1 << 16


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of ``resources/linking.toml``, as sets and mappings."""

    spelling: dict[str, str]
    person_spelling: dict[str, str]
    lists: dict[str, frozenset[str]]
    nations: dict[str, str]
    surnames: frozenset[str]
    double_surnames: frozenset[str]
    frequent: frozenset[str]
    syllables: frozenset[str]


@cache
def words() -> Words:
    """Read ``resources/linking.toml`` once."""
    data = tomllib.loads(resource("linking.toml").read_text(encoding="utf-8"))
    chinese = data["chinese"]
    return Words(
        data["spelling"],
        data["person_spelling"],
        {name: frozenset(listed) for name, listed in data["words"].items()},
        {word: country for country, listed in data["nations"].items() for word in listed},
        frozenset(chinese["surnames"]),
        frozenset(chinese["double_surnames"]),
        frozenset(chinese["frequent"]),
        frozenset(first + last for first in chinese["initials"] for last in chinese["finals"]),
    )


@lru_cache(CACHE)
def plain(surface: str) -> str:
    """The surface with even quotes, hyphens and white space, nothing invisible, and no case change.

    >>> plain("Is\u00adlamabad’s")
    "Islamabad's"
    """
    return " ".join(_DASH.sub(" ", unicodedata.normalize("NFC", surface).translate(_EVEN)).split())


@lru_cache(CACHE)
def tokens(surface: str) -> tuple[str, ...]:
    """The words of a name in lower case; brackets, possessives, dots and a leading "the" fall away."""
    text = plain(surface)
    if "(" in text:
        text = _BRACKET.sub(lambda it: " " if stands_for(it[1], text[: it.start()], whole=False) else it[0], text)
    if "." in text:
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    text = _POSSESSIVE.sub("", text).casefold()
    found = _WORD.findall(text)
    if len(found) > 1 and found[0] == "the":
        del found[0]
    return tuple("and" if word == "&" else word.replace("'", "") for word in found)


@lru_cache(CACHE)
def key(surface: str, label: str) -> str:
    """What all spellings of one name have in common, under its label.

    >>> key("the Special Technology Zones Authority", "ORG") == key("Special Technology Zone Authority", "ORG")
    True
    """
    found = tokens(surface)
    if label == "PERSON":
        return " ".join(person_tokens(surface))
    known = words().spelling
    if len(found) == 1 and found[0] in {"pak", "kp", "gb", "ajk"}:
        return found[0]  # alone these are names of places, which the gazetteer knows
    count = len(found)
    while count > 1 and label == "ORG" and found[count - 1] in words().lists["company_endings"]:
        count -= 1
    last = count - (label == "ORG")  # Foreign Offices are more than the Foreign Office
    even = [_singular(word, label, count) if place < last else word for place, word in enumerate(found[:count])]
    return " ".join(known.get(word, word) for word in even)


@lru_cache(CACHE)
def person_tokens(surface: str) -> tuple[str, ...]:
    """The words of a person's name, titles aside, in one spelling, a Chinese surname first."""
    known, lists = words().person_spelling, words().lists
    found = [known.get(word, word) for word in tokens(surface)]
    while len(found) > 1 and found[0] in lists["honorifics"]:
        del found[0]
    return surname_first(tuple(found))


def surname_first(name: tuple[str, ...]) -> tuple[str, ...]:
    """A Chinese name as surname and given name in one word each; any other name as it is.

    The order is turned round only where the spelling leaves no doubt: the given name has two
    syllables and the word behind it is a surname.

    >>> surname_first(("xiaodong", "zhang"))
    ('zhang', 'xiaodong')
    >>> surname_first(("li", "ke", "qiang"))
    ('li', 'keqiang')
    """
    if not 2 <= len(name) <= 3:
        return name
    known = words()
    first, last = name[0], name[-1]
    if is_surname(first) and is_given("".join(name[1:])) and all(map(is_given, name[1:])):
        return (first, "".join(name[1:]))
    given = "".join(name[:-1])
    if last in known.surnames and syllables(given) == 2 and first not in known.double_surnames:
        return (last, given)
    return name


def is_surname(word: str) -> bool:
    """Whether ``word`` is a Chinese surname in pinyin."""
    return word in words().surnames or word in words().double_surnames


def is_given(word: str) -> bool:
    """Whether ``word`` reads as a given name of one or two pinyin syllables."""
    return syllables(word) in (1, 2)


def is_chinese(name: tuple[str, ...]) -> bool:
    """Whether a name with its surname first reads as Chinese."""
    return len(name) == 2 and is_surname(name[0]) and is_given(name[1])


@lru_cache(CACHE)
def syllables(word: str) -> int:
    """How many pinyin syllables ``word`` has at least: 1, 2, or 0 where it is no one or two of them."""
    known = words().syllables
    if word in known:
        return 1
    return 2 if any(word[:cut] in known and word[cut:] in known for cut in range(1, min(len(word), 7))) else 0


def slug(name: str) -> str:
    """A name as part of an id: lower-case words joined by hyphens.

    >>> slug("Karot Hydropower Project")
    'karot-hydropower-project'
    """
    return _SLUG.sub("-", plain(name).casefold().replace("&", " and ").replace("'", "")).strip("-_")


@lru_cache(CACHE)
def _singular(word: str, label: str, count: int) -> str:
    if label in {"GPE", "LOC"} and count == 1 or len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is", "ics", "news")) or not word.isalpha() or word in words().lists["bodies"]:
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
