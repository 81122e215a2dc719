"""The main job: articles in, records, tables and a report of the run out."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cpecnlp import __version__
from cpecnlp.corpus.problems import Problem
from cpecnlp.corpus.reader import MAX_CHARS, SHIPPED, Corpus
from cpecnlp.corpus.writer import whole_file
from cpecnlp.document import Document
from cpecnlp.executors.base import Executor, Failure
from cpecnlp.executors.local import LocalExecutor
from cpecnlp.pipeline import DEFAULT_STAGES, Pipeline, load
from cpecnlp.report.summary import Counts
from cpecnlp.report.tables import open_tables

Progress = Callable[[Corpus, Counts], None]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        output: the folder that it wrote.
        counts: articles, characters, entities, topics.
        failures: articles that a stage could not process.
        problems: inputs that could not be read (``lost``) or were read with a reservation.
        seconds: wall time.
        sources: stage → name and version of its model or rules.
    """

    output: Path
    counts: Counts
    failures: list[Failure]
    problems: list[Problem]
    seconds: float
    sources: Mapping[str, str] = field(default_factory=dict)

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
    progress: Progress | None = None,
) -> RunReport:
    """Run the pipeline over articles and write the results.

    Writes ``documents.jsonl`` in input order, ``tables/*.parquet`` and ``run.json`` into
    ``output``; each file appears whole or not at all.

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
        progress: called after every article.
    """
    begin = time.monotonic()
    output = Path(output)
    make = partial(load, models, tuple(stages), ner=ner, options=options)
    pipeline = make()  # fails early on a wrong model, and names what ran
    corpus = Corpus(inputs, max_chars=max_chars)
    chosen = executor or LocalExecutor(workers)
    counts, failures = _write(corpus, chosen, _reuse(pipeline) if workers == 1 else make, output, progress)
    report = RunReport(output, counts, failures, corpus.problems, time.monotonic() - begin, pipeline.sources)
    with whole_file(output / "run.json") as file:
        text = json.dumps(_run_record(report, corpus, stages), indent=1, ensure_ascii=False)
        file.write(text.encode("utf-8") + b"\n")
    return report


def _reuse(pipeline: Pipeline) -> Callable[[], Pipeline]:
    return lambda: pipeline


def _write(
    corpus: Corpus,
    executor: Executor,
    make: Callable[[], Pipeline],
    output: Path,
    progress: Progress | None,
) -> tuple[Counts, list[Failure]]:
    counts, failures = Counts(), list[Failure]()
    with open_tables(output / "tables") as tables, whole_file(output / "documents.jsonl") as lines:
        for result in executor.map(make, corpus):
            if isinstance(result, Document):
                lines.write(result.to_json().encode("utf-8") + b"\n")
                tables.add(result)
                counts.add(result)
            else:
                failures.append(result)
            if progress:
                progress(corpus, counts)
    return counts, failures


def _run_record(report: RunReport, corpus: Corpus, stages: Sequence[str]) -> dict[str, Any]:
    return {
        "cpecnlp": __version__,
        "python": platform.python_version(),
        "inputs": corpus.sources,
        "stages": {name: report.sources[name] for name in stages},
        "counts": report.counts.to_json(),
        "seconds": round(report.seconds, 2),
        "failed": [{"document": failure.id, "why": failure.message} for failure in report.failures],
        "problems": [{"where": p.where, "line": p.line, "why": p.message, "lost": p.lost} for p in report.problems],
    }
