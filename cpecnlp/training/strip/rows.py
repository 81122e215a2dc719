"""Labelled articles as rows of features: one a block that the model is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cpecnlp.stages.strip.features import FEATURES, matrix, stems
from cpecnlp.stages.strip.judge import Page
from cpecnlp.stages.strip.model import FREQUENCIES, word_buckets
from cpecnlp.stages.strip.rules import load_rules
from cpecnlp.training.strip.data import UNKNOWN, Example, block_kind

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BlockRows:
    """The blocks of many articles.

    Attributes:
        pages: the articles after the rules, each with at least one candidate.
        features: shape ``(blocks, len(FEATURES))``; the last column, the word score, is 0.
        buckets: hashed words, one list a block.
        furniture: whether each block is furniture.
        kinds: its kind; empty for body, ``"?"`` where nobody knows.
        weights: of each block; 0 where nobody knows.
        articles: number of the example that each block is of.
        folds: fold of each block; all of an outlet, grafts on its articles included, share one.
        gold: whether a person labelled it.
        lengths: characters of each block.
    """

    pages: list[Page]
    features: Array
    buckets: list[list[int]]
    furniture: NDArray[np.bool_]
    kinds: list[str]
    weights: Array
    articles: NDArray[np.int64]
    folds: NDArray[np.int64]
    gold: NDArray[np.bool_]
    lengths: list[int]

    def __len__(self) -> int:
        return len(self.buckets)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many of ``articles`` the words of each bucket stand."""

    counts: Array
    articles: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Frequencies:
        """Counted over raw texts."""
        counts = np.zeros(FREQUENCIES)
        for text in texts:
            counts[sorted({crc32(stem.encode()) % FREQUENCIES for stem in stems(text.lower())})] += 1
        return cls(counts, len(texts))

    def weigher(self) -> Callable[[str], float]:
        """The weight of a stem, as :meth:`BlockModel.weight` computes it."""
        rarest, counts = log(1.0 + self.articles), self.counts.tolist()
        cache: dict[str, float] = {}

        def weight(stem: str) -> float:
            if stem not in cache:
                cache[stem] = rarest - log(1.0 + counts[crc32(stem.encode()) % FREQUENCIES])
            return cache[stem]

        return weight


def lay_folds(examples: Sequence[Example], folds: int) -> dict[str, int]:
    """Fold of each outlet: what a model says of an outlet, it says without having seen it.

    Returns:
        Outlet → fold, the folds about equally large; empty where there are too few outlets, so
        that articles must be dealt out one by one.
    """
    sizes = Counter(example.group for example in examples if example.gold)
    if len(sizes) < folds:
        return {}
    loads, laid = [0] * folds, {}
    for group, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        fold = loads.index(min(loads))
        laid[group], loads[fold] = fold, loads[fold] + size
    return laid


def fold_of(example: Example, laid: dict[str, int], folds: int) -> int:
    """The fold of an article: its outlet's, or where outlets are few its own."""
    if not laid:
        return crc32(example.id.encode()) % folds
    return laid.get(example.group, crc32(example.group.encode()) % folds)


def rows_of(examples: Sequence[Example], frequencies: Frequencies, laid: dict[str, int], folds: int) -> BlockRows:
    """The rows of the examples' candidates."""
    rules, weight = load_rules(), frequencies.weigher()
    pages: list[Page] = []
    features: list[list[float]] = []
    buckets, kinds, weights, articles, fold, gold, lengths = [], [], [], [], [], [], []
    for number, example in enumerate(examples):
        page = Page.read(example.text, rules)
        blocks = page.blocks
        if not page.asked:
            continue
        features += matrix(blocks, page.title, page.asked, [0.0] * len(page.asked), weight)
        for index in page.asked:
            block = blocks[index]
            start, end = block.raw(len(block.plain) - len(block.rest), len(block.plain))
            kind = block_kind(example, start, end)
            buckets.append(word_buckets(block))
            kinds.append(kind)
            weights.append(0.0 if kind == UNKNOWN else example.weight)
            articles.append(number)
            fold.append(fold_of(example, laid, folds))
            gold.append(example.gold)
            lengths.append(len(block.rest))
        pages.append(page)
    table = np.array(features, np.float64).reshape(len(buckets), len(FEATURES))
    furniture = np.array([bool(kind) for kind in kinds], bool)
    return BlockRows(
        pages, table, buckets, furniture, kinds, np.array(weights), np.array(articles, np.int64),
        np.array(fold, np.int64), np.array(gold, bool), lengths,
    )  # fmt: skip
