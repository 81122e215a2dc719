# ruff: noqa: E402
"""Which heads and units a narrower entity model keeps."""

from __future__ import annotations

import random

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")

from pathlib import Path

import numpy as np

from cpecnlp.training.ner.data import GOLD, Batch, cut_samples, gold_texts, make_batches, make_examples
from cpecnlp.training.ner.encoder import SpanTagger
from cpecnlp.training.ner.export import export_onnx, quantise, read_onnx
from cpecnlp.training.ner.narrow import narrow, worths
from cpecnlp.training.ner.run import onnx_reader
from tests.backends.test_windows import letter_tokenizer
from tests.training.test_ner import LABELS, TINY, make_document


def make_model() -> SpanTagger:
    torch.manual_seed(3)
    return SpanTagger(TINY, {GOLD: LABELS}).eval()


def probe() -> list[Batch]:
    examples = make_examples(letter_tokenizer(), gold_texts([make_document(n) for n in range(4)]), {GOLD: LABELS})
    samples = [sample for example in examples for sample in cut_samples(example, 60, random.Random(0), 1, 2)]
    return make_batches(samples, 256, random.Random(0))


def test_the_whole_width_is_the_same_model() -> None:
    model, batches = make_model(), probe()
    same = narrow(model, batches, TINY.heads, TINY.intermediate_size).eval()
    ids, shapes = torch.arange(12)[None] + 4, torch.zeros(1, 12, dtype=torch.long)
    assert torch.equal(model.hidden(ids, shapes), same.hidden(ids, shapes))


def test_what_does_nothing_goes_first() -> None:
    model, batches = make_model(), probe()
    size = TINY.hidden_size // TINY.heads
    dead_heads, dead_units = (0, 2), (1, 5, 60)
    with torch.no_grad():
        for layer in model.layers:
            for head in dead_heads:
                layer.out.weight[:, head * size : (head + 1) * size] = 0
            layer.down.weight[:, list(dead_units)] = 0
    for heads, units in worths(model, batches):
        assert (heads[list(dead_heads)] == 0).all()
        assert (units[list(dead_units)] == 0).all()
        assert (heads > 0).sum() == 2
    small = narrow(model, batches, 2, TINY.intermediate_size - 3).eval()
    assert (small.config.heads, small.config.head_size, small.config.attention_size) == (2, size, 2 * size)
    assert small.config.intermediate_size == TINY.intermediate_size - 3
    ids, shapes = torch.arange(20)[None] + 4, torch.ones(1, 20, dtype=torch.long)
    assert torch.allclose(model.hidden(ids, shapes), small.hidden(ids, shapes), atol=1e-5)
    doors = [door for layer in model.layers for door in (layer.out, layer.down)]
    assert not any(door._forward_pre_hooks for door in doors)


def test_a_narrow_model_is_exported_and_read_back(tmp_path: Path) -> None:
    small = narrow(make_model(), probe(), 2, 40).eval()
    full, int8 = tmp_path / "full.onnx", tmp_path / "int8.onnx"
    export_onnx(small, GOLD, full)
    quantise(full, int8)
    weights = read_onnx(full)
    assert torch.equal(weights["layers.1.qkv.weight"], small.state_dict()["layers.1.qkv.weight"])
    assert weights["layers.0.down.weight"].shape == (TINY.hidden_size, 40)
    ids, shapes = np.arange(4, 30), np.ones(26, dtype=np.int64)
    hidden = small.hidden(torch.from_numpy(ids)[None], torch.from_numpy(shapes)[None])
    expected = small.tag_heads[GOLD](hidden)[0].detach().numpy()
    assert np.allclose(expected, onnx_reader(full)(ids, shapes), atol=1e-4)
    assert np.abs(expected - onnx_reader(int8)(ids, shapes)).max() < 0.2


@pytest.mark.parametrize(("heads", "units"), [(0, 10), (5, 10), (2, 0), (2, 65)])
def test_impossible_widths_are_refused(heads: int, units: int) -> None:
    with pytest.raises(ValueError, match="cannot keep"):
        narrow(make_model(), probe(), heads, units)


def test_without_examples_nothing_is_narrowed() -> None:
    with pytest.raises(ValueError, match="without examples"):
        narrow(make_model(), [], 2, 10)
