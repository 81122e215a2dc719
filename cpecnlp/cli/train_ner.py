"""``cpecnlp train ner``: retrain the entity model, judge it, promote it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from cpecnlp.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from cpecnlp.training.ner.gate import Gate
    from cpecnlp.training.ner.loop import Step
    from cpecnlp.training.ner.write import TrainReport

EVERY = 20.0


def command(
    gold: Annotated[
        list[str],
        typer.Argument(
            metavar="GOLD...",
            help="Gold records with entities: files, or a corpus folder. Records of a split test are left out;"
            " those of a split dev, or else a tenth, choose the epoch.",
            show_default=False,
        ),
    ],
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Start from a bare encoder, not from a model.")
    ] = False,
    models: options.GoOnFrom = None,
    output: options.ModelOut = None,
    dev: Annotated[
        list[str] | None, typer.Option("--dev", help="Gold records to choose the epoch by, in place of a part of GOLD.")
    ] = None,
    auxiliary: Annotated[
        Path | None,
        typer.Option("--auxiliary", help="Folder of public entity data to learn from first (CoNLL-2003 and others)."),
    ] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", help="Passes over the articles, at most.", min=1)] = None,
    device: Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[int, typer.Option("--threads", help="Threads on the CPU.", min=1)] = 2,
    seed: Annotated[int, typer.Option("--seed", help="Of everything that is drawn.")] = 0,
    restart: Annotated[bool, typer.Option("--restart", help="Do not go on from where a killed run stood.")] = False,
    promote: Annotated[
        bool, typer.Option("--promote", help="Make it the model that is used, if no label falls; else exit code 3.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Retrain the entity model on your own articles; needs the extra train (torch), on CPU or CUDA.

    Goes on from the present model, stops when the dev articles gain no more, and compares the new
    model with the old one label by label. The same command goes on where a killed run stood. The
    present model stays in use unless --promote is given and no label falls.
    """
    from cpecnlp.training.ner import retrain_ner

    errors = Console(stderr=True, highlight=False)
    with _progress(errors, quiet) as tell:
        result = retrain_ner(
            gold,
            base=models,
            from_scratch=from_scratch,
            out=output,
            dev=dev or (),
            auxiliary=auxiliary,
            epochs=epochs,
            device=device,
            threads=threads,
            seed=seed,
            resume=not restart,
            promote=promote,
            report=tell,
        )
    if not quiet:
        _say(result.report, result.present, result.promoted, Console(highlight=False))
    if promote and not result.promoted:
        reason = result.report.gate.reason if result.report.gate else "there was nothing to compare with"
        errors.print(f"not promoted, {result.present} stays in use: {reason}", markup=False, soft_wrap=True)
        raise typer.Exit(options.NOT_PROMOTED)


@contextmanager
def _progress(console: Console, quiet: bool) -> Iterator[Callable[[Step], None]]:
    """A bar on a terminal; elsewhere a line now and then, so that a log shows how far it is."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    )
    said: dict[str, Any] = {"at": 0.0}
    with bar:
        task = bar.add_task("Reading articles", total=1.0)

        def tell(step: Step) -> None:
            what = (
                f"{step.stage}, epoch {step.epoch}/{step.epochs}, loss {step.loss:.3f},"
                f" {step.seconds_left / 60:.0f} min left at most"
            )
            bar.update(task, completed=step.done, description=what)
            if not quiet and not console.is_terminal and (step.done >= 1 or bar.get_time() - said["at"] > EVERY):
                said["at"] = bar.get_time()
                console.print(f"{step.done:.0%} of {what}", markup=False, soft_wrap=True)

        yield tell


def _say(report: TrainReport, present: str, promoted: bool, console: Console) -> None:
    console.print(f"Trained in {report.seconds / 60:.1f} minutes; weights in {report.weights}.")
    if report.scores:
        table = _table("label", "precision", "recall", "F1", "entities")
        for label, row in report.scores.items():
            figures = (f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
            table.add_row(label, *figures, f"{row['gold']:.0f}")
        console.print("\nOn the dev articles, which also chose the epoch:")
        console.print(table)
        console.print(f"calibration error of the scores: {report.calibration_error}")
    if report.gate:
        say_gate(report.gate, present, console)
    state = "is the present model now" if promoted else f"is at {report.model.path}"
    console.print(f"\n{report.model.name} {state}", markup=False, soft_wrap=True)


def say_gate(gate: Gate, present: str, console: Console) -> None:
    """Print F1 before and after of every label: which fell, and which is lower within chance."""
    left = f", {gate.seen} left out that the new one has learned from" if gate.seen else ""
    verdict = "no label falls" if gate.passed else gate.reason
    said = f"\nAgainst {present}, on {gate.articles} articles{left}: {verdict}"
    console.print(said, markup=False, soft_wrap=True)
    table = _table("label", "entities", "before", "after", "change", "95 % interval", "")
    for row in gate.changes:
        interval = f"{row.low:+.3f} to {row.high:+.3f}"
        note = "fell" if row.fell else "lower" if row.after < row.before else ""
        figures = (f"{row.before:.3f}", f"{row.after:.3f}", f"{row.after - row.before:+.3f}")
        table.add_row(row.label, str(row.gold), *figures, interval, note)
    console.print(table)
    if gate.unmeasured:
        console.print(f"not measured, for want of entities: {', '.join(gate.unmeasured)}", markup=False)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in ("label", "") else "right")
    return table
