from __future__ import annotations

import pytest

import cpecnlp
from cpecnlp.document import Document, Span
from cpecnlp.errors import ModelError, PipelineError
from cpecnlp.pipeline import Pipeline, load
from cpecnlp.stages.ner import NerStage
from tests.fakes import Cut, WordList


def test_order_is_checked_when_built():
    with pytest.raises(PipelineError, match="'ner' needs removed"):
        Pipeline([NerStage(WordList()), Cut()])
    with pytest.raises(PipelineError, match="second time"):
        Pipeline([Cut(), Cut()])


def test_calls_and_pipes_agree():
    nlp = Pipeline([Cut(), NerStage(WordList())])
    texts = ["Title\nPakistan and CPEC", "", "Title\nChina"] * 30
    piped = list(nlp.pipe(iter(texts), batch_size=7))
    assert [d.text for d in piped] == texts
    assert piped[0].entities == nlp(texts[0]).entities
    assert len({d.id for d in piped}) == len(texts)


def test_layers_that_came_along_are_computed_anew():
    nlp = Pipeline([Cut(), NerStage(WordList())])
    stale = Document("a", "Title\nChina", removed=(), entities=(Span(0, 1, "X"),), topics={"x": 1.0})
    fresh = nlp(stale)
    assert [s.label for s in fresh.entities or ()] == ["GPE"]
    assert fresh.topics is None


def test_pieces_by_name():
    nlp = Pipeline([Cut()])
    assert nlp.names == ("strip",)
    assert nlp.sources == {"strip": "cut_v1"}
    assert nlp["strip"].source == "cut_v1"
    with pytest.raises(PipelineError, match="no stage 'ner'"):
        nlp["ner"]


@pytest.mark.parametrize(
    ("kwargs", "error", "says"),
    [
        ({"stages": ["strip", "magic"]}, PipelineError, "unknown stage 'magic'"),
        ({"stages": ["ner"]}, PipelineError, "needs removed"),
        ({"models": "nowhere/at/all"}, ModelError, "no model folder"),
        ({"ner": "magic:x"}, PipelineError, "unknown entity backend"),
        ({"stages": ["strip"], "options": {"ner": {}}}, PipelineError, "not in the pipeline"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(kwargs, error, says):
    with pytest.raises(error, match=says):
        load(**kwargs)


def test_a_folder_without_models_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no model"):
        load(tmp_path)


def test_the_first_lines_of_the_readme():
    doc = cpecnlp.load()("Deal signed\n\nISLAMABAD, June 7 (APP): Pakistan and China signed an MoU on Monday.")
    assert doc.fields["place"] == "Islamabad"
    assert "Pakistan" in [doc.surface(span) for span in doc.entities]
    assert doc.topics
    assert "<del" in doc._repr_html_()
