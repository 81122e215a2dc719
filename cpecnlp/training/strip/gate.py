"""The gate that a new block model must pass before it takes the place of the present one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cpecnlp.document import Document
from cpecnlp.models import ModelFolder
from cpecnlp.stages.strip.stage import StripStage
from cpecnlp.training.strip.figures import StripFigures, count_article, draws, figures_of, places


@dataclass(frozen=True, slots=True)
class Gate:
    """The comparison of a new model with the present one, or with the rules alone.

    Attributes:
        passed: no more body is lost, and junk kept has not risen beyond chance.
        why: what speaks against it, one reason a line; empty when it passed.
        before: figures of the present model.
        after: figures of the new one.
    """

    passed: bool
    why: tuple[str, ...]
    before: StripFigures
    after: StripFigures


def compare_stages(new: StripStage, present: StripStage, gold: Sequence[Document], seed: int = 0) -> Gate:
    """Run both over gold articles.

    Losing body is dearer than keeping junk: a single character more of it closes the gate, while
    junk may rise within the bootstrap interval of the change.
    """
    before, after = (count_articles(stage, gold) for stage in (present, new))
    weights = draws(len(gold), seed)
    totals = [weights @ np.array(counts, np.float64) for counts in (before, after)]
    shares = [100 * total[:, 3] / np.maximum(1, total[:, 1]) for total in totals]
    rise = np.quantile((shares[1] - shares[0])[1:], 0.025)
    why = []
    if totals[1][0, 2] > totals[0][0, 2]:
        why.append(f"{totals[1][0, 2]:.0f} characters of body are lost, {totals[0][0, 2]:.0f} were before")
    if rise > 0:
        why.append(f"{shares[1][0]:.2f} % of the junk is kept, {shares[0][0]:.2f} % was before")
    return Gate(not why, tuple(why), figures_of(before, seed), figures_of(after, seed))


def count_articles(stage: StripStage, gold: Sequence[Document]) -> list[list[int]]:
    """Counts of each gold article as ``stage`` strips it."""
    found = stage.predict([doc.bare() for doc in gold])
    return [
        count_article(doc.text, places(doc.removed or ()), places(layers["removed"]))
        for doc, layers in zip(gold, found, strict=True)
    ]


def present_stage(folder: ModelFolder | None) -> StripStage:
    """The stage with the present model; the rules alone where there is none."""
    return StripStage.load(folder.path) if folder is not None else StripStage.load(learned=False)
