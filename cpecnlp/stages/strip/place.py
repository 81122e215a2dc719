"""Where a block stands: in the article, in its run of doubtful blocks, between which neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import log1p
from typing import ClassVar

from cpecnlp.stages.strip.blocks import Block, is_paragraph, is_truncated

_LISTS = ("teaser", "comment", "promo", "share", "legal")
_MANY = 30
_STOPPED = (".", "!", "?", '"', "”", ")", "’", "'")


class Place:
    """The article's blocks as the model knows them before it is asked: removed, sure or doubtful.

    Attributes:
        sure: whether a block is body beyond doubt: not removed, not asked about, not the headline.
    """

    NAMES: ClassVar[tuple[str, ...]] = (
        "index", "index_share", "from_end", "char_share", "char_from_end", "blocks", "sure_before", "sure_after",
        "sure_chars_before", "sure_chars_after", "previous_chars", "previous_stopped", "previous_removed",
        "previous_sure", "next_chars", "next_stopped", "next_removed", "next_sure", "next_truncated", "next_low",
        "removed_after", "since_list", "until_list", "run_before", "run_after", "run_mean", "run_spread", "run_removed",
        "run_stopped", "relative_chars", "article_stopped", "paragraph",
    )  # fmt: skip

    def __init__(self, blocks: Sequence[Block], title: int, asked: Sequence[int]) -> None:
        self._blocks, self._title = blocks, title
        count = len(blocks)
        doubtful = set(asked)
        self.sure = [not b.kind and i not in doubtful and i != title for i, b in enumerate(blocks)]
        lengths = [len(b.rest_low) for b in blocks]
        self._sure = _running(self.sure)
        self._chars = _running(lengths)
        self._sure_chars = _running([n if s else 0 for n, s in zip(lengths, self.sure, strict=True)])
        self._removed = [bool(b.kind) and i != title for i, b in enumerate(blocks)]
        self._removed_run = _running(self._removed)
        self._stopped = [b.low.endswith(_STOPPED) for b in blocks]
        open_ = [i for i in range(count) if not blocks[i].kind and i != title]
        self._open, self._open_stopped = len(open_), sum(self._stopped[i] for i in open_)
        whole = sorted(lengths[i] for i in range(count) if self.sure[i]) or sorted(lengths[i] for i in open_) or [200]
        self._median = whole[len(whole) // 2]
        lists = [b.kind in _LISTS and i != title for i, b in enumerate(blocks)]
        self._since = _distance(lists)
        self._until = _distance(lists[::-1])[::-1]
        self._runs = self._find_runs(count)
        self._stats: dict[int, tuple[float, float, float, float]] = {}

    def _find_runs(self, count: int) -> list[tuple[int, int]]:
        runs, start = [(0, 0)] * count, 0
        for i in range(count + 1):
            if i == count or self.sure[i] or i == self._title:
                for k in range(start, i):
                    runs[k] = (start, i - 1)
                if i < count:
                    runs[i] = (i, i)
                start = i + 1
        return runs

    def run(self, i: int) -> tuple[int, int]:
        """First and last block of the stretch without sure body that block ``i`` stands in."""
        return self._runs[i]

    def _run_stats(self, first: int, last: int) -> tuple[float, float, float, float]:
        """Mean and spread of the lengths of a run's open blocks; shares of it removed and stopped."""
        if first not in self._stats:
            inside = [k for k in range(first, last + 1) if not self._removed[k]]
            logs = [log1p(len(self._blocks[k].low)) for k in inside] or [0.0]
            mean = sum(logs) / len(logs)
            spread = (sum((value - mean) ** 2 for value in logs) / len(logs)) ** 0.5
            removed = 1 - len(inside) / (last - first + 1)
            stopped = sum(self._stopped[k] for k in inside) / max(1, len(inside))
            self._stats[first] = (mean, spread, removed, stopped)
        return self._stats[first]

    def row(self, i: int) -> list[float]:
        """The features of ``NAMES`` for block ``i``."""
        blocks, count, total = self._blocks, len(self._blocks), max(1, self._chars[-1])
        block, after = blocks[i], count - 1 - i
        following = blocks[i + 1].rest_low if after else ""
        first, last = self.run(i)
        mean, spread, removed, stopped = self._run_stats(first, last)
        others = max(1, self._open - 1)
        return [
            min(_MANY, i - max(0, self._title)),
            i / count,
            min(_MANY, after),
            self._chars[i] / total,
            log1p(total - self._chars[i + 1]),
            log1p(count),
            min(_MANY, self._sure[i]),
            min(_MANY, self._sure[-1] - self._sure[i + 1]),
            log1p(self._sure_chars[i]),
            log1p(self._sure_chars[-1] - self._sure_chars[i + 1]),
            log1p(len(blocks[i - 1].low)) if i else 0,
            self._stopped[i - 1] if i else 0,
            self._removed[i - 1] if i else 1,
            self.sure[i - 1] if i else 0,
            log1p(len(following)),
            self._stopped[i + 1] if after else 0,
            self._removed[i + 1] if after else 1,
            self.sure[i + 1] if after else 0,
            is_truncated(following),
            following[:1].isalpha() and blocks[i + 1].rest[:1].islower() if after else 0,
            (self._removed_run[-1] - self._removed_run[i + 1]) / max(1, after),
            self._since[i],
            self._until[i],
            min(_MANY, i - first),
            min(_MANY, last - i),
            mean,
            spread,
            removed,
            stopped,
            min(3.0, len(block.low) / self._median),
            (self._open_stopped - self._stopped[i]) / others,
            is_paragraph(block),
        ]


def _running(values: Sequence[int]) -> list[int]:
    return [0, *accumulate(values)]


def _distance(marks: Sequence[bool], most: int = 20) -> list[int]:
    """How many blocks ago the last mark stood; ``most`` where none did."""
    out, last = [], most
    for mark in marks:
        out.append(last)
        last = 1 if mark else min(most, last + 1)
    return out
