"""Modes and thresholds: what precision strips balanced strips too, and balanced no more than recall."""

from __future__ import annotations

import pytest

import cpecnlp
from cpecnlp.errors import PipelineError
from cpecnlp.models import MANIFEST, model_path
from cpecnlp.stages.strip import StripStage
from cpecnlp.stages.strip.stage import MODES
from tests.stages.strip.articles import article, stage

needs_model = pytest.mark.skipif(not (model_path("strip") / MANIFEST).is_file(), reason="no block model is shipped")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mode": "bold"}, "'bold'"),
        ({"mode": ""}, "unknown mode ''"),
        ({"threshold": 1.5}, "1.5"),
        ({"threshold": -0.1}, "-0.1"),
        ({"threshold": float("nan")}, "nan"),
    ],
)
def test_what_is_no_mode_is_said(options, says):
    with pytest.raises(PipelineError) as error:
        StripStage.load(**options)
    assert says in str(error.value)


@pytest.fixture(scope="module")
def gone():
    """Characters that each mode strips, article by article of the shipped corpus."""
    documents = [document.bare() for document in cpecnlp.read("corpus")][::2]
    out = {}
    for name, chosen in {**{mode: {"mode": mode} for mode in MODES}, "rules": {"learned": False}}.items():
        done = StripStage.load(**chosen).annotate(documents)
        out[name] = [{i for span in doc.removed for i in range(span.start, span.end)} for doc in done]
    return out


@needs_model
@pytest.mark.parametrize(("less", "more"), [("rules", "precision"), ("precision", "balanced"), ("balanced", "recall")])
def test_each_mode_strips_what_the_one_before_strips(gone, less, more):
    pairs = list(zip(gone[less], gone[more], strict=True))
    assert sum(len(a - b) for a, b in pairs) <= 0.001 * sum(len(a) for a, _ in pairs)
    assert sum(map(len, gone[more])) > sum(map(len, gone[less]))


@needs_model
def test_a_removal_by_the_model_has_its_probability():
    documents = [document.bare() for document in cpecnlp.read("corpus")][::4]
    for threshold in (0.3, 0.6):
        scores = [
            span.score
            for doc in StripStage.load(threshold=threshold).annotate(documents)
            for span in doc.removed
            if span.score is not None
        ]
        assert scores
        # a line that touches others that go may score less, but no less than half
        assert all(threshold / 2 <= score <= 1 for score in scores)


@needs_model
def test_the_source_names_rules_and_model():
    rules, model = stage().source.split("+")
    assert rules.startswith("strip-rules-")
    assert "@" in model
    (document,) = stage().annotate([cpecnlp.Document("x", article(tail=["Most Popular"]))])
    assert all(span.source for span in document.removed)
