"""Fit, cross-validate, calibrate and set thresholds: from rows to the weights of a topic model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import LinearWeights
from cpecnlp.stages.topics import TopicRule
from cpecnlp.training.logistic import Calibration, Coordinates, fit_calibration, fit_logistic
from cpecnlp.training.topic_figures import Figures, f1_score, measure
from cpecnlp.training.topic_rows import ALWAYS, BLENDS, SURE, Scaling, TopicRows

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
    """

    weights: LinearWeights
    rule: TopicRule
    figures: Figures
    scores: Array
    judged: NDArray[np.int64]


def fit_topics(rows: TopicRows, features: TextFeatures, alone: Sequence[str] = (), seed: int = 0) -> FittedTopics:
    """Train on all rows; judge by cross-validation over their folds.

    Up to :data:`FEW_ROWS` rows, the mix of features is that of :data:`BLENDS` which does better on the
    folds left out: fewer articles wrong where each has one topic, else a smaller loss. A choice of
    two flatters the figures by next to nothing.
    """
    order = np.random.default_rng(seed).permutation(len(rows)) if len(rows) > LANDMARKS else np.arange(len(rows))
    rows = rows.take(order)
    landmarks = min(len(rows), LANDMARKS)
    exclusive = bool(((rows.targets > 0.5).sum(1) == 1).all()) and not alone
    blends = BLENDS if len(rows) <= FEW_ROWS else BLENDS[:1]
    tried = [_mix(rows, Scaling.of(rows, features.embedding_sizes, blend), landmarks, exclusive) for blend in blends]
    _, scaling, space, logits = min(tried, key=lambda mix: mix[0])
    judged = np.flatnonzero(rows.folds != ALWAYS)
    seen = rows.take(judged)
    scores, given = nested_decisions(logits[judged], seen, alone, exclusive)
    calibration = calibrate(logits[judged], seen, exclusive)
    thresholds = find_thresholds(calibration.apply(logits[judged]), seen, alone, exclusive)
    rule = TopicRule(dict(zip(rows.labels, map(float, thresholds), strict=True)), tuple(alone), exclusive)
    known = _known(seen) > 0
    figures = measure((seen.targets > 0.5) & known, given & known, np.where(known, scores, 0.0), rows.labels, seed)
    weights = _final_weights(rows, space, scaling, landmarks, calibration)
    back = np.argsort(order[judged], kind="stable")
    return FittedTopics(weights, rule, figures, scores[back], order[judged][back])


def _mix(
    rows: TopicRows, scaling: Scaling, landmarks: int, exclusive: bool
) -> tuple[tuple[int, float], Scaling, Coordinates, Array]:
    """How bad one mix of features is on the folds left out; its scaling, coordinates and logits."""
    space = Coordinates.of(scaling.gram(rows, landmarks))
    logits = out_of_fold(space.values, rows)
    seen = rows.take(judged := np.flatnonzero(rows.folds != ALWAYS))
    chance = np.clip(calibrate(logits[judged], seen, exclusive).apply(logits[judged]), 1e-6, 1 - 1e-6)
    loss = -np.where(seen.targets > 0.5, np.log(chance), np.log(1 - chance))
    wrong = int((chance.argmax(1) != seen.targets.argmax(1)).sum()) if exclusive else 0
    return (wrong, float((loss * _known(seen)).sum())), scaling, space, logits


def _known(rows: TopicRows) -> Array:
    """1 where a cell is a person's label, 0 where it is unknown or a model's opinion."""
    out: Array = ((rows.weights > SURE) & np.isin(rows.targets, (0.0, 1.0))).astype(float)
    return out


def out_of_fold(values: Array, rows: TopicRows) -> Array:
    """Logits of every judged row by a model that has not seen its fold; 0 for the others."""
    logits = np.zeros(rows.targets.shape)
    for fold in np.unique(rows.folds[rows.folds != ALWAYS]):
        inside = rows.folds == fold
        fit = fit_logistic(values[~inside], rows.targets[~inside], rows.weights[~inside], strength=STRENGTH)
        logits[inside] = fit.logits(values[inside])
    return logits


def calibrate(logits: Array, rows: TopicRows, exclusive: bool = False) -> Calibration:
    """A line for each topic; one for all where an article has exactly one, so that the order stays."""
    known = _known(rows)
    if not exclusive:
        return fit_calibration(logits, rows.targets, known)
    line = fit_calibration(logits.reshape(-1, 1), rows.targets.reshape(-1, 1), known.reshape(-1, 1))
    return Calibration(np.repeat(line.slope, logits.shape[1]), np.repeat(line.offset, logits.shape[1]))


def nested_decisions(
    logits: Array, rows: TopicRows, alone: Sequence[str] = (), exclusive: bool = False
) -> tuple[Array, Flags]:
    """Probabilities and topics given, with calibration and thresholds from the other folds alone."""
    scores, given = np.zeros_like(logits), np.zeros(logits.shape, bool)
    for fold in np.unique(rows.folds):
        inside = rows.folds == fold
        others = rows.take(np.flatnonzero(~inside))
        line = calibrate(logits[~inside], others, exclusive)
        thresholds = find_thresholds(line.apply(logits[~inside]), others, alone, exclusive)
        scores[inside] = line.apply(logits[inside])
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


def find_thresholds(scores: Array, rows: TopicRows, alone: Sequence[str] = (), exclusive: bool = False) -> Array:
    """The threshold of each topic: where its F1 is best, drawn towards the best common one.

    A topic with few articles leans on the common threshold (:data:`SHRINK`), and a topic's own
    curve is smoothed over five steps, for the best step of a short sample is mostly luck.
    """
    labels = rows.labels
    if exclusive:
        return np.full(len(labels), 0.5)
    known = _known(rows) > 0
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


def _final_weights(
    rows: TopicRows, space: Coordinates, scaling: Scaling, landmarks: int, calibration: Calibration
) -> LinearWeights:
    fit = fit_logistic(space.values, rows.targets, rows.weights, strength=STRENGTH)
    shares = space.back(fit.weights)
    hashed = scaling.share * (scaling.words(rows)[:landmarks].T @ shares)
    dense = scaling.factor[:, None] * (((rows.dense[:landmarks] - scaling.mean) * scaling.factor).T @ shares)
    _, off, pulls = scaling.radial(rows, landmarks)
    radial = shares - shares.mean(0)
    bias = fit.bias - scaling.mean @ dense - off @ shares
    middle, centres = scaling.mean[: sum(scaling.sizes)], scaling.centres(rows, landmarks)
    arrays = (hashed, dense, middle, centres, radial, bias, calibration.slope, calibration.offset)
    kept = (np.asarray(array, np.float32) for array in arrays)
    return LinearWeights(scaling.active, *kept, sizes=scaling.sizes, pulls=pulls)
