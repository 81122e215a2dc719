"""An article as passages of whole sentences, so that a topic of one paragraph among many can be heard."""

from __future__ import annotations

import re

from cpecnlp.backends.words import split_headline

LONG = (45, 90)  # words of a passage: fewest before a paragraph's end closes it, most
SHORT = (20, 45)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def passages(text: str, fewest: int, most: int) -> list[str]:
    """Stretches of whole sentences that together make up ``text``.

    A passage is closed before it would exceed ``most`` words, and at the end of a line that brings it
    to ``fewest``; a last one of less than half of that joins the one before. A longer sentence stays whole.

    Args:
        text: any text.
        fewest: words.
        most: words.

    Returns:
        The passages in order, single spaces between their words; none for a text without words.
    """
    found: list[str] = []
    words: list[str] = []

    def close() -> None:
        if words:
            found.append(" ".join(words))
            words.clear()

    for line in text.split("\n"):
        for sentence in _SENTENCE_END.split(line.strip()):
            more = sentence.split()
            if len(words) + len(more) > most:
                close()
            words += more
        if len(words) >= fewest:
            close()
    if found and words and len(words) < fewest / 2:
        found[-1] += " " + " ".join(words)
        words.clear()
    close()
    return found


def parts_of(text: str) -> tuple[list[str], int, int]:
    """What of an article is read by itself.

    Returns:
        The headline (the whole text where there is none), the long passages and the short ones, in one list; the
        place of the first long passage, and of the first short one.
    """
    headline, body = split_headline(text)
    long, short = (passages(body, *size) or [text] for size in (LONG, SHORT))
    return [headline or text, *long, *short], 1, 1 + len(long)
