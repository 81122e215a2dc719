"""Strict scores of predicted spans, and how well their confidence keeps its word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

Key = tuple[int, int, str]
CORE_LABELS = ("PERSON", "ORG", "GPE", "LOC")


@dataclass(slots=True)
class SpanScore:
    """Counts of exact matches (start, end and label) that add up over texts."""

    hits: Counter[str] = field(default_factory=Counter)
    predicted: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)

    def add(self, predicted: Iterable[Key], gold: Iterable[Key]) -> None:
        """Count one text."""
        mine, truth = set(predicted), set(gold)
        self.hits.update(key[2] for key in mine & truth)
        self.predicted.update(key[2] for key in mine)
        self.gold.update(key[2] for key in truth)

    def f1(self, labels: Sequence[str] | None = None) -> float:
        """Return the micro F1 over some labels (all by default); 0 where nothing is right."""
        names = list(self.gold | self.predicted) if labels is None else labels
        hits = sum(self.hits[name] for name in names)
        total = sum(self.predicted[name] + self.gold[name] for name in names)
        return 2 * hits / total if total else 0.0

    def table(self) -> dict[str, dict[str, float]]:
        """Return precision, recall, F1 and count of each label, of all and of the four core labels."""
        rows = {name: self._row([name]) for name in sorted(self.gold)}
        rows["core4"] = self._row(CORE_LABELS)
        rows["all"] = self._row(list(self.gold | self.predicted))
        return rows

    def _row(self, names: Sequence[str]) -> dict[str, float]:
        hits = sum(self.hits[name] for name in names)
        predicted = sum(self.predicted[name] for name in names)
        gold = sum(self.gold[name] for name in names)
        return {
            "precision": round(hits / predicted, 4) if predicted else 0.0,
            "recall": round(hits / gold, 4) if gold else 0.0,
            "f1": round(self.f1(names), 4),
            "gold": gold,
        }


def calibration_error(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error with bins of equal width (Guo et al., 2017)."""
    if not scores:
        return 0.0
    sure, hit = np.asarray(scores), np.asarray(right, dtype=float)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[place == index].mean() - hit[place == index].mean()) * (place == index).mean()
        for index in range(bins)
        if (place == index).any()
    ]
    return float(sum(gaps))


def fit_knots(raw: Sequence[float], right: Sequence[bool], count: int = 15) -> list[tuple[float, float]]:
    """Fit a rising piecewise linear map from raw confidence to the share that is right.

    Spans are put in ``count`` bins of equal number; the shares are made rising by pooling
    neighbours that are out of order (Zadrozny and Elkan, 2002), and smoothed towards 0.5 by one
    right and one wrong span a bin.

    Args:
        raw: Confidences of held-out predictions; not empty.
        right: Whether each prediction is right.
        count: Bins.

    Returns:
        (confidence, probability) pairs for :func:`cpecnlp.backends.tagging.calibrated`.
    """
    order = np.argsort(raw, kind="stable")
    sure = np.asarray(raw)[order]
    hit = np.asarray(right, dtype=float)[order]
    pools: list[list[float]] = []
    for part in np.array_split(np.arange(len(sure)), min(count, len(sure))):
        pools.append([float(sure[part].sum()), float(hit[part].sum()), float(len(part))])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    knots = [(total / size, (hits + 1) / (size + 2)) for total, hits, size in pools]
    low, high = knots[0], knots[-1]
    return [(0.0, min(low[1], max(0.0, low[1] - low[0]))), *knots, (1.0, high[1])]
