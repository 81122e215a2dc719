"""What the learned model removes, beside the rules: pages judged together, each by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from cpecnlp.stages.strip.blocks import Block, is_paragraph, split_blocks
from cpecnlp.stages.strip.dates import MONTH
from cpecnlp.stages.strip.decide import decide
from cpecnlp.stages.strip.features import candidates, is_stopped, matrix
from cpecnlp.stages.strip.inline import cut_prefixes
from cpecnlp.stages.strip.known import KnownLines
from cpecnlp.stages.strip.language import reads_english
from cpecnlp.stages.strip.model import BlockModel
from cpecnlp.stages.strip.outlets import outlets_of
from cpecnlp.stages.strip.rules import RuleSet
from cpecnlp.stages.strip.sequence import sequence_rows
from cpecnlp.stages.strip.signs import speaks

Array = NDArray[np.float64]
# a whole paragraph or sentence is lost dearer than a line, so more must speak against it
PARAGRAPH_ODDS = 1.5
_SENTENCE, _LONG = 5, 160  # spaces; characters
_WEAK = 0.5
_GUARDED_ODDS = 12.0
_POINTS = "•–—-*▪●"
_LONG_POINT = 40
_LISTED_REACH = 300
_LISTED = re.compile(
    rf"^\W{{0,4}}(?:{MONTH}\.? \d{{1,2}}(?!\d)(?!,? ?(?:19|20)\d\d)|\d{{1,2}} {MONTH}\b(?!,? ?(?:19|20)\d\d))"
    r"|\bvs?\.? [a-z]|\b\d+-\d+ (?:in |for |\()"
    r"|\bnot out \d|^(?:total|extras|bowling|fall of wickets|did not bat|still to bat|result)\b"
    r"|\b[bc] [a-z][a-z.' ]{2,30} \d{1,3}$"
    r"|^\+\d[\d ()-]{7,20}$|\((?:captain|vice-captain|wicket-?keeper|c|wk)\)|\bmatch referee\b"
    r"|^[a-z' -]{3,40}: ?[^,:]{3,40}(?:,[^,:]{3,40}){5}"
    r"|\b(?:umpires?|referee) ?[:(]|: ?(?:rs\.? ?)?\d[\d,.]*%?$"
    r"|^\W{0,4}(?:\w{1,20} )?(?:squads?|scores?|fixtures|schedule|teams?|officials|umpires) ?:"
)


@dataclass(slots=True)
class Page:
    """The blocks of an article after the rules, and which of them the model is asked about."""

    blocks: list[Block]
    title: int
    asked: list[int]
    rules: RuleSet

    @classmethod
    def read(cls, text: str, rules: RuleSet, outlet: str = "", *, headline: str | None = None) -> Page:
        """The page of a raw text, after the rules for lines and for their beginnings.

        Args:
            text: as it was scraped.
            rules: to these come the outlets that the page names.
            outlet: the scraper's name of the outlet; helps to recognise it in the text.
            headline: of the web page that the text came out of by way of trafilatura. What the model looks for
                was left behind there, so it is not asked.
        """
        blocks = split_blocks(text)
        rules = rules.with_outlets(outlets_of(blocks, outlet, rules))
        title = decide(blocks, rules, headline or "")
        cut_prefixes(blocks, rules)
        asked = [] if headline is not None else candidates(blocks, title)
        # the model has learned from English alone, and says nothing of a page in another language
        return cls(blocks, title, asked if asked and reads_english(blocks) else [], rules)


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
    weak, strict, blocks = lower(threshold), higher(threshold), page.blocks
    place_of = {index: place for place, index in enumerate(page.asked)}
    sure = [i for i, b in enumerate(blocks) if not b.kind and i not in place_of and i != page.title]
    first, last = (sure[0], sure[-1]) if sure else (-1, -1)
    guarded = {i for i in page.asked if _is_guarded(blocks[i], i < first)}
    whole = {i for i in page.asked if _is_whole(blocks[i])}
    gone = set()
    for place, (index, score) in enumerate(zip(page.asked, scores, strict=True)):
        limit = strict if index in whole else threshold
        if score >= (higher(limit, _GUARDED_ODDS) if index in guarded else limit):
            gone.add(place)

    def leaves(index: int) -> bool:
        if not last < index < len(blocks):
            return False
        return place_of[index] in gone if index in place_of else blocks[index].kind in ("teaser", "comment")

    for step in (1, -1):
        for index in page.asked[::-step]:
            place = place_of[index]
            doubtful = index > last and scores[place] >= weak and index not in guarded
            if doubtful and index not in whole and leaves(index + step):
                gone.add(place)
    return sorted(gone)


def _with_evidence(score: float, model: BlockModel, block: Block, known: KnownLines) -> float:
    """Bayes' rule: the odds times how much likelier a line known elsewhere is furniture than body."""
    if block.low not in known:
        return score
    odds = score / max(1e-9, 1.0 - score) * exp(model.known_evidence)
    return odds / (1.0 + odds)


def higher(threshold: float, odds: float = PARAGRAPH_ODDS) -> float:
    """The threshold for what is lost dearer than a line, as whole paragraphs are."""
    return 1.0 - (1.0 - threshold) / (1.0 + odds)


def _is_guarded(block: Block, head: bool) -> bool:
    """Whether a line looks like furniture and often is the article's own.

    The points that some papers put above the lede, lists of dates, matches and scores.
    """
    points = head and (block.rest[:1] in _POINTS or len(block.rest) >= _LONG_POINT)
    return points or _LISTED.search(block.rest_low[:_LISTED_REACH]) is not None


def _is_whole(block: Block) -> bool:
    """Whether a block is a paragraph, long, or a sentence that says nothing of newsletters, rights or careers."""
    if is_paragraph(block) or len(block.low) >= _LONG:
        return True
    return is_stopped(block.low) and block.low.count(" ") >= _SENTENCE and not speaks(block.rest_low)


def lower(threshold: float) -> float:
    """The threshold for a line that touches others that go."""
    return max(_WEAK * threshold, 1.0 - 4.0 * (1.0 - threshold))
