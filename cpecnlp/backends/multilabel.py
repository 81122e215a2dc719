"""Topics by a linear model over :class:`~cpecnlp.backends.features.TextFeatures`: numpy alone.

One logistic regression a label over hashed words, keyword counts, the static embedding and its
nearness to the training articles (a Gaussian kernel); its answer is calibrated with a straight line
on the logit (Platt, 1999) that was fitted on scores of articles outside the training fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import FloatArray, Row, TextFeatures
from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, open_model

WEIGHTS_FILE = "weights.npz"
BACKEND = "multilabel"
NARROWNESS = 2.0  # of the Gaussian: exp(-narrowness * (1 - cosine)), found by cross-validation
_ARRAYS = ("hashed", "dense", "middle", "centres", "radial", "bias", "slope", "offset")


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """The weights of one logistic regression a label.

    Attributes:
        index: buckets that carry a weight, sorted, shape ``(active,)``.
        hashed: their weights, shape ``(active, labels)``.
        dense: weights of the dense features, shape ``(dimension, labels)``.
        middle: mean embedding of the training articles, shape ``(embedding,)``.
        centres: their embeddings less ``middle``, each of length 1, shape ``(articles, embedding)``.
        radial: weights of the nearness to each centre, shape ``(articles, labels)``.
        bias: shape ``(labels,)``.
        slope: calibration, shape ``(labels,)``: probability = sigmoid(slope * logit + offset).
        offset: shape ``(labels,)``.
    """

    index: NDArray[np.int64]
    hashed: FloatArray
    dense: FloatArray
    middle: FloatArray
    centres: FloatArray
    radial: FloatArray
    bias: FloatArray
    slope: FloatArray
    offset: FloatArray

    def save(self, folder: Path) -> None:
        """Write ``weights.npz`` with the large arrays as float16."""
        np.savez(
            folder / WEIGHTS_FILE,
            index=self.index.astype(np.int32),
            hashed=self.hashed.astype(np.float16),
            dense=self.dense.astype(np.float32),
            middle=self.middle.astype(np.float32),
            centres=self.centres.astype(np.float16),
            radial=self.radial.astype(np.float16),
            bias=self.bias.astype(np.float32),
            slope=self.slope.astype(np.float32),
            offset=self.offset.astype(np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> LinearWeights:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: the file is missing or is not such a file.
        """
        try:
            with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
                return cls(arrays["index"].astype(np.int64), *(arrays[name].astype(np.float32) for name in _ARRAYS))
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(f"{folder}: the weights cannot be read ({error})") from None


def directions(embeddings: NDArray[Any], middle: NDArray[Any]) -> NDArray[Any]:
    """Embeddings less ``middle``, each of length 1, shape ``(texts, embedding)``."""
    moved = embeddings - middle
    length = np.sqrt((moved**2).sum(-1, keepdims=True))
    out: NDArray[Any] = moved / np.maximum(length, 1e-9)
    return out


def nearness(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """The Gaussian kernel between two sets of :func:`directions`, shape ``(left, right)``."""
    out: NDArray[Any] = np.exp(NARROWNESS * (left @ right.T - 1.0))
    return out


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logistic function, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(logits, np.float64)))


class MultilabelPredictor:
    """A probability predictor over :class:`LinearWeights`.

    Args:
        features: what is counted in a text.
        weights: what the counts speak for.
        labels: the columns of the answer.
        source: name and version.
    """

    def __init__(self, features: TextFeatures, weights: LinearWeights, labels: Sequence[str], source: str) -> None:
        self.features, self.weights = features, weights
        self._labels, self._source = tuple(labels), source
        # row 0 answers for buckets without a weight, so that look-up needs no test
        self._place = np.zeros(len(features.idf), np.int32)
        self._place[weights.index] = np.arange(1, len(weights.index) + 1, dtype=np.int32)
        self._hashed = np.vstack([np.zeros((1, len(self._labels)), np.float32), weights.hashed])
        if weights.dense.shape != (features.dense_size, len(self._labels)) or len(weights.bias) != len(self._labels):
            raise ModelError("the weights do not fit the text features or the labels")

    @classmethod
    def from_folder(cls, path: Path | str | ModelFolder) -> MultilabelPredictor:
        """The predictor of a checked model folder."""
        model = path if isinstance(path, ModelFolder) else open_model(Path(path), "topics")
        if model.backend != BACKEND:
            raise ModelError(f"{model.path} is run by the backend {model.backend!r}, not by {BACKEND!r}")
        return cls(TextFeatures.load(model.path), LinearWeights.load(model.path), model.labels, model.source)

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    @property
    def source(self) -> str:
        return self._source

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities, shape ``(len(texts), len(labels))``."""
        logits = np.zeros((len(texts), len(self._labels)))
        for number, text in enumerate(texts):
            logits[number] = self._logits(self.features.row(text))
        return sigmoid(logits * self.weights.slope + self.weights.offset)

    def _logits(self, row: Row) -> FloatArray:
        weights = self.weights
        near = nearness(directions(row.dense[: len(weights.middle)], weights.middle), weights.centres)
        linear = row.value @ self._hashed[self._place[row.index]] + row.dense @ weights.dense
        logits: FloatArray = (linear + near @ weights.radial + weights.bias).astype(np.float32)
        return logits
