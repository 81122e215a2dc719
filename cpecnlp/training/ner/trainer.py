"""One step of training, spread over threads by rows of the batch.

Small matrices leave the second core waiting when each is split among threads; a shard of the batch
a thread keeps both busy, and the gradients are the same.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import TracebackType

import torch
from torch import Tensor, nn
from torch.nn import functional

from cpecnlp.training.ner.data import Batch
from cpecnlp.training.ner.device import bf16_pays
from cpecnlp.training.ner.encoder import SpanTagger, seed_dropout


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
        average: Decay of the running average of the weights; 0 for the last weights.
        case_share: Share of windows written in another case.
        mask_share: Share of words that are hidden behind the mask.
        smoothing: Label smoothing.
        seed: Of shuffles, cuts and dropout.
        patience: Epochs without a better score on dev after which a stage ends.
        bf16: Whether matrices are multiplied in bfloat16; None for where it pays.
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
    mask_share: float = 0.0
    smoothing: float = 0.0
    seed: int = 0
    patience: int = 3
    bf16: bool | None = None


Gradients = list[Tensor | None]


class Trainer:
    """Holds a model, its optimisers and the running average of its weights.

    The average follows Polyak and Juditsky (1992), with a shorter memory at the beginning.

    Args:
        model: Trained in place.
        recipe: How to train.
        threads: Shards of a batch that are worked on at once; on a GPU the batch stays whole.
    """

    def __init__(self, model: SpanTagger, recipe: Recipe, threads: int = 1) -> None:
        self.device = next(model.parameters()).device
        if self.device.type != "cpu":
            threads = 1
        self.bf16 = bf16_pays(self.device) if recipe.bf16 is None else recipe.bf16
        self.model, self.recipe, self.threads = model.train(), recipe, threads
        self.average = copy.deepcopy(model).eval()
        self.steps = 0
        self._weights = list(model.parameters())
        self._averages = list(self.average.parameters())
        self._parts = _even_parts([weight.numel() for weight in self._weights], threads)
        names = [name for name, _ in model.named_parameters()]
        self._optimizers = [
            make_optimizer([(names[index], self._weights[index]) for index in part], recipe) for part in self._parts
        ]
        self._pool = ThreadPoolExecutor(threads)
        self._threads_before = torch.get_num_threads()

    def __enter__(self) -> Trainer:
        torch.set_num_threads(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        torch.set_num_threads(self._threads_before)

    def step(self, batch: Batch, factor: float) -> float:
        """Take one step.

        Args:
            batch: Windows of one tag set.
            factor: Of the learning rates, in [0, 1].

        Returns:
            The mean loss of the batch's words.
        """
        self.steps += 1
        shards = batch.split(self.threads)
        words = len(batch.words)
        seeds = [self.recipe.seed * 1_000_003 + self.steps * self.threads + n for n in range(len(shards))]
        answers = list(self._pool.map(lambda shard, seed: self._shard(shard, seed, words), shards, seeds))
        gradients = [answer[1] for answer in answers]
        squares = list(self._pool.map(lambda part: self._gather(part, gradients), self._parts))
        scale = min(1.0, 1.0 / (sum(squares) ** 0.5 + 1e-6))
        update = partial(self._update, scale=scale, factor=factor)
        list(self._pool.map(update, self._parts, self._optimizers))
        return sum(answer[0] for answer in answers)

    def _shard(self, shard: Batch, seed: int, words: int) -> tuple[float, Gradients]:
        torch.set_num_threads(1)
        seed_dropout(seed, self.device)
        loss = batch_loss(self.model, shard.to(self.device), self.recipe, self.bf16) * (len(shard.words) / words)
        gradients = torch.autograd.grad(loss, self._weights, allow_unused=True)
        return float(loss.detach()), list(gradients)

    @torch.no_grad()
    def _gather(self, part: Sequence[int], gradients: Sequence[Gradients]) -> float:
        """Sum the shards' gradients of some weights; return the sum of their squares."""
        squares = 0.0
        for index in part:
            found = [gradient for shard in gradients if (gradient := shard[index]) is not None]
            weight = self._weights[index]
            weight.grad = found[0] if found else None
            for other in found[1:]:
                found[0].add_(other)
            if found:
                squares += float(found[0].norm()) ** 2
        return squares

    @torch.no_grad()
    def _update(self, part: Sequence[int], optimizer: torch.optim.AdamW, scale: float, factor: float) -> None:
        for index in part:
            gradient = self._weights[index].grad
            if gradient is not None and scale < 1:
                gradient.mul_(scale)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        optimizer.step()
        decay = min(self.recipe.average, (1 + self.steps) / (10 + self.steps))
        for index in part:
            self._averages[index].lerp_(self._weights[index], 1 - decay)

    def state(self) -> dict[str, Tensor]:
        """Return everything that the next step depends on, by name."""
        names = [name for name, _ in self.model.named_parameters()]
        tensors = {f"weight.{name}": weight for name, weight in zip(names, self._weights, strict=True)}
        tensors |= {f"average.{name}": weight for name, weight in zip(names, self._averages, strict=True)}
        tensors["steps"] = torch.tensor(self.steps)
        for part, optimizer in zip(self._parts, self._optimizers, strict=True):
            for index in part:
                for key, value in optimizer.state.get(self._weights[index], {}).items():
                    tensors[f"adam.{key}.{names[index]}"] = value
        return tensors

    @torch.no_grad()
    def load_state(self, tensors: Mapping[str, Tensor]) -> None:
        """Take up a state that :meth:`state` gave."""
        names = [name for name, _ in self.model.named_parameters()]
        self.steps = int(tensors["steps"])
        for name, weight, average in zip(names, self._weights, self._averages, strict=True):
            weight.copy_(tensors[f"weight.{name}"])
            average.copy_(tensors[f"average.{name}"])
        for part, optimizer in zip(self._parts, self._optimizers, strict=True):
            for index in part:
                weight = self._weights[index]
                moments = {key: f"adam.{key}.{names[index]}" for key in ("step", "exp_avg", "exp_avg_sq")}
                if moments["step"] in tensors:
                    # the fused optimiser keeps its count beside the weights
                    optimizer.state[weight] = {key: tensors[name].to(weight.device) for key, name in moments.items()}


def _even_parts(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Deal indices into parts of like total size, the largest first."""
    parts: list[list[int]] = [[] for _ in range(count)]
    totals = [0] * count
    for index in sorted(range(len(sizes)), key=lambda index: -sizes[index]):
        smallest = totals.index(min(totals))
        parts[smallest].append(index)
        totals[smallest] += sizes[index]
    return [part for part in parts if part]


def make_optimizer(weights: Sequence[tuple[str, nn.Parameter]], recipe: Recipe) -> torch.optim.AdamW:
    """Return AdamW with a higher rate for heads and shapes, and no decay of biases and norms."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weight in weights:
        rate = recipe.head_rate if name.startswith(("tag_heads", "shapes")) else recipe.rate
        groups.setdefault((rate, recipe.decay if weight.ndim > 1 else 0.0), []).append(weight)
    settings = [
        {"params": members, "lr": rate, "peak": rate, "weight_decay": decay}
        for (rate, decay), members in groups.items()
    ]
    return torch.optim.AdamW(settings, fused=True)


def batch_loss(model: SpanTagger, batch: Batch, recipe: Recipe, bf16: bool) -> Tensor:
    """Return the mean cross entropy of a batch's words."""
    # no cache: threads would share casts, and each weight is used once a step
    with torch.autocast(batch.ids.device.type, dtype=torch.bfloat16, enabled=bf16, cache_enabled=False):
        logits = model(batch.tag_set, batch.ids, batch.shapes, batch.lengths, batch.words)
    return functional.cross_entropy(logits.float(), batch.tags, label_smoothing=recipe.smoothing)
