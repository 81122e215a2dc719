"""Small real backends for tests of everything around a model."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cpecnlp.document import Document, Span
from cpecnlp.pipeline import Pipeline
from cpecnlp.stage import Layers, Stage
from cpecnlp.stages.ner import NerStage


@dataclass(frozen=True)
class WordList:
    """A span predictor that knows a few names by heart."""

    names: tuple[tuple[str, str], ...] = (("Pakistan", "GPE"), ("China", "GPE"), ("CPEC", "PROJECT"))
    source: str = "wordlist_v1"

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({label for _, label in self.names}))

    def predict_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[Span]:
        found = []
        for name, label in self.names:
            found += [Span(m.start(), m.end(), label, 0.9, self.source) for m in re.finditer(name, text)]
        return sorted(found)


@dataclass(frozen=True)
class Lengths:
    """A probability predictor by the length of a text."""

    labels: tuple[str, ...] = ("short", "long")
    source: str = "lengths_v1"

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        long = np.array([len(text) / (len(text) + 100) for text in texts], dtype=np.float64)
        return np.stack([1 - long, long], axis=1).reshape(len(texts), 2)


class Cut(Stage):
    """Strips the first line, and fails on an article that says so."""

    name: ClassVar[str] = "strip"
    assigns: ClassVar[tuple[str, ...]] = ("removed", "fields")

    @classmethod
    def load(cls, folder: Path | None = None, **options: Any) -> Cut:
        return cls()

    @property
    def source(self) -> str:
        return "cut_v1"

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        return [self._one(doc) for doc in documents]

    def _one(self, doc: Document) -> Layers:
        if "FAIL" in doc.text:
            raise ValueError("this article fails")
        if "DIE" in doc.text:
            os._exit(9)
        if "NEVER ENDS" in doc.text:
            time.sleep(600)
        end = doc.text.find("\n")
        removed = (Span(0, end, "title", 0.5, "cut_v1"),) if end > 0 else ()
        return {"removed": removed, "fields": {"title": doc.text[:end] if end > 0 else ""}}


class Sort(Stage):
    """Topics by the length of the text."""

    name: ClassVar[str] = "topics"
    requires: ClassVar[tuple[str, ...]] = ("removed",)
    assigns: ClassVar[tuple[str, ...]] = ("topics", "topic_scores")

    @classmethod
    def load(cls, folder: Path | None = None, **options: Any) -> Sort:
        return cls()

    @property
    def source(self) -> str:
        return "sort_v1"

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        predictor = Lengths()
        rows = predictor.predict_proba([doc.clean_text for doc in documents])
        found = [dict(zip(predictor.labels, map(float, row), strict=True)) for row in rows]
        return [{"topic_scores": scores, "topics": {max(scores, key=scores.__getitem__): 1.0}} for scores in found]


def small_pipeline() -> Pipeline:
    """Three stages that need no model files; picklable by name for other processes."""
    return Pipeline([Cut(), NerStage(WordList()), Sort()])


def load_small(*args: Any, **kwargs: Any) -> Pipeline:
    """Stands in for ``cpecnlp.pipeline.load``, also in other processes."""
    return small_pipeline()


def dying_once(mark: Path) -> Pipeline:
    """The same, but the first process that works in earnest dies, and leaves a mark."""

    class DyingOnce(Cut):
        def predict(self, documents: Sequence[Document]) -> list[Layers]:
            if not mark.exists():
                mark.touch()
                os._exit(9)
            return super().predict(documents)

    return Pipeline([DyingOnce(), NerStage(WordList()), Sort()])
