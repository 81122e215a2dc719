"""Shapes of words, and windows that cover a text once and cut no word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from cpecnlp.backends import shapes
from cpecnlp.backends.windows import Pieces, iter_lines, plan_windows, split_pieces
from tests.conftest import hostile_text


def letter_tokenizer() -> Tokenizer:
    """A tokenizer whose pieces are single letters, so that words have many pieces."""
    vocabulary = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3}
    for char in "abcdefghijklmnopqrstuvwxyz0123456789.,-'":
        vocabulary[char] = len(vocabulary)
        vocabulary["##" + char] = len(vocabulary)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # type: ignore[arg-type]
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("", shapes.OTHER), ("china", shapes.LOWER), ("China", shapes.TITLE), ("C", shapes.INITIAL),
        ("CPEC", shapes.UPPER), ("McKay", shapes.CAMEL), ("iPhone", shapes.MIXED), ("2024", shapes.DIGITS),
        ("5G", shapes.ALNUM), ("$", shapes.PUNCT), ("Is\u00adlamabad", shapes.TITLE), ("پاکستان", shapes.LOWER),
    ],
)  # fmt: skip
def test_word_shape(word: str, shape: int) -> None:
    assert shapes.word_shape(word) == shape


def test_shape_rows_can_be_read_back() -> None:
    rows = {
        shapes.shape_id(shape, continues, gap)
        for shape in range(shapes.WORD_SHAPES)
        for continues in (False, True)
        for gap in range(3)
    }
    assert rows == set(range(1, shapes.SHAPE_COUNT))
    assert all(shapes.shape_id(*shapes.split_shape_id(row)) == row for row in rows)


def test_words_keep_raw_offsets() -> None:
    text = "Is\u00adlamabad's PM\nvisits\u00a0Lah\u200bore"
    pieces = split_pieces(letter_tokenizer(), [text])[0]
    words = [text[a:b] for a, b in zip(pieces.word_start, pieces.word_end, strict=True)]
    assert words == ["Is\u00adlamabad", "'", "s", "PM", "visits", "Lah\u200bore"]
    assert list(iter_lines(pieces)) == [(0, 4), (4, 6)]


def check_cover(pieces: Pieces, size: int, context: int) -> None:
    windows = plan_windows(pieces, size, context)
    cores = [(window.core_start, window.core_end) for window in windows]
    assert [0, *(end for _, end in cores)] == [*(start for start, _ in cores), len(pieces)] or not len(pieces)
    for window in windows:
        assert window.end - window.start <= size
        assert window.start <= window.core_start < window.core_end <= window.end
    firsts = set(pieces.word_first.tolist())
    assert all(start in firsts for start, _ in cores)


@given(hostile_text)
def test_windows_cover_any_text(text: str) -> None:
    check_cover(split_pieces(letter_tokenizer(), [text])[0], 60, 10)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=80))
def test_windows_cut_between_words(lengths: list[int]) -> None:
    pieces = split_pieces(letter_tokenizer(), [" ".join("a" * length for length in lengths)])[0]
    assert len(pieces) == sum(lengths)
    check_cover(pieces, 50, 8)


def test_the_empty_text_has_no_window() -> None:
    pieces = split_pieces(letter_tokenizer(), [""])[0]
    assert plan_windows(pieces, 50, 8) == []
    assert np.array_equal(pieces.line_first, [])
