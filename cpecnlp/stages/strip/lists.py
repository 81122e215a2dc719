"""Runs of lines: lists and what marks and leads to them, short and open lines, prose wrapped to a width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log1p
from typing import ClassVar

from cpecnlp.stages.strip.blocks import Block

_BULLETS = "•–—-*▪●▶►■➤➢✓✔✅☑→»·◦○"
_FAR = 12
_MOST = 20
_LEAD = 12
_NEAR = 6
# a sentence that ends inside a line, and another begins
_INSIDE = re.compile(r"[a-z\d][.?!][”\"')]? [A-Z“\"][a-z]")
# lines of at least so many characters that no full stop ends: a run of them is no prose
_LOOSE = 40
_ENDS = (".", "!", "?", '"', "”", "'", ")", ":", ";", ",")


class Lists:
    """Runs of lines with the same mark, and lines that end in a colon."""

    NAMES: ClassVar[tuple[str, ...]] = (
        "list_size", "list_before", "list_led", "since_colon", "colon_chars", "short_run", "short_before",
        "open_run", "open_before", "wrapped",
    )  # fmt: skip

    def __init__(self, blocks: Sequence[Block], title: int) -> None:
        marks = [_mark(block.rest) if i != title else "" for i, block in enumerate(blocks)]
        self._runs = _runs(marks, [bool(mark) for mark in marks])
        short = [len(b.low) < 70 and not b.low.endswith((".", "”", '"')) for b in blocks]
        self._short = _runs([False] * len(blocks), short)
        loose = [len(b.low) >= _LOOSE and not b.kind and not b.low.endswith(_ENDS) for b in blocks]
        self._loose = _runs([False] * len(blocks), loose)
        self._blocks = blocks
        self._broken: dict[int, bool] = {}
        self._led = [
            i != title and not b.kind and len(b.low) >= _LEAD and b.low.endswith(":") for i, b in enumerate(blocks)
        ]
        self._since, self._chars = [], []
        since, chars = _FAR, 0.0
        for i, block in enumerate(blocks):
            self._since.append(since)
            self._chars.append(chars if since < _FAR else 0.0)
            if self._led[i]:
                since, chars = 0, log1p(len(block.low))
            else:
                since = min(_FAR, since + 1)

    def row(self, i: int) -> list[float]:
        """The features of ``NAMES`` for block ``i``."""
        first, last = self._runs[i]
        low, high = self._short[i]
        start, stop = self._loose[i]
        near = range(max(0, i - _NEAR), min(len(self._blocks), i + 1 + _NEAR))
        return [
            min(_MOST, last - first),
            min(_MOST, i - first),
            first > 0 and last > first and self._led[first - 1],
            self._since[i],
            self._chars[i],
            min(_MOST, high - low),
            min(_MOST, max(0, i - low)),
            min(_MOST, stop - start),
            min(_MOST, max(0, i - start)),
            sum(map(self._is_broken, near)) / len(near),
        ]

    def _is_broken(self, i: int) -> bool:
        """Whether a line begins in the middle of a sentence or holds the end of one."""
        if i not in self._broken:
            block = self._blocks[i]
            inside = block.plain[:1].islower() or _INSIDE.search(block.plain) is not None
            self._broken[i] = inside and not block.low.endswith("…")
        return self._broken[i]


def _mark(text: str) -> str:
    """What stands before a line of a list: a class of marks, empty for none."""
    first = text[:1]
    if first in _BULLETS:
        return first
    head = text[:4].lstrip("(")
    if head[:1].isdigit():
        return "1" if head.lstrip("0123456789")[:1] in (".", ")", "-", " ") and head[:2].strip() else ""
    return "a" if len(head) > 1 and head[1] == ")" else ""


def _runs(values: Sequence[object], inside: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last behind of the run of equal values that each place stands in; empty where none."""
    out, start = [(0, 0)] * len(values), 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start] or inside[i] != inside[start]:
            if inside[start]:
                for k in range(start, i):
                    out[k] = (start, i)
            else:
                for k in range(start, i):
                    out[k] = (k, k)
            start = i
    return out
