"""This machine: in the process itself, or over several of them."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

from cpecnlp.document import Document
from cpecnlp.executors.base import Failure, MakePipeline, Result, annotate_batch
from cpecnlp.pipeline import Pipeline

BATCH_SIZE = 32
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Annotates batches in order, in this process or in ``workers`` others.

    Args:
        workers: processes; 1 runs in this one.
        batch_size: documents a batch.
    """

    workers: int = 1
    batch_size: int = BATCH_SIZE

    def map(self, make: MakePipeline, documents: Iterable[Document]) -> Iterator[Result]:
        """See :class:`cpecnlp.executors.base.Executor`."""
        stream = iter(documents)
        if self.workers <= 1:
            pipeline = make()
            while batch := list(islice(stream, self.batch_size)):
                yield from annotate_batch(pipeline, batch)
            return
        yield from self._spread(make, stream)

    def _spread(self, make: MakePipeline, stream: Iterator[Document]) -> Iterator[Result]:
        context = multiprocessing.get_context("spawn")
        waiting: deque[tuple[list[Document], Future[list[Result]]]] = deque()
        with ProcessPoolExecutor(self.workers, context, _start_worker, (make,)) as pool:
            while True:
                while len(waiting) < 2 * self.workers and (batch := list(islice(stream, self.batch_size))):
                    waiting.append((batch, pool.submit(_work, batch)))
                if not waiting:
                    return
                batch, future = waiting.popleft()
                yield from _outcome(batch, future)


def _outcome(batch: list[Document], future: Future[list[Result]]) -> list[Result]:
    try:
        return future.result()
    except Exception as error:  # the worker died: say so for each of its documents
        return [Failure(doc.id, f"the worker process ended ({type(error).__name__})") for doc in batch]


_pipeline: Pipeline | None = None


def _start_worker(make: MakePipeline) -> None:
    for name in _THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
    global _pipeline
    _pipeline = make()


def _work(batch: list[Document]) -> list[Result]:
    assert _pipeline is not None
    return annotate_batch(_pipeline, batch)
