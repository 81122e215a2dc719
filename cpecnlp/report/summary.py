"""Counts that add up while documents stream by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cpecnlp.document import Document

_COUNTERS = ("removed_characters", "removed_spans", "entities", "topics")


@dataclass(slots=True)
class Counts:
    """What a run has seen so far.

    Attributes:
        documents: articles processed.
        characters: of their raw texts.
        words: of their clean texts.
        removed_characters: by kind.
        removed_spans: by kind.
        entities: by label.
        topics: articles by topic given.
    """

    documents: int = 0
    characters: int = 0
    words: int = 0
    removed_characters: Counter[str] = field(default_factory=Counter)
    removed_spans: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)

    def add(self, document: Document) -> None:
        """Count one document."""
        self.documents += 1
        self.characters += len(document.text)
        self.words += len(document.clean_text.split())
        for span in document.removed or ():
            self.removed_characters[span.label] += len(span)
            self.removed_spans[span.label] += 1
        self.entities.update(span.label for span in document.entities or ())
        self.topics.update(list(document.topics or ()))  # a mapping would add up probabilities

    def merge(self, other: Counts) -> None:
        """Add what another stretch of the run has counted."""
        self.documents += other.documents
        self.characters += other.characters
        self.words += other.words
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Counts:
        """What :meth:`to_json` gave."""
        counters = (Counter[str](value[name]) for name in _COUNTERS)
        return cls(value["documents"], value["characters"], value["words"], *counters)

    def to_json(self) -> dict[str, Any]:
        """For ``run.json``: counters as objects, largest first."""
        return {
            "documents": self.documents,
            "characters": self.characters,
            "words": self.words,
            **{
                name: dict(sorted(getattr(self, name).items(), key=lambda item: (-item[1], item[0])))
                for name in _COUNTERS
            },
        }
