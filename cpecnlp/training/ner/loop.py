"""The training loop: windows cut afresh each epoch, AdamW, an average of the weights."""

from __future__ import annotations

import copy
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cpecnlp.training.ner.data import Batch, Example, case_noise, cut_samples, make_batches
from cpecnlp.training.ner.encoder import SpanTagger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one stage of training goes.

    Attributes:
        epochs: Passes over the examples.
        batch_pieces: Pieces in a batch, padding counted.
        window: Most pieces in a window, special pieces not counted.
        rate: Peak learning rate of the encoder.
        head_rate: Peak learning rate of heads and shape table.
        warmup: Share of the steps in which the rates rise.
        decay: Weight decay.
        average: Decay of the running average of the weights; 0 for none.
        case_share: Share of windows written in another case.
        smoothing: Label smoothing.
        seed: Of shuffles, cuts and dropout.
        bf16: Whether matrices are multiplied in bfloat16.
    """

    epochs: int = 8
    batch_pieces: int = 4096
    window: int = 254
    rate: float = 1e-4
    head_rate: float = 1e-3
    warmup: float = 0.1
    decay: float = 0.01
    average: float = 0.995
    case_share: float = 0.1
    smoothing: float = 0.0
    seed: int = 0
    bf16: bool = True


class Average:
    """A running average of a model's weights (Polyak and Juditsky, 1992)."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model).eval()
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Move the average towards the model's present weights."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(list(self.model.parameters()), list(model.parameters()), 1 - decay)


def make_optimizer(model: SpanTagger, recipe: Recipe) -> torch.optim.AdamW:
    """Return AdamW with a higher rate for heads and shapes, and no decay of biases and norms."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weight in model.named_parameters():
        rate = recipe.head_rate if name.startswith(("tag_heads", "shapes")) else recipe.rate
        decay = recipe.decay if weight.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(weight)
    settings = [{"params": ws, "lr": rate, "weight_decay": decay} for (rate, decay), ws in groups.items()]
    return torch.optim.AdamW(settings, fused=True)


def triangle(step: int, steps: int, warmup: float) -> float:
    """Return the factor of the learning rate: up during the warm-up, then down to nothing."""
    rise = max(1, round(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.0, (steps - step) / max(1, steps - rise))


def train_stage(
    model: SpanTagger,
    examples: Callable[[int, random.Random], Sequence[Example]],
    recipe: Recipe,
    special: tuple[int, int],
    on_epoch: Callable[[int, SpanTagger], bool] | None = None,
) -> SpanTagger:
    """Train a model for one stage.

    Args:
        model: Trained in place.
        examples: Gives the examples of an epoch (so that augmentation can change them).
        recipe: How to train.
        special: Vocabulary ids of the opening and the closing piece.
        on_epoch: Called with the epoch's number (from 1) and the averaged model; training ends when
            it returns True.

    Returns:
        The average of the weights (the model itself where the recipe has no average).
    """
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)
    optimizer = make_optimizer(model, recipe)
    average = Average(model, recipe.average) if recipe.average else None
    clock = _Clock(recipe.epochs)
    for epoch in range(recipe.epochs):
        samples = [
            case_noise(sample, recipe.case_share, chance)
            for example in examples(epoch, chance)
            for sample in cut_samples(example, recipe.window, chance, *special)
        ]
        batches = make_batches(samples, recipe.batch_pieces, chance)
        _train_epoch(model, batches, optimizer, recipe, epoch, average, clock)
        best = average.model if average else model
        if on_epoch and on_epoch(epoch + 1, best):
            break
    return average.model if average else model


def _train_epoch(
    model: SpanTagger, batches: Sequence[Batch], optimizer: torch.optim.AdamW,
    recipe: Recipe, epoch: int, average: Average | None, clock: _Clock,
) -> None:
    model.train()
    steps = len(batches) * recipe.epochs
    base = [group.setdefault("peak", group["lr"]) for group in optimizer.param_groups]
    for index, batch in enumerate(batches):
        factor = triangle(epoch * len(batches) + index, steps, recipe.warmup)
        for group, peak in zip(optimizer.param_groups, base):
            group["lr"] = peak * factor
        loss = batch_loss(model, batch, recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if average:
            average.update(model)
        clock.tick(batch.pieces, float(loss.detach()), epoch, index, len(batches))


def batch_loss(model: SpanTagger, batch: Batch, recipe: Recipe) -> Tensor:
    """Return the mean cross entropy of a batch's words."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.bf16):
        logits = model(batch.tag_set, batch.ids, batch.shapes, batch.lengths, batch.words)
    return functional.cross_entropy(logits.float(), batch.tags, label_smoothing=recipe.smoothing)


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
            epoch + 1, self.epochs, index + 1, count, self.loss, self.pieces / spent,
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
