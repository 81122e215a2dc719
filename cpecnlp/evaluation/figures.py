"""Figures from counts, with bootstrap intervals over articles.

Intervals are percentile bootstrap (Efron & Tibshirani 1993, ch. 13) over groups of
articles: copies of one story are resampled together, since they are not independent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.evaluation.counts import Counts, Key

CORE = ("PERSON", "ORG", "GPE", "LOC")
MIN_EXAMPLES = 8
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure.

    Attributes:
        value: over all articles; NaN where there was nothing to measure.
        low, high: 95 % bootstrap interval over groups of articles.
        support: gold items that it rests on (articles, spans, characters …).
    """

    value: float
    low: float
    high: float
    support: int


class Table:
    """The counts of every group, and the totals of every bootstrap resample.

    Args:
        counts: one an article.
        groups: one key an article; articles with the same key are resampled together.
        resamples: how many.
        seed: of the resampling; two tables over the same groups with the same seed are paired.
    """

    def __init__(
        self,
        counts: Sequence[Counts],
        groups: Sequence[Hashable] | None = None,
        *,
        resamples: int = 1000,
        seed: int = 0,
        keys: Iterable[Key] | None = None,
    ) -> None:
        places: dict[Hashable, int] = {}
        rows = [places.setdefault(group, len(places)) for group in (groups or range(len(counts)))]
        summed: list[Counts] = [Counter() for _ in places]
        for row, one in zip(rows, counts, strict=True):
            summed[row].update(one)
        self.keys = sorted(set(keys or ()) | {key for one in summed for key in one})
        matrix = np.array([[one[key] for key in self.keys] for one in summed], dtype=np.float64)
        matrix = matrix.reshape(len(summed), len(self.keys))
        random = np.random.default_rng(seed)
        size = max(1, len(summed))
        weights = random.multinomial(size, np.full(size, 1 / size), size=resamples)[:, : len(summed)]
        # the first row holds the articles as they are
        totals = np.vstack([matrix.sum(axis=0, keepdims=True), weights @ matrix])
        self._totals = {key: totals[:, i] for i, key in enumerate(self.keys)}
        self._zero = np.zeros(resamples + 1)

    def __getitem__(self, key: Key) -> Array:
        """The total of ``key``: as measured first, then of each resample."""
        return self._totals.get(key, self._zero)

    def labels(self, layer: str) -> list[str]:
        """The labels that a layer's counts name."""
        return sorted({key[1] for key in self.keys if key[0] == layer and len(key) == 3})

    def f1(self, *prefixes: Key) -> tuple[Array, Array]:
        """Micro F1 over ``prefixes``, and the number of gold items."""
        gold, found, both = (sum((self[(*p, n)] for p in prefixes), self._zero) for n in ("gold", "found", "both"))
        return _ratio(2 * both, gold + found), gold

    def boundary_f1(self, label: str) -> tuple[Array, Array]:
        """F1 of the borders of one label, and the number of gold items.

        The share of the label's gold and found spans whose borders the other side has, under
        whatever label: F1 as it is, where both sides agree on the labels.
        """
        gold, found, met, found_met = (self["border", label, n] for n in ("gold", "found", "gold_met", "found_met"))
        return _ratio(met + found_met, gold + found), gold

    def ratio(self, part: Key, whole: Key) -> tuple[Array, Array]:
        """A share, and what it is a share of."""
        return _ratio(self[part], self[whole]), self[whole]


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _mean(rows: Array) -> Array:
    """Mean over the rows, of those that say something in each resample."""
    known = ~np.isnan(rows)
    return _ratio(np.where(known, rows, 0).sum(axis=0), known.sum(axis=0).astype(np.float64))


def measure(table: Table) -> dict[str, tuple[Array, Array]]:
    """Every figure that the counts carry: name → (value and resamples, support)."""
    out: dict[str, tuple[Array, Array]] = {}
    if ("characters", "body") in table.keys or ("characters", "junk") in table.keys:
        out |= _stripping(table)
    if labels := table.labels("entity"):
        out["ner_f1"] = table.f1(*(("entity", label) for label in labels))
        out["ner_core4"] = table.f1(*(("entity", label) for label in CORE))
        out["ner_boundary_f1"] = table.f1(("border",))
        out |= {f"ner_f1[{label}]": table.f1(("entity", label)) for label in labels}
        out |= {f"ner_boundary_f1[{label}]": table.boundary_f1(label) for label in labels}
    if topics := table.labels("topic"):
        out["topic_micro"] = table.f1(*(("topic", topic) for topic in topics))
        each = {topic: table.f1(("topic", topic)) for topic in topics}
        frequent = [f1 for f1, gold in each.values() if gold[0] >= MIN_EXAMPLES]
        if frequent:
            out["topic_macro"] = (_mean(np.stack(frequent)), table["articles",])
        out |= {f"topic_f1[{topic}]": figure for topic, figure in each.items()}
    if fields := table.labels("field"):
        out["fields_f1"] = table.f1(*(("field", field) for field in fields))
        out |= {f"fields_f1[{field}]": table.f1(("field", field)) for field in fields}
    return out


def _stripping(table: Table) -> dict[str, tuple[Array, Array]]:
    body, junk = table["characters", "body"], table["characters", "junk"]
    return {
        "body_lost_%": (_ratio(100 * table["characters", "body_lost"], body), body),
        "junk_kept_%": (_ratio(100 * table["characters", "junk_kept"], junk), junk),
        "clean_exact": table.ratio(("exact",), ("articles",)),
        "removed_f1": table.f1(("removed",)),
        "removed_kind_acc": table.ratio(("removed", "kind"), ("removed", "both")),
        **{f"removed_f1[{kind}]": table.f1(("kind", kind)) for kind in table.labels("kind")},
    }


def interval(values: Array, support: Array) -> Figure:
    """A figure from its value and resamples."""
    known = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    return Figure(float(values[0]), float(low), float(high), int(support[0]))


def figures(table: Table) -> dict[str, Figure]:
    """Every figure with its interval."""
    return {name: interval(values, support) for name, (values, support) in measure(table).items()}


def differences(ours: Table, theirs: Table) -> dict[str, Figure]:
    """Ours less theirs, on the same resamples: the paired difference with its interval."""
    a, b = measure(ours), measure(theirs)
    shared: Mapping[str, None] = dict.fromkeys(name for name in a if name in b)
    return {name: interval(a[name][0] - b[name][0], a[name][1]) for name in shared}
