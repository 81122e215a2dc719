"""The command line: one file a verb, each a thin shell over a plain function.

Results go to stdout, progress and problems to stderr. Exit code 0: all well; 1: some
documents failed and the others were written; 2: wrong use; 3: a model was trained and not promoted.
"""

from __future__ import annotations

import importlib
import sys
from typing import Annotated

import typer

from cpecnlp import __version__
from cpecnlp.errors import CpecnlpError

# verb → module of cpecnlp.cli, where a function of the verb's name stands
VERBS = {
    "run": "run",
    "show": "show",
    "select": "select",
    "discover": "discover",
    "list": "listing",
    "promote": "promote",
    "evaluate": "evaluate",
    "explore": "explore",
    "corpus": "corpus",
}
# group of verbs → module of cpecnlp.cli, where its ``app`` stands
GROUPS = {"train": "train"}

app = typer.Typer(
    name="cpecnlp",
    help="News on China–Pakistan cooperation: strip the boilerplate, find the names, give the topics.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cpecnlp {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


for _verb, _module in VERBS.items():
    app.command(_verb)(importlib.import_module(f"cpecnlp.cli.{_module}").command)
for _group, _module in GROUPS.items():
    app.add_typer(importlib.import_module(f"cpecnlp.cli.{_module}").app, name=_group)


def main() -> None:
    """Run the command line; every expected error is one sentence on stderr."""
    try:
        app()
    except CpecnlpError as error:
        typer.echo(f"cpecnlp: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
