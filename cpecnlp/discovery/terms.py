"""The terms that tell a cluster from the others: class-based TF-IDF (Grootendorst, 2022, BERTopic)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# two letters or more, with hyphens inside; no numbers, and no possessive s
WORD = r"(?u)\b[^\W\d_][\w-]*[^\W\d_]\b"
FILLERS = ("said", "says", "say", "mr", "mrs", "ms", "dr", "per", "cent", "percent", "told", "added", "year", "years")


def key_terms(texts: Sequence[str], clusters: NDArray[np.int64], most: int = 8) -> list[list[str]]:
    """The ``most`` telling words and pairs of words of each cluster.

    A term's weight in a cluster is the share of the cluster's articles that have it times
    ``log(1 + A / f)``: ``f`` is how many articles of all clusters have it, ``A`` the mean number of
    articles of a cluster. Counting articles and not occurrences, one long article does not speak for
    all; a term must stand in two articles of the cluster.

    Args:
        texts: of all articles.
        clusters: of each, from 0; -1 for none.
        most: terms a cluster.

    Returns:
        One list a cluster, most telling first.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    inside = np.flatnonzero(clusters >= 0)
    if not len(inside):
        return []
    stop = sorted({*ENGLISH_STOP_WORDS, *FILLERS})
    counter = CountVectorizer(token_pattern=WORD, stop_words=stop, ngram_range=(1, 2), min_df=2, binary=True)
    try:
        counts = counter.fit_transform([texts[number] for number in inside.tolist()])
    except ValueError:  # no word stands in two articles
        return [[] for _ in range(int(clusters.max()) + 1)]
    place = csr_matrix((np.ones(len(inside)), (clusters[inside], np.arange(len(inside)))))
    table = (place @ counts).toarray()
    articles = np.bincount(clusters[inside])
    rarity = np.log1p(articles.mean() / table.sum(0))
    weight = np.where(table >= 2, table / articles[:, None] * rarity, 0.0)
    names = counter.get_feature_names_out()
    return [_telling(row, names, most) for row in weight]


def _telling(weight: NDArray[np.float64], names: NDArray[np.object_], most: int) -> list[str]:
    """The heaviest terms, without those that repeat a word of one before them."""
    chosen: list[str] = []
    used: set[str] = set()
    for number in np.argsort(-weight, kind="stable")[: 10 * most]:
        words = {word.removesuffix("s") for word in str(names[number]).split()}
        if weight[number] <= 0 or len(chosen) == most:
            break
        if not words & used:
            chosen.append(str(names[number]))
            used |= words
    return chosen
