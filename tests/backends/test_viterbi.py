"""BIOES tags: written, read back, and decoded without a broken entity."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cpecnlp.backends.viterbi import best_tags, decode_tags, encode_tags, is_valid, tag_names

TAGS = len(tag_names(["A", "B"]))


@pytest.mark.parametrize(
    "spans",
    [[], [(0, 1, 0)], [(0, 2, 1)], [(0, 1, 0), (1, 2, 0)], [(0, 3, 1), (3, 5, 1), (6, 7, 0)]],
)
def test_tags_keep_spans(spans: list[tuple[int, int, int]]) -> None:
    tags = encode_tags(spans, 8)
    assert decode_tags(tags.tolist()) == spans
    assert is_valid(tags, TAGS)


def test_names_follow_the_numbers() -> None:
    names = tag_names(["A", "B"])
    assert [names[tag] for tag in encode_tags([(0, 3, 1), (3, 4, 0)], 5)] == ["B-B", "I-B", "E-B", "S-A", "O"]


@pytest.mark.parametrize("tags", [[1], [0, 2, 3], [1, 7], [3, 0], [0, 1], [1, 0, 3], [4, 2, 3]])
def test_broken_entities_are_invalid(tags: list[int]) -> None:
    assert not is_valid(np.array(tags), TAGS)


@pytest.mark.parametrize("seed", range(20))
def test_search_finds_the_best_valid_sequence(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(4, TAGS)).astype(np.float32)
    every = (np.array(tags) for tags in itertools.product(range(TAGS), repeat=4))
    best = max((tags for tags in every if is_valid(tags, TAGS)), key=lambda tags: scores[range(4), tags].sum())
    assert best_tags(scores).tolist() == best.tolist()
