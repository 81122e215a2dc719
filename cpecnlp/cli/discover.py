"""``cpecnlp discover``: clusters of articles with their key terms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options


def command(
    inputs: options.Inputs = None,
    least: Annotated[
        int | None, typer.Option("--least", help="Articles of the smallest cluster. None: by their number.", min=2)
    ] = None,
    terms: Annotated[int, typer.Option("--terms", help="Key terms a cluster.", min=1)] = 8,
    unnamed: Annotated[
        bool, typer.Option("--unnamed", help="Only articles to which the scheme gives no topic, or none for sure.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write .csv (a row an article) or .json (everything).")
    ] = None,
    models: Annotated[
        str | None, typer.Option("--models", help="The topic model: folder or name. None: the present one.")
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Cluster articles by what they are about, whatever the scheme of topics says.

    Every article is in one cluster, or plainly in none. Nothing is drawn at random.
    """
    from cpecnlp.corpus.reader import SHIPPED
    from cpecnlp.discovery.discover import discover

    found = discover(inputs or [SHIPPED], least=least, terms=terms, unnamed=unnamed, models=models, output=output)
    for problem in found.problems:
        Console(stderr=True, highlight=False).print(f"note: {problem}", markup=False, soft_wrap=True)
    if quiet:
        return
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("cluster", justify="right")
    table.add_column("articles", justify="right")
    for name in ("key terms", "topics of the scheme", "for instance"):
        table.add_column(name, overflow="fold")
    for cluster in found.clusters:
        topics = ", ".join(f"{topic} {share:.0%}" for topic, share in list(cluster.topics.items())[:2])
        cells = (", ".join(cluster.terms), topics, cluster.headlines[0])
        table.add_row(str(cluster.number), f"{cluster.articles:,}", *cells)
    console.print(table)
    outside = sum(place.cluster is None for place in found.places)
    named = f"; {found.left_out:,} more that the scheme names were not looked at" if found.left_out else ""
    console.print(
        f"\n{len(found.places):,} articles: {len(found.clusters)} clusters of at least {found.least},"
        f" {outside:,} articles in none{named}" + (f"; written to {output}" if output else ""),
        markup=False,
        soft_wrap=True,
    )
