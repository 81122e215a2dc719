"""``cpecnlp evaluate``: figures with intervals, differences, errors in context."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options
from cpecnlp.corpus.reader import SHIPPED
from cpecnlp.document import Document


class Format(StrEnum):
    """How figures are printed."""

    table = "table"
    markdown = "markdown"
    json = "json"


def command(
    gold: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GOLD]...", help="Gold records, or a corpus folder. None: the shipped corpus."),
    ] = None,
    split: Annotated[str | None, typer.Option("--split", help="Only records of this split, e.g. test.")] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Judge this documents.jsonl; run nothing.")
    ] = None,
    models: options.Models = None,
    against: Annotated[Path | None, typer.Option("--against", help="Other models to measure beside.")] = None,
    ner: options.Ner = None,
    oracle: Annotated[
        bool, typer.Option("--oracle", help="Also measure on gold-stripped and on unstripped text.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="table, markdown or json.")] = Format.table,
    errors: Annotated[int, typer.Option("--errors", help="Show so many entity errors in context.", min=0)] = 0,
    resamples: Annotated[int, typer.Option("--resamples", help="Of the bootstrap.", min=10)] = 1000,
) -> None:
    """Measure on gold: stripping, entities, topics and fields, each with a 95 % interval."""
    from cpecnlp.evaluation.evaluate import evaluate, gold_records
    from cpecnlp.report.scores import rows, to_json, to_markdown

    records = gold_records(gold or [SHIPPED], split)
    result = evaluate(
        records,
        predictions=predictions,
        models=models,
        against=against,
        oracle=oracle,
        ner=ner,
        resamples=resamples,
    )
    console = Console(highlight=False)
    if form is Format.json:
        typer.echo(json.dumps(to_json(result), indent=1))
    elif form is Format.markdown:
        typer.echo(to_markdown(result), nl=False)
    else:
        header, *body = rows(result)
        table = Table(*header, box=None, pad_edge=False, title=f"{result.articles} articles", title_justify="left")
        for row in body:
            table.add_row(*row)
        console.print(table)
    if errors:
        _show_errors(records, result.predicted, errors, console)


def _show_errors(records: list[Document], found: Sequence[Document], limit: int, console: Console) -> None:
    from cpecnlp.evaluation.errors import all_errors, causes

    errors = all_errors(records, found)
    console.print(f"\n{len(errors)} entity errors, by cause:", style="bold")
    for (kind, gold, mine), count in causes(errors).most_common(20):
        console.print(f"{count:>6}  {kind:<14} gold {gold:<10} found {mine}", markup=False)
    for error in errors[:limit]:
        gold, mine = (span.label if span else "–" for span in (error.gold, error.found))
        console.print(f"{error.document}  {error.kind}  {gold} → {mine}  {error.context}", markup=False, soft_wrap=True)
