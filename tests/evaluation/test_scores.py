"""How an evaluation is shown: the rich table, Markdown, JSON; and the command that prints it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from cpecnlp.cli import app
from cpecnlp.corpus.writer import write_jsonl
from cpecnlp.document import Span
from cpecnlp.evaluation import evaluate as module
from cpecnlp.evaluation.browser import browse, spread
from cpecnlp.evaluation.evaluate import Evaluation, evaluate, gold_records
from cpecnlp.evaluation.figures import Figure
from cpecnlp.pipeline import Pipeline
from cpecnlp.report.scores import shown, to_json, to_markdown
from cpecnlp.stage import Stage
from tests.evaluation.test_figures import FOUND, GOLD


class Fixed(Stage):
    """A stage whose answers are set beforehand, but for what stands in what was removed."""

    name = "strip"

    def __init__(self, name: str, requires: tuple[str, ...], assigns: tuple[str, ...]) -> None:
        self.name, self.requires, self.assigns = name, requires, assigns  # type: ignore[misc]

    @classmethod
    def load(cls, folder=None, **options):
        raise NotImplementedError

    @property
    def source(self) -> str:
        return f"{self.name}-fixed"

    def predict(self, documents):
        return [{layer: self._layer(doc, layer) for layer in self.assigns} for doc in documents]

    def _layer(self, doc, layer):
        if layer != "entities":
            return getattr(FOUND, layer)
        gone = {i for span in doc.removed for i in range(span.start, span.end)}
        # finds every gold name, and in the teaser "Read more" one that is none
        return tuple(s for s in (*GOLD.entities, Span(50, 54, "ORG")) if not gone & set(range(s.start, s.end)))


@pytest.fixture
def result(monkeypatch) -> Evaluation:
    stages = [
        Fixed("strip", (), ("removed", "fields")),
        Fixed("ner", ("removed",), ("entities",)),
        Fixed("topics", ("removed",), ("topics",)),
    ]
    monkeypatch.setattr(module, "load", lambda *_, **__: Pipeline(stages))
    return evaluate([GOLD], oracle=True, resamples=10)


def test_end_to_end_beside_oracle_and_unstripped(result):
    # FOUND strips "on Monday", so the date is lost, and keeps the teaser, so "Read" is invented
    assert result.figures["ner_f1"].value == pytest.approx(2 * 3 / (4 + 4))
    assert result.oracle["ner_f1"].value == 1
    assert result.cost["ner_f1"].value == pytest.approx(0.75 - 1)
    assert result.unstripped["ner_f1"].value == pytest.approx(2 * 4 / (4 + 5))
    assert result.gain["ner_f1"].value == pytest.approx(0.75 - 8 / 9)
    boilerplate = result.unstripped["entities_in_boilerplate"]
    assert (boilerplate.value, boilerplate.support) == (pytest.approx(1 / 5), 5)
    text = to_markdown(result)
    assert "Without stripping, 1 of the 5 entities found would have come from boilerplate: 0.200" in text
    assert "strip strip-fixed" in text


def test_without_gold_the_test_split_of_the_shipped_corpus_is_measured():
    gold = gold_records("corpus")
    test = {doc.id for doc in gold if doc.metadata["split"] == "test"}
    result = evaluate(predictions=gold, resamples=10)
    assert {doc.id for doc in result.gold} == test
    assert result.figures["ner_f1"].value == 1
    assert evaluate("corpus", predictions=gold, resamples=10).articles == len(gold) > len(test)


def test_oracle_judges_nothing_where_gold_has_no_stripping(monkeypatch, result):
    again = evaluate([replace(GOLD, removed=None)], oracle=True, resamples=10)
    assert "ner_f1" in again.figures
    assert "ner_f1" not in again.oracle


def test_markdown_tables_are_whole(result):
    tables = [
        block.splitlines()
        for block in to_markdown(result, errors=browse([GOLD], [FOUND])).split("\n\n")
        if block.startswith("|")
    ]
    assert len(tables) >= 5
    for lines in tables:
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
        assert set(lines[1]) <= set("|- ")
    short = to_markdown(result, details=False)
    assert "| ner_f1 |" in short
    assert "ner_f1[" not in short


def test_json_holds_numbers_and_errors(result):
    data = json.loads(json.dumps(to_json(result, errors=browse([GOLD], [FOUND])), allow_nan=False))
    assert data["figures"]["ner_f1[GPE]"]["value"] == 1
    assert set(data) >= {"figures", "oracle", "unstripped", "cost", "gain", "errors", "models", "articles", "missing"}
    causes = next(rows for title, rows in data["errors"].items() if "entity errors, by cause" in title)
    assert {"count": "1", "cause": "miss", "gold": "DATE", "found": "–"} in causes


def test_errors_are_spread_over_all():
    assert spread(list(range(100)), 4) == [0, 25, 50, 75]
    assert spread(list(range(3)), 10) == [0, 1, 2]
    assert spread([], 5) == spread([1], 0) == []
    assert browse([GOLD], [GOLD]) == {}


def test_what_cannot_be_measured_is_shown_as_such():
    nan = float("nan")
    assert shown(None) == ""
    assert shown(Figure(nan, nan, nan, 0)) == "–"
    assert shown(Figure(0.5, nan, nan, 1)) == "0.500"


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_the_command_names_the_label_of_every_figure(form, tmp_path):
    write_jsonl([GOLD], tmp_path / "gold.jsonl")
    write_jsonl([FOUND], tmp_path / "found.jsonl")
    gold, found = str(tmp_path / "gold.jsonl"), str(tmp_path / "found.jsonl")
    options = ["--predictions", found, "--against", gold, "--format", form, "--errors", "3", "--resamples", "20"]
    run = CliRunner().invoke(app, ["evaluate", gold, *options])
    assert run.exit_code == 0, run.output
    for name in ("removed_f1[teaser]", "ner_f1[GPE]", "ner_boundary_f1[PERSON]", "fields_f1[agency]", "topic_f1[none]"):
        assert name in run.output
    assert "difference" in run.output
    assert "false positive" in run.output
    if form == "json":
        assert json.loads(run.output)["difference"]["ner_f1"]["value"] < 0
