"""Short forms and what they stand for (Schwartz & Hearst 2003, "A simple algorithm for
identifying abbreviation definitions in biomedical text", PSB 8)."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_LENGTH = 12
MIN_INITIALS = 3
_ALNUM = re.compile(r"[^\W_]")


def is_short(text: str) -> bool:
    """Whether ``text`` can be a short form: one to two words, at least two capitals, few letters.

    >>> is_short("STZA"), is_short("MoU"), is_short("Pakistan")
    (True, True, False)
    """
    text = text.strip()
    capitals = sum(char.isupper() for char in text)
    return 2 <= len(text) <= MAX_LENGTH and capitals >= 2 and text.count(" ") <= 1 and text[0].isalnum()


@lru_cache(1 << 14)
def stands_for(short: str, long: str, whole: bool = True) -> bool:
    """Whether the letters of ``short`` stand in ``long`` in order, the first at the start of a word.

    Schwartz and Hearst look for the shortest such stretch in front of a bracket. Where the borders
    of the long form are known (``whole``), its first word must be the one that begins the short form.
    """
    letters = _ALNUM.findall(short.casefold())
    if len(letters) < 2 or len(long) <= len(short) or " " not in long.strip():
        return False
    text = long.casefold().strip()
    at = len(text) - 1
    for number in range(len(letters) - 1, 0, -1):
        at = _back(text, at, letters[number])
        if at < 0:
            return False
        at -= 1
    last = min(at, _first(text)) if whole else at
    return any(text[place] == letters[0] and _starts(text, place) for place in range(last + 1))


def ends_in(short: str, long: str) -> bool:
    """Whether ``short`` is the initials of the last words of ``long``, three or more.

    >>> ends_in("JCM", "CPEC Political Parties Joint Consultative Mechanism")
    True
    """
    letters = short.casefold()
    firsts = "".join(word[0] for word in long.casefold().split() if word[0].isalpha())
    return len(letters) >= MIN_INITIALS and letters.isalpha() and firsts.endswith(letters)


def initials(words: tuple[str, ...], bonds: frozenset[str]) -> str:
    """The first letters of the words that are not bonds.

    >>> initials(("ministry", "of", "science"), frozenset({"of"}))
    'ms'
    """
    return "".join(word[0] for word in words if word not in bonds)


def _back(text: str, at: int, letter: str) -> int:
    while at >= 0 and text[at] != letter:
        at -= 1
    return at


def _first(text: str) -> int:
    """Where the last letter may stand that still belongs to the opening: the first word, "the" aside."""
    return 4 if text.startswith("the ") else 0


def _starts(text: str, place: int) -> bool:
    return text[place].isalnum() and (place == 0 or not text[place - 1].isalnum())
