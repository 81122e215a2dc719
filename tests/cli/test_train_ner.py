# ruff: noqa: E402
"""``cpecnlp train ner``, on a tiny encoder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")

from cpecnlp.cli import app
from cpecnlp.models import model_path, open_model
from cpecnlp.training.ner.train import train_ner
from cpecnlp.training.ner.trainer import Recipe
from tests.training.test_ner import LABELS, base, make_document  # noqa: F401

LEARN = Recipe(epochs=8, batch_pieces=256, rate=3e-3, head_rate=1e-2, average=0.9, bf16=False)


@pytest.fixture
def small(base: Path, tmp_path: Path) -> Path:  # noqa: F811
    """A folder with a tiny model, a gold file, and room for the user's models."""
    gold = [make_document(index) for index in range(40)]
    train_ner(gold[:20], tmp_path / "old", labels=LABELS, base=base, recipe=LEARN)
    (tmp_path / "gold.jsonl").write_text("".join(d.to_json() + "\n" for d in gold), encoding="utf-8")
    (tmp_path / "dev.jsonl").write_text("".join(d.to_json() + "\n" for d in gold[30:]), encoding="utf-8")
    return tmp_path


def test_retrain_judge_promote(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPECNLP_MODELS", str(small / "mine"))
    monkeypatch.setattr("cpecnlp.training.ner.retrain.regression_set", list)
    command = ["train", "ner", str(small / "gold.jsonl"), "--models", str(small / "old"), "--epochs", "2", "--promote"]
    run = CliRunner().invoke(app, [*command, "--device", "cpu", "--threads", "1"])
    assert run.exit_code == 0, run.output
    assert "no label falls" in run.stdout
    assert "is the present model now" in run.stdout
    assert "min left" in run.stderr
    assert model_path("ner") == small / "mine" / "ner"
    training = open_model(small / "mine" / "ner", "ner").manifest["training"]
    assert training["data"]["gold"]["articles"] + training["data"]["dev"]["articles"] == 40
    assert training["base"].startswith("cpecnlp-ner@")
    assert training["recipes"]["gold"]["epochs"] == 2


def test_a_worse_model_is_not_promoted(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPECNLP_MODELS", str(small / "mine"))
    gold = (small / "gold.jsonl").read_text(encoding="utf-8").splitlines()[:20]
    blind = [line.replace('"GPE"', '"PERSON"') for line in gold]
    (small / "blind.jsonl").write_text("\n".join(blind) + "\n", encoding="utf-8")
    monkeypatch.setattr("cpecnlp.training.ner.retrain.train_ner", partial(train_ner, recipe=LEARN))
    command = ["train", "ner", str(small / "blind.jsonl"), "--models", str(small / "old"), "--promote", "-q"]
    run = CliRunner().invoke(app, [*command, "--dev", str(small / "dev.jsonl"), "-o", str(small / "new")])
    assert run.exit_code == 3, run.output
    assert run.stdout == ""
    assert "not promoted, cpecnlp-ner@" in run.stderr
    assert "GPE" in run.stderr
    assert (small / "new" / "model.json").is_file()
    assert not (small / "mine").exists()


def test_wrong_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "raw.jsonl").write_text('{"id": "a", "text": "Zhao left."}\n', encoding="utf-8")
    run = CliRunner().invoke(app, ["train", "ner", str(tmp_path / "raw.jsonl")])
    assert "no record with entities" in str(run.exception)
