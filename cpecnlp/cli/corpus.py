"""``cpecnlp corpus``: compile the gold markup of a corpus folder, and check it against the guide."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cpecnlp.corpus.reader import SHIPPED
from cpecnlp.paths import shipped


class Action(StrEnum):
    """What to do with a corpus folder."""

    build = "build"
    check = "check"


def command(
    action: Annotated[Action, typer.Argument(help="build: markup → articles and gold; check: hold gold to the guide.")],
    folder: Annotated[Path | None, typer.Argument(help="A corpus folder. None: the shipped corpus.")] = None,
    hints: Annotated[bool, typer.Option("--hints", help="Also list what merely looks odd.")] = False,
) -> None:
    """Build the articles and gold records of a corpus from its markup, or check them."""
    from cpecnlp.corpus.build import build_corpus, check_corpus, counts_table

    root = folder or shipped(SHIPPED)
    console = Console(highlight=False)
    if action is Action.build:
        console.print(counts_table(build_corpus(root)), markup=False)
        return
    findings = check_corpus(root, hints=hints)
    for file, line, finding in findings:
        console.print(f"{file}:{line}: {finding.message}", markup=False, soft_wrap=True)
    wrong = sum(not finding.hint for _, _, finding in findings)
    said = f"{wrong} finding{'' if wrong == 1 else 's'}"
    console.print(said + (f", {len(findings) - wrong} hints" if hints else ""))
    raise typer.Exit(1 if wrong else 0)
