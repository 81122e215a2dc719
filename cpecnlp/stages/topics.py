"""Topics of an article, by any backend that gives probabilities, and the sentences that speak for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from cpecnlp.backends.base import ProbabilityPredictor
from cpecnlp.document import Document, Span
from cpecnlp.errors import ModelError
from cpecnlp.models import ModelFolder, model_path, open_model
from cpecnlp.stage import Layers, Stage

THRESHOLD = 0.5
SENTENCE_WORDS = 5
# a sentence ends at a line break, or at . ! ? (and closing marks) before white space and what can
# open a sentence; initials and the commonest titles do not end one
_END = re.compile(r"\n|(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|Lt|Rs|No))(?<!\bMrs)(?<!\bGen)[.!?][\"'\u201d\u2019)]?(?=\s)")


@dataclass(frozen=True, slots=True)
class TopicRule:
    """Which topics are given, when every topic's probability is known.

    A topic is given when its probability reaches its own threshold. Of the topics that none
    reaches, the one nearest to its threshold is given, so that every article has one.

    Attributes:
        thresholds: topic → threshold; 0.5 for one that is not named.
        alone: topics that exclude all others (``none``): given when nearest of all, alone.
        exclusive: exactly one topic an article.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    alone: tuple[str, ...] = ()
    exclusive: bool = False

    def given(self, scores: Mapping[str, float]) -> dict[str, float]:
        """The topics given, in the order of ``scores``, with their probabilities."""
        if not scores:
            return {}
        reach = {topic: score / self.thresholds.get(topic, THRESHOLD) for topic, score in scores.items()}
        best = max(reach, key=lambda topic: reach[topic])
        if self.exclusive or best in self.alone:
            return {best: scores[best]}
        return {t: s for t, s in scores.items() if t == best or (reach[t] >= 1 and t not in self.alone)}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> TopicRule:
        """The rule in the ``settings`` of a ``model.json``."""
        thresholds = {str(topic): float(value) for topic, value in settings.get("thresholds", {}).items()}
        if any(not 0 < value <= 1 for value in thresholds.values()):
            raise ModelError("a topic's threshold must lie above 0 and at most at 1")
        return cls(thresholds, tuple(settings.get("alone", ())), bool(settings.get("exclusive", False)))

    def settings(self) -> dict[str, Any]:
        """What :meth:`from_settings` reads."""
        return {"thresholds": dict(self.thresholds), "alone": list(self.alone), "exclusive": self.exclusive}


def reading(document: Document) -> str:
    """What the model reads: the headline on a line of its own, where it is known, and the kept text."""
    title = (document.fields or {}).get("title", "").strip()
    body = document.clean_text.strip()
    return f"{title}\n{body}" if title and not body.startswith(title) else body


class TopicStage(Stage):
    """Asks a :class:`~cpecnlp.backends.base.ProbabilityPredictor` about the kept text, read whole.

    Args:
        predictor: the backend.
        rule: which topics are given; by default each that is likelier than not.
    """

    name: ClassVar[str] = "topics"
    requires: ClassVar[tuple[str, ...]] = ("removed",)
    assigns: ClassVar[tuple[str, ...]] = ("topics", "topic_scores")

    def __init__(self, predictor: ProbabilityPredictor, rule: TopicRule | None = None) -> None:
        self.predictor = predictor
        self.rule = rule or TopicRule()

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1, **options: Any) -> TopicStage:
        """The stage with the model in ``folder``, or with the shipped one.

        Args:
            folder: a model folder for topics.
            threads: accepted for all stages alike; this model uses one.
            options: ``thresholds`` replaces the model's own, topic by topic.
        """
        del threads
        model = open_model(folder if folder is not None else model_path("topics"), "topics")
        rule = TopicRule.from_settings(model.settings)
        if extra := options.pop("thresholds", None):
            rule = TopicRule({**rule.thresholds, **extra}, rule.alone, rule.exclusive)
        if options:
            raise TypeError(f"unknown options for the topic stage: {', '.join(sorted(options))}")
        return cls(_predictor(model), rule)

    @property
    def source(self) -> str:
        return self.predictor.source

    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        """Topics and scores of each document; one without a letter is of the topic that stands alone."""
        if not documents:
            return []
        texts = [reading(document) for document in documents]
        found: list[Layers] = []
        for text, row in zip(texts, self.predictor.predict_proba(texts), strict=True):
            scores = {label: float(score) for label, score in zip(self.predictor.labels, row, strict=True)}
            empty = not any(map(str.isalpha, text)) and any(topic in scores for topic in self.rule.alone)
            given = {t: scores[t] for t in self.rule.alone if t in scores} if empty else self.rule.given(scores)
            found.append({"topics": given, "topic_scores": scores})
        return found

    def explain(self, document: Document, k: int = 3) -> dict[str, list[Span]]:
        """The sentences that speak most for each topic that ``document`` was given.

        Each sentence is put to the model by itself; the ``k`` likeliest are returned in the
        order of the text. They carry no score: the model is calibrated for articles.

        Args:
            document: a document, annotated by this stage or not.
            k: most sentences a topic.

        Returns:
            Topic → spans over the raw text, labelled with the topic.
        """
        topics = document.topics
        if topics is None:
            topics = self.predict([document])[0]["topics"]
        spans = sentences(document)
        if not spans or not topics:
            return {topic: [] for topic in topics}
        table = self.predictor.predict_proba([document.text[start:end] for start, end in spans])
        columns = {label: number for number, label in enumerate(self.predictor.labels)}
        found: dict[str, list[Span]] = {}
        for topic in topics:
            scores = table[:, columns[topic]] if topic in columns else table[:, 0] * 0
            best = sorted(range(len(spans)), key=lambda number: (-scores[number], number))[: max(0, k)]
            found[topic] = [Span(*spans[number], topic, source=self.source) for number in sorted(best)]
        return found


def sentences(document: Document) -> list[tuple[int, int]]:
    """Raw ``(start, end)`` of the kept sentences, without white space at their ends.

    Sentences of fewer than five words are left out, unless there is no other.
    """
    found = []
    for start, end in document.slices():
        at = start
        for mark in _END.finditer(document.text, start, end):
            found.append((at, mark.end()))
            at = mark.end()
        found.append((at, end))
    trimmed = [span for span in (_trim(document.text, *piece) for piece in found) if span[0] < span[1]]
    long = [(start, end) for start, end in trimmed if len(document.text[start:end].split()) >= SENTENCE_WORDS]
    return long or trimmed


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _predictor(model: ModelFolder) -> ProbabilityPredictor:
    if model.backend == "multilabel":
        from cpecnlp.backends.multilabel import MultilabelPredictor

        return MultilabelPredictor.from_folder(model)
    if model.backend == "sklearn":
        from cpecnlp.backends.sklearn import SklearnPredictor

        return SklearnPredictor.from_folder(model)
    raise ModelError(f"{model.path}: no backend {model.backend!r} for topics; there are: multilabel, sklearn")
