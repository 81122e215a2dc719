"""``cpecnlp train strip``: retrain the block model of stripping, judge it, promote it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options

if TYPE_CHECKING:
    from cpecnlp.training.strip import StripTraining
    from cpecnlp.training.strip.figures import StripFigures


def command(
    gold: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[GOLD]...", help="Gold records with the layer removed. None: the shipped corpus's train split."
        ),
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped/--no-shipped", help="Learn from the shipped corpus and scrapes too.")
    ] = True,
    lines: Annotated[
        list[Path] | None,
        typer.Option("--lines", help="JSONL of articles with lines and labels, 1 for boilerplate (repeatable)."),
    ] = None,
    unlabelled: Annotated[
        list[str] | None,
        typer.Option(
            "--unlabelled", help="Raw articles to graft furniture on and to take headlines from (repeatable)."
        ),
    ] = None,
    models: Annotated[
        str | None, typer.Option("--models", help="The model to compare with: folder or name. None: the present one.")
    ] = None,
    output: options.ModelOut = None,
    promote: Annotated[
        bool, typer.Option("--promote", help="Make it the model that is used, if it loses no more body; else exit 3.")
    ] = False,
    grafts: Annotated[int, typer.Option("--grafts", help="Synthetic pages to make.", min=0)] = 3000,
    seed: Annotated[int, typer.Option("--seed", help="Of all that is random.")] = 0,
    quiet: options.Quiet = False,
) -> None:
    """Retrain what tells article from furniture, in minutes; no torch, no GPU.

    Prints how much body is lost and junk kept on outlets that the model had not seen, beside the rules
    alone, and compares it with the present model, which stays in use unless --promote is given and the
    new one loses no more body.
    """
    from cpecnlp.training.strip import shipped_gold, shipped_scrapes, train_strip

    sources: list[str | Path] = [*(gold or [])]
    if shipped or not sources:
        sources.append(shipped_gold())
    hard = [shipped_scrapes()] if shipped and shipped_scrapes().is_file() else []
    result = train_strip(
        sources,
        scrapes=hard,
        lines=lines or [],
        unlabelled=unlabelled or [],
        out=output,
        base=models,
        promote=promote,
        grafts=grafts,
        seed=seed,
    )
    if not quiet:
        _say(result, Console(highlight=False))
    if promote and not result.promoted:
        why = "; ".join(result.gate.why) if result.gate else ""
        Console(stderr=True, highlight=False).print(f"not promoted: {why}", markup=False, soft_wrap=True)
        raise typer.Exit(options.NOT_PROMOTED)


def _say(result: StripTraining, console: Console) -> None:
    console.print(f"{result.articles:,} gold articles, {result.grafts:,} grafted pages; {result.seconds:.0f} s\n")
    table = Table("", "articles", "body lost, %", "junk kept, %", "exactly right", box=None, pad_edge=False)
    for what, figures in result.folds.items():
        _row(table, f"outlets left out: {what}", figures)
    if result.gate is not None:
        _row(table, "gate: present model", result.gate.before)
        _row(table, "gate: new model", result.gate.after)
    console.print(table)
    for reason in result.gate.why if result.gate else ():
        console.print(f"against it: {reason}", markup=False, soft_wrap=True)
    state = "is the present model now" if result.promoted else f"is at {result.model.path}"
    console.print(f"\n{result.model.name} {state}", markup=False, soft_wrap=True)


def _row(table: Table, what: str, figures: StripFigures) -> None:
    table.add_row(what, *figures.row().split(" | "))
