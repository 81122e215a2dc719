"""What the block model sees of a block: itself, its place, its neighbours, its likeness to the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log1p

import numpy as np
from numpy.typing import NDArray

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.decide import is_paragraph, is_truncated

FEATURES = (
    "chars", "words", "stopped", "truncated", "asks", "starts_low", "starts_quote", "capital_share", "upper_share",
    "digit_share", "separators", "stop_word_share", "speech", "address", "caption_words", "reader_words", "glued",
    "word_length", "commas", "index", "index_share", "from_end", "char_share", "char_from_end", "blocks",
    "paragraphs_before",
    "paragraphs_after", "previous_chars", "previous_stopped", "next_chars", "next_stopped", "next_truncated",
    "previous_removed", "next_removed", "removed_after", "since_opener", "run", "relative_chars", "title_overlap",
    "before_overlap", "best_overlap", "next_overlap", "names_known", "word_score",
)  # fmt: skip
LONG = 220
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CONTENT = re.compile(r"[a-z]{4,}")
_NAME = re.compile(r"(?<![.!?”\"] )(?<!^)\b[A-Z][a-z]{2,}")
_GLUED = re.compile(r"[a-z.][A-Z]{3,}|/File\S|[a-z]{2}[A-Z][a-z]")
_SPEECH = re.compile(
    r"\b(?:said|says|told|added|adding|noted|stated|according|remarked|explained|stressed|urged|announced)\b"
)
_CAPTION = re.compile(
    r"\b(?:photo|image|picture|pictured|file|seen|shows|representational|screengrab|posing|poses|handout|during|addresses|speaks|"
    r"gestures|looks|shakes|stands|afp|reuters|getty|view)\b"
)
_READER = re.compile(
    r"\b(?:you|your|our|us|we|click|here|subscribe|follow|share|read|comments?|newsletter|app|download|join|sign|more|latest|"
    r"watch|video|trending|popular|stories|copyright|rights|reserved|policy|contact|email|updates?)\b"
)
_STOP = frozenset(
    "the of and to in a for on that with as by at from is was it an be this has have are were will its their "
    "his her he she they "
    "but not or which who had been also would".split()
)
_STOPPED = (".", "!", "?", '."', ".”", ".'", "?”", "!”", ".)", '?"', '!"', "”", '"')
_OPENERS = ("teaser", "comment", "promo", "share", "legal")


def candidates(blocks: Sequence[Block]) -> list[int]:
    """The blocks that the model is asked about: not removed by a rule, and no long whole paragraph."""
    return [
        i
        for i, block in enumerate(blocks)
        if not block.kind
        and not (len(block.low) >= LONG and block.low.endswith(_STOPPED) and not is_truncated(block.low))
    ]


def matrix(blocks: Sequence[Block], title: int, asked: Sequence[int], scores: Sequence[float]) -> NDArray[np.float64]:
    """Features of the asked blocks, shape ``(len(asked), len(FEATURES))``.

    Args:
        title: index of the headline, or -1.
        scores: what the word model says of each asked block.
    """
    context = _Context(blocks, title)
    out = np.empty((len(asked), len(FEATURES)))
    for row, (index, score) in enumerate(zip(asked, scores, strict=True)):
        out[row] = [*_own(blocks[index]), *context.place(index), *context.likeness(index), score]
    return out


def _own(block: Block) -> list[float]:
    plain, low = block.plain, block.low
    words = _WORD.findall(plain)
    count = max(1, len(words))
    letters = max(1, sum(map(len, words)))
    capital = sum(word[0].isupper() for word in words[1:]) / max(1, count - 1)
    upper = sum(word.isupper() and len(word) > 1 for word in words) / count
    return [
        log1p(len(low)),
        log1p(count),
        low.endswith(_STOPPED),
        is_truncated(low),
        low.endswith((":", "?", ";")),
        plain[0].islower(),
        plain[0] in "\"“'‘•-–",
        capital,
        upper,
        sum(map(str.isdigit, low)) / len(low),
        min(
            5,
            plain.count("|")
            + plain.count("·")
            + plain.count("»")
            + plain.count("•")
            + plain.count(" - ")
            + plain.count("—"),
        ),
        sum(word.lower() in _STOP for word in words) / count,
        min(3, len(_SPEECH.findall(low))),
        ("@" in low) + ("http" in low) + ("www." in low) + ("#" in low),
        min(4, len(_CAPTION.findall(low))),
        min(6, len(_READER.findall(low))),
        bool(_GLUED.search(plain)),
        letters / count,
        low.count(",") / count,
    ]


class _Context:
    """What is computed once an article: lengths, whole paragraphs, removed neighbours, words."""

    def __init__(self, blocks: Sequence[Block], title: int) -> None:
        self.blocks, self.title = blocks, title
        count = len(blocks)
        self.whole = [not b.kind and is_paragraph(b) for b in blocks]
        self.before = _running(self.whole)
        self.removed = [bool(b.kind) and i != title for i, b in enumerate(blocks)]
        self.removed_before = _running(self.removed)
        self.starts = _running([len(b.low) for b in blocks])
        lengths = sorted(len(b.low) for b, whole in zip(blocks, self.whole, strict=True) if whole)
        self.median = lengths[len(lengths) // 2] if lengths else 200
        self.words = [frozenset(_CONTENT.findall(b.low)) for b in blocks]
        self.seen: dict[str, int] = {}
        for i, words in enumerate(self.words):
            if not blocks[i].kind:
                for word in words:
                    self.seen.setdefault(word, i)
        self.opener = _since_opener(blocks, title)
        self.count = count

    def place(self, i: int) -> list[float]:
        blocks, count, total = self.blocks, self.count, max(1, self.starts[-1])
        previous = blocks[i - 1] if i else None
        following = blocks[i + 1] if i + 1 < count else None
        run = 1
        for step in (-1, 1):
            at = i + step
            while 0 <= at < count and not self.whole[at] and at != self.title and run < 20:
                run, at = run + 1, at + step
        after = count - 1 - i
        return [
            min(30, i - max(0, self.title)),
            i / count,
            min(30, after),
            self.starts[i] / total,
            log1p(total - self.starts[i + 1]),
            log1p(count),
            min(20, self.before[i]),
            min(20, self.before[-1] - self.before[i + 1]),
            log1p(len(previous.low)) if previous else 0,
            previous.low.endswith(_STOPPED) if previous else 0,
            log1p(len(following.low)) if following else 0,
            following.low.endswith(_STOPPED) if following else 0,
            is_truncated(following.low) if following else 0,
            self.removed[i - 1] if i else 0,
            self.removed[i + 1] if following else 1,
            (self.removed_before[-1] - self.removed_before[i + 1]) / max(1, after),
            self.opener[i],
            run,
            min(3.0, len(blocks[i].low) / self.median),
        ]

    def likeness(self, i: int) -> list[float]:
        words = self.words[i]
        size = max(1, len(words))
        title = self.words[self.title] if self.title >= 0 else frozenset()
        known = sum(self.seen.get(word, i) < i for word in words)
        following = self.words[i + 1] if i + 1 < self.count else frozenset()
        names = [name.lower() for name in _NAME.findall(self.blocks[i].plain)]
        return [
            len(words & title) / size,
            known / size,
            self._best(i) / size,
            len(words & following) / size,
            sum(self.seen.get(name, i) < i for name in names) / len(names) if names else 0.5,
        ]

    def _best(self, i: int) -> int:
        """Most words shared with any one other block that is body."""
        words, best = self.words[i], 0
        if len(words) > 40:
            return 0
        for j, other in enumerate(self.words[max(0, i - 40) : i + 40], start=max(0, i - 40)):
            if j != i and j != self.title and not self.blocks[j].kind and len(other) > best:
                best = max(best, len(words & other))
        return best


def _running(values: Sequence[int]) -> list[int]:
    out, total = [0], 0
    for value in values:
        total += value
        out.append(total)
    return out


def _since_opener(blocks: Sequence[Block], title: int) -> list[int]:
    """How many blocks ago a rule last removed furniture that others of its kind follow (20: none)."""
    out, last = [], 20
    for i, block in enumerate(blocks):
        out.append(last)
        last = min(20, last + 1)
        if i != title and block.kind in _OPENERS:
            last = 1
    return out
