"""The same checks on every stage and on every backend."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from cpecnlp.backends.base import ProbabilityPredictor, SpanPredictor
from cpecnlp.document import Document, Span, check_spans
from cpecnlp.errors import PipelineError
from cpecnlp.models import TASKS, model_path
from cpecnlp.pipeline import Pipeline, load
from cpecnlp.stage import STAGES, stage_class
from tests.conftest import HOSTILE, hostile_text
from tests.fakes import Lengths, WordList

ARTICLES = [
    "Pakistan, China open lab\n\nBEIJING, June 7 (APP): Pakistan and China opened a joint laboratory on artificial"
    " intelligence in Beijing on Monday.\n\nThe Higher Education Commission (HEC) will pay $2 million.\n\nMust Read\n"
    "Actor Zoya Mirza stuns fans -\nCopyright © 2024 All rights reserved",
    "Power plant starts\n\nKARACHI: The Karot Hydropower Project sent its first electricity to the grid.",
    "A short note without any furniture about mango exports to China",
]
TEXTS = [*ARTICLES, *HOSTILE]


@pytest.fixture(scope="module")
def nlp() -> Pipeline:
    return load()


def documents(texts=TEXTS):
    return [Document(f"d{number}", text, {"n": number}) for number, text in enumerate(texts)]


def ready(nlp: Pipeline, name: str, texts=TEXTS) -> list[Document]:
    """Documents annotated by the stages before ``name``."""
    batch = documents(texts)
    for stage in nlp.stages[: nlp.names.index(name)]:
        batch = stage.annotate(batch)
    return batch


@pytest.mark.parametrize("name", STAGES)
class TestEveryStage:
    def test_says_what_it_needs_and_gives(self, name):
        cls = stage_class(name)
        assert cls.name == name
        assert cls.assigns or cls.refines
        assert cls.__doc__

    def test_keeps_count_order_ids_and_text(self, nlp, name):
        before = ready(nlp, name)
        after = nlp[name].annotate(before)
        assert [(d.id, d.text, d.metadata) for d in after] == [(d.id, d.text, d.metadata) for d in before]

    def test_fills_what_it_assigns_and_nothing_else(self, nlp, name):
        stage = nlp[name]
        for before, after in zip(ready(nlp, name), stage.annotate(ready(nlp, name)), strict=True):
            for layer in ("fields", "removed", "entities", "topics", "topic_scores"):
                if layer in stage.assigns:
                    assert getattr(after, layer) is not None
                elif layer in stage.refines:
                    before_spans, after_spans = getattr(before, layer), getattr(after, layer)
                    assert [(s.key, s.score) for s in after_spans] == [(s.key, s.score) for s in before_spans]
                else:
                    assert getattr(after, layer) == getattr(before, layer)

    def test_predict_changes_nothing(self, nlp, name):
        batch = ready(nlp, name)
        copy = [Document.from_json(d.to_json()) for d in batch]
        nlp[name].predict(batch)
        assert [d.to_json() for d in batch] == [d.to_json() for d in copy]

    def test_twice_is_once(self, nlp, name):
        once = nlp[name].annotate(ready(nlp, name))
        assert [d.to_json() for d in nlp[name].annotate(once)] == [d.to_json() for d in once]

    def test_a_batch_of_one_equals_a_batch_of_many(self, nlp, name):
        batch = ready(nlp, name)
        together = nlp[name].predict(batch)
        assert [nlp[name].predict([doc])[0] for doc in batch] == together
        assert nlp[name].predict(batch[::-1])[::-1] == together

    def test_nothing_in_nothing_out(self, nlp, name):
        assert nlp[name].annotate([]) == []

    def test_says_its_version(self, nlp, name):
        assert nlp[name].source

    def test_refuses_documents_that_lack_a_layer(self, nlp, name):
        if nlp[name].requires:
            with pytest.raises(PipelineError, match="needs the layer"):
                nlp[name].annotate(documents())

    def test_loaded_again_it_says_the_same(self, nlp, name):
        again = stage_class(name).load(model_path(name) if name in TASKS else None)
        batch = ready(nlp, name, ARTICLES)
        assert again.predict(batch) == nlp[name].predict(batch)


def check_whole(doc: Document, text: str) -> None:
    """What must hold of every document that went through the pipeline."""
    assert doc.text == text
    assert doc.removed is not None
    assert doc.entities is not None
    check_spans(doc.removed, text)
    check_spans(doc.entities, text)
    gone = [i for span in doc.removed for i in range(span.start, span.end)]
    assert not set(gone) & {i for span in doc.entities for i in range(span.start, span.end)}
    for span in (*doc.removed, *doc.entities):
        surface = doc.surface(span)
        assert surface == text[span.start : span.end]
        assert surface.strip() == surface != ""
        assert span.source
        assert span.score is None or 0 <= span.score <= 1
    assert all("\n" not in doc.surface(span) for span in doc.entities)
    kept = "".join(text[i] for i in range(len(text)) if i not in set(gone))
    assert kept == doc.clean_text
    assert set(doc.fields or {}) == {"title", "published", "place", "agency", "author"}
    assert doc.topics, "at least one topic, or none, is always given"
    assert set(doc.topics) <= set(doc.topic_scores or {})
    line = doc.to_json()
    assert Document.from_json(line).to_json() == line


def test_hostile_articles_keep_the_invariants(nlp):
    for text, doc in zip(TEXTS, nlp.pipe(TEXTS), strict=True):
        check_whole(doc, text)


@given(hostile_text)
@settings(max_examples=60)
def test_any_text_keeps_the_invariants(text):
    check_whole(_NLP(text), text)


class _Lazy:
    """The pipeline is loaded once, when the first property asks for it."""

    def __call__(self, text: str) -> Document:
        if not hasattr(self, "nlp"):
            self.nlp = load()
        return self.nlp(text)


_NLP = _Lazy()


def span_predictors() -> list[Any]:
    out = [pytest.param(WordList(), id="wordlist")]
    if (model_path("ner") / "model.json").is_file():
        from cpecnlp.backends.onnx import OnnxSpanPredictor

        out.append(pytest.param(OnnxSpanPredictor.from_folder(model_path("ner")), id="onnx"))
    if importlib.util.find_spec("spacy"):
        import spacy

        from cpecnlp.backends.spacy import SpacySpanPredictor

        blank = spacy.blank("en")
        blank.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Pakistan"}])
        out.append(pytest.param(SpacySpanPredictor(blank, "spacy:blank"), id="spacy"))
    return out


@pytest.mark.parametrize("predictor", span_predictors())
class TestEverySpanPredictor:
    def test_is_one(self, predictor):
        assert isinstance(predictor, SpanPredictor)
        assert predictor.labels
        assert predictor.source

    def test_spans_lie_in_their_text(self, predictor):
        found = predictor.predict_spans(TEXTS)
        assert len(found) == len(TEXTS)
        for text, spans in zip(TEXTS, found, strict=True):
            assert list(check_spans(spans, text)) == spans
            assert {span.label for span in spans} <= set(predictor.labels)
            assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in spans)
        assert any(found)

    def test_neighbours_do_not_matter(self, predictor):
        together = predictor.predict_spans(TEXTS)
        assert [predictor.predict_spans([text])[0] for text in TEXTS] == together
        assert predictor.predict_spans(TEXTS[::-1])[::-1] == together

    def test_nothing_in_nothing_out(self, predictor):
        assert predictor.predict_spans([]) == []


def probability_predictors() -> list[Any]:
    out = [pytest.param(Lengths(), id="lengths")]
    if (model_path("topics") / "model.json").is_file():
        stage: Any = stage_class("topics").load(model_path("topics"))
        out.append(pytest.param(stage.predictor, id="shipped"))
    return out


@pytest.mark.parametrize("predictor", probability_predictors())
class TestEveryProbabilityPredictor:
    def test_is_one(self, predictor):
        assert isinstance(predictor, ProbabilityPredictor)
        assert len(set(predictor.labels)) == len(predictor.labels)

    def test_probabilities(self, predictor):
        proba = predictor.predict_proba(TEXTS)
        assert proba.shape == (len(TEXTS), len(predictor.labels))
        assert ((proba >= 0) & (proba <= 1)).all()
        assert predictor.predict_proba([]).shape == (0, len(predictor.labels))

    def test_neighbours_do_not_matter(self, predictor):
        together = predictor.predict_proba(TEXTS)
        for number, text in enumerate(TEXTS):
            assert predictor.predict_proba([text])[0] == pytest.approx(together[number], abs=1e-9)


def test_every_article_of_the_shared_sources_keeps_the_invariants(nlp, shared: Path):
    from itertools import islice

    from cpecnlp.corpus.reader import read

    for name, count in (("cpec_dev.jsonl", 24), ("gold_dev.jsonl", 24), ("pakistan_news.jsonl.gz", 24)):
        docs = [doc.bare() for doc in islice(read(shared / "news" / name), count)]
        for before, after in zip(docs, nlp.pipe(docs), strict=True):
            check_whole(after, before.text)


def test_spans_of_the_wordlist_reach_raw_offsets():
    from cpecnlp.stages.ner import NerStage

    doc = Document("a", "Title\nIn Pakistan x China", removed=(Span(0, 5, "title"), Span(18, 19, "share")))
    (found,) = NerStage(WordList()).annotate([doc])
    assert [doc.surface(s) for s in found.entities or ()] == ["Pakistan", "China"]
    (none,) = NerStage(WordList(), threshold=0.95).annotate([doc])
    assert none.entities == ()
