# ruff: noqa: E402
"""spaCy pipelines as an entity backend, on one that is written here."""

from __future__ import annotations

from pathlib import Path

import pytest

spacy = pytest.importorskip("spacy")

from typer.testing import CliRunner

import cpecnlp
from cpecnlp.backends.spacy import SpacySpanPredictor
from cpecnlp.cli import app
from cpecnlp.corpus.reader import read
from cpecnlp.errors import ModelError

PATTERNS = [
    {"label": "PERSON", "pattern": "Zhao Lijian"},
    {"label": "GPE", "pattern": "China's"},
    {"label": "FAC", "pattern": "the Gwadar Port"},
    {"label": "NORP", "pattern": "Chinese"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns(PATTERNS)
    path = tmp_path_factory.mktemp("spacy") / "ruler"
    nlp.to_disk(path)
    return path


def test_entities_become_our_spans(folder: Path) -> None:
    predictor = SpacySpanPredictor.load(str(folder))
    text = "Zhao Lijian saw the Gwadar Port, China's Chinese gift."
    found = predictor.predict_spans([text, ""])
    names = [(text[span.start : span.end], span.label) for span in found[0]]
    assert names == [("Zhao Lijian", "PERSON"), ("Gwadar Port", "LOC"), ("China", "GPE")]
    assert found[1] == []
    assert all(span.score is None for span in found[0])
    assert predictor.labels == ("GPE", "LOC", "PERSON")
    assert predictor.source.startswith("spacy:en_")
    other = SpacySpanPredictor.load(str(folder), {"NORP": "ORG"})
    assert [text[s.start : s.end] for s in other.predict_spans([text])[0]] == ["Chinese"]


def test_texts_beyond_spacys_limit_are_read(folder: Path) -> None:
    predictor = SpacySpanPredictor.load(str(folder))
    text = "word " * 210_000 + "Zhao Lijian"
    assert [span.start for span in predictor.predict_spans([text])[0]] == [1_050_000]


def test_a_run_with_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Zhao Lijian saw the Gwadar Port.\n", encoding="utf-8")
    command = ["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--ner", f"spacy:{folder}", "-q"]
    run = CliRunner().invoke(app, [*command, "--pipeline", "strip,ner", "--no-explorer"])
    assert run.exit_code == 0, run.output
    document = next(iter(read([str(tmp_path / "out" / "documents.jsonl")])))
    assert [document.text[s.start : s.end] for s in document.entities or ()] == ["Zhao Lijian", "Gwadar Port"]


def test_what_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="spaCy cannot load"):
        cpecnlp.load(stages=["strip", "ner"], ner=f"spacy:{tmp_path / 'none'}")  # type: ignore[attr-defined]
