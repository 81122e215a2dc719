"""From texts with spans to batches of windows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cpecnlp.backends.shapes import (
    CAMEL,
    INITIAL,
    LOWER,
    MIXED,
    SHAPE_COUNT,
    TITLE,
    UPPER,
    shape_id,
    split_shape_id,
)
from cpecnlp.backends.viterbi import encode_tags
from cpecnlp.backends.windows import IntArray, Pieces, best_cut, split_pieces
from cpecnlp.document import Document
from cpecnlp.training.ner.auxiliary import TaggedText

GOLD = "gold"


@dataclass(frozen=True, slots=True)
class Example:
    """A tokenised text with the tag of each word.

    Attributes:
        pieces: The text.
        tags: BIOES tag of each word, shape (words,).
        tag_set: Name of the tag set.
    """

    pieces: Pieces
    tags: IntArray
    tag_set: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One window, ready for a batch; ``words`` are places of first pieces, special pieces counted."""

    ids: IntArray
    shapes: IntArray
    words: IntArray
    tags: IntArray
    tag_set: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one tag set, padded to the longest."""

    tag_set: str
    ids: Tensor
    shapes: Tensor
    lengths: Tensor
    words: Tensor
    tags: Tensor
    pieces: int

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device."""
        if device == self.ids.device:
            return self
        tensors = (self.ids, self.shapes, self.lengths, self.words, self.tags)
        ids, shapes, lengths, words, tags = (tensor.to(device, non_blocking=True) for tensor in tensors)
        return Batch(self.tag_set, ids, shapes, lengths, words, tags, self.pieces)

    def split(self, parts: int) -> list[Batch]:
        """Return the rows as up to ``parts`` smaller batches of the same length."""
        rows, length = self.ids.shape
        row = self.words // length
        shards = []
        for part in range(min(parts, rows)):
            mine = torch.arange(part, rows, parts)
            chosen = row % parts == part
            words = self.words[chosen] - (row[chosen] - row[chosen] // parts) * length
            shards.append(
                Batch(
                    self.tag_set,
                    self.ids[mine],
                    self.shapes[mine],
                    self.lengths[mine],
                    words,
                    self.tags[chosen],
                    int(self.lengths[mine].sum()),
                )
            )
        return shards


def gold_texts(documents: Iterable[Document]) -> list[TaggedText]:
    """Return every kept slice of gold documents with its entities, as the stage will see it."""
    texts: list[TaggedText] = []
    for document in documents:
        entities = document.entities or ()
        for start, end in document.slices():
            spans = tuple(
                (span.start - start, span.end - start, span.label)
                for span in entities
                if start <= span.start and span.end <= end
            )
            if document.text[start:end].strip():
                texts.append(TaggedText(document.text[start:end], spans, GOLD))
    return texts


def make_examples(tokenizer: Any, texts: Sequence[TaggedText], tag_sets: dict[str, tuple[str, ...]]) -> list[Example]:
    """Tokenise texts and lay their spans over words; a span takes every word that it touches."""
    examples = []
    for text, pieces in zip(texts, split_pieces(tokenizer, [text.text for text in texts]), strict=True):
        labels = tag_sets[text.tag_set]
        words = word_spans(pieces, text.spans, labels)
        tags = encode_tags(words, len(pieces.word_first))
        if len(pieces):
            examples.append(Example(pieces, tags, text.tag_set))
    return examples


def word_spans(
    pieces: Pieces, spans: Sequence[tuple[int, int, str]], labels: Sequence[str]
) -> list[tuple[int, int, int]]:
    """Return spans of characters as (first word, one past the last, label index), none overlapping."""
    words: list[tuple[int, int, int]] = []
    taken = 0
    for start, end, label in sorted(spans):
        first = max(taken, int(np.searchsorted(pieces.word_end, start, side="right")))
        last = int(np.searchsorted(pieces.word_start, end, side="left"))
        if first < last:
            words.append((first, last, labels.index(label)))
            taken = last
    return words


def cut_samples(example: Example, size: int, chance: random.Random, cls_id: int, sep_id: int) -> Iterator[Sample]:
    """Cut an example into windows at line and sentence ends, from a random place on.

    Args:
        example: The text.
        size: Most pieces in a window, special pieces not counted.
        chance: Where the first cut of a long text falls.
        cls_id: Vocabulary id of the opening piece.
        sep_id: Vocabulary id of the closing piece.
    """
    breaks, total = example.pieces.breaks, len(example.pieces)
    start = 0
    limit = size if total <= size else chance.randint(size // 4, size)
    while start < total:
        stop = total if total - start <= limit else best_cut(breaks, start, start + limit)
        yield _sample(example, start, stop, cls_id, sep_id)
        start, limit = stop, size


def _sample(example: Example, start: int, stop: int, cls_id: int, sep_id: int) -> Sample:
    pieces = example.pieces
    low, high = np.searchsorted(pieces.word_first, (start, stop))
    return Sample(
        ids=np.concatenate(([cls_id], pieces.ids[start:stop], [sep_id])),
        shapes=np.concatenate(([0], pieces.shapes[start:stop], [0])),
        words=pieces.word_first[low:high] - start + 1,
        tags=example.tags[low:high],
        tag_set=example.tag_set,
    )


def _case_table(target: int) -> IntArray:
    """Return the shape row that each row becomes when letters are written in another case."""
    letters = {LOWER, TITLE, INITIAL, UPPER, CAMEL, MIXED}
    rows = [0]
    for row in range(1, SHAPE_COUNT):
        shape, continues, gap = split_shape_id(row)
        if shape in letters:
            shape = INITIAL if shape == INITIAL and target != LOWER else target
        rows.append(shape_id(shape, continues, gap))
    return np.array(rows, dtype=np.int64)


_CASES = tuple(_case_table(target) for target in (LOWER, TITLE, UPPER))


def case_noise(sample: Sample, share: float, chance: random.Random) -> Sample:
    """Write a share of windows in lower case, title case or capitals.

    The vocabulary is uncased, so only the shapes change.
    """
    if chance.random() >= share:
        return sample
    return replace(sample, shapes=chance.choice(_CASES)[sample.shapes])


def mask_words(sample: Sample, share: float, mask_id: int, chance: random.Random) -> Sample:
    """Hide a share of the words, so that a model learns to read the words around them.

    Each piece of a hidden word becomes the mask; its shape stays.
    """
    if not share:
        return sample
    ids = sample.ids.copy()
    ends = [*sample.words[1:].tolist(), len(ids) - 1]
    for start, end in zip(sample.words.tolist(), ends, strict=True):
        if chance.random() < share:
            ids[start:end] = mask_id
    return replace(sample, ids=ids)


def make_batches(samples: Sequence[Sample], budget: int, chance: random.Random, multiple: int = 8) -> list[Batch]:
    """Pack windows of like length and one tag set into batches, and shuffle the batches.

    Args:
        samples: Windows in any order.
        budget: Most pieces in a batch, padding counted.
        chance: Shuffles windows of one length, and batches.
        multiple: Lengths are padded to a multiple of this.
    """
    shuffled = list(samples)
    chance.shuffle(shuffled)
    shuffled.sort(key=lambda sample: (sample.tag_set, -(-len(sample.ids) // 16)))
    batches: list[Batch] = []
    group: list[Sample] = []
    longest = 0
    for sample in shuffled:
        longest_with = max(longest, -(-len(sample.ids) // multiple) * multiple)
        if group and (longest_with * (len(group) + 1) > budget or group[0].tag_set != sample.tag_set):
            batches.append(_batch(group, longest))
            group, longest_with = [], -(-len(sample.ids) // multiple) * multiple
        group.append(sample)
        longest = longest_with
    if group:
        batches.append(_batch(group, longest))
    chance.shuffle(batches)
    return batches


def _batch(samples: Sequence[Sample], length: int) -> Batch:
    ids = np.zeros((len(samples), length), dtype=np.int64)
    shapes = np.zeros_like(ids)
    for row, sample in enumerate(samples):
        ids[row, : len(sample.ids)] = sample.ids
        shapes[row, : len(sample.ids)] = sample.shapes
    lengths = np.array([len(sample.ids) for sample in samples], dtype=np.int64)
    words = np.concatenate([sample.words + row * length for row, sample in enumerate(samples)])
    tags = np.concatenate([sample.tags for sample in samples])
    return Batch(
        samples[0].tag_set,
        torch.from_numpy(ids),
        torch.from_numpy(shapes),
        torch.from_numpy(lengths),
        torch.from_numpy(words),
        torch.from_numpy(tags),
        int(lengths.sum()),
    )
