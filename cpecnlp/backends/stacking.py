"""A second reading of topics: what a first model says of article, headline and passages, weighed together.

Stacked generalisation (Wolpert, 1992): a logistic regression whose inputs are logits that the first model gave to
articles it had not learned from. Its weights are the same for all labels, so that a few hundred articles are enough
for them and a label that is new profits at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: columns of a table of clues, for one label of one article: the first model's logits
CLUES = ("article", "best other label", "label that stands alone", "headline", "long", "long 2", "short", "short 2")
ARTICLE_CLUES = 3  # so many of them, the first, come from the article as a whole
NOTHING = -3.0  # the logit that stands for "there is no such label"
_PREFIX = "stack_"
_ARRAYS = ("middle", "spread", "weights")


@dataclass(frozen=True, slots=True)
class Stack:
    """The weights of the second model.

    Attributes:
        middle: means of the clues, shape ``(clues,)``.
        spread: their standard deviations.
        weights: of the clues, their squares and products, shape ``(terms,)``.
        bias: added to the sum.
    """

    middle: Array
    spread: Array
    weights: Array
    bias: float

    def logits(self, clues: Array) -> Array:
        """Logits of shape ``(articles, labels)`` for clues of shape ``(articles, labels, clues)``."""
        out: Array = terms_of((clues - self.middle) / self.spread) @ self.weights + self.bias
        return out

    def arrays(self) -> dict[str, Any]:
        """What :meth:`read` takes, by name."""
        kept: dict[str, Any] = {_PREFIX + name: getattr(self, name) for name in _ARRAYS}
        return {**kept, _PREFIX + "bias": np.float64(self.bias)}

    @classmethod
    def read(cls, arrays: Mapping[str, Any]) -> Stack | None:
        """The weights among the arrays of a model; None for a model without."""
        if _PREFIX + "bias" not in arrays:
            return None
        middle, spread, weights = (np.asarray(arrays[_PREFIX + name], np.float64) for name in _ARRAYS)
        return cls(middle, spread, weights, float(arrays[_PREFIX + "bias"]))


def terms_of(values: Array) -> Array:
    """Values of shape ``(…, n)`` with their squares and products behind them, shape ``(…, n + n (n + 1) / 2)``."""
    left, right = np.triu_indices(values.shape[-1])
    return np.concatenate([values, values[..., left] * values[..., right]], axis=-1)


def clues_of(article: NDArray[Any], heard: NDArray[Any], alone: Sequence[int]) -> Array:
    """The clues of one article, shape ``(labels, CLUES)``.

    Args:
        article: logits of the whole, shape ``(labels,)``.
        heard: what :func:`part_clues` says of its parts.
        alone: columns of the labels that exclude all others.
    """
    labels = len(article)
    others = np.repeat(article[None], labels, axis=0).astype(np.float64)
    np.fill_diagonal(others, -np.inf)
    best = others.max(1)
    single = np.full(labels, NOTHING)
    if alone:
        single[:] = article[list(alone)].max()
        single[list(alone)] = NOTHING
    whole = np.stack([article, np.where(np.isfinite(best), best, NOTHING), single], axis=1)
    return np.hstack([whole, heard])


def part_clues(parts: NDArray[Any], long: int, short: int) -> Array:
    """The last clues, those from headline and passages, shape ``(labels, CLUES - ARTICLE_CLUES)``.

    Args:
        parts: logits of headline, long and short passages, shape ``(parts, labels)``.
        long: place of the first long passage.
        short: place of the first short passage.
    """
    two = [stretch for part in (parts[long:short], parts[short:]) for stretch in _best_two(part)]
    return np.stack([parts[0], *two], axis=1).astype(np.float64)


def _best_two(logits: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Highest and second highest logit of each label; the same one twice where there is one passage."""
    if len(logits) == 1:
        return logits[0], logits[0]
    ordered = np.partition(logits, len(logits) - 2, axis=0)
    return ordered[-1], ordered[-2]
