# ruff: noqa: E402
"""Hugging Face token classifiers, on one that is written here: a tag a word, whatever stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from typer.testing import CliRunner

import cpecnlp
from cpecnlp.backends.transformers import TransformersSpanPredictor
from cpecnlp.cli import app
from cpecnlp.corpus.reader import read
from cpecnlp.errors import ModelError

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "B-MISC", "I-LOC"]
WORDS = {
    "[PAD]": 0, "[UNK]": 0, "[CLS]": 0, "[SEP]": 0, "[MASK]": 0, "went": 0, "to": 0, "the": 3, "'": 0, "s": 0,
    "zhao": 1, "li": 2, "##jian": 0, "china": 3, "gulf": 5, "urdu": 4, ".": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT without layers: the tag is read off the word's own vector."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    path = tmp_path_factory.mktemp("hf")
    places = {word: place for place, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordPiece(places, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special)
    fast.save_pretrained(path)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=len(WORDS), num_hidden_layers=0, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=64, id2label=dict(enumerate(TAGS)),
        label2id={tag: place for place, tag in enumerate(TAGS)},
    )  # fmt: skip
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        embeddings = model.bert.embeddings
        embeddings.word_embeddings.weight.copy_(torch.eye(len(WORDS)))
        for table in (embeddings.position_embeddings, embeddings.token_type_embeddings):
            table.weight.zero_()
        model.classifier.bias.zero_()
        model.classifier.weight.zero_()
        for place, tag in enumerate(WORDS.values()):
            model.classifier.weight[tag, place] = 1.0
    model.save_pretrained(path, safe_serialization=True)
    return path


@pytest.fixture(scope="module")
def predictor(folder: Path) -> TransformersSpanPredictor:
    return TransformersSpanPredictor.load(str(folder), device="cpu")


def surfaces(text: str, predictor: TransformersSpanPredictor) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.label) for span in predictor.predict_spans([text])[0]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("   \n", []),
        ("Zhao Lijian went to China.", [("Zhao Lijian", "PERSON"), ("China", "LOC")]),
        ("Li went", [("Li", "PERSON")]),
        ("Zhao\nLi", [("Zhao", "PERSON")]),
        ("Zhao Zhao", [("Zhao", "PERSON"), ("Zhao", "PERSON")]),
        ("Urdu", []),
        ("the Gulf's", [("Gulf", "LOC")]),
        ("\u200fChina\u00a0went", [("China", "LOC")]),
    ],
)
def test_tags_become_our_spans(text: str, found: list[tuple[str, str]], predictor: TransformersSpanPredictor) -> None:
    # two B- tags of one label that touch are two names; "the" is cut off by our guide
    assert surfaces(text, predictor) == found


def test_labels_and_scores(predictor: TransformersSpanPredictor, folder: Path) -> None:
    assert predictor.labels == ("LOC", "PERSON")
    assert predictor.source == f"transformers:{folder}"
    assert all(span.score is None for span in predictor.predict_spans(["Zhao went to China"])[0])
    mapped = TransformersSpanPredictor.load(str(folder), device="cpu", label_map={"MISC": "TECH", "LOC": "GPE"})
    assert mapped.labels == ("GPE", "TECH")
    assert surfaces("Zhao went to China Urdu", mapped) == [("China", "GPE"), ("Urdu", "TECH")]


def test_long_texts_are_read_to_the_end(predictor: TransformersSpanPredictor) -> None:
    text = "Zhao Lijian went to China. " * 100
    found = surfaces(text, predictor)
    assert found == [("Zhao Lijian", "PERSON"), ("China", "LOC")] * 100
    together = predictor.predict_spans([text, "China", ""])
    assert together == [predictor.predict_spans([one])[0] for one in (text, "China", "")]


def test_a_run_with_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Zhao Lijian went to China.\n", encoding="utf-8")
    command = ["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--ner", f"transformers:{folder}", "-q"]
    run = CliRunner().invoke(app, [*command, "--pipeline", "strip,ner", "--no-explorer", "--ner-threshold", "0.99"])
    assert run.exit_code == 0, run.output
    document = next(iter(read([str(tmp_path / "out" / "documents.jsonl")])))
    names = [document.text[span.start : span.end] for span in document.entities or ()]
    assert names == ["Zhao Lijian", "China"], "entities without a score are kept"


def test_what_cannot_be_loaded_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="transformers cannot load"):
        cpecnlp.load(stages=["strip", "ner"], ner=f"transformers:{tmp_path / 'none'}")  # type: ignore[attr-defined]
