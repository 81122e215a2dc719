"""The learned block model: a word model and two rounds of boosted trees, run with numpy.

The first round sees each block with its surroundings; the second sees also what the first said of
the blocks around it, so that the answer is one for the whole sequence (stacked sequential
learning, Cohen and Carvalho 2005). Weights are plain arrays in ``weights.npz``, read without pickle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, open_model
from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.features import FEATURES
from cpecnlp.stages.strip.sequence import SEQUENCE

WEIGHTS = "weights.npz"
BACKEND = "blocks"
BUCKETS = 1 << 14
FREQUENCIES = 1 << 13
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_HEAD = 400
_EDGE = 8
_CHUNK = 4096
_CACHED = 100_000

Array = NDArray[np.float64]


def word_buckets(block: Block) -> list[int]:
    """Hashed words and word pairs of a block: all of a short one, the first and last of a long one."""
    tokens = ["0" if token.isdigit() else token for token in _TOKEN.findall(block.rest_low[:_HEAD])]
    if len(tokens) > 3 * _EDGE:
        tail = ["0" if token.isdigit() else token for token in _TOKEN.findall(block.rest_low[-80:])]
        tokens = [*tokens[:_EDGE], "…", *tail[-_EDGE:]]
    names = [*tokens, f"^{tokens[0]}", f"{tokens[-1]}$"] if tokens else ["^$"]
    names += [f"{a} {b}" for a, b in zip(tokens, tokens[1:], strict=False)]
    return sorted({crc32(name.encode()) % BUCKETS for name in names})


class Trees:
    """Boosted regression trees as flat arrays, walked for all rows and trees at once."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], prefix: str = "") -> None:
        self.feature = arrays[f"{prefix}feature"].astype(np.intp)
        self.threshold = arrays[f"{prefix}threshold"].astype(np.float64)
        self.left = arrays[f"{prefix}left"].astype(np.intp)
        self.right = arrays[f"{prefix}right"].astype(np.intp)
        self.value = arrays[f"{prefix}value"].astype(np.float64)
        self.roots = arrays[f"{prefix}roots"].astype(np.intp)
        self.depth = int(arrays[f"{prefix}depth"])
        self.base = float(arrays[f"{prefix}base"])

    def decision(self, rows: Array) -> Array:
        """The logit of each row; a row's answer does not depend on the rows beside it."""
        chunks = [self._walk(rows[at : at + _CHUNK]) for at in range(0, len(rows), _CHUNK)]
        return np.concatenate(chunks) if chunks else np.empty(0)

    def _walk(self, rows: Array) -> Array:
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        offset = (np.arange(len(rows)) * rows.shape[1])[:, None]
        flat = np.ascontiguousarray(rows).ravel()
        for _ in range(self.depth):
            # a leaf points to itself on both sides
            goes_left = flat[offset + self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(self.base + self.value[at].sum(axis=1))


class _Weights(dict[str, float]):
    """Inverse document frequencies of words' stems, each computed when it is first asked for."""

    def __init__(self, frequency: Sequence[float], articles: float) -> None:
        super().__init__()
        self._frequency, self._rarest = frequency, log(1.0 + articles)

    def __missing__(self, word: str) -> float:
        if len(self) >= _CACHED:
            self.clear()
        found = self[word] = self._rarest - log(1.0 + self._frequency[crc32(word.encode()) % FREQUENCIES])
        return found


class BlockModel:
    """Probability that a block is furniture, and of which kind.

    Attributes:
        labels: the kinds that it tells apart.
        thresholds: by mode, the probability from which a block goes.
        name: what its removals cite as their source.
    """

    def __init__(
        self, arrays: Mapping[str, NDArray[Any]], labels: Sequence[str], settings: Mapping[str, Any], name: str
    ) -> None:
        self.labels, self.name = tuple(labels), name
        self.thresholds: dict[str, float] = dict(settings["thresholds"])
        self.known_evidence = float(settings["known_evidence"])
        self._words: list[float] = arrays["words"].astype(np.float64).tolist()
        self._bias = float(arrays["word_bias"])
        self.first, self.second = Trees(arrays, "first_"), Trees(arrays, "second_")
        self._kinds = arrays["kinds"].astype(np.float64)
        self._kind_scale, self._kind_bias = arrays["kind_scale"], arrays["kind_bias"]
        self._slope, self._offset = map(float, arrays["calibration"])
        self._weights = _Weights(arrays["frequency"].astype(np.float64).tolist(), float(settings["articles"]))

    @classmethod
    def load(cls, folder: Path) -> BlockModel:
        """The model in ``folder``, its files checked against their hashes."""
        return cls.from_folder(open_model(folder, "strip"))

    @classmethod
    def from_folder(cls, folder: ModelFolder) -> BlockModel:
        """The model of an opened folder.

        Raises:
            ModelError: it is run by something else, or was trained on other features than this
                version computes.
        """
        if folder.backend != BACKEND:
            raise ModelError(f"{folder.path} is run by {folder.backend!r}, which cannot judge blocks")
        if list(folder.settings.get("features", [])) != [*FEATURES, *SEQUENCE]:
            raise ModelError(f"{folder.path} was trained on other features than this version of cpecnlp computes")
        with np.load(folder.path / WEIGHTS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return cls(arrays, folder.labels, folder.settings, folder.name)

    def word_score(self, block: Block) -> float:
        """What the words alone say, as a logit."""
        buckets = word_buckets(block)
        return self._bias + sum([self._words[bucket] for bucket in buckets]) / float(len(buckets) ** 0.5)

    @property
    def weight(self) -> Callable[[str], float]:
        """Inverse document frequency of a word's stem, by its bucket."""
        return self._weights.__getitem__

    def calibrated(self, logits: Array) -> Array:
        """Probabilities of the second round's logits (Platt scaling)."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self._slope * logits + self._offset))))

    def kind(self, block: Block, features: Array) -> str:
        """The likeliest kind of a block that is furniture."""
        buckets = word_buckets(block)
        words = self._kinds[:, buckets].sum(axis=1) / len(buckets) ** 0.5
        scores = words + self._kinds[:, BUCKETS:] @ (features * self._kind_scale) + self._kind_bias
        return self.labels[int(np.argmax(scores))]
