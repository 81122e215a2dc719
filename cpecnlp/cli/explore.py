"""``cpecnlp explore``: one page that shows results, opened from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cpecnlp.cli import options
from cpecnlp.report.explorer import explore
from cpecnlp.report.explorer.build import LIMIT, TITLE


def command(
    results: Annotated[
        Path, typer.Argument(metavar="OUT", help="Folder of results: what run wrote, with a documents.jsonl.")
    ] = Path("output"),
    title: Annotated[str, typer.Option("--title", help="Heading of the page.")] = TITLE,
    limit: Annotated[int, typer.Option("--limit", help="Most articles on the page.", min=1)] = LIMIT,
    evidence: Annotated[
        bool | None,
        typer.Option(
            "--evidence/--no-evidence",
            help="Find the sentences that speak for each topic; by default up to 2,000 articles.",
        ),
    ] = None,
    models: options.Models = None,
    quiet: options.Quiet = False,
) -> None:
    """Write explorer/index.html into a folder of results: articles, charts, network, map, timeline."""
    page = explore(results, title=title, limit=limit, evidence=evidence, models=models)
    if not quiet:
        Console(highlight=False).print(f"The explorer is {page}: open it in a browser.", markup=False, soft_wrap=True)
