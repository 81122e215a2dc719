"""The training loop: windows cut afresh each epoch, AdamW, an average of the weights, early stopping."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpecnlp.training.ner.checkpoint import Checkpoint, Progress
from cpecnlp.training.ner.data import Batch, Example, Sample, case_noise, cut_samples, make_batches, mask_words
from cpecnlp.training.ner.encoder import SpanTagger
from cpecnlp.training.ner.trainer import Recipe, Trainer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """Where a stage stands, said now and then.

    Attributes:
        stage: Name of the stage.
        done: Share of its steps that is behind.
        epoch: The running epoch, from 1.
        epochs: Epochs of the stage, if it is not stopped early.
        loss: Running mean of the loss.
        speed: Pieces a second.
        seconds_left: Of this stage, at this speed.
    """

    stage: str
    done: float
    epoch: int
    epochs: int
    loss: float
    speed: float
    seconds_left: float


Report = Callable[[Step], None]
Examples = Callable[[int, random.Random], Sequence[Example]]
Judge = Callable[[SpanTagger], float]


def triangle(done: float, warmup: float) -> float:
    """Return the factor of the learning rate: up during the warm-up, then down to nothing.

    Args:
        done: Share of the training that is behind, in [0, 1).
        warmup: Share of the training in which the rate rises.
    """
    if done < warmup:
        return 0.02 + 0.98 * done / warmup
    return max(0.0, (1 - done) / (1 - warmup))


def train_stage(
    name: str,
    model: SpanTagger,
    examples: Examples,
    recipe: Recipe,
    special: tuple[int, int, int],
    *,
    judge: Judge | None = None,
    threads: int = 1,
    checkpoint: Checkpoint | None = None,
    report: Report | None = None,
) -> SpanTagger:
    """Train a model for one stage.

    Args:
        name: Name of the stage.
        model: Trained in place.
        examples: Gives the examples of an epoch (so that augmentation can change them).
        recipe: How to train.
        special: Vocabulary ids of the opening, the closing and the masking piece.
        judge: Gives the F1 of the averaged model behind each epoch. The best epoch is kept, and the
            stage ends when ``recipe.patience`` epochs have not bettered it.
        threads: Shards in which each batch is worked on at once.
        checkpoint: Where to go on from, and where to save.
        report: Is told now and then where the stage stands.

    Returns:
        The model with the average of the weights.
    """
    chance = random.Random(recipe.seed)
    checkpoint = checkpoint or Checkpoint(None, "")
    with Trainer(model, recipe, threads) as trainer:
        progress = checkpoint.restore(name, trainer, chance)
        clock = _Clock(name, recipe.epochs, report)
        while progress.epoch < recipe.epochs and progress.stale < recipe.patience:
            progress.chance = chance.getstate()
            batches = _batches(examples(progress.epoch, chance), recipe, special, chance)
            _epoch(trainer, batches, progress, checkpoint, clock)
            progress.epoch, progress.batch = progress.epoch + 1, 0
            if judge is not None:
                _judge(judge(trainer.average), trainer.average, progress, checkpoint)
            progress.chance = chance.getstate()
            checkpoint.save(progress, trainer)
    average: SpanTagger = trainer.average
    if checkpoint.best_weights:
        average.load_state_dict(checkpoint.best_weights)
    return average


def _batches(
    examples: Sequence[Example], recipe: Recipe, special: tuple[int, int, int], chance: random.Random
) -> list[Batch]:
    def noise(sample: Sample) -> Sample:
        sample = case_noise(sample, recipe.case_share, chance)
        return mask_words(sample, recipe.mask_share, special[2], chance)

    samples = [
        noise(sample) for example in examples for sample in cut_samples(example, recipe.window, chance, *special[:2])
    ]
    return make_batches(samples, recipe.batch_pieces, chance)


def _epoch(
    trainer: Trainer, batches: Sequence[Batch], progress: Progress, checkpoint: Checkpoint, clock: _Clock
) -> None:
    recipe, count = trainer.recipe, len(batches)
    while progress.batch < count:
        batch = batches[progress.batch]
        done = (progress.epoch + progress.batch / count) / recipe.epochs
        loss = trainer.step(batch, triangle(done, recipe.warmup))
        progress.batch += 1
        if progress.batch < count and checkpoint.due():
            checkpoint.save(progress, trainer)
        clock.tick(batch.pieces, loss, progress.epoch, progress.batch, count)


def _judge(score: float, model: SpanTagger, progress: Progress, checkpoint: Checkpoint) -> None:
    if score > progress.best:
        progress.best, progress.stale = score, 0
        checkpoint.keep_best(model)
    else:
        progress.stale += 1
    log.info("epoch %d: F1 on dev %.4f, best %.4f", progress.epoch, score, progress.best)


class _Clock:
    """Tells loss, speed and time left now and then."""

    def __init__(self, stage: str, epochs: int, report: Report | None, every: float = 20.0) -> None:
        self.stage, self.epochs, self.report, self.every = stage, epochs, report, every
        self.start = self.last = time.monotonic()
        self.pieces, self.loss = 0, 0.0
        self.began: float | None = None

    def tick(self, pieces: int, loss: float, epoch: int, batch: int, count: int) -> None:
        """Note one step; report it, and log it when the last line is long ago or the epoch ends."""
        done = (epoch * count + batch) / (count * self.epochs)
        if self.began is None:  # a resumed stage does not begin at nothing
            self.began = done - 1 / (count * self.epochs)
        self.pieces += pieces
        self.loss = loss if not self.loss else 0.95 * self.loss + 0.05 * loss
        now = time.monotonic()
        spent = now - self.start
        left = spent * (1 - done) / (done - self.began)
        step = Step(self.stage, done, epoch + 1, self.epochs, self.loss, self.pieces / max(spent, 1e-9), left)
        if self.report is not None:
            self.report(step)
        if now - self.last < self.every and batch < count:
            return
        self.last = now
        log.info(
            "%s: epoch %d/%d, %.0f %%, loss %.4f, %.0f pieces/s, %.1f min left",
            step.stage,
            step.epoch,
            step.epochs,
            100 * step.done,
            step.loss,
            step.speed,
            step.seconds_left / 60,
        )


def save_weights(model: SpanTagger, path: Path) -> None:
    """Write a model's weights as safetensors, aside and then renamed."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    save_file({name: weight.contiguous() for name, weight in model.state_dict().items()}, str(aside))
    aside.replace(path)


def load_weights(model: SpanTagger, path: Path, skip: Sequence[str] = ()) -> None:
    """Fill a model from :func:`save_weights`; heads that it does not know are left out."""
    from safetensors.torch import load_file

    known: dict[str, Any] = model.state_dict()
    weights = {
        name: weight
        for name, weight in load_file(str(path)).items()
        if name in known and not name.startswith(tuple(skip) or ("\0",))
    }
    model.load_state_dict(weights, strict=False)
