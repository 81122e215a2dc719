"""A narrower model: of each layer the attention heads and feed-forward units that matter most.

What a head or a unit is worth is how much the loss would change if it were turned down: the gradient of a gate
at one that stands before it, summed over batches without its sign (Michel, Levy and Neubig, 2019, for heads;
Molchanov et al., 2019, for units).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from cpecnlp.training.ner.data import Batch
from cpecnlp.training.ner.encoder import Layer, SpanTagger
from cpecnlp.training.ner.trainer import Recipe, batch_loss


def narrow(model: SpanTagger, batches: Sequence[Batch], heads: int, units: int) -> SpanTagger:
    """Return a model with fewer heads and feed-forward units in each layer, and all else of another.

    Args:
        model: The wider model; stays as it is.
        batches: Examples of what the model has to do.
        heads: Heads of a layer to keep.
        units: Feed-forward units of a layer to keep.

    Raises:
        ValueError: The model has fewer of them, or no batch holds a word.
    """
    config = model.config
    if not 0 < heads <= config.heads or not 0 < units <= config.intermediate_size:
        raise ValueError(f"cannot keep {heads} of {config.heads} heads, {units} of {config.intermediate_size} units")
    batches = [batch for batch in batches if len(batch.words)]
    if not batches:
        raise ValueError("without examples nothing tells which heads and units to keep")
    size = config.attention_size // config.heads
    small = SpanTagger(replace(config, heads=heads, head_size=size, intermediate_size=units), model.tag_sets)
    state = {name: weight for name, weight in model.state_dict().items() if not name.startswith("layers.")}
    for place, (layer, worth) in enumerate(zip(model.layers, worths(model, batches), strict=True)):
        kept_heads, kept_units = (_best(part, count) for part, count in zip(worth, (heads, units), strict=True))
        weights = _narrow_layer(layer, kept_heads, kept_units)
        state |= {f"layers.{place}.{name}": weight for name, weight in weights.items()}
    small.load_state_dict(state)
    moved: SpanTagger = small.to(next(model.parameters()).device)
    return moved


def worths(model: SpanTagger, batches: Sequence[Batch]) -> list[tuple[Tensor, Tensor]]:
    """Return for each layer what its heads are worth, shape (heads,), and its units, shape (units,)."""
    config, device = model.config, next(model.parameters()).device
    gates = [
        torch.ones(count, device=device, requires_grad=True)
        for _ in range(config.layers)
        for count in (config.heads, config.intermediate_size)
    ]
    doors = [door for layer in model.layers for door in (layer.out, layer.down)]
    hooks = [door.register_forward_pre_hook(_gated(gate)) for door, gate in zip(doors, gates, strict=True)]
    was_training = model.training
    model.eval()
    sums = [torch.zeros_like(gate) for gate in gates]
    try:
        for batch in batches:
            loss = batch_loss(model, batch.to(device), Recipe(), bf16=False)
            for total, gradient in zip(sums, torch.autograd.grad(loss, gates), strict=True):
                total += gradient.abs()
    finally:
        for hook in hooks:
            hook.remove()
        model.train(was_training)
    return list(zip(sums[::2], sums[1::2], strict=True))


def _gated(gate: Tensor) -> Callable[[nn.Module, tuple[Tensor, ...]], Tensor]:
    def turn(_module: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
        return inputs[0] * gate.repeat_interleave(inputs[0].shape[-1] // len(gate))

    return turn


def _best(worth: Tensor, count: int) -> Tensor:
    """Return the places of the most worthy, in ascending order."""
    return worth.topk(count).indices.sort().values


def _narrow_layer(layer: Layer, heads: Tensor, units: Tensor) -> dict[str, Tensor]:
    """Return the weights of a layer with only the named heads and units."""
    state = layer.state_dict()
    size = layer.attention_size // layer.heads
    for part in ("weight", "bias"):
        qkv = state[f"qkv.{part}"]
        shaped = qkv.view(3, layer.heads, size, *qkv.shape[1:])
        state[f"qkv.{part}"] = shaped[:, heads].reshape(3 * len(heads) * size, *qkv.shape[1:])
        state[f"up.{part}"] = state[f"up.{part}"][units]
    out = state["out.weight"]
    state["out.weight"] = out.view(len(out), layer.heads, size)[:, heads].reshape(len(out), -1)
    state["down.weight"] = state["down.weight"][:, units]
    return dict(state)
