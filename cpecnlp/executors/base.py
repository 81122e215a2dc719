"""Where a pipeline runs. An executor knows nothing of language."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Protocol

from cpecnlp.executors.part import Part
from cpecnlp.executors.shards import Shard
from cpecnlp.pipeline import Pipeline

MakePipeline = Callable[[], Pipeline]
Results = Generator[tuple[Shard, Part], None, None]


class Executor(Protocol):
    """Runs a pipeline over a stream of shards."""

    def map(self, make: MakePipeline, shards: Iterable[Shard]) -> Results:
        """Each shard with what it gave, in the order in which they are finished.

        A shard whose worker dies is done again; when it dies again, its documents are done one
        by one, and the one at fault is a failure.

        Args:
            make: builds the pipeline; called once a worker. Must be picklable.
            shards: may be any number: only a few are held at a time.

        Raises:
            ExecutorError: no worker can be started.
        """
        ...
