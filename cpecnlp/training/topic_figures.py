"""Figures of a topic model on articles it has not seen: F1 with intervals, calibration, doubts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """One topic: articles that have it, precision, recall and F1 with its 95 % interval."""

    topic: str
    articles: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All topics together.

    Attributes:
        articles: how many were judged.
        micro: micro F1, with ``micro_low`` and ``micro_high`` (bootstrap over articles).
        macro: mean F1 of the topics with at least 8 articles.
        exact: share of articles with exactly the right topics.
        ece: expected calibration error over every (article, topic), ten bins of equal width.
        ece_given: the same over those with a probability of at least 0.1, where it is hard.
        reliability: a row a bin: mean probability, share that was right, count.
        topics: a row a topic.
    """

    articles: int
    micro: float
    micro_low: float
    micro_high: float
    macro: float
    exact: float
    ece: float
    ece_given: float
    reliability: tuple[tuple[float, float, int], ...]
    topics: tuple[TopicFigures, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain types, rounded, for ``model.json``."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded


def f1_score(hits: Any, gold: Any, given: Any) -> Any:
    """F1 of counts; 0 where there is neither gold nor given."""
    return 2 * hits / np.maximum(1, np.asarray(gold) + given)


def measure(gold: Flags, given: Flags, scores: Array, labels: Sequence[str], seed: int = 0) -> Figures:
    """Figures of the topics ``given`` against ``gold``.

    Args:
        gold: shape ``(articles, labels)``.
        given: likewise.
        scores: probabilities, likewise.
        labels: names of the columns.
        seed: of the bootstrap.
    """
    hits = gold & given
    draws = np.random.default_rng(seed).multinomial(
        len(gold), np.full(len(gold), 1 / max(1, len(gold))), size=RESAMPLES
    )
    table = [draws @ part.astype(np.int64) for part in (hits, gold, given)]
    each = f1_score(*table)
    whole = f1_score(*(part.sum(1) for part in table))
    sums = [part.sum(0) for part in (hits, gold, given)]
    f1 = f1_score(*sums)
    common = sums[1] >= 8
    rows = tuple(
        TopicFigures(
            label,
            int(sums[1][n]),
            float(sums[0][n] / max(1, sums[2][n])),
            float(sums[0][n] / max(1, sums[1][n])),
            float(f1[n]),
            *map(float, np.quantile(each[:, n], (0.025, 0.975))),
        )
        for n, label in enumerate(labels)
    )
    low, high = np.quantile(whole, (0.025, 0.975))
    error, reliability = calibration_error(scores, gold)
    return Figures(
        articles=len(gold),
        micro=float(f1_score(*(part.sum() for part in sums))),
        micro_low=float(low),
        micro_high=float(high),
        macro=float(f1[common].mean()) if common.any() else float(f1.mean()),
        exact=float((gold == given).all(1).mean()),
        ece=error,
        ece_given=calibration_error(scores[scores >= 0.1], gold[scores >= 0.1])[0],
        reliability=reliability,
        topics=rows,
    )


def calibration_error(scores: Array, gold: Flags, bins: int = 10) -> tuple[float, tuple[tuple[float, float, int], ...]]:
    """Expected calibration error (Naeini et al., 2015) and the reliability table behind it."""
    chance, truth = scores.ravel(), gold.ravel()
    place = np.minimum((chance * bins).astype(np.int64), bins - 1)
    rows, error = [], 0.0
    for number in range(bins):
        inside = place == number
        count = int(inside.sum())
        if count:
            mean, share = float(chance[inside].mean()), float(truth[inside].mean())
            error += count / len(chance) * abs(mean - share)
            rows.append((mean, share, count))
    return error, tuple(rows)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label that the model, trained on the other articles, finds hard to believe.

    Attributes:
        id: the article.
        topic: the topic in question.
        given: whether the article has it.
        probability: what the model says.
    """

    id: str
    topic: str
    given: bool
    probability: float


def find_doubts(gold: Flags, scores: Array, labels: Sequence[str], ids: Sequence[str], most: int = 30) -> list[Doubt]:
    """Likely label errors by confident learning (Northcutt et al., 2021), worst first.

    A topic that is missing is doubted when its out-of-fold probability exceeds the mean over the
    articles that have it; one that is given, when the probability is below the mean over the
    articles that lack it.
    """
    found: list[tuple[float, int, int]] = []
    for column in range(len(labels)):
        has, chance = gold[:, column], scores[:, column]
        if has.sum() < 5 or (~has).sum() < 5:
            continue
        high, low = chance[has].mean(), chance[~has].mean()
        found += [(float(1 - chance[n]), n, column) for n in np.flatnonzero(~has & (chance > max(high, 0.5))).tolist()]
        found += [(float(chance[n]), n, column) for n in np.flatnonzero(has & (chance < min(low, 0.5))).tolist()]
    found.sort(key=lambda row: (round(row[0], 9), row[1], row[2]))
    return [Doubt(ids[n], labels[c], bool(gold[n, c]), float(scores[n, c])) for _, n, c in found[:most]]


def figures_table(figures: Figures) -> str:
    """The figures as a Markdown table."""
    head = "| topic | articles | precision | recall | F1 | 95 % interval |"
    lines = [head, "| --- | ---: | ---: | ---: | ---: | --- |"]
    lines += [
        f"| `{t.topic}` | {t.articles} | {t.precision:.2f} | {t.recall:.2f} | {t.f1:.2f} | {t.low:.2f}–{t.high:.2f} |"
        for t in figures.topics
    ]
    return "\n".join(lines)


def reliability_table(figures: Figures) -> str:
    """The reliability table in Markdown."""
    head = "| mean probability | share that was right | (article, topic) pairs |"
    rows = (f"| {mean:.3f} | {share:.3f} | {count} |" for mean, share, count in figures.reliability)
    return "\n".join([head, "| ---: | ---: | ---: |", *rows])


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
