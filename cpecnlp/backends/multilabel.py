"""Topics by a linear model over :class:`~cpecnlp.backends.features.TextFeatures`: numpy alone.

One logistic regression a label over hashed words, keyword counts, the static embedding and the
nearness of each embedding to the training articles (Gaussian kernels); its answer is calibrated with a straight line
on the logit (Platt, 1999) that was fitted on scores of articles outside the training fold. Where
there are enough articles, a :class:`~cpecnlp.backends.stacking.Stack` weighs what the regression says of article,
headline and passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import FloatArray, TextFeatures
from cpecnlp.backends.passages import parts_of
from cpecnlp.backends.stacking import Stack, clues_of, part_clues
from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, open_model

WEIGHTS_FILE = "weights.npz"
BACKEND = "multilabel"
NARROWNESS = 2.0  # of the Gaussian: exp(-narrowness * (1 - cosine)), found by cross-validation
_ARRAYS = ("hashed", "dense", "middle", "centres", "radial", "bias", "slope", "offset")
_HALF = ("hashed", "centres", "radial")
BLOCK = 256  # rows whose nearness to all centres is held at once


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """The weights of one logistic regression a label.

    Attributes:
        index: buckets that carry a weight, sorted, shape ``(active,)``.
        hashed: their weights, shape ``(active, labels)``.
        dense: weights of the dense features, shape ``(dimension, labels)``.
        middle: mean embeddings of the training articles side by side, shape ``(embeddings,)``.
        centres: their embeddings less ``middle``, each of length 1, shape ``(articles, embeddings)``.
        radial: weights of the nearness to each centre, shape ``(articles, labels)``.
        bias: shape ``(labels,)``.
        slope: calibration, shape ``(labels,)``: probability = sigmoid(slope * logit + offset).
        offset: shape ``(labels,)``.
        sizes: lengths of the embeddings.
        pulls: how much the nearness of each embedding counts.
        stack: weighs what these weights say of article, headline and passages, where there is one.
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
    sizes: tuple[int, ...] = field(kw_only=True)
    pulls: tuple[float, ...] = field(kw_only=True)
    stack: Stack | None = field(default=None, kw_only=True)

    def near(self, dense: NDArray[Any]) -> NDArray[Any]:
        """Nearness of rows, given by their dense features, to each centre, shape ``(rows, articles)``."""
        mine = directions(dense[:, : len(self.middle)], self.middle, self.sizes)
        return nearness(mine, self.centres, self.sizes, self.pulls)

    def dense_logits(self, dense: NDArray[Any]) -> NDArray[Any]:
        """Logits by the dense features alone, shape ``(rows, labels)``: what headlines and passages are read with."""
        blocks = [dense[start : start + BLOCK] for start in range(0, max(1, len(dense)), BLOCK)]
        logits = [block @ self.dense + self.near(block) @ self.radial + self.bias for block in blocks]
        out: NDArray[Any] = np.concatenate(logits)
        return out

    def save(self, folder: Path) -> None:
        """Write ``weights.npz`` with the large arrays as float16."""
        types = {name: np.float16 if name in _HALF else np.float32 for name in _ARRAYS}
        kept: dict[str, Any] = {name: getattr(self, name).astype(kind) for name, kind in types.items()}
        spaces: dict[str, Any] = {"sizes": np.array(self.sizes, np.int32), "pulls": np.array(self.pulls, np.float32)}
        stack = self.stack.arrays() if self.stack else {}
        np.savez(folder / WEIGHTS_FILE, index=self.index.astype(np.int32), **kept, **spaces, **stack)

    @classmethod
    def load(cls, folder: Path) -> LinearWeights:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: the file is missing or is not such a file.
        """
        try:
            with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
                # models before topics-3 had one embedding
                one = "sizes" not in arrays
                sizes = (len(arrays["middle"]),) if one else tuple(map(int, arrays["sizes"]))
                pulls = (1.0,) if one else tuple(map(float, arrays["pulls"]))
                kept = (arrays[name].astype(np.float32) for name in _ARRAYS)
                index, stack = arrays["index"].astype(np.int64), Stack.read(arrays)
                return cls(index, *kept, sizes=sizes, pulls=pulls, stack=stack)
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise ModelError(f"{folder}: the weights cannot be read ({error})") from None


def directions(embeddings: NDArray[Any], middle: NDArray[Any], sizes: Sequence[int] = ()) -> NDArray[Any]:
    """Embeddings less ``middle``, each of length 1.

    Args:
        embeddings: one or more side by side, shape ``(texts, embeddings)``.
        middle: shape ``(embeddings,)``.
        sizes: their lengths; by default there is one.
    """
    moved = embeddings - middle
    parts = [moved[:, start:end] for start, end in _bounds(sizes, moved.shape[1])]
    return np.hstack([part / np.maximum(np.sqrt((part**2).sum(1, keepdims=True)), 1e-9) for part in parts])


def nearness(
    left: NDArray[Any], right: NDArray[Any], sizes: Sequence[int] = (), pulls: Sequence[float] = (1.0,)
) -> NDArray[Any]:
    """The sum of a Gaussian kernel for each embedding, between two sets of :func:`directions`.

    Args:
        left: shape ``(left, embeddings)``.
        right: shape ``(right, embeddings)``.
        sizes: lengths of the embeddings; by default there is one.
        pulls: how much each counts.

    Returns:
        Shape ``(left, right)``.
    """
    out: NDArray[Any] = np.zeros((len(left), len(right)), left.dtype)
    for (start, end), pull in zip(_bounds(sizes, left.shape[1]), pulls, strict=True):
        near = left[:, start:end] @ right[:, start:end].T
        near -= 1.0
        near *= NARROWNESS
        out += np.multiply(np.exp(near, out=near), left.dtype.type(pull), out=near)
    return out


def _bounds(sizes: Sequence[int], width: int) -> list[tuple[int, int]]:
    ends = np.cumsum(sizes or (width,)).tolist()
    return list(zip([0, *ends], ends, strict=False))


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
        alone: labels that exclude all others.
    """

    def __init__(
        self,
        features: TextFeatures,
        weights: LinearWeights,
        labels: Sequence[str],
        source: str,
        alone: Sequence[str] = (),
    ) -> None:
        self.features, self.weights = features, weights
        self._alone = [number for number, label in enumerate(labels) if label in alone]
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
        alone = model.settings.get("alone", ())
        return cls(TextFeatures.load(model.path), LinearWeights.load(model.path), model.labels, model.source, alone)

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    @property
    def source(self) -> str:
        return self._source

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities, shape ``(len(texts), len(labels))``."""
        logits = np.array([self._read(text) for text in texts]).reshape(len(texts), len(self._labels))
        return sigmoid(np.asarray(logits * self.weights.slope + self.weights.offset, np.float64))

    def _read(self, text: str) -> NDArray[Any]:
        row = self.features.row(text)
        known = self._place[row.index]
        value = row.value * (known > 0)
        hashed = value @ self._hashed[known] / max(float(np.sqrt(value @ value)), 1e-9)
        stack = self.weights.stack
        if stack is None:
            plain: NDArray[Any] = hashed + self.weights.dense_logits(row.dense[None])[0]
            return plain
        parts, long, short = parts_of(text)
        # the whole comes first; it is its own headline where it has none
        distinct = list(dict.fromkeys([text, *parts]))
        dense = np.vstack([row.dense, self.features.dense(distinct[1:])])
        said = self.weights.dense_logits(dense)
        places = {part: number for number, part in enumerate(distinct)}
        heard = part_clues(said[[places[part] for part in parts]], long, short)
        clues = clues_of(hashed + said[0], heard, self._alone)
        stacked: NDArray[Any] = stack.logits(clues[None])[0]
        return stacked
