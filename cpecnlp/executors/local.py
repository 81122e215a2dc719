"""This machine: in the process itself, or over several of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cpecnlp.executors.base import MakePipeline, Results
from cpecnlp.executors.board import Board
from cpecnlp.executors.crew import Crew
from cpecnlp.executors.part import process
from cpecnlp.executors.shards import Shard


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Does shards in this process or in ``workers`` others.

    One worker runs in this process, and takes it along when it dies; several are processes of
    their own, each replaced when it dies or exceeds its time.

    Args:
        workers: processes; 1 runs in this one.
        patience: seconds that a worker has for a task of no length at all.
        seconds_per_character: further seconds by the length of the texts. The bound is far above
            what a model needs: it ends what hangs, not what is slow.
    """

    workers: int = 1
    patience: float = 120.0
    seconds_per_character: float = 0.01

    def map(self, make: MakePipeline, shards: Iterable[Shard]) -> Results:
        """See :class:`cpecnlp.executors.base.Executor`."""
        if self.workers <= 1:
            pipeline = make()
            for shard in shards:
                yield shard, process(pipeline, shard.documents)
        else:
            crew = Crew(make, Board(shards, self.patience, self.seconds_per_character), self.workers)
            yield from crew.work()
