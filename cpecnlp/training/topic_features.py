"""What the topic model knows before it sees a label: latent directions of words, names of places."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cpecnlp.backends.features import LatentWords
from cpecnlp.backends.words import words
from cpecnlp.paths import resource

LEAST = 8  # a word must stand in so many articles
MOST = 0.5  # and in no larger share of them
# groups of the lexicon that are no topics; what belongs to them beside the gazetteer's names
PLACES = {
    "(Pakistan)": "pakistani rupee shehbaz_sharif shehbaz national_assembly senate pti ppp pml-n balochistan kp gb "
    "ajk fbr sbp nadra",
    "(China)": "chinese beijing cpec xi_jinping xi yuan belt_and_road bri xinhua huawei",
    "(elsewhere)": "indian american uk british israeli russian ukrainian iranian afghan turkish saudi french "
    "german japanese australian canadian palestinian gaza european eu trump modi putin washington new_delhi london "
    "moscow tehran kabul bangladesh dhaka england zealand syria yemen nato hamas taliban korean african emirati uae "
    "qatar",
}
_COUNTRY = {"PK": "(Pakistan)", "CN": "(China)"}


def fit_latent(texts: Iterable[str], dimension: int = 192, least: int = LEAST, seed: int = 0) -> LatentWords:
    """Latent semantic analysis (Deerwester et al., 1990) of articles that need no labels.

    The first right singular vectors of the TF-IDF matrix (logarithmic counts, rows of length 1),
    by randomised projection (Halko et al., 2011), one row a word, quantised to int8.

    Args:
        texts: cleaned articles, some thousands at least.
        dimension: directions that are kept; fewer where the collection has fewer.
        least: a word must stand in so many articles.
        seed: of the projection.

    Raises:
        ValueError: no word stands in ``least`` of the texts.
    """
    from sklearn.utils.extmath import randomized_svd

    counted = [Counter(words(text)) for text in texts]
    documents = Counter(word for counts in counted for word in counts)
    kept = sorted(word for word, n in documents.items() if least <= n < max(least + 1, MOST * len(counted)))
    if not kept:
        raise ValueError(f"no word stands in {least} of {len(counted)} texts")
    idf = np.array([math.log(len(counted) / documents[word]) for word in kept])
    number = {word: n for n, word in enumerate(kept)}
    matrix = _tfidf(counted, number, idf)
    size = min(dimension, *(n - 1 for n in matrix.shape))
    _, _, right = randomized_svd(matrix, max(1, size), n_iter=3, random_state=seed)
    vectors = right.T
    step = np.maximum(np.abs(vectors).max(1), 1e-9) / 127
    packed = np.round(vectors / step[:, None]).astype(np.int8)
    return LatentWords(number, packed, step.astype(np.float32), idf.astype(np.float32))


def _tfidf(counted: Sequence[Counter[str]], number: dict[str, int], idf: np.ndarray[Any, Any]) -> Any:
    from scipy.sparse import csr_matrix, diags

    index: list[int] = []
    value: list[float] = []
    ends = [0]
    for counts in counted:
        known = [(number[word], n) for word, n in counts.items() if word in number]
        index += [column for column, _ in known]
        value += [(1 + math.log(n)) * idf[column] for column, n in known]
        ends.append(len(index))
    matrix = csr_matrix((np.array(value, np.float32), index, ends), shape=(len(counted), len(number)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
    return (diags(1 / np.maximum(length, 1e-9)) @ matrix).tocsr().astype(np.float32)


def place_keywords() -> dict[str, tuple[str, ...]]:
    """Names by which an article shows where it is about, in three groups, for the lexicon.

    The names are those of the gazetteer's places and a few words of :data:`PLACES`.
    """
    found: dict[str, list[str]] = {group: [w.replace("_", " ") for w in text.split()] for group, text in PLACES.items()}
    with resource("gazetteer.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if entry["type"] in ("GPE", "LOC"):
                group = _COUNTRY.get(entry.get("country", ""), "(elsewhere)")
                # "us" too: in news more often the country than the pronoun (micro F1 0.828 with it, 0.826 without)
                found[group] += [entry["name"], *entry.get("aliases", [])]
    return {group: tuple(dict.fromkeys(names)) for group, names in found.items()}
