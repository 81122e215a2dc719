"""From what a model says of articles that it has not learned from to probabilities.

With few articles, or one topic an article, a straight line on the logit (Platt, 1999); with more, a
:class:`~cpecnlp.backends.stacking.Stack` over article, headline and passages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.multilabel import LinearWeights
from cpecnlp.backends.stacking import NOTHING, Stack, clues_of, part_clues, terms_of
from cpecnlp.training.logistic import Calibration, Fit, fit_calibration, fit_logistic
from cpecnlp.training.topic_rows import SURE, TopicRows

Array = NDArray[np.float64]
STACK_ROWS = 300  # fewer judged articles are too few for a stack
STACK_STRENGTH = 1.0
_FLAT = 1e-6  # a clue that varies less than that is the same for all


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model says of articles that it has not learned from.

    Attributes:
        logits: of the articles, shape ``(articles, labels)``.
        clues: see :data:`cpecnlp.backends.stacking.CLUES`, shape ``(articles, labels, clues)``; None for a
            model that reads no passages.
    """

    logits: Array
    clues: Array | None = None

    def take(self, numbers: NDArray[Any]) -> Evidence:
        """Only the articles ``numbers`` (or a mask)."""
        return Evidence(self.logits[numbers], None if self.clues is None else self.clues[numbers])


@dataclass(frozen=True, slots=True)
class Reading:
    """Turns evidence into probabilities.

    Attributes:
        calibration: one line a label.
        stack: where there is one, the line is put through its logits.
    """

    calibration: Calibration
    stack: Stack | None = None

    def probabilities(self, evidence: Evidence) -> Array:
        """Shape ``(articles, labels)``."""
        stacked = self.stack is not None and evidence.clues is not None
        logits = self.stack.logits(evidence.clues) if stacked else evidence.logits  # type: ignore[union-attr, arg-type]
        return self.calibration.apply(logits)


def fit_reading(evidence: Evidence, rows: TopicRows, exclusive: bool = False) -> Reading:
    """Fit on the evidence of ``rows``.

    Args:
        evidence: of the same articles.
        rows: what is known of them.
        exclusive: exactly one topic an article: one line for all, so that the order stays.
    """
    if evidence.clues is not None:
        plain = Calibration(np.ones(len(rows.labels)), np.zeros(len(rows.labels)))
        return Reading(plain, fit_stack(evidence.clues, rows))
    known, logits = known_cells(rows), evidence.logits
    if not exclusive:
        return Reading(fit_calibration(logits, rows.targets, known))
    line = fit_calibration(logits.reshape(-1, 1), rows.targets.reshape(-1, 1), known.reshape(-1, 1))
    labels = logits.shape[1]
    return Reading(Calibration(np.repeat(line.slope, labels), np.repeat(line.offset, labels)))


def fit_stack(clues: Array, rows: TopicRows) -> Stack:
    """The second model, on all cells that a person decided."""
    known = known_cells(rows) > 0
    values, targets = clues[known], rows.targets[known]
    middle, spread = values.mean(0), np.maximum(values.std(0), _FLAT)
    terms = terms_of((values - middle) / spread)
    mean, scale = terms.mean(0), np.maximum(terms.std(0), _FLAT)
    fit = fit_logistic((terms - mean) / scale, targets[:, None], strength=STACK_STRENGTH)
    weights = fit.weights[:, 0] / scale
    return Stack(middle, spread, weights, float(fit.bias[0] - mean @ weights))


def known_cells(rows: TopicRows) -> Array:
    """1 where a cell is a person's label, 0 where it is unknown or a model's opinion."""
    out: Array = ((rows.weights > SURE) & np.isin(rows.targets, (0.0, 1.0))).astype(float)
    return out


def readable(rows: TopicRows) -> NDArray[np.bool_]:
    """Of which rows headline and passages are at hand, or what a model said of them."""
    out: NDArray[np.bool_] = rows.passages.known | ~np.isnan(rows.heard).all((1, 2))
    return out


def enough_to_stack(judged: int) -> bool:
    """Whether so many judged articles are enough for a stack."""
    return judged >= STACK_ROWS


def stackable(rows: TopicRows, judged: NDArray[np.int64], exclusive: bool) -> bool:
    """Whether there are enough judged articles, all readable, and more than one topic an article."""
    return not exclusive and enough_to_stack(len(judged)) and bool(readable(rows)[judged].all())


def hear(rows: TopicRows, fits: Mapping[int, Fit], weights_of: Callable[[Fit], LinearWeights]) -> Array:
    """What is said of headlines and passages, see :attr:`TopicRows.heard`; each by the model without the row's fold.

    Of an article whose text is not at hand, what the model that remembers it said stands.

    Args:
        rows: all rows.
        fits: of each fold left out.
        weights_of: turns a fit into weights of features.
    """
    heard = rows.heard.copy()
    for fold, fit in fits.items():
        weights = weights_of(fit)
        for number in np.flatnonzero((rows.folds == fold) & rows.passages.known).tolist():
            start, long, short, end = rows.passages.ends[number].tolist()
            parts = weights.dense_logits(rows.passages.dense[start:end])
            heard[number] = part_clues(parts, long - start, short - start)
    return heard


def gather_clues(logits: Array, heard: Array, labels: Sequence[str], alone: Sequence[str]) -> Array:
    """The clues of articles, shape ``(articles, labels, CLUES)``.

    Args:
        logits: of the articles, shape ``(articles, labels)``.
        heard: what is said of their parts; a label that no part was asked about counts as absent from all,
            so that what comes out for it is no opinion.
        labels: the columns.
        alone: labels that exclude all others.
    """
    single = [number for number, label in enumerate(labels) if label in alone]
    parts = np.where(np.isnan(heard), NOTHING, heard)
    return np.stack([clues_of(row, part, single) for row, part in zip(logits, parts, strict=True)])


def total_loss(probabilities: Array, rows: TopicRows) -> float:
    """Sum of the cross-entropies of the known cells."""
    chance = np.clip(probabilities, 1e-6, 1 - 1e-6)
    loss = -np.where(rows.targets > 0.5, np.log(chance), np.log(1 - chance))
    return float((loss * known_cells(rows)).sum())
