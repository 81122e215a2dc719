"""Does ``cpecnlp select`` beat choosing at random? A simulation on articles whose topics are known.

    python benchmarks/selection.py                       # the shipped corpus
    python benchmarks/selection.py GOLD.jsonl --split train --seeds 2

From a few articles drawn at random, a model is trained from scratch; then, round after round, more
are added, either those that ``select`` would choose or as many drawn at random, and both models are
judged on articles that neither may see (each fold in turn; copies of a story share a fold). Both
start from the same articles and use the same trainer, thresholds and calibration included.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import LinearWeights, sigmoid
from cpecnlp.corpus.reader import read
from cpecnlp.models import model_path
from cpecnlp.training.select import spread, worth_of
from cpecnlp.training.topic_data import TopicExample, copies, lay_folds, prepared
from cpecnlp.training.topic_figures import f1_score
from cpecnlp.training.topic_fit import decide, fit_topics
from cpecnlp.training.topic_join import lay_rows, topics_of
from cpecnlp.training.topic_rows import UNLAID, TopicRows

FOLDS = 5
FIGURES = ("micro F1", "macro F1", "mean average precision")


def read_rows(paths: list[str], split: str | None) -> tuple[TopicRows, TextFeatures, np.ndarray]:
    """The articles as rows, the text features of the shipped model, and a fold for each article."""
    documents = [d for d in read(paths, gold=True) if d.topics and split in (None, d.metadata.get("split"))]
    examples = [TopicExample.of(document) for document in prepared(documents)]
    features = TextFeatures.load(model_path("topics"))
    rows = TopicRows.of(features, examples, sorted({topic for e in examples for topic in e.topics}))
    folds = np.array([UNLAID if e.fold is None else e.fold for e in examples])
    if (folds == UNLAID).any():
        folds = lay_folds(topics_of(rows), copies(rows.hashed), FOLDS)
    rows.folds[:] = UNLAID
    return rows, features, folds


def chances(weights: LinearWeights, rows: TopicRows) -> np.ndarray:
    """What the model says of rows, as its backend says it of texts."""
    logits = (
        rows.hashed[:, weights.index] @ weights.hashed
        + rows.dense @ weights.dense
        + weights.near(rows.dense) @ weights.radial
    )
    return sigmoid((logits + weights.bias) * weights.slope + weights.offset)


def judge(fitted, scores: np.ndarray, rows: TopicRows) -> tuple[float, float, float]:
    """Micro F1, macro F1 and, whatever the thresholds, mean average precision over the topics that the rows have."""
    from sklearn.metrics import average_precision_score

    limits = np.array([fitted.rule.thresholds[label] for label in rows.labels])
    given, gold = decide(scores, limits, rows.labels, fitted.rule.alone), rows.targets > 0.5
    hits, there = (given & gold).sum(0), gold.sum(0)
    each = f1_score(hits, there, given.sum(0))
    ranked = [average_precision_score(gold[:, n], scores[:, n]) for n in np.flatnonzero(there)]
    return float(f1_score(hits.sum(), there.sum(), given.sum())), float(each[there > 0].mean()), float(np.mean(ranked))


def simulate(
    rows: TopicRows,
    features: TextFeatures,
    folds: np.ndarray,
    fold: int,
    seed: int,
    choice: str,
    plan: argparse.Namespace,
) -> list[tuple[float, float, float]]:
    """Figures (see :func:`judge`) on ``fold`` at the start and after each round."""
    drawn = np.random.default_rng([seed, fold])
    pool = drawn.permutation(np.flatnonzero(folds != fold))
    labelled, pool = pool[: plan.start], pool[plan.start :]
    test, width = rows.take(np.flatnonzero(folds == fold)), features.vectors.shape[1]
    alone = tuple(label for label in rows.labels if label == "none")
    out = []
    for number in range(plan.rounds + 1):
        mine, _ = lay_rows(rows.take(labelled), FOLDS, seed)
        fitted = fit_topics(mine, features, alone, seed)
        out.append(judge(fitted, chances(fitted.weights, test), test))
        if number == plan.rounds:
            break
        chosen = np.arange(plan.step)
        if choice == "select":
            left = rows.take(pool)
            worth = worth_of(chances(fitted.weights, left)).sum(1)
            chosen = np.array(spread(worth, left.dense[:, :width], mine.dense[:, :width], plan.step))
        labelled, pool = np.append(labelled, pool[chosen]), np.delete(pool, chosen)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", default=["corpus"], help="gold records; none: the shipped corpus")
    parser.add_argument("--split", help="only records of this split")
    parser.add_argument("--start", type=int, default=40, help="articles labelled at the start")
    parser.add_argument("--step", type=int, default=20, help="articles added in each round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=2, help="draws of the start, for each of five folds")
    plan = parser.parse_args()
    rows, features, folds = read_rows([str(Path(p)) for p in plan.gold], plan.split)
    runs = [(fold, seed) for fold in range(FOLDS) for seed in range(plan.seeds)]
    found = {
        choice: np.array([simulate(rows, features, folds, fold, seed, choice, plan) for fold, seed in runs])
        for choice in ("random", "select")
    }
    print(f"{len(rows)} articles, {len(runs)} pairs of runs; 95 % intervals of the mean difference, paired by run\n")
    print("| labelled | figure | random | select | difference | 95 % interval | runs won |")
    print("| ---: | --- | ---: | ---: | ---: | --- | ---: |")
    sizes = [plan.start + number * plan.step for number in range(plan.rounds + 1)]
    # what a budget buys on the way, too: the mean over all rounds
    parts = [(str(size), slice(n, n + 1)) for n, size in enumerate(sizes)] + [("mean of rounds", slice(1, None))]
    for size, part in parts:
        for column, figure in enumerate(FIGURES):
            random, chosen = (found[choice][:, part, column].mean(1) for choice in ("random", "select"))
            change = chosen - random
            draws = np.random.default_rng(0).integers(0, len(runs), (2000, len(runs)))
            low, high = np.quantile(change[draws].mean(1), (0.025, 0.975))
            print(
                f"| {size} | {figure} | {random.mean():.3f} | {chosen.mean():.3f} | {change.mean():+.3f} |"
                f" {low:+.3f} to {high:+.3f} | {int((change > 0).sum())} of {len(runs)} |"
            )


if __name__ == "__main__":
    main()
