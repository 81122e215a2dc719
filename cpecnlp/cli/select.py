"""``cpecnlp select``: the articles that are most worth labelling next, as a CSV to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options
from cpecnlp.errors import OutputError


def command(
    new: options.Inputs = None,
    n: Annotated[int, typer.Option("-n", "--number", help="How many articles.", min=1)] = 20,
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV to write.")] = Path("to_label.csv"),
    models: Annotated[
        str | None, typer.Option("--models", help="The topic model to ask: folder or name. None: the present one.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a CSV that is there.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Choose the articles that are most worth labelling next: uncertain, and unlike each other.

    Writes a CSV with an empty column topics; fill it in and give the file to cpecnlp train topics.
    """
    from cpecnlp.corpus.reader import SHIPPED
    from cpecnlp.training.select import select

    if output.exists() and not force:
        raise OutputError(f"{output} is there already, perhaps with labels: name another file, or say --force")
    found = select(new or [SHIPPED], n, models=models, output=output)
    for problem in found.problems:
        Console(stderr=True, highlight=False).print(f"note: {problem}", markup=False, soft_wrap=True)
    if quiet:
        return
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("article", "headline", "suggested", "unsure of"):
        table.add_column(name, overflow="fold")
    for row in found.rows:
        table.add_row(row.id, row.text.split("\n", 1)[0][:70], row.suggested, row.why)
    console.print(table)
    passed = f", {found.labelled:,} more had topics" if found.labelled else ""
    console.print(
        f"\n{len(found.rows)} of {found.articles:,} articles{passed} ({found.copies:,} near-copies passed over) are in"
        f" {output}: fill in the column topics, then  cpecnlp train topics {output}",
        markup=False,
        soft_wrap=True,
    )
