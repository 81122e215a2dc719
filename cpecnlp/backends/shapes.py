"""Case shapes of words, read from the raw text.

The encoder's vocabulary is uncased, so what capitals and digits say about a word would be lost.
A *shape id* brings it back: one small integer a wordpiece that tells the shape of its word, whether
the piece opens or continues the word, and what stands before it (nothing, a space, a line break).
"""

from __future__ import annotations

from functools import lru_cache

LOWER, TITLE, INITIAL, UPPER, CAMEL, MIXED, DIGITS, ALNUM, PUNCT, OTHER = range(10)
"""Shapes of a word: china, China, C, CHINA, McKay, iPhone, 2024, 5G, punctuation, anything else."""

ADJACENT, SPACED, NEW_LINE = range(3)
"""What stands between a piece and the one before it."""

WORD_SHAPES = 10
SHAPE_COUNT = 1 + WORD_SHAPES * 2 * 3
"""Rows of the shape table; row 0 is for pieces without a word ([CLS], [SEP], padding)."""


@lru_cache(maxsize=65536)
def word_shape(word: str) -> int:
    """Return the shape of one word as it stands in the raw text.

    Args:
        word: The raw characters of a word; may hold soft hyphens and the like.

    Returns:
        One of the ten shape constants of this module.
    """
    letters = [char for char in word if char.isalpha()]
    if not letters:
        if any(char.isdigit() for char in word):
            return DIGITS
        return PUNCT if word and not any(char.isalnum() for char in word) else OTHER
    if any(char.isdigit() for char in word):
        return ALNUM
    return _letter_shape(letters)


def _letter_shape(letters: list[str]) -> int:
    upper = [char.isupper() for char in letters]
    if not any(upper):
        return LOWER
    if all(upper):
        return INITIAL if len(letters) == 1 else UPPER
    if upper[0]:
        return CAMEL if any(upper[1:]) else TITLE
    return MIXED


def shape_id(shape: int, continues: bool, gap: int) -> int:
    """Return the row of the shape table for one piece.

    Args:
        shape: Shape of the piece's word.
        continues: True for every piece of a word but its first.
        gap: What stands before the piece: ``ADJACENT``, ``SPACED`` or ``NEW_LINE``.
    """
    return 1 + (shape * 2 + int(continues)) * 3 + gap


def split_shape_id(row: int) -> tuple[int, bool, int]:
    """Return (shape, continues, gap) of a row that is not 0; undoes :func:`shape_id`."""
    rest, gap = divmod(row - 1, 3)
    shape, continues = divmod(rest, 2)
    return shape, bool(continues), gap
