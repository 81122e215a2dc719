"""The main job: articles in, records, tables and a report of the run out."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cpecnlp import __version__
from cpecnlp.corpus.problems import Problem
from cpecnlp.corpus.reader import MAX_CHARS, SHIPPED, Corpus
from cpecnlp.executors.base import Executor, MakePipeline
from cpecnlp.executors.local import LocalExecutor
from cpecnlp.executors.part import Failure
from cpecnlp.executors.shards import Shard, cut_shards, fingerprint_of
from cpecnlp.executors.store import PartStore
from cpecnlp.pipeline import DEFAULT_STAGES, Pipeline, load
from cpecnlp.report.explorer import explore
from cpecnlp.report.summary import Counts

Progress = Callable[[Corpus, Counts], None]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        output: the folder that it wrote.
        counts: articles, characters, entities, topics.
        failures: articles that a stage could not process.
        problems: inputs that could not be read (``lost``) or were read with a reservation.
        seconds: wall time of this call; a run that was resumed took more in all.
        sources: stage → name and version of its model or rules.
        resumed: articles whose results were found from an earlier, interrupted run.
    """

    output: Path
    counts: Counts
    failures: list[Failure]
    problems: list[Problem]
    seconds: float
    sources: Mapping[str, str] = field(default_factory=dict)
    resumed: int = 0

    @property
    def lost(self) -> int:
        """How many inputs are missing from the results."""
        return len(self.failures) + sum(problem.lost for problem in self.problems)


def run(
    inputs: Iterable[str | Path] = (SHIPPED,),
    output: str | Path = "output",
    *,
    models: Path | str | None = None,
    stages: Sequence[str] = DEFAULT_STAGES,
    ner: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    max_chars: int = MAX_CHARS,
    explorer: bool = True,
    progress: Progress | None = None,
) -> RunReport:
    """Run the pipeline over articles and write the results.

    Writes ``documents.jsonl`` in input order, ``tables/*.parquet`` and ``run.json`` into
    ``output``; each file appears whole or not at all, ``run.json`` last. What is finished is kept
    in a hidden folder of ``output`` until then: a run that was killed goes on where it stood when
    it is called again with the same inputs, whatever the number of workers, and writes the same
    bytes as one that was not (but for ``seconds`` in ``run.json``).

    Args:
        inputs: files, folders, ``"-"``; see :func:`cpecnlp.read`.
        output: folder for the results; made if it is not there.
        models: your own models; see :func:`cpecnlp.load`.
        stages: which stages to run, in order.
        ner: another entity backend; see :func:`cpecnlp.load`.
        options: keyword arguments for stages, by name.
        workers: processes.
        executor: where to run; a :class:`LocalExecutor` with ``workers`` by default.
        max_chars: longest article that is read.
        explorer: write ``explorer/index.html`` too; see :func:`cpecnlp.explore`.
        progress: called after every few articles.

    Raises:
        OutputError: the results cannot be written, or another run is writing them.
    """
    begin = time.monotonic()
    make = partial(load, models, tuple(stages), ner=ner, options=options)
    pipeline = make()  # fails early on a wrong model, and names what ran
    corpus = Corpus(inputs, max_chars=max_chars)
    fingerprint = fingerprint_of(pipeline.sources, {"stages": list(stages), "ner": ner, "options": options})
    here = executor is None and workers == 1
    job = _Job(corpus, PartStore(Path(output)), progress, _reuse(pipeline) if here else make, fingerprint)
    with job.store.locked():
        job.work(executor or LocalExecutor(workers))
        counts, failures = job.store.assemble(job.keys)
        if explorer:
            with job.store.writing():
                explore(output, models=models)
        seconds = time.monotonic() - begin
        report = RunReport(Path(output), counts, failures, corpus.problems, seconds, pipeline.sources, job.resumed)
        record = json.dumps(_run_record(report, corpus), indent=1, ensure_ascii=False)
        # a path in no known encoding holds lone surrogates, which this writes as JSON escapes
        job.store.finish(record.encode("utf-8", "backslashreplace") + b"\n")
    return report


@dataclass(slots=True)
class _Job:
    """One pass over the corpus: what is missing is done, what is there already is counted."""

    corpus: Corpus
    store: PartStore
    progress: Progress | None
    make: MakePipeline
    fingerprint: str
    counts: Counts = field(default_factory=Counts)
    keys: list[str] = field(default_factory=list)
    resumed: int = 0

    def work(self, executor: Executor) -> None:
        with closing(executor.map(self.make, self._missing())) as results:
            for shard, part in results:
                self.store.put(shard.key, part)
                self._count(part.counts)

    def _missing(self) -> Iterator[Shard]:
        for shard in cut_shards(self.corpus, self.fingerprint):
            self.keys.append(shard.key)
            found = self.store.get(shard.key)
            if found is None:
                yield shard
            else:
                self.resumed += len(shard.documents)
                self._count(found.counts)

    def _count(self, counts: Counts) -> None:
        self.counts.merge(counts)
        if self.progress:
            self.progress(self.corpus, self.counts)


def _reuse(pipeline: Pipeline) -> Callable[[], Pipeline]:
    return lambda: pipeline


def _run_record(report: RunReport, corpus: Corpus) -> dict[str, Any]:
    return {
        "cpecnlp": __version__,
        "python": platform.python_version(),
        "inputs": corpus.sources,
        "stages": dict(report.sources),
        "counts": report.counts.to_json(),
        "seconds": round(report.seconds, 2),
        "failed": [{"document": failure.id, "why": failure.message} for failure in report.failures],
        "problems": [{"where": p.where, "line": p.line, "why": p.message, "lost": p.lost} for p in report.problems],
    }
