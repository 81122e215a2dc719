"""``cpecnlp train``: one command a task, each in a file of its own."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

import typer

# task → module of cpecnlp.cli, where a function ``command`` stands
TASKS = {
    "strip": "train_strip",
    "ner": "train_ner",
    "topics": "train_topics",
}

app = typer.Typer(
    help="Train a model on articles of your own: what to strip, entities, topics.",
    no_args_is_help=True,
)


# a group with one command would collapse into that command
@app.callback()
def _root() -> None:
    pass


for _task, _module in TASKS.items():
    if find_spec(f"cpecnlp.cli.{_module}"):
        app.command(_task)(importlib.import_module(f"cpecnlp.cli.{_module}").command)
