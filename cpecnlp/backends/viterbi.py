"""BIOES tags over words: the tag set, and decoding that allows no broken entity."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
_PREFIXES = "BIES"


def tag_names(labels: Sequence[str]) -> list[str]:
    """Return the tags of a label set: ``O``, then B, I, E and S of each label."""
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in _PREFIXES)]


def encode_tags(spans: Sequence[tuple[int, int, int]], words: int) -> NDArray[np.int64]:
    """Return the tag of each word for spans of words.

    Args:
        spans: (first word, one past the last word, label index), not overlapping.
        words: Count of words.
    """
    tags = np.zeros(words, dtype=np.int64)
    for start, end, label in spans:
        begin = 1 + 4 * label
        if end - start == 1:
            tags[start] = begin + 3
        else:
            tags[start], tags[end - 1] = begin, begin + 2
            tags[start + 1 : end - 1] = begin + 1
    return tags


def decode_tags(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the spans (first word, one past the last, label index) of a valid tag sequence."""
    spans: list[tuple[int, int, int]] = []
    start = 0
    for index, tag in enumerate(tags):
        if tag == 0:
            continue
        label, part = divmod(tag - 1, 4)
        if part == 0:
            start = index
        elif part == 2:
            spans.append((start, index + 1, label))
        elif part == 3:
            spans.append((index, index + 1, label))
    return spans


@lru_cache(maxsize=8)
def _rules(tag_count: int) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return (may begin a line, may end a line, may follow) for a BIOES tag set."""
    part = np.array([-1, *(index % 4 for index in range(tag_count - 1))])
    label = np.array([-1, *(index // 4 for index in range(tag_count - 1))])
    closed = (part == -1) | (part == 2) | (part == 3)
    opens = (part == -1) | (part == 0) | (part == 3)
    inside = ~opens
    same = label[:, None] == label[None, :]
    follows = (closed[:, None] & opens[None, :]) | (~closed[:, None] & inside[None, :] & same)
    return opens, closed, follows


def is_valid(tags: NDArray[np.int64], tag_count: int) -> bool:
    """Tell whether a tag sequence holds whole entities only."""
    opens, closed, follows = _rules(tag_count)
    return bool(opens[tags[0]] and closed[tags[-1]] and follows[tags[:-1], tags[1:]].all())


def best_tags(scores: FloatArray) -> NDArray[np.int64]:
    """Return the best valid BIOES sequence for one line (Viterbi, 1967).

    Args:
        scores: Log-probability (or logit) of each tag, shape (words, tags), words > 0.

    Returns:
        The tags, shape (words,). Where the best tag of each word already makes whole entities that
        sequence is the optimum, and no search is needed.
    """
    words, count = scores.shape
    best: NDArray[np.int64] = scores.argmax(axis=1).astype(np.int64)
    if is_valid(best, count):
        return best
    opens, closed, follows = _rules(count)
    penalty = np.where(follows, 0.0, -np.inf)
    back = np.empty((words, count), dtype=np.int64)
    state = np.where(opens, scores[0].astype(np.float64), -np.inf)
    for index in range(1, words):
        paths = state[:, None] + penalty
        back[index] = paths.argmax(axis=0)
        state = paths.max(axis=0) + scores[index]
    tags = np.empty(words, dtype=np.int64)
    tags[-1] = np.where(closed, state, -np.inf).argmax()
    for index in range(words - 1, 0, -1):
        tags[index - 1] = back[index, tags[index]]
    return tags
