"""A Ray cluster: the same shards, done by actors on whatever machines there are."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cpecnlp.document import Document
from cpecnlp.errors import ExecutorError, MissingExtraError
from cpecnlp.executors.base import MakePipeline, Results
from cpecnlp.executors.board import Board, Task
from cpecnlp.executors.part import Part, process
from cpecnlp.executors.shards import Shard

_MOST_FALSE_STARTS = 3


@dataclass(frozen=True, slots=True)
class RayExecutor:
    """Does shards on a pool of Ray actors, one pipeline each.

    A shard travels once into the object store, and from there to the actor by reference, also when
    it is done again. The cluster is the one that Ray is connected to, else that of the environment
    variable ``RAY_ADDRESS``, else one that is started on this machine and ended with the run.

    Args:
        workers: actors; each takes one processor.
        patience: see :class:`cpecnlp.executors.local.LocalExecutor`; an actor that waits for a
            place on the cluster is not counted as late.
        seconds_per_character: likewise.
    """

    workers: int = 2
    patience: float = 120.0
    seconds_per_character: float = 0.01

    def map(self, make: MakePipeline, shards: Iterable[Shard]) -> Results:
        """See :class:`cpecnlp.executors.base.Executor`."""
        board = Board(shards, self.patience, self.seconds_per_character)
        with _connected(self.workers) as ray:
            yield from _Pool(ray, make, board, self.workers).work()


@dataclass(slots=True)
class _Held:
    """What an actor is doing."""

    actor: Any
    task: Task
    documents: Any
    answer: Any
    started: bool
    deadline: float


class _Pool:
    def __init__(self, ray: Any, make: MakePipeline, board: Board, count: int) -> None:
        self._ray, self._board, self._count = ray, board, count
        self._actor = ray.remote(num_cpus=1, max_restarts=0)(_Actor)
        self._make = ray.put(make)
        self._free: list[Any] = []
        self._held: list[_Held] = []
        self._false_starts = 0

    def work(self) -> Results:
        try:
            while self._hire():
                for held in self._ready():
                    if finished := self._settle(held):
                        yield finished
        finally:
            for actor in (*self._free, *(held.actor for held in self._held)):
                self._ray.kill(actor)

    def _hire(self) -> bool:
        while len(self._held) < self._count and (task := self._board.take()):
            documents = self._ray.put(task.documents)
            if self._free:
                self._held.append(self._give(self._free.pop(), task, documents))
            else:
                self._start(task, documents)
        return bool(self._held)

    def _start(self, task: Task, documents: Any) -> None:
        actor = self._actor.remote(self._make)
        self._held.append(_Held(actor, task, documents, actor.ready.remote(), False, float("inf")))

    def _give(self, actor: Any, task: Task, documents: Any) -> _Held:
        deadline = time.monotonic() + self._board.seconds(task)
        return _Held(actor, task, documents, actor.process.remote(documents), True, deadline)

    def _ready(self) -> list[_Held]:
        late = min(held.deadline for held in self._held) - time.monotonic()
        answers = [held.answer for held in self._held]
        heard, _ = self._ray.wait(answers, timeout=max(0.0, min(late, 3600.0)))
        now = time.monotonic()
        return [held for held in self._held if held.answer in heard or held.deadline <= now]

    def _settle(self, held: _Held) -> tuple[Shard, Part] | None:
        self._held.remove(held)
        try:
            part = self._ray.get(held.answer, timeout=0)
        except self._ray.exceptions.GetTimeoutError:
            return self._lost(held, f"took longer than {self._board.seconds(held.task):.0f} s")
        except self._ray.exceptions.RayError as error:
            return self._lost(held, f"the worker process ended ({type(error).__name__})")
        if not held.started:
            self._held.append(self._give(held.actor, held.task, held.documents))
            return None
        self._free.append(held.actor)
        self._false_starts = 0
        return self._board.done(held.task, part)

    def _lost(self, held: _Held, why: str) -> tuple[Shard, Part] | None:
        self._ray.kill(held.actor)
        if held.started:
            return self._board.lost(held.task, why)
        self._false_starts += 1
        if self._false_starts >= _MOST_FALSE_STARTS:
            raise ExecutorError(f"{why} before it could begin; is cpecnlp installed on every node?")
        self._start(held.task, held.documents)
        return None


class _Actor:
    """What runs on the cluster: the pipeline, loaded once."""

    def __init__(self, make: MakePipeline) -> None:
        self._pipeline = make()

    def ready(self) -> None:
        """Answers when the pipeline is loaded."""

    def process(self, documents: tuple[Document, ...]) -> Part:
        """The part of some documents."""
        return process(self._pipeline, documents)


@contextmanager
def _connected(workers: int) -> Iterator[Any]:
    # nothing is reported to anyone: a run makes no call outside the cluster
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise MissingExtraError("ray", "ray") from None
    if ray.is_initialized():
        yield ray
        return
    options: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
    if not os.environ.get("RAY_ADDRESS"):
        options |= {"num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(**options)
    except Exception as error:  # Ray raises bare Exceptions too when a node does not come up
        raise ExecutorError(f"no Ray cluster: {' '.join(str(error).split())[:200]}") from None
    try:
        yield ray
    finally:
        ray.shutdown()
