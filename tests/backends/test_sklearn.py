from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from cpecnlp.backends.base import ProbabilityPredictor
from cpecnlp.backends.sklearn import SklearnPredictor
from cpecnlp.errors import ModelError
from cpecnlp.models import write_model
from cpecnlp.stages.topics import TopicStage

TEXTS = ["the dam gives power", "the bank gives loans", "power from the dam", "loans from the bank"] * 3
TARGETS = np.array([[1, 0], [0, 1], [1, 0], [0, 1]] * 3)


def folder(path, estimator, labels=("energy", "finance")):
    return write_model(
        path / "model",
        task="topics",
        backend="sklearn",
        name="own",
        labels=labels,
        write_files=lambda aside: SklearnPredictor.save(estimator, aside),
        card="# own\n",
    )


@pytest.fixture(scope="module")
def estimator():
    return make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression(C=10))).fit(TEXTS, TARGETS)


def test_saved_and_loaded_it_says_the_same(tmp_path, estimator):
    predictor = SklearnPredictor.from_folder(folder(tmp_path, estimator))
    assert isinstance(predictor, ProbabilityPredictor)
    assert np.allclose(predictor.predict_proba(TEXTS), estimator.predict_proba(TEXTS))
    assert predictor.predict_proba([]).shape == (0, 2)
    assert predictor.source.startswith("own@")


def test_the_stage_runs_it(tmp_path, estimator):
    stage = TopicStage.load(folder(tmp_path, estimator).path)
    from cpecnlp.document import Document

    assert list(stage.predict([Document("a", "power from a dam", removed=())])[0]["topics"]) == ["energy"]


def test_refuses_types_that_are_not_known_as_harmless(tmp_path):
    bad = make_pipeline(FunctionTransformer(print), TfidfVectorizer())
    with pytest.raises(ModelError, match="harmless"):
        SklearnPredictor.from_folder(folder(tmp_path, bad))


def test_refuses_a_file_that_is_none(tmp_path):
    model = write_model(
        tmp_path / "m",
        task="topics",
        backend="sklearn",
        name="x",
        labels=("a",),
        write_files=lambda aside: (aside / "estimator.skops").write_bytes(b"no"),
        card="",
    )
    with pytest.raises(ModelError, match="skops"):
        SklearnPredictor.from_folder(model)


def test_refuses_an_estimator_without_probabilities():
    with pytest.raises(ModelError, match="predict_proba"):
        SklearnPredictor(TfidfVectorizer(), ("a",), "x")


def test_says_when_the_labels_do_not_fit(estimator):
    with pytest.raises(ModelError, match="3 labels"):
        SklearnPredictor(estimator, ("a", "b", "c"), "x").predict_proba(TEXTS)
