"""Train an entity model: auxiliary sets first, then gold articles, then ONNX with a card."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from cpecnlp.backends.onnx import MODEL_FILE, TOKENIZER_FILE
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import ModelFolder, write_model
from cpecnlp.training.ner.augment import NameSwap, read_gazetteer
from cpecnlp.training.ner.card import write_card
from cpecnlp.training.ner.data import gold_texts
from cpecnlp.training.ner.encoder import base_folder
from cpecnlp.training.ner.evaluate import CONTEXT, WINDOW, halves_error
from cpecnlp.training.ner.run import TrainingRun
from cpecnlp.training.ner.trainer import Recipe

GOLD_RECIPE = Recipe(epochs=8, batch_pieces=2048, rate=1.2e-4, average=0.995)


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training run gave.

    Attributes:
        model: The model folder that was written.
        scores: Strict precision, recall, F1 and count of each label on dev; empty without dev.
        calibration_error: Of the entity scores on dev, fitted on one half and measured on the other.
        weights: ``int8`` or ``fp32``.
        seconds: Wall time.
    """

    model: ModelFolder
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    calibration_error: float | None = None
    weights: str = "int8"
    seconds: float = 0.0


def train_ner(
    gold: Sequence[Document],
    out: Path,
    *,
    labels: Sequence[str],
    dev: Sequence[Document] = (),
    base: Path | None = None,
    auxiliary: Path | None = None,
    gazetteer: Path | None = None,
    calibration: Path | None = None,
    epochs: int | None = None,
    seed: int = 0,
    threads: int = 2,
    name: str = "cpecnlp-ner",
    checkpoint: Path | None = None,
    recipe: Recipe = GOLD_RECIPE,
) -> TrainReport:
    """Train an entity model and write its folder.

    Args:
        gold: Articles with ``removed`` and ``entities``.
        out: Model folder to write; replaced when the new one is whole.
        labels: Entity types, in the order of the head.
        dev: Articles to choose the epoch, the precision of the weights and the calibration by;
            without any the last epoch is kept.
        base: Where training starts: a model folder, or a folder with a BERT checkpoint; the
            pre-trained encoder of the extra ``train`` by default.
        auxiliary: Folder of public entity data to train on first.
        gazetteer: Folder of names for augmentation.
        calibration: Model folder whose calibration curve is taken over where there is no dev.
        epochs: Passes over the gold articles, in place of the recipe's.
        seed: Of everything that is drawn.
        threads: Threads to train with.
        name: Name of the model.
        checkpoint: File in which the encoder stands behind the auxiliary stage; read if it is there.
        recipe: How to train on gold.

    Raises:
        InputError: If there is no gold article, or one has a label that is not in ``labels``.
    """
    started = time.monotonic()
    _check(gold, labels)
    recipe = replace(recipe, epochs=epochs or recipe.epochs, seed=seed)
    run = TrainingRun(
        labels=tuple(labels), dev=gold_texts(dev), base=base or base_folder(), seed=seed, threads=threads
    )
    model = run.start()
    if auxiliary is not None:
        run.auxiliary_stage(model, auxiliary, checkpoint)
    swap = NameSwap(read_gazetteer(gazetteer)) if gazetteer is not None else None
    model = run.gold_stage(model, gold_texts(gold), swap, recipe)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        weights, evaluation = run.export(model, Path(scratch))
        scores = evaluation.score.table() if evaluation else {}
        error = halves_error(evaluation) if evaluation else None
        facts = _facts(gold, dev, recipe, auxiliary, gazetteer)
        folder = write_model(
            out,
            task="ner",
            backend="onnx",
            name=name,
            labels=run.labels,
            write_files=lambda target: _write_files(target, weights, run.tokenizer_file),
            card=write_card(name, scores, error, facts, weights.stem),
            settings={
                "window": WINDOW,
                "context": CONTEXT,
                "calibration": run.knots(evaluation, calibration),
                "weights": weights.stem,
                "encoder": asdict(model.config),
            },
            metrics={"dev": scores, "dev_calibration_error": error} if scores else {},
            training=facts,
            libraries=("torch", "onnxruntime", "tokenizers"),
        )
    return TrainReport(folder, scores, error, weights.stem, time.monotonic() - started)


def _check(gold: Sequence[Document], labels: Sequence[str]) -> None:
    if not gold:
        raise InputError("there is no gold article to train on")
    for document in gold:
        for span in document.entities or ():
            if span.label not in labels:
                raise InputError(
                    f"document {document.id!r}: the label {span.label!r} is not one of {list(labels)}"
                )


def _write_files(target: Path, weights: Path, tokenizer: Path) -> None:
    shutil.copyfile(weights, target / MODEL_FILE)
    shutil.copyfile(tokenizer, target / TOKENIZER_FILE)


def _facts(
    gold: Sequence[Document],
    dev: Sequence[Document],
    recipe: Recipe,
    auxiliary: Path | None,
    gazetteer: Path | None,
) -> dict[str, Any]:
    return {
        "seed": recipe.seed,
        "gold_articles": len(gold),
        "gold_sha256": _digest(gold),
        "dev_articles": len(dev),
        "dev_sha256": _digest(dev) if dev else "",
        "auxiliary": auxiliary is not None,
        "gazetteer": gazetteer is not None,
        "recipe": asdict(recipe),
    }


def _digest(documents: Sequence[Document]) -> str:
    """Return the sha256 of documents written as JSON lines, whatever files they came from."""
    state = hashlib.sha256()
    for document in documents:
        state.update(document.to_json().encode("utf-8") + b"\n")
    return state.hexdigest()
