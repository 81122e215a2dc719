"""What stands in the article twice: the headline, standfirsts, pull quotes."""

from __future__ import annotations

from bisect import bisect_right

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.outlets import clean_title
from cpecnlp.stages.strip.rules import RuleSet
from cpecnlp.stages.strip.title import ALIKE, LONGEST_TITLE, same_words, words

TITLE_AGAIN = "title_again_v1"
PARAGRAPH_AGAIN = "paragraph_again_v1"
PULL_QUOTE = "pull_quote_v1"
_REPEAT_MIN_WORDS = 8
_PROBE = 24
_NEAR = 0.75
_LONGEST_QUOTE = 45


def mark_repeats(blocks: list[Block], title: int, rules: RuleSet) -> None:
    """Mark the headline's repetitions and paragraphs that stand a second time, or nearly so."""
    wanted: set[str] = set()
    key = ""
    if title >= 0:
        listed = words(clean_title(blocks[title].plain, rules)[0].lower())
        wanted, key = set(listed), " ".join(listed)
    others = [block for index, block in enumerate(blocks) if index != title]
    # of so few words that a repetition may lack one must be there
    told = sorted(wanted, key=len)[-1 - int((1 - ALIKE) * len(wanted)) :]
    for block in others if wanted else ():
        if not block.kind and len(block.low) <= LONGEST_TITLE and any(map(block.low.__contains__, told)):
            listed = words(block.low)
            if listed and (_is_title(block, listed, key, rules) or same_words(wanted, listed)):
                block.kind, block.source = "repeat", TITLE_AGAIN
    _mark_paragraphs([block for block in others if not block.kind])


def _is_title(block: Block, listed: list[str], key: str, rules: RuleSet) -> bool:
    """Whether a line is the headline, or the headline with an outlet behind it."""
    line = " ".join(listed)
    if not line.startswith(key):
        return False
    return line == key or " ".join(words(clean_title(block.plain, rules)[0].lower())) == key


def _mark_paragraphs(body: list[Block]) -> None:
    """Pull quotes, standfirsts and paragraphs whose words stand in another paragraph in the same order."""
    starts, at = [], 0
    for block in body:
        starts.append(at)
        at += len(block.low) + 1
    whole = "\n".join(block.low for block in body)
    for index, block in enumerate(body):
        # a subheading that quotes, as news agencies write it; a line of a paragraph that is broken into lines
        if block.low.startswith("- ") or _is_wrapped(body, index):
            continue
        for other in _others(whole, starts, block.low, index):
            if not body[other].kind and _repeats(block.low, body[other].low, other > index):
                alike = len(body[other].low) <= 1.25 * len(block.low)
                block.kind, block.source = "repeat", PARAGRAPH_AGAIN if alike else PULL_QUOTE
                break


def _is_wrapped(body: list[Block], index: int) -> bool:
    """Whether a line begins or ends in the middle of a sentence whose other part stands right above or below."""
    block = body[index]
    above, below = (body[i] if 0 <= i < len(body) else None for i in (index - 1, index + 1))
    begins = above is not None and block.start - above.end == 1 and block.plain[0].islower()
    return begins or (below is not None and below.start - block.end == 1 and below.plain[0].islower())


def _repeats(low: str, source: str, source_later: bool) -> bool:
    """Whether ``low`` only says again what stands in ``source``."""
    listed, there = words(low), words(source)
    # lines alike that differ in a number say different things: rates, steps, questions by number
    if not low.startswith("http") and not {word for word in listed if word.isdigit()} <= set(there):
        return False
    sentence = low.endswith((".", "”", '"'))
    if len(listed) < (5 if sentence else _REPEAT_MIN_WORDS):
        return False
    # of two paragraphs alike the later goes, of a quote and its source the quote
    alike = len(there) <= 1.25 * len(listed)
    if (alike and source_later) or (not alike and len(listed) > _LONGEST_QUOTE):
        return False
    if sentence and not alike and len(listed) <= _LONGEST_QUOTE:
        # a whole sentence said twice may be the writer's own: it must be short and word for word
        return len(low) <= 110 and _shared(listed, there) >= 0.95
    return _shared(listed, there) >= (0.85 if len(listed) > _LONGEST_QUOTE else _NEAR)


def _others(whole: str, starts: list[int], low: str, index: int) -> list[int]:
    """The other blocks that hold a piece of ``low``, at most one for each of four pieces."""
    if len(low) < _PROBE:
        return []
    begin = starts[index]
    stop = begin + len(low)
    out: list[int] = []
    for part in range(4):
        at = (len(low) - _PROBE) * part // 3
        probe = low[at : at + _PROBE]
        found = whole.find(probe, 0, begin)
        if found < 0:
            found = whole.find(probe, stop)
        if found >= 0:
            other = bisect_right(starts, found) - 1
            if other not in out:
                out.append(other)
    return out


def _shared(listed: list[str], there: list[str]) -> float:
    """Share of the three-word sequences of ``listed`` that stand in ``there``."""
    known = set(zip(there, there[1:], there[2:], strict=False))
    sequences = list(zip(listed, listed[1:], listed[2:], strict=False))
    return sum(s in known for s in sequences) / max(1, len(sequences))
