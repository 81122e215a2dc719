"""The folder of a trained entity model, and what its training gave."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cpecnlp.backends.onnx import MODEL_FILE, TERMS_FILE, TOKENIZER_FILE
from cpecnlp.models import ModelFolder, open_model, write_model
from cpecnlp.training.ner.card import write_card
from cpecnlp.training.ner.encoder import SpanTagger
from cpecnlp.training.ner.evaluate import CONTEXT, WINDOW, halves_error
from cpecnlp.training.ner.gate import Gate
from cpecnlp.training.ner.run import TrainingRun
from cpecnlp.training.ner.terms import BONUS, TermLists

Table = Mapping[str, Mapping[str, float]]
TAKEN_OVER = (
    "Strict scores of the model that was trained in the same way, these articles left out, boilerplate removed by hand:"
)


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training run gave.

    Attributes:
        model: The model folder that was written.
        scores: Strict precision, recall, F1 and count of each label on dev; empty without dev.
        calibration_error: Of the entity scores on dev, fitted on one half and measured on the other.
        weights: ``int8`` or ``fp32``.
        gate: The comparison with the present model; None where there was none, or nothing to compare on.
        seconds: Wall time of this call.
    """

    model: ModelFolder
    scores: Table = field(default_factory=dict)
    calibration_error: float | None = None
    weights: str = "int8"
    gate: Gate | None = None
    seconds: float = 0.0


def write_trained(
    run: TrainingRun,
    model: SpanTagger,
    out: Path,
    name: str,
    terms: TermLists,
    facts: Mapping[str, Any],
    *,
    calibration: Path | None = None,
    notes: Sequence[str] = (),
) -> TrainReport:
    """Export a trained model, calibrate it on the run's dev, and write its folder with a card.

    Args:
        run: The training run.
        model: The trained model.
        out: Model folder to write; replaced when the new one is whole.
        name: Name of the model.
        terms: Its terms.
        facts: Record of the training.
        calibration: Model folder whose calibration curve and figures are taken over where the run has no dev.
        notes: Hand-written parts of the card.
    """
    with tempfile.TemporaryDirectory() as scratch:
        weights, evaluation = run.export(model, Path(scratch))
        scores = evaluation.score.table() if evaluation else {}
        error = halves_error(evaluation) if evaluation else None
        settings = {
            "window": WINDOW,
            "context": CONTEXT,
            "calibration": run.knots(evaluation, calibration),
            "weights": weights.stem,
            "terms_bonus": BONUS,
            "encoder": asdict(model.config),
        }
        metrics: dict[str, Any] = {"dev": scores, "dev_calibration_error": error} if scores else {}
        if not scores and calibration is not None:
            metrics = {**open_model(calibration, "ner").metrics, "dev_what": TAKEN_OVER}
        manifest = {"name": name, "settings": settings, "metrics": metrics, "training": facts}

        def write_files(target: Path) -> None:
            shutil.copyfile(weights, target / MODEL_FILE)
            shutil.copyfile(run.tokenizer_file, target / TOKENIZER_FILE)
            (target / TERMS_FILE).write_text(json.dumps(terms, indent=0, ensure_ascii=False), encoding="utf-8")

        folder = write_model(
            out,
            task="ner",
            backend="onnx",
            name=name,
            labels=run.labels,
            write_files=write_files,
            card=write_card(manifest, notes),
            settings=settings,
            metrics=metrics,
            training=facts,
            libraries=("torch", "onnxruntime", "tokenizers"),
        )
    return TrainReport(folder, scores, error, weights.stem)
