"""Annotations of articles whose text does not ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError
from cpecnlp.training.annotations import lay_annotations, write_annotations

RAW = Document("a-1", "Dam opens\n\nSKARDU: Pakistan opened a dam.", {"outlet": "Ours"})
MARKED = Document(
    "a-1",
    RAW.text,
    RAW.metadata,
    removed=(Span(0, 9, "title"), Span(11, 18, "dateline")),
    entities=(Span(19, 27, "GPE"),),
    topics={"energy-climate": 1.0},
)


def test_an_annotation_without_text_comes_back_on_its_text(tmp_path: Path) -> None:
    file = tmp_path / "marked.jsonl"
    write_annotations([MARKED], file)
    assert "Pakistan" not in file.read_text("utf-8")
    assert lay_annotations(file, [Document("other", "x"), RAW]) == [MARKED]


def test_a_layer_that_was_not_annotated_stays_open(tmp_path: Path) -> None:
    file = tmp_path / "topics.jsonl"
    write_annotations([Document("a-1", RAW.text, topics={"none": 1.0})], file)
    (laid,) = lay_annotations(file, [RAW])
    assert (laid.removed, laid.entities, laid.topics) == (None, None, {"none": 1.0})


def test_a_missing_article_and_another_text_are_told(tmp_path: Path) -> None:
    file = tmp_path / "marked.jsonl"
    write_annotations([MARKED], file)
    with pytest.raises(InputError, match="'a-1' is not among"):
        lay_annotations(file, [])
    with pytest.raises(InputError, match="not the one that was annotated"):
        lay_annotations(file, [Document("a-1", RAW.text + " ")])
