"""What stripping is judged by, with bootstrap intervals over articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.document import Span

RESAMPLES = 1000
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> list[float]:
        """Value, low, high."""
        return [round(self.value, 4), round(self.low, 4), round(self.high, 4)]


@dataclass(frozen=True, slots=True)
class StripFigures:
    """How well articles were stripped.

    Attributes:
        articles: how many were judged.
        body_lost: non-space characters of the body that were removed, in percent.
        junk_kept: non-space characters of the furniture that were kept, in percent.
        exact: share of articles with neither.
    """

    articles: int
    body_lost: Figure
    junk_kept: Figure
    exact: Figure

    def to_json(self) -> dict[str, Any]:
        """For ``model.json``."""
        return {
            "articles": self.articles,
            "body_lost_%": self.body_lost.to_json(),
            "junk_kept_%": self.junk_kept.to_json(),
            "clean_exact": self.exact.to_json(),
        }

    def row(self) -> str:
        """Cells of a table in Markdown."""
        cells = [f"{f.value:.{d}f} ({f.low:.{d}f}–{f.high:.{d}f})" for f, d in
                 ((self.body_lost, 3), (self.junk_kept, 2), (self.exact, 3))]  # fmt: skip
        return f"{self.articles} | " + " | ".join(cells)


def count_article(text: str, gold: Iterable[tuple[int, int]], found: Iterable[tuple[int, int]]) -> list[int]:
    """Body, junk, body lost, junk kept (non-space characters) and whether both are none."""
    junk, gone = bytearray(len(text)), bytearray(len(text))
    for mask, spans in ((junk, gold), (gone, found)):
        for start, end in spans:
            mask[start:end] = b"\1" * (end - start)
    body = waste = lost = kept = 0
    for char, is_junk, is_gone in zip(text, junk, gone, strict=True):
        if not char.isspace():
            body, waste = body + (not is_junk), waste + is_junk
            lost, kept = lost + (is_gone and not is_junk), kept + (is_junk and not is_gone)
    return [body, waste, lost, kept, int(not lost and not kept)]


def places(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Start and end of each span."""
    return [(span.start, span.end) for span in spans]


def draws(size: int, seed: int) -> NDArray[np.float64]:
    """Bootstrap weights; the first row is the articles as they are."""
    drawn = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), size=RESAMPLES)
    return np.vstack([np.ones((1, size)), drawn])


def figures_of(counts: Sequence[Sequence[int]], seed: int = 0) -> StripFigures:
    """Figures of articles counted by :func:`count_article`."""
    table = np.array(counts, np.float64)
    body, junk, lost, kept, exact = (draws(len(table), seed) @ table).T
    size = len(table)
    return StripFigures(
        size,
        _figure(100 * lost / np.maximum(1, body)),
        _figure(100 * kept / np.maximum(1, junk)),
        _figure(exact / size),
    )


def _figure(values: NDArray[np.float64]) -> Figure:
    low, high = np.quantile(values[1:], (0.025, 0.975))
    return Figure(float(values[0]), float(low), float(high))
