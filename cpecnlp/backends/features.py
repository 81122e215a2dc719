"""Text → one row of numbers: hashed words and pairs, static embeddings, keyword counts.

The static embedding follows the idea of model2vec (Tulkens and van Dongen, 2024): every word is
put once through a sentence encoder, the vectors are reduced by PCA and weighted by smooth inverse
frequency (Arora et al., 2017); at run time a text is the weighted mean of its words, so that no
encoder is needed. Beside it stands latent semantic analysis of news of the region (Deerwester et
al., 1990), which knows the names and affairs that a general encoder does not.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.words import Lexicon, WordCounts, buckets, words
from cpecnlp.errors import ModelError

FloatArray = NDArray[np.float32]
FEATURES_FILE = "features.npz"
LEXICON_FILE = "lexicon.json"
_LATENT = ("vectors", "step", "idf")


@dataclass(frozen=True, slots=True)
class Row:
    """The features of one text.

    Attributes:
        index: buckets of its terms, sorted, shape ``(terms,)``.
        value: TF-IDF of those buckets, Euclidean length 1.
        dense: embeddings (each of length 1) and keyword features, shape ``(dimension,)``.
    """

    index: NDArray[np.int64]
    value: FloatArray
    dense: FloatArray


@dataclass(frozen=True, slots=True)
class LatentWords:
    """Words in the latent directions of a collection of articles.

    Attributes:
        vocabulary: word → row.
        vectors: int8, shape ``(words, dimension)``.
        step: quantisation step of each row, shape ``(words,)``.
        idf: inverse document frequency in the collection, shape ``(words,)``.
    """

    vocabulary: Mapping[str, int]
    vectors: NDArray[np.int8]
    step: FloatArray
    idf: FloatArray

    def embed(self, terms: Mapping[str, float]) -> FloatArray:
        """TF-IDF of the known words, projected, with length 1; zeros where no word is known."""
        numbers, counts = _known(self.vocabulary, terms)
        weights = (1.0 + np.log(counts)) * self.idf[numbers] * self.step[numbers]
        return _unit(weights.astype(np.float32) @ self.vectors[numbers].astype(np.float32))


class TextFeatures:
    """Turns texts into :class:`Row`; the same text gives the same row on every machine.

    Args:
        vocabulary: the words that have a vector.
        vectors: int8, shape ``(words, dimension)``.
        scale: what each vector is multiplied with: its quantisation step times its word's weight.
        idf: inverse document frequency of each bucket, shape ``(2**bits,)``.
        lexicon: keywords by topic.
        headline_weight: how often a word of the headline counts.
        latent: a second table of word vectors, where there is one.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        vectors: NDArray[np.int8],
        scale: FloatArray,
        idf: FloatArray,
        lexicon: Lexicon,
        headline_weight: float = 3.0,
        latent: LatentWords | None = None,
    ) -> None:
        self.vocabulary = {word: number for number, word in enumerate(vocabulary)}
        self.vectors, self.scale, self.idf = vectors, scale, idf
        self.lexicon, self.headline_weight, self.latent = lexicon, headline_weight, latent
        self.bits = len(idf).bit_length() - 1
        if len(idf) != 1 << self.bits or len(vectors) != len(vocabulary) or len(scale) != len(vocabulary):
            raise ModelError("the arrays of the text features do not fit each other")

    @property
    def embedding_sizes(self) -> tuple[int, ...]:
        """Lengths of the embeddings that stand first in :attr:`Row.dense`: static, latent."""
        tables = [self.vectors, *([self.latent.vectors] if self.latent else [])]
        return tuple(int(table.shape[1]) for table in tables)

    @property
    def dense_size(self) -> int:
        """Length of :attr:`Row.dense`."""
        return sum(self.embedding_sizes) + Lexicon.features * len(self.lexicon.topics)

    def row(self, text: str) -> Row:
        """The features of one text."""
        counts = WordCounts.of(text)
        terms = counts.terms(self.headline_weight)
        return Row(*self._tfidf(terms), self._dense(counts, terms))

    def dense(self, texts: Sequence[str]) -> FloatArray:
        """:attr:`Row.dense` of each text, shape ``(texts, dimension)``; no headline is looked for."""
        rows = [WordCounts((), tuple(words(text))) for text in texts]
        # only single words have vectors
        found = [self._dense(counts, Counter(counts.body)) for counts in rows]
        return np.stack(found) if found else np.zeros((0, self.dense_size), np.float32)

    def _dense(self, counts: WordCounts, terms: Mapping[str, float]) -> FloatArray:
        keywords = np.log1p(np.asarray(self.lexicon.measure(counts), np.float32)).ravel()
        embeddings = [self._embedding(terms), *([self.latent.embed(terms)] if self.latent else [])]
        return np.concatenate([*embeddings, keywords.astype(np.float32)])

    def rows(self, texts: Sequence[str]) -> list[Row]:
        """The features of each text, in order."""
        return [self.row(text) for text in texts]

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """The static embeddings alone, shape ``(texts, dimension)``; a row of zeros for unknown words."""
        rows = [self._embedding(WordCounts.of(text).terms(self.headline_weight)) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.vectors.shape[1]), np.float32)

    def _tfidf(self, terms: dict[str, float]) -> tuple[NDArray[np.int64], FloatArray]:
        if not terms:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        places = np.asarray(buckets(terms, self.bits), np.int64)
        index, inverse = np.unique(places, return_inverse=True)
        counts = np.bincount(inverse, weights=np.fromiter(terms.values(), float, len(terms)))
        value = (1.0 + np.log(counts)) * self.idf[index]
        return index, (value / math.sqrt(float(value @ value) or 1.0)).astype(np.float32)

    def _embedding(self, terms: Mapping[str, float]) -> FloatArray:
        numbers, counts = _known(self.vocabulary, terms)
        return _unit((counts * self.scale[numbers]) @ self.vectors[numbers].astype(np.float32))

    def save(self, folder: Path) -> None:
        """Write ``features.npz`` and ``lexicon.json`` into ``folder``."""
        arrays: dict[str, Any] = {
            "vocabulary": _packed(self.vocabulary),
            "vectors": self.vectors,
            "scale": self.scale,
            "idf": self.idf.astype(np.float16),
            "headline_weight": np.float32(self.headline_weight),
        }
        if self.latent:
            arrays["latent_vocabulary"] = _packed(self.latent.vocabulary)
            arrays |= {f"latent_{name}": getattr(self.latent, name) for name in _LATENT}
        np.savez(folder / FEATURES_FILE, **arrays)
        text = json.dumps(self.lexicon.keywords, ensure_ascii=False, indent=0)
        (folder / LEXICON_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TextFeatures:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: a file is missing or is not such a file.
        """
        try:
            keywords: dict[str, Any] = json.loads((folder / LEXICON_FILE).read_text(encoding="utf-8"))
            with np.load(folder / FEATURES_FILE, allow_pickle=False) as arrays:
                latent = None
                if "latent_vectors" in arrays:
                    words = {word: n for n, word in enumerate(_unpacked(arrays["latent_vocabulary"]))}
                    latent = LatentWords(words, *(arrays[f"latent_{name}"] for name in _LATENT))
                return cls(
                    _unpacked(arrays["vocabulary"]),
                    arrays["vectors"],
                    arrays["scale"],
                    arrays["idf"].astype(np.float32),
                    Lexicon(keywords),
                    float(arrays["headline_weight"]),
                    latent,
                )
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise ModelError(f"{folder}: the text features cannot be read ({error})") from None


def _known(vocabulary: Mapping[str, int], terms: Mapping[str, float]) -> tuple[NDArray[np.int64], FloatArray]:
    """Rows of the terms that the vocabulary has, and their counts."""
    places = np.fromiter(map(vocabulary.get, terms, repeat(-1)), np.int64, len(terms))
    known = places >= 0
    return places[known], np.fromiter(terms.values(), np.float32, len(terms))[known]


def _unit(vector: NDArray[Any]) -> FloatArray:
    length = float(np.sqrt(vector @ vector))
    return (vector / (length or 1.0)).astype(np.float32)


def _packed(words: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)


def _unpacked(array: NDArray[np.uint8]) -> list[str]:
    text = array.tobytes().decode("utf-8")
    return text.split("\n") if text else []
