"""The training loop: windows cut afresh each epoch, AdamW, an average of the weights."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cpecnlp.training.ner.data import Example, Sample, case_noise, cut_samples, make_batches, mask_words
from cpecnlp.training.ner.encoder import SpanTagger
from cpecnlp.training.ner.trainer import Recipe, Trainer

log = logging.getLogger(__name__)


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
    model: SpanTagger,
    examples: Callable[[int, random.Random], Sequence[Example]],
    recipe: Recipe,
    special: tuple[int, int, int],
    on_epoch: Callable[[int, SpanTagger], bool] | None = None,
    threads: int = 1,
) -> SpanTagger:
    """Train a model for one stage.

    Args:
        model: Trained in place.
        examples: Gives the examples of an epoch (so that augmentation can change them).
        recipe: How to train.
        special: Vocabulary ids of the opening, the closing and the masking piece.
        on_epoch: Called with the epoch's number (from 1) and the averaged model; training ends when
            it returns True.
        threads: Shards in which each batch is worked on at once.

    Returns:
        The model with the average of the weights.
    """
    chance = random.Random(recipe.seed)

    def noise(sample: Sample) -> Sample:
        sample = case_noise(sample, recipe.case_share, chance)
        return mask_words(sample, recipe.mask_share, special[2], chance)

    clock = _Clock(recipe.epochs)
    with Trainer(model, recipe, threads) as trainer:
        for epoch in range(recipe.epochs):
            samples = [
                noise(sample)
                for example in examples(epoch, chance)
                for sample in cut_samples(example, recipe.window, chance, *special[:2])
            ]
            batches = make_batches(samples, recipe.batch_pieces, chance)
            for index, batch in enumerate(batches):
                done = (epoch + index / len(batches)) / recipe.epochs
                loss = trainer.step(batch, triangle(done, recipe.warmup))
                clock.tick(batch.pieces, loss, epoch, index, len(batches))
            if on_epoch and on_epoch(epoch + 1, trainer.average):
                break
        average: SpanTagger = trainer.average
    return average


class _Clock:
    """Logs loss, speed and time left now and then."""

    def __init__(self, epochs: int, every: float = 20.0) -> None:
        self.epochs, self.every = epochs, every
        self.start = self.last = time.monotonic()
        self.pieces, self.loss = 0, 0.0

    def tick(self, pieces: int, loss: float, epoch: int, index: int, count: int) -> None:
        """Note one step; write a line when the last one is long ago or the epoch ends."""
        self.pieces += pieces
        self.loss = loss if not self.loss else 0.95 * self.loss + 0.05 * loss
        now = time.monotonic()
        if now - self.last < self.every and index + 1 < count:
            return
        self.last = now
        done = (epoch * count + index + 1) / (count * self.epochs)
        spent = now - self.start
        log.info(
            "epoch %d/%d step %d/%d loss %.4f, %.0f pieces/s, %.1f min left",
            epoch + 1,
            self.epochs,
            index + 1,
            count,
            self.loss,
            self.pieces / spent,
            spent * (1 - done) / done / 60,
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
