"""Copies of one story: syndicated, cut or rewritten.

Two articles are copies when they share enough of their *rare* passages: sequences of three
words that stand in at least two and at most ``MOST_COMMON`` articles of the collection, so
that stock phrases do not count. The overlap is the number of shared rare sequences over the
number of sequences in the shorter article (containment; Broder 1997,
doi:10.1109/SEQUEN.1997.666900). It is computed exactly, from an inverted index in numpy, and
not estimated by MinHash: rewritten copies share few sequences (Jaccard similarity below 0.1 for
some labelled pairs of the shipped corpus), and at so low a threshold locality-sensitive hashing
finds less, returns chance pairs by the hundred thousand to be checked, and takes longer.
``benchmarks/duplicates.py`` measures both; docs/evaluation.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from cpecnlp.document import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THRESHOLD = 0.12
MOST_COMMON = 20
WORDS = 3
_BITS = 21
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles that share passages.

    Attributes:
        first, second: ids, in the order of the collection.
        overlap: share of the shorter article's rare passages that stand in the other; 0 to 1.
    """

    first: str
    second: str
    overlap: float


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What was found in a collection.

    Attributes:
        pairs: most alike first.
        groups: ids of the copies of one story, at least two each, in the order of the collection.
            Each group has a centre that all its members are copies of, so that daily reports
            that follow one another (prices, weather) do not chain into one endless story.
    """

    pairs: list[Pair]
    groups: list[list[str]]


def duplicates(documents: Iterable[Document], threshold: float = THRESHOLD) -> Duplicates:
    """Find copies of one story in a collection.

    Args:
        documents: with unique ids; the clean text is compared where the strip stage has run.
        threshold: least overlap of a pair, 0 to 1.
    """
    docs = list(documents)
    found = similar(docs, threshold)
    pairs = [Pair(docs[a].id, docs[b].id, overlap) for a, b, overlap in found]
    keys = _stars(len(docs), [(a, b) for a, b, _ in found])
    members: dict[int, list[str]] = {}
    for doc, key in zip(docs, keys, strict=True):
        members.setdefault(key, []).append(doc.id)
    return Duplicates(pairs, [ids for ids in members.values() if len(ids) > 1])


def story_keys(documents: Sequence[Document], threshold: float = THRESHOLD) -> list[int]:
    """One key an article; copies of one story share theirs. For splits, folds and intervals.

    Here copies of copies belong together too (connected components), so that nothing leaks.
    Articles whose metadata name the same ``story`` are held together as well.
    """
    links = [(a, b) for a, b, _ in similar(documents, threshold)]
    named: dict[object, int] = {}
    for number, doc in enumerate(documents):
        if (story := doc.metadata.get("story")) is not None:
            links.append((named.setdefault(story, number), number))
    return _components(len(documents), links)


def similar(documents: Sequence[Document], threshold: float = THRESHOLD) -> list[tuple[int, int, float]]:
    """Positions of every pair that reaches the threshold, with its overlap, most alike first."""
    texts = [" ".join(_WORD.findall(doc.clean_text.lower())) for doc in documents]
    first_of: dict[str, int] = {}
    owner = [first_of.setdefault(text, number) for number, text in enumerate(texts)]
    found = [(a, n, 1.0) for n, a in enumerate(owner) if a != n and texts[n]]
    unique = sorted(first_of.values())
    for a, b, overlap in _overlaps((texts[number] for number in unique), len(unique), threshold):
        found.append((unique[a], unique[b], overlap))
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def _overlaps(texts: Iterable[str], number: int, threshold: float) -> list[tuple[int, int, float]]:
    """Every pair of ``number`` texts that reaches the threshold, with its overlap."""
    import numpy as np

    vocabulary: dict[str, int] = {}
    passages = [
        _passages(np.array([vocabulary.setdefault(w, len(vocabulary)) for w in text.split()], dtype=np.int64))
        for text in texts
    ]
    owners = np.repeat(np.arange(number, dtype=np.int32), [len(p) for p in passages])
    every = np.concatenate(passages) if passages else np.zeros(0, dtype=np.int64)
    del passages
    order = np.argsort(every, kind="stable")
    owners, every = owners[order], every[order]
    del order
    starts = np.flatnonzero(np.r_[True, every[1:] != every[:-1]]) if len(every) else np.zeros(0, dtype=np.int64)
    counts = np.diff(np.r_[starts, len(every)])
    # passages that count towards an article's length: all but the stock phrases
    sizes = np.bincount(owners[np.repeat(counts <= MOST_COMMON, counts)], minlength=number)
    a, b = _shared(owners, starts, counts)
    if not len(a):
        return []
    codes, shared = np.unique(a.astype(np.int64) * number + b, return_counts=True)
    left, right = codes // number, codes % number
    overlap = shared / np.maximum(1, np.minimum(sizes[left], sizes[right]))
    keep = np.flatnonzero(overlap >= threshold)
    return [(int(left[i]), int(right[i]), float(overlap[i])) for i in keep]


def _passages(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """The article's distinct sequences of three words, each packed into one integer."""
    import numpy as np

    if len(row) < WORDS:
        return np.zeros(0, dtype=np.int64)
    return np.unique((row[:-2] << (2 * _BITS)) | (row[1:-1] << _BITS) | row[2:])


def _shared(
    owners: NDArray[np.int32], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Both articles of every (rare passage, pair of articles that hold it)."""
    import numpy as np

    first, second = [], []
    for size in range(2, MOST_COMMON + 1):
        places = starts[counts == size]
        if not len(places):
            continue
        block = np.sort(owners[places[:, None] + np.arange(size)], axis=1)
        left, right = np.triu_indices(size, 1)
        first.append(block[:, left].ravel())
        second.append(block[:, right].ravel())
    empty = np.zeros(0, dtype=np.int32)
    return (np.concatenate(first), np.concatenate(second)) if first else (empty, empty)


def _components(size: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """Connected components by union-find; the key is the first member's position."""
    parent = list(range(size))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in links:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(node) for node in range(size)]


def _stars(size: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """Star clustering: the article with most copies takes them all, then the next of the rest."""
    near: list[set[int]] = [set() for _ in range(size)]
    for a, b in links:
        near[a].add(b)
        near[b].add(a)
    key = [-1] * size
    for centre in sorted(range(size), key=lambda node: (-len(near[node]), node)):
        if key[centre] < 0:
            for node in (centre, *near[centre]):
                key[node] = centre if key[node] < 0 else key[node]
    return key


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage in which two copies differ, with raw offsets into each.

    Attributes:
        kind: ``"replace"``, ``"delete"`` (only in the first) or ``"insert"`` (only in the second).
        first, second: half-open stretches of the two raw texts, empty for what is missing.
    """

    kind: str
    first: tuple[int, int]
    second: tuple[int, int]


def differences(first: Document, second: Document) -> list[Difference]:
    """What differs between two copies, by words of the kept text; case and punctuation aside."""
    a, b = _words(first), _words(second)
    matcher = SequenceMatcher(None, [w for w, _, _ in a], [w for w, _, _ in b], autojunk=False)
    return [
        Difference(kind, _stretch(a, i, j, len(first.text)), _stretch(b, k, m, len(second.text)))
        for kind, i, j, k, m in matcher.get_opcodes()
        if kind != "equal"
    ]


def _words(document: Document) -> list[tuple[str, int, int]]:
    found = []
    for start, end in document.slices():
        found += [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(document.text, start, end)]
    return found


def _stretch(words: Sequence[tuple[str, int, int]], first: int, last: int, end: int) -> tuple[int, int]:
    if first < last:
        return words[first][1], words[last - 1][2]
    place = words[first][1] if first < len(words) else end
    return place, place
