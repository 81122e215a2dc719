"""``cpecnlp train``: one command a task, each in a file of its own."""

from __future__ import annotations

import importlib

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


for _task, _module in TASKS.items():
    app.command(_task)(importlib.import_module(f"cpecnlp.cli.{_module}").command)
