"""A Ray cluster: the same shards, done by Ray Data on a pool of actors."""

from __future__ import annotations

import io
import logging
import os
import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from cpecnlp.document import Document
from cpecnlp.errors import ExecutorError, MissingExtraError
from cpecnlp.executors.base import MakePipeline, Results
from cpecnlp.executors.board import TRIES, Board, Task
from cpecnlp.executors.part import Part, process
from cpecnlp.executors.shards import Shard

if TYPE_CHECKING:
    import pyarrow as pa

# tasks of a round, a worker: some minutes of work, beside which the start of the actors is little
ROUND = 256
_MOST_FALSE_STARTS = 3
_STARTS = 3


@dataclass(frozen=True, slots=True)
class RayExecutor:
    """Does shards by Ray Data on a pool of actors, each of which loads the pipeline once a round.

    The stream of shards is cut into rounds, each a Ray Data pipeline over blocks of one shard: Arrow
    tables in the object store, of which only references travel. What an actor was doing when it died
    Ray Data gives to another; what has ended two actors is taken apart in the next round. The cluster
    is the one that Ray is connected to, else that of the environment variable ``RAY_ADDRESS``, else
    one that is started on this machine and ended with the run.

    Args:
        workers: actors; each takes one processor.
        patience: see :class:`cpecnlp.executors.local.LocalExecutor`; an actor that is over its time
            is ended by its own clock.
        seconds_per_character: likewise.
        round_size: tasks of a round, a worker.
    """

    workers: int = 2
    patience: float = 120.0
    seconds_per_character: float = 0.01
    round_size: int = ROUND

    def map(self, make: MakePipeline, shards: Iterable[Shard]) -> Results:
        """See :class:`cpecnlp.executors.base.Executor`."""
        board = Board(shards, self.patience, self.seconds_per_character)
        number = 0
        with _connected(self.workers) as ray:
            tally = ray.remote(num_cpus=0)(_Tally).remote(_MOST_FALSE_STARTS * self.workers)
            # asked anew each time: what a round has lost stands on the board again
            while tasks := list(islice(iter(board.take, None), self.workers * self.round_size)):
                round_ = dict(enumerate(tasks, number))
                number += len(tasks)
                for place, part in self._round(ray.data, make, tally, board, round_):
                    if finished := _settle(board, round_[place], part):
                        yield finished

    def _round(
        self, data: Any, make: MakePipeline, tally: Any, board: Board, tasks: Mapping[int, Task]
    ) -> Iterator[tuple[int, Part | None]]:
        """Number and part of each task, as they are finished; no part where every actor has died over it."""
        done = data.from_arrow([_block(number, task, board) for number, task in tasks.items()]).map_batches(
            _Actor,
            fn_constructor_args=(make, tally),
            batch_size=None,
            batch_format="pyarrow",
            # one at a time: what waits behind a task that kills the actor has no part in it
            compute=data.ActorPoolStrategy(size=min(self.workers, len(tasks)), max_tasks_in_flight_per_actor=1),
            num_cpus=1,
        )
        try:
            for block in done.iter_batches(batch_size=None, batch_format="pyarrow"):
                for row in block.to_pylist():
                    yield row["number"], row["part"] and Part.read(io.BytesIO(row["part"]))
        except Exception as error:  # no actor can load the pipeline, or the cluster is gone
            said = (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()[:200]
            raise ExecutorError(f"the cluster gave up ({said}); is cpecnlp installed on every node?") from None


def _block(number: int, task: Task, board: Board) -> pa.Table:
    import pyarrow as pa

    lines = "\n".join(document.to_json() for document in task.documents)
    return pa.table({"number": [number], "seconds": [board.seconds(task)], "documents": [lines]})


def _settle(board: Board, task: Task, part: Part | None) -> tuple[Shard, Part] | None:
    if part:
        return board.done(task, part)
    why = f"the worker process ended, or took longer than {board.seconds(task):.0f} s"
    return board.lost(replace(task, tries=TRIES - 1), why)


class _Tally:
    """Counts what was begun: Ray Data would try for ever what ends every actor."""

    def __init__(self, most_starts: int) -> None:
        self._most_starts = most_starts
        self._starts = 0
        self._begun = Counter[int]()

    def start(self) -> bool:
        """Whether one more actor may try to load the pipeline."""
        self._starts += 1
        return self._starts <= self._most_starts

    def started(self) -> None:
        """An actor has loaded it."""
        self._starts = 0

    def begin(self, number: int) -> int:
        """How often the task was begun before."""
        self._begun[number] += 1
        return self._begun[number] - 1


class _Actor:
    """What runs on the cluster: the pipeline, loaded once."""

    def __init__(self, make: MakePipeline, tally: Any) -> None:
        import ray

        if not ray.get(tally.start.remote()):
            raise ExecutorError("every worker process ended before it could begin")
        self._pipeline = make()
        self._tally = tally
        ray.get(tally.started.remote())

    def __call__(self, block: pa.Table) -> pa.Table:
        """The parts of some tasks, as bytes; null for one that has ended too many actors."""
        import pyarrow as pa
        import ray

        parts = []
        for row in block.to_pylist():
            begun = ray.get(self._tally.begin.remote(row["number"]))
            parts.append(None if begun >= TRIES else self._part(row["documents"], row["seconds"]))
        return pa.table({"number": block["number"], "part": pa.array(parts, pa.binary())})

    def _part(self, lines: str, seconds: float) -> bytes:
        documents = [Document.from_json(line) for line in lines.split("\n")]
        packed = io.BytesIO()
        with _clock(seconds):
            process(self._pipeline, documents).write(packed)
        return packed.getvalue()


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    """End this process when the block takes longer: a signal does, whatever the code is stuck in."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _connected(workers: int) -> Iterator[Any]:
    # nothing is reported to anyone: a run makes no call outside the cluster
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ImportError:
        raise MissingExtraError("ray", "ray") from None
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    if ray.is_initialized():
        yield ray
        return
    _join(ray, workers)
    try:
        yield ray
    finally:
        ray.shutdown()


def _join(ray: Any, workers: int) -> None:
    options: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
    tries = 1
    if not os.environ.get("RAY_ADDRESS"):
        # Ray gives a part of its own 15 s to start, which on a busy machine may not do at first
        tries = _STARTS
        options |= {"num_cpus": workers, "include_dashboard": False}
    for left in reversed(range(tries)):
        try:
            with _hushed():
                ray.init(**options)
            return
        except Exception as error:  # Ray raises bare Exceptions too when a node does not come up
            ray.shutdown()
            if not left:
                raise ExecutorError(f"no Ray cluster: {' '.join(str(error).split())[:200]}") from None


@contextmanager
def _hushed() -> Iterator[None]:
    """Ray's core writes a line about its log level straight to the descriptor; what goes wrong it raises."""
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
