"""Which shards are to be done, and what happens to one whose worker died."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cpecnlp.document import Document
from cpecnlp.errors import ExecutorError
from cpecnlp.executors.part import Part, failed, merge
from cpecnlp.executors.shards import Shard

TRIES = 2
# deaths of workers without a single result in between, after which it is not the documents' fault
MOST_DEATHS = 2 * TRIES * 64


@dataclass(frozen=True, slots=True)
class Task:
    """A shard, or one document of a shard whose worker died every time.

    Attributes:
        shard: whose part is wanted.
        documents: those to be done now.
        place: index of the document within the shard when it is done alone.
        tries: how often a worker has died over it.
    """

    shard: Shard
    documents: tuple[Document, ...]
    place: int | None = None
    tries: int = 0


class Board:
    """Hands out tasks and takes back what became of them.

    Args:
        shards: a stream; read when a worker is free and not before.
        patience: seconds that a worker has for a task of no length at all.
        seconds_per_character: further seconds by the length of the texts.
    """

    def __init__(self, shards: Iterable[Shard], patience: float, seconds_per_character: float) -> None:
        self._shards = iter(shards)
        self._patience, self._seconds_per_character = patience, seconds_per_character
        self._again: deque[Task] = deque()
        self._apart: dict[str, list[Part | None]] = {}
        self._deaths = 0

    def seconds(self, task: Task) -> float:
        """How long a worker may take over a task."""
        return self._patience + self._seconds_per_character * sum(len(doc.text) for doc in task.documents)

    def take(self) -> Task | None:
        """The next task; ``None`` when nothing waits."""
        if self._again:
            return self._again.popleft()
        shard = next(self._shards, None)
        return None if shard is None else Task(shard, shard.documents)

    def done(self, task: Task, part: Part) -> tuple[Shard, Part] | None:
        """Take the result of a task.

        Returns:
            The shard and its part when it is complete.
        """
        self._deaths = 0
        return self._settle(task, part)

    def lost(self, task: Task, why: str) -> tuple[Shard, Part] | None:
        """A worker died over a task, or took too long.

        Returns:
            As :meth:`done`: the last document of a shard may be the one that failed.

        Raises:
            ExecutorError: workers die whatever they are given.
        """
        self._deaths += 1
        if self._deaths > MOST_DEATHS:
            raise ExecutorError(f"the workers end whatever they are given ({why})")
        if task.tries + 1 < TRIES:
            self._again.append(replace(task, tries=task.tries + 1))
        elif len(task.documents) > 1:
            self._apart[task.shard.key] = [None] * len(task.documents)
            self._again.extend(Task(task.shard, (document,), place) for place, document in enumerate(task.documents))
        else:
            return self._settle(task, failed(task.documents[0], why))
        return None

    def _settle(self, task: Task, part: Part) -> tuple[Shard, Part] | None:
        if task.place is None:
            return task.shard, part
        parts = self._apart[task.shard.key]
        parts[task.place] = part
        if any(one is None for one in parts):
            return None
        del self._apart[task.shard.key]
        return task.shard, merge([one for one in parts if one is not None])
