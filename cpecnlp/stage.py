"""What a stage is, and which ones there are.

A stage reads documents and annotates them: ``predict`` changes nothing, ``annotate``
returns new documents with the stage's layers filled.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, TypedDict

from cpecnlp.document import Document, Span
from cpecnlp.errors import PipelineError

# name → "module:class"; imported when used, so that listing stages loads no model library
STAGES: dict[str, str] = {
    "strip": "cpecnlp.stages.strip:StripStage",
    "ner": "cpecnlp.stages.ner:NerStage",
    "link": "cpecnlp.stages.link:LinkStage",
    "topics": "cpecnlp.stages.topics:TopicStage",
}


class Layers(TypedDict, total=False):
    """What a stage found in one document: only the keys that it assigns or refines."""

    fields: Mapping[str, str]
    removed: tuple[Span, ...]
    entities: tuple[Span, ...]
    topics: Mapping[str, float]
    topic_scores: Mapping[str, float]


class Stage(ABC):
    """One step of a pipeline.

    Class attributes:
        name: its name in the registry and on the command line.
        requires: layers that must be there before it runs.
        assigns: layers that it fills.
        refines: layers that another stage has filled and that it says more about: the spans stay
            the same in number, place, label and score.
    """

    name: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()
    assigns: ClassVar[tuple[str, ...]]
    refines: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def load(cls, folder: Path | None = None, **options: Any) -> Stage:
        """The stage with the model in ``folder``, or with the shipped one."""

    @property
    @abstractmethod
    def source(self) -> str:
        """Name and version of the model or the rules, for ``run.json``."""

    @abstractmethod
    def predict(self, documents: Sequence[Document]) -> list[Layers]:
        """What the stage finds in each document, in order. Changes nothing."""

    def annotate(self, documents: Sequence[Document]) -> list[Document]:
        """New documents with this stage's layers, same order and ids."""
        for document in documents:
            for layer in (*self.requires, *self.refines):
                if getattr(document, layer) is None:
                    raise PipelineError(
                        f"stage {self.name!r} needs the layer {layer!r}, which document {document.id!r} lacks"
                    )
        found = self.predict(documents)
        return [replace(doc, **layers) for doc, layers in zip(documents, found, strict=True)]


def stage_class(name: str) -> type[Stage]:
    """The class registered under ``name``.

    Raises:
        PipelineError: there is no such stage.
    """
    try:
        module, _, attribute = STAGES[name].partition(":")
    except KeyError:
        raise PipelineError(f"unknown stage {name!r}; there are: {', '.join(STAGES)}") from None
    found: type[Stage] = getattr(importlib.import_module(module), attribute)
    return found
