"""Fit, cross-validate, calibrate and set thresholds: from rows to the weights of a topic model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import LinearWeights
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training.logistic import Calibration, Coordinates, Fit, fit_logistic
from cpecnlp.training.topic_figures import Figures, f1_score, measure
from cpecnlp.training.topic_reading import (
    Evidence,
    Reading,
    fit_reading,
    gather_clues,
    hear,
    known_cells,
    stackable,
    total_loss,
)
from cpecnlp.training.topic_rows import ALWAYS, BLENDS, Scaling, TopicRows

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
STRENGTH = 15.0
LANDMARKS = 3000
FEW_ROWS = 1000  # with more, the choice of a mix is not worth its time
GRID = np.linspace(0.1, 0.8, 57)
SHRINK = 300.0  # so many articles of a topic weigh its own threshold as much as the common one


@dataclass(frozen=True, slots=True)
class FittedTopics:
    """A fitted model and what is known of it.

    Attributes:
        weights: for the backend.
        rule: thresholds and the like.
        figures: by cross-validation; calibration and thresholds too were found on other folds.
        scores: out-of-fold calibrated probabilities of the judged rows, shape ``(judged, labels)``.
        judged: numbers of those rows.
        heard: see :attr:`cpecnlp.training.topic_rows.TopicRows.heard`, of the judged rows.
    """

    weights: LinearWeights
    rule: TopicRule
    figures: Figures
    scores: Array
    judged: NDArray[np.int64]
    heard: Array


def fit_topics(rows: TopicRows, features: TextFeatures, alone: Sequence[str] = (), seed: int = 0) -> FittedTopics:
    """Train on all rows; judge by cross-validation over their folds.

    Up to :data:`FEW_ROWS` rows, the mix of features is that of :data:`BLENDS` which does better on the
    folds left out: fewer articles wrong where each has one topic, else a smaller loss. A choice of
    two flatters the figures by next to nothing.
    """
    order = np.random.default_rng(seed).permutation(len(rows)) if len(rows) > LANDMARKS else np.arange(len(rows))
    rows = rows.take(order)
    landmarks = min(len(rows), LANDMARKS)
    judged = np.flatnonzero(rows.folds != ALWAYS)
    seen = rows.take(judged)
    exclusive = bool(((rows.targets > 0.5).sum(1) == 1).all()) and not alone
    blends = BLENDS if len(rows) <= FEW_ROWS else BLENDS[:1]
    tried = [_mix(rows, Scaling.of(rows, features.embedding_sizes, blend), landmarks, exclusive) for blend in blends]
    mix = min(tried, key=lambda mix: mix.badness)
    weigher = Weigher.of(rows, mix.space, mix.scaling, landmarks)
    heard = hear(rows, mix.fits, weigher.weights)
    clues = None
    if stackable(rows, judged, exclusive):
        clues = gather_clues(mix.logits[judged], heard[judged], rows.labels, alone)
    evidence = Evidence(mix.logits[judged], clues)
    scores, given = nested_decisions(evidence, seen, alone, exclusive)
    reading = fit_reading(evidence, seen, exclusive)
    thresholds = _thresholds(reading, evidence, seen, alone, exclusive)
    rule = TopicRule(dict(zip(rows.labels, map(float, thresholds), strict=True)), tuple(alone), exclusive)
    known = known_cells(seen) > 0
    figures = measure((seen.targets > 0.5) & known, given & known, np.where(known, scores, 0.0), rows.labels, seed)
    weights = weigher.weights(fit_logistic(mix.space.values, rows.targets, rows.weights, strength=STRENGTH), reading)
    back = np.argsort(order[judged], kind="stable")
    return FittedTopics(weights, rule, figures, scores[back], order[judged][back], heard[judged][back])


@dataclass(frozen=True, slots=True)
class _Mix:
    """A mix of features, its coordinates, the fit without each fold, and what those say of the fold."""

    badness: tuple[int, float]
    scaling: Scaling
    space: Coordinates
    fits: dict[int, Fit]
    logits: Array


def _mix(rows: TopicRows, scaling: Scaling, landmarks: int, exclusive: bool) -> _Mix:
    """One mix of features, and how bad it is on the folds left out."""
    space = Coordinates.of(scaling.gram(rows, landmarks))
    fits, logits = fold_fits(space.values, rows)
    seen = rows.take(judged := np.flatnonzero(rows.folds != ALWAYS))
    evidence = Evidence(logits[judged])
    chance = fit_reading(evidence, seen, exclusive).probabilities(evidence)
    wrong = int((chance.argmax(1) != seen.targets.argmax(1)).sum()) if exclusive else 0
    return _Mix((wrong, total_loss(chance, seen)), scaling, space, fits, logits)


def fold_fits(values: Array, rows: TopicRows) -> tuple[dict[int, Fit], Array]:
    """For each fold a fit that has not seen it (two at a time), and its logits of the fold; 0 for rows never judged."""

    def one(fold: int) -> Fit:
        outside = rows.folds != fold
        return fit_logistic(values[outside], rows.targets[outside], rows.weights[outside], strength=STRENGTH)

    folds = np.unique(rows.folds[rows.folds != ALWAYS]).tolist()
    with ThreadPoolExecutor(2) as pool:
        fits = dict(zip(folds, pool.map(one, folds), strict=True))
    logits = np.zeros(rows.targets.shape)
    for fold, fit in fits.items():
        logits[rows.folds == fold] = fit.logits(values[rows.folds == fold])
    return fits, logits


def nested_decisions(
    evidence: Evidence, rows: TopicRows, alone: Sequence[str] = (), exclusive: bool = False
) -> tuple[Array, Flags]:
    """Probabilities and topics given, with calibration (or stack) and thresholds from the other folds alone."""
    scores, given = np.zeros_like(evidence.logits), np.zeros(evidence.logits.shape, bool)
    for fold in np.unique(rows.folds):
        inside = rows.folds == fold
        others, rest = rows.take(np.flatnonzero(~inside)), evidence.take(~inside)
        reading = fit_reading(rest, others, exclusive)
        thresholds = _thresholds(reading, rest, others, alone, exclusive)
        scores[inside] = reading.probabilities(evidence.take(inside))
        given[inside] = decide(scores[inside], thresholds, rows.labels, alone, exclusive)
    return scores, given


def decide(
    scores: Array, thresholds: Array, labels: Sequence[str], alone: Sequence[str] = (), exclusive: bool = False
) -> Flags:
    """:meth:`TopicRule.given` for a whole table at once."""
    reach = scores / thresholds
    best = reach.argmax(1)
    single = np.array([label in alone for label in labels], bool)
    given: Flags = (reach >= 1) & ~single
    given[exclusive | single[best]] = False
    given[np.arange(len(scores)), best] = True
    return given


def _thresholds(reading: Reading, evidence: Evidence, rows: TopicRows, alone: Sequence[str], exclusive: bool) -> Array:
    scores = reading.probabilities(evidence)
    if reading.stack is None:
        return find_thresholds(scores, rows, alone, exclusive)
    return np.full(len(rows.labels), expected_threshold(scores[known_cells(rows) > 0]))


def expected_threshold(scores: Array) -> float:
    """The threshold with the best expected F1 if the probabilities are right (Lipton, Elkan and Naryanaswamy, 2014).

    It looks at no label, so it does not follow the luck of a short sample as the best threshold on labels does.

    Args:
        scores: calibrated probabilities, shape ``(cells,)``.
    """
    given = scores[:, None] >= GRID
    return float(GRID[int(np.argmax(f1_score((given * scores[:, None]).sum(0), scores.sum(), given.sum(0))))])


def find_thresholds(scores: Array, rows: TopicRows, alone: Sequence[str] = (), exclusive: bool = False) -> Array:
    """The threshold of each topic: where its F1 is best, drawn towards the best common one.

    A topic with few articles leans on the common threshold (:data:`SHRINK`), and a topic's own
    curve is smoothed over five steps, for the best step of a short sample is mostly luck.
    """
    labels = rows.labels
    if exclusive:
        return np.full(len(labels), 0.5)
    known = known_cells(rows) > 0
    gold = (rows.targets > 0.5) & known
    common = max(GRID, key=lambda t: _micro(gold, decide(scores, np.full(len(labels), t), labels, alone) & known))
    out = np.full(len(labels), float(common))
    for column in range(len(labels)):
        truth, chance = gold[known[:, column], column], scores[known[:, column], column]
        given = chance[:, None] >= GRID
        curve = f1_score((given & truth[:, None]).sum(0), truth.sum(), given.sum(0))
        smooth = np.convolve(np.pad(curve, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        own = truth.sum() / (truth.sum() + SHRINK)
        out[column] = own * GRID[int(np.argmax(smooth))] + (1 - own) * common
    return out


def _micro(gold: Flags, given: Flags) -> float:
    return float(f1_score((gold & given).sum(), gold.sum(), given.sum()))


@dataclass(frozen=True, slots=True)
class Weigher:
    """Turns fits in the coordinates of landmarks into weights of features.

    Attributes:
        space: the coordinates.
        scaling: of the features.
        words: scaled words of the landmarks, transposed, CSR of shape ``(active buckets, landmarks)``.
        dense: their scaled dense features, shape ``(landmarks, dimension)``.
        off: see :meth:`Scaling.radial`.
        pulls: likewise.
        centres: directions of their embeddings.
    """

    space: Coordinates
    scaling: Scaling
    words: Any
    dense: Array
    off: Array
    pulls: tuple[float, ...]
    centres: Array

    @classmethod
    def of(cls, rows: TopicRows, space: Coordinates, scaling: Scaling, landmarks: int) -> Weigher:
        """For landmarks that are the first of ``rows``."""
        rows = rows.take(range(landmarks))
        _, off, pulls = scaling.radial(rows, landmarks)
        dense = (rows.dense - scaling.mean) * scaling.factor
        return cls(space, scaling, scaling.words(rows).T.tocsr(), dense, off, pulls, scaling.centres(rows))

    def weights(self, fit: Fit, reading: Reading | None = None) -> LinearWeights:
        """The weights of one fit; calibrated where a reading is given."""
        scaling, shares = self.scaling, self.space.back(fit.weights)
        hashed = scaling.share * (self.words @ shares)
        dense = scaling.factor[:, None] * (self.dense.T @ shares)
        radial = shares - shares.mean(0)
        bias = fit.bias - scaling.mean @ dense - self.off @ shares
        line = reading.calibration if reading else Calibration(np.ones(len(bias)), np.zeros(len(bias)))
        middle = scaling.mean[: sum(scaling.sizes)]
        arrays = (hashed, dense, middle, self.centres, radial, bias, line.slope, line.offset)
        kept = (np.asarray(array, np.float32) for array in arrays)
        stack = reading.stack if reading else None
        return LinearWeights(scaling.active, *kept, sizes=scaling.sizes, pulls=self.pulls, stack=stack)
