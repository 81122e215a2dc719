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
from cpecnlp.models import MANIFEST, ModelFolder, open_model, write_model
from cpecnlp.training.ner.augment import NameSwap, read_gazetteer
from cpecnlp.training.ner.card import write_card
from cpecnlp.training.ner.data import gold_texts
from cpecnlp.training.ner.encoder import SpanTagger, base_folder
from cpecnlp.training.ner.evaluate import CONTEXT, WINDOW, halves_error
from cpecnlp.training.ner.loop import load_weights, save_weights
from cpecnlp.training.ner.run import TrainingRun
from cpecnlp.training.ner.trainer import Recipe

Table = Mapping[str, Mapping[str, float]]
GOLD_RECIPE = Recipe(epochs=8, batch_pieces=2048, rate=1.2e-4, average=0.995)
SILVER_RECIPE = Recipe(epochs=1, batch_pieces=4096, rate=1.5e-4, average=0.995)


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training run gave.

    Attributes:
        model: The model folder that was written.
        scores: Strict precision, recall, F1 and count of each label on dev; empty without dev.
        before: The same of the model that training started from; empty where that was an encoder.
        fallen: Labels whose F1 on dev is lower than before.
        calibration_error: Of the entity scores on dev, fitted on one half and measured on the other.
        weights: ``int8`` or ``fp32``.
        seconds: Wall time.
    """

    model: ModelFolder
    scores: Table = field(default_factory=dict)
    before: Table = field(default_factory=dict)
    fallen: tuple[str, ...] = ()
    calibration_error: float | None = None
    weights: str = "int8"
    seconds: float = 0.0


def train_ner(
    gold: Sequence[Document],
    out: Path,
    *,
    labels: Sequence[str] | None = None,
    dev: Sequence[Document] = (),
    base: Path | None = None,
    auxiliary: Path | None = None,
    silver: Sequence[Document] = (),
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
        labels: Entity types, in the order of the head; those of the base by default, or where it
            has none those of the gold.
        dev: Articles to choose the epoch, the precision of the weights and the calibration by;
            without any the last epoch is kept.
        base: Where training starts: a model folder, or a folder with a BERT checkpoint; the
            pre-trained encoder of the extra ``train`` by default.
        auxiliary: Folder of public entity data to train on first.
        silver: Articles whose entities a model has found, to train on before the gold ones.
        gazetteer: Folder of names for augmentation.
        calibration: Model folder whose calibration curve is taken over where there is no dev.
        epochs: Passes over the gold articles, in place of the recipe's.
        seed: Of everything that is drawn.
        threads: Threads to train with.
        name: Name of the model.
        checkpoint: File for the weights as they are before the gold stage; if it is there, it stands
            in for the stages before.
        recipe: How to train on gold.

    Raises:
        InputError: If there is no gold article, or one has a label that is not in ``labels``.
    """
    started = time.monotonic()
    labels = _labels(gold, labels, base)
    run = TrainingRun(labels, gold_texts(dev), base or base_folder(), seed, threads)
    recipe = replace(recipe, epochs=epochs or recipe.epochs, seed=seed)
    swap = NameSwap(read_gazetteer(gazetteer)) if gazetteer is not None else None
    model = run.start()
    if checkpoint is not None and checkpoint.is_file():
        load_weights(model, checkpoint)
    else:
        if auxiliary is not None:
            run.auxiliary_stage(model, auxiliary)
        if silver:
            model = run.gold_stage(model, gold_texts(silver), swap, replace(SILVER_RECIPE, seed=seed))
        if checkpoint is not None:
            save_weights(model, checkpoint)
    model = run.gold_stage(model, gold_texts(gold), swap, recipe)
    facts = {
        "seed": seed,
        "base": "encoder" if base is None else base.name,
        "data": {"gold": _data(gold), "dev": _data(dev), "silver": _data(silver)},
        "auxiliary": auxiliary is not None,
        "gazetteer": gazetteer is not None,
        "recipe": asdict(recipe),
    }
    report = _write(run, model, out, name, calibration, facts)
    return replace(report, seconds=time.monotonic() - started)


def _write(
    run: TrainingRun, model: SpanTagger, out: Path, name: str, calibration: Path | None, facts: dict[str, Any]
) -> TrainReport:
    with tempfile.TemporaryDirectory() as scratch:
        weights, evaluation = run.export(model, Path(scratch))
        scores = evaluation.score.table() if evaluation else {}
        before = run.scores_before()
        fallen = tuple(label for label in before if scores[label]["f1"] < before[label]["f1"])
        error = halves_error(evaluation) if evaluation else None
        settings = {
            "window": WINDOW,
            "context": CONTEXT,
            "calibration": run.knots(evaluation, calibration),
            "weights": weights.stem,
            "encoder": asdict(model.config),
        }
        folder = write_model(
            out,
            task="ner",
            backend="onnx",
            name=name,
            labels=run.labels,
            write_files=lambda target: _write_files(target, weights, run.tokenizer_file),
            card=write_card(name, scores, before, error, facts, weights.stem),
            settings=settings,
            metrics={"dev": scores, "dev_calibration_error": error} if scores else {},
            training=facts,
            libraries=("torch", "onnxruntime", "tokenizers"),
        )
    return TrainReport(folder, scores, before, fallen, error, weights.stem)


def _labels(gold: Sequence[Document], labels: Sequence[str] | None, base: Path | None) -> tuple[str, ...]:
    """Return the entity types of a run, after a look at the gold."""
    if not gold:
        raise InputError("there is no gold article to train on")
    found = sorted({span.label for document in gold for span in document.entities or ()})
    if not found:
        raise InputError("the gold articles have no entities")
    if labels is None:
        is_model = base is not None and (base / MANIFEST).is_file()
        labels = open_model(base, "ner").labels if base is not None and is_model else found
    for document in gold:
        for span in document.entities or ():
            if span.label not in labels:
                raise InputError(f"document {document.id!r}: the label {span.label!r} is not one of {list(labels)}")
    return tuple(labels)


def _write_files(target: Path, weights: Path, tokenizer: Path) -> None:
    shutil.copyfile(weights, target / MODEL_FILE)
    shutil.copyfile(tokenizer, target / TOKENIZER_FILE)


def _data(documents: Sequence[Document]) -> dict[str, Any]:
    """Return how many documents there are and the sha256 of them as JSON lines."""
    state = hashlib.sha256()
    for document in documents:
        state.update(document.to_json().encode("utf-8") + b"\n")
    return {"articles": len(documents), "sha256": state.hexdigest() if documents else ""}
