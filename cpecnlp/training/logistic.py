"""Multi-label logistic regression in the span of the training rows.

With far more features than articles, the weights of an L2-regularised model lie in the span of
the training rows (the representer theorem). So the rows are turned once into the coordinates of
a Cholesky factor of their Gram matrix; every fold and every label then works with a small dense
matrix. Targets may be soft, and single cells may carry no weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.multilabel import sigmoid

Array = NDArray[np.float64]
JITTER = 1e-6


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Rows in the coordinates of landmarks.

    Attributes:
        values: shape ``(rows, landmarks)``; inner products are those of the rows themselves (for
            rows that are not landmarks: of their projection).
        factor: lower Cholesky factor of the landmarks' Gram matrix.
    """

    values: Array
    factor: Array

    @classmethod
    def of(cls, gram: Array, landmarks: int | None = None) -> Coordinates:
        """From the Gram matrix ``(rows, landmarks)``, the landmarks being the first rows."""
        from scipy.linalg import solve_triangular

        size = gram.shape[1] if landmarks is None else landmarks
        factor: Array = np.asarray(np.linalg.cholesky(gram[:size] + JITTER * np.eye(size)), np.float64)
        return cls(solve_triangular(factor, gram.T, lower=True).T, factor)

    def back(self, weights: Array) -> Array:
        """How much of each landmark row makes up ``weights`` (shape ``(landmarks, labels)``)."""
        from scipy.linalg import solve_triangular

        out: Array = solve_triangular(self.factor, weights, lower=True, trans="T")
        return out


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights ``(coordinates, labels)`` and bias ``(labels,)``."""

    weights: Array
    bias: Array

    def logits(self, values: Array) -> Array:
        """Shape ``(rows, labels)``."""
        return values @ self.weights + self.bias


def fit_logistic(
    values: Array, targets: Array, cell_weights: Array | None = None, *, strength: float = 5.0, iterations: int = 100
) -> Fit:
    """Minimise the weighted cross-entropy plus ``|w|^2 / (2 strength)`` over all labels at once.

    Args:
        values: shape ``(rows, coordinates)``.
        targets: probabilities, shape ``(rows, labels)``.
        cell_weights: shape ``(rows, labels)``; 0 takes a cell out.
        strength: the inverse of the regularisation, scikit-learn's ``C``.
        iterations: at most so many steps of L-BFGS.
    """
    from scipy.optimize import minimize

    labels, size = targets.shape[1], values.shape[1]
    weight = np.ones_like(targets) if cell_weights is None else cell_weights

    def loss(flat: Array) -> tuple[float, Array]:
        table = flat.reshape(size + 1, labels)
        logits = values @ table[:-1] + table[-1]
        value = float((weight * (np.logaddexp(0, logits) - targets * logits)).sum())
        error = weight * (sigmoid(logits) - targets)
        gradient = np.vstack([values.T @ error + table[:-1] / strength, error.sum(0)])
        return value + float((table[:-1] ** 2).sum()) / (2 * strength), gradient.ravel()

    mass = weight.sum(0) + 1e-9
    rate = np.clip((weight * targets).sum(0) / mass, 1e-4, 1 - 1e-4)
    start = np.vstack([np.zeros((size, labels)), np.log(rate / (1 - rate))])
    options: dict[str, Any] = {"maxiter": iterations, "maxcor": 20, "ftol": 1e-9, "gtol": 1e-4}
    best = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options).x.reshape(size + 1, labels)
    return Fit(best[:-1], best[-1])


@dataclass(frozen=True, slots=True)
class Calibration:
    """A straight line on the logit, one a label (Platt, 1999)."""

    slope: Array
    offset: Array

    def apply(self, logits: Array) -> Array:
        """Calibrated probabilities."""
        return sigmoid(logits * self.slope + self.offset)


def fit_calibration(logits: Array, targets: Array, cell_weights: Array | None = None) -> Calibration:
    """Fit the line on logits of rows that the model has not seen.

    Each label's line is held towards ``slope 1, offset 0`` by a weak Gaussian prior, which keeps a
    label with a handful of examples from a line of its own. Newton steps, a dozen at most.
    """
    weight = np.ones_like(targets) if cell_weights is None else cell_weights
    labels = targets.shape[1]
    line = np.stack([np.ones(labels), np.zeros(labels)])
    prior, pull = line.copy(), np.array([4.0, 0.5])
    for label in range(labels):
        design = np.stack([logits[:, label], np.ones(len(logits))], axis=1)
        for _ in range(12):
            chance = sigmoid(design @ line[:, label])
            error = weight[:, label] * (chance - targets[:, label])
            gradient = design.T @ error + pull * (line[:, label] - prior[:, label])
            curve = (design * (weight[:, label] * chance * (1 - chance))[:, None]).T @ design + np.diag(pull)
            step = np.linalg.solve(curve, gradient)
            line[:, label] -= np.clip(step, -1.0, 1.0)
            if np.abs(step).max() < 1e-6:
                break
        line[0, label] = max(line[0, label], 0.05)
    return Calibration(line[0], line[1])
