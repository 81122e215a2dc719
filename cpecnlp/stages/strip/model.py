"""The learned block model: a word model and boosted trees, run with numpy alone.

Weights are plain arrays in ``weights.npz``, read without pickle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, open_model
from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.features import FEATURES

WEIGHTS = "weights.npz"
BUCKETS = 1 << 14
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_EDGE = 8

Array = NDArray[np.float64]


def word_buckets(block: Block) -> list[int]:
    """Hashed words of a block: all of a short one, the first and last of a long one."""
    tokens = ["0" if token.isdigit() else token for token in _TOKEN.findall(block.low[:400])]
    if len(tokens) > 3 * _EDGE:
        tail = ["0" if token.isdigit() else token for token in _TOKEN.findall(block.low[-80:])]
        tokens = [*tokens[:_EDGE], "…", *tail[-_EDGE:]]
    names = [*tokens, f"^{tokens[0]}", f"{tokens[-1]}$"] if tokens else ["^$"]
    names += [f"{a} {b}" for a, b in zip(tokens, tokens[1:], strict=False)]
    return sorted({crc32(name.encode()) % BUCKETS for name in names})


class BlockModel:
    """Probability that a block is furniture, and of which kind."""

    def __init__(
        self, arrays: Mapping[str, NDArray[Any]], labels: Sequence[str], settings: Mapping[str, Any], source: str
    ) -> None:
        self.labels, self.settings, self.source = tuple(labels), dict(settings), source
        self._words: list[float] = arrays["words"].tolist()
        self._bias = float(arrays["word_bias"])
        self._trees = _Trees(arrays)
        self._kinds, self._kind_bias = arrays["kinds"], arrays["kind_bias"]
        self._scale = arrays["calibration"]

    @classmethod
    def load(cls, folder: Path) -> BlockModel:
        """The model in ``folder``, its files checked against their hashes."""
        return cls.from_folder(open_model(folder, "strip"))

    @classmethod
    def from_folder(cls, folder: ModelFolder) -> BlockModel:
        """The model of an opened folder.

        Raises:
            ModelError: trained on other features than this version computes.
        """
        if list(folder.settings.get("features", [])) != list(FEATURES):
            raise ModelError(f"{folder.path} was trained on other features than this version of cpecnlp computes")
        with np.load(folder.path / WEIGHTS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return cls(arrays, folder.labels, folder.settings, folder.source)

    def word_score(self, block: Block) -> float:
        """What the words alone say, as a logit."""
        buckets = word_buckets(block)
        return self._bias + sum(self._words[bucket] for bucket in buckets) / float(len(buckets) ** 0.5)

    def predict_proba(self, features: Array) -> Array:
        """Calibrated probability of furniture, one a row."""
        logit = self._trees.decision(features)
        slope, offset = self._scale
        return np.asarray(1.0 / (1.0 + np.exp(-(slope * logit + offset))))

    def kind(self, block: Block, features: Array) -> str:
        """The likeliest kind of a block that is furniture."""
        buckets = word_buckets(block)
        scores = (
            self._kinds[:, buckets].sum(axis=1) / len(buckets) ** 0.5
            + self._kinds[:, BUCKETS:] @ features
            + self._kind_bias
        )
        return self.labels[int(np.argmax(scores))]


class _Trees:
    """Boosted regression trees as flat arrays, walked for all rows and trees at once."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.feature = arrays["feature"].astype(np.intp)
        self.threshold = arrays["threshold"]
        self.left, self.right = arrays["left"].astype(np.intp), arrays["right"].astype(np.intp)
        self.value = arrays["value"]
        self.roots = arrays["roots"].astype(np.intp)
        self.depth = int(arrays["depth"])
        self.base = float(arrays["base"])

    def decision(self, rows: Array) -> Array:
        """The logit of each row."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        index = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            # a leaf points to itself on both sides
            goes_left = rows[index, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(self.base + self.value[at].sum(axis=1))
