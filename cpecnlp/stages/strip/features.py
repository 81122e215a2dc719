"""What the block model sees of a block: itself, its place, its neighbours, its likeness to the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import log1p

from cpecnlp.stages.strip.around import AROUND, WORDS, Around
from cpecnlp.stages.strip.blocks import Block, is_paragraph, is_truncated
from cpecnlp.stages.strip.lists import Lists
from cpecnlp.stages.strip.place import Place
from cpecnlp.stages.strip.signs import speaks
from cpecnlp.stages.strip.tokens import IDENTIFIERS, JOINED

OWN = (
    "chars", "words", "stopped", "truncated", "asks", "colon", "starts_low", "starts_quote", "starts_bullet",
    "starts_digit", "capital_share", "upper_share", "digit_share", "separators", "stop_word_share", "article_share",
    "speech", "address", "caption_words", "reader_words", "glued", "word_length", "commas", "foreign_share",
)  # fmt: skip
LIKENESS = (
    "known_before", "known_anywhere", "known_title", "known_next", "known_previous", "names_known", "weight",
    "known_run", "known_rest", "same_lines",
)  # fmt: skip
FEATURES = (*OWN, *WORDS, *AROUND, *Place.NAMES, *Lists.NAMES, *LIKENESS, "word_score")
_CAP = 500
_CONTENT = re.compile(r"[a-z]{4,}")
_NAME = re.compile(r"(?<=[^.!?”\"'\s] )[A-Z][a-z]{3,}")
_GLUED = re.compile(r"[a-z.][A-Z]{3,}|/File\S|[a-z]{2}[A-Z][a-z]|[.!?”][A-Z]")
_SPEECH = frozenset(
    "said says told added adding noted stated according remarked explained stressed urged announced".split()
)
_CAPTION = frozenset(
    "photo image picture pictured file seen show shows representational screengrab posing pose poses handout during"
    " addresses addressing speaks speaking gestures look looks shakes stand stands attend attends afp reuters getty"
    " view left right present presents presenting exchange exchanges walk walks hold holds signing".split()
)
_READER = frozenset(
    "you your our us we click here subscribe follow share read comment comments newsletter app download join sign"
    " more latest watch video trending popular stories copyright rights reserved policy contact email update updates"
    " free like".split()
)
_STOP = frozenset(
    "the of and to in a for on that with as by at from is was it an be this has have are were will its their his her "
    "he she they but not or which who had been also would".split()
)
_STOPPED = (".", "!", "?", '."', ".”", ".'", ".’", "?”", "!”", ".)", '?"', '!"', "”", '"')
_SEPARATORS = ("|", "·", "»", "•", " - ", "—", "/")
_STEM = 6
# captions that end like sentences are hardly ever longer
_CAPTION_LENGTH = 170

Weight = Callable[[str], float]


def matrix(
    blocks: Sequence[Block], title: int, asked: Sequence[int], scores: Sequence[float], weight: Weight
) -> list[list[float]]:
    """Features of the asked blocks, one row of ``len(FEATURES)`` each.

    Args:
        title: index of the headline, or -1.
        asked: indices of the blocks in question, ascending.
        scores: what the word model says of each.
        weight: how telling a word is (its inverse document frequency).
    """
    place = Place(blocks, title, asked)
    around, lists = Around(blocks, title, place), Lists(blocks, title)
    likeness = _Likeness(blocks, title, asked, place, weight)
    return [
        [*_own(blocks[i]), *around.row(i), *place.row(i), *lists.row(i), *likeness.row(i), score]
        for i, score in zip(asked, scores, strict=True)
    ]


def is_stopped(low: str) -> bool:
    """Whether a text ends as a sentence does."""
    return low.endswith(_STOPPED) and not is_truncated(low)


def stems(low: str) -> frozenset[str]:
    """The first letters of the longer words of a lower-case text."""
    return frozenset([word[:_STEM] for word in _CONTENT.findall(low)])


def _own(block: Block) -> list[float]:
    plain, low = block.rest[:_CAP], block.rest_low[:_CAP]
    words = JOINED(plain)
    count = max(1, len(words))
    letters = max(1, sum(map(len, words)))
    lower = [word.lower() for word in words]
    runs = IDENTIFIERS(low)
    return [
        log1p(len(block.rest_low)),
        log1p(count),
        is_stopped(block.low),
        is_truncated(block.low),
        block.low.endswith("?"),
        block.low.endswith((":", ";", ",", " -", " –", " —")),
        plain[0].islower(),
        plain[0] in "\"“'‘",
        plain[0] in "•-–—*>»▪●▶►■",
        plain[0].isdigit(),
        sum(word[0].isupper() for word in words[1:]) / max(1, count - 1),
        sum(word.isupper() and len(word) > 1 for word in words) / count,
        sum(map(str.isdigit, low)) / len(low),
        min(6, sum(map(plain.count, _SEPARATORS))),
        sum(word in _STOP for word in lower) / count,
        (lower.count("the") + lower.count("a") + lower.count("an")) / count,
        min(3, sum(map(_SPEECH.__contains__, runs))),
        ("@" in low) + ("http" in low) + ("www." in low) + ("#" in low),
        min(4, sum(map(_CAPTION.__contains__, runs))),
        min(6, sum(map(_READER.__contains__, runs))),
        len(_GLUED.findall(plain)) if "." in plain or not plain.islower() else 0,
        letters / count,
        low.count(",") / count,
        0.0 if low.isascii() else sum(c.isalpha() and c > "\u024f" for c in low) / len(low),
    ]


class _Likeness:
    """How much of a block's words the rest of the article knows, weighted by how telling they are."""

    def __init__(self, blocks: Sequence[Block], title: int, asked: Sequence[int], place: Place, weight: Weight) -> None:
        self._weight = weight
        self._words = [stems(b.rest_low[: 2 * _CAP]) for b in blocks]
        self._place, self._blocks = place, blocks
        self._title = self._words[title] if title >= 0 else frozenset()
        # the block in which each word of the body and of the headline stands first
        self._first: dict[str, int] = {}
        for index in reversed([i for i, block in enumerate(blocks) if not block.kind]):
            self._first.update(dict.fromkeys(self._words[index], index))
        self._first.update(dict.fromkeys(self._title, -1))
        self._ever: set[str] = set(self._title)
        for index, words in enumerate(self._words):
            if place.sure[index]:
                self._ever |= words
        lines = Counter(block.rest_low for block in blocks)
        self._same = [lines[block.rest_low] - 1 for block in blocks]
        self._mass = {i: self._sum(self._words[i]) for i in asked}
        self._known = {i: self._sum(self._words[i] & self._ever) for i in asked}

    def _sum(self, words: frozenset[str]) -> float:
        # sorted: a sum of floats must not depend on the order of a set, which differs from run to run
        return sum(map(self._weight, sorted(words)))

    def row(self, i: int) -> list[float]:
        words, mass = self._words[i], self._mass[i] or 1.0
        before = frozenset(word for word in words if self._first.get(word, i) < i)
        following = self._words[i + 1] if i + 1 < len(self._words) else frozenset()
        previous = self._words[i - 1] if i else frozenset()
        names = [name.lower()[:_STEM] for name in _NAME.findall(self._blocks[i].rest[:_CAP])]
        first, last = self._place.run(i)
        return [
            self._sum(before) / mass,
            self._known[i] / mass,
            self._sum(words & self._title) / mass,
            self._sum(words & following) / mass,
            self._sum(words & previous) / mass,
            sum(name in self._ever for name in names) / len(names) if names else 0.5,
            min(60.0, mass),
            self._share(first, last),
            self._share(i, last),
            min(5, self._same[i]),
        ]

    def _share(self, first: int, last: int) -> float:
        """Share of the words of the asked blocks from ``first`` to ``last`` that the article's body knows."""
        span = [k for k in range(first, min(last, first + 40) + 1) if k in self._mass]
        mass = sum(self._mass[k] for k in span)
        return sum(self._known[k] for k in span) / mass if mass else 0.5


def candidates(blocks: Sequence[Block], title: int) -> list[int]:
    """The blocks that the model is asked about.

    Rules have taken none of them. Whole paragraphs are asked about only where something before
    them says that the article may be over, unless more paragraphs follow at once; short ones at its
    head, where captions stand; and such as speak of newsletters, rights or careers.
    """
    out: list[int] = []
    over = odd = 0
    paragraphs = 0
    open_ = [i for i, block in enumerate(blocks) if not block.kind and i != title and block.rest_low.strip()]
    whole = [is_paragraph(blocks[i]) for i in open_]
    for at, index in enumerate(open_):
        block = blocks[index]
        over += sum(b.kind in ("teaser", "comment") for b in blocks[open_[at - 1] + 1 if at else 0 : index])
        if whole[at]:
            doubtful = (over or odd >= 2) and not _goes_on(whole, at)
            if doubtful or (paragraphs < 2 and len(block.low) < _CAPTION_LENGTH) or speaks(block.rest_low[:_CAP]):
                out.append(index)
            elif not over:
                odd = 0
            paragraphs += 1
        else:
            out.append(index)
            odd += paragraphs > 0
    return out


def _goes_on(whole: Sequence[bool], at: int) -> bool:
    """Whether a paragraph has another behind it, and a second one beside these: no list of teasers has that."""
    following = whole[at + 1 : at + 2] == [True]
    return following and (whole[at + 2 : at + 3] == [True] or (at > 0 and whole[at - 1]))
