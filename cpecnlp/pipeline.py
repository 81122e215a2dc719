"""A pipeline: stages in an order that works, from texts to annotated documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from cpecnlp.document import Document
from cpecnlp.errors import PipelineError
from cpecnlp.models import TASKS, model_path
from cpecnlp.stage import Stage, stage_class

DEFAULT_STAGES = ("strip", "ner", "link", "topics")
BATCH_SIZE = 32


class Pipeline:
    """Runs stages in order. Knows nothing of files, processes or machines.

    Args:
        stages: in the order in which they run.

    Raises:
        PipelineError: a stage needs or refines a layer that none before it assigns, or two
            stages assign the same one.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        check_order(stages)
        self.stages = tuple(stages)

    def __call__(self, text: str | Document) -> Document:
        """One annotated document."""
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str | Document], batch_size: int = BATCH_SIZE) -> Iterator[Document]:
        """Annotate a stream, in order, ``batch_size`` documents at a time."""
        stream = (self._document(text, number) for number, text in enumerate(texts))
        while batch := list(islice(stream, batch_size)):
            yield from self.annotate(batch)

    def annotate(self, documents: Sequence[Document]) -> list[Document]:
        """Run every stage on the bare documents; layers that they carried are computed anew."""
        batch = [document.bare() for document in documents]
        for stage in self.stages:
            batch = stage.annotate(batch)
        return batch

    def __getitem__(self, name: str) -> Stage:
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise PipelineError(f"this pipeline has no stage {name!r}; it has: {', '.join(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the stages, in order."""
        return tuple(stage.name for stage in self.stages)

    @property
    def sources(self) -> dict[str, str]:
        """What each stage runs: name and version of its model or rules."""
        return {stage.name: stage.source for stage in self.stages}

    @staticmethod
    def _document(text: str | Document, number: int) -> Document:
        return text if isinstance(text, Document) else Document(f"text-{number}", text)


def check_order(stages: Sequence[Stage | type[Stage]]) -> None:
    """See :class:`Pipeline`: each layer that is needed or refined is assigned before, and only once."""
    assigned: set[str] = set()
    for stage in stages:
        if missing := {*stage.requires, *stage.refines} - assigned:
            names = ", ".join(sorted(missing))
            raise PipelineError(f"stage {stage.name!r} needs {names}, which no stage before it assigns")
        if twice := assigned & set(stage.assigns):
            raise PipelineError(f"stage {stage.name!r} assigns {', '.join(sorted(twice))} a second time")
        assigned |= set(stage.assigns)


def load(
    models: Path | str | None = None,
    stages: Sequence[str] = DEFAULT_STAGES,
    *,
    threads: int = 1,
    ner: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> Pipeline:
    """A pipeline with the shipped models, or with your own.

    Args:
        models: a model folder, or a folder with one a task (``models/strip``, ``models/ner``,
            ``models/topics``); what it lacks is taken from the shipped models.
        stages: names of the stages, in order.
        threads: threads that a backend may use.
        ner: another entity backend: ``"transformers:PATH_OR_HUB_ID"`` or ``"spacy:NAME_OR_PATH"``.
        options: more keyword arguments for a stage's ``load``, by stage name, e.g.
            ``{"ner": {"threshold": 0.8}}``.

    Raises:
        PipelineError: unknown stage or an order that cannot work.
        ModelError: a model is missing or does not match its hashes.
    """
    options = options or {}
    if unknown := set(options) - set(stages):
        raise PipelineError(f"options for a stage that is not in the pipeline: {', '.join(sorted(unknown))}")
    classes = [stage_class(name) for name in stages]
    check_order(classes)
    built: list[Stage] = []
    for cls in classes:
        extra = dict(options.get(cls.name, {}))
        if cls.name == "ner" and ner:
            built.append(_foreign_ner(ner, threads=threads, **extra))
        else:
            folder = model_path(cls.name, models) if cls.name in TASKS else None
            built.append(cls.load(folder, threads=threads, **extra))
    return Pipeline(built)


def _foreign_ner(spec: str, *, threads: int, threshold: float = 0.0, **extra: Any) -> Stage:
    from cpecnlp.backends.base import SpanPredictor
    from cpecnlp.stages.ner import NerStage

    kind, _, where = spec.partition(":")
    predictor: SpanPredictor
    if kind == "transformers" and where:
        from cpecnlp.backends.transformers import TransformersSpanPredictor

        predictor = TransformersSpanPredictor.load(where, threads=threads, **extra)
    elif kind == "spacy" and where:
        from cpecnlp.backends.spacy import SpacySpanPredictor

        predictor = SpacySpanPredictor.load(where, **extra)
    else:
        raise PipelineError(f"unknown entity backend {spec!r}: say transformers:PATH or spacy:NAME")
    return NerStage(predictor, threshold)
