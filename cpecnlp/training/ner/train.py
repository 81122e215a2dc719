"""Train an entity model: auxiliary sets first, then gold articles, then ONNX with a card."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from cpecnlp.backends.terms import Terms
from cpecnlp.document import Document
from cpecnlp.errors import InputError
from cpecnlp.models import MANIFEST, ModelFolder, open_model, sha256
from cpecnlp.paths import resource
from cpecnlp.training.ner.augment import GAZETTEER_FILES, NameSwap, read_gazetteer
from cpecnlp.training.ner.auxiliary import AUXILIARY_FILES
from cpecnlp.training.ner.checkpoint import Checkpoint
from cpecnlp.training.ner.data import gold_texts
from cpecnlp.training.ner.device import choose_device
from cpecnlp.training.ner.encoder import SpanTagger, base_folder
from cpecnlp.training.ner.gate import compare_models
from cpecnlp.training.ner.loop import Report
from cpecnlp.training.ner.run import AUXILIARY_RECIPE, TrainingRun
from cpecnlp.training.ner.sources import describe_documents, describe_files
from cpecnlp.training.ner.terms import BONUS, gather_terms
from cpecnlp.training.ner.trainer import Recipe
from cpecnlp.training.ner.write import TrainReport, write_trained

GOLD_RECIPE = Recipe(epochs=8, batch_pieces=2048, rate=1.2e-4, average=0.995)
SILVER_RECIPE = Recipe(epochs=1, batch_pieces=4096, rate=1.5e-4, average=0.995)
RESOURCES = ("gazetteer.jsonl", "technologies.txt", "agreements.txt")


def train_ner(
    gold: Sequence[Document],
    out: Path,
    *,
    labels: Sequence[str] | None = None,
    dev: Sequence[Document] = (),
    base: Path | None = None,
    auxiliary: Path | None = None,
    silver: Sequence[Document] = (),
    layers: Sequence[int] = (),
    width: tuple[int, int] | None = None,
    gazetteer: Path | None = None,
    measured: Sequence[Document] = (),
    calibration: Path | None = None,
    present: ModelFolder | None = None,
    regression: Sequence[Document] = (),
    without_terms: Collection[str] = (),
    epochs: int | None = None,
    seed: int = 0,
    threads: int = 2,
    device: str = "auto",
    name: str = "cpecnlp-ner",
    recipe: Recipe = GOLD_RECIPE,
    resume: bool = True,
    report: Report | None = None,
    notes: Sequence[str] = (),
    record: Mapping[str, Any] | None = None,
) -> TrainReport:
    """Train an entity model and write its folder.

    A run that was killed goes on from ``<out>.training`` when it is called again with the same data
    and settings.

    Args:
        gold: Articles with ``removed`` and ``entities``.
        out: Model folder to write; replaced when the new one is whole.
        labels: Entity types, in the order of the head; by default those of the base, and behind them
            those that only the gold has.
        dev: Articles to choose the epoch, the precision of the weights and the calibration by, and to
            stop early; without any the last epoch is kept.
        base: Where training starts: a model folder, or a folder with a BERT checkpoint; the
            pre-trained encoder of the extra ``train`` by default.
        auxiliary: Folder of public entity data to train on first.
        silver: Articles whose entities a model has found, to train on before the gold ones.
        layers: Layers of the base to keep, from 0, for a smaller and faster model; all by default.
        width: Attention heads and feed-forward units of each layer to keep, see
            :mod:`cpecnlp.training.ner.narrow`; all by default.
        gazetteer: Folder of names for augmentation.
        measured: Articles to measure and calibrate the finished model on, in place of dev; they choose nothing.
        calibration: Model folder whose calibration curve and figures are taken over where there is neither:
            the same training with articles left out.
        present: The model that the gate compares the new one with; ``base``, if that is a model, by default.
        regression: Articles on which it compares them, beside dev.
        without_terms: Names that may not join the model's terms, see
            :func:`cpecnlp.training.ner.terms.gather_terms`.
        epochs: Passes over the gold articles, in place of the recipe's.
        seed: Of everything that is drawn.
        threads: Threads to train with on a CPU.
        device: ``auto``, ``cpu`` or ``cuda``.
        name: Name of the model.
        recipe: How to train on gold.
        resume: Go on from where a killed run stood; False deletes what it left.
        report: Is told now and then where the run stands.
        notes: Hand-written parts of the card.
        record: Facts to add to the record of the training.

    Raises:
        InputError: There is no gold article, one has a label that is not in ``labels``, or there is
            no such device.
    """
    started = time.monotonic()
    names = _labels(gold, labels, base)
    recipe = replace(recipe, epochs=epochs or recipe.epochs, seed=seed)
    facts = {
        **run_facts(gold, dev, silver, base=base, auxiliary=auxiliary, gazetteer=gazetteer, recipe=recipe),
        **({"layers": list(layers)} if layers else {}),
        **({"width": list(width)} if width else {}),
        **(record or {}),
    }
    lists = gather_terms(without_terms)
    checkpoint = Checkpoint(out.with_name(out.name + ".training"), digest([names, facts]))
    if not resume:
        checkpoint.remove()
    run = TrainingRun(
        names,
        gold_texts(dev),
        base or base_folder(),
        seed,
        threads,
        choose_device(device),
        Terms.of(**lists, labels=names, bonus=BONUS),
        checkpoint,
        report,
        tuple(layers),
        width,
    )
    swap = NameSwap(read_gazetteer(gazetteer)) if gazetteer is not None else None
    model = _train(run, auxiliary, silver, gold, swap, recipe)
    if measured:
        run.dev = gold_texts(measured)
        facts["data"] = {**facts["data"], "measured": describe_documents(measured)}
    result = write_trained(run, model, out, name, lists, facts, calibration=calibration, notes=notes)
    checkpoint.remove()
    articles = {document.text: document for document in (*dev, *regression)}
    if present is None and base is not None and (base / MANIFEST).is_file():
        present = open_model(base, "ner")
    gate = None
    if present is not None and articles:
        gate = compare_models(result.model, present, [*articles.values()], trained_on=gold, seed=seed)
    return replace(result, gate=gate, seconds=time.monotonic() - started)


def run_facts(
    gold: Sequence[Document],
    dev: Sequence[Document],
    silver: Sequence[Document],
    *,
    base: Path | None,
    auxiliary: Path | None,
    gazetteer: Path | None,
    recipe: Recipe,
) -> dict[str, Any]:
    """Return the record of a run: seed, recipes, and the sha256 of everything that it reads."""
    seed = recipe.seed
    return {
        "seed": seed,
        "base": _base(base),
        "data": {name: describe_documents(part) for name, part in (("gold", gold), ("dev", dev), ("silver", silver))},
        "auxiliary": describe_files(auxiliary, AUXILIARY_FILES),
        "gazetteer": describe_files(gazetteer, GAZETTEER_FILES),
        "resources": {file: sha256(resource(file)) for file in RESOURCES},
        "recipes": {
            **({"auxiliary": asdict(replace(AUXILIARY_RECIPE, seed=seed))} if auxiliary else {}),
            **({"silver": asdict(replace(SILVER_RECIPE, seed=seed))} if silver else {}),
            "gold": asdict(recipe),
        },
    }


def _train(
    run: TrainingRun,
    auxiliary: Path | None,
    silver: Sequence[Document],
    gold: Sequence[Document],
    swap: NameSwap | None,
    recipe: Recipe,
) -> SpanTagger:
    model = run.start(gold_texts(gold))
    if auxiliary is not None and not run.behind("auxiliary"):
        run.auxiliary_stage(model, auxiliary)
    if silver and not run.behind("silver"):
        model = run.gold_stage(model, gold_texts(silver), swap, replace(SILVER_RECIPE, seed=run.seed), "silver")
    return run.gold_stage(model, gold_texts(gold), swap, recipe)


def _labels(gold: Sequence[Document], labels: Sequence[str] | None, base: Path | None) -> tuple[str, ...]:
    """Return the entity types of a run, after a look at the gold."""
    if not gold:
        raise InputError("there is no gold article to train on")
    found = sorted({span.label for document in gold for span in document.entities or ()})
    if not found:
        raise InputError("the gold articles have no entities")
    if labels is None:
        is_model = base is not None and (base / MANIFEST).is_file()
        known = open_model(base, "ner").labels if base is not None and is_model else ()
        return (*known, *(label for label in found if label not in known))
    for document in gold:
        for span in document.entities or ():
            if span.label not in labels:
                raise InputError(f"document {document.id!r}: the label {span.label!r} is not one of {list(labels)}")
    return tuple(labels)


def _base(base: Path | None) -> str:
    """Return what a run started from: a model with its version, or an encoder."""
    if base is None:
        return f"the encoder of {base_folder().parent.name}"
    return open_model(base, "ner").source if (base / MANIFEST).is_file() else f"the encoder in {base.name}"


def digest(value: Any) -> str:
    """Return the sha256 of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode("utf-8")).hexdigest()
