"""The ONNX backend with the shipped model: its contract on any text, and a floor of quality."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from cpecnlp.backends.base import SpanPredictor
from cpecnlp.backends.onnx import OnnxSpanPredictor
from cpecnlp.errors import ModelError
from cpecnlp.models import model_path
from tests.conftest import HOSTILE, hostile_text

LABELS = {"PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY"}

# Written for this test; "[surface](LABEL)" marks an entity.
SENTENCES = [
    "[Ahsan Iqbal](PERSON) said in [Islamabad](GPE) on [Monday](DATE) that [CPEC](PROJECT) Phase-II would"
    " bring [$2.5 billion](MONEY) to [Pakistan](GPE).",
    "The [Ministry of Planning](ORG) and [Tsinghua University](ORG) signed an [MoU](AGREEMENT) on"
    " [artificial intelligence](TECH) in [Beijing](GPE) on [June 4, 2024](DATE).",
    "Engineers of [China Road and Bridge Corporation](ORG) reached [Gwadar Port](LOC) over the"
    " [Karakoram Highway](LOC).",
    "Ambassador [Jiang Zaidong](PERSON) met [Shehbaz Sharif](PERSON) before the [Third Belt and Road Forum](EVENT).",
    "[Huawei](ORG) will test [5G](TECH) and [cloud computing](TECH) in [Lahore](GPE) and [Karachi](GPE).",
    "The [State Bank of Pakistan](ORG) (SBP) lent [Rs 300 million](MONEY) to farmers in [Sindh](GPE)"
    " [last year](DATE).",
    "[Xi Jinping](PERSON) will visit [Pakistan](GPE) and [Kazakhstan](GPE) in [October](DATE).",
    "[Sana Gul](PERSON) of the [National University of Sciences and Technology](ORG) spoke on"
    " [blockchain](TECH) and [solar energy](TECH).",
]


def parse(marked: str) -> tuple[str, set[tuple[int, int, str]]]:
    text, spans = "", set()
    rest = marked
    while "[" in rest:
        before, _, rest = rest.partition("[")
        surface, _, rest = rest.partition("](")
        label, _, rest = rest.partition(")")
        text += before
        spans.add((len(text), len(text) + len(surface), label))
        text += surface
    return text + rest, spans


@pytest.fixture(scope="module")
def predictor() -> OnnxSpanPredictor:
    return OnnxSpanPredictor.from_folder(model_path("ner"))


def check(text: str, predictor: OnnxSpanPredictor) -> None:
    spans = predictor.predict_spans([text])[0]
    at = 0
    for span in spans:
        surface = text[span.start : span.end]
        assert at <= span.start < span.end <= len(text)
        assert surface == surface.strip()
        assert len(surface.splitlines()) == 1
        assert span.label in LABELS
        assert span.score is not None
        assert 0 <= span.score <= 1
        assert span.source == predictor.source
        at = span.end


def test_it_is_a_span_predictor(predictor: OnnxSpanPredictor) -> None:
    assert isinstance(predictor, SpanPredictor)
    assert set(predictor.labels) == LABELS


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(text: str, predictor: OnnxSpanPredictor) -> None:
    check(text, predictor)


@given(hostile_text)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_any_text(predictor: OnnxSpanPredictor, text: str) -> None:
    check(text, predictor)


def test_a_text_gets_the_same_answer_in_any_company(predictor: OnnxSpanPredictor) -> None:
    texts = [*HOSTILE, *(parse(marked)[0] for marked in SENTENCES)]
    together = predictor.predict_spans(texts)
    assert together == [predictor.predict_spans([text])[0] for text in texts]
    assert together == predictor.predict_spans(texts[::-1])[::-1]


def test_floor_on_sentences_of_our_own(predictor: OnnxSpanPredictor) -> None:
    texts, truth = zip(*(parse(marked) for marked in SENTENCES), strict=True)
    found = [{span.key for span in spans} for spans in predictor.predict_spans(texts)]
    hits = sum(len(mine & gold) for mine, gold in zip(found, truth, strict=True))
    total = sum(len(mine) + len(gold) for mine, gold in zip(found, truth, strict=True))
    assert 2 * hits / total >= 0.85


def test_nothing_of_a_long_text_is_cut_off(predictor: OnnxSpanPredictor) -> None:
    line = "Prime Minister Shehbaz Sharif said in Islamabad on Monday that China was a friend.\n"
    spans = predictor.predict_spans([line * 100])[0]
    people = [span for span in spans if span.label == "PERSON"]
    assert len(people) == 100
    assert people[-1].start == 99 * len(line) + len("Prime Minister ")


def test_no_entity_crosses_a_line(predictor: OnnxSpanPredictor) -> None:
    text = "He met Shehbaz\nSharif of Pakistan\nMuslim League in Gilgit\nBaltistan."
    for span in predictor.predict_spans([text])[0]:
        assert "\n" not in text[span.start : span.end]


def test_invisible_characters_keep_raw_offsets(predictor: OnnxSpanPredictor) -> None:
    text = "Officials in Islam\u00adabad met Li\u00a0Qiang of China\u2019s cabinet in Lah\u200bore."
    surfaces = {text[span.start : span.end] for span in predictor.predict_spans([text])[0]}
    assert {"Islam\u00adabad", "Li\u00a0Qiang", "China", "Lah\u200bore"} <= surfaces


def test_encoded_texts_are_alike_when_they_say_the_like(predictor: OnnxSpanPredictor) -> None:
    rows = predictor.encode(["", "Solar power plants in Sindh", "Solar power in Punjab", "Cricket match in Lahore"])
    assert rows.shape[0] == 4
    assert not rows[0].any()
    assert np.isfinite(rows).all()


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "ner"
    shutil.copytree(model_path("ner"), folder)
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps({**manifest, "backend": "sklearn"}))
    with pytest.raises(ModelError, match="not for 'onnx'"):
        OnnxSpanPredictor.from_folder(folder)
    with (folder / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelError, match="sha256"):
        OnnxSpanPredictor.from_folder(folder)
