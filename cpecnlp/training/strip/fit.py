"""Fitting the block model: words, first round, second round, calibration, kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.errors import InputError
from cpecnlp.stages.strip.judge import second_round
from cpecnlp.stages.strip.model import BUCKETS, Trees
from cpecnlp.training.strip.rows import BlockRows, Frequencies

Array = NDArray[np.float64]
Answer = Callable[[Any], Array]
ROUNDS = {"first": 90, "second": 50}
_WORDS_C = 0.3
_KINDS_C = 1.0
_NO_KIND = ("", "?", "title", "dateline")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model and what it said of blocks that it had not seen.

    Attributes:
        arrays: the weights, by name.
        labels: kinds that it tells apart.
        scores: calibrated probability of each row, from models that had not seen its article.
    """

    arrays: dict[str, NDArray[Any]]
    labels: tuple[str, ...]
    scores: Array


def fit_blocks(rows: BlockRows, frequencies: Frequencies, folds: int, seed: int) -> Fitted:
    """Fit every part; what a later part sees of an earlier one is always out of fold.

    Raises:
        InputError: the examples hold no furniture, or nothing but furniture, beside what rules take.
    """
    from threadpoolctl import threadpool_limits

    known = rows.weights > 0
    if len(set(rows.furniture[known].tolist())) < 2:
        raise InputError("nothing to learn: the articles hold no blocks of both sorts that the rules leave open")
    # sums over several threads differ in their last bits from run to run
    with threadpool_limits(1):
        return _fit(rows, frequencies, folds, seed)


def _fit(rows: BlockRows, frequencies: Frequencies, folds: int, seed: int) -> Fitted:
    counts = _bag(rows.buckets)
    word_scores, words = _across(rows, folds, counts, lambda x, y, w: _linear(x, y, w, seed))
    features = rows.features.copy()
    features[:, -1] = word_scores
    first, trees = _across(rows, folds, features, lambda x, y, w: _boost(x, y, w, ROUNDS["first"], seed))
    stacked = second_round(rows.pages, features, first)
    second, more = _across(rows, folds, stacked, lambda x, y, w: _boost(x, y, w, ROUNDS["second"], seed))
    slope, offset = _calibrate(second, rows)
    arrays = {
        "words": words.coef_[0].astype(np.float32),
        "word_bias": np.array(words.intercept_[0]),
        "frequency": frequencies.counts.astype(np.float32),
        "calibration": np.array([slope, offset]),
        **{f"first_{name}": array for name, array in trees.arrays.items()},
        **{f"second_{name}": array for name, array in more.arrays.items()},
    }
    labels, kinds = _fit_kinds(rows, counts, features, seed)
    scores = 1.0 / (1.0 + np.exp(-(slope * second + offset)))
    return Fitted(arrays | kinds, labels, np.asarray(scores))


def _bag(buckets: Sequence[Sequence[int]]) -> Any:
    """Hashed words as a sparse matrix, each row divided by the root of its count."""
    from scipy.sparse import csr_matrix

    lengths = [len(row) for row in buckets]
    flat = np.concatenate([np.array(row, np.int64) for row in buckets])
    data = np.repeat([length**-0.5 for length in lengths], lengths)
    return csr_matrix((data, flat, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(buckets), BUCKETS))


def _across(rows: BlockRows, folds: int, table: Any, fit: Callable[..., Any]) -> tuple[Array, Any]:
    """Out-of-fold logits of every row, and the model fitted on all."""
    out = np.zeros(len(rows))
    known = rows.weights > 0
    for fold in range(folds):
        held = rows.folds == fold
        use = known & ~held
        if held.any():
            out[held] = fit(table[use], rows.furniture[use], rows.weights[use]).decision_function(table[held])
    return out, fit(table[known], rows.furniture[known], rows.weights[known])


def _linear(x: Any, y: Array, weights: Array, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=_WORDS_C, solver="liblinear", random_state=seed).fit(x, y, sample_weight=weights)


class _Boosted:
    """A fitted ensemble as flat arrays; answers with the code that the stage runs."""

    def __init__(self, model: Any) -> None:
        self.arrays = _flatten(model)
        self._trees = Trees(self.arrays)

    def decision_function(self, rows: Array) -> Array:
        return self._trees.decision(rows)


def _boost(x: Array, y: Array, weights: Array, rounds: int, seed: int) -> _Boosted:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=rounds, learning_rate=0.1, max_leaf_nodes=20, max_depth=6, min_samples_leaf=25,
        l2_regularization=5.0, max_features=0.5, early_stopping=False, random_state=seed,
    )  # fmt: skip
    return _Boosted(model.fit(x, y, sample_weight=weights))


def _flatten(model: Any) -> dict[str, NDArray[Any]]:
    """The trees of a fitted scikit-learn ensemble, one behind the other."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots, at, depth = [], 0, 0
    for (tree,) in model._predictors:
        nodes = tree.nodes
        leaf, own = nodes["is_leaf"].astype(bool), np.arange(len(nodes)) + at
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
        parts["left"].append(np.where(leaf, own, nodes["left"] + at))
        parts["right"].append(np.where(leaf, own, nodes["right"] + at))
        parts["value"].append(np.where(leaf, nodes["value"], 0.0))
        roots.append(at)
        at += len(nodes)
        depth = max(depth, int(nodes["depth"].max()))
    types = {"feature": np.int16, "left": np.int32, "right": np.int32, "threshold": np.float64, "value": np.float64}
    arrays: dict[str, NDArray[Any]] = {name: np.concatenate(part).astype(types[name]) for name, part in parts.items()}
    base = float(np.ravel(model._baseline_prediction)[0])
    return arrays | {"roots": np.array(roots, np.int32), "depth": np.array(depth), "base": np.array(base)}


def _calibrate(logits: Array, rows: BlockRows) -> tuple[float, float]:
    """Slope and offset of Platt scaling, on blocks that a person labelled where there are enough."""
    from sklearn.linear_model import LogisticRegression

    use = (rows.weights > 0) & rows.gold
    if min(rows.furniture[use].sum(), (~rows.furniture[use]).sum()) < 50:
        use = rows.weights > 0
    fitted = LogisticRegression(C=1e6).fit(logits[use, None], rows.furniture[use], sample_weight=rows.weights[use])
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _fit_kinds(
    rows: BlockRows, counts: Any, features: Array, seed: int
) -> tuple[tuple[str, ...], dict[str, NDArray[Any]]]:
    """A linear model that names the kind of furniture from its words and features."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    use = np.array([kind not in _NO_KIND for kind in rows.kinds]) & (rows.weights > 0)
    kinds = [kind for kind, used in zip(rows.kinds, use, strict=True) if used]
    scale = 1.0 / np.maximum(1e-6, features[use].std(axis=0) * 3)
    table = hstack([counts[use], csr_matrix(features[use] * scale)]).tocsr()
    labels = tuple(sorted(set(kinds)))
    if len(labels) < 2:
        raise InputError("nothing to learn: all furniture that the rules leave open is of one kind")
    coefficients, bias = np.empty((len(labels), table.shape[1])), np.empty(len(labels))
    for row, label in enumerate(labels):
        one = LogisticRegression(C=_KINDS_C, solver="liblinear", random_state=seed)
        one.fit(table, [kind == label for kind in kinds], sample_weight=rows.weights[use])
        coefficients[row], bias[row] = one.coef_[0], one.intercept_[0]
    return labels, {"kinds": coefficients.astype(np.float32), "kind_scale": scale, "kind_bias": bias}
