"""``cpecnlp list``: stages, models, entity labels, topics."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options
from cpecnlp.models import list_models
from cpecnlp.stage import STAGES, stage_class


class What(StrEnum):
    """What can be listed."""

    stages = "stages"
    models = "models"


def command(
    what: Annotated[What, typer.Argument(help="What to list.")] = What.stages,
    models: options.Models = None,
) -> None:
    """List the stages or the models that are there."""
    rows = _stages() if what is What.stages else _models(models)
    table = Table(*rows[0], box=None, pad_edge=False)
    for row in rows[1:]:
        table.add_row(*row)
    Console(highlight=False).print(table)


def _stages() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("stage", "needs", "gives", "what it does")]
    for name in STAGES:
        cls = stage_class(name)
        purpose = (cls.__doc__ or "").strip().splitlines()[0]
        rows.append((name, ", ".join(cls.requires) or "–", ", ".join(cls.assigns), purpose))
    return rows


def _models(root: options.Models) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("task", "name", "date", "labels", "folder")]
    for model in list_models(root):
        rows.append(
            (
                model.task,
                model.name,
                str(model.manifest.get("date", "")),
                str(len(model.labels)),
                str(model.path),
            )
        )
    return rows
