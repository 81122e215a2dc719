# ruff: noqa: E402
"""Training of the entity model, on a tiny encoder made here."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")

from cpecnlp.backends.onnx import OnnxSpanPredictor, open_session
from cpecnlp.backends.tagging import calibrated
from cpecnlp.backends.viterbi import decode_tags
from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError
from cpecnlp.training.ner.augment import Gazetteer, NameSwap
from cpecnlp.training.ner.auxiliary import TaggedText, join_tokens, read_auxiliary
from cpecnlp.training.ner.data import GOLD, case_noise, cut_samples, gold_texts, make_batches, make_examples
from cpecnlp.training.ner.encoder import EncoderConfig, SpanTagger, keep_layers
from cpecnlp.training.ner.export import export_onnx, quantise, read_onnx
from cpecnlp.training.ner.score import SpanScore, calibration_error, fit_knots
from cpecnlp.training.ner.train import train_ner
from cpecnlp.training.ner.trainer import Recipe, Trainer
from tests.backends.test_windows import letter_tokenizer

LABELS = ("PERSON", "GPE")
TINY = EncoderConfig(
    vocab_size=100, hidden_size=32, intermediate_size=64, layers=2, heads=4, positions=512, dropout=0.0
)
PEOPLE = ("Zhao", "Li Wei", "Sana Khan", "Ahsan Iqbal")
PLACES = ("China", "Lahore", "Gwadar")


def make_document(index: int) -> Document:
    chance = random.Random(index)
    text, spans = "Furniture\n", []
    for _ in range(4):
        for before, names, label in (("", PEOPLE, "PERSON"), (" went to ", PLACES, "GPE")):
            text += before
            name = chance.choice(names)
            spans.append(Span(len(text), len(text) + len(name), label))
            text += name
        text += ".\n"
    return Document(f"d{index}", text, removed=(Span(0, 10, "nav"),), entities=tuple(spans))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with a random BERT checkpoint of a tiny size."""
    from safetensors.torch import save_file

    folder = tmp_path / "base"
    folder.mkdir()
    letter_tokenizer().save(str(folder / "tokenizer.json"))
    size, wide, layers = TINY.hidden_size, TINY.intermediate_size, TINY.layers
    config = {
        "vocab_size": 100, "hidden_size": size, "intermediate_size": wide, "num_hidden_layers": layers,
        "num_attention_heads": 4, "max_position_embeddings": 512,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    sizes = {"word_embeddings": 100, "position_embeddings": 512, "token_type_embeddings": 2}
    weights = {f"embeddings.{name}.weight": torch.randn(rows, size) * 0.1 for name, rows in sizes.items()}
    norms = ["embeddings"]
    for index in range(layers):
        layer = f"encoder.layer.{index}"
        norms += [f"{layer}.attention.output", f"{layer}.output"]
        squares = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        for name, rows, columns in [
            *((square, size, size) for square in [*squares, f"{layer}.attention.output.dense"]),
            (f"{layer}.intermediate.dense", wide, size),
            (f"{layer}.output.dense", size, wide),
        ]:
            weights[f"{name}.weight"] = torch.randn(rows, columns) * 0.1
            weights[f"{name}.bias"] = torch.zeros(rows)
    for name in norms:
        weights[f"{name}.LayerNorm.weight"], weights[f"{name}.LayerNorm.bias"] = torch.ones(size), torch.zeros(size)
    save_file(weights, str(folder / "model.safetensors"))
    return folder


def test_train_export_load_predict(base: Path, tmp_path: Path) -> None:
    gold = [make_document(index) for index in range(40)]
    recipe = Recipe(epochs=12, batch_pieces=512, rate=3e-3, head_rate=1e-2, average=0.9, bf16=False)
    report = train_ner(gold[:32], tmp_path / "ner", labels=LABELS, dev=gold[32:], base=base, recipe=recipe)
    assert report.scores["all"]["f1"] > 0.9
    predictor = OnnxSpanPredictor.from_folder(tmp_path / "ner")
    assert predictor.labels == LABELS
    texts = [document.text[10:] for document in gold[32:]]
    together = predictor.predict_spans(texts)
    assert together == [predictor.predict_spans([text])[0] for text in texts]
    score = SpanScore()
    for document, spans in zip(gold[32:], together, strict=True):
        score.add([span.shift(10).key for span in spans], [span.key for span in document.entities or ()])
        assert all(span.score is not None and 0 <= span.score <= 1 for span in spans)
    assert score.f1() == pytest.approx(report.scores["all"]["f1"], abs=1e-4)
    assert predictor.encode(["", texts[0]]).shape == (2, TINY.hidden_size)
    again = train_ner(
        gold[:4], tmp_path / "tuned", silver=gold[4:6], dev=gold[32:], base=tmp_path / "ner",
        recipe=Recipe(epochs=1, rate=0.0, head_rate=0.0, case_share=0.0, bf16=False),
    )  # fmt: skip
    assert again.scores["all"]["f1"] == pytest.approx(report.scores["all"]["f1"], abs=0.03)
    assert again.gate is not None
    assert again.gate.articles == 8
    assert again.gate.changes[-1].before == pytest.approx(report.scores["all"]["f1"], abs=1e-4)


def test_training_repeats_itself_whatever_the_threads() -> None:
    documents = [make_document(index) for index in range(8)]
    examples = make_examples(letter_tokenizer(), gold_texts(documents), {GOLD: LABELS})
    losses = []
    for threads in (1, 2, 2):
        torch.manual_seed(0)
        model = SpanTagger(TINY, {GOLD: LABELS, "other": ("X",)})
        samples = [s for e in examples for s in cut_samples(e, 60, random.Random(0), 1, 2)]
        batches = make_batches(samples, 600, random.Random(0))
        with Trainer(model, Recipe(bf16=False), threads) as trainer:
            losses.append([trainer.step(batch, 1.0) for batch in batches[:4]])
    assert losses[1] == losses[2]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert losses[0][-1] < losses[0][0]


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_exported_weights_can_be_read_back(precision: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = SpanTagger(TINY, {GOLD: LABELS})
    for weight in model.parameters():  # equal tensors would be stored once
        torch.nn.init.normal_(weight, std=0.1)
    export_onnx(model, GOLD, tmp_path / "fp32.onnx")
    quantise(tmp_path / "fp32.onnx", tmp_path / "int8.onnx")
    ids, shapes = torch.randint(1, 100, (1, 37)), torch.randint(1, 60, (1, 37))
    with torch.inference_mode():
        expected_logits = model.eval().tag_heads[GOLD](model.hidden(ids, shapes))
    session = open_session(tmp_path / f"{precision}.onnx")
    logits = session.run(["logits"], {"input_ids": ids.numpy(), "shape_ids": shapes.numpy()})[0]
    close = 1e-4 if precision == "fp32" else 0.3
    assert np.allclose(logits, expected_logits.numpy(), atol=close)
    found = read_onnx(tmp_path / f"{precision}.onnx")
    for part in ("weight", "bias"):
        found[f"tag_heads.{GOLD}.{part}"] = found.pop(f"head.{part}")
    expected = model.state_dict()
    assert found.keys() == expected.keys()
    for name, weight in expected.items():
        assert torch.allclose(found[name], weight, atol=2e-3 if precision == "int8" else 0), name


def test_windows_hold_every_word_once() -> None:
    documents = [make_document(index) for index in range(6)]
    examples = make_examples(letter_tokenizer(), gold_texts(documents), {GOLD: LABELS})
    for seed in range(5):
        for example in examples:
            samples = list(cut_samples(example, 50, random.Random(seed), 1, 2))
            tags = np.concatenate([sample.tags for sample in samples])
            assert tags.tolist() == example.tags.tolist()
            for sample in samples:
                assert sample.ids[sample.words].tolist() != []
                assert len(sample.ids) <= 52
                assert decode_tags(sample.tags.tolist())


def test_shards_hold_the_rows_of_their_batch() -> None:
    documents = [make_document(index) for index in range(6)]
    examples = make_examples(letter_tokenizer(), gold_texts(documents), {GOLD: LABELS})
    samples = [s for e in examples for s in cut_samples(e, 50, random.Random(0), 1, 2)]
    for batch in make_batches(samples, 400, random.Random(0)):
        shards = batch.split(3)
        pairs = [(int(i), int(t)) for i, t in zip(batch.ids.flatten()[batch.words], batch.tags, strict=True)]
        parts = [
            (int(i), int(t))
            for shard in shards
            for i, t in zip(shard.ids.flatten()[shard.words], shard.tags, strict=True)
        ]
        assert sorted(pairs) == sorted(parts)
        assert sum(shard.pieces for shard in shards) == batch.pieces


def test_case_noise_changes_shapes_only() -> None:
    text = TaggedText("Zhao went to LAHORE", ((0, 4, "PERSON"),), GOLD)
    example = make_examples(letter_tokenizer(), [text], {GOLD: LABELS})[0]
    sample = next(cut_samples(example, 50, random.Random(0), 1, 2))
    noisy = [case_noise(sample, 1.0, random.Random(seed)) for seed in range(20)]
    assert len({tuple(other.shapes.tolist()) for other in noisy}) == 3
    assert all(np.array_equal(other.ids, sample.ids) for other in noisy)
    assert case_noise(sample, 0.0, random.Random(0)) is sample


def test_swapped_names_stay_under_their_spans() -> None:
    gazetteer = Gazetteer(
        {name: ["Bashir"] for name in ("pakistan", "china", "india", "bangladesh")}, ["Sialkot", "Lahore"], ["5G"]
    )
    text = "Zhao Lijian of Lahore met ZHAO. China, Lahore on AI."
    spans = ((0, 11, "PERSON"), (15, 21, "GPE"), (26, 30, "PERSON"), (32, 37, "GPE"), (39, 45, "GPE"), (49, 51, "TECH"))
    swap = NameSwap(gazetteer, texts=1.0, names=1.0)
    found = swap(TaggedText(text, spans, GOLD), random.Random(3))
    surfaces = [found.text[start:end] for start, end, _ in found.spans]
    assert surfaces[0].startswith("Bashir Bashir")
    assert surfaces[1] == surfaces[4]
    assert surfaces[2] == "BASHIR"
    assert surfaces[3] == "China"
    assert surfaces[5] == "5G"
    assert [label for *_, label in found.spans] == [label for *_, label in spans]


def test_tokens_become_text() -> None:
    sentences = [[("Xi", "B-PER"), ("Jinping", "I-PER"), ("'s", "O"), ("aide", "O"), (".", "O")], [("UN", "I-ORG")]]
    text = join_tokens(sentences, "x")
    assert text.text == "Xi Jinping's aide.\nUN"
    assert [(text.text[a:b], label) for a, b, label in text.spans] == [("Xi Jinping", "PER"), ("UN", "ORG")]


def test_auxiliary_sets_are_read(tmp_path: Path) -> None:
    (tmp_path / "conll2003").mkdir()
    (tmp_path / "conll2003" / "eng.train").write_text(
        "-DOCSTART- -X- O O\n\nLahore NNP I-NP I-LOC\nwon VB I-VP O\n\n-DOCSTART- -X- O O\n\nKarachi NNP I-NP I-LOC\n"
    )
    (tmp_path / "en-worldwide-newswire").mkdir()
    (tmp_path / "en-worldwide-newswire" / "train.tsv").write_text(
        "# a.tsv\nhttp://x.example\tO\n\nZhao\tB-Person\nleft\tO\n\n# b.tsv\nLi\tB-Person\n"
    )
    texts = read_auxiliary(tmp_path)
    assert [(text.tag_set, text.text, text.spans) for text in texts] == [
        ("newswire", "Zhao left", ((0, 4, "Person"),)),
        ("newswire", "Li", ((0, 2, "Person"),)),
        ("conll2003", "Lahore won", ((0, 6, "LOC"),)),
        ("conll2003", "Karachi", ((0, 7, "LOC"),)),
    ]


def test_calibration_curve_rises_and_keeps_its_word() -> None:
    chance = random.Random(0)
    raw = [chance.random() for _ in range(4000)]
    right = [chance.random() < value**2 for value in raw]
    knots = fit_knots(raw, right)
    assert all(a <= c and b <= d for (a, b), (c, d) in zip(knots, knots[1:], strict=False))
    assert calibration_error(raw, right) > 0.1
    assert calibration_error(calibrated(raw, knots), right) < 0.02


def test_unknown_labels_and_empty_gold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no gold article"):
        train_ner([], tmp_path / "ner", labels=LABELS)
    with pytest.raises(InputError, match="'PERSON' is not one of"):
        train_ner([make_document(0)], tmp_path / "ner", labels=("GPE",))


def test_a_smaller_model_keeps_chosen_layers_and_all_else() -> None:
    torch.manual_seed(0)
    model = SpanTagger(
        EncoderConfig(vocab_size=50, hidden_size=16, intermediate_size=32, layers=4, heads=2), {GOLD: ["X"]}
    )
    small = keep_layers(model, (0, 3))
    assert small.config.layers == 2
    deep, shallow = model.state_dict(), small.state_dict()
    assert torch.equal(shallow["layers.1.up.weight"], deep["layers.3.up.weight"])
    assert torch.equal(shallow["words.weight"], deep["words.weight"])
    assert not any(torch.equal(shallow["layers.1.up.weight"], deep[f"layers.{n}.up.weight"]) for n in (0, 1, 2))
    for wrong in ((), (1, 0), (0, 4), (-1, 2)):
        with pytest.raises(ValueError, match="cannot keep the layers"):
            keep_layers(model, wrong)
