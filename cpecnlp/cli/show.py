"""``cpecnlp show``: articles in the terminal, removals struck out, entities coloured."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cpecnlp.cli import options
from cpecnlp.corpus.reader import MAX_CHARS, SHIPPED, Corpus
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.pipeline import load
from cpecnlp.report.render import diff_lines, printable, to_panel


def command(
    inputs: options.Inputs = None,
    ids: Annotated[list[str] | None, typer.Option("--id", help="Only articles with this id (repeatable).")] = None,
    first: Annotated[int, typer.Option("-n", "--first", help="At most so many articles; 0 for all.", min=0)] = 1,
    diff: Annotated[bool, typer.Option("--diff", help="List what is stripped and why, not the article.")] = False,
    stages: options.Stages = options.ALL_STAGES,
    models: options.Models = None,
    ner: options.Ner = None,
    strip_mode: options.StripMode = "balanced",
    strip_threshold: options.StripThreshold = None,
    ner_threshold: options.NerThreshold = 0.0,
    max_chars: options.MaxChars = MAX_CHARS,
) -> None:
    """Show articles; those that carry layers already (a results file) are shown as they are."""
    names = options.split_stages("strip" if diff else stages)
    corpus = Corpus(inputs or [SHIPPED], max_chars=max_chars)
    wanted = (doc for doc in corpus if not ids or doc.id in ids)
    chosen = list(islice(wanted, len(ids) if ids else first or None))
    console = Console(highlight=False)
    fresh = [doc for doc in chosen if doc.removed is None]
    if fresh:
        choices = options.stage_options(names, strip_mode, strip_threshold, ner_threshold)
        nlp = load(models, names, ner=ner, options=choices)
        annotated = {id(doc): done for doc, done in zip(fresh, nlp.pipe(fresh), strict=True)}
        chosen = [annotated.get(id(doc), doc) for doc in chosen]
    for doc in chosen:
        _print(doc, diff, console)
    errors = Console(stderr=True, highlight=False)
    for problem in corpus.problems:
        errors.print(str(problem), markup=False)
    if not chosen:
        raise InputError(f"no article with the id {', '.join(ids)}" if ids else "no article to show")
    raise typer.Exit(1 if any(problem.lost for problem in corpus.problems) else 0)


def _print(doc: Document, diff: bool, console: Console) -> None:
    if not diff:
        console.print(to_panel(doc, styled=console.color_system is not None))
        return
    removed = doc.removed or ()
    gone, length = sum(map(len, removed)), len(doc.text)
    share = f"{gone:,} of {length:,} characters ({gone / max(1, length):.0%})"
    count = "1 stretch" if len(removed) == 1 else f"{len(removed)} stretches"
    console.print(f"{doc.id}: {count} stripped, {share}", markup=False, style="bold", soft_wrap=True)
    if console.is_terminal:
        console.print(_diff_table(doc))
        return
    # one line a stretch, for grep and awk
    for line in diff_lines(doc):
        console.print(line, markup=False, soft_wrap=True)


def _diff_table(doc: Document) -> Table:
    """The removals under headings; long texts run on in their own column."""
    table = Table("at", "kind", "score", "source", "text", box=None, pad_edge=False, header_style="dim")
    table.columns[0].justify = table.columns[2].justify = "right"
    for column in table.columns[:3]:
        column.no_wrap = True
    table.columns[4].ratio = 1
    table.columns[3].overflow = "fold"
    for span in doc.removed or ():
        score = "–" if span.score is None else f"{span.score:.3f}"
        text = Text(printable(doc.surface(span)))
        table.add_row(str(span.start), Text(span.label), score, Text(span.source or "–"), text)
    return table
