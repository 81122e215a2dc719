"""Named entities over the kept text, by any backend that predicts spans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from cpecnlp.backends.base import SpanPredictor
from cpecnlp.document import Document, Span
from cpecnlp.models import model_path
from cpecnlp.stage import Layers, Stage


class NerStage(Stage):
    """Asks a :class:`~cpecnlp.backends.base.SpanPredictor` about every slice that was kept.

    Args:
        predictor: the backend.
        threshold: drop entities whose score is lower; 0 keeps all. Entities without a
            score are always kept.
    """

    name: ClassVar[str] = "ner"
    requires: ClassVar[tuple[str, ...]] = ("removed",)
    assigns: ClassVar[tuple[str, ...]] = ("entities",)

    def __init__(self, predictor: SpanPredictor, threshold: float = 0.0) -> None:
        self.predictor = predictor
        self.threshold = threshold

    @classmethod
    def load(cls, folder: Path | None = None, *, threshold: float = 0.0, threads: int = 1, **options: Any) -> NerStage:
        """The stage with the ONNX model in ``folder``, or with the shipped one."""
        from cpecnlp.backends.onnx import OnnxSpanPredictor

        path = folder if folder is not None else model_path("ner")
        return cls(OnnxSpanPredictor.from_folder(path, threads=threads, **options), threshold)

    @property
    def source(self) -> str:
        return self.predictor.source

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        """Entities of each document, as spans of its raw text."""
        slices = [
            (number, start, doc.text[start:end]) for number, doc in enumerate(documents) for start, end in doc.slices()
        ]
        slices = [piece for piece in slices if piece[2].strip()]
        # each text once, in whatever copies it stands; texts of a length together, which saves padding
        texts = sorted({text for _, _, text in slices}, key=lambda text: (len(text), text))
        found = dict(zip(texts, self.predictor.predict_spans(texts), strict=True))
        entities: list[list[Span]] = [[] for _ in documents]
        for number, start, text in slices:
            kept = (s for s in found[text] if s.score is None or s.score >= self.threshold)
            entities[number] += [span.shift(start) for span in kept]
        return [{"entities": tuple(spans)} for spans in entities]
