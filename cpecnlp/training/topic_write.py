"""The folder of a fitted topic model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cpecnlp.backends.features import TextFeatures
from cpecnlp.backends.multilabel import BACKEND
from cpecnlp.models import ModelFolder, write_model
from cpecnlp.training.topic_card import write_card
from cpecnlp.training.topic_fit import FittedTopics
from cpecnlp.training.topic_rows import TopicRows, nothing_said


def write_topics(
    path: Path,
    name: str,
    rows: TopicRows,
    features: TextFeatures,
    fitted: FittedTopics,
    training: Mapping[str, Any],
    base: ModelFolder | None = None,
) -> ModelFolder:
    """Write the folder of a fitted topic model, with its memory and its card.

    Args:
        path: the folder.
        name: of the model.
        rows: what it was fitted on.
        features: what turned texts into rows.
        fitted: the model and its figures.
        training: the record of its training.
        base: the model that it goes on from, if any.
    """

    def files(folder: Path) -> None:
        features.save(folder)
        fitted.weights.save(folder)
        heard, scores = nothing_said(*rows.targets.shape)
        heard[fitted.judged], scores[fitted.judged] = fitted.heard, fitted.scores
        replace(rows, heard=heard, scores=scores).save(folder)

    return write_model(
        path,
        task="topics",
        backend=BACKEND,
        name=name,
        labels=rows.labels,
        write_files=files,
        card=write_card(name, fitted, rows, base),
        settings=fitted.rule.settings(),
        metrics={"cross_validation": fitted.figures.to_json()},
        training={
            **training,
            "rows_sha256": hashlib.sha256(rows.targets.tobytes() + rows.dense.tobytes()).hexdigest(),
        },
        libraries=("numpy", "scipy"),
    )
