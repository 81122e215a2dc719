"""``cpecnlp run``: articles in, records and tables out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from cpecnlp.cli import options
from cpecnlp.corpus.reader import MAX_CHARS, SHIPPED, Corpus
from cpecnlp.report.summary import Counts
from cpecnlp.running import RunReport, run


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
    max_chars: options.MaxChars = MAX_CHARS,
    quiet: options.Quiet = False,
) -> None:
    """Strip, find entities and give topics; write documents.jsonl, four tables and run.json."""
    names = options.split_stages(stages)
    errors = Console(stderr=True, quiet=False, highlight=False)
    with _bar(errors, quiet) as bar:
        task = bar.add_task("Reading articles", total=None)

        def step(corpus: Corpus, counts: Counts) -> None:
            if counts.documents == 1:
                bar.update(task, total=corpus.bytes_total or None)
            bar.update(task, completed=corpus.bytes_read, description=f"{counts.documents:,} articles")

        report = run(
            inputs or [SHIPPED],
            output,
            models=models,
            stages=names,
            ner=ner,
            options=options.stage_options(names, strip_mode, strip_threshold, ner_threshold),
            workers=workers,
            max_chars=max_chars,
            progress=step,
        )
    for problem in report.problems:
        if problem.lost or not quiet:
            errors.print(f"{'failed' if problem.lost else 'note'}: {problem}", markup=False)
    for failure in report.failures:
        errors.print(f"failed: {failure.id}: {failure.message}", markup=False)
    if not quiet:
        _summary(report, Console(highlight=False))
    raise typer.Exit(1 if report.lost else 0)


def _bar(console: Console, quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=quiet, transient=True)


def _summary(report: RunReport, console: Console) -> None:
    counts = report.counts
    removed = sum(counts.removed_characters.values())
    share = removed / counts.characters if counts.characters else 0.0
    speed = counts.words / report.seconds if report.seconds else 0.0
    console.print(
        f"[bold]{counts.documents:,}[/] articles, {counts.words:,} words in {report.seconds:.1f} s"
        f" ({speed:,.0f} words/s); {removed:,} of {counts.characters:,} characters stripped ({share:.1%});"
        f" {sum(counts.entities.values()):,} entities" + (f"; [red]{report.lost} failed[/]" if report.lost else "")
    )
    table = Table.grid(padding=(0, 4))
    blocks = (
        ("characters stripped", counts.removed_characters),
        ("entities", counts.entities),
        ("articles by topic", counts.topics),
    )
    table.add_row(*(_counter(title, counter) for title, counter in blocks if counter))
    console.print(table)
    console.print(f"Results are in {report.output}: documents.jsonl, tables/, run.json", markup=False, soft_wrap=True)


def _counter(title: str, counter: Counter[str]) -> Table:
    table = Table(title=title, title_justify="left", box=None, show_header=False, padding=(0, 1))
    table.add_column()
    table.add_column(justify="right")
    for name, count in sorted(counter.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(name, f"{count:,}")
    return table
