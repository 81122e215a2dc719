"""``cpecnlp promote``: choose the model that is used when nothing else is asked for."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cpecnlp.cli.options import NOT_PROMOTED
from cpecnlp.cli.train_topics import say_gate
from cpecnlp.models import find_model, model_path, open_model, promote


def command(
    model: Annotated[str, typer.Argument(help="A model folder, or a name that cpecnlp list models shows.")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Though topics fall, or the task has no gate; also the way back.")
    ] = False,
) -> None:
    """Make a model the present one; the one before stays beside it.

    A topic model must pass the gate: no topic of the present model may fall. Exit code 3 when it does not.
    """
    new = find_model(model)
    console = Console(highlight=False)
    errors = Console(stderr=True, highlight=False)
    if not anyway and new.task != "topics":
        errors.print(f"not promoted: there is no gate for {new.task} models; measure it, then say --anyway")
        raise typer.Exit(NOT_PROMOTED)
    if not anyway:
        from cpecnlp.training.topic_gate import compare_topics
        from cpecnlp.training.topic_rows import TopicRows

        present = open_model(model_path("topics"), "topics")
        gate = compare_topics(new, present, trained_on=TopicRows.load(new.path))
        say_gate(gate, present.name, console)
        if not gate.passed:
            errors.print(f"not promoted, {present.name} stays in use: {gate.reason}", markup=False, soft_wrap=True)
            raise typer.Exit(NOT_PROMOTED)
    console.print(f"{promote(new).name} is the present model for {new.task} now", markup=False)
