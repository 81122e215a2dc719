"""Words, hashed word pairs and keyword hits: what the topic model counts in a text."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# a word begins with a letter; inside it digits, hyphens, ampersands and apostrophes may stand.
# One letter can open only one run of them, so the match is linear.
_WORD = re.compile(r"[^\W\d_][\w&'-]*\w|[^\W\d_]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FOLD = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})
HEADLINE_WORDS = 30
CHUNK_WORDS = 50
LEAD_WORDS = 60
DENSE = 0.04
LONGEST_KEYWORD = 4


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case, without possessive ``'s`` and without numbers."""
    folded = text.lower()
    if not folded.isascii():
        folded = folded.translate(_FOLD).translate(_INVISIBLE)
    return _WORD.findall(folded.replace("'s", ""))


def split_headline(text: str) -> tuple[str, str]:
    """The headline and the rest: a first line of at most 30 words with more text behind it."""
    head, newline, body = text.strip().partition("\n")
    if newline and head.count(" ") < HEADLINE_WORDS:
        return head, body
    return "", text


@dataclass(frozen=True, slots=True)
class WordCounts:
    """What was counted in one text.

    Attributes:
        headline: words of the headline.
        body: words of the rest.
    """

    headline: tuple[str, ...]
    body: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> WordCounts:
        """Split ``text`` into headline and body and find the words of both."""
        head, body = split_headline(text)
        return cls(tuple(words(head)), tuple(words(body)))

    def terms(self, headline_weight: float) -> dict[str, float]:
        """Counts of single words and of pairs of neighbours, those of the headline weighted."""
        counts: dict[str, float] = {}
        counts.update(Counter(self.body))
        counts.update(Counter(map(" ".join, zip(self.body, self.body[1:], strict=False))))
        for part in (self.headline, map(" ".join, zip(self.headline, self.headline[1:], strict=False))):
            for term in part:
                counts[term] = counts.get(term, 0.0) + headline_weight
        return counts


def buckets(terms: Iterable[str], bits: int) -> list[int]:
    """The bucket of each term: crc32, which is the same on every machine, cut to ``bits``."""
    mask = (1 << bits) - 1
    crc = zlib.crc32
    return [crc(term.encode("utf-8", "replace")) & mask for term in terms]


@lru_cache(1 << 16)
def singular(word: str) -> str:
    """``word`` without a plural s: enough to let "power plants" meet "power plant"."""
    if len(word) > 3 and word[-1] == "s" and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Lexicon:
    """Keywords by topic, found as whole words or phrases of up to four words.

    Args:
        keywords: topic → its keywords, in the singular, in any case.
    """

    #: how many features a topic has: density, distinct keywords, headline, lead, densest chunk, dense chunks
    features = 6

    def __init__(self, keywords: Mapping[str, Sequence[str]]) -> None:
        self.keywords = {topic: tuple(terms) for topic, terms in keywords.items()}
        self.topics = tuple(self.keywords)
        self._ids: dict[tuple[str, ...], tuple[int, ...]] = {}
        for number, terms in enumerate(self.keywords.values()):
            for term in terms:
                key = tuple(singular(word) for word in words(term))[:LONGEST_KEYWORD]
                if key and number not in self._ids.get(key, ()):
                    self._ids[key] = (*self._ids.get(key, ()), number)
        self._lengths: dict[str, tuple[int, ...]] = {}
        for key in self._ids:
            known = set(self._lengths.get(key[0], ())) | {len(key)}
            self._lengths[key[0]] = tuple(sorted(known, reverse=True))

    def hits(self, found: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Keyword hits as (position, topic number, keyword); the longest phrase at a place wins."""
        stems = [singular(word) for word in found]
        out = []
        for place, stem in enumerate(stems):
            for length in self._lengths.get(stem, ()):
                key = tuple(stems[place : place + length])
                if topics := self._ids.get(key):
                    out += [(place, topic, key) for topic in topics]
                    break
        return out

    def measure(self, counts: WordCounts) -> list[list[float]]:
        """The six raw features of each topic, shape ``(6, topics)``; all 0 for an empty text."""
        size = len(self.topics)
        if not size:
            return [[] for _ in range(self.features)]
        rows = [[0.0] * size for _ in range(self.features)]
        length = len(counts.body)
        chunks = max(1, length // CHUNK_WORDS)
        width = max(8, length / chunks)
        inside = [[0] * chunks for _ in range(size)]
        distinct: set[tuple[int, tuple[str, ...]]] = set()
        for place, topic, key in self.hits(counts.body):
            inside[topic][min(int(place / width), chunks - 1)] += 1
            distinct.add((topic, key))
            rows[3][topic] += place < LEAD_WORDS
        for topic, _ in distinct:
            rows[1][topic] += 1
        for _, topic, _ in self.hits(counts.headline):
            rows[2][topic] += 1
        for topic in {topic for topic, _ in distinct}:
            hits = inside[topic]
            rows[0][topic] = 300 * sum(hits) / max(length, CHUNK_WORDS)
            rows[4][topic] = 30 * max(hits) / width
            rows[5][topic] = sum(hit / width > DENSE for hit in hits)
        return rows
