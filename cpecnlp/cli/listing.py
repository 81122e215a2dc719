"""``cpecnlp list``: stages and models."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cpecnlp.cli import options
from cpecnlp.models import list_models, model_path
from cpecnlp.stage import STAGES, stage_class


class What(StrEnum):
    """What can be listed."""

    stages = "stages"
    models = "models"


def command(
    what: Annotated[What, typer.Argument(help="What to list.")] = What.stages,
    models: options.Models = None,
) -> None:
    """List the stages, or the models: your own and the shipped ones, and which are in use."""
    problems: list[str] = []
    rows = _stages() if what is What.stages else _models(models, problems)
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows[1:]:
        table.add_row(*row)
    Console(highlight=False).print(table)
    for problem in problems:
        typer.echo(f"cpecnlp: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def _stages() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("stage", "needs", "gives", "what it does")]
    for name in STAGES:
        cls = stage_class(name)
        purpose = (cls.__doc__ or "").strip().splitlines()[0]
        rows.append((name, ", ".join(cls.requires) or "–", ", ".join(cls.assigns), purpose))
    return rows


def _models(root: options.Models, problems: list[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("task", "name", "in use", "date", "labels", "F1", "folder")]
    for model in list_models(root, problems):
        used = model.path.resolve() == model_path(model.task).resolve()
        date = str(model.manifest.get("date", ""))
        rows.append(
            (
                model.task,
                model.name,
                "yes" if used else "",
                date,
                str(len(model.labels)),
                _micro(model.metrics),
                str(model.path),
            )
        )
    return rows


def _micro(metrics: Mapping[str, Any]) -> str:
    """The micro F1 that the model's maker measured; empty where there is none."""
    for figures in metrics.values():
        value = figures.get("micro", figures.get("all")) if isinstance(figures, Mapping) else None
        value = value.get("f1") if isinstance(value, Mapping) else value
        if isinstance(value, int | float):
            return f"{value:.3f}"
    return ""
