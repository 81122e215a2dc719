"""Where a pipeline runs. An executor knows nothing of language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from cpecnlp.document import Document
from cpecnlp.pipeline import Pipeline

MakePipeline = Callable[[], Pipeline]


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that a stage could not process, and why."""

    id: str
    message: str


Result = Document | Failure


class Executor(Protocol):
    """Runs a pipeline over a stream of documents."""

    def map(self, make: MakePipeline, documents: Iterable[Document]) -> Iterator[Result]:
        """One result a document, in the order of ``documents``.

        Args:
            make: builds the pipeline; called once a worker. Must be picklable.
            documents: may be any length: only a few batches are held at a time.
        """
        ...


def annotate_batch(pipeline: Pipeline, batch: Sequence[Document]) -> list[Result]:
    """Annotate a batch; when it fails, find the documents at fault and save the others."""
    try:
        return list(pipeline.annotate(batch))
    except Exception as error:
        if len(batch) == 1:
            return [Failure(batch[0].id, f"{type(error).__name__}: {error}")]
    return [result for document in batch for result in annotate_batch(pipeline, [document])]
