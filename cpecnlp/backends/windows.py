"""A text as wordpieces with raw offsets, and the windows in which a model reads it.

No text is ever cut off: a text longer than a window is read in several, each with context on both
sides of the stretch that it answers for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.shapes import ADJACENT, NEW_LINE, SPACED, WORD_SHAPES, shape_id, word_shape

IntArray = NDArray[np.int64]
_SENTENCE_ENDS = frozenset(".?!")
_SHAPES = range(WORD_SHAPES)
_INNER = [shape_id(shape, True, ADJACENT) for shape in _SHAPES]
_OPENING = [[shape_id(shape, False, gap) for gap in range(3)] for shape in _SHAPES]
_LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Pieces:
    """One text as wordpieces; words are the runs of pieces between spaces and punctuation.

    Attributes:
        ids: Vocabulary id of each piece, shape (pieces,).
        shapes: Shape id of each piece, shape (pieces,).
        word_first: Index of the first piece of each word, shape (words,).
        word_start: First character of each word in the raw text, shape (words,).
        word_end: One past the last character of each word, shape (words,).
        line_first: Indices of the words that open a line, the first word included.
        breaks: Rank of a cut before each piece: 3 new line, 2 new sentence, 1 new word, 0 none.
    """

    ids: IntArray
    shapes: IntArray
    word_first: IntArray
    word_start: IntArray
    word_end: IntArray
    line_first: IntArray
    breaks: IntArray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of pieces that is read at once, and the part of it that it answers for.

    Attributes:
        start: First piece read.
        end: One past the last piece read.
        core_start: First piece answered for.
        core_end: One past the last piece answered for.
    """

    start: int
    end: int
    core_start: int
    core_end: int


def split_pieces(tokenizer: Any, texts: Sequence[str]) -> list[Pieces]:
    """Tokenise texts into pieces with raw offsets.

    Args:
        tokenizer: A ``tokenizers.Tokenizer`` that neither truncates nor pads.
        texts: Any texts, the empty one included.

    Returns:
        One :class:`Pieces` a text, in order.
    """
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [_pieces(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]


def _pieces(text: str, encoding: Any) -> Pieces:
    shapes: list[int] = []
    breaks: list[int] = []
    first: list[int] = []
    line_first: list[int] = []
    offsets, words = encoding.offsets, encoding.word_ids
    bounds = _word_bounds(offsets, words)
    inner, last_end, last_word = 0, 0, -1
    for index, ((start, end), word) in enumerate(zip(offsets, words, strict=True)):
        if word == last_word:
            shapes.append(inner)
            breaks.append(0)
        else:
            gap = _gap(text, last_end, start) if index else NEW_LINE
            low, high = bounds[len(first)]
            shape = word_shape(text[low:high])
            inner = _INNER[shape]
            shapes.append(_OPENING[shape][gap])
            breaks.append(1 if gap == ADJACENT else _break_rank(text, last_end, gap))
            if gap == NEW_LINE:
                line_first.append(len(first))
            first.append(index)
        last_end, last_word = end, word
    edges = np.array(bounds, dtype=np.int64).reshape(-1, 2)
    return Pieces(
        np.array(encoding.ids, dtype=np.int64),
        np.array(shapes, dtype=np.int64),
        np.array(first, dtype=np.int64),
        edges[:, 0],
        edges[:, 1],
        np.array(line_first, dtype=np.int64),
        np.array(breaks, dtype=np.int64),
    )


def _word_bounds(offsets: Sequence[tuple[int, int]], words: Sequence[int]) -> list[tuple[int, int]]:
    starts: list[int] = []
    ends: list[int] = []
    last = -1
    for (start, end), word in zip(offsets, words, strict=True):
        if word == last:
            ends[-1] = end
        else:
            starts.append(start)
            ends.append(end)
        last = word
    return list(zip(starts, ends, strict=True))


def _gap(text: str, last_end: int, start: int) -> int:
    if start <= last_end:
        return ADJACENT
    between = text[last_end:start]
    return SPACED if between == " " or _LINE_BREAKS.isdisjoint(between) else NEW_LINE


def _break_rank(text: str, last_end: int, gap: int) -> int:
    if gap == NEW_LINE:
        return 3
    if gap == SPACED and text[last_end - 1] in _SENTENCE_ENDS:
        return 2
    return 1


def plan_windows(pieces: Pieces, size: int, context: int) -> list[Window]:
    """Cover a text with windows whose cores follow one another without a gap.

    Cores end at the last line break, sentence end or word end (in this order) of their second half,
    so that no word is ever split between two cores.

    Args:
        pieces: The text.
        size: Most pieces a window may hold, special pieces not counted.
        context: Pieces read, where there are any, before and behind the core.

    Returns:
        The windows in order; none for a text without pieces.
    """
    total = len(pieces)
    if total <= size:
        return [Window(0, total, 0, total)] if total else []
    windows: list[Window] = []
    core = 0
    while core < total:
        start = _word_edge(pieces.breaks, max(0, core - context))
        if total - start <= size:
            windows.append(Window(start, total, core, total))
            break
        stop = best_cut(pieces.breaks, core, start + size - context)
        windows.append(Window(start, min(start + size, total), core, stop))
        core = stop
    return windows


def _word_edge(breaks: IntArray, index: int) -> int:
    """Return the first piece at or before ``index`` that opens a word."""
    while index > 0 and breaks[index] == 0:
        index -= 1
    return index


def best_cut(breaks: IntArray, start: int, limit: int) -> int:
    """Return the best place for a cut in the second half of ``(start, limit]``.

    Args:
        breaks: Rank of a cut before each piece.
        start: First piece of the stretch to be cut.
        limit: Last place allowed; must lie beyond ``start`` and within the text.

    Returns:
        The last place of the highest rank; ``limit`` itself where one word fills the whole half.
    """
    low = start + max(1, (limit - start) // 2)
    ranks = breaks[low : limit + 1]
    best = int(ranks.max()) if len(ranks) else 0
    if best == 0:
        return limit
    return low + int(np.flatnonzero(ranks == best)[-1])


def window_inputs(pieces: Pieces, window: Window, cls_id: int, sep_id: int) -> tuple[IntArray, IntArray]:
    """Return (input ids, shape ids) of a window with its special pieces, shape (pieces + 2,) each."""
    stretch = slice(window.start, window.end)
    ids = np.concatenate(([cls_id], pieces.ids[stretch], [sep_id])).astype(np.int64)
    shapes = np.concatenate(([0], pieces.shapes[stretch], [0])).astype(np.int64)
    return ids, shapes


def iter_lines(pieces: Pieces) -> Iterator[tuple[int, int]]:
    """Yield the (first, last + 1) word of each line of a text that holds a word."""
    edges = [*pieces.line_first.tolist(), len(pieces.word_first)]
    yield from ((start, end) for start, end in zip(edges, edges[1:], strict=False) if end > start)
