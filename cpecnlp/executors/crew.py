"""Worker processes, each with a pipe of its own, so that it is known which task a dead one held."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection, wait

from cpecnlp.errors import ExecutorError
from cpecnlp.executors.base import MakePipeline, Results
from cpecnlp.executors.board import Board, Task
from cpecnlp.executors.part import Part, process
from cpecnlp.executors.shards import Shard

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_MOST_FALSE_STARTS = 3
# until the pipeline is loaded: no document is to blame, so this does not go by their length
_START_SECONDS = 300.0


class Crew:
    """Up to ``count`` worker processes that do what stands on a board.

    Args:
        make: builds the pipeline in each worker.
        board: the tasks.
        count: most workers; no more are started than there are tasks.
    """

    def __init__(self, make: MakePipeline, board: Board, count: int) -> None:
        self._make, self._board, self._count = make, board, count
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def work(self) -> Results:
        """Each shard with its part, as they are finished.

        Raises:
            ExecutorError: no worker can be started.
        """
        try:
            while self._hire():
                for worker in self._ready():
                    if finished := self._hear(worker):
                        yield finished
        finally:
            for worker in self._workers:
                worker.stop()

    def _hire(self) -> bool:
        """Give every free worker a task, and start workers while some are missing."""
        for worker in self._workers:
            if worker.task is None and (task := self._board.take()):
                self._give(worker, task)
        while len(self._workers) < self._count and (task := self._board.take()):
            self._start(task)
        return any(worker.task for worker in self._workers)

    def _start(self, task: Task) -> None:
        self._workers.append(_Worker(self._make, task))

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task = task
        worker.deadline = time.monotonic() + self._board.seconds(task)
        # a worker that has died meanwhile is found out when it is listened to
        with contextlib.suppress(OSError):
            worker.outbox.send(task.documents)

    def _ready(self) -> list[_Worker]:
        """Workers that have something to say, have died or are late."""
        busy = [worker for worker in self._workers if worker.task]
        late = min(worker.deadline for worker in busy) - time.monotonic()
        heard = wait([worker.inbox for worker in busy], timeout=max(0.0, late))
        now = time.monotonic()
        return [worker for worker in busy if worker.inbox in heard or worker.deadline <= now]

    def _hear(self, worker: _Worker) -> tuple[Shard, Part] | None:
        task = worker.task
        assert task is not None
        try:
            if not worker.inbox.poll():
                seconds = self._board.seconds(task) if worker.started else _START_SECONDS
                return self._bury(worker, task, f"took longer than {seconds:.0f} s")
            message = worker.inbox.recv()
        except (EOFError, OSError):
            return self._bury(worker, task, "")
        if message is None:
            worker.started = True
            self._give(worker, task)
            return None
        worker.task = None
        return self._board.done(task, message)

    def _bury(self, worker: _Worker, task: Task, why: str) -> tuple[Shard, Part] | None:
        self._workers.remove(worker)
        why = why or f"the worker process ended ({worker.cause()})"
        worker.stop()
        if worker.started:
            self._false_starts = 0
            return self._board.lost(task, why)
        self._false_starts += 1
        if self._false_starts >= _MOST_FALSE_STARTS:
            raise ExecutorError(
                f"{why} before it could begin; a script that runs several workers must do so"
                ' under  if __name__ == "__main__":'
            )
        self._start(task)
        return None


class _Worker:
    """A process with a pipe to it and one from it."""

    def __init__(self, make: MakePipeline, task: Task) -> None:
        # spawned, not forked: a fork would inherit the threads' locks of the libraries in use
        context = multiprocessing.get_context("spawn")
        theirs, self.outbox = context.Pipe(duplex=False)
        self.inbox, answers = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(make, theirs, answers), daemon=True)
        self._process.start()
        # what the worker holds must be open there alone, or its death would not be seen here
        theirs.close()
        answers.close()
        self.task: Task | None = task
        self.deadline = time.monotonic() + _START_SECONDS
        self.started = False

    def cause(self) -> str:
        """How the process ended."""
        self._process.join(5)
        code = self._process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.inbox.close()
        self.outbox.close()


def _serve(make: MakePipeline, inbox: Connection, outbox: Connection) -> None:
    """What a worker process does: say that it is ready, then answer one task after the other."""
    # Ctrl-C goes to the whole group; the parent decides what is to end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
    pipeline = make()
    outbox.send(None)
    # when the parent is gone, so is what there was to do
    with contextlib.suppress(EOFError, OSError):
        while True:
            outbox.send(process(pipeline, inbox.recv()))
