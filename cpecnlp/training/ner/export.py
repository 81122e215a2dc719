"""From a torch model to the ONNX file that ships, and back."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from cpecnlp.training.ner.encoder import SpanTagger

OPSET = 18


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
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


def quantise(source: Path, target: Path) -> None:
    """Write an ONNX model with int8 matrices (a scale a column) and an int8 word table.

    Activations are quantised at run time over the whole tensor, so windows must be run one by one.

    Args:
        source: Model in float32.
        target: File to write.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(source),
        str(target),
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )


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
    zero = stored[f"{stem}_zero_point"].float()
    return (stored[f"{stem}_quantized"].float() - zero) * stored[f"{stem}_scale"]
