"""The rows that a topic model is trained on, kept with it so that it can learn more later.

A row holds hashed word counts, a static embedding and keyword counts, no text and no word order:
enough to train on again, not enough to read the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import directions, nearness
from cpecnlp.backends.stacking import ARTICLE_CLUES, CLUES
from cpecnlp.errors import ModelError
from cpecnlp.training.topic_data import TopicExample
from cpecnlp.training.topic_passages import PassageRows

Array = NDArray[np.float64]
MEMORY_FILE = "memory.npz"
# shares of hashed words, static embedding, keywords and nearness of each embedding: what cross-validation
# found for our scheme, and one of hardly more than words, which suits some other schemes and news better
BLENDS = ((1.0, 0.5, 0.7, 1.5, 1.5), (1.0, 0.0, 0.3, 0.15, 0.0))
ALWAYS = -1  # the fold of rows that are always trained on and never judged
SURE = 0.99  # the weight above which a cell is a person's label
UNLAID = -2  # the fold of rows that have none yet
HEARD = len(CLUES) - ARTICLE_CLUES


@dataclass(frozen=True, slots=True)
class TopicRows:
    """Training rows.

    Attributes:
        hashed: scipy CSR matrix of TF-IDF, shape ``(rows, buckets)``.
        dense: static embedding and keyword features, shape ``(rows, dimension)``.
        targets: 0 or 1, or a probability where a model is the teacher, shape ``(rows, labels)``.
        weights: of each cell; 0 where it is not known whether the article has the topic.
        labels: columns of ``targets``.
        ids: of the articles.
        folds: :data:`ALWAYS`, :data:`UNLAID` or the number of the fold.
        passages: headlines and passages of those that are judged and whose text is at hand.
        heard: what the model that remembers the rows said of their headlines and passages, each by a model that
            had not seen the row's fold: the last of :data:`cpecnlp.backends.stacking.CLUES`, shape
            ``(rows, labels, HEARD)``; NaN where there is nothing.
        scores: probabilities by the model that remembers the rows, each of models that had not seen the row's
            fold, shape ``(rows, labels)``; NaN where there are none.
    """

    hashed: Any
    dense: Array
    targets: Array
    weights: Array
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    folds: NDArray[np.int64]
    passages: PassageRows
    heard: Array
    scores: Array

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(
        cls, features: TextFeatures, examples: Sequence[TopicExample], labels: Sequence[str], *, passages: bool = True
    ) -> TopicRows:
        """The rows of labelled articles; a topic that an article does not name counts as absent.

        Args:
            features: what is counted in a text.
            examples: the articles.
            labels: columns of the targets.
            passages: whether a model is to be fitted on the rows, for which those that are judged are read in parts.
        """
        from scipy.sparse import csr_matrix

        rows = features.rows([example.text for example in examples])
        ends = np.cumsum([0, *(len(row.index) for row in rows)])
        value = np.concatenate([np.zeros(0), *(row.value for row in rows)])
        index = np.concatenate([np.zeros(0, np.int64), *(row.index for row in rows)])
        hashed = csr_matrix((value, index, ends), shape=(len(rows), len(features.idf)))
        dense = np.array([row.dense for row in rows], float).reshape(len(rows), features.dense_size)
        chances = [e.chances if e.chances is not None else dict.fromkeys(e.topics, 1.0) for e in examples]
        targets = np.array([[chance.get(label, 0.0) for label in labels] for chance in chances], float)
        targets = targets.reshape(len(rows), len(labels))
        folds = np.array([UNLAID if e.fold is None else e.fold for e in examples], np.int64)
        weights = np.repeat(np.array([e.weight for e in examples], float)[:, None], len(labels), axis=1)
        ids = tuple(example.id for example in examples)
        read = (e.text if passages and e.fold != ALWAYS else None for e in examples)
        heard, scores = nothing_said(*targets.shape)
        return cls(
            hashed, dense, targets, weights, tuple(labels), ids, folds, PassageRows.of(features, read), heard, scores
        )

    def widen(self, labels: Sequence[str]) -> TopicRows:
        """With more labels, whose cells are unknown (target 0, weight 0)."""
        width = len(labels) - len(self.labels)
        if tuple(labels[: len(self.labels)]) != self.labels:
            raise ValueError("the known labels must come first")
        blank = np.zeros((len(self), width))
        heard, scores = nothing_said(len(self), width)
        return replace(
            self,
            labels=tuple(labels),
            targets=np.hstack([self.targets, blank]),
            weights=np.hstack([self.weights, blank]),
            heard=np.hstack([self.heard, heard]),
            scores=np.hstack([self.scores, scores]),
        )

    def join(self, other: TopicRows) -> TopicRows:
        """These rows and, behind them, those of ``other``, which has the same labels."""
        from scipy.sparse import vstack

        if self.labels != other.labels or self.hashed.shape[1] != other.hashed.shape[1]:
            raise ValueError("rows with other labels or features cannot be joined")
        return TopicRows(
            vstack([self.hashed, other.hashed], format="csr"),
            np.vstack([self.dense, other.dense]),
            np.vstack([self.targets, other.targets]),
            np.vstack([self.weights, other.weights]),
            self.labels,
            self.ids + other.ids,
            np.concatenate([self.folds, other.folds]),
            self.passages.join(other.passages),
            np.vstack([self.heard, other.heard]),
            np.vstack([self.scores, other.scores]),
        )

    def take(self, numbers: Sequence[int] | NDArray[Any]) -> TopicRows:
        """Only the rows ``numbers``."""
        pick = np.asarray(numbers, np.int64)
        return replace(
            self,
            hashed=self.hashed[pick],
            dense=self.dense[pick],
            targets=self.targets[pick],
            weights=self.weights[pick],
            ids=tuple(self.ids[n] for n in pick.tolist()),
            folds=self.folds[pick],
            passages=self.passages.take(pick),
            heard=self.heard[pick],
            scores=self.scores[pick],
        )

    def silent(self) -> TopicRows:
        """These rows without their headlines and passages, and without what was said of them."""
        heard, _ = nothing_said(*self.targets.shape)
        return replace(self, passages=PassageRows.none(*self.dense.shape), heard=heard)

    def save(self, folder: Path) -> None:
        """Write ``memory.npz``: targets and weights in steps of 1/250, numbers as float16."""
        np.savez_compressed(
            folder / MEMORY_FILE,
            index=self.hashed.indices.astype(np.int32),
            value=self.hashed.data.astype(np.float16),
            ends=self.hashed.indptr.astype(np.int64),
            buckets=np.int64(self.hashed.shape[1]),
            dense=self.dense.astype(np.float16),
            targets=np.round(self.targets * 250).astype(np.uint8),
            weights=np.round(np.minimum(self.weights, 1) * 250).astype(np.uint8),
            labels=np.frombuffer("\n".join(self.labels).encode(), np.uint8),
            ids=np.frombuffer("\n".join(i.replace("\n", " ") for i in self.ids).encode(), np.uint8),
            folds=self.folds.astype(np.int16),
            heard=self.heard.astype(np.float16),
            scores=self.scores.astype(np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> TopicRows:
        """Read what :meth:`save` wrote.

        Raises:
            ModelError: the model carries no memory, or not a whole one.
        """
        from scipy.sparse import csr_matrix

        try:
            with np.load(folder / MEMORY_FILE, allow_pickle=False) as arrays:
                ends, buckets = arrays["ends"], int(arrays["buckets"])
                value, index = arrays["value"].astype(float), arrays["index"]
                dense, targets = arrays["dense"].astype(float), arrays["targets"] / 250.0
                # models before topics-5 kept none
                missing = zip(("heard", "scores"), nothing_said(*targets.shape), strict=True)
                return cls(
                    csr_matrix((value, index, ends), shape=(len(ends) - 1, buckets)),
                    dense,
                    targets,
                    arrays["weights"] / 250.0,
                    tuple(arrays["labels"].tobytes().decode().split("\n")),
                    tuple(arrays["ids"].tobytes().decode().split("\n")),
                    arrays["folds"].astype(np.int64),
                    PassageRows.none(*dense.shape),
                    *(arrays[name].astype(float) if name in arrays else none for name, none in missing),
                )
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise ModelError(f"{folder}: the model's memory cannot be read ({error}); train from scratch") from None


def nothing_said(rows: int, labels: int) -> tuple[Array, Array]:
    """:attr:`TopicRows.heard` and :attr:`TopicRows.scores` of rows that no model has spoken of."""
    return np.full((rows, labels, HEARD), np.nan), np.full((rows, labels), np.nan)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How the blocks of a row are put on one scale.

    Attributes:
        active: the buckets that enough rows have.
        mean: of the dense features.
        factor: by which they are multiplied once the mean is off.
        share: of the hashed words.
        near: shares of the nearness of each embedding.
        sizes: lengths of the embeddings, the first columns of the dense features.
    """

    active: NDArray[np.int64]
    mean: Array
    factor: Array
    share: float
    near: tuple[float, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, rows: TopicRows, sizes: Sequence[int], blocks: Sequence[float] = BLENDS[0]) -> Scaling:
        """Each block gets its share of the mean squared length of a row.

        Args:
            rows: the training rows.
            sizes: lengths of the embeddings; the first also counts by itself, the others by nearness.
            blocks: shares of hashed words, first embedding, keywords and nearness of each embedding.
        """
        documents = np.asarray((rows.hashed > 0).sum(0)).ravel()
        active = np.flatnonzero(documents >= (3 if len(rows) >= 500 else 2 if len(rows) >= 100 else 1))
        shares = np.asarray(blocks[: 3 + len(sizes)], float)
        shares /= shares.sum()
        mean = rows.dense.mean(0)
        spread = rows.dense.std(0)
        first, every = sizes[0], sum(sizes)
        factor = np.ones_like(mean)
        factor[first:every] = 0.0
        factor[every:] = 1 / (spread[every:] + 0.05)
        for part, share in ((slice(0, first), shares[1]), (slice(every, None), shares[2])):
            length = float((((rows.dense - mean) * factor)[:, part] ** 2).sum(1).mean())
            factor[part] *= np.sqrt(share / length) if length > 1e-9 else 0.0
        return cls(active, mean, factor, float(shares[0]), tuple(shares[3:].tolist()), tuple(sizes))

    def gram(self, rows: TopicRows, landmarks: int) -> Array:
        """Inner products of all rows with the first ``landmarks``."""
        hashed = self.words(rows)
        dense = (rows.dense - self.mean) * self.factor
        words: Array = self.share * (hashed @ hashed[:landmarks].T).toarray()
        return words + dense @ dense[:landmarks].T + self.radial(rows, landmarks)[0]

    def words(self, rows: TopicRows) -> Any:
        """The active columns of the hashed words, each row of length 1 again, as CSR."""
        from scipy.sparse import diags

        hashed = rows.hashed[:, self.active]
        length = np.sqrt(np.asarray(hashed.multiply(hashed).sum(1)).ravel())
        return diags(1 / np.maximum(length, 1e-9)) @ hashed

    def centres(self, rows: TopicRows) -> Array:
        """Directions of the rows' embeddings, shape ``(rows, embeddings)``."""
        width = sum(self.sizes)
        out: Array = directions(rows.dense[:, :width], self.mean[:width], self.sizes)
        return out

    def radial(self, rows: TopicRows, landmarks: int) -> tuple[Array, Array, tuple[float, ...]]:
        """Nearness to each landmark, that of each embedding centred and brought to its share.

        Returns:
            The matrix ``(rows, landmarks)``, what was taken off for each landmark (the same for all
            rows), and the number by which each embedding's nearness was multiplied.
        """
        every = self.centres(rows)
        total, off = np.zeros((len(rows), landmarks)), np.zeros(landmarks)
        pulls = []
        for end, size, share in zip(np.cumsum(self.sizes).tolist(), self.sizes, self.near, strict=True):
            part = every[:, end - size : end]
            near = nearness(part, part[:landmarks])
            means = near[:landmarks].mean(0)
            centred = near - near.mean(1, keepdims=True) - means + means.mean()
            pulls.append(share / max(float(np.diag(centred[:landmarks]).mean()), 1e-9))
            total += pulls[-1] * centred
            off += pulls[-1] * (means - means.mean())
        return total, off, tuple(pulls)
