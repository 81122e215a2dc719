"""Whether a page reads as English: the block model has learned from no other language."""

from __future__ import annotations

from collections.abc import Sequence

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.tokens import LETTERS

_FUNCTION_WORDS = frozenset("the of and to in a for on that with as by at from is was it an be this has".split())
# of 4,575 articles of APP and Dawn all but two, which list names, have more
LEAST_SHARE = 0.1
_FEWEST, _MOST = 40, 400


def reads_english(blocks: Sequence[Block]) -> bool:
    """Whether enough of the first words are English function words; true where there are too few to tell.

    Args:
        blocks: of a page, in order.
    """
    seen = known = 0
    for block in blocks:
        words = LETTERS(block.low[:2000])
        seen += len(words)
        known += sum(map(_FUNCTION_WORDS.__contains__, words))
        if seen >= _MOST:
            break
    return seen < _FEWEST or known >= LEAST_SHARE * seen
