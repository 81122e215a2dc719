"""From a torch model to the ONNX file that ships, and back."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cpecnlp.training.ner.encoder import SpanTagger

# from 20 on the activation is one operator
OPSET = 20


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back the exporter's warnings, which name packages and steps that are of no use here."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


class _Exported(nn.Module):
    """The encoder with one head, for windows without padding."""

    def __init__(self, model: SpanTagger, tag_set: str) -> None:
        super().__init__()
        self.model = model
        self.head = model.tag_heads[tag_set]

    def forward(self, input_ids: Tensor, shape_ids: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.model.hidden(input_ids, shape_ids)
        return self.head(hidden), hidden


def export_onnx(model: SpanTagger, tag_set: str, path: Path) -> None:
    """Write a model as ONNX in float32.

    Inputs ``input_ids`` and ``shape_ids`` of shape (batch, length), all rows of one length;
    outputs ``logits`` (batch, length, tags) and ``hidden`` (batch, length, size).

    Args:
        model: The model; is set to evaluation.
        tag_set: Which head is exported.
        path: File to write.
    """
    model.eval()
    # two tensors, or the exporter takes both inputs for one
    example = (torch.zeros(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long))
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=model.config.positions)
    with _quiet():
        torch.onnx.export(
            _Exported(model, tag_set),
            example,
            str(path),
            input_names=["input_ids", "shape_ids"],
            output_names=["logits", "hidden"],
            dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    _fuse_attention(path, model.config.heads)


def _fuse_attention(path: Path, heads: int) -> None:
    """Put onnxruntime's one operator for attention in the place of those that the exporter writes.

    Same numbers, a tenth less time a window. The operator stands between the sum of the three
    projections and the matrix behind them, the first two of each layer's four matrices.
    """
    import onnx
    from onnx import helper

    model = onnx.load(str(path))
    graph = model.graph
    stored = {item.name for item in graph.initializer}
    users = {name: node for node in graph.node for name in node.input}
    matrices = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored]
    for layer in range((len(matrices) - 1) // 4):
        projected, behind = users[matrices[4 * layer].output[0]], matrices[4 * layer + 1]
        parts = [f"attention_{layer}_{part}" for part in ("query", "key", "value")]
        behind.input[0] = f"attention_{layer}"
        place = list(graph.node).index(projected) + 1
        split = helper.make_node("Split", [projected.output[0]], parts, axis=-1, num_outputs=3)
        attend = helper.make_node(
            "MultiHeadAttention", parts, [behind.input[0]], domain="com.microsoft", num_heads=heads
        )
        graph.node.insert(place, attend)
        graph.node.insert(place, split)
    _drop_unused(graph)
    _forget_traces(model)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, str(path))


def _forget_traces(model: Any) -> None:
    """Remove what the exporter notes of where in its maker's files each node comes from."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")


def _drop_unused(graph: Any) -> None:
    """Remove nodes and stored tensors that no output needs."""
    needed = {output.name for output in graph.output}
    for node in reversed(list(graph.node)):
        if needed.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            needed.update(node.input)
    for item in [item for item in graph.initializer if item.name not in needed]:
        graph.initializer.remove(item)


def quantise(source: Path, target: Path) -> None:
    """Write an ONNX model with int8 matrices (a scale a column) and int8 word vectors (a scale a row).

    One scale for the whole word table would cost a fifth of a point of F1; a scale a row costs
    nothing. Activations are quantised at run time over the whole tensor, so windows must be run
    one by one.

    Args:
        source: Model in float32.
        target: File to write.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _quiet():
        quantize_dynamic(
            str(source),
            str(target),
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            extra_options={"MatMulConstBOnly": True},
        )
    model = onnx.load(str(target))
    _quantise_rows(model.graph, "model.words.weight")
    onnx.save(model, str(target))


def _quantise_rows(graph: Any, name: str) -> None:
    """Store a table of vectors as int8 rows and their scales, and look both up."""
    from onnx import TensorProto, helper, numpy_helper

    table = next(item for item in graph.initializer if item.name == name)
    rows = numpy_helper.to_array(table)
    scales = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
    graph.initializer.remove(table)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.rint(rows / scales).astype(np.int8), f"{name}_quantized"),
            numpy_helper.from_array(scales, f"{name}_scale"),
        ]
    )
    place, node = next((n, node) for n, node in enumerate(graph.node) if name in node.input)
    ids, out = node.input[1], node.output[0]
    graph.node.remove(node)
    steps = [
        helper.make_node("Gather", [f"{name}_quantized", ids], ["word_rows"]),
        helper.make_node("Cast", ["word_rows"], ["word_floats"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}_scale", ids], ["word_scales"]),
        helper.make_node("Mul", ["word_floats", "word_scales"], [out]),
    ]
    for offset, step in enumerate(steps):
        graph.node.insert(place + offset, step)


def read_onnx(path: Path) -> dict[str, Tensor]:
    """Return the torch weights of an exported model, int8 ones made float again.

    The exporter keeps the names of tables, biases and norms; matrices lose theirs and are told by
    their order, which is that of the layers.

    Args:
        path: A file written by :func:`export_onnx` or :func:`quantise`.

    Returns:
        Weights by their names in :class:`SpanTagger`; the head's are ``head.weight`` and ``head.bias``.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    stored = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
    weights: dict[str, Tensor] = {}
    matrices: list[Tensor] = []
    for node in graph.node:
        if node.op_type in _MATRIX_OPS and (matrix := _matrix(node.input[1], stored)) is not None:
            matrices.append(matrix.T.contiguous())
    for stem in {name.removesuffix("_quantized") for name in stored}:
        side = stem.endswith(("_scale", "_zero_point"))
        if stem.startswith(("model.", "head.")) and not side and (table := _matrix(stem, stored)) is not None:
            weights[stem.removeprefix("model.")] = table
    for index, matrix in enumerate(matrices[:-1]):
        part = ("qkv", "out", "up", "down")[index % 4]
        weights[f"layers.{index // 4}.{part}.weight"] = matrix
    weights["head.weight"] = matrices[-1]
    return weights


_MATRIX_OPS = frozenset({"MatMul", "MatMulInteger", "DynamicQuantizeMatMul"})


def _matrix(name: str, stored: dict[str, Tensor]) -> Tensor | None:
    """Return a stored tensor as float, or None where the name is no stored one."""
    stem = name.removesuffix("_quantized")
    if f"{stem}_quantized" not in stored:
        return stored[stem].float() if stem in stored else None
    zero = stored.get(f"{stem}_zero_point", torch.zeros(1)).float()
    return (stored[f"{stem}_quantized"].float() - zero) * stored[f"{stem}_scale"]
