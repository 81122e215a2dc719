"""``--ner-threshold`` trades recall for precision, and the scores say how much."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from cpecnlp.corpus.reader import read
from cpecnlp.document import Document, Span
from cpecnlp.paths import shipped
from cpecnlp.stages.ner import NerStage

THRESHOLDS = (0.0, 0.5, 0.8, 0.9, 0.97)


@pytest.fixture(scope="module")
def articles() -> list[Document]:
    return list(read([shipped("corpus") / "gold" / "dev.jsonl"], gold=True))[:10]


@pytest.fixture(scope="module")
def found(articles: list[Document]) -> dict[float, list[Document]]:
    stage = NerStage.load()
    bare = [replace(article.bare(), removed=article.removed) for article in articles]
    return {threshold: NerStage(stage.predictor, threshold).annotate(bare) for threshold in THRESHOLDS}


def keys(documents: list[Document]) -> set[tuple[str, tuple[int, int, str]]]:
    return {(document.id, span.key) for document in documents for span in document.entities or ()}


def test_a_threshold_keeps_what_scores_as_much(found: dict[float, list[Document]]) -> None:
    for threshold in THRESHOLDS:
        for everything, kept in zip(found[0.0], found[threshold], strict=True):
            wanted = tuple(span for span in everything.entities or () if (span.score or 0.0) >= threshold)
            assert kept.entities == wanted


def test_precision_rises_as_recall_falls(articles: list[Document], found: dict[float, list[Document]]) -> None:
    gold = keys(articles)
    precision, recall = [], []
    for threshold in THRESHOLDS:
        mine = keys(found[threshold])
        precision.append(len(mine & gold) / len(mine))
        recall.append(len(mine & gold) / len(gold))
    assert recall == sorted(recall, reverse=True)
    # a handful of entities lies between the highest thresholds
    assert all(later > before - 0.002 for before, later in pairwise(precision))
    assert precision[-1] > precision[0] + 0.02


def test_the_mean_score_foretells_precision(articles: list[Document], found: dict[float, list[Document]]) -> None:
    gold = keys(articles)
    for threshold in THRESHOLDS:
        scores = [span.score or 0.0 for document in found[threshold] for span in document.entities or ()]
        mine = keys(found[threshold])
        assert sum(scores) / len(scores) == pytest.approx(len(mine & gold) / len(mine), abs=0.05)


def test_entities_without_a_score_are_kept() -> None:
    class Unscored:
        labels = ("PERSON",)
        source = "unscored"

        def predict_spans(self, texts: list[str]) -> list[list[Span]]:
            return [[Span(0, 4, "PERSON", None), Span(5, 9, "PERSON", 0.4)] for _ in texts]

    document = Document("a", "Zhao left.", removed=())
    assert NerStage(Unscored(), 0.5).annotate([document])[0].entities == (Span(0, 4, "PERSON", None),)
