"""The gate that a retrained entity model must pass before it takes the place of the present one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.document import Document
from cpecnlp.models import ModelFolder
from cpecnlp.training.ner.data import gold_texts
from cpecnlp.training.ner.score import SpanScore

RESAMPLES = 2000
ALL = "all"
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Strict F1 of one label (or of all) under both models, and the 95 % interval of the change.

    Attributes:
        label: The label, or ``all``.
        gold: Entities of the compared articles that have it.
        before: F1 of the present model.
        after: F1 of the new one.
        low: Lower end of the change.
        high: Upper end of the change.
    """

    label: str
    gold: int
    before: float
    after: float
    low: float
    high: float

    @property
    def fell(self) -> bool:
        """Whether the whole interval of the change lies below 0."""
        return self.high < 0


@dataclass(frozen=True, slots=True)
class Gate:
    """The comparison of a new model with the present one.

    Attributes:
        articles: How many were compared.
        seen: Articles left out because the new model has learned from them.
        changes: A row a label of the present model, ``all`` last.
        dropped: Labels that only the present model knows.
        unmeasured: Labels of which no compared article has an entity.
    """

    articles: int
    seen: int
    changes: tuple[LabelChange, ...]
    dropped: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()

    @property
    def fell(self) -> tuple[LabelChange, ...]:
        """What fell."""
        return tuple(change for change in self.changes if change.fell)

    @property
    def passed(self) -> bool:
        """Nothing fell, nothing was dropped, and at least one label was measured."""
        return not self.fell and not self.dropped and bool(self.changes)

    @property
    def reason(self) -> str:
        """Why it was not passed, in one sentence; empty where it was."""
        if self.dropped:
            return f"the new model does not know {', '.join(self.dropped)}"
        if not self.changes:
            return "there is no article to compare on"
        each = (f"{change.label} from {change.before:.3f} to {change.after:.3f}" for change in self.fell)
        return f"F1 fell: {', '.join(each)}" if self.fell else ""


def compare_models(
    new: ModelFolder,
    present: ModelFolder,
    documents: Sequence[Document],
    *,
    trained_on: Sequence[Document] = (),
    seed: int = 0,
) -> Gate:
    """Run both models over gold articles and compare label by label, paired.

    Args:
        new: The retrained model.
        present: The model that it would replace.
        documents: Gold articles with ``removed`` and ``entities``.
        trained_on: Articles that ``new`` has learned from; those are left out.
        seed: Of the bootstrap over articles.
    """
    known = {document.text for document in trained_on}
    kept = [document for document in documents if document.text not in known]
    labels = present.labels
    dropped = tuple(label for label in labels if label not in new.labels)
    seen = len(documents) - len(kept)
    if not kept:
        return Gate(0, seen, (), dropped, labels)
    before, after = (_counts(model, kept, labels) for model in (present, new))
    gold = before[:, :, 2].sum(axis=0)
    changes = _changes(before, after, (*labels, ALL), seed)
    unmeasured = tuple(label for label, count in zip(labels, gold, strict=False) if not count)
    measured = tuple(change for change in changes if change.gold)
    return Gate(len(kept), seen, measured, dropped, unmeasured)


def _counts(model: ModelFolder, documents: Sequence[Document], labels: Sequence[str]) -> Counts:
    """Return hits, predicted and gold of each article and label, the last label being all."""
    predictor = OnnxSpanPredictor.from_folder(model)
    rows = np.zeros((len(documents), len(labels) + 1, 3), dtype=np.int64)
    for row, document in zip(rows, documents, strict=True):
        texts = gold_texts([document])
        score = SpanScore()
        for text, spans in zip(texts, predictor.predict_spans([text.text for text in texts]), strict=True):
            truth = [span for span in text.spans if span[2] in labels]
            score.add([span.key for span in spans if span.label in labels], truth)
        for place, label in enumerate(labels):
            row[place] = score.hits[label], score.predicted[label], score.gold[label]
        row[-1] = row[:-1].sum(axis=0)
    return rows


def _changes(before: Counts, after: Counts, names: Sequence[str], seed: int) -> tuple[LabelChange, ...]:
    size = len(before)
    draws = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), size=RESAMPLES)
    whole = [_f1(counts.sum(axis=0)) for counts in (before, after)]
    drawn = [_f1(np.einsum("ra,alc->rlc", draws, counts)) for counts in (before, after)]
    low, high = np.quantile(drawn[1] - drawn[0], (0.025, 0.975), axis=0)
    gold = before[:, :, 2].sum(axis=0)
    return tuple(
        LabelChange(name, int(gold[n]), float(whole[0][n]), float(whole[1][n]), float(low[n]), float(high[n]))
        for n, name in enumerate(names)
    )


def _f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    hits, predicted, gold = (counts[..., part].astype(np.float64) for part in range(3))
    total = predicted + gold
    return np.divide(2 * hits, total, out=np.zeros_like(total), where=total > 0)
