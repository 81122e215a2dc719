"""Figures on articles as models saw them that had not learned from their outlet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cpecnlp.stages.strip.judge import Page, condemned
from cpecnlp.stages.strip.rules import load_rules
from cpecnlp.stages.strip.stage import layers_of
from cpecnlp.training.strip.data import Example
from cpecnlp.training.strip.figures import StripFigures, count_article, figures_of, places
from cpecnlp.training.strip.fit import Fitted
from cpecnlp.training.strip.rows import BlockRows

Array = NDArray[np.float64]
MODES = {"precision": 0.95, "recall": 0.35}
GRID = (0.5, 0.6, 0.7, 0.75, 0.8, 0.83, 0.85, 0.87, 0.9, 0.91, 0.92, 0.93, 0.95)
# share of the body, in percent, that the model may lose on outlets left out, beside what rules lose
BUDGET = 0.05


def choose_thresholds(gold: Sequence[Example], rows: BlockRows, fitted: Fitted) -> dict[str, float]:
    """Thresholds by mode; the balanced one is the lowest that keeps the loss of body within bounds."""
    alone = _counts(gold, rows, fitted, 2.0)
    body, lost = (sum(count[n] for count in alone) for n in (0, 2))
    for threshold in GRID:
        more = sum(count[2] for count in _counts(gold, rows, fitted, threshold)) - lost
        if 100 * more / max(1, body) <= BUDGET:
            break
    return {"balanced": threshold, **MODES, "precision": max(MODES["precision"], (1 + threshold) / 2)}


def out_of_fold(
    gold: Sequence[Example], rows: BlockRows, fitted: Fitted, threshold: float, seed: int, first: int = 0
) -> tuple[StripFigures, StripFigures]:
    """Figures of the rules alone and of rules and model, over gold articles; ``first`` is the number of the first."""
    alone, both = (figures_of(_counts(gold, rows, fitted, value, first), seed) for value in (2.0, threshold))
    return alone, both


def _counts(
    gold: Sequence[Example], rows: BlockRows, fitted: Fitted, threshold: float, first: int = 0
) -> list[list[int]]:
    """Counts of each article; the first is the example ``first`` in ``rows``."""
    rules = load_rules()
    scores: dict[int, Array] = {}
    order = np.argsort(rows.articles, kind="stable")
    numbers, starts = np.unique(rows.articles[order], return_index=True)
    for number, part in zip(numbers.tolist(), np.split(fitted.scores[order], starts[1:]), strict=True):
        scores[number] = part
    out = []
    for number, example in enumerate(gold, first):
        page = Page.read(example.text, rules)
        for place in condemned(page, scores.get(number, np.empty(0)).tolist(), threshold):
            page.blocks[page.asked[place]].kind = "teaser"
        found = layers_of(page.blocks, page.title, page.rules)["removed"]
        out.append(count_article(example.text, [(s, e) for s, e, _ in example.removed], places(found)))
    return out
