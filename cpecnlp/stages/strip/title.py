"""The headline, and what stands in the article twice."""

from __future__ import annotations

import re
from bisect import bisect_right

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.rules import RuleSet

TITLE = "title_first_v1"
TITLE_AGAIN = "title_again_v1"
PARAGRAPH_AGAIN = "paragraph_again_v1"
PULL_QUOTE = "pull_quote_v1"
_LONGEST_TITLE = 260
_WORD = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"\s+(?:[-–—|]|::)\s+(?P<name>[^-–—|]{2,40})$")
_SECTIONS = frozenset(
    "pakistan business newspaper world sport sports opinion national international economy technology tech prism "
    "multimedia magazines magazine editorial editorials features feature politics latest news front page back page "
    "metro blogs blog markets china asia top stories health education entertainment culture life & style special "
    "perspective perspectives columns column energy trade industry cpec regional".split()
) | {"front page", "back page", "top stories", "life & style", "life &amp; style", "special report"}
_REPEAT_MIN_WORDS = 8
_PROBE = 24
_NEAR = 0.75


def words(low: str) -> list[str]:
    """The words of a lower-case text, without punctuation."""
    return _WORD.findall(low)


def find_title(blocks: list[Block], rules: RuleSet) -> int:
    """Index of the headline, or -1 when the text has none.

    The first block that is no furniture is the headline when it reads like one and
    something longer follows.
    """
    for index, block in enumerate(blocks):
        if block.kind:
            continue
        rest = [b for b in blocks[index + 1 :] if not b.kind]
        if not rest or len(block.plain) > _LONGEST_TITLE or block.cut:
            return -1
        count = len(words(block.low))
        if count > 36 or (count > 24 and block.plain.endswith(".")) or block.low.startswith(("http", "•")):
            return -1
        return index
    return -1


def clean_title(title: str, rules: RuleSet) -> tuple[str, str]:
    """The headline without the outlet's suffix ("… - Pakistan - DAWN.COM"), and the outlet that it named."""
    text = " ".join(title.split())
    match = _SUFFIX.search(text)
    if not match:
        return text, ""
    name = match["name"].strip().lower()
    outlet = rules.outlets.get(name, "")
    if not outlet and not re.fullmatch(r"[\w.-]{2,30}\.(?:com|pk|net|org|tv|cn)(?:\.\w\w)?", name):
        return text, ""
    text = text[: match.start()]
    section = _SUFFIX.search(text)
    # the section stands between headline and outlet ("… - Business - DAWN.COM")
    if section and section["name"].strip().lower() in _SECTIONS:
        text = text[: section.start()]
    return text.strip(), outlet


def mark_repeats(blocks: list[Block], title: int) -> None:
    """Mark the headline's repetitions and paragraphs that stand a second time, or nearly so."""
    wanted: set[str] = set()
    key = ""
    if title >= 0:
        listed = words(blocks[title].low)
        wanted, key = set(listed), " ".join(listed)
    others = [block for index, block in enumerate(blocks) if index != title]
    for block in others if wanted else ():
        if not block.kind and len(block.low) <= _LONGEST_TITLE:
            listed = words(block.low)
            if listed and (" ".join(listed) == key or _same(wanted, listed)):
                block.kind, block.source = "repeat", TITLE_AGAIN
    _mark_paragraphs([block for block in others if not block.kind])


def _same(wanted: set[str], listed: list[str]) -> bool:
    """Whether the words of a line are nearly those of the headline."""
    if len(wanted) < 4 or not 0.75 * len(wanted) <= len(listed) <= 1.5 * len(wanted) + 2:
        return False
    shared = len(wanted.intersection(listed))
    return shared >= 0.85 * max(len(wanted), len(set(listed)))


def _mark_paragraphs(body: list[Block]) -> None:
    """Pull quotes, standfirsts and paragraphs whose words stand in another paragraph in the same order."""
    starts, at = [], 0
    for block in body:
        starts.append(at)
        at += len(block.low) + 1
    whole = "\n".join(block.low for block in body)
    for index, block in enumerate(body):
        other = _other(whole, starts, block.low, index)
        if other < 0 or body[other].kind:
            continue
        listed, there = words(block.low), words(body[other].low)
        if len(listed) < (5 if block.low.endswith((".", "”", '"')) else _REPEAT_MIN_WORDS):
            continue
        # of two paragraphs alike the later goes, of a quote and its source the quote
        alike = len(there) <= 1.25 * len(listed)
        if (alike and other > index) or (not alike and len(listed) > 45):
            continue
        # a whole sentence said twice may be the writer's own: it must be word for word
        strict = not alike and block.low.endswith((".", "”", '"'))
        if _shared(listed, there) >= (0.95 if strict else 0.85 if len(listed) > 45 else _NEAR):
            block.kind, block.source = "repeat", PARAGRAPH_AGAIN if alike else PULL_QUOTE


def _other(whole: str, starts: list[int], low: str, index: int) -> int:
    """The first other block that holds a piece of ``low``; -1 when none does."""
    if len(low) < _PROBE:
        return -1
    begin = starts[index]
    stop = begin + len(low)
    for at in (0, (len(low) - _PROBE) // 2, len(low) - _PROBE - 1):
        probe = low[max(at, 0) : max(at, 0) + _PROBE]
        found = whole.find(probe, 0, begin)
        if found < 0:
            found = whole.find(probe, stop)
        if found >= 0:
            return bisect_right(starts, found) - 1
    return -1


def _shared(listed: list[str], there: list[str]) -> float:
    """Share of the three-word sequences of ``listed`` that stand in ``there``."""
    known = set(zip(there, there[1:], there[2:], strict=False))
    sequences = list(zip(listed, listed[1:], listed[2:], strict=False))
    return sum(s in known for s in sequences) / max(1, len(sequences))
