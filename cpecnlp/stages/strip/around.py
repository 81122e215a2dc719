"""What the words of a block and of its neighbours are for, as features."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from cpecnlp.stages.strip.blocks import Block
from cpecnlp.stages.strip.place import Place
from cpecnlp.stages.strip.signs import SIGNS, addressed, credit, signs, unquoted
from cpecnlp.stages.strip.tokens import JOINED

WORDS = (*SIGNS, "signs_share", "addressed", "quoted_share", "credit", "past_share", "ing_share")
AROUND = ("signs_before", "signs_after", "signs_run", "body_stopped")
_CAP = 500
_PAST = frozenset("was were had said did told took came went made gave began".split())
_STOPPED = (".", "!", "?", '"', "”", "'", ")")
_LONG = 60
_REACH = 2
_RUN = 12


class Around:
    """Counts of telling words, block by block, each counted once and only where asked for."""

    def __init__(self, blocks: Sequence[Block], title: int, place: Place) -> None:
        self._blocks, self._title, self._place = blocks, title, place
        self._read: dict[int, list[str]] = {}
        self._counts: dict[int, tuple[int, ...]] = {}
        long = [not b.kind and i != title and len(b.low) >= _LONG for i, b in enumerate(blocks)]
        stopped = [use and b.low.endswith(_STOPPED) for use, b in zip(long, blocks, strict=True)]
        self._long, self._stopped = [0, *accumulate(long)], [0, *accumulate(stopped)]

    def row(self, i: int) -> list[float]:
        """The features of ``WORDS`` and ``AROUND`` for block ``i``."""
        first, last = self._place.run(i)
        run = range(max(first, i - _RUN), min(last, i + _RUN) + 1)
        before = [sum(self._signs(k)) for k in range(max(0, i - _REACH), i) if k != self._title]
        after = [sum(self._signs(k)) for k in range(i + 1, min(len(self._blocks), i + 1 + _REACH))]
        long = self._long[i]
        return [
            *self._words(i),
            max(before, default=0),
            max(after, default=0),
            sum(sum(self._signs(k)) for k in run) / len(run),
            self._stopped[i] / long if long else 1.0,
        ]

    def _words(self, i: int) -> list[float]:
        plain = self._blocks[i].rest[:_CAP]
        words = self._tokens(i)
        count = max(1, len(words))
        found = self._signs(i)
        return [
            *found,
            sum(found) / count,
            addressed(words),
            1 - len(unquoted(plain)) / len(plain),
            credit(self._blocks[i].plain),
            sum([word in _PAST or word.endswith("ed") for word in words]) / count,
            sum([word.endswith("ing") for word in words]) / count,
        ]

    def _tokens(self, i: int) -> list[str]:
        if i not in self._read:
            self._read[i] = JOINED(unquoted(self._blocks[i].rest_low[:_CAP]))
        return self._read[i]

    def _signs(self, i: int) -> tuple[int, ...]:
        if i not in self._counts:
            self._counts[i] = tuple(signs(self._tokens(i)))
        return self._counts[i]
