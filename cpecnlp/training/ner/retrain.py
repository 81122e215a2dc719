"""What ``cpecnlp train ner`` does: gold files in, a model folder out, judged and perhaps promoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cpecnlp.errors import ModelError
from cpecnlp.models import model_path, open_model
from cpecnlp.models import promote as promote_model
from cpecnlp.paths import user_models
from cpecnlp.training.ner.loop import Report
from cpecnlp.training.ner.sources import describe_documents, part_gold, read_gold
from cpecnlp.training.ner.train import digest, train_ner
from cpecnlp.training.ner.write import TrainReport
from cpecnlp.training.regression import regression_set


@dataclass(frozen=True, slots=True)
class Retraining:
    """What came of a retraining.

    Attributes:
        report: The training run, its gate included.
        present: The model that it started from or would replace.
        promoted: Whether the new model is the one that is used now.
    """

    report: TrainReport
    present: str
    promoted: bool


def retrain_ner(
    gold: Iterable[Path | str],
    *,
    base: Path | str | None = None,
    from_scratch: bool = False,
    out: Path | None = None,
    dev: Iterable[Path | str] = (),
    auxiliary: Path | None = None,
    epochs: int | None = None,
    device: str = "auto",
    threads: int = 2,
    seed: int = 0,
    resume: bool = True,
    promote: bool = False,
    report: Report | None = None,
) -> Retraining:
    """Train an entity model on gold files.

    Args:
        gold: Files of gold records, or corpus folders; see :func:`cpecnlp.training.ner.sources.part_gold`
            for which of the records are learned from.
        base: The model to go on from, by folder or name; the present one by default.
        from_scratch: Start from the bare encoder of the extra ``train``. It is compared
            with the present model all the same.
        out: Model folder to write; by default one among the user's own models, named by data and settings.
        dev: Files of gold records to choose the epoch by.
        auxiliary: Folder of public entity data to learn from first.
        epochs: Passes over the articles, at most.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Threads on the CPU.
        seed: Of everything that is drawn.
        resume: Go on from where a killed run stood.
        promote: Make the new model the one that is used, if no label falls.
        report: Is told now and then where the run stands.

    Raises:
        InputError: No record with entities, or a file that cannot be read.
        ModelError: The model to go on from is not one of ours.
    """
    present = open_model(model_path("ner", base), "ner")
    if present.backend != "onnx":
        raise ModelError(f"{present.path} is run by {present.backend!r}, which cannot be trained further")
    train, chosen = part_gold(read_gold(gold), seed)
    if dev := [*dev]:
        train, chosen = [*train, *chosen], read_gold(dev)
    # no date: the same command must find again what a killed run left
    what = [describe_documents(part) for part in (train, chosen)]
    name = f"ner-{digest([what, present.digest, from_scratch, epochs, seed])[:8]}"
    result = train_ner(
        train,
        out or user_models() / name,
        dev=chosen,
        base=None if from_scratch else present.path,
        auxiliary=auxiliary,
        regression=regression_set(),
        epochs=epochs,
        device=device,
        threads=threads,
        seed=seed,
        name=out.name if out else name,
        resume=resume,
        report=report,
        present=present,
    )
    promoted = promote and result.gate is not None and result.gate.passed
    if promoted:
        promote_model(result.model)
    return Retraining(result, present.source, promoted)
