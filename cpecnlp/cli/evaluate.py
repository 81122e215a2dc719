"""``cpecnlp evaluate``: figures with intervals, differences, errors in context."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cpecnlp.cli import options

if TYPE_CHECKING:
    from cpecnlp.evaluation.browser import Rows
    from cpecnlp.evaluation.evaluate import Evaluation


_WIDE = 160


class Format(StrEnum):
    """How figures are printed."""

    table = "table"
    markdown = "markdown"
    json = "json"


def command(
    gold: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GOLD]...", help="Gold records, or a corpus folder. None: the shipped corpus, its test split."
        ),
    ] = None,
    split: Annotated[str | None, typer.Option("--split", help="Only records of this split, e.g. test.")] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Judge this documents.jsonl; run nothing.")
    ] = None,
    models: options.Models = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Other models to measure beside, or their documents.jsonl.")
    ] = None,
    ner: options.Ner = None,
    oracle: Annotated[
        bool, typer.Option("--oracle", help="Also measure on gold-stripped and on unstripped text.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="table, markdown or json.")] = Format.table,
    errors: Annotated[
        int, typer.Option("--errors", help="Also the errors: causes, worst articles, so many in context.", min=0)
    ] = 0,
    short: Annotated[bool, typer.Option("--short", help="Leave out the figures by label, kind and topic.")] = False,
    resamples: Annotated[int, typer.Option("--resamples", help="Of the bootstrap.", min=10)] = 1000,
) -> None:
    """Measure on gold: stripping, entities, topics and fields, each with a 95 % interval."""
    from cpecnlp.evaluation.browser import browse
    from cpecnlp.evaluation.evaluate import evaluate
    from cpecnlp.report.scores import to_json, to_markdown

    result = evaluate(
        gold or None,
        split=split,
        predictions=predictions,
        models=models,
        against=against,
        oracle=oracle,
        ner=ner,
        resamples=resamples,
    )
    shown = browse(result.gold, result.predicted, errors) if errors else {}
    if form is Format.json:
        typer.echo(json.dumps(to_json(result, shown), indent=1, ensure_ascii=False))
    elif form is Format.markdown:
        typer.echo(to_markdown(result, details=not short, errors=shown), nl=False)
    else:
        _print(result, not short, shown)


def _print(result: Evaluation, details: bool, errors: dict[str, Rows]) -> None:
    from cpecnlp.report.scores import boilerplate_sentence, heading, rows, stripping_rows

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDE
    # as text: figures by label are named "ner_f1[GPE]", which rich would take for markup
    console.print(Text(heading(result)), soft_wrap=True)
    tables = {"": rows(result, details), "what stripping costs and brings": stripping_rows(result), **errors}
    for title, lines in tables.items():
        if not lines:
            continue
        table = Table(box=None, pad_edge=False)
        for number, cell in enumerate(lines[0]):
            table.add_column(Text(cell), no_wrap=number == 0)
        for line in lines[1:]:
            table.add_row(*(Text(cell) for cell in line))
        console.print()
        if title:
            console.print(Text(title, style="bold"))
        console.print(table)
    if sentence := boilerplate_sentence(result):
        console.print()
        console.print(Text(sentence), soft_wrap=True)
