"""What the learned model removes, beside the rules: pages judged together, each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.stages.strip.blocks import Block, split_blocks
from cpecnlp.stages.strip.decide import decide, is_paragraph
from cpecnlp.stages.strip.features import candidates, matrix
from cpecnlp.stages.strip.inline import cut_prefixes
from cpecnlp.stages.strip.known import KnownLines
from cpecnlp.stages.strip.model import BlockModel
from cpecnlp.stages.strip.rules import RuleSet
from cpecnlp.stages.strip.sequence import sequence_rows

Array = NDArray[np.float64]
# a whole paragraph is lost dearer than a line, so more must speak against it
PARAGRAPH_ODDS = 1.5


@dataclass(slots=True)
class Page:
    """The blocks of an article after the rules, and which of them the model is asked about."""

    blocks: list[Block]
    title: int
    asked: list[int]

    @classmethod
    def read(cls, text: str, rules: RuleSet) -> Page:
        """The page of a raw text, after the rules for lines and for their beginnings."""
        blocks = split_blocks(text)
        title = decide(blocks, rules)
        cut_prefixes(blocks, rules)
        return cls(blocks, title, candidates(blocks, title))


def page_features(page: Page, model: BlockModel) -> list[list[float]]:
    """First-round features of the page's candidates."""
    scores = [model.word_score(page.blocks[index]) for index in page.asked]
    return matrix(page.blocks, page.title, page.asked, scores, model.weight)


def second_round(pages: Sequence[Page], first: Array, logits: Array) -> Array:
    """Features of the second round: those of the first, and the first round's opinions around."""
    rows: list[list[float]] = []
    at = 0
    for page in pages:
        part = logits[at : at + len(page.asked)].tolist()
        rows.extend(sequence_rows(page.blocks, page.title, page.asked, part))
        at += len(page.asked)
    return np.hstack([first, np.array(rows, np.float64)])


def judge(pages: Sequence[Page], model: BlockModel, threshold: float, known: KnownLines | None = None) -> None:
    """Give the blocks that the model takes for furniture their kind, score and source.

    Args:
        pages: articles after the rules; those without candidates cost nothing.
        threshold: probability from which a block goes.
        known: lines that stand in many articles of a corpus: evidence beside the model's.
    """
    open_pages = [page for page in pages if page.asked]
    if not open_pages:
        return
    first = np.array([row for page in open_pages for row in page_features(page, model)], np.float64)
    logits = model.second.decision(second_round(open_pages, first, model.first.decision(first)))
    scores = model.calibrated(logits)
    at = 0
    for page in open_pages:
        for index in page.asked:
            block, score = page.blocks[index], float(scores[at])
            if known is not None and block.low in known:
                score = _with_evidence(score, model.known_evidence)
            if score >= (higher(threshold) if is_paragraph(block) else threshold):
                block.kind, block.source = model.kind(block, first[at]), model.name
                block.score = score
            at += 1


def _with_evidence(score: float, evidence: float) -> float:
    """Bayes' rule: the odds times how much likelier the evidence is for furniture than for body."""
    odds = score / max(1e-9, 1.0 - score) * np.exp(evidence)
    return float(odds / (1.0 + odds))


def higher(threshold: float) -> float:
    """The threshold for whole paragraphs."""
    return float(1.0 - (1.0 - threshold) / (1.0 + PARAGRAPH_ODDS))
