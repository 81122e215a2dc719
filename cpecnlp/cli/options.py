"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cpecnlp.pipeline import DEFAULT_STAGES

NOT_PROMOTED = 3  # exit code: the new model is written, and the present one stays in use
ALL_STAGES = ",".join(DEFAULT_STAGES)

Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[INPUT]...",
        help="Files (.txt .html .jsonl .json .csv .tsv .parquet, also .gz), folders, or - for standard input."
        " None: the shipped corpus.",
    ),
]
Models = Annotated[
    Path | None,
    typer.Option("--models", help="Your own models: a model folder, or a folder with one a task."),
]
Ner = Annotated[
    str | None,
    typer.Option("--ner", help="Another entity model: transformers:PATH_OR_HUB_ID or spacy:NAME_OR_PATH."),
]
Stages = Annotated[str, typer.Option("--pipeline", help="Stages to run, in order, comma-separated.")]
StripMode = Annotated[
    str,
    typer.Option("--strip-mode", help="balanced, precision (when in doubt keep) or recall (when in doubt strip)."),
]
StripThreshold = Annotated[
    float | None,
    typer.Option("--strip-threshold", min=0.0, max=1.0, help="Strip what scores at least this; replaces the mode's."),
]
NerThreshold = Annotated[
    float, typer.Option("--ner-threshold", min=0.0, max=1.0, help="Drop entities that score lower.")
]
MaxChars = Annotated[int, typer.Option("--max-chars", help="Refuse longer articles; 0 for no limit.", min=0)]
GoOnFrom = Annotated[
    str | None, typer.Option("--models", help="The model to go on from: folder or name. None: the present one.")
]
ModelOut = Annotated[
    Path | None, typer.Option("-o", "--output", help="Model folder to write. None: among your own models.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]


def stage_options(
    stages: list[str], strip_mode: str, strip_threshold: float | None, ner_threshold: float
) -> dict[str, dict[str, object]]:
    """Keyword arguments for the stages' ``load``, for those that are in the pipeline."""
    wanted: dict[str, dict[str, object]] = {
        "strip": {"mode": strip_mode, "threshold": strip_threshold},
        "ner": {"threshold": ner_threshold},
    }
    return {name: values for name, values in wanted.items() if name in stages}


def split_stages(value: str) -> list[str]:
    """``"strip,ner"`` as a list."""
    return [name.strip() for name in value.split(",") if name.strip()]


def split_names(value: str) -> list[str]:
    """Names set apart by commas."""
    return split_stages(value)
