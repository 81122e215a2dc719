"""What the learned model removes, beside the rules: pages judged together, each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

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
_WEAK = 0.5


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
    scores = model.calibrated(logits).tolist()
    at = 0
    for page in open_pages:
        part = scores[at : at + len(page.asked)]
        if known is not None:
            part = [
                _with_evidence(score, model, page.blocks[i], known) for i, score in zip(page.asked, part, strict=True)
            ]
        for place in condemned(page, part, threshold):
            block = page.blocks[page.asked[place]]
            block.kind, block.source = model.kind(block, first[at + place]), model.name
            block.score = part[place]
        at += len(page.asked)


def condemned(page: Page, scores: Sequence[float], threshold: float) -> list[int]:
    """Which of the asked blocks go, as places in ``page.asked``.

    Those that reach the threshold, and behind the article those that nearly do and touch one that
    goes: a list of other stories is hardly ever broken by a line of the article (hysteresis, as in
    Canny 1986 for edges).
    """
    weak, strict = lower(threshold), higher(threshold)
    blocks = page.blocks
    place_of = {index: place for place, index in enumerate(page.asked)}
    gone = set()
    for place, (index, score) in enumerate(zip(page.asked, scores, strict=True)):
        if score >= (strict if is_paragraph(blocks[index]) else threshold):
            gone.add(place)
    last = max((i for i, b in enumerate(blocks) if not b.kind and i not in place_of and i != page.title), default=-1)

    def leaves(index: int) -> bool:
        if not last < index < len(blocks):
            return False
        return place_of[index] in gone if index in place_of else blocks[index].kind in ("teaser", "comment")

    for step in (1, -1):
        for index in page.asked[::-step]:
            place = place_of[index]
            doubtful = index > last and scores[place] >= weak and not is_paragraph(blocks[index])
            if doubtful and leaves(index + step):
                gone.add(place)
    return sorted(gone)


def _with_evidence(score: float, model: BlockModel, block: Block, known: KnownLines) -> float:
    """Bayes' rule: the odds times how much likelier a line known elsewhere is furniture than body."""
    if block.low not in known:
        return score
    odds = score / max(1e-9, 1.0 - score) * exp(model.known_evidence)
    return odds / (1.0 + odds)


def higher(threshold: float) -> float:
    """The threshold for whole paragraphs."""
    return float(1.0 - (1.0 - threshold) / (1.0 + PARAGRAPH_ODDS))


def lower(threshold: float) -> float:
    """The threshold for a line that touches others that go."""
    return max(_WEAK * threshold, 1.0 - 4.0 * (1.0 - threshold))
