"""``cpecnlp run``: articles in, records and tables out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from cpecnlp.cli import options
from cpecnlp.corpus.problems import one_line
from cpecnlp.corpus.reader import MAX_CHARS, SHIPPED, Corpus
from cpecnlp.executors.base import Executor
from cpecnlp.executors.local import LocalExecutor
from cpecnlp.executors.ray import RayExecutor
from cpecnlp.report.summary import Counts
from cpecnlp.running import RunReport, run

MOST_LINES = 20
# of a file or a pipe, which have no width of their own
_WIDE = 160


class Where(StrEnum):
    """Values of ``--executor``."""

    local = "local"
    ray = "ray"


def command(
    inputs: options.Inputs = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("output"),
    stages: options.Stages = options.ALL_STAGES,
    models: options.Models = None,
    ner: options.Ner = None,
    strip_mode: options.StripMode = "balanced",
    strip_threshold: options.StripThreshold = None,
    ner_threshold: options.NerThreshold = 0.0,
    workers: Annotated[int, typer.Option("--workers", help="Processes.", min=1)] = 1,
    executor: Annotated[
        Where, typer.Option("--executor", help="local: processes of this machine; ray: a cluster (extra ray).")
    ] = Where.local,
    max_chars: options.MaxChars = MAX_CHARS,
    explorer: Annotated[bool, typer.Option("--explorer/--no-explorer", help="Write explorer/index.html too.")] = True,
    quiet: options.Quiet = False,
) -> None:
    """Strip, find entities and give topics; write documents.jsonl, four tables, a page and run.json.

    A run that was interrupted goes on where it stood when the same command is given again.
    """
    names = options.split_stages(stages)
    errors = Console(stderr=True, quiet=False, highlight=False)
    choices = options.stage_options(names, strip_mode, strip_threshold, ner_threshold)
    with _bar(errors, quiet) as bar, _interrupted(errors, output):
        report = run(
            inputs or [SHIPPED],
            output,
            models=models,
            stages=names,
            ner=ner,
            options=choices,
            workers=workers,
            executor=_executor(executor, workers),
            max_chars=max_chars,
            explorer=explorer,
            progress=_step(bar),
        )
    _tell(report, errors, quiet)
    raise typer.Exit(1 if report.lost else 0)


def _executor(where: Where, workers: int) -> Executor | None:
    if where is Where.ray:
        return RayExecutor(workers)
    return LocalExecutor(workers) if workers > 1 else None


@contextmanager
def _interrupted(console: Console, output: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        console.print(f"stopped: what is finished is kept in {output}, the same command goes on from there")
        raise typer.Exit(1) from None


def _tell(report: RunReport, errors: Console, quiet: bool) -> None:
    _say(errors, [f"failed: {problem}" for problem in report.problems if problem.lost])
    _say(errors, [f"failed: {failure.id}: {failure.message}" for failure in report.failures])
    if not quiet:
        _say(errors, [f"note: {problem}" for problem in report.problems if not problem.lost])
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = _WIDE
        _summary(report, console)


def _say(errors: Console, lines: Sequence[str]) -> None:
    """Print what went wrong, one line each; what a screen cannot hold stands in run.json."""
    for line in lines[:MOST_LINES]:
        errors.print(one_line(line), markup=False, soft_wrap=True)
    if len(lines) > MOST_LINES:
        kind = lines[0].split(":")[0]
        errors.print(f"{kind}: … and {len(lines) - MOST_LINES:,} more, all of them in run.json", markup=False)


def _bar(console: Console, quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True)


def _step(bar: Progress) -> Callable[[Corpus, Counts], None]:
    task = bar.add_task("Reading articles", total=None)

    def step(corpus: Corpus, counts: Counts) -> None:
        described = f"{counts.documents:,} articles"
        bar.update(task, total=corpus.bytes_total or None, completed=corpus.bytes_read, description=described)

    return step


def _summary(report: RunReport, console: Console) -> None:
    counts = report.counts
    removed = sum(counts.removed_characters.values())
    share = removed / counts.characters if counts.characters else 0.0
    speed = counts.words / report.seconds if report.seconds else 0.0
    console.print(
        f"[bold]{counts.documents:,}[/] articles, {counts.words:,} words in {report.seconds:.1f} s"
        f" ({speed:,.0f} words/s); {removed:,} of {counts.characters:,} characters stripped ({share:.1%});"
        f" {sum(counts.entities.values()):,} entities"
        + (f"; [red]{report.lost:,} failed[/]" if report.lost else "")
        + (f"; {report.resumed:,} articles were there from an interrupted run" if report.resumed else ""),
        soft_wrap=True,
    )
    table = Table.grid(padding=(0, 3))
    blocks = (
        ("characters stripped", counts.removed_characters),
        ("entities", counts.entities),
        ("articles by topic", counts.topics),
    )
    table.add_row(*(_counter(title, counter) for title, counter in blocks if counter))
    console.print(table)
    page = "explorer/index.html, " if (report.output / "explorer" / "index.html").is_file() else ""
    said = f"Results are in {report.output}: {page}documents.jsonl, tables/, run.json"
    console.print(said, markup=False, soft_wrap=True)


def _counter(title: str, counter: Counter[str]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="italic")
    table.add_column(title, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, count in sorted(counter.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(name, f"{count:,}")
    return table
