"""``cpecnlp train topics``: retrain the topic model, judge it, promote it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options

if TYPE_CHECKING:
    from cpecnlp.training.topic_gate import Gate
    from cpecnlp.training.topics import TopicTraining

MOST_LINES = 10


def command(
    new: Annotated[
        list[str],
        typer.Argument(
            metavar="NEW...",
            help="Labelled articles: gold records, or CSV/JSONL/Parquet with the columns text and topics.",
            show_default=False,
        ),
    ],
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Forget what the model knows; your own topics alone.")
    ] = False,
    models: options.GoOnFrom = None,
    output: options.ModelOut = None,
    promote: Annotated[
        bool,
        typer.Option("--promote", help="Make it the model that is used, if no topic falls; else exit code 3."),
    ] = False,
    regression: Annotated[
        Path | None, typer.Option("--regression", help="Gold articles for the gate. None: the shipped dev articles.")
    ] = None,
    about: Annotated[
        str,
        typer.Option("--about", help="Topics decided for every article though none has them, comma-separated, or all."),
    ] = "",
    review: Annotated[
        Path | None, typer.Option("--review", help="Write the articles whose labels look wrong to this CSV.")
    ] = None,
    folds: Annotated[int, typer.Option("--folds", help="Of the cross-validation.", min=2)] = 5,
    seed: Annotated[int, typer.Option("--seed", help="Of folds and intervals.")] = 0,
    quiet: options.Quiet = False,
) -> None:
    """Retrain the topic model on your own articles, in minutes; no torch, no GPU.

    Adds to what the present model knows, prints precision, recall and F1 a topic by cross-validation,
    says which labels look wrong, and compares the new model with the present one. The present model
    stays in use unless --promote is given and no topic falls.
    """
    from cpecnlp.training.topics import train_topics

    result = train_topics(
        [*new],
        base=models,
        from_scratch=from_scratch,
        out=output,
        promote=promote,
        regression=regression,
        about=options.split_names(about),
        review=review,
        folds=folds,
        seed=seed,
    )
    if not quiet:
        _say(result, Console(highlight=False))
        for warning in result.warnings:
            Console(stderr=True, highlight=False).print(f"note: {warning}", markup=False, soft_wrap=True)
    if promote and not result.promoted:
        reason = f"not promoted, {result.present.name} stays in use: {result.gate.reason}"
        Console(stderr=True, highlight=False).print(reason, markup=False, soft_wrap=True)
        raise typer.Exit(options.NOT_PROMOTED)


def _say(result: TopicTraining, console: Console) -> None:
    figures = result.figures
    known = f" and {result.known:,} that {result.present.name} remembers" if result.known else ""
    console.print(
        f"{result.new:,} new articles{known}; {len(result.labels)} topics; {result.seconds:.0f} s\n\n"
        f"Cross-validation, copies in one fold ({figures.articles:,} articles): micro F1 [bold]{figures.micro:.3f}[/]"
        f" ({figures.micro_low:.3f}–{figures.micro_high:.3f}), macro F1 {figures.macro:.3f},"
        f" calibration error {figures.ece:.3f}",
        soft_wrap=True,
    )
    table = _table("topic", "articles", "precision", "recall", "F1", "95 % interval")
    for row in figures.topics:
        cells = (f"{row.precision:.2f}", f"{row.recall:.2f}", f"{row.f1:.2f}", f"{row.low:.2f}–{row.high:.2f}")
        table.add_row(row.topic, f"{row.articles:,}", *cells)
    console.print(table)
    for doubt in result.doubts[:MOST_LINES]:
        what = "has" if doubt.given else "lacks"
        console.print(
            f"doubtful: {doubt.id} {what} {doubt.topic}; the model says {doubt.probability:.2f}",
            markup=False,
            soft_wrap=True,
        )
    for copy in result.duplicates[:MOST_LINES]:
        console.print(f"near-copies: {copy[1]} of {copy[0]}", markup=False, soft_wrap=True)
    say_gate(result.gate, result.present.name, console)
    state = "is the present model now" if result.promoted else f"is at {result.model.path}"
    console.print(f"\n{result.model.name} {state}", markup=False, soft_wrap=True)


def say_gate(gate: Gate, present: str, console: Console) -> None:
    """Print the comparison with the present model: what changed by more than 0, and what fell."""
    left = f", {gate.left_out} left out as near-copies of new ones" if gate.left_out else ""
    remembered = f" and {gate.remembered:,} remembered ones" if gate.remembered else ""
    console.print(
        f"\nAgainst {present}, on {gate.articles} regression articles{left}{remembered}:"
        f" {'no topic falls' if gate.passed else gate.reason}",
        markup=False,
        soft_wrap=True,
    )
    table = _table("articles", "topic", "number", "F1 before", "after", "change, 95 % interval", "")
    for row in gate.changes:
        if row.topic != "micro" and not row.fell and abs(row.after - row.before) < 0.005:
            continue
        change = f"{row.after - row.before:+.2f} ({row.low:+.2f} to {row.high:+.2f})"
        verdict = "fell" if row.fell else ""
        table.add_row(row.on, row.topic, str(row.articles), f"{row.before:.2f}", f"{row.after:.2f}", change, verdict)
    console.print(table)
    if gate.unmeasured:
        console.print(f"not measured, for want of articles: {', '.join(gate.unmeasured)}", markup=False)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in ("topic", "articles") and columns[0] != "topic" else "right")
    table.columns[0].justify = "left"
    return table
