"""From a text to labelled spans, given anything that reads a window and returns tag scores."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.agreement import FoundSpan, agree, without_title
from cpecnlp.backends.rulings import follow_rulings
from cpecnlp.backends.terms import Terms
from cpecnlp.backends.viterbi import FloatArray, best_tags, decode_tags
from cpecnlp.backends.windows import IntArray, Pieces, iter_lines, plan_windows, window_inputs

Reader = Callable[[IntArray, IntArray], FloatArray]
"""(input ids, shape ids) of one window, each of shape (length,), to logits of shape (length, tags)."""

_NO_START = frozenset(")]},;:.!?% \t\n")
# A curly or acute accent is used as an apostrophe by some scrapers; these stay glued to a word.
_TAILS = ("'s", "’s", "´s", "ʼs", "`s", "®", "™", "©")


def word_logits(pieces: Pieces, read: Reader, size: int, context: int, special: tuple[int, int]) -> FloatArray:
    """Return the tag logits of every word of a text, shape (words, tags).

    Args:
        pieces: The text; must hold a piece.
        read: Reads one window.
        size: Most pieces in a window, special pieces not counted.
        context: Pieces read beside each core.
        special: Vocabulary ids of the opening and the closing piece.
    """
    parts: list[FloatArray] = []
    for window in plan_windows(pieces, size, context):
        logits = read(*window_inputs(pieces, window, *special))
        low, high = np.searchsorted(pieces.word_first, (window.core_start, window.core_end))
        parts.append(logits[pieces.word_first[low:high] - window.start + 1])
    return np.concatenate(parts)


def find_spans(
    text: str, pieces: Pieces, logits: FloatArray, labels: Sequence[str], terms: Terms | None = None
) -> list[FoundSpan]:
    """Decode the tag logits of a text, line by line, so that no span crosses a line break.

    Args:
        text: The text.
        pieces: The same text as pieces.
        logits: Of every word, shape (words, tags).
        labels: Entity types in the order of the head.
        terms: Terms and names to which an unsure model gives way.

    Returns:
        Spans sorted by place, not overlapping, without titles and possessive endings; mentions of
        one surface have one label, and the rulings of the guide hold.
    """
    if terms is not None:
        bounds = zip(pieces.word_start.tolist(), pieces.word_end.tolist(), strict=True)
        logits = terms.add(logits, [text[start:end] for start, end in bounds])
    posteriors = softmax(logits)
    found: list[FoundSpan] = []
    for first, last in iter_lines(pieces):
        tags = best_tags(logits[first:last])
        chosen = posteriors[np.arange(first, last), tags]
        for start, end, label in decode_tags(tags.tolist()):
            stop = int(pieces.word_end[first + end - 1])
            begin = _lead(text, int(pieces.word_start[first + start]), stop)
            stop = _trim(text, begin, stop)
            if begin == stop:
                continue
            span = FoundSpan(begin, stop, labels[label], float(chosen[start:end].prod()))
            found.append(without_title(text, span))
    return follow_rulings(text, agree(text, found))


def softmax(logits: FloatArray) -> NDArray[np.float64]:
    """Return the probabilities of each row."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


def _lead(text: str, start: int, end: int) -> int:
    """Return the start of a span less closing brackets and the like that no name begins with."""
    while start < end and text[start] in _NO_START:
        start += 1
    return start


def _trim(text: str, start: int, end: int) -> int:
    """Return the end of a span less what does not belong to a name, plus its last letter's accents."""
    while end < len(text) and not text[end].isascii() and unicodedata.combining(text[end]):
        end += 1
    for tail in _TAILS:
        if text.endswith(tail, start, end) and end - len(tail) > start:
            end -= len(tail)
            break
    # control characters that break lines are no break to the tokenizer
    lines = text[start:end].splitlines()
    return start + len(lines[0]) if len(lines) > 1 else end


def calibrated(raw: Sequence[float], knots: Sequence[tuple[float, float]]) -> list[float]:
    """Map raw confidences to probabilities by a piecewise linear curve.

    Args:
        raw: Confidences in [0, 1].
        knots: (confidence, probability), both rising; fitted on held-out articles.
    """
    places = [place for place, _ in knots]
    values = [value for _, value in knots]
    return [round(float(value), 4) for value in np.interp(raw, places, values)]
